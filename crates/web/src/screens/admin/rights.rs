//! The fields that say what somebody is, and what was typed into them.

use directory::accounts::Standing;
use directory::ministry::Ministry;
use directory::{DeputyId, Directory, Language, MinistryCode, PersonId, Role};
use jiff::civil::Date;

use super::super::fields::{Fault, Field, Reader, say};
use super::super::wording;
use crate::state::AppState;

/// What somebody is, to be typed; `now` is what they are.
pub(super) fn fields(state: &AppState, now: Option<&Standing>, language: Language) -> Vec<Field> {
    let t = |kk, ru, en| say(language, kk, ru, en);
    let directory = state.directory();
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::System);
    let roles = roles.map(|role| (role.code().to_owned(), role.words(language).to_owned()));
    let mut checks = Field::checks("roles", t("Рөлдері", "Роли", "Roles"), roles);
    for choice in &mut checks.choices {
        choice.chosen = now.is_some_and(|now| now.roles.iter().any(|role| role.code() == choice.value));
    }
    let none = t("көрсетілмеген", "не указано", "none");
    let chosen = |value: Option<String>| value.unwrap_or_default();
    let ministries = ministries(&directory, state.today(), now.and_then(|now| now.ministry.as_ref()), language);
    let languages = [(Language::Kk, "Қазақша"), (Language::Ru, "Русский"), (Language::En, "English")];
    let languages = languages.map(|(language, name)| (language.code().to_owned(), name.to_owned()));
    let spoken = now.map_or(Language::Kk, |now| now.language);
    vec![
        Field::text("full_name", t("Толық аты", "Полное имя", "Full name"))
            .needed()
            .value(now.map_or("", |now| now.full_name.as_str())),
        checks,
        Field::select_or_none("ministry", t("Министрлігі", "Министерство", "Ministry"), &none, ministries)
            .hint(t(
                "Министрлік орындаушысына ғана.",
                "Только исполнителю министерства.",
                "Of a ministry executor only.",
            ))
            .value(chosen(now.and_then(|now| now.ministry.as_ref()).map(ToString::to_string))),
        Field::select_or_none(
            "person",
            t("Хатқа кім болып қол қояды", "Чьё имя в подписи", "Whose name letters bear"),
            &none,
            persons(&directory, language),
        )
        .hint(t("Қол қоюшыға ғана.", "Только подписанту.", "Of a signatory only."))
        .value(chosen(now.and_then(|now| now.person).map(|person| person.to_string()))),
        Field::select_or_none(
            "deputy",
            t("Қай депутат", "Какой депутат", "Which deputy"),
            &none,
            deputies(&directory, language),
        )
        .hint(t("Депутатқа ғана.", "Только депутату.", "Of a deputy only."))
        .value(chosen(now.and_then(|now| now.deputy).map(|deputy| deputy.to_string()))),
        Field::select("language", t("Беттердің тілі", "Язык страниц", "Language of the pages"), languages)
            .unmarked()
            .value(spoken.code()),
    ]
}

/// The ministries for which somebody may write, those to come among them; and the one that is `kept`, marked where it is over or never came to be.
fn ministries(
    directory: &Directory,
    today: Date,
    kept: Option<&MinistryCode>,
    language: Language,
) -> Vec<(String, String)> {
    let is_kept = |code: &MinistryCode| kept == Some(code);
    let every = directory.at(today).every_ministry();
    let offered = every.into_iter().filter(|one| is_kept(&one.code) || !is_over(one, today));
    let mut named: Vec<(String, String)> = offered
        .map(|one| {
            let name = one.name.words(language);
            let over = say(language, "таратылған", "упразднено", "is no more");
            (one.code.to_string(), if is_over(one, today) { format!("{name} ({over})") } else { name.to_owned() })
        })
        .collect();
    if let Some(code) = kept.filter(|code| directory.ministry(code).is_none()) {
        named.push((code.to_string(), never_came(code, language)));
    }
    named
}

fn is_over(ministry: &Ministry, today: Date) -> bool {
    ministry.period.until.is_some_and(|until| until <= today)
}

/// What the ministry of an account is called. What was taken back before its day has no name.
pub(super) fn ministry(state: &AppState, code: &MinistryCode, language: Language) -> wording::Ministry {
    if state.directory().ministry(code).is_some() {
        return wording::ministry(state, code, language);
    }
    let words = never_came(code, language);
    wording::Ministry { name: words.clone(), short: words }
}

/// A ministry that the records do not know: an account was opened for it while it was planned.
pub(super) fn never_came(code: &MinistryCode, language: Language) -> String {
    match language {
        Language::Kk => format!("{code} (мұндай министрлік құрылмады)"),
        Language::Ru => format!("{code} (такое министерство не было создано)"),
        Language::En => format!("{code} (this ministry never came to be)"),
    }
}

/// Of several records of one thing the last one counts.
fn unique(records: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut known: Vec<(String, String)> = Vec::new();
    for (code, name) in records {
        known.retain(|(other, _)| *other != code);
        known.push((code, name));
    }
    known
}

fn persons(directory: &Directory, language: Language) -> Vec<(String, String)> {
    let office =
        |code| directory.office(code).map_or_else(String::new, |office| office.name.words(language).to_owned());
    let told = directory
        .holders()
        .iter()
        .map(|held| (held.person.to_string(), format!("{} – {}", held.name.words(language), office(&held.office))));
    unique(told)
}

fn deputies(directory: &Directory, language: Language) -> Vec<(String, String)> {
    unique(directory.deputies().iter().map(|one| (one.id.to_string(), one.name.words(language).to_owned())))
}

/// What somebody is to be, as it was typed.
pub(super) fn read(reader: &mut Reader<'_>, directory: &Directory) -> Option<Standing> {
    let full_name = reader.needed_line("full_name");
    let roles = reader.typed.all("roles").into_iter().filter_map(|role| role.parse::<Role>().ok()).collect();
    let ministry = reader.optional_value::<MinistryCode>("ministry");
    if let Some(code) = ministry.as_ref().filter(|code| directory.ministry(code).is_none()) {
        let what = format!("{}. {}", never_came(code, reader.language), choose(reader.language));
        reader.faults.push(Fault::at("ministry", what));
    }
    let person = reader.optional_value::<PersonId>("person");
    if person.is_some_and(|person| directory.person(person).is_none()) {
        reader.faults.push(Fault::at("person", choose(reader.language)));
    }
    let deputy = reader.optional_value::<DeputyId>("deputy");
    if deputy.is_some_and(|deputy| directory.deputy(deputy).is_none()) {
        reader.faults.push(Fault::at("deputy", choose(reader.language)));
    }
    let language = reader.value::<Language>("language")?;
    let standing = Standing { full_name, roles, ministry, deputy, person, language };
    if let Err(fault) = standing.check() {
        reader.faults.push(Fault::at(fault.field(), fault.words(reader.language)));
    }
    Some(standing)
}

fn choose(language: Language) -> String {
    say(language, "Тізімнен таңдаңыз.", "Выберите из списка.", "Choose from the list.")
}

/// Why it is done: kept for ever, told to auditors.
pub(in crate::screens) fn why(language: Language) -> Field {
    Field::text("why", say(language, "Себебі", "Причина", "Why")).needed().hint(say(
        language,
        "Журналда мәңгі сақталады.",
        "Хранится в журнале вечно.",
        "It is kept in the journal for ever.",
    ))
}
