//! Asking: what holds every word is gathered by the index, up to a bound, and ranked; what is frequent is walked to from the latest on. Counts and facets
//! speak of what was gathered (docs/adr/0034-search.md).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use directory::MinistryCode;
use inquiry::{InquiryId, StageName};
use jiff::civil::Date;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::index::spellings;
use super::question::{Question, Wanted};
use super::snippet::{Marker, Match, Snippet, beginning_of};
use super::written::{self, Passage, Place, PlaceKind};
use super::{After, Asked, Bucket, Facets, Found, Hit, Instead, MAX_LIMIT, Narrowed, follow, nearest};
use crate::register::Count;
use crate::sight::Sight;
use crate::{ReadError, Reader, Sitting};

/// The most inquiries that are ranked.
pub(super) const MOST: u16 = 1_000;
/// How often a word is counted; beyond that it is frequent.
const COUNTED: u16 = 300;
/// A word that so few hold is perhaps mistyped.
const FEW: i64 = 2;
/// A word that is offered in its place is held by so many times more.
const TIMES_MORE: i64 = 10;
/// The most words that are searched for in place of one.
const MOST_INSTEAD: usize = 3;
/// Where fewer hold everything, those that hold a part are looked for.
const ENOUGH: usize = 10;
/// The most that hold a part.
const MOST_PARTLY: u16 = 200;

/// What a hit is worth for being the number that was typed, and for holding everything.
const BY_NUMBER: f64 = 10_000.0;
const EVERYTHING: f64 = 1_000.0;
/// What a word is worth by where it stands: in a paper, a letter, a question, the heading.
pub(super) const WEIGHTS: &str = "'{0.15,0.3,0.6,1}'";
/// What it is worth that words stand near each other.
const NEAR: &str = "2";

/// Searches for what was asked, among what the reader may see.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn search(reader: &Reader, asked: &Asked) -> Result<Found, ReadError> {
    let mut question = Question::read(&asked.text);
    let mut sitting = reader.sit().await?;
    let asking = Asking { sitting: &sitting, sight: reader.sight(), narrowed: &asked.narrowed };
    let mut rarity = asking.rarity(&question).await?;
    let mut instead = Vec::new();
    if !asked.literally {
        instead.extend(as_on_another_keyboard(&asking, &asked.text, &mut question, &mut rarity).await?);
        let rare = rare_words(&question, &rarity);
        if !rare.is_empty() {
            // Nobody holds one connection while waiting for another.
            sitting.rise().await?;
            let near = nearest::candidates(reader.pool(), &rare).await?;
            sitting = reader.sit().await?;
            let asking = Asking { sitting: &sitting, sight: reader.sight(), narrowed: &asked.narrowed };
            instead.extend(nearest_words(&asking, &near, &mut question, &mut rarity).await?);
        }
    }
    let asking = Asking { sitting: &sitting, sight: reader.sight(), narrowed: &asked.narrowed };
    let mut candidates = Candidates::default();
    if let Some(number) = &question.number {
        candidates.take(asking.numbered(number, &question, &rarity).await?, BY_NUMBER);
    }
    let numbered = candidates.ranked.len();
    let mut total = Count { counted: 0, more: false };
    if let Some(all) = question.all(&asking.weights()) {
        let (found, more) = asking.gathered(&all).await?;
        total.more = more;
        candidates.take(asking.ranked(&found, &question, &rarity).await?, EVERYTHING);
    }
    total.counted = candidates.ranked.len() as u64;
    let mut partly = Count { counted: 0, more: false };
    let some = question.some(&asking.weights()).filter(|_| candidates.ranked.len() < ENOUGH);
    if let Some(some) = some {
        let mut found = asking.by_index("whole", &some, MOST_PARTLY + 1).await?;
        partly.more = found.len() > usize::from(MOST_PARTLY);
        found.truncate(usize::from(MOST_PARTLY));
        candidates.take(asking.ranked(&found, &question, &rarity).await?, 0.0);
        partly.counted = candidates.ranked.len() as u64 - total.counted;
    }
    let facets = candidates.facets();
    let exact = (numbered == 1).then(|| candidates.ranked.first().map(|one| one.inquiry)).flatten();
    let (page, next) = candidates.page(asked.after, asked.limit.clamp(1, MAX_LIMIT));
    let hits = asking.hits(&page, &question).await?;
    sitting.rise().await?;
    let nothing_asked = question.wanted.is_empty() && question.number.is_none();
    Ok(Found { hits, total, partly, facets, next, instead, exact, nothing_asked })
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

