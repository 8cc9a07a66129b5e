-- Who has signed a letter that others are still to sign (docs/adr/0027-authority.md): their decks and their digests leave it out. Nothing of before
-- was signed by several, so that the rows that stand there are right as they are.
alter table register add column cosigned uuid[] not null default '{}';
alter table owed add column cosigned uuid[] not null default '{}';

-- What readers see of it has these columns too; the condition is that of 0019_own_register.sql.
create or replace view own_register as
    select * from register
     where (
        took_part @> array[nullif(current_setting('saual.ministry', true), '')]
        or deputies @> array[nullif(current_setting('saual.deputy', true), '')::uuid]
     ) is true;
