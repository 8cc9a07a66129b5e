//! What changes in the records: what may be recorded, what follows, and what a table comes to.
#![expect(clippy::unwrap_used, reason = "a test that stops here says where")]

mod planned;
mod told;

use std::collections::BTreeSet;
use std::sync::Arc;

use directory::changes::decide::decide;
use directory::changes::event::{
    CalendarChanged, ChangeTakenBack, ConvocationEnded, DayKind, DaySet, DeputyChangedFaction, DeputyCorrected,
    DeputyEntered, DeputyLeft, FactionEnded, MinistryAbolished, MinistryFounded, MinistryMerged, MinistryRenamed,
    MinistrySplit, OfficeLeft, OfficeTaken, Recount,
};
use directory::changes::import::{Against, Reason, Table, report};
use directory::changes::{Change, ChangeRefusal, Ledger, MOST, RecordChanges, SubjectKind, personal};
use directory::{DeputyId, Directory, Ground, Language, MinistryCode, Multilingual};
use jiff::civil::{Date, date};

const TODAY: Date = date(2023, 9, 20);
const ACT: &str = "Президенттің 2023 жылғы 1 қыркүйектегі № 318 Жарлығы";

fn code(code: &str) -> MinistryCode {
    MinistryCode::new(code).unwrap()
}

fn words(text: &str) -> Multilingual {
    Multilingual::new(text, text, None)
}

struct Office {
    seed: Arc<Directory>,
    ledger: Ledger,
}

impl Office {
    fn new() -> Self {
        Self { seed: Arc::new(Directory::embedded().unwrap()), ledger: Ledger::default() }
    }

    fn ask(&self, changes: Vec<Change>) -> Result<Vec<Change>, ChangeRefusal> {
        let last_signed = Some(date(2023, 9, 18).at(12, 0, 0, 0));
        let ask = RecordChanges { seed: Arc::clone(&self.seed), today: TODAY, last_signed, changes };
        decide(&self.ledger, &ask).map_err(|refused| refused.why)
    }

    fn one(&self, change: impl Into<Change>) -> Result<Vec<Change>, ChangeRefusal> {
        self.ask(vec![change.into()])
    }

    fn done(&mut self, change: impl Into<Change>) {
        for change in self.one(change).unwrap() {
            self.ledger.evolve(change);
        }
    }

    fn directory(&self) -> Directory {
        self.ledger.directory(&self.seed)
    }
}

fn merged(from: &str, into: &str, on: Date) -> MinistryMerged {
    MinistryMerged { code: code(from), into: code(into), on, act: ACT.into() }
}

fn days(days: &[(Date, DayKind, &str)]) -> CalendarChanged {
    let day =
        |(date, kind, note): &(Date, DayKind, &str)| DaySet { date: *date, kind: *kind, note: (*note).to_owned() };
    CalendarChanged { days: days.iter().map(day).collect(), recount: Recount::None, act: ACT.into() }
}

fn entered(office: &Office) -> DeputyEntered {
    DeputyEntered {
        id: "0190f3c1-7a55-7cc1-9d3b-4c2a70b0a001".parse().unwrap(),
        name: words("А. Жаңа"),
        dative: None,
        email: Some("a.zhana@mazhilis.example".into()),
        chamber: office.seed.chambers()[0].code.clone(),
        faction: Some(office.seed.factions()[0].code.clone()),
        single_mandate: false,
        since: date(2023, 9, 21),
        act: ACT.into(),
    }
}

