-- Who looked at what, and who was refused (docs/adr/0016-reads.md): one row for every page and every answer of the API that shows an
-- inquiry, a letter, a file, a draft or a list, for every refusal, and for every signing in and out. What was shown is not in it.
create table reading (
    id       bigint      generated always as identity primary key,
    at       timestamptz not null,          -- the doors' clock
    request  uuid        not null unique,   -- the number that the log and the answer have too; a batch that is sent twice stands once
    account  text,                          -- null: nobody was signed in; at the door, the name that was typed
    through  text        check (through in ('session', 'token')),
    address  text        not null,
    route    text        not null,          -- its name in the table of routes
    inquiry  uuid,
    question text,                          -- what was asked of a list, which file of an inquiry; never a password, a token or a code
    outcome  text        not null check (outcome in ('done', 'refused', 'absent', 'failed'))
);

-- Newest first, of one inquiry or one person; a day is found by the order in which rows come.
create index reading_of_inquiry on reading (inquiry, id) where inquiry is not null;
create index reading_of_account on reading (account, id) where account is not null;
create index reading_by_day on reading using brin (at);

create function reading_stays() returns trigger language plpgsql as $$
begin
    raise exception 'who looked is never changed or removed: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;

create trigger reading_stays before update or delete or truncate on reading
    for each statement execute function reading_stays();

do $$
begin
    if exists (select from pg_roles where rolname = 'saual_app') then
        grant select, insert on reading to saual_app;
    end if;
end
$$;
