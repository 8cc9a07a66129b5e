//! A ministry's own blank: typed in Word, held against the rules, filled.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use letter::blank::{Blank, Blanks, FillError, What};
use letter::model::{Language, Letter};
use letter::{Body, docx};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::bodies::{paragraphs, seed};

pub(crate) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

fn rels(relations: &[(&str, &str)]) -> String {
    let one = |(at, (kind, target)): (usize, &(&str, &str))| {
        format!(
            r#"<Relationship Id="r{at}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        )
    };
    let all: String = relations.iter().enumerate().map(one).collect();
    format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{all}</Relationships>"#
    )
}

fn packed(parts: &BTreeMap<&str, String>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn parts(body: &str) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", rels(&[("officeDocument", "word/document.xml")])),
        ("word/_rels/document.xml.rels", rels(&[("styles", "styles.xml"), ("header", "header1.xml")])),
        (
            "word/styles.xml",
            format!(
                r#"<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Body Text"/></w:style><w:style w:type="paragraph" w:styleId="Gap"><w:name w:val="Аралық"/></w:style></w:styles>"#
            ),
        ),
        (
            "word/header1.xml",
            format!(r#"<w:hdr xmlns:w="{W}"><w:p><w:r><w:t>{{{{office_kk}}}}</w:t></w:r></w:p></w:hdr>"#),
        ),
        ("word/document.xml", format!(r#"<w:document xmlns:w="{W}"><w:body>{body}<w:sectPr/></w:body></w:document>"#)),
    ])
}

fn p(inside: &str) -> String {
    format!("<w:p>{inside}</w:p>")
}

/// A paragraph whose words are cut into runs at every stroke, as Word cuts them.
pub(crate) fn said(words: &str) -> String {
    p(&words.split('¦').map(|run| format!("<w:r><w:rPr><w:lang/></w:rPr><w:t>{run}</w:t></w:r>")).collect::<String>())
}

pub(crate) fn sound() -> String {
    [
        said("№ {{¦number}} {{#if¦ watermark}}({{watermark}}){{/if}}"),
        said("{{#each addressee}}"),
        said("Кімге: {{th¦is}}{{#unless @last}},{{/unless}}"),
        said("{{/each}}"),
        said("{{#if (eq language “kk”)}}"),
        said("Қазақша"),
        said("{{else}}"),
        said("По-русски"),
        said("{{/if}}"),
        said("{{salut¦ation}}"),
        said(" {{body}} "),
        said("{{post}} {{signatory}}"),
        said("{{annexes}}"),
    ]
    .concat()
}

pub(crate) fn blank(body: &str) -> Blank {
    Blank::read(&packed(&parts(body))).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn faults(body: &str) -> Vec<String> {
    Blank::read(&packed(&parts(body))).unwrap_err().iter().map(ToString::to_string).collect()
}

pub(crate) fn part(file: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(file)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The lines of a part as a reader reads them.
fn lines(xml: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(xml).unwrap();
    document.descendants().filter(|node| node.has_tag_name((W, "p"))).map(lines_of).collect()
}

pub(crate) fn lines_of(paragraph: roxmltree::Node<'_, '_>) -> String {
    let words = paragraph.descendants().map(|node| match node.tag_name().name() {
        "t" => node.text().unwrap_or_default(),
        "br" => "⏎",
        _ => "",
    });
    words.collect()
}

#[test]
fn a_blank_is_filled_as_it_was_typed() {
    let letter = seed();
    let file = blank(&sound()).fill(&letter).unwrap();
    let lines = lines(&part(&file, "word/document.xml"));
    let mark = letter.registration.as_ref().unwrap();
    assert_eq!(lines[0], format!("№ {} ", mark.number));
    let to: Vec<String> = letter
        .addressee
        .iter()
        .enumerate()
        .map(|(at, line)| format!("Кімге: {line}{}", if at + 1 < letter.addressee.len() { "," } else { "" }))
        .collect();
    assert_eq!(lines[1..=to.len()], to);
    assert_eq!(lines[to.len() + 1..to.len() + 3], ["Қазақша".to_owned(), letter.salutation.clone()]);
    assert!(lines.contains(&format!("{} {}", letter.signature.post.join("⏎"), letter.signature.name)), "{lines:?}");
    assert!(!part(&file, "word/document.xml").contains("{{"));
    assert_eq!(self::lines(&part(&file, "word/header1.xml")), [letter.letterhead.kk.lines.join("⏎")]);
}

#[test]
fn the_body_comes_out_of_a_filled_blank_as_it_went_in() {
    let given = crate::bodies::body(serde_json::json!([
        { "type": "heading", "level": 1, "content": [{ "type": "text", "text": "Тақырып" }] },
        { "type": "paragraph", "content": [{ "type": "text", "text": "Заң" }, { "type": "footnote", "content": [{ "type": "text", "text": "сілтеме" }] }] },
        { "type": "list", "ordered": true, "items": [{ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "бір" }] }] }] },
    ]));
    let only_body = said("{{body}}");
    let letter = Letter { body: given.clone(), annexes: Vec::new(), ..seed() };
    let file = blank(&only_body).fill(&letter).unwrap();
    assert_eq!(docx::read(&file).unwrap().sourced.body, given);
    // The blank's own style by its name, ours where it has none, another id where its id means something else.
    let document = part(&file, "word/document.xml");
    assert!(document.contains(r#"<w:pStyle w:val="a3"/>"#) && document.contains(r#"<w:pStyle w:val="Heading1"/>"#));
    let styles = part(&file, "word/styles.xml");
    assert!(styles.contains(r#"w:styleId="SaualGap""#) && !styles.contains(r#"w:styleId="BodyText""#), "{styles}");
    assert_eq!(styles.matches("w:default=\"1\"").count(), 1);
}

#[test]
fn footnotes_and_lists_of_the_blank_stay_beside_the_letters() {
    let mut parts = parts(&[
        p(r#"<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="4"/></w:numPr></w:pPr><w:r><w:t>бланк тармағы</w:t></w:r><w:r><w:footnoteReference w:id="3"/></w:r>"#),
        said("{{body}}"),
    ].concat());
    parts.insert(
        "word/_rels/document.xml.rels",
        rels(&[("styles", "styles.xml"), ("footnotes", "footnotes.xml"), ("numbering", "numbering.xml")]),
    );
    parts.insert("word/footnotes.xml", format!(r#"<w:footnotes xmlns:w="{W}"><w:footnote w:id="3"><w:p><w:r><w:t>бланк сілтемесі</w:t></w:r></w:p></w:footnote></w:footnotes>"#));
    parts.insert("word/numbering.xml", format!(r#"<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="4"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#));
    let given = crate::bodies::body(serde_json::json!([
        { "type": "paragraph", "content": [{ "type": "text", "text": "Заң" }, { "type": "footnote", "content": [{ "type": "text", "text": "хат сілтемесі" }] }] },
        { "type": "list", "ordered": true, "items": [{ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "бір" }] }] }] },
    ]));
    let letter = Letter { body: given.clone(), annexes: Vec::new(), ..seed() };
    let file = Blank::read(&packed(&parts)).unwrap().fill(&letter).unwrap();
    let read = docx::read(&file).unwrap();
    assert_eq!(read.sourced.body, given);
    assert_eq!(read.form[0].lines, ["бланк тармағы"]);
    let notes = lines(&part(&file, "word/footnotes.xml"));
    assert!(notes.contains(&"бланк сілтемесі".to_owned()) && notes.iter().any(|note| note.contains("хат сілтемесі")));
    let numbering = part(&file, "word/numbering.xml");
    assert!(numbering.find("abstractNumId=\"9\"") < numbering.find("<w:num "), "{numbering}");
}

#[test]
fn every_fault_is_named_with_its_place() {
    for (typed, expected) in [
        (
            said("{{salutaton}}"),
            "word/document.xml, paragraph 1 («{{salutaton}}»): there is no field «salutaton»; known: language,",
        ),
        (said("Сәлем {{salutation"), "paragraph 1 («Сәлем {{salutation»): {{salutation is not closed in this line"),
        (p("<w:r><w:t>{{salu</w:t><w:br/><w:t>tation}}</w:t></w:r>"), "{{salu is not closed in this line"),
        (said("salutation}}"), "there is no {{ before }}"),
        (said("{{{title}}}"), "the tag {{{title}} cannot be understood"),
        (said("{{&amp;title}}"), "the tag {{&title}} cannot be understood"),
        (said("{{> docx/lines.xml}}"), "cannot be understood"),
        (said("{{#if executor}}"), "{{#if executor}} is not closed"),
        (said("{{/if}}"), "{{/if}} closes nothing"),
        (said("{{#if title}}а{{/each}}"), "{{/each}} closes nothing"),
        (said("{{#if title}}а{{/unless}}"), "{{/unless}} closes nothing"),
        (said("{{#if title}}а{{else}}б{{else}}в{{/if}}"), "{{else}} closes nothing"),
        (said("{{#if title}} а") + &said("б {{/if}}"), "{{/if}} begins in one paragraph or cell and ends in another"),
        (
            p("<w:r><w:t>{{#if title}}</w:t></w:r><w:hyperlink><w:r><w:t>а{{/if}}</w:t></w:r></w:hyperlink>"),
            "begins in one paragraph or cell",
        ),
        (said("{{#each salutation}}{{/each}}"), "{{#each salutation}} is for a field of several lines"),
        (
            said("{{#each post}}а{{#each addressee}}б{{/each}}{{/each}}"),
            "{{#each addressee}} is for a field of several lines, and not inside another",
        ),
        (said("{{this}}"), "{{this}} stands inside {{#each}}"),
        (said("мәтін {{body}}"), "{{body}} stands alone in its paragraph"),
        (
            format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", said("{{body}}")),
            "{{body}} stands alone in its paragraph, outside of tables",
        ),
        (
            format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", said("{{#if title}}")),
            "in a cell {{#if title}} stands in one paragraph with the words",
        ),
        (said("{{body}}"), "{{body}} has to stand once; it stands 2 times"),
        (p("<w:ins><w:r><w:t>а</w:t></w:r></w:ins>"), "accept the tracked changes"),
    ] {
        let found = faults(&(typed.clone() + &said("{{body}}")));
        assert!(found.iter().any(|fault| fault.contains(expected)), "{typed}: {found:?}");
    }
    assert_eq!(faults(&said("жай мәтін")), ["{{body}} has to stand once; it stands 0 times"]);
    let words = Blank::read(&packed(&parts(&said("{{number}}")))).unwrap_err()[0].words(Language::Kk);
    assert_eq!(words, "{{body}} бір рет тұруы керек, мұнда 0 рет");
}

#[test]
fn what_runs_or_fetches_is_refused() {
    let with = |name: &'static str, text: &str| {
        let mut parts = parts(&said("{{body}}"));
        parts.insert(name, text.to_owned());
        Blank::read(&packed(&parts)).unwrap_err()
    };
    assert!(matches!(&with("word/vbaProject.bin", "")[0].what, What::Foreign(name) if name == "word/vbaProject.bin"));
    assert!(matches!(&with("word/embeddings/a.xlsx", "")[0].what, What::Foreign(_)));
    let fetched =
        rels(&[("attachedTemplate", "http://e.kz/a.dotm")]).replace("Target=", "TargetMode=\"External\" Target=");
    assert!(
        matches!(&with("word/_rels/settings.xml.rels", &fetched)[0].what, What::Foreign(target) if target == "http://e.kz/a.dotm")
    );
    assert!(matches!(&Blank::read(b"PK").unwrap_err()[0].what, What::File(_)));
    let strict = format!(
        r#"<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>{}</w:body></w:document>"#,
        said("{{body}}")
    );
    assert_eq!(with("word/document.xml", &strict)[0].what, What::Dialect);
}

#[test]
fn a_letter_with_annexes_is_not_put_where_they_would_be_lost() {
    let blank = blank(&said("{{body}}"));
    assert!(matches!(blank.fill(&seed()), Err(FillError::NoPlaceForAnnexes)));
    let refused = Letter { salutation: "а\u{0}".to_owned(), ..seed() };
    assert!(matches!(blank.fill(&refused), Err(FillError::Letter(_))));
}

#[test]
fn a_letter_names_its_blank_and_is_made_again_with_it() {
    let first = blank(&sound());
    let second = blank(&(sound() + &said("жаңа бланк")));
    let (one, two) = (first.hash(), second.hash());
    assert_ne!(one, two);
    let letter = seed();
    let file = first.fill(&letter).unwrap();
    assert!(part(&file, "docProps/core.xml").contains(&format!("<cp:version>blank sha256:{one}</cp:version>")));
    let day = |text: &str| text.parse().unwrap();
    let mut blanks = Blanks::default();
    blanks.add(day("2024-01-01"), second);
    blanks.add(day("2023-01-01"), first);
    assert!(blanks.on(day("2022-12-31")).is_none());
    assert_eq!(blanks.on(day("2023-12-31")).unwrap().hash(), one);
    assert_eq!(blanks.on(day("2024-01-01")).unwrap().hash(), two);
    let named = one.to_string().parse().unwrap();
    assert_eq!(blanks.named(named).unwrap().fill(&letter).unwrap(), file);
    assert!("00".parse::<letter::blank::BlankHash>().is_err());
}

#[test]
fn it_is_looked_at_with_a_made_up_letter() {
    let file = blank(&sound()).preview().unwrap();
    let lines = lines(&part(&file, "word/document.xml"));
    assert_eq!(lines[0], "№ 00-00/0000 (ҮЛГІ)");
    assert!(lines.contains(&"Үлгі тақырып".to_owned()) && lines.contains(&"Қосымша мәтін.".to_owned()), "{lines:?}");
}

mod escape {
    use proptest::prelude::*;

    use super::{blank, lines, paragraphs, part, said, seed};
    use crate::bodies::{cases, text};

    proptest! {
        #![proptest_config(cases(64))]

        #[test]
        fn no_words_of_a_letter_become_markup_or_a_tag(hostile in text()) {
            let hostile = format!("а{hostile}б");
            let blank = blank(&[said("{{salutation}}"), said("{{addressee}}"), said("{{body}}"), said("{{annexes}}")].concat());
            let mut letter = seed();
            letter.salutation.clone_from(&hostile);
            letter.addressee = vec![hostile.clone(), hostile.clone()];
            letter.body = paragraphs(&[&hostile]);
            let xml = part(&blank.fill(&letter).unwrap(), "word/document.xml");
            let said = lines(&xml);
            prop_assert_eq!(&said[0], &hostile);
            prop_assert_eq!(&said[1], &format!("{hostile}⏎{hostile}"));
            prop_assert_eq!(&said[2], &hostile);
        }
    }
}

#[test]
fn an_empty_body_of_a_letter_is_refused_before_any_blank() {
    let letter = Letter { body: Body { blocks: Vec::new() }, ..seed() };
    assert!(matches!(blank(&sound()).fill(&letter), Err(FillError::Letter(_))));
}
