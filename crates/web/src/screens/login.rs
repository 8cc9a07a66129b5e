//! Signing in and out: name and password in, a code where the account has a second factor, a session cookie out.

use actix_web::cookie::Cookie;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use directory::Language;
use serde::{Deserialize, Serialize};

use super::language::keep;
use super::{ONWARD, PAGE};
use crate::accounts::Account;
use crate::accounts::password::Password;
use crate::accounts::secret::Secret;
use crate::accounts::session;
use crate::accounts::sign_in::{self, SecondStep, SignIn};
use crate::address::query;
use crate::doors::caller::{address_of, cookie_name};
use crate::doors::cookies::{HALF_OPEN, SESSION};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::reads::noted::{Note, note};
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/login", "login_page", Permission::Public, page).summary("The page for signing in.").answer(PAGE),
        Route::post("/login", "login", Permission::Public, by_password)
            .summary("Signs in, or asks for the code of the second factor.")
            .form()
            .answer(ONWARD),
        Route::get("/login/code", "login_code_page", Permission::Public, code_page)
            .summary("Asks for the code of the second factor.")
            .answer(PAGE),
        Route::post("/login/code", "login_code", Permission::Public, by_code)
            .summary("Signs in with the code of the second factor.")
            .form()
            .answer(ONWARD),
        Route::post("/logout", "logout", Permission::SignedIn, sign_out).summary("Signs out.").answer(ONWARD),
    ]
}

/// Where to go after signing in, and what is known before.
#[derive(Debug, Deserialize)]
struct Next {
    next: Option<String>,
    /// A form was sent after its session had ended; `kept` when its text was.
    ended: Option<String>,
    /// A code was awaited for too long.
    over: Option<String>,
    /// The language that was chosen on the page: it is kept with the account.
    lang: Option<Language>,
}

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    name: String,
    password: String,
    next: String,
}

/// The form of the second step.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeForm {
    code: String,
    next: String,
}

/// What the template prints.
#[derive(Debug, Default, Serialize)]
struct Facts<'a> {
    next: &'a str,
    name: &'a str,
    refused: Option<String>,
    has_ended: bool,
    /// What was typed stands in its form again after signing in.
    is_kept: bool,
    lang: Option<&'static str>,
    /// The provider's name and where to go to it.
    provider: Option<Other<'a>>,
}

#[derive(Debug, Serialize)]
struct Other<'a> {
    name: &'a str,
    place: String,
}

/// What the page for the code prints.
#[derive(Debug, Serialize)]
struct CodeFacts<'a> {
    next: &'a str,
    refused: Option<String>,
    lang: Option<&'static str>,
}

/// A place of ours, or the first page: never another site's, whatever was asked for.
pub(super) fn place_of_ours(asked: Option<&str>) -> &str {
    asked
        .filter(|place| place.starts_with('/') && !place.starts_with("//"))
        .filter(|place| place.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'))
        .unwrap_or("/")
}

fn title() -> Words {
    Words::new("Кіру", "Вход", "Sign in")
}

/// Where a browser comes from, for the list of sessions.
pub(super) fn agent_of(request: &HttpRequest) -> &str {
    request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("-")
}

fn provider<'a>(state: &'a State, next: &str, lang: Option<&'static str>) -> Option<Other<'a>> {
    let provider = state.provider.as_ref()?;
    let fields: Vec<(&str, &str)> = [("next", next)].into_iter().chain(lang.map(|lang| ("lang", lang))).collect();
    Some(Other { name: provider.name(), place: format!("/login/provider?{}", query(&fields)) })
}

async fn page(
    state: State,
    caller: Option<Caller>,
    Speaks(language): Speaks,
    asked: web::Query<Next>,
) -> Result<HttpResponse, Problem> {
    let next = place_of_ours(asked.next.as_deref());
    if caller.is_some() {
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, next)).finish());
    }
    let refused = asked.over.as_ref().map(|_| too_late(language));
    let lang = asked.lang.map(Language::code);
    let provider = provider(&state, next, lang);
    let is_kept = asked.ended.as_deref() == Some("kept");
    let has_ended = asked.ended.is_some();
    let facts = Facts { next, refused, has_ended, is_kept, lang, provider, ..Facts::default() };
    let page = Page { template: "login", title: title(), caller: None, language };
    state.pages.answer(&state, &page, &facts)
}

/// The page for signing in, saying why somebody did not come in.
pub(super) fn refused(
    state: &State,
    start: actix_web::HttpResponseBuilder,
    next: &str,
    language: Language,
    why: String,
) -> Result<HttpResponse, Problem> {
    let facts = Facts { next, refused: Some(why), provider: provider(state, next, None), ..Facts::default() };
    let page = Page { template: "login", title: title(), caller: None, language };
    state.pages.answer_with(start, state, &page, &facts)
}

fn too_late(language: Language) -> String {
    super::fields::say(
        language,
        "Кодты күту уақыты өтіп кетті: басынан бастап кіріңіз.",
        "Время ожидания кода вышло: войдите с начала.",
        "The code was awaited for too long: please begin again.",
    )
}

