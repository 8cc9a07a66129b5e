//! Letters: one row per signed reply, found by the code that is printed on it.

mod fold;
mod follow;

use directory::Language;
use inquiry::{BlobHash, DraftVersion, InquiryId};
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;

use crate::{ReadError, Reader};

pub(crate) use follow::Letters;

/// A signed letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedLetter {
    /// The code printed on it.
    pub code: String,
    /// The inquiry it answers.
    pub inquiry: InquiryId,
    /// The version of the draft that was signed.
    pub version: u32,
    /// Its language.
    pub language: Language,
    /// Who signed, as it prints it.
    pub signatory: String,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// The server's seal stood in for a personal signature.
    pub by_server: bool,
    /// The signed bytes.
    pub signed_pdf: BlobHash,
    /// Its outgoing number.
    pub number: Option<String>,
    /// The date of the number.
    pub dated: Option<Date>,
    /// The bytes with the number on them: what was sent.
    pub registered_pdf: Option<BlobHash>,
    /// When a later letter replaced it.
    pub replaced_at: Option<Timestamp>,
    /// The position of the last event folded in.
    pub position: i64,
}

/// The code under which a holder of a paper copy finds the letter: ten signs that are not mistaken for each other, derived from the
/// inquiry and the version that was signed. It is printed before the signature, so it cannot depend on the signed bytes.
#[must_use]
pub fn verification_code(inquiry: InquiryId, version: DraftVersion) -> String {
    /// Crockford's base 32: no I, L, O and U.
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let hash = Sha256::digest(format!("saual letter\n{inquiry}\n{version}"));
    let signs = hash.iter().take(10).map(|byte| char::from(SIGNS[usize::from(byte % 32)]));
    let mut code: String = signs.collect();
    code.insert(5, '-');
    code
}

/// A code as it was typed, in the spelling of the table: people write it small, without its hyphen, and with O for 0.
#[must_use]
pub fn typed_code(typed: &str) -> Option<String> {
    let mut code = String::new();
    for sign in typed.chars().filter(|sign| !matches!(sign, '-' | ' ')) {
        code.push(match sign.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            sign if sign.is_ascii_digit() || (sign.is_ascii_uppercase() && sign != 'U') => sign,
            _ => return None,
        });
    }
    if code.len() != 10 {
        return None;
    }
    code.insert(5, '-');
    Some(code)
}

/// The letter with that code.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn by_code(reader: &Reader, typed: &str) -> Result<Option<SignedLetter>, ReadError> {
    let Some(code) = typed_code(typed) else {
        return Ok(None);
    };
    let sql = format!("select {COLUMNS} from letter where code = $1");
    let rows = reader.rows(&sql, &[&code], "look up a letter by its code").await?;
    rows.first().map(read).transpose()
}

/// The columns in the order in which [`read`] takes them.
const COLUMNS: &str = "code, inquiry, version, language, signatory, signed_at, by_server, signed_pdf, number, dated,
     registered_pdf, replaced_at, position";

fn read(row: &Row) -> Result<SignedLetter, ReadError> {
    try_read(row).ok_or(ReadError::Row { table: "letter" })
}

fn try_read(row: &Row) -> Option<SignedLetter> {
    let hash = |text: &str| text.parse::<BlobHash>().ok();
    let registered: Option<&str> = row.try_get(10).ok()?;
    Some(SignedLetter {
        code: row.try_get(0).ok()?,
        inquiry: InquiryId(row.try_get(1).ok()?),
        version: row.try_get::<_, i32>(2).ok()?.cast_unsigned(),
        language: row.try_get::<_, &str>(3).ok()?.parse().ok()?,
        signatory: row.try_get(4).ok()?,
        signed_at: row.try_get(5).ok()?,
        by_server: row.try_get(6).ok()?,
        signed_pdf: hash(row.try_get(7).ok()?)?,
        number: row.try_get(8).ok()?,
        dated: row.try_get(9).ok()?,
        registered_pdf: match registered {
            Some(text) => Some(hash(text)?),
            None => None,
        },
        replaced_at: row.try_get(11).ok()?,
        position: row.try_get(12).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_the_same_each_time() {
        let inquiry: InquiryId = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001".parse().unwrap();
        let code = verification_code(inquiry, DraftVersion(4));
        assert_eq!(code, verification_code(inquiry, DraftVersion(4)));
        assert_ne!(code, verification_code(inquiry, DraftVersion(5)));
        assert_eq!(typed_code(&code), Some(code));
    }

    #[test]
    fn a_code_is_found_as_people_type_it() {
        assert_eq!(typed_code("o123i-l6789"), Some("01231-16789".to_owned()));
        assert_eq!(typed_code(" 01231 16789 "), Some("01231-16789".to_owned()));
        for bad in ["", "01231-1678", "01231-167890", "0123'-16789", "U1231-16789", "ә1231-16789"] {
            assert_eq!(typed_code(bad), None, "{bad}");
        }
    }
}
