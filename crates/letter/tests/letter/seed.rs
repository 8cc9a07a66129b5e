//! True to the word: every medium says what the letter of 2023 said, in its order, and nothing else.
//!
//! The oracle is the text conversion of the paper that was sent, not a copy of our own output.

use crate::support::{ENGINE, letter, mark, normal, unregistered, without, words};

const SEED: &str = include_str!("../seed/ds-326-reply.kk.txt");
const LETTERHEAD: &str = "Қазақстан Республикасының Премьер-Министрі 010000, Астана қаласы, Үкімет үйі \
                          Премьер-Министр Республики Казахстан 010000, город Астана, Дом Правительства";
const LETTERHEAD_ON_PAPER: &str = "ҚАЗАҚСТАН РЕСПУБЛИКАСЫНЫҢ ПРЕМЬЕР-МИНИСТРІ 010000, Астана қаласы, Үкімет үйі \
                                   ПРЕМЬЕР-МИНИСТР РЕСПУБЛИКИ КАЗАХСТАН 010000, город Астана, Дом Правительства";

/// The seed's text and its footnote, each with white space made one space.
fn seed() -> (String, String) {
    let (before, rest) = SEED.split_once("[1: ").unwrap();
    let (footnote, after) = rest.split_once(']').unwrap();
    let text = [before, after].concat();
    assert_eq!(text.matches("[footnoteRef:1]").count(), 1);
    (normal(&text.replace("[footnoteRef:1]", "")), normal(footnote))
}

/// The verification mark as every medium writes it.
fn verification() -> String {
    let verification = letter().verification.unwrap();
    normal(&format!("{} {} {}", verification.code, verification.url, verification.note.unwrap()))
}

/// What is left of a PDF's words without page numbers, letterhead, verification mark and the footnote's two places.
fn text_of(pdf: &[u8], head: &str) -> String {
    let (_, footnote) = seed();
    let text = words(pdf);
    let text = text.strip_prefix(head).unwrap_or_else(|| panic!("the letter does not begin with «{head}»: {text}"));
    let text = without(&without(text, &verification()), &format!("1 {footnote}"));
    assert_eq!(text.matches("Заң1 ").count(), 1, "the footnote's mark stands after «Заң»");
    text.replace("Заң1 ", "Заң ")
}

#[test]
fn what_is_signed_reads_as_the_letter_that_was_sent() {
    assert_eq!(text_of(&ENGINE.pdf(&unregistered()).unwrap(), LETTERHEAD_ON_PAPER), seed().0);
}

#[test]
fn what_is_sent_reads_as_the_letter_that_was_sent_after_its_date_and_number() {
    let signed = ENGINE.pdf(&unregistered()).unwrap();
    let registered = ENGINE.register(&signed, &mark()).unwrap();
    let head = format!("2023 жылғы 5 қазан № 12-11/3841 ДС {LETTERHEAD_ON_PAPER}");
    assert_eq!(text_of(&registered, &head), seed().0);
}

#[test]
fn the_html_says_the_same_words() {
    let (text, footnote) = seed();
    for html in [ENGINE.html(&letter()).unwrap(), ENGINE.html_fragment(&letter()).unwrap()] {
        let said = html.split_once("<article").unwrap().1;
        let said = visible(&format!("<article{said}"));
        let head = format!("{LETTERHEAD} 2023 жылғы 5 қазан № 12-11/3841 ДС ");
        let said = said.strip_prefix(&head).unwrap_or_else(|| panic!("{said}"));
        let said = without(&without(said, &verification()), &format!("{footnote} ↩"));
        assert_eq!(said.replace("Заң1 ", "Заң "), text);
    }
}

#[test]
fn the_plain_text_says_the_same_words() {
    let (text, footnote) = seed();
    let said = normal(&ENGINE.text(&letter()).unwrap());
    let head = format!("{LETTERHEAD} 2023 жылғы 5 қазан № 12-11/3841 ДС ");
    let said = said.strip_prefix(&head).unwrap_or_else(|| panic!("{said}"));
    let said = without(&without(said, &verification()), &format!("[1] {footnote}"));
    assert_eq!(said.replace("Заң[1] ", "Заң "), text);
}

/// What a browser shows of our own HTML: tags that break a line or a cell part words, the others do not.
fn visible(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, after) = after.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if !["sup", "a", "strong", "em", "span"].contains(&name) {
            out.push(' ');
        }
        rest = after;
    }
    out.push_str(rest);
    let shown = out
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    normal(&shown)
}
