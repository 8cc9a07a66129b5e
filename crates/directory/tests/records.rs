//! The records that the crate carries, and what it says to faulty ones.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as loudly as the test itself")]

use std::collections::BTreeSet;

use directory::changes::import::{Against, Reason, Report, Table, Unread, anew, report};
use directory::records::Sources;
use directory::series::Purpose;
use directory::warning::Warning;
use directory::{
    ActingOrder, ChamberCode, DeputyId, Directory, Ground, Language, MinistryCode, NoAuthority, OfficeCode, PersonId,
};
use jiff::civil::{Date, DateTime, date};

fn directory() -> Directory {
    Directory::embedded().unwrap_or_else(|error| panic!("{error}"))
}

fn ministry(code: &str) -> MinistryCode {
    MinistryCode::new(code).unwrap()
}

fn prime_minister() -> OfficeCode {
    OfficeCode::new("prime_minister").unwrap()
}

fn deputy_named(directory: &Directory, name: &str) -> DeputyId {
    directory.deputies().iter().find(|deputy| deputy.name.kk == name).unwrap().id
}

/// What the directory says to faulty tables.
fn faults_of(sources: &Sources<'_>) -> String {
    Directory::from_sources(sources).unwrap_err().to_string()
}

#[test]
fn there_were_21_ministries_in_september_2023_and_five_of_them_were_new() {
    let directory = directory();
    let september = directory.at(date(2023, 9, 20));
    assert_eq!(september.ministries().count(), 21);
    let new: BTreeSet<&str> =
        september.ministries().filter(|m| m.period.from.is_some()).map(|m| m.code.as_str()).collect();
    assert_eq!(new, BTreeSet::from(["mci", "mts", "mwri", "mic", "mot"]));
    assert!(september.ministries().filter(|m| m.period.from.is_some()).all(|m| !m.predecessors.is_empty()));
}

#[test]
fn every_ministry_of_the_seed_has_its_name_in_three_languages() {
    let directory = directory();
    let september = directory.at(date(2023, 9, 20));
    let labour = september.ministry(&ministry("mlsp")).unwrap();
    assert_eq!(labour.name.words(Language::Kk), "Еңбек және халықты әлеуметтік қорғау министрлігі");
    assert_eq!(labour.name.words(Language::Ru), "Министерство труда и социальной защиты населения");
    assert_eq!(september.ministry(&ministry("mfa")).unwrap().name.words(Language::Kk), "Сыртқы істер министрлігі");
    assert!(september.ministries().all(|m| m.name.en.is_some() && m.name.kk.ends_with("министрлігі")));
}

#[test]
fn a_ministry_that_ended_is_known_by_its_successors() {
    let directory = directory();
    let industry = ministry("miid");
    assert!(directory.at(date(2023, 8, 31)).ministry(&industry).is_some());
    assert!(directory.at(date(2023, 9, 1)).ministry(&industry).is_none());
    assert!(directory.ministry(&industry).is_some(), "it can still be named in old inquiries");
    let successors: Vec<&str> = directory.successors(&industry).map(|m| m.code.as_str()).collect();
    assert_eq!(successors, ["mic", "mot"]);
}

#[test]
fn typing_a_few_letters_finds_ministries_and_deputies() {
    let directory = directory();
    let september = directory.at(date(2023, 9, 20));
    let ministries =
        |typed| -> Vec<&str> { september.find_ministries(typed).iter().map(|m| m.code.as_str()).collect() };
    assert_eq!(ministries("еңбек"), ["mlsp"]);
    assert_eq!(ministries("ЕҢБЕК"), ["mlsp"]);
    assert_eq!(ministries("енбек"), ["mlsp"]);
    assert_eq!(ministries("министерство иностр"), ["mfa"]);
    assert_eq!(ministries("мид"), ["mfa"]);
    assert_eq!(ministries("индустрия"), [""; 0]);
    let deputies = |typed| -> Vec<&str> { september.find_deputies(typed).iter().map(|d| d.name.kk.as_str()).collect() };
    assert_eq!(deputies("мукаев"), ["Д. Мұқаев"]);
    assert_eq!(deputies("м."), ["М. Әбенов", "М. Жайымбетов", "Д. Мұқаев"], "initials first, then surnames");
    assert!(directory.at(date(2022, 1, 1)).find_deputies("мукаев").is_empty());
}

