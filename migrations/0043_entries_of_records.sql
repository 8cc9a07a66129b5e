-- Entries of the journal (0037_entries.sql) name the ministries that a change of the records is of, and the ministry whose blanks changed, so that the
-- filter by ministry finds them. What stands in the table already is filled in here, as its follower writes it from now on
-- (crates/readmodel/src/entries/fold.rs): the records are one stream of some thousand events at most. What a program of before writes meanwhile, `saual
-- rebuild entries` mends.
with named as (
    select position, event_type as kind, payload::jsonb -> event_type as said
      from events
     where stream = 'directory'
       and event_type in ('ministry_founded', 'ministry_renamed', 'ministry_merged', 'ministry_split', 'ministry_abolished', 'office_founded',
                          'change_taken_back')
), listed as (
    select position,
           case kind
               when 'ministry_founded' then jsonb_build_array(said -> 'code') || coalesce(said -> 'predecessors', '[]')
               when 'ministry_merged' then jsonb_build_array(said -> 'code', said -> 'into')
               when 'ministry_split' then jsonb_build_array(said -> 'code') || (said -> 'into')
               when 'office_founded' then
                   case when jsonb_typeof(said -> 'ministry') = 'string' then jsonb_build_array(said -> 'ministry') else '[]' end
               when 'change_taken_back' then
                   case when said ->> 'kind' = 'ministries' then coalesce(said -> 'codes', '[]') else '[]' end
               else jsonb_build_array(said -> 'code')
           end as codes
      from named
), once as (
    -- Each once, where it is named first.
    select position, code, min(nth) as nth
      from listed cross join lateral jsonb_array_elements_text(codes) with ordinality as one (code, nth)
     group by position, code
), placed as (
    select position, code, row_number() over (partition by position order by nth) - 1 as place from once
), whole as (
    select position, array_agg(code order by place) as codes from placed group by position
), filled as (
    update journal_entry as entry
       set ministry = whole.codes[1], ministries = whole.codes
      from whole
     where entry.position = whole.position and entry.place = 0
    returning entry.*
)
insert into journal_entry (position, place, ministry, ministries, inquiry, stream, version, kind, variant, actor, at, command, correlation, lead)
select filled.position, placed.place, placed.code, filled.ministries, filled.inquiry, filled.stream, filled.version, filled.kind,
       filled.variant, filled.actor, filled.at, filled.command, filled.correlation, filled.lead
  from filled join placed on placed.position = filled.position
 where placed.place > 0
on conflict (position, place) do nothing;

-- The stream of a ministry's blanks is called `blanks-` and its code.
update journal_entry
   set ministry = substr(stream, 8), ministries = array[substr(stream, 8)]
 where kind = 'blank_adopted' and place = 0 and stream like 'blanks-%';
