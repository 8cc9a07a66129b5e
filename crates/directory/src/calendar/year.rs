//! A year of the calendar in figures, and whether it looks whole: for whoever brings one and has to hold it against the act.

use jiff::civil::{Date, Weekday};

use super::{Kind, WorkingCalendar};
use crate::dates;
use crate::language::Language;

/// A holiday at the end of a month is given on one of the first days of the next when it falls on a weekend, as 30 August 2025 did.
const MOVED_ON: i8 = 3;

/// A year of the calendar in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// Which.
    pub year: i16,
    /// Days from Monday to Friday that the calendar makes days off.
    pub days_off: usize,
    /// Saturdays and Sundays that it makes working days.
    pub working_weekends: usize,
    /// The first and the last day that it makes an exception of; none where there are only weekends.
    pub span: Option<(Date, Date)>,
    /// All working days of the year.
    pub working_days: u32,
    /// The months, each by its first day, in which it makes no exception though most of the other years do: it may be whole only in part.
    pub empty_months: Vec<Date>,
}

impl Year {
    /// The figures as sentences.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let Self { year, days_off, working_weekends, working_days, .. } = self;
        let span = self.span.map_or_else(String::new, |(first, last)| {
            format!(", {} {}", dates::from_words(first, language), dates::until_words(last, language))
        });
        match language {
            Language::Kk => format!(
                "{year} жыл: дүйсенбіден жұмаға дейінгі демалыс күндері – {days_off}, жұмыс күні болатын сенбі мен жексенбі – \
                 {working_weekends}{span}. Жылдағы барлық жұмыс күні – {working_days}."
            ),
            Language::Ru => format!(
                "{year} год: выходных с понедельника по пятницу – {days_off}, рабочих суббот и воскресений – \
                 {working_weekends}{span}. Всего рабочих дней в году – {working_days}."
            ),
            Language::En => format!(
                "{year}: days off from Monday to Friday – {days_off}, Saturdays and Sundays that are worked – \
                 {working_weekends}{span}. Working days in the whole year – {working_days}."
            ),
        }
    }

    /// That it may be a part of the year only; none where nothing speaks for that.
    #[must_use]
    pub fn doubt(&self, language: Language) -> Option<String> {
        if self.empty_months.is_empty() {
            return None;
        }
        let months: Vec<&str> = self.empty_months.iter().map(|month| dates::month_words(*month, language)).collect();
        let (year, months) = (self.year, months.join(", "));
        Some(match language {
            Language::Kk => format!(
                "{year} жылғы күнтізбені актімен салыстырыңыз: оның бір бөлігі ғана болуы мүмкін. Мына айлардың бірде-бір күні жоқ: \
                 {months}, ал аяғына дейін белгілі басқа жылдардың бәрінде бар. Күнтізбеде аталмаған күн апта күні бойынша саналады."
            ),
            Language::Ru => format!(
                "Сверьте календарь на {year} год с актом: возможно, это лишь его часть. Нет ни одного дня таких месяцев: {months}, а во \
                 всех других годах, известных до конца, они есть. День, не указанный в календаре, считается по дню недели."
            ),
            Language::En => format!(
                "Compare the calendar of {year} with the act: this may be only a part of it. It has no day of {months}, and every other \
                 year that is known to its end has one. A day that the calendar does not name counts as its weekday says."
            ),
        })
    }
}

impl WorkingCalendar {
    /// A year in figures; none for one that no calendar can have.
    #[must_use]
    pub fn year(&self, year: i16) -> Option<Year> {
        let first = Date::new(year, 1, 1).ok()?;
        let last = first.last_of_year();
        let (mut days_off, mut working_weekends, mut span) = (0, 0, None);
        for (date, kind, _) in self.exceptions(first, last) {
            match kind {
                Kind::DayOff => days_off += usize::from(!is_weekend(date)),
                Kind::WorkingDay => working_weekends += usize::from(is_weekend(date)),
            }
            span = Some((span.map_or(date, |(first, _)| first), date));
        }
        let working_days = u32::from(self.is_working(first).0) + self.working_days(first, last);
        let empty_months = self.empty_months(year);
        Some(Year { year, days_off, working_weekends, span, working_days, empty_months })
    }

