-- Reports (docs/adr/0038-reports.md): what each inquiry counts as, and since when. One row a state of an inquiry that a figure can tell from the one
-- before, with the time for which it held, so that a figure as of any moment is asked by the same condition as one of now. Both tables are written
-- by their followers only and made again at will from the journal (`saual rebuild report_cases`, `saual rebuild report_steps`).
create table report_case (
    inquiry      uuid        not null,
    nth          integer     not null,           -- of the states of this inquiry, from 1
    since        timestamptz not null,
    until        timestamptz,                    -- none: it holds now
    number       text        not null,
    chamber      text        not null,
    dated        date        not null,
    received     date        not null,
    topic        text,
    lead         text,
    co_executors text[]      not null,
    took_part    text[]      not null,           -- who may see it: every ministry that had a part by then
    deputies     uuid[]      not null,           -- the authors of its own list whom the directory knows
    due          date,                           -- with every extension; once answered, the day that was in force then
    extensions   smallint    not null,
    returns      smallint    not null,           -- drafts sent back, visas refused, signatures declined
    repeats      smallint    not null,
    satisfied    integer[]   not null,           -- recipients, by their last word
    unsatisfied  integer[]   not null,
    verdict      boolean generated always as (           -- of those who said anything: everybody satisfied, or somebody not
        case when cardinality(unsatisfied) > 0 then false when cardinality(satisfied) > 0 then true end) stored,
    answered     date,                           -- the day on which the first reply was ordered out
    closed       date,
    outcome      text,
    ending       text,                           -- withdrawn, redirected, merged: it gets no reply of its own
    position     bigint      not null,           -- of the last event that changed this row
    primary key (inquiry, nth)
) with (fillfactor = 90);

-- A report of now walks the period in the first, and finds in it all that is counted; one of another moment walks the second.
create index report_case_now on report_case (received, inquiry)
    include (lead, topic, chamber, due, answered, ending, outcome, extensions, returns, repeats, verdict) where until is null;
create index report_case_then on report_case (received, inquiry);
create index report_case_by_lead on report_case (lead, received, inquiry) where until is null;
-- The forecast asks what was answered last and what is due next.
create index report_case_answered on report_case (answered, inquiry) where until is null and answered is not null;
create index report_case_awaited on report_case (due, inquiry) where answered is null and ending is null;

-- Who held an inquiry at which step, from when until when: the intervals of `inquiry::waiting`, those of the main line and those beside it; and one
-- row an inquiry that keeps what they follow from.
create table report_step (
    inquiry      uuid        not null,
    nth          integer     not null,           -- from 1 on the line, from -1 down beside it; 0: what they follow from
    step         text,
    holder       text,                           -- a ministry, or a role and the like behind an @
    is_line      boolean,
    since        timestamptz,
    until        timestamptz,
    waiting      text,                           -- JSON; of the row that keeps it
    position     bigint      not null,
    primary key (inquiry, nth),
    check ((nth = 0) = (waiting is not null) and (nth = 0) = (step is null))
) with (fillfactor = 90);

-- Who wants a report by mail, and how often. Kept: it follows from no event.
create table report_subscription (
    account      uuid        not null references account (id) on delete cascade,
    every        text        not null check (every in ('week', 'month')),
    told_for     date,                           -- the first day of the period that was told last
    primary key (account, every)
);

-- Such a report is a mail of the house as a digest is; `day` is then the first day of its period, and `part` tells it from that day's own digests.
alter table digest add column report text check (report in ('week', 'month'));

do $$
declare
    guarded text;
    has_app boolean := exists (select from pg_roles where rolname = 'saual_app');
begin
    if has_app then
        grant select, insert, update, delete on report_case, report_step, report_subscription to saual_app;
    end if;
    -- As 0014_rows.sql guards the other tables.
    if (select count(*) from pg_roles where rolname in ('saual_reader', 'saual_overseer')) < 2 then
        return;
    end if;
    foreach guarded in array array['report_case', 'report_step'] loop
        execute format('grant select on %I to saual_reader, saual_overseer', guarded);
        execute format('alter table %I enable row level security', guarded);
        execute format('create policy whole on %I for select to saual_overseer using (true)', guarded);
        if has_app then
            execute format('create policy office on %I to saual_app using (true) with check (true)', guarded);
        end if;
    end loop;
    create policy own on report_case for select to saual_reader using (
        took_part @> array[nullif(current_setting('saual.ministry', true), '')]
    );
    create policy own on report_step for select to saual_reader using (in_sight(inquiry));
end
$$;
