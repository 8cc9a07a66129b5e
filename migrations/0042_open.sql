-- What is open is listed and counted from indexes alone (docs/adr/0043-what-is-open.md): an open row lies among ended ones, so that a thousand of them
-- are nearly as many pages of the table, and an index that holds what is asked of them is a few dozen.

-- Made beside those they replace, so that whoever reads is held up for the change of names alone.
create index register_open_by_due_now on register (due, inquiry) include (stage, on_control, lead, ministries, took_part) where open;
create index register_open_by_lead_now on register (lead, due, inquiry) include (stage, on_control) where open;
create index register_open_by_stage on register (stage, due, inquiry) include (on_control, ministries, took_part, cosigned) where open;

-- An index answers alone only for pages that a vacuum has seen since they changed. Of a million rows a fifth would have to change before one comes by
-- itself, which is months; a hundredth is half a day of a country. What is frequent among the open ones changes as soon, and plans go by it.
alter table register set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);

-- What a ministry may see, for those who are nobody's deputy: the first half of own_register's condition, without the deputies, whom no index that is walked
-- can hold (there may be 148, and an entry ends at 2.7 KB).
create view ministry_register as
    select * from register
     where (took_part @> array[nullif(current_setting('saual.ministry', true), '')]) is true;

do $$
begin
    if (select count(*) from pg_roles where rolname in ('saual_reader', 'saual_overseer')) = 2 then
        grant select on ministry_register to saual_reader, saual_overseer;
    end if;
end
$$;

drop index register_open_by_due, register_open_by_lead;
alter index register_open_by_due_now rename to register_open_by_due;
alter index register_open_by_lead_now rename to register_open_by_lead;
