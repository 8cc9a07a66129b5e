-- Which person of the directory an account's owner is: whose name a letter bears is known by it, and nobody else signs that letter
-- (docs/adr/0027-authority.md). The same person may have several accounts; accounts of people who sign nothing have none.
alter table account add column person uuid;
