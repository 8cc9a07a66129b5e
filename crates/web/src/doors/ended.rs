//! Whoever is not signed in is shown where to do it, and comes back afterwards to what they read. Whoever sent a form when the session was
//! over loses nothing: the text is kept for the account whose session it was, or shown to be copied when that is not known. It is never
//! sent by itself.

use actix_multipart::Multipart;
use actix_web::dev::ServiceRequest;
use actix_web::http::{Method, header};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use serde::Serialize;
use uuid::Uuid;

use super::caller::cookie_name;
use super::upload::{self, Bounds};
use crate::accounts::ended;
use crate::address::escaped_path;
use crate::kept::{self, FIELD, Mark, Place, Saved, Typing};
use crate::pages::Page;
use crate::problem::Problem;
use crate::screens::told;
use crate::speech::{self, Words};
use crate::state::AppState;

/// What became of a form that was sent without a session.
#[derive(Debug, Clone)]
pub(super) enum Sent {
    /// There is nothing to keep: a page was asked for, or the form is none that is kept.
    Nothing,
    /// It is kept for the account whose session it was.
    Kept(Place),
    /// It is not known whose it is; this was typed.
    Unknown(Place, Vec<(String, String)>),
}

/// Takes the text of a form that is refused because nobody is signed in.
pub(super) async fn taken(state: &AppState, request: &mut ServiceRequest) -> Sent {
    let place = Place::of_path(request.path()).filter(|_| request.method() == Method::POST);
    let Some(place) = place else { return Sent::Nothing };
    let account = account(state, request).await.unwrap_or_else(|error| {
        tracing::warn!(error = %error, "it could not be looked up whose session ended");
        None
    });
    let Some(fields) = fields(request, account.is_some()).await else { return Sent::Nothing };
    let Some(mark) = mark_of(&fields) else { return Sent::Nothing };
    let Some(account) = account else { return Sent::Unknown(place, fields) };
    let typing = Typing { account, place: &place, mark, fields: &fields, unsent: true };
    match kept::save(&state.pool, &typing, state.wall.now()).await {
        Ok(Saved::Kept(_) | Saved::Gone) => Sent::Kept(place),
        Ok(Saved::Nothing(_)) => Sent::Nothing,
        Err(error) => {
            tracing::warn!(error = %error, "the text of a form could not be kept after its session had ended");
            Sent::Unknown(place, fields)
        }
    }
}

/// The row that the form writes.
fn mark_of(fields: &[(String, String)]) -> Option<Mark> {
    fields.iter().find(|(name, _)| name == FIELD).and_then(|(_, value)| value.parse().ok())
}

/// Whose session it was.
async fn account(state: &AppState, request: &ServiceRequest) -> Result<Option<Uuid>, Problem> {
    let Some(cookie) = request.cookie(cookie_name(&state.config)) else { return Ok(None) };
    let client = state.pool.get().await?;
    let found = ended::account(&client, cookie.value(), state.wall.now()).await;
    found.map_err(|error| Problem::failure("look up whose session ended", error))
}

/// The fields of a form, without its file. From nobody no file is taken in.
async fn fields(request: &mut ServiceRequest, is_known: bool) -> Option<Vec<(String, String)>> {
    let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    if !kind.starts_with("multipart/") {
        return request.extract::<web::Form<Vec<(String, String)>>>().await.ok().map(web::Form::into_inner);
    }
    if !is_known {
        return None;
    }
    let form = request.extract::<Multipart>().await.ok()?;
    upload::read(form, &Bounds::of_long_forms()).await.ok().map(|upload| upload.fields)
}

/// What is typed and was not taken, to be copied.
#[derive(Debug, Serialize)]
struct Facts {
    next: String,
    /// The page had kept what was typed before, for whoever was signed in then.
    is_partly_kept: bool,
    typed: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    label: String,
    value: String,
}

/// The answer to somebody who has to sign in first.
pub(super) fn sign_in_first(state: &AppState, request: &HttpRequest) -> HttpResponse {
    let sent = request.extensions().get::<Sent>().cloned().unwrap_or(Sent::Nothing);
    let place = match sent {
        Sent::Kept(place) => format!("/login?ended=kept&next={}", escaped_path(&place.to_string())),
        Sent::Unknown(place, typed) => return to_be_copied(state, request, place, typed),
        Sent::Nothing if request.method() == Method::GET && request.path() != "/" => {
            format!("/login?next={}", escaped_path(request.path()))
        }
        // Every form of an inquiry, and of a letter of a deck, posts to the address that shows it; the switches in the head of each page have no
        // page.
        Sent::Nothing if request.method() != Method::GET && is_shown_there(request.path()) => {
            format!("/login?ended=yes&next={}", escaped_path(request.path()))
        }
        Sent::Nothing => "/login".to_owned(),
    };
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}

/// Is the form that is sent to this path on the page of the same address?
fn is_shown_there(path: &str) -> bool {
    ["/inquiries/", "/approvals/letter/", "/signing/letter/"].iter().any(|beginning| path.starts_with(beginning))
}

fn to_be_copied(state: &AppState, request: &HttpRequest, place: Place, typed: Vec<(String, String)>) -> HttpResponse {
    let language = speech::of_request(request, None);
    let is_partly_kept = mark_of(&typed).is_some_and(|mark| mark.revision > 0);
    let typed = told(state, &place, typed, language);
    let typed = typed.into_iter().map(|(label, value)| Line { label, value }).collect();
    let title = Words::new("Сеанс аяқталды", "Сеанс закончился", "The session has ended");
    let page = Page { template: "ended", title, caller: None, language };
    let facts = Facts { next: escaped_path(&place.to_string()), is_partly_kept, typed };
    let problem = Problem::NotSignedIn;
    state.pages.answer_with(problem.start(), state, &page, &facts).unwrap_or_else(|error| {
        tracing::error!(error = %error, "the page of a form without a session could not be made");
        problem.answer(language)
    })
}
