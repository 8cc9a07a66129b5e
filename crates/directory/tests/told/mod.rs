//! What refusals say to whoever reads no codes, and which names are one name.

use directory::changes::event::{FactionFormed, MinistryFounded, MinistryRenamed};
use directory::changes::{Change, ChangeRefusal};
use directory::{FactionCode, Language, Multilingual};
use jiff::civil::{Date, date};

use super::{ACT, Office, TODAY, code, merged, words};

fn formed(name: &str, chamber: usize, office: &Office) -> FactionFormed {
    let chamber = office.seed.chambers()[chamber].code.clone();
    let since = date(2023, 10, 1);
    let convocation = office.seed.at(since).convocation(&chamber).unwrap().number;
    let code = FactionCode::new("second").unwrap();
    FactionFormed { code, chamber, convocation, name: words(name), since, act: ACT.into() }
}

#[test]
fn a_name_is_one_ministrys_however_it_is_typed() {
    let office = Office::new();
    let founded = |kk: &str, ru: &str| MinistryFounded {
        code: code("twin"),
        name: Multilingual::new(kk, ru, None),
        abbreviation: words("ЕМ"),
        since: date(2023, 10, 1),
        predecessors: Vec::new(),
        act: ACT.into(),
    };
    let taken = |name: &str| Err(ChangeRefusal::SameName { name: name.into(), code: "moj".into() });
    for kk in ["Әділет  министрлігі", "Әд\u{69}лет министрл\u{69}г\u{69}", "«Әділет» министрлігі"]
    {
        assert_eq!(office.one(founded(kk, "Министерство права")), taken(kk));
        let renamed = MinistryRenamed {
            code: code("moe"),
            name: Multilingual::new(kk, "Министерство права", None),
            abbreviation: words("ЕМ"),
            since: date(2023, 10, 1),
            act: ACT.into(),
        };
        assert_eq!(office.one(renamed), taken(kk));
    }
    for ru in ["Министерство\u{a0}юстиции", "Ми\u{43d}ист\u{65}рство юстиции", "Министерство – юстиции"]
    {
        assert_eq!(office.one(founded("Құқық министрлігі", ru)), taken(ru));
    }
    assert_eq!(office.one(founded("Құқық министрлігі", "Министерство права")).unwrap().len(), 1);
    // Its own name may be written otherwise.
    let own = MinistryRenamed {
        code: code("moj"),
        name: Multilingual::new("«Әділет» министрлігі", "Министерство юстиции", None),
        abbreviation: words("ӘМ"),
        since: date(2023, 10, 1),
        act: ACT.into(),
    };
    assert_eq!(office.one(own).unwrap().len(), 1);
}

#[test]
fn no_two_factions_of_a_chamber_bear_one_name_at_the_same_time() {
    let mut office = Office::new();
    for name in ["«Ауыл»", "«АУЫЛ»", "\"\u{41}уыл\"", "Ауыл"] {
        let same = ChangeRefusal::SameFaction { name: name.into(), code: "auyl".into() };
        assert_eq!(office.one(formed(name, 0, &office)), Err(same), "{name}");
    }
    assert_eq!(office.one(formed("«Егемен»", 0, &office)).unwrap().len(), 1);
    // The other chamber counts its own, and a name is free once the faction that bore it has ended.
    assert_eq!(office.one(formed("«Ауыл»", 1, &office)).unwrap().len(), 1);
    let ended = directory::changes::event::FactionEnded {
        code: FactionCode::new("auyl").unwrap(),
        on: date(2023, 10, 1),
        act: ACT.into(),
    };
    office.done(ended);
    assert_eq!(office.one(formed("«Ауыл»", 0, &office)).unwrap().len(), 1);
}

#[test]
fn a_refusal_calls_everything_by_its_name_and_says_what_became_of_it() {
    let mut office = Office::new();
    let on = date(2023, 10, 10);
    office.done(merged("moj", "mti", on));
    office.done(MinistryFounded {
        code: code("ai"),
        name: Multilingual::new("Цифр министрлігі", "Министерство цифры", Some("Ministry of Digits".into())),
        abbreviation: words("ЦМ"),
        since: date(2023, 11, 1),
        predecessors: Vec::new(),
        act: ACT.into(),
    });
    let directory = office.directory();
    let told = |change: Change, language: Language| {
        let why = office.one(change).unwrap_err();
        assert!(Language::ALL.iter().all(|language| !why.told(directory.at(TODAY), *language).contains("moj")));
        why.told(directory.at(TODAY), language)
    };
    let late = |into: &str, of: &str, day: Date| Change::from(merged(of, into, day));
    let after = date(2023, 10, 15);
    for (language, said) in [
        (
            Language::Kk,
            "Әділет министрлігі 2023 жылғы 15 қазан күні қолданыста емес: 2023 жылғы 10 қазаннан бастап оның мұрагері – Сауда және интеграция министрлігі; күнін тексеріңіз.",
        ),
        (
            Language::Ru,
            "Министерство юстиции не действует на 15 октября 2023 года: с 10 октября 2023 года его преемник – Министерство торговли и интеграции; проверьте дату.",
        ),
        (
            Language::En,
            "Ministry of Justice is not in force on 15 October 2023: from 10 October 2023 on its successor is Ministry of Trade and Integration; check the day.",
        ),
    ] {
        assert_eq!(told(late("mof", "moj", after), language), said);
    }
    let unborn = told(late("ai", "mof", after), Language::En);
    assert!(
        unborn.starts_with("Ministry of Digits is not in force") && unborn.contains("it begins on 1 November 2023"),
        "{unborn}"
    );
    let gone = told(late("mof", "moj", date(2023, 10, 5)), Language::Ru);
    assert!(gone.contains("Министерство юстиции: уже есть преемник (Министерство торговли и интеграции)"), "{gone}");
    let faction = formed("«Ауыл»", 0, &office);
    let refusals: [ChangeRefusal; 6] = [
        ChangeRefusal::SameName { name: "x".into(), code: "mof".into() },
        ChangeRefusal::OpenInquiries { code: "mof".into(), open: 3 },
        ChangeRefusal::TakesOver { code: "mof".into(), of: "mof".into(), from: on },
        ChangeRefusal::RenamedLater { code: "mof".into(), from: on },
        ChangeRefusal::NotLater { code: "mof".into(), from: on },
        ChangeRefusal::Overlaps { code: "mof".into() },
    ];
    for refusal in refusals {
        for (language, name) in [
            (Language::Kk, "Қаржы министрлігі"),
            (Language::Ru, "Министерство финансов"),
            (Language::En, "Ministry of Finance"),
        ] {
            let told = refusal.told(directory.at(TODAY), language);
            assert!(told.contains(name) && !told.contains("mof"), "{told}");
            assert!(refusal.words(language).contains("mof"), "a table says codes");
        }
    }
    let same = office.one(faction.clone()).unwrap_err();
    let said =
        ["басқа фракциясында бар («Ауыл»)", "другой фракции этой палаты в это время («Ауыл»)", "at that time (“Auyl”)"];
    for (language, said) in Language::ALL.into_iter().zip(said) {
        let told = same.told(directory.at(TODAY), language);
        assert!(told.contains(said), "{told}");
    }
    let convocation = FactionFormed { convocation: 7, ..faction };
    let told = office.one(convocation).unwrap_err().told(directory.at(TODAY), Language::Ru);
    assert!(told.starts_with("Мажилис Парламента Республики Казахстан, 7-й созыв не действует"), "{told}");
}
