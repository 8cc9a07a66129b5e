//! How long a text may be and what it may hold. Whatever passes here can be stored, shown and mailed.

use std::collections::BTreeSet;

use directory::MinistryCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::content;
use crate::email;
use crate::refusal::Refusal;

/// A person's name, an account, a number, a server's name: characters of one line.
const SHORT: usize = 200;
/// A line of a label: characters; the letter prints no more.
const PRINTED_LINE: usize = 300;
/// A subject, a phrase: characters.
const LINE: usize = 1_000;
/// A reason, a question, a resolution: characters.
const TEXT: usize = 10_000;
/// The most characters kept of what a mail server answered.
pub const ANSWER: usize = 500;
/// The most deputies on one list; the longest seen in practice has 145.
pub const RECIPIENTS: usize = 1_000;
/// The most entries of any other list.
pub const ENTRIES: usize = 200;
/// The most bytes that the codes of all ministries which ever had a part in one inquiry may take, with eight more for each: an index of what is open holds
/// them twice in an entry of 2.7 KB (docs/adr/0043-what-is-open.md). Of usual codes that is room for eighty.
const PLACES_BYTES: usize = 1_000;
/// The most lines of a label or a post; the letter prints no more.
pub const LINES: usize = 12;
/// The most who sign a letter besides the first one it names.
pub const FURTHER_SIGNATORIES: usize = 5;
/// The most bytes of a body, written as JSON.
pub const BODY_BYTES: usize = 1_000_000;
/// The most levels of lists and objects in a body. A stored event must be readable again, and JSON readers stop at 128.
pub const BODY_DEPTH: usize = 64;
/// How far one extension may go, in years after the day in force. The rules know no longer one, and a slip of the pen would stop the clock
/// for good.
pub const EXTENSION_YEARS: i16 = 1;

/// A part of a command that somebody fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The subject of the inquiry.
    Subject,
    /// The words of a question.
    Question,
    /// The questions.
    Questions,
    /// A line of a group's label.
    GroupLabel,
    /// The groups of the list.
    Groups,
    /// The deputies on the list.
    Recipients,
    /// A deputy's name.
    DeputyName,
    /// The name or the media type of a file.
    FileName,
    /// The files.
    Files,
    /// The incoming number.
    IncomingNumber,
    /// The words of the resolution.
    Resolution,
    /// The co-executors.
    CoExecutors,
    /// What a co-executor is asked for.
    Task,
    /// A reason.
    Reason,
    /// The body of a letter or a contribution.
    Body,
    /// The links from questions to answers.
    Answers,
    /// The translations.
    Translations,
    /// The name of whoever prepared the letter.
    ExecutorName,
    /// Their telephone number.
    ExecutorPhone,
    /// A comment.
    Comment,
    /// The visas that are required.
    RequiredVisas,
    /// The account of an approver.
    Approver,
    /// Remarks to a draft.
    Remarks,
    /// The name of the signatory.
    SignatoryName,
    /// A line of the signatory's post.
    PostLine,
    /// Who signs besides the first one named.
    FurtherSignatories,
    /// The date of the document.
    DocumentDate,
    /// The series of numbers.
    Series,
    /// A number that a letter prints.
    Number,
    /// The date of a number.
    NumberDate,
    /// The day of receipt.
    Received,
    /// The server that took a mail.
    Relay,
    /// The day of a delivery by hand.
    DeliveryDate,
    /// How a letter was delivered, and who took it.
    DeliveryNote,
    /// The ground of an extension or an outcome.
    Ground,
    /// What an interim reply says.
    Summary,
    /// The date of an interim reply.
    InterimDate,
    /// The inquiries that join.
    Others,
    /// To whom an inquiry is sent on.
    RedirectedTo,
}

impl Field {
    const fn limit(self) -> usize {
        match self {
            Self::DeputyName
            | Self::FileName
            | Self::IncomingNumber
            | Self::ExecutorName
            | Self::ExecutorPhone
            | Self::Approver
            | Self::SignatoryName
            | Self::PostLine
            | Self::DocumentDate
            | Self::Series
            | Self::Number
            | Self::NumberDate
            | Self::Received
            | Self::Relay
            | Self::DeliveryDate
            | Self::InterimDate => SHORT,
            Self::GroupLabel => PRINTED_LINE,
            Self::Subject | Self::RedirectedTo => LINE,
            Self::Question
            | Self::Resolution
            | Self::Task
            | Self::Reason
            | Self::Comment
            | Self::Remarks
            | Self::DeliveryNote
            | Self::Ground
            | Self::Summary => TEXT,
            Self::Recipients => RECIPIENTS,
            Self::FurtherSignatories => FURTHER_SIGNATORIES,
            Self::Questions
            | Self::Groups
            | Self::Files
            | Self::CoExecutors
            | Self::Answers
            | Self::Translations
            | Self::RequiredVisas
            | Self::Others => ENTRIES,
            Self::Body => BODY_BYTES,
        }
    }

