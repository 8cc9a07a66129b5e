//! What every request passes on its way in and every answer on its way out, in this order: a number of its own · its row in the
//! table of routes · does it come from our own pages · who is it · may they, and so often · the handler · who looked is written
//! down · problems in the caller's words · headers · counting and a line in the log.

pub mod caller;
pub(crate) mod cookies;
mod ended;
pub mod headers;
pub mod limits;
pub mod metrics;
pub(crate) mod nul;
mod origin;
pub mod proxy;
pub(crate) mod upload;

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::QueryPayloadError;
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use uuid::Uuid;

use crate::address::escaped_path;
use crate::problem::Problem;
use crate::reads;
use crate::routes::{self, Found, Route};
use crate::screens::moment::again::Again;
use crate::speech;
use crate::state::AppState;
use caller::Caller;

/// The largest body taken, in bytes.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// The number of a request, in its answer's `X-Request-Id` and in every line that the log has about it.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);

/// The whole way in and out.
pub(crate) async fn pass<B>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error>
where
    B: MessageBody + 'static,
{
    let started = Instant::now();
    let Some(state) = request.app_data::<web::Data<AppState>>().cloned() else {
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()));
    };
    let id = RequestId(Uuid::now_v7());
    request.extensions_mut().insert(id);
    let found = routes::find(request.method(), request.match_pattern().as_deref());
    let name = if let Found::Route(route) = &found { route.name.as_str() } else { "-" };
    let row = if let Found::Route(route) = &found { Some(*route) } else { None };
    let entered = match enter(&state, &request, found).await {
        Ok(Entered::Go) => nul::in_form(&mut request, row).await.map(|()| Entered::Go),
        other => other,
    };
    let answered = match entered {
        Ok(Entered::Go) => next.call(request).await?.map_into_boxed_body(),
        Ok(Entered::Methods(allow)) => {
            request.into_response(HttpResponse::NoContent().insert_header((header::ALLOW, allow)).finish())
        }
        Err(problem) => {
            if matches!(problem, Problem::NotSignedIn) {
                let sent = ended::taken(&state, &mut request).await;
                request.extensions_mut().insert(sent);
            }
            request.error_response(problem)
        }
    };
    let answered = told(&state, answered, row).await;
    let mut answered = say(&state, answered, id);
    headers::put(&state.config, &mut answered, id);
    let (status, took) = (answered.status().as_u16(), started.elapsed());
    state.metrics.answered(name, status, took);
    tracing::info!(request = %id.0, route = name, status, ms = took.as_millis() as u64, "a request was answered");
    Ok(answered)
}

/// Writes down who looked; where that cannot be, nothing is shown.
async fn told(
    state: &AppState,
    answered: ServiceResponse<BoxBody>,
    row: Option<&'static Route>,
) -> ServiceResponse<BoxBody> {
    let Some(row) = row else { return answered };
    match reads::keep(state, &answered, row).await {
        Ok(()) => answered,
        Err(problem) => ServiceResponse::from_err(problem, answered.into_parts().0),
    }
}

enum Entered {
    /// On to the handler.
    Go,
    /// OPTIONS: these methods work here.
    Methods(String),
}

