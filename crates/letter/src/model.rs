//! The letter as content: what it says, in order, before any medium has a say in how it looks.
//!
//! One [`Letter`] feeds the PDF, the HTML and the plain text, so that the three cannot say different things. Everything here is
//! plain data with a JSON form; [`crate::body::parse`] reads the part that people edit and names the place of a fault.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::body::Body;
use crate::fingerprint::Fingerprint;
use crate::words;

/// The language a letter is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Kazakh, the language of record.
    Kk,
    /// Russian.
    Ru,
    /// English, for reading only.
    En,
}

impl Language {
    /// Every language, in the order in which the house lists them.
    pub const ALL: [Self; 3] = [Self::Kk, Self::Ru, Self::En];

    /// The BCP 47 code, as it stands in `/Lang` and in `lang="…"`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kk => "kk",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }
}

/// A complete letter. [`Letter::registration`] is empty until the letter has been signed and numbered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// The language of everything but the letterhead's second side.
    pub language: Language,
    /// What the letter is about: the title of the document, not printed on the page.
    pub title: String,
    /// On whose behalf the letter is written: the author of the document, not printed on the page.
    pub author: String,
    /// The date in the document's metadata, `YYYY-MM-DD`; not printed.
    #[schemars(with = "String", extend("format" = "date"))]
    pub dated: Date,
    /// A word laid faintly over every page of something that is not the letter yet («ЖОБА»).
    #[serde(default)]
    pub watermark: Option<String>,
    /// The two sides of the letterhead.
    pub letterhead: Letterhead,
    /// Outgoing date and number, once they exist.
    #[serde(default)]
    pub registration: Option<RegistrationMark>,
    /// To whom, line by line, in the dative.
    pub addressee: Vec<String>,
    /// To which letter this one answers, line by line.
    pub reference: Vec<String>,
    /// The greeting.
    pub salutation: String,
    /// What the letter says.
    pub body: Body,
    /// The same letter in another language, behind the first text and under the same signature.
    #[serde(default)]
    pub second: Option<Rendition>,
    /// Who signs it.
    pub signature: SignatureBlock,
    /// Who signs it besides, below each other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cosignatures: Vec<SignatureBlock>,
    /// Who prepared it and can be telephoned, as printed at the foot of the last text page.
    #[serde(default)]
    pub executor: Option<String>,
    /// How a holder of a paper copy finds the electronic document.
    #[serde(default)]
    pub verification: Option<Verification>,
    /// What is added on pages of its own.
    #[serde(default)]
    pub annexes: Vec<Annex>,
}

/// A letter's text in its second language. Letterhead, number, signature, executor and verification mark are the letter's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rendition {
    /// Its language.
    pub language: Language,
    /// To whom, line by line, in the dative.
    pub addressee: Vec<String>,
    /// To which letter this one answers, line by line.
    pub reference: Vec<String>,
    /// The greeting.
    pub salutation: String,
    /// What the letter says.
    pub body: Body,
    /// The signatory's post and name as this language writes them, in the one signature block.
    pub signature: SignatureBlock,
    /// The same of those who sign besides: as many, in the same order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cosignatures: Vec<SignatureBlock>,
    /// What is added on pages of its own, behind the first text's annexes.
    #[serde(default)]
    pub annexes: Vec<Annex>,
}

/// The letterhead: the same body named in both official languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Letterhead {
    /// The left side, in Kazakh.
    pub kk: LetterheadSide,
    /// The right side, in Russian.
    pub ru: LetterheadSide,
}

/// One side of a letterhead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterheadSide {
    /// The name of the office, line by line.
    pub lines: Vec<String>,
    /// Its address, one line.
    pub address: String,
}

/// Outgoing date and number as they are printed: `2023 жылғы 5 қазан` and `12-11/3841 ДС`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationMark {
    /// The outgoing number without the sign «№», which the form prints.
    pub number: String,
    /// The outgoing date in words.
    pub date_text: String,
}

impl RegistrationMark {
    /// The mark of a letter that got `number` on the day `dated`, with the date in the words of `language`.
    #[must_use]
    pub fn new(number: impl Into<String>, dated: Date, language: Language) -> Self {
        Self { number: number.into(), date_text: words::official_date(dated, language) }
    }
}

