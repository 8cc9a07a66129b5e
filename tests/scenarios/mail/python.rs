//! The mails read by a program that shares no code with ours: Python's `email` package.

use std::path::Path;
use std::process::Command;

use inquiry::InquiryId;
use sha2::{Digest, Sha256};

use super::office::{LETTER, Office};

const READER: &str = r#"
import email, email.policy, hashlib, json, sys
with open(sys.argv[1], "rb") as f:
    mail = email.message_from_binary_file(f, policy=email.policy.default)
part = next(mail.iter_attachments())
name_2047 = email.header.decode_header(part.get("Content-Type").params.get("name", ""))
text = mail.get_body(("plain",)).get_content()
html = mail.get_body(("html",)).get_content()
print("\n".join([
    mail["Subject"], mail["To"].addresses[0].display_name, mail["To"].addresses[0].addr_spec, str(len(mail["To"].addresses)),
    part.get_content_type(), part.get_filename(), str(email.header.make_header(name_2047)),
    hashlib.sha256(part.get_content()).hexdigest(), mail["Message-ID"], mail["Date"].datetime.isoformat(),
    text.splitlines()[0], str("сервердің мөрі" in text and "сервердің мөрі" in html), str(len(list(mail.iter_attachments()))),
    str([str(d) for d in mail.defects]),
]))
"#;

/// Reads a mail with Python and holds each part against what was ordered.
pub(super) fn is_whole(file: &Path, inquiry: InquiryId, no: u16, local: &str) {
    let output = Command::new("python3").env("PYTHONUTF8", "1").args(["-c", READER]).arg(file).output();
    let output = output.expect("python3 is installed (Debian package: python3)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = String::from_utf8(output.stdout).unwrap();
    let wanted = [
        "№ ДС-326 депутаттық сауалға жауап".to_owned(),
        format!("Ә. Депутат{no}"),
        format!("{local}@parlam.test"),
        "1".to_owned(),
        "application/pdf".to_owned(),
        "ДС-326 жауап.pdf".to_owned(),
        "ДС-326 жауап.pdf".to_owned(),
        hex::encode(Sha256::digest(LETTER)),
        format!("<{inquiry}.1.{no}@saual.example>"),
        "2023-10-18T04:00:00+00:00".to_owned(),
        format!("Құрметті Ә. Депутат{no}!"),
        "True".to_owned(),
        "1".to_owned(),
        "[]".to_owned(),
    ];
    assert_eq!(read.lines().collect::<Vec<_>>(), wanted, "{}", file.display());
}

#[tokio::test]
async fn python_reads_every_mail_as_it_was_meant() {
    let office = Office::open().await;
    let local_parts = ["one", "two", "three"];
    let inquiry = office.order(&local_parts).await;
    office.react().await;
    office.file_worker().run_once().await.unwrap();
    let mut files: Vec<_> = std::fs::read_dir(office.outbox()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 3);
    for ((file, no), local) in files.iter().zip(1..).zip(local_parts) {
        is_whole(file, inquiry, no, local);
    }
}
