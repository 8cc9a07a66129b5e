//! A mail that was sent, made again: for the evidence of its delivery. The same order and the same settings give the same bytes.

use eventstore::Journal;

use crate::error::DispatchError;
use crate::message::{Attachment, Composer};
use crate::queue;

/// The bytes of the mail with that Message-ID; none when there is none, its address was erased, its letter is gone, or it cannot be made with
/// the settings of today. Whoever asks holds them against the hash that its attempts have kept.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn again(journal: &Journal, composer: &Composer, message_id: &str) -> Result<Option<Vec<u8>>, DispatchError> {
    let Some(letter) = queue::letter_of(journal.pool(), message_id).await? else { return Ok(None) };
    let pdf = journal
        .blob(&letter.pdf)
        .await
        .map_err(|source| DispatchError::Journal { doing: "give out a letter", source: Box::new(source) })?;
    let Some(pdf) = pdf else { return Ok(None) };
    let made = Attachment::new(pdf.bytes).and_then(|pdf| composer.compose(&letter.facts, &letter.copy, &pdf));
    Ok(made.ok().map(|message| message.bytes))
}
