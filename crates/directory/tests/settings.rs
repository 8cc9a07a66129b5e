//! Settings that are in force from a day on: what is refused, what follows, and what stays as it was.

#![expect(clippy::unwrap_used, reason = "a test that stops here says where")]

use directory::deadline::{InnerRule, Length, Policy, Rule, due};
use directory::series::{Purpose, Scope};
use directory::settings::decide::decide;
use directory::settings::{
    AdoptSeries, AdoptTerm, Ask, Former, Ledger, SeriesAdopted, SettingsEvent, SettingsRefusal, TermAdopted,
};
use directory::{Current, Directory, Language, Multilingual};
use jiff::civil::{Date, date};

const TODAY: Date = date(2023, 9, 20);

fn rule(code: &str, length: Length) -> InnerRule {
    let law = Multilingual::new("Ереже", "Правило", None);
    let rule = Rule { code: code.to_owned(), length, policy: Policy::NextWorkingDay, law };
    InnerRule { rule, minimum_working_days: 0 }
}

fn term(code: &str, length: Length, since: Date) -> AdoptTerm {
    let term = TermAdopted { rule: rule(code, length), since, by: "admin".into(), why: "№ 12 бұйрық".into() };
    AdoptTerm { term, today: TODAY, present: None }
}

fn refused_term(change: impl FnOnce(&mut AdoptTerm)) -> SettingsRefusal {
    let mut ask = term("reply", Length::WorkingDays { count: 20 }, date(2023, 10, 1));
    change(&mut ask);
    decide(&Ask::Term(Box::new(ask))).unwrap_err()
}

#[test]
fn a_term_rests_on_a_law_and_changes_nothing_that_has_gone_by() {
    let (since, today) = (date(2023, 9, 19), TODAY);
    assert_eq!(refused_term(|ask| ask.term.since = since), SettingsRefusal::Past { since, today });
    assert_eq!(refused_term(|ask| ask.term.why = " ".into()), SettingsRefusal::NoReason);
    assert_eq!(refused_term(|ask| ask.term.rule.rule.code = "tea".into()), SettingsRefusal::UnknownTerm);
    assert_eq!(refused_term(|ask| ask.term.rule.rule.law.ru = String::new()), SettingsRefusal::NoLaw);
    assert_eq!(refused_term(|ask| ask.term.rule.minimum_working_days = 21), SettingsRefusal::Minimum);
    for length in [
        Length::Months { count: 0 },
        Length::Months { count: 25 },
        Length::CalendarDays { count: 367 },
        Length::Until { date: TODAY },
    ] {
        assert_eq!(refused_term(|ask| ask.term.rule.rule.length = length), SettingsRefusal::Length, "{length:?}");
    }
    assert_eq!(
        refused_term(|ask| ask.term.rule.rule.law.kk = "ж".repeat(301)),
        SettingsRefusal::LongLaw { field: "law_kk" }
    );
    let far = SettingsRefusal::FarAhead { year: 9999, last: 2033 };
    assert_eq!(refused_term(|ask| ask.term.since = date(9999, 1, 1)), far);
    let same = |ask: &mut AdoptTerm| ask.present = Some(ask.term.rule.clone());
    assert_eq!(refused_term(same), SettingsRefusal::InForce { since: date(2023, 10, 1) });
}

#[test]
fn a_refusal_names_days_as_people_do() {
    let past = SettingsRefusal::Past { since: date(2023, 9, 19), today: TODAY };
    for (language, today, since) in [
        (Language::Kk, "(2023 жылғы 20 қыркүйек)", "2023 жылғы 19 қыркүйектен емес"),
        (Language::Ru, "(20 сентября 2023 года)", "а не с 19 сентября 2023 года"),
        (Language::En, "(20 September 2023)", "not from 19 September 2023"),
    ] {
        let words = past.words(language);
        assert!(words.contains(today) && words.contains(since), "{words}");
        let in_force = SettingsRefusal::InForce { since: TODAY }.words(language);
        assert!(in_force.contains(today.trim_matches(['(', ')'])) && !in_force.contains("2023-09-20"), "{in_force}");
    }
}

fn adopt(directory: &mut Directory, asks: &[Ask]) {
    asks.iter().for_each(|ask| directory.adopt(&decide(ask).unwrap()));
}

#[test]
fn a_term_is_in_force_from_its_day_on_and_until_the_next_one() {
    let mut directory = Directory::embedded().unwrap();
    let asks = [
        Ask::Term(Box::new(term("reply", Length::CalendarDays { count: 15 }, date(2024, 1, 1)))),
        // Set later, for an earlier day: what was set for the later day stays.
        Ask::Term(Box::new(term("reply", Length::WorkingDays { count: 20 }, date(2023, 10, 1)))),
    ];
    adopt(&mut directory, &asks);
    let length = |day: Date| directory.at(day).reply_rule().unwrap().length;
    assert_eq!(length(date(2023, 9, 30)), Length::Months { count: 1 });
    assert_eq!(length(date(2023, 10, 1)), Length::WorkingDays { count: 20 });
    assert_eq!(length(date(2023, 12, 31)), Length::WorkingDays { count: 20 });
    assert_eq!(length(date(2024, 1, 1)), Length::CalendarDays { count: 15 });
    let counted = |day: Date| due(day, directory.at(day).reply_rule().unwrap(), directory.calendar()).unwrap().due;
    assert_eq!((counted(TODAY), counted(date(2024, 1, 10))), (date(2023, 10, 20), date(2024, 1, 25)));
    // The same day twice: what was set last counts.
    adopt(&mut directory, &[Ask::Term(Box::new(term("reply", Length::Months { count: 2 }, date(2023, 10, 1))))]);
    assert_eq!(directory.at(date(2023, 10, 1)).reply_rule().unwrap().length, Length::Months { count: 2 });
    assert_eq!(directory.at(date(2024, 1, 1)).reply_rule().unwrap().length, Length::CalendarDays { count: 15 });
}

