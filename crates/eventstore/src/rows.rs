//! From rows to values. A row that this program never wrote gives an error that names its position, never a panic: the
//! verifier reads what somebody may have changed by hand.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use crate::error::StoreError;
use crate::event::{CommandId, Recorded, StreamId};
use crate::hash::{Block, Hash};

/// The columns of [`event`], in its order.
pub(crate) const EVENT_COLUMNS: &str = "position, block, stream, version, event_type, schema_version, payload, actor, at, \
     command, request, correlation, causation";

/// The columns of [`block`], in its order.
pub(crate) const BLOCK_COLUMNS: &str =
    "block, first_position, events, blobs, recorded, merkle_root, previous_hash, hash";

/// A version as PostgreSQL counts it. Versions are checked at the door and cannot be larger.
pub(crate) fn count(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

struct Bytes<const N: usize>([u8; N]);

impl<'a, const N: usize> FromSql<'a> for Bytes<N> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw.try_into()?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BYTEA
    }
}

/// A column of exactly 32 bytes.
pub(crate) fn hash(row: &Row, column: usize) -> Result<Hash, tokio_postgres::Error> {
    array(row, column)
}

/// A column of exactly so many bytes.
pub(crate) fn array<const N: usize>(row: &Row, column: usize) -> Result<[u8; N], tokio_postgres::Error> {
    row.try_get::<_, Bytes<N>>(column).map(|bytes| bytes.0)
}

/// A column of type timestamptz.
pub(crate) fn moment(row: &Row, column: usize) -> Result<Timestamp, tokio_postgres::Error> {
    row.try_get(column)
}

/// One row of [`EVENT_COLUMNS`].
pub(crate) fn event(row: &Row) -> Result<Recorded, StoreError> {
    let fields = || -> Result<Recorded, tokio_postgres::Error> {
        Ok(Recorded {
            position: row.try_get(0)?,
            block: row.try_get(1)?,
            stream: StreamId::stored(row.try_get(2)?),
            version: row.try_get::<_, i64>(3)?.cast_unsigned(),
            event_type: row.try_get(4)?,
            schema_version: row.try_get::<_, Unsigned16>(5)?.0,
            payload: row.try_get(6)?,
            opened: None,
            current: None,
            actor: row.try_get(7)?,
            at: row.try_get(8)?,
            command: CommandId(row.try_get(9)?),
            request: hash(row, 10)?,
            correlation: row.try_get(11)?,
            causation: row.try_get(12)?,
        })
    };
    fields().map_err(|error| {
        let place = row.try_get::<_, i64>(0).map_or_else(|_| "an event".to_owned(), |at| format!("event {at}"));
        let cause = std::error::Error::source(&error).map(|cause| format!(", {cause}")).unwrap_or_default();
        StoreError::Row(format!("{place}: {error}{cause}"))
    })
}

/// An `integer` column that holds a number from 0 to 65535.
pub(crate) struct Unsigned16(pub(crate) u16);

impl<'a> FromSql<'a> for Unsigned16 {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(u16::try_from(i32::from_sql(ty, raw)?)?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::INT4
    }
}

/// One row of [`BLOCK_COLUMNS`].
pub(crate) fn block(row: &Row) -> Result<Block, tokio_postgres::Error> {
    Ok(Block {
        block: row.try_get(0)?,
        first_position: row.try_get(1)?,
        events: row.try_get::<_, i32>(2)?.cast_unsigned(),
        blobs: row.try_get::<_, i32>(3)?.cast_unsigned(),
        recorded: row.try_get(4)?,
        merkle_root: hash(row, 5)?,
        previous_hash: hash(row, 6)?,
        hash: hash(row, 7)?,
    })
}
