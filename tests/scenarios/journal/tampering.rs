//! Nobody changes the journal unseen: it is refused, and where it was forced, the check names it.

use eventstore::{AppendError, StoreError, Unproved};
use tokio_postgres::error::SqlState;

use super::{Office, append, office};

/// Three blocks, six events, two blobs.
async fn written() -> Office {
    let office = office().await;
    let journal = &office.journal;
    journal.append(append("inquiry-1", 0, &["{\"n\":1}", "{\"n\":2}"])).await.unwrap();
    journal.append(append("inquiry-2", 0, &["{\"n\":3}", "{\"n\":4}"])).await.unwrap();
    journal.put_blob("application/pdf", b"%PDF-1.7 the signed letter").await.unwrap();
    journal.put_blob("text/plain", b"an attachment").await.unwrap();
    journal.append(append("inquiry-1", 2, &["{\"n\":5}", "{\"n\":6}"])).await.unwrap();
    assert_eq!(office.verdict().await, "6 events, 5 blocks: intact");
    office
}

const TABLES: [&str; 8] =
    ["events", "blocks", "blobs", "blob_entries", "commands", "claims", "numbers", "signed_heads"];

impl Office {
    /// As the superuser with the triggers out of the way: what no right and no trigger can prevent.
    pub(super) async fn force(&self, sql: &str) {
        let client = self.database.connect().await;
        let mut forced = String::from("BEGIN;");
        for table in TABLES.iter().chain(&["journal_head", "streams", "number_series"]) {
            forced.push_str(&format!("ALTER TABLE {table} DISABLE TRIGGER ALL;"));
        }
        forced.push_str(sql);
        forced.push_str("; COMMIT");
        client.batch_execute(&forced).await.unwrap();
    }
}

/// Changes something, and expects these faults, in order, and no others.
async fn changed(sql: &str, expected: &[&str]) {
    let office = written().await;
    office.force(sql).await;
    let verdict = eventstore::verify(&office.database.pool).await.unwrap();
    let told: Vec<String> = verdict.faults.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), expected.len(), "{sql}: {told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.contains(expected), "{sql}: {told}\nnot {expected}");
    }
    assert_eq!(verdict.fault_count, expected.len() as u64);
    assert!(!verdict.is_intact());
    // However the work is dealt out, the verdict is the same.
    for (readers, stretch) in [(0, 1), (1, 2), (3, 1), (2, 4), (2, 1000)] {
        let effort = eventstore::Effort { readers, stretch };
        let shared = eventstore::verify_by(&office.database.config, effort, &eventstore::Witnesses::NONE, &|_| ())
            .await
            .unwrap();
        assert_eq!(shared, verdict, "{sql}: {effort:?}");
    }
}

#[tokio::test]
async fn changing_and_removing_is_refused_to_the_owner_and_to_the_program() {
    let office = written().await;
    let client = office.database.connect().await;
    let column = |table| match table {
        "events" | "blocks" | "blob_entries" => "block = block",
        "blobs" => "media_type = media_type",
        "commands" => "events = events",
        _ => "position = position",
    };
    for table in TABLES {
        let statements = [
            format!("UPDATE {table} SET {}", column(table)),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
        ];
        for sql in statements {
            let error = client.batch_execute(&sql).await.unwrap_err();
            assert_eq!(error.code(), Some(&SqlState::RESTRICT_VIOLATION), "{sql}: {error}");
            assert!(error.as_db_error().unwrap().message().contains("append-only"), "{error:?}");
            client.batch_execute("SET ROLE saual_app").await.unwrap();
            let error = client.batch_execute(&sql).await.unwrap_err();
            assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{sql}: {error}");
            client.batch_execute("RESET ROLE").await.unwrap();
        }
    }
    for table in ["journal_head", "streams", "number_series"] {
        let error = client.batch_execute(&format!("DELETE FROM {table}")).await.unwrap_err();
        assert_eq!(error.code(), Some(&SqlState::RESTRICT_VIOLATION), "{table}: {error}");
    }
    assert_eq!(office.verdict().await, "6 events, 5 blocks: intact");
}

