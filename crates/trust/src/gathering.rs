//! What authorities say of certificates: gathered from OCSP responders first and from revocation lists where those say nothing, kept while it holds.
//!
//! A certificate that leads to nobody trusted here may name any place, and a server that asks there is led by a stranger. So places are asked only about
//! certificates under a trusted one: the authority that signed them vouches for the addresses in them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use signature::{Certificate, Crl, Material, OcspRequest, OcspResponse, Told};

use crate::cache::Key;
use crate::error::TrustError;
use crate::wire::{Deadline, LONGEST_LIST};
use crate::{Address, Authorities, Places};

/// A chain longer than this is not followed, as in `signature`.
const LONGEST_CHAIN: usize = 8;
/// Certificates that are asked about at most, whoever brings how many.
const MOST_CERTIFICATES: usize = 16;
/// Places of one kind that are asked about one certificate.
const MOST_PLACES: usize = 2;
/// For how long an answer is kept, if it promises as much: a responder's is the quicker word.
const ANSWER_HOLDS: SignedDuration = SignedDuration::from_mins(5);
const LIST_HOLDS: SignedDuration = SignedDuration::from_hours(1);
/// All questions about one signature together may take this many times the patience with one.
const PATIENCES: u32 = 4;

/// What was gathered about certificates.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The certificates under trusted ones, with the answers and lists about them.
    pub material: Material,
    /// Who did not answer, or said nothing that counts: sentences for the log.
    pub missed: Vec<String>,
    /// When the newest of it was said.
    pub newest: Option<Timestamp>,
}

impl Gathered {
    fn told(&mut self, told: Told) {
        self.newest = self.newest.max(Some(told.said_at));
    }
}

impl Authorities {
    /// Gathers what is said of those of `certificates` that stand under a trusted one, and of their issuers. Nothing is refused here: what was not learned is missing
    /// when the check asks for it.
    #[must_use]
    pub fn material(&self, certificates: &[Certificate], now: Timestamp) -> Gathered {
        let mut gathered = Gathered::default();
        let deadline = Deadline::after(self.wire.patience() * PATIENCES);
        let anchors: Vec<Certificate> =
            self.trust.anchors.iter().chain(&self.trust.timestamp_anchors).cloned().collect();
        let pool: Vec<Certificate> = certificates.iter().take(MOST_CERTIFICATES).chain(&anchors).cloned().collect();
        let mut asked: Vec<Certificate> = Vec::new();
        for certificate in certificates.iter().take(MOST_CERTIFICATES) {
            let Some(path) = climb(certificate, &pool, &anchors) else { continue };
            for pair in path.windows(2) {
                let [certificate, issuer] = pair else { continue };
                if !asked.contains(certificate) {
                    asked.push(certificate.clone());
                    self.ask_about(certificate, issuer, (now, deadline), &mut gathered);
                }
            }
            path.into_iter().for_each(|one| gathered.material.add_certificate(one));
        }
        gathered
    }

    fn ask_about(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        (now, deadline): (Timestamp, Deadline),
        gathered: &mut Gathered,
    ) {
        let (ocsp, crl) = self.places_of(certificate);
        for address in &ocsp {
            match self.ocsp(address, (certificate, issuer), now, deadline) {
                Ok((response, told)) => {
                    gathered.told(told);
                    gathered.material.add_ocsp(response);
                    return;
                }
                Err(error) => gathered.missed.push(error.to_string()),
            }
        }
        for address in &crl {
            match self.list(address, (certificate, issuer), now, deadline) {
                Ok((list, told)) => {
                    gathered.told(told);
                    gathered.material.add_crl(list);
                    return;
                }
                Err(error) => gathered.missed.push(error.to_string()),
            }
        }
    }

