//! What changed between two versions of a draft: everything that a visa binds to, not the text alone.

use directory::{Actor, Language, Role};
use inquiry::DraftVersion;
use inquiry::content::{AnswerLink, Performer};
use inquiry::event::Event;
use letter::diff::{Change, Diff, diff};
use letter::provenance::Sourced;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Written, body_of, version, versions};
use crate::office::seeing::{Seen, events_of};
use crate::problem::Problem;
use crate::speech::Words;

/// What changed between two versions of a draft.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DraftChanges")]
pub struct Comparison {
    /// The older version.
    pub from: u32,
    /// The newer version.
    pub to: u32,
    /// The language of the letter, where it became another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Became<Language>>,
    /// The text, block by block; enough to make the newer version from the older one.
    pub text: Diff,
    /// Who prepared the letter, where that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executor: Option<Became<Performer>>,
    /// Which block answers which question, where that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<Became<Vec<AnswerLink>>>,
    /// The texts in other languages that changed.
    pub translations: Vec<Translated>,
}

/// Something that was one thing and is another.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Became{T}")]
pub struct Became<T> {
    /// In the older version.
    pub was: T,
    /// In the newer version.
    pub is: T,
}

/// What became of the text in another language.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TranslationChange")]
pub struct Translated {
    /// Which.
    pub language: Language,
    /// What changed in it; a text that came or went has all its blocks added or removed.
    pub text: Diff,
}

impl Comparison {
    /// Whether the two versions are the same letter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
            && self.language.is_none()
            && self.executor.is_none()
            && self.answers.is_none()
            && self.translations.is_empty()
    }

    /// What changed, as text that a person reads: what went in `[-…-]`, what came in `{+…+}`.
    #[must_use]
    pub fn said(&self, language: Language, in_letter: letter::model::Language) -> String {
        let say = |kk: &str, ru: &str, en: &str| Words::new(kk, ru, en).in_language(language).to_owned();
        let (from, to) = (self.from, self.to);
        let mut text = format!("v{from} → v{to}\n\n");
        if self.is_empty() {
            text.push_str(&say("Екі нұсқа бірдей.", "Обе редакции одинаковы.", "The two versions are the same."));
            text.push('\n');
            return text;
        }
        text.push_str(&self.text.text(in_letter));
        let mut line = |title: String, was: String, is: String| {
            text.push_str(&format!("\n{title}: [-{was}-] {{+{is}+}}\n"));
        };
        if let Some(became) = &self.language {
            let words = |one: Language| one.words(language).to_owned();
            line(say("Хаттың тілі", "Язык письма", "Language of the letter"), words(became.was), words(became.is));
        }
        if let Some(became) = &self.executor {
            let words = |one: &Performer| format!("{}, {}", one.name, one.phone);
            line(say("Орындаушы", "Исполнитель", "Prepared by"), words(&became.was), words(&became.is));
        }
        if let Some(became) = &self.answers {
            let title = say("Сұрақ → абзац", "Вопрос → абзац", "Question → paragraph");
            line(title, links(&became.was), links(&became.is));
        }
        for translated in &self.translations {
            text.push_str(&format!("\n{}:\n{}", translated.language.words(language), translated.text.text(in_letter)));
        }
        text
    }
}

/// Links as a person reads them: `1 → 3; 2 → 5`.
#[must_use]
pub fn links(links: &[AnswerLink]) -> String {
    links.iter().map(|link| format!("{} → {}", link.question, link.block)).collect::<Vec<_>>().join("; ")
}

/// The two versions that are compared, with their texts.
pub struct Compared {
    /// The older one.
    pub from: Written,
    /// The newer one.
    pub to: Written,
    /// The older text.
    pub old: Sourced,
    /// The newer text.
    pub new: Sourced,
}

