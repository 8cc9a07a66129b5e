-- The register also says by when each ministry's own part is due and whose contribution has come in: from that the load of a ministry is
-- counted, and what it owes is found.
alter table register add column lead_due date;
-- In the order of the co-executors.
alter table register add column co_due date[] not null default '{}';
alter table register add column handed_in text[] not null default '{}';

-- Rows that stand there already know nothing of it; the register follows from the first event anew, as with 0011_contributed.sql.
delete from register;
delete from parked_events where follower = 'register';
update followers set position = 0, unknown_events = 0 where name = 'register';

-- What readers see of it has these columns too; the condition is that of 0019_own_register.sql.
create or replace view own_register as
    select * from register
     where (
        took_part @> array[nullif(current_setting('saual.ministry', true), '')]
        or deputies @> array[nullif(current_setting('saual.deputy', true), '')::uuid]
     ) is true;
