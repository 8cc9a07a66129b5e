//! Cutting texts into words to be found by. Done here and not by PostgreSQL, which has no Kazakh dictionary and whose parser depends
//! on the locale of the cluster.
//!
//! A word is found by its beginning while it is typed, and by its other forms: beside each word stands its stem, in Kazakh and in Russian, since a
//! subject may quote one language in the other. A stem is marked, so that «балалар» asks for «бала» and not for «баланс». Short words stand there without
//! a stem: a question asks for their forms one by one.

mod kazakh;

use std::collections::BTreeSet;

use directory::search::as_russian;
use rust_stemmers::{Algorithm, Stemmer};

pub(crate) use kazakh::short_stem;

/// The longest word kept, in characters; what is longer is cut, in tables and in questions alike.
const LONGEST: usize = 40;
/// How many characters a beginning has at least.
const BEGINNING: usize = 3;
/// The most words of one question that are looked at.
const MOST_ASKED: usize = 12;

/// In front of a stem; no word holds it.
const STEM: char = '~';
/// The shortest word whose Russian stem is kept, the shortest whose stem a question asks for, and the shortest stem, in letters.
const SHORTEST_RUSSIAN: usize = 5;
const SHORTEST_ASKED: usize = 4;
const SHORTEST_STEM: usize = 3;
/// The longest word whose forms of four letters are searched for in texts, by its stem of three.
const ROOTED: usize = 5;
/// What a word of four letters ends with that has a stem.
const ENDINGS: [char; 10] = ['а', 'е', 'и', 'о', 'у', 'ы', 'ь', 'ю', 'я', 'і'];

/// The words of texts in lower case and the stems of those that have endings, each once, in order.
pub(super) fn cut<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut words = BTreeSet::new();
    for word in texts.into_iter().flat_map(pieces) {
        words.extend(stems(&word).into_iter().map(|stem| format!("{STEM}{stem}")));
        words.insert(word);
    }
    words.into_iter().collect()
}

/// What was cut before, and more.
pub(super) fn and(words: Vec<String>, more: Vec<String>) -> Vec<String> {
    let words: BTreeSet<String> = words.into_iter().chain(more).collect();
    words.into_iter().collect()
}

/// The stems of a word in lower case that are not the word itself.
pub(crate) fn stems(word: &str) -> BTreeSet<String> {
    kazakh::stem(word).into_iter().chain(russian(word, SHORTEST_RUSSIAN)).collect()
}

/// The Russian stem of a word that has so many letters at least.
fn russian(word: &str, shortest: usize) -> Option<String> {
    snowball(word, shortest).filter(|stem| stem != word && stem.chars().count() >= SHORTEST_STEM)
}

/// What Snowball leaves of a word of Russian letters, and so many at least: the word itself where nothing is taken away.
fn snowball(word: &str, shortest: usize) -> Option<String> {
    let is_russian = |c: char| matches!(c, 'а'..='я' | 'ё');
    let is_one = word.chars().count() >= shortest && word.chars().all(is_russian);
    is_one.then(|| Stemmer::create(Algorithm::Russian).stem(word).into_owned())
}

/// The stems that a question asks for: those that texts keep, and those that they do not keep of short words and of people's names for themselves.
fn asked(word: &str) -> BTreeSet<String> {
    stems(word).into_iter().chain(of_four(word)).chain(of_many(word)).collect()
}

/// What a word is found by besides itself and its stems in texts that keep no others: those that a question asks for, and its forms that are too short to
/// have one.
pub(crate) fn forms(word: &str) -> BTreeSet<String> {
    if word.chars().count() < BEGINNING {
        return kazakh::forms_of_two(word).into_iter().collect();
    }
    let mut forms: BTreeSet<String> = forms_of_four(word).into_iter().collect();
    for stem in asked(word) {
        // Of a longer word three letters are left by chance more often than by its root.
        if word.chars().count() <= ROOTED {
            forms.extend(forms_of_four(&stem));
        }
        forms.insert(stem);
    }
    forms
}