/// The signature block: the post on the left, the name on the right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureBlock {
    /// The post, line by line.
    pub post: Vec<String>,
    /// Initial and surname.
    pub name: String,
}

/// The verification mark beside the executor's line: a QR code of `url`, the short code and the address in letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// A short code that can be read out on the telephone.
    pub code: String,
    /// Where the document can be checked; `https://…` or `http://…`.
    pub url: String,
    /// One more line, where something has to be said (in the demo: that a server's seal stands in for a personal signature).
    #[serde(default)]
    pub note: Option<String>,
    /// The hash of what the letter says, to which its visas are bound. It stands in the file's properties and not on the page; letters of before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub fingerprint: Option<Fingerprint>,
}

/// Something added to the letter; each begins on a page of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Annex {
    /// The list of deputies a letter goes to, in the inquiry's own groups and order.
    Deputies {
        /// The heading, line by line.
        title: Vec<String>,
        /// The groups in order.
        groups: Vec<Group>,
    },
    /// A table.
    Table {
        /// The heading, line by line.
        title: Vec<String>,
        /// The table.
        table: Table,
    },
    /// Free text.
    Text {
        /// The heading, line by line.
        title: Vec<String>,
        /// The text.
        body: Body,
    },
}

impl Annex {
    /// The heading, line by line.
    pub(crate) fn title_mut(&mut self) -> &mut Vec<String> {
        match self {
            Self::Deputies { title, .. } | Self::Table { title, .. } | Self::Text { title, .. } => title,
        }
    }
}

/// A group of recipients under the label that their own list gives them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The label line by line, copied from the inquiry and never rephrased.
    pub lines: Vec<String>,
    /// Initials and surnames, in order.
    pub members: Vec<String>,
}

/// A piece of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    /// A paragraph.
    Paragraph {
        /// What it says.
        content: Vec<Inline>,
    },
    /// A heading. The first one is of level 1 and no level is skipped on the way down.
    Heading {
        /// 1 to 3.
        #[schemars(range(min = 1, max = 3))]
        level: u8,
        /// What it says.
        content: Vec<Inline>,
    },
    /// A list, numbered or not.
    List {
        /// Whether its items are numbered.
        ordered: bool,
        /// The items: paragraphs and lists.
        items: Vec<ListItem>,
    },
    /// A table.
    Table(Table),
    /// The following text begins a new page.
    PageBreak,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListItem {
    /// Paragraphs and inner lists.
    pub blocks: Vec<Block>,
}

/// A table with a head that is repeated on every page it reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// One entry a column.
    pub columns: Vec<Column>,
    /// The head: one cell a column.
    pub head: Vec<Cell>,
    /// The rows: one cell a column each.
    pub rows: Vec<Vec<Cell>>,
}

/// How wide a column is and where its text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its share of the table's width beside the other columns' shares, 1 to 12.
    #[schemars(range(min = 1, max = 12))]
    pub share: u8,
    /// Where its text stands.
    pub align: Align,
}

/// Where a column's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Align {
    /// At the left.
    Start,
    /// In the middle.
    Center,
    /// At the right, for numbers.
    End,
}

/// A cell of a table; it may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// What it says.
    pub content: Vec<Inline>,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Inline {
    /// Words as they are. They never become markup in any medium.
    Text {
        /// The words; no control or invisible characters.
        text: String,
    },
    /// Bold.
    Bold {
        /// What is bold.
        content: Vec<Inline>,
    },
    /// Italic.
    Italic {
        /// What is italic.
        content: Vec<Inline>,
    },
    /// A footnote whose mark stands here. Footnotes are numbered in reading order.
    Footnote {
        /// What the footnote says; it holds no footnotes.
        content: Vec<Inline>,
    },
    /// A new line inside the paragraph.
    LineBreak,
}

impl Inline {
    /// Words as they are.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }
}

impl Block {
    /// A paragraph of plain words.
    #[must_use]
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph { content: vec![Inline::text(text)] }
    }

    /// A heading of the first level.
    #[must_use]
    pub fn heading(text: impl Into<String>) -> Self {
        Self::Heading { level: 1, content: vec![Inline::text(text)] }
    }
}
