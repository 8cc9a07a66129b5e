//! Command results against the events they tell of, as two sums that must be equal.
//!
//! The table `commands` can be told again from the events, row for row. To compare the two the server would have to group all
//! events and join them with all commands, which takes longer than everything else. So each side is added up, a hash with a
//! secret key for every row; only where the sums differ is the server asked which rows they are.

use std::hash::{BuildHasher as _, RandomState};

use tokio_postgres::Transaction;

use crate::copied::{Columns, Copied};
use crate::hash::Hash;

/// The secret behind the sums, drawn anew by each check.
#[derive(Clone, Default)]
pub(crate) struct Told([RandomState; 2]);

/// What a command's row says, and what its events say.
pub(crate) struct CommandRow {
    pub(crate) command: [u8; 16],
    pub(crate) request: Hash,
    pub(crate) first_position: i64,
    pub(crate) events: i64,
}

/// The sum over some rows, in any order.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    sums: [u64; 2],
    rows: u64,
}

impl Sum {
    pub(crate) fn add(&mut self, told: &Told, row: &CommandRow) {
        let mut bytes = [0; 64];
        bytes[..16].copy_from_slice(&row.command);
        bytes[16..48].copy_from_slice(&row.request);
        bytes[48..56].copy_from_slice(&row.first_position.to_be_bytes());
        bytes[56..].copy_from_slice(&row.events.to_be_bytes());
        let sums = [0, 1].map(|half: usize| self.sums[half].wrapping_add(told.0[half].hash_one(bytes)));
        *self = Self { sums, rows: self.rows + 1 };
    }

    pub(crate) fn join(&mut self, other: Self) {
        let sums = [0, 1].map(|half: usize| self.sums[half].wrapping_add(other.sums[half]));
        *self = Self { sums, rows: self.rows + other.rows };
    }
}

/// Command ids between two, by their order as bytes; the second is `None` behind the last one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    pub(crate) from: u8,
    pub(crate) until: Option<u8>,
}

impl Share {
    /// All there is, in `count` shares of about equal size, for ids and hashes that are spread evenly.
    pub(crate) fn of_all(count: u8) -> impl Iterator<Item = Self> {
        let count = count.max(1);
        let edge = move |at: u8| u8::try_from(usize::from(at) * 256 / usize::from(count)).ok();
        (0..count).map(move |at| Self { from: edge(at).unwrap_or(0), until: edge(at + 1) })
    }
}

/// Adds up a share of the table. `None`: a row cannot be read.
pub(crate) async fn stored(
    tx: &Transaction<'_>,
    share: Share,
    told: &Told,
) -> Result<Option<Sum>, tokio_postgres::Error> {
    let id = |first: u8| format!("'{first:02x}000000-0000-0000-0000-000000000000'");
    let until = share.until.map(|until| format!("AND command < {}", id(until))).unwrap_or_default();
    let sql = format!(
        "SELECT command, request, first_position, events FROM commands WHERE command >= {} {until}",
        id(share.from)
    );
    let (mut rows, mut sum) = (Copied::open(tx, &sql).await?, Sum::default());
    while let Some(row) = rows.next().await? {
        let Some(row) = command(row.as_ref()) else { return Ok(None) };
        sum.add(told, &row);
    }
    Ok(Some(sum))
}

fn command(row: &[u8]) -> Option<CommandRow> {
    let mut columns = Columns::of(row, 4)?;
    let row = CommandRow {
        command: *columns.exactly()?,
        request: *columns.exactly()?,
        first_position: columns.bigint()?,
        events: columns.integer()?.into(),
    };
    columns.end().map(|()| row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_cover_everything_once() {
        for count in [1, 2, 3, 7, 16, 255] {
            let shares: Vec<Share> = Share::of_all(count).collect();
            assert_eq!((shares.len(), shares[0].from), (usize::from(count), 0));
            for pair in shares.windows(2) {
                assert_eq!(pair[0].until, Some(pair[1].from));
                assert!(pair[0].from < pair[1].from);
            }
            assert_eq!(shares.last().unwrap().until, None);
        }
    }

    #[test]
    fn a_sum_knows_every_field_and_no_order() {
        let told = Told::default();
        let row = |n: i64| CommandRow { command: [1; 16], request: [2; 32], first_position: n, events: 1 };
        let sum = |rows: &[CommandRow]| {
            let mut sum = Sum::default();
            rows.iter().for_each(|row| sum.add(&told, row));
            sum
        };
        assert!(sum(&[row(1), row(2)]) == sum(&[row(2), row(1)]));
        assert!(sum(&[row(1)]) != sum(&[row(1), row(1)]));
        for other in [
            row(2),
            CommandRow { command: [3; 16], ..row(1) },
            CommandRow { request: [3; 32], ..row(1) },
            CommandRow { events: 2, ..row(1) },
        ] {
            assert!(sum(&[row(1)]) != sum(&[other]));
        }
        let mut joined = sum(&[row(1)]);
        joined.join(sum(&[row(2)]));
        assert!(joined == sum(&[row(1), row(2)]));
    }
}
