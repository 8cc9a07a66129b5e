-- The week of receipt among the marks of what is searched, counted from the first of 1970: what is frequent is gathered by the index week by week, from
-- the latest on (docs/adr/0042-the-latest-first.md).
update search set marks = array(select unnest(marks || ('w:' || (received - date '1970-01-01') / 7)) as mark order by mark collate "C");
comment on column search.marks is
    'c:hamber, y:ear, w:eek of receipt, l:anguage, m:inistry, f:action, p:art, d:eputy';
