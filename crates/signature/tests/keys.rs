//! Where a seal's key may be: in a device that signs itself, in a PKCS #12 file; and what is refused, in words.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{Signature, SigningKey};
use signature::{Key, Seal, SignatureError, verify_detached};

const LETTER: &[u8] = "№ДС-326 хатқа жауап".as_bytes();

fn at() -> Timestamp {
    "2023-10-05T05:00:00Z".parse().expect("a time")
}

fn made_with(secret: u8) -> Seal {
    let (from, until) =
        ("2023-01-01T00:00:00Z".parse().expect("a time"), "2053-01-01T00:00:00Z".parse().expect("a time"));
    Seal::generate([secret; 32], "Saual – сынақ мөрі", from, until, 7).expect("a seal")
}

/// A device with a key of its own, which may be away.
struct Device {
    key: SigningKey,
    answers: bool,
    asked: AtomicUsize,
}

impl Device {
    fn new(secret: u8, answers: bool) -> Arc<Self> {
        let key = SigningKey::from_bytes(&[secret; 32].into()).expect("a key");
        Arc::new(Self { key, answers, asked: AtomicUsize::new(0) })
    }
}

impl Key for Device {
    fn sign_sha256(&self, sha256: &[u8; 32]) -> Result<[u8; 64], String> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if !self.answers {
            return Err("the device is away".to_owned());
        }
        let signature: Signature = self.key.sign_prehash(sha256).expect("signed");
        Ok(signature.to_bytes().into())
    }
}

#[test]
fn a_key_in_a_device_signs_as_one_that_is_here() {
    let (here, device) = (made_with(1), Device::new(1, true));
    let there = Seal::with_key(device.clone(), &here.certificate_pem().expect("PEM")).expect("a seal");
    let signed = there.sign_detached(LETTER, at()).expect("signed");
    assert!(verify_detached(&signed, LETTER).is_valid());
    assert_eq!(signed, here.sign_detached(LETTER, at()).expect("signed"), "this device draws no number");
    assert_eq!(device.asked.load(Ordering::Relaxed), 1);
    assert!(matches!(there.key_pem(), Err(SignatureError::KeyElsewhere)));
}

/// Nothing leaves that would not be good: neither by another key nor without an answer.
#[test]
fn a_device_with_another_key_or_without_an_answer_seals_nothing() {
    let certificate = made_with(1).certificate_pem().expect("PEM");
    let other = Seal::with_key(Device::new(2, true), &certificate).expect("a seal");
    assert!(matches!(other.sign_detached(LETTER, at()), Err(SignatureError::OtherKey)));
    let away = Seal::with_key(Device::new(1, false), &certificate).expect("a seal");
    let error = away.sign_pades(LETTER, &[]).expect_err("away");
    assert!(matches!(&error, SignatureError::Key(why) if why == "the device is away"), "{error}");
}

