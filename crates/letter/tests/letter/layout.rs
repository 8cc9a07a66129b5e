//! How long letters look: tables and lists over pages, headings and signatures at a page's end, footnotes, annexes.
//!
//! Each is held against approved pictures (`golden`), and against the one rule that it is there for.

use std::path::Path;

use letter::model::{Align, Annex, Block, Cell, Column, Group, Inline, ListItem, Table};
use letter::{Body, Letter};

use crate::picture;
use crate::support::{ENGINE, normal, pages, unregistered};

pub(crate) const SENTENCE: &str = "Қазақстан Республикасының Үкіметі депутаттық сауалдарыңызды қарап, келесіні хабарлайды және осы жауапты жолдайды. ";

pub(crate) fn paragraph(number: usize, sentences: usize) -> Block {
    Block::paragraph(format!("{}{number}-абзацтың соңы.", SENTENCE.repeat(sentences)))
}

pub(crate) fn paragraphs(count: usize) -> Vec<Block> {
    (1..=count).map(|number| paragraph(number, 2)).collect()
}

pub(crate) fn of(blocks: Vec<Block>) -> Letter {
    Letter { body: Body { blocks }, annexes: Vec::new(), ..unregistered() }
}

/// Draws the letter and holds it against its approved pictures; gives back the words of its pages.
fn seen(name: &str, letter: &Letter) -> Vec<String> {
    let pdf = ENGINE.pdf(letter).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    picture::held(&pdf, &folder, &format!("layout.{name}"));
    pages(&pdf).iter().map(|page| normal(page)).collect()
}

pub(crate) fn cell(text: impl Into<String>) -> Cell {
    Cell { content: vec![Inline::text(text)] }
}

pub(crate) fn table(rows: usize) -> Table {
    let column = |share, align| Column { share, align };
    let note = Inline::Footnote { content: vec![Inline::text("Алдын ала деректер бойынша.")] };
    let mut table = Table {
        columns: vec![column(1, Align::Center), column(7, Align::Start), column(3, Align::End)],
        head: ["Р/с №", "Өңір және шараның атауы", "Сома, мың теңге"].map(cell).to_vec(),
        rows: (1..=rows)
            .map(|row| {
                let measure = "Тұрғындарды ауыз сумен қамтамасыз ету шаралары, оның ішінде су құбырларын қайта жаңарту";
                let measure = if row % 3 == 0 { measure } else { "Мектептер салу" };
                vec![
                    cell(row.to_string()),
                    cell(format!("{row}-өңір: {measure}")),
                    cell(format!("{} {:03}", row, row * 7 % 1_000)),
                ]
            })
            .collect(),
    };
    table.rows[1][2].content.push(note);
    table
}

#[test]
fn a_table_repeats_its_head_on_every_page() {
    let blocks = vec![paragraph(1, 2), Block::heading("Қаржыландыру"), Block::Table(table(60)), paragraph(2, 1)];
    let pages = seen("table", &of(blocks));
    let holding: Vec<&String> = pages.iter().filter(|page| page.contains("-өңір: ")).collect();
    assert!(holding.len() >= 3, "{}", holding.len());
    assert!(holding.iter().all(|page| page.contains("Өңір және шараның атауы")), "{holding:?}");
    for row in 1..=60 {
        assert_eq!(pages.concat().matches(&format!(" {row}-өңір: ")).count(), 1, "row {row} is torn or lost");
    }
}

#[test]
fn a_heading_never_stands_alone_at_the_end_of_a_page() {
    let mut moved = 0;
    for before in 3..12 {
        let mut blocks = paragraphs(before);
        blocks.extend([Block::heading("Тақырыпша осы жерде"), paragraph(99, 2)]);
        let letter = of(blocks);
        let pages: Vec<String> = pages(&ENGINE.pdf(&letter).unwrap()).iter().map(|page| normal(page)).collect();
        let at = pages.iter().position(|page| page.contains("Тақырыпша осы жерде")).unwrap();
        let (_, after) = pages[at].split_once("Тақырыпша осы жерде").unwrap();
        assert!(after.contains("Қазақстан Республикасының Үкіметі"), "{before}: nothing of its text stands under it");
        moved += usize::from(at > 0);
    }
    assert!((1..9).contains(&moved), "the lengths tried have to cross a page's end");
    let mut blocks = paragraphs(7);
    blocks.extend([Block::heading("Тақырыпша осы жерде"), paragraph(99, 2)]);
    seen("heading", &of(blocks));
}

