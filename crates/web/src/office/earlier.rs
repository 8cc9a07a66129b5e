//! Earlier answers: what was answered when nearly the same was asked, and what a draft took over from it.
//!
//! A paragraph of a letter that was sent is taken over by reference: the block carries a short name made of the letter's hash and the inquiry's id, and
//! the version of the draft that holds it says inquiry, outgoing number, date, hash and paragraph ([`inquiry::EarlierAnswer`]). A claim counts only where
//! that letter has such a paragraph and whoever writes may know of it, or has found it in the draft: nobody puts words into a Prime Minister's mouth.

pub mod like;

use std::collections::{BTreeMap, BTreeSet};

use directory::Actor;
use inquiry::state::NumberedReply;
use inquiry::{BlockSource, DraftVersion, EarlierAnswer, InquiryId, StageName};
use letter::Body;
use letter::diff::diff;
use letter::model::Block;
use letter::provenance::{Source, Sourced};
use readmodel::letters::{SourceLetter, by_codes};

use super::drafts::{self, Named, Written, versions};
use super::seeing::{self, Seen, may_see};
use crate::desk::standing::standing;
use crate::desk::table::Place;
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// The most paragraphs that are taken over at once.
pub const MOST: usize = 100;

/// Of a short name that may mean more letters than this, nobody looks for the one that its reader may know of.
const FEW: usize = 8;

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

impl Paragraph {
    /// May a block's short name mean this paragraph? One of before may mean others as well.
    fn may_be(&self, source: &Source) -> bool {
        let EarlierAnswer { inquiry, letter, paragraph, .. } = &self.answer;
        source.version() == *paragraph && EarlierAnswer::may_mean(source.ministry(), *inquiry, letter)
    }
}

/// Where these paragraphs stand in a text already, by their places in the answer; the places in the text count from 1.
#[must_use]
pub fn standing_in(text: &Sourced, paragraphs: &[Paragraph]) -> BTreeMap<u32, usize> {
    let place = |one: &Paragraph| {
        text.sources().iter().position(|source| source.as_ref().is_some_and(|source| one.may_be(source)))
    };
    paragraphs.iter().filter_map(|one| Some((one.answer.paragraph, place(one)? + 1))).collect()
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
        let (code, rest) = rest.split_at(rest.find(|sign: char| !sign.is_ascii_hexdigit() && sign != '-')?);
        let digits = rest.strip_prefix('/')?;
        let end = digits.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(digits.len());
        format!("answer-{code}/{}", &digits[..end]).parse().ok().filter(is_answer)
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
    let named: Vec<(&Source, Source)> = claims.iter().map(|claim| (claim, meant(claim, &here))).collect();
    let mut all: BTreeSet<Source> = named.iter().map(|(_, whole)| whole.clone()).collect();
    all.extend(named.iter().flat_map(|(_, whole)| named_before(whole, &here)).cloned());
    let letters = letters(state, actor, &all).await?;
    let mut found = Vec::new();
    for (claim, whole) in named {
        let is_here = here.contains(claim)
            || here.contains(&whole)
            || named_before(&whole, &here).any(|before| letters.are_one(before, &whole));
        let known = letters.0.get(whole.ministry()).filter(|known| known.is_visible || is_here);
        let paragraph = known.and_then(|known| known.paragraph(&whole));
        found.extend(paragraph.map(|one| Paragraph { source: claim.clone(), ..one.clone() }));
    }
    Ok(found)
}

/// Is that the short name of before of a paragraph that has this one today?
fn is_name_of_before(before: &Source, whole: &Source) -> bool {
    let rest = whole.ministry().strip_prefix(before.ministry());
    before.version() == whole.version() && rest.is_some_and(|rest| rest.starts_with('-'))
}

/// The names of before by which a paragraph may stand in this draft: whoever finds it there takes it for what it is, and names it by all of its name.
fn named_before<'a>(whole: &'a Source, here: &'a BTreeSet<Source>) -> impl Iterator<Item = &'a Source> {
    here.iter().filter(move |one| is_name_of_before(one, whole))
}

/// What a short name of before, which names no inquiry, stands for in this draft: the one paragraph that the draft has by such a name.
fn meant(claim: &Source, here: &BTreeSet<Source>) -> Source {
    let mut named = here.iter().filter(|one| is_name_of_before(claim, one));
    match (named.next(), named.next()) {
        (Some(one), None) => one.clone(),
        _ => claim.clone(),
    }
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
    let named = sources.iter().zip(1_usize..).filter_map(|(source, place)| Some((source.as_ref()?, place)));
    let new: Vec<(&EarlierAnswer, usize)> = named
        .filter(|(source, _)| !before.contains(*source))
        .filter_map(|(source, place)| match source {
            BlockSource::Answer(answer) => Some((answer, place)),
            BlockSource::Contribution(_) => None,
        })
        .collect();
    let claims: BTreeSet<Source> = new.iter().map(|(answer, _)| short(answer)).collect::<Result<_, _>>()?;
    let proved = claimed(state, actor, seen, &claims).await?;
    match new.iter().find(|(answer, _)| !proved.iter().any(|one| one.answer == **answer)) {
        None => Ok(()),
        Some((unproved, place)) => {
            Err(Problem::BadField { field: "sources".to_owned(), what: not_there(unproved, *place) })
        }
    }
}

