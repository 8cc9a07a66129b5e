//! A small certification authority with everything that signatures for the years need, made by OpenSSL once for all tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use jiff::Timestamp;
use signature::{
    Certificate, Crl, Material, OcspRequest, OcspResponse, Question, Revocation, Seal, TimestampRequest,
    TimestampToken, Trust,
};

const SETTINGS: &str = "
[ca]
default_ca = this
[this]
database = $ENV::CA/index
new_certs_dir = $ENV::CA
serial = $ENV::CA/serial
crlnumber = $ENV::CA/crlnumber
default_md = sha256
policy = any
default_days = 30
default_crl_days = 30
unique_subject = no
crl_extensions = list
[any]
commonName = supplied
[list]
authorityKeyIdentifier = keyid
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[issuing]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[signer]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[addressed]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
authorityInfoAccess = OCSP;URI:http://ocsp.invalid/, caIssuers;URI:http://ca.invalid/issuing.crt
crlDistributionPoints = URI:http://crl.invalid/list.crl
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ocsp]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = yes
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[req]
distinguished_name = name
[name]
[ts]
default_tsa = stamps
[stamps]
serial = $ENV::CA/stamp_serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
";

/// The folder of keys, certificates, lists and answers.
pub(crate) struct Authority {
    folder: PathBuf,
}

/// The one of all tests.
pub(crate) fn authority() -> &'static Authority {
    static ONE: OnceLock<Authority> = OnceLock::new();
    ONE.get_or_init(Authority::new)
}

pub(crate) const P256: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P384: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
const RSA: [&str; 4] = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];

impl Authority {
    fn new() -> Self {
        // Nobody tidies up behind what all tests share; so it lies with what cargo makes.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("authority-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let one = Self { folder };
        fs::write(one.path("settings"), SETTINGS).expect("written");
        for ca in ["root", "issuing"] {
            fs::create_dir(one.path(ca)).expect("a folder");
            for (name, text) in [("index", ""), ("serial", "1000\n"), ("crlnumber", "01\n"), ("stamp_serial", "01\n")] {
                fs::write(one.path(ca).join(name), text).expect("written");
            }
        }
        one.key("root", &P384);
        let root = "req -x509 -new -key root.key -out root.pem -subj /CN=Test-Root -days 3650 -extensions root";
        one.run("root", &[root, "-config settings"]);
        one.issue("root", "issuing", "issuing", &RSA, &[]);
        one.issue("issuing", "signer", "signer", &P256, &[]);
        one.issue("issuing", "other", "signer", &P256, &[]);
        one.issue("issuing", "rsa", "signer", &RSA, &[]);
        one.issue("issuing", "revoked", "signer", &P256, &[]);
        one.issue("issuing", "expired", "signer", &P256, &["-startdate 20200101000000Z -enddate 20210101000000Z"]);
        one.issue("issuing", "addressed", "addressed", &P256, &[]);
        one.issue("issuing", "tsa", "tsa", &RSA, &[]);
        one.issue("issuing", "ocsp", "ocsp", &P256, &[]);
        one.run("issuing", &["ca -config settings -keyfile issuing.key -cert issuing.pem -revoke revoked.pem"]);
        for ca in ["root", "issuing"] {
            let list = format!("ca -config settings -keyfile {ca}.key -cert {ca}.pem -gencrl -out {ca}.list");
            one.run(ca, &[&list]);
            one.run(ca, &[&format!("crl -in {ca}.list -outform DER -out {ca}.crl")]);
        }
        let chain = one.text("issuing.pem") + &one.text("root.pem");
        fs::write(one.path("chain.pem"), chain).expect("written");
        one
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a text")
    }

    fn key(&self, name: &str, kind: &[&str]) {
        self.run("root", &[&format!("genpkey -out {name}.key"), &kind.join(" ")]);
    }

    /// Makes `name.key` and `name.pem`, issued by `ca` with the extensions of `section`.
    fn issue(&self, ca: &str, name: &str, section: &str, kind: &[&str], more: &[&str]) {
        self.key(name, kind);
        self.run(
            "root",
            &[&format!("req -new -key {name}.key -out {name}.csr -subj /CN=Test-{name} -config settings")],
        );
        let issue = format!(
            "ca -batch -notext -config settings -keyfile {ca}.key -cert {ca}.pem -in {name}.csr -out {name}.pem -extensions {section}"
        );
        self.run(ca, &[&[&issue[..]], more].concat());
    }

    /// A certificate that the signer has issued, though it is no authority: `forged`.
    pub(crate) fn issued_by_a_signer(&self) -> Certificate {
        self.key("forged", &P256);
        self.run("root", &["req -new -key forged.key -out forged.csr -subj /CN=Test-forged -config settings"]);
        let sign = "x509 -req -in forged.csr -CA signer.pem -CAkey signer.key -set_serial 77 -days 5 -extfile settings";
        self.run("root", &[sign, "-extensions signer -out forged.pem"]);
        self.certificate("forged")
    }

    /// Runs `openssl` with words separated by spaces, in the folder.
    pub(crate) fn run(&self, ca: &str, words: &[&str]) -> Output {
        let said = self.try_run(ca, words);
        assert!(said.status.success(), "{words:?}: {}", String::from_utf8_lossy(&said.stderr));
        said
    }

    pub(crate) fn try_run(&self, ca: &str, words: &[&str]) -> Output {
        let words = words.iter().flat_map(|part| part.split_whitespace());
        Command::new("openssl")
            .args(words)
            .current_dir(&self.folder)
            .env("CA", ca)
            .output()
            .expect("openssl (scripts/bootstrap installs it)")
    }

