//! Asking: what holds every word is gathered by the index, up to a bound and from the latest on, and ranked. Counts and facets
//! speak of what was gathered (docs/adr/0034-search.md).
//!
//! What is searched for besides, other words and a part of the question, is decided for the question without what narrows it: whoever narrows by a facet
//! finds what its figure said, and a kept search tells nothing as new that it would not find.

use std::collections::{BTreeSet, HashMap};

use inquiry::InquiryId;
use uuid::Uuid;

use super::asking::{Asking, EVERYTHING, newest};
use super::index::{normal, number, spellings};
use super::question::{Question, RARE, Wanted};
use super::ranked::{Candidates, Ranked};
use super::written::PlaceKind;
use super::{Asked, Found, Instead, MAX_LIMIT, MOST, Narrowed, nearest};
use crate::register::Count;
use crate::{ReadError, Reader};

/// A word that so few hold is perhaps mistyped.
const FEW: i64 = 2;
/// A word that is offered in its place is held by so many times more.
const TIMES_MORE: i64 = 10;
/// The most words that are searched for in place of one.
const MOST_INSTEAD: usize = 3;
/// Where fewer hold everything, those that hold a part are looked for.
const ENOUGH: u16 = 10;
/// The most that hold a part.
const MOST_PARTLY: u16 = 200;
/// What a hit is worth for having the number that was typed.
const BY_NUMBER: f64 = 10_000.0;

/// Searches for what was asked, among what the reader may see.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn search(reader: &Reader, asked: &Asked) -> Result<Found, ReadError> {
    let mut question = Question::read(&asked.text);
    let mut sitting = reader.sit().await?;
    let newest = newest(&sitting, reader.sight()).await?;
    let anything = Narrowed::default();
    let plain = Asking { sitting: &sitting, sight: reader.sight(), narrowed: &anything, newest };
    let mut rarity = plain.rarity(&question).await?;
    let mut instead = Vec::new();
    if !asked.literally {
        instead.extend(as_on_another_keyboard(&plain, &asked.text, &mut question, &mut rarity).await?);
        let rare = rare_words(&question, &rarity);
        if !rare.is_empty() {
            // Nobody holds one connection while waiting for another.
            sitting.rise().await?;
            let near = nearest::candidates(reader.pool(), &rare).await?;
            sitting = reader.sit().await?;
            let plain = Asking { sitting: &sitting, sight: reader.sight(), narrowed: &anything, newest };
            instead.extend(nearest_words(&plain, &near, &mut question, &mut rarity).await?);
        }
    }
    let asking = Asking { sitting: &sitting, sight: reader.sight(), narrowed: &asked.narrowed, newest };
    let numbered = match &question.number {
        Some(number) if asking.counts_at(PlaceKind::Heading) => asking.numbered(number).await?,
        Some(_) | None => Vec::new(),
    };
    let (whole, more) = match question.all(&asking.weights()) {
        Some(all) => asking.gathered(&all, any_is_rare(&question, &rarity)).await?,
        None => (Vec::new(), false),
    };
    let is_enough = numbered.iter().chain(&whole).collect::<BTreeSet<_>>().len() >= usize::from(ENOUGH);
    let plain = Asking { narrowed: &anything, ..asking };
    // Of a number that nobody has, its letters and figures alone say nothing.
    let some = match question.some(&asking.weights(), &rarity).filter(|_| !question.is_number()) {
        Some(some)
            if !is_enough && (asked.narrowed == anything || !holds_enough(&plain, &question, &rarity).await?) =>
        {
            Some(some)
        }
        Some(_) | None => None,
    };
    // What narrowing by a place would list: what holds everything right there or, where parts are looked for, a part.
    let at = |weight: &str| match &some {
        Some(_) => Some(question.some(weight, &rarity)?.0),
        None => question.all(weight),
    };
    let mut candidates = Candidates::default();
    let by_number = asking.ranked(&numbered, &question, &rarity, &at).await?;
    candidates.take(by_number.into_iter().map(Ranked::at_its_heading).collect(), BY_NUMBER);
    candidates.take(asking.ranked(&whole, &question, &rarity, &at).await?, EVERYTHING);
    let counted = if more { u64::from(MOST) } else { candidates.ranked.len() as u64 };
    let total = Count { counted, more };
    let mut partly = Count { counted: 0, more: false };
    if let Some((some, is_rare)) = &some {
        let mut found = asking.found("whole", some, MOST_PARTLY + 1, *is_rare).await?;
        partly.more = found.len() > usize::from(MOST_PARTLY);
        found.truncate(usize::from(MOST_PARTLY));
        candidates.take(asking.ranked(&found, &question, &rarity, &at).await?, 0.0);
        partly.counted = (candidates.ranked.len() as u64).saturating_sub(total.counted);
    }
    let facets = candidates.facets();
    let exact = (numbered.len() == 1).then(|| candidates.ranked.first().map(|one| one.inquiry)).flatten();
    let (page, next) = candidates.page(asked.after, asked.limit.clamp(1, MAX_LIMIT));
    let hits = asking.hits(&page, &question).await?;
    sitting.rise().await?;
    let nothing_asked = question.wanted.is_empty() && question.number.is_none();
    Ok(Found { hits, total, partly, facets, next, instead, exact, nothing_asked })
}

