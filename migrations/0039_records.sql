-- What follows from a change of the records (docs/adr/0039-records.md) and is carried out inquiry by inquiry: parts that go to a ministry's
-- successor, deadlines that follow the calendar. The change itself is an event of the stream `directory`, and so is what came of it in each
-- inquiry; here stands how far the worker is, which may be lost: it would look at everything once more and find it done.
create table record_errand (
    version     bigint      primary key,                 -- of the change in the stream
    found       integer     not null,                    -- open inquiries that it touched when the work began
    done        integer     not null default 0,          -- of those, in which an event stands
    accounts    text[]      not null default '{}',       -- whose ministry went over with them
    began_at    timestamptz not null,
    finished_at timestamptz
);
create index record_errand_open on record_errand (version) where finished_at is null;

-- What a signed letter says of its signatory is not contradicted by a later record: the last of them is asked for.
create index letter_by_signed_at on letter (signed_at);

do $$
begin
    if exists (select from pg_roles where rolname = 'saual_app') then
        grant select, insert, update, delete on record_errand to saual_app;
    end if;
end
$$;
