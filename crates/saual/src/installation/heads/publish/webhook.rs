//! Posting lines to an address that the settings name: over TLS (in the clear on this machine only), without following it elsewhere, for a
//! bounded time. What it answers is not read beyond its status.

use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};

/// How long the whole of it may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Posts lines, one JSON object each. Any status from 200 to 299 says that they were taken.
pub(super) async fn post(address: String, lines: Vec<String>) -> anyhow::Result<()> {
    tokio::task::spawn_blocking(move || send(&address, &lines)).await?
}

fn send(address: &str, lines: &[String]) -> anyhow::Result<()> {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .https_only(!address.starts_with("http://"))
        .max_redirects(0)
        .timeout_global(Some(PATIENCE))
        .tls_config(tls)
        .build()
        .new_agent();
    let mut body = lines.join("\n");
    body.push('\n');
    let request = agent.post(address).header("Content-Type", "application/jsonl").header("User-Agent", "saual");
    // The library's words may hold the address, and the address a secret: they are cut to what happened.
    let response = request.send(body.as_bytes()).map_err(|error| anyhow::anyhow!(what_happened(&error)))?;
    let status = response.status();
    anyhow::ensure!(status.is_success(), "it answered with status {}", status.as_u16());
    Ok(())
}

fn what_happened(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => format!("it did not answer within {} seconds", PATIENCE.as_secs()),
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::HostNotFound => "its host was not found".to_owned(),
        ureq::Error::ConnectionFailed => "no connection".to_owned(),
        ureq::Error::Tls(why) => format!("its protection (TLS) failed: {why}"),
        ureq::Error::Rustls(error) => format!("its protection (TLS) failed: {error}"),
        _ => "it could not be spoken to".to_owned(),
    }
}
