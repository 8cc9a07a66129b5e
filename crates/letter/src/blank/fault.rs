//! What can be wrong with a blank, with its place, in three languages.

use std::fmt;

use crate::docx::ImportError;
use crate::docx::read::report::Spot;
use crate::error::{LetterError, TemplateFault};
use crate::model::Language;

/// Something that keeps a blank from being used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlankFault {
    /// The part of the file: `word/document.xml`, `word/header1.xml`; empty where it is the file itself.
    pub part: String,
    /// The paragraph in it, where it is about one.
    pub spot: Option<Spot>,
    /// What is wrong.
    pub what: What,
}

/// What is wrong with a blank.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// The file cannot be opened.
    File(String),
    /// A field that a letter does not have.
    UnknownField(String),
    /// A tag that is none of those a blank may have.
    UnknownTag(String),
    /// `{{` without `}}` in the same line.
    Unclosed(String),
    /// `}}` without `{{`.
    Stray,
    /// `{{#…}}` that is not closed.
    UnclosedBlock(String),
    /// `{{/…}}` or `{{else}}` that closes nothing, or something else.
    StrayClose(String),
    /// A block that begins in one paragraph, cell or link and ends in another.
    Crossing(String),
    /// `{{body}}` or `{{annexes}}` beside other words, in a cell or in a header.
    NotAlone(&'static str),
    /// A block's tag alone in a table's cell.
    InCell(String),
    /// `{{#each}}` inside `{{#each}}`, or over a field of one line.
    Each(String),
    /// `{{this}}` outside of `{{#each}}`.
    This,
    /// No `{{body}}`, or more than one.
    Body(usize),
    /// Tracked changes or comments.
    Tracked,
    /// Macros, embedded objects, parts that are fetched from elsewhere.
    Foreign(String),
    /// Written by a program that names things in its own way.
    Dialect,
    /// It cannot be filled, although every tag is right.
    Unfillable(String),
}

impl BlankFault {
    pub(super) const fn of_file(what: What) -> Self {
        Self { part: String::new(), spot: None, what }
    }

    /// The fault as a sentence with its place.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let what = self.what.words(language);
        match (&self.spot, self.part.as_str()) {
            (Some(spot), part) => format!("{part}, {}: {what}", spot.words(language)),
            (None, "") => what,
            (None, part) => format!("{part}: {what}"),
        }
    }
}

impl fmt::Display for BlankFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Language::En))
    }
}

impl From<ImportError> for BlankFault {
    fn from(error: ImportError) -> Self {
        Self::of_file(What::File(error.to_string()))
    }
}

