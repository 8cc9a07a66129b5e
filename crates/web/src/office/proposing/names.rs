//! Names of people in a line: initials and a surname, in either order, or two whole names that the directory knows.

use directory::deputy::Deputy;
use directory::records::View;

use super::FoundDeputy;
use super::lines::fold;

/// A name as it is compared: the first letter of the given name, and the surname, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    initial: char,
    surname: String,
}

/// The deputies of a day, as names are looked up.
pub(super) struct Known<'a> {
    deputies: Vec<(Name, &'a Deputy)>,
}

impl<'a> Known<'a> {
    pub(super) fn of(view: &View<'a>) -> Self {
        let names = |deputy: &'a Deputy| {
            deputy.name.spellings().filter_map(move |name| with_initials(&words(name)).map(|name| (name, deputy)))
        };
        Self { deputies: view.deputies().flat_map(names).collect() }
    }

    /// The person that some words are, and nothing else; none when they are no name.
    pub(super) fn person(&self, text: &str) -> Option<FoundDeputy> {
        let words = words(text);
        let name = with_initials(&words).or_else(|| {
            // Two whole words are a name only where the directory says so.
            let [first, second] = words.as_slice() else { return None };
            let both = [(first, second), (second, first)].map(|(given, surname)| {
                let initial = fold(given).chars().next()?;
                is_word(given).then(|| Name { initial, surname: fold(surname) })
            });
            both.into_iter().flatten().find(|name| self.deputies.iter().any(|(known, _)| known == name))
        })?;
        let mut same: Vec<&Deputy> =
            self.deputies.iter().filter(|(known, _)| *known == name).map(|(_, deputy)| *deputy).collect();
        same.dedup_by_key(|deputy| deputy.id);
        // Initials and a surname are not an identity: of two nobody is taken.
        let one = match same.as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        Some(FoundDeputy {
            name: words.join(" "),
            deputy: one.map(|deputy| deputy.id),
            email: one.map(|deputy| deputy.email.clone()).filter(|email| !email.is_empty()),
        })
    }
}

/// The words of a name, initials apart from what they are glued to, without lines for a signature.
fn words(text: &str) -> Vec<String> {
    let text = text.replace(['_', '/', '\\'], " ").replace("(қолы)", " ").replace("(подпись)", " ").replace('.', ". ");
    let words = text
        .split_whitespace()
        .map(|word| word.trim_matches([',', ';', '–', '—', '-']))
        .filter(|word| !word.is_empty() && *word != ".");
    let words: Vec<String> = words.map(str::to_owned).take(6).collect();
    // «Ә. А.» is printed «Ә.А.».
    let mut glued: Vec<String> = Vec::new();
    for word in words {
        match glued.last_mut().filter(|last| is_initials(last) && is_initials(&word)) {
            Some(last) => last.push_str(&word),
            None => glued.push(word),
        }
    }
    glued
}

fn with_initials(words: &[String]) -> Option<Name> {
    let (initials, surname) = match words {
        [initials, surname] if is_initials(initials) && is_word(surname) => (initials, surname),
        [surname, initials] if is_initials(initials) && is_word(surname) => (initials, surname),
        _ => return None,
    };
    Some(Name { initial: fold(initials).chars().next()?, surname: fold(surname) })
}

/// `Ә.`, `Ә.А.`
fn is_initials(word: &str) -> bool {
    let mut parts = word.split_terminator('.');
    word.ends_with('.')
        && word.chars().count() <= 6
        && parts.all(|part| (1..=2).contains(&part.chars().count()) && part.starts_with(char::is_uppercase))
}

fn is_word(word: &str) -> bool {
    let is_letter = |c: char| c.is_alphabetic() || matches!(c, '-' | '\'' | '’');
    word.chars().count() >= 3 && word.starts_with(char::is_uppercase) && word.chars().all(is_letter)
        || word.chars().count() == 2 && word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use directory::Directory;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_name_is_known_in_every_spelling() {
        let directory = Directory::embedded().unwrap();
        let known = Known::of(&directory.at(date(2023, 9, 20)));
        for text in ["М. Әбенов", "М.Әбенов", "М. Абенов", "Абенов М.", "М.А. Әбенов ____", "Мұрат Әбенов", "M. Әбeнов"]
        {
            let person = known.person(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(person.email.as_deref(), Some("m.abenov@mazhilis.example"), "{text}");
        }
        assert!(known.person("А. Белгісізов").is_some_and(|person| person.deputy.is_none()));
        for text in ["", "Мәжіліс депутаты", "Қазақстан Республикасы", "2023 жыл", "М.", "Б. А. В. Г.", "с. Абай ауылы"]
        {
            assert_eq!(known.person(text), None, "{text}");
        }
    }
}
