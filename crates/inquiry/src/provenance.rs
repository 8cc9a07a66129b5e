//! Where a block of a draft came from: a ministry's contribution, or a paragraph of an earlier answer that was taken over.
//!
//! What an earlier answer said stays what it said, whatever becomes of its letter; whether that letter was replaced since is asked when it is shown.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{BlobHash, ContributionName, InquiryId, InvalidContributionName};

/// Where a block came from. A contribution is written as its name, as it always was; an earlier answer as everything that proves it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum BlockSource {
    /// A ministry's contribution.
    Contribution(ContributionName),
    /// A paragraph of an earlier answer.
    Answer(EarlierAnswer),
}

/// A paragraph of a letter that was signed, numbered and sent in answer to another inquiry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierAnswer {
    /// The inquiry that the letter answered.
    pub inquiry: InquiryId,
    /// The letter's outgoing number.
    pub number: String,
    /// The date of that number.
    pub dated: Date,
    /// SHA-256 of the letter with its number, as it was sent.
    pub letter: BlobHash,
    /// Which block of the letter's body it was, counted from 1.
    pub paragraph: u32,
}

/// How many signs of a letter's hash stand in the name of its paragraphs: 64 bits tell the letters of a country apart.
const NAMED_SIGNS: usize = 16;

/// How many signs of the inquiry's id stand behind them: letters of several inquiries may have the same bytes, as those of a made-up office have.
const ASKED_SIGNS: usize = 8;

impl EarlierAnswer {
    /// The ministry's place in the name that editors carry beside a block: no ministry has a code like this one.
    #[must_use]
    pub fn code(&self) -> String {
        Self::code_of(self.inquiry, &self.letter)
    }

    /// The same of a letter in answer to an inquiry.
    #[must_use]
    pub fn code_of(inquiry: InquiryId, letter: &BlobHash) -> String {
        let hash = letter.to_string();
        // The end of an id is what chance made of it; its beginning may be a time.
        let asked = inquiry.0.as_u128() & 0xffff_ffff;
        format!("answer-{}-{asked:08x}", hash.get(..NAMED_SIGNS).unwrap_or(&hash))
    }

    /// The beginning of the letter's hash that such a code names; none for a ministry's. A text that was written before codes named the inquiry has
    /// codes that end behind the hash.
    #[must_use]
    pub fn beginning(code: &str) -> Option<&str> {
        let (beginning, rest) = code.strip_prefix("answer-")?.split_at_checked(NAMED_SIGNS)?;
        let is_hex = |signs: &str| signs.bytes().all(|sign| sign.is_ascii_digit() || (b'a'..=b'f').contains(&sign));
        let is_end = |end: &str| end.len() == ASKED_SIGNS && is_hex(end);
        let is_code = is_hex(beginning) && (rest.is_empty() || rest.strip_prefix('-').is_some_and(is_end));
        is_code.then_some(beginning)
    }

    /// May a code mean this letter in answer to this inquiry? One that names no inquiry leaves open which of several it means.
    #[must_use]
    pub fn may_mean(code: &str, inquiry: InquiryId, letter: &BlobHash) -> bool {
        Self::beginning(code).is_some() && Self::code_of(inquiry, letter).starts_with(code)
    }
}

/// The short name that editors carry: `mfa/2`, or `answer-0f1e2d3c4b5a6978-70b0a001/4`.
impl fmt::Display for BlockSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contribution(name) => name.fmt(f),
            Self::Answer(answer) => write!(f, "{}/{}", answer.code(), answer.paragraph),
        }
    }
}

/// A contribution by its name. The short name of an earlier answer does not say all that is kept of it, and is none.
impl FromStr for BlockSource {
    type Err = InvalidContributionName;

    fn from_str(text: &str) -> Result<Self, InvalidContributionName> {
        let name: ContributionName = text.parse()?;
        match EarlierAnswer::beginning(name.ministry.as_str()) {
            Some(_) => Err(InvalidContributionName),
            None => Ok(Self::Contribution(name)),
        }
    }
}

impl From<ContributionName> for BlockSource {
    fn from(name: ContributionName) -> Self {
        Self::Contribution(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> EarlierAnswer {
        EarlierAnswer {
            inquiry: "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001".parse().unwrap(),
            number: "12-3/326".into(),
            dated: jiff::civil::date(2023, 10, 18),
            letter: "0f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a6978".parse().unwrap(),
            paragraph: 4,
        }
    }

    #[test]
    fn an_earlier_answer_has_a_short_name_that_no_contribution_has() {
        let source = BlockSource::Answer(answer());
        assert_eq!(source.to_string(), "answer-0f1e2d3c4b5a6978-70b0a001/4");
        assert_eq!(EarlierAnswer::beginning(&answer().code()), Some("0f1e2d3c4b5a6978"));
        for code in [
            "mfa",
            "answer-",
            "answer-0f1e2d3c4b5a697",
            "answer-0F1E2D3C4B5A6978",
            "answer-0f1e2d3c4b5a69780",
            "answer-0f1e2d3c4b5a6978-",
            "answer-0f1e2d3c4b5a6978-70b0a00",
            "answer-0f1e2d3c4b5a6978-70B0A001",
        ] {
            assert_eq!(EarlierAnswer::beginning(code), None, "{code}");
        }
        for name in ["answer-0f1e2d3c4b5a6978/4", "answer-0f1e2d3c4b5a6978-70b0a001/4"] {
            assert_eq!(name.parse::<BlockSource>(), Err(InvalidContributionName), "{name}");
        }
    }

    #[test]
    fn letters_with_the_same_bytes_have_names_by_their_inquiries_and_a_name_of_before_may_mean_either() {
        let other: InquiryId = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a002".parse().unwrap();
        let (mine, letter) = (answer().inquiry, answer().letter);
        let (named, before) = (answer().code(), "answer-0f1e2d3c4b5a6978");
        assert_eq!(named.len(), 32, "as long as a code may be");
        assert!(EarlierAnswer::may_mean(&named, mine, &letter) && !EarlierAnswer::may_mean(&named, other, &letter));
        assert!(EarlierAnswer::may_mean(before, mine, &letter) && EarlierAnswer::may_mean(before, other, &letter));
        assert_eq!(EarlierAnswer::beginning(before), Some("0f1e2d3c4b5a6978"));
        for code in ["answer-", "answer-0f1e2d3c4b5a697", "answer-0f1e2d3c4b5a6978-70b0a00"] {
            assert!(!EarlierAnswer::may_mean(code, mine, &letter), "{code}");
        }
    }

    #[test]
    fn contributions_are_stored_as_they_always_were_and_answers_with_everything_that_proves_them() {
        let sources = [Some("mfa/2".parse::<BlockSource>().unwrap()), None, Some(BlockSource::Answer(answer()))];
        let stored = serde_json::to_string(&sources).unwrap();
        assert!(stored.starts_with(r#"["mfa/2",null,{"inquiry":"018f3c1e-"#), "{stored}");
        assert_eq!(serde_json::from_str::<Vec<Option<BlockSource>>>(&stored).unwrap(), sources);
        for other in ["\"mfa\"", "{}", "7", r#"{"inquiry":"018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001","number":"1"}"#] {
            assert!(serde_json::from_str::<BlockSource>(other).is_err(), "{other}");
        }
    }
}
