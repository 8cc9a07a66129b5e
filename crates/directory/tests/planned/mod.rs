//! A planned change is taken back: until when, and what stands in its way.

use std::collections::BTreeSet;

use directory::Language;
use directory::changes::event::{ChangeTakenBack, DayKind, DeputyEntered, MinistryFounded};
use directory::changes::{Change, ChangeRefusal, Ledger, SubjectKind};
use jiff::civil::date;

use super::{ACT, Office, TODAY, code, days, entered, merged, taken_back, words};

#[test]
fn what_has_a_day_ahead_is_taken_back_until_that_day_and_nothing_is_erased() {
    let mut office = Office::new();
    let (day, ministries) = (date(2023, 10, 1), SubjectKind::Ministries);
    let before = office.directory();
    office.done(merged("mti", "mne", day));
    let planned = office.directory();
    let recorded = office.one(taken_back(1, ministries)).unwrap();
    let [Change::ChangeTakenBack(event)] = &recorded[..] else { panic!("{recorded:?}") };
    assert_eq!(event.codes, ["mti", "mne"], "it is kept with the records that it is about");
    office.done(taken_back(1, ministries));
    assert_eq!(office.directory(), before);
    assert_eq!(office.ledger.directory_at(&office.seed, 1), planned, "as it was known then");
    assert_eq!((office.ledger.changes().len(), office.ledger.valid().count()), (2, 0));
    assert_eq!(office.one(taken_back(1, ministries)), Ok(vec![]), "it is taken back once");
    // The same may be planned anew, and something else.
    office.done(merged("mti", "mof", day));
    assert_eq!(office.directory().successors(&code("mti")).map(|one| one.code.as_str()).collect::<Vec<_>>(), ["mof"]);

    // A day that has come, what has none, the taking back itself, and what is not known.
    office.done(merged("moa", "mne", TODAY));
    assert_eq!(office.one(taken_back(4, ministries)), Err(ChangeRefusal::DayHasCome { since: TODAY }));
    office.done(days(&[(date(2023, 10, 20), DayKind::DayOff, "Демалыс")]));
    assert_eq!(office.one(taken_back(5, SubjectKind::Calendar)), Err(ChangeRefusal::NotPlanned));
    assert_eq!(office.one(taken_back(2, ministries)), Err(ChangeRefusal::NotPlanned));
    for (version, kind) in [(0, ministries), (9, ministries), (3, SubjectKind::Deputies)] {
        let unknown = ChangeRefusal::Unknown { code: format!("v{version}") };
        assert_eq!(office.one(taken_back(version, kind)), Err(unknown));
    }
    let wordless = ChangeTakenBack { act: " ".into(), ..taken_back(3, ministries) };
    assert_eq!(office.one(wordless), Err(ChangeRefusal::NoAct));
    for refusal in [ChangeRefusal::NotPlanned, ChangeRefusal::DayHasCome { since: day }] {
        let said: BTreeSet<_> = Language::ALL.map(|language| refusal.words(language)).into();
        assert_eq!(said.len(), 3);
    }
}

#[test]
fn what_another_change_rests_on_is_not_taken_back_before_that_one() {
    let mut office = Office::new();
    let (day, later) = (date(2023, 10, 1), date(2023, 10, 2));
    let ministries = SubjectKind::Ministries;
    let name = words("Жасанды интеллект министрлігі");
    let (abbreviation, predecessors, act) = (words("ЖИМ"), Vec::new(), ACT.into());
    office.done(MinistryFounded { code: code("ai"), name, abbreviation, since: day, predecessors, act });
    // Whose mailbox was erased since keeps nothing from being taken back.
    office.done(entered(&office));
    office.done(merged("mti", "ai", later));
    let changes = office.ledger.changes().to_vec();
    office.ledger = Ledger::default();
    for change in changes {
        office.ledger.evolve(match change {
            Change::DeputyEntered(event) => DeputyEntered { email: None, ..event }.into(),
            other => other,
        });
    }
    let needed = office.one(taken_back(1, ministries)).unwrap_err();
    let change = Box::new(Change::from(merged("mti", "ai", later)));
    assert_eq!(needed, ChangeRefusal::NeededBy { version: 3, change });
    // Whoever reads it is told which one that is, and no version of anything.
    let directory = office.directory();
    for (language, said) in [
        (
            Language::Kk,
            "министрлік басқасына қосылды: Сауда және интеграция министрлігі → Жасанды интеллект министрлігі, 2023 жылғы 2 қазан",
        ),
        (
            Language::Ru,
            "министерство присоединено к другому: Министерство торговли и интеграции → Жасанды интеллект министрлігі, 2 октября 2023 года",
        ),
        (
            Language::En,
            "a ministry was merged into another: Ministry of Trade and Integration → Жасанды интеллект министрлігі, 2 October 2023",
        ),
    ] {
        let told = needed.told(directory.at(TODAY), language);
        assert!(told.contains(said) && !told.contains("v3"), "{told}");
    }
    // Both in one go, the later one first.
    let both: Vec<Change> = vec![taken_back(3, ministries).into(), taken_back(1, ministries).into()];
    assert_eq!(office.ask(both).unwrap().len(), 2);
    office.done(taken_back(3, ministries));
    office.done(taken_back(1, ministries));
    assert!(office.directory().ministry(&code("ai")).is_none());
    assert!(office.directory().deputies().len() > office.seed.deputies().len(), "the mandate stays");
}