/// Which block of the text it is, what it claims, and what to do.
fn not_there(unproved: &EarlierAnswer, place: usize) -> Words {
    let EarlierAnswer { number, paragraph, .. } = unproved;
    Words::new(
        format!(
            "Мәтіннің {place}-абзацы № {number} жауаптың {paragraph}-абзацынан алынған деп көрсетілген, бірақ ондай абзац табылмады. Осы абзацтың дереккөзін алып тастап, қайта жіберіңіз."
        ),
        format!(
            "Абзац {place} текста указан как взятый из абзаца {paragraph} ответа № {number}, но такого абзаца не найдено. Уберите указание источника у этого абзаца и отправьте снова."
        ),
        format!(
            "Paragraph {place} of the text is said to be taken over from the answer No. {number}, which has no such paragraph {paragraph}. Take the source of this paragraph away and send it again."
        ),
    )
}

/// Letters by the code of their paragraphs' short names, as they stand today, for one reader.
#[derive(Debug, Clone, Default)]
pub struct Letters(BTreeMap<String, Known>);

/// A letter that a code means.
#[derive(Debug, Clone)]
struct Known {
    letter: SourceLetter,
    /// The reader may know of its inquiry.
    is_visible: bool,
    /// None where its text is no letter's.
    paragraphs: Vec<Paragraph>,
}

impl Known {
    fn paragraph(&self, source: &Source) -> Option<&Paragraph> {
        self.paragraphs.iter().find(|one| one.answer.paragraph == source.version())
    }
}

impl Letters {
    /// The letter that a block was taken from; none that the reader may not know of.
    #[must_use]
    pub fn of(&self, source: &Source) -> Option<&SourceLetter> {
        self.0.get(source.ministry()).filter(|known| known.is_visible).map(|known| &known.letter)
    }

    /// The same where it is no longer in force. Of that whoever reads the draft is warned, and it names no letter.
    #[must_use]
    pub fn over(&self, source: &Source) -> Option<&SourceLetter> {
        self.0.get(source.ministry()).map(|known| &known.letter).filter(|letter| is_over(letter))
    }

    /// Do both names mean one letter in answer to one inquiry?
    fn are_one(&self, one: &Source, other: &Source) -> bool {
        let letter = |source: &Source| self.0.get(source.ministry()).map(|known| &known.letter);
        let both = letter(one).zip(letter(other));
        both.is_some_and(|(one, other)| one.inquiry == other.inquiry && one.file == other.file)
    }

    /// Does the block say anything else than the paragraph that it was taken from?
    #[must_use]
    pub fn is_changed(&self, source: &Source, block: &Block) -> bool {
        let paragraph = self.0.get(source.ministry()).and_then(|known| known.paragraph(source));
        paragraph.is_some_and(|was| !diff(&was.body, &Body { blocks: vec![block.clone()] }).is_empty())
    }
}

/// Is the letter no longer in force?
#[must_use]
pub fn is_over(letter: &SourceLetter) -> bool {
    letter.replaced_at.is_some() || letter.stage == StageName::Withdrawn
}

/// The letters that these sources name, with what of them this person may know. A name of before, which several letters may have, means the one of them
/// that this person may know of; where there are several, nobody can say which.
///
/// # Errors
/// The database or the journal could not be asked.
pub async fn letters<'a>(
    state: &AppState,
    actor: &Actor,
    sources: impl IntoIterator<Item = &'a Source>,
) -> Result<Letters, Problem> {
    let codes: BTreeSet<String> =
        sources.into_iter().filter(|source| is_answer(source)).map(|source| source.ministry().to_owned()).collect();
    let codes: Vec<String> = codes.into_iter().collect();
    let found =
        by_codes(&state.house(), &codes).await.map_err(|error| Problem::failure("look up earlier answers", error))?;
    let mut letters = BTreeMap::new();
    for code in codes {
        let mut meant: BTreeMap<InquiryId, &SourceLetter> = BTreeMap::new();
        for letter in found.iter().filter(|letter| EarlierAnswer::may_mean(&code, letter.inquiry, &letter.file)) {
            // Letters with the same bytes in answer to one inquiry say the same: the one in force stands for them.
            if letter.replaced_at.is_none() || !meant.contains_key(&letter.inquiry) {
                meant.insert(letter.inquiry, letter);
            }
        }
        let is_alone = meant.len() == 1;
        let mut known = Vec::new();
        if meant.len() <= FEW {
            for letter in meant.into_values() {
                known.extend(look(state, actor, letter).await?.filter(|one| is_alone || one.is_visible));
            }
        }
        if let (Some(one), true) = (known.pop(), known.is_empty()) {
            letters.insert(code, one);
        }
    }
    Ok(Letters(letters))
}

