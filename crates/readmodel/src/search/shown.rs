//! What is shown of hits: where the words stand, and a piece of what stands there.

use std::collections::{BTreeSet, HashMap};

use directory::MinistryCode;
use inquiry::{InquiryId, StageName};
use tokio_postgres::Row;
use uuid::Uuid;

use super::asking::{Asking, EVERYTHING};
use super::index::spellings;
use super::question::Question;
use super::ranked::Ranked;
use super::snippet::{Marker, Match, Snippet, beginning_of};
use super::written::{Passage, Place};
use super::{Hit, follow};
use crate::{ReadError, Sitting};

impl Asking<'_> {
    /// What is shown of these.
    pub(super) async fn hits(&self, page: &[Ranked], question: &Question) -> Result<Vec<Hit>, ReadError> {
        if page.is_empty() {
            return Ok(Vec::new());
        }
        let doing = || ReadError::doing("read what was found");
        let Sitting { search, register, .. } = self.sitting;
        let sql = format!(
            "select s.inquiry, s.open_texts, s.inner_texts, r.number, r.incoming_number, r.outgoing_number, r.subject, r.lead
               from {search} s join {register} r using (inquiry) where s.inquiry = any($1)"
        );
        let wanted: Vec<Uuid> = page.iter().map(|one| one.inquiry.0).collect();
        let rows = self.sitting.rows(&sql, &[&wanted], "read what was found").await?;
        let mut shown = HashMap::new();
        for row in &rows {
            shown.insert(InquiryId(row.try_get(0).map_err(doing())?), Shown::read(row, self.is_outside())?);
        }
        let marker = Marker::of(question);
        Ok(page.iter().filter_map(|one| Some(hit(one, shown.get(&one.inquiry)?, question, &marker, self))).collect())
    }
}

/// What a page shows of an inquiry.
struct Shown {
    passages: Vec<Passage>,
    number: String,
    incoming: Option<String>,
    outgoing: Option<String>,
    subject: String,
    lead: Option<MinistryCode>,
}

impl Shown {
    fn read(row: &Row, outside: bool) -> Result<Self, ReadError> {
        let read = || {
            let mut passages = follow::passages(row.try_get(1).ok()?)?;
            if !outside {
                passages.extend(follow::passages(row.try_get(2).ok()?)?);
            }
            passages.sort_by_key(Passage::kind);
            let lead: Option<&str> = row.try_get(7).ok()?;
            Some(Self {
                passages,
                number: row.try_get(3).ok()?,
                incoming: row.try_get(4).ok()?,
                outgoing: row.try_get(5).ok()?,
                subject: row.try_get(6).ok()?,
                lead: match lead {
                    Some(code) => Some(MinistryCode::new(code).ok()?),
                    None => None,
                },
            })
        };
        read().ok_or(ReadError::Row { table: "search" })
    }

    /// Which of its numbers was typed.
    fn number_of(&self, typed: &str) -> Option<&str> {
        let numbers = [Some(&self.number), self.incoming.as_ref(), self.outgoing.as_ref()];
        numbers
            .into_iter()
            .flatten()
            .find(|number| spellings(number).iter().any(|one| one == typed))
            .map(String::as_str)
    }
}

fn hit(one: &Ranked, shown: &Shown, question: &Question, marker: &Marker<'_>, asking: &Asking<'_>) -> Hit {
    let mut matches: Vec<Match<'_>> = shown
        .passages
        .iter()
        .filter(|passage| asking.counts_at(passage.kind()))
        .filter_map(|passage| marker.matched(passage))
        .collect();
    // Where most of it stands; of those the weightiest, which came first.
    matches.sort_by_key(|found| std::cmp::Reverse(found.holds.len()));
    let holds: BTreeSet<usize> = matches.iter().flat_map(|found| &found.holds).copied().collect();
    let by_number = question.number.as_deref().and_then(|typed| shown.number_of(typed));
    let (place, snippet) = match (by_number, matches.first()) {
        (Some(number), _) => {
            (Place::Number, Snippet { text: number.to_owned(), marks: std::iter::once(0..number.len()).collect() })
        }
        (None, Some(best)) => (best.passage.at.clone(), best.snippet()),
        (None, None) => (Place::Subject, beginning_of(&shown.subject)),
    };
    let missing = question.wanted.iter().enumerate().filter(|(n, wanted)| !wanted.optional && !holds.contains(n));
    let missing =
        if one.score >= EVERYTHING { Vec::new() } else { missing.map(|(_, wanted)| wanted.typed.clone()).collect() };
    let also = matches.iter().map(|found| found.passage.at.clone()).filter(|at| *at != place).take(6).collect();
    let is_sent = matches!(one.stage, StageName::Dispatched | StageName::Closed);
    Hit {
        inquiry: one.inquiry,
        number: shown.number.clone(),
        subject: marker.whole(&shown.subject),
        received: one.received,
        stage: one.stage,
        lead: shown.lead.clone(),
        outgoing_number: shown.outgoing.clone().filter(|_| is_sent || !asking.is_outside()),
        place,
        snippet,
        also,
        missing,
        score: one.score,
    }
}
