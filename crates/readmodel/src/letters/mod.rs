//! Letters: one row per signed reply, found by the code that is printed on it.

mod fold;
mod follow;
mod sources;

use directory::Language;
use inquiry::ids::VerificationCode;
use inquiry::{BlobHash, DraftVersion, InquiryId};
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;

use crate::{ReadError, Reader};

pub(crate) use follow::Letters;
pub use sources::{SourceLetter, by_codes};

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

/// The code that a letter prints: the one that came with it, or else the derived one of letters of before.
#[must_use]
pub fn printed_code(inquiry: InquiryId, version: DraftVersion, code: Option<&VerificationCode>) -> String {
    code.map_or_else(|| derived_code(inquiry, version), ToString::to_string)
}

/// When the last letter was signed; none before the first.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn last_signed(reader: &Reader) -> Result<Option<Timestamp>, ReadError> {
    let doing = "find the last signed letter";
    let row = reader.row("select max(signed_at) from letter", &[], doing, "letter").await?;
    row.try_get(0).map_err(ReadError::doing(doing))
}

/// The code of a letter that was laid before its signatory when codes were not drawn at random: derived from the inquiry and the version, and printed
/// on letters that are in deputies' hands. Today's codes come with the submission ([`inquiry::ids::VerificationCode`]).
#[must_use]
pub fn derived_code(inquiry: InquiryId, version: DraftVersion) -> String {
    let hash = Sha256::digest(format!("saual letter\n{inquiry}\n{version}"));
    let signs = hash.iter().take(OLD_LENGTH).map(|byte| char::from(VerificationCode::SIGNS[usize::from(byte % 32)]));
    let mut code: String = signs.collect();
    code.insert(OLD_LENGTH / 2, '-');
    code
}

/// How many signs the codes of before have.
const OLD_LENGTH: usize = 10;

/// What people paste before and behind a code.
const AROUND: &[char] = &[
    '«', '»', '"', '\'', '“', '”', '„', '‘', '’', '‹', '›', '`', '.', ',', ';', ':', '!', '?', '(', ')', '[', ']', '<',
    '>', '/', '#', '*', '…',
];
/// What they write before it.
const NAMED: [&str; 3] = ["код", "коды", "code"];

/// What is the code of what was pasted: a whole address with what stands behind the code in it, or a line of a letter with its label.
fn pasted(typed: &str) -> &str {
    // ASCII letters alone are made small, so that places stay what they are.
    let small = typed.to_ascii_lowercase();
    let within = ["/v/", "code="].iter().filter_map(|mark| small.rfind(mark).map(|at| at + mark.len())).max();
    let code = match within {
        Some(at) => typed[at..].split(['?', '#', '&', '/']).next().unwrap_or_default(),
        None => typed
            .trim_end_matches(|sign: char| sign.is_whitespace() || AROUND.contains(&sign))
            .rsplit(':')
            .next()
            .unwrap_or_default(),
    };
    let around = |sign: char| sign.is_whitespace() || AROUND.contains(&sign);
    let code = code.trim_matches(around);
    let (first, rest) = code.split_once(char::is_whitespace).unwrap_or_default();
    if NAMED.contains(&first.to_lowercase().as_str()) { rest.trim_matches(around) } else { code }
}

/// A code as it was typed, in the spelling of the table: people write it small, without its hyphens, with O for 0 and I for 1, with the letters of the
/// keyboard that they have open, or paste the whole address or a line of the letter.
#[must_use]
pub fn typed_code(typed: &str) -> Option<String> {
    let typed = pasted(typed);
    let mut signs = String::new();
    for sign in typed.chars().filter(|sign| !sign.is_whitespace() && !"-‐‑–—".contains(*sign)) {
        let sign = sign.to_uppercase().next().unwrap_or(sign);
        let sign = match sign {
            'O' | 'О' => '0',
            'I' | 'L' | 'І' => '1',
            'А' => 'A',
            'В' => 'B',
            'С' => 'C',
            'Е' => 'E',
            'Н' => 'H',
            'К' => 'K',
            'М' => 'M',
            'Р' => 'P',
            'Т' => 'T',
            'Х' => 'X',
            'У' => 'Y',
            sign => sign,
        };
        if !u8::try_from(sign).is_ok_and(|sign| VerificationCode::SIGNS.contains(&sign)) {
            return None;
        }
        signs.push(sign);
        if signs.len() > VerificationCode::LENGTH {
            return None;
        }
    }
    let each = match signs.len() {
        VerificationCode::LENGTH => 4,
        OLD_LENGTH => OLD_LENGTH / 2,
        _ => return None,
    };
    let groups: Vec<&str> = (0..signs.len()).step_by(each).map(|from| &signs[from..from + each]).collect();
    Some(groups.join("-"))
}

