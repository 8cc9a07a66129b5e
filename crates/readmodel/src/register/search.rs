//! The questions that the register answers, at a cost that does not grow with it (ADR 0021, 0043): a list walks an index in its own order, a
//! count stops at [`MOST_COUNTED`], and what rows contain is looked for in what stands first, then by an index of contents, then by their days.

use std::collections::HashMap;

use directory::InquiryNumber;
use inquiry::InquiryId;
use inquiry::pressing::presses_until;
use jiff::civil::Date;
use tokio_postgres::Row;
use uuid::Uuid;

use super::Entry;
use super::filter::{Condition, Filter, OWED, Way};
use super::follow::{COLUMNS, read};
use super::walk::{GATHERED, Near, Walk};
use crate::past::Part;
use crate::{ReadError, Reader, Sight, Sitting};

/// The most rows of one page.
pub const MAX_LIMIT: u16 = 100;
/// The most rows that leave the register at once.
pub const MOST_AT_ONCE: u16 = 5_000;
/// The most rows that are counted one by one.
pub const MOST_COUNTED: u16 = 1_000;
/// So many rows among what stands first make a question a frequent one: as many as stand on a page.
const FREQUENT: u16 = 25;
/// The most rows that are counted one by one of each part of what is frequent, where an index of parts knows the ministries.
const FREQUENT_COUNTED: u16 = 250;
/// The same where each row has to be looked into for words.
const FREQUENT_WORDS_COUNTED: u16 = 100;
/// The most rows with words that are gathered to be counted: what is more among what is open is frequent.
const MOST_GATHERED: u16 = 4_000;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// What is due first stands first.
    Due,
    /// What was received last stands first.
    Received,
}

/// Where the next page begins: behind the row with this day and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The last row's day, due or received as the order has it.
    pub day: Date,
    /// The last row's inquiry.
    pub inquiry: InquiryId,
}

/// A page of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
    /// How many there are in all, where they were gathered for a first page and so are counted already.
    pub gathered: Option<Count>,
}

/// The rows that were fetched, and how many there were where all were gathered.
type Fetched = (Vec<Entry>, Option<Count>);

/// How many there are, as far as they were counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// How many were counted.
    pub counted: u64,
    /// There are more.
    pub more: bool,
}

impl Count {
    /// Both together, as far as anybody counts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let (sum, most) = (self.counted + other.counted, u64::from(MOST_COUNTED));
        Self { counted: sum.min(most), more: self.more || other.more || sum > most }
    }

    /// From a count that went one beyond `most`.
    fn until(most: u16, counted: i64) -> Self {
        let (counted, most) = (counted.cast_unsigned(), u64::from(most));
        Self { counted: counted.min(most), more: counted > most }
    }
}

/// How many inquiries there are, for the tiles above a worklist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Open.
    pub open: Count,
    /// Overdue.
    pub overdue: Count,
    /// Owed and due today or within [`SOON`](super::SOON) days.
    pub soon: Count,
    /// Before the signatory.
    pub for_signature: Count,
    /// Sent, deliveries awaited.
    pub dispatched: Count,
}

impl Totals {
    /// From counts that went one beyond `most`, in the order of the fields.
    fn until(most: u16, counted: [i64; 5]) -> Self {
        let [open, overdue, soon, for_signature, dispatched] = counted.map(|count| Count::until(most, count));
        Self { open, overdue, soon, for_signature, dispatched }
    }
}

impl Sitting {
    /// A page of the rows that a filter wants, `limit` at most (1 to [`MAX_LIMIT`]).
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn list(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<Cursor>,
        limit: u16,
    ) -> Result<Page, ReadError> {
        let limit = limit.clamp(1, MAX_LIMIT);
        let (mut entries, gathered) = self.fetch(filter, order, after, limit + 1).await?;
        let more = entries.len() > usize::from(limit);
        entries.truncate(usize::from(limit));
        let next = entries.last().filter(|_| more).map(|last| Cursor {
            day: match order {
                Order::Due => last.due,
                Order::Received => last.received,
            },
            inquiry: last.inquiry,
        });
        Ok(Page { entries, next, gathered: gathered.filter(|_| after.is_none()) })
    }

    /// What contains something may be found at once, among what stands first. Else it is gathered by what it contains and put in order, unless that is too much:
    /// then it is frequent, and found by walking on.
    async fn fetch(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<Cursor>,
        limit: u16,
    ) -> Result<Fetched, ReadError> {
        let all = |rows: Vec<Row>| rows.iter().map(read).collect::<Result<Vec<Entry>, _>>();
        if let Some(as_of) = self.as_of {
            return Ok((self.fetch_past(as_of, filter, order, after, limit).await?, None));
        }
        let way = Walk::of(order, self.register);
        if limit <= FREQUENT + 1 && self.begins_near(filter, order) {
            let near = Near::of(filter, &way, after);
            let rows = self.rows(&near.listed(limit), &near.condition.values(), "list the register").await?;
            if rows.len() >= usize::from(limit) {
                return Ok((all(rows)?, None));
            }
        }
        if filter.asks_for_content() {
            let condition = way.behind(Condition::of(filter, Way::Content), after);
            let rows = self.rows(&way.gathered(&condition, limit), &condition.values(), "list the register").await?;
            let Some(first) = rows.first() else { return Ok((Vec::new(), Some(Count::default()))) };
            let gathered = Count::until(MOST_COUNTED, number(first, GATHERED)?);
            if !gathered.more {
                return Ok((all(rows)?, Some(gathered)));
            }
        }
        let condition = way.behind(Condition::of(filter, Way::Days), after);
        let rows = self.rows(&way.walked(&condition, limit), &condition.values(), "list the register").await?;
        Ok((all(rows)?, None))
    }