    /// Does it say why something was done? That is kept for ever and in clear, and needs nobody's address. What is quoted, drafted or asked may have to
    /// name one.
    const fn says_why(self) -> bool {
        matches!(self, Self::Reason | Self::DeliveryNote | Self::Ground)
    }

    /// Do line breaks have a place in it? What goes into a header, a table cell or a list is one line.
    const fn has_lines(self) -> bool {
        self.limit() == TEXT || matches!(self, Self::Body)
    }
}

/// A text that has to be there.
pub(crate) fn text(field: Field, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Empty { field });
    }
    let (limit, found) = (field.limit(), text.chars().count());
    if found > limit {
        return Err(Refusal::TooLong { field, limit, found });
    }
    if field.says_why() && email::names_one(text) {
        return Err(Refusal::AddressInReason { field });
    }
    characters(field, text)
}

/// A text that may be left out, but not left empty.
pub(crate) fn optional(field: Field, given: Option<&str>) -> Result<(), Refusal> {
    given.map_or(Ok(()), |given| text(field, given))
}

/// A list that may be empty.
pub(crate) fn list<T>(field: Field, entries: &[T]) -> Result<(), Refusal> {
    count(field, entries.len())
}

/// Lines that are printed one beneath the other: at least one, none of them empty.
pub(crate) fn lines(field: Field, lines: &[String]) -> Result<(), Refusal> {
    if lines.is_empty() {
        return Err(Refusal::Empty { field });
    }
    if lines.len() > LINES {
        return Err(Refusal::TooMany { field, limit: LINES, found: lines.len() });
    }
    lines.iter().try_for_each(|line| text(field, line))
}

/// So many entries of a list.
pub(crate) fn count(field: Field, found: usize) -> Result<(), Refusal> {
    let limit = field.limit();
    if found > limit { Err(Refusal::TooMany { field, limit, found }) } else { Ok(()) }
}

/// The ministries that will have had a part.
pub(crate) fn places(ministries: &BTreeSet<&MinistryCode>) -> Result<(), Refusal> {
    let mut bytes = 0;
    let mut limit = 0;
    for ministry in ministries {
        bytes += ministry.as_str().len() + 8;
        if bytes <= PLACES_BYTES {
            limit += 1;
        }
    }
    let found = ministries.len();
    if limit < found { Err(Refusal::TooMany { field: Field::CoExecutors, limit, found }) } else { Ok(()) }
}

/// The blocks of a letter: a JSON list with something in it, by itself or under `blocks`. What the blocks mean, the letter's content model says; here stands
/// only what a stored event can bear. Fractions are refused because a fraction read back need not be the one written.
pub(crate) fn body(value: &Value) -> Result<(), Refusal> {
    let field = Field::Body;
    if content::blocks(value).is_none_or(<[Value]>::is_empty) {
        return Err(Refusal::Empty { field });
    }
    tree(value, 1)?;
    let (limit, found) = (field.limit(), value.to_string().len());
    if found > limit { Err(Refusal::TooLong { field, limit, found }) } else { Ok(()) }
}

fn tree(value: &Value, depth: usize) -> Result<(), Refusal> {
    if depth > BODY_DEPTH {
        return Err(Refusal::NestedTooDeep { limit: BODY_DEPTH });
    }
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(()),
        Value::Number(_) => Err(Refusal::FractionInBody),
        Value::String(text) => characters(Field::Body, text),
        Value::Array(items) => items.iter().try_for_each(|item| tree(item, depth + 1)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            characters(Field::Body, key)?;
            tree(value, depth + 1)
        }),
    }
}

/// Control characters cannot be shown or stored, and the marks that turn the direction of writing let a text look like another.
fn characters(field: Field, text: &str) -> Result<(), Refusal> {
    let line_break = |c: char| field.has_lines() && matches!(c, '\n' | '\r' | '\t');
    let hidden = |c: char| (c.is_control() && !line_break(c)) || turns_direction(c);
    match text.chars().find(|c| hidden(*c)) {
        Some(found) => Err(Refusal::HiddenCharacter { field, code: found.into() }),
        None => Ok(()),
    }
}

const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// What a foreign server said, made fit for keeping: a fact is never refused because of the words it came in.
pub(crate) fn quoted(answer: &str) -> String {
    answer.chars().map(|c| if c.is_control() || turns_direction(c) { ' ' } else { c }).take(ANSWER).collect()
}
