-- The register also says whose contributions the lead has accepted: the worklist shows «2/3» beside the co-executors.
alter table register add column contributed text[] not null default '{}';

-- Rows that stand there already know nothing of it. The register is written by its follower only and can be thrown away: it follows
-- from the first event anew, and what it had set aside is tried with the rest. The default is for an old program that still runs
-- beside the new one; `saual rebuild register` mends what it wrote meanwhile.
delete from register;
delete from parked_events where follower = 'register';
update followers set position = 0, unknown_events = 0 where name = 'register';
