//! What was typed, taken apart: words, "phrases", what is to be left out, and a number.

use super::index::{asked, folded, normal, number, terms, tokens};

/// A word is rare that fewer hold.
pub(super) const RARE: i64 = 300;
/// So many letters are a word; fewer may be those of a series.
const LETTERS: usize = 4;
/// The most words of one question that are looked at.
const MOST: usize = 12;
/// What is typed behind so many characters is not looked at.
const LONGEST: usize = 600;
/// Words that say nothing by themselves, as they are compared. They count in phrases, and where nothing else is asked for.
const EMPTY: [&str; 44] = [
    "туралы",
    "жонинде",
    "жайында",
    "бойынша",
    "жане",
    "мен",
    "бен",
    "пен",
    "ушин",
    "де",
    "да",
    "бул",
    "осы",
    "оны",
    "ол",
    "о",
    "об",
    "обо",
    "и",
    "в",
    "во",
    "на",
    "по",
    "с",
    "со",
    "за",
    "к",
    "из",
    "от",
    "для",
    "что",
    "как",
    "не",
    "при",
    "или",
    "но",
    "а",
    "the",
    "of",
    "and",
    "in",
    "on",
    "for",
    "to",
];

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Question {
    /// What has to be there, each by itself.
    pub(super) wanted: Vec<Wanted>,
    /// What must not be there.
    pub(super) without: Vec<Wanted>,
    /// What was typed as a whole is a number: its normal form, as the numbers of rows are compared.
    pub(super) number: Option<String>,
}

/// A word or a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// As it was typed.
    pub(super) typed: String,
    /// One of these, each a row of words in their order: a word alone is a row of one.
    pub(super) any: Vec<Vec<String>>,
    /// It says little by itself: rows without it are found too.
    pub(super) optional: bool,
}

impl Wanted {
    /// The word that may be mistyped; a phrase is meant as it is, and so are numbers.
    pub(super) fn word(&self) -> Option<&str> {
        let is_word = self.any.iter().all(|row| row.len() == 1) && self.typed.chars().all(char::is_alphabetic);
        if is_word { Some(&self.typed) } else { None }
    }

    /// Also found by this word in all its forms.
    pub(super) fn also(&mut self, word: &str) {
        for term in terms(word) {
            let row = vec![term];
            if !self.any.contains(&row) {
                self.any.push(row);
            }
        }
    }

    /// As a `tsquery` that looks at places of these weights alone. Terms hold letters and digits only, so nothing in them can end the quotation.
    pub(super) fn query(&self, weights: &str) -> String {
        let term = |term: &String| if weights.is_empty() { format!("'{term}'") } else { format!("'{term}':{weights}") };
        let row = |row: &Vec<String>| row.iter().map(term).collect::<Vec<_>>().join(" <-> ");
        let rows: Vec<String> = self.any.iter().map(|any| format!("({})", row(any))).collect();
        format!("({})", rows.join(" | "))
    }
}

impl Question {
    /// Takes apart what was typed. Whatever it holds, it becomes words or nothing.
    pub(super) fn read(text: &str) -> Self {
        let text: String = text.chars().take(LONGEST).filter(|c| *c != '\0').collect();
        let mut question = Self { number: normal(text.trim()).map(|normal| number(&normal)), ..Self::default() };
        let mut rest = text.as_str();
        loop {
            rest = rest.trim_start();
            let Some(c) = rest.chars().next() else { break };
            let without = c == '-' && rest[1..].starts_with(|next: char| next.is_alphanumeric() || is_quote(next));
            let begins = if without { &rest[1..] } else { rest };
            let (wanted, behind) = match begins.strip_prefix(is_quote) {
                Some(behind) => quoted(behind),
                None => single(begins),
            };
            question.take(wanted, without);
            rest = behind;
        }
        // Where nothing else is asked for, these are.
        if question.wanted.iter().all(|wanted| wanted.optional) {
            question.wanted.iter_mut().for_each(|wanted| wanted.optional = false);
        }
        question
    }

    /// Every word of a text that says something, up to so many, each by itself.
    pub(super) fn of_text(text: &str, most: usize) -> Self {
        let mut question = Self::default();
        let text: String = text.chars().take(20_000).collect();
        for token in tokens(&text) {
            let terms = terms(&token.word);
            let says_something = token.word.chars().count() >= 4 && !EMPTY.contains(&terms[0].as_str());
            let any: Vec<Vec<String>> = terms.into_iter().map(|term| vec![term]).collect();
            let is_known = |known: &Wanted| known.any.last() == any.last();
            if says_something && question.wanted.len() < most && !question.wanted.iter().any(is_known) {
                question.wanted.push(Wanted { typed: token.word, any, optional: false });
            }
        }
        question
    }

