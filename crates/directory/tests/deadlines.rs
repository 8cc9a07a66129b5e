//! Deadlines as a control officer checks them: the office's sixteen checked cases, the reasons given, and laws over any day.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as loudly as the test itself")]

use directory::calendar::Why;
use directory::deadline::{
    DeadlineRefusal, Direction, InnerRule, Instruction, Length, Policy, Rule, Step, due, extend, inner, offered, shares,
};
use directory::{Directory, Language, WorkingCalendar};
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn directory() -> Directory {
    Directory::embedded().unwrap()
}

fn reply_rule(directory: &Directory) -> Rule {
    directory.at(date(2023, 9, 20)).reply_rule().unwrap().clone()
}

fn inner_rule(directory: &Directory) -> InnerRule {
    directory.at(date(2023, 9, 20)).inner_rule().unwrap().clone()
}

/// Received, nominal, due, why.
fn vectors() -> Vec<(Date, Date, Date, &'static str)> {
    let day = |text: &str| text.parse::<Date>().unwrap();
    let cases = include_str!("data/deadline-vectors.csv").lines().skip(1).map(|line| {
        let mut cells = line.splitn(4, ',');
        let mut cell = || cells.next().unwrap();
        (day(cell()), day(cell()), day(cell()), cell())
    });
    cases.collect()
}

#[test]
fn all_sixteen_checked_cases_fall_on_their_days() {
    let directory = directory();
    let rule = reply_rule(&directory);
    let vectors = vectors();
    assert_eq!(vectors.len(), 16);
    for (received, nominal, expected, why) in vectors {
        let deadline = due(received, &rule, directory.calendar()).unwrap();
        assert_eq!((deadline.nominal, deadline.due), (nominal, expected), "{received}: {why}\n{:#?}", deadline.steps);
        assert!(deadline.calendar_known(), "{received}");
        assert_eq!(deadline.calendar_version, directory.calendar().version());
    }
}

#[test]
fn the_letter_of_20_september_is_due_on_20_october_and_says_how() {
    let directory = directory();
    let deadline = due(date(2023, 9, 20), &reply_rule(&directory), directory.calendar()).unwrap();
    assert_eq!(deadline.due, date(2023, 10, 20));
    assert_eq!(
        deadline.words(Language::Kk),
        [
            "Мерзім 2023 жылғы 20 қыркүйектен бастап бір ай болып есептелді: 2023 жылғы 20 қазан.",
            "Соңғы мерзімі: 2023 жылғы 20 қазан (жұма).",
        ]
    );
    assert_eq!(
        deadline.words(Language::Ru),
        [
            "Срок отсчитан с 20 сентября 2023 года, один месяц: 20 октября 2023 года.",
            "Крайний срок: 20 октября 2023 года (пятница).",
        ]
    );
    assert_eq!(
        deadline.words(Language::En),
        ["Counted one month from 20 September 2023: 20 October 2023.", "Due: 20 October 2023 (Friday)."]
    );
}

#[test]
fn every_day_off_that_moved_the_deadline_is_named_with_its_reason() {
    let directory = directory();
    let deadline = due(date(2023, 6, 6), &reply_rule(&directory), directory.calendar()).unwrap();
    assert_eq!(
        deadline.words(Language::Ru),
        [
            "Срок отсчитан с 6 июня 2023 года, один месяц: 6 июля 2023 года.",
            "6 июля 2023 года — нерабочий день (День Столицы), срок переносится на следующий день.",
            "7 июля 2023 года — нерабочий день (перенесено с 1 июля), срок переносится на следующий день.",
            "8 июля 2023 года — нерабочий день (суббота), срок переносится на следующий день.",
            "9 июля 2023 года — нерабочий день (воскресенье), срок переносится на следующий день.",
            "Крайний срок: 10 июля 2023 года (понедельник).",
        ]
    );
}

#[test]
fn a_month_without_that_day_ends_on_its_last_day_and_says_so() {
    let directory = directory();
    let deadline = due(date(2024, 1, 31), &reply_rule(&directory), directory.calendar()).unwrap();
    assert_eq!(deadline.steps[1], Step::MonthEnd { wanted: 31, to: date(2024, 2, 29) });
    assert_eq!(
        deadline.steps[1].words(Language::Kk),
        "Бұл айда 31-күн жоқ, сондықтан айдың соңғы күні алынды: 2024 жылғы 29 ақпан."
    );
}

