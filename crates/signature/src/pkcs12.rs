//! A key with its certificates out of a PKCS #12 file (RFC 7292), as `openssl pkcs12 -export` writes it: DER, encrypted by PBES2 (PBKDF2 with HMAC-SHA-256, AES in CBC).
//!
//! The older encryption (RC2, 3DES, SHA-1) is not known here. The file's own MAC is not looked at: whoever opens the file holds the key against its certificate.

use std::num::NonZeroU32;

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, KeyIvInit};
use cms::content_info::ContentInfo;
use cms::encrypted_data::EncryptedData;
use der::asn1::{Any, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Sequence};
use p256::ecdsa::SigningKey;
use ring::pbkdf2;
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::algorithm::oid;
use crate::attributes::DATA;
use crate::{SignatureError, key};

const ENCRYPTED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.6");
const KEY_BAG: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.3");
const X509: ObjectIdentifier = oid("1.2.840.113549.1.9.22.1");
const PBES2: ObjectIdentifier = oid("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = oid("1.2.840.113549.1.5.12");
const HMAC_SHA_256: ObjectIdentifier = oid("1.2.840.113549.2.9");
const HMAC_SHA_512: ObjectIdentifier = oid("1.2.840.113549.2.11");
const AES_128: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.2");
const AES_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.42");
/// What openssl writes is two thousand; a file may not keep the program busy for minutes.
const MOST_ROUNDS: u32 = 5_000_000;

#[derive(Sequence)]
struct Pfx {
    version: u8,
    content: ContentInfo,
    mac: Option<Any>,
}

#[derive(Sequence)]
struct Bag {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: Any,
    attributes: Option<Any>,
}

#[derive(Sequence)]
struct CertificateBag {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: OctetString,
}

#[derive(Sequence)]
struct EncryptedKey {
    algorithm: AlgorithmIdentifierOwned,
    data: OctetString,
}

#[derive(Sequence)]
struct Pbes2 {
    derivation: AlgorithmIdentifierOwned,
    encryption: AlgorithmIdentifierOwned,
}

#[derive(Sequence)]
struct Pbkdf2 {
    salt: OctetString,
    rounds: u32,
    length: Option<u16>,
    #[asn1(optional = "true")]
    prf: Option<AlgorithmIdentifierOwned>,
}

/// What a file holds.
pub(crate) struct Content {
    pub(crate) key: SigningKey,
    pub(crate) certificates: Vec<Certificate>,
}

/// Opens a file: exactly one key, and the certificates in the order they stand in.
pub(crate) fn open(bytes: &[u8], password: &str) -> Result<Content, SignatureError> {
    let pfx = Pfx::from_der(bytes).map_err(unreadable)?;
    let content: OctetString = pfx.content.content.decode_as().map_err(unreadable)?;
    if pfx.version != 3 || pfx.content.content_type != DATA {
        return Err(SignatureError::Pkcs12);
    }
    let safes = Vec::<ContentInfo>::from_der(content.as_bytes()).map_err(unreadable)?;
    let (mut keys, mut certificates) = (Vec::new(), Vec::new());
    for safe in safes {
        let plain = match safe.content_type {
            DATA => safe.content.decode_as::<OctetString>().map_err(unreadable)?.into_bytes(),
            ENCRYPTED_DATA => {
                let sealed: EncryptedData = safe.content.decode_as().map_err(unreadable)?;
                let content = sealed.enc_content_info;
                let bytes = content.encrypted_content.ok_or(SignatureError::Pkcs12)?;
                decrypted(&content.content_enc_alg, bytes.as_bytes(), password)?
            }
            _ => return Err(SignatureError::Pkcs12),
        };
        for bag in Vec::<Bag>::from_der(&plain).map_err(|_| SignatureError::Pkcs12Password)? {
            match bag.kind {
                KEY_BAG => keys.push(key::from_der(&bag.value.to_der()?)?),
                SHROUDED_KEY_BAG => {
                    let sealed: EncryptedKey = bag.value.decode_as().map_err(unreadable)?;
                    let plain = decrypted(&sealed.algorithm, sealed.data.as_bytes(), password)?;
                    keys.push(key::from_der(&plain)?);
                }
                CERTIFICATE_BAG => {
                    let held: CertificateBag = bag.value.decode_as().map_err(unreadable)?;
                    if held.kind == X509 {
                        let certificate = Certificate::from_der(held.value.as_bytes());
                        certificates.push(certificate.map_err(SignatureError::CertificateDer)?);
                    }
                }
                // Lists, secrets and nested bags are nothing that seals.
                _ => {}
            }
        }
    }
    match <[_; 1]>::try_from(keys) {
        Ok([secret]) => Ok(Content { key: SigningKey::from(secret), certificates }),
        Err(keys) => Err(SignatureError::Pkcs12Keys { count: keys.len() }),
    }
}

fn unreadable(_: der::Error) -> SignatureError {
    SignatureError::Pkcs12
}

fn decrypted(algorithm: &AlgorithmIdentifierOwned, bytes: &[u8], password: &str) -> Result<Vec<u8>, SignatureError> {
    let unknown = || SignatureError::Pkcs12Algorithm { oid: algorithm.oid.to_string() };
    let read = |parameters: &Option<Any>| parameters.clone().ok_or(SignatureError::Pkcs12);
    if algorithm.oid != PBES2 {
        return Err(unknown());
    }
    let scheme: Pbes2 = read(&algorithm.parameters)?.decode_as().map_err(unreadable)?;
    if scheme.derivation.oid != PBKDF2 {
        return Err(SignatureError::Pkcs12Algorithm { oid: scheme.derivation.oid.to_string() });
    }
    let derivation: Pbkdf2 = read(&scheme.derivation.parameters)?.decode_as().map_err(unreadable)?;
    let prf = match derivation.prf.as_ref().map(|prf| prf.oid) {
        Some(HMAC_SHA_256) => pbkdf2::PBKDF2_HMAC_SHA256,
        Some(HMAC_SHA_512) => pbkdf2::PBKDF2_HMAC_SHA512,
        // RFC 8018: SHA-1, which is said by saying nothing.
        None => pbkdf2::PBKDF2_HMAC_SHA1,
        Some(other) => return Err(SignatureError::Pkcs12Algorithm { oid: other.to_string() }),
    };
    let length = match scheme.encryption.oid {
        AES_128 => 16,
        AES_256 => 32,
        other => return Err(SignatureError::Pkcs12Algorithm { oid: other.to_string() }),
    };
    if derivation.length.is_some_and(|said| usize::from(said) != length) {
        return Err(SignatureError::Pkcs12);
    }
    let rounds = NonZeroU32::new(derivation.rounds.min(MOST_ROUNDS)).ok_or(SignatureError::Pkcs12)?;
    let mut key = vec![0; length];
    pbkdf2::derive(prf, rounds, derivation.salt.as_bytes(), password.as_bytes(), &mut key);
    let start: OctetString = read(&scheme.encryption.parameters)?.decode_as().map_err(unreadable)?;
    let mut plain = bytes.to_vec();
    // A wrong password shows in what stands behind the last byte.
    let opened = if length == 16 {
        let cipher = cbc::Decryptor::<aes::Aes128>::new_from_slices(&key, start.as_bytes());
        let cipher = cipher.map_err(|_| SignatureError::Pkcs12)?;
        cipher.decrypt_padded::<Pkcs7>(&mut plain).map(<[u8]>::len)
    } else {
        let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(&key, start.as_bytes());
        let cipher = cipher.map_err(|_| SignatureError::Pkcs12)?;
        cipher.decrypt_padded::<Pkcs7>(&mut plain).map(<[u8]>::len)
    };
    plain.truncate(opened.map_err(|_| SignatureError::Pkcs12Password)?);
    Ok(plain)
}
