//! Which algorithms are known here, and the one function that checks a raw signature.
//!
//! ECDSA on P-256 (SHA-256, 384, 512) and P-384 (SHA-256, 384), RSA of 2048 to 8192 bits with PKCS #1 v1.5 or PSS (SHA-256, 384, 512). Anything else is
//! *unknown*, which is neither good nor bad.

use der::asn1::{Any, ObjectIdentifier, Uint};
use der::{Decode, Sequence};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::pkcs8::DecodePublicKey;
use ring::digest;
use ring::signature as raw;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

/// An object identifier that is known when this is compiled.
pub(crate) const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// `id-sha1`: names certificates in timestamps and OCSP, where a second preimage would be needed; never hashes what is signed.
pub(crate) const SHA_1: ObjectIdentifier = oid("1.3.14.3.2.26");
/// `id-sha256`, `id-sha384`, `id-sha512` (RFC 5754).
pub(crate) const SHA_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");

/// `ecdsa-with-SHA256` and its sisters (RFC 5754).
pub(crate) const ECDSA_SHA_256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
const ECDSA_SHA_384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
const ECDSA_SHA_512: ObjectIdentifier = oid("1.2.840.10045.4.3.4");
/// RFC 8017, appendix C.
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const RSA_SHA_256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA_384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA_512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
const MGF_1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
/// RFC 5480.
const EC_KEY: ObjectIdentifier = oid("1.2.840.10045.2.1");
const P_256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const P_384: ObjectIdentifier = oid("1.3.132.0.34");

/// Shorter RSA keys are not checked.
const SHORTEST_RSA: usize = 2048;

/// Whether a key of this algorithm is an RSA key.
pub(crate) fn is_rsa(algorithm: ObjectIdentifier) -> bool {
    [RSA, RSA_PSS].contains(&algorithm)
}

/// A hash that may stand under a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash with this object identifier.
    pub(crate) fn known(oid: ObjectIdentifier) -> Option<Self> {
        [(SHA_256, Self::Sha256), (SHA_384, Self::Sha384), (SHA_512, Self::Sha512)]
            .into_iter()
            .find_map(|(known, hash)| (known == oid).then_some(hash))
    }

    pub(crate) fn of(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }

    fn length(self) -> u8 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// The hash by which a certificate, a name or a key is called; `None`: unknown. Here alone SHA-1 is accepted.
pub(crate) fn name_hash(oid: ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    if oid == SHA_1 {
        return Some(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec());
    }
    Hash::known(oid).map(|hash| hash.of(bytes))
}

/// What a check of a raw signature says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Good,
    Bad,
    /// The algorithm, or the key's kind, is none of those above; its object identifier, with the curve's or the length where that is the reason.
    Unknown(String),
}

/// Whether `signature` over `message` was made with `key` by `algorithm`. `hash` is what a CMS says of itself beside; a certificate has none.
pub(crate) fn verify(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    hash: Option<Hash>,
    message: &[u8],
    signature: &[u8],
) -> Answer {
    let Some(scheme) = Scheme::read(algorithm, hash) else { return Answer::Unknown(algorithm.oid.to_string()) };
    if hash.is_some_and(|said| said != scheme.hash()) {
        return Answer::Bad;
    }
    match scheme {
        Scheme::Ecdsa(hash) => ecdsa(key, hash, message, signature),
        Scheme::Rsa(hash) | Scheme::Pss(hash) => {
            let of_key = key.algorithm.oid;
            let is_pss = matches!(scheme, Scheme::Pss(_));
            if of_key != RSA && !(is_pss && of_key == RSA_PSS) {
                return Answer::Unknown(key_name(key));
            }
            if rsa_bits(key).is_none_or(|bits| bits < SHORTEST_RSA) {
                return Answer::Unknown(key_name(key));
            }
            let by: &'static dyn raw::VerificationAlgorithm = match (is_pss, hash) {
                (false, Hash::Sha256) => &raw::RSA_PKCS1_2048_8192_SHA256,
                (false, Hash::Sha384) => &raw::RSA_PKCS1_2048_8192_SHA384,
                (false, Hash::Sha512) => &raw::RSA_PKCS1_2048_8192_SHA512,
                (true, Hash::Sha256) => &raw::RSA_PSS_2048_8192_SHA256,
                (true, Hash::Sha384) => &raw::RSA_PSS_2048_8192_SHA384,
                (true, Hash::Sha512) => &raw::RSA_PSS_2048_8192_SHA512,
            };
            by_ring(by, key, message, signature)
        }
    }
}

fn ecdsa(key: &SubjectPublicKeyInfoOwned, hash: Hash, message: &[u8], signature: &[u8]) -> Answer {
    let curve = key.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
    let known = key.algorithm.oid == EC_KEY;
    let by: &'static dyn raw::VerificationAlgorithm = match (curve.filter(|_| known), hash) {
        (Some(P_256), Hash::Sha256) => &raw::ECDSA_P256_SHA256_ASN1,
        (Some(P_256), Hash::Sha384) => &raw::ECDSA_P256_SHA384_ASN1,
        (Some(P_256), Hash::Sha512) => return p256_sha_512(key, message, signature),
        (Some(P_384), Hash::Sha256) => &raw::ECDSA_P384_SHA256_ASN1,
        (Some(P_384), Hash::Sha384) => &raw::ECDSA_P384_SHA384_ASN1,
        (Some(P_384), Hash::Sha512) => return Answer::Unknown(ECDSA_SHA_512.to_string()),
        (Some(_) | None, _) => return Answer::Unknown(key_name(key)),
    };
    // A point may be written in a shorter form, which certificates hardly ever do.
    if key.subject_public_key.raw_bytes().first() != Some(&4) {
        return Answer::Unknown(key_name(key));
    }
    by_ring(by, key, message, signature)
}

