//! Kazakh endings: which of its forms an ending takes follows from how the word before it sounds, not from a list of words.
//!
//! Two rules decide, both of the school grammar (үндестік заңы). The ending's vowel follows the last vowel of the word: after а, о, ұ, ы a
//! hard one, after ә, е, ө, ү, і a soft one. Its first consonant follows the last sound: a vowel, a nasal, another voiced sound, or a
//! voiceless one, among which б, в, г and д at a word's end are counted.
//!
//! Names of people are inflected in [`super::names`], and only where their letters decide: a surname's ending follows the custom of its bearer.

/// A case other than the nominative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Ілік: whose.
    Genitive,
    /// Барыс: to what, until when.
    Dative,
    /// Табыс: what.
    Accusative,
    /// Жатыс: where, when.
    Locative,
    /// Шығыс: from what.
    Ablative,
}

impl Case {
    /// Every case, in the order of the grammar.
    pub const ALL: [Self; 5] = [Self::Genitive, Self::Dative, Self::Accusative, Self::Locative, Self::Ablative];
}

/// What an ending hears of the word before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sound {
    Vowel,
    /// м, н, ң.
    Nasal,
    /// ж, з, й, л, р, у.
    Voiced,
    Voiceless,
}

/// The ending of `case` after `word`: `ға`, `тен`.
#[must_use]
pub fn ending(word: &str, case: Case) -> &'static str {
    let (hard, soft) = match (case, sound(word)) {
        (Case::Genitive, Sound::Vowel | Sound::Nasal) => ("ның", "нің"),
        (Case::Genitive, Sound::Voiced) => ("дың", "дің"),
        (Case::Genitive, Sound::Voiceless) => ("тың", "тің"),
        (Case::Dative, Sound::Voiceless) => ("қа", "ке"),
        (Case::Dative, Sound::Vowel | Sound::Nasal | Sound::Voiced) => ("ға", "ге"),
        (Case::Accusative, Sound::Vowel) => ("ны", "ні"),
        (Case::Accusative, Sound::Nasal | Sound::Voiced) => ("ды", "ді"),
        (Case::Accusative, Sound::Voiceless) => ("ты", "ті"),
        (Case::Locative, Sound::Voiceless) => ("та", "те"),
        (Case::Locative, Sound::Vowel | Sound::Nasal | Sound::Voiced) => ("да", "де"),
        (Case::Ablative, Sound::Nasal) => ("нан", "нен"),
        (Case::Ablative, Sound::Vowel | Sound::Voiced) => ("дан", "ден"),
        (Case::Ablative, Sound::Voiceless) => ("тан", "тен"),
    };
    if is_soft(word) { soft } else { hard }
}

/// A word in `case`: `қыркүйек` → `қыркүйекке`.
#[must_use]
pub fn inflected(word: &str, case: Case) -> String {
    format!("{word}{}", ending(word, case))
}

/// What stands in a place or time, before its noun: `қазан` → `қазандағы` (хат). The locative with -ғы or -гі.
#[must_use]
pub fn standing_in(word: &str) -> String {
    format!("{}{}", inflected(word, Case::Locative), if is_soft(word) { "гі" } else { "ғы" })
}

/// A number in figures in `case`: `6-ға`, `15-тен`, `100-ге`. The ending follows the number as it is read and is joined by a hyphen
/// (Қазақ тілі емлесінің ережелері, § 44).
#[must_use]
pub fn numeral(number: u32, case: Case) -> String {
    format!("{number}-{}", ending(&read(number), case))
}

/// An ordinal in Arabic figures before its noun: `1-` (қосымша). The hyphen stands for -ыншы/-інші (the same § 44).
#[must_use]
pub fn ordinal(number: u32) -> String {
    format!("{number}-")
}

/// A number as it is read; each part is a word of its own (the same rules, § 24).
#[must_use]
pub fn read(number: u32) -> String {
    if number == 0 {
        return "нөл".to_owned();
    }
    let mut words = String::new();
    for (size, name) in [(1_000_000_000, "миллиард"), (1_000_000, "миллион"), (1_000, "мың"), (1, "")]
    {
        let part = number / size % 1_000;
        if part > 0 {
            below_thousand(part, &mut words);
            add(&mut words, name);
        }
    }
    words
}

const ONES: [&str; 10] = ["", "бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз", "тоғыз"];
const TENS: [&str; 10] = ["", "он", "жиырма", "отыз", "қырық", "елу", "алпыс", "жетпіс", "сексен", "тоқсан"];

fn below_thousand(number: u32, words: &mut String) {
    let digit = |of: u32| (number / of % 10) as usize;
    if digit(100) > 0 {
        if digit(100) > 1 {
            add(words, ONES[digit(100)]);
        }
        add(words, "жүз");
    }
    add(words, TENS[digit(10)]);
    add(words, ONES[digit(1)]);
}

fn add(words: &mut String, word: &str) {
    if !(word.is_empty() || words.is_empty()) {
        words.push(' ');
    }
    words.push_str(word);
}

