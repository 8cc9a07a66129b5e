//! `/admin/users`: every account, by who they are, what they may do and when they came in last.

use actix_web::{HttpResponse, web};
use directory::accounts::Life;
use directory::{Language, MinistryCode, Role};
use serde::{Deserialize, Serialize};

use super::super::PAGE;
use super::super::fields::say;
use super::{ADMINISTERS, rights};
use crate::accounts::listing::{self, COUNTED, Filter, LONG, Listed, Seen};
use crate::address;
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// Accounts of a page.
const ROWS: i64 = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/users", "users_page", ADMINISTERS, page)
            .summary("Every account, by who they are, what they may do and when they came in last.")
            .answer(PAGE),
    ]
}

/// What is asked. Empty fields of the form narrow nothing, and so does what is none of theirs.
#[derive(Debug, Default, Deserialize)]
struct Question {
    #[serde(default)]
    q: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    ministry: String,
    #[serde(default)]
    life: String,
    #[serde(default)]
    factor: String,
    #[serde(default)]
    seen: String,
    #[serde(default)]
    braked: String,
    after: Option<String>,
}

impl Question {
    fn filter(&self) -> Filter {
        Filter {
            text: Some(self.q.trim().to_owned()).filter(|text| !text.is_empty()),
            role: self.role.parse().ok(),
            ministry: MinistryCode::new(self.ministry.clone()).ok(),
            life: [Life::Open, Life::Blocked, Life::Ended].into_iter().find(|life| life.code() == self.life),
            has_factor: match self.factor.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            seen: match self.seen.as_str() {
                "never" => Some(Seen::Never),
                "long" => Some(Seen::LongAgo),
                _ => None,
            },
            is_braked: self.braked == "yes",
        }
    }

    fn address(&self, after: Option<&str>) -> String {
        let pairs = [
            ("q", self.q.trim()),
            ("role", &self.role),
            ("ministry", &self.ministry),
            ("life", &self.life),
            ("factor", &self.factor),
            ("seen", &self.seen),
            ("braked", &self.braked),
            ("after", after.unwrap_or_default()),
        ];
        let told: Vec<(&str, &str)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if told.is_empty() { "/admin/users".to_owned() } else { format!("/admin/users?{}", address::query(&told)) }
    }
}

#[derive(Debug, Serialize)]
struct Facts {
    q: String,
    selects: Vec<Select>,
    is_narrowed: bool,
    count: String,
    rows: Vec<Row>,
    more: Option<String>,
    beginning: Option<String>,
}

#[derive(Debug, Serialize)]
struct Select {
    name: &'static str,
    label: String,
    choices: Vec<Choice>,
}

#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    full_name: String,
    roles: String,
    ministry: Option<String>,
    seen: Option<String>,
    factor: String,
    factor_tone: &'static str,
    life: &'static str,
    tone: &'static str,
    is_braked: bool,
    tokens: i64,
}

fn select(name: &'static str, label: String, chosen: &str, any: &str, choices: Vec<(String, String)>) -> Select {
    let choice = |(value, label): (String, String)| Choice { chosen: value == chosen, value, label };
    let choices = [(String::new(), any.to_owned())].into_iter().chain(choices).map(choice).collect();
    Select { name, label, choices }
}

fn selects(state: &State, question: &Question, language: Language) -> Vec<Select> {
    let t = |kk, ru, en| say(language, kk, ru, en);
    let any = t("кез келгені", "любые", "any");
    let pair = |value: &str, words: String| (value.to_owned(), words);
    let directory = state.directory();
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::System);
    let roles = roles.map(|role| pair(role.code(), role.words(language).to_owned())).collect();
    let ministries = directory.at(state.today()).ministries();
    let ministries = ministries.map(|one| pair(one.code.as_str(), one.name.words(language).to_owned())).collect();
    let lives = [Life::Open, Life::Blocked, Life::Ended];
    let lives = lives.map(|life| pair(life.code(), life.words(language).to_owned())).into();
    let long = match language {
        Language::Kk => format!("{LONG} күннен бері кірмеген"),
        Language::Ru => format!("не входили {LONG} дней"),
        Language::En => format!("not for {LONG} days"),
    };
    vec![
        select("role", t("Рөлі", "Роль", "Role"), &question.role, &any, roles),
        select("ministry", t("Министрлік", "Министерство", "Ministry"), &question.ministry, &any, ministries),
        select("life", t("Күйі", "Состояние", "State"), &question.life, &any, lives),
        select(
            "factor",
            t("Екінші фактор", "Второй фактор", "Second factor"),
            &question.factor,
            &any,
            vec![pair("yes", t("бар", "есть", "has one")), pair("no", t("жоқ", "нет", "has none"))],
        ),
        select(
            "seen",
            t("Соңғы кіруі", "Последний вход", "Last came in"),
            &question.seen,
            &any,
            vec![pair("never", t("ешқашан", "никогда", "never")), pair("long", long)],
        ),
        select(
            "braked",
            t("Құпиясөз тежегіші", "Тормоз пароля", "Brake on guessing"),
            &question.braked,
            &any,
            vec![pair("yes", t("қазір ұстап тұр", "сейчас держит", "holds now"))],
        ),
    ]
}

pub(super) const fn tone(life: Life) -> &'static str {
    match life {
        Life::Open => "ok",
        Life::Blocked => "warn",
        Life::Ended => "mute",
    }
}

fn row(state: &State, one: Listed, language: Language) -> Row {
    let actor = &one.account.actor;
    let (factor, factor_tone) = match (one.has_factor, one.has_password) {
        (true, _) => (say(language, "бар", "есть", "on"), "ok"),
        (false, true) => (say(language, "жоқ", "нет", "none"), "warn"),
        (false, false) => (say(language, "құпиясөзсіз", "без пароля", "no password"), "mute"),
    };
    Row {
        roles: actor.roles.iter().map(|role| role.words(language)).collect::<Vec<_>>().join(", "),
        ministry: actor.ministry.as_ref().map(|code| rights::ministry(state, code, language).short),
        name: actor.name.clone(),
        full_name: one.account.full_name.clone(),
        seen: one.seen_at.map(|at| at.to_string()),
        factor,
        factor_tone,
        life: one.life.words(language),
        tone: tone(one.life),
        is_braked: one.is_braked,
        tokens: one.tokens,
    }
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let failed = |error| Problem::failure("list the accounts", error);
    let (filter, now) = (question.filter(), state.wall.now());
    let client = state.pool.get().await?;
    let mut found = listing::list(&client, &filter, question.after.as_deref(), ROWS, now).await.map_err(failed)?;
    let count = listing::count(&client, &filter, now).await.map_err(failed)?;
    drop(client);
    let has_more = found.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    if has_more {
        found.pop();
    }
    let last = found.last().filter(|_| has_more).map(|one| one.account.actor.name.clone());
    let facts = Facts {
        selects: selects(&state, &question, language),
        is_narrowed: question.address(None) != "/admin/users",
        count: if count > COUNTED { format!("{COUNTED}+") } else { count.to_string() },
        rows: found.into_iter().map(|one| row(&state, one, language)).collect(),
        more: last.map(|name| question.address(Some(&name))),
        beginning: question.after.as_ref().map(|_| question.address(None)),
        q: question.q.trim().to_owned(),
    };
    let title = Words::new("Пайдаланушылар", "Пользователи", "Users");
    state.pages.answer(&state, &Page { template: "admin_users", title, caller: Some(&caller), language }, &facts)
}
