//! The steps by which a deadline was found, as values and as sentences in three languages.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Length;
use crate::calendar::Why;
use crate::dates;
use crate::language::Language;

/// Which way a last day moves off a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To a later day.
    Forward,
    /// To an earlier day.
    Back,
}

/// One step of counting. Kept in events, so the names are stable.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// The length was counted from the first day.
    Counted {
        /// The first day, which does not count itself.
        from: Date,
        /// How long.
        length: Length,
        /// Where the counting ended.
        to: Date,
    },
    /// The month has no such day number, so its last day was taken.
    MonthEnd {
        /// The day number that the month lacks.
        wanted: i8,
        /// Its last day.
        to: Date,
    },
    /// Saturdays and Sundays that did not count as working days.
    WeekendsPassedOver {
        /// How many.
        days: u32,
    },
    /// Another day off that did not count as a working day.
    PassedOver {
        /// That day.
        date: Date,
        /// Why it is a day off.
        why: Why,
    },
    /// The last day was a day off, so it moved by a day.
    Moved {
        /// The day off.
        date: Date,
        /// Why it is one.
        why: Why,
        /// Which way.
        direction: Direction,
    },
    /// The last day is a day off, and the rule leaves it there.
    LeftAsIs {
        /// The day off.
        date: Date,
        /// Why it is one.
        why: Why,
    },
    /// No calendar of that year is known: only weekends were days off.
    CalendarNotKnown {
        /// The year.
        year: i16,
    },
    /// The rule's own day would come after the reply is due.
    ReplyIsSooner {
        /// The rule's own day.
        wanted: Date,
        /// The day that no instruction may pass.
        limit: Date,
    },
    /// Until then there are fewer working days than an instruction usually has.
    LeavesLittle {
        /// How many there are.
        working_days: u32,
        /// How many there usually are at least.
        minimum: u16,
    },
    /// The day that was found.
    Settled {
        /// The due date.
        due: Date,
        /// What kind of day it is.
        why: Why,
    },
}

impl Step {
    /// The step as one sentence.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match self {
            Self::Counted { from, length, to } => counted(*from, *length, *to, language),
            Self::MonthEnd { wanted, to } => month_end(*wanted, *to, language),
            Self::WeekendsPassedOver { days } => weekends(*days, language),
            Self::PassedOver { date, why } => {
                let (day, reason) = (dates::words(*date, language), why.words(*date, language));
                match language {
                    Language::Kk => format!("{day} есепке алынбады: {reason}."),
                    Language::Ru => format!("{day} не учитывается: {reason}."),
                    Language::En => format!("{day} does not count: {reason}."),
                }
            }
            Self::Moved { date, why, direction } => moved(*date, why, *direction, language),
            Self::LeftAsIs { date, why } => {
                let (day, reason) = (dates::words(*date, language), why.words(*date, language));
                match language {
                    Language::Kk => {
                        format!("{day} – демалыс күні ({reason}), бірақ ереже бойынша мерзім ауыстырылмайды.")
                    }
                    Language::Ru => format!("{day} — нерабочий день ({reason}), но по правилу срок не переносится."),
                    Language::En => format!("{day} is a day off ({reason}), but the rule leaves the deadline there."),
                }
            }
            Self::CalendarNotKnown { year } => match language {
                Language::Kk => format!("{year} жылғы күнтізбе белгісіз: тек сенбі мен жексенбі ескерілді."),
                Language::Ru => format!("Календарь на {year} год неизвестен: учтены только суббота и воскресенье."),
                Language::En => format!("The calendar is not known for {year}: only weekends were taken into account."),
            },
            Self::ReplyIsSooner { wanted, limit } => {
                let (wanted, limit) = (dates::words(*wanted, language), dates::words(*limit, language));
                match language {
                    Language::Kk => format!("Ереже бойынша {wanted} болар еді, бірақ соңғы мүмкін күн – {limit}."),
                    Language::Ru => format!("По правилу вышло бы {wanted}, но последний возможный день — {limit}."),
                    Language::En => format!("By the rule it would be {wanted}, but the last possible day is {limit}."),
                }
            }
            Self::LeavesLittle { working_days, minimum } => leaves_little(*working_days, *minimum, language),
            Self::Settled { due, why } => settled(*due, why, language),
        }
    }
}

fn counted(from: Date, length: Length, to: Date, language: Language) -> String {
    let end = dates::words(to, language);
    if let Length::Until { .. } = length {
        return match language {
            Language::Kk => format!("Белгіленген күн: {end}."),
            Language::Ru => format!("Назначенный день: {end}."),
            Language::En => format!("The day that was named: {end}."),
        };
    }
    let start = dates::from_words(from, language);
    let length = length.words(language);
    match language {
        Language::Kk => format!("Мерзім {start} бастап {length} болып есептелді: {end}."),
        Language::Ru => format!("Срок отсчитан {start}, {length}: {end}."),
        Language::En => format!("Counted {length} {start}: {end}."),
    }
}

