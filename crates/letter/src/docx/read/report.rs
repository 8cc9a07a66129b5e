//! Everything that is said about a file that came in.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Fault;
use crate::model::{Language, Letter, SignatureBlock};
use crate::provenance::Sourced;
use crate::runs::Run;

/// A file that was read: its body, and what else it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The body as it reads with every tracked change accepted. Its sources are what the file claims; see [`Sourced::edited`].
    pub sourced: Sourced,
    /// The text in a second language, where the file has one: it begins at a form of its own behind the first.
    pub second: Option<Sourced>,
    /// What stands around the body: addressee, salutation, signature. The form is not edited in a file; see [`Edited::form_changes`].
    pub form: Vec<FormPart>,
    /// What headers and footers say, a paragraph a line.
    pub margins: std::collections::BTreeSet<String>,
    /// Whether the letter stands on a ministry's blank, whose own parts are none of our form's.
    pub on_blank: bool,
    /// Tracked changes, in order.
    pub changes: Vec<TrackedChange>,
    /// Comments, in order.
    pub comments: Vec<Comment>,
    /// Looks that a letter does not have, which were left out. The words are all there.
    pub left_out: Vec<LeftOut>,
}

/// A place in the file, as a person finds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Spot {
    /// Which paragraph of the document, from 1, those in tables counted as well.
    pub paragraph: usize,
    /// Its first words; of an empty one, those of the paragraph before.
    pub words: String,
    /// Whether the words are those of the paragraph before.
    pub after: bool,
}

/// A part of the form as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FormPart {
    /// Which one, by the name of its style; empty for what has none of the form's styles.
    pub part: String,
    /// Whether it is the form of the second text.
    pub second: bool,
    /// Its lines.
    pub lines: Vec<String>,
}

/// A part of the form that the file says differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FormChange {
    /// Which one.
    pub part: &'static str,
    /// Its lines in the letter.
    pub was: Vec<String>,
    /// Its lines in the file; none if it is not there.
    pub is: Vec<String>,
}

/// Something that was inserted or deleted with the tracking of changes switched on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrackedChange {
    /// What was done.
    pub kind: ChangeKind,
    /// By whom, as the file says.
    pub author: String,
    /// When, as the file says; RFC 3339 without a zone as Word writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The words; empty where only a look or the end of a paragraph changed.
    pub text: String,
    /// Where.
    pub spot: Spot,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Words came.
    Inserted,
    /// Words went.
    Deleted,
    /// Words came from elsewhere.
    MovedHere,
    /// Words went elsewhere.
    MovedAway,
    /// A paragraph was cut in two here.
    Split,
    /// This paragraph was joined to the next.
    Joined,
    /// The look changed.
    Formatted,
    /// A row of a table came.
    RowInserted,
    /// A row of a table went.
    RowDeleted,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Comment {
    /// Whose, as the file says.
    pub author: String,
    /// When, as the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What it says.
    pub text: String,
    /// The words it is about; empty if it stands at a point.
    pub anchor: String,
    /// Where.
    pub spot: Spot,
}

/// A look that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// What.
    pub what: Look,
    /// Where.
    pub spot: Spot,
}

/// A look that a letter does not have and that changes no word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Underlined, coloured, highlighted, in capitals.
    Character,
    /// A heading that is not bold, or whose number counts itself.
    Heading,
    /// A tab, read as a space.
    Tab,
    /// A link's address.
    Link,
    /// A field, whose last result was read.
    Field,
    /// Empty paragraphs.
    EmptyParagraph,
    /// Marks of a list that are neither dashes nor 1, 2, 3.
    ListMarks,
    /// A table whose first row was taken for its head.
    TableHead,
    /// Cells of one column that stand differently.
    Alignment,
    /// A place where a word may be divided.
    SoftHyphen,
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// It is no Word file, or a broken one.
    #[error("this is not a Word file (.docx) that can be opened: {0}")]
    NotWord(String),
    /// It is larger than any letter.
    #[error("the file is too large: at most {limit} {what}")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How many may be.
        limit: u64,
    },
    /// A part of it is no sound XML.
    #[error("the part {part} of the file cannot be read: {what}")]
    Part {
        /// Its name in the package.
        part: String,
        /// What is wrong.
        what: String,
    },
    /// It holds what a letter cannot hold: everything of it, in order.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unheld(Vec<Unheld>),
}

/// Something that a letter cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheld {
    /// What.
    pub what: What,
    /// Where.
    pub spot: Spot,
}

/// What a letter cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// A picture.
    Picture,
    /// A text box or a drawn shape.
    TextBox,
    /// An embedded object or another document.
    Embedded,
    /// An equation.
    Equation,
    /// Merged cells, or rows of different length.
    MergedCells,
    /// A table that is nothing but a head.
    TableRows,
    /// A table in a table.
    NestedTable,
    /// A list in a cell.
    ListInCell,
    /// An endnote.
    Endnote,
    /// A footnote whose text is missing, or with a mark of its own.
    FootnoteMark,
    /// A heading below the third level.
    HeadingLevel,
    /// A new page inside a paragraph.
    PageBreakInside,
    /// A section or a column of its own.
    Section,
    /// Struck words.
    Struck,
    /// Hidden words.
    Hidden,
    /// Raised or lowered words.
    Raised,
    /// A sign of a symbol font.
    Symbol,
    /// A list that begins with another number than 1.
    ListStart,
    /// A numbered list that goes on after something else.
    ListGoesOn,
    /// Wrappers in wrappers.
    TooDeep,
    /// The paragraph of a blank by which the body's beginning or end is known is gone.
    FormLost,
    /// No text at all.
    NoText,
    /// What the rules of a body refuse.
    Rule(Fault),
    /// An element that the reader does not know.
    Element(String),
}

