//! Checking a detached signature.

use cms::cert::CertificateChoices;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use jiff::Timestamp;
use p256::ecdsa::DerSignature;
use p256::ecdsa::signature::Verifier;
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use crate::attributes::{self, DATA, ECDSA_SHA_256, Named, SHA_256, SIGNED_DATA};
use crate::certificate::{fingerprint_of, instant_of, p256_key_of, subject_of};
use crate::verdict::{Fault, Unchecked, Verdict};

/// Checks that `cms` is a signature over exactly `bytes`, by the key of the certificate enclosed in it, whenever it was made.
#[must_use]
pub fn verify_detached(cms: &[u8], bytes: &[u8]) -> Verdict {
    match check(cms, bytes) {
        Ok(good) => good,
        Err(not) => not,
    }
}

/// As [`verify_detached`], and that the certificate was valid at `at`.
#[must_use]
pub fn verify_detached_at(cms: &[u8], bytes: &[u8], at: Timestamp) -> Verdict {
    match verify_detached(cms, bytes) {
        Verdict::Valid { not_before, not_after, .. } if at < not_before || at > not_after => {
            Verdict::Invalid(Fault::OutsideValidity)
        }
        verdict => verdict,
    }
}

impl From<Fault> for Verdict {
    fn from(fault: Fault) -> Self {
        Self::Invalid(fault)
    }
}

impl From<Unchecked> for Verdict {
    fn from(why: Unchecked) -> Self {
        Self::NotChecked(why)
    }
}

/// Either way it ends with a verdict; the error side lets each step end the check.
fn check(cms: &[u8], bytes: &[u8]) -> Result<Verdict, Verdict> {
    let signed = signed_data(cms).ok_or(Fault::Unreadable)?;
    if signed.encap_content_info.econtent.is_some() {
        return Err(Fault::NotDetached.into());
    }
    let signer = match signed.signer_infos.0.as_slice() {
        [] => return Err(Fault::NoSigner.into()),
        [one] => one,
        several => return Err(Unchecked::SeveralSigners { count: several.len() }.into()),
    };
    known(signer.digest_alg.oid, SHA_256)?;
    known(signer.signature_algorithm.oid, ECDSA_SHA_256)?;
    if !is_consistent(&signed, signer) {
        return Err(Fault::Attributes.into());
    }
    let certificate = certificate_of(&signed, &signer.sid).ok_or(Unchecked::NoCertificate)?;
    let key = p256_key_of(certificate).ok_or_else(|| Unchecked::Algorithm { oid: key_algorithm(certificate) })?;

    let signed_attributes = signer.signed_attrs.as_ref().ok_or(Unchecked::NoAttributes)?;
    let said = attributes::read(signed_attributes).ok_or(Fault::Attributes)?;
    if said.content_type != signed.encap_content_info.econtent_type {
        return Err(Fault::Attributes.into());
    }
    if said.digest.as_bytes() != Sha256::digest(bytes).as_slice() {
        return Err(Fault::OtherBytes.into());
    }
    let enclosed = certificate.to_der().map_err(|_| Fault::Unreadable)?;
    match said.certificate {
        Named::Sha256(hash) if hash.as_bytes() == Sha256::digest(&enclosed).as_slice() => {}
        Named::Sha256(_) => return Err(Fault::OtherCertificate.into()),
        Named::Otherwise(oid) => return Err(Unchecked::Algorithm { oid: oid.to_string() }.into()),
        Named::Nothing => {}
    }
    let statement = signed_attributes.to_der().map_err(|_| Fault::Unreadable)?;
    let signature = DerSignature::from_bytes(signer.signature.as_bytes()).map_err(|_| Fault::Signature)?;
    key.verify(&statement, &signature).map_err(|_| Fault::Signature)?;

    let validity = &certificate.tbs_certificate.validity;
    Ok(Verdict::Valid {
        subject: subject_of(certificate),
        certificate: fingerprint_of(certificate).map_err(|_| Fault::Unreadable)?,
        signed_at: said.at,
        not_before: instant_of(&validity.not_before).ok_or(Fault::Unreadable)?,
        not_after: instant_of(&validity.not_after).ok_or(Fault::Unreadable)?,
    })
}

fn signed_data(cms: &[u8]) -> Option<SignedData> {
    let outer = ContentInfo::from_der(cms).ok()?;
    if outer.content_type != SIGNED_DATA {
        return None;
    }
    outer.content.decode_as().ok()
}

fn known(oid: ObjectIdentifier, expected: ObjectIdentifier) -> Result<(), Unchecked> {
    if oid == expected { Ok(()) } else { Err(Unchecked::Algorithm { oid: oid.to_string() }) }
}

/// The signature does not protect the frame around it; so the frame must be as RFC 5652 (5.1, 5.3) demands for what is in it.
fn is_consistent(signed: &SignedData, signer: &SignerInfo) -> bool {
    let expected = match signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
        SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
    };
    // Content other than plain data asks for version 3 of the frame, whoever signed.
    let frame = if signed.encap_content_info.econtent_type == DATA { expected } else { CmsVersion::V3 };
    signer.version == expected
        && signed.version == frame
        && signed.digest_algorithms.iter().any(|algorithm| algorithm.oid == signer.digest_alg.oid)
}

fn certificate_of<'a>(signed: &'a SignedData, signer: &SignerIdentifier) -> Option<&'a Certificate> {
    signed.certificates.as_ref()?.0.iter().find_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) if is_named_by(certificate, signer) => Some(certificate),
        CertificateChoices::Certificate(_) | CertificateChoices::Other(_) => None,
    })
}

fn is_named_by(certificate: &Certificate, signer: &SignerIdentifier) -> bool {
    let holder = &certificate.tbs_certificate;
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(name) => {
            holder.issuer == name.issuer && holder.serial_number == name.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(key) => {
            matches!(holder.get::<SubjectKeyIdentifier>(), Ok(Some((_critical, own))) if own == *key)
        }
    }
}

/// The algorithm of a certificate's key, with the curve's where it has one.
fn key_algorithm(certificate: &Certificate) -> String {
    let algorithm = &certificate.tbs_certificate.subject_public_key_info.algorithm;
    match algorithm.parameters.as_ref().map(|parameters| parameters.decode_as::<ObjectIdentifier>()) {
        Some(Ok(curve)) => format!("{} ({curve})", algorithm.oid),
        Some(Err(_)) | None => algorithm.oid.to_string(),
    }
}
