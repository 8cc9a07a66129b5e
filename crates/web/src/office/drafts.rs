//! The text of a draft on its way to an editor and back: every version from the journal, each in the forms that people edit.
//!
//! Read on in [`forms`] (out, and in from bytes), [`answers`] (links follow their blocks), [`comparing`] (what changed between two
//! versions), [`sheets`] (a contribution on its way to Word, with what is asked in front) and [`taking`] (a text that came back becomes a version or a contribution).

pub mod answers;
pub mod comparing;
pub mod forms;
pub mod sheets;
pub mod taking;

use std::collections::BTreeMap;

use directory::{Language, MinistryCode};
use inquiry::content::DraftContent;
use inquiry::event::{DraftRevised, Event};
use inquiry::{BlockSource, DraftVersion};
use jiff::Timestamp;
use letter::Body;
use letter::model::{Block, Inline};
use letter::provenance::{Source, Sourced};
use serde_json::Value;

use super::letters::{no_draft, refused};
use super::seeing::{Seen, events_of};
use crate::problem::Problem;
use crate::speech::Words;

/// A version of a draft, as it was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// Which.
    pub version: DraftVersion,
    /// What it says.
    pub content: DraftContent,
    /// Where its blocks came from; one entry a block of the body, or none at all.
    pub sources: Vec<Option<Source>>,
    /// What the journal says of each of them.
    pub named: Named,
    /// The account that wrote it.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// What was changed, in the author's words.
    pub comment: Option<String>,
}

impl Written {
    fn of(revised: DraftRevised, at: Timestamp) -> Self {
        let DraftRevised { version, content, sources, author, comment, .. } = revised;
        // A name that the journal took is one that the letter's crate takes too, but for numbers that nobody counts to.
        let short = |source: &Option<BlockSource>| source.as_ref().and_then(|source| source.to_string().parse().ok());
        let named = sources.iter().filter_map(|source| Some((short(source)?, source.clone()?))).collect();
        Self { version, content, sources: sources.iter().map(short).collect(), named, author, at, comment }
    }

    /// The text in a language: the letter's own when none is named. Only the letter's own has sources.
    ///
    /// # Errors
    /// [`Problem::NotThereYet`] when there is no text in that language, [`Problem::LetterRefused`] when it is no letter's text.
    pub fn text(&self, language: Option<Language>) -> Result<Sourced, Problem> {
        let Some(language) = language.filter(|language| *language != self.content.language) else {
            let body = body_of(&self.content.body)?;
            return Ok(Sourced::new(body.clone(), self.sources.clone()).unwrap_or_else(|_| body.into()));
        };
        let known = self.content.translations.iter().find(|text| text.language == language);
        let known = known.ok_or_else(|| Problem::NotThereYet {
            what: Words::new(
                "Жобаның бұл тілде мәтіні жоқ.",
                "На этом языке текста у проекта нет.",
                "The draft has no text in this language.",
            ),
        })?;
        Ok(body_of(&known.body)?.into())
    }
}

/// What the journal says of the short names that editors carry beside blocks.
pub type Named = BTreeMap<Source, BlockSource>;

/// Where the blocks of a text came from, as the journal names it; nothing when nobody knows of any. What stands for an earlier answer has to
/// be among `named`: its short name alone proves nothing.
#[must_use]
pub fn names(text: &Sourced, named: &Named) -> Vec<Option<BlockSource>> {
    let name = |source: &Option<Source>| {
        let source = source.as_ref()?;
        named.get(source).cloned().or_else(|| source.to_string().parse().ok())
    };
    let names: Vec<Option<BlockSource>> = text.sources().iter().map(name).collect();
    if names.iter().all(Option::is_none) { Vec::new() } else { names }
}

/// A body as it is kept.
///
/// # Errors
/// [`Problem::LetterRefused`] when it is no letter's text.
pub fn body_of(kept: &Value) -> Result<Body, Problem> {
    letter::body::parse(kept).map_err(|fault| refused(&fault.into()))
}

/// Every version of the draft, the first one first.
///
/// # Errors
/// A failure when an event cannot be read.
pub fn versions(seen: &Seen) -> Result<Vec<Written>, Problem> {
    let mut versions = Vec::new();
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            if let Event::DraftRevised(revised) = event {
                versions.push(Written::of(revised, recorded.at));
            }
        }
    }
    Ok(versions)
}

/// One of them, the current one when none is named.
///
/// # Errors
/// [`Problem::NotThereYet`] when there is no such version.
pub fn version(versions: &[Written], wanted: Option<DraftVersion>) -> Result<&Written, Problem> {
    let found = match wanted {
        None => versions.last(),
        Some(wanted) => versions.iter().find(|written| written.version == wanted),
    };
    found.ok_or_else(|| if versions.is_empty() { no_draft() } else { no_version() })
}

fn no_version() -> Problem {
    Problem::NotThereYet {
        what: Words::new(
            "Жобаның мұндай нұсқасы жоқ.",
            "Такой редакции у проекта нет.",
            "The draft has no such version.",
        ),
    }
}

