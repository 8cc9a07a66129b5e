//! The true pages of a text that nobody has saved: asked for by its words, shown as pictures.

use actix_web::http::header;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use directory::Language;
use inquiry::content::{DraftContent, Performer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::inquiry::inquiry_of;
use super::{JSON, may_speak};
use crate::api::conditions::json;
use crate::desk::text::words;
use crate::office::letters::facts_with;
use crate::office::seeing;
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::{Caller, State};

/// What stands for something that nobody has typed yet.
const BLANK: &str = "…";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/inquiries/{id}/draft/preview", "preview_text", STAFF, set)
            .summary("Sets a text that nobody has saved as the letter it would be; stores nothing.")
            .json::<Asked>()
            .answer(JSON),
        Route::get("/inquiries/{id}/draft/preview/{paper}/{page}.png", "preview_page", STAFF, picture)
            .summary("A page of a text that was set a moment ago, as a picture.")
            .answer(Answer { status: 200, means: "The page.", gives: Gives::Bytes("image/png") }),
    ]
}

/// A text with what the form around it says just now.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The rich editor's document.
    text: Value,
    /// The letter's language; the draft's or the inquiry's without it.
    language: Option<Language>,
    /// Who prepared it; the draft's without it.
    executor: Option<Performer>,
}

#[derive(Debug, Serialize)]
struct Answered {
    paper: String,
    pages: usize,
}

async fn set(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (_, asked) = json::<Asked>(&request, &body)?;
    let actor = &caller.account.actor;
    let seen = seeing::now(&state, actor, inquiry_of(&path)?).await?;
    may_speak(&seen, actor)?;
    let text = words(&asked.text)?;
    if text.body.blocks.is_empty() {
        return Err(nothing());
    }
    let dossier = &seen.dossier;
    let known = dossier.draft.as_ref().map(|draft| &draft.content);
    let language = asked.language.or(known.map(|known| known.language)).unwrap_or(dossier.intake.language);
    let named = asked.executor.or_else(|| known.map(|known| known.executor.clone()));
    let or_blank = |said: String| if said.trim().is_empty() { BLANK.to_owned() } else { said };
    let executor = match named {
        Some(Performer { name, phone }) => Performer { name: or_blank(name), phone: or_blank(phone) },
        None => Performer { name: BLANK.to_owned(), phone: BLANK.to_owned() },
    };
    let body = serde_json::to_value(&text.body).map_err(|error| Problem::failure("write a text as JSON", error))?;
    let content = DraftContent { language, body, executor, answers: Vec::new(), translations: Vec::new() };
    let facts = facts_with(&state, dossier, &content)?;
    let set = state.papers.set(&state.engine, caller.account.id, dossier.inquiry, facts).await?;
    Ok(HttpResponse::Ok().json(Answered { paper: set.name, pages: set.pages }))
}

fn nothing() -> Problem {
    Problem::NotThereYet {
        what: Words::new("Мәтін әлі жазылмаған.", "Текст ещё не написан.", "No text has been written yet."),
    }
}

async fn picture(state: State, caller: Caller, path: Path<(String, String, String)>) -> Result<HttpResponse, Problem> {
    let (id, paper, page) = path.into_inner();
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&id)?).await?;
    let no_page = || Problem::NotThereYet {
        what: Words::new(
            "Бұл бет сақталмаған; мәтінді қайта қарап шығыңыз.",
            "Эта страница не сохранилась; откройте предпросмотр снова.",
            "This page is not kept; preview the text again.",
        ),
    };
    let page: usize = page.parse().map_err(|_| no_page())?;
    let found = state.papers.picture(seen.dossier.inquiry, &paper, page).await?;
    let png = found.ok_or_else(no_page)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "image/png"))
        // Its name says what it is: it never becomes another picture.
        .insert_header((header::CACHE_CONTROL, "private, max-age=3600, immutable"))
        .body(png.to_vec()))
}
