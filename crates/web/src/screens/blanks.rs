//! `/blanks`: a ministry's own blanks, and taking one into use.

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::web::Query;
use actix_web::{HttpResponse, HttpResponseBuilder};
use directory::{MinistryCode, Role};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fields::{Typed, day, say};
use super::wording::{self, People};
use super::{KEEPS_BLANKS, ONWARD, PAGE};
use crate::doors::upload::{self, File};
use crate::office::blanks::{self, LIMIT, Offered};
use crate::office::{Asked, to_the_end};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/blanks", "blanks_page", KEEPS_BLANKS, page)
            .summary("A ministry's own blanks, and a form that takes one into use.")
            .answer(PAGE),
        Route::post("/blanks", "adopt_blank_by_form", KEEPS_BLANKS, send)
            .summary("Takes a blank into use from a day on.")
            .upload()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Debug, Deserialize)]
struct Wanted {
    ministry: Option<String>,
    done: Option<String>,
}

#[derive(Debug, Serialize)]
struct Facts {
    /// Ministries to choose from; none where the reader has one.
    ministries: Vec<Choice>,
    code: String,
    name: String,
    today: String,
    done: bool,
    blanks: Vec<Row>,
    /// What is wrong with the form that was sent.
    refused: Vec<String>,
    key: String,
    typed_name: String,
    typed_since: String,
}

#[derive(Debug, Serialize)]
struct Choice {
    code: String,
    name: String,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    since: String,
    file: String,
    by: String,
    state: String,
    tone: &'static str,
}

/// What was typed into a form that comes back.
#[derive(Default)]
struct Back {
    refused: Vec<String>,
    key: Option<String>,
    name: String,
    since: String,
}

struct Visit {
    state: State,
    caller: Caller,
    language: directory::Language,
}

impl Visit {
    /// Whose blanks are shown: a ministry's executor sees their own, an administrator the ministry that was chosen.
    fn ministry(&self, asked: Option<&str>) -> Result<MinistryCode, Problem> {
        let actor = &self.caller.account.actor;
        if let Some(own) = actor.ministry.as_ref().filter(|_| !actor.has(Role::Admin)) {
            return Ok(own.clone());
        }
        let directory = self.state.directory();
        let today = directory.at(self.state.today());
        let mut known = today.ministries();
        match asked {
            Some(code) => known.find(|ministry| ministry.code.as_str() == code).map(|ministry| ministry.code.clone()),
            None => known.next().map(|ministry| ministry.code.clone()),
        }
        .ok_or(Problem::UnknownAddress)
    }

    async fn answer(
        &self,
        start: HttpResponseBuilder,
        ministry: &MinistryCode,
        done: bool,
        back: Back,
    ) -> Result<HttpResponse, Problem> {
        let (state, language) = (&self.state, self.language);
        let known = blanks::of(state, ministry).await?;
        let people = People::of(state).await?;
        let today = state.today();
        let in_force = known.on(today);
        let rows = known.all().iter().rev().map(|blank| {
            let (words, tone) = if blank.since > today {
                (say(language, "күні келмеген", "ещё не действует", "not yet in force"), "mute")
            } else if Some(blank) == in_force {
                (say(language, "қолданыста", "действует", "in force"), "ok")
            } else {
                (say(language, "ауыстырылған", "заменён", "replaced"), "mute")
            };
            Row {
                name: blank.name.clone(),
                since: blank.since.to_string(),
                file: blank.file.clone(),
                by: people.name(&blank.adopted_by).to_owned(),
                state: words,
                tone,
            }
        });
        let is_admin = self.caller.account.actor.has(Role::Admin);
        let directory = state.directory();
        let view = directory.at(today);
        let choices = view.ministries().filter(|_| is_admin).map(|one| Choice {
            code: one.code.to_string(),
            name: one.name.words(language).to_owned(),
            chosen: &one.code == ministry,
        });
        let facts = Facts {
            ministries: choices.collect(),
            code: ministry.to_string(),
            name: wording::ministry(state, ministry, language).name.clone(),
            today: today.to_string(),
            done,
            blanks: rows.collect(),
            refused: back.refused,
            key: back.key.unwrap_or_else(|| Uuid::now_v7().to_string()),
            typed_name: back.name,
            typed_since: if back.since.is_empty() { today.to_string() } else { back.since },
        };
        let title = Words::new("Министрлік бланкілері", "Бланки министерства", "A ministry's blanks");
        let page = Page { template: "blanks", title, caller: Some(&self.caller), language };
        state.pages.answer_with(start, state, &page, &facts)
    }