#[test]
fn a_saturday_made_a_working_day_is_named_as_the_reason() {
    let directory = directory();
    let deadline = due(date(2023, 6, 1), &reply_rule(&directory), directory.calendar()).unwrap();
    assert_eq!(deadline.due, date(2023, 7, 1));
    assert_eq!(
        deadline.words(Language::Kk)[1],
        "Соңғы мерзімі: 2023 жылғы 1 шілде (сенбі Үкіметтің шешімімен жұмыс күні болды)."
    );
}

#[test]
fn beyond_the_calendar_the_answer_says_that_only_weekends_were_known() {
    let directory = directory();
    let deadline = due(date(2026, 12, 2), &reply_rule(&directory), directory.calendar()).unwrap();
    // 2 January 2027 is a Saturday; that 4 January follows New Year's days off nobody has told us.
    assert_eq!(deadline.due, date(2027, 1, 4));
    assert!(!deadline.calendar_known());
    let words = deadline.words(Language::En);
    assert_eq!(words[1], "The calendar is not known for 2027: only weekends were taken into account.");
    assert_eq!(words.iter().filter(|line| line.contains("The calendar is not known")).count(), 1);
    assert_eq!(deadline.words(Language::Kk)[1], "2027 жылғы күнтізбе белгісіз: тек сенбі мен жексенбі ескерілді.");
}

#[test]
fn a_deadline_that_runs_into_an_unknown_year_says_so_where_it_happens() {
    let directory = directory();
    // 31 December 2026 is a Thursday and known; the eve of the unknown year does not taint it.
    let known = due(date(2026, 11, 30), &reply_rule(&directory), directory.calendar()).unwrap();
    assert_eq!((known.due, known.calendar_known()), (date(2026, 12, 30), true));
    let short = WorkingCalendar::from_csv("kz", "date,kind,note\n2022-12-30,day_off,Snow\n").unwrap();
    let moved = due(date(2022, 11, 30), &reply_rule(&directory), &short).unwrap();
    assert_eq!(moved.due, date(2023, 1, 2));
    assert!(moved.steps.contains(&Step::CalendarNotKnown { year: 2023 }));
}

#[test]
fn a_deadline_moves_back_or_stays_when_the_setting_says_so() {
    let directory = directory();
    let calendar = directory.calendar();
    let back = Rule { policy: Policy::PreviousWorkingDay, ..reply_rule(&directory) };
    let deadline = due(date(2023, 6, 9), &back, calendar).unwrap();
    assert_eq!((deadline.nominal, deadline.due), (date(2023, 7, 9), date(2023, 7, 5)));
    assert!(matches!(deadline.steps[1], Step::Moved { direction: Direction::Back, .. }));

    let as_is = Rule { policy: Policy::AsIs, ..reply_rule(&directory) };
    let deadline = due(date(2023, 9, 25), &as_is, calendar).unwrap();
    assert_eq!(deadline.due, date(2023, 10, 25));
    assert_eq!(
        deadline.words(Language::Ru)[1],
        "25 октября 2023 года — нерабочий день (День Республики), но по правилу срок не переносится."
    );
}

#[test]
fn going_back_never_ends_before_the_receipt() {
    let directory = directory();
    let rule = Rule { policy: Policy::PreviousWorkingDay, ..reply_rule(&directory) };
    // Received on a Saturday with one day to go: Friday would lie before the receipt, so Monday it is.
    let rule = rule.with_length(Length::CalendarDays { count: 1 });
    let deadline = due(date(2023, 10, 21), &rule, directory.calendar()).unwrap();
    assert_eq!(deadline.due, date(2023, 10, 23));
}

#[test]
fn an_inner_deadline_counts_working_days_and_names_what_it_passed_over() {
    let directory = directory();
    let calendar = directory.calendar();
    let five = Some(Length::WorkingDays { count: 5 });
    let deadline =
        inner(&Instruction { given: date(2023, 10, 20), length: five, limit: None }, &inner_rule(&directory), calendar)
            .unwrap();
    assert_eq!(deadline.due, date(2023, 10, 30));
    assert_eq!(
        deadline.words(Language::Kk),
        [
            "Мерзім 2023 жылғы 20 қазаннан бастап 5 жұмыс күні болып есептелді: 2023 жылғы 30 қазан.",
            "Сенбі мен жексенбі есепке алынбады (4 күн).",
            "2023 жылғы 25 қазан есепке алынбады: Республика күні.",
            "Соңғы мерзімі: 2023 жылғы 30 қазан (дүйсенбі).",
        ]
    );
}

