-- Texts that people are writing just now: the desk, not the record (docs/adr/0018-working-text.md). One shared working text an inquiry, one
-- for each ministry's contribution, one for what somebody suggests. Kept a second after typing stops; gone when it becomes a version.
create sequence working_text_revision;

create table working_text (
    inquiry  uuid        not null,
    desk     text        collate "C" not null check (desk ~ '^(draft|contribution/[a-z][a-z0-9_-]*|suggestion/[a-z0-9][a-z0-9._-]*)$'),
    base     integer     not null check (base >= 0),  -- the version it was begun from; 0: from nothing
    began    jsonb,                                   -- a suggestion's: the text it was begun from, which is kept nowhere else
    body     jsonb       not null,                    -- {"text": the rich editor's document, "answers": [{"question": 1, "block": 2}]}
    -- Drawn from one sequence for all texts: a text that was cleared and begun anew never has a revision that somebody saw before.
    revision bigint      not null default nextval('working_text_revision'),
    by       text        not null,                    -- the account that wrote last
    at       timestamptz not null,
    primary key (inquiry, desk)
);

-- What people say about a text while it is written: comments at words of it, answered, resolved.
create table working_comment (
    id         uuid        primary key,
    inquiry    uuid        not null,
    answers    uuid        references working_comment on delete cascade,  -- the comment that this one answers
    quote      text        not null check (length(quote) <= 500),        -- the words it is about; empty: the text as a whole, or an answer
    said       text        not null check (length(said) between 1 and 4000),
    by         text        not null,
    at         timestamptz not null,
    resolved_by text,
    resolved_at timestamptz,
    check ((resolved_by is null) = (resolved_at is null))
);
create index working_comment_inquiry on working_comment (inquiry, at);

do $$
begin
    if exists (select from pg_roles where rolname = 'saual_app') then
        grant select, insert, update, delete on working_text, working_comment to saual_app;
        grant usage on sequence working_text_revision to saual_app;
    end if;
end
$$;
