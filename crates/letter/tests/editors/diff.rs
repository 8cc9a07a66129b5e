//! «What changed since my visa», as data and as text.

use letter::diff::{Change, Content, Diff, ItemChange, Kind, Piece, RowChange, State, diff};
use letter::model::Language;
use letter::runs::Look;
use serde_json::json;

use crate::bodies::{body, paragraphs};

fn only(changes: &Diff) -> &Change {
    let changed: Vec<&Change> =
        changes.changes.iter().filter(|change| !matches!(change, Change::Kept { moved: false, .. })).collect();
    assert_eq!(changed.len(), 1, "{changed:#?}");
    changed[0]
}

fn kept(text: &str) -> Piece {
    Piece::Words { state: State::Kept, text: text.to_owned(), look: Look::default(), was: None }
}

fn words(state: State, text: &str) -> Piece {
    Piece::Words { state, text: text.to_owned(), look: Look::default(), was: None }
}

#[test]
fn a_changed_word_is_told_in_its_sentence() {
    let old = paragraphs(&["Бірінші абзац.", "Жоба 2024 жылы қаралады.", "Соңғы абзац."]);
    let new = paragraphs(&["Бірінші абзац.", "Жоба 2025 жылы қаралады.", "Соңғы абзац."]);
    let changes = diff(&old, &new);
    let Change::Changed { old: 1, new: 1, moved: false, was: None, content: Content::Paragraph { pieces } } =
        only(&changes)
    else {
        panic!("{changes:?}")
    };
    let expected = [kept("Жоба "), words(State::Removed, "2024"), words(State::Added, "2025"), kept(" жылы қаралады.")];
    assert_eq!(*pieces, expected);
    assert_eq!(changes.text(Language::Kk), "~ 2, абзац: Жоба [-2024-]{+2025+} жылы қаралады.\n");
    assert_eq!(changes.text(Language::En), "~ 2, paragraph: Жоба [-2024-]{+2025+} жылы қаралады.\n");
}

#[test]
fn neighbouring_changed_words_are_one_change() {
    let changes = diff(&paragraphs(&["Үкімет бұл мәселені қарайды."]), &paragraphs(&["Үкімет осы сауалды қарайды."]));
    assert_eq!(changes.text(Language::Ru), "~ 1, абзац: Үкімет [-бұл мәселені-]{+осы сауалды+} қарайды.\n");
}

#[test]
fn blocks_that_came_went_and_moved_are_told_apart() {
    let old = paragraphs(&["Бірінші абзацтың өз сөздері бар.", "Екінші абзац басқа нәрсе айтады.", "Кетеді."]);
    let new = paragraphs(&["Екінші абзац басқа нәрсе айтады.", "Мүлде жаңа.", "Бірінші абзацтың өз сөздері бар."]);
    let changes = diff(&old, &new);
    let text = changes.text(Language::En);
    assert!(text.contains("+ 2, paragraph: Мүлде жаңа.\n"), "{text}");
    assert!(text.contains("- 3, paragraph: Кетеді.\n"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("> ")).count(), 1, "{text}");
    assert_eq!(changes.apply(&old).unwrap(), new);
}

#[test]
fn a_paragraph_that_became_a_heading_is_the_same_block() {
    let new =
        body(json!([{ "type": "heading", "level": 1, "content": [{ "type": "text", "text": "Жұмыспен қамту" }] }]));
    let changes = diff(&paragraphs(&["Жұмыспен қамту"]), &new);
    assert!(
        matches!(only(&changes), Change::Changed { was: Some(Kind::Paragraph), content: Content::Heading { level: 1, pieces }, .. } if *pieces == [kept("Жұмыспен қамту")])
    );
    assert_eq!(changes.text(Language::Kk), "~ 1, тақырып (абзац → тақырып 1): Жұмыспен қамту\n");
}

#[test]
fn words_that_only_got_another_look_are_kept() {
    let old = paragraphs(&["Заң күшіне енді."]);
    let new = body(json!([{ "type": "paragraph", "content": [
        { "type": "bold", "content": [{ "type": "text", "text": "Заң" }] }, { "type": "text", "text": " күшіне енді." },
    ] }]));
    let changes = diff(&old, &new);
    let Change::Changed { content: Content::Paragraph { pieces }, .. } = only(&changes) else { panic!("{changes:?}") };
    let look = Look { bold: true, italic: false };
    assert_eq!(
        pieces[0],
        Piece::Words { state: State::Kept, text: "Заң".to_owned(), look, was: Some(Look::default()) }
    );
    assert!(!changes.is_empty());
}

