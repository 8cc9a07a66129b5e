//! Markdown as a person writes it.

use letter::Body;
use letter::error::Fault as LetterFault;
use letter::markdown::{What, note, read, read_typed, write, write_typed};
use letter::model::{Block, Language};
use letter::runs::settled;
use serde_json::json;

use crate::bodies::{body, seed};

fn faults(text: &str) -> Vec<String> {
    read(text).unwrap_err().iter().map(ToString::to_string).collect()
}

fn blocks(text: &str) -> Body {
    read(text).unwrap_or_else(|faults| panic!("{faults:?}")).body
}

#[test]
fn the_body_of_ds_326_reads_well_and_comes_back() {
    let given = seed().body;
    let text = write(&given.clone().into());
    assert!(text.contains("\n\n# "), "{text}");
    assert!(text.contains("[^1]") && text.contains("\n\n[^1]: "), "{text}");
    assert!(!text.contains('\\') && !text.contains("<b>") && !text.contains("&#"), "needless signs in:\n{text}");
    assert_eq!(blocks(&text), settled(&given));
}

#[test]
fn what_is_said_of_a_text_is_no_part_of_it() {
    let said = note("Жасанды дерек · шын құжат емес");
    assert_eq!(blocks(&format!("{said}Абзац.\n\n{said}**Тағы**.\n")), blocks("Абзац.\n\n**Тағы**.\n"));
}

#[test]
fn everything_that_a_body_holds_can_be_written_by_hand() {
    let text = "\
# Жұмыспен қамту

Заң[^заң] **қалың *екеуі* сөз**\\
жаңа жолдан
бір жолда.

- бір
  жалғасы

  екінші абзац
- екі
  1. ішкі

---

<!-- from mfa/2 -->
<!-- columns 1 5 -->
| № | Сома |
|---|-----:|
| 1 | 250<br>теңге |

[^заң]: 2013 жылғы *21 маусым*.
";
    let text_of = |text: &str| json!({ "type": "text", "text": text });
    let paragraph = |text: &str| json!({ "type": "paragraph", "content": [text_of(text)] });
    let expected = body(json!([
        { "type": "heading", "level": 1, "content": [text_of("Жұмыспен қамту")] },
        { "type": "paragraph", "content": [
            text_of("Заң"),
            { "type": "footnote", "content": [
                text_of("2013 жылғы "), { "type": "italic", "content": [text_of("21 маусым")] }, text_of("."),
            ] },
            text_of(" "),
            { "type": "bold", "content": [text_of("қалың "), { "type": "italic", "content": [text_of("екеуі")] }, text_of(" сөз")] },
            { "type": "line_break" },
            text_of("жаңа жолдан бір жолда."),
        ] },
        { "type": "list", "ordered": false, "items": [
            { "blocks": [paragraph("бір жалғасы"), paragraph("екінші абзац")] },
            { "blocks": [paragraph("екі"), { "type": "list", "ordered": true, "items": [{ "blocks": [paragraph("ішкі")] }] }] },
        ] },
        { "type": "page_break" },
        { "type": "table",
          "columns": [{ "share": 1, "align": "start" }, { "share": 5, "align": "end" }],
          "head": [{ "content": [text_of("№")] }, { "content": [text_of("Сома")] }],
          "rows": [[{ "content": [text_of("1")] }, { "content": [text_of("250"), { "type": "line_break" }, text_of("теңге")] }]] },
    ]));
    let read = read(text).unwrap();
    assert_eq!(read.body, expected);
    let sources: Vec<Option<String>> = read.sources().iter().map(|one| one.as_ref().map(ToString::to_string)).collect();
    assert_eq!(sources, [None, None, None, None, Some("mfa/2".to_owned())]);
}

