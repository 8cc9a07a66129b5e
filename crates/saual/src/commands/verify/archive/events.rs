//! Every event of the inquiry, proved by the blocks and signed heads that the archive holds once for all of them.

use std::collections::{BTreeMap, BTreeSet};

use eventstore::{ProofDocument, Proved, PublicKey, Witnesses};
use serde_json::Value;

use super::files::Files;
use super::need;

const BLOCKS: &str = "journal/blocks.jsonl";
const HEADS: &str = "journal/heads.jsonl";
/// A proof whose way leads over all blocks up to its head (ADR 0010).
const CHAINED: &str = "saual proof 1";

/// An event with what its stored text says.
pub(super) struct Told {
    pub(super) file: String,
    pub(super) version: usize,
    pub(super) proved: Proved,
    /// What stands beneath its name.
    pub(super) said: Value,
}

/// The events in their order.
pub(super) struct Events {
    pub(super) told: Vec<Told>,
    /// The last head that reaches one.
    pub(super) head: Option<Value>,
    /// How many are reached by none.
    pub(super) unsigned: usize,
}

impl Events {
    /// Reads and proves them; versions go from 1 to the number that the manifest states.
    pub(super) fn read(files: &mut Files, witnesses: &Witnesses) -> Result<Self, String> {
        need(files.manifest.stream == format!("inquiry-{}", files.manifest.inquiry), || {
            "manifest.json: the stream is not the inquiry's".to_owned()
        })?;
        let blocks: BTreeMap<i64, Value> = keyed(files.lines(BLOCKS)?, BLOCKS, |block| block["block"].as_i64())?;
        let heads: BTreeMap<String, Value> =
            keyed(files.lines(HEADS)?, HEADS, |head| head["signature"].as_str().map(str::to_owned))?;
        agree(blocks.values().chain(heads.values()), witnesses)?;
        let (mut told, mut used, mut reaching): (Vec<Told>, BTreeSet<i64>, BTreeSet<&str>) = Default::default();
        for (version, file) in (1..).zip(files.below("journal/events/")) {
            need(file == format!("journal/events/{version:05}.json"), || {
                format!("journal/events/{version:05}.json: it is missing, so that an event was left out")
            })?;
            let parts = files.json(&file)?;
            let block = parts["block"].as_i64().ok_or_else(|| format!("{file}: it names no block"))?;
            let head = match parts["signed_head"].as_str() {
                Some(signature) => {
                    Some(heads.get_key_value(signature).ok_or_else(|| format!("{file}: {HEADS} has not its head"))?)
                }
                None => None,
            };
            // Proofs of before lead over every block to the head; where those of today lead, they say themselves.
            let last = match head {
                Some((_, head)) if parts["format"] == CHAINED => head["block"].as_i64().unwrap_or(block),
                Some(_) | None => block,
            };
            let chain =
                (block..=last).map(|number| header(&blocks, number).map_err(|fault| format!("{file}: {fault}")));
            let chain: Vec<Value> = chain.collect::<Result<_, _>>()?;
            used.extend(block..=last);
            reaching.extend(head.map(|(signature, _)| signature.as_str()));
            let version_told = parts["event"]["version"].clone();
            let proved = prove(parts, &chain, head.map(|(_, head)| head), witnesses);
            let proved = proved.map_err(|fault| format!("{file}: {fault}"))?;
            need(proved.stream == files.manifest.stream, || format!("{file}: it is an event of another inquiry"))?;
            need(version_told == version, || format!("{file}: it is another version, so that an event was left out"))?;
            need(told.last().is_none_or(|last| last.proved.position < proved.position), || {
                format!("{file}: it stands before the one before it")
            })?;
            let mut said: Value =
                serde_json::from_str(&proved.payload).map_err(|_| format!("{file}: its text cannot be read"))?;
            let said = said[&proved.event_type].take();
            told.push(Told { file, version, proved, said });
        }
        need(!told.is_empty() && told.len() == files.manifest.events, || {
            "manifest.json: it states another number of events".to_owned()
        })?;
        need(used == blocks.keys().copied().collect::<BTreeSet<i64>>(), || {
            format!("{BLOCKS}: it holds blocks that prove nothing")
        })?;
        need(reaching == heads.keys().map(String::as_str).collect::<BTreeSet<&str>>(), || {
            format!("{HEADS}: it holds heads that reach no event")
        })?;
        let unsigned = told.iter().filter(|told| told.proved.signed.is_none()).count();
        let head = heads.values().max_by_key(|head| (head["block"].as_i64(), head["signature"].as_str())).cloned();
        let events = Self { told, head, unsigned };
        events.own_keys(files)?;
        Ok(events)
    }

