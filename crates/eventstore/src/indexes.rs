//! What stands beside the log and can be told again from it: stream heads, command results, numbers, and the bytes of blobs.

use sha2::{Digest, Sha256};
use tokio_postgres::Transaction;

use crate::audit::{Audit, Fault};
use crate::copied::{Columns, Copied};
use crate::error::StoreError;
use crate::hash::Hash;
use crate::rows;
use crate::told::{Share, Sum};

/// What a share of the blobs showed.
#[derive(Debug, Default)]
pub(crate) struct Blobs {
    pub(crate) read: u64,
    /// Those whose bytes are not those of their name, with the blocks that hold them.
    pub(crate) wrong: Vec<Fault>,
}

/// Bytes against their names, for a share of them. They come one by one: a blob may be long.
pub(crate) async fn blobs(tx: &Transaction<'_>, share: Share) -> Result<Blobs, tokio_postgres::Error> {
    let until = share.until.map(|until| format!("AND blobs.sha256 < '\\x{until:02x}'")).unwrap_or_default();
    let sql = format!(
        "SELECT entry.block, blobs.sha256, blobs.bytes
         FROM blobs LEFT JOIN blob_entries AS entry USING (sha256)
         WHERE blobs.sha256 >= '\\x{:02x}' {until} ORDER BY blobs.sha256",
        share.from
    );
    let (mut rows, mut blobs) = (Copied::open(tx, &sql).await?, Blobs::default());
    while let Some(row) = rows.next().await? {
        blobs.read += 1;
        if let Some(fault) = blob(row.as_ref()) {
            blobs.wrong.push(fault);
        }
    }
    Ok(blobs)
}

fn blob(row: &[u8]) -> Option<Fault> {
    let read = || -> Option<(Option<i64>, Hash, &[u8])> {
        let mut columns = Columns::of(row, 3)?;
        let block = columns.nullable()?.map(|block| block.try_into().map(i64::from_be_bytes));
        Some((block.transpose().ok()?, *columns.exactly()?, columns.bytes()?))
    };
    let (block, what) = match read() {
        Some((_, sha256, bytes)) if Hash::from(Sha256::digest(bytes)) == sha256 => return None,
        Some((block, sha256, _)) => {
            (block, format!("blob {} does not have the bytes of its name", hex::encode(sha256)))
        }
        None => (None, "a blob cannot be read".to_owned()),
    };
    Some(Fault { block, what, ..Fault::default() })
}

/// The rows that say how far the journal and each stream have come.
pub(crate) async fn heads(tx: &Transaction<'_>, audit: &mut Audit) -> Result<(), tokio_postgres::Error> {
    let mut streams = Copied::open(tx, "SELECT stream, version FROM streams").await?;
    while let Some(row) = streams.next().await? {
        match stream_head(row.as_ref()) {
            Some((stream, version)) => audit.stream_head(stream, version),
            None => audit.plain_fault("the head row of a stream cannot be read"),
        }
    }
    audit.streams_without_head();
    match tx.query_opt("SELECT position, block, hash FROM journal_head", &[]).await? {
        Some(row) => audit.head(row.try_get(0)?, row.try_get(1)?, &rows::hash(&row, 2)?),
        None => audit.plain_fault("the journal has no head row"),
    }
    Ok(())
}

fn stream_head(row: &[u8]) -> Option<(&str, u64)> {
    let mut columns = Columns::of(row, 2)?;
    Some((columns.text()?, columns.bigint()?.cast_unsigned()))
}

/// Command results and numbers. The sums say whether the first of them need to be looked at: `None` when the events were
/// not all read in a way that adds up.
pub(crate) async fn results(
    tx: &Transaction<'_>,
    audit: &mut Audit,
    told: Option<Sum>,
    stored: Option<Sum>,
) -> Result<(), StoreError> {
    if told.is_none() || told != stored {
        disagree(tx, audit, COMMANDS_DISAGREE).await?;
    }
    disagree(tx, audit, NUMBERS_DISAGREE).await
}

/// Each query answers what disagrees.
async fn disagree(tx: &Transaction<'_>, audit: &mut Audit, sql: &str) -> Result<(), StoreError> {
    let doing = || StoreError::doing("compare the journal with its indexes");
    for row in tx.query(sql, &[]).await.map_err(doing())? {
        let what: String = row.try_get(0).map_err(doing())?;
        audit.plain_fault(what);
    }
    Ok(())
}

/// The answer of a command must point at its own events, all of them, and know what it asked.
const COMMANDS_DISAGREE: &str = "
    SELECT 'command ' || command || ': its stored result is not that of its events'
    FROM (SELECT command, encode(request, 'hex') AS request, first_position, events FROM commands) AS kept
    FULL JOIN (
        SELECT command, min(encode(request, 'hex')) AS request, min(position) AS first_position, count(*) AS events
        FROM events GROUP BY command
    ) AS told USING (command)
    WHERE (kept.request, kept.first_position, kept.events)
          IS DISTINCT FROM (told.request, told.first_position, told.events)
    LIMIT 100";

/// A series has taken every number from its first to the one before its next, each once.
const NUMBERS_DISAGREE: &str = "
    SELECT 'number series ' || series || ': it says first ' || first || ' and next ' || next || ', but '
           || coalesce(taken.numbers, 0) || ' numbers from ' || coalesce(taken.lowest::text, 'none')
           || ' to ' || coalesce(taken.highest::text, 'none') || ' were taken'
    FROM number_series
    LEFT JOIN (
        SELECT series, min(value) AS lowest, max(value) AS highest, count(*) AS numbers
        FROM numbers GROUP BY series
    ) AS taken USING (series)
    WHERE coalesce(taken.numbers, 0) <> next - first
       OR coalesce(taken.highest, next - 1) <> next - 1
       OR coalesce(taken.lowest, first) <> first
    LIMIT 100";
