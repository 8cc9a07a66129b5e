-- Search (docs/adr/0034-search.md): one row per inquiry with everything that is written in it, made from the journal and thrown away at will like any
-- table for screens.
create table search (
    inquiry     uuid    primary key,
    received    date    not null,
    position    bigint  not null,           -- of the last event that wrote something in it
    state       text    not null,           -- what the fold knows besides the texts, as JSON
    open_texts  text    not null,           -- texts that the deputies who asked may read too, each with its place, as JSON
    inner_texts text    not null,           -- papers of the house: drafts, contributions, what is signed and not sent
    marks       text[]  not null,           -- what it is narrowed and guarded by, a letter before each: c:hamber, y:ear, l:anguage, m:inistry, f:action, p:art, d:eputy
    numbers     text[]  not null,           -- whole numbers in the forms in which they are compared
    files       text[]  not null,           -- SHA-256 of its files
    waiting     boolean not null,           -- for the texts of some of them
    -- Words and stems, made in Rust (PostgreSQL has no Kazakh), with places. Weights say where a word stands: A subject, numbers and names, B questions and
    -- the resolution, C letters that came in or went out, D papers of the house.
    head        tsvector not null,          -- A and B alone: short
    whole       tsvector not null
);
create index search_by_content on search using gin (whole, marks) with (gin_pending_list_limit = 1024);
create index search_by_head on search using gin (head, marks) with (gin_pending_list_limit = 256);
create index search_by_number on search using gin (numbers);
create index search_by_received on search (received, inquiry);
create index search_waiting on search (inquiry) where waiting;

-- The text of each file by the hash of its bytes: read once by a task of the program, not from events. Addresses are left out, and of sealed files nothing
-- is kept.
create table attachment_text (
    sha256   text primary key,
    text     text not null,                 -- empty: there is none
    why_none text
);

-- Every word that is written anywhere, for what somebody may have meant. Whether whoever asks may learn of one is asked of the texts they see.
create table search_word (
    word   text collate "C" primary key,
    folded text collate "C" not null,       -- as words are compared
    keys   int[] not null                   -- hashes of it, and of it without each of its letters
);
create index search_word_by_beginning on search_word (folded);
create index search_word_by_slip on search_word using gin (keys);

-- What readers see of it, as own_register has it of the register (0019_own_register.sql). Papers of the house are shown to the ministries that have or had
-- a part, and not to the deputies who asked.
create view own_search as
    select inquiry, received, position, open_texts,
           case when marks @> array['p:' || nullif(current_setting('saual.ministry', true), '')]
                then inner_texts else '[]' end as inner_texts,
           marks, numbers, head, whole
      from search
     where (
        marks @> array['p:' || nullif(current_setting('saual.ministry', true), '')]
        or marks @> array['d:' || nullif(current_setting('saual.deputy', true), '')]
     ) is true;

do $$
begin
    if exists (select from pg_roles where rolname = 'saual_app') then
        grant select, insert, update, delete on search, attachment_text, search_word to saual_app;
    end if;
    if (select count(*) from pg_roles where rolname in ('saual_reader', 'saual_overseer')) < 2 then
        return;
    end if;
    grant select on search to saual_reader, saual_overseer;
    grant select on own_search to saual_reader, saual_overseer;
    alter table search enable row level security;
    create policy whole on search for select to saual_overseer using (true);
    -- A row holds papers of the house, so that a deputy comes to theirs through the view alone.
    create policy own on search for select to saual_reader
        using (marks @> array['p:' || nullif(current_setting('saual.ministry', true), '')]);
    if exists (select from pg_roles where rolname = 'saual_app') then
        create policy office on search to saual_app using (true) with check (true);
    end if;
end
$$;