    /// Each head's key stands in the archive, to be compared with a published one.
    fn own_keys(&self, files: &mut Files) -> Result<(), String> {
        let keys: BTreeSet<PublicKey> = self.heads().map(|head| head.public_key).collect();
        for key in keys {
            let name = format!("keys/{}.pub", key.id());
            let pem = files.read(&name)?;
            let read = std::str::from_utf8(&pem).ok().and_then(|pem| PublicKey::from_pem(pem).ok());
            need(read == Some(key), || format!("{name}: it is not the key that signed the heads"))?;
        }
        Ok(())
    }

    fn heads(&self) -> impl Iterator<Item = &eventstore::SignedHead> {
        self.told.iter().filter_map(|told| told.proved.signed.as_ref())
    }

    /// The short names of the keys that signed.
    pub(super) fn keys(&self) -> String {
        let keys: BTreeSet<String> = self.heads().map(|head| head.public_key.id().to_string()).collect();
        keys.into_iter().collect::<Vec<_>>().join(", ")
    }
}

/// The proof of one event, put together from its parts.
fn prove(mut parts: Value, chain: &[Value], head: Option<&Value>, witnesses: &Witnesses) -> Result<Proved, String> {
    let (own, following) = chain.split_first().ok_or("it has no block")?;
    let is_chained = parts["format"] == CHAINED;
    let fields = parts.as_object_mut().ok_or("it is no proof")?;
    fields.insert("block".to_owned(), own.clone());
    fields.insert("signed_head".to_owned(), head.cloned().unwrap_or_default());
    if is_chained {
        fields.insert("chain".to_owned(), following.into());
    }
    let document: ProofDocument = serde_json::from_value(parts).map_err(|error| format!("it is no proof: {error}"))?;
    // That no head reaches it is said of all such events at once.
    match head {
        Some(_) => document.check(witnesses),
        None => document.check(&Witnesses::NONE),
    }
}

/// Blocks and heads are those whose heads were kept outside: otherwise the journal was rewritten since.
pub(super) fn agree<'a>(here: impl Iterator<Item = &'a Value>, witnesses: &Witnesses) -> Result<(), String> {
    let hashes: Vec<(Option<i64>, &Value)> = here.map(|one| (one["block"].as_i64(), &one["hash"])).collect();
    for kept in &witnesses.kept {
        for head in &kept.heads {
            let mut same = hashes.iter().filter(|(block, _)| *block == Some(head.block));
            need(same.all(|(_, hash)| **hash == hex::encode(head.hash)), || {
                format!("{BLOCKS}: block {} is not the one that {} has", head.block, kept.name)
            })?;
        }
    }
    Ok(())
}

fn header(blocks: &BTreeMap<i64, Value>, number: i64) -> Result<Value, String> {
    blocks.get(&number).cloned().ok_or_else(|| format!("{BLOCKS}: block {number} is missing"))
}

fn keyed<K: Ord>(
    lines: Vec<Value>,
    name: &str,
    key: impl Fn(&Value) -> Option<K>,
) -> Result<BTreeMap<K, Value>, String> {
    let mut found = BTreeMap::new();
    for line in lines {
        let key = key(&line).ok_or_else(|| format!("{name}: a line is none of those that stand there"))?;
        need(found.insert(key, line).is_none(), || format!("{name}: a line is there twice"))?;
    }
    Ok(found)
}