#[test]
fn an_instruction_of_less_than_two_working_days_is_refused() {
    let directory = directory();
    let calendar = directory.calendar();
    let rule = inner_rule(&directory);
    let one = inner(
        &Instruction { given: date(2023, 10, 18), length: Some(Length::WorkingDays { count: 1 }), limit: None },
        &rule,
        calendar,
    );
    assert_eq!(one.unwrap_err(), DeadlineRefusal::TooShort { working_days: 1, minimum: 2 });
    // A named day is held to the same: from Friday to Monday there is one working day.
    let monday = Some(Length::Until { date: date(2023, 10, 23) });
    let over_a_weekend =
        inner(&Instruction { given: date(2023, 10, 20), length: monday, limit: None }, &rule, calendar);
    assert_eq!(over_a_weekend.unwrap_err(), DeadlineRefusal::TooShort { working_days: 1, minimum: 2 });
    let tuesday = Some(Length::Until { date: date(2023, 10, 24) });
    let named =
        inner(&Instruction { given: date(2023, 10, 20), length: tuesday, limit: None }, &rule, calendar).unwrap();
    assert_eq!(named.words(Language::Ru)[0], "Назначенный день: 24 октября 2023 года.");
}

#[test]
fn an_inner_deadline_does_not_pass_the_day_the_reply_is_due() {
    let directory = directory();
    let limit = date(2023, 10, 20);
    let ten = Some(Length::WorkingDays { count: 10 });
    let late = inner(
        &Instruction { given: date(2023, 10, 16), length: ten, limit: Some(limit) },
        &inner_rule(&directory),
        directory.calendar(),
    );
    assert_eq!(late.unwrap_err(), DeadlineRefusal::AfterTheReply { due: date(2023, 10, 31), limit });
    let three = Some(Length::WorkingDays { count: 3 });
    let in_time = inner(
        &Instruction { given: date(2023, 10, 16), length: three, limit: Some(limit) },
        &inner_rule(&directory),
        directory.calendar(),
    );
    assert_eq!(in_time.unwrap().due, date(2023, 10, 19));
}

#[test]
fn the_inner_deadline_that_is_offered_is_the_rules_own_or_the_last_working_day_before_the_reply() {
    let directory = directory();
    let (rule, calendar) = (inner_rule(&directory), directory.calendar());
    let day = |given, limit| offered(given, limit, &rule, calendar);
    // Five working days from a Monday, with room.
    let usual = day(date(2023, 10, 2), Some(date(2023, 10, 20))).unwrap();
    assert_eq!((usual.due, usual.steps.len()), (date(2023, 10, 9), 3), "{:?}", usual.steps);
    // The reply is due sooner, on a Sunday: the Friday before, and it says what the rule would have given.
    let sooner = day(date(2023, 10, 16), Some(date(2023, 10, 22))).unwrap();
    assert_eq!(sooner.due, date(2023, 10, 20));
    let words = sooner.words(Language::En);
    assert!(words[0].contains("23 October 2023") && words[0].contains("22 October 2023"), "{words:?}");
    assert!(words.iter().any(|said| said.contains("moves to the day before")), "{words:?}");
    assert!(!words.iter().any(|said| said.contains("usually")), "four working days are enough: {words:?}");
    // One working day is left, or none but today: it is offered, and said to be little.
    for (given, limit, left) in [(19, 20, "1 working day;"), (20, 20, "0 working days;")] {
        let little = day(date(2023, 10, given), Some(date(2023, 10, limit))).unwrap();
        assert_eq!(little.due, date(2023, 10, 20));
        assert!(little.words(Language::En).last().unwrap().contains(left), "{:?}", little.words(Language::En));
    }
    // Nothing can be offered on a Saturday when the reply is due that day, or was due before.
    let saturday = date(2023, 10, 21);
    for limit in [saturday, date(2023, 10, 20)] {
        assert!(matches!(day(saturday, Some(limit)), Err(DeadlineRefusal::AfterTheReply { .. })), "{limit}");
    }
    for language in Language::ALL {
        assert!(sooner.words(language).iter().all(|words| words.len() > 20));
    }
}