#[test]
fn the_eight_addressees_of_the_seed_sit_where_its_list_puts_them() {
    let directory = directory();
    let day = directory.at(date(2023, 9, 20));
    let seat = |name: &str| {
        let deputy = day.deputy(deputy_named(&directory, name)).unwrap();
        (deputy.faction.as_ref().map(|faction| faction.as_str()), deputy.single_mandate)
    };
    for name in ["Н. Сәрсенғалиев", "Е. Бейсенбаев", "М. Әбенов", "С. Пономарев"]
    {
        assert_eq!(seat(name), (Some("amanat"), false), "{name}");
    }
    assert_eq!(seat("Н. Тау"), (Some("respublica"), false));
    assert_eq!(seat("Д. Мұқаев"), (None, true));
    assert_eq!(seat("М. Жайымбетов"), (None, true));
    assert_eq!(seat("Г. Танашева"), (Some("qhp"), false));
    assert_eq!(directory.deputies().len(), 8);
    assert!(directory.deputies().iter().all(|deputy| deputy.email.ends_with("@mazhilis.example")));
}

fn noon(day: Date) -> DateTime {
    day.at(12, 0, 0, 0)
}

#[test]
fn the_prime_minister_of_a_day_signs_with_the_post_of_that_day() {
    let directory = directory();
    let office = directory.office(&prime_minister()).unwrap();
    let signs = |day| {
        let holder = directory.holder_at(&office.code, noon(day)).unwrap();
        (office.post_lines(holder, Language::Kk).join("\n"), holder.name.kk.clone(), holder.ground.is_acting())
    };
    let (post, name, acting) = signs(date(2023, 10, 18));
    assert_eq!((post.as_str(), name.as_str()), ("Қазақстан Республикасының\nПремьер-Министрі", "Ә. Смайылов"));
    assert!(!acting);
    let (post, name, acting) = signs(date(2022, 1, 10));
    assert_eq!((post.as_str(), name.as_str()), ("Қазақстан Республикасы\nПремьер-Министрінің м.а.", "Ә. Смайылов"));
    assert!(acting);
    assert_eq!(signs(date(2024, 2, 4)).1, "Ә. Смайылов");
    assert_ne!(signs(date(2024, 2, 5)).1, "Ә. Смайылов");
    assert!(directory.holder_at(&office.code, noon(date(2000, 1, 1))).is_none());
}

#[test]
fn whoever_acts_for_an_absent_holder_signs_instead() {
    let acting = "prime_minister,6f39efd0-e460-4afe-a5f8-450d2c585b6c,Қ. Орынбасаров,К. Орынбасаров,,,true,7-р,2023-07-31,,2023-08-01T14:00,2023-08-08";
    let holders = format!("{}{acting}\n", Sources::embedded().holders);
    let directory = Directory::from_sources(&Sources { holders: &holders, ..Sources::embedded() }).unwrap();
    let at = |at: DateTime| directory.holder_at(&prime_minister(), at).unwrap().name.kk.clone();
    assert_eq!(at(date(2023, 8, 1).at(13, 59, 59, 0)), "Ә. Смайылов");
    assert_eq!(at(date(2023, 8, 1).at(14, 0, 0, 0)), "Қ. Орынбасаров");
    assert_eq!(at(date(2023, 8, 7).at(23, 59, 0, 0)), "Қ. Орынбасаров");
    assert_eq!(at(date(2023, 8, 8).at(0, 0, 0, 0)), "Ә. Смайылов");

    let person = "6f39efd0-e460-4afe-a5f8-450d2c585b6c".parse().unwrap();
    let authority = |at: DateTime| directory.authority(&prime_minister(), person, at);
    let order = ActingOrder { number: "7-р".to_owned(), dated: date(2023, 7, 31) };
    let ground = Ground::Acts { order: Some(order) };
    assert_eq!(authority(date(2023, 8, 2).at(9, 0, 0, 0)).unwrap().ground, ground);
    let from = date(2023, 8, 1).at(14, 0, 0, 0);
    assert_eq!(authority(date(2023, 8, 1).at(9, 0, 0, 0)), Err(NoAuthority::NotYet { from, ground: ground.clone() }));
    let until = date(2023, 8, 8).at(0, 0, 0, 0);
    assert_eq!(authority(until), Err(NoAuthority::Ended { until, ground }));
    let never = PersonId::new(uuid::Uuid::nil());
    assert_eq!(directory.authority(&prime_minister(), never, until), Err(NoAuthority::Never));
    // Whoever holds the office holds it also while somebody acts.
    let holder = "880c35f9-1552-43d1-bd42-4f387b5fc61c".parse().unwrap();
    assert_eq!(directory.authority(&prime_minister(), holder, from).unwrap().ground, Ground::Holds);
}

