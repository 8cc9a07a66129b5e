//! A certification authority for tests, made by OpenSSL, and the services behind it over HTTP on this machine: `openssl ocsp`, revocation lists, `openssl ts`,
//! and a stand-in for the verifier of an office (an NCANode). Each can be broken on purpose.
//!
//! Certificates name the services by address, so an authority is started before it issues anything.
#![expect(clippy::expect_used, reason = "an authority that cannot be made ends the test, and says which step failed")]

mod answers;

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use tempfile::TempDir;

/// The object identifier of ECDSA with SHA-256, and one of the same length beneath those of the national authority, which nobody here knows.
const KNOWN: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const GOST_LIKE: [u8; 8] = [0x2a, 0x83, 0x0e, 0x03, 0x0a, 0x01, 0x01, 0x01];

const SETTINGS: &str = "
[ca]
default_ca = this
[this]
database = DIR/CA.index
new_certs_dir = DIR
serial = DIR/CA.serial
crlnumber = DIR/CA.crlnumber
default_md = sha256
policy = any
preserve = yes
default_days = 30
default_crl_days = 30
unique_subject = no
string_mask = utf8only
[any]
commonName = supplied
serialNumber = optional
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[issuing]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:HERE/root.crl
[documents]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
extendedKeyUsage = emailProtection
authorityInfoAccess = OCSP;URI:HERE/ocsp
crlDistributionPoints = URI:HERE/issuing.crl
[signing_in]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = clientAuth
authorityInfoAccess = OCSP;URI:HERE/ocsp
[encipherment]
basicConstraints = critical, CA:false
keyUsage = critical, keyEncipherment
authorityInfoAccess = OCSP;URI:HERE/ocsp
[listed]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
crlDistributionPoints = URI:HERE/issuing.crl
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
authorityInfoAccess = OCSP;URI:HERE/ocsp
[ocsp]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = yes
[req]
distinguished_name = name
string_mask = utf8only
[name]
[stamps]
serial = DIR/stamps.serial
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
";

/// A service of the authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// The OCSP responder, at `/ocsp`.
    Ocsp,
    /// Revocation lists in DER, at `/root.crl` and `/issuing.crl`.
    Lists,
    /// The timestamping authority, at `/tsa`.
    Stamps,
    /// The verifier, at `/cms/verify`.
    Verifier,
}

/// How a service behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// As it should.
    Honest,
    /// It takes the question and says nothing, and keeps the line.
    Silent,
    /// It answers more than anybody reads.
    Endless,
    /// It sends one elsewhere.
    Elsewhere,
    /// It fails.
    Failing,
    /// It answers this text to everything.
    Says(String),
}

/// What the services share.
struct Shared {
    folder: TempDir,
    behaviour: Mutex<HashMap<Service, Behaviour>>,
    asked: Mutex<Vec<(Service, Vec<u8>)>>,
}

/// The authority, with its services running.
pub struct Authority {
    shared: Arc<Shared>,
    address: String,
}

