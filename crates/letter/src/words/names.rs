//! Names of people in the dative («кімге?», «кому?»), as far as a surname's letters decide it. Where they do not (a soft stem with the hard ending -ов), the
//! custom of its bearer does, and whoever knows it gives the form as it is written.

use super::kazakh::{Case, inflected};
use crate::model::Language;

/// The endings that surnames took from Russian, and whether the ending itself sounds soft. Nobody's letters decide -ин.
const BORROWED: [(&str, Option<bool>); 5] =
    [("ов", Some(false)), ("ев", Some(true)), ("ёв", Some(false)), ("ын", Some(false)), ("ин", None)];
/// Russian surnames that are declined, with what stands in place of how many last letters. Endings that others have too, -ой of Цой
/// and Толстой, -ын of Алтын and Птицын, decide nothing.
const DECLINED: [(&str, usize, &str); 13] = [
    ("ов", 0, "у"),
    ("ев", 0, "у"),
    ("ёв", 0, "у"),
    ("ин", 0, "у"),
    ("ова", 1, "ой"),
    ("ева", 1, "ой"),
    ("ёва", 1, "ой"),
    ("ина", 1, "ой"),
    ("ына", 1, "ой"),
    ("ский", 2, "ому"),
    ("цкий", 2, "ому"),
    ("ская", 2, "ой"),
    ("цкая", 2, "ой"),
];

/// A name as lists print it, initials and surname, in the dative: `Ә. Смайылов` → `Ә. Смайыловқа`; none where the letters do not decide.
#[must_use]
pub fn dative(name: &str, language: Language) -> Option<String> {
    let name = name.trim();
    let (initials, surname) = name.rsplit_once(char::is_whitespace).unwrap_or(("", name));
    let is_word = |word: &str| word.chars().count() > 2 && word.chars().all(|c| c.is_alphabetic() || c == '-');
    if !is_word(surname) || !initials.split_whitespace().all(|initial| initial.ends_with('.')) {
        return None;
    }
    let surname = match language {
        Language::Kk => kazakh(surname)?,
        Language::Ru => russian(surname)?,
        Language::En => surname.to_owned(),
    };
    Some(if initials.is_empty() { surname } else { format!("{initials} {surname}") })
}

fn kazakh(surname: &str) -> Option<String> {
    let lower = surname.to_lowercase();
    if lower.ends_with("ұлы") || lower.ends_with("қызы") {
        // Somebody's son or daughter: the ending of what belongs to another.
        return Some(format!("{surname}на"));
    }
    let borrowed = BORROWED.iter().find_map(|(end, soft)| Some((lower.strip_suffix(end)?, *soft)));
    let Some((stem, soft)) = borrowed else {
        // A name without any vowel that is hard or soft decides nothing.
        return lower.chars().any(|c| sounds_soft(c).is_some()).then(|| inflected(surname, Case::Dative));
    };
    // Of «бай»: what its bearer says is hard, whatever stands before it.
    if lower.ends_with("аев") {
        return Some(format!("{surname}қа"));
    }
    let soft = soft?;
    let agrees = stem.chars().filter_map(sounds_soft).all(|own| own == soft);
    agrees.then(|| inflected(surname, Case::Dative))
}

fn sounds_soft(vowel: char) -> Option<bool> {
    match vowel {
        'ә' | 'е' | 'ө' | 'ү' | 'і' | 'э' => Some(true),
        'а' | 'о' | 'ұ' | 'ы' | 'я' | 'ё' => Some(false),
        _ => None,
    }
}

fn russian(surname: &str) -> Option<String> {
    let lower = surname.to_lowercase();
    let (_, gone, end) =
        DECLINED.iter().filter(|(known, ..)| lower.ends_with(known)).max_by_key(|(known, ..)| known.len())?;
    let letters: Vec<char> = surname.chars().collect();
    let stem: String = letters.get(..letters.len() - gone)?.iter().collect();
    Some(format!("{stem}{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_whose_letters_decide_is_put_into_the_dative() {
        for (name, kk) in [
            ("Ә. Смайылов", "Ә. Смайыловқа"),
            ("Қ. Тоқаев", "Қ. Тоқаевқа"),
            ("Е. Бейсенбаев", "Е. Бейсенбаевқа"),
            ("К. Әлиев", "К. Әлиевке"),
            ("Г. Танашева", "Г. Танашеваға"),
            ("Н. Тау", "Н. Тауға"),
            ("С. Ахмет", "С. Ахметке"),
            ("А. Болат", "А. Болатқа"),
            ("А. Серікұлы", "А. Серікұлына"),
            ("Б. Ержанқызы", "Б. Ержанқызына"),
        ] {
            assert_eq!(dative(name, Language::Kk).as_deref(), Some(kk));
        }
        for (name, ru) in [
            ("А. Смаилов", "А. Смаилову"),
            ("Н. Сарсенгалиев", "Н. Сарсенгалиеву"),
            ("Г. Танашева", "Г. Танашевой"),
            ("В. Лукин", "В. Лукину"),
            ("О. Ильина", "О. Ильиной"),
            ("П. Островский", "П. Островскому"),
            ("А. Островская", "А. Островской"),
        ] {
            assert_eq!(dative(name, Language::Ru).as_deref(), Some(ru));
        }
        assert_eq!(dative("N. Tau", Language::En).as_deref(), Some("N. Tau"));
    }

    #[test]
    fn where_the_letters_do_not_decide_nothing_is_said() {
        for name in ["Н. Сәрсенғалиев", "М. Әуезов", "С. Пономарев", "С. Сейфуллин", "№ 5", "", "Н. Т.", "Н. Бр-н"]
        {
            assert_eq!(dative(name, Language::Kk), None, "{name}");
        }
        for name in ["Н. Тау", "М. Жайық", "Нұртай Сарсенғалиев", "В. Цой", "Л. Толстой", "Б. Алтын", "П. Птицын"]
        {
            assert_eq!(dative(name, Language::Ru), None, "{name}");
        }
    }
}
