-- What a follower could not digest and has set aside, and tables that are being made again from the journal (docs/adr/0009).

-- Events of kinds that only a newer program knows, passed over so far; counted with the cursor.
ALTER TABLE followers ADD COLUMN unknown_events bigint NOT NULL DEFAULT 0;

-- While a key has a row here, later events of it are set aside too, so that its order is kept. Written under the lock on the
-- follower's row, as every page is.
CREATE TABLE parked_events (
    follower  text        COLLATE "C" NOT NULL REFERENCES followers (name),
    key       text        COLLATE "C" NOT NULL,      -- what must keep its order, most often the stream
    position  bigint      NOT NULL CHECK (position > 0),
    failure   text,                                  -- null: it waits for an earlier one of its key
    attempts  integer     NOT NULL CHECK (attempts >= 0),
    parked_at timestamptz NOT NULL,
    PRIMARY KEY (follower, key, position)
);

-- A table that is being made again. One row and one owner each; the epoch fences off an owner that wakes too late.
CREATE TABLE rebuilds (
    follower    text        COLLATE "C" PRIMARY KEY,
    made_of     text        NOT NULL,                -- the program and the shape of the table it was begun with
    epoch       bigint      NOT NULL,
    lease_until timestamptz NOT NULL,
    begun_at    timestamptz NOT NULL
) WITH (fillfactor = 70);

-- How far each part of it has come. Streams are dealt to parts by hash, parts to workers; a part's rows and its place are
-- committed together, so a rebuild goes on with any number of workers.
CREATE TABLE rebuild_places (
    follower text     COLLATE "C" NOT NULL REFERENCES rebuilds ON DELETE CASCADE,
    part     smallint NOT NULL CHECK (part >= 0),
    position bigint   NOT NULL CHECK (position >= 0),
    epoch    bigint   NOT NULL,
    PRIMARY KEY (follower, part)
) WITH (fillfactor = 70);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events, rebuilds, rebuild_places TO saual_app;
    END IF;
END
$$;
