//! Whether two spellings are of one person: «Ә. Смайылов» as a letter prints it, «СМАЙЫЛОВ ӘЛИХАН» as a certificate writes it.
//!
//! A name is no identity: two people may share surname and initial. Where an identification number is known, it decides instead
//! ([`crate::office::Holder::is_named_by`]).

use crate::search::as_russian;

/// Are the printed name (initials and a surname) and a full one of one person? The surname has to stand in it, letter by letter; every printed initial
/// has to begin another word of it, where Ә counts as А, Қ as К and so on; and it may not have fewer words than it takes to tell.
#[must_use]
pub fn are_of_one(printed: &str, full: &str) -> bool {
    let (printed, full) = (words(printed), words(full));
    // The surname is what is written out.
    let Some(surname) = printed.iter().max_by_key(|word| word.chars().count()) else { return false };
    let Some(at) = full.iter().position(|word| word == surname) else { return false };
    let first = |word: &String| word.chars().next().map(as_russian);
    let initials: Vec<_> = printed.iter().filter(|word| *word != surname).filter_map(first).collect();
    let mut given: Vec<_> =
        full.iter().enumerate().filter(|(n, _)| *n != at).filter_map(|(_, word)| first(word)).collect();
    // Each initial is somebody's own: «А. А.» is not said by one word that begins with А.
    !initials.is_empty()
        && initials.iter().all(|initial| {
            let found = given.iter().position(|known| known == initial);
            found.map(|n| given.remove(n)).is_some()
        })
}

fn words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !(c.is_alphabetic() || c == '-')).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_known_by_surname_and_initials() {
        for full in [
            "Ә. Смайылов",
            "Смайылов Әлихан Асханұлы",
            "Әлихан Смайылов",
            "СМАЙЫЛОВ ӘЛИХАН",
            "ә.смайылов",
            "СМАЙЫЛОВ АЛИХАН",
        ] {
            assert!(are_of_one("Ә. Смайылов", full), "{full}");
        }
        for full in [
            "О. Бектенов",
            "М. Смайылов",
            "Премьер-Министр",
            "",
            "Ә. Смайылова",
            "Смайылов",
            "Смайылов Мәди",
            "Смайылов Смайылов",
        ] {
            assert!(!are_of_one("Ә. Смайылов", full), "{full}");
        }
        assert!(are_of_one("А. Б. Нұрғали-Тау", "НҰРҒАЛИ-ТАУ АСҚАР БОЛАТҰЛЫ"));
        assert!(!are_of_one("А. А. Тау", "Тау Асқар Болатұлы"));
        assert!(!are_of_one("", "Смайылов Әлихан"));
    }
}
