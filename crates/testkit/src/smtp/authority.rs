//! Certificates for tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A private authority, made afresh for a test, so that no key lies in the repository and none expires.
pub struct Authority {
    folder: PathBuf,
}

/// A certificate for one name, and its key.
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
}

impl Authority {
    /// Makes an authority in `folder`.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        openssl(
            folder,
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Test-CA \
             -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign",
        );
        Self { folder: folder.to_owned() }
    }

    /// The PEM file to trust.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// A certificate for `name`.
    #[must_use]
    pub fn certificate(&self, name: &str) -> Certificate {
        let stem = name.replace('.', "-");
        let names = if name.parse::<std::net::IpAddr>().is_ok() { format!("IP:{name}") } else { format!("DNS:{name}") };
        std::fs::write(self.folder.join("leaf.ext"), format!("subjectAltName={names}\n")).expect("a writable folder");
        openssl(
            &self.folder,
            &format!(
                "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout {stem}.key -out {stem}.csr -subj /CN={name}"
            ),
        );
        openssl(
            &self.folder,
            &format!(
                "x509 -req -in {stem}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile leaf.ext -out {stem}.pem"
            ),
        );
        Certificate { chain: self.folder.join(format!("{stem}.pem")), key: self.folder.join(format!("{stem}.key")) }
    }
}

impl Certificate {
    /// The PEM files of the certificate and its key, for a server that reads files.
    #[must_use]
    pub fn files(&self) -> (&Path, &Path) {
        (&self.chain, &self.key)
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let chain =
            CertificateDer::pem_file_iter(&self.chain).expect("a PEM file").map(|one| one.expect("a certificate"));
        let key = PrivateKeyDer::from_pem_file(&self.key).expect("a key");
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("protocol versions")
            .with_no_client_auth()
            .with_single_cert(chain.collect(), key)
            .expect("a key that fits its certificate");
        TlsAcceptor::from(Arc::new(config))
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let run = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output();
    let output = run.expect("openssl is installed (Debian package: openssl)");
    assert!(output.status.success(), "openssl: {}", String::from_utf8_lossy(&output.stderr));
}
