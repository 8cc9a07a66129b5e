//! The mail to the people of the house on the page of the outbox: how the last ones stand, and an administrator's pause.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::{Language, Role};
use inquiry::event::ReplyAccepted;
use jiff::civil::Date;
use readmodel::digests::{self, Tells, Told};
use serde::{Deserialize, Serialize};

use super::super::fields::say;
use super::super::wording::{self, People};
use super::super::{ONWARD, PAGE};
use crate::office::pausing::{self, Pause};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, State};

/// Who holds the mail of the house back, and sees how it stands.
const RUNS_MAIL: Permission = Permission::AnyOf(&[Role::Admin]);
/// How many digests are shown.
const DIGESTS: u16 = 40;
/// How many pauses are shown.
const PAUSES: i64 = 10;
/// The most characters of a reason.
const LONGEST: usize = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/outbox/pause", "pause_office_mail", RUNS_MAIL, pause)
            .summary("Holds the mail to the people of the house back, with a reason.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
        Route::post("/outbox/resume", "resume_office_mail", RUNS_MAIL, resume)
            .summary("Lets the mail to the people of the house go on; what was gathered goes as one digest each.")
            .form()
            .answer(ONWARD),
    ]
}

/// What the page says of the mail of the house.
#[derive(Debug, Serialize)]
pub(super) struct House {
    /// Since when, by whom and why it is held back.
    paused: Option<PauseRow>,
    /// Only for whoever runs the installation.
    runs: Option<Runs>,
}

#[derive(Debug, Serialize)]
struct Runs {
    at: String,
    digests: Vec<Row>,
    pauses: Vec<PauseRow>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    day: Date,
    what: String,
    state: String,
    tone: &'static str,
    at: String,
    answer: Option<String>,
}

#[derive(Debug, Serialize)]
struct PauseRow {
    from: String,
    by: String,
    reason: String,
    until: Option<String>,
    resumed_by: Option<String>,
}

impl House {
    /// # Errors
    /// The database does not answer.
    pub(super) async fn of(state: &State, caller: &Caller, language: Language) -> Result<Self, Problem> {
        let people = People::of(state).await?;
        let client = state.pool.get().await?;
        let pauses = pausing::pauses(&client, PAUSES).await?;
        drop(client);
        let row = |pause: &Pause| PauseRow {
            from: pause.paused_at.to_string(),
            by: people.name(&pause.paused_by).to_owned(),
            reason: pause.reason.clone(),
            until: pause.resumed.as_ref().map(|(at, _)| at.to_string()),
            resumed_by: pause.resumed.as_ref().map(|(_, by)| people.name(by).to_owned()),
        };
        let paused = pauses.first().filter(|pause| pause.resumed.is_none()).map(row);
        let actor = &caller.account.actor;
        let runs = if RUNS_MAIL.allows(Some(actor)) {
            let failed = |error| Problem::failure("list the digests", error);
            let told = digests::told(&state.reader(actor), DIGESTS).await.map_err(failed)?;
            Some(Runs {
                at: state.config.digest_at.strftime("%H:%M").to_string(),
                digests: told.into_iter().map(|told| self::row(told, language)).collect(),
                pauses: pauses.iter().map(row).collect(),
            })
        } else {
            None
        };
        Ok(Self { paused, runs })
    }
}

fn row(told: Told, language: Language) -> Row {
    let t = |kk, ru, en| say(language, kk, ru, en);
    let (state, tone) = match told.state.as_str() {
        "written" => (t("файлға жазылды", "записано в файл", "written to a file"), "info"),
        "accepted" => (t("сервер қабылдады", "принято сервером", "accepted by the server"), "ok"),
        "deferred" => (t("қайталануда", "повторяется", "retrying"), "warn"),
        "cancelled" => (t("келесі хатқа қосылды", "вошло в следующее письмо", "went into the next one"), "mute"),
        "over" => (t("айтатыны қалмады", "стало неактуально", "there was nothing left to tell"), "mute"),
        "unknown" => (t("жеткені белгісіз", "неизвестно, дошло ли", "nobody knows whether it arrived"), "bad"),
        "refused" | "dead" => (t("жеткізілмеді", "не доставлено", "not delivered"), "bad"),
        _ => (t("күтуде", "ожидает отправки", "waiting"), "mute"),
    };
    let what = match told.what {
        Tells::Day => t("күндік шолу", "сводка дня", "digest of the day"),
        Tells::Reminders => t("еске салу", "напоминания", "reminders"),
        Tells::Head => t("журнал басы", "голова журнала", "head of the journal"),
        Tells::Report => t("есеп", "отчёт", "report"),
    };
    let at = told.changed_at.to_string();
    let relay = (told.state == "written").then_some(ReplyAccepted::FILE);
    let answer = told.answer.map(|answer| wording::answered(relay, answer, language));
    Row { name: told.name, day: told.day, what, state, tone, at, answer }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

async fn pause(state: State, caller: Caller, web::Form(form): web::Form<Reason>) -> Result<HttpResponse, Problem> {
    let reason = form.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return Err(Problem::BadField {
            field: "reason".to_owned(),
            what: Words::new(
                "Неге тоқтатылғанын жазыңыз, 500 таңбадан асырмаңыз.",
                "Напишите причину, не длиннее 500 знаков.",
                "Say why, in 500 characters at most.",
            ),
        });
    }
    let client = state.pool.get().await?;
    pausing::pause(&client, &caller.account.actor.name, &reason, state.clock.now()).await?;
    Ok(back())
}

async fn resume(state: State, caller: Caller) -> Result<HttpResponse, Problem> {
    let client = state.pool.get().await?;
    pausing::resume(&client, &caller.account.actor.name, state.clock.now()).await?;
    Ok(back())
}

fn back() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/outbox#house")).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_in_a_file_is_said_to_be_one_in_the_readers_language() {
        let told = || Told {
            name: "А. Тіркеуші".to_owned(),
            day: jiff::civil::date(2023, 9, 21),
            what: Tells::Day,
            state: "written".to_owned(),
            answer: Some("written to house-7.eml".to_owned()),
            changed_at: jiff::Timestamp::UNIX_EPOCH,
        };
        assert_eq!(row(told(), Language::Kk).answer.as_deref(), Some("файл house-7.eml"));
        let by_relay = Told { state: "accepted".to_owned(), answer: Some("written to disk".to_owned()), ..told() };
        assert_eq!(row(by_relay, Language::Ru).answer.as_deref(), Some("written to disk"), "a server's own words");
    }
}
