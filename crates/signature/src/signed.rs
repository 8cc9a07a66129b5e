//! The frame of a CMS signature: what is signed, by whose key, and whether the two belong together. Whom to trust is asked elsewhere.

use cms::cert::CertificateChoices;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::revocation::RevocationInfoChoice;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use crate::algorithm::{self, Answer, Hash, is_plain, is_well_written, name_hash};
use crate::attributes::{self, DATA, Named, SIGNED_DATA, Said};
use crate::verdict::{Fault, Unchecked};

/// More certificates than this are not read from one frame.
pub(crate) const MOST_CERTIFICATES: usize = 32;

/// Where the bytes are that were signed.
pub(crate) enum Content<'a> {
    /// Beside the signature.
    Beside(&'a [u8]),
    /// In it, as a content of this type.
    Inside(ObjectIdentifier),
}

/// A signature that was made over its bytes with the key of its certificate.
pub(crate) struct Signed {
    pub(crate) certificate: Certificate,
    /// All certificates in the frame, the signer's among them.
    pub(crate) enclosed: Vec<Certificate>,
    /// The DER of the certificate revocation lists in the frame.
    pub(crate) crls: Vec<Vec<u8>>,
    pub(crate) said: Said,
    pub(crate) signer: SignerInfo,
    /// What was signed, where it stands inside.
    pub(crate) content: Vec<u8>,
}

/// Why there is no [`Signed`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    Invalid(Fault),
    NotChecked(Unchecked),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Invalid(fault)
    }
}

impl From<Unchecked> for Refused {
    fn from(why: Unchecked) -> Self {
        Self::NotChecked(why)
    }
}

/// Checks a CMS signature against its bytes and its own certificate.
pub(crate) fn check(cms: &[u8], content: &Content<'_>) -> Result<Signed, Refused> {
    let signed = read(cms).ok_or(Fault::Unreadable)?;
    let inside = content_of(&signed, content)?;
    let signer = match signed.signer_infos.0.as_slice() {
        [] => return Err(Fault::NoSigner.into()),
        [one] => one,
        several => return Err(Unchecked::SeveralSigners { count: several.len() }.into()),
    };
    let hash = Hash::known(signer.digest_alg.oid)
        .ok_or_else(|| Unchecked::Algorithm { oid: signer.digest_alg.oid.to_string() })?;
    if !is_consistent(&signed, signer) {
        return Err(Fault::Attributes.into());
    }
    let enclosed = certificates(&signed);
    if enclosed.len() > MOST_CERTIFICATES {
        return Err(Fault::Unreadable.into());
    }
    let certificate =
        enclosed.iter().find(|one| is_named_by(one, &signer.sid)).ok_or(Unchecked::NoCertificate)?.clone();
    let signed_attributes = signer.signed_attrs.as_ref().ok_or(Unchecked::NoAttributes)?;
    let said = attributes::read(signed_attributes).ok_or(Fault::Attributes)?;
    if said.content_type != signed.encap_content_info.econtent_type {
        return Err(Fault::Attributes.into());
    }

    // Before the algorithm is asked about: whoever knows it has not to be believed about other bytes.
    let bytes = match content {
        Content::Beside(bytes) => bytes,
        Content::Inside(_) => inside.as_slice(),
    };
    if said.digest.as_bytes() != hash.of(bytes) {
        return Err(Fault::OtherBytes.into());
    }
    let statement = signed_attributes.to_der().map_err(|_| Fault::Unreadable)?;
    let key = &certificate.tbs_certificate.subject_public_key_info;
    let signature = signer.signature.as_bytes();
    let answer = algorithm::verify(key, &signer.signature_algorithm, Some(hash), &statement, signature);
    if let Answer::Unknown(oid) = answer {
        return Err(Unchecked::Algorithm { oid }.into());
    }
    if let Named::By(oid, name) = &said.certificate {
        let der = certificate.to_der().map_err(|_| Fault::Unreadable)?;
        let own = name_hash(*oid, &der).ok_or_else(|| Unchecked::Algorithm { oid: oid.to_string() })?;
        if own != name.as_bytes() {
            return Err(Fault::OtherCertificate.into());
        }
    }
    if answer == Answer::Bad {
        return Err(Fault::Signature.into());
    }
    let crls = crls(&signed);
    let signer = signer.clone();
    Ok(Signed { certificate, enclosed, crls, said, signer, content: inside })
}

/// The structure of a CMS signature in DER, whatever it is worth.
pub(crate) fn read(cms: &[u8]) -> Option<SignedData> {
    let outer = ContentInfo::from_der(cms).ok()?;
    if outer.content_type != SIGNED_DATA {
        return None;
    }
    outer.content.decode_as().ok()
}

fn content_of(signed: &SignedData, expected: &Content<'_>) -> Result<Vec<u8>, Refused> {
    let frame = &signed.encap_content_info;
    match (expected, &frame.econtent) {
        (Content::Beside(_), None) => Ok(Vec::new()),
        (Content::Beside(_), Some(_)) => Err(Fault::NotDetached.into()),
        (Content::Inside(kind), Some(content)) if frame.econtent_type == *kind => {
            let content: OctetString = content.decode_as().map_err(|_| Fault::Unreadable)?;
            Ok(content.into_bytes())
        }
        (Content::Inside(_), _) => Err(Fault::Unreadable.into()),
    }
}

/// The signature does not protect the frame around it; so the frame must be as RFC 5652 (5.1, 5.3) demands for what is in it.
fn is_consistent(signed: &SignedData, signer: &SignerInfo) -> bool {
    let expected = match signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
        SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
    };
    let is_other_certificate = |choice: &CertificateChoices| matches!(choice, CertificateChoices::Other(_));
    let is_other_list = |choice: &RevocationInfoChoice| matches!(choice, RevocationInfoChoice::Other(_));
    let others = signed.certificates.as_ref().is_some_and(|all| all.0.iter().any(is_other_certificate))
        || signed.crls.as_ref().is_some_and(|all| all.0.iter().any(is_other_list));
    let frame = match (others, signed.encap_content_info.econtent_type == DATA) {
        (true, _) => CmsVersion::V5,
        (false, true) => expected,
        // Content other than plain data asks for version 3 of the frame, whoever signed.
        (false, false) => CmsVersion::V3,
    };
    signer.version == expected
        && signed.version == frame
        && !signed.digest_algorithms.is_empty()
        && signed.digest_algorithms.iter().all(|one| one.oid == signer.digest_alg.oid && is_plain(one))
        && is_plain(&signer.digest_alg)
        && is_well_written(&signer.signature_algorithm)
}

/// The plain certificates of a frame.
pub(crate) fn certificates(signed: &SignedData) -> Vec<Certificate> {
    let all = signed.certificates.iter().flat_map(|set| set.0.iter());
    all.filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
        CertificateChoices::Other(_) => None,
    })
    .collect()
}

fn crls(signed: &SignedData) -> Vec<Vec<u8>> {
    let all = signed.crls.iter().flat_map(|set| set.0.iter());
    all.filter_map(|choice| match choice {
        RevocationInfoChoice::Crl(list) => list.to_der().ok(),
        RevocationInfoChoice::Other(_) => None,
    })
    .collect()
}

pub(crate) fn is_named_by(certificate: &Certificate, signer: &SignerIdentifier) -> bool {
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