#[test]
fn the_mazhilis_of_2023_is_of_the_eighth_convocation_and_the_kurultai_is_only_planned() {
    let directory = directory();
    let mazhilis = ChamberCode::new("mazhilis").unwrap();
    let day = directory.at(date(2023, 9, 20));
    assert_eq!(day.convocation(&mazhilis).unwrap().roman(), "VIII");
    assert!(directory.at(date(2023, 2, 1)).convocation(&mazhilis).is_none());
    assert_eq!(day.factions().count(), 6);
    let sitting: Vec<&str> = directory.at(date(2026, 12, 1)).chambers().map(|c| c.code.as_str()).collect();
    assert_eq!(sitting, ["mazhilis", "senate"]);
    let kurultai = directory.chamber(&ChamberCode::new("kurultai").unwrap()).unwrap();
    assert!(kurultai.planned);
    assert_eq!(kurultai.predecessors.len(), 2);
    assert_eq!(
        directory.chamber(&mazhilis).unwrap().addressee.lines(Language::Kk),
        ["Қазақстан Республикасы", "Парламенті Мәжілісінің депутаттарына"]
    );
}

#[test]
fn the_outgoing_series_begins_anew_each_year() {
    let directory = directory();
    let mazhilis = ChamberCode::new("mazhilis").unwrap();
    let of = |day, purpose| {
        let view = directory.at(day);
        let series = view.series(purpose).unwrap();
        (view.series_name(series, &mazhilis).unwrap(), series.format(series.first))
    };
    let pair = |name: &str, number: &str| (name.to_owned(), number.to_owned());
    assert_eq!(of(date(2023, 10, 18), Purpose::Outgoing), pair("outgoing-2023", "12-11/3841 ДС"));
    assert_eq!(of(date(2024, 1, 1), Purpose::Outgoing), pair("outgoing-2024", "12-11/1 ДС"));
    assert_eq!(of(date(2023, 9, 21), Purpose::Incoming), pair("incoming-2023", "ДС-кір-1"));
}

/// The embedded deputies and one whom we made up, because the story did not happen to any of the others.
fn with_an_invented_deputy(mandates: &[&str]) -> String {
    let row = |mandate: &&str| {
        format!("{INVENTED},Ә. Ойданшығарылғанов,А. Ойданов,,,,a@mazhilis.example,mazhilis,{mandate}\n")
    };
    format!("{}{}", Sources::embedded().deputies, mandates.iter().map(row).collect::<String>())
}

const INVENTED: &str = "88e8b4c0-7f66-4e9f-bdb3-57792e604937";

#[test]
fn a_deputy_who_now_heads_the_answering_ministry_is_a_warning() {
    let deputies = with_an_invented_deputy(&["auyl,false,2023-03-29,"]);
    let holders = format!(
        "{}minister_mlsp,cfd8065e-6f44-4d80-b040-50f1958f6299,Ә. Ойданшығарылғанов,А. Ойданов,,,false,,,{INVENTED},2023-10-01,\n",
        Sources::embedded().holders
    );
    let directory =
        Directory::from_sources(&Sources { deputies: &deputies, holders: &holders, ..Sources::embedded() }).unwrap();
    let deputies: Vec<DeputyId> = directory.deputies().iter().map(|deputy| deputy.id).collect();
    let ministries = [ministry("mlsp"), ministry("mfa")];
    assert_eq!(directory.at(date(2023, 9, 20)).warnings(&deputies, &ministries), []);
    let warnings = directory.at(date(2023, 10, 18)).warnings(&deputies, &ministries);
    assert!(matches!(&warnings[..], [Warning::DeputyHeadsMinistry { deputy, .. }] if deputy.to_string() == INVENTED));
    assert_eq!(
        warnings[0].words(Language::Kk),
        "Сауал жолдаған депутат Ә. Ойданшығарылғанов қазір жауап беретін органды басқарады: Еңбек және халықты әлеуметтік қорғау министрлігі."
    );
    assert_eq!(directory.at(date(2023, 10, 18)).warnings(&deputies, &[ministry("mof")]), []);
}

