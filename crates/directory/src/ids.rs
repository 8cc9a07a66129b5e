//! The identities of people and bodies: short codes for bodies, UUIDs for people, a type for each.
//!
//! A code is stable for ever and never shown to a reader; names may change, codes do not. Both are checked where they enter
//! the program (`FromStr`, serde), so that a value of these types is always well formed.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is not a code or an identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Codes are 2 to 32 lower-case Latin letters, digits, `-` and `_`, and begin with a letter.
    #[error("a {kind} is 2 to 32 lower-case Latin letters, digits, hyphens or underscores, beginning with a letter")]
    Code {
        /// Which code was expected, in words.
        kind: &'static str,
    },
    /// Identities of people are UUIDs (RFC 9562).
    #[error("a {kind} is a UUID, such as 018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001")]
    Uuid {
        /// Which identity was expected, in words.
        kind: &'static str,
    },
}

/// The pattern that every code obeys, as the API's schema publishes it.
const CODE_PATTERN: &str = "^[a-z][a-z0-9_-]{1,31}$";

fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    (2..=32).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes a text that is already a code, or says why it is none.
            ///
            /// # Errors
            /// [`InvalidId::Code`] when the text is not 2 to 32 of `a-z 0-9 - _`, beginning with a letter.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if is_code(&text) { Ok(Self(text)) } else { Err(InvalidId::Code { kind: $kind }) }
            }

            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": CODE_PATTERN, "description": concat!("A ", $kind, ".") })
            }
        }
    };
}

macro_rules! identity {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Names the identity that carries this UUID.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself, for tables and streams.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId::Uuid { kind: $kind })
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": "uuid", "description": concat!("A ", $kind, ".") })
            }
        }
    };
}

code!(
    /// A ministry, such as `mlsp`. A ministry that is reorganised gets a new code; its record names its predecessors.
    MinistryCode,
    "ministry code"
);
code!(
    /// A faction of the Mazhilis, such as `amanat`.
    FactionCode,
    "faction code"
);
code!(
    /// A chamber of Parliament, such as `mazhilis`.
    ChamberCode,
    "chamber code"
);
code!(
    /// An office that a person holds for a time, such as `prime_minister`.
    OfficeCode,
    "office code"
);
code!(
    /// A topic of the rubricator, such as `social`.
    TopicCode,
    "topic code"
);
identity!(
    /// A deputy, whatever mandates, factions and convocations follow each other. Initials and a surname are not an identity.
    DeputyId,
    "deputy identity"
);
identity!(
    /// A person who holds an office.
    PersonId,
    "person identity"
);

/// The individual identification number of a person (ЖСН, ИИН): twelve digits. Whose certificate it is, this number decides where it is known.
/// Personal: never logged, never shown in full.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iin(String);

/// The text is no individual identification number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an individual identification number has twelve digits")]
pub struct InvalidIin;

impl Iin {
    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says that there is one, and not which.
impl fmt::Debug for Iin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iin(…)")
    }
}

impl FromStr for Iin {
    type Err = InvalidIin;

    fn from_str(text: &str) -> Result<Self, InvalidIin> {
        let fits = text.len() == 12 && text.bytes().all(|digit| digit.is_ascii_digit());
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidIin) }
    }
}

impl TryFrom<String> for Iin {
    type Error = InvalidIin;

    fn try_from(text: String) -> Result<Self, InvalidIin> {
        text.parse()
    }
}

impl From<Iin> for String {
    fn from(iin: Iin) -> Self {
        iin.0
    }
}

impl JsonSchema for Iin {
    fn schema_name() -> Cow<'static, str> {
        "Iin".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{12}$", "description": "An individual identification number." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_lower_case_and_begins_with_a_letter() {
        for good in ["mlsp", "aq-zhol", "prime_minister", "m2"] {
            assert_eq!(MinistryCode::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "m", "Mlsp", "2m", "-m", "еңбек", "a b", "mlsp\n", "a/../b", &"a".repeat(33)] {
            assert!(MinistryCode::new(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_malformed_code_does_not_enter_through_json() {
        assert!(serde_json::from_str::<MinistryCode>("\"mlsp\"").is_ok());
        assert!(serde_json::from_str::<MinistryCode>("\"MLSP\"").is_err());
    }

    #[test]
    fn an_identification_number_has_twelve_digits_and_is_not_told_to_logs() {
        let iin: Iin = "720102300456".parse().unwrap();
        assert_eq!(serde_json::to_string(&iin).unwrap(), "\"720102300456\"");
        assert!(!format!("{iin:?}").contains("720102"));
        for bad in ["", "72010230045", "7201023004567", "72010230045a", "７20102300456", " 720102300456"] {
            assert_eq!(bad.parse::<Iin>(), Err(InvalidIin), "{bad}");
        }
    }

    #[test]
    fn an_identity_is_written_as_it_is_read() {
        let text = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001";
        let id: DeputyId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        assert!("ДС-326".parse::<DeputyId>().is_err());
    }
}
