//! The statements: what a question comes to for one who asks, with the conditions of their rights and of what they narrow by.

use std::collections::BTreeSet;

use jiff::civil::Date;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::question::Question;
use super::ranked::Ranked;
use super::written::{self, PlaceKind};
use super::{MAX_LIMIT, Narrowed};
use crate::sight::Sight;
use crate::{ReadError, Sitting};

/// The most inquiries that are ranked.
pub(super) const MOST: u16 = 1_000;
/// Of more than that, so many are ranked: those that say it in their heading, and the latest.
const RANKED_OF_MORE: u16 = 400;
/// Over the most weeks that are named one by one.
const MOST_WEEKS: i64 = 64;
/// How often a word is counted; beyond that it is frequent.
const COUNTED: u16 = 300;
/// What a hit is worth for holding everything.
pub(super) const EVERYTHING: f64 = 1_000.0;
/// What a word is worth by where it stands: in a paper, a letter, a question, the heading.
const WEIGHTS: &str = "'{0.15,0.3,0.6,1}'";
/// What it is worth that words stand near each other.
const NEAR: &str = "2";

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
    pub(super) fn is_outside(&self) -> bool {
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
        let mut condition = String::from("true");
        if !marks.is_empty() {
            condition.push_str(&format!(" and s.marks @> {}", values.add(marks)));
        }
        if let Some(name) = &narrowed.faction {
            // Rows that were written before there was one form of all spellings have the label's alone.
            let either = vec![written::of_faction(name), written::faction(name)];
            condition.push_str(&format!(" and s.marks && {}", values.add(either)));
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
    pub(super) async fn counts(&self, queries: &[String]) -> Result<Vec<i64>, ReadError> {
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
    pub(super) async fn numbered(
        &self,
        number: &str,
        question: &Question,
        rarity: &[i64],
    ) -> Result<Vec<Ranked>, ReadError> {
        let mut values = Values::default();
        let (condition, rows) = (self.condition(&mut values), self.rows());
        let number = values.add(vec![number.to_owned()]);
        let sql = format!("select s.inquiry from {rows} where s.numbers @> {number} and {condition} limit {MAX_LIMIT}");
        let rows = self.sitting.rows(&sql, &values.all(), "look up a number").await?;
        self.ranked(&ids(&rows)?, question, rarity).await
    }

    /// Those that have a number, each with the number that its deputies gave it.
    pub(super) async fn bearing(&self, number: &str) -> Result<Vec<(Uuid, String)>, ReadError> {
        let mut values = Values::default();
        let Sitting { search, register, .. } = self.sitting;
        let condition = self.condition(&mut values);
        let number = values.add(vec![number.to_owned()]);
        let sql = format!(
            "select s.inquiry, r.number from {search} s join {register} r using (inquiry)
              where s.numbers @> {number} and {condition} order by s.received desc, s.inquiry limit {MOST}"
        );
        let doing = || ReadError::doing("look up a number");
        let rows = self.sitting.rows(&sql, &values.all(), "look up a number").await?;
        rows.iter().map(|row| Ok((row.try_get(0).map_err(doing())?, row.try_get(1).map_err(doing())?))).collect()
    }

    /// Those that hold everything, and whether there are more: the index gathers them up to the bound; of more, those that say it in their heading and
    /// the latest.
    pub(super) async fn gathered(&self, all: &str) -> Result<(Vec<Uuid>, bool), ReadError> {
        let found = self.by_index("whole", all, MOST + 1).await?;
        if found.len() <= usize::from(MOST) {
            return Ok((found, false));
        }
        let mut best = self.by_index("head", all, RANKED_OF_MORE + 1).await?;
        if best.len() > usize::from(RANKED_OF_MORE) {
            return Ok((self.latest("head", all).await?, true));
        }
        let known: BTreeSet<Uuid> = best.iter().copied().collect();
        best.extend(self.latest("whole", all).await?.into_iter().filter(|id| !known.contains(id)));
        best.truncate(usize::from(RANKED_OF_MORE));
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

    /// The latest of what is frequent: the index gathers it week by week, each time four times as many weeks.
    async fn latest(&self, vector: &str, query: &str) -> Result<Vec<Uuid>, ReadError> {
        let Some(newest) = self.newest().await? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        let (mut until, mut weeks) = (written::week_of(newest), 1);
        while found.len() < usize::from(RANKED_OF_MORE) && weeks <= MOST_WEEKS {
            let marks: Vec<String> = (0..weeks).map(|back| written::week(until - back)).collect();
            found.extend(
                self.by_days(vector, query, &|values| format!("s.marks && {}", values.add(marks.clone()))).await?,
            );
            (until, weeks) = (until - weeks, weeks * 4);
        }
        if found.len() < usize::from(RANKED_OF_MORE) {
            let before = written::first_day_of(until + 1);
            found.extend(self.by_days(vector, query, &|values| format!("s.received < {}", values.add(before))).await?);
        }
        found.truncate(usize::from(RANKED_OF_MORE));
        Ok(found)
    }

    /// The day of the last one that was received.
    async fn newest(&self) -> Result<Option<Date>, ReadError> {
        let sql = format!("select received from {} order by received desc limit 1", self.sitting.search);
        let rows = self.sitting.rows(&sql, &[], "search").await?;
        rows.first().map(|row| row.try_get(0)).transpose().map_err(ReadError::doing("search"))
    }

    /// Those of some time, the latest first.
    async fn by_days(
        &self,
        vector: &str,
        query: &str,
        time: &(dyn Fn(&mut Values) -> String + Sync),
    ) -> Result<Vec<Uuid>, ReadError> {
        let mut values = Values::default();
        let (condition, rows, time) = (self.condition(&mut values), self.rows(), time(&mut values));
        let query = values.add(query.to_owned());
        let sql = format!(
            "select s.inquiry from {rows} where s.{vector} @@ {query}::text::tsquery and {time} and {condition}
              order by s.received desc, s.inquiry desc limit {RANKED_OF_MORE}"
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
                // The short vector says it of the first two.
                let vector = if matches!(place, PlaceKind::Heading | PlaceKind::Question) { "head" } else { "whole" };
                format!("(s.{vector} @@ {query}::text::tsquery)::int * {}", 1 << n)
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

    /// Does a place count?
    pub(super) fn counts_at(&self, kind: PlaceKind) -> bool {
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
