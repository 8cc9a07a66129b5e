//! Signed heads: who has signed what the journal's last block was, and when. The signed bytes stand in [`crate::hash`].
//!
//! Whoever can change everything in the database can also make a chain that fits. Not so a head that was signed before and is
//! kept where they cannot reach: in the file beside the key, or with somebody else.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hash::{Hash, head_bytes, tree_head_bytes};

/// In front of the 32 secret bytes in a PKCS #8 file (RFC 8410, section 7).
const PRIVATE: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
/// In front of the 32 public bytes in a SubjectPublicKeyInfo (RFC 8410, section 4).
const PUBLIC: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/// The key that heads are signed with. It is never printed.
pub struct HeadKey {
    secret: [u8; 32],
    pair: Ed25519KeyPair,
}

/// The key that signed heads are checked with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PublicKey(pub [u8; 32]);

/// A short name for a key: the first 8 bytes of the SHA-256 of the public key. It names; the key itself is compared whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct KeyId([u8; 8]);

/// What was signed: this block, with the position of its last event and its hash, was the journal's last one at that time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// The block.
    pub block: i64,
    /// The position of the last event in it or before it.
    pub position: i64,
    /// The block's hash.
    pub hash: Hash,
    /// The root of the tree over the blocks up to this one; none in heads of before there was such a tree.
    pub root: Option<Hash>,
    /// When it was signed, by the clock of whoever signed, to the microsecond.
    pub signed: Timestamp,
    /// The key to check it with. That it is the right one is for the reader to know.
    pub public_key: PublicKey,
    /// Ed25519 (RFC 8032) over [`crate::hash::tree_head_bytes`], or over [`crate::hash::head_bytes`] where there is no root.
    pub signature: [u8; 64],
}

/// A key that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the PEM of an Ed25519 key of the kind that was asked for.
    #[error("this is no Ed25519 key in PEM («{0}»)")]
    Pem(&'static str),
    /// The library refuses the secret.
    #[error("this secret makes no Ed25519 key")]
    Secret,
}

impl HeadKey {
    /// The key of a secret of 32 random bytes.
    ///
    /// # Errors
    /// [`KeyError::Secret`] when the library refuses it.
    pub fn new(secret: [u8; 32]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&secret).map_err(|_| KeyError::Secret)?;
        Ok(Self { secret, pair })
    }

    /// From PKCS #8 in PEM.
    ///
    /// # Errors
    /// [`KeyError`] when it is something else.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        Self::new(from_pem(pem, "PRIVATE KEY", &PRIVATE)?)
    }

    /// As PKCS #8 in PEM: the secret itself.
    #[must_use]
    pub fn to_pem(&self) -> String {
        to_pem("PRIVATE KEY", &PRIVATE, &self.secret)
    }

    /// The key that checks what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.pair.public_key().as_ref());
        PublicKey(key)
    }

    /// Signs a head; with the root of the tree over its blocks, that too.
    #[must_use]
    pub fn sign(&self, block: i64, position: i64, hash: Hash, root: Option<Hash>, signed: Timestamp) -> SignedHead {
        let signed = signed.round(jiff::Unit::Microsecond).unwrap_or(signed);
        let mut head =
            SignedHead { block, position, hash, root, signed, public_key: self.public(), signature: [0; 64] };
        head.signature = self.sign_bytes(&head.bytes());
        head
    }

    pub(crate) fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.pair.sign(bytes).as_ref());
        signature
    }
}

impl fmt::Debug for HeadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeadKey({})", self.public().id())
    }
}

impl PublicKey {
    /// From a SubjectPublicKeyInfo in PEM.
    ///
    /// # Errors
    /// [`KeyError`] when it is something else.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        from_pem(pem, "PUBLIC KEY", &PUBLIC).map(Self)
    }

    /// As a SubjectPublicKeyInfo in PEM, which other programs read too.
    #[must_use]
    pub fn to_pem(&self) -> String {
        to_pem("PUBLIC KEY", &PUBLIC, &self.0)
    }

    pub(crate) fn has_signed(&self, bytes: &[u8], signature: &[u8; 64]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(bytes, signature).is_ok()
    }

    /// Its short name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let hash: Hash = Sha256::digest(self.0).into();
        let mut id = [0; 8];
        id.copy_from_slice(&hash[..8]);
        KeyId(id)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl SignedHead {
    /// Whether the signature is one of the key that it names.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.public_key.has_signed(&self.bytes(), &self.signature)
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let Self { block, position, hash, signed, .. } = self;
        match &self.root {
            None => head_bytes(*block, *position, hash, signed.as_microsecond()).to_vec(),
            Some(root) => tree_head_bytes(*block, *position, hash, signed.as_microsecond(), root).to_vec(),
        }
    }

    /// As a JSON object in one line, as it is kept in files.
    #[must_use]
    pub fn to_line(&self) -> String {
        // Texts and numbers always become JSON.
        serde_json::to_string(&HeadLine::of(self)).unwrap_or_default()
    }
}

impl fmt::Display for SignedHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_line())
    }
}

