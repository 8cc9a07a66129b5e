//! A key of heads gives way to another: a statement that both have signed. The signed bytes stand in [`crate::hash`].
//!
//! The old key says who comes after it, so that whoever knows the old one need not be told of the new one another way; the new key says whose
//! place it takes, so that whoever knows the new one believes what the old one had signed until then.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::hash::handover_bytes;
use crate::heads::{HeadKey, PublicKey};

/// From which key to which, and up to which block the old one signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The last block whose head is the old key's.
    pub block: i64,
    /// When, to the microsecond.
    pub passed: Timestamp,
    /// The key that gave way.
    pub old: PublicKey,
    /// The key that took its place.
    pub new: PublicKey,
    /// The old key's signature over [`crate::hash::handover_bytes`].
    pub by_old: [u8; 64],
    /// The new key's over the same.
    pub by_new: [u8; 64],
}

impl Handover {
    /// Signs it with both keys.
    #[must_use]
    pub fn sign(block: i64, passed: Timestamp, old: &HeadKey, new: &HeadKey) -> Self {
        let passed = passed.round(jiff::Unit::Microsecond).unwrap_or(passed);
        let bytes = handover_bytes(block, passed.as_microsecond(), &old.public().0, &new.public().0);
        let (by_old, by_new) = (old.sign_bytes(&bytes), new.sign_bytes(&bytes));
        Self { block, passed, old: old.public(), new: new.public(), by_old, by_new }
    }

    /// Whether both signatures are those of the keys that it names.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let bytes = handover_bytes(self.block, self.passed.as_microsecond(), &self.old.0, &self.new.0);
        self.old != self.new && self.old.has_signed(&bytes, &self.by_old) && self.new.has_signed(&bytes, &self.by_new)
    }
}

impl fmt::Display for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = HandoverLine {
            handover: self.block,
            passed: self.passed.to_string(),
            old_key: self.old.0,
            new_key: self.new.0,
            by_old: self.by_old,
            by_new: self.by_new,
        };
        // Texts and numbers always become JSON.
        f.write_str(&serde_json::to_string(&line).unwrap_or_default())
    }
}

impl FromStr for Handover {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let line: HandoverLine = serde_json::from_str(text).map_err(|error| format!("is no handover: {error}"))?;
        let read = Self {
            block: line.handover,
            passed: line.passed.parse().map_err(|_| "holds no time".to_owned())?,
            old: PublicKey(line.old_key),
            new: PublicKey(line.new_key),
            by_old: line.by_old,
            by_new: line.by_new,
        };
        // One spelling, so that nothing in a line is there unproved.
        if read.to_string() == text { Ok(read) } else { Err("is not spelled as handovers are".to_owned()) }
    }
}

/// A handover in a line of JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandoverLine {
    /// The block.
    handover: i64,
    passed: String,
    #[serde(with = "hex::serde")]
    old_key: [u8; 32],
    #[serde(with = "hex::serde")]
    new_key: [u8; 32],
    #[serde(with = "hex::serde")]
    by_old: [u8; 64],
    #[serde(with = "hex::serde")]
    by_new: [u8; 64],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heads::SignedHead;
    use crate::witnesses::{Kept, Witnesses};

    fn key(secret: u8) -> HeadKey {
        HeadKey::new([secret; 32]).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn head(secret: u8, block: i64, second: i64) -> SignedHead {
        key(secret).sign(block, block, [3; 32], None, at(second))
    }

    #[test]
    fn a_line_comes_back_and_any_other_byte_in_it_is_noticed() {
        let passed = Handover::sign(7, at(100), &key(1), &key(2));
        assert!(passed.is_signed());
        let line = passed.to_string();
        assert_eq!(line.parse(), Ok(passed));
        for place in 0..line.len() {
            let mut changed = line.clone().into_bytes();
            changed[place] ^= 1;
            let read = String::from_utf8(changed).unwrap().parse::<Handover>();
            assert!(read.is_err() || !read.unwrap().is_signed(), "byte {place} of {line}");
        }
        assert!(!Handover::sign(7, at(100), &key(1), &key(1)).is_signed(), "a key does not take its own place");
    }

    #[test]
    fn trust_goes_along_handovers_and_ends_with_a_keys_time() {
        let lines = format!(
            "{}\n{}\n",
            Handover::sign(7, at(100), &key(1), &key(2)),
            Handover::sign(9, at(200), &key(2), &key(3))
        );
        let kept = vec![Kept::read("f", lines.as_bytes()).unwrap()];
        assert_eq!((kept[0].handovers.len(), kept[0].unreadable.len()), (2, 0));
        for named in [1, 2, 3] {
            let trusted = vec![key(named).public()];
            let witnesses = Witnesses { trusted, nobody_else: true, kept: kept.clone(), handovers: Vec::new() };
            for good in [head(1, 7, 100), head(2, 9, 200), head(2, 8, 50), head(3, 12, 500)] {
                assert!(witnesses.trusts(&good), "{named}: {good}");
            }
            // A block behind the last one, a time behind the last one, and a stranger.
            for bad in [head(1, 8, 99), head(1, 7, 101), head(2, 10, 150), head(4, 1, 1)] {
                assert!(!witnesses.trusts(&bad), "{named}: {bad}");
            }
        }
        // A stranger's word that a trusted key takes his place is worth nothing without that key's own.
        let forged = Handover { new: key(3).public(), ..Handover::sign(99, at(900), &key(4), &key(5)) };
        let handovers = vec![forged];
        let witnesses = Witnesses { trusted: vec![key(3).public()], nobody_else: true, kept: Vec::new(), handovers };
        assert!(!witnesses.trusts(&head(4, 1, 1)) && witnesses.trusts(&head(3, 1, 1)));
        assert!(witnesses.distrust(&head(4, 1, 1)).ends_with("which is not trusted here"));
    }
}
