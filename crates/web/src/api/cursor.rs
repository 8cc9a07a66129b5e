//! Where the next page of a list begins, as an opaque text. It carries a fingerprint of the question, so that it cannot be used for
//! another one, and nothing that the caller has not seen.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use readmodel::register::Cursor;
use sha2::{Digest, Sha256};

use crate::problem::Problem;
use crate::speech::Words;

/// The cursor for a question.
pub(super) fn write(cursor: Cursor, question: &str) -> String {
    let text = format!("{}|{}|{}", fingerprint(question), cursor.day, cursor.inquiry);
    URL_SAFE_NO_PAD.encode(text)
}

/// The place that a cursor names, if it belongs to the question.
pub(super) fn read(text: &str, question: &str) -> Result<Cursor, Problem> {
    try_read(text, question).ok_or_else(|| Problem::BadParameter {
        name: "cursor",
        expected: Words::new(
            "Алдыңғы беттегі next_cursor мәнін сол сүзгілермен бірге жіберіңіз.",
            "Пришлите next_cursor с прошлой страницы вместе с теми же фильтрами.",
            "Send the next_cursor of the page before, with the same filters.",
        ),
    })
}

fn try_read(text: &str, question: &str) -> Option<Cursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let mut parts = text.split('|');
    let (print, day, inquiry) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || print != fingerprint(question) {
        return None;
    }
    Some(Cursor { day: day.parse().ok()?, inquiry: inquiry.parse().ok()? })
}

fn fingerprint(question: &str) -> String {
    hex::encode(&Sha256::digest(question)[..8])
}

#[cfg(test)]
mod tests {
    use inquiry::InquiryId;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_cursor_belongs_to_its_question() {
        let inquiry: InquiryId = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001".parse().unwrap();
        let cursor = Cursor { day: date(2023, 10, 20), inquiry };
        let text = write(cursor, "lead=mlsp");
        assert_eq!(read(&text, "lead=mlsp").unwrap(), cursor);
        assert!(read(&text, "lead=mfa").is_err());
        for bad in ["", "a", "!!!", "e30", &text[1..]] {
            assert!(read(bad, "lead=mlsp").is_err(), "{bad}");
        }
    }
}