pub(crate) fn list(ordered: bool, items: Vec<Vec<Block>>) -> Block {
    Block::List { ordered, items: items.into_iter().map(|blocks| ListItem { blocks }).collect() }
}

#[test]
fn lists_count_and_stand_in_each_other() {
    let long = || Block::paragraph(SENTENCE.repeat(2).trim().to_owned());
    let inner = list(false, vec![vec![long()], vec![Block::paragraph("қысқа тармақ")]]);
    let innermost = list(true, vec![vec![Block::paragraph("бірінші")], vec![Block::paragraph("екінші")]]);
    let middle = list(false, vec![vec![Block::paragraph("ортаңғы"), innermost]]);
    let blocks = vec![
        paragraph(1, 1),
        list(true, vec![vec![long(), inner], vec![Block::paragraph("екінші тармақ"), middle], vec![long()]]),
        paragraph(2, 1),
        list(false, (1..=12).map(|number| vec![Block::paragraph(format!("{number}-шара"))]).collect()),
        paragraph(3, 1),
        list(true, (1..=11).map(|number| vec![Block::paragraph(format!("{number}-сұрақ"))]).collect()),
    ];
    let pages = seen("lists", &of(blocks));
    let text = pages.join(" ");
    assert!(text.contains("1) 1-сұрақ") && text.contains("11) 11-сұрақ"), "{text}");
}

#[test]
fn the_last_item_of_a_list_stays_with_the_signature() {
    let mut breaks = std::collections::HashSet::new();
    for items in 18..44 {
        let list = list(
            true,
            (1..=items).map(|number| vec![Block::paragraph(format!("{number}-тармақтың мәтіні"))]).collect(),
        );
        let pages = pages(&ENGINE.pdf(&of(vec![paragraph(1, 1), list])).unwrap());
        let signed = pages.iter().position(|page| page.contains("Ә. Смайылов")).unwrap();
        assert!(pages[signed].contains(&format!("{items}-тармақтың")), "{items} items: the signature stands alone");
        assert!(normal(&pages.join(" ")).contains(&format!("{items}) {items}-тармақтың")), "{items}: it is counted on");
        breaks.insert(signed);
    }
    assert!(breaks.len() >= 2, "the lengths tried have to cross a page's end");
}

#[test]
fn a_short_table_stays_with_the_signature() {
    let mut breaks = std::collections::HashSet::new();
    for before in 2..12 {
        let mut blocks = paragraphs(before);
        blocks.push(Block::Table(table(6)));
        let pages = pages(&ENGINE.pdf(&of(blocks)).unwrap());
        let signed = pages.iter().position(|page| page.contains("Ә. Смайылов")).unwrap();
        assert!(pages[signed].contains("6-өңір"), "{before} paragraphs before it: the signature stands alone");
        breaks.insert(signed);
    }
    assert!(breaks.len() >= 2, "the lengths tried have to cross a page's end");
}

#[test]
fn a_number_is_not_torn_from_what_it_counts() {
    // The same words with ever more before them: the line's end passes over every space.
    for fill in 0..60 {
        let text = format!("{} 2023 жылғы 25 қыркүйектегі № 02-11/77 хатпен сұратылды.", "а".repeat(fill) + " сөз");
        let pages = pages(&ENGINE.pdf(&of(vec![Block::paragraph(text)])).unwrap());
        for end in ["25", "№", "2023"] {
            assert!(!pages[0].lines().any(|line| line.ends_with(&format!(" {end}"))), "{fill}: {}", pages[0]);
        }
    }
}

