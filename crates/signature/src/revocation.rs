//! Whether a certificate was revoked, by the material at hand.

use der::Encode;
use jiff::Timestamp;
use x509_cert::Certificate as X509;

use crate::certificate::instant_of;
use crate::crl::Crl;
use crate::error::AnswerError;
use crate::ocsp::{OcspResponse, Said, Status};
use crate::{Certificate, SignatureError};

/// What a check may rest upon besides the signature: certificates between signer and trust, answers of OCSP responders, revocation lists. The caller
/// fetches and caches them; or they stand in the signed PDF.
#[derive(Debug, Clone, Default)]
pub struct Material {
    pub(crate) certificates: Vec<X509>,
    pub(crate) ocsp: Vec<OcspResponse>,
    pub(crate) crls: Vec<Crl>,
}

impl Material {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a certificate, e.g. of an authority between signer and trust.
    pub fn add_certificate(&mut self, certificate: Certificate) {
        if !self.certificates.contains(&certificate.0) {
            self.certificates.push(certificate.0);
        }
    }

    /// Adds an answer of an OCSP responder.
    pub fn add_ocsp(&mut self, response: OcspResponse) {
        if !self.ocsp.iter().any(|known| known.to_der() == response.to_der()) {
            self.ocsp.push(response);
        }
    }

    /// Adds a revocation list.
    pub fn add_crl(&mut self, list: Crl) {
        if !self.crls.iter().any(|known| known.to_der() == list.to_der()) {
            self.crls.push(list);
        }
    }

    /// Adds all of `other`.
    pub fn add_all(&mut self, other: Self) {
        other.certificates.into_iter().for_each(|one| self.add_certificate(Certificate(one)));
        other.ocsp.into_iter().for_each(|one| self.add_ocsp(one));
        other.crls.into_iter().for_each(|one| self.add_crl(one));
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.ocsp.is_empty() && self.crls.is_empty()
    }

    /// The DER of everything: certificates, answers of OCSP responders, revocation lists; to be kept with the report of a check that rested on them.
    ///
    /// # Errors
    /// When a certificate cannot be encoded, which does not happen with one that was read.
    pub fn to_der(&self) -> Result<[Vec<Vec<u8>>; 3], SignatureError> {
        let certificates =
            self.certificates.iter().map(|one| Ok(one.to_der()?)).collect::<Result<_, SignatureError>>()?;
        let ocsp = self.ocsp.iter().map(|one| one.to_der().to_vec()).collect();
        Ok([certificates, ocsp, self.crls.iter().map(|one| one.to_der().to_vec()).collect()])
    }

    /// Adds what stands in a frame or a PDF, in DER.
    pub(crate) fn add_der(&mut self, kind: Kind, der: &[u8]) -> Result<(), AnswerError> {
        match kind {
            Kind::Certificate => {
                self.add_certificate(Certificate::from_der(der).map_err(|_| AnswerError::Unreadable)?);
            }
            Kind::Ocsp => self.add_ocsp(OcspResponse::from_bytes(der)?),
            Kind::Crl => self.add_crl(Crl::from_der(der)?),
        }
        Ok(())
    }
}

/// The kinds of material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Certificate,
    Ocsp,
    Crl,
}

/// Who said that a certificate was revoked, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// An OCSP responder.
    Ocsp,
    /// A revocation list.
    Crl,
}

/// The time of a statement about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// When it was true.
    pub said_at: Timestamp,
    /// When a newer one is made at the latest, if it says so.
    pub good_until: Option<Timestamp>,
}

/// What the material comes to for one certificate at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not revoked at that time, as said at `as_of`.
    Good { by: Source, as_of: Timestamp },
    /// Revoked at that time or before.
    Revoked { by: Source, since: Timestamp },
    /// Nobody who may say it has said anything about that time.
    Unknown,
}

/// What `material` says of `certificate`, which `issuer` issued, at `at`; `now` is the time of the check: what was said later than that does not count.
///
/// A statement counts when it was made at or after `at`, or promises to hold until then; "not revoked" said after the certificate's end says nothing, for
/// lists then drop it. Revoked is believed from whomever.
pub(crate) fn standing(
    certificate: &X509,
    issuer: &X509,
    material: &Material,
    at: Timestamp,
    now: Timestamp,
) -> Standing {
    let ocsp = material.ocsp.iter().filter_map(|one| Some((Source::Ocsp, one.about(certificate, issuer)?)));
    let lists = material.crls.iter().filter_map(|one| Some((Source::Crl, one.about(certificate, issuer)?)));
    let said: Vec<(Source, Said)> = ocsp.chain(lists).filter(|(_, said)| said.this_update <= now).collect();
    let revoked = said.iter().find_map(|(by, said)| match said.status {
        Status::Revoked(since) if since <= at => Some((*by, since)),
        Status::Revoked(_) | Status::Good => None,
    });
    if let Some((by, since)) = revoked {
        return Standing::Revoked { by, since };
    }
    let end = instant_of(&certificate.tbs_certificate.validity.not_after);
    let counts = |said: &Said| {
        let covers = said.this_update >= at || said.next_update.is_some_and(|next| next >= at);
        covers && (end.is_some_and(|end| said.this_update <= end) || matches!(said.status, Status::Revoked(_)))
    };
    let newest = said.iter().filter(|(_, said)| counts(said)).max_by_key(|(_, said)| said.this_update);
    match newest {
        Some((by, said)) => Standing::Good { by: *by, as_of: said.this_update },
        None => Standing::Unknown,
    }
}