async fn by_password(
    state: State,
    request: HttpRequest,
    Speaks(language): Speaks,
    asked: web::Query<Next>,
    web::Form(form): web::Form<Form>,
) -> Result<HttpResponse, Problem> {
    let ip = address_of(&request);
    let from = session::From { ip: &ip, agent: agent_of(&request) };
    let client = state.pool.get().await?;
    note(
        &request,
        Note { account: Some(form.name.trim().to_lowercase().chars().take(64).collect()), ..Note::default() },
    );
    let next = place_of_ours(Some(&form.next));
    let lang = asked.lang.map(Language::code);
    let typed = Password::typed(form.password);
    let outcome = sign_in::sign_in(&client, &form.name, typed, from, state.wall.now())
        .await
        .map_err(|error| Problem::failure("sign somebody in", error))?;
    let problem = match outcome {
        SignIn::Welcome(secret, account) => {
            return welcome(&state, &request, (&secret, &account), asked.lang, next).await;
        }
        SignIn::CodeNeeded(half) => {
            let fields: Vec<(&str, &str)> =
                [("next", next)].into_iter().chain(lang.map(|lang| ("lang", lang))).collect();
            let cookie = HALF_OPEN.with(&state.config, half.reveal().to_owned());
            return Ok(onward(&format!("/login/code?{}", query(&fields)), [cookie]));
        }
        SignIn::Wrong => Problem::WrongCredentials,
        SignIn::Wait(seconds) => Problem::TooManyAttempts { seconds },
    };
    tracing::info!(code = problem.code(), "signing in was refused");
    let page = Page { template: "login", title: title(), caller: None, language };
    let refused = Some(problem.body(language).detail);
    let facts =
        Facts { next, name: &form.name, refused, lang, provider: provider(&state, next, lang), ..Facts::default() };
    state.pages.answer_with(problem.start(), &state, &page, &facts)
}

/// On to a place of ours, with cookies.
pub(super) fn onward<const N: usize>(place: &str, cookies: [Cookie<'static>; N]) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    for cookie in cookies {
        answer.cookie(cookie);
    }
    answer.insert_header((header::LOCATION, place)).finish()
}

/// Lets somebody in whose proof is complete.
pub(super) async fn welcome(
    state: &State,
    request: &HttpRequest,
    (secret, account): (&Secret, &Account),
    chosen: Option<Language>,
    next: &str,
) -> Result<HttpResponse, Problem> {
    note(request, Note { account: Some(account.actor.name.clone()), ..Note::default() });
    tracing::info!(account = %account.id, "somebody signed in");
    if let Some(chosen) = chosen {
        keep(&state.pool.get().await?, account.id, chosen).await?;
    }
    Ok(onward(next, [SESSION.with(&state.config, secret.reveal().to_owned())]))
}

async fn code_page(
    state: State,
    request: HttpRequest,
    Speaks(language): Speaks,
    asked: web::Query<Next>,
) -> Result<HttpResponse, Problem> {
    if request.cookie(HALF_OPEN.name(&state.config)).is_none() {
        return Ok(onward("/login?over=yes", []));
    }
    let next = place_of_ours(asked.next.as_deref());
    let page = Page { template: "login_code", title: title(), caller: None, language };
    state.pages.answer(&state, &page, &CodeFacts { next, refused: None, lang: asked.lang.map(Language::code) })
}

async fn by_code(
    state: State,
    request: HttpRequest,
    Speaks(language): Speaks,
    asked: web::Query<Next>,
    web::Form(form): web::Form<CodeForm>,
) -> Result<HttpResponse, Problem> {
    let config = &state.config;
    let Some(half) = request.cookie(HALF_OPEN.name(config)) else { return Ok(onward("/login?over=yes", [])) };
    let ip = address_of(&request);
    let from = session::From { ip: &ip, agent: agent_of(&request) };
    let next = place_of_ours(Some(&form.next));
    let client = state.pool.get().await?;
    let outcome = sign_in::second_step(&client, &state.key, half.value(), &form.code, from, state.wall.now())
        .await
        .map_err(|error| Problem::failure("sign somebody in by a code", error))?;
    drop(client);
    let (problem, refused) = match outcome {
        SecondStep::Welcome(secret, account) => {
            let mut answer = welcome(&state, &request, (&secret, &account), asked.lang, next).await?;
            let gone = answer.add_cookie(&HALF_OPEN.gone(config));
            gone.map_err(|error| Problem::failure("end a sign-in that was half open", error))?;
            return Ok(answer);
        }
        SecondStep::Over => return Ok(onward("/login?over=yes", [HALF_OPEN.gone(config)])),
        SecondStep::Wrong => (Problem::WrongCredentials, super::proof::wrong_code(language)),
        SecondStep::Wait(seconds) => {
            let problem = Problem::TooManyAttempts { seconds };
            let detail = problem.body(language).detail;
            (problem, detail)
        }
    };
    tracing::info!(code = problem.code(), "a code was refused");
    let page = Page { template: "login_code", title: title(), caller: None, language };
    let facts = CodeFacts { next, refused: Some(refused), lang: asked.lang.map(Language::code) };
    state.pages.answer_with(problem.start(), &state, &page, &facts)
}

async fn sign_out(state: State, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let mut answer = HttpResponse::SeeOther();
    if let Some(cookie) = request.cookie(cookie_name(&state.config)) {
        let client = state.pool.get().await?;
        session::sign_out(&client, cookie.value(), state.wall.now())
            .await
            .map_err(|error| Problem::failure("sign somebody out", error))?;
        answer.cookie(SESSION.gone(&state.config));
    }
    Ok(answer
        .insert_header((header::LOCATION, "/login"))
        .insert_header(("clear-site-data", "\"cache\", \"storage\""))
        .finish())
}

#[cfg(test)]
mod tests {
    use super::place_of_ours;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        assert_eq!(place_of_ours(Some("/inquiries/42")), "/inquiries/42");
        for place in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "inquiries", "/a\r\nSet-Cookie: x"]
        {
            assert_eq!(place_of_ours(Some(place)), "/", "{place:?}");
        }
    }
}