#[tokio::test]
async fn the_writer_has_no_more_rights_than_the_role_that_owns_nothing() {
    let office = written().await;
    let owner = office.database.connect().await;
    owner.batch_execute("REVOKE INSERT ON claims FROM saual_app").await.unwrap();
    let mut asked = append("inquiry-3", 0, &["1"]);
    asked.guards.claims.push(eventstore::Claim { key: "K".to_owned() });
    match office.journal.append(asked.clone()).await {
        Err(AppendError::Failure(StoreError::Statement { source, .. })) => {
            assert_eq!(source.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{source}");
        }
        answer => panic!("{answer:?}"),
    }
    owner.batch_execute("GRANT INSERT ON claims TO saual_app").await.unwrap();
    office.journal.append(asked).await.unwrap();
}

#[tokio::test]
async fn one_byte_of_a_payload_is_named() {
    changed(
        "UPDATE events SET payload = '{\"n\":9}' WHERE position = 3",
        &[
            "block 2, event 3, stream inquiry-2 version 1: its content",
            "block 2: the Merkle root over its events (3 to 4)",
        ],
    )
    .await;
}

#[tokio::test]
async fn every_column_of_an_event_is_proved() {
    for change in [
        "event_type = 'Noted'",
        "schema_version = 2",
        "actor = 'clerk'",
        "at = at + interval '1 microsecond'",
        "correlation = gen_random_uuid()",
        "causation = gen_random_uuid()",
        "leaf_hash = sha256('')",
    ] {
        let sql = format!("UPDATE events SET {change} WHERE position = 6");
        let own_leaf = ["block 5, event 6, stream inquiry-1 version 4: its content does not have the leaf hash"];
        let and_root = [own_leaf[0], "block 5: the Merkle root"];
        changed(&sql, if change.starts_with("leaf") { &own_leaf } else { &and_root }).await;
    }
    changed(
        "UPDATE events SET block = 4 WHERE position = 6",
        &["event 6, stream inquiry-1 version 4: it says that it belongs to block 4", "leaf hash", "Merkle root"],
    )
    .await;
    changed(
        "UPDATE events SET request = sha256('x') WHERE position = 6",
        &["event 6", "Merkle root", "its stored result is not that of its events"],
    )
    .await;
    changed(
        "UPDATE events SET command = '00000000-0000-0000-0000-000000000001' WHERE position = 6",
        &["event 6", "Merkle root", "command", "command"],
    )
    .await;
    changed(
        "UPDATE events SET version = 7 WHERE position = 6",
        &[
            "event 6, stream inquiry-1 version 7: its content",
            "version 4 of its stream is due here",
            "Merkle root",
            "stream inquiry-1 version 4: its head row says version 4, its events end at 7",
        ],
    )
    .await;
    changed(
        "UPDATE events SET stream = 'inquiry-3' WHERE position = 6",
        &[
            "event 6, stream inquiry-3 version 4: its content",
            "version 1 of its stream is due here",
            "Merkle root",
            "stream inquiry-1 version 4: its head row says version 4, its events end at 3",
            "1 streams have events but no head row",
        ],
    )
    .await;
}

#[tokio::test]
async fn every_column_of_a_block_is_proved() {
    let own_hash = "block 2: its fields do not have the hash";
    changed("UPDATE blocks SET recorded = recorded + interval '1 microsecond' WHERE block = 2", &[own_hash]).await;
    changed("UPDATE blocks SET merkle_root = sha256('x') WHERE block = 2", &[own_hash, "block 2: the Merkle root"])
        .await;
    changed(
        "UPDATE blocks SET previous_hash = sha256('x') WHERE block = 2",
        &[own_hash, "block 2: it does not continue the block before"],
    )
    .await;
    changed(
        "UPDATE blocks SET hash = sha256('x') WHERE block = 2",
        &[own_hash, "block 3: it does not continue the block before"],
    )
    .await;
    changed(
        "UPDATE blocks SET first_position = 2 WHERE block = 2",
        &[own_hash, "block 2: it begins at position 2 instead of 3"],
    )
    .await;
    changed("UPDATE blocks SET events = 3 WHERE block = 2", &[own_hash, "block 2: it has 2 events and says 3"]).await;
    changed("UPDATE blocks SET blobs = 1 WHERE block = 2", &[own_hash, "block 2: it has 0 blobs and says 1"]).await;
}

#[tokio::test]
async fn a_block_rewritten_with_its_own_hash_breaks_the_chain() {
    let office = written().await;
    // The attacker knows the format: a new payload, its leaf, the root and the hash of the block are all made to fit.
    let mut proof = office.journal.proof(3).await.unwrap().unwrap();
    proof.event.payload = "{\"n\":9}".to_owned();
    let leaves = [eventstore::hash::event_leaf(&proof.event), proof.path[0]];
    proof.block.merkle_root = eventstore::merkle::root(&leaves);
    proof.block.hash = proof.block.computed_hash();
    let sql = format!(
        "UPDATE events SET payload = '{{\"n\":9}}', leaf_hash = decode('{}', 'hex') WHERE position = 3;
         UPDATE blocks SET merkle_root = decode('{}', 'hex'), hash = decode('{}', 'hex') WHERE block = 2",
        hex::encode(leaves[0]),
        hex::encode(proof.block.merkle_root),
        hex::encode(proof.block.hash),
    );
    office.force(&sql).await;
    assert_eq!(
        office.verdict().await,
        "6 events, 5 blocks: 1 faults\nblock 3: it does not continue the block before: the chain is broken"
    );
}

#[tokio::test]
async fn blobs_are_proved_with_their_bytes_their_media_type_and_their_presence() {
    let pdf = "media_type = 'application/pdf'";
    let id = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(b"%PDF-1.7 the signed letter"));
    let bytes = format!("block 3: blob {id} does not have the bytes of its name");
    changed(&format!("UPDATE blobs SET bytes = bytes || '\\x00'::bytea WHERE {pdf}"), &[&bytes]).await;
    changed(&format!("UPDATE blobs SET media_type = 'text/html' WHERE {pdf}"), &["block 3: the Merkle root"]).await;
    let gone = format!("block 3: blob {id} is gone");
    changed(&format!("DELETE FROM blobs WHERE {pdf}"), &[&gone, "block 3: the Merkle root"]).await;
    changed(
        "DELETE FROM blob_entries WHERE block = 3; DELETE FROM blobs WHERE media_type = 'application/pdf'",
        &["block 3: it has 0 blobs and says 1", "block 3: the Merkle root"],
    )
    .await;
    changed(
        "UPDATE blob_entries SET block = 9 WHERE block = 3",
        &["block 3: it has 0 blobs and says 1", "block 3: the Merkle root", "block 9: blob"],
    )
    .await;
    changed("UPDATE blob_entries SET leaf = 1 WHERE block = 3", &["is its leaf 1, not 0"]).await;
}

