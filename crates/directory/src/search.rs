//! Finding a name while it is being typed, on a keyboard that may lack the Kazakh letters.

/// Longer queries are nobody's typing.
const LONGEST_QUERY: usize = 100;

/// How well a spelling answers what was typed; smaller is better. None when it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// The name begins with what was typed.
    Beginning,
    /// The name begins with it, if Қ is taken for К, Ә for А and so on.
    FoldedBeginning,
    /// Every typed word begins some word of the name, in the same way.
    Words,
}

/// Compares a name with what was typed, without regard to case.
#[must_use]
pub fn matches(name: &str, typed: &str) -> Option<Match> {
    let typed = typed.trim();
    if typed.chars().count() > LONGEST_QUERY {
        return None;
    }
    if name.to_lowercase().starts_with(&typed.to_lowercase()) {
        return Some(Match::Beginning);
    }
    let (name, typed) = (fold(name), fold(typed));
    // What holds no letter and no digit cannot name anybody.
    if typed.is_empty() {
        return None;
    }
    if name.starts_with(&typed) {
        return Some(Match::FoldedBeginning);
    }
    let every = typed.split(' ').all(|word| name.split(' ').any(|part| part.starts_with(word)));
    every.then_some(Match::Words)
}

/// The best match among several spellings of one name.
pub fn best<'a>(spellings: impl IntoIterator<Item = &'a str>, typed: &str) -> Option<Match> {
    spellings.into_iter().filter_map(|name| matches(name, typed)).min()
}

/// A small Kazakh letter as its Russian neighbour, as keyboards and Russian spellings of a name have it.
#[must_use]
pub const fn as_russian(letter: char) -> char {
    match letter {
        'ә' => 'а',
        'ғ' => 'г',
        'қ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'ұ' | 'ү' => 'у',
        'һ' => 'х',
        'і' => 'и',
        'ё' => 'е',
        other => other,
    }
}

/// A small Latin letter as the Cyrillic one that it looks like; any other letter stays.
#[must_use]
pub const fn look_alike(letter: char) -> char {
    match letter {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'i' => 'і',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        'ə' => 'ә',
        'ɵ' => 'ө',
        other => other,
    }
}

/// Do two spellings read as one name, however each was typed: in capitals or not, with Latin letters that look like Cyrillic ones or Russian letters for
/// Kazakh ones, with other spaces, quotation marks and dashes?
#[must_use]
pub fn are_one_name(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        let small = text.chars().flat_map(char::to_lowercase);
        // A mark may be typed behind its letter.
        let letters = small.filter(|c| !matches!(c, '\u{300}'..='\u{36F}')).map(|c| match look_alike(c) {
            'й' => 'и',
            letter => letter,
        });
        fold(&letters.collect::<String>())
    };
    letters(one) == letters(other)
}

/// Lower case, Kazakh letters as their Russian neighbours, everything but letters and digits as single spaces.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        let c = as_russian(c);
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kazakh_capitals_are_found_in_lower_case() {
        assert_eq!(matches("Ұлттық экономика министрлігі", "ұлт"), Some(Match::Beginning));
        assert_eq!(matches("Әділет министрлігі", "ӘДІЛ"), Some(Match::Beginning));
    }

    #[test]
    fn a_russian_keyboard_finds_kazakh_names() {
        assert_eq!(matches("Қаржы министрлігі", "каржы"), Some(Match::FoldedBeginning));
        assert_eq!(matches("Д. Мұқаев", "мукаев"), Some(Match::Words));
        assert_eq!(matches("Н. Сәрсенғалиев", "н сарсенг"), Some(Match::FoldedBeginning));
    }

    #[test]
    fn one_name_is_one_however_it_was_typed() {
        for typed in [
            "ӘДІЛЕТ министрлігі",
            "Әдiлет министрлiгi",
            "Əділет министрлігі",
            " Әділет \u{a0} министрлігі ",
            "«Әділет» министрлігі",
            "“Әділет”-министрлігі",
            "Адилет министрлиги",
        ] {
            assert!(are_one_name("Әділет министрлігі", typed), "{typed}");
        }
        assert!(are_one_name("«Ауыл»", "\"Aуыл\"") && are_one_name("Байланыс и\u{306}", "Байланыс й"));
        for other in ["Әділет министрліктері", "Қаржы министрлігі", "Әділетминистрлігі", ""]
        {
            assert!(!are_one_name("Әділет министрлігі", other), "{other}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(matches("Қаржы министрлігі", "энерг"), None);
        assert_eq!(matches("Қаржы министрлігі", "%_"), None);
        assert_eq!(matches("Қаржы министрлігі", &"к".repeat(101)), None);
    }

    #[test]
    fn nothing_typed_matches_every_name() {
        assert_eq!(matches("Қаржы министрлігі", " "), Some(Match::Beginning));
    }
}
