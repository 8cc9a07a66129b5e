//! Letters from which paragraphs were taken over, found by their codes in texts, with what has become of them since.

use inquiry::{BlobHash, EarlierAnswer, InquiryId, StageName};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::Row;

use crate::{ReadError, Reader};

/// The most letters that one text names.
const MOST: usize = 200;

/// A letter with its number, and how it stands today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLetter {
    /// The inquiry it answers.
    pub inquiry: InquiryId,
    /// That inquiry's number.
    pub asked_as: String,
    /// Where that inquiry stands.
    pub stage: StageName,
    /// The version of the draft that was signed.
    pub version: u32,
    /// Its outgoing number.
    pub number: String,
    /// The date of the number.
    pub dated: Date,
    /// The letter as it was sent.
    pub file: BlobHash,
    /// When a later letter replaced it.
    pub replaced_at: Option<Timestamp>,
}

/// The letters that these codes may mean ([`EarlierAnswer::code`]), which are made from their sent files' hashes and the inquiries' ids. A code of before
/// names no inquiry, and may mean many.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn by_codes(reader: &Reader, codes: &[String]) -> Result<Vec<SourceLetter>, ReadError> {
    let wanted = &codes[..codes.len().min(MOST)];
    let beginnings: Vec<&str> = wanted.iter().filter_map(|code| EarlierAnswer::beginning(code)).collect();
    if beginnings.is_empty() {
        return Ok(Vec::new());
    }
    // The conditions on null and on the beginning are the index's own; the last one tells letters with the same bytes apart.
    let sql = "select letter.inquiry, register.number, register.stage, letter.version, letter.number, letter.dated,
                      letter.registered_pdf, letter.replaced_at
                 from letter join register on register.inquiry = letter.inquiry
                where letter.registered_pdf is not null and left(letter.registered_pdf, 16) = any($1)
                  and array['answer-' || left(letter.registered_pdf, 16),
                            'answer-' || left(letter.registered_pdf, 16) || '-' || right(letter.inquiry::text, 8)] && $2
                order by letter.position";
    let rows = reader.rows(sql, &[&beginnings, &wanted], "look up the letters that a text was taken from").await?;
    rows.iter().map(|row| read(row).ok_or(ReadError::Row { table: "letter" })).collect()
}

fn read(row: &Row) -> Option<SourceLetter> {
    Some(SourceLetter {
        inquiry: InquiryId(row.try_get(0).ok()?),
        asked_as: row.try_get(1).ok()?,
        stage: StageName::from_code(row.try_get(2).ok()?)?,
        version: row.try_get::<_, i32>(3).ok()?.cast_unsigned(),
        number: row.try_get(4).ok()?,
        dated: row.try_get(5).ok()?,
        file: row.try_get::<_, &str>(6).ok()?.parse().ok()?,
        replaced_at: row.try_get(7).ok()?,
    })
}