#[test]
fn what_a_letter_cannot_hold_is_refused_with_its_place() {
    for (text, expected) in [
        ("Мәтін `код`", "line 1, column 7: code has no place"),
        ("Бір\n\n    төрт бос орын", "line 3, column 5: code has no place"),
        ("> дәйексөз", "line 1, column 1: take the sign of a quotation"),
        ("а ![сурет](x.png)", "line 1, column 3: a picture has no place"),
        ("а [Заң](http://e.kz)", "line 1, column 3: write the link's address in words"),
        ("<div>мәтін</div>", "line 1, column 1: the markup <div>"),
        ("а <u>б</u>", "line 1, column 3: the markup <u>"),
        ("<b>а", "line 1, column 1: <b> is not closed"),
        ("#### төрт", "line 1, column 1: there are three levels of headings; this is level 4"),
        ("3. үш", "line 1, column 1: a list begins at 1; this one begins at 3"),
        ("<!-- ескерту -->", "line 1, column 1: the note «<!-- ескерту -->»"),
        ("<!-- columns 1 2 -->\n\nабзац", "line 1, column 1: the note"),
        ("<!-- columns 1 2 -->\n| а |\n|---|\n| б |", "line 2, column 1: the note"),
        ("<!-- from mfa -->\n\nабзац", "line 1, column 1: the note"),
        ("| а | б |\n|---|---|\n| 1 | 2 | 3 |", "line 3, column 1: the row has 3 cells, the table 2 columns"),
        ("| а | б |\n|---|---|\nжай мәтін", "line 3, column 1: the row has 1 cells, the table 2 columns"),
        ("абзац\n\n[Заң]: 12-бап", "line 3, column 1: Markdown hides a line"),
        ("абзац\n\n[^1]: ешкім сілтемейді", "line 3, column 1: nothing refers to the footnote [^1]"),
        ("а[^1]\n\n[^1]: бір\n\n[^1]: тағы бір", ": nothing refers to the footnote [^1], or it is there twice"),
        ("абзац[^жоқ]", "line 1, column 6: the footnote [^жоқ] has no text"),
        ("абзац^[сілтеме]", "line 1, column 6: mark the footnote as [^1]"),
        ("а[^1]\n\n[^1]: - тізім", "line 3, column 7: a footnote holds paragraphs only"),
        ("а[^1]\n\n[^1]: б[^2]\n\n[^2]: в", "line 3, column 8: a footnote holds paragraphs only"),
        ("- | а |\n  |---|\n  | б |", "line 1, column 3: a table may not stand in a list"),
        ("## екінші деңгей", "line 1, column 1: a heading of level 2 follows level 0"),
        ("бір\n\nек\u{200b}і", "line 3, column 1: the invisible character U+200B"),
        ("бір &#x202e; екі", ": the invisible character U+202E"),
        ("бір\n\n---", "line 3, column 1: a page break may not stand at the end"),
        ("", "line 1, column 1: this is empty"),
    ] {
        let found = faults(text);
        assert!(
            found
                .iter()
                .any(|fault| fault.starts_with(expected) || (expected.starts_with(':') && fault.contains(expected))),
            "{text:?}: {found:?}"
        );
    }
}

#[test]
fn in_a_field_a_new_line_is_a_new_line_and_a_line_of_dashes_no_heading() {
    let typed = "Құрметті әріптес,\nекінші жол\n\n- бір\n  жалғасы\n- екі\n\nсоңы[^1]\n\n[^1]: сілтеме\nекінші жолы\n";
    let typed_read = read_typed(typed).unwrap();
    let line = |one: &str, two: &str| json!([{ "type": "text", "text": one }, { "type": "line_break" }, { "type": "text", "text": two }]);
    let written = serde_json::to_value(&typed_read.body).unwrap()["blocks"].clone();
    assert_eq!(written[0]["content"], line("Құрметті әріптес,", "екінші жол"));
    assert_eq!(written[1]["items"][0]["blocks"][0]["content"], line("бір", "жалғасы"));
    assert_eq!(written[2]["content"][1]["content"], line("сілтеме", "екінші жолы"));
    assert!(write_typed(&typed_read).starts_with("Құрметті әріптес,\nекінші жол\n\n- бір\n  жалғасы\n"));
    // As a file the same text flows.
    assert_eq!(
        serde_json::to_value(&read(typed).unwrap().body).unwrap()["blocks"][0]["content"][0]["text"],
        "Құрметті әріптес, екінші жол"
    );
    for text in ["соңғы абзац\n---\n\nкелесі бет", "абзац\n==="] {
        assert_eq!(read_typed(text).unwrap_err()[0].what, What::Underlined, "{text:?}");
    }
    assert!(matches!(blocks("абзац\n===").blocks[0], Block::Heading { level: 1, .. }), "in a file it is a heading");
}

