//! What is kept of an inquiry for being searched: its texts, each with the place where it stands, its numbers and its files.

use std::collections::BTreeSet;

use directory::{ChamberCode, DeputyId, Language, MinistryCode};
use inquiry::{BlobHash, InquiryId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::faction::normal;

/// Where a text stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "snake_case")]
pub enum Place {
    /// What it is about.
    Subject,
    /// A number: Parliament's, the Office's, the reply's.
    Number,
    /// The names of those who ask.
    Deputy,
    /// One of its questions.
    Question {
        /// Its place, counted from 1.
        no: u32,
    },
    /// The head's resolution.
    Resolution,
    /// The version of the draft that was written last.
    Draft {
        /// Which.
        version: u32,
    },
    /// A signed letter.
    Letter {
        /// The version of the draft that was signed.
        version: u32,
        /// Its outgoing number, once it has one.
        number: Option<String>,
    },
    /// An interim reply.
    Interim {
        /// Its number, when it got one.
        number: Option<String>,
    },
    /// What a ministry contributed last.
    Contribution {
        /// Whose.
        ministry: MinistryCode,
        /// Which of theirs.
        version: u32,
    },
    /// What a deputy said about the reply.
    Response {
        /// Their place on the list.
        recipient: u32,
    },
    /// A file.
    Attachment {
        /// Its name.
        name: String,
        /// Its bytes.
        blob: BlobHash,
        /// With what it came.
        of: FileOf,
    },
}

/// With what a file came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "with", rename_all = "snake_case")]
pub enum FileOf {
    /// With the inquiry.
    Inquiry,
    /// With what a ministry contributed.
    Contribution {
        /// Which ministry.
        ministry: MinistryCode,
    },
}

/// The kinds of places that a hit is ranked and narrowed by, each a weight of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    /// Subject, numbers, names.
    Heading,
    /// Questions, and the resolution.
    Question,
    /// Letters that came in or went out: what came with the inquiry, replies that were sent.
    Letter,
    /// Papers of the house: drafts, contributions, what is signed and not sent yet.
    Paper,
}

impl PlaceKind {
    /// Every kind, the weightiest first.
    pub const ALL: [Self; 4] = [Self::Heading, Self::Question, Self::Letter, Self::Paper];

    /// Its code in an address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Heading => "heading",
            Self::Question => "question",
            Self::Letter => "letter",
            Self::Paper => "paper",
        }
    }

    /// The kind with that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Its weight in the index.
    pub(super) const fn weight(self) -> char {
        match self {
            Self::Heading => 'A',
            Self::Question => 'B',
            Self::Letter => 'C',
            Self::Paper => 'D',
        }
    }

    /// May whoever is no part of the house, the deputy who asked, read it?
    pub(super) const fn is_open(self) -> bool {
        !matches!(self, Self::Paper)
    }
}

/// A text, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Passage {
    /// Where.
    pub(super) at: Place,
    /// What stands there.
    pub(super) text: String,
    /// It has left the house, where that matters: a letter that was sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) sent: bool,
}

impl Passage {
    pub(super) fn new(at: Place, text: impl Into<String>) -> Self {
        Self { at, text: text.into(), sent: false }
    }

    pub(super) fn kind(&self) -> PlaceKind {
        match &self.at {
            Place::Subject | Place::Number | Place::Deputy => PlaceKind::Heading,
            Place::Question { .. } => PlaceKind::Question,
            Place::Interim { .. } | Place::Attachment { of: FileOf::Inquiry, .. } => PlaceKind::Letter,
            Place::Letter { .. } if self.sent => PlaceKind::Letter,
            Place::Letter { .. }
            | Place::Draft { .. }
            | Place::Resolution
            | Place::Contribution { .. }
            | Place::Response { .. }
            | Place::Attachment { of: FileOf::Contribution { .. }, .. } => PlaceKind::Paper,
        }
    }
}

/// A file that an inquiry names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileRef {
    pub(super) blob: BlobHash,
    pub(super) name: String,
    pub(super) of: FileOf,
}

/// Everything about an inquiry that is searched. Its texts stand in columns of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Written {
    pub(super) inquiry: InquiryId,
    pub(super) chamber: ChamberCode,
    pub(super) dated: Date,
    pub(super) received: Date,
    pub(super) language: Language,
    pub(super) lead: Option<MinistryCode>,
    pub(super) helps: BTreeSet<MinistryCode>,
    pub(super) took_part: BTreeSet<MinistryCode>,
    pub(super) deputies: BTreeSet<DeputyId>,
    pub(super) factions: BTreeSet<String>,
    /// Every number as it is printed.
    pub(super) numbers: Vec<String>,
    pub(super) files: Vec<FileRef>,
    #[serde(skip)]
    pub(super) passages: Vec<Passage>,
    #[serde(skip)]
    pub(super) position: i64,
}

impl Written {
    /// By what rows are narrowed and guarded, as the index of the table holds it.
    pub(super) fn marks(&self) -> Vec<String> {
        let mut marks = vec![
            chamber(&self.chamber),
            year(self.dated.year()),
            language(self.language),
            week(week_of(self.received)),
        ];
        marks.extend(self.lead.iter().chain(&self.helps).map(ministry));
        marks.extend(self.took_part.iter().map(part));
        marks.extend(self.deputies.iter().map(|id| deputy(*id)));
        marks.extend(self.factions.iter().flat_map(|name| [faction(name), of_faction(name)]));
        marks.sort_unstable();
        marks.dedup();
        marks
    }
}

/// The marks of rows, each with a letter that says of what it speaks.
pub(super) fn chamber(code: &ChamberCode) -> String {
    format!("c:{code}")
}

pub(super) fn year(year: i16) -> String {
    format!("y:{year}")
}

/// The week of a day, counted from the first of 1970: what `migrations/0041_search_weeks.sql` counts as well.
pub(super) fn week_of(day: Date) -> i64 {
    day.duration_since(jiff::civil::date(1970, 1, 1)).as_hours().div_euclid(7 * 24)
}

/// The first day of a week.
pub(super) fn first_day_of(week: i64) -> Date {
    jiff::civil::date(1970, 1, 1).saturating_add(jiff::SignedDuration::from_hours(week * 7 * 24))
}

/// Received in that week.
pub(super) fn week(week: i64) -> String {
    format!("w:{week}")
}

pub(super) fn language(language: Language) -> String {
    format!("l:{}", language.code())
}

pub(super) fn ministry(code: &MinistryCode) -> String {
    format!("m:{code}")
}

/// The ministry has or had a part in it: what `migrations/0034_search.sql` compares as well.
pub(super) fn part(code: &MinistryCode) -> String {
    format!("p:{code}")
}

/// The deputy asked: compared there too.
pub(super) fn deputy(id: DeputyId) -> String {
    format!("d:{}", id.uuid())
}

/// As a label spells it.
pub(super) fn faction(name: &str) -> String {
    format!("f:{name}")
}

/// As all its spellings are compared.
pub(super) fn of_faction(name: &str) -> String {
    format!("n:{}", normal(name))
}