/// A letter with its paragraphs; none where the journal has no such inquiry.
async fn look(state: &AppState, actor: &Actor, letter: &SourceLetter) -> Result<Option<Known>, Problem> {
    let Some(other) = seeing::by_the_house(state, letter.inquiry).await? else { return Ok(None) };
    let answer = answers(&other)?.into_iter().find(|answer| answer.letter.pdf == letter.file);
    let paragraphs = match answer.map(|answer| answer.paragraphs(&other)) {
        Some(Ok(paragraphs)) => paragraphs,
        Some(Err(Problem::LetterRefused { .. })) | None => Vec::new(),
        Some(Err(problem)) => return Err(problem),
    };
    Ok(Some(Known { letter: letter.clone(), is_visible: may_see(actor, &other.dossier), paragraphs }))
}

/// The letters that a text was taken over from.
///
/// # Errors
/// As [`letters`].
pub async fn letters_of(state: &AppState, actor: &Actor, text: &Sourced) -> Result<Letters, Problem> {
    letters(state, actor, text.sources().iter().flatten()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_found_in_every_form_of_a_text() {
        let names = |text: &str| claims(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            names("<!-- from answer-0f1e2d3c4b5a6978/4 -->\n\n{\"source\":\"answer-0f1e2d3c4b5a6978-70b0a001/12\"}"),
            ["answer-0f1e2d3c4b5a6978/4", "answer-0f1e2d3c4b5a6978-70b0a001/12"]
        );
        for other in [
            "",
            "answer-",
            "answer-0f1e2d3c4b5a6978",
            "answer-0f1e2d3c4b5a6978/",
            "answer-0f1e2d3c4b5a6978/0",
            "answer-0F1E2D3C4B5A6978/1",
            "answer-әәәәәәәәәәә/1",
            "answer-0f1e2d3c4b5a6978-/1",
            "answer-0f1e2d3c4b5a6978-70b0a0011/1",
            "mfa/2",
        ] {
            assert!(claims(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn a_name_of_before_stands_for_the_one_paragraph_that_the_draft_has_by_it() {
        let named = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<BTreeSet<Source>>();
        let before: Source = "answer-0f1e2d3c4b5a6978/4".parse().unwrap();
        let (one, other) = ("answer-0f1e2d3c4b5a6978-70b0a001/4", "answer-0f1e2d3c4b5a6978-70b0a002/4");
        let elsewhere = ["answer-0f1e2d3c4b5a6978-70b0a002/5", "answer-00000000000000ff-70b0a002/4"];
        let here = named(&[one, elsewhere[0], elsewhere[1], "mfa/4"]);
        assert_eq!(meant(&before, &here).to_string(), one);
        assert_eq!(meant(&before, &named(&[one, other])), before, "nobody can say which");
        assert_eq!(meant(&before, &named(&elsewhere)), before);
        let whole: Source = other.parse().unwrap();
        assert_eq!(meant(&whole, &here), whole, "a name that says all of it stands for itself");

        let desk = named(&["answer-0f1e2d3c4b5a6978/4", "answer-0f1e2d3c4b5a6978/5", "answer-00000000000000ff/4", one]);
        assert_eq!(named_before(&whole, &desk).collect::<Vec<_>>(), [&before], "the paragraph of before, and no other");
        assert_eq!(named_before(&before, &desk).count(), 0, "and none of a name of before");
    }

    #[test]
    fn a_paragraph_is_found_in_a_text_by_either_of_its_names() {
        let inquiry: InquiryId = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001".parse().unwrap();
        let letter = "0f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a6978".parse().unwrap();
        let body = |words: &str| Body { blocks: vec![Block::paragraph(words)] };
        let paragraph = |paragraph: u32| {
            let (number, dated) = ("12-3/326".to_owned(), jiff::civil::date(2023, 10, 18));
            let answer = EarlierAnswer { inquiry, number, dated, letter, paragraph };
            Paragraph { source: short(&answer).unwrap(), answer, body: body("Жауап.") }
        };
        let names = [
            "mfa/1",
            "answer-0f1e2d3c4b5a6978-70b0a002/1",
            "answer-0f1e2d3c4b5a6978/2",
            "answer-0f1e2d3c4b5a6978-70b0a001/3",
        ];
        let text = Sourced::consolidated(names.map(|name| (Some(name.parse().unwrap()), body(name))));
        let standing = standing_in(&text, &[1, 2, 3, 4].map(paragraph));
        assert_eq!(standing.into_iter().collect::<Vec<_>>(), [(2, 3), (3, 4)]);
    }
}