#[test]
fn a_deputy_whose_mandate_ended_is_a_warning() {
    let deputies = with_an_invented_deputy(&["auyl,false,2023-03-29,2025-05-01"]);
    let directory = Directory::from_sources(&Sources { deputies: &deputies, ..Sources::embedded() }).unwrap();
    let id: DeputyId = INVENTED.parse().unwrap();
    assert_eq!(directory.at(date(2025, 4, 30)).warnings(&[id], &[]), []);
    let warnings = directory.at(date(2025, 5, 1)).warnings(&[id], &[]);
    assert_eq!(warnings[0].words(Language::Ru), "А. Ойданов: депутатские полномочия прекращены (1 мая 2025 года).");
    let before = directory.at(date(2023, 1, 1)).warnings(&[id], &[]);
    assert_eq!(before[0].words(Language::Ru), "А. Ойданов: на эту дату нет депутатских полномочий.");
    let stranger = DeputyId::new(uuid::Uuid::nil());
    assert_eq!(directory.at(date(2025, 5, 1)).warnings(&[stranger], &[]), []);
}

#[test]
fn a_deputy_who_changes_faction_keeps_the_identity() {
    let deputies = with_an_invented_deputy(&[",true,2023-03-29,2024-01-01", "auyl,true,2024-01-01,"]);
    let directory = Directory::from_sources(&Sources { deputies: &deputies, ..Sources::embedded() }).unwrap();
    let id: DeputyId = INVENTED.parse().unwrap();
    assert!(directory.at(date(2023, 9, 20)).deputy(id).unwrap().faction.is_none());
    assert_eq!(directory.at(date(2024, 1, 1)).deputy(id).unwrap().faction.as_ref().unwrap().as_str(), "auyl");
    assert!(directory.deputy(id).unwrap().faction.is_some(), "the latest record answers without a day");
}

