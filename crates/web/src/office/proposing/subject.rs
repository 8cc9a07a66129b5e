//! What a letter is about: a label, a heading, what it says it asks about, and last of all its first question.

use super::Found;
use super::lines::{Lines, fold, joined, shown};

/// How what is asked about ends in Kazakh, folded: туралы, жөнінде, жайында, мәселесі бойынша.
const ENDS: [&str; 4] = ["туралы", "жонинде", "жайында", "маселеси бойынша"];
/// How it begins in Russian, folded.
const BEGINS: [&str; 5] = ["о ", "об ", "обо ", "по вопрос", "касательно "];
/// What a heading calls itself before it says what it is about, folded.
const NAMES: [&str; 4] = ["депутаттык сауал", "депутатский запрос", "сауал", "запрос"];
/// What comes before what is asked about in a Russian sentence, and how that begins, folded.
const ASKS: [(&str, &str); 6] = [
    ("запросом ", "о "),
    ("запросом ", "об "),
    ("запрос ", "о "),
    ("запрос ", "об "),
    ("", "по вопросу "),
    ("", "по вопросам "),
];
/// The longest line that is a heading, in characters.
const HEADING: usize = 400;
/// Whom a sentence that asks turns to.
const ADDRESSED: [&str; 2] = ["Сізге ", "Сіздерге "];
/// The longest subject that is made of a question, in characters.
const PHRASE: usize = 160;

/// The subject. `questions` are what the letter asks, as far as that was found.
pub(super) fn subject(lines: &Lines<'_>, questions: &[Found<String>]) -> Option<Found<String>> {
    let head = joined(lines.head());
    labelled(&head, &["такырыбы:", "мани:", "тема:", "предмет:", "касательно:"])
        .or_else(|| heading(&head))
        .or_else(|| labelled(&head, &[&fold("subject:")]))
        .or_else(|| {
            heading(&lines.paragraphs().into_iter().filter(|line| !line.ends_with(['.', ':'])).collect::<Vec<_>>())
        })
        .or_else(|| lines.paragraphs().iter().find_map(|paragraph| said(paragraph)))
        .or_else(|| questions.first().and_then(shortened))
}

fn labelled(head: &[String], labels: &[&str]) -> Option<Found<String>> {
    head.iter().find_map(|line| {
        let folded = fold(line);
        let label = labels.iter().find(|label| folded.starts_with(**label))?;
        let value = line.chars().skip(label.chars().count()).collect::<String>();
        let value = plain(value.trim_start_matches([':', ' ']));
        (value.chars().count() >= 5).then(|| Found { value, place: shown(line) })
    })
}

/// A line that says nothing but what it is about, behind what it calls itself.
fn heading(lines: &[String]) -> Option<Found<String>> {
    lines.iter().filter(|line| (10..=HEADING).contains(&line.chars().count())).find_map(|line| {
        let value = without_name(&plain(line));
        let folded = fold(&value);
        let is_it =
            ENDS.iter().any(|end| folded.ends_with(end)) || BEGINS.iter().any(|start| folded.starts_with(start));
        // A law is named like that too, with its number.
        let is_sentence = value.contains(['?', ';']) || value.contains(". ") || line.contains('№');
        (is_it && !is_sentence).then(|| Found { value: capital(&value), place: shown(line) })
    })
}

/// «… туралы депутаттық сауал жолдаймыз», «обращаемся с запросом о …»: what a sentence says it asks about.
fn said(paragraph: &str) -> Option<Found<String>> {
    let folded = fold(paragraph);
    let found = |value: &str| {
        let value = plain(value);
        let value = ADDRESSED.iter().find_map(|word| value.strip_prefix(word)).unwrap_or(&value);
        let value = capital(value);
        ((10..=PHRASE).contains(&value.chars().count())).then(|| Found { value, place: shown(paragraph) })
    };
    // Folding keeps the number of letters, and may change that of bytes.
    let at = |byte: usize| {
        let letters = folded[..byte].chars().count();
        paragraph.char_indices().nth(letters).map_or(paragraph.len(), |(at, _)| at)
    };
    for asks in ["туралы депутаттык сауал", "туралы сауал"] {
        if let Some(place) = folded.find(asks) {
            let begins = folded[..place].rfind(['.', '!', '?', ':']).map_or(0, |end| end + 1);
            return found(&paragraph[at(begins)..at(place + "туралы".len())]);
        }
    }
    for (asks, about) in ASKS {
        if let Some(place) = folded.find(&format!("{asks}{about}")) {
            let begins = place + asks.len();
            let ends = folded[begins..].find(['.', ',', ';', ':', '?']).map_or(folded.len(), |end| begins + end);
            return found(&paragraph[at(begins)..at(ends)]);
        }
    }
    None
}

