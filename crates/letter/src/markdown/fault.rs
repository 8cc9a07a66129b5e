//! What can be wrong with a text, with its line and column, in three languages.

use std::fmt;

use crate::error::Fault as LetterFault;
use crate::model::Language;

/// Something that cannot be read into a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The character in it, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: What,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// A picture.
    Picture,
    /// A link; its words can stay.
    Link,
    /// The definition of a link, which Markdown would drop.
    LinkDefinition,
    /// Code, in a line or as a block. Four spaces at the beginning of a line make one.
    Code,
    /// A quotation.
    Quotation,
    /// Markup that is none of the notations.
    Html(String),
    /// A notation that is written wrongly or stands before the wrong block.
    Notation(String),
    /// A mark of bold or italic that is not closed in its paragraph.
    Unclosed(&'static str),
    /// A heading below the third level.
    HeadingLevel(u8),
    /// Words with a line of dashes or equals signs beneath them, in a field where that is not meant.
    Underlined,
    /// A footnote written inside its line, `^[…]`.
    InlineFootnote,
    /// A list that begins with another number than 1.
    ListStart(usize),
    /// A row that has not as many cells as the table has columns.
    RowCells {
        /// Its cells.
        found: usize,
        /// The table's columns.
        columns: usize,
    },
    /// A footnote that nothing refers to, or a second one of its name.
    FootnoteUnused(String),
    /// A footnote that has no text.
    FootnoteMissing(String),
    /// Something else than paragraphs in a footnote.
    InFootnote,
    /// Something of Markdown that a letter does not have.
    Construct(&'static str),
    /// The text is longer than any body.
    TooLong,
    /// Nested beyond reason.
    TooDeep,
    /// What the rules of a body refuse.
    Letter(LetterFault),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Language::En))
    }
}

impl Fault {
    /// The fault as a sentence with its place.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let (line, column, what) = (self.line, self.column, self.what.words(language));
        match language {
            Language::Kk => format!("{line}-жол, {column}-таңба: {what}"),
            Language::Ru => format!("строка {line}, знак {column}: {what}"),
            Language::En => format!("line {line}, column {column}: {what}"),
        }
    }
}

impl What {
    /// What is wrong and what to do about it.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let (kk, ru, en) = match self {
            Self::Picture => (
                "сурет хатқа сыймайды".into(),
                "картинку письмо не вмещает".into(),
                "a picture has no place in a letter".into(),
            ),
            Self::Link => (
                "сілтеменің адресін сөзбен жазыңыз".into(),
                "напишите адрес ссылки словами".into(),
                "write the link's address in words".into(),
            ),
            Self::LinkDefinition => (
                "«[…]:» жолын Markdown жасырады; мәтін болса, [ алдына \\ қойыңыз".into(),
                "строку «[…]:» Markdown скрывает; если это текст, поставьте \\ перед [".into(),
                "Markdown hides a line «[…]:»; if it is text, put \\ before [".into(),
            ),
            Self::Code => (
                "код белгісі хатқа сыймайды; ` алдына \\ қойыңыз, жол басындағы бос орындарды алыңыз".into(),
                "код письмо не вмещает; поставьте \\ перед ` и уберите пробелы в начале строки".into(),
                "code has no place in a letter; put \\ before ` and take the spaces from the beginning of the line"
                    .into(),
            ),
            Self::Quotation => (
                "дәйексөз белгісін (>) алып тастаңыз".into(),
                "уберите знак цитаты (>)".into(),
                "take the sign of a quotation (>) away".into(),
            ),
            Self::Html(tag) => (
                format!("{tag} белгілеуі хатқа сыймайды; мәтін болса, < алдына \\ қойыңыз"),
                format!("разметку {tag} письмо не вмещает; если это текст, поставьте \\ перед <"),
                format!("the markup {tag} has no place in a letter; if it is text, put \\ before <"),
            ),
            Self::Notation(said) => (
                format!("«{said}» белгісі түсініксіз не басқа блоктың алдында тұр"),
                format!("пометка «{said}» непонятна или стоит не перед тем блоком"),
                format!("the note «{said}» cannot be understood or stands before the wrong block"),
            ),
            Self::Unclosed(tag) => (
                format!("{tag} осы абзацта жабылмаған"),
                format!("{tag} не закрыт в этом абзаце"),
                format!("{tag} is not closed in this paragraph"),
            ),
            Self::HeadingLevel(level) => (
                format!("тақырыптың үш-ақ деңгейі бар, бұл {level}-деңгей"),
                format!("у заголовков три уровня, это уровень {level}"),
                format!("there are three levels of headings; this is level {level}"),
            ),
            Self::Underlined => (
                "астындағы --- не === жолы мұны тақырыпқа айналдырады; арасына бос жол қойыңыз, тақырыпты # белгісінен бастаңыз".into(),
                "строка --- или === под текстом делает его заголовком; оставьте между ними пустую строку, заголовок начинайте с #".into(),
                "a line of --- or === beneath makes this a heading; put an empty line between, begin a heading with #".into(),
            ),
            Self::InlineFootnote => (
                "сілтемені [^1] деп белгілеп, мәтінін соңында «[^1]: …» деп жазыңыз; мәтін болса, ^ алдына \\ қойыңыз".into(),
                "отметьте сноску как [^1], а её текст напишите в конце: «[^1]: …»; если это текст, поставьте \\ перед ^".into(),
                "mark the footnote as [^1] and write its text at the end, «[^1]: …»; if it is text, put \\ before ^".into(),
            ),
            Self::ListStart(start) => (
                format!("тізім 1-ден басталады, бұл {start}-ден"),
                format!("список начинается с 1, а этот с {start}"),
                format!("a list begins at 1; this one begins at {start}"),
            ),
            Self::RowCells { found, columns } => (
                format!("жолда {found} ұяшық, кестеде {columns} баған"),
                format!("в строке {found} ячеек, в таблице {columns} столбцов"),
                format!("the row has {found} cells, the table {columns} columns"),
            ),
            Self::FootnoteUnused(name) => (
                format!("[^{name}] сілтемесіне мәтінде ешнәрсе сілтемейді немесе ол екі рет жазылған"),
                format!("на сноску [^{name}] ничто не ссылается, или она написана дважды"),
                format!("nothing refers to the footnote [^{name}], or it is there twice"),
            ),
            Self::FootnoteMissing(name) => (
                format!("[^{name}] сілтемесінің мәтіні жоқ"),
                format!("у сноски [^{name}] нет текста"),
                format!("the footnote [^{name}] has no text"),
            ),
            Self::InFootnote => (
                "сілтемеде тек абзацтар болады".into(),
                "в сноске бывают только абзацы".into(),
                "a footnote holds paragraphs only".into(),
            ),
            Self::Construct(name) => (
                format!("хатта мұндай жоқ: {name}"),
                format!("этого в письме не бывает: {name}"),
                format!("a letter has no such thing: {name}"),
            ),
            Self::TooLong => ("мәтін тым ұзын".into(), "текст слишком длинный".into(), "the text is too long".into()),
            Self::TooDeep => {
                ("тым терең салынған".into(), "вложено слишком глубоко".into(), "nested too deeply".into())
            }
            Self::Letter(fault) => return crate::body::words(fault, language),
        };
        let (kk, ru, en): (String, String, String) = (kk, ru, en);
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}