#[test]
fn a_ministry_is_founded_renamed_merged_and_split_each_with_its_days() {
    let mut office = Office::new();
    let founded = MinistryFounded {
        code: code("ai"),
        name: words("Жасанды интеллект министрлігі"),
        abbreviation: words("ЖИМ"),
        since: date(2023, 10, 1),
        predecessors: vec![code("mddiai")],
        act: ACT.into(),
    };
    office.done(founded.clone());
    assert_eq!(office.one(founded.clone()), Ok(vec![]), "what the records say already is not recorded again");
    let other = MinistryFounded { name: words("Басқа"), ..founded };
    assert_eq!(office.one(other), Err(ChangeRefusal::Taken { code: "ai".into() }));
    office.done(MinistryRenamed {
        code: code("moe"),
        name: words("Оқу министрлігі"),
        abbreviation: words("ОМ"),
        since: date(2023, 10, 1),
        act: ACT.into(),
    });
    office.done(merged("mti", "mne", date(2023, 10, 1)));
    assert_eq!(office.one(merged("mti", "mne", date(2023, 10, 1))), Ok(vec![]));
    let directory = office.directory();
    let (before, after) = (directory.at(date(2023, 9, 30)), directory.at(date(2023, 10, 1)));
    assert_eq!(before.ministry(&code("moe")).unwrap().name.kk, "Оқу-ағарту министрлігі");
    assert_eq!(after.ministry(&code("moe")).unwrap().name.kk, "Оқу министрлігі");
    assert!(before.ministry(&code("mti")).is_some() && after.ministry(&code("mti")).is_none());
    assert!(before.ministry(&code("ai")).is_none() && after.ministry(&code("ai")).is_some());
    assert_eq!(directory.successors(&code("mti")).map(|one| one.code.as_str()).collect::<Vec<_>>(), ["mne"]);
    // To be chosen from, each is named once, as the day calls it; one that is over is named too.
    let called = [(before, "Оқу-ағарту министрлігі"), (after, "Оқу министрлігі")];
    for (view, name) in called {
        let every = view.every_ministry();
        let of = |wanted: &str| every.iter().filter(|one| one.code == code(wanted)).collect::<Vec<_>>();
        assert_eq!(of("moe").iter().map(|one| one.name.kk.as_str()).collect::<Vec<_>>(), [name]);
        assert_eq!((of("mti").len(), of("ai").len()), (1, 1));
    }

    let split = |into: &[&str], otherwise: &str| MinistrySplit {
        code: code("mddiai"),
        into: into.iter().map(|one| code(one)).collect(),
        on: date(2023, 10, 1),
        otherwise: code(otherwise),
        chosen: Vec::new(),
        act: ACT.into(),
    };
    for (into, otherwise) in [(&["ai"][..], "ai"), (&["ai", "mne"][..], "mof")] {
        assert_eq!(office.one(split(into, otherwise)), Err(ChangeRefusal::NoSuccessor));
    }
    office.done(split(&["ai", "mne"], "mne"));
    assert_eq!(office.directory().successors(&code("mddiai")).count(), 2);
    // The stream up to a version is the directory that was known then.
    assert!(office.ledger.directory_at(&office.seed, 1).at(date(2023, 10, 1)).ministry(&code("mti")).is_some());
}