/// The stems of a word of four letters.
fn of_four(word: &str) -> impl Iterator<Item = String> {
    let russian = russian(word, SHORTEST_ASKED).filter(|_| word.ends_with(ENDINGS));
    russian.into_iter().chain(kazakh::short_stem(word))
}

/// The words of four letters that have this stem of three: they stand in texts without it.
fn forms_of_four(stem: &str) -> Vec<String> {
    if stem.chars().count() != SHORTEST_STEM {
        return Vec::new();
    }
    let mut forms = Vec::new();
    for base in [stem.to_owned(), kazakh::voiced(stem)] {
        let all = ENDINGS.map(|ending| format!("{base}{ending}"));
        forms.extend(all.into_iter().filter(|form| of_four(form).any(|one| one == stem)));
    }
    forms
}

/// In Russian one of many is called by a syllable more, which Snowball does not take away: крестьянин, крестьяне.
fn of_many(word: &str) -> Option<String> {
    let stem = snowball(word, SHORTEST_RUSSIAN)?;
    let many = stem.strip_suffix("ин").unwrap_or(&stem);
    if !many.ends_with("ан") && !many.ends_with("ян") {
        return None;
    }
    Some(if many.len() < stem.len() { many.to_owned() } else { format!("{stem}ин") })
}

pub(super) fn pieces(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().chars().take(LONGEST).collect())
}

/// A word in lower case with Kazakh letters as their Russian neighbours.
pub(super) fn folded(word: &str) -> String {
    word.chars().map(as_russian).collect()
}

/// What the words of a question stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meant {
    /// Beginnings of words, and other forms of them. What is shorter than [`BEGINNING`] begins too much to say anything, and is a word.
    Beginnings,
    /// Words: the parts of a number. Half a register may begin with «ДС» or with 3.
    Words,
}

/// A question as PostgreSQL's `tsquery`: all words. None when it holds no word.
pub(super) fn query(question: &str, meant: Meant) -> Option<String> {
    let word = |word: String| match meant {
        Meant::Beginnings if word.chars().count() >= BEGINNING => any_form(&word),
        Meant::Beginnings => any_short_form(&word),
        Meant::Words => format!("'{word}'"),
    };
    let words: Vec<String> = pieces(question).take(MOST_ASKED).map(word).collect();
    if words.is_empty() { None } else { Some(words.join(" & ")) }
}

/// The word as a beginning, whatever has its stem, the stem itself where it is a word, and forms of it that are too short to have one. A piece holds letters
/// and digits only, so nothing in it can end the quotation.
fn any_form(word: &str) -> String {
    let mut parts = vec![format!("'{word}':*"), format!("'{STEM}{word}'")];
    let mut short: BTreeSet<String> = forms_of_four(word).into_iter().collect();
    for stem in asked(word) {
        short.extend(forms_of_four(&stem));
        parts.extend([format!("'{stem}'"), format!("'{STEM}{stem}'")]);
    }
    // What begins with the word is found by that.
    parts.extend(short.iter().filter(|form| !form.starts_with(word)).map(|form| format!("'{form}'")));
    format!("({})", parts.join(" | "))
}