/// Keys, certificates and PKCS #12 files by OpenSSL, in a folder of their own.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(tempfile::tempdir().expect("a folder"));
        files.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out root.key");
        files.run("req -x509 -new -key root.key -subj /CN=Root -days 30 -out root.pem");
        for (name, kind) in [
            ("p256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
            ("p384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
            ("rsa", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
        ] {
            files.run(&format!("genpkey {kind} -out {name}.key"));
            files.run(&format!("req -new -key {name}.key -subj /CN={name} -out {name}.csr"));
            files.run(&format!(
                "x509 -req -in {name}.csr -CA root.pem -CAkey root.key -set_serial 5 -days 30 -out {name}.pem"
            ));
        }
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, words: &str) {
        let said = Command::new("openssl").args(words.split(' ')).current_dir(self.0.path()).output();
        let said = said.expect("openssl (scripts/bootstrap installs it)");
        assert!(said.status.success(), "{words}: {}", String::from_utf8_lossy(&said.stderr));
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a text")
    }

    /// The PKCS #12 file of `name`, with `more` words to OpenSSL.
    fn pkcs12(&self, name: &str, more: &str) -> Vec<u8> {
        let words =
            format!("pkcs12 -export -inkey {name}.key -in {name}.pem -passout pass:құпия -out {name}.p12 {more}");
        self.run(words.trim_end());
        fs::read(self.path(&format!("{name}.p12"))).expect("a file")
    }
}

#[test]
fn a_key_comes_out_of_a_pkcs_12_file_with_its_certificates_in_any_order() {
    let files = Files::new();
    for more in
        ["-certfile root.pem", "-certfile root.pem -keypbe AES-128-CBC -certpbe NONE", "-certfile root.pem -nomac"]
    {
        let seal = Seal::from_pkcs12(&files.pkcs12("p256", more), "құпия").expect("a seal");
        assert_eq!((seal.subject().as_str(), seal.between().len()), ("p256", 1), "{more}");
        assert_eq!(seal.between()[0].subject(), "Root");
        let by_files = Seal::from_pem(&files.text("p256.key"), &(files.text("p256.pem") + &files.text("root.pem")));
        let (by_files, bytes) = (by_files.expect("a seal"), seal.sign_detached(LETTER, at()).expect("signed"));
        assert_eq!(by_files.sign_detached(LETTER, at()).expect("signed"), bytes, "the same key and certificate");
        assert_eq!(by_files.between().len(), 1);
        assert!(verify_detached(&bytes, LETTER).is_valid());
    }
}

#[test]
fn what_does_not_seal_is_told_apart() {
    let files = Files::new();
    let file = files.pkcs12("p256", "");
    let refused = |file: &[u8], password: &str| Seal::from_pkcs12(file, password).expect_err("refused");
    assert!(matches!(refused(&file, "wrong"), SignatureError::Pkcs12Password));
    assert!(matches!(refused(&file, ""), SignatureError::Pkcs12Password));
    assert!(matches!(refused(b"no file", "құпия"), SignatureError::Pkcs12));
    assert!(matches!(refused(&file[..file.len() - 1], "құпия"), SignatureError::Pkcs12));
    assert!(matches!(refused(&files.pkcs12("rsa", ""), "құпия"), SignatureError::Rsa));
    assert!(matches!(refused(&files.pkcs12("p384", ""), "құпия"), SignatureError::KeyPem));
    let old = files.pkcs12("p256", "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1");
    let error = refused(&old, "құпия");
    assert!(matches!(&error, SignatureError::Pkcs12Algorithm { oid } if oid == "1.2.840.113549.1.12.1.3"), "{error}");
    files.run("pkcs12 -export -nocerts -inkey p256.key -passout pass:құпия -out bare.p12");
    assert!(matches!(refused(&fs::read(files.path("bare.p12")).expect("a file"), "құпия"), SignatureError::OtherKey));

    let pem =
        |key: &str, certificate: &str| Seal::from_pem(&files.text(key), &files.text(certificate)).expect_err("refused");
    assert!(matches!(pem("rsa.key", "rsa.pem"), SignatureError::Rsa));
    assert!(matches!(pem("p256.key", "rsa.pem"), SignatureError::Rsa));
    assert!(matches!(pem("p256.key", "p384.pem"), SignatureError::Curve));
    assert!(matches!(pem("p256.key", "root.pem"), SignatureError::OtherKey));
    files.run("rsa -in rsa.key -traditional -out old.key");
    assert!(matches!(pem("old.key", "rsa.pem"), SignatureError::Rsa), "PKCS #1");
    let token = Seal::with_key(Device::new(1, true), &files.text("rsa.pem"));
    assert!(matches!(token, Err(SignatureError::Rsa)));
}

/// Whatever a changed byte makes of it, the program goes on, and what seals is the key of its certificate.
#[test]
fn a_damaged_pkcs_12_file_seals_with_the_key_of_its_certificate_or_not_at_all() {
    let files = Files::new();
    let file = files.pkcs12("p256", "-iter 1");
    let mut refused = 0;
    for place in 0..file.len() {
        let mut damaged = file.clone();
        damaged[place] ^= 1;
        match Seal::from_pkcs12(&damaged, "құпия") {
            Ok(seal) => assert!(verify_detached(&seal.sign_detached(LETTER, at()).expect("signed"), LETTER).is_valid()),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > file.len() / 2, "{refused} of {}", file.len());
}
