//! The proof that two heads are of one history, as one JSON document: `GET /api/v1/journal/consistency`, `saual verify --consistency`, and
//! `crates/web/evidence/verify_proof.py`, which shares no code with this program.

use serde::{Deserialize, Serialize};

use crate::consistency::{consistency_of, is_consistent};
use crate::document_check::hash;
use crate::error::StoreError;
use crate::hash::Hash;
use crate::heads::{HeadLine, SignedHead};
use crate::journal::Journal;
use crate::witnesses::Witnesses;

/// What the document calls itself.
const FORMAT: &str = "saual consistency 1";

/// Two sizes of the tree over blocks, their roots, and the hashes that prove that the smaller tree is the beginning of the larger one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyDocument {
    format: String,
    from: i64,
    to: i64,
    from_root: String,
    to_root: String,
    /// RFC 6962, section 2.1.2.
    path: Vec<String>,
    /// The head that was signed at `from`, if one was.
    from_head: Option<HeadLine>,
    /// The head that was signed at `to`, if one was.
    to_head: Option<HeadLine>,
}

/// Why no proof was made.
#[derive(Debug, thiserror::Error)]
pub enum Unprovable {
    /// Blocks that there are not, or not in this order.
    #[error(
        "a proof leads from a block, 1 or later, to one that is not before it, and not behind block {last}, the last whose head is signed"
    )]
    Range {
        /// The last block with a head that signs the tree; 0 when there is none.
        last: i64,
    },
    /// The database could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Journal {
    /// The proof that the journal up to block `to` begins with the journal up to block `from`; without `to`, up to the newest head that signs the
    /// tree over blocks.
    ///
    /// # Errors
    /// [`Unprovable`].
    pub async fn consistency(&self, from: i64, to: Option<i64>) -> Result<ConsistencyDocument, Unprovable> {
        let last = self.newest_tree_head().await?.map_or(0, |head| head.block);
        let to = to.unwrap_or(last);
        let way = match (u64::try_from(from), u64::try_from(to)) {
            (Ok(old), Ok(new)) if to <= last => consistency_of(old, new),
            _ => None,
        };
        let way = way.ok_or(Unprovable::Range { last })?;
        let path = self.subtrees(&way).await?;
        let (from_root, to_root) = (self.root_of_blocks(from).await?, self.root_of_blocks(to).await?);
        let line = |head: Option<SignedHead>| head.as_ref().map(HeadLine::of);
        Ok(ConsistencyDocument {
            format: FORMAT.to_owned(),
            from,
            to,
            from_root: hex::encode(from_root),
            to_root: hex::encode(to_root),
            path: path.iter().map(hex::encode).collect(),
            from_head: line(self.tree_head_of(from).await?),
            to_head: line(self.tree_head_of(to).await?),
        })
    }
}

/// A document as values.
struct Read {
    old: u64,
    new: u64,
    old_root: Hash,
    new_root: Hash,
}

impl ConsistencyDocument {
    /// Checks it: the path leads from the one root to the other, and both roots are signed: by the heads in it, or by heads that were kept
    /// outside. Every kept head of one of the two blocks has to agree with it. Answers what is proved, in sentences.
    ///
    /// # Errors
    /// What does not fit, in one sentence.
    pub fn check(&self, witnesses: &Witnesses) -> Result<Vec<String>, String> {
        let Read { old, new, old_root, new_root } = self.read()?;
        let path: Vec<Hash> = self.path.iter().map(|text| hash(text)).collect::<Result<_, _>>()?;
        if !is_consistent(old, &old_root, new, &new_root, &path) {
            return Err(format!(
                "the tree over {new} blocks does not begin with the tree over {old}: the journal was rewritten"
            ));
        }
        let mut said = vec![format!("the journal up to block {new} begins with the journal up to block {old}")];
        for (block, root, own) in [(self.from, old_root, &self.from_head), (self.to, new_root, &self.to_head)] {
            said.extend(signed(block, root, own.as_ref(), witnesses)?);
        }
        Ok(said)
    }

    fn read(&self) -> Result<Read, String> {
        if self.format != FORMAT {
            return Err("this is no proof that two heads are of one history".to_owned());
        }
        match (u64::try_from(self.from), u64::try_from(self.to)) {
            (Ok(old), Ok(new)) if 0 < old && old <= new => {
                Ok(Read { old, new, old_root: hash(&self.from_root)?, new_root: hash(&self.to_root)? })
            }
            _ => Err("such blocks there are not".to_owned()),
        }
    }
}

/// The heads that sign this root, one sentence each; at least one, by a key that is trusted where keys were named.
fn signed(block: i64, root: Hash, own: Option<&HeadLine>, witnesses: &Witnesses) -> Result<Vec<String>, String> {
    let mut said = Vec::new();
    let own = own.map(|line| line.head()).transpose()?.map(|head| ("the document".to_owned(), head));
    let kept = witnesses.kept.iter().flat_map(|kept| kept.heads.iter().map(|head| (kept.name.clone(), head.clone())));
    for (place, head) in own.into_iter().chain(kept.filter(|(_, head)| head.block == block)) {
        if head.block != block || !head.is_signed() {
            return Err(format!("the head of block {block} in {place} does not have the signature of its key"));
        }
        if witnesses.nobody_else && !witnesses.trusts(&head) {
            return Err(format!("the head of block {block} in {place} is signed by key {}", witnesses.distrust(&head)));
        }
        match head.root {
            Some(signed) if signed == root => {
                let (at, key) = (head.signed, head.public_key.id());
                said.push(format!("block {block}: its root was signed on {at} by key {key} ({place})"));
            }
            Some(_) => {
                return Err(format!(
                    "the journal was rewritten: the head of block {block} in {place} signs another root than this proof has"
                ));
            }
            // A head of before the tree says nothing about its root.
            None => {}
        }
    }
    if said.is_empty() {
        return Err(format!("no head signs the root up to block {block}: name the file that one was kept in"));
    }
    Ok(said)
}
