//! A letter as the templates of the package print it: the tree of blocks laid out flat, because Word knows no tree.
//!
//! A list becomes paragraphs with a level, bold in italic becomes a run that is both, a footnote becomes a number here and a text
//! in a part of its own, and a page break becomes a property of what follows it.

mod flow;

use jiff::civil::Date;
use serde::Serialize;

use self::flow::Flow;
use crate::body::limits::LIST_DEPTH;
use crate::model::{
    Annex, Group, Language, Letter, Letterhead, RegistrationMark, Rendition, SignatureBlock, Verification,
};
use crate::provenance::Source;
use crate::runs::Look;

/// The width of the text in twentieths of a point: A4 less 30 mm at the left and 15 mm at the right.
const TEXT_WIDTH: u32 = 9354;

/// A line of 14 pt in Word's single spacing, in twentieths of a point.
const LINE: usize = 322;

/// A group of deputies with more names than this may break over pages; a shorter one stays whole.
const WHOLE_GROUP: usize = 24;

/// Where a list's marks begin, as a paragraph's first line does, and how far each level stands in from the one around it.
const LIST_INDENT: u32 = 709;
const LIST_STEP: u32 = 425;

/// Everything the templates of the package may name.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    language: &'static str,
    locale: &'static str,
    title: &'a str,
    author: &'a str,
    dated: Date,
    watermark: Option<&'a str>,
    /// The blank it was made with, by its hash, where it was not made with our own form.
    blank: Option<String>,
    letterhead: &'a Letterhead,
    registration: Option<&'a RegistrationMark>,
    addressee: &'a [String],
    reference: &'a [String],
    salutation: &'a str,
    body: Vec<Piece<'a>>,
    second: Option<Second<'a>>,
    signature: &'a SignatureBlock,
    cosignatures: Vec<Cosigned<'a>>,
    foot: Option<Foot<'a>>,
    annexes: Vec<AnnexView<'a>>,
    footnotes: Vec<Footnote<'a>>,
    marks: [Marks; 2],
    lists: Vec<List>,
}

/// A paragraph or a table.
#[derive(Serialize)]
#[serde(tag = "piece", rename_all = "snake_case")]
enum Piece<'a> {
    Paragraph(Paragraph<'a>),
    Table(TableView<'a>),
}

#[derive(Serialize)]
struct Paragraph<'a> {
    style: &'static str,
    /// Stays on the page of what follows.
    keep_next: bool,
    /// Begins a page.
    new_page: bool,
    /// The item it begins, in a list.
    item: Option<Item>,
    /// Its indentation, where neither style nor list gives it.
    left: Option<u32>,
    /// Which contribution it came from, as the block's first paragraph says.
    bookmark: Option<Bookmark>,
    runs: Vec<Run<'a>>,
}

/// A bookmark around a paragraph's words.
#[derive(Clone, Serialize)]
struct Bookmark {
    number: usize,
    name: String,
}

#[derive(Serialize)]
struct Item {
    list: usize,
    level: u32,
}

/// Words of one look, a footnote's mark or a new line.
#[derive(Serialize)]
#[serde(tag = "run", rename_all = "snake_case")]
enum Run<'a> {
    Text { text: &'a str, look: Option<Look> },
    Footnote { number: usize },
    LineBreak { look: Option<Look> },
}

#[derive(Serialize)]
struct TableView<'a> {
    /// Begins a page.
    new_page: bool,
    /// Stays on the page of what follows, with its last rows.
    keep_next: bool,
    width: u32,
    columns: Vec<ColumnView>,
    head: Vec<CellView<'a>>,
    rows: Vec<Vec<CellView<'a>>>,
}

#[derive(Serialize)]
struct ColumnView {
    width: u32,
}

#[derive(Serialize)]
struct CellView<'a> {
    width: u32,
    justify: &'static str,
    /// Stays on the page of the next row, or of what follows the table.
    keep_next: bool,
    bookmark: Option<Bookmark>,
    runs: Vec<Run<'a>>,
}

