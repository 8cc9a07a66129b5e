//! Random secrets that are shown once and kept as SHA-256: tokens of programs and ids of sessions.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Why a secret could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
    /// A password could not be hashed.
    #[error("the password could not be hashed")]
    Hash,
    /// Something could not be sealed.
    #[error("a secret could not be sealed")]
    Sealing,
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SecretError::NoRandomness)?;
    Ok(bytes)
}

/// 256 random bits in base64url, with a prefix that tells people and scanners what they have found. Never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Draws one.
    ///
    /// # Errors
    /// [`SecretError::NoRandomness`].
    pub(crate) fn draw(prefix: &str) -> Result<Self, SecretError> {
        let bytes: [u8; 32] = random()?;
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// Takes what a caller presents.
    pub(crate) fn presented(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, to show once or to set as a cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it. A plain hash is enough: 256 random bits cannot be guessed from it.
    #[must_use]
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_and_never_drawn_twice() {
        let (one, two) = (Secret::draw("saual_").unwrap(), Secret::draw("saual_").unwrap());
        assert_eq!(one.reveal().len(), "saual_".len() + 43);
        assert_ne!(one, two);
        assert_ne!(one.hash(), two.hash());
        assert_eq!(format!("{one:?}"), "(secret)");
    }
}