#[test]
fn a_wrong_change_of_a_ministry_is_refused_with_what_to_do() {
    let office = Office::new();
    let on = date(2023, 10, 1);
    assert_eq!(office.one(merged("mof", "mof", on)), Err(ChangeRefusal::IntoItself));
    assert_eq!(office.one(merged("nobody", "mof", on)), Err(ChangeRefusal::Unknown { code: "nobody".into() }));
    // Both ended on 1 September.
    assert_eq!(office.one(merged("mcs", "mof", on)), Err(ChangeRefusal::NotInForce { code: "mcs".into(), on }));
    assert_eq!(office.one(merged("mof", "mcs", on)), Err(ChangeRefusal::NotInForce { code: "mcs".into(), on }));
    let began = date(2023, 9, 1);
    assert_eq!(
        office.one(merged("mci", "mof", began)),
        Err(ChangeRefusal::NotLater { code: "mci".into(), from: began })
    );
    assert_eq!(
        office.one(merged("mof", "mne", date(2223, 1, 1))).unwrap_err(),
        ChangeRefusal::OutOfRange { date: date(2223, 1, 1) }
    );
    for act in ["", " ", "қара: a@b.example"] {
        let no_act = MinistryAbolished { code: code("mof"), on, act: act.into() };
        assert_eq!(office.one(no_act), Err(ChangeRefusal::NoAct), "{act:?}");
    }
    assert_eq!(office.ask(vec![]), Err(ChangeRefusal::Nothing));
    // One that is refused keeps the others from being recorded.
    let two = vec![merged("mti", "mne", on).into(), merged("mti", "mof", on).into()];
    assert_eq!(office.ask(two), Err(ChangeRefusal::NotInForce { code: "mti".into(), on }));
    // What has gone to one successor goes to no other, not even earlier; to the same one it may.
    let earlier = date(2023, 9, 25);
    let gone = Err(ChangeRefusal::GoneOver { code: "mti".into(), to: "mne".into() });
    assert_eq!(office.ask(vec![merged("mti", "mne", on).into(), merged("mti", "mof", earlier).into()]), gone);
    let abolished = MinistryAbolished { code: code("mti"), on: earlier, act: ACT.into() };
    assert_eq!(office.ask(vec![merged("mti", "mne", on).into(), abolished.into()]), gone);
    let same = vec![merged("mti", "mne", on).into(), merged("mti", "mne", earlier).into()];
    assert_eq!(office.ask(same).unwrap().len(), 2);
    // What another one goes into does not end before that, or the two would go into each other; on that day and afterwards it may.
    let circle = vec![merged("mti", "mne", on).into(), merged("mne", "mti", earlier).into()];
    let takes_over = |code: &str| Err(ChangeRefusal::TakesOver { code: code.into(), of: "mti".into(), from: on });
    assert_eq!(office.ask(circle), takes_over("mne"));
    let before = MinistryAbolished { code: code("mne"), on: earlier, act: ACT.into() };
    assert_eq!(office.ask(vec![merged("mti", "mne", on).into(), before.into()]), takes_over("mne"));
    let chain = vec![merged("mti", "mne", on).into(), merged("mne", "mof", on).into()];
    assert_eq!(office.ask(chain).unwrap().len(), 2);
}

#[test]
fn a_renamed_ministry_lives_on_from_before_its_last_name_and_the_day_of_that_can_be_put_right() {
    let mut office = Office::new();
    let named = |name: &str, since| MinistryRenamed {
        code: code("moa"),
        name: words(name),
        abbreviation: words("АМ"),
        since,
        act: ACT.into(),
    };
    let (before, renamed, after) = (date(2023, 9, 10), date(2023, 9, 15), date(2023, 9, 25));
    office.done(named("Агромин", renamed));
    let gone = |on| -> [Change; 3] {
        let into = vec![code("mof"), code("mne")];
        let (chosen, otherwise) = (Vec::new(), code("mof"));
        [
            merged("moa", "mof", on).into(),
            MinistrySplit { code: code("moa"), into, on, otherwise, chosen, act: ACT.into() }.into(),
            MinistryAbolished { code: code("moa"), on, act: ACT.into() }.into(),
        ]
    };
    // It existed before under another name: others may have gone into it then, alone or in part.
    assert_eq!(office.one(merged("mti", "moa", before)).unwrap().len(), 1);
    let into = vec![code("moa"), code("mof")];
    let otherwise = code("moa");
    let split = MinistrySplit { code: code("mti"), into, on: before, otherwise, chosen: Vec::new(), act: ACT.into() };
    assert_eq!(office.one(split).unwrap().len(), 1);
    // It does not end before it took its name, nor takes another one before that; the refusal says why.
    let later = |from| Err(ChangeRefusal::RenamedLater { code: "moa".into(), from });
    for change in gone(before).into_iter().chain(gone(renamed)).chain([Change::from(named("Басқа", before))]) {
        assert_eq!(office.one(change.clone()), later(renamed), "{change:?}");
    }
    for change in gone(after) {
        assert_eq!(office.one(change).unwrap().len(), 1);
    }
    // The same name from another day puts that day right, to either side; from the same day it is no news.
    assert_eq!(office.one(named("Агромин", renamed)), Ok(vec![]));
    for since in [date(2023, 9, 18), date(2023, 9, 5)] {
        office.done(named("Агромин", since));
        let directory = office.directory();
        let called = |on| directory.at(on).ministry(&code("moa")).unwrap().name.kk.clone();
        assert_eq!(called(since), "Агромин");
        assert_ne!(called(since.yesterday().unwrap()), "Агромин");
        assert_eq!(directory.ministries().iter().filter(|one| one.code == code("moa")).count(), 2);
        assert_eq!(directory.renamed_on(&code("moa")), Some(since));
    }
    for change in gone(before) {
        assert_eq!(office.one(change).unwrap().len(), 1);
    }
    // A second name comes after the first; what was never renamed bears its name from whatever day.
    office.done(named("Ауылмин", renamed));
    let first = date(2023, 9, 5);
    assert_eq!(office.one(named("Ауылмин", first)), later(first));
    let known = office.seed.ministry(&code("mof")).unwrap().clone();
    let same =
        MinistryRenamed { code: known.code, name: known.name, abbreviation: known.abbreviation, ..named("", before) };
    assert_eq!(office.one(same), Ok(vec![]));
    for language in Language::ALL {
        let words = ChangeRefusal::RenamedLater { code: "moa".into(), from: renamed }.words(language);
        assert!(words.contains("2023"), "{words}");
    }
}

