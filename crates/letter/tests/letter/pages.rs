//! Long letters: lists, tables and texts that run over pages, and what has to stay together.

use letter::kinds::contribution_request::ContributionRequestFacts;
use letter::kinds::reply::{RecipientList, Recipients};
use letter::kinds::{AnyFacts, Ministry};
use letter::model::{Align, Annex, Block, Cell, Column, Group, Inline, Language, Table};
use letter::{Body, Letter};

use crate::support::{ENGINE, body_of, facts, normal, pages, tool, unregistered, words};

fn names(count: usize, of: &str) -> Vec<String> {
    (1..=count).map(|number| format!("Ә. {of}{number}-депутат")).collect()
}

/// A list of 145 deputies whose first and last group go over a page.
fn of_145() -> Vec<Group> {
    let group = |label: &str, count| Group {
        lines: vec![format!("«{label}» партиясының"), "фракция мүшелері".to_owned()],
        members: names(count, label),
    };
    vec![group("Бірінші", 40), group("Екінші", 3), group("Үшінші", 102)]
}

/// The words of the list's pages, one after the other, and how many of them begin with a group that goes on.
fn list_of(pdf: &[u8], continued: &str) -> (String, usize) {
    let (mut list, mut repeated) = (String::new(), 0);
    for (index, page) in pages(pdf).iter().enumerate().skip(1) {
        let page = normal(page);
        let page = page.strip_prefix(&format!("{} ", index + 1)).unwrap_or_else(|| panic!("no number: {page}"));
        if list.is_empty() {
            list.push_str(&page[page.find("«Бірінші»").unwrap()..]);
            continue;
        }
        let goes_on = ["Бірінші", "Екінші", "Үшінші"]
            .iter()
            .find_map(|group| page.strip_prefix(&format!("«{group}» партиясының фракция мүшелері ({continued}) ")));
        repeated += usize::from(goes_on.is_some());
        list.push(' ');
        list.push_str(goes_on.unwrap_or(page));
    }
    (list, repeated)
}

#[test]
fn a_list_of_145_deputies_runs_over_pages_and_keeps_its_order() {
    let words = [(Language::Kk, "жалғасы"), (Language::Ru, "продолжение"), (Language::En, "continued")];
    for (language, continued) in words {
        let groups = of_145();
        let recipients = Recipients::List(RecipientList { groups: groups.clone() });
        let letter =
            ENGINE.compose_reply(&letter::kinds::reply::ReplyFacts { language, recipients, ..facts() }).unwrap();
        let blocks = vec![Block::paragraph("Қысқа мәтін.")];
        let pdf = ENGINE.pdf(&Letter { body: Body { blocks }, registration: None, ..letter }).unwrap();
        assert!(pages(&pdf).len() >= 5, "145 names need some pages");
        let wanted: Vec<String> =
            groups.iter().flat_map(|group| group.lines.iter().chain(&group.members)).cloned().collect();
        let (list, repeated) = list_of(&pdf, continued);
        assert_eq!(list, wanted.join(" "), "{language:?}");
        assert!(repeated >= 2, "{language:?}: {repeated} of the pages say which group goes on");
        // For a reader's voice every label stands there once, and no name is parted from the one before it.
        let tree = tool("pdfinfo", &["-struct-text", "{}"], &pdf);
        let texts = tree.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"'));
        let said = normal(&texts.collect::<Vec<_>>().join(" "));
        assert!(said.ends_with(&wanted.join(" ")), "{said}");
        assert!(!said.contains(continued), "{said}");
    }
}

#[test]
fn a_group_that_fits_a_page_is_not_torn() {
    let groups: Vec<Group> = (0..9)
        .map(|index| Group { lines: vec![format!("{index}-топ")], members: names(17, &format!("т{index}ж")) })
        .collect();
    let annexes = vec![Annex::Deputies { title: vec!["Тізім".to_owned()], groups }];
    let pdf = ENGINE.pdf(&Letter { annexes, ..unregistered() }).unwrap();
    let pages = pages(&pdf);
    for index in 0..9 {
        let mark = format!("т{index}ж");
        let holding = pages.iter().filter(|page| page.contains(&mark)).count();
        assert_eq!(holding, 1, "the group {index} stands on {holding} pages");
    }
}

