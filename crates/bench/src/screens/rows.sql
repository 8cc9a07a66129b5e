-- Rows of the register as an office has them after five years: what came in within the last eight weeks is open, a few ministries have
-- much to do, a few words are frequent and most are rare. $ROWS stands for how many, $TODAY for the day.
select setseed(0.326);
create temporary table word as
    select n,
           (array['б','д','ж','з','қ','м','с','т','ш','к','л','н'])[1 + n % 12]
           || (array['а','е','ұ','ы','о','ә','і','ө'])[1 + n / 12 % 8]
           || (array['рман','лтық','зет','сым','ңғы','йлық','тты','ндет','рлық','скер','лім','рыс','мыс','жет','шық'])[1 + n / 96 % 15]
           || (array['','тар','дың','ға','ымен','дағы'])[1 + n / 1440 % 6] as text
      from generate_series(0, 8639) n;
create unique index on word (n);
insert into register
       (inquiry, number, number_normal, incoming_number, chamber, dated, received, due, on_control, stage, open, lead, co_executors,
        contributed, took_part, subject, language, recipients, deputies, draft_version, outgoing_number, outgoing_dated, version, changed_at,
        position, words, lead_due, co_due, handed_in)
select gen_random_uuid(), 'ДС-' || n, 'ДС-' || n, 'кір-' || n, 'mazhilis', received - 1, received,
       received + 30 + (slack * slack * 40)::int, open, stage, open,
       case when stage <> 'on_control' then lead end,
       case when stage = 'on_control' then '{}' else array_remove(co, lead) end, '{}',
       case when stage = 'on_control' then '{}' else array_append(array_remove(co, lead), lead) end,
       array_to_string(words, ' '), 'kk', 1 + n % 7, deputies,
       case when stage not in ('on_control', 'assigned') then 1 end,
       case when stage = 'closed' then '12-11/' || n || ' ДС' end, case when stage = 'closed' then received + 25 end,
       12, received + time '12:00', n * 12,
       (select array_agg(distinct w order by w) from unnest(words || array['дс', n::text, 'кір', 'есім' || deputy]) w),
       case when stage <> 'on_control' then received + 20 end,
       case when stage = 'on_control' then '{}'
            else array_fill(received + 12, array[cardinality(array_remove(co, lead))]) end,
       case when stage = 'on_control' or slack < 0.5 then '{}' else array_remove(co, lead) end
  from (select n, n > $ROWS * 0.97 as open, date '$TODAY' - (($ROWS - n) * 1825 / $ROWS)::int as received, random() as slack,
               case when n > $ROWS * 0.97
                    then (array['on_control', 'on_control', 'assigned', 'assigned', 'assigned', 'assigned', 'drafting', 'drafting',
                                'drafting', 'drafting', 'drafting', 'approval', 'approval', 'approval', 'for_signature',
                                'for_signature', 'signed', 'dispatched', 'dispatched', 'dispatched'])[1 + floor(random() * 20)::int]
                    else (array['closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'withdrawn',
                                'redirected'])[1 + floor(random() * 10)::int]
               end as stage,
               ministries[1 + floor(21 * random() ^ 1.5)::int] as lead,
               array[ministries[1 + floor(21 * random())::int], ministries[1 + floor(21 * random() ^ 2)::int]] as co,
               floor(145 * random())::int as deputy,
               array[md5((floor(145 * random())::int)::text)::uuid, md5((floor(145 * random())::int)::text)::uuid] as deputies,
               -- Eight words, the small numbers often; each row draws its own because each names its number.
               array(select text from unnest(array[0 * n + random(), 0 * n + random(), 0 * n + random(), 0 * n + random(),
                                                   0 * n + random(), 0 * n + random(), 0 * n + random(), 0 * n + random()]) drawn
                       join word on word.n = floor(8640 * drawn ^ 4)::int) as words
          from generate_series(1, $ROWS) n,
               (select array['mlsp', 'mfa', 'mof', 'moh', 'mia', 'me', 'mai', 'mt', 'moj', 'mne', 'moe', 'mshe', 'mci', 'mts', 'moa',
                             'mwri', 'mepr', 'men', 'mic', 'mti', 'mdd'] as ministries) known) made;
