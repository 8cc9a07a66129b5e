//! Speaking to authorities: over HTTP, without following them elsewhere, for a few seconds at most, and without reading more than such an answer is long.

use std::time::{Duration, Instant};

use ureq::tls::{RootCerts, TlsConfig};

use crate::Address;
use crate::error::TrustError;

/// The longest answer of a timestamping authority, a responder or a verifier, in bytes.
pub(crate) const LONGEST_ANSWER: u64 = 256 * 1024;
/// The longest revocation list; that of the national authority has some megabytes.
pub(crate) const LONGEST_LIST: u64 = 32 * 1024 * 1024;

pub(crate) struct Wire {
    agent: ureq::Agent,
    patience: Duration,
}

/// Until when questions may be asked that belong together.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn after(patience: Duration) -> Self {
        Self(Instant::now() + patience)
    }

    fn left(self) -> Option<Duration> {
        Some(self.0.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
    }
}

impl Wire {
    pub(crate) fn new(patience: Duration) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // An answer that leads elsewhere is none: its status is not 200.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(patience))
            .tls_config(tls)
            .build()
            .new_agent();
        Self { agent, patience }
    }

    /// For how long one place may keep us waiting.
    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// Sends bytes of one media type and reads the answer.
    pub(crate) fn post(
        &self,
        address: &Address,
        (sent, accepted): (&str, &str),
        body: &[u8],
        deadline: Deadline,
    ) -> Result<Vec<u8>, TrustError> {
        let request =
            self.agent.post(address.as_str()).config().timeout_global(Some(self.left(address, deadline)?)).build();
        read(address, request.header("Content-Type", sent).header("Accept", accepted).send(body), LONGEST_ANSWER)
    }

    /// Reads what lies at a place.
    pub(crate) fn get(&self, address: &Address, longest: u64, deadline: Deadline) -> Result<Vec<u8>, TrustError> {
        let request =
            self.agent.get(address.as_str()).config().timeout_global(Some(self.left(address, deadline)?)).build();
        read(address, request.call(), longest)
    }

    fn left(&self, address: &Address, deadline: Deadline) -> Result<Duration, TrustError> {
        let left = deadline.left().ok_or_else(|| away(address, "no time was left to ask it"))?;
        Ok(left.min(self.patience))
    }
}

pub(crate) fn away(address: &Address, why: impl ToString) -> TrustError {
    TrustError::Away { address: address.to_string(), why: why.to_string() }
}

fn read(
    address: &Address,
    answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    longest: u64,
) -> Result<Vec<u8>, TrustError> {
    let response = answered.map_err(|error| away(address, error))?;
    match response.status().as_u16() {
        200 => {
            let body = response.into_body().into_with_config().limit(longest).read_to_vec();
            body.map_err(|error| away(address, error))
        }
        other => Err(away(address, format!("its status is {other}"))),
    }
}
