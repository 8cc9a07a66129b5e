-- Mail to the people of the house: who was reminded, who owes what by when, and the digests that tell them (docs/adr/0022-office-mail.md).
-- Written by crates/dispatch alone, but for the pauses, which the page of the outbox writes.

-- What presses on each inquiry, as inquiry::pressing keeps it, and the same as rows to be asked for. Both follow from the journal.
create table pressing (
    inquiry  uuid   primary key,
    known    jsonb  not null,
    position bigint not null                     -- of the last event folded into this row
) with (fillfactor = 80);

create table owed (
    inquiry  uuid   not null,
    kind     text   not null check (kind in ('contribution', 'draft', 'reply', 'signature')),
    ministry text   not null,                    -- '' where the Office itself owes it
    number   text   not null,
    subject  text   not null,
    due      date,                               -- null: a signature has no day of its own
    since    timestamptz,                        -- when a letter was laid before the signatory
    primary key (inquiry, kind, ministry)
);
create index owed_by_ministry on owed (ministry, due, number) where ministry <> '';
create index owed_by_kind on owed (kind, due, number);

-- A ministry was reminded: one row for the event, and one for each person who writes for the ministry and had an address at that moment.
create table reminder (
    position bigint primary key,
    inquiry  uuid    not null,
    ministry text    not null,
    owed     text    not null check (owed in ('contribution', 'draft')),
    noted    boolean not null,                   -- the reminder says something besides, which stands in the history
    at       timestamptz not null
);

-- What one person was told, or is still to be told.
create table digest (
    id          bigint      generated always as identity primary key,
    account     uuid        not null references account (id),
    day         date        not null,
    part        integer     not null check (part >= 0),  -- 0: the digest of the morning; the others: reminders of that day
    language    text        not null check (language in ('kk', 'ru', 'en')),
    content     jsonb       not null,
    gathered_at timestamptz not null,
    -- What keeps a second one from being made, whoever dies in between.
    unique (account, day, part)
);

create table notice (
    reminder bigint      not null references reminder (position),
    account  uuid        not null references account (id),
    noted_at timestamptz not null,
    digest   bigint      references digest (id),  -- the one that tells it
    ended_at timestamptz,                         -- told, or not owed any more; null: it waits
    primary key (reminder, account)
);
create index notice_waiting on notice (noted_at) where ended_at is null;
create index notice_by_account on notice (account, ended_at);
create index notice_by_digest on notice (digest) where digest is not null;

-- The days whose digests have all been gathered.
create table digest_day (
    day         date        primary key,
    gathered_at timestamptz not null
);

-- Who held the mail of the house back, why, and until when. A pause is ended once, and never changed or removed otherwise.
create table office_mail_pause (
    id         bigint      generated always as identity primary key,
    paused_at  timestamptz not null,
    paused_by  text        not null,
    reason     text        not null check (length(reason) between 1 and 500),
    resumed_at timestamptz,
    resumed_by text,
    check ((resumed_at is null) = (resumed_by is null))
);
create unique index office_mail_paused on office_mail_pause ((true)) where resumed_at is null;

create function office_mail_pause_stays() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'a pause of the mail is never removed';
    end if;
    if old.resumed_at is not null
       or (new.id, new.paused_at, new.paused_by, new.reason) is distinct from (old.id, old.paused_at, old.paused_by, old.reason) then
        raise exception 'a pause of the mail is ended once, and not changed otherwise';
    end if;
    return new;
end
$$;
create trigger office_mail_pause_stays before update or delete on office_mail_pause
    for each row execute function office_mail_pause_stays();
create trigger office_mail_pause_is_kept before truncate on office_mail_pause
    for each statement execute function office_mail_pause_stays();

-- A digest goes out as any mail: the same leases, states, attempts and pauses between them. It belongs to no inquiry and no order.
alter table mail
    alter column inquiry drop not null,
    alter column order_no drop not null,
    alter column recipient drop not null,
    add column digest bigint unique references digest (id),
    add constraint mail_is_of_one_kind check (
        (digest is null and inquiry is not null and order_no is not null and recipient is not null)
        or (digest is not null and inquiry is null and order_no is null and recipient is null)
    );

do $$
begin
    -- Whoever sees the whole outbox sees how the digests stand; nobody else asks for them.
    if exists (select from pg_roles where rolname = 'saual_overseer') then
        grant select on digest to saual_overseer;
    end if;
    if exists (select from pg_roles where rolname = 'saual_app') then
        grant select, insert, update, delete on pressing, owed, reminder, notice, digest, digest_day to saual_app;
        grant select, insert, update on office_mail_pause to saual_app;
    end if;
end
$$;
