-- Beside each word of the register stands its stem, by which it is found in its other forms. Rows that stand there already know nothing of it: the
-- register follows from the first event anew, as in 0011, and what it had set aside is tried with the rest.
delete from register;
delete from parked_events where follower = 'register';
update followers set position = 0, unknown_events = 0 where name = 'register';
