//! An e-mail address, checked where it enters the program: nothing that passes here can break out of a mail's header.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// An address of the plain form `local@domain` (RFC 5321, 4.1.2, without quoted local parts and address literals). The domain
/// may be written in any script; the local part is ASCII.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is no address of the form `local@domain`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address has the form name@domain, without spaces, quotes or brackets, at most 254 characters")]
pub struct InvalidEmail;

impl Email {
    /// Reads an address as people type it.
    ///
    /// # Errors
    /// [`InvalidEmail`] when the text is not `local@domain`, or is longer than RFC 5321 lets an address be.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        let (local, domain) = text.split_once('@').ok_or(InvalidEmail)?;
        let fits = text.len() <= 254 && is_local(local) && is_domain(domain);
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidEmail) }
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Does the text name an e-mail address, whosever it is? An `@` between what may stand in a name and what may begin a domain, in any script: of an address
/// that somebody has typed wrong no more is said in clear than of a right one.
#[must_use]
pub fn names_one(text: &str) -> bool {
    let is_sign = |c: char| matches!(c, '@' | '\u{ff20}' | '\u{fe6b}');
    text.char_indices().filter(|(_, c)| is_sign(*c)).any(|(at, sign)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + sign.len_utf8()..).and_then(|after| after.chars().next());
        // A quoted name ends in its mark, an address literal begins with its bracket.
        before.is_some_and(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.\"".contains(c))
            && after.is_some_and(|c| c.is_alphanumeric() || c == '[')
    })
}

fn is_local(local: &str) -> bool {
    let atoms = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    (1..=64).contains(&local.len()) && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(atoms))
}

/// Labels of letters, digits and inner hyphens. Used for the office's own mail domain as well.
pub(crate) fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (1..=253).contains(&domain.len()) && domain.split('.').all(label)
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, InvalidEmail> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl JsonSchema for Email {
    fn schema_name() -> Cow<'static, str> {
        "Email".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "idn-email", "maxLength": 254, "description": "An e-mail address." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_name_at_domain() {
        for good in ["n.tau@mazhilis.example", "a@b", "i+o@xn--80ak6aa92e.com", "x@парламент.қаз"] {
            assert_eq!(Email::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(Email::parse(" a@b.kz ").unwrap().as_str(), "a@b.kz");
    }

    #[test]
    fn an_address_in_a_text_is_seen_whosever_it_is_and_in_any_script() {
        for names in [
            "wrong: n.tau@mazhilis.example",
            "<a@b>, сенімді емес",
            "x@парламент.қаз",
            "(серік@пошта.қаз)",
            "\"a b\"@b.kz",
            "a@[192.0.2.1]",
            "write to a＠b.kz",
            "дұрысы:tau@mazhilis.example.",
        ] {
            assert!(names_one(names), "{names}");
        }
        for free in ["", "@", "Көмекшісіне @ берілді", "5 @ 100 теңге", "@tau", "tau@", "tau@ mazhilis", "a (@b)"]
        {
            assert!(!names_one(free), "{free}");
        }
    }

    #[test]
    fn nothing_that_could_break_a_header_passes() {
        let long = format!("{}@b.kz", "a".repeat(65));
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b c",
            "a@b\r\nBcc: x@y",
            "\"a\"@b",
            "<a@b>",
            "a..b@c",
            ".a@b",
            "a@-b",
            "a@b.",
            "а@b.kz",
            "a@[127.0.0.1]",
            "a@b\0",
            &long,
        ] {
            assert_eq!(Email::parse(bad), Err(InvalidEmail), "{bad:?} was taken");
        }
    }
}
