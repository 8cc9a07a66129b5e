//! Proving once more who one is, before a signature or a change of how one comes in. Whoever has done so comes back to the page they came
//! from; what they confirm there is what that page shows then.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use directory::Language;
use serde::{Deserialize, Serialize};

use super::fields::say;
use super::login::{onward, place_of_ours};
use super::{ONWARD, PAGE};
use crate::accounts::proof::{FRESH_MINUTES, Method};
use crate::accounts::second_factor::Checked;
use crate::accounts::session;
use crate::accounts::sign_in::{self, Ways};
use crate::address::query;
use crate::doors::caller::{Through, address_of};
use crate::doors::cookies::SESSION;
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/proof", "proof_page", Permission::SignedIn, page)
            .summary("Asks for a proof of identity once more: a code, the password, or the identity provider.")
            .answer(PAGE),
        Route::post("/proof", "prove", Permission::SignedIn, prove)
            .summary("Takes the proof and goes back to the page that asked for it.")
            .form()
            .answer(ONWARD),
    ]
}

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub(super) struct Next {
    pub(super) next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    proof: String,
    next: String,
}

#[derive(Debug, Serialize)]
struct Facts<'a> {
    next: &'a str,
    minutes: i64,
    code: bool,
    password: bool,
    /// The provider's name and where to go to it.
    provider: Option<Other<'a>>,
    refused: Option<String>,
}

#[derive(Debug, Serialize)]
struct Other<'a> {
    name: &'a str,
    place: String,
}

/// Says that it was done, on the page that one comes back to.
pub(super) fn done(language: Language) -> String {
    say(
        language,
        "Тұлғаңыз расталды. Хатты қарап шығып, қол қойыңыз.",
        "Личность подтверждена. Просмотрите письмо и подпишите.",
        "You have proved who you are. Look at the letter, then sign it.",
    )
}

pub(super) fn wrong_code(language: Language) -> String {
    say(
        language,
        "Код дұрыс емес немесе бұрын қолданылған. Қолданбадағы келесі кодты күтіп, соны енгізіңіз.",
        "Код неверен или уже использован. Дождитесь следующего кода в приложении и введите его.",
        "The code is wrong or was used before. Wait for the app's next code and type that.",
    )
}

/// The page, with this title.
pub(super) fn title() -> Words {
    Words::new("Тұлғаңызды растаңыз", "Подтвердите личность", "Prove who you are")
}

/// The session of somebody at a browser: a program with a token has nothing to prove and no session to prove it for.
pub(super) fn session_of(caller: &Caller) -> Result<session::Running, Problem> {
    match caller.through {
        Through::Session(running) => Ok(running),
        Through::Token => Err(Problem::UnknownAddress),
    }
}

/// Refuses somebody whose proof is not of late: how one comes in is changed by whoever has just proved who they are.
pub(super) fn of_late(state: &State, caller: &Caller) -> Result<(), Problem> {
    if caller.through.proof().is_fresh(state.wall.now()) { Ok(()) } else { Err(Problem::ProofTooOld) }
}

async fn ways(state: &State, caller: &Caller) -> Result<Ways, Problem> {
    let client = state.pool.get().await?;
    let issuer = state.provider.as_ref().map(crate::provider::Provider::issuer);
    let found = sign_in::ways(&client, caller.account.id, issuer).await;
    found.map_err(|error| Problem::failure("look up how somebody proves who they are", error))
}

/// The page, for whoever comes to it and for whoever was not believed.
pub(super) async fn show(
    start: HttpResponseBuilder,
    state: &State,
    caller: &Caller,
    language: Language,
    next: &str,
    refused: Option<String>,
) -> Result<HttpResponse, Problem> {
    let ways = ways(state, caller).await?;
    let provider = state.provider.as_ref().filter(|_| ways.provider);
    let provider = provider.map(|provider| Other {
        name: provider.name(),
        place: format!("/proof/provider?{}", query(&[("next", next)])),
    });
    let facts = Facts { next, minutes: FRESH_MINUTES, code: ways.code, password: ways.password, provider, refused };
    let page = Page { template: "proof", title: title(), caller: Some(caller), language };
    state.pages.answer_with(start, state, &page, &facts)
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    asked: web::Query<Next>,
) -> Result<HttpResponse, Problem> {
    session_of(&caller)?;
    show(HttpResponse::Ok(), &state, &caller, language, place_of_ours(asked.next.as_deref()), None).await
}

async fn prove(
    state: State,
    request: HttpRequest,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(form): web::Form<Form>,
) -> Result<HttpResponse, Problem> {
    let running = session_of(&caller)?;
    let next = place_of_ours(Some(&form.next)).to_owned();
    let now = state.wall.now();
    let account = (caller.account.id, caller.account.actor.name.as_str());
    let client = state.pool.get().await?;
    let checked = sign_in::check(&client, &state.key, account, form.proof, &address_of(&request), now)
        .await
        .map_err(|error| Problem::failure("check a proof of identity", error))?;
    drop(client);
    let (problem, why) = match checked {
        Checked::Right(method) => return proved(&state, running, method, now, &next).await,
        Checked::Wait(seconds) => {
            let problem = Problem::TooManyAttempts { seconds };
            let why = problem.body(language).detail;
            (problem, why)
        }
        Checked::Wrong => {
            let is_code = ways(&state, &caller).await?.code;
            let why = if is_code { wrong_code(language) } else { wrong_password(language) };
            (Problem::WrongCredentials, why)
        }
    };
    tracing::info!(code = problem.code(), account = %caller.account.id, "a proof of identity was refused");
    show(problem.start(), &state, &caller, language, &next, Some(why)).await
}

pub(super) fn wrong_password(language: Language) -> String {
    say(language, "Құпиясөз дұрыс емес.", "Пароль неверен.", "The password is wrong.")
}

/// Keeps the proof with the session, which goes on under another id, and goes back.
pub(super) async fn proved(
    state: &State,
    running: session::Running,
    method: Method,
    at: jiff::Timestamp,
    next: &str,
) -> Result<HttpResponse, Problem> {
    let client = state.pool.get().await?;
    let renewed = session::prove(&client, running.id, method, at)
        .await
        .map_err(|error| Problem::failure("keep a proof of identity", error))?;
    let secret = renewed.ok_or(Problem::NotSignedIn)?;
    tracing::info!(session = %running.id, method = method.code(), "somebody proved who they are once more");
    let joint = if next.contains('?') { '&' } else { '?' };
    let place = format!("{next}{joint}proved=yes");
    Ok(onward(&place, [SESSION.with(&state.config, secret.reveal().to_owned())]))
}
