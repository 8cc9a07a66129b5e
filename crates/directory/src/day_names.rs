//! The calendar's notes in Kazakh and Russian. The calendar file carries one note a day, in English; a screen shows this.

use crate::language::Language;

/// Note, Kazakh, Russian. Holidays are named as the Law «On holidays in the Republic of Kazakhstan» (2001) names them.
const NAMES: &[(&str, &str, &str)] = &[
    ("New Year", "Жаңа жыл", "Новый год"),
    ("New Year moved", "Жаңа жыл, ауыстырылған демалыс", "Новый год, перенесённый выходной"),
    ("Orthodox Christmas (never moves)", "православиелік Рождество", "православное Рождество"),
    ("International Women's Day", "Халықаралық әйелдер күні", "Международный женский день"),
    ("Nauryz", "Наурыз мейрамы", "Наурыз мейрамы"),
    ("Unity Day", "Қазақстан халқының бірлігі мерекесі", "Праздник единства народа Казахстана"),
    ("Defender Day", "Отан қорғаушы күні", "День защитника Отечества"),
    ("Victory Day", "Жеңіс күні", "День Победы"),
    ("Kurban Ait (never moves)", "Құрбан айт", "Курбан айт"),
    ("Capital Day", "Астана күні", "День Столицы"),
    ("Constitution Day", "Конституция күні", "День Конституции"),
    ("Republic Day", "Республика күні", "День Республики"),
    ("Independence Day", "Тәуелсіздік күні", "День Независимости"),
    ("moved from 1 July", "1 шілдеден ауыстырылды", "перенесено с 1 июля"),
    ("moved from 5 January", "5 қаңтардан ауыстырылды", "перенесено с 5 января"),
    (
        "Saturday made a working day by the Government",
        "сенбі Үкіметтің шешімімен жұмыс күні болды",
        "суббота объявлена рабочим днём решением Правительства",
    ),
    ("Sunday made a working day", "жексенбі жұмыс күні болды", "воскресенье объявлено рабочим днём"),
];

/// English month, Kazakh ablative, Russian genitive, for the notes «D Month (Weekday) moved».
const MONTHS: &[(&str, &str, &str)] = &[
    ("January", "қаңтардан", "января"),
    ("February", "ақпаннан", "февраля"),
    ("March", "наурыздан", "марта"),
    ("April", "сәуірден", "апреля"),
    ("May", "мамырдан", "мая"),
    ("June", "маусымнан", "июня"),
    ("July", "шілдеден", "июля"),
    ("August", "тамыздан", "августа"),
    ("September", "қыркүйектен", "сентября"),
    ("October", "қазаннан", "октября"),
    ("November", "қарашадан", "ноября"),
    ("December", "желтоқсаннан", "декабря"),
];

const WEEKEND: &[(&str, &str, &str)] = &[("Saturday", "сенбі", "суббота"), ("Sunday", "жексенбі", "воскресенье")];

/// The note in `language`; a note that nobody translated is shown as the calendar has it.
pub(crate) fn words(note: &str, language: Language) -> String {
    match language {
        Language::En => note.to_owned(),
        Language::Kk | Language::Ru => translated(note, language).unwrap_or_else(|| note.to_owned()),
    }
}

fn translated(note: &str, language: Language) -> Option<String> {
    if let Some(name) = pick(NAMES, note, language) {
        return Some(name.to_owned());
    }
    let (day, rest) = note.split_once(' ')?;
    let (month, rest) = rest.split_once(" (")?;
    let weekday = rest.strip_suffix(") moved")?;
    let (month, weekday) = (pick(MONTHS, month, language)?, pick(WEEKEND, weekday, language)?);
    Some(match language {
        Language::Kk => format!("{day} {month} ({weekday}) ауыстырылды"),
        Language::Ru | Language::En => format!("перенесено с {day} {month}, {weekday}"),
    })
}

fn pick(table: &'static [(&str, &str, &str)], key: &str, language: Language) -> Option<&'static str> {
    table.iter().find(|(english, _, _)| *english == key).map(|(en, kk, ru)| match language {
        Language::Kk => *kk,
        Language::Ru => *ru,
        Language::En => *en,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_note_of_the_shipped_calendar_speaks_kazakh_and_russian() {
        let calendar = include_str!("../data/calendar-kz.csv");
        let notes: Vec<&str> = calendar.lines().skip(1).filter_map(|line| line.splitn(3, ',').nth(2)).collect();
        assert!(notes.len() > 50);
        for note in notes {
            for language in [Language::Kk, Language::Ru] {
                assert!(translated(note, language).is_some(), "{note:?} has no name in {language}");
            }
        }
    }

    #[test]
    fn a_moved_day_off_says_where_it_came_from() {
        assert_eq!(words("23 March (Saturday) moved", Language::Kk), "23 наурыздан (сенбі) ауыстырылды");
        assert_eq!(words("23 March (Saturday) moved", Language::Ru), "перенесено с 23 марта, суббота");
    }

    #[test]
    fn an_unknown_note_is_shown_as_it_is() {
        assert_eq!(words("Snow", Language::Kk), "Snow");
    }
}
