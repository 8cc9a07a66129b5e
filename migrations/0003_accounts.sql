-- Who may come in: accounts, the tokens of programs, the sessions of browsers, and the brake on guessing passwords.
-- Nothing here can be used to come in if it is read: passwords are argon2id, tokens and session ids are kept as SHA-256 only.

create table account (
    id            uuid        primary key,
    -- The name typed at login, in lower case; the same word stands in the journal as the actor.
    name          text        not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    full_name     text        not null check (length(full_name) between 1 and 200),
    -- PHC string; null: this account has no password and comes in by token only.
    password_hash text,
    roles         text[]      not null check (cardinality(roles) > 0),
    ministry      text,
    deputy        text,
    email         text,
    language      text        not null check (language in ('kk', 'ru', 'en')),
    created_at    timestamptz not null,
    disabled_at   timestamptz
);

create table api_token (
    id           uuid        primary key,
    account      uuid        not null references account (id),
    label        text        not null check (length(label) between 1 and 100),
    secret_hash  bytea       not null unique check (length(secret_hash) = 32),
    created_at   timestamptz not null,
    -- Written at most once an hour: it answers "is this still in use", not "when exactly".
    last_used_at timestamptz,
    revoked_at   timestamptz
);
create index api_token_account on api_token (account);

create table session (
    id_hash    bytea       primary key check (length(id_hash) = 32),
    account    uuid        not null references account (id),
    created_at timestamptz not null,
    -- Moved forward by use, never past dies_at.
    idle_until timestamptz not null,
    dies_at    timestamptz not null,
    ip         text        not null,
    agent      text        not null,
    revoked_at timestamptz
);
create index session_account on session (account);
create index session_dies_at on session (dies_at);

-- One row per account name tried and address it was tried from; a name that does not exist gets a row like any other, so that
-- the answer does not tell which names exist.
create table login_failure (
    name         text        not null,
    ip           text        not null,
    failures     integer     not null check (failures > 0),
    last_at      timestamptz not null,
    locked_until timestamptz not null,
    primary key (name, ip)
);
create index login_failure_last_at on login_failure (last_at);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON account, api_token, session, login_failure TO saual_app;
    END IF;
END
$$;