    /// The seal of a holder with a P-256 key.
    pub(crate) fn seal(&self, name: &str) -> Seal {
        Seal::from_pem(&self.text(&format!("{name}.key")), &self.text(&format!("{name}.pem"))).expect("a seal")
    }

    pub(crate) fn certificate(&self, name: &str) -> Certificate {
        let all = Certificate::all_from_pem(&self.text(&format!("{name}.pem"))).expect("a certificate");
        all.into_iter().next().expect("one")
    }

    /// The answer of a time-stamping authority (`openssl ts`), as over HTTP.
    pub(crate) fn stamp_response(&self, request: &TimestampRequest) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a folder");
        let (asked, answer) = (folder.path().join("q"), folder.path().join("a"));
        fs::write(&asked, request.to_bytes().expect("a request")).expect("written");
        fs::write(folder.path().join("stamp_serial"), "01\n").expect("written");
        let reply = "ts -reply -config settings -section stamps -signer tsa.pem -inkey tsa.key -chain issuing.pem -sha256 -queryfile";
        let reply = format!("{reply} {} -out {}", asked.display(), answer.display());
        self.run(&folder.path().display().to_string(), &[&reply]);
        fs::read(answer).expect("an answer")
    }

    pub(crate) fn stamp(&self, request: &TimestampRequest) -> TimestampToken {
        TimestampToken::from_response(&self.stamp_response(request), request).expect("a timestamp")
    }

    /// The question whether `name` was revoked.
    pub(crate) fn ocsp_request(&self, name: &str, nonce: [u8; 16]) -> OcspRequest {
        OcspRequest::about(&self.certificate(name), &self.certificate("issuing"), Some(nonce)).expect("a request")
    }

    /// The answer of an OCSP responder (`openssl ocsp`) with the key of `responder`, as over HTTP.
    pub(crate) fn ocsp_answer(&self, request: &OcspRequest, responder: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a folder");
        let (asked, answer) = (folder.path().join("q"), folder.path().join("a"));
        fs::write(&asked, request.to_bytes().expect("DER")).expect("written");
        let reply = format!("ocsp -index issuing/index -CA issuing.pem -rsigner {responder}.pem -rkey {responder}.key");
        let files = format!("-ndays 7 -reqin {} -respout {}", asked.display(), answer.display());
        self.run("issuing", &[&reply, &files]);
        fs::read(answer).expect("an answer")
    }

    pub(crate) fn ocsp(&self, name: &str) -> OcspResponse {
        let request = self.ocsp_request(name, *b"0123456789abcdef");
        OcspResponse::from_response(&self.ocsp_answer(&request, "ocsp"), &request).expect("an answer to this")
    }

    pub(crate) fn list(&self, ca: &str) -> Crl {
        Crl::from_der(&fs::read(self.path(&format!("{ca}.crl"))).expect("a list")).expect("a list")
    }

    /// What stands beside a signature in a PDF.
    pub(crate) fn chain(&self) -> Vec<Certificate> {
        vec![self.certificate("issuing")]
    }

    /// The certificates between signer and root.
    pub(crate) fn between(&self) -> Material {
        let mut material = Material::new();
        material.add_certificate(self.certificate("issuing"));
        material
    }

    /// All that is needed to check `name` and the timestamps later.
    pub(crate) fn material(&self, name: &str) -> Material {
        let mut material = self.between();
        material.add_ocsp(self.ocsp(name));
        material.add_ocsp(self.ocsp("tsa"));
        material.add_crl(self.list("root"));
        material.add_crl(self.list("issuing"));
        material
    }

    pub(crate) fn trust(&self, revocation: Revocation) -> Trust {
        let anchors = vec![self.certificate("root")];
        Trust { timestamp_anchors: anchors.clone(), anchors, revocation }
    }

    /// A detached CMS over `bytes` by OpenSSL, with a key of any kind.
    pub(crate) fn cms(&self, name: &str, bytes: &[u8], more: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a folder");
        let (content, cms) = (folder.path().join("c"), folder.path().join("s"));
        fs::write(&content, bytes).expect("written");
        let sign =
            format!("cms -sign -binary -cades -md sha256 -outform DER -signer {name}.pem -inkey {name}.key {more}");
        self.run("root", &[&sign, &format!("-in {} -out {}", content.display(), cms.display())]);
        fs::read(cms).expect("a signature")
    }

    /// Whether `openssl cms -verify` accepts a detached CMS over `bytes` with the chain trusted.
    pub(crate) fn openssl_accepts(&self, cms: &[u8], bytes: &[u8]) -> bool {
        let folder = tempfile::tempdir().expect("a folder");
        let (content, signature) = (folder.path().join("c"), folder.path().join("s"));
        fs::write(&content, bytes).expect("written");
        fs::write(&signature, cms).expect("written");
        let verify = "cms -verify -binary -inform DER -CAfile chain.pem -purpose any";
        let files = format!("-in {} -content {} -out {}", signature.display(), content.display(), null().display());
        self.try_run("root", &[verify, &files]).status.success()
    }
}

fn null() -> &'static Path {
    Path::new("/dev/null")
}

/// A question of this moment.
pub(crate) fn ask<'a>(trust: &'a Trust, material: &'a Material) -> Question<'a> {
    // A moment ahead: OpenSSL's answers of this second must not lie in the future.
    let now = Timestamp::now() + jiff::SignedDuration::from_secs(2);
    Question { now, trust, material, elsewhere: None }
}