#[test]
fn no_two_ministries_bear_one_name_at_the_same_time() {
    let mut office = Office::new();
    let founded = |name: Multilingual, since| MinistryFounded {
        code: code("twin"),
        name,
        abbreviation: words("ЕМ"),
        since,
        predecessors: Vec::new(),
        act: ACT.into(),
    };
    let day = date(2023, 10, 1);
    let taken = |name: &str, code: &str| Err(ChangeRefusal::SameName { name: name.into(), code: code.into() });
    // In any language, in capital letters or not.
    let kk = Multilingual::new("қаржы министрлігі", "Министерство казны", None);
    assert_eq!(office.one(founded(kk, day)), taken("қаржы министрлігі", "mof"));
    let en = Multilingual::new("Қазына министрлігі", "Министерство казны", Some("Ministry of Finance".into()));
    assert_eq!(office.one(founded(en, day)), taken("Ministry of Finance", "mof"));
    // What a ministry was called that is over, another one may be called.
    let over = office.seed.ministry(&code("mcs")).unwrap().name.clone();
    assert_eq!(office.one(founded(over.clone(), day)).unwrap().len(), 1);
    assert_eq!(office.one(founded(over, date(2023, 8, 1))), taken("Мәдениет және спорт министрлігі", "mcs"));
    // What takes the place of a ministry may be called like it: it is founded first, and the other one goes into it then.
    let known = office.seed.ministry(&code("mof")).unwrap().name.clone();
    let follows = |of: &str| MinistryFounded { predecessors: vec![code(of)], ..founded(known.clone(), day) };
    assert_eq!(office.one(follows("mne")), taken("Қаржы министрлігі", "mof"));
    assert_eq!(office.ask(vec![follows("mof").into(), merged("mof", "twin", day).into()]).unwrap().len(), 2);
    let renamed = |of: &str, name: &str, since| MinistryRenamed {
        code: code(of),
        name: words(name),
        abbreviation: words("АБ"),
        since,
        act: ACT.into(),
    };
    assert_eq!(office.one(renamed("moe", "Қаржы министрлігі", day)), taken("Қаржы министрлігі", "mof"));
    // A name that is given up is free from that day on, and no day earlier; a day that is put right is held to the same.
    office.done(renamed("mof", "Қазына министрлігі", day));
    let before = date(2023, 9, 30);
    assert_eq!(office.one(renamed("moe", "Қаржы министрлігі", before)), taken("Қаржы министрлігі", "mof"));
    office.done(renamed("moe", "Қаржы министрлігі", day));
    assert_eq!(office.one(renamed("moe", "Қаржы министрлігі", before)), taken("Қаржы министрлігі", "mof"));
    for language in Language::ALL {
        let refusal = ChangeRefusal::SameName { name: "Қаржы".into(), code: "mof".into() };
        assert!(refusal.words(language).contains("mof"));
    }
    // A table goes by the same rule, row by row.
    let row = "twin,Әділет министрлігі,Министерство права,,ЕМ,МП,,2023-10-01,,";
    let text = format!("{}\n{row}\n", include_str!("../data/ministries.csv").lines().next().unwrap());
    let against = Against { directory: &office.directory(), today: TODAY, last_signed: None, act: ACT };
    let found = report(Table::Ministries, &text, against);
    assert!(matches!(found.refused[0].reason, Reason::Refused(ChangeRefusal::SameName { .. })), "{found:?}");
}