#[test]
fn a_fault_names_table_line_and_reason_and_nothing_is_taken() {
    let embedded = Sources::embedded();
    let edit = |text: &str, from: &str, to: &str| {
        assert!(text.contains(from), "{from:?} is not in the table");
        text.replacen(from, to, 1)
    };

    let text = edit(embedded.ministries, ",mcs misd", ",mcs mxyz");
    assert!(
        faults_of(&Sources { ministries: &text, ..embedded })
            .contains("ministries, line 14: no ministry mxyz is known")
    );

    let text = edit(embedded.ministries, "mof,Қаржы министрлігі", "mof,");
    assert!(faults_of(&Sources { ministries: &text, ..embedded }).contains("ministries, line 6: \"\" is no name"));

    let text = edit(embedded.ministries, "mof,", "moj,");
    assert!(
        faults_of(&Sources { ministries: &text, ..embedded })
            .contains("ministries, line 6: moj is in force at the same time as line 5")
    );

    let text = edit(embedded.ministries, "mof,", "Mof,");
    assert!(faults_of(&Sources { ministries: &text, ..embedded }).contains("a ministry code is 2 to 32 lower-case"));

    let text = edit(embedded.holders, "false,,,,2022-01-11,2024-02-05", "false,,,,2022-01-11,2024-02-07");
    assert!(
        faults_of(&Sources { holders: &text, ..embedded })
            .contains("prime_minister is in force at the same time as line 3")
    );

    let text = edit(embedded.holders, "true,,,,2022-01-05,2022-01-11", "true,,,,2022-01-11,2022-01-05");
    assert!(
        faults_of(&Sources { holders: &text, ..embedded })
            .contains("office holders, line 2: prime_minister, acting ends before it begins")
    );

    let text = edit(embedded.holders, "prime_minister,6f39", "premier,6f39");
    assert!(faults_of(&Sources { holders: &text, ..embedded }).contains("no office premier is known"));

    let acting = "prime_minister,6f39efd0-e460-4afe-a5f8-450d2c585b6c,Р. Скляр,Р. Скляр,R. Sklyar,";
    for (row, fault) in [
        (format!("{acting},true,7-р,,,2023-08-01,2023-08-08"), "an order has a number and a date"),
        (format!("{acting},false,7-р,2023-07-31,,2021-08-01,2021-08-08"), "needs no order"),
        (format!("{acting},true,7-р,2023-08-02,,2023-08-01T14:00,2023-08-08"), "gives no right before that day"),
        (format!("{acting},true,\" \",2023-07-31,,2023-08-01,2023-08-08"), "is no number of an order"),
        (format!("{acting},true,,,,2023-08-01T14:61,2023-08-08"), "neither a day"),
        (format!("{acting}7201,true,,,,2023-08-01,2023-08-08"), "twelve digits"),
        (
            acting.replace("6f39efd0-e460-4afe-a5f8-450d2c585b6c", "880c35f9-1552-43d1-bd42-4f387b5fc61c")
                + ",true,,,,2023-08-01,2023-08-02",
            "acts for themselves",
        ),
    ] {
        let text = format!("{}{row}\n", embedded.holders);
        let faults = faults_of(&Sources { holders: &text, ..embedded });
        assert!(faults.contains("office holders, line 6") && faults.contains(fault), "{row}: {faults}");
    }
    // Two persons do not share a number, and one person does not have two.
    let text = embedded.holders.replace(",A. Smailov,,", ",A. Smailov,720102300456,");
    assert!(Directory::from_sources(&Sources { holders: &text, ..embedded }).is_ok());
    let shared = edit(&text, ",R. Sklyar,,", ",R. Sklyar,720102300456,");
    assert!(
        faults_of(&Sources { holders: &shared, ..embedded })
            .contains("line 4: the identification number does not fit that of line 2")
    );
    let two = edit(&text, ",A. Smailov,720102300456,", ",A. Smailov,720102300457,");
    assert!(
        faults_of(&Sources { holders: &two, ..embedded })
            .contains("line 3: the identification number does not fit that of line 2")
    );

    let text = edit(embedded.deputies, "m.abenov@mazhilis.example", "m.abenov@x, eve@evil.example");
    assert!(faults_of(&Sources { deputies: &text, ..embedded }).contains("line 4"));

    let text = edit(embedded.deputies, "m.abenov@", "m abenov@");
    assert!(faults_of(&Sources { deputies: &text, ..embedded }).contains("is no mail address"));

    let text = edit(embedded.deputies, "mazhilis,respublica", "mazhilis,republic");
    assert!(faults_of(&Sources { deputies: &text, ..embedded }).contains("no faction republic is known"));

    let text = edit(embedded.factions, "amanat,mazhilis,8", "amanat,mazhilis,9");
    assert!(faults_of(&Sources { factions: &text, ..embedded }).contains("mazhilis has no convocation 9"));

    let text = edit(embedded.series, "12-11/{n} ДС", "12-11/ДС");
    assert!(faults_of(&Sources { series: &text, ..embedded }).contains("number series, line 3"));

    let text = edit(embedded.series, ",1,,", ",0,,");
    assert!(faults_of(&Sources { series: &text, ..embedded }).contains("a series begins with 1 or more, not with 0"));

    let text = edit(embedded.rules, "reply,", "repply,");
    let said = faults_of(&Sources { rules: &text, ..embedded });
    assert!(said.contains("no rule is called \"repply\"") && said.contains("the rule reply is missing"), "{said}");

    let text = edit(embedded.calendar, "2024-01-01,day_off", "2024-01-01,holiday");
    assert!(faults_of(&Sources { calendar: &text, ..embedded }).contains("calendar, line 18"));

    let text = edit(embedded.offices, "minister_mfa,mfa", "prime_minister,mfa");
    assert!(faults_of(&Sources { offices: &text, ..embedded }).contains("prime_minister stands on line 2 already"));
}

/// What a table comes to that is held against the embedded records.
fn brought(table: Table, text: &str) -> Report {
    let directory = directory();
    let against = Against { directory: &directory, today: date(2023, 9, 20), last_signed: None, act: "№ 318" };
    report(table, text, against)
}

