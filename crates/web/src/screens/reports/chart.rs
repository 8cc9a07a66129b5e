//! The report as a picture: a bar a row, its parts told apart by pattern and number as well as by colour. What it shows stands in the table beside it.

use directory::Language;
use readmodel::reports::{By, Counted, Figure, Line};
use serde::Serialize;

use super::figures::{named, words};
use crate::screens::fields::say;
use crate::screens::names::Names;

/// The most bars.
const MOST: usize = 12;
/// The longest name beside a bar, in letters.
const NAME: usize = 26;
/// Where bars begin, and how long the longest is.
const LEFT: u64 = 230;
const WIDTH: u64 = 600;
/// The height of a row, and of what stands above the first.
const ROW: usize = 30;
const HEAD: usize = 40;
/// Parts that are shorter have no number in them.
const NUMBERED: u64 = 26;

/// What a bar is made of, in order, each with its pattern.
const PARTS: [(Figure, &str); 5] = [
    (Figure::OnTime, "ok"),
    (Figure::Late, "late"),
    (Figure::Open, "open"),
    (Figure::Overdue, "overdue"),
    (Figure::Ended, "ended"),
];

#[derive(Debug, Clone, Serialize)]
pub(super) struct Chart {
    title: String,
    desc: String,
    height: usize,
    legend: Vec<Mark>,
    bars: Vec<Bar>,
}

#[derive(Debug, Clone, Serialize)]
struct Mark {
    x: usize,
    text_x: usize,
    fill: &'static str,
    words: String,
}

#[derive(Debug, Clone, Serialize)]
struct Bar {
    y: usize,
    text_y: usize,
    name: String,
    parts: Vec<Part>,
    end: u64,
    all: u64,
}

#[derive(Debug, Clone, Serialize)]
struct Part {
    x: u64,
    width: u64,
    fill: &'static str,
    count: Option<u64>,
    count_x: u64,
}

/// The picture of a report; none of nothing.
pub(super) fn chart(names: &Names, by: By, counted: &Counted, language: Language) -> Option<Chart> {
    let longest = counted.lines.iter().map(|line| line.of(Figure::Received)).max().filter(|longest| *longest > 0)?;
    let shown = counted.lines.len().min(MOST);
    let bars = counted.lines.iter().take(MOST).enumerate().map(|(n, line)| {
        let named = named(names, by, &line.key, language);
        bar(n, named.short.unwrap_or(named.name), line, longest)
    });
    let of = |figure: Figure| format!("{}: {}", words(figure, language), counted.all.of(figure));
    let all: Vec<String> = PARTS.iter().map(|(figure, _)| of(*figure)).collect();
    let more = if counted.lines.len() > shown {
        say(language, " Суретте алғашқы 12 қатар.", " На рисунке первые 12 строк.", " The first 12 rows are drawn.")
    } else {
        String::new()
    };
    let legend = PARTS.iter().enumerate().map(|(n, (figure, fill))| Mark {
        x: n * 176,
        text_x: n * 176 + 20,
        fill,
        words: words(*figure, language),
    });
    Some(Chart {
        title: say(
            language,
            "Жауаптардың мерзімділігі қатарлар бойынша",
            "Соблюдение сроков по строкам",
            "Replies and their days, by row",
        ),
        desc: format!("{}, {}.{more}", of(Figure::Received), all.join(", ")),
        height: HEAD + shown * ROW,
        legend: legend.collect(),
        bars: bars.collect(),
    })
}

fn bar(n: usize, name: String, line: &Line, longest: u64) -> Bar {
    let y = HEAD + n * ROW;
    let mut x = LEFT;
    let mut parts = Vec::new();
    for (figure, fill) in PARTS {
        let count = line.of(figure);
        // What is there is seen, however little it is.
        let width = if count == 0 { 0 } else { (count * WIDTH / longest).max(3) };
        if width > 0 {
            parts.push(Part { x, width, fill, count: (width >= NUMBERED).then_some(count), count_x: x + width / 2 });
        }
        x += width;
    }
    let name = if name.chars().count() > NAME { name.chars().take(NAME - 1).chain(['…']).collect() } else { name };
    Bar { y, text_y: y + 16, name, parts, end: x + 8, all: line.of(Figure::Received) }
}
