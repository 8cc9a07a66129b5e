//! Reads a bundle line by line and judges it by the rules of a database's journal.
//!
//! Nobody says that the file is one of ours, or small: of each line the longest that may be is read, of a block only a few hashes are
//! kept, and of what a line says no more than a sentence is told. What grows is 30 to 60 bytes for each stream.

use std::io::{BufRead, Read as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::audit::{Audit, Entry, Open, Verdict, beginning};
use crate::bundle::{BundleError, End, HeadLine, Line, Title};
use crate::hash::{Block, Hash, block_leaf};
use crate::heads::SignedHead;
use crate::merkle::Growing;
use crate::witness::{Series, Stands, judge_handovers};
use crate::witnesses::Witnesses;

/// The longest line a bundle may have: a blob of 64 MiB in Base64, or an event's 4 MiB with every sign escaped, with room to spare.
const LONGEST_LINE: u64 = 96 << 20;
/// How much Base64 is decoded at once: so many groups of four.
const PIECE: usize = 4 << 12;

/// Checks a bundle by the rules of [`crate::verify()`], as far as it holds what they are about. A line that cannot be read
/// is a fault; so is a missing end.
///
/// # Errors
/// [`BundleError::Io`] when the file cannot be read, [`BundleError::NotABundle`] when it does not begin as one.
pub fn check_bundle(reader: impl BufRead) -> Result<Verdict, BundleError> {
    check_bundle_by(reader, &Witnesses::NONE)
}

/// The same with what is known from outside.
///
/// # Errors
/// As [`check_bundle`].
pub fn check_bundle_by(mut reader: impl BufRead, witnesses: &Witnesses) -> Result<Verdict, BundleError> {
    let mut line = Vec::new();
    read_line(&mut reader, &mut line)?;
    let title: Title =
        serde_json::from_slice(&line).map_err(|_| BundleError::NotABundle("its first line is no title".to_owned()))?;
    if title.bundle != "saual journal" || !matches!(title.format, 1 | 2 | 4) {
        return Err(BundleError::NotABundle(format!(
            "it says {:?}, format {}",
            beginning(&title.bundle),
            title.format
        )));
    }
    let mut check = Check::new(witnesses);
    for number in 2_u64.. {
        if !read_line(&mut reader, &mut line)? {
            break;
        }
        if let Err(what) = check.line(&line) {
            check.audit.plain_fault(format!("line {number} of the bundle {}", beginning(&what)));
        }
    }
    Ok(check.finish(&title.head))
}

/// Reads a line without its end; false when there is none.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool, BundleError> {
    line.clear();
    let read = reader.take(LONGEST_LINE).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() as u64 >= LONGEST_LINE {
        return Err(BundleError::NotABundle("it has a line that is too long".to_owned()));
    }
    Ok(read > 0)
}

struct Check<'a> {
    audit: Audit,
    current: Option<Open>,
    /// The block that was closed last: what follows it may be a head that was signed then.
    closed: Option<Block>,
    heads: u64,
    signed: Series<'a>,
    /// The heads of each file that was kept outside, and how many of them have had their turn.
    kept: Vec<(Series<'a>, &'a [SignedHead])>,
    end: Option<End>,
    /// The tree over the blocks so far.
    tree: Growing,
}

