//! Every event of an inquiry with its proof. Events share the blocks that lead to a signed head, so each block and each head stands in the archive once,
//! and the size does not grow with the square of the events.

use std::collections::{BTreeMap, BTreeSet};

use eventstore::PublicKey;
use serde_json::Value;

use super::super::evidence::REACH;
use super::super::seeing::Seen;
use super::super::unread;
use super::pack::Pack;
use super::report::Report;
use crate::State;
use crate::problem::Problem;

/// Adds `journal/events/`, `journal/blocks.jsonl`, `journal/heads.jsonl` and the keys of the heads. An event's file is its proof with the number of its block
/// for the block, the signature of its head for the head, and without the blocks in between.
pub(super) async fn add(state: &State, seen: &Seen, pack: &mut Pack, report: &mut Report) -> Result<(), Problem> {
    let (mut blocks, mut heads, mut events) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for recorded in &seen.history {
        let document = state.journal.proof_document(recorded.position, REACH).await.map_err(unread)?;
        let mut proof = serde_json::to_value(document).map_err(super::unwritten)?;
        let fields = proof.as_object_mut().ok_or_else(unproved)?;
        let chain = fields.remove("chain").unwrap_or_default();
        let own = fields.remove("block").unwrap_or_default();
        fields.insert("block".to_owned(), own["block"].clone());
        for block in chain.as_array().into_iter().flatten().chain([&own]) {
            blocks.insert(block["block"].as_i64().ok_or_else(unproved)?, block.clone());
        }
        let head = fields.remove("signed_head").unwrap_or_default();
        fields.insert("signed_head".to_owned(), head["signature"].clone());
        if let (Some(block), Some(signature)) = (head["block"].as_i64(), head["signature"].as_str()) {
            heads.insert((block, signature.to_owned()), head);
        } else {
            report.unsigned += 1;
        }
        events.push((recorded.version, proof));
    }
    for (version, proof) in &events {
        pack.add(&format!("journal/events/{version:05}.json"), &super::json(proof)?).await?;
    }
    pack.add("journal/blocks.jsonl", lines(blocks.values()).as_bytes()).await?;
    pack.add("journal/heads.jsonl", lines(heads.values()).as_bytes()).await?;
    let keys: BTreeSet<&str> = heads.values().filter_map(|head| head["public_key"].as_str()).collect();
    for key in keys {
        let key: [u8; 32] = hex::decode(key).ok().and_then(|key| key.try_into().ok()).ok_or_else(unproved)?;
        let key = PublicKey(key);
        pack.add(&format!("keys/{}.pub", key.id()), key.to_pem().as_bytes()).await?;
    }
    report.head = heads.into_values().next_back();
    Ok(())
}

fn lines<'a>(values: impl Iterator<Item = &'a Value>) -> String {
    values.map(|value| format!("{value}\n")).collect()
}

fn unproved() -> Problem {
    Problem::failure("prove an event", "the journal gives no whole proof of it")
}
