//! An edited Word file back: exactly its edits, and by name what a letter cannot hold.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use letter::docx::read::report::{ChangeKind, Look, What};
use letter::docx::{self, Edited, ImportError};
use letter::model::Language;
use letter::{Body, diff};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::bodies::{ENGINE, paragraphs, saying, seed};

/// The parts of a file, to be changed as another program would change them.
fn parts(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(file)).unwrap();
    (0..zip.len())
        .map(|index| {
            let mut part = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().to_owned(), bytes)
        })
        .collect()
}

fn packed(parts: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The file of a letter with some XML put in the place of other XML.
fn changed(body: &Body, changes: &[(&str, &str)]) -> Vec<u8> {
    let mut parts = parts(&ENGINE.docx(&saying(body.clone())).unwrap());
    let document = parts.get_mut("word/document.xml").unwrap();
    let mut xml = String::from_utf8(document.clone()).unwrap();
    for (from, to) in changes {
        assert_eq!(xml.matches(from).count(), 1, "«{from}» has to stand exactly once in {xml}");
        xml = xml.replace(from, to);
    }
    *document = xml.into_bytes();
    packed(&parts)
}

fn read(body: &Body, changes: &[(&str, &str)]) -> Edited {
    docx::read(&changed(body, changes)).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(body: &Body, changes: &[(&str, &str)]) -> Vec<String> {
    match docx::read(&changed(body, changes)) {
        Err(ImportError::Unheld(faults)) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

const RUN: &str = r#"<w:r><w:t xml:space="preserve">Екінші абзац.</w:t></w:r>"#;

fn two() -> Body {
    paragraphs(&["Бірінші абзац.", "Екінші абзац."])
}

fn texts(edited: &Edited) -> serde_json::Value {
    serde_json::to_value(&edited.sourced.body).unwrap()["blocks"].clone()
}

#[test]
fn the_file_of_ds_326_reads_as_it_was_written_also_its_form() {
    let letter = seed();
    let edited = docx::read(&ENGINE.docx(&letter).unwrap()).unwrap();
    assert_eq!(edited.sourced.body, letter::runs::settled(&letter.body));
    assert_eq!(edited.form_changes(&letter), []);
    assert!(edited.form.iter().any(|part| part.part == "annex member"), "{:?}", edited.form);
}

#[test]
fn an_edit_comes_back_as_exactly_that_edit() {
    let given = seed().body;
    let edited = read(&given, &[("депутаттық", "депутаттық")][..0]);
    assert!(diff::diff(&given, &edited.sourced.body).is_empty());
    let edited = read(&two(), &[("Екінші абзац.", "Екінші жаңа абзац.")]);
    let changes = diff::diff(&two(), &edited.sourced.body);
    assert_eq!(changes.text(Language::Kk), "~ 2, абзац: Екінші {+жаңа +}абзац.\n");
}

#[test]
fn a_change_of_the_form_is_told_and_not_taken_over() {
    let letter = saying(two());
    let edited = docx::read(&changed(&two(), &[("Құрметті депутаттар!", "Қымбатты депутаттар!")])).unwrap();
    assert_eq!(edited.sourced.body, two());
    let [change] = &edited.form_changes(&letter)[..] else { panic!("{:?}", edited.form_changes(&letter)) };
    assert_eq!((change.part, &change.is[..]), ("salutation", &["Қымбатты депутаттар!".to_owned()][..]));
}

#[test]
fn a_salutation_that_was_doubled_is_told_and_the_text_is_read() {
    let letter = saying(seed().body);
    let salutation = format!("<w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>", letter.salutation);
    let again = "<w:p><w:pPr><w:pStyle w:val=\"Salutation\"/></w:pPr><w:r><w:t>Құрметті депутаттар!</w:t></w:r></w:p>";
    for between in ["", "<w:p/>"] {
        let edited = read(&letter.body, &[(&salutation, &format!("{salutation}{between}{again}"))]);
        assert_eq!(edited.sourced.body, letter::runs::settled(&letter.body));
        let [change] = &edited.form_changes(&letter)[..] else { panic!("{:?}", edited.form_changes(&letter)) };
        assert_eq!((change.part, change.is.len()), ("salutation", 2));
    }
}

#[test]
fn a_change_of_the_annexed_list_is_told_and_not_taken_over() {
    let letter = seed();
    let edited = read(&letter.body, &[("Н. Сәрсенғалиев", "Н. Басқа")]);
    let [change] = &edited.form_changes(&letter)[..] else { panic!("{:?}", edited.form_changes(&letter)) };
    assert_eq!(change.part, "annex member");
    assert!(change.was.contains(&"Н. Сәрсенғалиев".to_owned()) && change.is.contains(&"Н. Басқа".to_owned()));
}

#[test]
fn a_picture_in_the_annexed_list_is_told() {
    let letter = seed();
    let name = "<w:t xml:space=\"preserve\">Н. Сәрсенғалиев</w:t>";
    let edited = read(&letter.body, &[(name, &format!("{name}<w:drawing/>"))]);
    let [change] = &edited.form_changes(&letter)[..] else { panic!("{:?}", edited.form_changes(&letter)) };
    assert!(change.part.is_empty() && change.is.concat().contains("picture"), "{change:?}");
}

#[test]
fn a_letterhead_that_was_typed_over_is_told() {
    let letter = seed();
    let mut parts = parts(&ENGINE.docx(&letter).unwrap());
    let header = parts.get_mut("word/header_first.xml").unwrap();
    let address = &letter.letterhead.ru.address;
    *header = String::from_utf8(header.clone()).unwrap().replace(address.as_str(), "другой адрес").into_bytes();
    let edited = docx::read(&packed(&parts)).unwrap();
    let [change] = &edited.form_changes(&letter)[..] else { panic!("{:?}", edited.form_changes(&letter)) };
    assert_eq!(change.part, "header");
    assert!(change.was.concat().contains(address) && change.is.concat().contains("другой адрес"), "{change:?}");
}

#[test]
fn a_letter_in_two_languages_is_read_as_two_texts() {
    let table = "<w:tbl><w:tblPr><w:tblW w:w=\"9354\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w=\"5954\"/>";
    let styled = |style: &str, text: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let second = [
        styled("Addressee", "Депутатам"),
        styled("Salutation", "Уважаемые депутаты!"),
        styled("BodyText", "Первый абзац."),
    ];
    let edited = read(&two(), &[(table, &(second.concat() + table))]);
    assert_eq!(edited.sourced.body, two());
    assert_eq!(edited.second.as_ref().unwrap().body, paragraphs(&["Первый абзац."]));
    assert_eq!(edited.form_changes(&saying(two())), []);
    assert!(edited.form.iter().any(|part| part.second && part.lines == ["Депутатам"]));
}

#[test]
fn tracked_changes_are_read_as_accepted_and_reported() {
    let tracked = r#"<w:r><w:t xml:space="preserve">Екінші </w:t></w:r><w:del w:id="1" w:author="Ж. Даулетханова" w:date="2023-10-02T09:00:00Z"><w:r><w:delText>ескі</w:delText></w:r></w:del><w:ins w:id="2" w:author="А. Заңгер"><w:r><w:t>жаңа</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> абзац.</w:t></w:r>"#;
    let edited = read(&two(), &[(RUN, tracked)]);
    assert_eq!(edited.sourced.body, paragraphs(&["Бірінші абзац.", "Екінші жаңа абзац."]));
    let told: Vec<_> =
        edited.changes.iter().map(|change| (change.kind, change.author.as_str(), change.text.as_str())).collect();
    assert_eq!(told, [(ChangeKind::Deleted, "Ж. Даулетханова", "ескі"), (ChangeKind::Inserted, "А. Заңгер", "жаңа")]);
    assert_eq!(edited.changes[0].at.as_deref(), Some("2023-10-02T09:00:00Z"));
    assert_eq!(edited.changes[0].spot.words(Language::Kk), "5-абзац («Екінші ескіжаңа абзац.»)");
}

#[test]
fn a_tracked_end_of_a_paragraph_joins_it_to_the_next() {
    let first = r#"<w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r><w:t xml:space="preserve">Бірінші"#;
    let joined = first.replace("</w:pPr>", r#"<w:rPr><w:del w:id="1" w:author="А"/></w:rPr></w:pPr>"#);
    let edited = read(&two(), &[(first, &joined)]);
    assert_eq!(edited.sourced.body, paragraphs(&["Бірінші абзац.Екінші абзац."]));
    assert_eq!(edited.changes[0].kind, ChangeKind::Joined);
}

/// The second paragraph with a tracked change and two comments, as Word writes them.
pub(crate) fn reviewed() -> Vec<u8> {
    let run = r#"<w:commentRangeStart w:id="0"/><w:r><w:t>Екінші</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r><w:del w:id="101" w:author="Ж. Даулетханова" w:date="2023-10-02T09:00:00Z"><w:r><w:delText xml:space="preserve"> ескі</w:delText></w:r></w:del><w:ins w:id="102" w:author="А. Заңгер" w:date="2023-10-02T09:05:00Z"><w:r><w:t xml:space="preserve"> жаңа</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> абзац.</w:t></w:r><w:r><w:commentReference w:id="7"/></w:r>"#;
    let mut parts = parts(&changed(&two(), &[(RUN, run)]));
    let comment = |id: u8, text: &str| {
        format!(
            r#"<w:comment w:id="{id}" w:author="С. Құқықшы" w:date="2023-10-03T10:00:00Z"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:comment>"#
        )
    };
    let w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let comments = [comment(0, "Нақтылаңыз"), comment(7, "Нүкте")].concat();
    parts.insert(
        "word/comments.xml".to_owned(),
        format!(r#"<w:comments xmlns:w="{w}">{comments}</w:comments>"#).into_bytes(),
    );
    let mut more = |part: &str, end: &str, text: &str| {
        let bytes = parts.get_mut(part).unwrap();
        *bytes = String::from_utf8(bytes.clone()).unwrap().replace(end, &format!("{text}{end}")).into_bytes();
    };
    more(
        "word/_rels/document.xml.rels",
        "</Relationships>",
        r#"<Relationship Id="rId90" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="comments.xml"/>"#,
    );
    more(
        "[Content_Types].xml",
        "</Types>",
        r#"<Override PartName="/word/comments.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"/>"#,
    );
    packed(&parts)
}

#[test]
fn comments_are_reported_with_the_words_they_are_about() {
    let edited = docx::read(&reviewed()).unwrap();
    assert_eq!(edited.sourced.body, paragraphs(&["Бірінші абзац.", "Екінші жаңа абзац."]));
    let told: Vec<_> =
        edited.comments.iter().map(|one| (one.author.as_str(), one.anchor.as_str(), one.text.as_str())).collect();
    assert_eq!(told, [("С. Құқықшы", "Екінші", "Нақтылаңыз"), ("С. Құқықшы", "", "Нүкте")]);
    assert_eq!(edited.comments[0].spot.paragraph, 5);
    assert_eq!(edited.comments[0].at.as_deref(), Some("2023-10-03T10:00:00Z"));
}

#[test]
fn what_a_letter_cannot_hold_is_refused_by_name_and_place() {
    let run = |inside: &str| format!("{RUN}<w:r>{inside}</w:r>");
    let looks = |look: &str| format!("<w:r><w:rPr>{look}</w:rPr><w:t>Екінші абзац.</w:t></w:r>");
    for (xml, expected) in [
        (run("<w:drawing/>"), "a picture has no place"),
        (run("<w:pict><w:txbxContent/></w:pict>"), "turn the text box into a paragraph"),
        (run("<w:object/>"), "an embedded object has no place"),
        (run("<w:sym w:font=\"Symbol\" w:char=\"F0B0\"/>"), "replace the sign of a symbol font"),
        (run("<w:endnoteReference w:id=\"1\"/>"), "turn the endnote into a footnote"),
        (run("<w:footnoteReference w:id=\"99\"/>"), "the footnote cannot be read"),
        (run("<w:br w:type=\"column\"/>"), "sections and columns"),
        (format!("{}{RUN}", run("<w:br w:type=\"page\"/>")), "a new page does not begin inside a paragraph"),
        (format!("{RUN}<m:oMath xmlns:m=\"urn:m\"/>"), "write the equation in words"),
        (format!("{RUN}<w:ruby/>"), "the element <ruby> has no place"),
        (looks("<w:strike/>"), "delete the struck words or restore them"),
        (looks("<w:vanish/>"), "delete the hidden words or show them"),
        (looks("<w:vertAlign w:val=\"superscript\"/>"), "write raised and lowered words"),
        (RUN.replace("абзац.", "аб\u{200b}зац."), "the invisible character U+200B"),
    ] {
        let found = refused(&two(), &[(RUN, &xml)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("paragraph 5 («Екінші аб") && found[0].contains(expected), "{found:?}");
    }
    let fifth = r#"<w:p><w:pPr><w:pStyle w:val="BodyText"/><w:keepNext/></w:pPr>"#;
    let heading = fifth.replace("</w:pPr>", "<w:outlineLvl w:val=\"3\"/></w:pPr>").replace("BodyText", "Heading3");
    assert!(refused(&two(), &[(fifth, &heading)])[0].contains("a heading of level 3 follows level 0"));
    let section = fifth.replace("</w:pPr>", "<w:sectPr/></w:pPr>");
    assert!(refused(&two(), &[(fifth, &section)])[0].contains("sections and columns"));
    let picture = r#"<w:p><w:r><w:drawing/></w:r></w:p><w:p><w:pPr><w:pStyle w:val="BodyText"/><w:keepNext/></w:pPr>"#;
    assert_eq!(
        refused(&two(), &[(fifth, picture)]),
        ["paragraph 5 (after: «Бірінші абзац.»): a picture has no place in a letter; remove it"]
    );
}

#[test]
fn every_fault_is_told_at_once_and_in_every_language() {
    let xml = format!("<w:r><w:drawing/></w:r>{RUN}<w:r><w:object/></w:r>");
    let Err(error) = docx::read(&changed(&two(), &[(RUN, &xml)])) else { panic!("read") };
    assert_eq!(
        error.lines(Language::Kk),
        [
            "5-абзац («Екінші абзац.»): сурет хатқа сыймайды, алып тастаңыз",
            "5-абзац («Екінші абзац.»): енгізілген нысан хатқа сыймайды, алып тастаңыз",
        ]
    );
    assert_eq!(error.lines(Language::Ru).len(), 2);
}

#[test]
fn looks_that_change_no_word_are_left_out_and_told() {
    let run = r#"<w:r><w:tab/></w:r><w:r><w:rPr><w:u w:val="single"/><w:color w:val="FF0000"/></w:rPr><w:t>Екінші</w:t></w:r><w:r><w:tab/><w:t>абзац.</w:t></w:r>"#;
    let edited = read(&two(), &[(RUN, run)]);
    assert_eq!(edited.sourced.body, paragraphs(&["Бірінші абзац.", "Екінші абзац."]));
    let told: Vec<Look> = edited.left_out.iter().map(|left| left.what).collect();
    assert_eq!(told, [Look::Tab, Look::Character]);
}

#[test]
fn a_paragraph_that_somebody_cut_in_two_carries_its_source_on_both_sides() {
    let letter = saying(two());
    let file = ENGINE.docx_with_sources(&letter, &[Some("mfa/2".parse().unwrap()), None]).unwrap();
    let mut parts = parts(&file);
    let document = parts.get_mut("word/document.xml").unwrap();
    let xml = String::from_utf8(document.clone()).unwrap();
    assert!(xml.contains(r#"w:name="_src_1_2_mfa""#), "{xml}");
    let cut = "Бірінші</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val=\"BodyText\"/></w:pPr><w:r><w:t>абзац.";
    *document = xml.replace("Бірінші абзац.", cut).into_bytes();
    let edited = docx::read(&packed(&parts)).unwrap();
    let sources: Vec<bool> = edited.sourced.sources().iter().map(Option::is_some).collect();
    assert_eq!(sources, [true, true, false]);
    assert_eq!(edited.sourced.body, paragraphs(&["Бірінші", "абзац.", "Екінші абзац."]));
}

#[test]
fn a_file_without_our_form_is_body_altogether() {
    let w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let styles = format!(
        r#"<w:styles xmlns:w="{w}"><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="x1"><w:name w:val="Heading 1"/></w:style><w:style w:type="paragraph" w:styleId="x2"><w:name w:val="Ministry Title"/><w:basedOn w:val="x1"/></w:style><w:style w:type="character" w:styleId="s"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style></w:styles>"#
    );
    let document = format!(
        r#"<w:document xmlns:w="{w}"><w:body><w:p><w:pPr><w:pStyle w:val="x2"/></w:pPr><w:r><w:t>Тақырып</w:t></w:r></w:p><w:p/><w:p><w:r><w:rPr><w:rStyle w:val="s"/></w:rPr><w:t>қалың</w:t></w:r><w:r><w:t> жай</w:t></w:r><w:hyperlink><w:r><w:t xml:space="preserve"> сілтеме</w:t></w:r></w:hyperlink></w:p></w:body></w:document>"#
    );
    let rel = |kind: &str, target: &str| {
        format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>"#).into_bytes()
    };
    let file = packed(&BTreeMap::from([
        ("_rels/.rels".to_owned(), rel("officeDocument", "/word/document.xml")),
        ("word/_rels/document.xml.rels".to_owned(), rel("styles", "styles.xml")),
        ("word/document.xml".to_owned(), document.into_bytes()),
        ("word/styles.xml".to_owned(), styles.into_bytes()),
    ]));
    let edited = docx::read(&file).unwrap();
    assert_eq!(
        texts(&edited),
        serde_json::json!([
            { "type": "heading", "level": 1, "content": [{ "type": "text", "text": "Тақырып" }] },
            { "type": "paragraph", "content": [
                { "type": "bold", "content": [{ "type": "text", "text": "қалың" }] }, { "type": "text", "text": "жай сілтеме" },
            ] },
        ])
    );
    assert_eq!(edited.left_out.iter().map(|left| left.what).collect::<Vec<_>>(), [Look::EmptyParagraph, Look::Link]);
}

#[test]
fn numbers_that_would_change_are_refused() {
    let list = |texts: &[&str]| {
        let item = |text: &&str| serde_json::json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": text }] }] });
        serde_json::json!({ "type": "list", "ordered": true, "items": texts.iter().map(item).collect::<Vec<_>>() })
    };
    let body = crate::bodies::body(
        serde_json::json!([list(&["бір", "екі"]), { "type": "paragraph", "content": [{ "type": "text", "text": "арасы" }] }]),
    );
    let second = r#"<w:p><w:pPr><w:pStyle w:val="ListParagraph"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t xml:space="preserve">екі</w:t></w:r></w:p>"#;
    let between =
        format!(r#"<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r><w:t>үзіліс</w:t></w:r></w:p>{second}"#);
    let found = refused(&body, &[(second, &between)]);
    assert!(found[0].starts_with("paragraph 6 («екі»): numbers do not go on after an interruption"), "{found:?}");
    let continued = between.replace("BodyText", "ListContinue");
    let edited = read(&body, &[(second, &continued)]);
    assert_eq!(texts(&edited)[0]["items"][0]["blocks"][1]["content"][0]["text"], "үзіліс");
}

#[test]
fn merged_cells_and_tables_in_tables_are_refused() {
    let cell = |text: &str| serde_json::json!({ "content": [{ "type": "text", "text": text }] });
    let body = crate::bodies::body(serde_json::json!([
        { "type": "table", "columns": [{ "share": 1, "align": "start" }, { "share": 1, "align": "start" }],
          "head": [cell("бас"), cell("екінші")], "rows": [[cell("а"), cell("ұяшық")]] },
    ]));
    let at = r#"<w:r><w:t xml:space="preserve">ұяшық</w:t></w:r></w:p>"#;
    let nested = format!("{at}<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>");
    assert!(refused(&body, &[(at, &nested)])[0].contains("take the table out of the table"));
    let picture = at.replace("</w:p>", "<w:r><w:drawing/></w:r></w:p>");
    assert_eq!(
        refused(&body, &[(at, &picture)]),
        ["paragraph 8 («ұяшық»): a picture has no place in a letter; remove it"]
    );
    let head = r#"<w:tblHeader/>"#;
    assert_eq!(read(&body, &[(head, "")]).left_out[0].what, Look::TableHead);
    let merged = refused(&body, &[(head, "<w:gridAfter w:val=\"1\"/>")]);
    assert!(merged[0].contains("split the merged cells"), "{merged:?}");
    let row = "</w:tr>\n<w:tr><w:trPr><w:cantSplit/></w:trPr>\n<w:tc><w:tcPr><w:tcW w:w=\"4677\"";
    let deleted = row.replace("<w:cantSplit/>", "<w:cantSplit/><w:del w:id=\"1\" w:author=\"А\"/>");
    let found = refused(&body, &[(row, &deleted)]);
    assert!(found[0].contains("a table has at least one row below its head"), "{found:?}");
    let lines = read(&body, &[(at, &format!("{at}<w:p><w:r><w:t>жол</w:t></w:r></w:p>"))]);
    assert_eq!(texts(&lines)[0]["rows"][0][1]["content"][1]["type"], "line_break");
}

#[test]
fn what_is_no_word_file_is_refused() {
    for bytes in
        [&b""[..], b"PK", b"%PDF-1.7", &[0x50, 0x4b, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]
    {
        let error = docx::read(bytes).unwrap_err();
        assert!(matches!(error, ImportError::NotWord(_)), "{bytes:?}");
        // Told in the reader's language, without the words of the library that unpacks.
        let said: Vec<String> = [Language::Kk, Language::Ru, Language::En].map(|one| error.lines(one).concat()).into();
        assert!(said.iter().all(|words| words.contains(".docx") && !words.contains("rchive")), "{said:?}");
        assert!(
            said[0].contains("бүлінген") && said[1].contains("повреждён") && said[2].contains("damaged"),
            "{said:?}"
        );
    }
    let mut parts = parts(&ENGINE.docx(&saying(two())).unwrap());
    let whole = parts.clone();
    parts.remove("word/document.xml");
    assert!(matches!(docx::read(&packed(&parts)), Err(ImportError::Part { .. })));
    let mut broken = |bytes: &[u8]| {
        parts.clone_from(&whole);
        parts.insert("word/document.xml".to_owned(), bytes.to_vec());
        docx::read(&packed(&parts)).unwrap_err()
    };
    for bytes in
        [&b"<w:document"[..], b"\xff\xfe<\0a\0", b"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"]
    {
        assert!(matches!(broken(bytes), ImportError::Part { .. }));
    }
    assert!(matches!(broken(b"<a/>"), ImportError::NotWord(_)));
}

#[test]
fn a_bomb_is_not_unpacked() {
    let mut parts = parts(&ENGINE.docx(&saying(two())).unwrap());
    parts.insert("word/document.xml".to_owned(), vec![b' '; 40 << 20]);
    let file = packed(&parts);
    assert!(file.len() < 200_000, "{}", file.len());
    assert!(matches!(docx::read(&file), Err(ImportError::TooLarge { .. })));
    let many: BTreeMap<String, Vec<u8>> = (0..3_000).map(|at| (format!("{at}.xml"), Vec::new())).collect();
    assert!(matches!(docx::read(&packed(&many)), Err(ImportError::TooLarge { .. })));
    assert!(matches!(docx::read(&vec![0; 21 << 20]), Err(ImportError::TooLarge { .. })));
}

#[test]
fn what_is_said_over_and_over_is_not_collected_over_and_over() {
    let body = crate::bodies::body(serde_json::json!([{ "type": "paragraph", "content": [
        { "type": "text", "text": "Екінші абзац." }, { "type": "footnote", "content": [{ "type": "text", "text": "сілтеме ".repeat(10_000) }] },
    ] }]));
    let notes = r#"<w:r><w:footnoteReference w:id="1"/></w:r>"#.repeat(20_000);
    let comments: String = (0..20_000).map(|id| format!(r#"<w:commentRangeStart w:id="{id}"/>"#)).collect();
    let pictures = "<w:r><w:drawing/></w:r>".repeat(50_000);
    let found = refused(&body, &[(RUN, &format!("{comments}{RUN}{notes}{pictures}"))]);
    assert!(found.iter().any(|fault| fault.contains("too many characters")), "{found:?}");
    assert!(found.len() <= 200, "{}", found.len());
}

#[test]
fn wrappers_in_wrappers_do_not_bring_the_reader_down() {
    for (open, close) in [("<w:ins>", "</w:ins>"), ("<w:sdt>", "</w:sdt>"), ("<w:hyperlink>", "</w:hyperlink>")] {
        for depth in [30, 150, 100_000] {
            let xml = format!("{}{RUN}{}", open.repeat(depth), close.repeat(depth));
            let error = docx::read(&changed(&two(), &[(RUN, &xml)])).unwrap_err();
            let is_told = match &error {
                ImportError::Unheld(faults) => faults.iter().any(|fault| fault.what == What::TooDeep),
                ImportError::Part { .. } => true,
                _ => false,
            };
            assert!(is_told, "{error}");
        }
    }
}

mod fuzz {
    use proptest::prelude::*;

    use super::{packed, parts};
    use crate::bodies::{ENGINE, cases, saying, sourced};

    proptest! {
        #![proptest_config(cases(96))]

        /// Whatever a package says, the reader gives a body that the rules allow, or says no.
        #[test]
        fn no_package_brings_the_reader_down(
            given in sourced(),
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..10, any::<u8>()), 1..8),
        ) {
            let file = ENGINE.docx_with_sources(&saying(given.body.clone()), given.sources()).unwrap();
            let mut parts = parts(&file);
            let read: Vec<String> = ["word/document.xml", "word/styles.xml", "word/numbering.xml", "word/footnotes.xml", "_rels/.rels", "word/_rels/document.xml.rels"].map(String::from).to_vec();
            for (part, at, what, byte) in edits {
                let bytes = parts.get_mut(&read[part.index(read.len())]).unwrap();
                if bytes.is_empty() {
                    continue;
                }
                let at = at.index(bytes.len());
                // On an element's edge, so that the XML often stays well formed and the reader gets further than the parser.
                let edge = bytes[at..].iter().position(|byte| *byte == b'<').map_or(0, |found| at + found);
                let insert = |bytes: &mut Vec<u8>, xml: &str| drop(bytes.splice(edge..edge, xml.bytes()));
                match what {
                    0 => bytes[at] = byte,
                    1 => bytes.truncate(at),
                    2 => insert(bytes, "<w:p><w:r><w:t>сөз</w:t></w:r></w:p>"),
                    3 => insert(bytes, "<w:r><w:br w:type=\"page\"/><w:t>сөз</w:t></w:r>"),
                    4 => insert(bytes, "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>"),
                    5 => insert(bytes, "<w:pPr><w:numPr><w:ilvl w:val=\"99999999999\"/><w:numId w:val=\"1\"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr>"),
                    6 => insert(bytes, "<w:r><w:fldChar w:fldCharType=\"begin\"/><w:footnoteReference w:id=\"1\"/></w:r>"),
                    7 => insert(bytes, "<w:style w:styleId=\"Normal\"><w:basedOn w:val=\"Normal\"/></w:style>"),
                    8 => {
                        let end = (edge + usize::from(byte)).min(bytes.len());
                        drop(bytes.drain(edge..end));
                    }
                    _ => {
                        let copy = bytes[edge..(edge + usize::from(byte) * 4).min(bytes.len())].to_vec();
                        drop(bytes.splice(edge..edge, copy));
                    }
                }
            }
            if let Ok(edited) = letter::docx::read(&packed(&parts)) {
                prop_assert!(edited.sourced.body.check().is_ok());
                prop_assert_eq!(edited.sourced.sources().len(), edited.sourced.body.blocks.len());
            }
        }

        #[test]
        fn no_bytes_bring_the_reader_down(given in sourced(), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
            let mut file = ENGINE.docx(&saying(given.body)).unwrap();
            for (at, byte) in flips {
                let at = at.index(file.len());
                file[at] = byte;
            }
            if let Ok(edited) = letter::docx::read(&file) {
                prop_assert!(edited.sourced.body.check().is_ok());
            }
        }
    }
}
