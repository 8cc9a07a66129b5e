//! The eight mails, read by a parser that has nothing to do with the one that wrote them.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::program::{finished, outbox, run, tool};

/// Prints what Python's email package makes of each mail, one JSON object a line.
const READ: &str = r#"
import email, email.policy, hashlib, json, sys
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    files = [{"name": part.get_filename(), "type": part.get_content_type(),
              "sha256": hashlib.sha256(part.get_payload(decode=True)).hexdigest()} for part in mail.iter_attachments()]
    print(json.dumps({"to": str(mail["To"]), "subject": str(mail["Subject"]), "id": str(mail["Message-ID"]), "files": files,
        "text": mail.get_body(("plain",)).get_content(), "html": mail.get_body(("html",)).get_content(),
        "defects": [str(defect) for part in mail.walk() for defect in part.defects]}))
"#;

fn mails() -> Vec<Value> {
    let output = run(tool("python3").args(["-c", READ]).args(outbox(&finished().data)));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_deputy_gets_one_mail_with_the_letter_as_it_was_numbered() {
    let mails = mails();
    let mut to: Vec<&str> = mails.iter().map(|mail| mail["to"].as_str().unwrap()).collect();
    to.sort_unstable();
    assert_eq!(mails.len(), 8);
    for local in [
        "n.sarsengaliev",
        "e.beisenbaev",
        "m.abenov",
        "s.ponomarev",
        "n.tau",
        "d.mukaev",
        "m.zhaiymbetov",
        "g.tanasheva",
    ] {
        let address = format!("{local}@mazhilis.example");
        assert_eq!(to.iter().filter(|to| to.contains(&address)).count(), 1, "{address} among {to:?}");
    }
    let letter = std::fs::read(finished().data.join("letters/ДС-326.pdf")).unwrap();
    let letter = hex::encode(Sha256::digest(letter));
    let mut ids: Vec<&str> = mails.iter().map(|mail| mail["id"].as_str().unwrap()).collect();
    for mail in &mails {
        assert_eq!(mail["defects"], serde_json::json!([]), "{mail}");
        assert!(mail["subject"].as_str().unwrap().contains("ДС-326"), "{mail}");
        let files = mail["files"].as_array().unwrap();
        assert_eq!(files.len(), 1, "{mail}");
        assert_eq!(files[0]["type"], "application/pdf");
        assert_eq!(files[0]["sha256"], letter.as_str());
        assert!(files[0]["name"].as_str().unwrap().contains("ДС-326"), "{mail}");
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 8, "every mail has an identity of its own");
}

#[test]
fn every_mail_says_that_the_seal_stands_in_for_a_signature() {
    for mail in mails() {
        for part in ["text", "html"] {
            assert!(mail[part].as_str().unwrap().contains("мөр"), "{part} of {mail}");
        }
    }
}