/// The pair that `ring` lacks.
fn p256_sha_512(key: &SubjectPublicKeyInfoOwned, message: &[u8], signature: &[u8]) -> Answer {
    use der::Encode;
    let read = key.to_der().ok().and_then(|der| p256::ecdsa::VerifyingKey::from_public_key_der(&der).ok());
    let Some(read) = read else { return Answer::Unknown(key_name(key)) };
    let Ok(signature) = p256::ecdsa::Signature::from_der(signature) else { return Answer::Bad };
    match read.verify_prehash(&Hash::Sha512.of(message), &signature) {
        Ok(()) => Answer::Good,
        Err(_) => Answer::Bad,
    }
}

fn by_ring(
    by: &'static dyn raw::VerificationAlgorithm,
    key: &SubjectPublicKeyInfoOwned,
    message: &[u8],
    signature: &[u8],
) -> Answer {
    match raw::UnparsedPublicKey::new(by, key.subject_public_key.raw_bytes()).verify(message, signature) {
        Ok(()) => Answer::Good,
        Err(_) => Answer::Bad,
    }
}

enum Scheme {
    Ecdsa(Hash),
    Rsa(Hash),
    Pss(Hash),
}

impl Scheme {
    fn read(algorithm: &AlgorithmIdentifierOwned, hash: Option<Hash>) -> Option<Self> {
        match algorithm.oid {
            ECDSA_SHA_256 => Some(Self::Ecdsa(Hash::Sha256)),
            ECDSA_SHA_384 => Some(Self::Ecdsa(Hash::Sha384)),
            ECDSA_SHA_512 => Some(Self::Ecdsa(Hash::Sha512)),
            RSA_SHA_256 => Some(Self::Rsa(Hash::Sha256)),
            RSA_SHA_384 => Some(Self::Rsa(Hash::Sha384)),
            RSA_SHA_512 => Some(Self::Rsa(Hash::Sha512)),
            // RFC 3370, 3.2: in CMS the hash may stand in the digest algorithm alone.
            RSA => hash.map(Self::Rsa),
            RSA_PSS => pss_hash(algorithm).map(Self::Pss),
            _ => None,
        }
    }

    fn hash(&self) -> Hash {
        match self {
            Self::Ecdsa(hash) | Self::Rsa(hash) | Self::Pss(hash) => *hash,
        }
    }
}

/// `RSASSA-PSS-params` of RFC 4055, 3.1. The defaults are those of SHA-1 and are not accepted.
#[derive(Sequence)]
struct PssParameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    hash: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    mask: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    salt: Option<u8>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    trailer: Option<u8>,
}

/// Whether an algorithm is written as RFC 5754 and RFC 5758 write those that need no parameters: without, or with `NULL`.
pub(crate) fn is_plain(algorithm: &AlgorithmIdentifierOwned) -> bool {
    algorithm.parameters.as_ref().is_none_or(|parameters| *parameters == Any::null())
}

/// Whether the algorithm of a signature is written as it has to be. What nothing looks at, nothing protects either.
pub(crate) fn is_well_written(algorithm: &AlgorithmIdentifierOwned) -> bool {
    is_plain(algorithm) || algorithm.oid == RSA_PSS
}

/// The one hash of PSS parameters: the same for message and mask, with a salt of its length, as RFC 8017 recommends.
fn pss_hash(algorithm: &AlgorithmIdentifierOwned) -> Option<Hash> {
    let said: PssParameters = algorithm.parameters.as_ref()?.decode_as().ok()?;
    let of_message = said.hash?;
    let hash = Hash::known(of_message.oid)?;
    let mask = said.mask?;
    let of_mask: AlgorithmIdentifierOwned = mask.parameters.as_ref()?.decode_as().ok()?;
    let fits = mask.oid == MGF_1
        && is_plain(&of_message)
        && is_plain(&of_mask)
        && Hash::known(of_mask.oid) == Some(hash)
        && said.salt == Some(hash.length())
        && matches!(said.trailer, None | Some(1));
    fits.then_some(hash)
}

/// `RSAPublicKey` of RFC 8017.
#[derive(Sequence)]
struct RsaKey {
    modulus: Uint,
    exponent: Uint,
}

fn rsa_bits(key: &SubjectPublicKeyInfoOwned) -> Option<usize> {
    let read = RsaKey::from_der(key.subject_public_key.raw_bytes()).ok()?;
    let bytes = read.modulus.as_bytes();
    let first = bytes.first()?;
    (!read.exponent.is_empty()).then(|| bytes.len() * 8 - first.leading_zeros() as usize)
}

/// The algorithm of a key, with the curve or the length where it has one.
pub(crate) fn key_name(key: &SubjectPublicKeyInfoOwned) -> String {
    let name = key.algorithm.oid;
    if let Some(bits) = rsa_bits(key).filter(|_| name == RSA || name == RSA_PSS) {
        return format!("{name} ({bits} bit)");
    }
    match key.algorithm.parameters.as_ref().map(|parameters| parameters.decode_as::<ObjectIdentifier>()) {
        Some(Ok(curve)) => format!("{name} ({curve})"),
        Some(Err(_)) | None => name.to_string(),
    }
}