/// The inquiries that a number means, in any spelling and without the letters before it, the last received first: those whose deputies gave it to them, and
/// where there are none, those that have it otherwise, of the Office or of their reply. `None`: what was typed is no number.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn numbered(reader: &Reader, typed: &str) -> Result<Option<Vec<InquiryId>>, ReadError> {
    let Some(normal) = normal(typed) else { return Ok(None) };
    let (wanted, narrowed) = (number(&normal), Narrowed::default());
    let sitting = reader.sit().await?;
    let newest = newest(&sitting, reader.sight()).await?;
    let asking = Asking { sitting: &sitting, sight: reader.sight(), narrowed: &narrowed, newest };
    let found = asking.bearing(&wanted).await?;
    sitting.rise().await?;
    let is_own = |(_, number): &&(Uuid, String)| spellings(number).contains(&wanted);
    let own: Vec<InquiryId> = found.iter().filter(is_own).map(|(id, _)| InquiryId(*id)).collect();
    Ok(Some(if own.is_empty() { found.into_iter().map(|(id, _)| InquiryId(id)).collect() } else { own }))
}

/// Where nothing that was typed is written anywhere, it may have been typed with the keyboard of another language.
async fn as_on_another_keyboard(
    asking: &Asking<'_>,
    typed: &str,
    question: &mut Question,
    rarity: &mut Vec<i64>,
) -> Result<Option<Instead>, ReadError> {
    let is_written = rarity.iter().any(|held| *held > 0) || question.number.is_some() || rarity.is_empty();
    let meant = if is_written { None } else { nearest::other_keyboard(&typed.trim().to_lowercase()) };
    let Some(meant) = meant else { return Ok(None) };
    let other = Question::read(&meant);
    let held = asking.rarity(&other).await?;
    if held.iter().all(|held| *held == 0) {
        return Ok(None);
    }
    (*question, *rarity) = (other, held);
    Ok(Some(Instead { typed: typed.trim().to_owned(), searched: vec![meant] }))
}

/// Is everything that was asked for found so often that no part of it is looked for?
async fn holds_enough(asking: &Asking<'_>, question: &Question, rarity: &[i64]) -> Result<bool, ReadError> {
    let mut found = BTreeSet::new();
    if let Some(number) = &question.number {
        found.extend(asking.numbered(number).await?);
    }
    if let Some(all) = question.all(&asking.weights()) {
        found.extend(asking.found("whole", &all, ENOUGH, any_is_rare(question, rarity)).await?);
    }
    Ok(found.len() >= usize::from(ENOUGH))
}

/// Is a word among those that have to be there that is not frequent?
fn any_is_rare(question: &Question, rarity: &[i64]) -> bool {
    question.wanted.iter().zip(rarity).any(|(wanted, held)| !wanted.optional && *held < RARE)
}

/// Words that hardly anything holds of what the reader sees.
fn rare_words(question: &Question, rarity: &[i64]) -> Vec<String> {
    let rare = question.wanted.iter().zip(rarity).filter(|(wanted, held)| **held <= FEW && !wanted.optional);
    rare.filter_map(|(wanted, _)| wanted.word().map(str::to_owned)).collect()
}

/// Words that are hardly written anywhere are searched for as others besides: those that more of what the reader may see holds.
async fn nearest_words(
    asking: &Asking<'_>,
    near: &HashMap<String, Vec<String>>,
    question: &mut Question,
    rarity: &mut [i64],
) -> Result<Vec<Instead>, ReadError> {
    let mut instead = Vec::new();
    for (wanted, held) in question.wanted.iter_mut().zip(rarity) {
        let candidates = wanted.word().filter(|_| *held <= FEW && !wanted.optional).and_then(|word| near.get(word));
        let Some(candidates) = candidates else { continue };
        let queries: Vec<String> = candidates.iter().map(|word| single(word).query(&asking.weights())).collect();
        let counts = asking.counts(&queries).await?;
        let more = candidates.iter().zip(counts).filter(|(_, count)| *count > *held * TIMES_MORE);
        let better: Vec<(&String, i64)> = more.take(MOST_INSTEAD).collect();
        if better.is_empty() {
            continue;
        }
        instead.push(Instead {
            typed: wanted.typed.clone(),
            searched: better.iter().map(|(word, _)| (*word).clone()).collect(),
        });
        for (word, count) in better {
            wanted.also(word);
            *held = (*held).max(count);
        }
    }
    Ok(instead)
}

fn single(word: &str) -> Wanted {
    let mut wanted = Wanted { typed: word.to_owned(), any: Vec::new(), optional: false };
    wanted.also(word);
    wanted
}
