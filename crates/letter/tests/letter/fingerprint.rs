//! What was approved stands inside the bytes that are signed, and on no page.

use letter::Fingerprint;
use letter::fingerprint::marks;
use letter::kinds::reply::ReplyFacts;
use letter::model::Verification;

use crate::support::{ENGINE, facts, mark, pages, tool};

fn with(fingerprint: Option<Fingerprint>) -> Vec<u8> {
    let verify = Verification {
        code: "7K3M-91C2-00AZ-XY12".to_owned(),
        url: "https://saual.example/v/7K3M-91C2-00AZ-XY12".to_owned(),
        note: None,
        fingerprint,
    };
    let facts = ReplyFacts { verify: Some(verify), registration: None, ..facts() };
    ENGINE.pdf(&ENGINE.compose_reply(&facts).unwrap()).unwrap()
}

#[test]
fn the_signed_bytes_and_those_with_the_number_name_what_was_approved() {
    let fingerprint = Fingerprint([0xA7; 32]);
    let signed = with(Some(fingerprint));
    for pdf in [&signed, &ENGINE.register(&signed, &mark()).unwrap()] {
        let found = marks(pdf);
        assert_eq!(found.fingerprints.into_iter().collect::<Vec<_>>(), [fingerprint]);
        assert_eq!(found.codes.into_iter().collect::<Vec<_>>(), ["7K3M-91C2-00AZ-XY12"]);
        let said = tool("pdfinfo", &["{}"], pdf);
        assert!(said.contains(&format!("saual-content-sha256={fingerprint}")), "{said}");
        assert!(!pages(pdf).concat().contains(&fingerprint.to_string()), "it is printed");
    }
    assert_ne!(signed, with(Some(Fingerprint([0xA8; 32]))));
}

#[test]
fn a_letter_of_before_names_nothing_and_its_facts_are_written_as_they_were() {
    let pdf = with(None);
    assert!(marks(&pdf).is_empty());
    assert!(!tool("pdfinfo", &["{}"], &pdf).contains("Keywords"));
    let verify = facts().verify.expect("the seed has a mark");
    assert!(!serde_json::to_string(&verify).unwrap().contains("fingerprint"));
}

#[test]
fn a_file_saved_anew_by_another_program_still_says_whose_letter_it_was() {
    let signed = with(Some(Fingerprint([0xA7; 32])));
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("a.pdf"), folder.path().join("b.pdf"));
    std::fs::write(&from, &signed).unwrap();
    let status = std::process::Command::new("qpdf")
        .args(["--object-streams=generate", "--recompress-flate", "--compress-streams=y"])
        .args([&from, &to])
        .status();
    assert!(status.expect("scripts/bootstrap installs qpdf").success());
    let again = std::fs::read(&to).unwrap();
    assert_ne!(again, signed);
    assert_eq!(marks(&again), marks(&signed));
}
