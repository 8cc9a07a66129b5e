-- Letters in which visas are gathered or stand until the signature: whose decision is awaited now. One row per inquiry, gone again when its
-- letter is signed, revised or sent back. An approver's queue is found here; by the stage alone every letter would have to be read.
create table approval (
    inquiry  uuid   primary key,
    awaited  jsonb  not null,            -- required, and neither given nor refused on this version: [{"kind": "legal", "approver": "…"}]
    given    jsonb  not null,            -- they still stand when the signatory declines and the version is submitted once more
    refused  jsonb  not null,            -- so do the refusals
    position bigint not null             -- of the last event folded into this row
) with (fillfactor = 80);

create index approval_awaited on approval using gin (awaited jsonb_path_ops);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'saual_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON approval TO saual_app;
    END IF;
END
$$;
