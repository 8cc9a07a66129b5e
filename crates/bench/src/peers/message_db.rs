//! A write function in the manner of message-db, written from its public description: one advisory lock for each category, so
//! that positions are read in the order they were given; the expected version compared; one row.

use crate::ground::Ground;
use crate::peers::pgbench::Pgbench;

const SETUP: &str = "
    CREATE TABLE messages (
        global_position bigserial PRIMARY KEY,
        position        bigint    NOT NULL,
        time            timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'utc'),
        stream_name     text      NOT NULL,
        type            text      NOT NULL,
        data            jsonb,
        metadata        jsonb,
        id              uuid      NOT NULL UNIQUE
    );
    CREATE FUNCTION category(stream_name text) RETURNS text LANGUAGE sql IMMUTABLE AS
        $$ SELECT split_part(stream_name, '-', 1) $$;
    CREATE UNIQUE INDEX messages_stream ON messages (stream_name, position);
    CREATE INDEX messages_category ON messages (category(stream_name), global_position);

    CREATE FUNCTION write_message(
        id uuid, stream_name text, type text, data jsonb, metadata jsonb, expected_version bigint
    ) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        stream_version bigint;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(category(write_message.stream_name), 0));
        SELECT coalesce(max(messages.position), -1) INTO stream_version
        FROM messages WHERE messages.stream_name = write_message.stream_name;
        IF expected_version IS NOT NULL AND expected_version <> stream_version THEN
            RAISE EXCEPTION 'Wrong expected version: % (stream: %, stream version: %)',
                expected_version, write_message.stream_name, stream_version;
        END IF;
        INSERT INTO messages (id, stream_name, position, type, data, metadata)
        VALUES (write_message.id, write_message.stream_name, stream_version + 1,
                write_message.type, write_message.data, write_message.metadata);
        RETURN stream_version + 1;
    END
    $$;";

/// All streams in one category, as those of one kind of aggregate are.
const WRITE: &str = r"\set n :n + 1
\set stream :n / 10
\set expected :n % 10 - 1
SELECT write_message(gen_random_uuid(), 'bench-' || :round::text || '-' || :client_id::text || '-' || :stream::text, 'noted', :payload::jsonb, '{}', :expected::bigint);
";

/// The peer, called through `pgbench`, which is the quickest client there is. None where that is not installed.
pub(crate) async fn writes(ground: &Ground) -> anyhow::Result<Option<Pgbench>> {
    Pgbench::of(ground, "bench_message_db", SETUP, WRITE).await
}