#[derive(Serialize)]
struct Footnote<'a> {
    number: usize,
    runs: Vec<Run<'a>>,
}

/// The letter's text in its second language.
#[derive(Serialize)]
struct Second<'a> {
    addressee: &'a [String],
    reference: &'a [String],
    salutation: &'a str,
    body: Vec<Piece<'a>>,
    signature: &'a SignatureBlock,
}

/// One who signs besides, in the second language too where there is one.
#[derive(Serialize)]
struct Cosigned<'a> {
    post: &'a [String],
    name: &'a str,
    second: Option<&'a SignatureBlock>,
}

impl<'a> Cosigned<'a> {
    fn of(letter: &'a Letter) -> Vec<Self> {
        let mut others = letter.second.iter().flat_map(|second| &second.cosignatures);
        let block = |block: &'a SignatureBlock| Self { post: &block.post, name: &block.name, second: others.next() };
        letter.cosignatures.iter().map(block).collect()
    }
}

/// What stands below the signature: who prepared the letter, and how a paper copy is checked.
#[derive(Serialize)]
struct Foot<'a> {
    executor: Option<&'a str>,
    verification: Option<&'a Verification>,
}

/// What stands before the items of a kind of list, level by level.
#[derive(Serialize)]
struct Marks {
    number: usize,
    levels: Vec<Level>,
}

#[derive(Serialize)]
struct Level {
    level: u32,
    format: &'static str,
    mark: String,
    left: u32,
    hanging: u32,
}

/// One list of the letter; each counts from 1.
#[derive(Serialize)]
struct List {
    number: usize,
    marks: usize,
    level: u32,
}

#[derive(Serialize)]
struct AnnexView<'a> {
    title: &'a [String],
    pieces: Vec<Piece<'a>>,
    groups: Vec<GroupView<'a>>,
}

#[derive(Serialize)]
struct GroupView<'a> {
    lines: &'a [String],
    members: &'a [String],
    /// How far the first name stands below the label's first line, so that it stands on the last one, as on paper.
    drop: usize,
    whole: bool,
}

impl<'a> View<'a> {
    /// The letter with the sources of its body's blocks, one each; none where nobody knows them.
    pub(super) fn of(letter: &'a Letter, sources: &[Option<Source>]) -> Self {
        Self::beside(letter, sources, Numbers::default(), None)
    }

    /// The letter to stand in a package that has footnotes and lists of its own, and the name of that package.
    pub(crate) fn beside(
        letter: &'a Letter,
        sources: &[Option<Source>],
        taken: Numbers,
        blank: Option<String>,
    ) -> Self {
        let mut flow = Flow::after(taken);
        let mut body = flow.sourced(&letter.body.blocks, sources);
        let mut second = letter.second.as_ref().map(|second| Second::of(second, &mut flow));
        // Nobody signs an empty page: the last paragraph, or the last rows of a table, go with the signature.
        match second.as_mut().map_or(&mut body, |second| &mut second.body).last_mut() {
            Some(Piece::Paragraph(last)) => last.keep_next = true,
            Some(Piece::Table(last)) => last.keep_end(),
            None => {}
        }
        let annexes = letter.annexes.iter().chain(letter.second.iter().flat_map(|second| &second.annexes));
        let annexes = annexes.map(|annex| AnnexView::of(annex, &mut flow)).collect();
        let Flow { footnotes, lists, .. } = flow;
        Self {
            language: letter.language.code(),
            locale: locale(letter.language),
            title: &letter.title,
            author: &letter.author,
            dated: letter.dated,
            watermark: letter.watermark.as_deref(),
            blank,
            letterhead: &letter.letterhead,
            registration: letter.registration.as_ref(),
            addressee: &letter.addressee,
            reference: &letter.reference,
            salutation: &letter.salutation,
            body,
            second,
            signature: &letter.signature,
            cosignatures: Cosigned::of(letter),
            foot: Foot::of(letter),
            annexes,
            footnotes,
            marks: [Marks::dashes(taken.kinds), Marks::numbers(taken.kinds)],
            lists,
        }
    }

