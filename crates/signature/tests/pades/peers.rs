//! What pyHanko, poppler's pdfsig and qpdf say of the same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use signature::{Conclusion, Finding, Later, Revocation, check_pdf};

use crate::authority::{ask, authority};
use crate::damaged::{changed, places};
use crate::letters::{REGISTERED, archived, lasting, letter, nothing, signed_by, stamped, with_document_stamp};
use crate::shadows::{attacks, judged};

/// A Python that has pyHanko: that of `SAUAL_PYHANKO`, the one that scripts/bootstrap made, or the machine's own.
fn python() -> Option<PathBuf> {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../var/pyhanko/bin/python");
    let named = std::env::var_os("SAUAL_PYHANKO").map(PathBuf::from);
    named.into_iter().chain([made, PathBuf::from("python3")]).find(|python| {
        let said = Command::new(python).args(["-c", "import pyhanko.sign.validation.dss"]).output();
        said.is_ok_and(|said| said.status.success())
    })
}

/// What pyHanko says of each file; `None`, told aloud, where there is no pyHanko.
#[expect(clippy::print_stdout, reason = "who reads the tests' output should know that nothing was asked")]
fn pyhanko(how: &str, files: &[(String, Vec<u8>)]) -> Option<Vec<(bool, String)>> {
    let Some(python) = python() else {
        println!("pyHanko is not here (SAUAL_PYHANKO names a Python that has it): its judgement was not asked for");
        return None;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let paths = files.iter().enumerate().map(|(index, (_, pdf))| {
        let path = folder.path().join(format!("{index}.pdf"));
        fs::write(&path, pdf).expect("written");
        path
    });
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pades/judge.py");
    let said = Command::new(python).arg(judge).arg(authority().path("root.pem")).arg(how).args(paths).output();
    let said = said.expect("pyHanko");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let text = String::from_utf8(said.stdout).expect("text");
    let lines: Vec<(bool, String)> = text
        .lines()
        .map(|line| {
            let is_good = line.contains("\"good\": true") && !line.contains("\"good\": false");
            (is_good, line.to_owned())
        })
        .collect();
    assert_eq!(lines.len(), files.len());
    Some(lines)
}

fn named(name: &str, pdf: Vec<u8>) -> (String, Vec<u8>) {
    (name.to_owned(), pdf)
}

#[test]
fn pyhanko_trusts_every_level() {
    let short = [
        named("B-B", signed_by(&letter(), "signer")),
        named("B-B of a registered letter", signed_by(REGISTERED, "signer")),
        named("B-T", stamped(&letter(), "signer")),
    ];
    let lasting = lasting(&letter(), "signer");
    let archived = archived(&letter(), "signer");
    let renewed = with_document_stamp(&archived, "Timestamp2");
    let long = [named("B-LT", lasting), named("B-LTA", archived), named("B-LTA, renewed", renewed)];
    for (how, files) in [("plain", &short[..]), ("plain", &long), ("long", &long)] {
        for (said, (name, _)) in pyhanko(how, files).into_iter().flatten().zip(files) {
            assert!(said.0, "{how} {name}: {}", said.1);
        }
    }
}

#[test]
fn pyhanko_and_we_agree_about_good_and_bad() {
    let signed = signed_by(&letter(), "signer");
    let mut files = vec![
        named("good", signed.clone()),
        named("good, registered", signed_by(REGISTERED, "signer")),
        named("expired", signed_by(&letter(), "expired")),
        named("stamped", stamped(&letter(), "signer")),
    ];
    for at in places(&signed, letter().len(), 311) {
        // pyHanko does not look at the padding behind the signature.
        let is_padding = signed[at.saturating_sub(8)..(at + 8).min(signed.len())].iter().all(|&byte| byte == b'0');
        let name = if is_padding { format!("padding {at}") } else { format!("byte {at}") };
        files.push(named(&name, changed(&signed, at, 1)));
    }
    let attacks = attacks(&signed);
    let first_attack = files.len();
    files.extend(attacks.into_iter().map(|(name, pdf)| named(name, pdf)));
    for (index, (said, (name, pdf))) in pyhanko("plain", &files).into_iter().flatten().zip(&files).enumerate() {
        let ours = judged(pdf, &[]);
        // Never is anything valid here that pyHanko refuses. An update that changes nothing, and bytes that no reader looks at, it lets pass.
        assert!(said.0 || !ours.is_valid(), "{name}: {}", said.1);
        if index < first_attack && !name.starts_with("padding") {
            assert_eq!(said.0, ours.is_valid(), "{name}: {} {ours:#?}", said.1);
        }
    }
}

#[test]
fn pyhanko_and_we_agree_about_revocation() {
    let files = [named("good", lasting(&letter(), "signer")), named("revoked", lasting(&letter(), "revoked"))];
    let trust = authority().trust(Revocation::Required);
    for (said, (name, pdf)) in pyhanko("long", &files).into_iter().flatten().zip(&files) {
        let ours = check_pdf(pdf, &ask(&trust, &nothing()), &[]);
        assert_eq!(said.0, ours.conclusion() == Conclusion::Valid, "{name}: {}", said.1);
    }
}

/// What pyHanko signs and timestamps, over our own letters.
#[test]
fn what_pyhanko_signs_is_valid_here() {
    let Some(python) = python() else {
        println!("pyHanko is not here: nothing signed by it was checked");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let (letter_at, signed_at) = (folder.path().join("letter.pdf"), folder.path().join("signed.pdf"));
    for (letter, name) in
        [(letter(), "signer"), (REGISTERED.to_vec(), "rsa"), (signed_by(&letter(), "other"), "signer")]
    {
        fs::write(&letter_at, letter).expect("written");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pades/sign.py");
        let key = |kind: &str| authority().path(&format!("{name}.{kind}"));
        let chain = authority().path("issuing.pem");
        let files = [script, key("key"), key("pem"), chain, letter_at.clone(), signed_at.clone()];
        let said = Command::new(&python).args(files).output().expect("pyHanko");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let ours = judged(&fs::read(&signed_at).expect("a file"), &[]);
        assert!(ours.signatures[0].report.is_valid(), "{name}: {ours:#?}");
        // It writes title and producer anew; below an earlier signature that is a change of the document.
        let earlier = ours.signatures.get(1).map(|field| field.report.has(&Finding::Later(Later::Other)));
        assert!(earlier.is_none_or(|is_changed| is_changed), "{ours:#?}");
    }
}

/// Runs a program of the machine and returns what it says; it must be there, for scripts/bootstrap installs it.
fn said_by(program: &str, arguments: &[&str]) -> (bool, String) {
    let said = Command::new(program).args(arguments).output();
    let said = said.unwrap_or_else(|error| panic!("{program} (scripts/bootstrap installs it): {error}"));
    let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    (said.status.success(), text)
}

#[test]
fn pdfsig_trusts_every_level_and_no_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let store = format!("sql:{}", at("nss"));
    fs::create_dir(at("nss")).expect("a folder");
    assert!(said_by("certutil", &["-N", "-d", &store, "--empty-password"]).0);
    let root = authority().path("root.pem").display().to_string();
    assert!(said_by("certutil", &["-A", "-d", &store, "-n", "root", "-t", "CT,C,C", "-i", &root]).0);
    let signed = signed_by(&letter(), "signer");
    for (name, pdf, is_good) in [
        ("b-b", signed.clone(), true),
        ("b-t", stamped(&letter(), "signer"), true),
        ("b-lt", lasting(&letter(), "signer"), true),
        ("b-lta", archived(&letter(), "signer"), true),
        ("damaged", changed(&signed, 20_000, 1), false),
        ("expired", signed_by(&letter(), "expired"), false),
    ] {
        let file = at(&format!("{name}.pdf"));
        fs::write(&file, pdf).expect("written");
        let (_, text) = said_by("pdfsig", &["-nssdir", &store, &file]);
        let first = text.split("Signature #2").next().expect("a first part");
        let is_trusted = first.contains("Signature is Valid.") && first.contains("Certificate is Trusted.");
        assert_eq!(is_trusted, is_good, "{name}: {text}");
    }
}

#[test]
fn qpdf_finds_every_level_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, pdf) in [("b-b", signed_by(&letter(), "signer")), ("b-lta", archived(&letter(), "signer"))] {
        let file = folder.path().join(format!("{name}.pdf")).display().to_string();
        fs::write(&file, pdf).expect("written");
        let (is_good, text) = said_by("qpdf", &["--check", &file]);
        assert!(is_good && text.contains("No syntax or stream encoding errors"), "{text}");
    }
}

/// The other form of cross-references, with objects packed into streams.
#[test]
fn a_pdf_with_packed_objects_is_signed_like_any_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    fs::write(at("plain.pdf"), letter()).expect("written");
    let (is_good, text) = said_by("qpdf", &["--object-streams=generate", &at("plain.pdf"), &at("packed.pdf")]);
    assert!(is_good, "{text}");
    let packed = fs::read(at("packed.pdf")).expect("a file");
    assert!(packed.windows(7).any(|window| window == b"/ObjStm"), "nothing is packed");
    let (signed, archived) = (signed_by(&packed, "signer"), archived(&packed, "signer"));
    assert!(judged(&signed, &[]).is_valid(), "{:#?}", judged(&signed, &[]));
    assert!(judged(&archived, &[]).is_valid(), "{:#?}", judged(&archived, &[]));
    let files = [named("B-B", signed), named("B-LTA", archived)];
    for (said, (name, _)) in pyhanko("plain", &files).into_iter().flatten().zip(&files) {
        assert!(said.0, "{name}: {}", said.1);
    }
}
