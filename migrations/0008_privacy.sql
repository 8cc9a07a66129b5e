-- Keys that personal texts are sealed under, one living key a person, and legal holds that keep keys from being destroyed.
--
-- What is sealed stands in the journal for ever; destroying the key is what erases it (docs/adr/0011-erasure.md). Each key is
-- wrapped by the installation's master key, a file outside the database, so that a dump alone opens nothing.

create table subject_keys (
    subject      text        collate "C" not null check (subject ~ '^[a-z0-9_-]{1,150}$'),
    -- A person whose key was destroyed and of whom something new is recorded later gets a new key; the old texts stay sealed.
    generation   integer     not null check (generation > 0),
    wrapped      bytea       check (length(wrapped) = 60),
    created_at   timestamptz not null,
    destroyed_at timestamptz,
    primary key (subject, generation),
    check ((wrapped is null) = (destroyed_at is not null))
);
create unique index subject_keys_living on subject_keys (subject) where wrapped is not null;

-- Holds and their lifting, one row each, never changed. `scope` is a subject, or the stream of an inquiry for everybody in it.
create table legal_holds (
    entry  bigint      generated always as identity primary key,
    hold   uuid        not null,
    lifted boolean     not null,
    scope  text        collate "C" not null,
    reason text        not null check (length(reason) between 1 and 1000),
    actor  text        not null,
    at     timestamptz not null,
    unique (hold, lifted)
);

create trigger append_only before update or delete or truncate on legal_holds
    for each statement execute function journal_is_append_only();

-- The hold that a subject is under, if any: its own, or that of the whole inquiry.
create function held_by(wanted text) returns uuid language sql stable as $$
    select placed.hold
      from legal_holds as placed
     where not placed.lifted
       and (placed.scope = wanted or starts_with(wanted, placed.scope || '-'))
       and not exists (select from legal_holds as lift where lift.hold = placed.hold and lift.lifted)
     limit 1
$$;

-- A key goes one way, from living to destroyed, and only together with the event that says so: pg_trigger_depth tells an update
-- that comes from the trigger on `events` from any other.
create function subject_key_dies_once() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' or old.wrapped is null or new.wrapped is not null or pg_trigger_depth() < 2
       or (new.subject, new.generation, new.created_at) is distinct from (old.subject, old.generation, old.created_at) then
        raise exception 'a key is destroyed by recording that its subject was erased, and in no other way'
            using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

create trigger subject_key_dies_once before update or delete on subject_keys
    for each row execute function subject_key_dies_once();
create trigger kept_for_ever before truncate on subject_keys
    for each statement execute function journal_is_append_only();

-- `subject_erased` in the stream `subject-…` destroys the key of the stream's subject, in the transaction of its block: whoever
-- records it, the key is gone when the event stands, and stands when the event does not.
create function subject_was_erased() returns trigger language plpgsql as $$
declare
    erased text := substr(new.stream, length('subject-') + 1);
    held   uuid := held_by(erased);
begin
    if held is not null then
        raise exception 'legal hold % keeps the key of %', held, erased using errcode = 'restrict_violation';
    end if;
    update subject_keys set wrapped = null, destroyed_at = clock_timestamp()
     where subject = erased and wrapped is not null;
    return null;
end
$$;

create trigger subject_was_erased after insert on events
    for each row when (new.event_type = 'subject_erased' and starts_with(new.stream, 'subject-'))
    execute function subject_was_erased();

-- Blobs whose stored bytes are sealed, and under whose key. The name of such a blob is the SHA-256 of the sealed bytes.
create table sealed_blobs (
    sha256     bytea   primary key references blobs,
    subject    text    collate "C" not null,
    generation integer not null,
    foreign key (subject, generation) references subject_keys
);
create trigger append_only before update or delete or truncate on sealed_blobs
    for each statement execute function journal_is_append_only();

-- A settled mail whose address was erased has none.
alter table mail alter column address drop not null;
alter table mail add constraint mail_has_address
    check (address is not null or state not in ('queued', 'deferred', 'transmitting'));

do $$
begin
    if exists (select from pg_roles where rolname = 'saual_app') then
        grant select, insert, update on subject_keys to saual_app;
        grant select, insert on legal_holds, sealed_blobs to saual_app;
        grant execute on function held_by(text) to saual_app;
    end if;
end
$$;
