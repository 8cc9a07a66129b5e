-- Who sees which rows (docs/adr/0016-reads.md). Screens ask as one of two roles that own nothing and may only read: `saual_overseer` sees
-- every row, `saual_reader` the rows of the ministry or the deputy that its transaction names, and none without one.

-- Every ministry that has or had a part: whoever worked on an inquiry may look at what became of it.
alter table register add column took_part text[] not null default '{}';
create index register_by_part on register using gin (took_part);

-- Rows that stand there already know nothing of it; the register follows from the first event anew, as with 0011_contributed.sql.
delete from register;
delete from parked_events where follower = 'register';
update followers set position = 0, unknown_events = 0 where name = 'register';

-- Is the inquiry among those that whoever asks sees in the register? Asked by the policies of the other tables. The body is a text and no
-- parsed statement, so that the register can be put in another's place while they stand.
create function in_sight(wanted uuid) returns boolean language sql stable as $$
    select exists (select from register where register.inquiry = wanted)
$$;

-- Roles belong to the whole server; another database may have made them, or make them at this moment.
do $$
declare
    reading text;
begin
    foreach reading in array array['saual_reader', 'saual_overseer'] loop
        begin
            if not exists (select from pg_roles where rolname = reading) then
                execute format('create role %I nologin', reading);
            end if;
            -- Whoever made a role is not its member by that.
            if not pg_has_role(current_user, reading, 'MEMBER') then
                execute format('grant %I to current_user', reading);
            end if;
        exception
            when insufficient_privilege then
                raise notice 'this user may not make or use the role %: only the program guards the rows', reading;
            when duplicate_object or unique_violation then
                null;
        end;
    end loop;
end
$$;

do $$
declare
    guarded text;
    has_app boolean := exists (select from pg_roles where rolname = 'saual_app');
begin
    if (select count(*) from pg_roles where rolname in ('saual_reader', 'saual_overseer')) < 2 then
        return;
    end if;
    foreach guarded in array array['register', 'delivery', 'letter', 'approval', 'mail', 'mail_order'] loop
        execute format('grant select on %I to saual_reader, saual_overseer', guarded);
        -- The owner, who fills the tables, is not held back by this.
        execute format('alter table %I enable row level security', guarded);
        execute format('create policy whole on %I for select to saual_overseer using (true)', guarded);
        if has_app then
            execute format('create policy office on %I to saual_app using (true) with check (true)', guarded);
        end if;
        if guarded <> 'register' then
            execute format('create policy own on %I for select to saual_reader using (in_sight(inquiry))', guarded);
        end if;
    end loop;
    -- Both conditions have an index. A setting that nobody has made is null, and empty after a transaction that had made it.
    create policy own on register for select to saual_reader using (
        took_part @> array[nullif(current_setting('saual.ministry', true), '')]
        or deputies @> array[nullif(current_setting('saual.deputy', true), '')::uuid]
    );
end
$$;
