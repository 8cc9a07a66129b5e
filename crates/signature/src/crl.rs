//! Revocation lists (RFC 5280, section 5): whole ones, of the issuer itself.

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use x509_cert::Certificate as X509;
use x509_cert::crl::CertificateList;
use x509_cert::ext::pkix::name::DistributionPointName;
use x509_cert::ext::pkix::{CrlDistributionPoints, IssuingDistributionPoint, KeyUsage};

use crate::Certificate;
use crate::algorithm::{self, Answer, oid};
use crate::certificate::instant_of;
use crate::error::AnswerError;
use crate::ocsp::{Said, Status};
use crate::revocation::Told;

const DISTRIBUTION_POINT: ObjectIdentifier = oid("2.5.29.28");
const REASON: ObjectIdentifier = oid("2.5.29.21");
/// `removeFromCRL`, which stands in partial lists alone.
const REMOVED: [u8; 3] = [0x0a, 0x01, 0x08];

/// A certificate revocation list; that its issuer signed it is checked where it is used.
#[derive(Debug, Clone)]
pub struct Crl {
    der: Vec<u8>,
    list: CertificateList,
}

impl Crl {
    /// Reads DER.
    ///
    /// # Errors
    /// [`AnswerError::Unreadable`].
    pub fn from_der(der: &[u8]) -> Result<Self, AnswerError> {
        let list = CertificateList::from_der(der).map_err(|_| AnswerError::Unreadable)?;
        Ok(Self { der: der.to_vec(), list })
    }

    /// Its DER, as it is kept beside a signature.
    #[must_use]
    pub fn to_der(&self) -> &[u8] {
        &self.der
    }

    /// When it was said what it says of `certificate`. `None`: it is no list of that issuer, or says nothing of such a certificate.
    #[must_use]
    pub fn tells_of(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Told> {
        self.about(&certificate.0, &issuer.0).map(|said| said.told())
    }

    /// What it says of `certificate`, if it may: signed by `issuer`, and not a list of some certificates or reasons only.
    pub(crate) fn about(&self, certificate: &X509, issuer: &X509) -> Option<Said> {
        let said = &self.list.tbs_cert_list;
        let holder = &issuer.tbs_certificate;
        if said.issuer != holder.subject || certificate.tbs_certificate.issuer != holder.subject {
            return None;
        }
        let may_sign = match holder.get::<KeyUsage>() {
            Ok(None) => true,
            Ok(Some((_critical, usage))) => usage.crl_sign(),
            Err(_) => false,
        };
        if !may_sign || !self.is_about(certificate) || !self.is_signed_by(issuer) {
            return None;
        }
        let serial = &certificate.tbs_certificate.serial_number;
        let listed = said.revoked_certificates.iter().flatten().find(|one| one.serial_number == *serial);
        let status = match listed {
            None => Status::Good,
            Some(one) => {
                let mut extensions = one.crl_entry_extensions.iter().flatten();
                let reason = extensions.find(|extension| extension.extn_id == REASON);
                if reason.is_some_and(|reason| reason.extn_value.as_bytes() == REMOVED) {
                    return None;
                }
                Status::Revoked(instant_of(&one.revocation_date)?)
            }
        };
        let next_update = match &said.next_update {
            Some(next) => Some(instant_of(next)?),
            None => None,
        };
        Some(Said { status, this_update: instant_of(&said.this_update)?, next_update })
    }

    /// Whether `certificate` would stand in it, for whatever reason it were revoked: a critical extension may say otherwise.
    fn is_about(&self, certificate: &X509) -> bool {
        let said = &self.list.tbs_cert_list;
        let of_entries =
            said.revoked_certificates.iter().flatten().flat_map(|one| one.crl_entry_extensions.iter().flatten());
        if of_entries.into_iter().any(|extension| extension.critical) {
            return false;
        }
        said.crl_extensions.iter().flatten().filter(|extension| extension.critical).all(|extension| {
            extension.extn_id == DISTRIBUTION_POINT
                && IssuingDistributionPoint::from_der(extension.extn_value.as_bytes()).is_ok_and(|point| {
                    !point.indirect_crl
                        && !point.only_contains_attribute_certs
                        && !point.only_contains_ca_certs
                        && !point.only_contains_user_certs
                        && point.only_some_reasons.is_none()
                        && point.distribution_point.is_none_or(|name| is_told_at(certificate, &name))
                })
        })
    }

    fn is_signed_by(&self, issuer: &X509) -> bool {
        let Ok(statement) = self.list.tbs_cert_list.to_der() else { return false };
        let key = &issuer.tbs_certificate.subject_public_key_info;
        self.list.signature_algorithm == self.list.tbs_cert_list.signature
            && algorithm::verify(key, &self.list.signature_algorithm, None, &statement, self.list.signature.raw_bytes())
                == Answer::Good
    }
}

/// Whether `certificate` says that its revocation is told in the list of this name.
fn is_told_at(certificate: &X509, name: &DistributionPointName) -> bool {
    match certificate.tbs_certificate.get::<CrlDistributionPoints>() {
        Ok(Some((_critical, points))) => points.0.iter().any(|point| {
            point.distribution_point.as_ref() == Some(name) && point.reasons.is_none() && point.crl_issuer.is_none()
        }),
        Ok(None) | Err(_) => false,
    }
}
