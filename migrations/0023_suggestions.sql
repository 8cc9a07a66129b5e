-- What people suggest for a draft stands in the shared working text itself, word by word (docs/adr/0018-working-text.md); nobody has a copy of their
-- own any more. No version of the program was given out that had such copies.
delete from working_text where starts_with(desk, 'suggestion/');
alter table working_text drop column began;
alter table working_text drop constraint working_text_desk_check;
alter table working_text add constraint working_text_desk_check check (desk ~ '^(draft|contribution/[a-z][a-z0-9_-]*)$');