    fn take(&mut self, wanted: Vec<Wanted>, without: bool) {
        let list = if without { &mut self.without } else { &mut self.wanted };
        for one in wanted {
            if list.len() < MOST && !list.iter().any(|known| known.any == one.any) {
                list.push(one);
            }
        }
    }

    /// Is it a number, and no word beside one: letters of a series, and figures?
    pub(super) fn is_number(&self) -> bool {
        let is_part =
            |wanted: &Wanted| wanted.typed.chars().count() < LETTERS || !wanted.typed.contains(char::is_alphabetic);
        self.number.is_some() && self.wanted.iter().all(is_part)
    }

    /// What has to be there.
    pub(super) fn required(&self) -> impl Iterator<Item = &Wanted> {
        self.wanted.iter().filter(|wanted| !wanted.optional)
    }

    /// All that is required, and nothing that is to be left out, as a `tsquery`; none where nothing is required.
    pub(super) fn all(&self, weights: &str) -> Option<String> {
        let all: Vec<String> = self.required().map(|wanted| wanted.query(weights)).collect();
        if all.is_empty() { None } else { Some(format!("{}{}", all.join(" & "), self.nothing_of_the_rest())) }
    }

    /// A part of what is required, as a `tsquery`: two words of it, or one where it is two; where some are rare (`held` by few, as
    /// [`wanted`](Self::wanted) stands), one of these among them, since the others would find anything. And whether some are.
    pub(super) fn some(&self, weights: &str, held: &[i64]) -> Option<(String, bool)> {
        let required: Vec<(String, bool)> = self
            .wanted
            .iter()
            .zip(held)
            .filter(|(wanted, _)| !wanted.optional)
            .map(|(wanted, held)| (wanted.query(weights), (1..RARE).contains(held)))
            .collect();
        let any_is_rare = required.iter().any(|(_, is_rare)| *is_rare);
        let counts = |is_rare: bool| is_rare || !any_is_rare;
        let some: Vec<String> = match required.len() {
            0 | 1 => return None,
            2 => required.into_iter().filter(|(_, is_rare)| counts(*is_rare)).map(|(query, _)| query).collect(),
            many => (0..many)
                .flat_map(|a| (a + 1..many).map(move |b| (a, b)))
                .filter(|(a, b)| counts(required[*a].1 || required[*b].1))
                .map(|(a, b)| format!("({} & {})", required[a].0, required[b].0))
                .collect(),
        };
        Some((format!("({}){}", some.join(" | "), self.nothing_of_the_rest()), any_is_rare))
    }

    fn nothing_of_the_rest(&self) -> String {
        self.without.iter().map(|wanted| format!(" & !{}", wanted.query(""))).collect()
    }
}

const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '«' | '»' | '“' | '”' | '„')
}

/// The words up to the next quotation mark or the end, in their order and as they are written.
fn quoted(text: &str) -> (Vec<Wanted>, &str) {
    let end = text.find(is_quote).unwrap_or(text.len());
    let behind = text[end..].chars().next().map_or("", |quote| &text[end + quote.len_utf8()..]);
    let words: Vec<String> = tokens(&text[..end]).into_iter().take(MOST).map(|token| token.word).collect();
    if words.is_empty() {
        return (Vec::new(), behind);
    }
    let row: Vec<String> = words.iter().map(|word| folded(word)).collect();
    // One word in quotation marks is meant as it is written, too.
    (vec![Wanted { typed: text[..end].trim().to_owned(), any: vec![row], optional: false }], behind)
}

