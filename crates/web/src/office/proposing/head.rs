//! Number, date, chamber and language: what a letter says above its salutation.

use directory::number::LONGEST;
use directory::records::View;
use directory::{ChamberCode, InquiryNumber, Language};
use jiff::civil::Date;

use super::Found;
use super::lines::{Lines, fold, shown};

/// The day of independence: no inquiry is older.
const FIRST_DAY: Date = jiff::civil::date(1991, 12, 16);
/// The stems of the months, Kazakh and Russian, folded.
const MONTHS: [[&str; 2]; 12] = [
    ["кантар", "январ"],
    ["акпан", "феврал"],
    ["наурыз", "март"],
    ["сауир", "апрел"],
    ["мамыр", "мая"],
    ["маусым", "июн"],
    ["шилде", "июл"],
    ["тамыз", "август"],
    ["кыркуйек", "сентябр"],
    ["казан", "октябр"],
    ["караша", "ноябр"],
    ["желтоксан", "декабр"],
];

/// A number, and the line it stands in.
pub(super) struct Numbered {
    pub found: Found<String>,
    line: usize,
}

/// The number of the letter itself: with letters in it rather than a mere number, in the head rather than in the text, and not a law's.
pub(super) fn number(lines: &Lines<'_>) -> Option<Numbered> {
    let mut best: Option<(i32, Numbered)> = None;
    let head = lines.head().len();
    for (at, line) in lines.all.iter().enumerate().take(400) {
        for value in numbers_in(line) {
            let folded = fold(line);
            let is_of_law = ["заң", "закон", "қаулы", "постановл", "бұйры", "приказ"]
                .iter()
                .any(|word| folded.contains(&fold(word)));
            let has_letters =
                InquiryNumber::parse(&value).is_ok_and(|number| number.normal().starts_with(char::is_alphabetic));
            let score = 3 * i32::from(has_letters) + 2 * i32::from(at < head) + i32::from(!dates_in(line).is_empty())
                - 4 * i32::from(is_of_law);
            if score >= 2 && best.as_ref().is_none_or(|(known, _)| score > *known) {
                let found = Found { place: shown(line), value };
                best = Some((score, Numbered { found, line: at }));
            }
        }
    }
    best.map(|(_, number)| number)
}

/// What follows a number sign, and words that are made like numbers of inquiries (ДС-326).
fn numbers_in(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split_whitespace().take(60).collect();
    let mut found = Vec::new();
    for (n, word) in words.iter().enumerate() {
        let word = word.trim_matches(|c: char| matches!(c, ',' | ';' | '.' | ':' | '(' | ')' | '«' | '»' | '"'));
        let (sign, bare) = match word.strip_prefix('№') {
            Some(rest) => ("№", rest),
            None if n > 0 && words[n - 1] == "№" => ("№ ", word),
            None => ("", word),
        };
        let bare = bare.trim_end_matches('_');
        let has_digit = bare.contains(|c: char| c.is_ascii_digit());
        let looks_so = has_digit && bare.contains(['-', '–', '—', '/']) && bare.starts_with(char::is_alphabetic);
        // «№ ДС 326»: the letters and the digits apart.
        let next = words.get(n + 1).filter(|next| next.starts_with(|c: char| c.is_ascii_digit()));
        let value = match next {
            Some(next) if !sign.is_empty() && !has_digit && !bare.is_empty() => format!("{sign}{bare} {next}"),
            _ if has_digit && (!sign.is_empty() || looks_so) => format!("{sign}{bare}"),
            _ => continue,
        };
        let value = value.trim_end_matches([',', ';', '.', ')']).to_owned();
        if value.chars().count() <= LONGEST && InquiryNumber::parse(&value).is_ok() {
            found.push(value);
        }
    }
    found
}

/// The date of the letter: beside its number, or else the first one in the head. A day to come is none.
pub(super) fn dated(lines: &Lines<'_>, number: Option<&Numbered>, today: Date) -> Option<Found<Date>> {
    let fits = |date: &Date| (FIRST_DAY..=today).contains(date);
    let at = |line: usize| {
        let text = lines.all.get(line)?;
        let date = dates_in(text).into_iter().find(fits)?;
        Some(Found { value: date, place: shown(text) })
    };
    let beside = number.and_then(|number| {
        let line = number.line;
        [Some(line), line.checked_sub(1), Some(line + 1)].into_iter().flatten().find_map(at)
    });
    beside.or_else(|| (0..lines.head().len()).find_map(at))
}

