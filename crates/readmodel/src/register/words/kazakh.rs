//! The stem of a Kazakh noun, by taking away what it was given at its end: plural, possession, case, and what stands in a place (-дағы). A light
//! stemmer, without a dictionary: verbs keep their forms, and a stem need not be a word. It is only ever compared with other stems.

/// The shortest word that is looked at, and the shortest stem that is left, in letters.
const SHORTEST_WORD: usize = 5;
const SHORTEST_STEM: usize = 3;

const IN_A_PLACE: &[&str] = &["ндағы", "ндегі", "дағы", "дегі", "тағы", "тегі"];
const CASE: &[&str] = &[
    "ның", "нің", "дың", "дің", "тың", "тің", "нан", "нен", "дан", "ден", "тан", "тен", "мен", "бен", "пен", "нда",
    "нде", "ға", "ге", "қа", "ке", "на", "не", "да", "де", "та", "те", "ны", "ні", "ды", "ді", "ты", "ті",
];
const POSSESSION: &[&str] = &[
    "ымыз", "іміз", "ыңыз", "іңіз", "мыз", "міз", "ңыз", "ңіз", "ым", "ім", "ың", "ің", "сы", "сі", "ы", "і", "м", "ң",
];
const PLURAL: &[&str] = &["лар", "лер", "дар", "дер", "тар", "тер"];
/// Names of countries end like a word that came from somewhere.
const COUNTRY: &str = "стан";
/// What a word of two letters is given at its end, behind a vowel of the back and behind one of the front. Endings that make a Russian word of it
/// (суда, суды) are left out.
const BEHIND_BACK: &[&str] = &["мен", "бен", "пен", "ның", "дың", "тың", "ға", "қа", "ы", "ын", "ының", "ына"];
const BEHIND_FRONT: &[&str] = &["мен", "бен", "пен", "нің", "дің", "тің", "ге", "ке", "і", "ін", "інің", "іне"];

/// The stem of a word in lower case; none where nothing is taken away.
pub(super) fn stem(word: &str) -> Option<String> {
    if word.chars().count() < SHORTEST_WORD || !word.chars().all(is_cyrillic) || word.ends_with(COUNTRY) {
        return None;
    }
    let mut left = without(word, IN_A_PLACE);
    let cased = without(left, CASE);
    // Behind the possession of the third person an н stands between, and alone it is the accusative: еңбегін, еңбегіне.
    left = if cased == left { without_n(left) } else { cased };
    left = without(left, POSSESSION);
    left = without(left, PLURAL);
    left = without(left, POSSESSION);
    if left == word {
        return None;
    }
    let mut stem = left.to_owned();
    if let Some(last) = stem.pop() {
        stem.push(voiceless(last));
    }
    Some(stem)
}

/// The stem of a word of four letters, which is too short for the other stems: its owner's ending alone is taken away (қоры, мәні, тобы).
pub(crate) fn short_stem(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let [first, second, third, 'ы' | 'і'] = letters[..] else { return None };
    Some([first, second, voiceless(third)].iter().collect())
}

/// The forms of a word of two letters: what is left of them is too short to be a stem. None of a word of another length, or without a vowel.
pub(super) fn forms_of_two(word: &str) -> Vec<String> {
    if word.chars().count() != 2 || !word.chars().all(is_cyrillic) || !word.contains(is_vowel) {
        return Vec::new();
    }
    let endings = if word.contains(|c: char| "аоуұыюя".contains(c)) { BEHIND_BACK } else { BEHIND_FRONT };
    endings.iter().filter(|ending| follows(word, ending)).map(|ending| format!("{word}{ending}")).collect()
}

/// Between vowels қ, к and п were voiced.
const fn voiceless(last: char) -> char {
    match last {
        'ғ' => 'қ',
        'г' => 'к',
        'б' => 'п',
        other => other,
    }
}

/// A stem as it stands before a vowel: топ, тобы.
pub(super) fn voiced(stem: &str) -> String {
    let mut voiced = stem.to_owned();
    if let Some(last) = voiced.pop() {
        voiced.push(match last {
            'қ' => 'ғ',
            'к' => 'г',
            'п' => 'б',
            other => other,
        });
    }
    voiced
}