/// The first question as a phrase: without its mark, up to where it is too long, at the end of a word.
fn shortened(question: &Found<String>) -> Option<Found<String>> {
    let words = plain(question.value.trim_end_matches(['?', '!', '.', ';']));
    let mut value = String::new();
    for word in words.split(' ') {
        if value.chars().count() + word.chars().count() >= PHRASE {
            value = format!("{}…", value.trim_end_matches([',', ';', ':', '–', '—', '-']));
            break;
        }
        if !value.is_empty() {
            value.push(' ');
        }
        value.push_str(word);
    }
    (value.chars().count() >= 8).then(|| Found { value, place: question.place.clone() })
}

fn without_name(line: &str) -> String {
    let folded = fold(line);
    let named = NAMES.iter().find(|name| folded.starts_with(**name));
    let Some(name) = named else { return line.to_owned() };
    let rest: String = line.chars().skip(name.chars().count()).collect();
    // «Сауалдың …» is another word.
    if rest.starts_with(char::is_alphabetic) {
        line.to_owned()
    } else {
        plain(rest.trim_start_matches([':', '–', '—', '-', ' ', ',']))
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Without the marks around it.
fn plain(line: &str) -> String {
    let around = |c: char| matches!(c, '«' | '»' | '"' | '“' | '”' | '.' | '*' | '_' | ' ');
    line.trim_matches(around).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::asks;
    use super::*;

    fn found(text: &str) -> Option<String> {
        let lines = Lines::of(text);
        subject(&lines, &asks::questions(&lines)).map(|found| found.value)
    }

    #[test]
    fn a_subject_is_found_by_its_label_or_its_form() {
        assert_eq!(found("Subject: Fwd\nТақырыбы: Ауыз су туралы.\n\nҚұрметті").as_deref(), Some("Ауыз су туралы"));
        assert_eq!(found("Сауал\n«Ауыз су тапшылығы\nтуралы»\nҚұрметті").as_deref(), Some("Ауыз су тапшылығы туралы"));
        assert_eq!(found("По вопросу тарифов\nУважаемый").as_deref(), Some("По вопросу тарифов"));
        assert_eq!(found("Subject: Мектептердегі орын\n\nКөмек керек").as_deref(), Some("Мектептердегі орын"));
        assert_eq!(found("Депутаттық сауал\nҚұрметті"), None);
    }

    #[test]
    fn a_heading_may_call_itself_or_stand_below_the_salutation() {
        for (text, subject) in [
            ("Депутатский запрос о качестве питьевой воды\nУважаемый", "О качестве питьевой воды"),
            ("ДЕПУТАТТЫҚ САУАЛ: Ауыз су тапшылығы туралы\nҚұрметті", "Ауыз су тапшылығы туралы"),
            ("Құрметті министр!\nАуылдағы жолдар туралы\nЖол жоқ.\nҚұрметпен", "Ауылдағы жолдар туралы"),
        ] {
            assert_eq!(found(text).as_deref(), Some(subject));
        }
    }

    #[test]
    fn what_a_sentence_says_it_asks_about_is_the_subject() {
        for (text, subject) in [
            (
                "Құрметті министр!\nСізге мектептердегі орын тапшылығы туралы депутаттық сауал жолдаймыз. Жауап күтеміз.\nҚұрметпен",
                "Мектептердегі орын тапшылығы туралы",
            ),
            (
                "Уважаемый министр!\nОбращаемся к Вам с депутатским запросом о нехватке мест в школах. Ждём ответа.\nС уважением",
                "О нехватке мест в школах",
            ),
            (
                "Уважаемый министр!\nПишем Вам по вопросу тарифов на воду, которые растут.\nС уважением",
                "По вопросу тарифов на воду",
            ),
        ] {
            assert_eq!(found(text).as_deref(), Some(subject));
        }
    }

    #[test]
    fn without_any_of_these_the_first_question_is_shortened() {
        let text = "Құрметті министр!\nАуылда жағдай ауыр.\n1. Су құбыры қашан жөнделеді?\n2. Кім төлейді?\nҚұрметпен";
        assert_eq!(found(text).as_deref(), Some("Су құбыры қашан жөнделеді"));
        let long = format!("Уважаемый министр!\n1. Когда будет {}?\n2. Кто?\nС уважением", "очень ".repeat(60));
        let said = found(&long).unwrap();
        assert!(said.starts_with("Когда будет очень") && said.ends_with("очень…"), "{said}");
        assert!(said.chars().count() <= PHRASE + 1, "{said}");
    }

    #[test]
    fn a_law_is_not_what_a_letter_is_about() {
        let text = "Құрметті министр!\n«Су туралы» 2013 жылғы № 1 Заң орындалмайды.\nҚұрметпен";
        assert_eq!(found(text), None);
    }
}
