//! Earlier answers: what was answered when nearly the same was asked, and what a draft took over from it.
//!
//! A paragraph of a letter that was sent is taken over by reference: the block carries a short name made of the letter's hash, and the version of the
//! draft that holds it says inquiry, outgoing number, date, hash and paragraph ([`inquiry::EarlierAnswer`]). A claim counts only where that letter has
//! such a paragraph and whoever writes may know of it, or has found it in the draft: nobody puts words into a Prime Minister's mouth.

pub mod like;

use std::collections::{BTreeMap, BTreeSet};

use directory::Actor;
use inquiry::provenance::NAMED_SIGNS;
use inquiry::state::NumberedReply;
use inquiry::{BlockSource, DraftVersion, EarlierAnswer, StageName};
use letter::Body;
use letter::provenance::{Source, Sourced};
use readmodel::letters::{SourceLetter, by_beginnings};

use super::drafts::{self, Named, Written, versions};
use super::seeing::{self, Seen, may_see};
use crate::desk::standing::standing;
use crate::desk::table::Place;
use crate::problem::Problem;
use crate::state::AppState;

/// The most paragraphs that are taken over at once.
pub const MOST: usize = 100;

/// A paragraph of an earlier answer, as a draft may name it.
#[derive(Debug, Clone)]
pub struct Paragraph {
    /// Its short name.
    pub source: Source,
    /// Everything that proves it.
    pub answer: EarlierAnswer,
    /// Its words.
    pub body: Body,
}

/// An answer that was sent, or of which it is known that it was replaced since.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The letter.
    pub letter: NumberedReply,
    /// A later letter took its place, or will.
    pub is_replaced: bool,
    /// What it said.
    pub written: Written,
}

impl Answer {
    /// The paragraphs of the letter, in its own language.
    ///
    /// # Errors
    /// [`Problem::LetterRefused`] when what is kept is no letter's text.
    pub fn paragraphs(&self, seen: &Seen) -> Result<Vec<Paragraph>, Problem> {
        let body = drafts::body_of(&self.written.content.body)?;
        let mut paragraphs = Vec::new();
        for (block, paragraph) in body.blocks.into_iter().zip(1..) {
            let answer = EarlierAnswer {
                inquiry: seen.dossier.inquiry,
                number: self.letter.number.clone(),
                dated: self.letter.dated,
                letter: self.letter.pdf,
                paragraph,
            };
            let source = short(&answer)?;
            paragraphs.push(Paragraph { source, answer, body: Body { blocks: vec![block] } });
        }
        Ok(paragraphs)
    }
}

/// The short name of a paragraph.
fn short(answer: &EarlierAnswer) -> Result<Source, Problem> {
    Source::new(&answer.code(), answer.paragraph).map_err(|error| Problem::failure("name an earlier answer", error))
}

/// Does a block's short name stand for a paragraph of an earlier answer?
#[must_use]
pub fn is_answer(source: &Source) -> bool {
    EarlierAnswer::beginning(source.ministry()).is_some()
}

/// The answers of an inquiry that were sent, the last one first.
///
/// # Errors
/// A failure when an event cannot be read.
pub fn answers(seen: &Seen) -> Result<Vec<Answer>, Problem> {
    let sent = seen.dossier.dispatched().map(|sent| (sent.letter.clone(), false));
    let replaced = seen.dossier.replaced.iter().rev().map(|replaced| (replaced.letter.clone(), true));
    let versions = versions(seen)?;
    let written = |version: DraftVersion| versions.iter().find(|written| written.version == version).cloned();
    let answer = |(letter, is_replaced): (NumberedReply, bool)| {
        Some(Answer { written: written(letter.signed.version)?, letter, is_replaced })
    };
    Ok(sent.into_iter().chain(replaced).filter_map(answer).collect())
}

/// The short names of paragraphs of earlier answers that stand in a text, whatever form it has.
#[must_use]
pub fn claims(text: &str) -> BTreeSet<Source> {
    let rest = text.split("answer-").skip(1);
    let claim = |rest: &str| {
        let (beginning, rest) = rest.split_at_checked(NAMED_SIGNS)?;
        let digits = rest.strip_prefix('/')?;
        let end = digits.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(digits.len());
        format!("answer-{beginning}/{}", &digits[..end]).parse().ok().filter(is_answer)
    };
    rest.filter_map(claim).take(MOST).collect()
}

/// The paragraphs that these short names stand for, as far as there are such and this person may name them: what they may see, and what the draft or
/// its working text has already.
///
/// # Errors
/// The database or the journal could not be asked.
pub async fn claimed(
    state: &AppState,
    actor: &Actor,
    seen: &Seen,
    claims: &BTreeSet<Source>,
) -> Result<Vec<Paragraph>, Problem> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let here = here(state, seen).await?;
    let mut found = Vec::new();
    for letter in letters(state, claims).await?.0.into_values() {
        let Some(other) = seeing::by_the_house(state, letter.inquiry).await? else { continue };
        let is_visible = may_see(actor, &other.dossier);
        for answer in answers(&other)?.iter().filter(|answer| answer.letter.pdf == letter.file) {
            let known = |one: &Paragraph| claims.contains(&one.source) && (is_visible || here.contains(&one.source));
            found.extend(answer.paragraphs(&other)?.into_iter().filter(known));
        }
    }
    Ok(found)
}