/// Every contribution that a draft may name, with its text, in order: those of the ministries at work, earlier ones too. What is no letter's
/// text cannot be taken into one.
///
/// # Errors
/// A failure when an event cannot be read.
pub fn contributions(seen: &Seen) -> Result<Vec<(Source, Body)>, Problem> {
    let mut found = Vec::new();
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            if let Event::ContributionSubmitted(sent) = event
                && seen.dossier.contribution(&sent.ministry).is_some()
                && let Ok(body) = letter::body::parse(&sent.body)
            {
                found.push((source_of(&sent.ministry, sent.version)?, body));
            }
        }
    }
    Ok(found)
}

/// A contribution's name in a text.
///
/// # Errors
/// A failure when the directory's code is none.
pub fn source_of(ministry: &MinistryCode, version: u32) -> Result<Source, Problem> {
    Source::new(ministry.as_str(), version).map_err(|error| Problem::failure("name a contribution", error))
}

/// A text whose claims of where its blocks came from are held against what is known: the draft it was made from, and the contributions
/// that it claims. What reads as in one of these is exactly as it was there, and no other claim counts.
#[must_use]
pub fn laid(before: Option<&Sourced>, contributions: &[(Source, Body)], new: Sourced) -> Sourced {
    let claimed: Vec<Source> = new.contributions().into_iter().cloned().collect();
    let known = before.map(|before| before.contributions().into_iter().cloned().collect::<Vec<_>>());
    let is_new = |source: &Source| claimed.contains(source) && !known.iter().flatten().any(|known| known == source);
    let taken = contributions.iter().filter(|(source, _)| is_new(source));
    let taken = Sourced::consolidated(taken.map(|(source, body)| (Some(source.clone()), body.clone())));
    match before {
        Some(before) => joined(before.clone(), taken).edited(new),
        None => taken.edited(new),
    }
}

/// One text behind another, every block with its source.
#[must_use]
pub fn joined(one: Sourced, other: Sourced) -> Sourced {
    let sources = one.sources().iter().chain(other.sources()).cloned().collect();
    let blocks = one.body.blocks.iter().chain(&other.body.blocks).cloned().collect();
    let body = Body { blocks };
    // Both have an entry for every block.
    Sourced::new(body.clone(), sources).unwrap_or_else(|_| body.into())
}

/// The first words of a block, for telling it from others.
#[must_use]
pub fn first_words(block: &Block) -> String {
    const LONGEST: usize = 60;
    let mut words = String::new();
    said(block, &mut words);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = words.chars().take(LONGEST).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    short
}

fn said(block: &Block, words: &mut String) {
    match block {
        Block::Paragraph { content } | Block::Heading { content, .. } => said_in_line(content, words),
        Block::List { items, .. } => items.iter().flat_map(|item| &item.blocks).for_each(|block| said(block, words)),
        Block::Table(table) => table.head.iter().chain(table.rows.iter().flatten()).for_each(|cell| {
            said_in_line(&cell.content, words);
            words.push(' ');
        }),
        Block::PageBreak => words.push_str("---"),
    }
}

fn said_in_line(content: &[Inline], words: &mut String) {
    for inline in content {
        match inline {
            Inline::Text { text } => words.push_str(text),
            Inline::Bold { content } | Inline::Italic { content } => said_in_line(content, words),
            Inline::LineBreak => words.push(' '),
            Inline::Footnote { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str) -> Source {
        name.parse().unwrap()
    }

    fn body(paragraphs: &[&str]) -> Body {
        Body { blocks: paragraphs.iter().map(|text| Block::paragraph(*text)).collect() }
    }

    #[test]
    fn a_text_claims_contributions_that_there_are_and_no_others() {
        let before = Sourced::from(body(&["Үкімет сауалды қарап шықты."]));
        let contributions = [
            (source("mfa/1"), body(&["Екіжақты келісім жобасы тараптарға жіберілді."])),
            (source("mof/1"), body(&["Бюджетте қаражат көзделген."])),
        ];
        let claimed = Sourced::new(
            body(&[
                "Үкімет сауалды қарап шықты.",
                "Екіжақты келісім жобасы тараптарға жіберілді.",
                "Ойдан шығарылған.",
            ]),
            vec![None, Some(source("mfa/1")), Some(source("msx/7"))],
        );
        let laid = laid(Some(&before), &contributions, claimed.unwrap());
        assert_eq!(laid.sources(), [None, Some(source("mfa/1")), None]);
        assert_eq!(laid.body.blocks.len(), 3, "nothing but the text itself comes in");
    }

    #[test]
    fn a_block_is_known_by_its_first_words() {
        let long = "сөз ".repeat(40);
        assert_eq!(first_words(&Block::paragraph("  Екі\u{a0}сөз ")), "Екі сөз");
        let short = first_words(&Block::paragraph(long.as_str()));
        assert!(short.ends_with('…') && short.chars().count() == 61, "{short}");
    }
}