    fn places_of(&self, certificate: &Certificate) -> (Vec<Address>, Vec<Address>) {
        // Places that are spoken to otherwise (LDAP) are passed over.
        let usable = |named: Vec<String>| {
            let addresses = named.iter().filter_map(|one| one.parse::<Address>().ok());
            addresses.take(MOST_PLACES).collect::<Vec<_>>()
        };
        match &self.settings.places {
            Places::Nowhere => (Vec::new(), Vec::new()),
            Places::Named => (usable(certificate.ocsp_addresses()), usable(certificate.crl_addresses())),
            Places::Fixed { ocsp, crl } => (ocsp.clone(), crl.clone()),
        }
    }

    fn ocsp(
        &self,
        address: &Address,
        (certificate, issuer): (&Certificate, &Certificate),
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<(OcspResponse, Told), TrustError> {
        let unusable = |source| TrustError::Answer { address: address.to_string(), source };
        let fingerprint = certificate.fingerprint().map_err(|error| TrustError::Unmade(error.to_string()))?;
        let key = Key { address: address.to_string(), about: Some(fingerprint) };
        if let Some(bytes) = self.cache.get(&key, now) {
            let response = OcspResponse::from_bytes(&bytes).map_err(unusable)?;
            let told = response.tells_of(certificate, issuer).ok_or_else(|| silent(address, certificate))?;
            return Ok((response, told));
        }
        let nonce = random::<16>()?;
        let request = OcspRequest::about(certificate, issuer, Some(nonce)).map_err(unmade)?;
        let sent = ("application/ocsp-request", "application/ocsp-response");
        let bytes = self.wire.post(address, sent, &request.to_bytes().map_err(unmade)?, deadline)?;
        let response = OcspResponse::from_response(&bytes, &request).map_err(unusable)?;
        let told = response.tells_of(certificate, issuer).ok_or_else(|| silent(address, certificate))?;
        self.cache.put(key, &Arc::new(bytes), told.good_until, (now, ANSWER_HOLDS));
        Ok((response, told))
    }

    pub(crate) fn list(
        &self,
        address: &Address,
        (certificate, issuer): (&Certificate, &Certificate),
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<(Crl, Told), TrustError> {
        let unusable = |source| TrustError::Answer { address: address.to_string(), source };
        let key = Key { address: address.to_string(), about: None };
        if let Some(bytes) = self.cache.get(&key, now) {
            let list = Crl::from_der(&bytes).map_err(unusable)?;
            if let Some(told) = list.tells_of(certificate, issuer) {
                return Ok((list, told));
            }
        }
        let bytes = self.wire.get(address, LONGEST_LIST, deadline)?;
        let list = Crl::from_der(&bytes).map_err(unusable)?;
        // Only what an authority has signed is kept: a list that says nothing of this certificate may be anybody's.
        let told = list.tells_of(certificate, issuer).ok_or_else(|| silent(address, certificate))?;
        self.cache.put(key, &Arc::new(bytes), told.good_until, (now, LIST_HOLDS));
        Ok((list, told))
    }
}

/// From a certificate up to a trusted one, whatever they may be used for and whenever: that is asked by the check. `None`: it leads to nobody trusted.
fn climb(certificate: &Certificate, pool: &[Certificate], anchors: &[Certificate]) -> Option<Vec<Certificate>> {
    let mut path = vec![certificate.clone()];
    while let Some(top) = path.last() {
        if anchors.contains(top) {
            return Some(path);
        }
        // A trusted one first: there the climb ends.
        let above = top.issuer_among(anchors).or_else(|| top.issuer_among(pool))?.clone();
        if path.contains(&above) || path.len() >= LONGEST_CHAIN {
            return None;
        }
        path.push(above);
    }
    None
}

fn silent(address: &Address, certificate: &Certificate) -> TrustError {
    let why = format!("it says nothing that counts of the certificate {}", certificate.serial_number());
    TrustError::Away { address: address.to_string(), why }
}

pub(crate) fn unmade(error: impl ToString) -> TrustError {
    TrustError::Unmade(error.to_string())
}

/// Bytes that nobody can guess.
pub(crate) fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], TrustError> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(unmade)?;
    Ok(bytes)
}
