//! Search: one row per inquiry with everything that is written in it, found by words in any form, by numbers in any spelling, and by names.
//!
//! Read `written` (what is kept of an inquiry, and where a text stands), `fold` (how an event changes it, a pure function), `index` (from texts to the
//! words that the database compares), `follow` (keeps the table), [`files`] (texts of attachments, read beside the journal), then `question` (what
//! was typed, taken apart), `ask` with `asking` and `ranked` (gathering, ranking, counting), `nearest` (what was meant where nothing is written so), `shown` and `snippet` (what is
//! shown of a hit). Why it is so: docs/adr/0034-search.md.
//!
//! Whoever asks is told of nothing that they may not read: not by a hit, not by a count, not by a piece of text, and not by a word that is offered
//! in place of another.

mod ask;
mod asking;
mod faction;
pub mod files;
mod fold;
mod follow;
mod index;
mod nearest;
mod question;
mod ranked;
mod shown;
mod similar;
mod snippet;
mod written;

use std::fmt;
use std::str::FromStr;

use directory::{ChamberCode, Language, MinistryCode};
use inquiry::{InquiryId, StageName};
use jiff::civil::Date;
use uuid::Uuid;

pub use crate::register::Count;
pub(crate) use follow::Search;
pub use similar::{Likeness, Similar};
pub use snippet::Snippet;
pub use written::{FileOf, Place, PlaceKind};

/// The most hits of one page.
pub const MAX_LIMIT: u16 = 50;

/// The most inquiries that are ranked, listed and counted: of more, those that say it in their heading, and the latest.
pub const MOST: u16 = 400;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// What was typed: words, a number, names, "a phrase", -without.
    pub text: String,
    /// What the hits are narrowed by.
    pub narrowed: Narrowed,
    /// Exactly the words that were typed: nothing else is searched for where they are not found.
    pub literally: bool,
    /// Behind which hit the page begins.
    pub after: Option<After>,
    /// How many hits at most (1 to [`MAX_LIMIT`]).
    pub limit: u16,
}

impl Asked {
    /// The first page of what was typed.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), narrowed: Narrowed::default(), literally: false, after: None, limit: 20 }
    }
}

/// What hits are narrowed by. What is `None` does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// The chamber whose deputies ask.
    pub chamber: Option<ChamberCode>,
    /// The year of the letter's date.
    pub year: Option<i16>,
    /// Where it stands.
    pub stage: Option<StageName>,
    /// A ministry that leads or helps.
    pub ministry: Option<MinistryCode>,
    /// A faction, in any spelling.
    pub faction: Option<String>,
    /// The language of the inquiry.
    pub language: Option<Language>,
    /// Where the words stand.
    pub place: Option<PlaceKind>,
    /// Something was written in it behind this position of the journal: what a kept question tells as new.
    pub written_after: Option<i64>,
}

/// Where the next page begins: behind this hit. Written and read as text for an address.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct After {
    pub(crate) score: f64,
    pub(crate) received: Date,
    pub(crate) inquiry: InquiryId,
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}.{}.{}", self.score.to_bits(), self.received, self.inquiry.0.simple())
    }
}

/// A text that is no [`After`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no place in a list of hits")]
pub struct InvalidAfter;

impl FromStr for After {
    type Err = InvalidAfter;

    fn from_str(text: &str) -> Result<Self, InvalidAfter> {
        let mut parts = text.splitn(3, '.');
        let (Some(score), Some(received), Some(inquiry)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(InvalidAfter);
        };
        let score = f64::from_bits(u64::from_str_radix(score, 16).map_err(|_| InvalidAfter)?);
        let received = received.parse().map_err(|_| InvalidAfter)?;
        let inquiry = InquiryId(inquiry.parse::<Uuid>().map_err(|_| InvalidAfter)?);
        if score.is_finite() { Ok(Self { score, received, inquiry }) } else { Err(InvalidAfter) }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// A page of hits, the best first.
    pub hits: Vec<Hit>,
    /// How many inquiries hold everything that was asked for, counted to a bound.
    pub total: Count,
    /// How many hold a part of it; they stand behind the others, and are looked for when those are few.
    pub partly: Count,
    /// What the hits may be narrowed by.
    pub facets: Facets,
    /// Where the next page begins, if there is one.
    pub next: Option<After>,
    /// The words that are hardly written anywhere, and what was searched for besides.
    pub instead: Vec<Instead>,
    /// What was typed is a whole number, and one inquiry has it.
    pub exact: Option<InquiryId>,
    /// What was typed holds no word to be searched for.
    pub nothing_asked: bool,
}

/// A word that is hardly written anywhere, and those that were searched for with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// As it was typed.
    pub typed: String,
    /// What was searched for, the nearest first.
    pub searched: Vec<String>,
}

/// An inquiry that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Which.
    pub inquiry: InquiryId,
    /// Its number as the deputies' letter prints it.
    pub number: String,
    /// What it is about.
    pub subject: Snippet,
    /// The day of receipt.
    pub received: Date,
    /// Where it stands.
    pub stage: StageName,
    /// The lead executor.
    pub lead: Option<MinistryCode>,
    /// The number of its reply.
    pub outgoing_number: Option<String>,
    /// Where it was found best.
    pub place: Place,
    /// What stands there.
    pub snippet: Snippet,
    /// Where else, the best first.
    pub also: Vec<Place>,
    /// Words that were asked for and do not stand in it.
    pub missing: Vec<String>,
    /// How well it answers; only ever compared with others of the same question.
    pub score: f64,
}

/// What hits may be narrowed by, each value with its count among those that were looked at, the most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Codes of chambers.
    pub chamber: Vec<Bucket>,
    /// Years.
    pub year: Vec<Bucket>,
    /// Codes of stages.
    pub stage: Vec<Bucket>,
    /// Codes of ministries.
    pub ministry: Vec<Bucket>,
    /// Factions, each in the spelling that most of the inquiries have.
    pub faction: Vec<Bucket>,
    /// Codes of languages.
    pub language: Vec<Bucket>,
    /// Codes of [`PlaceKind`].
    pub place: Vec<Bucket>,
}

/// One value, and how many hits have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The value.
    pub value: String,
    /// How many; where more was found than is looked at, there are more.
    pub count: u64,
}

pub use ask::{numbered, search};
pub use faction::is_same_faction;
pub use similar::similar;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_is_read_as_it_was_written_and_nothing_else_is() {
        let after = After {
            score: 101.25,
            received: jiff::civil::date(2023, 9, 20),
            inquiry: "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001".parse().unwrap(),
        };
        assert_eq!(after.to_string().parse::<After>(), Ok(after));
        for bad in
            ["", ".", "x.2023-09-20.018f3c1e7a557cc19d3b4c2a70b0a001", "7ff8000000000000.2023-09-20.0", "1.2.3.4"]
        {
            assert_eq!(bad.parse::<After>(), Err(InvalidAfter), "{bad}");
        }
    }
}
