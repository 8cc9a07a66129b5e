//! Signing in and out: name and password in, a session cookie out.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use directory::Language;
use serde::{Deserialize, Serialize};

use super::language::keep;
use super::{ONWARD, PAGE};
use crate::accounts::password::Password;
use crate::accounts::session::{self, SignIn};
use crate::doors::caller::{address_of, cookie_name};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/login", "login_page", Permission::Public, page).summary("The page for signing in.").answer(PAGE),
        Route::post("/login", "login", Permission::Public, sign_in).summary("Signs in.").form().answer(ONWARD),
        Route::post("/logout", "logout", Permission::SignedIn, sign_out).summary("Signs out.").answer(ONWARD),
    ]
}

/// Where to go after signing in, and what is known before.
#[derive(Debug, Deserialize)]
struct Next {
    next: Option<String>,
    /// A form was sent after its session had ended; `kept` when its text was.
    ended: Option<String>,
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

/// What the template prints.
#[derive(Debug, Serialize)]
struct Facts<'a> {
    next: &'a str,
    name: &'a str,
    refused: Option<String>,
    has_ended: bool,
    /// What was typed stands in its form again after signing in.
    is_kept: bool,
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

async fn page(
    state: State,
    caller: Option<Caller>,
    Speaks(language): Speaks,
    query: web::Query<Next>,
) -> Result<HttpResponse, Problem> {
    let next = place_of_ours(query.next.as_deref());
    if caller.is_some() {
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, next)).finish());
    }
    let lang = query.lang.map(Language::code);
    let page = Page { template: "login", title: title(), caller: None, language };
    let is_kept = query.ended.as_deref() == Some("kept");
    let has_ended = query.ended.is_some();
    state.pages.answer(&state, &page, &Facts { next, name: "", refused: None, has_ended, is_kept, lang })
}

async fn sign_in(
    state: State,
    request: HttpRequest,
    Speaks(language): Speaks,
    query: web::Query<Next>,
    web::Form(form): web::Form<Form>,
) -> Result<HttpResponse, Problem> {
    let ip = address_of(&request);
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("-");
    let from = session::From { ip: &ip, agent };
    let client = state.pool.get().await?;
    let now = state.wall.now();
    let next = place_of_ours(Some(&form.next));
    let outcome = session::sign_in(&client, &form.name, Password::typed(form.password), from, now)
        .await
        .map_err(|error| Problem::failure("sign somebody in", error))?;
    let problem = match outcome {
        SignIn::Welcome(secret, account) => {
            tracing::info!(account = %account.id, "somebody signed in");
            if let Some(chosen) = query.lang {
                keep(&client, account.id, chosen).await?;
            }
            let cookie = Cookie::build(cookie_name(&state.config), secret.reveal().to_owned())
                .path("/")
                .http_only(true)
                .same_site(SameSite::Lax)
                .secure(state.config.is_https())
                .finish();
            return Ok(HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, next)).finish());
        }
        SignIn::Wrong => Problem::WrongCredentials,
        SignIn::Wait(seconds) => Problem::TooManyAttempts { seconds },
    };
    tracing::info!(code = problem.code(), "signing in was refused");
    let page = Page { template: "login", title: title(), caller: None, language };
    let facts = Facts {
        next,
        name: &form.name,
        refused: Some(problem.body(language).detail),
        has_ended: false,
        is_kept: false,
        lang: query.lang.map(Language::code),
    };
    state.pages.answer_with(problem.start(), &state, &page, &facts)
}

async fn sign_out(state: State, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let name = cookie_name(&state.config);
    let mut answer = HttpResponse::SeeOther();
    if let Some(cookie) = request.cookie(name) {
        let client = state.pool.get().await?;
        session::sign_out(&client, cookie.value(), state.wall.now())
            .await
            .map_err(|error| Problem::failure("sign somebody out", error))?;
        let mut gone = Cookie::build(name, "").path("/").secure(state.config.is_https()).http_only(true).finish();
        gone.make_removal();
        answer.cookie(gone);
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