/// May this request go on to its handler?
async fn enter(state: &AppState, request: &ServiceRequest, found: Found) -> Result<Entered, Problem> {
    let is_read_as_id = matches!(&found, Found::Route(route) if route.path.contains("{id}"));
    let without_nul = nul::in_address(request.uri(), is_read_as_id);
    if without_nul.is_err() || (!matches!(found, Found::Route(_)) && request.path() != "/") {
        // Whoever is signed in keeps their menu and their language where there is nothing; that it is not known who asks changes nothing.
        match caller::of(state, request.request()).await {
            Ok(Some(caller)) => drop(request.extensions_mut().insert(caller)),
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "who asked for an unknown address is not known"),
        }
    }
    without_nul?;
    let route: &'static Route = match found {
        Found::Route(route) => route,
        Found::OtherMethods(allow) if request.method() == Method::OPTIONS => return Ok(Entered::Methods(allow)),
        Found::OtherMethods(allow) => return Err(Problem::MethodNotAllowed { allow }),
        Found::Nothing => return Err(Problem::UnknownAddress),
    };
    if route.method != Method::GET {
        origin::check(&state.config, request.request())?;
    }
    state.limits.at_the_door(request.request(), route)?;
    // Static files and probes look nobody up: they answer while the database is away.
    let is_for_all = route.permission == crate::permission::Permission::Public
        && !(route.path == "/v" || route.path.starts_with("/v/"));
    let caller = if is_for_all && !route.path.starts_with("/login") {
        None
    } else {
        caller::of(state, request.request()).await?
    };
    let actor = caller.as_ref().map(|caller| &caller.account.actor);
    let allowed = route.permission.allows(actor);
    let is_known = actor.is_some();
    let not_too_often = caller.as_ref().filter(|_| allowed).map_or(Ok(()), |caller| state.limits.inside(caller, route));
    // Kept for the refusal too, which is said in the caller's language and with their menu.
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    not_too_often?;
    match (allowed, is_known) {
        (true, _) => Ok(Entered::Go),
        (false, true) => Err(Problem::NotPermitted { needs: route.permission.roles() }),
        (false, false) => Err(Problem::NotSignedIn),
    }
}

/// Is this address for programs? They are answered in JSON; people are answered with pages.
#[must_use]
pub fn is_for_programs(request: &HttpRequest) -> bool {
    let path = request.path();
    path.starts_with("/api/")
        || path == "/api"
        || matches!(path, "/healthz" | "/readyz" | "/metrics")
        || request
            .headers()
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("json") && !accept.contains("text/html"))
}

/// Says a problem, ours or the server's, in the caller's language and form, and logs what the caller is not told.
fn say(state: &AppState, answered: ServiceResponse<BoxBody>, id: RequestId) -> ServiceResponse<BoxBody> {
    let Some(error) = answered.response().error() else {
        return answered;
    };
    let ours = error.as_error::<Problem>();
    let theirs = if ours.is_none() { Some(translate(error)) } else { None };
    let Some(problem) = ours.or(theirs.as_ref()) else {
        return answered;
    };
    if problem.status().is_server_error() {
        let causes = chain(problem);
        tracing::error!(request = %id.0, code = problem.code(), error = %problem, causes, "a request failed");
    } else {
        tracing::debug!(request = %id.0, code = problem.code(), "a request was refused");
    }
    let request = answered.request();
    let caller = request.extensions().get::<Caller>().cloned();
    let language = speech::of_request(request, caller.as_ref());
    let response = if is_for_programs(request) {
        problem.answer(language)
    } else if matches!(problem, Problem::NotSignedIn) {
        ended::sign_in_first(state, request)
    } else if matches!(problem, Problem::ProofTooOld) {
        prove_first(request)
    } else {
        let again = Again::of(state, request, language, problem);
        state.pages.problem(state, caller.as_ref(), language, problem, again)
    };
    answered.into_response(response)
}

/// Whoever has to prove who they are once more does so, and comes back to the page of the form that they sent: what they confirm then is
/// what that page shows then.
fn prove_first(request: &HttpRequest) -> HttpResponse {
    let place = format!("/proof?next={}", escaped_path(request.path()));
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}

/// A problem that the server found before a handler of ours was asked.
fn translate(error: &actix_web::Error) -> Problem {
    if let Some(query) = error.as_error::<QueryPayloadError>() {
        return Problem::BadQuery { hint: query.to_string() };
    }
    match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge { limit: BODY_LIMIT },
        StatusCode::NOT_FOUND => Problem::UnknownAddress,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::NotJson,
        status if status.is_client_error() => Problem::BadForm { hint: error.to_string() },
        _ => Problem::failure("answer the request", error.to_string()),
    }
}

/// The causes of a failure, outermost first, for the log.
fn chain(problem: &Problem) -> String {
    let mut causes = Vec::new();
    let mut next = std::error::Error::source(problem);
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes.join(": ")
}