fn refused(report: &Report, language: Language) -> Vec<(u64, String)> {
    report.refused.iter().map(|row| (row.line, row.reason.words(language))).collect()
}

/// The heading of the deputies' table.
fn heading() -> &'static str {
    Sources::embedded().deputies.lines().next().unwrap()
}

const NEW: &str =
    "0190f3c1-7a55-7cc1-9d3b-4c2a70b0a001,А. Жаңа,А. Новый,,,,a@mazhilis.example,mazhilis,amanat,false,2023-09-21,";

#[test]
fn a_row_that_cannot_be_read_names_its_column_and_what_belongs_there() {
    for (from, to, column, said) in [
        (",2023-09-21,", ",21.09.2023,", "mandate_from", "2026-11-30"),
        (",false,", ",нет,", "single_mandate", "true"),
        ("0190f3c1-7a55-7cc1-9d3b-4c2a70b0a001", "7", "id", "UUID"),
        (",amanat,", ",Аманат,", "faction", "mof"),
        (",mazhilis,", ",,", "chamber", "mof"),
        (",А. Новый,,,,", ",А. Новый,,А. Жаңаға,,", "dative_kk", "dative_ru"),
    ] {
        let row = NEW.replacen(from, to, 1);
        assert_ne!(row, NEW, "{from}");
        let report = brought(Table::Deputies, &format!("{}\n{NEW}\n{row}\n", heading()));
        assert_eq!((report.rows, report.refused.len(), report.changes.len()), (2, 1, 1), "{row}");
        for language in Language::ALL {
            let told = refused(&report, language);
            let [(3, words)] = &told[..] else { panic!("{told:?}") };
            assert!(words.contains(column) && words.contains(said), "{words}");
            for word in ["deserialize", "byte", "parse"] {
                assert!(!words.contains(word), "the library's own words: {words}");
            }
        }
    }
    let short = brought(Table::Calendar, "date,kind,note\n2023-10-21,working_day\n");
    assert_eq!(short.refused[0].reason, Reason::Unreadable(Unread::Cells { cells: 2, columns: 3 }));
}

#[test]
fn the_heading_decides_what_separates_the_cells() {
    let text = format!("{}\n{NEW}\n", heading());
    let commas = brought(Table::Deputies, &text);
    assert_eq!((commas.refused.len(), commas.changes.len()), (0, 1));
    for separator in [";", "\t"] {
        let marked = format!("\u{FEFF}{}", text.replace(',', separator).replace('\n', "\r\n"));
        assert_eq!(brought(Table::Deputies, &marked), commas, "{separator:?}");
    }
    let day = brought(Table::Calendar, "date;kind;note\n2023-10-20;day_off;Демалыс, ауыстырылған\n");
    assert_eq!((day.refused.len(), day.changes.len()), (0, 1), "a comma below the heading is text");
}

#[test]
fn the_line_in_which_excel_names_the_separator_is_skipped_and_counted() {
    let text = format!("{}\n{NEW}\n{}\n", heading(), NEW.replace("2023-09-21", "21.09.2023"));
    let plain = brought(Table::Deputies, &text);
    let one_below: Vec<_> = plain.changes.iter().map(|(line, change)| (line + 1, change.clone())).collect();
    for (first, separator) in [("sep=;", ";"), ("SEP=,", ","), ("\"sep=|\"", "|"), ("sep=\t", "\t")] {
        let marked = format!("\u{FEFF}{first}\n{}", text.replace(',', separator)).replace('\n', "\r\n");
        let report = brought(Table::Deputies, &marked);
        assert_eq!((report.changes.len(), &report.changes), (1, &one_below), "{first}");
        assert_eq!(report.refused.iter().map(|row| row.line).collect::<Vec<_>>(), [4], "{first}");
    }
    // The line names the separator, whatever else the heading holds, and what is wrong with the heading is said of its own line.
    let day = brought(Table::Calendar, "sep=;\ndate;kind;note\n2023-10-20;day_off;a, b\n");
    assert_eq!((day.refused.len(), day.changes[0].0), (0, 3));
    assert_eq!(brought(Table::Calendar, "sep=;\ndate,kind,note\n").refused[0].line, 2);
    assert_eq!(brought(Table::Calendar, "sep=;\n").refused[0].reason, Reason::Unreadable(Unread::NoRows));
}

