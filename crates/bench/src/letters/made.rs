//! Letters of the size of ДС-326, all of them different: the same words in another order, other names, other numbers.
//!
//! A paragraph has as many words as its model and the letter as many characters, so that each is the same work and none is remembered
//! from another.

use jiff::ToSpan;
use letter::kinds::reply::{OutgoingNumber, Recipients, ReplyFacts};
use letter::model::{Block, Inline};
use synthetic::Chance;

/// The reply that all are modelled on.
const MODEL: &str = include_str!("../../../letter/data/ds-326.facts.json");

const INITIALS: [&str; 20] =
    ["А", "Ә", "Б", "Г", "Ғ", "Д", "Е", "Ж", "З", "И", "К", "Қ", "Л", "М", "Н", "О", "Р", "С", "Т", "Ш"];
const BEGINNINGS: [&str; 25] = [
    "Сәр", "Бей", "Әбе", "Мұқа", "Жай", "Тана", "Қай", "Нұр", "Ерме", "Дүй", "Аман", "Сұл", "Ораз", "Тоқа", "Ақы",
    "Бай", "Жүні", "Кене", "Құна", "Мыр", "Омар", "Рақы", "Сей", "Төле", "Шай",
];
const MIDDLES: [&str; 20] = [
    "сен",
    "мұрат",
    "бек",
    "тай",
    "жан",
    "ғали",
    "кен",
    "хан",
    "мет",
    "дық",
    "сов",
    "ғұл",
    "лан",
    "рғал",
    "тұр",
    "шыл",
    "мбет",
    "ндыр",
    "қал",
    "зар",
];
const ENDINGS: [&str; 8] = ["ов", "ова", "ев", "ева", "бай", "ин", "ұлы", "қызы"];
/// How many names there are.
const NAMES: u64 = (INITIALS.len() * INITIALS.len() * BEGINNINGS.len() * MIDDLES.len() * ENDINGS.len()) as u64;
/// A letter has room for so many names of its own.
const NAMES_A_LETTER: u64 = 16;
/// Has no divisor in common with [`NAMES`]: names that follow each other look unlike.
const STRIDE: u64 = 1_000_003;

/// Makes letters by their number.
pub(crate) struct Maker {
    model: ReplyFacts,
    words: Vec<String>,
}

impl Maker {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let mut model = ReplyFacts::parse(&serde_json::from_str(MODEL)?)?;
        model.registration = None;
        let mut words = Vec::new();
        model.body.blocks.iter_mut().for_each(|block| {
            texts(block, &mut |text| words.extend(text.split_whitespace().map(str::to_owned)));
        });
        Ok(Self { model, words })
    }

    /// The facts of one letter, to be signed.
    pub(crate) fn facts(&self, number: u64) -> anyhow::Result<ReplyFacts> {
        let mut facts = self.model.clone();
        let mut chance = Chance::new(number);
        let mut next = number * NAMES_A_LETTER;
        let mut rename = |old: &mut String| {
            *old = name(next);
            next += 1;
        };
        if let Recipients::List(list) = &mut facts.recipients {
            list.groups.iter_mut().flat_map(|group| &mut group.members).for_each(&mut rename);
        }
        rename(&mut facts.signatory.name);
        rename(&mut facts.executor.name);
        facts.executor.phone = format!("{:02}-{:02}-{:02}", number / 10_000 % 100, number / 100 % 100, number % 100);
        facts.inquiry.number = format!("№ДС-{}", number + 1);
        facts.inquiry.dated = facts.inquiry.dated.checked_add(days(&mut chance))?;
        facts.dated = facts.inquiry.dated.checked_add(15.days())?;
        if let Some(verify) = &mut facts.verify {
            let code = format!("{number:06X}{:04X}", chance.next() % 0x1_0000);
            verify.url = format!("https://verify.example.kz/d/{code}");
            verify.code = code;
        }
        self.reorder(&mut facts, &mut chance);
        Ok(facts)
    }

    /// The same letter after it was signed and has got its number.
    pub(crate) fn numbered(facts: &ReplyFacts, number: u64) -> ReplyFacts {
        let mark = OutgoingNumber { number: format!("12-11/{number} ДС"), dated: facts.dated };
        ReplyFacts { registration: Some(mark), ..facts.clone() }
    }

    /// All words of the body in another order, figures replaced by others.
    fn reorder(&self, facts: &mut ReplyFacts, chance: &mut Chance) {
        let mut words = self.words.clone();
        for at in (1..words.len()).rev() {
            words.swap(at, chance.below(at + 1));
        }
        let mut words = words.into_iter().map(|word| other_figures(&word, chance));
        for block in &mut facts.body.blocks {
            texts(block, &mut |text| {
                let count = text.split_whitespace().count();
                let taken: Vec<String> = words.by_ref().take(count).collect();
                let space = |is: bool| if is { " " } else { "" };
                let (before, after) = (space(text.starts_with(' ')), space(text.ends_with(' ')));
                *text = format!("{before}{}{after}", taken.join(" "));
            });
        }
        facts.subject = words_of_subject(&self.words, chance);
    }
}

