//! TLS with a mail server: whose certificate is believed, and under which name.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

/// Speaks TLS with one server.
#[derive(Clone)]
pub(crate) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// Reads the authorities: those of the file, which are then the only ones, or the machine's. `whose` begins the sentence that says what is wrong.
    pub(crate) fn new(whose: &str, host: &str, name: Option<&str>, ca_file: Option<&Path>) -> Result<Self, String> {
        let name = name.unwrap_or(host);
        let name =
            ServerName::try_from(name.to_owned()).map_err(|_| format!("{name} is no name a certificate can bear"))?;
        let versions = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let verified = match ca_file {
            Some(path) => {
                let wrong = |why: &dyn std::fmt::Display| format!("{whose} CA file {}: {why}", path.display());
                let mut roots = RootCertStore::empty();
                for certificate in CertificateDer::pem_file_iter(path).map_err(|error| wrong(&error))? {
                    let certificate = certificate.map_err(|error| wrong(&error))?;
                    roots.add(certificate).map_err(|error| wrong(&error))?;
                }
                if roots.is_empty() {
                    return Err(wrong(&"it holds no certificate"));
                }
                versions.with_root_certificates(roots)
            }
            None => versions.with_platform_verifier().map_err(|error| error.to_string())?,
        };
        Ok(Self { connector: TlsConnector::from(Arc::new(verified.with_no_client_auth())), name })
    }

    /// The handshake; a certificate that does not fit is a `rustls::Error` inside.
    pub(crate) async fn shake_hands<S: AsyncRead + AsyncWrite + Unpin>(&self, socket: S) -> io::Result<TlsStream<S>> {
        self.connector.connect(self.name.clone(), socket).await
    }
}
