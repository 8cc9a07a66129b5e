//! Dates in words, in the forms that explanations of a deadline need.
//!
//! Kazakh puts the case on the month: the plain form names a day («2023 жылғы 20 қазан»), the ablative counts from it
//! («20 қыркүйектен бастап»). The letter's own date forms live with the letter.

use jiff::civil::{Date, Weekday};

use crate::language::Language;

const MONTHS_KK: [&str; 12] = [
    "қаңтар",
    "ақпан",
    "наурыз",
    "сәуір",
    "мамыр",
    "маусым",
    "шілде",
    "тамыз",
    "қыркүйек",
    "қазан",
    "қараша",
    "желтоқсан",
];
const MONTHS_KK_FROM: [&str; 12] = [
    "қаңтардан",
    "ақпаннан",
    "наурыздан",
    "сәуірден",
    "мамырдан",
    "маусымнан",
    "шілдеден",
    "тамыздан",
    "қыркүйектен",
    "қазаннан",
    "қарашадан",
    "желтоқсаннан",
];
const MONTHS_KK_UNTIL: [&str; 12] = [
    "қаңтарға",
    "ақпанға",
    "наурызға",
    "сәуірге",
    "мамырға",
    "маусымға",
    "шілдеге",
    "тамызға",
    "қыркүйекке",
    "қазанға",
    "қарашаға",
    "желтоқсанға",
];
const MONTHS_RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(date: Date, months: &[&'static str; 12]) -> &'static str {
    // A civil date's month is 1 to 12 by its type's invariant.
    months[usize::from(date.month().unsigned_abs()) - 1]
}

/// The day: «2023 жылғы 20 қазан», «20 октября 2023 года», "20 October 2023".
#[must_use]
pub fn words(date: Date, language: Language) -> String {
    let (year, day) = (date.year(), date.day());
    match language {
        Language::Kk => format!("{year} жылғы {day} {}", month(date, &MONTHS_KK)),
        Language::Ru => format!("{day} {} {year} года", month(date, &MONTHS_RU)),
        Language::En => format!("{day} {} {year}", month(date, &MONTHS_EN)),
    }
}

/// From that day on: «2023 жылғы 20 қыркүйектен», «с 20 сентября 2023 года», "from 20 September 2023".
#[must_use]
pub fn from_words(date: Date, language: Language) -> String {
    match language {
        Language::Kk => format!("{} жылғы {} {}", date.year(), date.day(), month(date, &MONTHS_KK_FROM)),
        Language::Ru => format!("с {}", words(date, Language::Ru)),
        Language::En => format!("from {}", words(date, Language::En)),
    }
}

/// Up to that day, which still belongs to it: «2025 жылғы 31 желтоқсанға дейін (қоса алғанда)», «по 31 декабря 2025 года», "until 31 December 2025".
#[must_use]
pub fn until_words(date: Date, language: Language) -> String {
    match language {
        Language::Kk => {
            format!("{} жылғы {} {} дейін (қоса алғанда)", date.year(), date.day(), month(date, &MONTHS_KK_UNTIL))
        }
        Language::Ru => format!("по {}", words(date, Language::Ru)),
        Language::En => format!("until {}", words(date, Language::En)),
    }
}

/// The name of the day's month as dates have it: «қазан», «октября», "October".
#[must_use]
pub fn month_words(date: Date, language: Language) -> &'static str {
    match language {
        Language::Kk => month(date, &MONTHS_KK),
        Language::Ru => month(date, &MONTHS_RU),
        Language::En => month(date, &MONTHS_EN),
    }
}

/// The name of the day of the week: «жұма», «пятница», "Friday".
#[must_use]
pub const fn weekday(day: Weekday, language: Language) -> &'static str {
    let (kk, ru, en) = match day {
        Weekday::Monday => ("дүйсенбі", "понедельник", "Monday"),
        Weekday::Tuesday => ("сейсенбі", "вторник", "Tuesday"),
        Weekday::Wednesday => ("сәрсенбі", "среда", "Wednesday"),
        Weekday::Thursday => ("бейсенбі", "четверг", "Thursday"),
        Weekday::Friday => ("жұма", "пятница", "Friday"),
        Weekday::Saturday => ("сенбі", "суббота", "Saturday"),
        Weekday::Sunday => ("жексенбі", "воскресенье", "Sunday"),
    };
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_named_in_three_languages() {
        let day = date(2023, 10, 20);
        assert_eq!(words(day, Language::Kk), "2023 жылғы 20 қазан");
        assert_eq!(words(day, Language::Ru), "20 октября 2023 года");
        assert_eq!(words(day, Language::En), "20 October 2023");
        assert_eq!(weekday(day.weekday(), Language::Kk), "жұма");
        assert_eq!(Language::ALL.map(|language| month_words(day, language)), ["қазан", "октября", "October"]);
    }

    #[test]
    fn kazakh_counts_from_a_day_in_the_ablative() {
        assert_eq!(from_words(date(2023, 9, 20), Language::Kk), "2023 жылғы 20 қыркүйектен");
        assert_eq!(from_words(date(2024, 12, 3), Language::Kk), "2024 жылғы 3 желтоқсаннан");
        assert_eq!(from_words(date(2023, 9, 20), Language::Ru), "с 20 сентября 2023 года");
    }

    #[test]
    fn the_last_day_of_a_time_belongs_to_it() {
        assert_eq!(until_words(date(2025, 12, 31), Language::Kk), "2025 жылғы 31 желтоқсанға дейін (қоса алғанда)");
        assert_eq!(until_words(date(2024, 9, 3), Language::Kk), "2024 жылғы 3 қыркүйекке дейін (қоса алғанда)");
        assert_eq!(until_words(date(2025, 12, 31), Language::Ru), "по 31 декабря 2025 года");
        assert_eq!(until_words(date(2025, 12, 31), Language::En), "until 31 December 2025");
    }
}