/// One who asks: what is narrowed by, and through whose eyes.
pub(super) struct Asking<'a> {
    pub(super) sitting: &'a Sitting,
    pub(super) sight: &'a Sight,
    pub(super) narrowed: &'a Narrowed,
}

/// The values of a statement, in their order.
#[derive(Default)]
struct Values(Vec<Box<dyn ToSql + Sync + Send>>);

impl Values {
    /// One more; its sign.
    fn add(&mut self, value: impl ToSql + Sync + Send + 'static) -> String {
        self.0.push(Box::new(value));
        format!("${}", self.0.len())
    }

    fn all(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.0.iter().map(|value| -> &(dyn ToSql + Sync) { &**value }).collect()
    }
}

impl Asking<'_> {
    /// Whoever has no part in the house's work does not read its papers.
    fn is_outside(&self) -> bool {
        matches!(self.sight, Sight::Own { ministry: None, .. })
    }

    /// At places of which weights words count; empty: of all.
    pub(super) fn weights(&self) -> String {
        match self.narrowed.place {
            // Nobody is shown what is no place for them.
            Some(PlaceKind::Paper) if self.is_outside() => PlaceKind::Heading.weight().to_string(),
            Some(place) => place.weight().to_string(),
            None if self.is_outside() => "ABC".to_owned(),
            None => String::new(),
        }
    }

    /// What narrows the rows of `s`, and of `r` where a stage is asked for.
    fn condition(&self, values: &mut Values) -> String {
        let narrowed = self.narrowed;
        let mut marks: Vec<String> = Vec::new();
        marks.extend(narrowed.chamber.as_ref().map(written::chamber));
        marks.extend(narrowed.year.map(written::year));
        marks.extend(narrowed.language.map(written::language));
        marks.extend(narrowed.ministry.as_ref().map(written::ministry));
        marks.extend(narrowed.faction.as_deref().map(written::faction));
        let mut condition = String::from("true");
        if !marks.is_empty() {
            condition.push_str(&format!(" and s.marks @> {}", values.add(marks)));
        }
        if let Sight::Own { ministry, deputy } = self.sight {
            let own = ministry.iter().map(written::part).chain(deputy.iter().map(|id| written::deputy(*id)));
            let own: Vec<String> = own.map(|mark| format!("s.marks @> {}", values.add(vec![mark]))).collect();
            let own = if own.is_empty() { "false".to_owned() } else { format!("({})", own.join(" or ")) };
            condition.push_str(&format!(" and {own}"));
        }
        if let Some(position) = narrowed.written_after {
            condition.push_str(&format!(" and s.position > {}", values.add(position)));
        }
        if let Some(stage) = narrowed.stage {
            condition.push_str(&format!(" and r.stage = {}", values.add(stage.code())));
        }
        condition
    }

    /// The rows that are asked of; the register's beside them where it narrows.
    fn rows(&self) -> String {
        let Sitting { search, register, .. } = self.sitting;
        match self.narrowed.stage {
            Some(_) => format!("{search} s join {register} r using (inquiry)"),
            None => format!("{search} s"),
        }
    }

    /// How many hold each of these, as far as is counted.
    async fn counts(&self, queries: &[String]) -> Result<Vec<i64>, ReadError> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Values::default();
        let (condition, rows) = (self.condition(&mut values), self.rows());
        let counts: Vec<String> = queries
            .iter()
            .map(|query| {
                let query = values.add(query.clone());
                format!("(select count(*) from (select from {rows} where s.whole @@ {query}::text::tsquery and {condition} limit {COUNTED}) counted)")
            })
            .collect();
        let sql = format!("select array[{}]", counts.join(", "));
        let rows = self.sitting.rows(&sql, &values.all(), "count words").await?;
        match rows.first() {
            Some(row) => row.try_get(0).map_err(ReadError::doing("count words")),
            None => Ok(Vec::new()),
        }
    }

    /// How many hold each of what is wanted.
    pub(super) async fn rarity(&self, question: &Question) -> Result<Vec<i64>, ReadError> {
        let queries: Vec<String> = question.wanted.iter().map(|wanted| wanted.query(&self.weights())).collect();
        self.counts(&queries).await
    }

    /// Those whose number it is.
    async fn numbered(&self, number: &str, question: &Question, rarity: &[i64]) -> Result<Vec<Ranked>, ReadError> {
        let mut values = Values::default();
        let (condition, rows) = (self.condition(&mut values), self.rows());
        let number = values.add(vec![number.to_owned()]);
        let sql = format!("select s.inquiry from {rows} where s.numbers @> {number} and {condition} limit {MAX_LIMIT}");
        let rows = self.sitting.rows(&sql, &values.all(), "look up a number").await?;
        self.ranked(&ids(&rows)?, question, rarity).await
    }

    /// Those that hold everything, and whether there are more: the index gathers them up to the bound; of more, those that say it in their heading and
    /// the latest.
    async fn gathered(&self, all: &str) -> Result<(Vec<Uuid>, bool), ReadError> {
        let found = self.by_index("whole", all, MOST + 1).await?;
        if found.len() <= usize::from(MOST) {
            return Ok((found, false));
        }
        let mut best = self.by_index("head", all, MOST + 1).await?;
        if best.len() > usize::from(MOST) {
            return Ok((self.by_days("head", all).await?, true));
        }
        let known: BTreeSet<Uuid> = best.iter().copied().collect();
        best.extend(self.by_days("whole", all).await?.into_iter().filter(|id| !known.contains(id)));
        best.truncate(usize::from(MOST));
        Ok((best, true))
    }

    pub(super) async fn by_index(&self, vector: &str, query: &str, limit: u16) -> Result<Vec<Uuid>, ReadError> {
        let mut values = Values::default();
        let (condition, rows) = (self.condition(&mut values), self.rows());
        let query = values.add(query.to_owned());
        // The limit is part of the text: a plan for any number is made for a tenth of the table.
        let sql = format!(
            "select s.inquiry from {rows} where s.{vector} @@ {query}::text::tsquery and {condition} limit {limit}"
        );
        ids(&self.sitting.rows(&sql, &values.all(), "search").await?)
    }

    /// What is frequent is found soon by walking. A condition that no index answers is one that says `is true` of itself.
    async fn by_days(&self, vector: &str, query: &str) -> Result<Vec<Uuid>, ReadError> {
        let mut values = Values::default();
        let (condition, rows) = (self.condition(&mut values), self.rows());
        let query = values.add(query.to_owned());
        let sql = format!(
            "select s.inquiry from {rows} where (s.{vector} @@ {query}::text::tsquery) is true and ({condition}) is true
              order by s.received desc, s.inquiry desc limit {MOST}"
        );
        ids(&self.sitting.rows(&sql, &values.all(), "search").await?)
    }

    /// What each of these is worth, and what they are counted by.
    pub(super) async fn ranked(
        &self,
        found: &[Uuid],
        question: &Question,
        rarity: &[i64],
    ) -> Result<Vec<Ranked>, ReadError> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let Sitting { search, register, .. } = self.sitting;
        let weights = self.weights();
        let mut values = Values::default();
        let found = values.add(found.to_vec());
        let any = question.any();
        let is_open = if self.is_outside() { &PlaceKind::ALL[..3] } else { &PlaceKind::ALL[..] };
        let places: Vec<String> = is_open
            .iter()
            .enumerate()
            .map(|(n, place)| {
                let wanted: Vec<String> =
                    question.wanted.iter().map(|wanted| wanted.query(&place.weight().to_string())).collect();
                let query = values.add(if any.is_empty() { String::new() } else { wanted.join(" | ") });
                format!("(s.whole @@ {query}::text::tsquery)::int * {}", 1 << n)
            })
            .collect();
        let mut worth: Vec<String> = question
            .wanted
            .iter()
            .zip(rarity)
            .map(|(wanted, held)| {
                let query = values.add(wanted.query(&weights));
                let rare = values.add(worth_of(*held) * wanted.any.len() as f64);
                format!("{rare}::float8 * ts_rank({WEIGHTS}, s.whole, {query}::text::tsquery)")
            })
            .collect();
        if let Some(all) = question.all(&weights).filter(|_| question.required().count() > 1) {
            worth.push(format!("{NEAR} * ts_rank_cd({WEIGHTS}, s.whole, {}::text::tsquery, 4)", values.add(all)));
        }
        worth.push("0::float8".to_owned());
        let sql = format!(
            "select s.inquiry, s.received, array_to_string(s.marks, e'\\x1f'), r.stage, {}, ({})::float8
               from {search} s join {register} r using (inquiry) where s.inquiry = any({found})",
            places.join(" + "),
            worth.join(" + "),
        );
        let rows = self.sitting.rows(&sql, &values.all(), "rank what was found").await?;
        rows.iter().map(Ranked::read).collect()
    }

    /// What is shown of these.
    async fn hits(&self, page: &[Ranked], question: &Question) -> Result<Vec<Hit>, ReadError> {
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

    /// Does a place count?
    fn counts_at(&self, kind: PlaceKind) -> bool {
        self.narrowed.place.is_none_or(|place| place == kind)
    }
}

