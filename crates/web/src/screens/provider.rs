//! The way to the identity provider and back: to come in, or to prove once more who one is.

use actix_web::{HttpRequest, HttpResponse, web};
use directory::Language;
use serde::Deserialize;

use super::fields::say;
use super::login::{agent_of, onward, place_of_ours, refused, welcome};
use super::proof::{self, session_of};
use super::{ONWARD, PAGE};
use crate::accounts::proof::Method;
use crate::accounts::{identity, session};
use crate::doors::caller::address_of;
use crate::doors::cookies::VISIT;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::provider::visit::{Aim, Answer, Visit};
use crate::provider::{Fault, Identity, Provider, RETURN};
use crate::routes::Route;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/login/provider", "provider_login", Permission::Public, to_sign_in)
            .summary("On to the identity provider, to sign in there.")
            .answer(ONWARD),
        Route::get("/proof/provider", "provider_proof", Permission::SignedIn, to_prove)
            .summary("On to the identity provider, to prove once more who one is.")
            .answer(ONWARD),
        // The one GET that changes something: the protocol sends people back by GET. It does nothing without the visit that is sealed in the
        // cookie of the browser that was sent, and the provider takes each code once.
        Route::get(RETURN, "provider_return", Permission::Public, back)
            .summary("Takes somebody back from the identity provider.")
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Debug, Deserialize)]
struct Next {
    next: Option<String>,
    /// The language that was chosen on the page.
    lang: Option<Language>,
}

fn provider(state: &State) -> Result<&Provider, Problem> {
    state.provider.as_ref().ok_or(Problem::UnknownAddress)
}

async fn to_sign_in(state: State, Speaks(language): Speaks, asked: web::Query<Next>) -> Result<HttpResponse, Problem> {
    let provider = provider(&state)?;
    let next = place_of_ours(asked.next.as_deref());
    let language = asked.lang.unwrap_or(language);
    match sent(&state, provider, Aim::SignIn, next, language).await {
        Ok(answer) => Ok(answer),
        Err(fault) => not_in(&state, next, language, &fault),
    }
}

async fn to_prove(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    asked: web::Query<Next>,
) -> Result<HttpResponse, Problem> {
    let provider = provider(&state)?;
    let aim = Aim::Proof { session: session_of(&caller)?.id, account: caller.account.id };
    let next = place_of_ours(asked.next.as_deref());
    match sent(&state, provider, aim, next, language).await {
        Ok(answer) => Ok(answer),
        Err(fault) => not_proved(&state, &caller, next, language, &fault).await,
    }
}

/// Sends somebody to the provider, with the visit in a cookie.
async fn sent(
    state: &State,
    provider: &Provider,
    aim: Aim,
    next: &str,
    language: Language,
) -> Result<HttpResponse, Fault> {
    let visit = Visit::begin(aim, next, language, state.wall.now())?;
    let place = provider.begin(&visit).await?;
    Ok(onward(&place, [VISIT.with(&state.config, visit.sealed(&state.key)?)]))
}

async fn back(
    state: State,
    request: HttpRequest,
    caller: Option<Caller>,
    Speaks(language): Speaks,
    answer: web::Query<Answer>,
) -> Result<HttpResponse, Problem> {
    let provider = provider(&state)?;
    let cookie = request.cookie(VISIT.name(&state.config));
    let visit = cookie.and_then(|cookie| Visit::opened(&state.key, cookie.value()));
    let Some(visit) = visit else { return not_in(&state, "/", language, &Fault::NoVisit) };
    let found = provider.finish(&visit, &answer, state.wall.now()).await;
    let mut answered = match (&visit.aim, caller) {
        (Aim::SignIn, _) => signed_in(&state, &request, &visit, found).await?,
        (Aim::Proof { session, account }, Some(caller))
            if session_of(&caller).is_ok_and(|running| running.id == *session) && caller.account.id == *account =>
        {
            proved(&state, &caller, &visit, found).await?
        }
        // The session ended, or somebody else signed in meanwhile.
        (Aim::Proof { .. }, _) => not_in(&state, &visit.next, visit.language, &Fault::NoVisit)?,
    };
    // A visit ends with its answer, whatever that was.
    let gone = answered.add_cookie(&VISIT.gone(&state.config));
    gone.map_err(|error| Problem::failure("end a visit to the identity provider", error))?;
    Ok(answered)
}

async fn signed_in(
    state: &State,
    request: &HttpRequest,
    visit: &Visit,
    found: Result<Identity, Fault>,
) -> Result<HttpResponse, Problem> {
    let identity = match found {
        Ok(identity) => identity,
        Err(fault) => return not_in(state, &visit.next, visit.language, &fault),
    };
    let client = state.pool.get().await?;
    let failed = |error| Problem::failure("let somebody in whom the identity provider knows", error);
    let account = identity::account(&client, provider(state)?.issuer(), &identity.subject).await.map_err(failed)?;
    let Some(account) = account else {
        tracing::info!("an identity without an account was refused");
        let start = Problem::WrongCredentials.start();
        return refused(state, start, &visit.next, visit.language, unknown(state, visit.language, &identity));
    };
    let ip = address_of(request);
    let from = session::From { ip: &ip, agent: agent_of(request) };
    let (methods, now) = ([Method::Provider], state.wall.now());
    let secret = session::open(&client, account.id, &methods, identity.proved_at, from, now).await.map_err(failed)?;
    drop(client);
    welcome(state, request, (&secret, &account), None, &visit.next).await
}