/// What stands up to the next white space or quotation mark, word by word.
fn single(text: &str) -> (Vec<Wanted>, &str) {
    let end = text.find(|c: char| c.is_whitespace() || is_quote(c)).unwrap_or(text.len());
    let wanted = tokens(&text[..end]).into_iter().map(|token| {
        let asked = asked(&token.word);
        let says_little = EMPTY.contains(&asked[0].as_str())
            || token.word.chars().count() == 1 && !token.word.chars().all(char::is_numeric);
        Wanted { typed: token.word, any: asked.into_iter().map(|term| vec![term]).collect(), optional: says_little }
    });
    (wanted.collect(), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Vec<String> {
        Question::read(text).wanted.into_iter().map(|wanted| wanted.typed).collect()
    }

    #[test]
    fn words_phrases_and_what_is_left_out_are_told_apart() {
        let question = Question::read("зейнетақы \"қазақстан азаматтары\" -корея -«оңтүстік корея» жүйесі");
        let all: Vec<&str> = question.wanted.iter().map(|wanted| wanted.typed.as_str()).collect();
        assert_eq!(all, ["зейнетақы", "қазақстан азаматтары", "жүйесі"]);
        let without: Vec<&str> = question.without.iter().map(|wanted| wanted.typed.as_str()).collect();
        assert_eq!(without, ["корея", "оңтүстік корея"]);
        assert_eq!(question.wanted[1].query(""), "(('казакстан' <-> 'азаматтары'))");
        assert_eq!(question.wanted[2].query("AB"), "(('жуйеси':AB) | ('жуйе':AB))");
        // A hyphen within a word leaves nothing out.
        assert_eq!(typed("дәрі-дәрмек"), ["дәрі", "дәрмек"]);
        assert!(Question::read("дәрі-дәрмек").without.is_empty());
    }

    #[test]
    fn numbers_are_known_in_every_spelling() {
        for spelling in ["№ДС-326", "ДС 326", "дс326", "ДC-326", "DS-326", " N ДС–326 "] {
            assert_eq!(Question::read(spelling).number.as_deref(), Some("#ДС-326"), "{spelling}");
        }
        assert_eq!(Question::read("326").number.as_deref(), Some("#326"));
        assert_eq!(Question::read("зейнетақы").number, None);
    }

    #[test]
    fn letters_of_a_series_and_figures_are_a_number_and_a_word_beside_one_is_not() {
        for number in ["ДС-326", "№ ДС 326", "326", "12-11/92 ДС"] {
            assert!(Question::read(number).is_number(), "{number}");
        }
        for words in ["бюджет 2026", "ДС", "зейнетақы"] {
            assert!(!Question::read(words).is_number(), "{words}");
        }
    }

    #[test]
    fn short_words_are_asked_for_in_their_other_forms() {
        let asks = |typed: &str, form: &str| {
            let question = Question::read(typed);
            assert!(question.wanted[0].any.contains(&vec![form.to_owned()]), "{typed}: {question:?}");
        };
        for (typed, form) in [("село", "селе"), ("селе", "село"), ("вода", "воды"), ("дома", "дом"), ("су", "сумен")]
        {
            asks(typed, form);
        }
    }

    #[test]
    fn what_says_little_is_asked_for_only_where_there_is_nothing_else() {
        let required = |text: &str| Question::read(text).required().count();
        assert_eq!(required("М. Тайтуғанов"), 1);
        assert_eq!(required("зейнетақы туралы"), 1);
        assert_eq!(required("туралы"), 1);
        assert_eq!(required(""), 0);
    }

    #[test]
    fn a_part_holds_what_is_rare_where_something_is() {
        let some = |text: &str, held: &[i64]| Question::read(text).some("", held).unwrap();
        let (rare, is_rare) = some("корея жол", &[7, 300]);
        assert!(!rare.contains("жол") && is_rare);
        let (nobody_holds_one, is_rare) = some("ауыл корея", &[300, 0]);
        assert!(!is_rare && nobody_holds_one.contains("'ауыл'") && nobody_holds_one.contains("'корея'"));
        assert_eq!(some("ауыл жол корея", &[300, 300, 7]).0.matches('&').count(), 2);
        assert_eq!(some("ауыл жол корея", &[300, 300, 300]).0.matches('&').count(), 3);
        assert_eq!(Question::read("ауыл").some("", &[1]), None);
    }

    #[test]
    fn a_hostile_question_becomes_words_or_nothing() {
        for text in [
            "' | !x :* & ( ) <-> \\",
            "\u{0}\u{0}",
            "\"",
            "\"\"\"",
            "-",
            "--",
            "- -",
            "«»“”„",
            "\u{1f}",
            "🙂 -🙂",
            "é\u{301}",
        ] {
            let question = Question::read(text);
            for wanted in question.wanted.iter().chain(&question.without) {
                for term in wanted.any.iter().flatten() {
                    assert!(!term.is_empty() && term.chars().all(char::is_alphanumeric), "{text:?}: {term:?}");
                }
            }
        }
        let long = "сөз1 \"екі сөз\" -жоқ ".repeat(600);
        let question = Question::read(&long);
        assert!(question.wanted.len() <= MOST && question.without.len() <= MOST);
        let different: String =
            (0..5_000).map(|n| format!("сөз{} ", char::from_u32(0x430 + n % 32).unwrap())).collect();
        assert!(Question::read(&different).wanted.len() <= MOST);
        assert_eq!(Question::read(&"ә".repeat(10_000)).wanted.len(), 1);
    }
}
