//! Do they answer? For `saual check`, in one sentence each.

use jiff::Timestamp;
use signature::{Certificate, Crl};

use crate::error::TrustError;
use crate::wire::{Deadline, LONGEST_LIST};
use crate::{Address, Authorities, Places};

impl Authorities {
    /// Asks the timestamping authority for a timestamp over nothing of importance. `None`: none is named.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn try_timestamps(&self, now: Timestamp) -> Option<Result<String, TrustError>> {
        let address = self.settings.tsa.as_ref()?;
        let stamped = self.timestamp(b"saual check", now);
        Some(stamped.map(|token| format!("{address} answers, its clock says {}", token.at())))
    }

    /// Asks the verifier about a signature that is none. `None`: none is named.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn try_verifier(&self) -> Option<Result<String, TrustError>> {
        let (verifier, address) = (self.verifier.as_ref()?, self.settings.verifier.as_ref()?);
        Some(match verifier.ask(b"none", b"none") {
            Ok(_) => Ok(format!("{address} answers")),
            // It refuses what is no signature, and that is its answer.
            Err(TrustError::Away { why, .. }) if why == "its status is 400" => Ok(format!("{address} answers")),
            Err(error) => Err(error),
        })
    }

    /// Where is asked about revocation; the lists that the settings name are fetched.
    ///
    /// # Errors
    /// [`TrustError`], of the first that is not there or is no list.
    pub fn try_revocation(&self) -> Result<String, TrustError> {
        match &self.settings.places {
            Places::Nowhere => Ok("nobody is asked".to_owned()),
            Places::Named => Ok("asked where the certificates say so".to_owned()),
            Places::Fixed { ocsp, crl } => {
                for address in crl {
                    let list = self.wire.get(address, LONGEST_LIST, Deadline::after(self.wire.patience()))?;
                    Crl::from_der(&list)
                        .map_err(|source| TrustError::Answer { address: address.to_string(), source })?;
                }
                let all: Vec<&str> = ocsp.iter().chain(crl).map(Address::as_str).collect();
                Ok(format!("asked at {}", all.join(", ")))
            }
        }
    }

    /// Trusted certificates that are not valid now: with one of these above it, no signature is valid.
    #[must_use]
    pub fn ended(&self, now: Timestamp) -> Vec<String> {
        let all = self.trust.anchors.iter().chain(&self.trust.timestamp_anchors);
        let is_ended = |one: &&Certificate| one.validity().is_none_or(|(from, until)| now < from || until < now);
        all.filter(is_ended).map(Certificate::subject).collect()
    }
}
