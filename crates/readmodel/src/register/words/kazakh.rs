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
    // Between vowels қ, к and п were voiced.
    let mut stem = left.to_owned();
    if let Some(last) = stem.pop() {
        stem.push(match last {
            'ғ' => 'қ',
            'г' => 'к',
            'б' => 'п',
            other => other,
        });
    }
    Some(stem)
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
    left.chars().count() >= SHORTEST_STEM && left.chars().any(|c| "аәеёиоөуұүыіэюя".contains(c))
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::stem;

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
    fn what_has_no_ending_keeps_what_it_has() {
        for word in ["қазақстан", "өзбекстан", "жол", "заң", "су", "326", "budget", "орынбасар", ""]
        {
            assert_eq!(stem(word), None, "{word}");
        }
    }
}
