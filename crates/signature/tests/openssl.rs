//! What this crate signs, OpenSSL accepts; what OpenSSL signs, this crate accepts; and neither accepts a changed bit.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use jiff::Timestamp;
use signature::{Fault, Seal, Unchecked, Verdict, read_cms, verify_detached};
use tempfile::TempDir;

const LETTER: &[u8] = b"%PDF-1.7\n\x00\xff\r\n an answer to \xd0\x94\xd0\xa1-326\n%%EOF\n";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn seal() -> Seal {
    let secret = std::array::from_fn(|i| u8::try_from(i).expect("small") + 1);
    let (from, until) = (at("2023-01-01T00:00:00Z"), at("2053-01-01T00:00:00Z"));
    Seal::generate(secret, "Saual demo seal (server)", from, until, 326).expect("a seal")
}

fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("openssl (scripts/bootstrap installs it)")
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A folder with `letter`, `letter.p7s` and `seal.pem`.
fn signed_letter() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let signature = seal().sign_detached(LETTER, at("2023-10-05T05:00:00Z")).expect("a signature");
    fs::write(folder.path().join("letter"), LETTER).expect("written");
    fs::write(folder.path().join("letter.p7s"), signature).expect("written");
    fs::write(folder.path().join("seal.pem"), seal().certificate_pem().expect("PEM")).expect("written");
    folder
}

const VERIFY: [&str; 10] =
    ["cms", "-verify", "-binary", "-inform", "DER", "-in", "letter.p7s", "-content", "letter", "-out"];

#[test]
fn openssl_accepts_a_seal_without_and_with_its_certificate_trusted() {
    let folder = signed_letter();
    for trust in [&["-noverify"][..], &["-CAfile", "seal.pem"]] {
        let said = openssl(folder.path(), &[&VERIFY[..], &["out"], trust].concat());
        done(&said);
        assert!(String::from_utf8_lossy(&said.stderr).contains("successful"), "{said:?}");
        assert_eq!(fs::read(folder.path().join("out")).expect("the content"), LETTER);
    }
}

#[test]
fn openssl_refuses_one_changed_bit() {
    let folder = signed_letter();
    let mut letter = LETTER.to_vec();
    letter[20] ^= 1;
    fs::write(folder.path().join("letter"), letter).expect("written");
    let said = openssl(folder.path(), &[&VERIFY[..], &["out", "-noverify"]].concat());
    assert!(!said.status.success(), "{said:?}");
}