/// A word that is too short to be a beginning, and its forms.
fn any_short_form(word: &str) -> String {
    let forms = kazakh::forms_of_two(word);
    if forms.is_empty() {
        return format!("'{word}'");
    }
    let forms: String = forms.iter().map(|form| format!(" | '{form}'")).collect();
    format!("('{word}'{forms})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_lower_case_and_stand_once() {
        let words = cut(["Зейнетақы жүйесі, ЗЕЙНЕТАҚЫ!", "Ә. Смайылов"]);
        let plain: Vec<_> = words.iter().filter(|word| !word.starts_with(STEM)).collect();
        assert_eq!(plain, ["жүйесі", "зейнетақы", "смайылов", "ә"]);
        assert!(words.is_sorted() && words.contains(&"~жүйе".to_owned()), "{words:?}");
    }

    #[test]
    fn a_question_cannot_leave_its_quotation() {
        let query = |question| query(question, Meant::Beginnings);
        assert_eq!(query("Қазақстан' | !x :*"), Some("('қазақстан':* | '~қазақстан') & 'x'".to_owned()));
        assert_eq!(query(" \\ ' & | ! ( ) <-> \u{0}"), None);
        assert_eq!(query(&"абв ".repeat(100)).map(|query| query.matches(":*").count()), Some(MOST_ASKED));
    }

    #[test]
    fn what_is_short_and_what_is_a_number_means_itself() {
        assert_eq!(query("дс зей", Meant::Beginnings).as_deref(), Some("'дс' & ('зей':* | '~зей')"));
        assert_eq!(query("ДС-326", Meant::Words).as_deref(), Some("'дс' & '326'"));
    }

    /// Whether a text is found by a question, as the index compares them.
    fn finds(question: &str, text: &str) -> bool {
        let words = cut([text]);
        let query = query(question, Meant::Beginnings).unwrap();
        query.split(" & ").all(|group| {
            let parts = group.trim_start_matches('(').trim_end_matches(')').split(" | ");
            parts.into_iter().any(|part| match part.strip_suffix(":*") {
                Some(beginning) => words.iter().any(|word| word.starts_with(beginning.trim_matches('\''))),
                None => words.iter().any(|word| word == part.trim_matches('\'')),
            })
        })
    }

    #[test]
    fn a_word_finds_its_other_forms_in_both_languages_and_no_other_word() {
        for (question, text) in [
            ("азамат", "Азаматтарының құқықтары туралы"),
            ("азаматтарының", "Бір азамат туралы"),
            ("азаматтарға", "Азаматтардың өтініштері"),
            ("еңбек", "Еңбегі үшін төлем"),
            ("мектептерде", "Мектебі жоқ ауыл"),
            ("граждане", "О правах граждан"),
            ("дорогами", "Ремонт дороги Алматы – Өскемен"),
            ("школа", "О строительстве школ"),
            ("министерство", "Ответ министерства"),
        ] {
            assert!(finds(question, text), "{question}: {text}");
        }
        for (question, text) in [("балалар", "Бухгалтерлік баланс"), ("жолдар", "Жолдау"), ("школа", "Школьник")]
        {
            assert!(!finds(question, text), "{question}: {text}");
        }
    }

    #[test]
    fn short_words_of_every_day_find_their_other_forms_and_no_other_word() {
        for (question, text) in [
            ("село", "О подтоплении домов в селе Заречном"),
            ("село", "Дороги сел области"),
            ("село", "Паводок за селом"),
            ("дома", "Аварийный дом"),
            ("дома", "О сносе домов"),
            ("домов", "Снос дома"),
            ("сеть", "Износ сетей"),
            ("сети", "О тепловых сетях"),
            ("сетей", "Тепловая сеть"),
            ("газа", "Баллоны с газом"),
            ("газом", "Цена газа"),
            ("газ", "О подключении к газу"),
            ("крестьянин", "О выплате субсидий крестьянам"),
            ("крестьяне", "Жалоба крестьянина"),
            ("гражданину", "Обращения граждан"),
            ("ауыз су", "Ауыз сумен қамту"),
            ("ауыз су", "Ауыз судың сапасы"),
            ("жол", "Ауыл жолы"),
            ("жолы", "Жолдарды жөндеу"),
            ("жолы", "Күре жол"),
            ("жолды", "Ауыл жолы"),
            ("топтар", "Жұмыс тобы"),
            ("тобы", "Топтың құрамы"),
        ] {
            assert!(finds(question, text), "{question}: {text}");
        }
        for (question, text) in [
            ("село", "Селекция"),
            ("дома", "Домбыра"),
            ("сеть", "Сетка"),
            ("газом", "Газета"),
            ("су", "Решение суда"),
            ("су", "Судья"),
            ("жолы", "Жолдау"),
        ] {
            assert!(!finds(question, text), "{question}: {text}");
        }
    }
}
