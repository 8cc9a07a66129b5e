//! The fact that a journal is made up: its first event says so, in a stream of its own, for as long as the journal exists.
//!
//! Whoever shows, prints or mails something asks the journal and no setting: a setting can be changed or forgotten, and a letter that nobody wrote
//! would pass for one of the Office.

use directory::Language;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{BlobHash, CertificateFingerprint};

/// The stream in which it stands.
pub const STREAM: &str = "history";

/// The stored name of the first event: from here on everything is made up.
pub const BEGUN: &str = "history_generated";

/// The stored name of the last event of the making: what follows was done by people.
pub const ENDED: &str = "history_completed";

/// Both stored names.
pub const STORED: [&str; 2] = [BEGUN, ENDED];

/// What the journal says of events with that stored name; none when it is not one of these.
#[must_use]
pub fn words(stored: &str, language: Language) -> Option<&'static str> {
    let (kk, ru, en) = match stored {
        BEGUN => ("жасанды тарих басталды", "начата синтетическая история", "a made-up history was begun"),
        ENDED => ("жасанды тарих аяқталды", "синтетическая история завершена", "the made-up history was completed"),
        _ => return None,
    };
    Some(match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    })
}

/// The version of both shapes.
pub const SCHEMA_VERSION: u16 = 1;

/// What a history was asked for with: the same again makes the same events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// What chance began with.
    pub seed: u64,
    /// How many inquiries were asked for.
    pub inquiries: u64,
    /// Over how many years.
    pub years: u32,
    /// The last day of it.
    pub until: Date,
    /// The letter that stands for all letters of the history.
    pub papers: Papers,
}

/// What stands in the place of signed letters: one letter that says that it is none. The letters of a hundred thousand inquiries were typeset by nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Papers {
    /// Its PDF.
    pub pdf: BlobHash,
    /// The length of that in bytes.
    pub pdf_bytes: u64,
    /// The facts it was made from.
    pub facts: BlobHash,
    /// The edition of the forms.
    pub edition: BlobHash,
    /// The seal over it.
    pub signature: BlobHash,
    /// The certificate of the key that sealed.
    pub certificate: CertificateFingerprint,
}

#[derive(Serialize, Deserialize)]
struct Stored<T> {
    history_generated: T,
}

impl Generated {
    /// The stored text.
    ///
    /// # Errors
    /// Numbers, days and hashes always become JSON; there is no other here.
    pub fn to_payload(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Stored { history_generated: self })
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// It is not of that shape.
    pub fn from_payload(payload: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str::<Stored<Self>>(payload).map(|stored| stored.history_generated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back() {
        let hash = BlobHash([7; 32]);
        let papers = Papers {
            pdf: hash,
            pdf_bytes: 12,
            facts: hash,
            edition: hash,
            signature: hash,
            certificate: CertificateFingerprint([8; 32]),
        };
        let generated = Generated { seed: 7, inquiries: 300, years: 2, until: jiff::civil::date(2026, 11, 30), papers };
        let payload = generated.to_payload().unwrap();
        assert!(payload.starts_with("{\"history_generated\":{\"seed\":7,"), "{payload}");
        assert_eq!(Generated::from_payload(&payload).unwrap(), generated);
    }
}
