//! Official dates and forms: the few words that change with a date, a chamber or a language.

use jiff::civil::Date;

use crate::kinds::reply::Chamber;
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

/// The months before a noun («… қыркүйектегі хатқа»): the locative with -ғы/-гі, which no simple rule of endings gives.
const KK_BEFORE_NOUN: [&str; 12] = [
    "қаңтардағы",
    "ақпандағы",
    "наурыздағы",
    "сәуірдегі",
    "мамырдағы",
    "маусымдағы",
    "шілдедегі",
    "тамыздағы",
    "қыркүйектегі",
    "қазандағы",
    "қарашадағы",
    "желтоқсандағы",
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
        Language::Kk => format!("{year} жылғы {day} {}", month(&KK_BEFORE_NOUN, date)),
        Language::Ru => format!("от {day} {} {year} года", month(&RU_GENITIVE, date)),
        Language::En => format!("of {day} {} {year}", month(&EN, date)),
    }
}

/// The chamber as the owner of its deputies: «Парламенті *Мәжілісінің* депутаттары», «депутаты *Мажилиса* Парламента».
#[must_use]
pub const fn chamber_possessive(chamber: Chamber, language: Language) -> &'static str {
    match (chamber, language) {
        (Chamber::Mazhilis, Language::Kk) => "Мәжілісінің",
        (Chamber::Senate, Language::Kk) => "Сенатының",
        (Chamber::Mazhilis, Language::Ru) => "Мажилиса",
        (Chamber::Senate, Language::Ru) => "Сената",
        (Chamber::Mazhilis, Language::En) => "Mazhilis",
        (Chamber::Senate, Language::En) => "Senate",
    }
}

/// What a reader's program calls a part of the letter that has no printed heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Footnotes,
    BackToText,
    Verification,
    QrCode,
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

    #[test]
    fn every_kazakh_month_before_a_noun_is_built_on_its_own_name() {
        for (name, before_noun) in KK.iter().zip(KK_BEFORE_NOUN) {
            let ending = before_noun.strip_prefix(name).unwrap();
            assert!(["дағы", "дегі", "тағы", "тегі"].contains(&ending), "{before_noun}");
        }
    }
}