impl<'a> Check<'a> {
    fn new(witnesses: &'a Witnesses) -> Self {
        let mut audit = Audit::new();
        judge_handovers(&mut audit, witnesses);
        let kept = witnesses.kept.iter();
        let kept = kept.map(|kept| (Series::kept(witnesses, kept, &mut audit), kept.heads.as_slice())).collect();
        let signed = Series::stored(witnesses);
        Self { audit, current: None, closed: None, heads: 0, signed, kept, end: None, tree: Growing::default() }
    }

    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        if self.end.is_some() {
            return Err("stands behind the end".to_owned());
        }
        match serde_json::from_slice(line).map_err(|error| format!("cannot be read: {error}"))? {
            Line::Block(line) => {
                let block = line.block()?;
                self.close_block();
                self.current = Some(self.audit.open(&block));
            }
            Line::Event(line) => {
                let found = line.found()?;
                match &mut self.current {
                    Some(open) if !open.has_entries() => self.audit.add_event(open, &found),
                    Some(_) | None => return Err("holds an event where none may be".to_owned()),
                }
            }
            Line::Blob(line) => {
                let Some(open) = &mut self.current else {
                    return Err("holds a blob where none may be".to_owned());
                };
                let entry = Entry { sha256: line.sha256, leaf: line.leaf, media_type: Some(line.media_type) };
                self.audit.add_entry(open, &entry);
                self.audit.blob(Some(open.block.block), &line.sha256, sha256_of_base64(&line.bytes)?);
            }
            Line::SignedHead(line) => {
                let head = line.head()?;
                self.close_block();
                self.heads += 1;
                match &self.closed {
                    Some(block) if block.block == head.block => {
                        let stands = Stands::of(block, self.tree.root());
                        self.signed.judge(&mut self.audit, &head, Some(stands));
                    }
                    Some(_) | None => {
                        return Err("holds a signed head that is not of the block in front of it".to_owned());
                    }
                }
            }
            Line::End(end) => self.end = Some(end),
        }
        Ok(())
    }

    fn close_block(&mut self) {
        let Some(open) = self.current.take() else { return };
        let block = open.block.clone();
        self.audit.close(open);
        self.tree.push(block_leaf(&block.hash));
        for (series, heads) in &mut self.kept {
            while let Some((head, rest)) = heads.split_first().filter(|(head, _)| head.block <= block.block) {
                *heads = rest;
                let stands = (head.block == block.block).then(|| Stands::of(&block, self.tree.root()));
                series.judge(&mut self.audit, head, stands);
            }
        }
        self.closed = Some(block);
    }

    fn finish(mut self, head: &HeadLine) -> Verdict {
        self.close_block();
        self.audit.head(head.position, head.block, &head.hash);
        self.signed.end(&mut self.audit);
        for (mut series, heads) in self.kept {
            for head in heads {
                series.judge(&mut self.audit, head, None);
            }
            series.end(&mut self.audit);
        }
        let mut verdict = self.audit.verdict();
        let Verdict { events, blocks, blobs, .. } = verdict;
        match self.end {
            Some(end) if end == (End { events, blocks, blobs, signed_heads: self.heads }) => {}
            Some(_) => {
                verdict.add("the end of the bundle counts other events, blocks, blobs or signed heads than it holds")
            }
            None => verdict.add("the bundle has no end: it was cut off"),
        }
        verdict
    }
}

/// The hash of what a text in Base64 means, piece by piece.
fn sha256_of_base64(text: &str) -> Result<Hash, String> {
    let mut hasher = Sha256::new();
    let mut room = [0; PIECE / 4 * 3];
    let mut pieces = text.as_bytes().chunks(PIECE).peekable();
    while let Some(piece) = pieces.next() {
        let decoded = STANDARD.decode_slice(piece, &mut room).map_err(|error| format!("holds no Base64: {error}"))?;
        // Only the last group may be filled up.
        if pieces.peek().is_some() && decoded != room.len() {
            return Err("holds Base64 that ends before its end".to_owned());
        }
        hasher.update(&room[..decoded]);
    }
    Ok(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_hashed_as_what_it_means() {
        for length in [0, 1, 2, 3, PIECE / 4 * 3 - 1, PIECE / 4 * 3, PIECE / 4 * 3 + 1, 100_000] {
            let bytes: Vec<u8> = (0..=255).cycle().take(length).collect();
            let hash: Hash = Sha256::digest(&bytes).into();
            assert_eq!(sha256_of_base64(&STANDARD.encode(&bytes)), Ok(hash), "{length}");
        }
        let early = format!("{}QQ=={}", "A".repeat(PIECE - 4), "A".repeat(8));
        assert!(sha256_of_base64(&early).is_err() && sha256_of_base64("A").is_err() && sha256_of_base64("Ä").is_err());
    }
}