impl Authority {
    /// Makes root and issuing authority (the latter issues), `tsa` and `ocsp`, and starts the services.
    ///
    /// # Panics
    /// When OpenSSL is missing, or the machine gives no port.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let folder = tempfile::tempdir().expect("a folder");
        let settings = SETTINGS.replace("DIR", &folder.path().display().to_string()).replace("HERE", &address);
        for ca in ["root", "issuing"] {
            fs::write(folder.path().join(format!("{ca}.settings")), settings.replace("CA.", &format!("{ca}.")))
                .expect("written");
            for (name, text) in [("index", ""), ("serial", "1001\n"), ("crlnumber", "01\n")] {
                fs::write(folder.path().join(format!("{ca}.{name}")), text).expect("written");
            }
        }
        fs::write(folder.path().join("stamps.serial"), "01\n").expect("written");
        let shared = Arc::new(Shared { folder, behaviour: Mutex::default(), asked: Mutex::default() });
        let one = Self { shared: Arc::clone(&shared), address };
        one.key("root");
        one.run(
            "req -x509 -new -key root.key -out root.pem -days 3650 -extensions root -config root.settings -subj",
            &["/CN=Test-Root"],
        );
        one.issue_by("root", "issuing", "/CN=Test-Issuing", "issuing", "");
        one.issue("tsa", "/CN=Test-Stamps", "tsa");
        one.issue("ocsp", "/CN=Test-Responder", "ocsp");
        fs::write(one.path("chain.pem"), one.pem("issuing") + &one.pem("root")).expect("written");
        // It ends with the process: whoever is silent keeps a line until then.
        thread::spawn(move || {
            for line in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || answers::serve(&shared, line));
            }
        });
        one
    }

    /// Where the services are: `http://127.0.0.1:…`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A file of the authority: `NAME.key`, `NAME.pem`, `chain.pem`.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.shared.folder.path().join(name)
    }

    /// A certificate in PEM.
    #[must_use]
    pub fn pem(&self, name: &str) -> String {
        fs::read_to_string(self.path(&format!("{name}.pem"))).expect("a certificate")
    }

    fn key(&self, name: &str) {
        self.run(&format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {name}.key"), &[]);
    }

    /// Issues `NAME.key` and `NAME.pem`. `kind` is a section above: `documents`, `signing_in`, `encipherment`, `listed` (which names a revocation list and no responder).
    pub fn issue(&self, name: &str, subject: &str, kind: &str) {
        self.issue_by("issuing", name, subject, kind, "");
    }

    /// As [`issue`](Self::issue), for documents, and at its end since 2021.
    pub fn issue_expired(&self, name: &str, subject: &str) {
        self.issue_by("issuing", name, subject, "documents", "-startdate 20200101000000Z -enddate 20210101000000Z");
    }

    fn issue_by(&self, ca: &str, name: &str, subject: &str, kind: &str, more: &str) {
        self.key(name);
        self.run(&format!("req -new -utf8 -key {name}.key -out {name}.csr -config {ca}.settings -subj"), &[subject]);
        let issue = format!(
            "ca -batch -notext -utf8 -config {ca}.settings -keyfile {ca}.key -cert {ca}.pem -in {name}.csr -out {name}.pem"
        );
        self.run(&format!("{issue} -extensions {kind} {more}"), &[]);
    }

    /// Revokes what the issuing authority issued as `name`.
    pub fn revoke(&self, name: &str) {
        self.run(
            &format!("ca -config issuing.settings -keyfile issuing.key -cert issuing.pem -revoke {name}.pem"),
            &[],
        );
    }

    /// A detached signature (CMS, DER) over `bytes` with the key of `name`, the issuing certificate enclosed.
    #[must_use]
    pub fn sign(&self, name: &str, bytes: &[u8]) -> Vec<u8> {
        self.sign_as(name, bytes, "-outform DER")
    }

    /// As [`sign`](Self::sign), in the form that these words of `openssl cms -sign` say.
    #[must_use]
    pub fn sign_as(&self, name: &str, bytes: &[u8], form: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a folder");
        let (content, cms) = (folder.path().join("c"), folder.path().join("s"));
        fs::write(&content, bytes).expect("written");
        let sign = format!(
            "cms -sign -binary -cades -md sha256 -signer {name}.pem -inkey {name}.key -certfile issuing.pem {form}"
        );
        let files = [content.display().to_string(), cms.display().to_string()];
        self.run(&sign, &["-in", &files[0], "-out", &files[1]]);
        fs::read(cms).expect("a signature")
    }

    /// A signature that our programs cannot check: as if it were of an algorithm of the national authority.
    ///
    /// # Panics
    /// When it is not one of ECDSA.
    #[must_use]
    pub fn gost_like(cms: &[u8]) -> Vec<u8> {
        answers::with_algorithm(cms, KNOWN, GOST_LIKE).expect("a signature by ECDSA")
    }

    /// The signature with a frame of indefinite lengths, as the libraries of the national authority write it.
    ///
    /// # Panics
    /// When it is not in DER with lengths of two bytes, as [`sign`](Self::sign) makes it.
    #[must_use]
    pub fn in_ber(cms: &[u8]) -> Vec<u8> {
        answers::in_ber(cms)
    }

    /// The signature with the certificate of somebody else in the place of the signer's own.
    #[must_use]
    pub fn swapped(cms: &[u8], own: &str, other: &str) -> Vec<u8> {
        answers::replaced(cms, &answers::der_of(own), &answers::der_of(other))
    }

    /// From now on the service behaves so.
    pub fn behave(&self, service: Service, behaviour: Behaviour) {
        self.shared.behaviour.lock().expect("behaviour").insert(service, behaviour);
    }

    /// How often a service was asked, and the bodies of the questions.
    #[must_use]
    pub fn asked(&self, service: Service) -> Vec<Vec<u8>> {
        let asked = self.shared.asked.lock().expect("questions");
        asked.iter().filter(|(one, _)| *one == service).map(|(_, body)| body.clone()).collect()
    }

    fn run(&self, words: &str, more: &[&str]) -> Output {
        self.shared.run(words, more)
    }
}

impl Shared {
    /// Runs `openssl` in the folder, with words separated by spaces and then `more`.
    fn run(&self, words: &str, more: &[&str]) -> Output {
        let said = self.try_run(words, more);
        assert!(said.status.success(), "{words}: {}", String::from_utf8_lossy(&said.stderr));
        said
    }

    fn try_run(&self, words: &str, more: &[&str]) -> Output {
        let mut openssl = Command::new("openssl");
        openssl.args(words.split_whitespace()).args(more).current_dir(self.folder.path());
        openssl.output().expect("openssl (scripts/bootstrap installs it)")
    }
}

fn write(line: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len());
    // Whoever asked may have gone.
    let _gone = line.write_all(head.as_bytes()).and_then(|()| line.write_all(body));
}
