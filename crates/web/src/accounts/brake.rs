//! The brake on guessing passwords: after five wrong ones for a name from an address, each further one doubles the wait.
//!
//! A try is counted before the password is looked at and forgiven when it was right, in one statement: a hundred tries sent at
//! the same moment count as a hundred.

use jiff::{Timestamp, ToSpan};
use tokio_postgres::Client;

use super::AccountError;

/// Wrong passwords that cost nothing.
const FREE: u32 = 4;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;
/// Hours without a try after which all is forgotten.
const FORGET_HOURS: i64 = 24;
/// How many entries of `waits` the statement is given; later tries wait as long as the last.
const STEPS: u32 = 20;

/// How long the wait is after the n-th try, in seconds.
fn wait_after(tries: u32) -> i64 {
    match tries.checked_sub(FREE + 1) {
        None => 0,
        Some(doublings) => (2_i64 << doublings.min(STEPS)).min(LONGEST_WAIT),
    }
}

/// Counts a try; says how many seconds are still to wait if it may not be made.
pub(super) async fn tried(client: &Client, name: &str, ip: &str, now: Timestamp) -> Result<Option<u64>, AccountError> {
    client.execute("delete from login_failure where last_at < $1", &[&(now - FORGET_HOURS.hours())]).await?;
    let waits: Vec<i64> = (1..=STEPS).map(wait_after).collect();
    // No row comes back while the name is locked from there: the update's condition does not hold.
    let counted = client
        .query_opt(
            "insert into login_failure as f (name, ip, failures, last_at, locked_until) values ($1, $2, 1, $3, $3)
             on conflict (name, ip) do update
                set failures = f.failures + 1,
                    last_at = excluded.last_at,
                    locked_until = $3 + interval '1 second' * ($4::bigint[])[least(f.failures + 1, cardinality($4::bigint[]))]
              where f.locked_until <= $3
             returning failures",
            &[&name, &ip, &now, &waits],
        )
        .await?;
    if counted.is_some() {
        return Ok(None);
    }
    let row =
        client.query_opt("select locked_until from login_failure where name = $1 and ip = $2", &[&name, &ip]).await?;
    // The row can be gone by now: the right password was given elsewhere. Then the wait is as short as a wait can be.
    Ok(Some(row.map_or(1, |row| {
        let until: Timestamp = row.get(0);
        u64::try_from(until.duration_since(now).as_secs()).unwrap_or(0) + 1
    })))
}

/// Forgives all tries: the right password came.
pub(super) async fn forgive(client: &Client, name: &str, ip: &str) -> Result<(), AccountError> {
    client.execute("delete from login_failure where name = $1 and ip = $2", &[&name, &ip]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_has_an_end() {
        assert_eq!((1..=4).map(wait_after).max(), Some(0));
        assert_eq!((5..=9).map(wait_after).collect::<Vec<_>>(), [2, 4, 8, 16, 32]);
        assert_eq!(wait_after(40), LONGEST_WAIT);
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
    }
}
