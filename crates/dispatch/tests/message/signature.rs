//! The office's own signature, as another program judges it.
#![expect(clippy::expect_used, reason = "a program that is not here ends the test")]

use std::path::{Path, PathBuf};
use std::process::Command as Program;

use directory::Language;
use dispatch::config::{Config, Dkim, Mode};
use dispatch::message::{Composer, MessageError};
use mail_parser::MessageParser;
use uuid::Uuid;

use super::{PDF, config, copy, digest, letter, pdf};

/// A private key of this kind and the record that the DNS has of it.
fn key(folder: &Path, arguments: &[&str], kind: &str) -> (PathBuf, String) {
    let file = folder.join(format!("{kind}.pem"));
    let run = |arguments: &[&str]| {
        let done =
            Program::new("openssl").args(arguments).output().expect("openssl is installed (Debian package: openssl)");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        done.stdout
    };
    let path = file.to_str().unwrap();
    run(&[&["genpkey", "-out", path], arguments].concat());
    let der = run(&["pkey", "-in", path, "-pubout", "-outform", "DER"]);
    // Of Ed25519 the DNS has the bare 32 bytes (RFC 8463), which stand last.
    let public = if kind == "ed25519" { &der[der.len() - 32..] } else { &der };
    let record = format!("v=DKIM1; k={kind}; p={}", base64::Engine::encode(&base64::prelude::BASE64_STANDARD, public));
    (file, record)
}

const VERIFIER: &str = r#"
import sys
try:
    import dkim
except ImportError:
    sys.exit(77)
mail = open(sys.argv[1], "rb").read()
asked = []
def dns(name, timeout=5):
    asked.append(name)
    return sys.argv[2].encode()
verdict = dkim.verify(mail, dnsfunc=dns)
forged = [dkim.verify(mail.replace(a, b, 1), dnsfunc=dns) for a, b in [
    (b"\nSubject: ", b"\nSubject: x"), (b"\r\n\r\n--", b"\r\n\r\nx--"), (b"\nTo: ", b"\nFrom: <a@b.kz>\r\nTo: "),
]]
folded = dkim.verify(mail.replace(b"\nMIME-Version: 1.0", b"\nMIME-Version:   1.0 "), dnsfunc=dns)
longer = dkim.verify(mail + b"\r\n", dnsfunc=dns)
print(verdict, forged, folded, longer, asked[0].decode())
"#;

#[test]
fn the_offices_signature_is_found_good_by_another_program_and_bad_once_anything_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, arguments) in [
        ("rsa", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"][..]),
        ("ed25519", &["-algorithm", "ed25519"][..]),
    ] {
        let (key_file, record) = key(folder.path(), arguments, kind);
        let dkim = Some(Dkim { selector: "saual1".to_owned(), key_file });
        let composer = Composer::new(&Config { dkim, ..config(Mode::File { outbox: "outbox".into() }) }).unwrap();
        let mail = composer.compose(&letter(), &copy(), &pdf()).unwrap().bytes;
        assert_eq!(
            mail,
            composer.compose(&letter(), &copy(), &pdf()).unwrap().bytes,
            "every attempt has the same bytes"
        );
        assert_eq!(MessageParser::default().parse(&mail).unwrap().attachment(0).unwrap().contents(), PDF);
        let file = folder.path().join("mail.eml");
        std::fs::write(&file, &mail).unwrap();
        // Debian's package belongs to Debian's Python, which need not be the first one in PATH.
        let verdicts = ["python3", "/usr/bin/python3"]
            .map(|python| Program::new(python).args(["-c", VERIFIER]).arg(&file).arg(&record).output().unwrap());
        let Some(verdict) = verdicts.iter().find(|output| output.status.code() != Some(77)) else {
            println!("left out: the office's signature before an independent program (Debian package: python3-dkim)");
            return;
        };
        let told = String::from_utf8_lossy(&verdict.stdout);
        let errors = String::from_utf8_lossy(&verdict.stderr);
        assert_eq!(
            told.trim(),
            "True [False, False, False] True True saual1._domainkey.saual.example.",
            "{kind}: {errors}"
        );
    }
}

#[test]
fn a_key_that_cannot_sign_is_said_before_any_mail_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let small = key(folder.path(), &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], "rsa").0;
    let nothing = folder.path().join("nothing.pem");
    for (selector, key_file) in [("saual1", small.clone()), ("saual1", nothing), ("no selector", small)] {
        let dkim = Some(Dkim { selector: selector.to_owned(), key_file });
        let made = Composer::new(&Config { dkim, ..config(Mode::File { outbox: "outbox".into() }) });
        assert!(matches!(made, Err(MessageError::Signature(_))), "{selector}");
    }
}

#[test]
fn every_mail_of_the_office_bears_the_signature() {
    let folder = tempfile::tempdir().unwrap();
    let key_file = key(folder.path(), &["-algorithm", "ed25519"], "ed25519").0;
    let dkim = Some(Dkim { selector: "saual1".to_owned(), key_file });
    let composer = Composer::new(&Config { dkim, ..config(Mode::File { outbox: "outbox".into() }) }).unwrap();
    let at = letter().ordered_at;
    for mail in [
        composer.compose(&letter(), &copy(), &pdf()).unwrap(),
        composer.digest(&digest(Language::Kk)).unwrap(),
        composer.trial("one@parlam.test", at, Uuid::nil()).unwrap(),
    ] {
        let signed = format!("t={};", at.as_second());
        let head = String::from_utf8_lossy(&mail.bytes).into_owned();
        assert!(
            head.starts_with("DKIM-Signature: v=1; a=ed25519-sha256;") && head.contains("d=saual.example;"),
            "{head}"
        );
        assert!(mail.envelope_id.is_none() || head.contains(&signed), "by the moment of the order: {head}");
    }
}