    /// What a form asks for, or what is missing in it.
    fn offered(&self, ministry: &MinistryCode, typed: &Typed, file: Option<File>) -> Result<Offered, Vec<String>> {
        let language = self.language;
        let mut missing = Vec::new();
        let name = typed.get("name").to_owned();
        if name.is_empty() {
            missing.push(say(language, "Бланктің атауын жазыңыз.", "Назовите бланк.", "Name the blank."));
        }
        let since = day(typed.get("since"));
        if since.is_none() {
            let what = ("Күнін ЖЖЖЖ-АА-КК түрінде жазыңыз.", "Дата в виде ГГГГ-ММ-ДД.", "Give the day as YYYY-MM-DD.");
            missing.push(say(language, what.0, what.1, what.2));
        }
        match (file, since) {
            (Some(file), Some(since)) if missing.is_empty() => {
                Ok(Offered { ministry: ministry.clone(), since, name, bytes: file.bytes })
            }
            (file, _) => {
                if file.is_none() {
                    missing.push(say(language, "Файлды таңдаңыз.", "Выберите файл.", "Choose a file."));
                }
                Err(missing)
            }
        }
    }
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    wanted: Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let ministry = visit.ministry(wanted.ministry.as_deref())?;
    visit.answer(HttpResponse::Ok(), &ministry, wanted.done.is_some(), Back::default()).await
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let upload = match upload::read(form, &upload::Bounds::of_file(LIMIT)).await {
        Ok(upload) => upload,
        Err(problem @ Problem::TooLarge { .. }) => {
            let back = Back { refused: vec![problem.body(language).detail], ..Back::default() };
            return visit.answer(problem.start(), &visit.ministry(None)?, false, back).await;
        }
        Err(problem) => return Err(problem),
    };
    let typed = Typed(upload.fields);
    let ministry = visit.ministry(Some(typed.get("ministry")))?;
    let key = typed.key()?.to_owned();
    let mut back = Back { name: typed.get("name").to_owned(), since: typed.get("since").to_owned(), ..Back::default() };
    let offered = match visit.offered(&ministry, &typed, upload.file) {
        Ok(offered) => offered,
        Err(missing) => {
            back.refused = missing;
            return visit.answer(HttpResponse::UnprocessableEntity(), &ministry, false, back).await;
        }
    };
    let (actor, at, account) = (visit.caller.account.actor.clone(), visit.state.clock.now(), visit.caller.account.id);
    let content = Sha256::digest(&offered.bytes);
    let what = format!("adopt-blank\n{ministry}\n{}\n{}", offered.since, offered.name);
    let asked = Asked::new(actor, at, account, &key, &what, &content, None);
    let office = visit.state.clone();
    match to_the_end(async move { blanks::adopt(&office, &asked, offered).await }).await {
        Ok(_) => {
            let place = format!("/blanks?ministry={ministry}&done=yes");
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
        }
        Err(problem @ Problem::Failure { .. }) => Err(problem),
        Err(problem) => {
            let body = problem.body(language);
            back.refused = body.faults.into_iter().flatten().map(|fault| fault.detail).collect();
            if back.refused.is_empty() {
                back.refused.push(body.detail);
            }
            if matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. } | Problem::Busy) {
                // It may have been recorded: the same key finds out.
                back.key = Some(key);
            }
            visit.answer(problem.start(), &ministry, false, back).await
        }
    }
}