/// The word without the longest of these endings that leaves a stem.
fn without<'a>(word: &'a str, endings: &[&str]) -> &'a str {
    let taken = endings.iter().filter_map(|ending| word.strip_suffix(ending).filter(|left| follows(left, ending)));
    taken.filter(|left| is_stem(left)).min_by_key(|left| left.len()).unwrap_or(word)
}

/// An ending that begins without voice stands behind a sound that has none: құжат-ты, but құжат-ы.
fn follows(left: &str, ending: &str) -> bool {
    !ending.starts_with(['қ', 'к', 'п', 'т']) || left.ends_with(|c| "кқпстфхһцчшщбвгд".contains(c))
}

fn without_n(word: &str) -> &str {
    match word.strip_suffix('н') {
        Some(left) if left.ends_with(['ы', 'і']) && is_stem(left) => left,
        _ => word,
    }
}

fn is_stem(left: &str) -> bool {
    left.chars().count() >= SHORTEST_STEM && left.contains(is_vowel)
}

fn is_vowel(c: char) -> bool {
    "аәеёиоөуұүыіэюя".contains(c)
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::{forms_of_two, short_stem, stem, voiced};

    /// What the forms of one word come to, the word itself if nothing is taken away.
    fn of(word: &str) -> String {
        stem(word).unwrap_or_else(|| word.to_owned())
    }

    #[test]
    fn the_forms_of_a_noun_have_one_stem() {
        for (word, forms) in [
            ("азамат", &["азаматтар", "азаматтарының", "азаматтардың", "азаматтарға", "азаматқа", "азаматтан"][..]),
            ("еңбек", &["еңбегі", "еңбегін", "еңбегіне", "еңбектің", "еңбектер"]),
            ("құжат", &["құжаты", "құжаттар", "құжаттарды", "құжаттарының", "құжаттарында"]),
            ("бұйрық", &["бұйрығы", "бұйрықтың", "бұйрықтар"]),
            ("құқық", &["құқығы", "құқықтары", "құқықтарын"]),
            ("корея", &["кореядағы", "кореяның", "кореяға"]),
            ("қызметкер", &["қызметкері", "қызметкерлер", "қызметкерлердің"]),
            ("келісімшарт", &["келісімшарттың", "келісімшарттар", "келісімшарты"]),
            ("мектеп", &["мектебі", "мектептер", "мектептегі", "мектептің"]),
            ("жүйе", &["жүйесі", "жүйесінің", "жүйелер", "жүйеде"]),
            ("министрлік", &["министрлігі", "министрлігінің", "министрліктер"]),
        ] {
            assert_eq!(of(word), word);
            for form in forms {
                assert_eq!(of(form), word, "{form}");
            }
        }
    }

    #[test]
    fn a_word_of_two_letters_is_known_by_its_forms_and_one_of_four_by_its_stem() {
        let water = forms_of_two("су");
        for form in ["сумен", "судың", "суға", "суы", "суын"] {
            assert!(water.contains(&form.to_owned()), "{form}: {water:?}");
        }
        assert!(!water.iter().any(|form| ["суда", "суды", "судан"].contains(&form.as_str())), "{water:?}");
        assert!(forms_of_two("үй").contains(&"үйге".to_owned()) && forms_of_two("ет").contains(&"етке".to_owned()));
        for other in ["дс", "x1", "жол", "о", ""] {
            assert!(forms_of_two(other).is_empty(), "{other}");
        }
        for (form, stem) in [("жолы", "жол"), ("мәні", "мән"), ("тобы", "топ")] {
            assert_eq!(short_stem(form).as_deref(), Some(stem));
            assert!(form.starts_with(&voiced(stem)), "{form}");
        }
        assert_eq!(short_stem("жолды"), None);
    }

    #[test]
    fn what_has_no_ending_keeps_what_it_has() {
        for word in ["қазақстан", "өзбекстан", "жол", "заң", "су", "326", "budget", "орынбасар", ""]
        {
            assert_eq!(stem(word), None, "{word}");
        }
    }
}