    /// The rows that a filter wants, without pages: `limit` at most (1 to [`MOST_AT_ONCE`]).
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn at_once(&self, filter: &Filter, order: Order, limit: u16) -> Result<Vec<Entry>, ReadError> {
        Ok(self.fetch(filter, order, None, limit.clamp(1, MOST_AT_ONCE)).await?.0)
    }

    /// How many rows a filter wants, [`MOST_COUNTED`] at most.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn count(&self, filter: &Filter) -> Result<Count, ReadError> {
        self.count_until(filter, MOST_COUNTED).await
    }

    /// How many rows a filter wants together with others that are counted already, [`MOST_COUNTED`] at most.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn count_beside(&self, counted: Count, filter: &Filter) -> Result<Count, ReadError> {
        match u16::try_from(counted.counted) {
            Ok(known) if !counted.more && known <= MOST_COUNTED => {
                Ok(counted.and(self.count_until(filter, MOST_COUNTED - known).await?))
            }
            _ => Ok(counted),
        }
    }

    /// How many rows a filter wants, `most` at most.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn count_until(&self, filter: &Filter, most: u16) -> Result<Count, ReadError> {
        // What a large ministry leads is more than anybody counts already, and an index of leads says so at once.
        if let Some(led) = filter.led_by_its_ministry() {
            let count = self.counted(&led, most).await?;
            if count.more {
                return Ok(count);
            }
        }
        self.counted(filter, most).await
    }

    async fn counted(&self, filter: &Filter, most: u16) -> Result<Count, ReadError> {
        let filter = &self.narrowed(filter).await?;
        let mut condition = Condition::of(filter, self.counting());
        let register = self.source(&mut condition, filter, Part::of(filter));
        let sql = format!("select {}", bounded(&register, condition.sql(), most));
        let rows = self.rows(&sql, &condition.values(), "count the register").await?;
        rows.first().map_or(Ok(Count::default()), |row| Ok(Count::until(most, number(row, 0)?)))
    }

    /// Counts what a filter wants, by what presses. All of that is open.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn totals(&self, filter: &Filter, today: Date) -> Result<Totals, ReadError> {
        let open = Filter { open: Some(true), ..self.narrowed(filter).await? };
        let mut condition = Condition::of(&open, self.counting());
        let (first, last) = (condition.value(today), condition.value(presses_until(today)));
        let overdue = format!("{OWED} and due < ${first}");
        let soon = format!("{OWED} and due >= ${first} and due <= ${last}");
        let (for_signature, dispatched) = ("stage = 'for_signature'", "stage = 'dispatched'");
        let register = self.source(&mut condition, &open, Part::Open);
        if self.as_of.is_some() {
            // What was open then is gathered once, and counted in one go.
            let sql = format!(
                "select count(*), count(*) filter (where {overdue}), count(*) filter (where {soon}),
                        count(*) filter (where {for_signature}), count(*) filter (where {dispatched})
                   from {register} where {}",
                condition.sql()
            );
            return Ok(Totals::until(MOST_COUNTED, self.counts_of(&sql, &condition).await?));
        }
        if filter.asks_for_content() {
            let parts = [overdue.as_str(), soon.as_str(), for_signature, dispatched];
            return self.totals_of_content(&open, &condition, parts).await;
        }
        // Whoever stands at such a stage is open, which need not be asked where the index of stages answers; the values are the same.
        let (open, anywhere) = (condition.sql(), Condition::of(filter, Way::Content));
        let standing = anywhere.sql();
        let parts = [
            open.to_owned(),
            format!("{open} and {overdue}"),
            format!("{open} and {soon}"),
            format!("{standing} and {for_signature}"),
            format!("{standing} and {dispatched}"),
        ]
        .map(|part| bounded(&register, &part, MOST_COUNTED));
        let counts = self.counts_of(&format!("select {}", parts.join(", ")), &condition).await?;
        Ok(Totals::until(MOST_COUNTED, counts))
    }

    /// The same of what contains something: gathered by that and counted in one go, or, where it is frequent, each part walked to by its own days or stage
    /// and counted as far as that is cheap. No index of contents is asked then: it would gather all of it first.
    async fn totals_of_content(
        &self,
        open: &Filter,
        condition: &Condition,
        parts: [&str; 4],
    ) -> Result<Totals, ReadError> {
        let (most_gathered, most_open, most) = if open.asks_for_words() {
            (MOST_GATHERED, FREQUENT_WORDS_COUNTED, FREQUENT_WORDS_COUNTED)
        } else {
            (MOST_COUNTED, MOST_COUNTED, FREQUENT_COUNTED)
        };
        let [overdue, soon, for_signature, dispatched] = parts;
        let mut counted = None;
        if !self.is_frequent(open).await? {
            let sql = format!(
                "with found as materialized (select due, stage, on_control from {} where {} limit {})
                 select count(*), count(*) filter (where {overdue}), count(*) filter (where {soon}),
                        count(*) filter (where {for_signature}), count(*) filter (where {dispatched})
                   from found",
                self.register,
                condition.sql(),
                u32::from(most_gathered) + 1,
            );
            let gathered = self.counts_of(&sql, condition).await?;
            if gathered[0] <= i64::from(most_gathered) {
                return Ok(Totals::until(MOST_COUNTED, gathered));
            }
            counted = Some(Count::until(MOST_COUNTED, gathered[0]));
        }
        let frequent = Condition::of(open, Way::Days);
        let part = |part: &str| bounded(self.register, &format!("{} and {part}", frequent.sql()), most);
        // How many are open is known from the gathering, or it is one part more.
        let all = match counted {
            Some(_) => "0::bigint".to_owned(),
            None => bounded(self.register, frequent.sql(), most_open),
        };
        let parts = [overdue, soon, for_signature, dispatched].map(part);
        let counts = self.counts_of(&format!("select {all}, {}", parts.join(", ")), condition).await?;
        let all = counted.unwrap_or_else(|| Count::until(most_open, counts[0]));
        Ok(Totals { open: all, ..Totals::until(most, counts) })
    }

    /// May what is asked for be looked for among what stands first? Whoever sees a part would have to be led past all that is not theirs, and no index holds
    /// what is asked by one day in the order of another.
    fn begins_near(&self, filter: &Filter, order: Order) -> bool {
        let is_of_present = self.as_of.is_none() && Part::of(filter) == Part::Open && filter.open != Some(false);
        let by_due = filter.overdue.is_some() || filter.soon.is_some() || filter.due_before.is_some();
        let is_walked = order == Order::Due || !by_due;
        let is_content = filter.asks_for_content() && filter.inquiries.is_empty();
        is_of_present && is_walked && is_content && filter.sight == Sight::Whole
    }

    /// Do so many of what is due first answer a question that walking finds the others soon as well?
    async fn is_frequent(&self, open: &Filter) -> Result<bool, ReadError> {
        if !self.begins_near(open, Order::Due) {
            return Ok(false);
        }
        let near = Near::of(open, &Walk::of(Order::Due, self.register), None);
        let rows = self.rows(&near.counted(FREQUENT), &near.condition.values(), "count the register").await?;
        rows.first().map_or(Ok(false), |row| Ok(number(row, 0)? >= i64::from(FREQUENT)))
    }

    /// By what rows are counted.
    const fn counting(&self) -> Way {
        if self.as_of.is_some() { Way::Past } else { Way::Content }
    }

    async fn counts_of(&self, sql: &str, condition: &Condition) -> Result<[i64; 5], ReadError> {
        let rows = self.rows(sql, &condition.values(), "count the register").await?;
        let Some(row) = rows.first() else { return Ok([0; 5]) };
        Ok([number(row, 0)?, number(row, 1)?, number(row, 2)?, number(row, 3)?, number(row, 4)?])
    }
}

