//! The statements: what a question comes to for one who asks, with the conditions of their rights and of what they narrow by.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::question::{Question, RARE};
use super::ranked::Ranked;
use super::written::{self, PlaceKind};
use super::{MAX_LIMIT, MOST, Narrowed};
use crate::sight::Sight;
use crate::{ReadError, Sitting};

/// So many weeks are looked back, the last of them first, before all others are asked at once.
const WEEKS: i64 = 85;
/// After so many it is told how far there is to look.
const ENOUGH_WEEKS: i64 = 5;
/// The most that are gathered of all weeks at once.
const MOST_AT_ONCE: i64 = 4_000;
/// How often a word is counted; beyond that it is frequent.
const COUNTED: i64 = RARE;
/// Within how many weeks it is counted before it is counted in all: of what is frequent, the last of them says so.
const COUNTED_WEEKS: [i64; 2] = [1, 4];
/// What a hit is worth for holding everything.
pub(super) const EVERYTHING: f64 = 1_000.0;
/// What a word is worth by where it stands: in a paper, a letter, a question, the heading.
const WEIGHTS: &str = "'{0.15,0.3,0.6,1}'";
/// What it is worth that words stand near each other.
const NEAR: &str = "2";

/// The words of a row that is ranked. A long vector is unpacked for each function that looks at it; within an array it lies unpacked for all of them.
const WHOLE: &str = "unpacked.whole[1]";

