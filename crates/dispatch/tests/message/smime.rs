//! The office's signature over the body of its mails, as OpenSSL judges it.
#![expect(clippy::expect_used, reason = "a program that is not here ends the test")]

use std::path::Path;
use std::process::{Command as Program, Output};

use directory::Language;
use dispatch::config::{Config, Mode, Smime};
use dispatch::message::{Composer, MessageError};
use mail_parser::{MessageParser, MimeHeaders};

use super::{PDF, config, copy, digest, letter, pdf};

fn openssl(arguments: &[&str]) -> Output {
    Program::new("openssl").args(arguments).output().expect("openssl is installed (Debian package: openssl)")
}

/// A key of P-256 and a certificate for the office's mailbox, made by OpenSSL.
fn smime(folder: &Path) -> Smime {
    let (key_file, certificate_file) = (folder.join("mail.key"), folder.join("mail.crt"));
    let made = openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=Office",
        "-addext",
        "subjectAltName=email:office@saual.example",
        "-addext",
        "keyUsage=critical,digitalSignature",
        "-addext",
        "extendedKeyUsage=emailProtection",
        "-keyout",
        key_file.to_str().unwrap(),
        "-out",
        certificate_file.to_str().unwrap(),
    ]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Smime { key_file, certificate_file }
}

fn outbox() -> Config {
    config(Mode::File { outbox: "outbox".into() })
}

/// What `openssl cms -verify` finds signed, or nothing where it finds the mail changed.
fn verified(folder: &Path, mail: &[u8], certificate: &Path) -> Option<Vec<u8>> {
    let file = folder.join("mail.eml");
    std::fs::write(&file, mail).unwrap();
    let (file, certificate) = (file.to_str().unwrap(), certificate.to_str().unwrap());
    let run = openssl(&["cms", "-verify", "-in", file, "-CAfile", certificate, "-purpose", "smimesign"]);
    run.status.success().then_some(run.stdout)
}

#[test]
fn openssl_finds_the_body_of_a_letter_and_of_a_digest_signed_and_each_change_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let smime = smime(folder.path());
    let certificate = smime.certificate_file.clone();
    let composer = Composer::new(&Config { smime: Some(smime), ..outbox() }).unwrap();
    let mail = composer.compose(&letter(), &copy(), &pdf()).unwrap().bytes;
    assert_eq!(mail, composer.compose(&letter(), &copy(), &pdf()).unwrap().bytes, "the same bytes at every attempt");
    let signed = verified(folder.path(), &mail, &certificate).expect("openssl takes the signature");
    let signed = MessageParser::default().parse(&signed).unwrap();
    assert_eq!(signed.attachment(0).unwrap().contents(), PDF, "the letter is in what is signed");
    // Whoever knows nothing of S/MIME reads what they always read.
    let read = MessageParser::default().parse(&mail).unwrap();
    assert_eq!(read.subject(), Some("№ ДС-326 депутаттық сауалға жауап"));
    assert!(read.body_text(0).unwrap().contains("Сәрсенғалиев") && read.body_html(0).is_some());
    assert_eq!(read.attachments().filter(|part| part.contents() == PDF).count(), 1);
    let type_of_mail = read.content_type().unwrap();
    assert_eq!((type_of_mail.ctype(), type_of_mail.subtype()), ("multipart", Some("signed")));

    let text = String::from_utf8(mail).unwrap();
    let body = text.find("Content-Transfer-Encoding: base64\r\n\r\n").unwrap() + 37;
    let changed =
        format!("{}{}{}", &text[..body], if &text[body..=body] == "0" { "1" } else { "0" }, &text[body + 1..]);
    assert!(verified(folder.path(), changed.as_bytes(), &certificate).is_none(), "a word of the body was changed");
    let mail = composer.digest(&digest(Language::Kk)).unwrap().bytes;
    assert!(verified(folder.path(), &mail, &certificate).is_some());
}

#[test]
fn a_key_that_is_none_or_another_is_found_before_any_mail_is_made() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (ours, other) = (smime(folder.path()), smime(elsewhere.path()));
    let wrong = [
        Smime { key_file: "/there/is/none.pem".into(), ..ours.clone() },
        Smime { key_file: other.key_file, ..ours.clone() },
        Smime { certificate_file: ours.key_file.clone(), ..ours },
    ];
    for smime in wrong {
        let made = Composer::new(&Config { smime: Some(smime), ..outbox() });
        assert!(matches!(made, Err(MessageError::Personal(_))), "{made:?}");
    }
}
