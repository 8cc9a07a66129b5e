-- Views of the worklist that somebody keeps: a question under a name. Not made from the journal: nobody else's work follows from them.
create table saved_view (
    id          uuid        primary key,
    account     uuid        not null references account (id),
    name        text        not null check (length(name) between 1 and 60),
    -- The address's query, as the worklist itself writes it.
    question    text        not null check (length(question) <= 4000),
    -- A role whose holders see it too; null: whoever keeps it alone.
    shared_with text,
    -- What opens after signing in.
    opens       boolean     not null default false,
    place       integer     not null,
    created_at  timestamptz not null
);
create unique index saved_view_name on saved_view (account, name);
create index saved_view_shared on saved_view (shared_with) where shared_with is not null;

-- What the worklist asks, however many inquiries there are (ADR 0021): lists are walked in the order of an index, counts stop at a
-- bound, and what is rare among many is found by an index of what it contains.

-- Lead and co-executors in one place: what a ministry works on. What it may see besides is `took_part`.
alter table register add column ministries text[] not null
    generated always as (array_remove(array_append(co_executors, lead), null)) stored;

create index register_open_by_lead on register (lead, due, inquiry) where open;
create index register_by_lead_and_stage on register (lead, stage, due, inquiry);
create index register_by_stage_received on register (stage, received, inquiry);
create index register_by_lead_received on register (lead, received, inquiry);
create index register_ended_by_received on register (received, inquiry) where not open;

-- Words, ministries and deputies in one index, and once more for the few that are open. What was written since the last vacuum is looked
-- through word by word, so there may be little of it.
drop index register_by_words;
drop index register_by_deputy;
create index register_by_content on register using gin (words_index, ministries, deputies) with (gin_pending_list_limit = 256);
create index register_open_by_content on register using gin (words_index, ministries, deputies) with (gin_pending_list_limit = 256)
    where open;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO saual_app;
    END IF;
END
$$;