fn taken_back(version: u64, kind: SubjectKind) -> ChangeTakenBack {
    ChangeTakenBack { version, kind, codes: Vec::new(), act: ACT.into() }
}

#[test]
fn a_deputy_enters_is_corrected_changes_faction_and_leaves() {
    let mut office = Office::new();
    let new = entered(&office);
    let factions: Vec<_> = office.seed.factions().iter().map(|one| one.code.clone()).collect();
    assert_eq!(
        office.one(DeputyEntered { email: Some("nobody".into()), ..new.clone() }),
        Err(ChangeRefusal::NoAddress)
    );
    office.done(new.clone());
    assert_eq!(office.one(new.clone()), Ok(vec![]));
    let again = DeputyEntered { since: date(2023, 10, 1), ..new.clone() };
    assert_eq!(office.one(again), Err(ChangeRefusal::Overlaps { code: "А. Жаңа".into() }));
    let moved = DeputyChangedFaction {
        id: new.id,
        faction: Some(factions[1].clone()),
        since: date(2023, 11, 1),
        act: ACT.into(),
    };
    // Two days of October are changed later than it was recorded; what the records knew of November stays.
    office.done(moved.clone());
    assert_eq!(office.one(moved.clone()), Ok(vec![]));
    office.done(DeputyChangedFaction { faction: None, since: date(2023, 10, 20), ..moved.clone() });
    {
        let directory = office.directory();
        let faction = |on| directory.at(on).deputy(new.id).unwrap().faction.clone();
        assert_eq!(faction(date(2023, 10, 19)), Some(factions[0].clone()));
        assert_eq!((faction(date(2023, 10, 20)), faction(date(2023, 11, 1))), (None, Some(factions[1].clone())));
        // A mandate that ends before a faction change that was known ends whole.
        let left = DeputyLeft { id: new.id, on: date(2023, 10, 25), act: ACT.into() };
        let [change] = &office.one(left).unwrap()[..] else { panic!("one change") };
        let mut ended = office.directory();
        ended.evolve(change);
        assert!(ended.at(date(2023, 10, 24)).deputy(new.id).is_some());
        assert!(ended.at(date(2023, 10, 25)).deputy(new.id).is_none());
        assert!(ended.at(date(2023, 11, 2)).deputy(new.id).is_none());
        let before = DeputyLeft { id: new.id, on: date(2023, 9, 21), act: ACT.into() };
        assert!(matches!(office.one(before), Err(ChangeRefusal::NotLater { .. })));
    }
    office.done(DeputyChangedFaction { faction: Some(factions[0].clone()), since: date(2023, 10, 20), ..moved });
    let email = Some("b@mazhilis.example".to_owned());
    office
        .done(DeputyCorrected { id: new.id, name: words("А. Жаңаева"), dative: None, email, act: ACT.into() });
    let directory = office.directory();
    assert_eq!(directory.at(date(2023, 10, 31)).deputy(new.id).unwrap().faction, Some(factions[0].clone()));
    let later = directory.at(date(2023, 11, 1)).deputy(new.id).unwrap();
    assert_eq!((later.faction.as_ref(), later.name.kk.as_str()), (Some(&factions[1]), "А. Жаңаева"));
    office.done(DeputyLeft { id: new.id, on: date(2024, 1, 1), act: ACT.into() });
    assert!(office.directory().at(date(2024, 1, 1)).deputy(new.id).is_none());
    // A convocation takes its factions and mandates with it.
    let convocation = office.seed.at(TODAY).convocation(&new.chamber).unwrap();
    office.done(ConvocationEnded {
        chamber: new.chamber.clone(),
        number: convocation.number,
        on: date(2025, 1, 1),
        act: ACT.into(),
    });
    let directory = office.directory();
    assert!(directory.at(date(2024, 12, 31)).deputies().count() > 0);
    assert_eq!(directory.at(date(2025, 1, 1)).deputies().count(), 0);
    assert_eq!(directory.at(date(2025, 1, 1)).factions().count(), 0);
}

