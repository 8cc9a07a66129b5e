//! Number and date come onto a signed letter without a byte of it changing.

use letter::{LetterError, RegistrationMark};
use lopdf::Document;

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

/// PDF/UA-1 rests on it: from each piece of page 1 the tree is found, and from the tree the piece.
#[test]
fn every_piece_of_page_1_has_its_place_in_the_structure_tree() {
    let document = Document::load_mem(&ENGINE.pdf(&letter()).unwrap()).unwrap();
    let page_id = document.page_iter().next().unwrap();
    let page = document.get_dictionary(page_id).unwrap();
    let tree = document.get_dict_in_dict(document.catalog().unwrap(), b"StructTreeRoot").unwrap();
    let numbers = document.get_dict_in_dict(tree, b"ParentTree").unwrap().get(b"Nums").unwrap().as_array().unwrap();
    let key = page.get(b"StructParents").unwrap().as_i64().unwrap();
    let entry = numbers.chunks(2).find(|pair| pair[0].as_i64().unwrap() == key).unwrap();
    let parents = document.get_object(entry[1].as_reference().unwrap()).unwrap().as_array().unwrap();

    let content = String::from_utf8_lossy(&document.get_page_content(page_id)).into_owned();
    let number = |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse::<usize>().unwrap();
    let mut pieces: Vec<usize> = content.split("/MCID ").skip(1).map(number).collect();
    assert_eq!(pieces[..2], [parents.len() - 2, parents.len() - 1], "date and number are drawn first");
    pieces.sort_unstable();
    assert_eq!(pieces, (0..parents.len()).collect::<Vec<_>>(), "every number is used once");
    for (piece, parent) in (0_i64..).zip(parents) {
        let element = document.get_dictionary(parent.as_reference().unwrap()).unwrap();
        let kids = element.get(b"K").unwrap();
        let kids = kids.as_array().map_or_else(|_| vec![kids.clone()], Clone::clone);
        let named = |kid: &lopdf::Object| kid.as_i64().or_else(|_| kid.as_dict()?.get(b"MCID")?.as_i64()).ok();
        assert!(
            kids.iter().any(|kid| named(kid) == Some(piece)),
            "the element of piece {piece} does not hold it: {element:?}"
        );
    }
}

#[test]
fn the_update_replaces_the_few_objects_that_must_know_of_it_and_no_others() {
    let signed = ENGINE.pdf(&unregistered()).unwrap();
    let registered = ENGINE.register(&signed, &mark()).unwrap();
    let (before, after) = (Document::load_mem(&signed).unwrap(), Document::load_mem(&registered).unwrap());
    let changed = before.objects.iter().filter(|(id, object)| after.objects.get(id) != Some(object));
    let changed: Vec<_> = changed.map(|(id, _)| *id).collect();
    assert!(
        changed.len() <= 4,
        "page 1, its resources, its entry in the parent tree, the document's element: {changed:?}"
    );
    assert!(changed.contains(&before.page_iter().next().unwrap()));
}
