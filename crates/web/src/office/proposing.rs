//! What an inquiry's letter seems to say: number, date, chamber, language, subject, questions and authors, each with the words it was read
//! from. A guess is only ever shown; a clerk takes it, or does not.
//!
//! Read in this order: [`lines`] (a text as lines and as joined paragraphs), [`head`] (what stands above the salutation), [`asks`] (what is
//! asked), [`subject`] (what it is about), [`names`] and [`authors`] (who signed). Pure: the directory and today come in.

mod asks;
mod authors;
mod head;
mod lines;
mod names;
mod subject;

use directory::records::View;
use directory::{ChamberCode, DeputyId, Language, TopicCode};
use inquiry::intake::GroupKind;
use jiff::civil::Date;

use lines::Lines;

/// The most questions and groups that are proposed.
const MOST: usize = 50;

/// A value that a text seems to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// The words it was read from.
    pub place: String,
}

/// A deputy who seems to have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDeputy {
    /// The name as the letter prints it.
    pub name: String,
    /// Who that is, when the directory has exactly one such deputy.
    pub deputy: Option<DeputyId>,
    /// The mailbox that the directory gives.
    pub email: Option<String>,
}

/// A group of the letter's own list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundGroup {
    /// Its label as the letter spells it; empty when the names stand alone.
    pub label: String,
    /// What kind of group the label says it is.
    pub kind: GroupKind,
    /// Who stands beneath it.
    pub deputies: Vec<FoundDeputy>,
}

/// What a registration could be filled in with: read from a letter, or asked for by a deputy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposed {
    /// The number as printed.
    pub number: Option<Found<String>>,
    /// The date on the letter.
    pub dated: Option<Found<Date>>,
    /// The chamber.
    pub chamber: Option<Found<ChamberCode>>,
    /// The language it is written in.
    pub language: Option<Found<Language>>,
    /// What it is about.
    pub subject: Option<Found<String>>,
    /// Under which topic of the rubricator that falls.
    pub topic: Option<Found<TopicCode>>,
    /// What it asks.
    pub questions: Vec<Found<String>>,
    /// Who asks.
    pub groups: Vec<Found<FoundGroup>>,
}

impl Proposed {
    /// Nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads a letter's text. `view` is the directory on the day on which it is read.
#[must_use]
pub fn propose(text: &str, view: &View<'_>) -> Proposed {
    let lines = Lines::of(text);
    if lines.is_empty() {
        return Proposed::default();
    }
    let number = head::number(&lines);
    let dated = head::dated(&lines, number.as_ref(), view.date());
    let questions = asks::questions(&lines);
    let subject = subject::subject(&lines, &questions);
    let topic = subject.as_ref().and_then(|subject| {
        let topic = view.topic_of(&subject.value)?;
        Some(Found { value: topic.code.clone(), place: subject.place.clone() })
    });
    Proposed {
        topic,
        chamber: head::chamber(&lines, view),
        language: head::language(text),
        subject,
        questions,
        groups: authors::groups(&lines, view),
        number: number.map(|found| found.found),
        dated,
    }
}

#[cfg(test)]
mod tests {
    use directory::Directory;
    use jiff::civil::date;

    use super::*;

    const KK: &str = include_str!("../../tests/data/inquiry.kk.txt");
    const RU: &str = include_str!("../../tests/data/inquiry.ru.txt");

    fn proposed(text: &str) -> Proposed {
        propose(text, &Directory::embedded().unwrap().at(date(2023, 9, 21)))
    }

    fn names(group: &FoundGroup) -> Vec<(&str, bool)> {
        group.deputies.iter().map(|deputy| (deputy.name.as_str(), deputy.deputy.is_some())).collect()
    }