/// A span of up to a year.
fn days(chance: &mut Chance) -> jiff::Span {
    i64::try_from(chance.below(365)).unwrap_or(0).days()
}

fn words_of_subject(words: &[String], chance: &mut Chance) -> String {
    const LONG: usize = 9;
    (0..LONG).filter_map(|_| words.get(chance.below(words.len())).cloned()).collect::<Vec<_>>().join(" ")
}

fn other_figures(word: &str, chance: &mut Chance) -> String {
    let mut other = |one: char| {
        // Never 0: figures stay figures of that many places.
        if one.is_ascii_digit() { char::from_digit(1 + (chance.below(9) as u32), 10).unwrap_or(one) } else { one }
    };
    word.chars().map(&mut other).collect()
}

/// One of [`NAMES`], each under one number only.
fn name(number: u64) -> String {
    let mut rest = number % NAMES * STRIDE % NAMES;
    let mut one_of = |list: &[&'static str]| {
        let at = rest % list.len() as u64;
        rest /= list.len() as u64;
        usize::try_from(at).ok().and_then(|at| list.get(at)).copied().unwrap_or_default()
    };
    let (first, second) = (one_of(&INITIALS), one_of(&INITIALS));
    let surname = [one_of(&BEGINNINGS), one_of(&MIDDLES), one_of(&ENDINGS)].concat();
    format!("{first}.{second}. {surname}")
}

/// Every text of a block, footnotes included.
fn texts(block: &mut Block, change: &mut dyn FnMut(&mut String)) {
    match block {
        Block::Paragraph { content } | Block::Heading { content, .. } => inlines(content, change),
        Block::List { items, .. } => {
            items.iter_mut().flat_map(|item| &mut item.blocks).for_each(|block| texts(block, change));
        }
        Block::Table(table) => {
            let cells = table.head.iter_mut().chain(table.rows.iter_mut().flatten());
            cells.for_each(|cell| inlines(&mut cell.content, change));
        }
        Block::PageBreak => {}
    }
}

fn inlines(content: &mut [Inline], change: &mut dyn FnMut(&mut String)) {
    for inline in content {
        match inline {
            Inline::Text { text } => change(text),
            Inline::Bold { content } | Inline::Italic { content } | Inline::Footnote { content } => {
                inlines(content, change);
            }
            Inline::LineBreak => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use letter::Engine;
    use letter::model::{Annex, Letter};

    use super::*;

    fn words(content: &[Inline], out: &mut String) {
        let mut content = content.to_vec();
        inlines(&mut content, &mut |text| out.push_str(text));
    }

    /// What stands in a letter piece by piece: paragraphs and headings, names, numbers.
    fn pieces(letter: &Letter) -> Vec<String> {
        let mut pieces = vec![letter.signature.name.clone(), letter.title.clone(), letter.reference.join(" ")];
        pieces.extend(letter.executor.clone());
        pieces.extend(letter.verification.as_ref().map(|mark| mark.url.clone()));
        for annex in &letter.annexes {
            let Annex::Deputies { groups, .. } = annex else { panic!("{annex:?}") };
            pieces.extend(groups.iter().flat_map(|group| group.members.clone()));
        }
        for block in &letter.body.blocks {
            let (Block::Paragraph { content } | Block::Heading { content, .. }) = block else { panic!("{block:?}") };
            let mut text = String::new();
            words(content, &mut text);
            pieces.push(text);
        }
        pieces
    }

    #[test]
    fn letters_are_valid_and_no_piece_of_one_stands_in_another() {
        const LETTERS: u64 = 200;
        let (engine, maker) = (Engine::new().unwrap(), Maker::new().unwrap());
        let mut seen = BTreeSet::new();
        let (mut all, mut lengths) = (0, BTreeSet::new());
        for number in 0..LETTERS {
            let letter = engine.compose_reply(&maker.facts(number).unwrap()).unwrap();
            let pieces = pieces(&letter);
            lengths.insert(pieces.len());
            all += pieces.len();
            seen.extend(pieces);
        }
        assert_eq!(seen.len(), all);
        assert!(lengths.len() == 1 && all > 25 * LETTERS as usize, "{lengths:?}");
    }

    #[test]
    fn a_letter_has_its_model_s_words_and_is_the_same_whenever_it_is_made() {
        let maker = Maker::new().unwrap();
        let facts = maker.facts(7).unwrap();
        assert_eq!(facts, maker.facts(7).unwrap());
        let counted = |facts: &ReplyFacts| {
            let mut body = facts.body.clone();
            let mut counts = Vec::new();
            let mut characters = 0;
            body.blocks.iter_mut().for_each(|block| {
                texts(block, &mut |text| {
                    counts.push(text.split_whitespace().count());
                    characters += text.chars().count();
                });
            });
            (counts, characters)
        };
        assert_eq!(counted(&facts), counted(&maker.model));
        let numbered = Maker::numbered(&facts, 7);
        assert_eq!(numbered.registration.unwrap().number, "12-11/7 ДС");
    }
}
