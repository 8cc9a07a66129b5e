//! What a check is told from outside: which keys are trusted, and heads that were kept where the database's masters do not reach.

use std::io::{self, BufRead, Read as _};

use crate::handover::{Handover, HandoverLine};
use crate::heads::{PublicKey, SignedHead};

/// The longest line of a file of heads; theirs have some 600 bytes.
const LONGEST_LINE: u64 = 4096;

/// What a check is told from outside: keys that are trusted, and heads that were kept where the database's masters do not reach.
#[derive(Clone, Debug, Default)]
pub struct Witnesses {
    /// The keys that are trusted.
    pub trusted: Vec<PublicKey>,
    /// Whether a head signed by any other key is a fault. Otherwise it is only counted: other nodes have other keys.
    pub nobody_else: bool,
    /// Heads that were kept outside.
    pub kept: Vec<Kept>,
    /// Which keys gave way to which.
    pub handovers: Vec<Handover>,
}

impl Witnesses {
    /// Nothing from outside: signed heads are then checked against the keys they name.
    pub const NONE: Self = Self { trusted: Vec::new(), nobody_else: false, kept: Vec::new(), handovers: Vec::new() };

    /// Is the head signed by a key that is trusted, at a time when that key signed? A key is trusted when it was named, or when a named one
    /// gave way to it or took its place: both have signed that. One that gave way is trusted for what it had signed until then.
    pub(crate) fn trusts(&self, head: &SignedHead) -> bool {
        let key = &head.public_key;
        let mut handovers = self.handovers();
        let is_over =
            |passed: &Handover| passed.old == *key && (head.block > passed.block || head.signed > passed.passed);
        self.reached().contains(key) && !handovers.any(is_over)
    }

    /// Why a head by this key is not trusted, as the end of a sentence.
    pub(crate) fn distrust(&self, head: &SignedHead) -> String {
        let key = head.public_key.id();
        match self.handovers().find(|passed| passed.old == head.public_key) {
            Some(passed) => {
                format!("{key}, which signs nothing after block {}: it gave way on {}", passed.block, passed.passed)
            }
            None => format!("{key}, which is not trusted here"),
        }
    }

    /// What both keys have signed; everything else that was handed in is worth nothing.
    fn handovers(&self) -> impl Iterator<Item = &Handover> {
        let of_files = self.kept.iter().flat_map(|kept| &kept.handovers);
        self.handovers.iter().chain(of_files).filter(|passed| passed.is_signed())
    }

    /// Has it signed that another key took its place?
    pub(crate) fn has_given_way(&self, key: &PublicKey) -> bool {
        self.handovers().any(|passed| passed.old == *key)
    }

    /// Keys that have given way to two others.
    pub(crate) fn torn(&self) -> Vec<(&Handover, &Handover)> {
        let all: Vec<&Handover> = self.handovers().collect();
        let pairs = all.iter().enumerate().flat_map(|(n, one)| all[n + 1..].iter().map(move |other| (*one, *other)));
        let mut torn: Vec<_> = pairs.filter(|(one, other)| one.old == other.old && one.new != other.new).collect();
        torn.dedup_by_key(|(one, _)| one.old);
        torn
    }

    /// The named keys, and those that are joined to them by handovers.
    fn reached(&self) -> Vec<PublicKey> {
        let mut reached = self.trusted.clone();
        let mut looked = 0;
        while let Some(key) = reached.get(looked).copied() {
            looked += 1;
            for passed in self.handovers() {
                let other = if passed.old == key { passed.new } else { passed.old };
                if (passed.old == key || passed.new == key) && !reached.contains(&other) {
                    reached.push(other);
                }
            }
        }
        reached
    }
}

/// The heads of one file, in the order of their blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The file, as it is to be named.
    pub name: String,
    /// Its heads.
    pub heads: Vec<SignedHead>,
    /// The handovers of keys among them.
    pub handovers: Vec<Handover>,
    /// Lines that are none, from 1, and why.
    pub unreadable: Vec<(u64, String)>,
}

impl Kept {
    /// Reads heads, one JSON object a line. A last line without its end is one whose writing was interrupted: it was never kept.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(name: impl Into<String>, mut reader: impl BufRead) -> io::Result<Self> {
        let (heads, handovers) = (Vec::new(), Vec::new());
        let mut kept = Self { name: name.into(), heads, handovers, unreadable: Vec::new() };
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
            let Some((b'\n', text)) = line.split_last() else {
                if line.len() as u64 >= LONGEST_LINE {
                    kept.unreadable.push((number, "is too long for a signed head".to_owned()));
                }
                break;
            };
            match std::str::from_utf8(text).map_err(|_| "is no text".to_owned()).and_then(line_of) {
                Ok(Line::Head(head)) => kept.heads.push(head),
                Ok(Line::Handover(passed)) => kept.handovers.push(passed),
                Err(why) if kept.unreadable.len() < 100 => kept.unreadable.push((number, why)),
                Err(_) => {}
            }
        }
        kept.heads.sort_by_key(|head| head.block);
        Ok(kept)
    }
}

/// What stands in a line of a file of heads.
enum Line {
    Head(SignedHead),
    Handover(Handover),
}

fn line_of(text: &str) -> Result<Line, String> {
    // Which of the two it is, its own fields say.
    match serde_json::from_str::<HandoverLine>(text) {
        Ok(_) => text.parse().map(Line::Handover),
        Err(_) => text.parse().map(Line::Head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heads::HeadKey;

    #[test]
    fn a_file_of_heads_may_end_in_half_a_line_but_not_hold_one() {
        let line = HeadKey::new([1; 32]).unwrap().sign(7, 19, [3; 32], None, jiff::Timestamp::UNIX_EPOCH).to_line();
        let read = |text: &str| Kept::read("f", text.as_bytes()).unwrap();
        let kept = read(&format!("{line}\n{line}\n{}", &line[..40]));
        assert_eq!((kept.heads.len(), kept.unreadable.len()), (2, 0));
        let kept = read(&format!("{line}\n{}\n{line}\n", &line[..40]));
        assert_eq!((kept.heads.len(), kept.unreadable[0].0), (2, 2));
        let kept = read(&"x".repeat(100_000));
        assert_eq!((kept.heads.len(), kept.unreadable.len()), (0, 1));
    }
}
