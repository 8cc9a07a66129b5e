-- What was said of a form that was sent and not taken, so that its page is one that can be left and come back to: a browser that goes back would
-- otherwise have to send the form again. Gone with the next thing that is typed, and with the text.
alter table kept_form add column tried jsonb check (jsonb_typeof(tried) = 'object');
