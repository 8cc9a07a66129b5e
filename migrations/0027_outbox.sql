-- Whoever looks after the mail sees which relays are left in peace, and what was done about a mail by hand.

-- A relay that a worker leaves in peace after failures in a row or a refusal of us. The worker alone decides by its own memory; this
-- is for people, and for /metrics. Gone when the relay works again, or its worker starts anew; stale when that worker has long been silent.
create table mail_relay (
    relay    text        not null,
    worker   text        not null,
    until    timestamptz not null,              -- when one mail tries it again
    stale_at timestamptz not null,              -- from when on it says nothing any more: no mail has tried it, or its worker is gone
    stage    text        not null,              -- how far the mail came whose failure was one too many
    why      text        not null,              -- and the relay's words, or what happened
    primary key (relay, worker)
);

-- What somebody did about a mail with the program's commands, and why. Never changed.
create table mail_act (
    id     bigint      generated always as identity primary key,
    mail   bigint      not null references mail,
    act    text        not null check (act in ('retry', 'cancel')),
    by     text        not null,
    reason text        not null,
    at     timestamptz not null
);
create index mail_act_of on mail_act (mail);

create function mail_act_stays() returns trigger language plpgsql as $$
begin
    raise exception 'what was done about a mail is never changed or removed';
end
$$;

create trigger mail_act_stays before update or delete or truncate on mail_act
    for each statement execute function mail_act_stays();

do $$
begin
    if exists (select from pg_roles where rolname = 'saual_app') then
        grant select, insert, update, delete on mail_relay to saual_app;
        grant select, insert on mail_act to saual_app;
    end if;
end
$$;
