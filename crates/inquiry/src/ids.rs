//! The identities inside an inquiry: a type for each, so that a question's number cannot stand where a deputy's is expected.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use directory::MinistryCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One inquiry, whatever numbers its papers carry. Made at the edge; this crate draws none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct InquiryId(pub Uuid);

impl InquiryId {
    /// The journal's stream of this inquiry.
    #[must_use]
    pub fn stream_id(self) -> String {
        format!("inquiry-{}", self.0.hyphenated())
    }

    /// The inquiry whose stream this is; none for streams of other things.
    #[must_use]
    pub fn of_stream(stream: &str) -> Option<Self> {
        stream.strip_prefix("inquiry-").and_then(|id| Uuid::try_parse(id).ok()).map(Self)
    }
}

impl fmt::Display for InquiryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for InquiryId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::try_parse(text).map(Self)
    }
}

macro_rules! ordinal {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

ordinal!(
    /// A deputy's place in the inquiry's own list, counted from 1 through all its groups. It stays theirs on every letter.
    RecipientNo(u16)
);
ordinal!(
    /// A question's place in the inquiry, counted from 1.
    QuestionNo(u16)
);
ordinal!(
    /// Which writing of the draft, counted from 1 and never used twice within an inquiry, also when a reply is replaced.
    DraftVersion(u32)
);

impl DraftVersion {
    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// The text is not a SHA-256 value: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 value is written as 64 lower-case hexadecimal digits")]
pub struct InvalidHash;

fn parse_hash(text: &str) -> Result<[u8; 32], InvalidHash> {
    let mut bytes = [0; 32];
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(InvalidHash);
    }
    hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidHash)?;
    Ok(bytes)
}

macro_rules! hash {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub [u8; 32]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = InvalidHash;

            fn from_str(text: &str) -> Result<Self, InvalidHash> {
                parse_hash(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidHash;

            fn try_from(text: String) -> Result<Self, InvalidHash> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(hash: $name) -> Self {
                hash.to_string()
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$", "description": "A SHA-256 value." })
            }
        }
    };
}

hash!(
    /// SHA-256 over the canonical JSON of a draft's content: what a visa and a signature are bound to.
    ContentHash
);
hash!(
    /// SHA-256 over the bytes of a stored file, which is also the name under which it is kept.
    BlobHash
);
hash!(
    /// SHA-256 over the DER bytes of a certificate.
    CertificateFingerprint
);

/// A contribution by name, `mfa/2`: the ministry's code and which of its contributions, counted from 1. What a draft says of its blocks,
/// and what the editors of a letter carry beside them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContributionName {
    /// Whose it is.
    pub ministry: MinistryCode,
    /// Which of this ministry's contributions, counted from 1.
    pub version: u32,
}

/// The text names no contribution.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a contribution is named by its ministry's code and its number, such as mfa/2")]
pub struct InvalidContributionName;

impl fmt::Display for ContributionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.ministry, self.version)
    }
}

impl FromStr for ContributionName {
    type Err = InvalidContributionName;

    fn from_str(text: &str) -> Result<Self, InvalidContributionName> {
        let (ministry, number) = text.split_once('/').ok_or(InvalidContributionName)?;
        let ministry = ministry.parse().map_err(|_| InvalidContributionName)?;
        let version = number.parse().map_err(|_| InvalidContributionName)?;
        let name = Self { ministry, version };
        // One spelling only: no sign, no zero in front, and counted from 1.
        if version > 0 && name.to_string() == text { Ok(name) } else { Err(InvalidContributionName) }
    }
}

impl TryFrom<String> for ContributionName {
    type Error = InvalidContributionName;

    fn try_from(text: String) -> Result<Self, InvalidContributionName> {
        text.parse()
    }
}

impl From<ContributionName> for String {
    fn from(name: ContributionName) -> Self {
        name.to_string()
    }
}

impl JsonSchema for ContributionName {
    fn schema_name() -> Cow<'static, str> {
        "ContributionName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[a-z][a-z0-9_-]{1,31}/[1-9][0-9]{0,9}$",
            "description": "A contribution: the ministry's code and which of its contributions, counted from 1.",
        })
    }
}

/// The Message-ID of one mail (RFC 5322, 3.6.4), with its angle brackets. The same letter to the same deputy by the same order
/// always has the same one, so that a repeated transmission is recognised as such.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// Made from what identifies the mail, and from the office's mail domain.
    #[must_use]
    pub fn new(inquiry: InquiryId, order: u32, recipient: RecipientNo, domain: &str) -> Self {
        Self(format!("<{inquiry}.{order}.{recipient}@{domain}>"))
    }

    /// With its angle brackets, as it stands in the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The code under which a holder of a paper copy finds a letter: 80 random bits in Crockford's base 32 (no I, L, O and U), sixteen signs in
/// groups of four. Drawn at the edge; this crate draws none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VerificationCode(String);

/// The text is no verification code as it is kept: four groups of four signs of `0-9 A-H J K M N P-T V-Z`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a verification code is written as four groups of four signs, such as 7K3M-9QXZ-0B4C-TN2R")]
pub struct InvalidVerificationCode;

