//! What a working text says: a letter's text, perhaps an empty one, and which of its blocks answers which question.

use std::collections::BTreeSet;

use inquiry::Dossier;
use inquiry::content::AnswerLink;
use letter::provenance::{Source, Sourced};
use letter::{Body, rich};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::suggested::{self, Author, Marked};
use crate::office::drafts::forms::of_json;
use crate::office::drafts::joined;
use crate::problem::Problem;

/// A text with what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The words, and where each block came from. Unlike a letter's, they may be none yet.
    pub words: Sourced,
    /// Which block, counted from 1, answers which question.
    pub answers: Vec<AnswerLink>,
    /// The same with what is suggested in it, where something is; the words above are those with none of it accepted.
    pub marked: Option<Marked>,
    /// Whose each suggestion is, and whose those were that are settled.
    pub authors: Vec<Author>,
}

/// How it is kept and sent.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WrittenText")]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The rich editor's document.
    pub text: Value,
    /// The links.
    #[serde(default)]
    pub answers: Vec<AnswerLink>,
    /// Whose each suggestion is: the desk's own, believed of nobody else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggested: Vec<Author>,
}

impl Text {
    /// Nothing yet.
    #[must_use]
    pub fn empty() -> Self {
        Body { blocks: Vec::new() }.into()
    }

    /// Reads what an editor sent. Links that lead to no block are left out: a letter has none.
    ///
    /// # Errors
    /// [`Problem::TextRefused`] with the place of the first fault.
    pub fn read(written: &Written) -> Result<Self, Problem> {
        if let Some((plain, marked)) = suggested::read(written)? {
            return Ok(Self { marked: Some(marked), ..Self::read(&plain)? });
        }
        let words = words(&written.text)?;
        let blocks = words.body.blocks.len();
        let leads = |link: &&AnswerLink| usize::try_from(link.block).is_ok_and(|block| (1..=blocks).contains(&block));
        let answers: BTreeSet<(u32, u16)> =
            written.answers.iter().filter(leads).map(|link| (link.block, link.question.0)).collect();
        let link = |(block, question)| AnswerLink { question: inquiry::QuestionNo(question), block };
        Ok(Self { answers: answers.into_iter().map(link).collect(), ..words.into() })
    }

    /// Reads what was kept.
    ///
    /// # Errors
    /// A failure: what is kept was read before.
    pub fn kept(body: &Value) -> Result<Self, Problem> {
        let written = serde_json::from_value(body.clone());
        let written: Written = written.map_err(|error| Problem::failure("read a working text", error))?;
        Ok(Self { authors: written.suggested.clone(), ..Self::read(&written)? })
    }

    /// The same with more behind it; what is suggested in it stays suggested.
    #[must_use]
    pub fn followed_by(self, more: &Sourced) -> Self {
        let marked = self.marked.map(|marked| marked.followed_by(document(more)));
        Self { words: joined(self.words, more.clone()), marked, ..self }
    }

    /// Writes it as it is sent.
    #[must_use]
    pub fn written(&self) -> Written {
        let mut answers = self.marked.as_ref().map_or(&self.answers, |marked| &marked.answers).clone();
        answers.sort_by_key(|link| (link.block, link.question.0));
        Written { text: self.document(), answers, suggested: Vec::new() }
    }

    /// The same as it is kept.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let Written { text, answers, .. } = self.written();
        json!({ "text": text, "answers": answers, "suggested": self.authors })
    }

    /// The questions that a block answers; `block` counts from 0.
    #[must_use]
    pub fn answered_by(&self, block: usize) -> BTreeSet<u16> {
        let is_here = |link: &&AnswerLink| usize::try_from(link.block).is_ok_and(|place| place == block + 1);
        self.answers.iter().filter(is_here).map(|link| link.question.0).collect()
    }

    /// Only claims of contributions that there are, and links to questions that were asked: a text that somebody sends in puts no words into a
    /// ministry's mouth.
    #[must_use]
    pub fn believed(self, dossier: &Dossier, known: &BTreeSet<Source>) -> Self {
        let Self { words, mut answers, marked, authors } = self;
        let source = |source: &Option<Source>| source.clone().filter(|source| known.contains(source));
        let sources = words.sources().iter().map(source).collect();
        let words = Sourced::new(words.body.clone(), sources).unwrap_or_else(|_| words.body.into());
        let is_asked = |link: &AnswerLink| dossier.intake.questions.iter().any(|question| question.no == link.question);
        answers.retain(is_asked);
        Self { words, answers, marked: marked.map(|marked| marked.believed(is_asked, known)), authors }
    }
}

impl From<Body> for Text {
    fn from(body: Body) -> Self {
        Sourced::from(body).into()
    }
}

impl From<Sourced> for Text {
    fn from(words: Sourced) -> Self {
        Self { words, answers: Vec::new(), marked: None, authors: Vec::new() }
    }
}

/// The words of a rich document; unlike a letter, a working text may be empty.
///
/// # Errors
/// As [`Text::read`].
pub fn words(document: &Value) -> Result<Sourced, Problem> {
    let is_empty = document.get("type").and_then(Value::as_str) == Some("doc")
        && document.get("content").and_then(Value::as_array).is_some_and(Vec::is_empty)
        && document.as_object().is_some_and(|fields| fields.len() == 2);
    if is_empty {
        return Ok(Text::empty().words);
    }
    rich::read(document).map_err(|refusal| of_json(&refusal))
}

/// The rich document of words.
#[must_use]
pub fn document(words: &Sourced) -> Value {
    rich::write(words)
}

#[cfg(test)]
mod tests {
    use inquiry::QuestionNo;

    use super::*;

    #[test]
    fn a_text_may_be_empty_and_its_links_lead_to_blocks() {
        assert_eq!(Text::kept(&Text::empty().to_value()).unwrap(), Text::empty());
        let written = Written {
            text: json!({ "type": "doc", "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "Заң." }] }] }),
            answers: [(1, 1), (1, 1), (2, 7), (3, 0)]
                .map(|(question, block)| AnswerLink { question: QuestionNo(question), block })
                .into(),
            suggested: Vec::new(),
        };
        let text = Text::read(&written).unwrap();
        assert_eq!(text.answers, [AnswerLink { question: QuestionNo(1), block: 1 }]);
        assert_eq!(Text::kept(&text.to_value()).unwrap(), text);
        assert!(
            Text::read(&Written {
                text: json!({ "type": "doc", "content": [], "x": 1 }),
                answers: Vec::new(),
                suggested: Vec::new()
            })
            .is_err()
        );
    }
}
