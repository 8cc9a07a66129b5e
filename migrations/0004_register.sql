-- Tables for screens, written by followers only and thrown away at will: `saual rebuild` makes them again from the journal.

-- The register: one row per inquiry, as the clerk's worklist and GET /inquiries show it. Overdue is not a column: it is asked
-- of `due` with today's date, because a day that passes is not an event.
create table register (
    inquiry         uuid    primary key,
    number          text    not null,           -- as the deputies' letter prints it
    number_normal   text    not null,           -- as every spelling of it is compared
    incoming_number text,
    chamber         text    not null,
    dated           date    not null,
    received        date    not null,
    due             date    not null,           -- the day in force; the day of receipt until control is set
    on_control      boolean not null,           -- the clock runs
    stage           text    not null,
    open            boolean not null,           -- somebody still owes work on it
    lead            text,
    co_executors    text[]  not null,
    subject         text    not null,
    language        text    not null,
    recipients      integer not null,
    deputies        uuid[]  not null,           -- the recipients whose identity is known: what a deputy may see
    draft_version   integer,
    outgoing_number text,
    outgoing_dated  date,
    version         bigint  not null,           -- of the inquiry's stream: what If-Match is compared with
    changed_at      timestamptz not null,
    position        bigint  not null,           -- of the last event folded into this row
    -- Lower-case words of number, subject and recipients, cut in Rust: PostgreSQL has no Kazakh dictionary, and its own parser
    -- depends on the cluster's locale.
    words           text[]  not null,
    words_index     tsvector not null generated always as (array_to_tsvector(words)) stored
) with (fillfactor = 80);

create index register_by_due on register (due, inquiry);
create index register_open_by_due on register (due, inquiry) where open;
create index register_by_received on register (received, inquiry);
create index register_by_stage on register (stage, due, inquiry);
create index register_by_lead on register (lead, due, inquiry);
create index register_by_deputy on register using gin (deputies);
create index register_by_number on register (number_normal);
create index register_by_words on register using gin (words_index);

-- Deliveries: one row per recipient of a dispatched reply, as the events tell it. What the mail worker knows beyond the events
-- (attempts under way, next try, the server's last words) is in dispatch's own table and joined when asked.
create table delivery (
    inquiry      uuid        not null,
    recipient    integer     not null,           -- number in the inquiry's own list
    label        text        not null,           -- of its group, as the inquiry spells it
    name         text        not null,
    address      text,                           -- null: no e-mail, to be delivered by hand
    letter       text,                           -- outgoing number of the letter that was ordered last
    dispatch     integer,                        -- which order the row now speaks of; null: none yet
    message_id   text,
    state        text        not null,
    ordered_at   timestamptz,
    accepted_at  timestamptz,
    failed_at    timestamptz,
    confirmed_at timestamptz,
    handed_on    date,
    attempts     integer     not null,
    answer       text,                           -- what the receiving side said last
    position     bigint      not null,
    primary key (inquiry, recipient)
);
create index delivery_by_message on delivery (message_id);
create index delivery_troubled on delivery (state, inquiry) where state in ('failed', 'retrying', 'needs_hand');

-- Letters: one row per signed reply, found by the code that is printed on it. A holder of a paper copy asks by it, without signing in.
create table letter (
    code          text        primary key,
    inquiry       uuid        not null,
    version       integer     not null,          -- of the draft that was signed
    language      text        not null,
    signatory     text        not null,          -- as the letter prints it
    signed_at     timestamptz not null,
    by_server     boolean     not null,          -- the server's seal stood in for a personal signature
    signed_pdf    text        not null,          -- SHA-256, the name of the kept bytes
    number        text,
    dated         date,
    registered_pdf text,
    replaced_at   timestamptz,
    position      bigint      not null
);
create index letter_by_inquiry on letter (inquiry);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON register, delivery, letter TO saual_app;
    END IF;
END
$$;
