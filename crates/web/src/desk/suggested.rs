//! What people suggest in a working text: marks in its document ([`letter::rich::suggested`]), and beside it whose each of them is.
//!
//! An editor says which words are suggested and under which id; whose an id is and since when, the desk alone says. An id that was settled is still
//! known: whoever takes back that they refused something puts nothing into anybody's mouth.

use std::collections::BTreeSet;

use inquiry::content::AnswerLink;
use jiff::Timestamp;
use letter::provenance::Source;
use letter::rich;
use letter::rich::suggested::{Fate, Suggestion, canonical, is_suggested, places, settled, suggestions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::text::{Text, Written, document};
use crate::office::drafts::forms::of_json;
use crate::problem::Problem;

/// Settled suggestions whose authors are remembered.
const REMEMBERED: usize = 500;

/// Whose a suggestion is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// The suggestion's id.
    pub id: String,
    /// The account.
    pub by: String,
    /// When it was first kept.
    pub at: Timestamp,
}

/// A text's document with what is suggested in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The document.
    pub document: Value,
    /// Which of its blocks, counted from 1, answers which question.
    pub answers: Vec<AnswerLink>,
}

/// Where links lead when only some blocks are left.
fn onward(answers: &[AnswerLink], left: &[usize]) -> Vec<AnswerLink> {
    let place = |link: &AnswerLink| {
        let place = left.iter().position(|place| u32::try_from(place + 1) == Ok(link.block))?;
        Some(AnswerLink { question: link.question, block: u32::try_from(place + 1).ok()? })
    };
    answers.iter().filter_map(place).collect()
}

/// The words of a document without what is suggested in it, and the links that lead to them; the document itself is held against what it would be
/// with everything accepted.
///
/// # Errors
/// [`Problem::TextRefused`].
pub(super) fn read(written: &Written) -> Result<Option<(Written, Marked)>, Problem> {
    if !is_suggested(&written.text) {
        return Ok(None);
    }
    rich::shape(&settled(&written.text, |_| Some(Fate::Accept))).map_err(|refusal| of_json(&refusal))?;
    let answers = onward(&written.answers, &places(&written.text, |_| Some(Fate::Refuse)));
    let plain = Written { text: settled(&written.text, |_| Some(Fate::Refuse)), answers, suggested: Vec::new() };
    Ok(Some((plain, Marked { document: written.text.clone(), answers: written.answers.clone() })))
}

impl Marked {
    /// Blocks of which some are only suggested, and links to those that are not; none where nothing is suggested.
    #[must_use]
    pub fn of(blocks: Vec<Value>, answers: &[AnswerLink]) -> Option<Self> {
        let document = json!({ "type": "doc", "content": blocks });
        if !is_suggested(&document) {
            return None;
        }
        let stays = places(&document, |_| Some(Fate::Refuse));
        let place = |link: &AnswerLink| {
            let word = usize::try_from(link.block).ok()?.checked_sub(1)?;
            Some(AnswerLink { question: link.question, block: u32::try_from(stays.get(word)? + 1).ok()? })
        };
        let answers = answers.iter().filter_map(place).collect();
        Some(Self { document, answers })
    }

    /// The same with another document's blocks behind it.
    #[must_use]
    pub(super) fn followed_by(mut self, mut more: Value) -> Self {
        if let (Some(blocks), Some(behind)) = (
            self.document.get_mut("content").and_then(Value::as_array_mut),
            more.get_mut("content").and_then(Value::as_array_mut),
        ) {
            blocks.append(behind);
        }
        self
    }

    /// Only claims of contributions that there are, and links to questions that were asked.
    #[must_use]
    pub(super) fn believed(mut self, asked: impl Fn(&AnswerLink) -> bool, known: &BTreeSet<Source>) -> Self {
        self.answers.retain(asked);
        for block in self.document.get_mut("content").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(source) = block.pointer_mut("/attrs/source") {
                let named = source.as_str().and_then(|source| source.parse::<Source>().ok());
                if named.is_none_or(|named| !known.contains(&named)) {
                    *source = Value::Null;
                }
            }
        }
        self
    }

    /// The blocks that stand for each block of the words, with what is suggested behind it; in front those that stand before all of them. Each is
    /// written in one way, so that blocks of several texts can be compared.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<Value>> {
        let stays: BTreeSet<usize> = places(&self.document, |_| Some(Fate::Refuse)).into_iter().collect();
        let mut groups = vec![Vec::new()];
        for (place, block) in self.document["content"].as_array().into_iter().flatten().enumerate() {
            if stays.contains(&place) {
                groups.push(Vec::new());
            }
            if let Some(group) = groups.last_mut() {
                group.push(canonical(block));
            }
        }
        groups
    }
}

impl Text {
    /// The document as an editor opens it, with what is suggested in it.
    #[must_use]
    pub fn document(&self) -> Value {
        self.marked.as_ref().map_or_else(|| document(&self.words), |marked| marked.document.clone())
    }

    /// What waits to be settled, in the order of the text.
    #[must_use]
    pub fn suggestions(&self) -> Vec<Suggestion> {
        self.marked.as_ref().map(|marked| suggestions(&marked.document)).unwrap_or_default()
    }

    /// Whose a suggestion is.
    #[must_use]
    pub fn author(&self, id: &str) -> Option<&Author> {
        self.authors.iter().find(|author| author.id == id)
    }

    /// The text with its suggestions known by whose they are: what the text of before knew stays theirs, what is new is `by`'s.
    #[must_use]
    pub fn named(mut self, before: &[Author], by: &str, at: Timestamp) -> Self {
        let open: BTreeSet<String> = self.suggestions().into_iter().map(|one| one.id).collect();
        let known: BTreeSet<&str> = before.iter().map(|author| author.id.as_str()).collect();
        let new = open.iter().filter(|id| !known.contains(id.as_str()));
        let new = new.map(|id| Author { id: id.clone(), by: by.to_owned(), at });
        let mut authors: Vec<Author> = before.iter().cloned().chain(new).collect();
        let settled = authors.iter().filter(|author| !open.contains(&author.id)).count();
        let mut forgotten = settled.saturating_sub(REMEMBERED);
        authors.retain(|author| {
            let goes = forgotten > 0 && !open.contains(&author.id);
            forgotten -= usize::from(goes);
            !goes
        });
        self.authors = authors;
        self
    }

    /// The text when some of its suggestions are settled.
    ///
    /// # Errors
    /// [`Problem::TextRefused`] when a letter could not say what is left.
    pub fn settled(&self, decide: impl Fn(&str) -> Option<Fate>) -> Result<Self, Problem> {
        let Some(Marked { document, answers }) = &self.marked else { return Ok(self.clone()) };
        let answers = onward(answers, &places(document, &decide));
        let left = Written { text: settled(document, &decide), answers, suggested: Vec::new() };
        Ok(Self { authors: self.authors.clone(), ..Self::read(&left)? })
    }

    /// Whether only what `by` suggests distinguishes it from another: without that both say the same, in words, links and what others suggest.
    ///
    /// # Errors
    /// As [`Text::settled`].
    pub fn only_suggests(&self, before: &Self, by: &str) -> Result<bool, Problem> {
        let without = |text: &Self| -> Result<_, Problem> {
            let is_own = |id: &str| self.author(id).is_some_and(|author| author.by == by);
            let left = text.settled(|id| is_own(id).then_some(Fate::Refuse))?;
            Ok((canonical(&left.document()), left.written().answers))
        };
        Ok(without(self)? == without(before)?)
    }
}
