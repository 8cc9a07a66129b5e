//! The second factor of one's own account: the secret is shown as a picture and as text, counts once a code of it has come, and comes with ten
//! codes for the day that the app is lost. It is begun, taken away and given new codes by whoever has just proved who they are.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::{Deserialize, Serialize};

use super::super::login::onward;
use super::super::proof::{of_late, wrong_code};
use super::super::{ONWARD, PAGE};
use super::Visit;
use crate::accounts::second_factor::{self as factor, Confirmed, RecoveryCode};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    const PICTURE: Answer = Answer { status: 200, means: "The picture.", gives: Gives::Bytes("image/svg+xml") };
    vec![
        Route::post("/account/second-factor/new", "begin_second_factor", Permission::SignedIn, begin)
            .summary("Draws a secret for an authenticator app; it counts once a code of it has come.")
            .answer(ONWARD),
        Route::get("/account/second-factor", "second_factor_page", Permission::SignedIn, page)
            .summary("Shows the secret that was begun, and asks for its first code.")
            .answer(PAGE),
        Route::get("/account/second-factor/secret.svg", "second_factor_picture", Permission::SignedIn, picture)
            .summary("The secret that was begun, as a picture for the app.")
            .answer(PICTURE),
        Route::post("/account/second-factor", "confirm_second_factor", Permission::SignedIn, confirm)
            .summary("Makes the second factor count, and shows its recovery codes once.")
            .form()
            .answer(PAGE),
        Route::post("/account/second-factor/remove", "remove_second_factor", Permission::SignedIn, remove)
            .summary("Takes the second factor away.")
            .answer(ONWARD),
        Route::post("/account/recovery-codes", "new_recovery_codes", Permission::SignedIn, new_codes)
            .summary("Draws ten new recovery codes and shows them once; the ones of before open nothing.")
            .answer(PAGE),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    code: String,
}

#[derive(Debug, Serialize)]
struct Begun {
    name: String,
    secret: String,
    refused: Option<String>,
}

#[derive(Debug, Serialize)]
struct Codes {
    codes: Vec<String>,
    /// The factor counts from now on; else there are only new codes.
    is_new: bool,
}

fn failed(error: crate::accounts::AccountError) -> Problem {
    Problem::failure("look after somebody's second factor", error)
}

/// Whoever must prove first who they are comes back to their account, where the button is.
fn prove_first(state: &State, caller: &Caller) -> Option<HttpResponse> {
    of_late(state, caller).err().map(|_| onward("/proof?next=/account", []))
}

async fn begin(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    if let Some(first) = prove_first(&visit.state, &visit.caller) {
        return Ok(first);
    }
    let client = visit.state.pool.get().await?;
    let (account, now) = (visit.caller.account.id, visit.state.wall.now());
    let begun = factor::begin(&client, &visit.state.key, account, now).await.map_err(failed)?;
    Ok(onward(if begun { "/account/second-factor" } else { "/account" }, []))
}

/// The secret that was begun; none when there is none to be shown.
async fn shown(visit: &Visit) -> Result<Option<factor::Shown>, Problem> {
    let client = visit.state.pool.get().await?;
    let (account, name) = visit.whose();
    factor::shown(&client, &visit.state.key, account, name).await.map_err(failed)
}

async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    match shown(&visit).await? {
        Some(secret) => answer(&visit, HttpResponse::Ok(), secret, None),
        None => Ok(onward("/account", [])),
    }
}

fn answer(
    visit: &Visit,
    start: actix_web::HttpResponseBuilder,
    secret: factor::Shown,
    refused: Option<String>,
) -> Result<HttpResponse, Problem> {
    let facts = Begun { name: visit.whose().1.to_owned(), secret: secret.typed, refused };
    visit.answer(start, "second_factor", &facts)
}

async fn picture(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    let Some(secret) = shown(&visit).await? else { return Err(Problem::UnknownAddress) };
    let code = QrCode::with_error_correction_level(secret.address.as_bytes(), EcLevel::M)
        .map_err(|error| Problem::failure("draw the picture of a secret", error))?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "image/svg+xml")).body(picture))
}

async fn confirm(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(form): web::Form<Form>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    let client = visit.state.pool.get().await?;
    let now = visit.state.wall.now();
    let confirmed = factor::confirm(&client, &visit.state.key, visit.whose(), &form.code, now).await.map_err(failed)?;
    drop(client);
    let (start, why) = match confirmed {
        Confirmed::On(codes) => {
            tracing::info!(account = %visit.caller.account.id, "somebody took a second factor into use");
            return told(&visit, &codes, true);
        }
        Confirmed::NotBegun => return Ok(onward("/account", [])),
        Confirmed::Wrong => (HttpResponse::UnprocessableEntity(), wrong_code(language)),
        Confirmed::Wait(seconds) => {
            let problem = Problem::TooManyAttempts { seconds };
            (problem.start(), problem.body(language).detail)
        }
    };
    match shown(&visit).await? {
        Some(secret) => answer(&visit, start, secret, Some(why)),
        None => Ok(onward("/account", [])),
    }
}

fn told(visit: &Visit, codes: &[RecoveryCode], is_new: bool) -> Result<HttpResponse, Problem> {
    let codes = codes.iter().map(|code| code.reveal().to_owned()).collect();
    visit.answer(HttpResponse::Ok(), "recovery_codes", &Codes { codes, is_new })
}

async fn remove(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    let account = visit.caller.account.id;
    let client = visit.state.pool.get().await?;
    // What was begun and never counted protects nothing: it goes without a proof.
    let is_on = factor::standing(&client, account).await.map_err(failed)?.is_on();
    if let Some(first) = prove_first(&visit.state, &visit.caller).filter(|_| is_on) {
        return Ok(first);
    }
    let removed = factor::remove(&client, account).await.map_err(failed)?;
    tracing::info!(%account, removed, "somebody took their second factor away");
    Ok(onward(if is_on { "/account?done=factor-off" } else { "/account" }, []))
}

async fn new_codes(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    if let Some(first) = prove_first(&visit.state, &visit.caller) {
        return Ok(first);
    }
    let client = visit.state.pool.get().await?;
    let codes = factor::new_codes(&client, visit.caller.account.id).await.map_err(failed)?;
    match codes {
        Some(codes) => told(&visit, &codes, false),
        None => Ok(onward("/account", [])),
    }
}
