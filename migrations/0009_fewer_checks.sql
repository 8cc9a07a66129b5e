-- PostgreSQL reads and compiles the CHECKs of a table anew for every statement that writes it. Those of the tables below were a
-- quarter of what a block of one event costs the server (docs/adr/0001-event-order.md). Only the writer fills these tables, NOT NULL
-- stays, and `saual verify` names whatever a CHECK would have refused. The CHECKs of `events` stay: everything else is told from that
-- table.
ALTER TABLE blocks
    DROP CONSTRAINT blocks_block_check,
    DROP CONSTRAINT blocks_first_position_check,
    DROP CONSTRAINT blocks_events_check,
    DROP CONSTRAINT blocks_blobs_check,
    DROP CONSTRAINT blocks_merkle_root_check,
    DROP CONSTRAINT blocks_previous_hash_check,
    DROP CONSTRAINT blocks_hash_check,
    DROP CONSTRAINT blocks_check;
ALTER TABLE commands DROP CONSTRAINT commands_events_check;
ALTER TABLE streams DROP CONSTRAINT streams_version_check;
-- That there is one head only stays a CHECK.
ALTER TABLE journal_head DROP CONSTRAINT journal_head_hash_check;

-- The writer now also writes on what it remembers and its callers expect. Where that is wrong the statement fails and is asked again
-- carefully: nothing to be alarmed about in the server's log.
CREATE OR REPLACE FUNCTION journal_expect(held boolean, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF held IS NOT TRUE THEN
        RAISE EXCEPTION 'the journal is not as its writer expected: %', what USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;
