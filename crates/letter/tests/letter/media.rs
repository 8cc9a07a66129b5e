//! One deputy or a list, holder or acting, draft or letter, three languages: what the words of a reply turn on.

use letter::kinds::reply::{OneRecipient, Recipients, ReplyFacts};
use letter::model::{Block, Inline, Language};

use crate::support::{ENGINE, facts, words};

fn to_one() -> ReplyFacts {
    let one = OneRecipient {
        dative: "Н. Сәрсенғалиевке".to_owned(), address: "Нұртай Салихұлы".to_owned()
    };
    ReplyFacts { recipients: Recipients::One(one), ..facts() }
}

#[test]
fn a_reply_to_one_deputy_speaks_of_no_list() {
    let letter = ENGINE.compose_reply(&to_one()).unwrap();
    assert_eq!(letter.addressee, ["Қазақстан Республикасы", "Парламенті Мәжілісінің депутаты", "Н. Сәрсенғалиевке"]);
    assert_eq!(letter.salutation, "Құрметті Нұртай Салихұлы!");
    assert!(letter.annexes.is_empty());
    let text = words(&ENGINE.pdf(&letter).unwrap());
    assert!(!text.contains("тізім"), "{text}");
}

#[test]
fn a_senators_letter_names_the_senate() {
    let letter =
        ENGINE.compose_reply(&ReplyFacts { chamber: letter::kinds::reply::Chamber::Senate, ..facts() }).unwrap();
    assert_eq!(letter.addressee[1], "Парламенті Сенатының депутаттарына");
}

#[test]
fn whoever_acts_says_so() {
    let mut facts = facts();
    facts.signatory.acting = true;
    facts.signatory.post = vec!["Қазақстан Республикасы".to_owned(), "Премьер-Министрінің".to_owned()];
    assert_eq!(
        ENGINE.compose_reply(&facts).unwrap().signature.post,
        ["Қазақстан Республикасы", "Премьер-Министрінің м.а."]
    );
    facts.language = Language::Ru;
    facts.signatory.post = vec!["Премьер-Министра".to_owned(), "Республики Казахстан".to_owned()];
    assert_eq!(ENGINE.compose_reply(&facts).unwrap().signature.post, ["И.о. Премьер-Министра", "Республики Казахстан"]);
}

#[test]
fn a_draft_says_that_it_is_one_in_every_medium() {
    for (language, word) in [(Language::Kk, "ЖОБА"), (Language::Ru, "ПРОЕКТ"), (Language::En, "DRAFT")] {
        let letter =
            ENGINE.compose_reply(&ReplyFacts { draft: true, language, registration: None, ..facts() }).unwrap();
        let printed = crate::support::pages(&ENGINE.pdf(&letter).unwrap());
        assert!(
            printed.iter().all(|page| page.replace(char::is_whitespace, "").contains(word)),
            "{language:?}: {printed:?}"
        );
        assert!(ENGINE.html(&letter).unwrap().contains(word));
        assert!(ENGINE.text(&letter).unwrap().contains(word));
        let letter = ENGINE.compose_reply(&ReplyFacts { language, ..facts() }).unwrap();
        assert!(!ENGINE.html(&letter).unwrap().contains(word));
    }
}

#[test]
fn a_russian_reply_is_russian_from_the_addressee_to_the_executor() {
    let letter = ENGINE.compose_reply(&ReplyFacts { language: Language::Ru, ..facts() }).unwrap();
    assert_eq!(letter.addressee, ["Депутатам Мажилиса", "Парламента Республики Казахстан", "(по списку)"]);
    assert_eq!(letter.reference, ["На №ДС-326", "от 20 сентября 2023 года"]);
    assert_eq!(letter.salutation, "Уважаемые депутаты!");
    assert_eq!(letter.executor.unwrap(), "Исп. Ж. Даулетханова, 74-53-71");
    assert_eq!(letter.registration.unwrap().date_text, "5 октября 2023 года");
}

#[test]
fn the_html_is_a_document_without_script_or_style_of_its_own() {
    let html = ENGINE.html(&ENGINE.compose_reply(&facts()).unwrap()).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"kk\">"), "{html}");
    assert!(html.contains("<title>Депутаттық сауалға жауап: "), "{html}");
    for foreign in ["<script", "<style", " style=", " onclick=", "<img", "<link"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    for landmark in [
        "<main>",
        "<article class=\"letter\" lang=\"kk\" aria-label=\"",
        "<h2>",
        "role=\"doc-noteref\"",
        "role=\"doc-backlink\"",
        "lang=\"ru\"",
    ] {
        assert!(html.contains(landmark), "{landmark} is not in {html}");
    }
}

#[test]
fn a_character_that_cannot_be_printed_is_named_with_its_place() {
    let mut facts = facts();
    facts.body.blocks[1] = Block::Paragraph {
        content: vec![Inline::text("Құрметті "), Inline::Bold { content: vec![Inline::text("漢字!")] }],
    };
    let refusal = ENGINE.compose_reply(&facts).unwrap_err().to_string();
    let wanted = "/body/blocks/1/content/1/content/0/text: the character «漢» (U+6F22) cannot be printed with the letter's fonts";
    assert!(refusal.ends_with(wanted), "{refusal}");
    let mut letter = ENGINE.compose_reply(&crate::support::facts()).unwrap();
    letter.salutation = "Құрметті 漢字!".to_owned();
    let refusal = ENGINE.pdf(&letter).unwrap_err().to_string();
    assert!(refusal.contains("/salutation: the character «漢» (U+6F22)"), "{refusal}");
}