#[test]
fn openssl_reads_the_certificate_as_meant() {
    let folder = signed_letter();
    let said = openssl(
        folder.path(),
        &["x509", "-in", "seal.pem", "-noout", "-text", "-fingerprint", "-sha256", "-nameopt", "utf8"],
    );
    done(&said);
    let text = String::from_utf8_lossy(&said.stdout);
    for expected in [
        "Subject: CN=Saual demo seal (server)",
        "Issuer: CN=Saual demo seal (server)",
        "Serial Number: 326 (0x146)",
        "Not Before: Jan  1 00:00:00 2023 GMT",
        "Not After : Jan  1 00:00:00 2053 GMT",
        "Digital Signature, Non Repudiation",
        "CA:FALSE",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let printed = text.lines().find_map(|line| line.strip_prefix("sha256 Fingerprint=")).expect("a fingerprint");
    assert_eq!(printed.replace(':', "").to_lowercase(), seal().certificate_fingerprint().expect("a fingerprint"));
    done(&openssl(folder.path(), &["verify", "-CAfile", "seal.pem", "seal.pem"]));
}

/// Makes a key and certificate with OpenSSL and signs with them.
fn signed_by_openssl(folder: &Path, key: &[&str], sign: &[&str]) -> Vec<u8> {
    fs::write(folder.join("letter"), LETTER).expect("written");
    let request = [
        "req",
        "-x509",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        "-days",
        "30",
        "-subj",
        "/CN=Somebody else",
    ];
    done(&openssl(folder, &[&request[..], key].concat()));
    let cms = [
        "cms",
        "-sign",
        "-binary",
        "-in",
        "letter",
        "-signer",
        "cert.pem",
        "-inkey",
        "key.pem",
        "-outform",
        "DER",
        "-out",
        "other.p7s",
    ];
    done(&openssl(folder, &[&cms[..], sign].concat()));
    fs::read(folder.join("other.p7s")).expect("a signature")
}

const P256: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

#[test]
fn a_p256_signature_of_openssl_is_valid_here() {
    for sign in [&["-md", "sha256"][..], &["-md", "sha256", "-cades"], &["-md", "sha256", "-keyid"]] {
        let folder = tempfile::tempdir().expect("a folder");
        let signature = signed_by_openssl(folder.path(), &P256, sign);
        match verify_detached(&signature, LETTER) {
            Verdict::Valid { subject, signed_at, .. } => {
                assert_eq!(subject, "Somebody else");
                assert!(signed_at.is_some());
            }
            other => panic!("{sign:?}: {other:?}"),
        }
        assert_eq!(verify_detached(&signature, b"other bytes"), Verdict::Invalid(Fault::OtherBytes));
    }
}

/// ECDSA on P-256 and P-384, and RSA of 2048 bits and more, with the hashes of today.
#[test]
fn the_known_algorithms_are_checked() {
    for (key, sign) in [
        (&["-newkey", "rsa:2048"][..], &["-md", "sha256"][..]),
        (
            &["-newkey", "rsa:3072"],
            &["-md", "sha512", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:64"],
        ),
        (&P256, &["-md", "sha384"]),
        (&P256, &["-md", "sha512"]),
        (&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"], &["-md", "sha256"]),
        (&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"], &["-md", "sha384"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let signature = signed_by_openssl(folder.path(), key, sign);
        assert!(verify_detached(&signature, LETTER).is_valid(), "{key:?} {sign:?}");
        assert_eq!(verify_detached(&signature, b"other bytes"), Verdict::Invalid(Fault::OtherBytes));
    }
}

#[test]
fn what_is_signed_otherwise_is_not_checked_and_never_valid() {
    for (key, sign, why) in [
        (&["-newkey", "rsa:1024"][..], &["-md", "sha256"][..], "1.2.840.113549.1.1.1 (1024 bit)"),
        (&["-newkey", "rsa:2048"], &["-md", "sha1"], "1.3.14.3.2.26"),
        (&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"], &["-md", "sha512"], "1.3.132.0.35"),
        (&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"], &["-md", "sha512"], "1.2.840.10045.4.3.4"),
        (&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"], &["-md", "sha256"], "1.3.132.0.10"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let signature = signed_by_openssl(folder.path(), key, sign);
        match verify_detached(&signature, LETTER) {
            Verdict::NotChecked(Unchecked::Algorithm { oid }) => assert!(oid.contains(why), "{oid}"),
            other => panic!("{key:?} {sign:?}: {other:?}"),
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let bare = signed_by_openssl(folder.path(), &P256, &["-md", "sha256", "-noattr"]);
    assert_eq!(verify_detached(&bare, LETTER), Verdict::NotChecked(Unchecked::NoAttributes));
    let no_certificate = signed_by_openssl(folder.path(), &P256, &["-md", "sha256", "-nocerts"]);
    assert_eq!(verify_detached(&no_certificate, LETTER), Verdict::NotChecked(Unchecked::NoCertificate));
    let with_content = signed_by_openssl(folder.path(), &P256, &["-md", "sha256", "-nodetach"]);
    assert_eq!(verify_detached(&with_content, LETTER), Verdict::Invalid(Fault::NotDetached));
}

#[test]
fn signatures_in_ber_pem_and_base64_are_read_as_the_same_der() {
    let folder = signed_letter();
    let cms = fs::read(folder.path().join("letter.p7s")).expect("a signature");
    done(&openssl(
        folder.path(),
        &["cms", "-cmsout", "-inform", "DER", "-in", "letter.p7s", "-outform", "PEM", "-out", "pem"],
    ));
    let pem = fs::read(folder.path().join("pem")).expect("a text");
    for given in [in_ber(&cms), pem, cms.clone()] {
        assert_eq!(read_cms(&given).as_ref(), Some(&cms));
        // What we read as the same, OpenSSL does too.
        let form = if given.starts_with(b"-----") { "PEM" } else { "DER" };
        fs::write(folder.path().join("given"), &given).expect("written");
        let read = [
            "cms",
            "-verify",
            "-binary",
            "-noverify",
            "-inform",
            form,
            "-in",
            "given",
            "-content",
            "letter",
            "-out",
            "out",
        ];
        done(&openssl(folder.path(), &read));
    }
    assert!(verify_detached(&cms, LETTER).is_valid());
    let signer = signature::signer_of(&cms).expect("a signer");
    assert_eq!(signer.fingerprint().ok(), seal().certificate_fingerprint().ok());
    let certificate = seal().certificate_pem().expect("PEM");
    for wrong in [&b""[..], b"abcd", b"%PDF-1.7", certificate.as_bytes(), &[0x30, 0x80]] {
        assert_eq!(read_cms(wrong), None);
    }
}

/// `ContentInfo`, its content and `SignedData` without lengths, each ended by two zeros.
fn in_ber(cms: &[u8]) -> Vec<u8> {
    let (name, rest) = cms[4..].split_at(11);
    [&[0x30, 0x80], name, &[0xa0, 0x80, 0x30, 0x80], &rest[8..], &[0; 6]].concat()
}

#[test]
fn bytes_that_were_not_signed_are_told_before_an_unknown_algorithm() {
    let cms = seal().sign_detached(LETTER, at("2023-10-05T05:00:00Z")).expect("a signature");
    let unknown = with_unknown_algorithm(&cms);
    assert!(matches!(verify_detached(&unknown, LETTER), Verdict::NotChecked(Unchecked::Algorithm { .. })));
    assert_eq!(verify_detached(&unknown, b"other"), Verdict::Invalid(Fault::OtherBytes));
}

/// As if ECDSA with SHA-256 were something that nobody knows.
fn with_unknown_algorithm(cms: &[u8]) -> Vec<u8> {
    let known = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
    let at = cms.windows(known.len()).rposition(|window| window == known).expect("the signature's algorithm");
    let mut changed = cms.to_vec();
    changed[at + known.len() - 1] = 0x7f;
    changed
}