/// What people typed into the field before it was Markdown, and whatever else looks like a sign.
#[test]
fn signs_that_mean_something_can_stand_for_themselves() {
    for words in [
        "# емес",
        "- емес",
        "12. емес",
        "--- ",
        "a*b",
        "2 ** 3",
        "__x__",
        "^[",
        "]",
        "\\",
        "\\\\n",
        "^",
        "*",
        "_",
        "a_b_c",
        " бос орыннан",
        "соңында бос орын ",
        "[1]",
        "<b>&amp;</b>",
        "---",
        "[^1]",
        "[^1]: x",
        "<!-- from mfa/2 -->",
        "    төрт",
        "| а | б |",
        "===",
        "+ қосу",
        "1) бір",
        "> дәйек",
        "~~~",
        "http://gov.kz",
        "<a@gov.kz>",
        "!",
        "![",
        "`x`",
        "&#32;",
    ] {
        let once = Body { blocks: vec![Block::paragraph(words)] };
        let typed = write_typed(&once.clone().into());
        assert_eq!(read_typed(&typed).map(|read| read.body), Ok(once), "{words:?} was written {typed:?}");
    }
}

/// Every text of a small alphabet of signs that mean something, up to four signs: whatever can be read is written so that it is
/// read the same.
#[test]
fn whatever_can_be_typed_is_written_back() {
    const SIGNS: [&str; 14] = ["a", " ", "\n", "**", "*", "[^1]", "]", "\\", "- ", "# ", "---", "1. ", "|", "<br>"];
    let mut read_well = 0;
    for n in 0..SIGNS.len().pow(4) {
        let typed: String = (0..4).map(|place| SIGNS[n / SIGNS.len().pow(place) % SIGNS.len()]).collect();
        let Ok(sourced) = read_typed(&typed) else { continue };
        let again = write_typed(&sourced);
        assert_eq!(read_typed(&again), Ok(sourced), "{typed:?} was written {again:?}");
        read_well += 1;
    }
    assert!(read_well > 10_000, "only {read_well} texts could be read");
}

#[test]
fn faults_are_all_told_and_in_every_language() {
    let found = read("> а\n\n#### б\n\n`в`").unwrap_err();
    assert_eq!(found.iter().map(|fault| fault.line).collect::<Vec<_>>(), [1, 3, 5]);
    assert_eq!(found[1].what, What::HeadingLevel(4));
    assert_eq!(found[1].words(Language::Kk), "3-жол, 1-таңба: тақырыптың үш-ақ деңгейі бар, бұл 4-деңгей");
    assert_eq!(found[0].words(Language::Ru), "строка 1, знак 1: уберите знак цитаты (>)");
}

#[test]
fn a_text_longer_than_any_body_is_not_read() {
    let text = "а".repeat(letter::markdown::LONGEST / 2 + 1);
    assert_eq!(read(&text).unwrap_err()[0].what, What::TooLong);
    let nested = "> ".repeat(200_000) + "а";
    assert_eq!(read(&nested).unwrap_err()[0].what, What::TooDeep);
    let marked = "*а **б ".repeat(20_000);
    assert!(read(&marked).is_ok());
    let deep = "- ".repeat(1_000) + "а";
    assert!(read(&deep).unwrap_err().iter().any(|fault| fault.what == What::TooDeep));
    let long = "а".repeat(letter::body::limits::CHARACTERS + 1);
    assert!(matches!(read(&long).unwrap_err()[0].what, What::Letter(LetterFault::TooMany { .. })));
}

#[test]
fn a_footnote_that_is_referred_to_without_end_is_not_copied_without_end() {
    let text = format!("{}\n\n[^1]: {}", "а[^1] ".repeat(20_000), "сілтеме ".repeat(20_000));
    assert!(matches!(read(&text).unwrap_err()[0].what, What::Letter(LetterFault::TooMany { .. })));
}

#[test]
fn a_footnote_that_is_referred_to_twice_stands_twice() {
    let Body { blocks } = blocks("а[^1] б[^1]\n\n[^1]: сілтеме");
    let Block::Paragraph { content } = &blocks[0] else { panic!("{blocks:?}") };
    assert_eq!(content[1], content[3]);
    assert_eq!(serde_json::to_value(&content[1]).unwrap()["type"], "footnote");
}