impl What {
    /// What is wrong and what to do about it.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let (kk, ru, en) = match self {
            Self::File(what) => {
                (format!("файл ашылмайды: {what}"), format!("файл не открывается: {what}"), what.clone())
            }
            Self::UnknownField(name) => {
                let known = super::fields().join(", ");
                (
                    format!("«{name}» деген өріс жоқ; бары: {known}"),
                    format!("поля «{name}» нет; есть: {known}"),
                    format!("there is no field «{name}»; known: {known}"),
                )
            }
            Self::UnknownTag(tag) => (
                format!("{{{{{tag}}}}} белгісі түсініксіз"),
                format!("пометка {{{{{tag}}}}} непонятна"),
                format!("the tag {{{{{tag}}}}} cannot be understood"),
            ),
            Self::Unclosed(tag) => (
                format!("{{{{{tag} осы жолда жабылмаған"),
                format!("{{{{{tag} не закрыто в этой строке"),
                format!("{{{{{tag} is not closed in this line"),
            ),
            Self::Stray => ("}} алдында {{ жоқ".into(), "перед }} нет {{".into(), "there is no {{ before }}".into()),
            Self::UnclosedBlock(tag) => (
                format!("{{{{{tag}}}}} жабылмаған"),
                format!("{{{{{tag}}}}} не закрыто"),
                format!("{{{{{tag}}}}} is not closed"),
            ),
            Self::StrayClose(tag) => (
                format!("{{{{{tag}}}}} ештеңені жаппайды"),
                format!("{{{{{tag}}}}} ничего не закрывает"),
                format!("{{{{{tag}}}}} closes nothing"),
            ),
            Self::Crossing(tag) => (
                format!("{{{{{tag}}}}} бір абзацта не ұяшықта басталып, басқасында бітеді"),
                format!("{{{{{tag}}}}} начинается в одном абзаце или ячейке, а кончается в другом"),
                format!("{{{{{tag}}}}} begins in one paragraph or cell and ends in another"),
            ),
            Self::NotAlone(tag) => (
                format!("{{{{{tag}}}}} кестеден тыс, өз абзацында жалғыз тұруы керек"),
                format!("{{{{{tag}}}}} стоит одно в своём абзаце, вне таблицы и колонтитула"),
                format!("{{{{{tag}}}}} stands alone in its paragraph, outside of tables and headers"),
            ),
            Self::InCell(tag) => (
                format!("{{{{{tag}}}}} ұяшықта сөздермен бір абзацта тұрсын"),
                format!("{{{{{tag}}}}} в ячейке пишется в одном абзаце со словами"),
                format!("in a cell {{{{{tag}}}}} stands in one paragraph with the words"),
            ),
            Self::Each(name) => (
                format!("{{{{#each {name}}}}} тек көп жолды өріске қойылады және басқасының ішінде тұрмайды"),
                format!("{{{{#each {name}}}}} ставится для поля из нескольких строк и не внутри другого"),
                format!("{{{{#each {name}}}}} is for a field of several lines, and not inside another"),
            ),
            Self::This => (
                "{{this}} тек {{#each}} ішінде болады".into(),
                "{{this}} бывает только внутри {{#each}}".into(),
                "{{this}} stands inside {{#each}} only".into(),
            ),
            Self::Body(count) => (
                format!("{{{{body}}}} бір рет тұруы керек, мұнда {count} рет"),
                format!("{{{{body}}}} должно стоять один раз, а стоит {count}"),
                format!("{{{{body}}}} has to stand once; it stands {count} times"),
            ),
            Self::Tracked => (
                "түзетулерді қабылдап, ескертпелерді өшіріңіз".into(),
                "примите исправления и удалите примечания".into(),
                "accept the tracked changes and delete the comments".into(),
            ),
            Self::Foreign(name) => (
                format!("макрос, енгізілген нысан не сыртқы сілтеме болмауы керек: {name}"),
                format!("макросов, встроенных объектов и внешних ссылок быть не должно: {name}"),
                format!("no macros, embedded objects or parts from elsewhere: {name}"),
            ),
            Self::Dialect => (
                "файлды Word-та .docx түрінде сақтаңыз (Strict емес)".into(),
                "сохраните файл в Word как .docx (не Strict)".into(),
                "save the file in Word as .docx (not Strict)".into(),
            ),
            Self::Unfillable(what) => (
                format!("толтырылмайды: {what}"),
                format!("не заполняется: {what}"),
                format!("cannot be filled: {what}"),
            ),
        };
        let (kk, ru, en): (String, String, String) = (kk, ru, en);
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

/// Why a letter is not put on a blank.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FillError {
    /// The letter itself is refused.
    #[error(transparent)]
    Letter(#[from] LetterError),
    /// The letter has annexes.
    #[error("the letter has annexes, and the blank has no {{{{annexes}}}}")]
    NoPlaceForAnnexes,
    /// The letter is written in two languages.
    #[error("the letter is written in two languages, and a blank has room for one")]
    TwoLanguages,
    /// A part of the file cannot take what has to be added to it.
    #[error(transparent)]
    Part(#[from] ImportError),
    /// The filled part is no sound XML. The blank's own fault would have been found when it was read.
    #[error("the filled part {part} is not sound: {what}")]
    Unsound {
        /// Its name.
        part: String,
        /// What is wrong.
        what: String,
    },
}

impl From<TemplateFault> for FillError {
    fn from(fault: TemplateFault) -> Self {
        Self::Letter(fault.into())
    }
}
