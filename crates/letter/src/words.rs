//! Official dates and forms: the few words that change with a date, a number, a chamber or a language.

pub mod counted;
pub mod kazakh;
pub mod names;

use jiff::civil::Date;

use self::kazakh::{Case, inflected, standing_in};
use crate::kinds::{Chamber, InquiryReference};
use crate::model::Language;

const KK: [&str; 12] = [
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

const RU_GENITIVE: [&str; 12] = [
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

const EN: [&str; 12] = [
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

/// The date as a letter bears it: `2023 жылғы 5 қазан`, `5 октября 2023 года`, `5 October 2023`.
#[must_use]
pub fn official_date(date: Date, language: Language) -> String {
    let (year, day) = (date.year(), date.day());
    match language {
        Language::Kk => format!("{year} жылғы {day} {}", month(&KK, date)),
        Language::Ru => format!("{day} {} {year} года", month(&RU_GENITIVE, date)),
        Language::En => format!("{day} {} {year}", month(&EN, date)),
    }
}

/// The date before the noun it belongs to: `2023 жылғы 20 қыркүйектегі` (хат), `от 20 сентября 2023 года`, `of 20 September 2023`.
#[must_use]
pub fn date_before_noun(date: Date, language: Language) -> String {
    let (year, day) = (date.year(), date.day());
    match language {
        Language::Kk => format!("{year} жылғы {day} {}", standing_in(month(&KK, date))),
        Language::Ru => format!("от {day} {} {year} года", month(&RU_GENITIVE, date)),
        Language::En => format!("of {day} {} {year}", month(&EN, date)),
    }
}

/// The day until which something has to be done: `2023 жылғы 20 қазанға дейін`, `до 20 октября 2023 года`, `by 20 October 2023`.
#[must_use]
pub fn until_date(date: Date, language: Language) -> String {
    let (year, day) = (date.year(), date.day());
    match language {
        Language::Kk => format!("{year} жылғы {day} {} дейін", inflected(month(&KK, date), Case::Dative)),
        Language::Ru => format!("до {day} {} {year} года", month(&RU_GENITIVE, date)),
        Language::En => format!("by {day} {} {year}", month(&EN, date)),
    }
}

/// The day on which something happens: `2023 жылғы 20 қазанда`, `20 октября 2023 года`, `on 20 October 2023`.
#[must_use]
pub fn on_date(date: Date, language: Language) -> String {
    let (year, day) = (date.year(), date.day());
    match language {
        Language::Kk => format!("{year} жылғы {day} {}", inflected(month(&KK, date), Case::Locative)),
        Language::Ru => official_date(date, Language::Ru),
        Language::En => format!("on {day} {} {year}", month(&EN, date)),
    }
}

/// The chamber as the owner of its deputies: «Парламенті *Мәжілісінің* депутаттары», «депутаты *Мажилиса* Парламента»; `None` where
/// the deputies of both chambers are meant and Parliament alone is named.
#[must_use]
pub const fn chamber_possessive(chamber: Chamber, language: Language) -> Option<&'static str> {
    match (chamber, language) {
        (Chamber::Mazhilis, Language::Kk) => Some("Мәжілісінің"),
        (Chamber::Senate, Language::Kk) => Some("Сенатының"),
        (Chamber::Mazhilis, Language::Ru) => Some("Мажилиса"),
        (Chamber::Senate, Language::Ru) => Some("Сената"),
        (Chamber::Mazhilis, Language::En) => Some("Mazhilis"),
        (Chamber::Senate, Language::En) => Some("Senate"),
        (Chamber::Parliament, _) => None,
    }
}

/// An inquiry as a sentence cites it: `2023 жылғы 20 қыркүйектегі №ДС-326`, `№ДС-326 от 20 сентября 2023 года`.
#[must_use]
pub fn cited(inquiry: &InquiryReference, language: Language) -> String {
    let date = date_before_noun(inquiry.dated, language);
    match language {
        Language::Kk => format!("{date} {}", inquiry.number),
        Language::Ru | Language::En => format!("{} {date}", inquiry.number),
    }
}

/// Several things one after the other in a sentence: `а, ә және б`, `а, б и в`, `a, b and c`.
#[must_use]
pub fn joined(things: &[String], language: Language) -> String {
    let and = match language {
        Language::Kk => "және",
        Language::Ru => "и",
        Language::En => "and",
    };
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} {and} {last}", before.join(", ")),
    }
}

/// What stands over an annex that is one of several: `1-қосымша`, `Приложение 1`, `Annex 1`.
#[must_use]
pub fn annex_label(number: u32, language: Language) -> String {
    match language {
        Language::Kk => format!("{}қосымша", kazakh::ordinal(number)),
        Language::Ru => format!("Приложение {number}"),
        Language::En => format!("Annex {number}"),
    }
}

