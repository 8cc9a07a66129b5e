-- The journal: every event in one order, proved block by block.
--
-- Written by one task a node (crates/eventstore, writer and block), which locks journal_head first. The exact bytes that
-- are hashed are described in crates/eventstore/src/hash.rs. Nothing here is ever changed or removed: rights and triggers
-- refuse it, and the verifier names what was changed all the same.

-- Payloads are text, not jsonb: the bytes are hashed as they stand, and jsonb would re-order keys and drop doubles.
CREATE TABLE events (
    position       bigint      PRIMARY KEY CHECK (position > 0),
    block          bigint      NOT NULL CHECK (block > 0),
    version        bigint      NOT NULL CHECK (version > 0),
    at             timestamptz NOT NULL,
    command        uuid        NOT NULL,
    correlation    uuid        NOT NULL,
    causation      uuid,
    schema_version integer     NOT NULL CHECK (schema_version BETWEEN 1 AND 65535),
    stream         text        COLLATE "C" NOT NULL,
    event_type     text        COLLATE "C" NOT NULL,
    actor          text        NOT NULL,
    request        bytea       NOT NULL CHECK (length(request) = 32),
    leaf_hash      bytea       NOT NULL CHECK (length(leaf_hash) = 32),
    payload        text        NOT NULL,
    UNIQUE (stream, version)
);

-- A block is one flush to disk. `recorded` is the server's clock at that moment, never going back.
CREATE TABLE blocks (
    block          bigint      PRIMARY KEY CHECK (block > 0),
    first_position bigint      NOT NULL CHECK (first_position > 0),
    events         integer     NOT NULL CHECK (events >= 0),
    blobs          integer     NOT NULL CHECK (blobs >= 0),
    recorded       timestamptz NOT NULL,
    merkle_root    bytea       NOT NULL CHECK (length(merkle_root) = 32),
    previous_hash  bytea       NOT NULL CHECK (length(previous_hash) = 32),
    hash           bytea       NOT NULL CHECK (length(hash) = 32),
    CHECK (events + blobs > 0)
);

-- Bytes by their SHA-256: signed letters, signatures, attachments. The bytes come first, the entry in a block follows
-- (blob_entries); a blob without an entry is one whose keeping was interrupted, and nothing refers to it yet.
CREATE TABLE blobs (
    sha256     bytea PRIMARY KEY CHECK (length(sha256) = 32),
    media_type text  NOT NULL,
    bytes      bytea NOT NULL
);
-- PDFs are compressed already; trying again only costs time.
ALTER TABLE blobs ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Which block proves that a blob was there, and as which leaf after the block's events (from 0).
CREATE TABLE blob_entries (
    sha256 bytea   PRIMARY KEY REFERENCES blobs,
    block  bigint  NOT NULL,
    leaf   integer NOT NULL CHECK (leaf >= 0),
    UNIQUE (block, leaf)
);

-- The last block. One row: whoever appends locks it first, so blocks never deadlock and positions have no gaps.
CREATE TABLE journal_head (
    only_row boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint      NOT NULL,
    block    bigint      NOT NULL,
    hash     bytea       NOT NULL CHECK (length(hash) = 32),
    recorded timestamptz NOT NULL
);
INSERT INTO journal_head (position, block, hash, recorded)
VALUES (0, 0, decode(repeat('00', 32), 'hex'), 'epoch');

-- How far each stream has come. The free space keeps updates within their page.
CREATE TABLE streams (
    stream        text   COLLATE "C" PRIMARY KEY,
    version       bigint NOT NULL CHECK (version > 0),
    last_position bigint NOT NULL
) WITH (fillfactor = 70);

-- Which commands were recorded and where their result stands: a repeat is answered with it. All of it can be told again
-- from the events; it is an index.
CREATE TABLE commands (
    command        uuid    PRIMARY KEY,
    request        bytea   NOT NULL,
    first_position bigint  NOT NULL,
    events         integer NOT NULL CHECK (events > 0),
    version        bigint  NOT NULL
);

-- Keys that only one append can ever have.
CREATE TABLE claims (
    key      text   COLLATE "C" PRIMARY KEY,
    stream   text   COLLATE "C" NOT NULL,
    position bigint NOT NULL
);

-- Gap-free series. `numbers` says which event took which number.
CREATE TABLE number_series (
    series text   COLLATE "C" PRIMARY KEY,
    first  bigint NOT NULL,
    next   bigint NOT NULL CHECK (next >= first)
) WITH (fillfactor = 70);

CREATE TABLE numbers (
    series   text   COLLATE "C" NOT NULL REFERENCES number_series,
    value    bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (series, value)
);

CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['events', 'blocks', 'blobs', 'blob_entries', 'commands', 'claims', 'numbers'] LOOP
        EXECUTE format(
            'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
             FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()', kept);
    END LOOP;
    -- These move forward with every block, but no row of them ever goes.
    FOREACH kept IN ARRAY ARRAY['journal_head', 'streams', 'number_series'] LOOP
        EXECUTE format(
            'CREATE TRIGGER kept_for_ever BEFORE DELETE OR TRUNCATE ON %I
             FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()', kept);
    END LOOP;
END
$$;

-- The writer's last look before it commits: what it read under the head's lock must be what it wrote over.
CREATE FUNCTION journal_expect(held boolean, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF held IS NOT TRUE THEN
        RAISE EXCEPTION 'the journal was changed behind its writer: %', what USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;

-- A role that owns nothing: the writer works as it (SET ROLE) wherever the server lets us create it, so that not even a
-- fault of the program can change what stands. Roles belong to the whole server; another database may have made it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        CREATE ROLE saual_app NOLOGIN;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'this user may not create the role saual_app: only the triggers guard the journal';
    WHEN duplicate_object OR unique_violation THEN
        NULL; -- Another database of this server made it at the same moment.
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT ON events, blocks, blobs, blob_entries, commands, claims, numbers TO saual_app;
        GRANT SELECT, UPDATE ON journal_head TO saual_app;
        GRANT SELECT, INSERT, UPDATE ON streams, number_series TO saual_app;
        GRANT EXECUTE ON FUNCTION journal_expect(boolean, text) TO saual_app;
    END IF;
END
$$;
