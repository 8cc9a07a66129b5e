//! What a signature says beside the hash of the bytes: the signed attributes of CAdES-BES, made and taken apart.

use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode, Sequence};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

use crate::algorithm::{SHA_1, SHA_256};
use crate::certificate::{instant_of, time_of};

/// `id-data`, `id-signedData` (RFC 5652).
pub(crate) const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
pub(crate) const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");

const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// The older one, which always means SHA-1 (RFC 2634); time-stamping authorities still write it.
const SIGNING_CERTIFICATE_V1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
/// `id-aa-timeStampToken` (RFC 3161, appendix A).
const TIMESTAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

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

/// `SigningCertificate` of RFC 2634.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct SigningCertificateV1 {
    certificates: Vec<CertificateIdV1>,
    policies: Option<Any>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct CertificateIdV1 {
    hash: OctetString,
    issuer_and_serial: Option<Any>,
}

/// The attributes of a signature made with the key of `certificate` over bytes with this SHA-256. A signature inside a PDF is without `at`: its
/// time stands in the PDF (ETSI EN 319 142-1, 6.3).
pub(crate) fn make(digest: &[u8], certificate: &Certificate, at: Option<Timestamp>) -> Result<Attributes, Unwritable> {
    let reference = SigningCertificate {
        certificates: vec![CertificateId {
            algorithm: None,
            hash: OctetString::new(Sha256::digest(certificate.to_der()?).as_slice())?,
            issuer_and_serial: None,
        }],
        policies: None,
    };
    let mut attributes = vec![
        attribute(CONTENT_TYPE, &DATA)?,
        attribute(MESSAGE_DIGEST, &OctetString::new(digest)?)?,
        attribute(SIGNING_CERTIFICATE, &reference)?,
    ];
    if let Some(at) = at {
        attributes.push(attribute(SIGNING_TIME, &time_of(at).ok_or(Unwritable::Time)?)?);
    }
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
    /// Its hash, and by which algorithm.
    By(ObjectIdentifier, OctetString),
}

/// Takes attributes apart. `None`: one of those known here is doubled, missing though required, or not of its kind.
pub(crate) fn read(attributes: &Attributes) -> Option<Said> {
    let certificate = match (only(attributes, SIGNING_CERTIFICATE)?, only(attributes, SIGNING_CERTIFICATE_V1)?) {
        (Some(value), _) => {
            let reference: SigningCertificate = value.decode_as().ok()?;
            let first = reference.certificates.into_iter().next()?;
            Named::By(first.algorithm.map_or(SHA_256, |algorithm| algorithm.oid), first.hash)
        }
        (None, Some(value)) => {
            let reference: SigningCertificateV1 = value.decode_as().ok()?;
            Named::By(SHA_1, reference.certificates.into_iter().next()?.hash)
        }
        (None, None) => Named::Nothing,
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

/// The timestamp over a signature, among its unsigned attributes: its DER. `None`: doubled, or unreadable.
pub(crate) fn timestamp(unsigned: Option<&Attributes>) -> Option<Option<Vec<u8>>> {
    match unsigned.map(|attributes| only(attributes, TIMESTAMP)) {
        None | Some(Some(None)) => Some(None),
        Some(Some(Some(token))) => token.to_der().ok().map(Some),
        Some(None) => None,
    }
}

/// An unsigned attribute that is not known here: nothing protects it, and it may mean anything.
pub(crate) fn unknown(unsigned: Option<&Attributes>) -> Option<ObjectIdentifier> {
    unsigned.into_iter().flat_map(|all| all.iter()).map(|attribute| attribute.oid).find(|oid| *oid != TIMESTAMP)
}

/// Unsigned attributes with this timestamp alone.
pub(crate) fn with_timestamp(token: &[u8]) -> der::Result<Attributes> {
    let mut values = SetOfVec::new();
    values.insert(Any::from_der(token)?)?;
    Attributes::try_from(vec![Attribute { oid: TIMESTAMP, values }])
}