/// What a reader's program calls a part of the letter that has no printed heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Footnotes,
    BackToText,
    Verification,
    QrCode,
    Facts,
    /// Behind the label of a group that goes on from the page before.
    Continued,
}

pub(crate) const fn label(label: Label, language: Language) -> &'static str {
    match (label, language) {
        (Label::Footnotes, Language::Kk) => "Сілтемелер",
        (Label::Footnotes, Language::Ru) => "Сноски",
        (Label::Footnotes, Language::En) => "Footnotes",
        (Label::BackToText, Language::Kk) => "Мәтінге оралу",
        (Label::BackToText, Language::Ru) => "Вернуться к тексту",
        (Label::BackToText, Language::En) => "Back to the text",
        (Label::Verification, Language::Kk) => "Құжатты тексеру",
        (Label::Verification, Language::Ru) => "Проверка документа",
        (Label::Verification, Language::En) => "Checking the document",
        (Label::QrCode, Language::Kk) => "QR-код: құжатты тексеру мекенжайы",
        (Label::QrCode, Language::Ru) => "QR-код: адрес проверки документа",
        (Label::QrCode, Language::En) => "QR code: where the document can be checked",
        (Label::Facts, Language::Kk) => "Хат жасалған деректер",
        (Label::Facts, Language::Ru) => "Данные, из которых составлено письмо",
        (Label::Facts, Language::En) => "The facts that the letter is made from",
        (Label::Continued, Language::Kk) => "жалғасы",
        (Label::Continued, Language::Ru) => "продолжение",
        (Label::Continued, Language::En) => "continued",
    }
}

fn month<'a>(names: &[&'a str; 12], date: Date) -> &'a str {
    // A civil date's month is 1 to 12 by construction.
    names[usize::from(date.month().unsigned_abs()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_seeds_dates_read_as_on_paper() {
        assert_eq!(date_before_noun(date(2023, 9, 20), Language::Kk), "2023 жылғы 20 қыркүйектегі");
        assert_eq!(official_date(date(2023, 10, 5), Language::Kk), "2023 жылғы 5 қазан");
        assert_eq!(official_date(date(2023, 10, 5), Language::Ru), "5 октября 2023 года");
        assert_eq!(date_before_noun(date(2023, 9, 20), Language::Ru), "от 20 сентября 2023 года");
        assert_eq!(official_date(date(2023, 10, 5), Language::En), "5 October 2023");
    }

    /// The forms as the office writes them, month by month; the rule of endings has to give every one.
    #[test]
    fn every_kazakh_month_has_the_forms_that_the_office_writes() {
        let before_noun = "қаңтардағы ақпандағы наурыздағы сәуірдегі мамырдағы маусымдағы шілдедегі тамыздағы қыркүйектегі қазандағы \
                           қарашадағы желтоқсандағы";
        let until = "қаңтарға ақпанға наурызға сәуірге мамырға маусымға шілдеге тамызға қыркүйекке қазанға қарашаға желтоқсанға";
        let on = "қаңтарда ақпанда наурызда сәуірде мамырда маусымда шілдеде тамызда қыркүйекте қазанда қарашада желтоқсанда";
        let forms = before_noun.split_whitespace().zip(until.split_whitespace()).zip(on.split_whitespace());
        for (month, ((before_noun, until), on)) in (1..=12).zip(forms) {
            let day = date(2024, month, 7);
            assert_eq!(date_before_noun(day, Language::Kk), format!("2024 жылғы 7 {before_noun}"));
            assert_eq!(until_date(day, Language::Kk), format!("2024 жылғы 7 {until} дейін"));
            assert_eq!(on_date(day, Language::Kk), format!("2024 жылғы 7 {on}"));
        }
    }

    #[test]
    fn inquiries_are_cited_one_after_the_other() {
        let cite = |language| {
            let inquiries =
                [("№ДС-326", date(2023, 9, 20)), ("№ДС-341", date(2023, 10, 4)), ("№ДС-350", date(2023, 10, 11))];
            let inquiries = inquiries.map(|(number, dated)| InquiryReference { number: number.to_owned(), dated });
            joined(&inquiries.map(|inquiry| cited(&inquiry, language)), language)
        };
        assert_eq!(
            cite(Language::Kk),
            "2023 жылғы 20 қыркүйектегі №ДС-326, 2023 жылғы 4 қазандағы №ДС-341 және 2023 жылғы 11 қазандағы №ДС-350"
        );
        assert_eq!(
            cite(Language::Ru),
            "№ДС-326 от 20 сентября 2023 года, №ДС-341 от 4 октября 2023 года и №ДС-350 от 11 октября 2023 года"
        );
        assert_eq!(joined(&["a".to_owned()], Language::En), "a");
    }
}