/// What the draft's versions and its working text were taken over from.
async fn here(state: &AppState, seen: &Seen) -> Result<BTreeSet<Source>, Problem> {
    let recorded = versions(seen)?.into_iter().flat_map(|written| written.sources).flatten();
    let mut here: BTreeSet<Source> = recorded.filter(is_answer).collect();
    match standing(state, seen, &Place::Draft).await {
        Ok(standing) => {
            here.extend(standing.text.words.contributions().into_iter().filter(|source| is_answer(source)).cloned());
            Ok(here)
        }
        // What cannot be read as a text names nothing.
        Err(Problem::LetterRefused { .. } | Problem::TextRefused { .. }) => Ok(here),
        Err(problem) => Err(problem),
    }
}

/// What a text may name: contributions, and paragraphs of earlier answers.
#[derive(Debug)]
pub struct Namable {
    /// Each with its words.
    pub texts: Vec<(Source, Body)>,
    /// What the journal says of those that are more than their name.
    pub named: Named,
}

impl Namable {
    /// The contributions to an inquiry, these paragraphs, and whatever a version of the draft has named.
    ///
    /// # Errors
    /// A failure when an event cannot be read.
    pub fn of(seen: &Seen, paragraphs: &[Paragraph]) -> Result<Self, Problem> {
        let mut texts = drafts::contributions(seen)?;
        texts.extend(paragraphs.iter().map(|one| (one.source.clone(), one.body.clone())));
        let mut named: Named = versions(seen)?.into_iter().flat_map(|written| written.named).collect();
        named.extend(paragraphs.iter().map(|one| (one.source.clone(), BlockSource::Answer(one.answer.clone()))));
        Ok(Self { texts, named })
    }
}

/// Refuses sources that name an earlier answer otherwise than it is, or one that whoever writes may not know of.
///
/// # Errors
/// [`Problem::BadField`]; the database or the journal could not be asked.
pub async fn prove(
    state: &AppState,
    actor: &Actor,
    seen: &Seen,
    sources: &[Option<BlockSource>],
) -> Result<(), Problem> {
    let before: BTreeSet<BlockSource> =
        versions(seen)?.into_iter().flat_map(|written| written.named.into_values()).collect();
    let new: Vec<&EarlierAnswer> = sources
        .iter()
        .flatten()
        .filter(|source| !before.contains(source))
        .filter_map(|source| match source {
            BlockSource::Answer(answer) => Some(answer),
            BlockSource::Contribution(_) => None,
        })
        .collect();
    let claims: BTreeSet<Source> = new.iter().map(|answer| short(answer)).collect::<Result<_, _>>()?;
    let proved = claimed(state, actor, seen, &claims).await?;
    match new.iter().find(|answer| !proved.iter().any(|one| one.answer == ***answer)) {
        None => Ok(()),
        Some(unproved) => Err(Problem::BadField {
            field: "sources".to_owned(),
            what: crate::speech::Words::new(
                format!("№ {} жауаптың {}-абзацы табылмады.", unproved.number, unproved.paragraph),
                format!("В ответе № {} не найден абзац {}.", unproved.number, unproved.paragraph),
                format!("The answer No. {} has no such paragraph {}.", unproved.number, unproved.paragraph),
            ),
        }),
    }
}

/// Letters by the code of their paragraphs' short names, as they stand today.
#[derive(Debug, Clone, Default)]
pub struct Letters(BTreeMap<String, SourceLetter>);

impl Letters {
    /// The letter that a block was taken from.
    #[must_use]
    pub fn of(&self, source: &Source) -> Option<&SourceLetter> {
        self.0.get(source.ministry())
    }
}

/// Is the letter no longer in force?
#[must_use]
pub fn is_over(letter: &SourceLetter) -> bool {
    letter.replaced_at.is_some() || letter.stage == StageName::Withdrawn
}

/// The letters that these sources name, told by the house: whoever reads a draft reads what it was made from.
///
/// # Errors
/// The database could not be asked.
pub async fn letters<'a>(state: &AppState, sources: impl IntoIterator<Item = &'a Source>) -> Result<Letters, Problem> {
    let beginning = |source: &Source| EarlierAnswer::beginning(source.ministry()).map(str::to_owned);
    let wanted: BTreeSet<String> = sources.into_iter().filter_map(beginning).collect();
    let wanted: Vec<String> = wanted.into_iter().collect();
    let found = by_beginnings(&state.house(), &wanted)
        .await
        .map_err(|error| Problem::failure("look up earlier answers", error))?;
    let code = |letter: SourceLetter| {
        let hash = letter.file.to_string();
        Some((format!("answer-{}", hash.get(..NAMED_SIGNS)?), letter))
    };
    Ok(Letters(found.into_iter().filter_map(code).collect()))
}

/// The letters that a text was taken over from.
///
/// # Errors
/// As [`letters`].
pub async fn letters_of(state: &AppState, text: &Sourced) -> Result<Letters, Problem> {
    letters(state, text.sources().iter().flatten()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_found_in_every_form_of_a_text() {
        let names = |text: &str| claims(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            names("<!-- from answer-0f1e2d3c4b5a6978/4 -->\n\n{\"source\":\"answer-0f1e2d3c4b5a6978/12\"}"),
            ["answer-0f1e2d3c4b5a6978/4", "answer-0f1e2d3c4b5a6978/12"]
        );
        for other in [
            "",
            "answer-",
            "answer-0f1e2d3c4b5a6978",
            "answer-0f1e2d3c4b5a6978/",
            "answer-0f1e2d3c4b5a6978/0",
            "answer-0F1E2D3C4B5A6978/1",
            "answer-әәәәәәәәәәә/1",
            "mfa/2",
        ] {
            assert!(claims(other).is_empty(), "{other}");
        }
    }
}