    #[test]
    fn a_letter_in_kazakh_says_everything_that_a_registration_asks() {
        let read = proposed(KK);
        assert_eq!(read.number.map(|found| found.value).as_deref(), Some("№ ДС-326"));
        assert_eq!(read.dated.unwrap().value, date(2023, 9, 20));
        assert_eq!(read.chamber.unwrap().value.to_string(), "mazhilis");
        assert_eq!(read.language.unwrap().value, Language::Kk);
        assert_eq!(
            read.subject.unwrap().value,
            "Еуразиялық экономикалық одақ елдерінде еңбек ететін азаматтардың зейнетақы құқықтары туралы"
        );
        let questions: Vec<&str> = read.questions.iter().map(|found| found.value.as_str()).collect();
        assert_eq!(questions.len(), 3, "{questions:?}");
        assert!(questions[0].starts_with("Келісімнің нормалары") && questions[0].ends_with("қандай?"), "{questions:?}");
        assert!(read.questions[0].place.starts_with("1. Келісімнің"), "{:?}", read.questions[0]);
        let groups: Vec<&FoundGroup> = read.groups.iter().map(|found| &found.value).collect();
        assert_eq!(groups.len(), 2, "{groups:?}");
        assert_eq!(groups[0].label, "«AMANAT» партиясының\nфракция мүшелері, депутаттар");
        assert_eq!(groups[0].kind, GroupKind::FactionMembers);
        assert_eq!(
            names(groups[0]),
            [("Н. Сәрсенғалиев", true), ("Е. Бейсенбаев", true), ("М. Әбенов", true), ("С. Пономарев", true)]
        );
        assert_eq!(groups[1].kind, GroupKind::SingleMandate);
        assert_eq!(names(groups[1]), [("Д. Мұқаев", true), ("А. Белгісізов", false)]);
    }

    #[test]
    fn a_letter_in_russian_is_read_too() {
        let read = proposed(RU);
        assert_eq!(read.number.map(|found| found.value).as_deref(), Some("№ ДЗ-118"));
        assert_eq!(read.dated.unwrap().value, date(2023, 9, 13));
        assert_eq!(read.chamber.unwrap().value.to_string(), "mazhilis");
        assert_eq!(read.language.unwrap().value, Language::Ru);
        assert_eq!(read.subject.unwrap().value, "О нехватке ученических мест в сельских школах");
        let questions: Vec<&str> = read.questions.iter().map(|found| found.value.as_str()).collect();
        assert_eq!(questions.len(), 2, "{questions:?}");
        assert_eq!(questions[0], "Сколько школ работает в три смены на 1 сентября т.г.?");
        let groups: Vec<&FoundGroup> = read.groups.iter().map(|found| &found.value).collect();
        assert_eq!(groups.len(), 1, "{groups:?}");
        assert_eq!((groups[0].label.as_str(), groups[0].kind), ("Депутат Мажилиса", GroupKind::Other));
        // The name is spelled as the letter spells it; who that is, the directory knows.
        assert_eq!(names(groups[0]), [("Г. Танашева", true), ("Бейсенбаев Е.", true)]);
        assert_eq!(groups[0].deputies[0].email.as_deref(), Some("g.tanasheva@mazhilis.example"));
    }

    #[test]
    fn a_text_that_is_no_letter_proposes_nothing_it_does_not_say() {
        assert!(proposed("").is_empty());
        assert!(proposed("  \n\n ").is_empty());
        let read = proposed("Бүгін ауа райы жақсы болды. Ертең де солай болады деп күтілуде.");
        assert_eq!((read.number, read.dated, read.chamber, read.groups.len()), (None, None, None, 0));
        assert_eq!(read.questions, []);
    }

    #[test]
    fn hostile_texts_end() {
        for text in [
            "№ ".repeat(50_000),
            "1. а?\n".repeat(20_000),
            "А. ".repeat(60_000),
            "\u{0301}№\u{202e}ДС-1 ".repeat(9_000),
        ] {
            let read = proposed(&text);
            assert!(read.questions.len() <= MOST && read.groups.len() <= MOST);
        }
    }
}
