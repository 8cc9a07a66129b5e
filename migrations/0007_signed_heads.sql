-- Signed heads of the journal: that a block was the last one, when that was signed, and by which key (docs/adr/0010). The signed bytes
-- are described in crates/eventstore/src/hash.rs. Each is also kept in a file outside of the database, for whoever can change this
-- table can change all the others.
CREATE TABLE signed_heads (
    block      bigint      NOT NULL CHECK (block > 0),
    public_key bytea       NOT NULL CHECK (length(public_key) = 32),
    position   bigint      NOT NULL CHECK (position >= 0),
    hash       bytea       NOT NULL CHECK (length(hash) = 32),
    signed_at  timestamptz NOT NULL,
    signature  bytea       NOT NULL CHECK (length(signature) = 64),
    -- Two nodes with a key each may both sign a block; the same key signs it once.
    PRIMARY KEY (block, public_key)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON signed_heads
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT ON signed_heads TO saual_app;
    END IF;
END
$$;
