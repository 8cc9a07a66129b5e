-- Signing in with more than a password: second factors with their recovery codes, sign-ins that wait for the code, identities of a
-- provider that are linked to accounts; and of each session when and by what its owner last proved who they are.
-- Nothing here can be used to come in if it is read: what has to be read again is sealed under a key that is not in the database, codes
-- and ids are kept as SHA-256 only.

alter table session
    -- What the page of one's own sessions calls it: the hash of its secret stays where it is.
    add column id        uuid        not null default gen_random_uuid() unique,
    -- By what its owner came in and has proved themselves since: pwd, otp, rec (a recovery code), idp.
    add column methods   text[]      not null default '{}',
    -- Null: a session from before this was kept; it has proved nothing.
    add column proved_at timestamptz,
    -- Written with idle_until, at most once a minute.
    add column seen_at   timestamptz;

create table second_factor (
    account      uuid        primary key references account (id),
    -- The secret shared with the app, sealed under the installation's key for this account.
    sealed       bytea       not null,
    begun_at     timestamptz not null,
    -- Null: begun, and not asked for yet.
    confirmed_at timestamptz,
    -- The last step of thirty seconds whose code was taken: none is taken twice, and none before it.
    last_step    bigint      not null
);

create table recovery_code (
    account   uuid        not null references account (id),
    code_hash bytea       not null check (length(code_hash) = 32),
    used_at   timestamptz,
    primary key (account, code_hash)
);

-- The password was right, the code is still to come.
create table half_open (
    id_hash bytea       primary key check (length(id_hash) = 32),
    account uuid        not null references account (id),
    dies_at timestamptz not null
);
create index half_open_account on half_open (account);
create index half_open_dies_at on half_open (dies_at);

create table linked_identity (
    issuer    text        not null check (length(issuer) between 1 and 500),
    subject   text        not null check (length(subject) between 1 and 255),
    account   uuid        not null references account (id),
    linked_at timestamptz not null,
    primary key (issuer, subject)
);
create index linked_identity_account on linked_identity (account);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON second_factor, recovery_code, half_open, linked_identity TO saual_app;
    END IF;
END
$$;
