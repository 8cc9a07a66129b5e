//! Every word of a table stands in its column, however many columns there are and however long the words, and no word leaves the text.

use letter::model::{Align, Block, Cell, Column, Inline, Table};

use crate::layout::{cell, of, paragraph};
use crate::support::{ENGINE, normal, pages, tool};

/// The area of the text on the sheet, in points: 30 mm at the left, 15 mm at the right.
const LEFT: f64 = 30.0 * 72.0 / 25.4;
const RIGHT: f64 = (210.0 - 15.0) * 72.0 / 25.4;

const HEAD: [&str; 12] = [
    "№",
    "Іс-шараның атауы",
    "Жауапты орындаушылар",
    "Аяқталу нысаны",
    "Орындалу мерзімі",
    "Қаржыландыру көзі",
    "Көрсеткіштер",
    "Ведомствоаралық келісімдер",
    "Республикалық бюджет",
    "Инфрақұрылымдық",
    "Шығыстар",
    "Ескертпе",
];

const ROW: [&str; 12] = [
    "1",
    "Халықаралық ынтымақтастықты нығайту жөніндегі ведомствоаралық комиссияның отырыстарын өткізу",
    "Сыртқыісминінің, Республикалық маңызы бар қалалардың әкімдіктері (Қаржыминімен келісілуімен)",
    "Үкіметке ақпарат",
    "2023–2025 жылдар",
    "Республикалық бюджет",
    "Ынтымақтастықты дамыту көрсеткіштері 12 500 000 теңге",
    "Ведомствоаралық",
    "Қаржыландырылмайды",
    "Инфрақұрылымдық",
    "1 200 000",
    "жоспарланған",
];

fn table(columns: usize, shares: impl Fn(usize) -> u8) -> Table {
    let row = |words: &[&str]| -> Vec<Cell> { words[..columns].iter().map(|words| cell(*words)).collect() };
    Table {
        columns: (0..columns).map(|at| Column { share: shares(at), align: Align::Start }).collect(),
        head: row(&HEAD),
        rows: vec![row(&ROW); 2],
    }
}

/// A piece of a word on the page: where it begins and ends, its upper edge, and its letters.
#[derive(Debug, Clone)]
struct Placed {
    page: usize,
    from: f64,
    to: f64,
    top: f64,
    word: String,
}

fn placed(pdf: &[u8]) -> Vec<Placed> {
    let text = tool("pdftotext", &["-bbox", "-enc", "UTF-8", "{}", "-"], pdf);
    let mut page = 0;
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        page += usize::from(line.starts_with("<page "));
        let Some(rest) = line.strip_prefix("<word ") else { continue };
        let number = |name: &str| {
            let (_, after) = rest.split_once(&format!("{name}=\"")).unwrap();
            after.split_once('"').unwrap().0.parse::<f64>().unwrap()
        };
        let (_, word) = rest.split_once('>').unwrap();
        let word = word.strip_suffix("</word>").unwrap().replace("&amp;", "&");
        found.push(Placed { page, from: number("xMin"), to: number("xMax"), top: number("yMin"), word });
    }
    found
}

/// Holds that nothing leaves the text, and that nothing overlaps anything else on its line.
fn held(pdf: &[u8], what: &str) {
    let words = placed(pdf);
    assert!(words.len() > 20, "{what}: nothing was seen");
    for word in &words {
        assert!(word.from >= LEFT - 0.5 && word.to <= RIGHT + 0.5, "{what}: {word:?} leaves the text");
    }
    for (at, one) in words.iter().enumerate() {
        for other in &words[at + 1..] {
            let beside = one.page == other.page && (one.top - other.top).abs() < 4.0;
            let over = one.to.min(other.to) - one.from.max(other.from);
            assert!(!beside || over < 0.5, "{what}: {one:?} runs over {other:?}");
        }
    }
}

