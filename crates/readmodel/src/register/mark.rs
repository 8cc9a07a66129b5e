//! A mark of a list: another one whenever the list shows something else, of which nothing can be counted and nothing read.

use tokio_postgres::Row;

use super::filter::{Condition, Filter, Way};
use crate::{ReadError, Sight, Sitting};

const DOING: &str = "mark what somebody sees of the register";

impl Sitting {
    /// What somebody who sees so much is shown of the inquiries that are open, as one hash. What has ended changes only by opening again. It is made of what
    /// every row of theirs says, so that it tells of nothing else: neither what happens to the inquiries of others nor what the house does unseen in their own.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn mark(&self, sight: &Sight) -> Result<String, ReadError> {
        let filter = Filter { open: Some(true), sight: sight.clone(), ..Filter::all() };
        let condition = Condition::of(&filter, Way::Content);
        // It begins with a letter: no page takes it for a place that grows.
        let sql = format!(
            "select 'm' || left(encode(sha256(convert_to(coalesce(string_agg(
                        row(inquiry, stage, due, on_control, lead, co_executors, contributed, recipients)::text, ';' order by inquiry
                    ), ''), 'UTF8')), 'hex'), 32) from {} where {}",
            self.register,
            condition.sql(),
        );
        let rows = self.rows(&sql, &condition.values(), DOING).await?;
        let mark = |row: &Row| row.try_get(0).map_err(ReadError::doing(DOING));
        rows.first().map_or_else(|| Ok(String::new()), mark)
    }
}
