-- What people have typed into forms and not sent yet, so that a closed tab, a session that ended or a broken machine loses nothing. One
-- row per opened form; gone when its command was recorded, when its person discards it, or after thirty days. Nothing here is a fact
-- of the office: the journal knows only what was sent.
create table kept_form (
    account  uuid        not null references account (id) on delete cascade,
    -- One per opened form: two tabs at one place keep two rows.
    slot     uuid        not null,
    -- The address of the form.
    place    text        not null check (length(place) between 1 and 200),
    -- How often it was written: who saves on top of what somebody else saved is noticed.
    revision bigint      not null check (revision > 0),
    -- [["name", "value"], …] in the form's order.
    fields   jsonb       not null check (jsonb_typeof(fields) = 'array'),
    -- It was sent when the session was over, and not taken.
    unsent   boolean     not null,
    saved_at timestamptz not null,
    -- Its command was recorded, or its person discarded it. The row stays empty for an hour, so that a save still under way does not
    -- bring the text back.
    gone_at  timestamptz,
    primary key (account, slot)
);
create index kept_form_by_place on kept_form (account, place, saved_at desc) where gone_at is null;
create index kept_form_by_age on kept_form (saved_at);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON kept_form TO saual_app;
    END IF;
END
$$;