/// The letters of a text without any white space.
fn letters(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn no_word_leaves_its_column_of_two_to_twelve() {
    for columns in 2..=12 {
        for (kind, shares) in [("equal", (|_| 1) as fn(usize) -> u8), ("narrow", |at| if at == 1 { 12 } else { 1 })] {
            for last in [false, true] {
                let mut blocks = vec![paragraph(1, 1), Block::Table(table(columns, shares))];
                blocks.extend((!last).then(|| paragraph(2, 1)));
                let pdf = ENGINE.pdf(&of(blocks)).unwrap();
                let what = format!("{columns} columns, {kind} shares, last: {last}");
                held(&pdf, &what);
                inside_columns(&pdf, columns, &what);
                let text = pages(&pdf).concat();
                assert!(!text.contains(['\u{200b}', '\u{ad}']), "{what}");
                assert!(text.contains("2025") || columns < 5, "{what}: a year is torn");
            }
        }
    }
}

/// Dots a point.
const SCALE: usize = 2;

/// Holds the words of a table against the lines between its columns, as they are drawn.
fn inside_columns(pdf: &[u8], columns: usize, what: &str) {
    let words = placed(pdf);
    let head = words.iter().find(|word| word.word == "№").unwrap_or_else(|| panic!("{what}: no table"));
    let drawn = letter::preview::pages(pdf, 144).unwrap();
    let (width, greys) = (drawn[head.page - 1].width() as usize, drawn[head.page - 1].greys());
    let dark = |x: usize, y: usize| greys[y * width + x] < 200;
    let dots = |points: f64| (points * SCALE as f64).round() as usize;
    let (top, bottom) = (dots(head.top - 2.0), dots(head.top + 11.0));
    let rules: Vec<usize> = (0..width).filter(|x| (top..bottom).all(|y| dark(*x, y))).collect();
    // A line may be two dots wide.
    let edges: Vec<f64> = rules
        .chunk_by(|one, next| one + 1 == *next)
        .map(|line| (line[0] + line[line.len() - 1] + 1) as f64 / (2 * SCALE) as f64)
        .collect();
    assert_eq!(edges.len(), columns + 1, "{what}: {edges:?}");
    let upper = (0..top).rev().take_while(|y| dark(rules[0], *y)).last().unwrap_or(top);
    let lower = (top..greys.len() / width).take_while(|y| dark(rules[0], *y)).last().unwrap();
    let inside = |word: &&Placed| word.page == head.page && dots(word.top) + 2 >= upper && dots(word.top) < lower;
    let mut seen = 0;
    for word in words.iter().filter(inside) {
        let column = edges.windows(2).position(|pair| word.from >= pair[0] && word.to <= pair[1] + 0.3);
        assert!(column.is_some(), "{what}: {word:?} stands in no column of {edges:?}");
        seen += 1;
    }
    assert!(seen > columns * 2, "{what}: {seen} words were seen");
}

#[test]
fn words_of_a_wide_table_are_whole_as_long_as_they_fit() {
    for columns in 2..=7 {
        let pdf = ENGINE.pdf(&of(vec![paragraph(1, 1), Block::Table(table(columns, |_| 1)), paragraph(2, 1)])).unwrap();
        let words: Vec<String> = placed(&pdf).into_iter().map(|word| word.word).collect();
        for word in ROW[..columns].iter().flat_map(|cell| cell.split([' ', '–', '-'])) {
            assert!(words.iter().any(|seen| seen.contains(word)), "{columns} columns: «{word}» is broken: {words:?}");
        }
    }
}

#[test]
fn a_word_longer_than_its_line_is_broken_and_stays_whole_in_the_text() {
    let long: String = "ынтымақтастықтарыңыздағыдай".chars().cycle().take(3_000).collect();
    let noted = Inline::Footnote { content: vec![Inline::text(long.clone())] };
    let mut wide = table(3, |_| 1);
    wide.rows[0][1] = Cell { content: vec![Inline::Bold { content: vec![Inline::text(long[..400].to_owned())] }] };
    let item = |text: &str| letter::model::ListItem { blocks: vec![Block::paragraph(text)] };
    let blocks = vec![
        Block::paragraph(format!("Сөз {long} бар.")),
        Block::Paragraph { content: vec![Inline::text("Сілтеме"), noted] },
        Block::List { ordered: true, items: vec![item(&long)] },
        Block::Table(wide),
        paragraph(2, 1),
    ];
    let pdf = ENGINE.pdf(&of(blocks)).unwrap();
    held(&pdf, "a long word");
    let text =
        letters(
            &pages(&pdf)
                .iter()
                .enumerate()
                .map(|(at, page)| {
                    if at == 0 {
                        page.clone()
                    } else {
                        page.trim_start().trim_start_matches(char::is_numeric).to_owned()
                    }
                })
                .collect::<String>(),
        );
    assert!(text.contains(&long[..800]), "{}", normal(&text));
    assert!(!text.contains('\u{200b}'));
}