#[test]
fn a_table_that_is_brought_has_the_columns_of_the_one_that_is_built_in() {
    let Sources { ministries, deputies, calendar, .. } = Sources::embedded();
    let shipped = [(Table::Ministries, ministries), (Table::Deputies, deputies), (Table::Calendar, calendar)];
    for (table, shipped) in shipped {
        let report = brought(table, "colour\nred\n");
        let columns = shipped.lines().next().unwrap().replace(',', ", ");
        let words = &refused(&report, Language::En)[0].1;
        assert!(words.ends_with(&format!("The columns of this table: {columns}.")), "{words}");
    }
    // What the records read as none may be left out of the heading.
    let missing = refused(&brought(Table::Ministries, "code\nmof\n"), Language::En);
    assert!(missing[0].1.contains("missing: name_kk, name_ru, short_kk, short_ru, predecessors."), "{missing:?}");
    let without_notes = brought(Table::Calendar, "date,kind\n2023-10-21,ordinary\n");
    assert_eq!((without_notes.refused.len(), without_notes.rows), (0, 1));
}

#[test]
fn a_file_that_is_no_such_table_says_so() {
    for text in ["", "\n\n", &format!("{}\n", heading())] {
        let report = brought(Table::Deputies, text);
        assert_eq!(report.refused.len(), 1, "{text:?}");
        assert_eq!(report.refused[0].reason, Reason::Unreadable(Unread::NoRows), "{text:?}");
    }
    let bytes = brought(Table::Deputies, "PK\u{3}\u{4}\0\0,;\n");
    assert_eq!(bytes.refused[0].reason, Reason::Unreadable(Unread::NoText));
    let days = brought(Table::Deputies, Sources::embedded().calendar);
    assert_eq!((days.rows, days.changes.len(), days.refused.len()), (0, 0, 1));
    let words = &refused(&days, Language::En)[0].1;
    assert!(words.contains("not known: date, kind, note.") && words.contains("missing: id, name_kk"), "{words}");
}

#[test]
fn one_identity_stands_in_a_table_once_for_the_same_days() {
    let other = NEW.replace("А. Новый", "Б. Другой");
    let report = brought(Table::Deputies, &format!("{}\n{NEW}\n{other}\n", heading()));
    assert_eq!((report.rows, report.changes.len()), (2, 1));
    assert_eq!(report.refused[0].reason, Reason::StandsAlready { table: Table::Deputies, line: 2 });
    let said = refused(&report, Language::En);
    assert!(said[0].0 == 3 && said[0].1.starts_with("This id stands in line 2 already"), "{said:?}");
    let days = brought(Table::Calendar, "date,kind,note\n2023-10-20,day_off,x\n2023-10-20,day_off,y\n");
    assert_eq!(days.refused[0].reason, Reason::StandsAlready { table: Table::Calendar, line: 2 });
    // A mandate in two factions has two rows.
    let first = format!("{NEW}2023-10-01");
    let second = NEW.replace("amanat", "auyl").replace("2023-09-21", "2023-10-01");
    let report = brought(Table::Deputies, &format!("{}\n{first}\n{second}\n", heading()));
    let again = |reason: &Reason| matches!(reason, Reason::StandsAlready { .. });
    assert!(!report.refused.iter().any(|row| again(&row.reason)), "{:?}", report.refused);
}

#[test]
fn a_corrected_deputy_is_told_with_what_was_and_what_will_be() {
    let text =
        Sources::embedded().deputies.replace("n.sarsengaliev@", "nurlan@").replace("Н. Сарсенгалиев,", "Н. Сарсен,");
    let report = brought(Table::Deputies, &text);
    assert_eq!((report.refused.len(), report.changes.len()), (0, 1));
    let said = anew(&report.changes[0].1, &directory(), Language::En);
    assert_eq!(
        said,
        [
            "name in Russian: Н. Сарсенгалиев → Н. Сарсен",
            "e-mail: n.sarsengaliev@mazhilis.example → nurlan@mazhilis.example"
        ]
    );
}