#[test]
fn a_draft_is_due_after_the_contributions_and_before_the_reply() {
    let directory = directory();
    let draft = directory.at(date(2023, 9, 20)).draft_rule().unwrap().clone();
    let days = |given, limit| {
        let found = shares(given, Some(limit), &inner_rule(&directory), &draft, directory.calendar()).unwrap();
        (found.contribution.due, found.draft.due)
    };
    // Five and ten working days, with room.
    assert_eq!(days(date(2023, 9, 20), date(2023, 10, 20)), (date(2023, 9, 27), date(2023, 10, 4)));
    // The reply is due in eight working days: the draft a day before it.
    assert_eq!(days(date(2023, 10, 10), date(2023, 10, 20)), (date(2023, 10, 17), date(2023, 10, 19)));
    // In four: the contributions a day before the draft.
    assert_eq!(days(date(2023, 10, 16), date(2023, 10, 20)), (date(2023, 10, 18), date(2023, 10, 19)));
    // In three an instruction can still have its two; in less there is no room, and nothing is offered that would be refused for being short.
    assert_eq!(days(date(2023, 10, 17), date(2023, 10, 20)), (date(2023, 10, 19), date(2023, 10, 19)));
    assert_eq!(days(date(2023, 10, 18), date(2023, 10, 20)), (date(2023, 10, 20), date(2023, 10, 20)));
    assert_eq!(days(date(2023, 10, 19), date(2023, 10, 20)), (date(2023, 10, 20), date(2023, 10, 20)));
}

#[test]
fn an_extension_is_counted_from_the_due_date_and_is_always_later() {
    let directory = directory();
    let calendar = directory.calendar();
    let rule = directory.at(date(2023, 10, 16)).extension_rule().unwrap().clone();
    let current = date(2023, 10, 20);
    assert_eq!(extend(current, &rule, calendar).unwrap().due, date(2023, 11, 20));
    let until = |day| rule.with_length(Length::Until { date: day });
    assert_eq!(extend(current, &until(date(2023, 10, 25)), calendar).unwrap().due, date(2023, 10, 26));
    for day in [current, date(2023, 10, 1)] {
        let refused = extend(current, &until(day), calendar).unwrap_err();
        assert_eq!(refused, DeadlineRefusal::NotLater { current, due: day });
    }
    // Moved back over a weekend, the "extension" would end on the old day.
    let back = Rule { policy: Policy::PreviousWorkingDay, ..until(date(2023, 10, 22)) };
    assert_eq!(extend(current, &back, calendar).unwrap_err(), DeadlineRefusal::NotLater { current, due: current });
}

#[test]
fn a_deadline_without_length_or_beyond_all_dates_is_refused() {
    let directory = directory();
    let calendar = directory.calendar();
    let rule = reply_rule(&directory);
    for length in [Length::Months { count: 0 }, Length::WorkingDays { count: 0 }, Length::CalendarDays { count: 0 }] {
        let refused = due(date(2023, 9, 20), &rule.with_length(length), calendar).unwrap_err();
        assert_eq!(refused, DeadlineRefusal::NoLength);
    }
    assert_eq!(due(Date::MAX, &rule, calendar).unwrap_err(), DeadlineRefusal::OutOfRange);
    let forever = rule.with_length(Length::WorkingDays { count: u16::MAX });
    assert_eq!(due(date(9900, 1, 1), &forever, calendar).unwrap_err(), DeadlineRefusal::OutOfRange);
}

#[test]
fn a_stored_deadline_reads_back_and_its_words_stay() {
    let directory = directory();
    let deadline = due(date(2023, 6, 6), &reply_rule(&directory), directory.calendar()).unwrap();
    let stored = serde_json::to_string(&deadline).unwrap();
    let read: directory::deadline::Deadline = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, deadline);
    // The names inside an event are kept for ever; a change here must be noticed.
    let step = serde_json::to_string(&deadline.steps[1]).unwrap();
    assert_eq!(
        step,
        r#"{"step":"moved","date":"2023-07-06","why":{"why":"day_off","note":"Capital Day"},"direction":"forward"}"#
    );
    let length = serde_json::to_string(&deadline.rule.length).unwrap();
    assert_eq!(length, r#"{"unit":"months","count":1}"#);
}

fn any_day() -> impl Strategy<Value = Date> {
    (0..4200_i32).prop_map(|days| date(2019, 1, 1).checked_add(jiff::ToSpan::days(days)).unwrap())
}

fn any_length() -> impl Strategy<Value = Length> {
    prop_oneof![
        (1..=24_u8).prop_map(|count| Length::Months { count }),
        (1..=120_u16).prop_map(|count| Length::WorkingDays { count }),
        (1..=400_u16).prop_map(|count| Length::CalendarDays { count }),
    ]
}

