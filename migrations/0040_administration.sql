-- Administration: every change of an account is an event in the journal (stream account-<id>), and its row follows; who stands in for whom.

alter table account
    -- The place of the last event of its stream that this row has taken in; 0: none, the account is older than that.
    add column version  bigint not null default 0,
    -- It is not used any more. Null with disabled_at: it is blocked and may be opened again.
    add column ended_at timestamptz,
    -- When its owner last came in, or a program by its token; written at most once an hour.
    add column seen_at  timestamptz;
create index account_roles on account using gin (roles);
create index account_ministry on account (ministry, name) where ministry is not null;

-- Who stands in for whom, for what and how long. Written by the follower `accounts` and by whoever changes an account; never deleted.
create table substitution (
    id         uuid        primary key,  -- the command that named the substitute: what is done by it names it as its cause
    absent     text        not null,     -- both by the names of their accounts, which never change
    substitute text        not null,
    roles      text[]      not null check (cardinality(roles) > 0),
    begins_at  timestamptz not null,
    ends_at    timestamptz not null,     -- or the moment at which it was ended before its time
    named_by   text        not null,
    why        text        not null
);
create index substitution_of on substitution (substitute, ends_at);
create index substitution_for on substitution (absent, ends_at);
create index substitution_by_end on substitution (ends_at desc, id);

-- In whose place the owner of a session acts at the moment, by which substitution.
alter table session add column stands_in uuid;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE ON substitution TO saual_app;
    END IF;
END
$$;
