//! What the writer's connection says to the server: its settings, and every statement, prepared once.

use std::time::Duration;

use tokio_postgres::{Client, Statement};

/// Generic plans: with arrays as parameters PostgreSQL would plan every call anew, at six times the cost. No sequential
/// scans: a plan made while the tables are young would keep them; and no compiling of plans that have one all the same. The
/// timeout frees the head should this program stop in the middle of a block.
pub(crate) fn session_settings(deadline: Duration) -> String {
    let milliseconds = deadline.as_millis();
    format!(
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off; SET synchronous_commit = on;
         SET idle_in_transaction_session_timeout = {milliseconds}; SET statement_timeout = {milliseconds};
         SET application_name = 'saual journal writer'"
    )
}

pub(crate) const MAY_BE_BOUND: &str = "
    SELECT EXISTS (
        SELECT FROM pg_roles
        WHERE rolname = 'saual_app'
          AND pg_has_role(current_user, oid, 'MEMBER')
          -- made by another database of this server, it may have no rights here
          AND has_table_privilege(oid, 'events', 'INSERT')
    )";

/// Every statement of the writer.
pub(crate) struct Statements {
    pub(crate) head: Statement,
    pub(crate) now: Statement,
    pub(crate) commands: Statement,
    pub(crate) streams: Statement,
    pub(crate) claims: Statement,
    pub(crate) series: Statement,
    pub(crate) entries: Statement,
    pub(crate) write_block: Statement,
    pub(crate) expect_head: Statement,
    pub(crate) write_claims: Statement,
    pub(crate) open_series: Statement,
    pub(crate) advance_series: Statement,
    pub(crate) write_numbers: Statement,
    pub(crate) write_entries: Statement,
}

impl Statements {
    pub(crate) async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            head: client
                .prepare("SELECT position, block, hash, recorded FROM journal_head WHERE only_row FOR UPDATE")
                .await?,
            now: client.prepare("SELECT clock_timestamp()").await?,
            commands: client
                .prepare(
                    "SELECT command, request, first_position, events, version
                     FROM commands WHERE command = ANY ($1::uuid[])",
                )
                .await?,
            streams: client.prepare("SELECT stream, version FROM streams WHERE stream = ANY ($1::text[])").await?,
            claims: client.prepare("SELECT key, stream FROM claims WHERE key = ANY ($1::text[])").await?,
            series: client.prepare("SELECT series, next FROM number_series WHERE series = ANY ($1::text[])").await?,
            entries: client.prepare("SELECT sha256 FROM blob_entries WHERE sha256 = ANY ($1::bytea[])").await?,
            write_block: client.prepare(WRITE_BLOCK).await?,
            expect_head: client.prepare(EXPECT_HEAD).await?,
            write_claims: client
                .prepare(
                    "INSERT INTO claims (key, stream, position)
                     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])",
                )
                .await?,
            open_series: client
                .prepare(
                    "INSERT INTO number_series (series, first, next)
                     SELECT series, 1, next FROM unnest($1::text[], $2::bigint[]) AS new (series, next)",
                )
                .await?,
            advance_series: client
                .prepare(
                    "WITH moved AS (
                         UPDATE number_series SET next = new.next
                         FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS new (series, seen, next)
                         WHERE number_series.series = new.series AND number_series.next = new.seen
                         RETURNING 1
                     )
                     SELECT journal_expect((SELECT count(*) FROM moved) = cardinality($1::text[]), 'number_series')",
                )
                .await?,
            write_numbers: client
                .prepare(
                    "INSERT INTO numbers (series, value, position)
                     SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])",
                )
                .await?,
            write_entries: client
                .prepare(
                    "INSERT INTO blob_entries (sha256, block, leaf)
                     SELECT sha256, $1::bigint, number - 1
                     FROM unnest($2::bytea[]) WITH ORDINALITY AS kept (sha256, number)",
                )
                .await?,
        })
    }
}

/// The block, its events, the streams it moves, the commands it answers and the new head, as one statement: one exchange,
/// one plan.
///
/// The head comes first. Whoever has moved it holds its lock and is alone in the cluster, and all else is selected
/// `FROM moved`, after that: blocks of two nodes cannot deadlock. If the head does not stand where the block goes, nothing
/// is written, and there is no row to answer with. Whatever else was known or assumed is compared once more by the
/// statement itself: a stream at another version, one that is there already, a command that was recorded make it fail as
/// a whole.
const WRITE_BLOCK: &str = "
    WITH moved AS (
        UPDATE journal_head SET position = $34::bigint, block = $1::bigint, hash = $33::bytea, recorded = $30::timestamptz
        WHERE only_row AND block = $1::bigint - 1 AND hash = $32::bytea
        RETURNING 1
    ), written AS (
        INSERT INTO events (position, block, version, at, command, correlation, causation, schema_version,
                            stream, event_type, actor, request, leaf_hash, payload)
        SELECT position, $1::bigint, version, at, command, correlation, causation, schema_version,
               stream, event_type, actor, request, leaf_hash, payload
        FROM moved,
             unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::uuid[], $6::uuid[], $7::uuid[], $8::integer[],
                    $9::text[], $10::text[], $11::text[], $12::bytea[], $13::bytea[], $14::text[])
               AS new (position, version, at, command, correlation, causation, schema_version,
                       stream, event_type, actor, request, leaf_hash, payload)
    ), opened AS (
        INSERT INTO streams (stream, version, last_position)
        SELECT new.* FROM moved, unnest($15::text[], $16::bigint[], $17::bigint[]) AS new
    ), advanced AS (
        UPDATE streams SET version = new.version, last_position = new.last_position
        FROM moved, unnest($18::text[], $19::bigint[], $20::bigint[], $21::bigint[])
          AS new (stream, seen, version, last_position)
        WHERE streams.stream = new.stream AND streams.version = new.seen
        RETURNING 1
    ), answered AS (
        INSERT INTO commands (command, request, first_position, events, version)
        SELECT new.* FROM moved, unnest($22::uuid[], $23::bytea[], $24::bigint[], $25::integer[], $26::bigint[]) AS new
    ), proved AS (
        INSERT INTO blocks (block, first_position, events, blobs, recorded, merkle_root, previous_hash, hash)
        SELECT $1::bigint, $27::bigint, $28::integer, $29::integer, $30::timestamptz, $31::bytea, $32::bytea, $33::bytea
        FROM moved
    )
    SELECT clock_timestamp(), pg_notify('journal', ($34::bigint)::text),
           CASE WHEN (SELECT count(*) FROM advanced) <> cardinality($18::text[]) THEN journal_expect(false, 'streams') END
    FROM moved";

/// After a block that was planned under the head's lock: should the head stand elsewhere all the same, somebody has changed
/// it by hand, and nothing of the block may stand.
const EXPECT_HEAD: &str = "
    SELECT journal_expect(block = $1::bigint AND hash = $2::bytea, 'journal_head') FROM journal_head WHERE only_row";