/// The letter with that code.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn by_code(reader: &Reader, typed: &str) -> Result<Option<SignedLetter>, ReadError> {
    // What is no code is looked up like one: the answer takes the same way and the same time.
    let code = typed_code(typed).unwrap_or_default();
    let sql = format!("select {COLUMNS} from letter where code = $1");
    let rows = reader.rows(&sql, &[&code], "look up a letter by its code").await?;
    rows.first().map(read).transpose()
}

/// The letters whose signed or sent file has one of these hashes (SHA-256).
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn by_files(reader: &Reader, files: &[BlobHash]) -> Result<Vec<SignedLetter>, ReadError> {
    let files: Vec<String> = files.iter().map(ToString::to_string).collect();
    let sql = format!(
        "select {COLUMNS} from letter where registered_pdf = any($1) or signed_pdf = any($1) order by position"
    );
    let rows = reader.rows(&sql, &[&files], "look up a letter by its file").await?;
    rows.iter().map(read).collect()
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
    fn codes_of_before_are_short_and_the_same_each_time() {
        let inquiry: InquiryId = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001".parse().unwrap();
        let code = derived_code(inquiry, DraftVersion(4));
        assert_eq!(code, derived_code(inquiry, DraftVersion(4)));
        assert_ne!(code, derived_code(inquiry, DraftVersion(5)));
        assert_eq!(typed_code(&code), Some(code));
    }

    #[test]
    fn a_code_is_found_as_people_type_it() {
        let found = Some("7K3M-91C2-00AZ-1Y12".to_owned());
        for typed in [
            "7K3M-91C2-00AZ-1Y12",
            " 7k3m 91c2 00az 1y12\n",
            "7k3m91c2ooazly12",
            "7К3М–91С2–00АZ–IУ12",
            "https://saual.example/v/7K3M-91C2-00AZ-1Y12",
            "https://saual.example/v/7k3m-91c2-00az-1y12?lang=kk",
            "HTTPS://SAUAL.EXAMPLE/V/7K3M-91C2-00AZ-1Y12/",
            "https://saual.example/v/7K3M-91C2-00AZ-1Y12#x",
            "https://saual.example/v/7K3M-91C2-00AZ-1Y12/signed.json",
            "https://saual.example/v?lang=ru&code=7K3M-91C2-00AZ-1Y12&x=1",
            "/v?code=7K3M-91C2-00AZ-1Y12",
            "«7K3M-91C2-00AZ-1Y12».",
            "Код: 7K3M-91C2-00AZ-1Y12.",
            "Хаттың коды: «7K3M-91C2-00AZ-1Y12»;",
            "код 7K3M-91C2-00AZ-1Y12",
            "CODE:7K3M 91C2 00AZ 1Y12",
        ] {
            assert_eq!(typed_code(typed), found, "{typed}");
        }
        assert_eq!(typed_code("o123i-l6789"), Some("01231-16789".to_owned()));
        assert_eq!(typed_code(" 01231 16789 "), Some("01231-16789".to_owned()));
        for bad in [
            "",
            "01231-1678",
            "01231-167890",
            "0123'-16789",
            "U1231-16789",
            "ә1231-16789",
            "7K3M-91C2-00AZ-1Y123",
            "🙂",
        ] {
            assert_eq!(typed_code(bad), None, "{bad}");
        }
        assert_eq!(typed_code(&"0".repeat(1 << 20)), None);
    }
}
