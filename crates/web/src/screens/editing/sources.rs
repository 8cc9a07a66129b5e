//! Which ministry's contribution the blocks of a text came from, in words.

use directory::{Language, MinistryCode};
use letter::provenance::{Source, Sourced};
use serde::Serialize;

use super::super::wording;
use crate::office::drafts::first_words;
use crate::state::AppState;

/// Blocks that follow each other and came from one contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::screens) struct Stretch {
    /// Their places, from 1: `3` or `3–5`.
    pub places: String,
    /// What they came from: «СІМ, 2-ұсыныс».
    pub from: String,
    /// The first words of the first of them.
    pub words: String,
}

/// A contribution as people call it.
pub(in crate::screens) fn words(state: &AppState, source: &Source, language: Language) -> String {
    let short = MinistryCode::new(source.ministry())
        .map_or_else(|_| source.ministry().to_owned(), |code| wording::ministry(state, &code, language).short);
    let version = source.version();
    match language {
        Language::Kk => format!("{short}, {version}-ұсыныс"),
        Language::Ru => format!("{short}, предложение {version}"),
        Language::En => format!("{short}, contribution {version}"),
    }
}

/// The stretches of a text that came from contributions; none when the lead wrote all of it.
pub(in crate::screens) fn stretches(state: &AppState, text: &Sourced, language: Language) -> Vec<Stretch> {
    let sources = text.sources();
    let mut found = Vec::new();
    let mut at = 0;
    while at < sources.len() {
        let length = sources[at..].iter().take_while(|source| **source == sources[at]).count();
        if let Some(source) = &sources[at] {
            found.push(Stretch {
                places: places(at + 1, at + length),
                from: words(state, source, language),
                words: first_words(&text.body.blocks[at]),
            });
        }
        at += length;
    }
    found
}

/// `3`, or `3–5`.
pub(super) fn places(first: usize, last: usize) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}
