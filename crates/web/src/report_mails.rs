//! Reports by mail: who wants which, and what such a mail says. It is counted under the rights of its reader, as the page would be.

use jiff::ToSpan as _;
use jiff::civil::Date;
use readmodel::Sight;
use readmodel::register::monday;
use readmodel::reports::{self, By};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::accounts::{self, Account};
use crate::problem::Problem;
use crate::screens::{SEES_REPORTS, report_rows};
use crate::state::AppState;

/// How often, as rows name it: of the week before, of the month before.
pub const EVERY: [&str; 2] = ["week", "month"];

/// A report that somebody is to be told.
#[derive(Debug, Clone)]
pub struct Due {
    /// To whom.
    pub account: Account,
    /// How often they are told: one of [`EVERY`].
    pub every: &'static str,
    /// The first day of the period.
    pub from: Date,
    /// The last one.
    pub until: Date,
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The ministry whose inquiries alone were counted; none: all.
    pub ministry: Option<String>,
    /// What stands over the columns.
    pub heads: Vec<String>,
    /// A row each; the last one is of all together.
    pub rows: Vec<Vec<String>>,
    /// Where the same stands in the system.
    pub page: String,
}

/// The week or the month before the one of a day: its first and its last day.
#[must_use]
pub fn period(every: &str, today: Date) -> (Date, Date) {
    let next = if every == EVERY[0] { monday(today) } else { today.first_of_month() };
    let from = if every == EVERY[0] { next.saturating_sub(7.days()) } else { next.saturating_sub(1.month()) };
    (from, next.saturating_sub(1.day()))
}

/// What is to be told on this day and was not yet.
///
/// # Errors
/// The database does not answer.
pub async fn due(state: &AppState, today: Date) -> Result<Vec<Due>, Problem> {
    let client = state.pool.get().await?;
    let failed = |error| Problem::failure("list who wants reports", error);
    let rows = client
        .query("select account, every, told_for from report_subscription order by account, every", &[])
        .await
        .map_err(failed)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let accounts = accounts::list(&client).await.map_err(|error| Problem::failure("list the accounts", error))?;
    let mut due = Vec::new();
    for row in rows {
        let (account, every, told_for): (Uuid, String, Option<Date>) = (row.get(0), row.get(1), row.get(2));
        let Some(every) = EVERY.into_iter().find(|known| *known == every) else { continue };
        let (from, until) = period(every, today);
        if told_for.is_some_and(|told| told >= from) {
            continue;
        }
        // Whoever has left, or may see no figures any more, is told nothing.
        let account = accounts.iter().find(|known| known.id == account && SEES_REPORTS.allows(Some(&known.actor)));
        due.extend(account.map(|account| Due { account: account.clone(), every, from, until }));
    }
    Ok(due)
}

/// What one such report says, in its reader's language.
///
/// # Errors
/// The database does not answer.
pub async fn told(state: &AppState, due: &Due) -> Result<Told, Problem> {
    let actor = &due.account.actor;
    let sight = Sight::of(actor);
    let ministry = match &sight {
        Sight::Whole => None,
        Sight::Own { ministry, .. } => ministry.as_ref().map(ToString::to_string),
    };
    let question = reports::Question::of_days(due.from, due.until, state.today(), sight);
    let counted = reports::count(&state.reader(actor), &question, By::Ministry).await;
    let counted = counted.map_err(|error| Problem::failure("count a report", error))?;
    let (heads, rows) = report_rows(state, &counted, due.account.language);
    let page = format!("/reports?from={}&until={}", due.from, due.until);
    Ok(Told { ministry, heads, rows, page })
}

/// How often somebody is told: of [`EVERY`].
///
/// # Errors
/// The database does not answer.
pub async fn wanted(client: &Client, account: Uuid) -> Result<Vec<String>, Problem> {
    let rows = client
        .query("select every from report_subscription where account = $1 order by every", &[&account])
        .await
        .map_err(|error| Problem::failure("look up which reports somebody wants", error))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// From now on somebody is told so often. The first one is of the period before, on the next working morning.
///
/// # Errors
/// The database does not answer.
pub async fn set_wanted(client: &Client, account: Uuid, every: &[&str]) -> Result<(), Problem> {
    client
        .execute(
            "with gone as (delete from report_subscription where account = $1 and every <> all ($2))
             insert into report_subscription (account, every) select $1, every from unnest($2::text[]) as every
             on conflict (account, every) do nothing",
            &[&account, &every],
        )
        .await
        .map_err(|error| Problem::failure("keep which reports somebody wants", error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_period_is_the_one_before_today_s() {
        assert_eq!(period("week", date(2023, 10, 18)), (date(2023, 10, 9), date(2023, 10, 15)));
        assert_eq!(period("week", date(2023, 10, 16)), (date(2023, 10, 9), date(2023, 10, 15)));
        assert_eq!(period("month", date(2023, 10, 2)), (date(2023, 9, 1), date(2023, 9, 30)));
        assert_eq!(period("month", date(2024, 1, 31)), (date(2023, 12, 1), date(2023, 12, 31)));
    }
}