#[test]
fn a_long_table_repeats_its_head_and_loses_no_row() {
    let cell = |text: String| Cell { content: vec![Inline::text(text)] };
    let column = |share, align| Column { share, align };
    let table = Table {
        columns: vec![column(1, Align::Center), column(6, Align::Start), column(2, Align::End)],
        head: ["Реті", "Атауы", "Сомасы"].map(|text| cell(text.to_owned())).to_vec(),
        rows: (1..=200)
            .map(|row| vec![cell(format!("{row}.")), cell(format!("жол-{row}-атауы")), cell(format!("{row}00"))])
            .collect(),
    };
    let mut letter = unregistered();
    letter.body.blocks.push(Block::Table(table.clone()));
    letter.body.blocks.push(Block::paragraph("Соңғы сөз."));
    letter.annexes.push(Annex::Table { title: vec!["Кесте".to_owned()], table });
    let pages = pages(&ENGINE.pdf(&letter).unwrap());
    let text = pages.concat();
    for row in 1..=200 {
        assert_eq!(
            text.matches(&format!("жол-{row}-атауы")).count(),
            2,
            "row {row} stands in the body and in the annex"
        );
    }
    for page in pages.iter().filter(|page| page.contains("-атауы")) {
        assert!(page.contains("Реті") && page.contains("Сомасы"), "a page of the table has no head: {page}");
    }
}

#[test]
fn nobody_signs_a_page_without_text() {
    let sentence = "Қазақстан Республикасының Үкіметі депутаттық сауалдарыңызды қарап, келесіні хабарлайды және осы жауапты жолдайды. ";
    let mut breaks = std::collections::HashSet::new();
    for paragraphs in 8..30 {
        let text = (0..paragraphs).map(|index| format!("{}{index}-абзацтың соңы.", sentence.repeat(2)));
        let letter = Letter { body: body_of(text), ..unregistered() };
        let pages = pages(&ENGINE.pdf(&letter).unwrap());
        let signed = pages.iter().position(|page| page.contains("Ә. Смайылов")).unwrap();
        let last = format!("{}-абзацтың соңы.", paragraphs - 1);
        assert!(normal(&pages[signed]).contains(&last), "{paragraphs} paragraphs: the signature stands alone");
        assert!(
            pages[signed].contains("Орын. Ж. Даулетханова"),
            "{paragraphs} paragraphs: the executor stands on another page"
        );
        assert_eq!(pages.len(), signed + 2, "{paragraphs} paragraphs: only the annex follows");
        breaks.insert(signed);
    }
    assert!(breaks.len() >= 2, "the lengths tried have to cross a page's end");
}

#[test]
fn a_very_long_letter_is_printed_to_its_last_word() {
    let text = (0..1_500).map(|index| format!("{index}-тармақ: Үкімет шаралар қабылдауда."));
    let letter = Letter { body: body_of(text), annexes: Vec::new(), verification: None, ..unregistered() };
    let text = words(&ENGINE.pdf(&letter).unwrap());
    assert!((0..1_500).all(|index| text.contains(&format!(" {index}-тармақ: Үкімет шаралар қабылдауда."))));
}

#[test]
fn footnotes_are_numbered_in_the_order_of_reading() {
    let note = |text: &str| Inline::Footnote { content: vec![Inline::text(text)] };
    let body = Body {
        blocks: vec![Block::Paragraph {
            content: vec![
                Inline::text("бір"),
                note("бірінші түсіндірме"),
                Inline::Bold { content: vec![Inline::text("екі"), note("екінші түсіндірме")] },
            ],
        }],
    };
    let letter = Letter { body, ..unregistered() };
    let printed = words(&ENGINE.pdf(&letter).unwrap());
    let html = ENGINE.html(&letter).unwrap();
    let text = ENGINE.text(&letter).unwrap();
    for (number, note) in [(1, "бірінші түсіндірме"), (2, "екінші түсіндірме")] {
        assert!(printed.contains(&format!("{number} {note}")), "{printed}");
        assert!(html.contains(&format!("<li id=\"letter-note-{number}\">{note} ")), "{html}");
        assert!(text.contains(&format!("\n[{number}] {note}\n")), "{text}");
    }
    assert!(text.contains("бір[1]екі[2]"), "{text}");
}

#[test]
fn a_request_to_twenty_ministries_names_them_all() {
    let name = |number: usize, line: usize| format!("{number}-министрлігінің {line}-жолы");
    let ministry = |number| Ministry { dative: (1..=3).map(|line| name(number, line)).collect() };
    let request = |count: usize| match crate::golden::facts("contribution_request.kk").remove(0) {
        AnyFacts::ContributionRequest(facts) => {
            ContributionRequestFacts { ministries: (1..=count).map(ministry).collect(), ..facts }
        }
        other => panic!("{other:?}"),
    };
    let letter = ENGINE.compose(&request(20)).unwrap();
    let wanted: Vec<String> = (1..=20).flat_map(|number| (1..=3).map(move |line| name(number, line))).collect();
    assert_eq!(letter.addressee, wanted);
    let printed = words(&ENGINE.pdf(&letter).unwrap());
    assert!(printed.contains(&wanted.join(" ")), "{printed}");
    let read = letter::docx::read(&ENGINE.docx(&letter).unwrap()).unwrap();
    assert_eq!(read.form_changes(&letter), []);
    let refusal = ENGINE.compose(&request(21)).unwrap_err().to_string();
    assert!(refusal.contains("/ministries: ") && refusal.contains("60"), "{refusal}");
}
