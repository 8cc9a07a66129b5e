-- The register as it stood (docs/adr/0036-the-past.md): one row for each stretch of time in which the worklist would have shown an inquiry the same.
-- Most events change nothing that the worklist shows and begin no row. Written by its follower only and made again at will (`saual rebuild past`).
create table register_past (
    inquiry         uuid        not null,
    begun           bigint      not null,           -- the version of the inquiry with which the row begins
    since           timestamptz not null,           -- by the office's clock: from here on
    until           timestamptz not null,           -- until before here; infinity: it still stands so
    position        bigint      not null,           -- of the event with which it begins
    until_position  bigint      not null,           -- of the event with which the next one begins
    last_position   bigint      not null,           -- of the last event that it holds: what is recorded at once is one row
    version         bigint      not null,           -- of the inquiry, after that event
    received        date        not null,           -- never changes; lists stand in its order
    due             date        not null,
    on_control      boolean     not null,
    stage           text        not null,
    open            boolean     not null,
    lead            text,
    lead_due        date,
    co_executors    text[]      not null,
    co_due          date[]      not null,
    handed_in       text[]      not null,
    contributed     text[]      not null,
    recipients      integer     not null,
    incoming_number text,
    draft_version   integer,
    outgoing_number text,
    outgoing_dated  date,
    cosigned        uuid[]      not null,
    chamber         text        not null,
    dated           date        not null,
    language        text        not null,
    ministries      text[]      not null generated always as (array_remove(array_append(co_executors, lead), null)) stored,
    -- How long it stood so, in steps that double: what stood at a moment is found among the rows of each step that began no longer ago than that.
    span            smallint    not null generated always as (
        case when until = 'infinity' then 9
             when until - since <= interval '24 hours' then 0
             when until - since <= interval '48 hours' then 1
             when until - since <= interval '96 hours' then 2
             when until - since <= interval '192 hours' then 3
             when until - since <= interval '384 hours' then 4
             when until - since <= interval '768 hours' then 5
             when until - since <= interval '1536 hours' then 6
             when until - since <= interval '6144 hours' then 7
             when until - since <= interval '24576 hours' then 8
             else 9 end) stored,
    primary key (inquiry, begun),
    check (since <= until and position <= last_position and last_position < until_position)
) with (fillfactor = 90);

-- What was open at a moment, and of that what a ministry led.
create index register_past_open on register_past (span, since) where open;
create index register_past_open_by_lead on register_past (lead, span, since) where open;
-- What had ended by then is walked in the order of the list.
create index register_past_ended_by_due on register_past (due, inquiry) where not open;
create index register_past_ended_by_lead on register_past (lead, due, inquiry) where not open;
create index register_past_by_received on register_past (received, inquiry);

DO $$
DECLARE
    has_app boolean := exists (SELECT FROM pg_roles WHERE rolname = 'saual_app');
BEGIN
    IF has_app THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON register_past TO saual_app;
    END IF;
    -- As 0014_rows.sql guards the other tables.
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('saual_reader', 'saual_overseer')) < 2 THEN
        RETURN;
    END IF;
    GRANT SELECT ON register_past TO saual_reader, saual_overseer;
    ALTER TABLE register_past ENABLE ROW LEVEL SECURITY;
    CREATE POLICY whole ON register_past FOR SELECT TO saual_overseer USING (true);
    CREATE POLICY own ON register_past FOR SELECT TO saual_reader USING (in_sight(inquiry));
    IF has_app THEN
        CREATE POLICY office ON register_past TO saual_app USING (true) WITH CHECK (true);
    END IF;
END
$$;
