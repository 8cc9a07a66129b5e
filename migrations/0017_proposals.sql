-- Proposals: what came from outside and waits for a clerk, or what became of it. One row per proposal, written by its follower only and made again
-- at will from the journal (`saual rebuild proposals`).
create table proposal (
    proposal    uuid        primary key,
    inquiry     uuid        not null,           -- the inquiry that was answered: a deputy asked again on its page
    recipient   integer     not null,           -- whose page it was
    questions   text[]      not null,
    state       text        not null check (state in ('waiting', 'taken', 'dismissed')),
    received_at timestamptz not null,
    decided_at  timestamptz,
    decided_by  text,                           -- the account
    became      uuid,                           -- the inquiry that it became
    reason      text,                           -- of a dismissal, as whoever sent it is told
    position    bigint      not null            -- of the last event folded into this row
);
create index proposal_waiting on proposal (received_at, proposal) where state = 'waiting';
create index proposal_decided on proposal (decided_at, proposal) where state <> 'waiting';
create index proposal_by_place on proposal (inquiry, recipient);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON proposal TO saual_app;
    END IF;
END
$$;