/// The dates that a line names: `20.09.2023`, `2023-09-20`, «2023 жылғы 20 қыркүйектегі», «20 қыркүйек 2023», «20 сентября 2023 года».
fn dates_in(line: &str) -> Vec<Date> {
    let mut found = Vec::new();
    for word in line.split_whitespace().take(80) {
        let word = word.trim_matches(|c: char| !c.is_ascii_digit());
        let date = word.parse().ok().filter(|_| word.len() == 10);
        found.extend(date.or_else(|| Date::strptime("%d.%m.%Y", word).ok()));
    }
    let words: Vec<String> =
        line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(80).map(fold).collect();
    let year = |word: &str| word.parse::<i16>().ok().filter(|year| (1991..2200).contains(year));
    let day = |word: &str| word.parse::<i8>().ok().filter(|day| (1..=31).contains(day));
    let month = |word: &str| {
        let found = MONTHS.iter().position(|stems| stems.iter().any(|stem| word.starts_with(stem)))?;
        i8::try_from(found + 1).ok()
    };
    for at in 0..words.len() {
        let word = |n: usize| words.get(at + n).map_or("", String::as_str);
        let kazakh = word(1).starts_with('ж').then(|| Some((year(word(0))?, month(word(3))?, day(word(2))?))).flatten();
        let russian = || Some((year(word(2))?, month(word(1))?, day(word(0))?));
        if let Some((year, month, day)) = kazakh.or_else(russian) {
            found.extend(Date::new(year, month, day).ok());
        }
    }
    found
}

/// The chamber that the letter names first.
pub(super) fn chamber(lines: &Lines<'_>, view: &View<'_>) -> Option<Found<ChamberCode>> {
    let stems: Vec<(ChamberCode, Vec<String>)> = view
        .chambers()
        .filter(|chamber| !chamber.planned)
        .map(|chamber| (chamber.code.clone(), chamber.name.spellings().filter_map(stem).collect()))
        .collect();
    lines.all.iter().find_map(|line| {
        let folded = fold(line);
        let code = stems.iter().find(|(_, stems)| stems.iter().any(|stem| folded.contains(stem.as_str())))?;
        Some(Found { value: code.0.clone(), place: shown(line) })
    })
}

/// What tells a chamber from the others in its name: the word that is neither Parliament nor the Republic, without its ending.
fn stem(name: &str) -> Option<String> {
    let is_common = |word: &str| {
        ["парламент", "республик", "казахстан", "казакстан", "of", "the", "раrliам"]
            .iter()
            .any(|common| word.starts_with(common))
    };
    name.split_whitespace()
        .map(fold)
        .find(|word| word.chars().count() > 3 && !is_common(word))
        .map(|word| word.chars().take(6).collect())
}

/// Kazakh when it is written with Kazakh letters.
pub(super) fn language(text: &str) -> Option<Found<Language>> {
    let (mut kazakh, mut all) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| c.is_alphabetic()).take(20_000) {
        all += 1;
        kazakh += usize::from("әғқңөұүһіӘҒҚҢӨҰҮҺІ".contains(c));
    }
    let value = if kazakh * 50 > all { Language::Kk } else { Language::Ru };
    (all >= 100).then(|| Found { value, place: String::new() })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_are_read_as_offices_write_them() {
        let day = date(2023, 9, 20);
        for line in [
            "2023 жылғы 20 қыркүйектегі № ДС-326 хатқа",
            "2023 ж. «20» қыркүйек",
            "от 20 сентября 2023 года № ДС-326",
            "20 қыркүйек 2023 ж.",
            "күні: 20.09.2023,",
            "(2023-09-20)",
        ] {
            assert_eq!(dates_in(line), [day], "{line}");
        }
        for line in ["", "2023 жылғы 20 адам", "31.02.2023", "20 домов 2023 года", "№ 20.09"] {
            assert_eq!(dates_in(line), [], "{line}");
        }
    }

    #[test]
    fn numbers_are_read_as_offices_print_them() {
        for (line, number) in [
            ("№ ДС-326", "№ ДС-326"),
            ("2023 жылғы 20 қыркүйек №ДС–326,", "№ДС–326"),
            ("шығ. № ДС 326 20.09.2023", "№ ДС 326"),
            ("Исх. ДC-326 от 20.09.2023", "ДC-326"),
        ] {
            assert_eq!(numbers_in(line), [number], "{line}");
        }
        assert!(numbers_in("2023 жылғы 20 қыркүйек, 8-бап").iter().all(|value| value.starts_with('8')));
        assert!(numbers_in("№ және нөмір жоқ").is_empty());
    }

    #[test]
    fn a_laws_number_is_not_the_letters() {
        let text = "Үкіметке\nҚұрметті министр!\n2013 жылғы 21 маусымдағы № 105-V Заңның 5-бабы бойынша сұраймыз.";
        assert!(number(&Lines::of(text)).is_none());
    }
}