#[test]
fn who_holds_an_office_does_not_contradict_a_signed_letter() {
    let mut office = Office::new();
    let premier = office.seed.holders().iter().find(|one| one.name.kk == "Ә. Смайылов").unwrap().clone();
    let left = |until| OfficeLeft { office: premier.office.clone(), person: premier.person, until, act: ACT.into() };
    let before = date(2023, 9, 18).at(11, 59, 0, 0);
    assert!(matches!(office.one(left(before)), Err(ChangeRefusal::BeforeLetters { .. })));
    let taken = |since, ground| OfficeTaken {
        office: premier.office.clone(),
        person: "0190f3c1-7a55-7cc1-9d3b-4c2a70b0a002".parse().unwrap(),
        name: words("Б. Жаңа"),
        ground,
        deputy: None,
        since,
        until: None,
        act: ACT.into(),
    };
    let noon = date(2023, 9, 21).at(12, 0, 0, 0);
    assert!(matches!(office.one(taken(noon, Ground::Holds)), Err(ChangeRefusal::Overlaps { .. })));
    office.done(left(noon));
    let mut next = taken(noon, Ground::Holds);
    next.until = Some(date(2024, 2, 5).at(0, 0, 0, 0));
    office.done(next);
    let directory = office.directory();
    let name = |at| directory.holder_at(&premier.office, at).map(|one| one.name.kk.as_str());
    assert_eq!(name(date(2023, 9, 21).at(11, 59, 0, 0)), Some("Ә. Смайылов"));
    assert_eq!(name(noon), Some("Б. Жаңа"));
}

#[test]
fn the_calendar_takes_days_and_names_itself_anew() {
    let mut office = Office::new();
    let saturday = date(2023, 10, 21);
    for (day, kind, note) in [(date(2023, 10, 20), DayKind::WorkingDay, "x"), (date(2023, 10, 20), DayKind::DayOff, "")]
    {
        let refused = office.one(days(&[(day, kind, note)]));
        assert_eq!(refused, Err(ChangeRefusal::NoSuchDay { date: day }));
    }
    let next_year = date(2027, 1, 1);
    assert_eq!(
        office.one(days(&[(next_year, DayKind::DayOff, "New Year")])),
        Err(ChangeRefusal::YearUnknown { year: 2027 })
    );
    let version = office.directory().calendar().version().to_owned();
    office
        .done(days(&[(saturday, DayKind::WorkingDay, "Жұмыс күні"), (date(2023, 10, 20), DayKind::DayOff, "Демалыс")]));
    let directory = office.directory();
    assert!(directory.calendar().is_working(saturday).0 && !directory.calendar().is_working(date(2023, 10, 20)).0);
    assert_ne!(directory.calendar().version(), version);
    // The day that is so already is left out, the other one becomes an ordinary day again.
    let recorded =
        office.one(days(&[(saturday, DayKind::WorkingDay, "Жұмыс күні"), (date(2023, 10, 20), DayKind::Ordinary, "")]));
    let Ok([Change::CalendarChanged(event)]) = recorded.as_deref() else { panic!("{recorded:?}") };
    assert_eq!(event.days.len(), 1);
    office.done(event.clone());
    office.done(days(&[(saturday, DayKind::Ordinary, "")]));
    assert_eq!(office.directory().calendar().version(), version, "two calendars with the same days have one name");
}

