//! Keys that a seal is made with: here, or in a device that never gives them away.

use std::fmt;

use p256::SecretKey;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{DerSignature, Signature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, PrivateKeyInfo};

use crate::SignatureError;
use crate::algorithm::is_rsa;

/// A P-256 key that is kept elsewhere and signs there: a token, a service.
///
/// Its answer is not taken on trust: a seal holds every signature against its own certificate before it gives it away.
pub trait Key: Send + Sync {
    /// Signs a SHA-256: ECDSA, as the 64 bytes r ‖ s (PKCS #11, 2.3.1). It may wait for the device, and gives up by itself.
    ///
    /// # Errors
    /// What kept it from signing, in a sentence for whoever runs the program.
    fn sign_sha256(&self, sha256: &[u8; 32]) -> Result<[u8; 64], String>;
}

/// Where the key of a seal is.
#[derive(Clone)]
pub(crate) enum Held {
    Here(SigningKey),
    Elsewhere(std::sync::Arc<dyn Key>),
}

impl Held {
    /// An `ECDSA-Sig-Value` in DER.
    pub(crate) fn sign(&self, sha256: &[u8; 32]) -> Result<Vec<u8>, SignatureError> {
        let signature: DerSignature = match self {
            // RFC 6979: the same hash gives the same signature.
            Self::Here(key) => key.sign_prehash(sha256).map_err(|_| SignatureError::Secret)?,
            Self::Elsewhere(key) => {
                let raw = key.sign_sha256(sha256).map_err(SignatureError::Key)?;
                Signature::from_slice(&raw).map_err(|_| SignatureError::OtherKey)?.to_der()
            }
        };
        Ok(signature.as_bytes().to_vec())
    }
}

impl fmt::Debug for Held {
    /// Never shows the key.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Here(_) => "Here",
            Self::Elsewhere(_) => "Elsewhere",
        })
    }
}

/// Reads a private key in PKCS #8 PEM.
pub(crate) fn from_pem(pem: &str) -> Result<SigningKey, SignatureError> {
    if pem.contains("-----BEGIN RSA PRIVATE KEY-----") {
        return Err(SignatureError::Rsa);
    }
    let secret = SecretKey::from_pkcs8_pem(pem).or_else(|_| {
        // Why not, is worth a better sentence where it can be read at all.
        let (_, der) = der::Document::from_pem(pem).map_err(|_| SignatureError::KeyPem)?;
        from_der(der.as_bytes())
    })?;
    Ok(SigningKey::from(secret))
}

/// Reads a private key in PKCS #8 DER.
pub(crate) fn from_der(der: &[u8]) -> Result<SecretKey, SignatureError> {
    let info = PrivateKeyInfo::try_from(der).map_err(|_| SignatureError::KeyPem)?;
    if is_rsa(info.algorithm.oid) {
        return Err(SignatureError::Rsa);
    }
    SecretKey::try_from(info).map_err(|_| SignatureError::KeyPem)
}

pub(crate) fn to_pem(key: &SigningKey) -> Result<String, SignatureError> {
    let secret = SecretKey::from(key.as_nonzero_scalar());
    let pem = secret.to_pkcs8_pem(p256::pkcs8::LineEnding::LF).map_err(|_| SignatureError::KeyPem)?;
    Ok(pem.to_string())
}
