-- The journal as auditors look through it (docs/adr/0037-entries.md): how each event stands there, without what it says; no personal text is in it.
-- One row an event, and one more for each further ministry that it concerns, so that a ministry's events are walked by an index. Written by their
-- follower only and made again at will from the journal (`saual rebuild entries`).
create table journal_entry (
    position    bigint      not null,           -- the event's place in the journal
    place       smallint    not null,           -- 0: the event; from 1: the same once more, for another ministry
    ministry    text,                           -- whom this row is found by; none where no ministry is concerned
    ministries  text[]      not null,           -- all that are concerned: named by the event, or the lead of that moment
    inquiry     uuid,                           -- whose stream it is of; none: of another
    stream      text        collate "C",        -- the other stream
    version     bigint      not null,
    kind        text        collate "C" not null,
    variant     text,                           -- `file`: what the kind calls accepted was only written to a file
    actor       text        collate "C" not null,
    at          timestamptz not null,
    command     uuid        not null,
    correlation uuid        not null,
    lead        text,                           -- who leads after it
    primary key (position, place),
    check ((inquiry is null) <> (stream is null))
);

-- Lists go by the office's clock and the position, forwards and backwards; each of these answers one leading condition with a range of time. Of one
-- inquiry there are few, and its follower asks for the last.
create index journal_entry_by_time on journal_entry (at, position) where place = 0;
create index journal_entry_by_inquiry on journal_entry (inquiry, version) where place = 0 and inquiry is not null;
create index journal_entry_by_actor on journal_entry (actor, at, position) where place = 0;
create index journal_entry_by_kind on journal_entry (kind, at, position) where place = 0;
create index journal_entry_by_ministry on journal_entry (ministry, at, position) where ministry is not null;

do $$
declare
    has_app boolean := exists (select from pg_roles where rolname = 'saual_app');
begin
    if has_app then
        grant select, insert, update, delete on journal_entry to saual_app;
    end if;
    -- As 0014_rows.sql guards the other tables. Only whoever sees everything reads it: it tells what others did.
    if (select count(*) from pg_roles where rolname in ('saual_reader', 'saual_overseer')) < 2 then
        return;
    end if;
    grant select on journal_entry to saual_reader, saual_overseer;
    alter table journal_entry enable row level security;
    create policy whole on journal_entry for select to saual_overseer using (true);
    create policy own on journal_entry for select to saual_reader using (false);
    if has_app then
        create policy office on journal_entry to saual_app using (true) with check (true);
    end if;
end
$$;