fn number(row: &Row, n: usize) -> Result<i64, ReadError> {
    row.try_get(n).map_err(ReadError::doing("count the register"))
}

/// A count that stops one beyond `most`.
fn bounded(register: &str, condition: &str, most: u16) -> String {
    format!("(select count(*) from (select from {register} where {condition} limit {}) counted)", u32::from(most) + 1)
}

/// [`Sitting::list`] where nothing else is asked.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn list(
    reader: &Reader,
    filter: &Filter,
    order: Order,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page, ReadError> {
    let sitting = reader.sit().await?;
    let page = sitting.list(filter, order, after, limit).await?;
    sitting.rise().await?;
    Ok(page)
}

/// The numbers of these inquiries as they are printed; what the register has not taken in yet is left out.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn numbers_of(reader: &Reader, inquiries: &[InquiryId]) -> Result<HashMap<InquiryId, String>, ReadError> {
    let ids: Vec<Uuid> = inquiries.iter().map(|inquiry| inquiry.0).collect();
    let doing = || ReadError::doing("look up the numbers of inquiries");
    let sql = "select inquiry, number from register where inquiry = any($1)";
    let rows = reader.rows(sql, &[&ids], "look up the numbers of inquiries").await?;
    rows.iter().map(|row| Ok((InquiryId(row.try_get(0).map_err(doing())?), row.try_get(1).map_err(doing())?))).collect()
}

/// The inquiries with this number, whichever chamber and date, the last received first.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn find_by_number(reader: &Reader, number: &InquiryNumber) -> Result<Vec<Entry>, ReadError> {
    let sql = format!(
        "select {COLUMNS} from register where number_normal = $1 order by received desc, inquiry limit {MAX_LIMIT}"
    );
    let rows = reader.rows(&sql, &[&number.normal()], "look up a number").await?;
    rows.iter().map(read).collect()
}
