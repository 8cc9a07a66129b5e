//! The key of this installation, under which secrets are sealed that have to be read again. It is kept outside the database: a dump of the
//! database alone opens none of them.

use std::fmt;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;

use super::secret::{SecretError, random};

/// For what something is sealed: each purpose has a key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The secret that an account shares with its app.
    SecondFactor,
    /// A visit to the identity provider that is under way.
    Visit,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::SecondFactor => "saual second factor 1",
            Self::Visit => "saual visit to the identity provider 1",
        }
    }
}

/// The installation's key.
#[derive(Clone)]
pub struct InstallationKey([u8; 32]);

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(key)")
    }
}

impl InstallationKey {
    /// From its bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn cipher(&self, purpose: Purpose) -> Result<LessSafeKey, SecretError> {
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), purpose.name().as_bytes());
        UnboundKey::new(&CHACHA20_POLY1305, derived.as_ref()).map(LessSafeKey::new).map_err(|_| SecretError::Sealing)
    }

    /// Seals `plain` so that it opens for the same purpose and subject only.
    pub(crate) fn seal(&self, purpose: Purpose, subject: &str, plain: &[u8]) -> Result<Vec<u8>, SecretError> {
        let nonce: [u8; NONCE_LEN] = random()?;
        let mut text = plain.to_vec();
        self.cipher(purpose)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(subject), &mut text)
            .map_err(|_| SecretError::Sealing)?;
        Ok([nonce.as_slice(), text.as_slice()].concat())
    }

    /// What was sealed; none when it was sealed otherwise, or changed since.
    pub(crate) fn open(&self, purpose: Purpose, subject: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let mut text = text.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = self.cipher(purpose).ok()?.open_in_place(nonce, Aad::from(subject), &mut text).ok()?;
        Some(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_key_for_its_subject_and_purpose_only() {
        let key = InstallationKey::new([7; 32]);
        let sealed = key.seal(Purpose::SecondFactor, "a", b"secret").unwrap();
        assert_eq!(key.open(Purpose::SecondFactor, "a", &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(key.open(Purpose::SecondFactor, "b", &sealed), None);
        assert_eq!(key.open(Purpose::Visit, "a", &sealed), None);
        assert_eq!(InstallationKey::new([8; 32]).open(Purpose::SecondFactor, "a", &sealed), None);
        let mut changed = sealed.clone();
        changed[20] ^= 1;
        assert_eq!(key.open(Purpose::SecondFactor, "a", &changed), None);
        assert_eq!(key.open(Purpose::SecondFactor, "a", &sealed[..5]), None);
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealed, key.seal(Purpose::SecondFactor, "a", b"secret").unwrap(), "a nonce was used twice");
        assert_eq!(format!("{key:?}"), "(key)");
    }
}
