//! What a signature says beside the hash of the bytes: the signed attributes of CAdES-BES, made and taken apart.

use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode, Sequence};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

use crate::certificate::{instant_of, time_of};

/// `id-data`, `id-signedData` (RFC 5652).
pub(crate) const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
pub(crate) const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// `id-sha256` (RFC 5754).
pub(crate) const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
/// `ecdsa-with-SHA256` (RFC 5754).
pub(crate) const ECDSA_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// `SigningCertificateV2` of RFC 5035: the hashes of the signer's certificate and, perhaps, of those above it.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct SigningCertificate {
    certificates: Vec<CertificateId>,
    policies: Option<Any>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct CertificateId {
    /// Absent means SHA-256.
    algorithm: Option<AlgorithmIdentifierOwned>,
    hash: OctetString,
    issuer_and_serial: Option<Any>,
}

/// The attributes of a signature made at `at` with the key of `certificate` over bytes with this SHA-256.
pub(crate) fn make(digest: &[u8], certificate: &Certificate, at: Timestamp) -> Result<Attributes, Unwritable> {
    let reference = SigningCertificate {
        certificates: vec![CertificateId {
            algorithm: None,
            hash: OctetString::new(Sha256::digest(certificate.to_der()?).as_slice())?,
            issuer_and_serial: None,
        }],
        policies: None,
    };
    let attributes = vec![
        attribute(CONTENT_TYPE, &DATA)?,
        attribute(MESSAGE_DIGEST, &OctetString::new(digest)?)?,
        attribute(SIGNING_TIME, &time_of(at).ok_or(Unwritable::Time)?)?,
        attribute(SIGNING_CERTIFICATE, &reference)?,
    ];
    Ok(Attributes::try_from(attributes)?)
}

/// Why attributes cannot be written.
pub(crate) enum Unwritable {
    Time,
    Encoding(der::Error),
}

impl From<der::Error> for Unwritable {
    fn from(error: der::Error) -> Self {
        Self::Encoding(error)
    }
}

fn attribute(oid: ObjectIdentifier, value: &impl Encode) -> der::Result<Attribute> {
    let mut values = SetOfVec::new();
    values.insert(Any::from_der(&value.to_der()?)?)?;
    Ok(Attribute { oid, values })
}

/// The attributes of a signature, taken apart.
pub(crate) struct Said {
    pub(crate) content_type: ObjectIdentifier,
    pub(crate) digest: OctetString,
    pub(crate) at: Option<Timestamp>,
    pub(crate) certificate: Named,
}

/// What a signature says of its certificate.
pub(crate) enum Named {
    /// Nothing; RFC 5652 does not ask for it.
    Nothing,
    /// Its SHA-256.
    Sha256(OctetString),
    /// Its hash by another algorithm.
    Otherwise(ObjectIdentifier),
}

/// Takes attributes apart. `None`: one of those known here is doubled, missing though required, or not of its kind.
pub(crate) fn read(attributes: &Attributes) -> Option<Said> {
    let certificate = match only(attributes, SIGNING_CERTIFICATE)? {
        None => Named::Nothing,
        Some(value) => {
            let reference: SigningCertificate = value.decode_as().ok()?;
            let first = reference.certificates.into_iter().next()?;
            match first.algorithm {
                Some(algorithm) if algorithm.oid != SHA_256 => Named::Otherwise(algorithm.oid),
                Some(_) | None => Named::Sha256(first.hash),
            }
        }
    };
    let at = match only(attributes, SIGNING_TIME)? {
        None => None,
        Some(value) => Some(instant_of(&Time::from_der(&value.to_der().ok()?).ok()?)?),
    };
    Some(Said {
        content_type: only(attributes, CONTENT_TYPE)??.decode_as().ok()?,
        digest: only(attributes, MESSAGE_DIGEST)??.decode_as().ok()?,
        at,
        certificate,
    })
}

/// The one value of an attribute: `Some(None)` when it is not there, `None` when it is there twice or with another number of values than one.
fn only(attributes: &Attributes, oid: ObjectIdentifier) -> Option<Option<&Any>> {
    let mut all = attributes.iter().filter(|attribute| attribute.oid == oid);
    let Some(first) = all.next() else { return Some(None) };
    if all.next().is_some() || first.values.len() != 1 {
        return None;
    }
    first.values.get(0).map(Some)
}
