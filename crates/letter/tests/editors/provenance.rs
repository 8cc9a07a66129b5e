//! Where each block came from, through consolidation and edits.

use letter::body::content_hash;
use letter::model::Block;
use letter::provenance::{Source, Sourced};
use letter::{docx, markdown, rich};
use serde_json::json;

use crate::bodies::{ENGINE, paragraphs, saying};

const FOREIGN: &str = "Сыртқы істер министрлігі бұл мәселе бойынша келіссөздер жүргізді.";
const LABOUR: &str = "Еңбек министрлігі жәрдемақы мөлшерін қайта қарады.";
const CLOSING: &str = "Үкімет жұмысты жалғастырады.";

fn source(text: &str) -> Option<Source> {
    Some(text.parse().unwrap())
}

fn consolidated() -> Sourced {
    Sourced::consolidated([
        (source("mfa/2"), paragraphs(&[FOREIGN])),
        (source("mlsp/1"), paragraphs(&[LABOUR])),
        (None, paragraphs(&[CLOSING])),
    ])
}

fn sources(sourced: &Sourced) -> Vec<String> {
    sourced.sources().iter().map(|source| source.as_ref().map_or("-".to_owned(), ToString::to_string)).collect()
}

#[test]
fn a_consolidation_says_which_ministry_wrote_what() {
    let all = consolidated();
    assert_eq!(sources(&all), ["mfa/2", "mlsp/1", "-"]);
    assert_eq!(all.contributions().into_iter().map(Source::ministry).collect::<Vec<_>>(), ["mfa", "mlsp"]);
}

#[test]
fn an_edit_of_the_words_keeps_the_source() {
    let edited = consolidated().edited(
        paragraphs(&[
            "Кіріспе сөз.",
            "Еңбек министрлігі жәрдемақы мөлшерін екі рет қайта қарады.",
            FOREIGN,
            "Үкімет жұмысты тоқтатпайды және жалғастырады.",
        ])
        .into(),
    );
    assert_eq!(sources(&edited), ["-", "mlsp/1", "mfa/2", "-"]);
}

#[test]
fn a_paragraph_that_was_cut_in_two_keeps_its_source_on_both_sides() {
    let edited = consolidated().edited(
        paragraphs(&["Сыртқы істер министрлігі", "бұл мәселе бойынша келіссөздер жүргізді.", LABOUR, CLOSING]).into(),
    );
    assert_eq!(sources(&edited), ["mfa/2", "mfa/2", "mlsp/1", "-"]);
}

#[test]
fn a_file_cannot_put_words_into_a_ministrys_mouth() {
    let claims =
        Sourced::new(paragraphs(&["Ойдан шығарылған сөз.", FOREIGN]), vec![source("moh/1"), source("moh/7")]).unwrap();
    assert_eq!(sources(&consolidated().edited(claims)), ["-", "mfa/2"]);
}

#[test]
fn the_same_words_from_two_keep_what_the_editor_says_of_each() {
    let both = Sourced::consolidated([
        (source("mfa/2"), paragraphs(&[LABOUR])),
        (source("mlsp/1"), paragraphs(&[LABOUR])),
        (source("mof/1"), paragraphs(&[CLOSING])),
    ]);
    let claims = |first: &str, second: &str| {
        let text = paragraphs(&[LABOUR, LABOUR, CLOSING]);
        Sourced::new(text, vec![source(first), source(second), source("mof/1")]).unwrap()
    };
    assert_eq!(sources(&both.edited(claims("mfa/2", "mlsp/1"))), ["mfa/2", "mlsp/1", "mof/1"]);
    assert_eq!(sources(&both.edited(claims("mlsp/1", "mfa/2"))), ["mlsp/1", "mfa/2", "mof/1"]);
    assert!(
        !sources(&both.edited(claims("mof/1", "mof/1")))[..2].contains(&"mof/1".to_owned()),
        "it has no such words"
    );
}

#[test]
fn every_editor_carries_the_sources() {
    let given = consolidated();
    assert_eq!(markdown::read(&markdown::write(&given)).unwrap(), given);
    assert_eq!(rich::read(&rich::write(&given)).unwrap(), given);
    let file = ENGINE.docx_with_sources(&saying(given.body.clone()), given.sources()).unwrap();
    assert_eq!(docx::read(&file).unwrap().sourced, given);
    let silent = docx::read(&ENGINE.docx(&saying(given.body.clone())).unwrap()).unwrap().sourced;
    assert_eq!(sources(&silent), ["-", "-", "-"]);
    assert_eq!(given.edited(silent), given);
}

#[test]
fn the_hash_of_a_body_does_not_know_where_its_words_came_from() {
    let given = consolidated();
    assert_eq!(content_hash(&given.body), content_hash(&Sourced::from(given.body.clone()).body));
    // The bytes of this hash are in stored events: they stay.
    let hash: String =
        content_hash(&paragraphs(&["Құрметті депутаттар!"])).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "84fbc5cc0098f99e8d27ad14fd412272c536ab1064247c74e3696252a44f6c92");
}

#[test]
fn it_is_written_beside_the_blocks_and_read_strictly() {
    let given = consolidated();
    let json = serde_json::to_value(&given).unwrap();
    assert_eq!(json["sources"], json!(["mfa/2", "mlsp/1", null]));
    assert_eq!(Sourced::parse(&json).unwrap(), given);
    assert_eq!(Sourced::parse(&json!({ "blocks": json["blocks"] })).unwrap(), Sourced::from(given.body.clone()));
    let refused = |sources: serde_json::Value| {
        Sourced::parse(&json!({ "blocks": json["blocks"], "sources": sources })).unwrap_err().to_string()
    };
    assert_eq!(refused(json!(["mfa/2"])), "/sources: an entry for every block is needed here");
    assert!(refused(json!(["mfa/2", "МФА", null])).starts_with("/sources/1: "));
    for bad in ["mfa", "mfa/0", "mfa/01", "MFA/1", "mfa/1/2", "m/1", "mfa/", "-mfa/1"] {
        assert!(bad.parse::<Source>().is_err(), "{bad}");
    }
    assert!(matches!(given.body.blocks[0], Block::Paragraph { .. }));
}
