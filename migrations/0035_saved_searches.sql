-- Searches that an account keeps under a name (ADR 0035): where to look again, and what of it is new. It is data of its own, like accounts and the
-- views of the worklist: no projection makes it again.
create table saved_search (
    id         uuid        primary key,
    account    uuid        not null references account (id),
    name       text        not null check (length(name) between 1 and 60),
    -- The query of the address of the search, as the page itself writes it.
    question   text        not null check (length(question) <= 4000),
    -- Nothing is told of it, in the menu or by mail.
    muted      boolean     not null default false,
    -- How far the index of everything that is written had come in the journal when its person looked last, and when a digest told of it last.
    seen       bigint      not null,
    told       bigint      not null,
    -- How many hits were new when they were counted last, how far the index had come by then, and when that was.
    news       bigint      not null default 0,
    counted    bigint      not null,
    counted_at timestamptz not null,
    created_at timestamptz not null
);
create unique index saved_search_name on saved_search (account, name);

-- The letters that paragraphs were taken over from are named by the beginning of their file's hash.
create index letter_by_beginning on letter (left(registered_pdf, 16)) where registered_pdf is not null;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON saved_search TO saual_app;
    END IF;
END
$$;