    /// Whether the letter has footnotes, and whether it has lists.
    pub(crate) fn has(&self) -> (bool, bool) {
        (!self.footnotes.is_empty(), !self.lists.is_empty())
    }
}

/// The last numbers that are taken already, of footnotes, of lists and of kinds of lists.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Numbers {
    pub(crate) footnotes: usize,
    pub(crate) lists: usize,
    /// Kinds of lists are counted from 0, so this is the first number that is free.
    pub(crate) kinds: usize,
}

impl TableView<'_> {
    /// How many rows go with what follows.
    const END: usize = 3;

    /// Keeps its end on the page of what follows.
    fn keep_end(&mut self) {
        self.keep_next = true;
        self.rows.iter_mut().rev().take(Self::END).flatten().for_each(|cell| cell.keep_next = true);
    }
}

impl<'a> Second<'a> {
    fn of(second: &'a Rendition, flow: &mut Flow<'a>) -> Self {
        Self {
            addressee: &second.addressee,
            reference: &second.reference,
            salutation: &second.salutation,
            body: flow.pieces(&second.body.blocks),
            signature: &second.signature,
        }
    }
}

impl<'a> Foot<'a> {
    fn of(letter: &'a Letter) -> Option<Self> {
        let foot = Self { executor: letter.executor.as_deref(), verification: letter.verification.as_ref() };
        (foot.executor.is_some() || foot.verification.is_some()).then_some(foot)
    }
}

impl<'a> AnnexView<'a> {
    fn of(annex: &'a Annex, flow: &mut Flow<'a>) -> Self {
        match annex {
            Annex::Deputies { title, groups } => {
                Self { title, pieces: Vec::new(), groups: groups.iter().map(GroupView::of).collect() }
            }
            Annex::Table { title, table } => Self { title, pieces: vec![flow.table(table)], groups: Vec::new() },
            Annex::Text { title, body } => Self { title, pieces: flow.pieces(&body.blocks), groups: Vec::new() },
        }
    }
}

impl<'a> GroupView<'a> {
    fn of(group: &'a Group) -> Self {
        Self {
            lines: &group.lines,
            members: &group.members,
            drop: group.lines.len().saturating_sub(1) * LINE,
            whole: group.members.len() <= WHOLE_GROUP,
        }
    }
}

impl Marks {
    const DASHES: usize = 0;
    const NUMBERS: usize = 1;

    fn dashes(taken: usize) -> Self {
        Self::levels(taken + Self::DASHES, "bullet", |_| "–".to_owned())
    }

    fn numbers(taken: usize) -> Self {
        Self::levels(taken + Self::NUMBERS, "decimal", |level| format!("%{})", level + 1))
    }

    fn levels(number: usize, format: &'static str, mark: impl Fn(u32) -> String) -> Self {
        let levels = (0..)
            .take(LIST_DEPTH)
            .map(|level| Level { level, format, mark: mark(level), left: list_indent(level), hanging: LIST_STEP })
            .collect();
        Self { number, levels }
    }
}

/// The level of a list whose text begins here, as [`list_indent`] lays it out.
pub(super) fn list_level(left: u32) -> usize {
    let level = left.saturating_sub(LIST_INDENT + LIST_STEP / 2) / LIST_STEP;
    usize::try_from(level).map_or(LIST_DEPTH, |level| level.min(LIST_DEPTH))
}

/// Where the text of a list's level begins.
const fn list_indent(level: u32) -> u32 {
    LIST_INDENT + LIST_STEP * (level + 1)
}

/// The language with the country whose spelling rules Word is to take.
const fn locale(language: Language) -> &'static str {
    match language {
        Language::Kk => "kk-KZ",
        Language::Ru => "ru-RU",
        Language::En => "en-GB",
    }
}
