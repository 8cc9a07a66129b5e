//! The deliveries of one inquiry, joined with what the mail worker knows beyond the events.

use inquiry::InquiryId;
use jiff::Timestamp;
use tokio_postgres::Row;

use super::follow::{COLUMNS, read};
use super::{Delivery, State};
use crate::{ReadError, Reader};

/// A delivery and its mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What the events tell.
    pub delivery: Delivery,
    /// What the mail worker knows; none: no mail was ordered, or the worker has not taken the order yet.
    pub mail: Option<Mail>,
}

/// Where one mail stands with the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// `queued`, `transmitting`, `written`, `accepted`, `deferred`, `refused`, `unknown`, `dead`, `cancelled`, `delivered`, `relayed` or `bounced`.
    pub state: String,
    /// Attempts begun, also the one under way.
    pub attempts: u32,
    /// When the next attempt is due, while one is to come.
    pub next_attempt_at: Option<Timestamp>,
    /// The relay of the last attempt; `file` where mails are only written.
    pub relay: Option<String>,
    /// What it answered last.
    pub answer: Option<String>,
    /// Nobody knows whether the relay took it, and the office's mailbox has no copy.
    pub copy_is_missing: bool,
}

impl Mail {
    /// Has it yet to go?
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(self.state.as_str(), "queued" | "deferred" | "transmitting")
    }
}

/// The deliveries of one inquiry as the events tell them, in the order of its list; none before the reply is signed.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn of_inquiry(reader: &Reader, inquiry: InquiryId) -> Result<Vec<Delivery>, ReadError> {
    Ok(with_mail(reader, inquiry).await?.into_iter().map(|listed| listed.delivery).collect())
}

/// The same, each with its mail.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn with_mail(reader: &Reader, inquiry: InquiryId) -> Result<Vec<Listed>, ReadError> {
    // The next attempt is said only while there is one: the worker leaves the old time standing otherwise.
    let sql = format!(
        "select {COLUMNS},
                mail.state, mail.attempts,
                case when mail.state in ('queued', 'deferred') then mail.next_attempt_at end,
                mail.relay, mail.answer, mail.state = 'unknown' and mail.copy_missing_at is not null
           from delivery left join mail on mail.message_id = delivery.message_id
          where delivery.inquiry = $1
          order by delivery.recipient"
    );
    let rows = reader.rows(&sql, &[&inquiry.0], "list deliveries").await?;
    rows.iter().map(|row| Ok(Listed { delivery: read(row)?, mail: mail(row)? })).collect()
}

/// A letter and the mails that went out with it, also after another letter took its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentLetter {
    /// The inquiry it answers.
    pub inquiry: InquiryId,
    /// That inquiry's number.
    pub inquiry_number: String,
    /// Its own.
    pub number: String,
    /// Its mails, in the order of its list.
    pub mails: Vec<SentMail>,
}

/// One mail of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMail {
    /// Whose it is.
    pub name: String,
    /// Where it went; none once the address was erased.
    pub address: Option<String>,
    /// Its identity.
    pub message_id: String,
    /// What became of the delivery, as long as it speaks of this very mail.
    pub delivery: Option<State>,
    /// Where it stands with the worker.
    pub mail: Mail,
    /// When that last changed.
    pub changed_at: Timestamp,
    /// When the deputy confirmed the letter, by whichever of its mails.
    pub confirmed_at: Option<Timestamp>,
}

/// The letters whose mails were ordered last, the newest first.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn letters_sent(reader: &Reader, most: u16) -> Result<Vec<SentLetter>, ReadError> {
    // Asked of the orders and not of the inquiries' stages: a replaced letter has been sent all the same.
    let sql = "with letter as (
                    select inquiry, number, max(ordered_at) as ordered_at
                      from mail_order group by inquiry, number
                     order by ordered_at desc, inquiry limit $1)
               select mail_order.inquiry, mail_order.inquiry_number, mail_order.number,
                      mail.name, mail.address, mail.message_id, delivery.state,
                      mail.state, mail.attempts,
                      case when mail.state in ('queued', 'deferred') then mail.next_attempt_at end,
                      mail.relay, mail.answer, mail.state = 'unknown' and mail.copy_missing_at is not null,
                      coalesce(mail.accepted_at, mail.changed_at), told.confirmed_at
                 from letter
                 join mail_order using (inquiry, number)
                 join mail using (inquiry, order_no)
                 left join delivery on delivery.message_id = mail.message_id
                 left join delivery told on told.inquiry = mail.inquiry and told.recipient = mail.recipient
                                        and told.letter = mail_order.number and told.state = 'confirmed'
                order by letter.ordered_at desc, letter.inquiry, mail.recipient, mail.order_no";
    let doing = || ReadError::doing("list the mails that were sent");
    let rows = reader.rows(sql, &[&i64::from(most)], "list the mails that were sent").await?;
    let mut letters: Vec<SentLetter> = Vec::new();
    for row in &rows {
        let inquiry = InquiryId(row.try_get(0).map_err(doing())?);
        let number: String = row.try_get(2).map_err(doing())?;
        let delivery: Option<String> = row.try_get(6).map_err(doing())?;
        let Some(mail) = mail_at(row, 7)? else { continue };
        let sent = SentMail {
            name: row.try_get(3).map_err(doing())?,
            address: row.try_get(4).map_err(doing())?,
            message_id: row.try_get(5).map_err(doing())?,
            delivery: delivery.as_deref().and_then(State::from_code),
            mail,
            changed_at: row.try_get(13).map_err(doing())?,
            confirmed_at: row.try_get(14).map_err(doing())?,
        };
        match letters.last_mut().filter(|last| last.inquiry == inquiry && last.number == number) {
            Some(last) => last.mails.push(sent),
            None => {
                let inquiry_number = row.try_get(1).map_err(doing())?;
                letters.push(SentLetter { inquiry, inquiry_number, number, mails: vec![sent] });
            }
        }
    }
    Ok(letters)
}

/// The mail's columns behind those of the delivery.
fn mail(row: &Row) -> Result<Option<Mail>, ReadError> {
    mail_at(row, 17)
}

fn mail_at(row: &Row, first: usize) -> Result<Option<Mail>, ReadError> {
    let doing = || ReadError::doing("read where a mail stands");
    let Some(state) = row.try_get::<_, Option<String>>(first).map_err(doing())? else {
        return Ok(None);
    };
    let attempts: i32 = row.try_get(first + 1).map_err(doing())?;
    Ok(Some(Mail {
        state,
        attempts: attempts.cast_unsigned(),
        next_attempt_at: row.try_get(first + 2).map_err(doing())?,
        relay: row.try_get(first + 3).map_err(doing())?,
        answer: row.try_get(first + 4).map_err(doing())?,
        copy_is_missing: row.try_get(first + 5).map_err(doing())?,
    }))
}