#[test]
fn a_table_says_what_it_comes_to_and_the_same_table_twice_nothing() {
    let mut office = Office::new();
    let against = |directory: &Directory, table, text: &str| {
        report(table, text, Against { directory, today: TODAY, last_signed: None, act: ACT })
    };
    let shipped = include_str!("../data/deputies.csv");
    let known = against(&office.directory(), Table::Deputies, shipped);
    assert_eq!((known.rows, known.known, known.changes.len(), known.refused.len()), (8, 8, 0, 0));
    for (table, text) in [
        (Table::Ministries, include_str!("../data/ministries.csv")),
        (Table::Calendar, include_str!("../data/calendar-kz.csv")),
    ] {
        let known = against(&office.directory(), table, text);
        assert_eq!((known.rows, known.changes.len(), known.refused.len()), (known.known, 0, 0), "{table:?}");
    }
    let row = "0190f3c1-7a55-7cc1-9d3b-4c2a70b0a001,А. Жаңа,А. Новый,,,,a@mazhilis.example,mazhilis,amanat,false,2023-09-21,\n";
    let text = format!("\u{FEFF}{shipped}{row}");
    let new = against(&office.directory(), Table::Deputies, &text);
    assert_eq!((new.rows, new.known, new.changes.len()), (9, 8, 1));
    assert_eq!(new.changes[0].0, 10, "the line that asks for it");
    for (_, change) in new.changes {
        office.done(change);
    }
    assert_eq!(against(&office.directory(), Table::Deputies, &text).changes, []);

    let wrong = format!(
        "{shipped}{row}{}no id,x,y,,,,z,mazhilis,,false,2023-09-21,\n",
        row.replace("a001", "a003").replace("amanat", "nobody")
    );
    let report = against(&Directory::embedded().unwrap(), Table::Deputies, &wrong);
    let lines: Vec<u64> = report.refused.iter().map(|row| row.line).collect();
    assert_eq!((lines, report.changes.len()), (vec![11, 12], 1));
    assert!(matches!(report.refused[0].reason, Reason::Refused(ChangeRefusal::Unknown { .. })));
    assert!(matches!(report.refused[1].reason, Reason::Unreadable(_)));
    let heading = shipped.lines().next().unwrap();
    let many: String = (0..=MOST).map(|nth| row.replace("70b0a001", &format!("{:08x}", 0x1000_0000 + nth))).collect();
    let report = against(&office.directory(), Table::Deputies, &format!("{heading}\n{many}"));
    assert_eq!(report.refused.len(), 1, "a look refuses what the record would refuse: {:?}", report.refused);
    assert_eq!(report.refused[0].reason, Reason::Refused(ChangeRefusal::TooMany { most: MOST }));
    let ended = include_str!("../data/ministries.csv")
        .replace("ОАМ,Минпросвещения,MoE,,,", "ОАМ,Минпросвещения,MoE,,2024-01-01,");
    let report = against(&office.directory(), Table::Ministries, &ended);
    assert!(matches!(report.refused[0].reason, Reason::Refused(ChangeRefusal::EndedElsewhere { .. })));
    let day = against(
        &office.directory(),
        Table::Calendar,
        "date,kind,note\n2023-10-20,working_day,x\n2023-10-19,day_off,y\n",
    );
    assert_eq!((day.refused[0].line, day.changes.len()), (2, 0));
}

#[test]
fn a_mailbox_is_the_deputys_own_and_every_change_is_told_in_three_languages() {
    let office = Office::new();
    let change: Change = entered(&office).into();
    let (deputy, pointer) = personal(&change).unwrap();
    let mut stored = serde_json::to_value(&change).unwrap();
    assert_eq!(stored.pointer(&pointer).unwrap(), "a.zhana@mazhilis.example");
    *stored.pointer_mut(&pointer).unwrap() = serde_json::Value::Null;
    let erased: Change = serde_json::from_value(stored).unwrap();
    let mut directory = (*office.seed).clone();
    directory.evolve(&erased);
    assert_eq!(directory.deputy(deputy).unwrap().email, "");
    for stored in Change::STORED {
        let said: BTreeSet<_> = Language::ALL.iter().map(|one| Change::words(stored, *one).unwrap()).collect();
        assert_eq!(said.len(), 3, "{stored}");
    }
    assert_eq!(Change::words("inquiry_received", Language::Kk), None);
}

