//! Number and date come onto a signed letter without a byte of it changing.

use letter::{LetterError, RegistrationMark};

use crate::support::{ENGINE, letter, mark, tool, unregistered};

fn refusal(result: Result<Vec<u8>, LetterError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn the_signed_bytes_are_the_beginning_of_what_is_sent() {
    let signed = ENGINE.pdf(&unregistered()).unwrap();
    let registered = ENGINE.register(&signed, &mark()).unwrap();
    assert_eq!(registered[..signed.len()], signed);
    assert!(registered.len() > signed.len());
    assert_eq!(ENGINE.register(&signed, &mark()).unwrap(), registered, "the same mark gives the same bytes");
}

#[test]
fn a_letter_rendered_with_its_number_is_the_signed_letter_with_its_number() {
    let signed = ENGINE.pdf(&unregistered()).unwrap();
    assert!(ENGINE.pdf(&letter()).unwrap() == ENGINE.register(&signed, &mark()).unwrap());
}

#[test]
fn what_is_signed_has_neither_number_nor_date() {
    let text = tool("pdftotext", &["-raw", "{}", "-"], &ENGINE.pdf(&unregistered()).unwrap());
    assert!(!text.contains("5 қазан") && !text.contains("3841"), "{text}");
}

#[test]
fn the_structure_tree_begins_with_date_and_number() {
    let said = tool("pdfinfo", &["-struct-text", "{}"], &ENGINE.pdf(&letter()).unwrap());
    let words: Vec<&str> = said.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"')).collect();
    assert_eq!(words[..2], ["2023 жылғы 5 қазан", "№ 12-11/3841 ДС"]);
}

#[test]
fn a_letter_gets_one_number() {
    let registered = ENGINE.pdf(&letter()).unwrap();
    let again = ENGINE.register(&registered, &RegistrationMark { number: "1".to_owned(), date_text: "2".to_owned() });
    assert_eq!(refusal(again), "number and date cannot be put onto this PDF: it has its number already");
}

#[test]
fn other_bytes_get_no_number() {
    assert!(refusal(ENGINE.register(b"", &mark())).contains("cannot be read as PDF"));
    assert!(refusal(ENGINE.register(b"%PDF-1.7 but not really", &mark())).contains("cannot be read as PDF"));
    let signed = ENGINE.pdf(&unregistered()).unwrap();
    assert!(ENGINE.register(&signed[..signed.len() / 2], &mark()).is_err());
}

#[test]
fn a_number_that_would_not_fit_or_cannot_be_printed_is_refused() {
    let signed = ENGINE.pdf(&unregistered()).unwrap();
    let long = RegistrationMark { number: "1".repeat(61), ..mark() };
    assert!(refusal(ENGINE.register(&signed, &long)).contains("/number: too many characters in a line: at most 60"));
    let foreign = RegistrationMark { number: "漢".to_owned(), ..mark() };
    assert!(refusal(ENGINE.register(&signed, &foreign)).contains("/number: the character «漢» (U+6F22)"));
}