fn ids(rows: &[Row]) -> Result<Vec<Uuid>, ReadError> {
    rows.iter().map(|row| row.try_get(0).map_err(ReadError::doing("search"))).collect()
}

/// What a word is worth that so many hold, of those that were counted.
fn worth_of(held: i64) -> f64 {
    (1.0 + 1_000.0 / (held.max(0) as f64 + 1.0)).ln()
}

/// A row that was found, with what it is counted by.
#[derive(Debug, Clone)]
pub(super) struct Ranked {
    pub(super) inquiry: InquiryId,
    pub(super) received: Date,
    marks: String,
    stage: StageName,
    places: i32,
    pub(super) score: f64,
}

impl Ranked {
    fn read(row: &Row) -> Result<Self, ReadError> {
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
}

/// What was found, each once, the best first.
#[derive(Debug, Default)]
struct Candidates {
    ranked: Vec<Ranked>,
}

impl Candidates {
    /// Takes these in that are not there yet, all of them worth so much more.
    fn take(&mut self, found: Vec<Ranked>, more: f64) {
        let known: BTreeSet<InquiryId> = self.ranked.iter().map(|one| one.inquiry).collect();
        let new = found.into_iter().filter(|one| !known.contains(&one.inquiry));
        self.ranked.extend(new.map(|one| Ranked { score: one.score + more, ..one }));
        self.ranked.sort_by(|a, b| {
            b.score.total_cmp(&a.score).then(b.received.cmp(&a.received)).then(b.inquiry.cmp(&a.inquiry))
        });
    }

    fn page(&self, after: Option<After>, limit: u16) -> (Vec<Ranked>, Option<After>) {
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

    fn facets(&self) -> Facets {
        let mut facets: BTreeMap<char, BTreeMap<String, u64>> = BTreeMap::new();
        let mut count =
            |of: char, value: &str| *facets.entry(of).or_default().entry(value.to_owned()).or_default() += 1;
        for one in &self.ranked {
            for mark in one.marks.split('\u{1f}') {
                let mut parts = mark.splitn(2, ':');
                if let (Some(of), Some(value)) = (parts.next().and_then(|of| of.chars().next()), parts.next()) {
                    count(of, value);
                }
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
            faction: of('f'),
            language: of('l'),
            place: of('@'),
        }
    }
}

fn buckets(counts: BTreeMap<String, u64>) -> Vec<Bucket> {
    let mut buckets: Vec<Bucket> = counts.into_iter().map(|(value, count)| Bucket { value, count }).collect();
    buckets.sort_by(|a, b| b.count.cmp(&a.count).then(b.value.cmp(&a.value)));
    buckets
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
        (Some(number), _) => (Place::Number, Snippet { text: number.to_owned(), marks: vec![0..number.len()] }),
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
