//! What poppler and qpdf say of the PDFs: no fault, every font inside, the standards declared, the reading order right.

use letter::Letter;
use letter::model::Block;
use letter::model::{Inline, ListItem, Verification};

use crate::support::{ENGINE, letter, normal, tool, unregistered};

fn both() -> [Vec<u8>; 2] {
    [ENGINE.pdf(&unregistered()).unwrap(), ENGINE.pdf(&letter()).unwrap()]
}

#[test]
fn qpdf_finds_no_fault() {
    for pdf in both() {
        let said = tool("qpdf", &["--check", "{}"], &pdf);
        assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
    }
}

#[test]
fn every_font_is_embedded_as_a_subset_with_its_unicode() {
    for pdf in both() {
        let said = tool("pdffonts", &["{}"], &pdf);
        let fonts: Vec<&str> = said.lines().skip(2).collect();
        assert!(!fonts.is_empty());
        for font in fonts {
            // … type, encoding, emb, sub, uni, object, generation: counted from the end, because a type is two or three words.
            let columns: Vec<&str> = font.split_whitespace().rev().collect();
            assert_eq!(columns[2..5], ["yes", "yes", "yes"], "{font}");
            assert!(columns.last().unwrap().contains("+Tinos"), "{font}");
        }
    }
}

#[test]
fn the_standards_the_language_and_the_title_are_declared() {
    for pdf in both() {
        let meta = tool("pdfinfo", &["-meta", "{}"], &pdf);
        for declared in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "Депутаттық сауалға жауап"]
        {
            assert!(meta.contains(declared), "{declared} is not in {meta}");
        }
        let info = tool("pdfinfo", &["-isodates", "{}"], &pdf);
        assert!(info.contains("Tagged:          yes"), "{info}");
        assert!(info.contains("2023-10-05"), "{info}");
        let all = String::from_utf8_lossy(&pdf);
        assert!(all.contains("/Lang(kk)") || all.contains("/Lang (kk)"), "the catalog names the language");
    }
}

#[test]
fn the_structure_tree_reads_in_order() {
    let said = tool("pdfinfo", &["-struct-text", "{}"], &ENGINE.pdf(&letter()).unwrap());
    let texts: Vec<&str> = said.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"')).collect();
    let text = normal(&texts.join(" "));
    let mut at = 0;
    for piece in [
        "2023 жылғы 5 қазан",
        "№ 12-11/3841 ДС",
        "Үкімет үйі",
        "Дом Правительства",
        "(тізім бойынша)",
        "№ДС-326 хатқа",
        "Құрметті депутаттар!",
        "келесіні хабарлайды.",
        "Қазақстанның «Еңбекке рұқсат беру жүйесіне» қосылуға қатысты",
        "әзірледі.",
        "шарттары туралы» Заңы",
        "талаптарына сәйкес",
        "жүйелі жұмыстарды жүргізуде.",
        "Ә. Смайылов",
        "Орын. Ж. Даулетханова, 74-53-71",
        "депутаттарының тізімі",
        "«AMANAT» партиясының",
        "С. Пономарев",
        "«RESPUBLICA» партиясы",
        "Н. Тау",
        "М. Жайымбетов",
        "«Қазақстан Халық партиясы»",
        "Г. Танашева",
    ] {
        let found =
            text[at..].find(piece).unwrap_or_else(|| panic!("«{piece}» does not come where it should in «{text}»"));
        at += found + piece.len();
    }
}

#[test]
fn the_qr_code_has_words_for_those_who_do_not_see_it() {
    let said = tool("pdfinfo", &["-struct", "{}"], &unregistered_pdf());
    assert!(said.contains("Figure"), "{said}");
    let bare = Letter { verification: None, ..unregistered() };
    let said = tool("pdfinfo", &["-struct", "{}"], &ENGINE.pdf(&bare).unwrap());
    assert!(!said.contains("Figure"), "the ornament is decoration and has no place in the tree: {said}");
}

fn unregistered_pdf() -> Vec<u8> {
    ENGINE.pdf(&unregistered()).unwrap()
}

#[test]
fn a_letter_with_every_kind_of_block_is_as_sound() {
    let mut letter = letter();
    let text = |text: &str| vec![Inline::text(text)];
    let item = |inner: Vec<Block>| ListItem { blocks: [vec![Block::paragraph("тармақ")], inner].concat() };
    let inner = Block::List { ordered: true, items: vec![item(Vec::new()), item(Vec::new())] };
    letter.body.blocks.extend([
        Block::Heading { level: 2, content: text("Екінші деңгей") },
        Block::Heading { level: 3, content: text("Үшінші деңгей") },
        Block::List { ordered: false, items: vec![item(vec![inner]), item(Vec::new())] },
        Block::PageBreak,
        Block::Paragraph {
            content: vec![
                Inline::Bold { content: text("қалың") },
                Inline::LineBreak,
                Inline::Italic { content: text("көлбеу") },
            ],
        },
    ]);
    letter.verification = Some(Verification {
        code: "1".to_owned(),
        url: "http://e.kz/a?b=c&d=\"#".to_owned(),
        note: None,
        fingerprint: None,
    });
    letter.watermark = Some("ЖОБА".to_owned());
    let pdf = ENGINE.pdf(&letter).unwrap();
    assert!(tool("qpdf", &["--check", "{}"], &pdf).contains("No syntax or stream encoding errors found"));
}

/// The bookmarks of a PDF, in order.
fn bookmarks(pdf: &[u8]) -> Vec<String> {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let outlines = document.get_dict_in_dict(document.catalog().unwrap(), b"Outlines").unwrap();
    let mut next = outlines.get(b"First").ok().cloned();
    let mut titles = Vec::new();
    while let Some(at) = next {
        let bookmark = document.get_dictionary(at.as_reference().unwrap()).unwrap();
        titles.push(lopdf::decode_text_string(bookmark.get(b"Title").unwrap()).unwrap());
        next = bookmark.get(b"Next").ok().cloned();
    }
    titles
}

#[test]
fn headings_and_annexes_are_bookmarks() {
    let titles = bookmarks(&ENGINE.pdf(&letter()).unwrap());
    assert_eq!(titles.len(), 3, "{titles:?}");
    assert_eq!(titles[0], "Қазақстанның «Еңбекке рұқсат беру жүйесіне» қосылуға қатысты");
    assert!(titles[2].ends_with("депутаттарының тізімі"), "{titles:?}");
}

#[test]
fn a_reader_s_window_bears_the_letter_s_title_and_its_properties_say_whose_it_is() {
    for pdf in both() {
        let document = lopdf::Document::load_mem(&pdf).unwrap();
        let viewer = document.get_dict_in_dict(document.catalog().unwrap(), b"ViewerPreferences").unwrap();
        assert!(viewer.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
        let info = tool("pdfinfo", &["-enc", "UTF-8", "{}"], &pdf);
        let title =
            "Title:           Депутаттық сауалға жауап: Оңтүстік Кореяда еңбек етіп жатқан Қазақстан азаматтарының";
        assert!(info.contains(title), "{info}");
        assert!(info.contains("Author:          Қазақстан Республикасының Премьер-Министрі"), "{info}");
        assert!(info.contains(&format!("Creator:         Saual, edition {}", ENGINE.edition().hash())), "{info}");
    }
}