#[test]
fn footnotes_stand_on_the_page_of_their_mark() {
    let noted = |number: usize| {
        let note = format!(
            "{number}-сілтеме: Қазақстан Республикасының 2005 жылғы 30 мамырдағы «Халықаралық шарттар туралы» Заңы."
        );
        let note = Inline::Footnote { content: vec![Inline::text(note.repeat(if number == 4 { 6 } else { 1 }))] };
        Block::Paragraph {
            content: vec![
                Inline::text(format!("{number}-белгі")),
                note,
                Inline::text(format!(" {}", SENTENCE.repeat(3).trim())),
            ],
        }
    };
    let pages = seen("footnotes", &of((1..=9).map(noted).collect()));
    for number in 1..=9 {
        let marked = pages.iter().position(|page| page.contains(&format!("{number}-белгі"))).unwrap();
        assert!(pages[marked].contains(&format!("{number} {number}-сілтеме")), "{number}: {}", pages[marked]);
    }
}

#[test]
fn annexes_are_numbered_and_begin_their_own_pages() {
    let members = |count, of: &str| (1..=count).map(|number| format!("Ә. {of}{number}-депутат")).collect();
    let group = |label: &str, count| Group {
        lines: vec![format!("«{label}» партиясының"), "фракция мүшелері, депутаттар".to_owned()],
        members: members(count, label),
    };
    let mut facts = crate::support::facts();
    let groups = vec![group("Бірінші", 40), group("Екінші", 3), group("Үшінші", 102)];
    facts.recipients = letter::kinds::Recipients::List(letter::kinds::RecipientList { groups });
    facts.annexes = vec![
        Annex::Table { title: vec!["Қаржыландыру көлемі".to_owned()], table: table(12) },
        Annex::Text {
            title: vec!["Анықтама".to_owned()],
            body: Body { blocks: vec![Block::heading("Бірінші бөлім"), paragraph(1, 3)] },
        },
    ];
    let letter = Letter { registration: None, ..ENGINE.compose_reply(&facts).unwrap() };
    let pages = seen("annexes", &letter);
    for (number, title) in [(1, "Қазақстан Республикасы"), (2, "Қаржыландыру көлемі"), (3, "Анықтама")]
    {
        let label = format!("{number}-қосымша {title}");
        let holding: Vec<&String> = pages.iter().filter(|page| page.contains(&label)).collect();
        assert_eq!(holding.len(), 1, "{label}");
        let (before, _) = holding[0].split_once(&label).unwrap();
        assert!(before.trim().chars().all(|character| character.is_ascii_digit()), "{label} begins its page: {before}");
    }
    assert!(pages.concat().contains("Үшінші102-депутат"));
}

#[test]
fn a_page_break_is_where_it_is_put() {
    let pages = seen("break", &of(vec![paragraph(1, 1), Block::PageBreak, paragraph(2, 1)]));
    assert!(pages[0].contains("1-абзацтың соңы.") && !pages[0].contains("2-абзацтың соңы."));
    assert!(pages[1].contains("2-абзацтың соңы."));
}

#[test]
fn a_long_name_of_a_ministry_fits_its_letterhead() {
    let side = |lines: &[&str], address: &str| letter::model::LetterheadSide {
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        address: address.to_owned(),
    };
    let kk = side(
        &["Қазақстан Республикасының", "Цифрлық даму, инновациялар және аэроғарыш өнеркәсібі министрлігі"],
        "010000, Астана қаласы, Мәңгілік Ел даңғылы, 55/5",
    );
    let ru = side(
        &["Министерство цифрового развития, инноваций и аэрокосмической промышленности", "Республики Казахстан"],
        "010000, город Астана, проспект Мәңгілік Ел, 55/5",
    );
    let letterhead = letter::model::Letterhead { kk, ru };
    seen("letterhead", &Letter { letterhead, registration: unregistered().registration, ..of(paragraphs(1)) });
}
