-- What readers see of the register, as the worklist asks for it (docs/adr/0016-reads.md, 0021-worklist.md). Under a policy the server compares
-- what rows contain after the policy and by no index, because those operators are not leakproof. A view of the owner's holds back the same rows
-- and leaves the way to the question. It says `is true` so that no index answers it: it never leads, it only holds back.
create view own_register as
    select * from register
     where (
        took_part @> array[nullif(current_setting('saual.ministry', true), '')]
        or deputies @> array[nullif(current_setting('saual.deputy', true), '')::uuid]
     ) is true;

-- Whose inquiries they are is asked together with their words: one index for all that rows contain.
drop index register_by_part;
drop index register_by_content;
drop index register_open_by_content;
create index register_by_content on register using gin (words_index, ministries, deputies, took_part)
    with (gin_pending_list_limit = 256);
create index register_open_by_content on register using gin (words_index, ministries, deputies, took_part)
    with (gin_pending_list_limit = 256) where open;

do $$
begin
    if (select count(*) from pg_roles where rolname in ('saual_reader', 'saual_overseer')) = 2 then
        grant select on own_register to saual_reader, saual_overseer;
    end if;
end
$$;
