-- Mails that are hard to take in: how often one was tried, for what it waits, what the mailbox did not give out. Written by crates/dispatch alone. The why
-- is in docs/adr/0024-inbound-mail.md.

alter table inbound_mail add column tries integer not null default 0 check (tries >= 0);     -- readings that were begun and did not end
alter table inbound_mail add column waits text check (waits in ('clerks', 'attempt'));       -- for what, the last time it had to
create index inbound_mail_of_sender on inbound_mail (lower(sender)) where sender is not null;
-- What programs wrote that is about none of ours.
create index inbound_mail_of_programs on inbound_mail (received_at) where mail is null and class in ('report', 'auto_reply');

-- Of the last reading: how many mails could not be taken out, worked on or put away, and why the last of them.
alter table inbound_mailbox add column skipped integer not null default 0 check (skipped >= 0);
alter table inbound_mailbox add column skipped_why text;