impl FormChange {
    /// The part's name as a person knows it.
    #[must_use]
    pub fn name(&self, language: Language) -> &'static str {
        let (kk, ru, en) = match self.part {
            "header" => ("колонтитул", "колонтитул", "header or footer"),
            "addressee" => ("адресат", "адресат", "addressee"),
            "reference" => ("сілтеме", "ссылка на запрос", "reference"),
            "salutation" => ("қаратпа сөз", "обращение", "salutation"),
            "opening" => ("бланктің кіріспе сөздері", "вступление бланка", "the form's opening words"),
            "closing" => ("бланктің қорытынды сөздері", "заключение бланка", "the form's closing words"),
            "signature" => ("қолтаңба: лауазым", "подпись: должность", "signature: post"),
            "signature name" => ("қолтаңба: аты-жөні", "подпись: имя", "signature: name"),
            "executor" => ("орындаушы", "исполнитель", "executor"),
            "annex title" => ("қосымшаның атауы", "заголовок приложения", "annex title"),
            "annex group" => ("қосымша: топ", "приложение: группа", "annex: group"),
            "annex member" => ("қосымша: аты-жөндері", "приложение: имена", "annex: names"),
            _ => ("мәтіннен тыс сөздер", "слова вне текста", "words outside of the text"),
        };
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

impl Edited {
    /// The parts of the form that the file says differently from `letter`. They are not taken over: the form is made from facts. What a
    /// blank says around the body cannot be told apart, so nothing is said of a letter on one.
    #[must_use]
    pub fn form_changes(&self, letter: &Letter) -> Vec<FormChange> {
        use super::styles::Role;
        if self.on_blank {
            return Vec::new();
        }
        let one = |line: &String| vec![line.clone()];
        let expected: [(Role, Vec<String>); 6] = [
            (Role::Addressee, letter.addressee.clone()),
            (Role::Reference, letter.reference.clone()),
            (Role::Salutation, one(&letter.salutation)),
            (Role::Signature, signed(letter).flat_map(|block| block.post.clone()).collect()),
            (
                Role::SignatureName,
                signed(letter).map(|block| block.name.clone()).filter(|name| !name.is_empty()).collect(),
            ),
            (Role::Executor, letter.executor.iter().cloned().collect()),
        ];
        let mut changes: Vec<FormChange> = expected
            .into_iter()
            .filter_map(|(role, was)| {
                let is = self.lines_of(role.name());
                // Under a letter in two languages, the one signature block has both languages.
                let both = self.second.is_some() && matches!(role, Role::Signature | Role::SignatureName);
                let mut lines = is.iter();
                let same = if both { was.iter().all(|own| lines.any(|line| line == own)) } else { is == was };
                (!same).then_some(FormChange { part: role.name(), was, is })
            })
            .collect();
        changes.extend(self.other_changes(letter));
        changes
    }

    /// What the annexes say, and what stands in no part of the form at all: held against the file as we write it.
    fn other_changes(&self, letter: &Letter) -> Vec<FormChange> {
        use super::styles::Role;
        let own = super::super::written(letter, &[]).ok().and_then(|file| super::read(&file).ok());
        let parts = [Role::AnnexTitle, Role::AnnexGroup, Role::AnnexMember, Role::Text].map(Role::name);
        let told = parts.into_iter().map(|part| {
            let was = own.as_ref().map_or_else(Vec::new, |own| own.lines_of(part));
            FormChange { part, was, is: self.lines_of(part) }
        });
        let mut told: Vec<FormChange> = told.filter(|change| change.was != change.is).collect();
        if let Some(own) = own.filter(|own| own.margins != self.margins) {
            let only = |one: &Self, other: &Self| one.margins.difference(&other.margins).cloned().collect();
            told.push(FormChange { part: "header", was: only(&own, self), is: only(self, &own) });
        }
        told
    }

    fn lines_of(&self, part: &str) -> Vec<String> {
        self.form.iter().filter(|form| form.part == part && !form.second).flat_map(|form| form.lines.clone()).collect()
    }
}

/// The lines of a row of runs, footnotes left out.
pub(super) fn lines(runs: &[Run]) -> Vec<String> {
    let mut lines = vec![String::new()];
    for run in runs {
        match run {
            Run::Text { text, .. } => {
                if let Some(line) = lines.last_mut() {
                    line.push_str(text);
                }
            }
            Run::LineBreak => lines.push(String::new()),
            Run::Footnote { .. } => {}
        }
    }
    lines
}

/// Where in the file a block of the body stands.
pub(super) fn spot_of(at: &str, spots: &[Spot]) -> Spot {
    let block = at.split('/').nth(2).and_then(|index| index.parse::<usize>().ok());
    block.and_then(|block| spots.get(block)).or_else(|| spots.last()).cloned().unwrap_or_default()
}

/// Everybody who signs, as the letter prints them below each other.
fn signed(letter: &Letter) -> impl Iterator<Item = &SignatureBlock> {
    std::iter::once(&letter.signature).chain(&letter.cosignatures)
}
