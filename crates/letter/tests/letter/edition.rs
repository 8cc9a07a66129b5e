//! The forms change, and a letter of before is made again with those of its day, to the byte. `tests/kept/` holds such letters: what
//! they were made from, and the SHA-256 of what was signed. Nothing there is ever changed; `SAUAL_KEPT=NAME` adds a letter of today.

use std::fs;
use std::path::{Path, PathBuf};

use letter::edition::{Edition, NoEdition};
use letter::kinds::AnyFacts;
use letter::{Engine, LetterError};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{ENGINE, facts};
use crate::templates::changed;

fn bytes(engine: &Engine, facts: &AnyFacts) -> Vec<u8> {
    engine.pdf(&engine.compose_any(facts).unwrap()).unwrap()
}

fn reply() -> AnyFacts {
    AnyFacts::Reply(facts())
}

#[test]
fn a_letter_is_made_again_with_the_forms_of_its_day() {
    let folder = changed("common/kk.hbs", "Құрметті", "Аса құрметті");
    let then = Engine::with_templates(folder.path()).unwrap();
    let kept = then.edition().to_bytes();
    let signed = bytes(&then, &reply());
    drop((then, folder));
    let again = Engine::of_edition(&Edition::read(&kept).unwrap()).unwrap();
    assert!(bytes(&again, &reply()) == signed, "other bytes than those that were signed");
    assert!(bytes(&ENGINE, &reply()) != signed, "the change of the forms changed nothing");
}

#[test]
fn a_letter_names_its_edition_and_the_file_has_that_hash() {
    let edition = ENGINE.edition();
    let file = edition.to_bytes();
    assert_eq!(edition.hash().to_string(), hex::encode(Sha256::digest(&file)));
    assert_eq!(Edition::read(&file).unwrap(), edition);
    let document = lopdf::Document::load_mem(&bytes(&ENGINE, &reply())).unwrap();
    let info = document.get_dictionary(document.trailer.get(b"Info").unwrap().as_reference().unwrap()).unwrap();
    let creator = lopdf::decode_text_string(info.get(b"Creator").unwrap()).unwrap();
    assert_eq!(creator, format!("Saual, edition {}", edition.hash()));
    let other =
        Engine::with_templates(changed("letter.typ", "Tinos", "Tinos ").path()).map(|engine| engine.edition().hash());
    assert_ne!(other.unwrap(), edition.hash());
}

#[test]
fn what_sets_a_page_otherwise_is_told() {
    let mut file: Value = serde_json::from_slice(&ENGINE.edition().to_bytes()).unwrap();
    assert_eq!(ENGINE.edition().set_otherwise(), None);
    file["typesetter"] = json!("typst 0.1.0");
    let told = Edition::read(file.to_string().as_bytes()).unwrap().set_otherwise().unwrap();
    assert!(told.contains("typst 0.1.0"), "{told}");
    file["typesetter"] = serde_json::from_slice::<Value>(&ENGINE.edition().to_bytes()).unwrap()["typesetter"].clone();
    file["fonts"][0] = json!("00");
    assert!(Edition::read(file.to_string().as_bytes()).unwrap().set_otherwise().unwrap().contains("fonts"));
}

#[test]
fn the_typesetter_is_the_one_that_is_built_in() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock")).unwrap();
    let built_in = lock.split("[[package]]").find(|package| package.contains("name = \"typst\"\n")).unwrap();
    let version = built_in.lines().find_map(|line| line.strip_prefix("version = ")).unwrap().trim_matches('"');
    let file: Value = serde_json::from_slice(&ENGINE.edition().to_bytes()).unwrap();
    assert_eq!(file["typesetter"], json!(format!("typst {version}")));
}

#[test]
fn a_file_that_is_no_edition_is_refused_and_a_form_that_came_later_is_that_of_today() {
    for file in [&b""[..], b"{}", b"[]", b"\xff", br#"{"typesetter":"","fonts":[],"files":{},"more":1}"#] {
        assert!(matches!(Edition::read(file), Err(NoEdition::Unreadable(_))), "{file:?}");
    }
    assert!(matches!(Edition::read(&vec![b' '; letter::edition::LIMIT + 1]), Err(NoEdition::TooLarge)));
    let mut file: Value = serde_json::from_slice(&ENGINE.edition().to_bytes()).unwrap();
    file["files"].as_object_mut().unwrap().remove("reminder/kk.hbs");
    let older = Engine::of_edition(&Edition::read(file.to_string().as_bytes()).unwrap()).unwrap();
    assert_eq!(older.edition(), ENGINE.edition());
    file["files"]["../../etc/passwd"] = json!("x");
    let unknown = Engine::of_edition(&Edition::read(file.to_string().as_bytes()).unwrap());
    assert!(matches!(unknown, Err(LetterError::Template(fault)) if fault.template == "../../etc/passwd"));
}

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kept")
}

#[test]
fn letters_that_were_kept_are_made_again_to_the_byte() {
    if let Some(name) = std::env::var_os("SAUAL_KEPT") {
        let folder = kept().join(name);
        fs::create_dir(&folder).expect("a kept letter is not written over");
        fs::write(folder.join("facts.json"), serde_json::to_string_pretty(&reply().to_json()).unwrap()).unwrap();
        fs::write(folder.join("edition.json"), ENGINE.edition().to_bytes()).unwrap();
        fs::write(folder.join("sha256"), hex::encode(Sha256::digest(bytes(&ENGINE, &reply())))).unwrap();
    }
    let mut made = 0;
    for folder in fs::read_dir(kept()).unwrap().map(|entry| entry.unwrap().path()) {
        let edition = Edition::read(&fs::read(folder.join("edition.json")).unwrap()).unwrap();
        // The words are held by the golden cases; another typesetter may set them in other bytes, and the program says so.
        if let Some(otherwise) = edition.set_otherwise() {
            println!("{}: {otherwise}", folder.display());
            continue;
        }
        let facts: Value = serde_json::from_slice(&fs::read(folder.join("facts.json")).unwrap()).unwrap();
        let again = bytes(&Engine::of_edition(&edition).unwrap(), &AnyFacts::parse(&facts, None).unwrap());
        let signed = fs::read_to_string(folder.join("sha256")).unwrap();
        assert_eq!(hex::encode(Sha256::digest(&again)), signed.trim(), "{} gives other bytes", folder.display());
        made += 1;
    }
    assert!(made > 0, "no letter is kept that was set with this typesetter: SAUAL_KEPT=NAME adds one");
}
