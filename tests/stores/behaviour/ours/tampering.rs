//! What no right and no trigger can prevent: the superuser, with the triggers out of the way.

use eventstore::{hash, merkle};

use super::Ours;
use crate::store::Tamper;

pub(super) async fn tamper(store: &Ours, how: Tamper) {
    let sql = match how {
        Tamper::Payload => "UPDATE events SET payload = '\"x\"' WHERE position = 3".to_owned(),
        Tamper::Actor => "UPDATE events SET actor = 'clerc' WHERE position = 3".to_owned(),
        Tamper::Version => "UPDATE events SET version = 7 WHERE position = 4".to_owned(),
        Tamper::Swap => "UPDATE events AS e SET payload = other.payload FROM events AS other
                         WHERE (e.position, other.position) IN ((1, 2), (2, 1))"
            .to_owned(),
        Tamper::Tail => "DELETE FROM events WHERE position >= 5; DELETE FROM blocks WHERE block = 3;
                         DELETE FROM commands WHERE first_position >= 5"
            .to_owned(),
        Tamper::Insert => "INSERT INTO events
                           SELECT 7, block, 5, at, command, correlation, causation, schema_version, stream, event_type,
                                  actor, request, leaf_hash, payload FROM events WHERE position = 6;
                           UPDATE streams SET version = 5 WHERE stream = 'inquiry-1'"
            .to_owned(),
        Tamper::RewrittenTail => rewritten(store).await,
    };
    let mut forced = String::from("BEGIN;");
    for table in ["events", "blocks", "commands", "streams", "journal_head", "signed_heads"] {
        forced.push_str(&format!("ALTER TABLE {table} DISABLE TRIGGER ALL;"));
    }
    forced.push_str(&sql);
    forced.push_str("; COMMIT");
    store.connect().await.batch_execute(&forced).await.unwrap();
}

/// Another payload at position 6, with its leaf, the root and the hash of its block and of the head made to fit: the
/// attacker knows the format, nothing comes behind, and the signed heads in the database go too.
async fn rewritten(store: &Ours) -> String {
    let mut proof = store.journal().await.proof(6).await.unwrap().unwrap();
    proof.event.payload = "\"x\"".to_owned();
    let leaf = hash::event_leaf(&proof.event);
    proof.block.merkle_root = merkle::root(&[proof.path[0], leaf]);
    proof.block.hash = proof.block.computed_hash();
    let (leaf, root, block) = (hex::encode(leaf), hex::encode(proof.block.merkle_root), hex::encode(proof.block.hash));
    format!(
        "UPDATE events SET payload = '\"x\"', leaf_hash = decode('{leaf}', 'hex') WHERE position = 6;
         UPDATE blocks SET merkle_root = decode('{root}', 'hex'), hash = decode('{block}', 'hex') WHERE block = 3;
         UPDATE journal_head SET hash = decode('{block}', 'hex'); DELETE FROM signed_heads"
    )
}
