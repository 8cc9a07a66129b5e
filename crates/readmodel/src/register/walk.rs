//! In which order rows are walked, and the texts of the statements that do it.

use super::filter::{Condition, Filter, Way};
use super::follow::COLUMNS;
use super::search::{Cursor, MOST_COUNTED, Order};

/// The most rows that are looked into in the list's own order before what they contain is gathered. Everybody's lists begin with these.
const NEAR: u16 = 300;

/// Where the number of gathered rows stands: behind [`COLUMNS`].
pub(super) const GATHERED: usize = 29;

/// How an order is walked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk {
    register: &'static str,
    key: &'static str,
    than: &'static str,
    direction: &'static str,
}

impl Walk {
    pub(crate) const fn of(order: Order, register: &'static str) -> Self {
        match order {
            Order::Due => Self { register, key: "due", than: ">", direction: "asc" },
            Order::Received => Self { register, key: "received", than: "<", direction: "desc" },
        }
    }

    /// Behind a row. The row comparison is what the index is walked by.
    pub(crate) fn behind(&self, mut condition: Condition, after: Option<Cursor>) -> Condition {
        if let Some(cursor) = after {
            let (day, inquiry) = (condition.value(cursor.day), condition.value(cursor.inquiry.0));
            condition.also(&format!("({}, inquiry) {} (${day}, ${inquiry})", self.key, self.than));
        }
        condition
    }

    /// By which day.
    pub(crate) const fn key(&self) -> &'static str {
        self.key
    }

    pub(crate) fn ordered(&self, limit: u16) -> String {
        let Self { key, direction, .. } = self;
        // The limit is part of the text: a plan for any number is made for a tenth of the table.
        format!("order by {key} {direction}, inquiry {direction} limit {limit}")
    }

    pub(super) fn walked(&self, condition: &Condition, limit: u16) -> String {
        format!("select {COLUMNS} from {} where {} {}", self.register, condition.sql(), self.ordered(limit))
    }

    pub(super) fn gathered(&self, condition: &Condition, limit: u16) -> String {
        let Self { register, key, .. } = self;
        let (ordered, most) = (self.ordered(limit), u32::from(MOST_COUNTED) + 1);
        format!(
            "with found as materialized (select inquiry, {key} from {register} where {} limit {most})
             select {COLUMNS}, (select count(*) from found) from {register}
              where inquiry in (select inquiry from (select * from found {ordered}) page) {ordered}",
            condition.sql(),
        )
    }
}

/// A question put to what stands first in an order: [`NEAR`] rows that answer all of it but what they contain.
pub(super) struct Near {
    /// From which the rows are.
    rows: String,
    /// The whole of the question.
    pub(super) condition: Condition,
    walk: Walk,
}

impl Near {
    pub(super) fn of(filter: &Filter, walk: &Walk, after: Option<Cursor>) -> Self {
        let mut condition = walk.behind(Condition::of(&filter.without_content(), Way::Days), after);
        let (register, ordered) = (walk.register, walk.ordered(NEAR));
        let rows = format!("(select * from {register} where {} {ordered}) as near", condition.sql());
        condition.content(filter, Way::Days);
        Self { rows, condition, walk: *walk }
    }

    pub(super) fn listed(&self, limit: u16) -> String {
        format!("select {COLUMNS} from {} where {} {}", self.rows, self.condition.sql(), self.walk.ordered(limit))
    }

    pub(super) fn counted(&self, most: u16) -> String {
        format!(
            "select count(*) from (select from {} where {} limit {most}) as counted",
            self.rows,
            self.condition.sql()
        )
    }
}
