//! One letter in two languages under one signature.

use letter::Letter;
use letter::kinds::reply::ReplyFacts;
use letter::kinds::{AnyFacts, OutgoingNumber};
use letter::model::Language;

use crate::support::{ENGINE, facts, pages, unregistered};

fn russian() -> ReplyFacts {
    let body = crate::support::body_of(["Правительство, рассмотрев запрос, сообщает следующее.".to_owned()]);
    let mut facts = ReplyFacts { language: Language::Ru, body, ..facts() };
    facts.signatory.post = vec!["Премьер-Министр".to_owned(), "Республики Казахстан".to_owned()];
    facts.signatory.name = "А. Смаилов".to_owned();
    facts
}

fn both() -> Letter {
    ENGINE.compose_bilingual(&AnyFacts::Reply(facts()), &AnyFacts::Reply(russian())).unwrap()
}

fn refused(change: impl FnOnce(&mut ReplyFacts)) -> String {
    let mut second = russian();
    change(&mut second);
    ENGINE.compose_bilingual(&AnyFacts::Reply(facts()), &AnyFacts::Reply(second)).unwrap_err().to_string()
}

#[test]
fn both_texts_stand_before_one_signature() {
    let pages = pages(&ENGINE.pdf(&both()).unwrap());
    let signed: Vec<usize> = (0..pages.len()).filter(|page| pages[*page].contains("Смайылов")).collect();
    assert_eq!(signed.len(), 1, "{pages:?}");
    let last = &pages[signed[0]];
    assert!(last.contains("Уважаемые депутаты!") && last.contains("А. Смаилов"), "{last}");
    assert!(pages[0].contains("Құрметті депутаттар!") && !pages[0].contains("Уважаемые"), "{}", pages[0]);
    let lists: Vec<&String> = pages.iter().skip(signed[0] + 1).collect();
    assert!(lists[0].contains("депутаттарының тізімі") && lists[1].contains("Список депутатов"), "{lists:?}");
}

#[test]
fn each_text_is_read_out_in_its_own_language() {
    // The letterhead's right side is Russian in every letter; a second text brings more.
    let is_russian = |language: &lopdf::Object| language.as_str().is_ok_and(|language| language == b"ru");
    let russian = |letter: &Letter| {
        let document = lopdf::Document::load_mem(&ENGINE.pdf(letter).unwrap()).unwrap();
        let tagged =
            |object: &&lopdf::Object| object.as_dict().is_ok_and(|element| element.get(b"Lang").is_ok_and(is_russian));
        document.objects.values().filter(tagged).count()
    };
    let first = Letter { second: None, ..both() };
    assert!(russian(&both()) > russian(&first) + 5, "{} and {}", russian(&both()), russian(&first));
    let html = ENGINE.html(&both()).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"kk\">"), "{html}");
    assert!(html.contains("<section class=\"letter-second\" lang=\"ru\""), "{html}");
    assert!(html.contains("<section class=\"letter-annex\" lang=\"ru\">"), "{html}");
}

#[test]
fn footnotes_are_numbered_through_both_texts() {
    let mut second = russian();
    second.body = facts().body;
    let letter = ENGINE.compose_bilingual(&AnyFacts::Reply(facts()), &AnyFacts::Reply(second)).unwrap();
    let text = ENGINE.text(&letter).unwrap();
    assert!(text.contains("Заң[1]") && text.contains("Заң[2]") && !text.contains("[3]"), "{text}");
    assert_eq!(ENGINE.html(&letter).unwrap().matches("<li id=\"letter-note-").count(), 2);
}

#[test]
fn what_has_to_be_the_same_in_both_is() {
    assert!(refused(|second| second.language = Language::Kk).contains("/language: the second text of a letter"));
    let differs = "the two languages of one letter have to say the same here";
    assert!(refused(|second| second.inquiry.number = "№ДС-327".to_owned()).contains(&format!("/inquiry: {differs}")));
    assert!(refused(|second| second.signatory.acting = true).contains(&format!("/signatory/acting: {differs}")));
    let other = OutgoingNumber { number: "2".to_owned(), ..facts().registration.unwrap() };
    assert!(refused(|second| second.registration = Some(other)).contains(&format!("/registration: {differs}")));
    assert!(refused(|second| second.draft = true).contains(&format!("/draft: {differs}")));
}

#[test]
fn a_letter_in_one_language_comes_back_as_it_was_kept_before_there_were_two() {
    let mut kept = serde_json::to_value(unregistered()).unwrap();
    kept.as_object_mut().unwrap().remove("second");
    assert_eq!(serde_json::from_value::<Letter>(kept).unwrap(), unregistered());
}

#[test]
fn the_word_file_holds_both_texts_before_one_signature() {
    let package = std::io::Cursor::new(ENGINE.docx(&both()).unwrap());
    let mut document = String::new();
    let mut archive = zip::ZipArchive::new(package).unwrap();
    std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut document).unwrap();
    let document = roxmltree::Document::parse(&document).unwrap();
    let said: String = document
        .descendants()
        .filter(|node| node.has_tag_name((document.root_element().tag_name().namespace().unwrap(), "t")))
        .filter_map(|node| node.text())
        .collect();
    let mut at = 0;
    for piece in [
        "Құрметті депутаттар!",
        "Уважаемые депутаты!",
        "Ә. Смайылов",
        "А. Смаилов",
        "депутаттарының тізімі",
        "Список депутатов",
    ] {
        let found =
            said[at..].find(piece).unwrap_or_else(|| panic!("«{piece}» does not come where it should in «{said}»"));
        at += found + piece.len();
    }
    assert_eq!(said.matches("Смайылов").count(), 1);
}
