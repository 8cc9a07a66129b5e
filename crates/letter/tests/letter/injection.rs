//! Words stay words, whatever they look like.

use letter::kinds::reply::{OneRecipient, Recipients};
use letter::model::{Block, Inline};

use crate::support::{ENGINE, facts, normal, words};

const NASTY: &str = "#panic() *x* _y_ `z` $a$ @b <script>c</script> [d] // e /* f */ = g - h -- i ... \"q\" 'r' ~ \\ #{1+1} {{hbs}} {{{t}}} &amp; \\u{41} %h 1. k";

#[test]
fn hostile_words_are_printed_as_they_are_wherever_they_stand() {
    let mut facts = facts();
    facts.inquiry.number = NASTY.to_owned();
    facts.subject = NASTY.to_owned();
    facts.signatory.post = vec![NASTY.to_owned(), NASTY.to_owned()];
    facts.signatory.name = NASTY.to_owned();
    facts.executor.name = NASTY.to_owned();
    facts.executor.phone = NASTY.to_owned();
    let verify = facts.verify.as_mut().unwrap();
    verify.code = NASTY.to_owned();
    verify.note = Some(NASTY.to_owned());
    let Recipients::List(list) = &mut facts.recipients else { panic!("the seed has a list") };
    list.groups[0].lines = vec![NASTY.to_owned()];
    list.groups[0].members = vec![NASTY.to_owned(), NASTY.to_owned()];
    let inline = || vec![Inline::text(NASTY), Inline::Bold { content: vec![Inline::text(NASTY)] }];
    let footnote = Inline::Footnote { content: vec![Inline::text(NASTY)] };
    facts.body.blocks = vec![
        Block::heading(NASTY),
        // On a page of its own no page's end cuts the words in two.
        Block::PageBreak,
        Block::Paragraph { content: [inline(), vec![footnote, Inline::LineBreak], inline()].concat() },
    ];
    let letter = ENGINE.compose_reply(&facts).unwrap();
    let places = 1 + 2 + 1 + 2 + 2 + 1 + 2 + 1 + 2 + 1 + 2;

    let unbroken = |text: &str| text.replace(char::is_whitespace, "");
    let printed = unbroken(&words(&ENGINE.pdf(&letter).unwrap()));
    assert_eq!(printed.matches(&unbroken(NASTY)).count(), places, "{printed}");

    let text = normal(&ENGINE.text(&letter).unwrap());
    assert_eq!(text.matches(NASTY).count(), places, "{text}");

    let html = ENGINE.html(&letter).unwrap();
    assert!(!html.contains("<script"), "{html}");
    let escaped = NASTY
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    // The document's title, the article's name and the author's two lines say it four times more.
    assert_eq!(html.matches(&escaped).count(), places + 4, "{html}");
}

#[test]
fn a_link_is_a_web_address_or_nothing() {
    for url in
        ["javascript:alert(1)", "data:text/html,x", "//e.kz", "https://", "https://e.kz/ onclick=x", "ftp://e.kz"]
    {
        let mut facts = facts();
        facts.verify.as_mut().unwrap().url = url.to_owned();
        let refusal = ENGINE.compose_reply(&facts).unwrap_err().to_string();
        assert!(
            refusal.contains("/verify/url: an address beginning with https:// or http:// is needed"),
            "{url}: {refusal}"
        );
    }
}

#[test]
fn a_fact_cannot_begin_a_section_or_a_line_of_its_own() {
    let mut facts = facts();
    facts.recipients = Recipients::One(OneRecipient { dative: "[salutation]".to_owned(), address: "Н.".to_owned() });
    let letter = ENGINE.compose_reply(&facts).unwrap();
    assert_eq!(letter.addressee.last().unwrap(), "[salutation]");
    assert_eq!(letter.salutation, "Құрметті Н.!");
    facts.recipients = Recipients::One(OneRecipient { dative: "бір\nекі".to_owned(), address: "Н.".to_owned() });
    let refusal = ENGINE.compose_reply(&facts).unwrap_err().to_string();
    assert!(refusal.contains("/recipients/one/dative: the invisible character U+000A may not stand here"), "{refusal}");
}
