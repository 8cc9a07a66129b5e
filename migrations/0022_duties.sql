-- Duties: what a ministry owes on an inquiry, what it waits for, and what came of either. One row a duty, and one an inquiry for the work that they
-- follow from; written by their follower only and made again at will from the journal (`saual rebuild duties`).
create table duty (
    inquiry     uuid        not null,
    begun       bigint      not null,           -- the version of the inquiry that began it; 0: not a duty, but the work
    nth         integer     not null,           -- of those that this version began
    ministry    text,                           -- who owes it or waits; none beside the work
    kind        text,
    is_owed     boolean,                        -- or somebody else is waited for
    about       text,                           -- the other ministry, where there is one
    due         date,                           -- the last day that can be written where nobody watches the clock
    note        text,                           -- what is asked for, or why it came back
    since       timestamptz,
    ended_at    timestamptz,
    ending      text,                           -- what came of it
    ending_day  date,
    ending_note text,
    work        text,                           -- JSON; of the row that holds the work
    position    bigint      not null,           -- of the last event that changed this row
    primary key (inquiry, begun, nth),
    check ((begun = 0) = (work is not null) and (begun = 0) = (ministry is null))
) with (fillfactor = 80);

-- A ministry's page walks these.
create index duty_standing on duty (ministry, is_owed, due, inquiry, begun, nth) where ended_at is null and begun > 0;
create index duty_answered on duty (ministry, ended_at, inquiry, begun, nth)
    where ended_at is not null and kind in ('extension_awaited', 'replacement_awaited');
create index duty_ended on duty (ministry, ended_at, inquiry, begun, nth) where ended_at is not null;

-- A text that its person gave up by recording the same command from another form: it is offered, and stands in no form by itself any more.
alter table kept_form add column passed boolean not null default false;

DO $$
DECLARE
    has_app boolean := exists (SELECT FROM pg_roles WHERE rolname = 'saual_app');
BEGIN
    IF has_app THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON duty TO saual_app;
    END IF;
    -- As 0014_rows.sql guards the other tables. A duty is its ministry's own: another one with a part in the same inquiry does not see it.
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('saual_reader', 'saual_overseer')) < 2 THEN
        RETURN;
    END IF;
    GRANT SELECT ON duty TO saual_reader, saual_overseer;
    ALTER TABLE duty ENABLE ROW LEVEL SECURITY;
    CREATE POLICY whole ON duty FOR SELECT TO saual_overseer USING (true);
    CREATE POLICY own ON duty FOR SELECT TO saual_reader
        USING (ministry = nullif(current_setting('saual.ministry', true), ''));
    IF has_app THEN
        CREATE POLICY office ON duty TO saual_app USING (true) WITH CHECK (true);
    END IF;
END
$$;