fn series(format: &str, first: i64, since: Date) -> AdoptSeries {
    let series = SeriesAdopted {
        purpose: Purpose::Outgoing,
        format: format.parse().unwrap(),
        scope: Scope::Year,
        first,
        since,
        by: "admin".into(),
        why: "Жаңа номенклатура".into(),
    };
    AdoptSeries { series, today: TODAY, present: None, others: Vec::new(), running: None, former: None }
}

fn refused_series(change: impl FnOnce(&mut AdoptSeries)) -> SettingsRefusal {
    let mut ask = series("17-{n}", 1, date(2024, 1, 1));
    change(&mut ask);
    decide(&Ask::Series(Box::new(ask))).unwrap_err()
}

#[test]
fn no_two_numbers_can_be_taken_for_each_other() {
    let format = |text: &str| text.parse().unwrap();
    assert_eq!(refused_series(|ask| ask.series.first = 0), SettingsRefusal::First);
    assert_eq!(refused_series(|ask| ask.series.format = format("17{n}")), SettingsRefusal::DigitBeside);
    assert_eq!(refused_series(|ask| ask.series.format = format("ДС-{n}7")), SettingsRefusal::DigitBeside);
    assert_eq!(refused_series(|ask| ask.series.format = format("DS-кір-{n}")), SettingsRefusal::MixedLetters);
    assert_eq!(refused_series(|ask| ask.others = vec![format("17-{n}")]), SettingsRefusal::SharedFormat);
    assert_eq!(refused_series(|ask| ask.running = Some(40)), SettingsRefusal::CountGoesOn { next: 40 });
    for first in [10_000_000, i64::MAX] {
        assert_eq!(refused_series(|ask| ask.series.first = first), SettingsRefusal::First, "{first}");
    }
    assert_eq!(refused_series(|ask| ask.others = vec![format("{n}-5")]), SettingsRefusal::SharedFormat, "17-5");
    let former = |ask: &mut AdoptSeries| ask.former = Some(Former { format: format("17-{n}"), next: 40 });
    assert_eq!(refused_series(former), SettingsRefusal::GivenAlready { last: 39 });
    let goes_on = AdoptSeries { running: Some(1), ..series("17-{n}", 1, date(2024, 1, 1)) };
    assert!(decide(&Ask::Series(Box::new(goes_on))).is_ok());
}

#[test]
fn a_count_that_has_not_begun_begins_elsewhere() {
    let since = date(2024, 1, 1);
    let mut directory = Directory::embedded().unwrap();
    adopt(&mut directory, &[Ask::Series(Box::new(series("17-{n}", 5, since)))]);
    let present = directory.at(since).series(Purpose::Outgoing).cloned();
    let ask = AdoptSeries { present: present.clone(), ..series("17-{n}", 7, since) };
    adopt(&mut directory, &[Ask::Series(Box::new(ask))]);
    assert_eq!(directory.at(since).series(Purpose::Outgoing).unwrap().first, 7);
    let same = |ask: &mut AdoptSeries| (ask.present, ask.series.first) = (present.clone(), 5);
    assert_eq!(refused_series(same), SettingsRefusal::InForce { since });
    let begun = |ask: &mut AdoptSeries| (ask.present, ask.series.first, ask.running) = (present.clone(), 7, Some(7));
    assert_eq!(refused_series(begun), SettingsRefusal::InForce { since }, "a count that has begun goes on anyway");
}

#[test]
fn the_place_of_now_keeps_records_and_settings_together() {
    let current = Current::new(Directory::embedded().unwrap());
    let mut ledger = Ledger::default();
    ledger.evolve(decide(&Ask::Series(Box::new(series("17-{n}", 1, date(2024, 1, 1))))).unwrap());
    let format = || current.now().at(date(2024, 1, 1)).series(Purpose::Outgoing).unwrap().format(7);
    current.set(ledger);
    assert_eq!(format(), "17-7");
    current.replace(Directory::embedded().unwrap());
    assert_eq!(format(), "17-7", "other records leave the settings as they are");
    assert_eq!(current.now().at(TODAY).series(Purpose::Outgoing).unwrap().format(7), "12-11/7 ДС");
    current.set(Ledger::default());
    assert_eq!(format(), "12-11/7 ДС");
}

#[test]
fn what_was_set_reads_back() {
    let event = decide(&Ask::Series(Box::new(series("17-{n}", 1, date(2024, 1, 1))))).unwrap();
    let text = serde_json::to_string(&event).unwrap();
    assert!(
        text.starts_with(r#"{"series_adopted":{"purpose":"outgoing","format":"17-{n}","scope":"year","first":1,"#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<SettingsEvent>(&text).unwrap(), event);
}

#[test]
fn a_setting_takes_the_place_of_its_own_kind_alone() {
    let of_term = |code: &str| Ask::Term(Box::new(term(code, Length::WorkingDays { count: 20 }, date(2023, 10, 1))));
    let of_numbers = |purpose: Purpose| {
        let mut ask = series("17-{n}", 1, date(2024, 1, 1));
        ask.series.purpose = purpose;
        Ask::Series(Box::new(ask))
    };
    let asks = [of_term("reply"), of_term("draft"), of_numbers(Purpose::Incoming), of_numbers(Purpose::Outgoing)];
    for (nth, ask) in asks.iter().enumerate() {
        let event = decide(ask).unwrap();
        let concerned: Vec<usize> = (0..asks.len()).filter(|other| asks[*other].concerns(&event)).collect();
        assert_eq!(concerned, [nth], "{event:?}");
    }
}
