-- The week of receipt among the marks of what is searched, counted from 1 Jan 1970: the index gathers what is frequent week by week, from
-- the latest on (docs/adr/0042-the-latest-first.md).
update search set marks = array(select mark from unnest(marks || ('w:' || (received - date '1970-01-01') / 7)) as mark order by mark collate "C");
comment on column search.marks is
    'c:hamber, y:ear, w:eek of receipt, l:anguage, m:inistry, f:action, p:art, d:eputy';
