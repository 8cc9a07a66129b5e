-- What comes to the office's mailbox, and what it says of mails of ours. Written by crates/dispatch alone. The why is in
-- docs/adr/0024-inbound-mail.md.

-- One mail that came. Its bytes are here before anything is decided about it, and whatever is decided can be decided again from them.
create table inbound_mail (
    id           bigint      generated always as identity primary key,
    mailbox      text        not null,            -- which mailbox, as the settings name it
    generation   bigint      not null,            -- the mailbox's UIDVALIDITY; 0 in a maildir
    place        text        not null,            -- its UID there, or the name of its file
    sha256       bytea       not null unique check (length(sha256) = 32),
    raw          bytea,                           -- as it came; null once it was erased
    is_whole     boolean     not null,            -- false: its head alone, for it is a copy of ours, or larger than we take
    received_at  timestamptz not null,            -- when we took it, by the office's clock
    class        text        check (class in ('copy', 'report', 'auto_reply', 'answer', 'inquiry', 'unreadable')),
    sender       text,                            -- what `From:` says, which proves nothing
    subject      text,
    body         text,                            -- its words, cut
    mail         bigint      references mail,     -- the mail of ours that it is about
    proposal     uuid,                            -- what it became for a clerk
    error        text,                            -- why it could not be read, or about what it was not
    processed_at timestamptz,
    unique (mailbox, generation, place)
);
create index inbound_mail_waiting on inbound_mail (id) where processed_at is null;
create index inbound_mail_about on inbound_mail (mail) where mail is not null;
create index inbound_mail_unreadable on inbound_mail (received_at) where class = 'unreadable';
create index inbound_mail_proposed on inbound_mail (processed_at) where proposal is not null;

-- What a mail that came says of a mail of ours: one row for each thing said, never changed but when an address is erased.
create table mail_notice (
    inbound  bigint      not null references inbound_mail,
    n        integer     not null check (n > 0),
    mail     bigint      not null references mail,
    kind     text        not null check (kind in ('delivered', 'relayed', 'delayed', 'failed', 'auto_reply', 'answer', 'copy')),
    status   text,                                -- the enhanced status code (RFC 3463)
    words    text        not null,                -- the server's, without the address
    found_by text        not null check (found_by in ('return_address', 'envelope_id', 'mark', 'message_id')),
    at       timestamptz not null,
    primary key (inbound, n)
);
create index mail_notice_of on mail_notice (mail, at);

-- How far each mailbox has been read: until then a copy that is not there did not come.
create table inbound_mailbox (
    mailbox   text        primary key,
    read_at   timestamptz,                        -- when the last reading began that came to the end
    failed_at timestamptz,
    error     text
);

-- Three more ends of a mail, each said by a server after it had taken the mail.
alter table mail drop constraint mail_state_check;
alter table mail add constraint mail_state_check check (state in
    ('queued', 'transmitting', 'written', 'accepted', 'deferred', 'refused', 'unknown', 'dead', 'cancelled',
     'delivered', 'relayed', 'bounced'));
-- Was the office's mailbox given a copy in the same transaction? Only then does a missing copy say something.
alter table mail add column has_copy boolean not null default false;
-- When it was found that the mailbox has no copy of a mail whose fate is unknown.
alter table mail add column copy_missing_at timestamptz;
create index mail_unknown on mail (changed_at) where state = 'unknown';

-- A report to the inquiry that is about a report of a server.
alter table mail_report add column notice text check (notice in ('delivered', 'relayed', 'delayed'));

-- Proposals that came by mail.
alter table proposal alter column inquiry drop not null;
alter table proposal alter column recipient drop not null;
alter table proposal add column source text not null default 'deputy_page' check (source in ('deputy_page', 'mail', 'answer'));
alter table proposal add column mail bytea check (length(mail) = 32);
create index proposal_by_mail on proposal (mail) where mail is not null;

do $$
begin
    if exists (select from pg_roles where rolname = 'saual_app') then
        grant select, insert, update, delete on inbound_mail, mail_notice, inbound_mailbox to saual_app;
    end if;
end
$$;
