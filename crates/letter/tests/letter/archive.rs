//! A letter with its facts inside, for archives.

use letter::kinds::AnyFacts;
use serde_json::Value;

use crate::support::{ENGINE, letter, mark, tool, unregistered, words};

fn facts() -> Value {
    AnyFacts::Reply(crate::support::facts()).to_json()
}

#[test]
fn the_facts_lie_in_the_file_and_make_the_same_letter_again() {
    let pdf = ENGINE.archive(&letter(), &facts()).unwrap();
    let listed = tool("pdfdetach", &["-list", "{}"], &pdf);
    assert!(listed.contains("1 embedded files") && listed.contains("facts.json"), "{listed}");
    let kept = tool("pdfdetach", &["-save", "1", "-o", "/dev/stdout", "{}"], &pdf);
    let read = AnyFacts::parse(&serde_json::from_str(&kept).unwrap(), None).unwrap();
    assert_eq!(read, AnyFacts::Reply(crate::support::facts()));
    assert!(ENGINE.archive(&ENGINE.compose_any(&read).unwrap(), &read.to_json()).unwrap() == pdf);
}

#[test]
fn it_is_declared_as_what_it_is() {
    let pdf = ENGINE.archive(&letter(), &facts()).unwrap();
    let meta = tool("pdfinfo", &["-meta", "{}"], &pdf);
    for declared in ["<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"] {
        assert!(meta.contains(declared), "{declared} is not in {meta}");
    }
    assert!(tool("qpdf", &["--check", "{}"], &pdf).contains("No syntax or stream encoding errors found"));
    // The kind of relation is what a reader of PDF/A-3 goes by (ISO 19005-3, 6.8).
    let document = lopdf::Document::load_mem(&pdf).unwrap();
    let relation = document.objects.values().find_map(|object| object.as_dict().ok()?.get(b"AFRelationship").ok());
    assert_eq!(relation.unwrap().as_name().unwrap(), b"Source");
}

#[test]
fn it_is_the_same_letter_on_the_page_and_takes_its_number_as_the_other_does() {
    assert_eq!(words(&ENGINE.archive(&letter(), &facts()).unwrap()), words(&ENGINE.pdf(&letter()).unwrap()));
    let signed = ENGINE.archive(&unregistered(), &facts()).unwrap();
    let registered = ENGINE.register(&signed, &mark()).unwrap();
    assert_eq!(registered[..signed.len()], signed);
    assert!(registered == ENGINE.archive(&letter(), &facts()).unwrap());
}

#[test]
fn a_letter_without_its_facts_holds_no_file() {
    let listed = tool("pdfdetach", &["-list", "{}"], &ENGINE.pdf(&letter()).unwrap());
    assert!(listed.contains("0 embedded files"), "{listed}");
}
