//! What a letter asks: its numbered points, else its sentences that end in a question mark or ask for something.

use super::lines::{Lines, fold, shown};
use super::{Found, MOST};

/// Words that ask, folded: сұраймын, сұраймыз, прошу, просим.
const ASKING: [&str; 4] = ["сураймы", "прошу ", "просим", "сауал жолдай"];
/// The longest question that is taken for one, in characters.
const LONGEST: usize = 2_000;

pub(super) fn questions(lines: &Lines<'_>) -> Vec<Found<String>> {
    let paragraphs = lines.paragraphs();
    let points = points(&paragraphs);
    if !points.is_empty() {
        return points;
    }
    paragraphs
        .iter()
        .flat_map(|paragraph| sentences(paragraph))
        .filter(|sentence| sentence.ends_with('?') || asks(sentence))
        .filter(|sentence| (8..=LONGEST).contains(&sentence.chars().count()))
        .take(MOST)
        .map(|sentence| Found { place: shown(&sentence), value: sentence })
        .collect()
}

fn asks(text: &str) -> bool {
    let folded = fold(text);
    ASKING.iter().any(|word| folded.contains(word))
}

/// The last list that counts from one and is asked: what stands before it asks, or one of its points does.
fn points(paragraphs: &[String]) -> Vec<Found<String>> {
    let mut best: Vec<Found<String>> = Vec::new();
    let mut run: Vec<Found<String>> = Vec::new();
    let mut before = "";
    let mut is_asked = false;
    for paragraph in paragraphs {
        match numbered(paragraph) {
            Some((1, words)) => {
                is_asked = before.ends_with(':') || asks(before);
                run = vec![Found { value: words.to_owned(), place: shown(paragraph) }];
            }
            Some((n, words)) if !run.is_empty() && n == run.len() + 1 => {
                run.push(Found { value: words.to_owned(), place: shown(paragraph) });
            }
            Some(_) | None => before = paragraph,
        }
        if run.len() <= MOST && (is_asked || run.iter().any(|point| point.value.ends_with('?'))) {
            best.clone_from(&run);
        }
    }
    best.retain(|point| point.value.chars().count() <= LONGEST);
    best
}

/// `1. …`, `1) …`
fn numbered(paragraph: &str) -> Option<(usize, &str)> {
    let digits = paragraph.find(|c: char| !c.is_ascii_digit()).filter(|digits| (1..=2).contains(digits))?;
    let (number, rest) = paragraph.split_at(digits);
    let words = rest.strip_prefix(['.', ')'])?;
    // «1.5 миллион» is no point.
    let words = words.strip_prefix(char::is_whitespace)?.trim();
    Some((number.parse().ok()?, words)).filter(|(_, words)| !words.is_empty())
}

/// A paragraph in sentences. A full stop behind an initial or an abbreviation ends none.
fn sentences(paragraph: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut sentence = String::new();
    for word in paragraph.split_whitespace() {
        if !sentence.is_empty() {
            sentence.push(' ');
        }
        sentence.push_str(word);
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        if word.ends_with(['?', '!']) || (word.ends_with('.') && letters > 3) {
            sentences.push(std::mem::take(&mut sentence));
        }
    }
    if !sentence.is_empty() {
        sentences.push(sentence);
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Vec<String> {
        questions(&Lines::of(text)).into_iter().map(|found| found.value).collect()
    }

    #[test]
    fn the_list_that_is_asked_is_taken_and_not_the_one_that_tells() {
        let text = "Құрметті министр!\nФактілер белгілі.\n1. Бюджет жетпейді.\n2. Жол жоқ.\nСұраймыз:\n1) Қашан салынады?\n2) Кім жауапты,\nкім төлейді?\nҚұрметпен";
        assert_eq!(asked(text), ["Қашан салынады?", "Кім жауапты, кім төлейді?"]);
    }

    #[test]
    fn without_a_list_the_sentences_that_ask_are_taken() {
        let text = "Уважаемый министр!\nСитуация сложная, см. письмо г. Алматы. Когда будет решение? В связи с этим прошу принять меры.\nС уважением";
        assert_eq!(asked(text), ["Когда будет решение?", "В связи с этим прошу принять меры."]);
    }

    #[test]
    fn a_measure_is_no_point() {
        assert_eq!(numbered("1.5 миллион теңге"), None);
        assert_eq!(numbered("2023 жылы"), None);
        assert_eq!(numbered("12) сөз"), Some((12, "сөз")));
    }
}
