-- Who reads the journal and how far they have come. A follower's rows and its cursor are committed together; the epoch
-- fences off an owner that wakes too late.
CREATE TABLE followers (
    name         text        COLLATE "C" PRIMARY KEY,
    position     bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    epoch        bigint      NOT NULL DEFAULT 0,
    owner        uuid,
    lease_until  timestamptz NOT NULL DEFAULT 'epoch',
    failures     integer     NOT NULL DEFAULT 0,
    last_failure text,
    failed_at    timestamptz
) WITH (fillfactor = 70);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE ON followers TO saual_app;
    END IF;
END
$$;