fn sound(word: &str) -> Sound {
    match lower(word).rev().find(|character| character.is_alphabetic()) {
        Some('а' | 'ә' | 'е' | 'ё' | 'и' | 'о' | 'ө' | 'ұ' | 'ү' | 'ы' | 'і' | 'э' | 'ю' | 'я') | None => {
            Sound::Vowel
        }
        Some('м' | 'н' | 'ң') => Sound::Nasal,
        // «у» and «й» glide: елу, елудің; май, майдың.
        Some('ж' | 'з' | 'й' | 'л' | 'р' | 'у' | 'ғ') => Sound::Voiced,
        Some(_) => Sound::Voiceless,
    }
}

/// Whether the last vowel is a soft one; «у», «и» and «ю» say nothing of themselves and follow the vowel before them.
fn is_soft(word: &str) -> bool {
    let heard = lower(word).rev().find_map(|character| match character {
        'ә' | 'е' | 'ө' | 'ү' | 'і' | 'э' => Some(true),
        'а' | 'о' | 'ұ' | 'ы' | 'я' | 'ё' => Some(false),
        _ => None,
    });
    heard == Some(true)
}

fn lower(word: &str) -> std::vec::IntoIter<char> {
    word.to_lowercase().chars().collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_rules_own_examples_come_out() {
        // § 44 of the rules: 6-ға, 100-ге дейін, 10-15-тен.
        assert_eq!(numeral(6, Case::Dative), "6-ға");
        assert_eq!(numeral(100, Case::Dative), "100-ге");
        assert_eq!(numeral(15, Case::Ablative), "15-тен");
        // Examples of the same rule in schoolbooks: 25-ке толды, 6-дан 7-ге көштім.
        assert_eq!(numeral(25, Case::Dative), "25-ке");
        assert_eq!(numeral(6, Case::Ablative), "6-дан");
        assert_eq!(numeral(7, Case::Dative), "7-ге");
        // § 24: бір мың тоғыз жүз сексен бес in a schoolbook, бір мың тоғыз жүз елу үш in the rules.
        assert_eq!(read(1985), "бір мың тоғыз жүз сексен бес");
        assert_eq!(read(1953), "бір мың тоғыз жүз елу үш");
        assert_eq!(read(4_000_000_023), "төрт миллиард жиырма үш");
    }

    #[test]
    fn each_case_has_its_forms() {
        let forms = |word| Case::ALL.map(|case| inflected(word, case));
        assert_eq!(forms("бала"), ["баланың", "балаға", "баланы", "балада", "баладан"]);
        assert_eq!(forms("маусым"), ["маусымның", "маусымға", "маусымды", "маусымда", "маусымнан"]);
        assert_eq!(forms("сәуір"), ["сәуірдің", "сәуірге", "сәуірді", "сәуірде", "сәуірден"]);
        assert_eq!(forms("қыркүйек"), ["қыркүйектің", "қыркүйекке", "қыркүйекті", "қыркүйекте", "қыркүйектен"]);
        assert_eq!(forms("парақ"), ["парақтың", "параққа", "парақты", "парақта", "парақтан"]);
        assert_eq!(forms("елу"), ["елудің", "елуге", "елуді", "елуде", "елуден"]);
        assert_eq!(forms("завод"), ["заводтың", "заводқа", "заводты", "заводта", "заводтан"]);
        assert_eq!(forms("май"), ["майдың", "майға", "майды", "майда", "майдан"]);
    }

    proptest! {
        /// The last digit that is not nought is what is read last, so it alone decides.
        #[test]
        fn a_number_takes_the_ending_of_its_last_spoken_part(number in 1_u32..1_000_000_000) {
            let mut size = 1;
            while number / size % 10 == 0 {
                size *= 10;
            }
            let part = match size {
                1 | 10 => number / size % 10 * size,
                100 => 100,
                1_000..1_000_000 => 1_000,
                _ => 1_000_000,
            };
            for case in Case::ALL {
                prop_assert_eq!(
                    numeral(number, case).split_once('-').map(|(_, ending)| ending.to_owned()),
                    numeral(part, case).split_once('-').map(|(_, ending)| ending.to_owned())
                );
            }
        }

        /// An ending never mixes: its vowel is of the word's kind, and no voiced sound follows a voiceless one.
        #[test]
        fn an_ending_is_in_harmony_with_its_word(word in "[абвгғдежзйкқлмнңопрстұүфхһшыіәө]{1,12}") {
            let soft = word.chars().rev().find_map(|c| "әеөүі".contains(c).then_some(true).or("аоұы".contains(c).then_some(false)));
            let last = word.chars().last().unwrap_or('а');
            for case in Case::ALL {
                let ending = ending(&word, case);
                let own = ending.chars().find(|c| "аеыі".contains(*c));
                prop_assert_eq!(own.is_some_and(|c| "еі".contains(c)), soft == Some(true), "{} {}", word, ending);
                let voiceless = "бвгдкқпстфхһш".contains(last);
                prop_assert_eq!(ending.starts_with(['т', 'қ', 'к']), voiceless, "{} {}", word, ending);
            }
        }
    }
}
