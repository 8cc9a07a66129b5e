//! What a letter's file says of itself besides its pages: the hash of what was approved, and the code that is printed on it.
//!
//! Visas are bound to the hash of a draft's content before signatory and day are known; the signatory signs bytes. So that the one can be followed to
//! the other, the hash stands inside the bytes that are signed, in the file's properties (docs/adr/0031-one-hash.md). Whoever saves a letter anew with
//! another program keeps its properties as a rule: by them a file is known that says it is ours and is not the one that was sent.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read as _;
use std::str::FromStr;

use flate2::read::ZlibDecoder;
use serde::{Deserialize, Serialize};

/// How the hash is written among the keywords of a letter's file.
const CONTENT: &[u8] = b"saual-content-sha256=";
/// How the code is written there.
const CODE: &[u8] = b"saual-code=";
/// The longest code, with its hyphens.
const LONGEST_CODE: usize = 24;
/// What is read of packed streams at most, packed and unpacked bytes together, whatever the file promises.
const BUDGET: u64 = 64 << 20;
/// The least that looking into a stream costs of that.
const LEAST: u64 = 1 << 10;

/// The hash of what a letter says: SHA-256, written in 64 small hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Its first sixteen digits in groups of four, for comparing by eye: 64 bits, which nobody meets twice by chance.
    #[must_use]
    pub fn short(&self) -> String {
        let digits = hex::encode(&self.0[..8]);
        [&digits[..4], &digits[4..8], &digits[8..12], &digits[12..]].join(" ")
    }
}

/// A text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a letter's fingerprint is 64 hexadecimal digits, 0-9 and a-f")]
pub struct NoFingerprint;

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut hash = [0; 32];
        // One way of writing: it is compared as text by people.
        let is_small = text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
        hex::decode_to_slice(text, &mut hash).ok().filter(|()| is_small).map(|()| Self(hash)).ok_or(NoFingerprint)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = NoFingerprint;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

/// What a file says of itself. Anybody can write it into any file: it leads to the letter with which the bytes are then compared, and proves nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Every fingerprint in it.
    pub fingerprints: BTreeSet<Fingerprint>,
    /// Every code in it, as it is written there.
    pub codes: BTreeSet<String>,
}

impl Marks {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fingerprints.is_empty() && self.codes.is_empty()
    }

    fn look(&mut self, bytes: &[u8]) {
        // Programs that write properties anew write them in UTF-16; without its zeros that is the same text.
        let plain: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != 0).collect();
        for at in places(&plain, CONTENT) {
            let digits = plain.get(at..at + 64).and_then(|digits| std::str::from_utf8(digits).ok());
            self.fingerprints.extend(digits.and_then(|digits| digits.parse::<Fingerprint>().ok()));
        }
        for at in places(&plain, CODE) {
            let is_sign = |byte: &&u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || **byte == b'-';
            let code: Vec<u8> = plain[at..].iter().take_while(is_sign).take(LONGEST_CODE).copied().collect();
            self.codes.extend(String::from_utf8(code).ok().filter(|code| !code.is_empty()));
        }
    }
}

/// What a PDF says of itself, in plain sight or in packed streams. The bytes may be hostile, and need not be a PDF: nothing is followed, and the work is
/// bounded by their number and a budget.
#[must_use]
pub fn marks(pdf: &[u8]) -> Marks {
    within(BUDGET, pdf)
}

fn within(budget: u64, pdf: &[u8]) -> Marks {
    let mut marks = Marks::default();
    marks.look(pdf);
    let mut left = budget;
    for at in places(pdf, b"stream") {
        let line = pdf[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).take(2).count();
        let packed = &pdf[at + line..];
        // RFC 1950: deflated, and a check over the first two bytes.
        let is_packed = matches!(packed, [first, second, ..]
            if first & 0x0F == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0);
        if line == 0 || !is_packed {
            continue;
        }
        let (found, spent) = unpacked(packed, left);
        marks.look(&found);
        left = left.saturating_sub(spent.max(LEAST));
        if left == 0 {
            break;
        }
    }
    marks
}

/// As much of a packed stream as can be read, and what that cost: nobody pays less for many that unpack to nothing.
fn unpacked(packed: &[u8], left: u64) -> (Vec<u8>, u64) {
    let mut decoder = ZlibDecoder::new(packed.take(left));
    let (mut found, mut piece) = (Vec::new(), [0; 16 << 10]);
    while decoder.total_in() + decoder.total_out() < left {
        match decoder.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(read) => found.extend_from_slice(&piece[..read]),
        }
    }
    (found, decoder.total_in() + decoder.total_out())
}

/// Behind every place where `word` stands.
fn places<'a>(bytes: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(word.len()).enumerate().filter(move |(_, window)| *window == word).map(move |(at, _)| at + word.len())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    const DIGITS: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        [b"1 0 obj <<>> stream\r\n", encoder.finish().unwrap().as_slice(), b"\nendstream"].concat()
    }

    #[test]
    fn marks_are_found_plain_packed_and_in_two_bytes_a_sign() {
        let said = format!("(saual-content-sha256={DIGITS}, saual-code=7K3M-91C2-00AZ-XY12) Tj");
        let wide: Vec<u8> = said.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for file in [said.clone().into_bytes(), wide, packed(said.as_bytes())] {
            let marks = marks(&file);
            assert_eq!(marks.fingerprints.iter().map(ToString::to_string).collect::<Vec<_>>(), [DIGITS]);
            assert_eq!(marks.codes.iter().map(String::as_str).collect::<Vec<_>>(), ["7K3M-91C2-00AZ-XY12"]);
        }
    }

    #[test]
    fn it_is_compared_by_its_first_sixteen_digits() {
        let fingerprint: Fingerprint = DIGITS.parse().unwrap();
        assert_eq!(fingerprint.short(), "0011 2233 4455 6677");
    }

    #[test]
    fn what_only_looks_like_a_mark_is_none() {
        let large = DIGITS.to_uppercase();
        for said in [
            format!("saual-content-sha256={large}"),
            format!("saual-content-sha256={}", &DIGITS[..63]),
            "saual-code=(".to_owned(),
            "saual-content-sha256=".to_owned(),
            String::new(),
        ] {
            assert!(marks(said.as_bytes()).is_empty(), "{said}");
        }
    }

    #[test]
    fn a_bomb_and_ten_thousand_streams_cost_no_more_than_the_budget() {
        let (bomb, behind) = (packed(&vec![0; 100_000]), packed(b"saual-code=BEHIND"));
        let two = [bomb.as_slice(), bomb.as_slice(), behind.as_slice()].concat();
        assert!(within(150_000, &two).is_empty(), "what stands behind the second bomb is not read");
        assert!(!within(400_000, &two).is_empty());
        // Streams that unpack to nothing and run into one another: blocks without content, RFC 1951, 3.2.4.
        let empty = [b"stream\n\x78\x9c".as_slice(), [0, 0, 0, 0xFF, 0xFF].repeat(20).as_slice()].concat();
        let (found, spent) = unpacked(&empty[7..], 64);
        assert!(found.is_empty() && (1..=128).contains(&spent), "{spent}");
        let many = [empty.repeat(1_000), behind].concat();
        assert!(within(200 * LEAST, &many).is_empty() && !within(2_000 * LEAST, &many).is_empty());
    }
}