impl FromStr for SignedHead {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let read: HeadLine = serde_json::from_str(line).map_err(|error| format!("is no signed head: {error}"))?;
        let head = read.head()?;
        if head.to_line() == line { Ok(head) } else { Err("is not spelled as signed heads are".to_owned()) }
    }
}

/// A signed head in JSON: in a file of heads, a bundle, a proof.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadLine {
    block: i64,
    position: i64,
    #[serde(with = "hex::serde")]
    hash: Hash,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<String>,
    signed: String,
    key: String,
    #[serde(with = "hex::serde")]
    public_key: [u8; 32],
    #[serde(with = "hex::serde")]
    signature: [u8; 64],
}

impl HeadLine {
    pub(crate) fn of(head: &SignedHead) -> Self {
        Self {
            block: head.block,
            position: head.position,
            hash: head.hash,
            root: head.root.map(hex::encode),
            signed: head.signed.to_string(),
            key: head.public_key.id().to_string(),
            public_key: head.public_key.0,
            signature: head.signature,
        }
    }

    pub(crate) fn head(&self) -> Result<SignedHead, String> {
        let root = self.root.as_deref().map(crate::document_check::hash).transpose()?;
        let head = SignedHead {
            block: self.block,
            position: self.position,
            hash: self.hash,
            root,
            signed: self.signed.parse().map_err(|_| "holds no time of signing".to_owned())?,
            public_key: PublicKey(self.public_key),
            signature: self.signature,
        };
        // One head has one spelling, so that nothing in a line is there unproved.
        if head.signed.to_string() != self.signed || head.public_key.id().to_string() != self.key {
            return Err("holds a time or a key's name that is not written as it must be".to_owned());
        }
        Ok(head)
    }
}

fn to_pem(label: &str, prefix: &[u8], key: &[u8; 32]) -> String {
    let der = STANDARD.encode([prefix, key].concat());
    format!("-----BEGIN {label}-----\n{der}\n-----END {label}-----\n")
}

fn from_pem(pem: &str, label: &'static str, prefix: &[u8]) -> Result<[u8; 32], KeyError> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let inside = || pem.trim().strip_prefix(&begin)?.strip_suffix(&end);
    let text: String = inside().ok_or(KeyError::Pem(label))?.split_whitespace().collect();
    let der = STANDARD.decode(text).map_err(|_| KeyError::Pem(label))?;
    der.strip_prefix(prefix).and_then(|key| key.try_into().ok()).ok_or(KeyError::Pem(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 1: the secret and its public key.
    const SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    fn key() -> HeadKey {
        let mut secret = [0; 32];
        hex::decode_to_slice(SECRET, &mut secret).unwrap();
        HeadKey::new(secret).unwrap()
    }

    fn head() -> SignedHead {
        key().sign(7, 19, [3; 32], None, "2026-01-02T03:04:05.123456789Z".parse().unwrap())
    }

    fn tree_head() -> SignedHead {
        key().sign(7, 19, [3; 32], Some([5; 32]), "2026-01-02T03:04:05.123456789Z".parse().unwrap())
    }

    #[test]
    fn keys_are_those_of_the_standard_and_travel_as_pem() {
        assert_eq!(hex::encode(key().public().0), KEY);
        assert_eq!(HeadKey::from_pem(&key().to_pem()).unwrap().public(), key().public());
        assert_eq!(PublicKey::from_pem(&key().public().to_pem()), Ok(key().public()));
        assert!(PublicKey::from_pem(&key().to_pem()).is_err() && HeadKey::from_pem("").is_err());
        assert!(!format!("{:?}", key()).contains(&SECRET[..8]));
    }

    #[test]
    fn a_head_is_signed_by_its_key_in_every_field() {
        let head = head();
        assert!(head.is_signed() && tree_head().is_signed());
        assert_eq!(head.signed.to_string(), "2026-01-02T03:04:05.123457Z");
        let second = head.signed + jiff::SignedDuration::from_secs(1);
        for other in [
            SignedHead { block: 8, ..head.clone() },
            SignedHead { position: 18, ..head.clone() },
            SignedHead { hash: [4; 32], ..head.clone() },
            SignedHead { signed: second, ..head.clone() },
            SignedHead { public_key: HeadKey::new([1; 32]).unwrap().public(), ..head.clone() },
            SignedHead { signature: [0; 64], ..head.clone() },
            SignedHead { root: Some([5; 32]), ..head.clone() },
            SignedHead { root: Some([6; 32]), ..tree_head() },
            SignedHead { root: None, ..tree_head() },
        ] {
            assert!(!other.is_signed(), "{other}");
        }
    }

    #[test]
    fn a_line_comes_back_and_any_other_byte_in_it_is_noticed() {
        for head in [head(), tree_head()] {
            let line = head.to_line();
            assert_eq!(line.parse::<SignedHead>(), Ok(head));
            for at in 0..line.len() {
                let mut changed = line.clone().into_bytes();
                changed[at] ^= 1;
                let read = String::from_utf8(changed).unwrap().parse::<SignedHead>();
                assert!(read.is_err() || !read.unwrap().is_signed(), "byte {at} of {line}");
            }
        }
    }
}