#[test]
fn a_change_inside_a_footnote_is_told_inside_it() {
    let noted = |note: &str| {
        body(json!([{ "type": "paragraph", "content": [
            { "type": "text", "text": "Заң" }, { "type": "footnote", "content": [{ "type": "text", "text": note }] },
            { "type": "text", "text": " бар." },
        ] }]))
    };
    let changes = diff(&noted("2013 жылғы 21 маусым"), &noted("2023 жылғы 21 маусым"));
    assert_eq!(changes.text(Language::Kk), "~ 1, абзац: Заң[* [-2013-]{+2023+} жылғы 21 маусым] бар.\n");
}

#[test]
fn items_and_rows_are_compared_one_by_one() {
    let list = |texts: &[&str]| {
        let item =
            |text: &&str| json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": text }] }] });
        body(json!([{ "type": "list", "ordered": true, "items": texts.iter().map(item).collect::<Vec<_>>() }]))
    };
    let changes = diff(&list(&["бір тармақ", "екінші тармақ сөзі"]), &list(&["екінші тармақ ісі", "бір тармақ", "үш"]));
    let Change::Changed { content: Content::List { items, .. }, .. } = only(&changes) else { panic!("{changes:?}") };
    assert!(items.iter().any(|item| matches!(item, ItemChange::Kept { .. })), "{items:?}");

    let table = |rows: &[[&str; 2]]| {
        let cell = |text: &&str| json!({ "content": [{ "type": "text", "text": text }] });
        let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        let columns = json!([{ "share": 1, "align": "start" }, { "share": 1, "align": "end" }]);
        body(json!([{ "type": "table", "columns": columns, "head": [cell(&"Жыл"), cell(&"Сома")], "rows": rows }]))
    };
    let changes = diff(
        &table(&[["2022 жыл", "100"], ["2023 жыл", "200"]]),
        &table(&[["2022 жыл", "100"], ["2023 жыл", "250"], ["2024 жыл", "300"]]),
    );
    let Change::Changed { content: Content::Table { rows, .. }, .. } = only(&changes) else { panic!("{changes:?}") };
    assert!(
        matches!(&rows[..], [RowChange::Kept { old: 0 }, RowChange::Changed { old: 1, .. }, RowChange::Added { .. }]),
        "{rows:?}"
    );
    let text = changes.text(Language::En);
    assert_eq!(text, "~ 1, table:\n  ~ | 2023 жыл | [-200-]{+250+} |\n  + | 2024 жыл | 300 |\n");
}

#[test]
fn a_comparison_is_not_applied_to_another_body() {
    let changes = diff(&paragraphs(&["Бір екі үш төрт."]), &paragraphs(&["Бір екі үш бес."]));
    assert!(changes.apply(&paragraphs(&["Бір екі алты төрт."])).is_err());
    assert!(changes.apply(&paragraphs(&["Бір екі үш төрт.", "Тағы бір."])).is_err());
}

#[test]
fn screens_get_it_as_json_with_a_schema() {
    let changes = diff(&paragraphs(&["Бір екі үш."]), &paragraphs(&["Бір төрт үш."]));
    let json = serde_json::to_value(&changes).unwrap();
    assert_eq!(json["changes"][0]["change"], "changed");
    assert_eq!(
        json["changes"][0]["content"]["pieces"][1],
        json!({
            "piece": "words", "state": "removed", "text": "екі", "look": { "bold": false, "italic": false },
        })
    );
    assert_eq!(Diff::schema()["properties"]["changes"]["type"], "array");
}

#[test]
fn a_comparison_of_the_longest_bodies_takes_no_minute() {
    let long = |word: &str| {
        let text: Vec<String> = (0..12_000).map(|number| format!("{word}{number}")).collect();
        paragraphs(&[&format!("басы {} соңы", text.join(" "))])
    };
    let started = std::time::Instant::now();
    let (old, new) = (long("а"), long("б"));
    assert_eq!(diff(&old, &new).apply(&old).unwrap(), new);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
