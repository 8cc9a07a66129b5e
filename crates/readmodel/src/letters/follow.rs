//! Keeps the table. A letter changes four times in its life at most, so each event is one statement.

use eventstore::Recorded;
use inquiry::event::Event;
use tokio_postgres::Transaction;

use super::verification_code;
use crate::ReadError;
use crate::followers::read_event;

/// Keeps `letter`.
#[derive(Debug, Clone, Copy)]
pub struct LetterFollower;

impl LetterFollower {
    /// Writes what a page of the journal says of letters, within the transaction that also moves the follower's place.
    ///
    /// # Errors
    /// [`ReadError`]; the transaction is then to be given up.
    pub async fn take(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), ReadError> {
        for recorded in page {
            let Some((inquiry, events)) = read_event(recorded)? else { continue };
            for event in &events {
                apply(tx, inquiry, event, recorded).await?;
            }
        }
        Ok(())
    }
}

async fn apply(
    tx: &Transaction<'_>,
    inquiry: inquiry::InquiryId,
    event: &Event,
    recorded: &Recorded,
) -> Result<(), ReadError> {
    let doing = ReadError::doing("write a row of the letters");
    if let Event::ReplySigned(event) = event {
        tx.execute(
            "insert into letter
                    (code, inquiry, version, language, signatory, signed_at, by_server, signed_pdf, position)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (code) do nothing",
            &[
                &verification_code(inquiry, event.version),
                &inquiry.0,
                &event.version.0.cast_signed(),
                &event.language.code(),
                &event.signatory.name,
                &event.signed_at,
                &event.sealed_by_server,
                &event.pdf.to_string(),
                &recorded.position,
            ],
        )
        .await
        .map_err(doing)?;
    } else if let Event::OutgoingNumberAssigned(event) = event {
        // The letter that was signed last and has no number: an inquiry has one at a time.
        tx.execute(
            "update letter set number = $2, dated = $3, registered_pdf = $4, position = $5
              where inquiry = $1 and number is null and replaced_at is null and position < $5",
            &[&inquiry.0, &event.number, &event.dated, &event.pdf.to_string(), &recorded.position],
        )
        .await
        .map_err(doing)?;
    } else if let Event::ReplyReplaced(event) = event {
        tx.execute(
            "update letter set replaced_at = $3, position = $4 where inquiry = $1 and number = $2 and position < $4",
            &[&inquiry.0, &event.replaced, &recorded.at, &recorded.position],
        )
        .await
        .map_err(doing)?;
    }
    Ok(())
}