impl Length {
    /// The length in words: «бір ай», «10 рабочих дней», "10 working days".
    #[must_use]
    pub fn words(self, language: Language) -> String {
        let (count, kk, ru, en) = match self {
            Self::Months { count } => (u32::from(count), "ай", ["месяц", "месяца", "месяцев"], ["month", "months"]),
            Self::WorkingDays { count } => (
                u32::from(count),
                "жұмыс күні",
                ["рабочий день", "рабочих дня", "рабочих дней"],
                ["working day", "working days"],
            ),
            Self::CalendarDays { count } => (
                u32::from(count),
                "күнтізбелік күн",
                ["календарный день", "календарных дня", "календарных дней"],
                ["calendar day", "calendar days"],
            ),
            Self::Until { date } => return dates::words(date, language),
        };
        match language {
            Language::Kk if count == 1 => format!("бір {kk}"),
            Language::Kk => format!("{count} {kk}"),
            Language::Ru if count == 1 => format!("один {}", ru[0]),
            Language::Ru => format!("{count} {}", russian_plural(count, ru)),
            Language::En if count == 1 => format!("one {}", en[0]),
            Language::En => format!("{count} {}", en[1]),
        }
    }
}

/// Russian has three forms after a number: 1 день, 2 дня, 5 дней, and 11 to 14 take the third.
fn russian_plural(count: u32, forms: [&'static str; 3]) -> &'static str {
    match (count % 10, count % 100) {
        (_, 11..=14) => forms[2],
        (1, _) => forms[0],
        (2..=4, _) => forms[1],
        _ => forms[2],
    }
}

fn leaves_little(working_days: u32, minimum: u16, language: Language) -> String {
    match language {
        Language::Kk => {
            format!("Оған дейін {working_days} жұмыс күні ғана бар; әдетте тапсырмаға кемінде {minimum} күн беріледі.")
        }
        Language::Ru => {
            let noun = russian_plural(working_days, ["рабочий день", "рабочих дня", "рабочих дней"]);
            format!("До него остаётся {working_days} {noun}; обычно на поручение даётся не меньше {minimum}.")
        }
        Language::En => {
            let noun = if working_days == 1 { "working day" } else { "working days" };
            format!("That leaves {working_days} {noun}; an instruction usually has {minimum} at least.")
        }
    }
}

fn month_end(wanted: i8, to: Date, language: Language) -> String {
    let end = dates::words(to, language);
    match language {
        Language::Kk => format!("Бұл айда {wanted}-күн жоқ, сондықтан айдың соңғы күні алынды: {end}."),
        Language::Ru => format!("В этом месяце нет {wanted}-го числа, взят его последний день: {end}."),
        Language::En => format!("That month has no day {wanted}, so its last day was taken: {end}."),
    }
}

fn weekends(days: u32, language: Language) -> String {
    match language {
        Language::Kk => format!("Сенбі мен жексенбі есепке алынбады ({days} күн)."),
        Language::Ru => {
            let noun = russian_plural(days, ["день", "дня", "дней"]);
            format!("Суббота и воскресенье не учитываются ({days} {noun}).")
        }
        Language::En => {
            let noun = if days == 1 { "day" } else { "days" };
            format!("Saturdays and Sundays do not count ({days} {noun}).")
        }
    }
}

fn moved(date: Date, why: &Why, direction: Direction, language: Language) -> String {
    let (day, reason) = (dates::words(date, language), why.words(date, language));
    match (language, direction) {
        (Language::Kk, Direction::Forward) => {
            format!("{day} – демалыс күні ({reason}), мерзім келесі күнге ауыстырылды.")
        }
        (Language::Kk, Direction::Back) => {
            format!("{day} – демалыс күні ({reason}), мерзім алдыңғы күнге ауыстырылды.")
        }
        (Language::Ru, Direction::Forward) => {
            format!("{day} — нерабочий день ({reason}), срок переносится на следующий день.")
        }
        (Language::Ru, Direction::Back) => {
            format!("{day} — нерабочий день ({reason}), срок переносится на предыдущий день.")
        }
        (Language::En, Direction::Forward) => {
            format!("{day} is a day off ({reason}), so the deadline moves to the next day.")
        }
        (Language::En, Direction::Back) => {
            format!("{day} is a day off ({reason}), so the deadline moves to the day before.")
        }
    }
}

fn settled(due: Date, why: &Why, language: Language) -> String {
    let day = dates::words(due, language);
    // A day that the calendar made a working day says so; of any other the day of the week is enough.
    let kind = match why {
        Why::MadeWorkingDay { .. } => why.words(due, language),
        Why::Weekday | Why::Weekend | Why::DayOff { .. } | Why::CalendarNotKnown { .. } => {
            dates::weekday(due.weekday(), language).to_owned()
        }
    };
    match language {
        Language::Kk => format!("Соңғы мерзімі: {day} ({kind})."),
        Language::Ru => format!("Крайний срок: {day} ({kind})."),
        Language::En => format!("Due: {day} ({kind})."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_counts_in_three_forms() {
        let words = |count| Length::WorkingDays { count }.words(Language::Ru);
        assert_eq!(words(1), "один рабочий день");
        assert_eq!(words(2), "2 рабочих дня");
        assert_eq!(words(5), "5 рабочих дней");
        assert_eq!(words(11), "11 рабочих дней");
        assert_eq!(words(12), "12 рабочих дней");
        assert_eq!(words(22), "22 рабочих дня");
        assert_eq!(words(111), "111 рабочих дней");
    }
}
