-- Heads of the journal that lead to each other, and where they were published outside (docs/adr/0030).

-- Whole subtrees of the tree over the blocks (RFC 6962; the leaves are blocks 1, 2, 3 …, as crates/eventstore/src/hash.rs says), from 256 leaves
-- up: 2^level leaves, counted from the left. Everything below follows from `blocks` in one short read. Derived from the blocks, which
-- `saual verify` holds it against; `saual heads rebuild` makes it again.
CREATE TABLE block_tree (
    level smallint NOT NULL CHECK (level BETWEEN 8 AND 62),
    place bigint   NOT NULL CHECK (place >= 0),
    hash  bytea    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, place)
);

-- The root of that tree, where the head signs it too. Heads of before have none.
ALTER TABLE signed_heads ADD COLUMN root bytea CHECK (length(root) = 32);
CREATE INDEX signed_heads_with_root ON signed_heads (block) WHERE root IS NOT NULL;

-- How far each place outside has got. Written by whoever publishes (crates/eventstore/src/published.rs); a place that nobody has looked after for
-- days is forgotten.
CREATE TABLE published_heads (
    place         text        COLLATE "C" PRIMARY KEY,  -- as people are shown it: without what is secret in an address
    kind          text        NOT NULL CHECK (kind IN ('file', 'mail', 'webhook')),
    block         bigint      NOT NULL DEFAULT 0 CHECK (block >= 0),
    handovers     integer     NOT NULL DEFAULT 0 CHECK (handovers >= 0),
    published_at  timestamptz,
    looked_at     timestamptz NOT NULL,                 -- when a publisher last cared for it
    next_at       timestamptz NOT NULL,                 -- not before
    failures      integer     NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failing_since timestamptz,
    error         text,
    -- Leases run by the database's clock, one for all nodes.
    lease_until   timestamptz,
    lease_token   uuid
);

-- A head that goes by mail to somebody outside of the house is a mail as a digest is: with its leases, attempts and pauses. It is told to a place and not
-- to an account, and tells each head there once.
ALTER TABLE digest
    ALTER COLUMN account DROP NOT NULL,
    ADD COLUMN place text COLLATE "C",
    ADD COLUMN head_block bigint,
    ADD CONSTRAINT digest_is_of_one_kind CHECK (
        (account IS NOT NULL AND place IS NULL AND head_block IS NULL)
        OR (account IS NULL AND place IS NOT NULL AND head_block IS NOT NULL)
    );
CREATE UNIQUE INDEX digest_of_head ON digest (place, head_block) WHERE place IS NOT NULL;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, DELETE ON block_tree TO saual_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON published_heads TO saual_app;
    END IF;
END
$$;
