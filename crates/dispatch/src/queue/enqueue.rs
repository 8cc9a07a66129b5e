//! Rows that follow from events. They are written in the follower's transaction, together with its place in the journal.

use deadpool_postgres::Transaction;
use eventstore::Recorded;
use inquiry::event::DispatchOrdered;
use inquiry::{InquiryId, RecipientNo};
use jiff::Timestamp;

use crate::error::{DispatchError, database};

/// One row for the order and one for each recipient who has an address. Reading the journal again from its beginning meets the
/// rows and changes nothing.
pub(crate) async fn enqueue(
    tx: &Transaction<'_>,
    inquiry: InquiryId,
    ordered: &DispatchOrdered,
    recorded: &Recorded,
) -> Result<(), DispatchError> {
    let order = number("order", ordered.order)?;
    let letter = &ordered.letter;
    tx.execute(
        "insert into mail_order (inquiry, order_no, position, ordered_at, correlation, causation, language,
                                 number, dated, pdf, file_name, inquiry_number, inquiry_dated, subject)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (inquiry, order_no) do nothing",
        &[
            &inquiry.0,
            &order,
            &recorded.position,
            &recorded.at,
            &recorded.correlation,
            &recorded.command.0,
            &letter.language.code(),
            &letter.number,
            &letter.dated,
            &letter.pdf.to_string(),
            &letter.file_name,
            &letter.inquiry_number,
            &letter.inquiry_dated,
            &letter.subject,
        ],
    )
    .await
    .map_err(database("keep an order of mail"))?;

    // A second order for a recipient means that the first is not to go any more, if it has not gone.
    let recipients: Vec<i32> = ordered.recipients.iter().map(|to| i32::from(to.recipient.0)).collect();
    tx.execute(
        "update mail
            set called_back = true,
                state = case when state = 'transmitting' then state else 'cancelled' end,
                changed_at = $4
          where inquiry = $1 and recipient = any($3) and order_no < $2
            and state in ('queued', 'deferred', 'transmitting')",
        &[&inquiry.0, &order, &recipients, &recorded.at],
    )
    .await
    .map_err(database("call an earlier mail back"))?;

    let mut without_address = 0_usize;
    for to in &ordered.recipients {
        // Without an address a clerk delivers by hand; the register shows who that is.
        let Some(email) = &to.email else {
            without_address += 1;
            continue;
        };
        tx.execute(
            "insert into mail (inquiry, order_no, recipient, name, address, message_id, next_attempt_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $7)
             on conflict (inquiry, order_no, recipient) do nothing",
            &[
                &inquiry.0,
                &order,
                &i32::from(to.recipient.0),
                &to.name,
                &email.as_str(),
                &to.message_id.as_str(),
                &recorded.at,
            ],
        )
        .await
        .map_err(database("queue a mail"))?;
    }
    tracing::info!(
        %inquiry,
        order,
        mails = ordered.recipients.len() - without_address,
        without_address,
        "a letter was ordered out"
    );
    Ok(())
}

/// What of the inquiry has not gone yet shall not go: waiting mails are cancelled, one under way is not tried again.
pub(crate) async fn call_back(
    tx: &Transaction<'_>,
    inquiry: InquiryId,
    recipient: Option<RecipientNo>,
    at: Timestamp,
) -> Result<(), DispatchError> {
    let recipient = recipient.map(|recipient| i32::from(recipient.0));
    let called_back = tx
        .execute(
            "update mail
                set called_back = true,
                    state = case when state in ('transmitting', 'unknown') then state else 'cancelled' end,
                    -- By this moment it is counted how long a copy may take.
                    changed_at = case when state = 'unknown' then changed_at else $3 end
              where inquiry = $1 and recipient = coalesce($2, recipient)
                and state in ('queued', 'deferred', 'transmitting', 'unknown')",
            &[&inquiry.0, &recipient, &at],
        )
        .await
        .map_err(database("call mails back"))?;
    if called_back > 0 {
        tracing::info!(%inquiry, mails = called_back, "mails were called back");
    }
    Ok(())
}

fn number(what: &str, value: u32) -> Result<i32, DispatchError> {
    i32::try_from(value).map_err(|_| DispatchError::Row(format!("{what} {value} is beyond every count")))
}