#[test]
fn a_change_rests_on_what_it_names_and_on_what_its_rule_asks() {
    let office = Office::new();
    let day = date(2023, 10, 1);
    let renamed = |of: &str, name: &str| -> Change {
        let (name, abbreviation) = (words(name), words("АБ"));
        MinistryRenamed { code: code(of), name, abbreviation, since: day, act: ACT.into() }.into()
    };
    let entered = entered(&office);
    let other: DeputyId = "0190f3c1-7a55-7cc1-9d3b-4c2a70b0a002".parse().unwrap();
    let mailbox = |id: DeputyId, name: &str| -> Change {
        let email = Some("b@mazhilis.example".into());
        DeputyCorrected { id, name: words(name), dative: None, email, act: ACT.into() }.into()
    };
    let moves = |id: DeputyId| -> Change {
        DeputyChangedFaction { id, faction: entered.faction.clone(), since: day, act: ACT.into() }.into()
    };
    let faction_ends: Change = FactionEnded { code: entered.faction.clone().unwrap(), on: day, act: ACT.into() }.into();
    let convocation_ends: Change =
        ConvocationEnded { chamber: entered.chamber.clone(), number: 8, on: day, act: ACT.into() }.into();
    let off = |date: Date, recount: Recount| -> Change {
        CalendarChanged { recount, ..days(&[(date, DayKind::DayOff, "x")]) }.into()
    };
    let merged: Change = merged("mti", "mne", day).into();
    let back = |kind: SubjectKind, code: &str| -> Change {
        ChangeTakenBack { codes: vec![code.into()], ..taken_back(1, kind) }.into()
    };
    let twin: Change = DeputyEntered { id: other, ..entered.clone() }.into();
    let (id, enters): (DeputyId, Change) = (entered.id, entered.clone().into());
    for (asked, since, rests) in [
        (mailbox(id, "А. Жаңа"), mailbox(other, "Б. Жаңа"), false),
        (mailbox(id, "А. Жаңа"), moves(id), true),
        (mailbox(id, "А. Жаңа"), faction_ends.clone(), false),
        (mailbox(id, "А. Жаңа"), convocation_ends.clone(), false),
        (mailbox(id, "А. Жаңа"), merged.clone(), false),
        (moves(id), faction_ends.clone(), true),
        (moves(id), convocation_ends, true),
        (faction_ends, moves(id), false),
        // One person, written twice at once, would be two.
        (enters, twin, true),
        (renamed("moe", "А"), renamed("moh", "Б"), false),
        (renamed("moe", "А"), renamed("moe", "Б"), true),
        (renamed("moe", "А"), merged.clone(), true),
        (back(SubjectKind::Ministries, "mti"), merged.clone(), true),
        (renamed("moe", "А"), back(SubjectKind::Ministries, "mti"), true),
        (mailbox(id, "А. Жаңа"), back(SubjectKind::Ministries, "mti"), false),
        (back(SubjectKind::Deputies, &id.to_string()), mailbox(id, "А. Жаңа"), true),
        (mailbox(id, "А. Жаңа"), back(SubjectKind::Deputies, &other.to_string()), false),
        (mailbox(id, "А. Жаңа"), back(SubjectKind::Deputies, &id.to_string()), true),
        (mailbox(id, "А. Жаңа"), back(SubjectKind::Factions, "amanat"), false),
        (moves(id), back(SubjectKind::Factions, "amanat"), true),
        (merged, renamed("mne", "Б"), true),
        (off(date(2023, 10, 20), Recount::None), off(date(2023, 10, 19), Recount::All), false),
        (off(date(2023, 10, 20), Recount::None), off(date(2023, 10, 20), Recount::None), true),
        (off(date(2023, 10, 20), Recount::All), off(date(2023, 10, 19), Recount::None), true),
        (off(date(2023, 10, 20), Recount::All), mailbox(id, "А. Жаңа"), false),
    ] {
        assert_eq!(asked.rests_on(&since), rests, "{asked:?} after {since:?}");
    }
}

#[test]
fn what_was_stored_is_read_and_written_again_to_the_byte() {
    for line in include_str!("stored_changes.txt").lines() {
        let change: Change = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(serde_json::to_string(&change).unwrap(), line);
    }
    for stored in Change::STORED {
        let begins = format!("{{\"{stored}\":");
        assert!(include_str!("stored_changes.txt").lines().any(|line| line.starts_with(&begins)), "{stored}");
    }
}