impl VerificationCode {
    /// The signs, in the order of their values.
    pub const SIGNS: &'static [u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    /// How many signs it has, without the hyphens.
    pub const LENGTH: usize = 16;
    /// How many signs stand together.
    const GROUP: usize = 4;

    /// The code of these 80 bits.
    #[must_use]
    pub fn of_bits(bits: [u8; 10]) -> Self {
        let mut whole = [0; 16];
        whole[6..].copy_from_slice(&bits);
        let whole = u128::from_be_bytes(whole);
        let mut text = String::with_capacity(Self::LENGTH + Self::LENGTH / Self::GROUP - 1);
        for place in 0..Self::LENGTH {
            if place > 0 && place % Self::GROUP == 0 {
                text.push('-');
            }
            // Five bits a sign, the first sign from the highest ones.
            let value = (whole >> (5 * (Self::LENGTH - 1 - place))) & 31;
            text.push(char::from(Self::SIGNS[value as usize]));
        }
        Self(text)
    }

    /// As it is kept and printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for VerificationCode {
    type Err = InvalidVerificationCode;

    fn from_str(text: &str) -> Result<Self, InvalidVerificationCode> {
        let is_group =
            |group: &str| group.len() == Self::GROUP && group.bytes().all(|sign| Self::SIGNS.contains(&sign));
        let groups: Vec<&str> = text.split('-').collect();
        let fits = groups.len() == Self::LENGTH / Self::GROUP && groups.into_iter().all(is_group);
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidVerificationCode) }
    }
}

impl TryFrom<String> for VerificationCode {
    type Error = InvalidVerificationCode;

    fn try_from(text: String) -> Result<Self, InvalidVerificationCode> {
        text.parse()
    }
}

impl From<VerificationCode> for String {
    fn from(code: VerificationCode) -> Self {
        code.0
    }
}

impl JsonSchema for VerificationCode {
    fn schema_name() -> Cow<'static, str> {
        "VerificationCode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$",
            "description": "The code that a letter prints, by which its paper copy is checked.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_leads_back_to_its_inquiry() {
        let inquiry: InquiryId = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001".parse().unwrap();
        assert_eq!(inquiry.stream_id(), "inquiry-018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001");
        assert_eq!(InquiryId::of_stream(&inquiry.stream_id()), Some(inquiry));
        assert_eq!(InquiryId::of_stream("series-outgoing"), None);
    }

    #[test]
    fn a_hash_is_read_in_one_spelling_only() {
        let text = "0f".repeat(32);
        assert_eq!(text.parse::<BlobHash>().unwrap().to_string(), text);
        assert_eq!("0F".repeat(32).parse::<BlobHash>(), Err(InvalidHash));
        assert_eq!("0f".repeat(31).parse::<BlobHash>(), Err(InvalidHash));
        assert_eq!("zz".repeat(32).parse::<BlobHash>(), Err(InvalidHash));
    }

    #[test]
    fn a_contribution_is_named_in_one_spelling_only() {
        let name: ContributionName = "mfa/2".parse().unwrap();
        assert_eq!((name.ministry.as_str(), name.version), ("mfa", 2));
        assert_eq!(name.to_string(), "mfa/2");
        for other in ["mfa", "mfa/", "mfa/0", "mfa/02", "mfa/+2", "mfa/-1", "MFA/2", "/2", "mfa/2/1", "mfa/99999999999"]
        {
            assert_eq!(other.parse::<ContributionName>(), Err(InvalidContributionName), "{other}");
        }
    }

    #[test]
    fn a_verification_code_holds_all_eighty_bits_and_reads_back() {
        assert_eq!(VerificationCode::of_bits([0; 10]).as_str(), "0000-0000-0000-0000");
        assert_eq!(VerificationCode::of_bits([0xFF; 10]).as_str(), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        // 0x08 is one bit in the fifth place of the first sign, 0x01 the last bit of the last.
        assert_eq!(VerificationCode::of_bits([8, 0, 0, 0, 0, 0, 0, 0, 0, 1]).as_str(), "1000-0000-0000-0001");
        let code = VerificationCode::of_bits([0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0, 0x11, 0x22]);
        assert_eq!(code.as_str().parse::<VerificationCode>(), Ok(code));
        for bad in [
            "",
            "0000-0000-0000",
            "0000-0000-0000-000O",
            "0000-0000-0000-000o",
            "0000000000000000",
            "0000-0000-0000-0000-",
        ] {
            assert_eq!(bad.parse::<VerificationCode>(), Err(InvalidVerificationCode), "{bad}");
        }
    }

    #[test]
    fn a_message_id_is_the_same_each_time() {
        let inquiry = InquiryId(Uuid::nil());
        let id = MessageId::new(inquiry, 2, RecipientNo(7), "saual.example");
        assert_eq!(id.as_str(), "<00000000-0000-0000-0000-000000000000.2.7@saual.example>");
    }
}
