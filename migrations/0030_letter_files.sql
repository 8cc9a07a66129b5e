-- A letter is found by its file too: whoever drops a PDF on the page of verification asks by its hash, signed or sent. Both were found by reading the whole
-- table until now, and the page is open to everybody.
create index letter_signed_pdf on letter (signed_pdf);
create index letter_registered_pdf on letter (registered_pdf) where registered_pdf is not null;
