//! Texts with suggestions in them. The editor's own code makes them, where node and its packages are installed: random changes of two people in
//! generated bodies (`crates/web/editor/laws.mjs`, which holds its own laws on the way); what it made is held against the program's reader here.

use letter::rich::suggested::{Fate, canonical, is_suggested, settled, suggestions};
use letter::rich::{read, shape};
use serde_json::{Value, json};

use crate::in_the_editor::played;

const BODIES: usize = 150;

fn run(words: &str, marks: &[(&str, &str)]) -> Value {
    let marks: Vec<Value> = marks.iter().map(|(kind, id)| json!({ "type": kind, "attrs": { "id": id } })).collect();
    json!({ "type": "text", "text": words, "marks": marks })
}

fn paragraph(runs: &[Value]) -> Value {
    json!({ "type": "paragraph", "content": runs })
}

fn document(blocks: &[Value]) -> Value {
    json!({ "type": "doc", "content": blocks })
}

/// «Үкімет [сауалды → өтінішті] қарады.» and a paragraph that is new.
fn two() -> Value {
    let words = [
        run("Үкімет ", &[]),
        run("сауалды", &[("deletion", "a")]),
        run("өтінішті", &[("insertion", "a")]),
        run(" қарады.", &[]),
    ];
    let mut new = paragraph(&[run("Жаңа абзац.", &[])]);
    new["marks"] = json!([{ "type": "insertion", "attrs": { "id": "b" } }]);
    document(&[paragraph(&words), new])
}

#[test]
fn a_suggestion_comes_and_goes_as_a_whole_and_the_others_wait() {
    let text = two();
    let said = |document: &Value| canonical(document);
    let refused = settled(&text, |_| Some(Fate::Refuse));
    assert_eq!(said(&refused), said(&document(&[paragraph(&[run("Үкімет сауалды қарады.", &[])])])));
    let accepted = settled(&text, |_| Some(Fate::Accept));
    let both = [paragraph(&[run("Үкімет өтінішті қарады.", &[])]), paragraph(&[run("Жаңа абзац.", &[])])];
    assert_eq!(said(&accepted), said(&document(&both)));
    let one = settled(&text, |id| (id == "b").then_some(Fate::Accept));
    assert_eq!(suggestions(&one).iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["a"]);
    let all = suggestions(&text);
    assert_eq!((all[0].deleted.as_str(), all[0].inserted.as_str()), ("сауалды", "өтінішті"));
    assert_eq!((all[0].before.as_str(), all[0].behind.as_str()), ("Үкімет ", " қарады."));
    assert_eq!(all[1].inserted, "Жаңа абзац.");
}

#[test]
fn a_letter_has_no_suggestions() {
    let said = read(&two()).unwrap_err().to_string();
    assert!(
        said.contains("there is no type `deletion` here") || said.contains("there is no field `marks` here"),
        "{said}"
    );
}

#[test]
fn what_stands_where_nothing_may_be_suggested_is_refused() {
    let cell = |marks: Value| {
        let head = json!({ "type": "table_header", "content": [paragraph(&[run("Жыл", &[])])] });
        let row = json!({ "type": "table_row", "content": [{ "type": "table_cell", "content": [paragraph(&[run("2023", &[])])] }], "marks": marks });
        let head = json!({ "type": "table_row", "content": [head] });
        document(&[
            json!({ "type": "table", "attrs": { "columns": [{ "share": 1, "align": "start" }] }, "content": [head, row] }),
        ])
    };
    let row = cell(json!([{ "type": "insertion", "attrs": { "id": "a" } }]));
    assert!(!is_suggested(&row) && read(&settled(&row, |_| Some(Fate::Refuse))).is_err(), "a row is no suggestion");
    for mark in [
        json!({ "type": "insertion" }),
        json!({ "type": "insertion", "attrs": { "id": "" } }),
        json!({ "type": "insertion", "attrs": { "id": "А" } }),
        json!({ "type": "insertion", "attrs": { "id": "a", "by": "admin" } }),
        json!({ "type": "insertion", "attrs": { "id": "a" }, "html": "<b>" }),
    ] {
        let text = document(&[paragraph(&[json!({ "type": "text", "text": "сөз", "marks": [mark] })])]);
        for fate in [Fate::Accept, Fate::Refuse] {
            assert!(shape(&settled(&text, |_| Some(fate))).is_err(), "{text}");
        }
    }
}

#[test]
fn what_is_left_is_a_letter_again() {
    let struck = |words: &str| paragraph(&[run(words, &[("deletion", "a")])]);
    let item = |block: Value| json!({ "type": "list_item", "content": [block] });
    let list = json!({ "type": "bullet_list", "content": [item(struck("бірінші")), item(struck("екінші"))] });
    let heading = |level: u8, words: &str, mark: Option<&str>| {
        let mut node = json!({ "type": "heading", "attrs": { "level": level }, "content": [run(words, &[])] });
        mark.into_iter().for_each(|id| node["marks"] = json!([{ "type": "deletion", "attrs": { "id": id } }]));
        node
    };
    let note = json!({ "type": "footnote", "content": [run("сілтеме", &[("deletion", "a")])] });
    let text = document(&[
        heading(1, "Тақырып", Some("a")),
        heading(2, "Ішкі тақырып", None),
        paragraph(&[run("Заң", &[]), note]),
        list,
        struck("Кетеді."),
        json!({ "type": "page_break" }),
        struck("Бұл да кетеді."),
    ]);
    assert!(read(&settled(&text, |_| Some(Fate::Refuse))).is_ok());
    let accepted = settled(&text, |_| Some(Fate::Accept));
    assert_eq!(
        canonical(&accepted),
        canonical(&document(&[heading(1, "Ішкі тақырып", None), paragraph(&[run("Заң", &[])])])),
        "no empty list, footnote, paragraph or page, and no level is skipped"
    );
    assert!(read(&accepted).is_ok());
}

#[test]
fn the_program_and_the_editor_settle_alike() {
    let Some(played) = played("laws.mjs", BODIES) else { return };
    let mut open = 0;
    for (given, made) in &played {
        let of = |name: &str| made.get(name).unwrap();
        let decided = |fate: Fate| canonical(&settled(of("marked"), |_| Some(fate)));
        assert_eq!(decided(Fate::Refuse), canonical(given), "refused, nothing was ever suggested");
        assert_eq!(decided(Fate::Refuse), canonical(of("refused")), "as the editor refuses");
        // What a person sees of a heading that skips a level is put right by either of them when it is accepted.
        let typed = canonical(&settled(of("typed"), |_| None));
        assert_eq!(decided(Fate::Accept), typed, "accepted, it is what was typed");
        shape(&settled(of("marked"), |_| Some(Fate::Accept))).unwrap();
        let ids: Vec<String> = suggestions(of("marked")).into_iter().map(|one| one.id).collect();
        assert_eq!(json!(ids), *of("open"), "the same suggestions in the same order");
        open += ids.len();
    }
    assert!(open > played.len(), "{open} suggestions are too few to say anything");
}
