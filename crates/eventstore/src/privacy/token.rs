//! How a sealed text stands in a payload: `"sealed:1:<subject>/<generation>:<nonce and ciphertext in base64url>"`, a string
//! in the place of a string.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce};
use ring::rand::{SecureRandom, SystemRandom};

use super::Subject;

/// What a sealed text begins with, its opening quote included. Where this is nowhere, nothing is sealed.
pub(super) const MARK: &str = "\"sealed:1:";

/// Sealed texts are filled up to a multiple of this, so that their length says little.
const STEP: usize = 32;

/// One key of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KeyId {
    pub(crate) subject: Subject,
    pub(crate) generation: i32,
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.subject, self.generation)
    }
}

/// No random bytes, or a cipher that failed.
#[derive(Debug, thiserror::Error)]
#[error("this machine could not seal a text")]
pub(crate) struct CannotSeal;

/// A sealed text as it was found.
pub(super) struct Token {
    pub(super) key: KeyId,
    sealed: Vec<u8>,
}

impl Token {
    /// Reads a string of a payload, quotes included; none for one that is no sealed text.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (key, sealed) = text.strip_prefix(MARK)?.strip_suffix('"')?.rsplit_once(':')?;
        let (subject, generation) = key.split_once('/')?;
        let key = KeyId { subject: Subject::new(subject).ok()?, generation: generation.parse().ok()? };
        Some(Self { key, sealed: URL_SAFE_NO_PAD.decode(sealed).ok()? })
    }

    /// The string that was sealed, quotes included; none when the key or the place is another, or a byte was changed.
    pub(super) fn open(mut self, key: &LessSafeKey, place: &Place<'_>) -> Option<String> {
        let text = open(key, &place.bound_to(&self.key), &mut self.sealed)?;
        Some(std::str::from_utf8(text).ok()?.trim_end_matches(' ').to_owned())
    }
}

/// What a text is bound to besides its key: moved to another stream or another kind of event it does not open.
pub(super) struct Place<'a> {
    pub(super) stream: &'a str,
    pub(super) event_type: &'a str,
}

impl Place<'_> {
    fn bound_to(&self, key: &KeyId) -> String {
        format!("saual sealed text 1\n{key}\n{}\n{}", self.stream, self.event_type)
    }
}

/// Seals a string of a payload, quotes included.
pub(super) fn seal_text(
    text: &str,
    id: &KeyId,
    key: &LessSafeKey,
    place: &Place<'_>,
    random: &SystemRandom,
) -> Result<String, CannotSeal> {
    // Blanks behind a JSON string are nothing: they are cut off again when it is opened.
    let filled = text.len().next_multiple_of(STEP);
    let sealed = seal(key, &place.bound_to(id), format!("{text:<filled$}").into_bytes(), random)?;
    Ok(format!("{MARK}{id}:{}\"", URL_SAFE_NO_PAD.encode(sealed)))
}

/// A random nonce, then the ciphertext with its tag.
pub(super) fn seal(
    key: &LessSafeKey,
    bound_to: &str,
    mut bytes: Vec<u8>,
    random: &SystemRandom,
) -> Result<Vec<u8>, CannotSeal> {
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce).map_err(|_| CannotSeal)?;
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound_to), &mut bytes)
        .map_err(|_| CannotSeal)?;
    let mut sealed = nonce.to_vec();
    sealed.append(&mut bytes);
    Ok(sealed)
}

/// The plain bytes of what [`seal`] made; none when anything is not as it was.
pub(super) fn open<'s>(key: &LessSafeKey, bound_to: &str, sealed: &'s mut [u8]) -> Option<&'s [u8]> {
    if sealed.len() < NONCE_LEN + CHACHA20_POLY1305.tag_len() {
        return None;
    }
    let (nonce, bytes) = sealed.split_at_mut(NONCE_LEN);
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    key.open_in_place(nonce, Aad::from(bound_to), bytes).ok().map(|plain| &*plain)
}

#[cfg(test)]
mod tests {
    use ring::aead::UnboundKey;

    use super::*;

    fn key(byte: u8) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &[byte; 32]).unwrap())
    }

    fn id(subject: &str) -> KeyId {
        KeyId { subject: Subject::new(subject).unwrap(), generation: 2 }
    }

    #[test]
    fn what_was_sealed_opens_to_the_byte_with_its_key_in_its_place_and_nowhere_else() {
        let (stream, random) = ("inquiry-1", SystemRandom::new());
        let place = Place { stream, event_type: "inquiry_received" };
        for text in [r#""a@b""#, r#""""#, "\"n.tau@mazhilis.example\"", "\"а\\u0041 \"", "\"  \""] {
            let sealed = seal_text(text, &id("deputy-1"), &key(7), &place, &random).unwrap();
            let read = || Token::read(&sealed).unwrap();
            assert_eq!(read().key, id("deputy-1"));
            assert_eq!(read().open(&key(7), &place).as_deref(), Some(text));
            assert_eq!(read().open(&key(8), &place), None, "another key");
            let elsewhere = Place { event_type: "reply_signed", ..place };
            assert_eq!(read().open(&key(7), &elsewhere), None, "another kind of event");
            let other = Token::read(&sealed.replace("deputy-1/2", "deputy-1/3")).unwrap();
            assert_eq!(other.open(&key(7), &place), None, "another generation");
            let mut changed = read();
            *changed.sealed.last_mut().unwrap() ^= 1;
            assert_eq!(changed.open(&key(7), &place), None, "a changed byte");
        }
    }

    #[test]
    fn the_length_says_little_and_the_same_text_never_looks_the_same() {
        let (stream, random) = ("inquiry-1", SystemRandom::new());
        let place = Place { stream, event_type: "inquiry_received" };
        let sealed = |text: &str| seal_text(text, &id("deputy-1"), &key(7), &place, &random).unwrap();
        assert_eq!(sealed("\"a@b\"").len(), sealed("\"somebody@parlam.kz\"").len());
        assert_ne!(sealed("\"a@b\""), sealed("\"a@b\""));
    }

    #[test]
    fn what_is_no_sealed_text_is_not_taken_for_one() {
        for text in
            ["\"sealed:1:\"", "\"sealed:1:a/b:AA\"", "\"sealed:1:A/1:AA\"", "\"sealed:2:a/1:AA\"", "\"sealed:1:a/1:?\""]
        {
            assert!(Token::read(text).is_none(), "{text}");
        }
        let short = Token::read("\"sealed:1:a/1:AAAA\"").unwrap();
        let stream = "s";
        assert_eq!(short.open(&key(1), &Place { stream, event_type: "noted" }), None);
    }
}