#[tokio::test]
async fn a_missing_tail_middle_or_block_is_missed() {
    changed(
        "DELETE FROM events WHERE position >= 5; DELETE FROM blocks WHERE block = 5",
        &[
            "stream inquiry-1 version 4: its head row says version 4, its events end at 2",
            "block 5: the head says that the journal ends with event 6 in block 5, but it ends with event 4 in block 4",
            "command",
        ],
    )
    .await;
    changed(
        "DELETE FROM events WHERE position = 3",
        &[
            "block 2, event 3: it is missing",
            "event 4, stream inquiry-2 version 2: version 1 of its stream is due here",
            "block 2: the Merkle root",
            "command",
        ],
    )
    .await;
    changed(
        "DELETE FROM blocks WHERE block = 2",
        &[
            "block 2, event 3, stream inquiry-2 version 1: no block proves it",
            "block 2, event 4, stream inquiry-2 version 2: no block proves it",
            "block 2: it is missing",
            "block 3: it does not continue",
        ],
    )
    .await;
    changed("DELETE FROM journal_head", &["the journal has no head row"]).await;
    changed("UPDATE journal_head SET hash = sha256('x')", &["block 5: the head has another hash for it"]).await;
    changed("DELETE FROM streams WHERE stream = 'inquiry-2'", &["1 streams have events but no head row"]).await;
    changed("DELETE FROM commands WHERE first_position = 1", &["command"]).await;
}

