//! The certificate that says whose key a seal's is: self-signed, for signing only.

use std::time::Duration;

use der::asn1::{Any, BitString, ObjectIdentifier, OctetString, SetOfVec};
use der::{Encode, Tag, Tagged};
use jiff::Timestamp;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use sha2::{Digest, Sha256};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::certificate::{Certificate, TbsCertificate, Version};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier};
use x509_cert::name::{Name, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, DecodePublicKey, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

use crate::SignatureError;
use crate::algorithm::ECDSA_SHA_256;

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const SUBJECT_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
/// X.520, ub-common-name.
const LONGEST_NAME: usize = 64;

/// Makes the certificate of `key`, signed by `key` itself.
pub(crate) fn self_signed(
    key: &SigningKey,
    subject: &str,
    (not_before, not_after): (Timestamp, Timestamp),
    serial: u64,
) -> Result<Certificate, SignatureError> {
    if serial == 0 {
        return Err(SignatureError::Serial);
    }
    if not_before >= not_after {
        return Err(SignatureError::Validity);
    }
    let (Some(begins), Some(ends)) = (time_of(not_before), time_of(not_after)) else {
        return Err(SignatureError::Validity);
    };
    let public_key = key.verifying_key().to_public_key_der().map_err(|_| SignatureError::Secret)?;
    let name = name_of(subject)?;
    let tbs_certificate = TbsCertificate {
        version: Version::V3,
        serial_number: SerialNumber::new(&serial.to_be_bytes())?,
        signature: ecdsa_sha_256(),
        issuer: name.clone(),
        validity: Validity { not_before: begins, not_after: ends },
        subject: name,
        subject_public_key_info: SubjectPublicKeyInfoOwned::try_from(public_key.as_bytes())
            .map_err(|_| SignatureError::Secret)?,
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: Some(extensions(key)?),
    };
    let signature: DerSignature = key.sign(&tbs_certificate.to_der()?);
    Ok(Certificate {
        tbs_certificate,
        signature_algorithm: ecdsa_sha_256(),
        signature: BitString::from_bytes(signature.as_bytes())?,
    })
}

/// It signs documents, and no other certificates.
fn extensions(key: &SigningKey) -> Result<Vec<Extension>, SignatureError> {
    // RFC 7093, method 1: the first 160 bits of the key's SHA-256.
    let point = key.verifying_key().to_encoded_point(false);
    let key_id = OctetString::new(&Sha256::digest(point.as_bytes())[..20])?;
    let usage = KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation);
    Ok(vec![
        extension(BASIC_CONSTRAINTS, true, &BasicConstraints { ca: false, path_len_constraint: None })?,
        extension(KEY_USAGE, true, &usage)?,
        extension(SUBJECT_KEY, false, &SubjectKeyIdentifier(key_id))?,
    ])
}

fn extension(extn_id: ObjectIdentifier, critical: bool, value: &impl Encode) -> Result<Extension, SignatureError> {
    Ok(Extension { extn_id, critical, extn_value: OctetString::new(value.to_der()?)? })
}

fn name_of(subject: &str) -> Result<Name, SignatureError> {
    let length = subject.chars().count();
    if subject.trim().is_empty() || length > LONGEST_NAME || subject.chars().any(char::is_control) {
        return Err(SignatureError::Subject);
    }
    let mut part = SetOfVec::new();
    part.insert(AttributeTypeAndValue { oid: COMMON_NAME, value: Any::new(Tag::Utf8String, subject.as_bytes())? })?;
    Ok(Name::from(vec![RelativeDistinguishedName::from(part)]))
}

/// The common name of a certificate's subject; where it has none or an unreadable one, the whole subject as RFC 4514 writes it.
pub(crate) fn subject_of(certificate: &Certificate) -> String {
    part_of(certificate, COMMON_NAME).unwrap_or_else(|| certificate.tbs_certificate.subject.to_string())
}

/// A part of the subject's name, where it is there as a text that can be read.
pub(crate) fn part_of(certificate: &Certificate, oid: ObjectIdentifier) -> Option<String> {
    let parts = certificate.tbs_certificate.subject.0.iter().flat_map(|part| part.0.iter());
    parts.filter(|part| part.oid == oid).find_map(|part| match part.value.tag() {
        Tag::Utf8String | Tag::PrintableString => std::str::from_utf8(part.value.value()).ok().map(str::to_owned),
        _ => None,
    })
}

/// SHA-256 of the whole certificate, in hexadecimal: what people compare.
pub(crate) fn fingerprint_of(certificate: &Certificate) -> der::Result<String> {
    Ok(hex::encode(Sha256::digest(certificate.to_der()?)))
}

/// The public key of a certificate; `None` when it is not one of the curve P-256.
pub(crate) fn p256_key_of(certificate: &Certificate) -> Option<p256::ecdsa::VerifyingKey> {
    let info = certificate.tbs_certificate.subject_public_key_info.to_der().ok()?;
    p256::ecdsa::VerifyingKey::from_public_key_der(&info).ok()
}

pub(crate) fn ecdsa_sha_256() -> AlgorithmIdentifierOwned {
    // RFC 5758: the parameters are absent.
    AlgorithmIdentifierOwned { oid: ECDSA_SHA_256, parameters: None }
}

/// Whole seconds, in the form that RFC 5280 and RFC 5652 ask for: two-digit years up to 2049, four digits from then on. `None`: a year that neither has.
pub(crate) fn time_of(at: Timestamp) -> Option<Time> {
    let seconds = u64::try_from(at.as_second()).ok()?;
    let date_time = der::DateTime::from_unix_duration(Duration::from_secs(seconds)).ok()?;
    if date_time.year() < 2050 {
        der::asn1::UtcTime::from_date_time(date_time).ok().map(Time::UtcTime)
    } else {
        Some(Time::GeneralTime(der::asn1::GeneralizedTime::from_date_time(date_time)))
    }
}

pub(crate) fn instant_of(time: &Time) -> Option<Timestamp> {
    instant_of_date_time(time.to_date_time())
}

/// `None`: a year beyond this calendar.
pub(crate) fn instant_of_date_time(time: der::DateTime) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(time.unix_duration().as_secs()).ok()?).ok()
}