/// Finds the two versions: the newer one is the current one unless it is named, the older one is the version of the reader's own last visa,
/// or without one the version before the newer.
///
/// # Errors
/// [`Problem::NotThereYet`] when there is no such version or nothing before it.
pub fn choose(
    actor: &Actor,
    seen: &Seen,
    from: Option<DraftVersion>,
    to: Option<DraftVersion>,
) -> Result<Compared, Problem> {
    let versions = versions(seen)?;
    let to = version(&versions, to)?.clone();
    let from = match from {
        Some(from) => version(&versions, Some(from))?.clone(),
        None => match last_visa(actor, seen, to.version)? {
            Some(visaed) => version(&versions, Some(visaed))?.clone(),
            None => versions.iter().rfind(|known| known.version < to.version).ok_or_else(first_version)?.clone(),
        },
    };
    let (old, new) = (from.text(None)?, to.text(None)?);
    Ok(Compared { from, to, old, new })
}

/// The version of a person's own last visa, up to that version.
///
/// # Errors
/// A failure when an event cannot be read.
pub fn last_visa(actor: &Actor, seen: &Seen, up_to: DraftVersion) -> Result<Option<DraftVersion>, Problem> {
    if !actor.has(Role::Approver) {
        return Ok(None);
    }
    let mut last = None;
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            if let Event::DraftVisaed(visa) = event
                && visa.approver == actor.stands_for()
                && visa.version <= up_to
            {
                last = Some(visa.version);
            }
        }
    }
    Ok(last)
}

fn first_version() -> Problem {
    Problem::NotThereYet {
        what: Words::new(
            "Бұл – жобаның бірінші нұсқасы, салыстыратын нұсқа жоқ.",
            "Это первая редакция проекта, сравнивать не с чем.",
            "This is the first version of the draft; there is none to compare it with.",
        ),
    }
}

/// Compares them. It keeps a processor busy; run it where it delays nobody.
///
/// # Errors
/// [`Problem::LetterRefused`] when a text is no letter's.
pub fn compare(compared: &Compared) -> Result<Comparison, Problem> {
    let (old, new) = (&compared.from.content, &compared.to.content);
    let mut translations = Vec::new();
    for language in Language::ALL {
        let text = |written: &Written| {
            let known = written.content.translations.iter().find(|text| text.language == language);
            known.map_or_else(|| Ok(letter::Body { blocks: Vec::new() }), |text| body_of(&text.body))
        };
        let changes = diff(&text(&compared.from)?, &text(&compared.to)?);
        if !changes.is_empty() {
            translations.push(Translated { language, text: changes });
        }
    }
    Ok(Comparison {
        from: compared.from.version.0,
        to: compared.to.version.0,
        language: became(&old.language, &new.language),
        text: diff(&compared.old.body, &compared.new.body),
        executor: became(&old.executor, &new.executor),
        answers: became(&old.answers, &new.answers),
        translations,
    })
}

/// The version that a text was most likely made from: of all that were written, the one with the least between them, the latest where it
/// is the same. A file that comes back does not say which version somebody had taken it from.
///
/// # Errors
/// [`Problem::LetterRefused`] when a version is no letter's text.
pub fn made_from<'a>(versions: &'a [Written], text: &Sourced) -> Result<Option<&'a Written>, Problem> {
    let mut nearest: Option<(usize, &Written)> = None;
    for written in versions {
        let between = extent(&diff(&written.text(None)?.body, &text.body));
        if nearest.is_none_or(|(least, _)| between <= least) {
            nearest = Some((between, written));
        }
    }
    Ok(nearest.map(|(_, written)| written))
}

/// How much lies between two texts: the length of what a comparison says of blocks that do not read the same.
fn extent(changes: &Diff) -> usize {
    let changed = changes.changes.iter().filter(|change| !matches!(change, Change::Kept { moved: false, .. }));
    changed.filter_map(|change| serde_json::to_string(change).ok()).map(|said| said.len()).sum()
}

fn became<T: Clone + PartialEq>(was: &T, is: &T) -> Option<Became<T>> {
    (was != is).then(|| Became { was: was.clone(), is: is.clone() })
}