async fn proved(
    state: &State,
    caller: &Caller,
    visit: &Visit,
    found: Result<Identity, Fault>,
) -> Result<HttpResponse, Problem> {
    let identity = match found {
        Ok(identity) => identity,
        Err(fault) => return not_proved(state, caller, &visit.next, visit.language, &fault).await,
    };
    let client = state.pool.get().await?;
    let known = identity::account(&client, provider(state)?.issuer(), &identity.subject).await;
    let known = known.map_err(|error| Problem::failure("compare an identity with an account", error))?;
    drop(client);
    let Some(at) = identity.proved_at.filter(|_| known.is_some_and(|known| known.id == caller.account.id)) else {
        let fault = Fault::Unbelievable("somebody else has proved who they are");
        return not_proved(state, caller, &visit.next, visit.language, &fault).await;
    };
    proof::proved(state, session_of(caller)?, Method::Provider, at, &visit.next).await
}

/// The page for signing in, with the reason in words.
fn not_in(state: &State, next: &str, language: Language, fault: &Fault) -> Result<HttpResponse, Problem> {
    tracing::warn!(error = %fault, "nobody came in through the identity provider");
    refused(state, Problem::WrongCredentials.start(), next, language, words(fault, language))
}

/// The page for proving, with the reason in words.
async fn not_proved(
    state: &State,
    caller: &Caller,
    next: &str,
    language: Language,
    fault: &Fault,
) -> Result<HttpResponse, Problem> {
    tracing::warn!(error = %fault, account = %caller.account.id, "a proof by the identity provider was not taken");
    let start = Problem::WrongCredentials.start();
    proof::show(start, state, caller, language, next, Some(words(fault, language))).await
}

/// What to ask the administrator for. What the provider calls somebody is no secret of theirs.
fn unknown(state: &State, language: Language, identity: &Identity) -> String {
    let subject: String = identity.subject.chars().filter(|sign| !sign.is_control()).collect();
    let name = state.provider.as_ref().map_or("", Provider::name);
    match language {
        Language::Kk => format!(
            "«{name}» сізді таниды, бірақ мұнда сізге байланған есептік жазба жоқ. Әкімшіден мына сәйкестендіргішті есептік жазбаңызға байлауды сұраңыз: {subject}"
        ),
        Language::Ru => format!(
            "«{name}» вас знает, но здесь с вами не связана ни одна учётная запись. Попросите администратора связать с вашей учётной записью этот идентификатор: {subject}"
        ),
        Language::En => format!(
            "“{name}” knows you, but no account here is linked to you. Ask the administrator to link this identifier to your account: {subject}"
        ),
    }
}

fn words(fault: &Fault, language: Language) -> String {
    let (kk, ru, en) = match fault {
        Fault::Away(_) | Fault::BadIssuer | Fault::Secret(_) => (
            "Сәйкестендіру қызметі қазір жауап бермейді. Кейінірек қайталаңыз немесе атыңыз бен құпиясөзіңіз арқылы кіріңіз.",
            "Служба идентификации сейчас не отвечает. Повторите позже или войдите по имени и паролю.",
            "The identity provider does not answer at the moment. Try later, or sign in with name and password.",
        ),
        Fault::NoVisit => (
            "Бұл кіру осы браузерде басталмаған немесе тым ұзақ күтілген. Басынан бастаңыз.",
            "Этот вход начат не в этом браузере или слишком давно. Начните сначала.",
            "This sign-in was not begun in this browser, or too long ago. Please begin again.",
        ),
        Fault::Refused(_) => (
            "Сәйкестендіру қызметі бас тартты. Қайталап көріңіз; көмектеспесе, әкімшіге сұраудың нөмірін (X-Request-Id) айтыңыз.",
            "Служба идентификации отказала. Попробуйте ещё раз; если не поможет, назовите администратору номер запроса (X-Request-Id).",
            "The identity provider refused. Try again; if that does not help, tell the administrator the request's number (X-Request-Id).",
        ),
        Fault::Unbelievable(_) => (
            "Сәйкестендіру қызметінің жауабына сенуге болмайды, сондықтан ештеңе істелмеді. Қайталап көріңіз; көмектеспесе, әкімшіге сұраудың нөмірін (X-Request-Id) айтыңыз.",
            "Ответу службы идентификации нельзя верить, поэтому ничего не сделано. Попробуйте ещё раз; если не поможет, назовите администратору номер запроса (X-Request-Id).",
            "What the identity provider answered cannot be believed, so nothing was done. Try again; if that does not help, tell the administrator the request's number (X-Request-Id).",
        ),
    };
    say(language, kk, ru, en)
}