#[tokio::test]
async fn two_swapped_events_and_an_inserted_one_are_named() {
    changed(
        "UPDATE events AS e SET payload = other.payload FROM events AS other
         WHERE (e.position, other.position) IN ((1, 2), (2, 1))",
        &["event 1, stream inquiry-1 version 1", "event 2, stream inquiry-1 version 2", "block 1: the Merkle root"],
    )
    .await;
    changed(
        "UPDATE events SET position = 100 WHERE position = 1; UPDATE events SET position = 1 WHERE position = 2;
         UPDATE events SET position = 2 WHERE position = 100",
        &[
            "event 1, stream inquiry-1 version 2: its content",
            "event 1, stream inquiry-1 version 2: version 1 of its stream is due here",
            "event 2, stream inquiry-1 version 1: its content",
            "event 2, stream inquiry-1 version 1: version 3 of its stream is due here",
            "block 1: the Merkle root",
            "block 5, event 5, stream inquiry-1 version 3: version 2 of its stream is due here",
        ],
    )
    .await;
    changed(
        "INSERT INTO events SELECT 7, block, 5, at, command, correlation, causation, schema_version, stream, event_type,
                actor, request, leaf_hash, payload FROM events WHERE position = 6;
         UPDATE streams SET version = 5 WHERE stream = 'inquiry-1'",
        &[
            "event 7, stream inquiry-1 version 5: no block proves it",
            "block 5: the head says that the journal ends with event 6 in block 5, but it ends with event 7",
            "command",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_number_that_was_taken_away_is_missed() {
    let office = office().await;
    for value in 1..=3 {
        let mut asked = append(&format!("inquiry-{value}"), 0, &["1"]);
        asked.guards.numbers.push(eventstore::TakeNumber { series: "outgoing".to_owned(), value });
        office.journal.append(asked).await.unwrap();
    }
    office.force("DELETE FROM numbers WHERE value = 2").await;
    let verdict = office.verdict().await;
    assert!(verdict.contains("number series outgoing: it says first 1 and next 4, but 2 numbers"), "{verdict}");
}

#[tokio::test]
async fn a_row_that_no_program_wrote_is_a_fault_and_not_a_crash() {
    changed(
        "UPDATE events SET at = 'infinity' WHERE position = 6",
        &[
            "block 5, event 6: a stored row cannot be read",
            "block 5, event 6: it is missing",
            "block 5: the Merkle root",
            "stream inquiry-1",
        ],
    )
    .await;
}

#[tokio::test]
async fn of_very_many_faults_the_first_hundred_are_named_and_all_are_counted() {
    let office = office().await;
    let payloads: Vec<String> = (0..500).map(|n| n.to_string()).collect();
    let payloads: Vec<&str> = payloads.iter().map(String::as_str).collect();
    office.journal.append(append("inquiry-1", 0, &payloads)).await.unwrap();
    office.force("UPDATE events SET payload = 'null'").await;
    let verdict = eventstore::verify(&office.database.pool).await.unwrap();
    assert_eq!((verdict.faults.len(), verdict.fault_count), (100, 501));
    assert!(verdict.to_string().ends_with("and 401 more"));
}

#[tokio::test]
async fn a_proof_of_a_changed_event_does_not_hold() {
    let office = written().await;
    let head = office.journal.head().await.unwrap();
    let whole = office.journal.proof(6).await.unwrap().unwrap();
    assert_eq!(whole.check(), Ok(head.hash));
    let mut moved = whole.clone();
    moved.event.position = 5;
    assert_eq!(moved.check(), Err(Unproved::Place));
    let mut other = whole.clone();
    other.block.recorded = jiff::Timestamp::UNIX_EPOCH;
    assert_eq!(other.check(), Err(Unproved::Block));
    office.force("UPDATE events SET actor = 'nobody' WHERE position = 6").await;
    assert_eq!(office.journal.proof(6).await.unwrap().unwrap().check(), Err(Unproved::Root));
    assert_eq!(office.journal.proof(5).await.unwrap().unwrap().check(), Ok(head.hash));
}
