//! Where the blocks of a text came from, in words: a ministry's contribution, or an earlier answer.

use directory::{Actor, Language, MinistryCode};
use jiff::civil::Date;
use letter::model::Block;
use letter::provenance::{Source, Sourced};
use readmodel::letters::SourceLetter;
use serde::Serialize;

use super::super::fields::say;
use super::super::wording;
use crate::office::drafts::first_words;
use crate::office::earlier::{self, Letters};
use crate::problem::Problem;
use crate::state::AppState;

/// Blocks that follow each other and came from one contribution or one earlier answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::screens) struct Stretch {
    /// Their places, from 1: `3` or `3–5`.
    pub places: String,
    /// What they came from: «СІМ, 2-ұсыныс», «№ 12-3/326 жауаптан, 4-абзац»; and that they say something else than that answer, where they do.
    pub from: String,
    /// The first words of the first of them.
    pub words: String,
    /// Where an earlier answer can be read; none where the reader may not know of it.
    pub href: Option<String>,
    /// The earlier answer is no longer in force, and why.
    pub warning: Option<String>,
}

/// How what a text came from is told.
#[derive(Clone, Copy)]
pub(in crate::screens) struct Told<'a> {
    pub state: &'a AppState,
    /// The letters of earlier answers that it names.
    pub letters: &'a Letters,
    pub language: Language,
}

impl Told<'_> {
    /// A contribution or a paragraph of an earlier answer, as people call it.
    pub(in crate::screens) fn words(&self, source: &Source) -> String {
        if earlier::is_answer(source) {
            return self.answer(source, &source.version().to_string());
        }
        contribution(self.state, source, self.language)
    }

    fn answer(&self, source: &Source, paragraphs: &str) -> String {
        let language = self.language;
        match (self.letters.of(source), language) {
            (Some(letter), Language::Kk) => {
                format!("№ {} ({}) жауаптан алынды, {paragraphs}-абзац", letter.number, day(letter.dated))
            }
            (Some(letter), Language::Ru) => {
                format!("взято из ответа № {} от {}, абзац {paragraphs}", letter.number, day(letter.dated))
            }
            (Some(letter), Language::En) => {
                format!("taken over from No. {} of {}, paragraph {paragraphs}", letter.number, day(letter.dated))
            }
            (None, _) => say(
                language,
                "бұрынғы жауаптан алынды",
                "взято из прежнего ответа",
                "taken over from an earlier answer",
            ),
        }
    }

    fn warning(&self, source: &Source) -> Option<String> {
        self.letters.over(source).map(|letter| over(letter, self.language))
    }

    /// The stretches of a text that came from somewhere; none when the lead wrote all of it.
    pub(in crate::screens) fn stretches(&self, text: &Sourced) -> Vec<Stretch> {
        let sources = text.sources();
        let is_changed = |(source, block): (&Option<Source>, &Block)| {
            source.as_ref().is_some_and(|source| self.letters.is_changed(source, block))
        };
        let changed: Vec<bool> = sources.iter().zip(&text.body.blocks).map(is_changed).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < sources.len() {
            let Some(source) = &sources[at] else {
                at += 1;
                continue;
            };
            let behind = sources[at..].iter().zip(&changed[at..]).enumerate();
            let length =
                behind.take_while(|(n, (next, is))| follows(source, next.as_ref(), *n) && **is == changed[at]).count();
            let mut from = match usize::try_from(source.version()) {
                Ok(first) if earlier::is_answer(source) => self.answer(source, &places(first, first + length - 1)),
                _ => self.words(source),
            };
            if changed[at] {
                from = format!("{from}; {}", say(self.language, "өзгертілген", "изменено", "changed"));
            }
            let letter = self.letters.of(source);
            found.push(Stretch {
                places: places(at + 1, at + length),
                from,
                words: first_words(&text.body.blocks[at]),
                href: letter.map(|letter| format!("/inquiries/{}/answer?letter={}", letter.inquiry, letter.file)),
                warning: self.warning(source),
            });
            at += length;
        }
        found
    }
}

/// Why a letter is no longer in force.
pub(in crate::screens) fn over(letter: &SourceLetter, language: Language) -> String {
    match letter.replaced_at {
        Some(_) => say(
            language,
            "Назар аударыңыз: бұл жауап кейін ауыстырылған, қазіргісін қараңыз.",
            "Внимание: этот ответ потом был заменён, посмотрите действующий.",
            "Take care: this answer was replaced since; see the one in force.",
        ),
        None => say(
            language,
            "Назар аударыңыз: бұл сауал кейін қайтарып алынған.",
            "Внимание: этот запрос потом был отозван.",
            "Take care: this inquiry was withdrawn since.",
        ),
    }
}

/// The n-th behind `first`: of one contribution, or the next paragraph of one earlier answer.
fn follows(first: &Source, next: Option<&Source>, n: usize) -> bool {
    let Some(next) = next else { return false };
    if !earlier::is_answer(first) {
        return next == first;
    }
    let wanted = u32::try_from(n).ok().and_then(|n| first.version().checked_add(n));
    next.ministry() == first.ministry() && wanted == Some(next.version())
}

fn day(date: Date) -> String {
    date.strftime("%d.%m.%Y").to_string()
}

/// A contribution as people call it.
pub(in crate::screens) fn contribution(state: &AppState, source: &Source, language: Language) -> String {
    let short = MinistryCode::new(source.ministry())
        .map_or_else(|_| source.ministry().to_owned(), |code| wording::ministry(state, &code, language).short);
    let version = source.version();
    match language {
        Language::Kk => format!("{short}, {version}-ұсыныс"),
        Language::Ru => format!("{short}, предложение {version}"),
        Language::En => format!("{short}, contribution {version}"),
    }
}

/// The stretches of a text as somebody reads them, with how the earlier answers stand today.
///
/// # Errors
/// The database could not be asked.
pub(in crate::screens) async fn stretches(
    state: &AppState,
    actor: &Actor,
    text: &Sourced,
    language: Language,
) -> Result<Vec<Stretch>, Problem> {
    let letters = earlier::letters_of(state, actor, text).await?;
    Ok(Told { state, letters: &letters, language }.stretches(text))
}

/// `3`, or `3–5`.
pub(super) fn places(first: usize, last: usize) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}
