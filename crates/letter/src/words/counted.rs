//! Numbers with the noun they count: what changes with a number differs from language to language.

use crate::model::Language;

/// How many sheets something has, as the place where it stands: `3 парақта`, `на 3 листах`, `3 sheets`.
#[must_use]
pub fn on_sheets(number: u32, language: Language) -> String {
    match language {
        // A Kazakh noun stays in the singular after a number (сан есіммен тіркескен зат есім көптелмейді).
        Language::Kk => format!("{number} парақта"),
        Language::Ru => format!("на {number} {}", if is_one(number) { "листе" } else { "листах" }),
        Language::En => format!("{number} {}", if number == 1 { "sheet" } else { "sheets" }),
    }
}

/// By how many days something is late: `3 күнге`, `3 дня`, `3 days`.
#[must_use]
pub fn by_days(number: u32, language: Language) -> String {
    match language {
        Language::Kk => format!("{number} күнге"),
        Language::Ru => format!("{number} {}", russian(number, ["день", "дня", "дней"])),
        Language::En => format!("{number} {}", if number == 1 { "day" } else { "days" }),
    }
}

/// The Russian noun after `number`, of the three forms for 1, 2 and 5 (Unicode CLDR, plural rules of `ru`: one, few, many).
fn russian(number: u32, [one, few, many]: [&str; 3]) -> &str {
    if is_one(number) {
        one
    } else if (2..=4).contains(&(number % 10)) && !(12..=14).contains(&(number % 100)) {
        few
    } else {
        many
    }
}

/// 1, 21, 101, but not 11.
const fn is_one(number: u32) -> bool {
    number % 10 == 1 && number % 100 != 11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_russian_noun_has_three_forms() {
        let days = |number| by_days(number, Language::Ru);
        let said = [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111, 112].map(days);
        let wanted = [
            "0 дней",
            "1 день",
            "2 дня",
            "4 дня",
            "5 дней",
            "11 дней",
            "12 дней",
            "14 дней",
            "21 день",
            "22 дня",
            "25 дней",
            "101 день",
            "111 дней",
            "112 дней",
        ];
        assert_eq!(said, wanted);
    }

    #[test]
    fn sheets_are_counted_where_something_stands() {
        assert_eq!([1, 3].map(|number| on_sheets(number, Language::Kk)), ["1 парақта", "3 парақта"]);
        let russian = [1, 2, 5, 11, 21].map(|number| on_sheets(number, Language::Ru));
        assert_eq!(russian, ["на 1 листе", "на 2 листах", "на 5 листах", "на 11 листах", "на 21 листе"]);
        assert_eq!([1, 2].map(|number| on_sheets(number, Language::En)), ["1 sheet", "2 sheets"]);
        assert_eq!([1, 2].map(|number| by_days(number, Language::En)), ["1 day", "2 days"]);
        assert_eq!(by_days(3, Language::Kk), "3 күнге");
    }
}
