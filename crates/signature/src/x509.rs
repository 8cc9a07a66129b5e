//! Certificates as callers hold them: read, shown, asked whom they name and where their revocation is told.

use std::fmt;

use der::pem::LineEnding;
use der::{Decode, Encode, EncodePem};
use jiff::Timestamp;
use x509_cert::Certificate as X509;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, CrlDistributionPoints, ExtendedKeyUsage};

use crate::SignatureError;
use crate::algorithm::{Answer, oid};
use crate::certificate::{fingerprint_of, instant_of, part_of, subject_of};
use crate::chain;

/// RFC 5280, 4.2.2.1.
const OCSP: der::asn1::ObjectIdentifier = oid("1.3.6.1.5.5.7.48.1");
const ISSUER: der::asn1::ObjectIdentifier = oid("1.3.6.1.5.5.7.48.2");
/// X.520, where the national authority writes a person's number.
const SERIAL_NUMBER: der::asn1::ObjectIdentifier = oid("2.5.4.5");
/// RFC 5280, 4.2.1.12: to sign in somewhere, and to sign mails, which the national authority gives to keys that sign documents.
const CLIENT: der::asn1::ObjectIdentifier = oid("1.3.6.1.5.5.7.3.2");
const MAIL: der::asn1::ObjectIdentifier = oid("1.3.6.1.5.5.7.3.4");
/// RFC 9336.
const DOCUMENTS: der::asn1::ObjectIdentifier = oid("1.3.6.1.5.5.7.3.36");

/// An X.509 certificate.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate(pub(crate) X509);

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// [`SignatureError::CertificateDer`].
    pub fn from_der(der: &[u8]) -> Result<Self, SignatureError> {
        X509::from_der(der).map(Self).map_err(SignatureError::CertificateDer)
    }

    /// Reads all certificates of a PEM text, e.g. those of a file of trust anchors.
    ///
    /// # Errors
    /// [`SignatureError::CertificatePem`], also when the text holds none.
    pub fn all_from_pem(pem: &str) -> Result<Vec<Self>, SignatureError> {
        let all = X509::load_pem_chain(pem.as_bytes()).map_err(SignatureError::CertificatePem)?;
        if all.is_empty() {
            let empty = der::Error::new(der::ErrorKind::Failed, der::Length::ZERO);
            return Err(SignatureError::CertificatePem(empty));
        }
        Ok(all.into_iter().map(Self).collect())
    }

    /// Its DER.
    ///
    /// # Errors
    /// When it cannot be encoded, which does not happen with one that was read.
    pub fn to_der(&self) -> Result<Vec<u8>, SignatureError> {
        Ok(self.0.to_der()?)
    }

    /// It in PEM, for programs that read certificates from files.
    ///
    /// # Errors
    /// When it cannot be encoded, which does not happen with one that was read.
    pub fn to_pem(&self) -> Result<String, SignatureError> {
        Ok(self.0.to_pem(LineEnding::LF)?)
    }

    /// Whom it names: the common name, or else the whole subject (RFC 4514).
    #[must_use]
    pub fn subject(&self) -> String {
        subject_of(&self.0)
    }

    /// SHA-256 of it, in 64 hexadecimal digits.
    ///
    /// # Errors
    /// When it cannot be encoded, which does not happen with one that was read.
    pub fn fingerprint(&self) -> Result<String, SignatureError> {
        Ok(fingerprint_of(&self.0)?)
    }

    /// Its holder's individual identification number: the twelve digits behind `IIN` in the subject's serial number, as the national authority writes it.
    #[must_use]
    pub fn identification_number(&self) -> Option<String> {
        let number = part_of(&self.0, SERIAL_NUMBER)?;
        let digits = number.strip_prefix("IIN")?;
        (digits.len() == 12 && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| digits.to_owned())
    }

    /// The number that its issuer gave it, in hexadecimal without leading zeros.
    #[must_use]
    pub fn serial_number(&self) -> String {
        let text = hex::encode(self.0.tbs_certificate.serial_number.as_bytes());
        text.trim_start_matches('0').to_owned()
    }

    /// The first and the last moment of its validity. `None`: a date that is in no calendar.
    #[must_use]
    pub fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        let validity = &self.0.tbs_certificate.validity;
        Some((instant_of(&validity.not_before)?, instant_of(&validity.not_after)?))
    }

    /// Whether its key is for signing in somewhere and not for documents, as the national authority's second key of everybody is: whatever that key signs may be
    /// a number that some page asked for.
    #[must_use]
    pub fn is_for_signing_in(&self) -> bool {
        match self.0.tbs_certificate.get::<ExtendedKeyUsage>() {
            Ok(Some((_critical, purposes))) => {
                purposes.0.contains(&CLIENT) && !purposes.0.iter().any(|one| [MAIL, DOCUMENTS].contains(one))
            }
            Ok(None) | Err(_) => false,
        }
    }

    /// Which of `others` issued it: named by it, and with the key that signed it. `None`: none of these, or it issued itself.
    #[must_use]
    pub fn issuer_among<'a>(&self, others: &'a [Self]) -> Option<&'a Self> {
        let name = &self.0.tbs_certificate.issuer;
        let named = others.iter().filter(|one| one.0.tbs_certificate.subject == *name && *one != self);
        named.into_iter().find(|one| chain::is_issued_by(&self.0, &one.0) == Answer::Good)
    }

    /// Where its OCSP responder is asked, as the certificate says: URLs to send [`OcspRequest`](crate::OcspRequest) to.
    #[must_use]
    pub fn ocsp_addresses(&self) -> Vec<String> {
        self.access(OCSP)
    }

    /// Where its issuer's certificate is found: URLs.
    #[must_use]
    pub fn issuer_addresses(&self) -> Vec<String> {
        self.access(ISSUER)
    }

    /// Where its issuer's revocation list is found: URLs.
    #[must_use]
    pub fn crl_addresses(&self) -> Vec<String> {
        let Ok(Some((_critical, points))) = self.0.tbs_certificate.get::<CrlDistributionPoints>() else {
            return Vec::new();
        };
        let names = points.0.into_iter().filter_map(|point| match point.distribution_point {
            Some(DistributionPointName::FullName(names)) => Some(names),
            Some(DistributionPointName::NameRelativeToCRLIssuer(_)) | None => None,
        });
        names.flatten().filter_map(|name| url(&name)).collect()
    }

    fn access(&self, method: der::asn1::ObjectIdentifier) -> Vec<String> {
        let Ok(Some((_critical, access))) = self.0.tbs_certificate.get::<AuthorityInfoAccessSyntax>() else {
            return Vec::new();
        };
        let of_method = access.0.iter().filter(|one| one.access_method == method);
        of_method.filter_map(|one| url(&one.access_location)).collect()
    }
}

fn url(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(url) => Some(url.to_string()),
        _ => None,
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_tuple("Certificate").field(&self.subject()).finish()
    }
}