fn any_policy() -> impl Strategy<Value = Policy> {
    prop_oneof![Just(Policy::NextWorkingDay), Just(Policy::PreviousWorkingDay), Just(Policy::AsIs)]
}

#[test]
fn without_a_length_of_its_own_an_instruction_takes_that_of_the_setting() {
    let directory = directory();
    let instruction = Instruction { given: date(2023, 9, 21), length: None, limit: None };
    let deadline = inner(&instruction, &inner_rule(&directory), directory.calendar()).unwrap();
    assert_eq!(deadline.rule.length, Length::WorkingDays { count: 5 });
    assert_eq!(deadline.due, date(2023, 9, 28));
}

#[test]
fn the_published_schema_of_a_deadline_names_every_field() {
    let schema = serde_json::to_value(schemars::schema_for!(directory::deadline::Deadline)).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let required: Vec<&str> = schema["required"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    assert_eq!(required, ["due", "nominal", "counted_from", "rule", "calendar_version", "steps"]);
    assert_eq!(schema["properties"]["due"]["format"], "date");
}

proptest! {
    #[test]
    fn nothing_is_due_before_it_was_received(from in any_day(), length in any_length(), policy in any_policy()) {
        let directory = directory();
        let rule = Rule { policy, ..reply_rule(&directory).with_length(length) };
        let deadline = due(from, &rule, directory.calendar()).unwrap();
        prop_assert!(deadline.due >= from);
        prop_assert_eq!(deadline.counted_from, from);
        let Some(Step::Settled { due: settled, .. }) = deadline.steps.last() else {
            return Err(TestCaseError::fail("the last step does not settle"));
        };
        prop_assert_eq!(*settled, deadline.due);
    }

    #[test]
    fn unless_it_is_left_as_it_is_it_is_due_on_a_working_day(from in any_day(), length in any_length()) {
        let directory = directory();
        let calendar = directory.calendar();
        for policy in [Policy::NextWorkingDay, Policy::PreviousWorkingDay] {
            let rule = Rule { policy, ..reply_rule(&directory).with_length(length) };
            let deadline = due(from, &rule, calendar).unwrap();
            prop_assert!(calendar.is_working(deadline.due).0);
            let moved = deadline.steps.iter().filter(|step| matches!(step, Step::Moved { .. })).count();
            prop_assert_eq!(moved > 0, deadline.due != deadline.nominal);
        }
    }

    #[test]
    fn so_many_working_days_lie_between_as_were_counted(from in any_day(), count in 1..=120_u16) {
        let directory = directory();
        let calendar = directory.calendar();
        let rule = reply_rule(&directory).with_length(Length::WorkingDays { count });
        let deadline = due(from, &rule, calendar).unwrap();
        prop_assert_eq!(calendar.working_days(from, deadline.due), u32::from(count));
        prop_assert_eq!(deadline.due, deadline.nominal);
        let days = i64::from((deadline.due - from).get_days());
        let passed: u32 = deadline.steps.iter().map(|step| match step {
            Step::WeekendsPassedOver { days } => *days,
            Step::PassedOver { .. } => 1,
            _ => 0,
        }).sum();
        prop_assert_eq!(days, i64::from(passed) + i64::from(count));
    }

    #[test]
    fn an_answer_outside_the_calendar_always_says_so(from in any_day(), length in any_length()) {
        let directory = directory();
        let calendar = directory.calendar();
        let deadline = due(from, &reply_rule(&directory).with_length(length), calendar).unwrap();
        let decided_by = [deadline.nominal, deadline.due];
        if decided_by.iter().any(|day| !calendar.covers(*day)) {
            prop_assert!(!deadline.calendar_known());
        }
        for day in decided_by {
            let told = matches!(calendar.is_working(day).1, Why::CalendarNotKnown { .. });
            prop_assert_eq!(told, !calendar.covers(day));
        }
    }

    #[test]
    fn every_step_speaks_three_languages(from in any_day(), length in any_length(), policy in any_policy()) {
        let directory = directory();
        let rule = Rule { policy, ..reply_rule(&directory).with_length(length) };
        let deadline = due(from, &rule, directory.calendar()).unwrap();
        for language in Language::ALL {
            let words = deadline.words(language);
            prop_assert_eq!(words.len(), deadline.steps.len());
            prop_assert!(words.iter().all(|line| line.ends_with('.') && !line.contains("  ")));
        }
    }
}