    /// Holidays are in the same months every year, but for those that the moon sets: what every other year has is missed. A year that ends before its last
    /// month may be a part itself, and says nothing of others.
    fn empty_months(&self, year: i16) -> Vec<Date> {
        let others: Vec<i16> = self.years().filter(|other| *other != year && self.has(*other, 12)).collect();
        // A month whose only days are the first ones of the next month has none of its own: April before the first of May.
        let is_own =
            |month: i8| self.exceptions.keys().any(|date| date.month() == month && others.contains(&date.year()));
        let is_usual = |month: i8| is_own(month) && others.iter().all(|other| self.has(*other, month));
        let empty = (1..=12).filter(|month| is_usual(*month) && !self.has(year, *month));
        empty.filter_map(|month| Date::new(year, month, 1).ok()).collect()
    }

    /// Does the calendar make an exception in this month, or in the first days of the next one, where a holiday of its end was moved to?
    fn has(&self, year: i16, month: i8) -> bool {
        let mut days = self.exceptions.keys().filter(|date| date.year() == year);
        days.any(|date| date.month() == month || date.month() == month + 1 && date.day() <= MOVED_ON)
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::changes::event::{DayKind, DaySet};

    fn shipped() -> WorkingCalendar {
        WorkingCalendar::from_csv("kz", include_str!("../../data/calendar-kz.csv")).unwrap()
    }

    /// With a calendar of 2027 that has the days of 2026 in these months.
    fn coming(months: std::ops::RangeInclusive<i8>) -> WorkingCalendar {
        let shipped = shipped();
        let days = shipped.exceptions(date(2026, 1, 1), date(2026, 12, 31));
        let days = days.filter(|(day, ..)| months.contains(&day.month()));
        let day = |(day, _, note): (Date, Kind, &str)| DaySet {
            date: date(2027, day.month(), day.day()),
            kind: DayKind::DayOff,
            note: note.to_owned(),
        };
        let days: Vec<DaySet> = days.map(day).collect();
        shipped.with(&days)
    }

    #[test]
    fn a_year_is_told_in_figures() {
        let year = shipped().year(2023).unwrap();
        assert_eq!((year.days_off, year.working_weekends), (15, 1));
        assert_eq!(year.span, Some((date(2023, 1, 2), date(2023, 12, 18))));
        // 260 days from Monday to Friday, without those that are off, and with the Saturday that is worked.
        assert_eq!(year.working_days, 260 - 15 + 1);
        assert_eq!(
            year.words(Language::En),
            "2023: days off from Monday to Friday – 15, Saturdays and Sundays that are worked – 1, from 2 January 2023 \
             until 18 December 2023. Working days in the whole year – 246."
        );
        let unknown = shipped().year(2031).unwrap();
        assert_eq!((unknown.days_off, unknown.span, unknown.working_days), (0, None, 261));
    }

    #[test]
    fn a_part_of_another_year_hides_nothing_of_what_is_missed() {
        let days = (1..=8).map(|day| DaySet { date: date(2028, 1, day), kind: DayKind::DayOff, note: "x".to_owned() });
        let calendar = coming(1..=7).with(&days.collect::<Vec<_>>());
        let part = calendar.year(2027).unwrap();
        assert_eq!(part.empty_months, [date(2027, 8, 1), date(2027, 10, 1), date(2027, 12, 1)]);
        let months: Vec<i8> = calendar.year(2028).unwrap().empty_months.iter().map(|month| month.month()).collect();
        assert_eq!(months, [3, 5, 7, 8, 10, 12]);
    }

    #[test]
    fn a_part_of_a_year_is_doubted_and_a_whole_one_is_not() {
        for year in 2023..=2026 {
            assert_eq!(shipped().year(year).unwrap().doubt(Language::En), None, "{year}");
        }
        let whole = coming(1..=12).year(2027).unwrap();
        assert_eq!(whole.empty_months, []);
        let part = coming(1..=7).year(2027).unwrap();
        assert_eq!(part.empty_months, [date(2027, 8, 1), date(2027, 10, 1), date(2027, 12, 1)]);
        for (language, said) in [
            (Language::Kk, "Мына айлардың бірде-бір күні жоқ: тамыз, қазан, желтоқсан,"),
            (Language::Ru, "Нет ни одного дня таких месяцев: августа, октября, декабря,"),
            (Language::En, "It has no day of August, October, December,"),
        ] {
            let doubt = part.doubt(language).unwrap();
            assert!(doubt.contains(said) && doubt.contains("2027"), "{doubt}");
        }
    }
}
