//! What was found, ranked: pages and facets.

use std::collections::{BTreeMap, BTreeSet};

use inquiry::{InquiryId, StageName};
use jiff::civil::Date;
use tokio_postgres::Row;

use super::written::PlaceKind;
use super::{After, Bucket, Facets, faction};
use crate::ReadError;

/// A row that was found, with what it is counted by.
#[derive(Debug, Clone)]
pub(super) struct Ranked {
    pub(super) inquiry: InquiryId,
    pub(super) received: Date,
    marks: String,
    pub(super) stage: StageName,
    places: i32,
    pub(super) score: f64,
}

impl Ranked {
    pub(super) fn read(row: &Row) -> Result<Self, ReadError> {
        let read = || {
            Some(Self {
                inquiry: InquiryId(row.try_get(0).ok()?),
                received: row.try_get(1).ok()?,
                marks: row.try_get(2).ok()?,
                stage: StageName::from_code(row.try_get(3).ok()?)?,
                places: row.try_get(4).ok()?,
                score: row.try_get(5).ok()?,
            })
        };
        read().ok_or(ReadError::Row { table: "search" })
    }

    /// The same found by its number, which stands at the first of all places.
    pub(super) fn at_its_heading(self) -> Self {
        Self { places: self.places | 1, ..self }
    }
}

/// What was found, each once, the best first.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    pub(super) ranked: Vec<Ranked>,
}

impl Candidates {
    /// Takes these in that are not there yet, all of them worth so much more.
    pub(super) fn take(&mut self, found: Vec<Ranked>, more: f64) {
        let known: BTreeSet<InquiryId> = self.ranked.iter().map(|one| one.inquiry).collect();
        let new = found.into_iter().filter(|one| !known.contains(&one.inquiry));
        self.ranked.extend(new.map(|one| Ranked { score: one.score + more, ..one }));
        self.ranked.sort_by(|a, b| {
            b.score.total_cmp(&a.score).then(b.received.cmp(&a.received)).then(b.inquiry.cmp(&a.inquiry))
        });
    }

    pub(super) fn page(&self, after: Option<After>, limit: u16) -> (Vec<Ranked>, Option<After>) {
        let is_behind = |one: &&Ranked| {
            after.is_none_or(|after| {
                let order = after.score.total_cmp(&one.score).then(after.received.cmp(&one.received));
                order.then(after.inquiry.cmp(&one.inquiry)).is_gt()
            })
        };
        let limit = usize::from(limit);
        let mut page: Vec<Ranked> = self.ranked.iter().filter(is_behind).take(limit + 1).cloned().collect();
        let more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| more).map(|last| After {
            score: last.score,
            received: last.received,
            inquiry: last.inquiry,
        });
        (page, next)
    }

    pub(super) fn facets(&self) -> Facets {
        let mut facets: BTreeMap<char, BTreeMap<String, u64>> = BTreeMap::new();
        let mut factions: BTreeMap<String, BTreeMap<&str, u64>> = BTreeMap::new();
        let mut count =
            |of: char, value: &str| *facets.entry(of).or_default().entry(value.to_owned()).or_default() += 1;
        for one in &self.ranked {
            let mut named = BTreeMap::new();
            for mark in one.marks.split('\u{1f}') {
                let mut parts = mark.splitn(2, ':');
                match (parts.next().and_then(|of| of.chars().next()), parts.next()) {
                    (Some('f'), Some(name)) => {
                        named.insert(faction::normal(name), name);
                    }
                    (Some(of), Some(value)) => count(of, value),
                    (Some(_) | None, _) => {}
                }
            }
            for (normal, name) in named {
                *factions.entry(normal).or_default().entry(name).or_default() += 1;
            }
            count('s', one.stage.code());
            for (n, place) in PlaceKind::ALL.into_iter().enumerate() {
                if one.places & (1 << n) != 0 {
                    count('@', place.code());
                }
            }
        }
        let mut of = |which: char| buckets(facets.remove(&which).unwrap_or_default());
        Facets {
            chamber: of('c'),
            year: of('y'),
            stage: of('s'),
            ministry: of('m'),
            faction: buckets(factions.values().filter_map(most_frequent).collect()),
            language: of('l'),
            place: of('@'),
        }
    }
}

/// All the inquiries of a faction, under the spelling that most of them have.
fn most_frequent(spellings: &BTreeMap<&str, u64>) -> Option<(String, u64)> {
    let (name, _) = spellings.iter().max_by_key(|(_, count)| **count)?;
    Some(((*name).to_owned(), spellings.values().sum()))
}

fn buckets(counts: BTreeMap<String, u64>) -> Vec<Bucket> {
    let mut buckets: Vec<Bucket> = counts.into_iter().map(|(value, count)| Bucket { value, count }).collect();
    buckets.sort_by(|a, b| b.count.cmp(&a.count).then(b.value.cmp(&a.value)));
    buckets
}
