-- Errands of mail: what was ordered, where each deputy's mail stands, every attempt, and what is still to be told to the
-- inquiry. Written by crates/dispatch alone. How the states follow each other: docs/adr/0003-outbox.md.

-- One order of one inquiry: what all its mails say alike. Copied from the event, so that a mail can be made without the journal.
create table mail_order (
    inquiry        uuid        not null,
    order_no       integer     not null check (order_no > 0),
    position       bigint      not null,           -- of the event that ordered it
    ordered_at     timestamptz not null,           -- the Date of its mails, the same at every attempt
    correlation    uuid        not null,           -- handed on to the commands that tell what became of it
    causation      uuid        not null,           -- the command that ordered it
    language       text        not null check (language in ('kk', 'ru', 'en')),
    number         text        not null,
    dated          date        not null,
    pdf            text        not null,           -- id of the letter's blob
    file_name      text        not null,
    inquiry_number text        not null,
    inquiry_dated  date        not null,
    subject        text        not null,
    primary key (inquiry, order_no)
);

-- One deputy's mail.
create table mail (
    id              bigint      generated always as identity primary key,
    inquiry         uuid        not null,
    order_no        integer     not null,
    recipient       integer     not null check (recipient > 0),
    name            text        not null,
    address         text        not null,
    message_id      text        not null unique,
    state           text        not null default 'queued' check (state in
        ('queued', 'transmitting', 'written', 'accepted', 'deferred', 'refused', 'unknown', 'dead', 'cancelled')),
    -- Asked to be called back while it was under way: it is not tried again.
    called_back     boolean     not null default false,
    attempts        integer     not null default 0,  -- begun, counted from 1
    failures        integer     not null default 0,  -- temporary ones, which space the attempts out
    first_failed_at timestamptz,
    next_attempt_at timestamptz not null,            -- by the office's clock
    -- Leases run by the database's clock, one for all nodes. The token fences off a worker that comes back too late.
    lease_owner     text,
    lease_until     timestamptz,
    lease_token     uuid,
    relay           text,                            -- of the last attempt; 'file' where mails are only written
    stage           text,
    code            integer,
    answer          text,
    queue_id        text,
    sha256          bytea       check (length(sha256) = 32),
    accepted_at     timestamptz,
    changed_at      timestamptz not null,
    foreign key (inquiry, order_no) references mail_order,
    unique (inquiry, order_no, recipient)
) with (fillfactor = 70);

-- New mail before retries, then by time: the order in which a worker takes them.
create index mail_due on mail ((failures > 0), next_attempt_at, id) where state in ('queued', 'deferred');
create index mail_leased on mail (lease_until) where state = 'transmitting';
create index mail_troubled on mail (changed_at) where state in ('refused', 'unknown', 'dead');

-- Everything that was tried, never changed: `transmitting` stands before MAIL FROM is sent, the outcome beside it afterwards.
create table mail_attempt (
    mail    bigint      not null references mail,
    attempt integer     not null check (attempt > 0),
    step    text        not null check (step in
        ('transmitting', 'written', 'accepted', 'deferred', 'refused', 'not_sent', 'unknown', 'config')),
    at      timestamptz not null,
    worker  text        not null,
    relay   text        not null,
    stage   text,
    code    integer,
    answer  text,
    bytes   integer,
    sha256  bytea       check (length(sha256) = 32),
    primary key (mail, attempt, step)
);

create function mail_attempt_stays() returns trigger language plpgsql as $$
begin
    raise exception 'an attempt to send a mail is never changed or removed';
end
$$;

create trigger mail_attempt_stays before update or delete or truncate on mail_attempt
    for each statement execute function mail_attempt_stays();

-- Outcomes on their way to the inquiry. Each is a command with an id of its own that follows from the mail, the attempt and the
-- outcome, so that telling it twice changes nothing.
create table mail_report (
    id          bigint      generated always as identity primary key,
    mail        bigint      not null references mail,
    attempt     integer     not null,
    command     uuid        not null unique,
    accepted    boolean     not null,
    permanent   boolean     not null,
    relay       text        not null,
    stage       text        not null,
    answer      text        not null,
    at          timestamptz not null,
    reported_at timestamptz,
    refused     text                                 -- the inquiry's reason, where it did not take the report
);
create index mail_report_due on mail_report (id) where reported_at is null;