/// One who asks: what is narrowed by, and through whose eyes.
pub(super) struct Asking<'a> {
    pub(super) sitting: &'a Sitting,
    pub(super) sight: &'a Sight,
    pub(super) narrowed: &'a Narrowed,
    /// The week from which on is looked back ([`newest`]).
    pub(super) newest: i64,
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

    /// How many hold each of these, as far as is counted: what is frequent is so within some weeks.
    pub(super) async fn counts(&self, queries: &[String]) -> Result<Vec<i64>, ReadError> {
        let mut counts = vec![0; queries.len()];
        let within = COUNTED_WEEKS.iter().map(|weeks| weeks_up_to(self.newest, *weeks));
        for weeks in within.chain(std::iter::once(Vec::new())) {
            let open: Vec<usize> = (0..queries.len()).filter(|at| counts[*at] < COUNTED).collect();
            let asked: Vec<String> = open.iter().map(|at| queries[*at].clone()).collect();
            for (at, count) in open.into_iter().zip(self.counted(&asked, &weeks).await?) {
                counts[at] = count;
            }
        }
        Ok(counts)
    }

    /// The same within some weeks, or in all.
    async fn counted(&self, queries: &[String], weeks: &[String]) -> Result<Vec<i64>, ReadError> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Values::default();
        let (condition, rows) = (self.condition(&mut values), self.rows());
        let time =
            if weeks.is_empty() { "true".to_owned() } else { format!("s.marks && {}", values.add(weeks.to_vec())) };
        let counts: Vec<String> = queries
            .iter()
            .map(|query| {
                let query = values.add(query.clone());
                format!(
                    "(select count(*) from (select from {rows} where s.whole @@ {query}::text::tsquery and {time} and {condition} limit {COUNTED}) counted)"
                )
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
    pub(super) async fn numbered(&self, number: &str) -> Result<Vec<Uuid>, ReadError> {
        let mut values = Values::default();
        let (condition, rows) = (self.condition(&mut values), self.rows());
        let number = values.add(vec![number.to_owned()]);
        let sql = format!("select s.inquiry from {rows} where s.numbers @> {number} and {condition} limit {MAX_LIMIT}");
        ids(&self.sitting.rows(&sql, &values.all(), "look up a number").await?)
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

    /// Those that hold everything, and whether there are more than are ranked; of more, those that say it in their heading and the latest. Where a word of it
    /// `is_rare`, few hold all of it.
    pub(super) async fn gathered(&self, all: &str, is_rare: bool) -> Result<(Vec<Uuid>, bool), ReadError> {
        let found = self.found("whole", all, MOST + 1, is_rare).await?;
        if found.len() <= usize::from(MOST) {
            return Ok((found, false));
        }
        let mut best = self.found("head", all, MOST, false).await?;
        let known: BTreeSet<Uuid> = best.iter().copied().collect();
        best.extend(found.into_iter().filter(|id| !known.contains(id)));
        best.truncate(usize::from(MOST));
        Ok((best, true))
    }

    /// The latest that hold it: the index gathers them week by week, each time as many weeks as will do, and what half of all texts hold is not gathered
    /// to its end (ADR 0042). All weeks are asked at once where a word of it `is_rare`, and where the last weeks have shown that there is far to look.
    pub(super) async fn found(
        &self,
        vector: &str,
        query: &str,
        most: u16,
        is_rare: bool,
    ) -> Result<Vec<Uuid>, ReadError> {
        if is_rare {
            return self.of_time(vector, query, most, &|_| "true".to_owned()).await;
        }
        let mut found: Vec<Uuid> = Vec::new();
        let still = |found: &Vec<Uuid>| most.saturating_sub(u16::try_from(found.len()).unwrap_or(most));
        let mut looked = 0;
        while still(&found) > 0 && looked < WEEKS {
            let weeks = weeks_to_look(looked, found.len(), most);
            if looked == ENOUGH_WEEKS
                && weeks > WEEKS - looked
                && let Some(all) = self.at_once(vector, query, most).await?
            {
                return Ok(all);
            }
            let weeks = weeks.min(looked * 3 + 1).min(WEEKS - looked);
            let marks = weeks_up_to(self.newest - looked, weeks);
            let time = |values: &mut Values| format!("s.marks && {}", values.add(marks.clone()));
            found.extend(self.of_time(vector, query, still(&found), &time).await?);
            looked += weeks;
        }
        if still(&found) > 0 {
            let (first, last) =
                (written::first_day_of(self.newest - looked + 1), written::first_day_of(self.newest + 1));
            let time = |values: &mut Values| {
                // By no index of days: half of all rows would be gathered by it.
                format!("(s.received + 0 < {} or s.received + 0 >= {})", values.add(first), values.add(last))
            };
            found.extend(self.of_time(vector, query, still(&found), &time).await?);
        }
        Ok(found)
    }

    /// The latest of all weeks; none where more hold it than are gathered at once.
    async fn at_once(&self, vector: &str, query: &str, most: u16) -> Result<Option<Vec<Uuid>>, ReadError> {
        let mut values = Values::default();
        let (condition, rows) = (self.condition(&mut values), self.rows());
        let query = values.add(query.to_owned());
        // What holds it is a query of its own, so that the limit stops it and does not plan it: of a limited one it is hoped that the table's first rows will do.
        let sql = format!(
            "with holding as materialized (
                 select s.inquiry, s.received from {rows} where s.{vector} @@ {query}::text::tsquery and {condition}),
                  gathered as materialized (select inquiry, received from holding limit {MOST_AT_ONCE} + 1)
             select (select count(*) from gathered),
                    array(select inquiry from gathered order by received desc, inquiry desc limit {most})"
        );
        let doing = || ReadError::doing("search");
        let rows = self.sitting.rows(&sql, &values.all(), "search").await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let count: i64 = row.try_get(0).map_err(doing())?;
        Ok(if count > MOST_AT_ONCE { None } else { Some(row.try_get(1).map_err(doing())?) })
    }

    /// Those of some time, the latest first.
    async fn of_time(
        &self,
        vector: &str,
        query: &str,
        most: u16,
        time: &(dyn Fn(&mut Values) -> String + Sync),
    ) -> Result<Vec<Uuid>, ReadError> {
        let mut values = Values::default();
        let (condition, rows, time) = (self.condition(&mut values), self.rows(), time(&mut values));
        let query = values.add(query.to_owned());
        // The limit is part of the text: a plan for any number is made for a tenth of the table. No index holds the order that is written here: it would be walked,
        // and each of its rows unpacked.
        let sql = format!(
            "select s.inquiry from {rows} where s.{vector} @@ {query}::text::tsquery and {time} and {condition}
              order by (s.received + 0) desc, s.inquiry desc limit {most}"
        );
        ids(&self.sitting.rows(&sql, &values.all(), "search").await?)
    }

    /// What each of these is worth, and what they are counted by: they stand at a place where what `at` makes of its weight is true.
    pub(super) async fn ranked(
        &self,
        found: &[Uuid],
        question: &Question,
        rarity: &[i64],
        at: &(dyn Fn(&str) -> Option<String> + Sync),
    ) -> Result<Vec<Ranked>, ReadError> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let Sitting { search, register, .. } = self.sitting;
        let weights = self.weights();
        let mut values = Values::default();
        let found = values.add(found.to_vec());
        let is_open = if self.is_outside() { &PlaceKind::ALL[..3] } else { &PlaceKind::ALL[..] };
        let places = is_open.iter().enumerate().filter_map(|(n, place)| {
            let query = values.add(at(&place.weight().to_string())?);
            Some(format!("({WHOLE} @@ {query}::text::tsquery)::int * {}", 1 << n))
        });
        let places: Vec<String> = places.chain(std::iter::once("0".to_owned())).collect();
        let mut worth: Vec<String> = question
            .wanted
            .iter()
            .zip(rarity)
            .map(|(wanted, held)| {
                let query = values.add(wanted.query(&weights));
                let rare = values.add(worth_of(*held) * wanted.any.len() as f64);
                format!("{rare}::float8 * ts_rank({WEIGHTS}, {WHOLE}, {query}::text::tsquery)")
            })
            .collect();
        if let Some(all) = question.all(&weights).filter(|_| question.required().count() > 1) {
            worth.push(format!("{NEAR} * ts_rank_cd({WEIGHTS}, {WHOLE}, {}::text::tsquery, 4)", values.add(all)));
        }
        worth.push("0::float8".to_owned());
        let sql = format!(
            "select s.inquiry, s.received, array_to_string(s.marks, e'\\x1f'), r.stage, {}, ({})::float8
               from {search} s join {register} r using (inquiry)
                    cross join lateral (select array[s.whole] as whole offset 0) unpacked
              where s.inquiry = any({found})",
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

/// The week from which on is looked back. Where it begins says how soon a search ends, and nothing of what it finds: for one who sees a part, whose
/// last row may be far from the last of all, it is the week we are in.
pub(super) async fn newest(sitting: &Sitting, sight: &Sight) -> Result<i64, ReadError> {
    let now = || written::week_of(Timestamp::now().to_zoned(TimeZone::UTC).date());
    if matches!(sight, Sight::Own { .. }) {
        return Ok(now());
    }
    let sql = format!("select received from {} order by received desc limit 1", sitting.search);
    let rows = sitting.rows(&sql, &[], "search").await?;
    let last: Option<Date> = rows.first().map(|row| row.try_get(0)).transpose().map_err(ReadError::doing("search"))?;
    Ok(last.map_or_else(now, written::week_of))
}

/// In how many weeks more there are as many as are wanted, where so many were found in those that were looked through: at that rate, and a quarter more.
fn weeks_to_look(looked: i64, found: usize, wanted: u16) -> i64 {
    let (found, wanted) = (i64::try_from(found).unwrap_or(i64::MAX), i64::from(wanted));
    if looked < ENOUGH_WEEKS || found == 0 {
        return i64::MAX;
    }
    (looked * (wanted - found) * 5 / (found * 4) + 1).max(looked / 2)
}

/// The marks of so many weeks, the last of them first.
fn weeks_up_to(last: i64, many: i64) -> Vec<String> {
    (0..many).map(|back| written::week(last - back)).collect()
}

fn ids(rows: &[Row]) -> Result<Vec<Uuid>, ReadError> {
    rows.iter().map(|row| row.try_get(0).map_err(ReadError::doing("search"))).collect()
}

/// What a word is worth that so many hold, of those that were counted.
fn worth_of(held: i64) -> f64 {
    (1.0 + 1_000.0 / (held.max(0) as f64 + 1.0)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_from_the_last_weeks_how_far_there_is_to_look() {
        assert_eq!(weeks_to_look(1, 399, 400), i64::MAX, "one week says nothing yet");
        assert_eq!(weeks_to_look(5, 0, 400), i64::MAX, "nothing was found");
        assert_eq!(weeks_to_look(5, 200, 400), 7, "as many weeks again, and a quarter");
        assert_eq!(weeks_to_look(21, 399, 400), 10, "not week by week");
        assert!(weeks_to_look(5, 25, 400) > WEEKS - 5);
    }
}
