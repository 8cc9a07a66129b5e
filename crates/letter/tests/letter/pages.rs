//! Long letters: lists, tables and texts that run over pages, and what has to stay together.

use letter::kinds::reply::{RecipientList, Recipients};
use letter::model::{Align, Annex, Block, Cell, Column, Group, Inline, Table};
use letter::{Body, Letter};

use crate::support::{ENGINE, body_of, facts, normal, pages, unregistered, words};

fn names(count: usize, of: &str) -> Vec<String> {
    (1..=count).map(|number| format!("Ә. {of}{number}-депутат")).collect()
}

#[test]
fn a_list_of_145_deputies_runs_over_pages_and_keeps_its_order() {
    let group = |label: &str, count| Group {
        lines: vec![format!("«{label}» партиясының"), "фракция мүшелері".to_owned()],
        members: names(count, label),
    };
    let groups = vec![group("Бірінші", 40), group("Екінші", 3), group("Үшінші", 102)];
    let letter = ENGINE.compose_reply(&letter::kinds::reply::ReplyFacts {
        recipients: Recipients::List(RecipientList { groups: groups.clone() }),
        ..facts()
    });
    let pdf = ENGINE.pdf(&letter.unwrap()).unwrap();
    let wanted: Vec<String> =
        groups.into_iter().flat_map(|group| group.lines.into_iter().chain(group.members)).collect();
    let text = words(&pdf);
    let list = text.split_once("депутаттарының тізімі ").unwrap().1;
    assert_eq!(list, wanted.join(" "));
    assert!(pages(&pdf).len() >= 6, "145 names need some pages");
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
