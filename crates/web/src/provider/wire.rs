//! Speaking to the provider: over TLS (in the clear on this machine only), without following it elsewhere, for ten seconds at most, and
//! without reading more than a description or a token is long.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::tls::{RootCerts, TlsConfig};

use super::metadata::Metadata;
use super::{Fault, Settings};
use crate::address::{escaped, query};

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer, in bytes.
const LONGEST: u64 = 256 * 1024;

pub(super) struct Wire {
    agent: ureq::Agent,
    in_the_clear: bool,
}

impl Wire {
    pub(super) fn new(issuer: &str) -> Result<Self, Fault> {
        let in_the_clear = is_on_this_machine(issuer);
        if !(in_the_clear || issuer.starts_with("https://")) || issuer.contains(['?', '#', ' ']) {
            return Err(Fault::BadIssuer);
        }
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .https_only(!in_the_clear)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            .tls_config(tls)
            .build()
            .new_agent();
        Ok(Self { agent, in_the_clear })
    }

    /// Is this an address that may be spoken to?
    pub(super) fn may_speak_to(&self, place: &str) -> Result<(), Fault> {
        let may = place.starts_with("https://") || (self.in_the_clear && is_on_this_machine(place));
        if may { Ok(()) } else { Err(Fault::Away(format!("{place} is not an address over TLS"))) }
    }

    /// Reads JSON.
    pub(super) async fn get(&self, place: String) -> Result<Vec<u8>, Fault> {
        let agent = self.agent.clone();
        on_a_thread(move || read(agent.get(&place).header("Accept", "application/json").call(), false)).await
    }

    /// Sends a form to the token endpoint, as the client that we are there.
    pub(super) async fn post(
        &self,
        metadata: &Metadata,
        settings: &Settings,
        fields: &[(&str, &str)],
    ) -> Result<Vec<u8>, Fault> {
        let (agent, place) = (self.agent.clone(), metadata.token_endpoint.clone());
        let mut body = query(fields);
        let mut authorization = None;
        match &settings.client_secret {
            // RFC 6749, 2.3.1: both are escaped before they are joined.
            Some(secret) if metadata.takes_basic() => {
                let pair = STANDARD.encode(format!("{}:{}", escaped(&settings.client_id), escaped(secret)));
                authorization = Some(format!("Basic {pair}"));
            }
            Some(secret) => {
                body.push('&');
                body.push_str(&query(&[("client_id", &settings.client_id), ("client_secret", secret)]));
            }
            None => {
                body.push('&');
                body.push_str(&query(&[("client_id", &settings.client_id)]));
            }
        }
        on_a_thread(move || {
            let mut request = agent
                .post(&place)
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded");
            if let Some(value) = authorization {
                request = request.header("Authorization", value);
            }
            read(request.send(body.as_bytes()), true)
        })
        .await
    }
}

/// An address on this machine, where nobody listens on the way: tests and trials.
fn is_on_this_machine(place: &str) -> bool {
    let Some(rest) = place.strip_prefix("http://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    matches!(host, "127.0.0.1" | "[::1]" | "localhost")
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Fault::Away(error.to_string()))?
}

/// An answer's body. Of a refusal by the token endpoint only the name of the error is told: nothing of it is for the log.
fn read(answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>, may_refuse: bool) -> Result<Vec<u8>, Fault> {
    let response = answered.map_err(|error| Fault::Away(error.to_string()))?;
    let status = response.status();
    let body = response.into_body().into_with_config().limit(LONGEST).read_to_vec();
    let body = body.map_err(|error| Fault::Away(error.to_string()))?;
    match status.as_u16() {
        200 => Ok(body),
        400 | 401 if may_refuse => Err(Fault::Refused(super::visit::error_of(&body))),
        other => Err(Fault::Away(format!("its status is {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        for good in [
            "https://id.gov.example",
            "https://id.gov.example/realms/office",
            "http://127.0.0.1:9000",
            "http://[::1]:9000",
        ] {
            assert!(Wire::new(good).is_ok(), "{good}");
        }
        for bad in [
            "http://id.gov.example",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1@evil.example",
            "ftp://127.0.0.1",
            "https://id.gov.example?x",
            "id.gov.example",
        ] {
            assert!(matches!(Wire::new(bad), Err(Fault::BadIssuer)), "{bad}");
        }
        let wire = Wire::new("https://id.gov.example").unwrap();
        assert!(wire.may_speak_to("https://keys.gov.example/jwks").is_ok());
        assert!(wire.may_speak_to("http://127.0.0.1/jwks").is_err(), "led to a service of this machine");
    }
}
