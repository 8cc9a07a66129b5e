//! The sessions of one's own account: from where and since when; each can be ended, and this one be kept from going idle.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::ONWARD;
use super::super::login::onward;
use super::Visit;
use crate::accounts::proof::Method;
use crate::accounts::session::{self, Listed};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    const KEPT: Answer = Answer { status: 200, means: "The seconds that are left.", gives: Gives::Bytes("text/plain") };
    vec![
        Route::post("/account/sessions/end", "end_session", Permission::SignedIn, end)
            .summary("Ends one of one's own sessions.")
            .form()
            .answer(ONWARD),
        Route::post("/account/sessions/end-others", "end_other_sessions", Permission::SignedIn, end_others)
            .summary("Ends all of one's own sessions but this one.")
            .answer(ONWARD),
        Route::post("/account/sessions/keep", "keep_session", Permission::SignedIn, keep)
            .summary("Keeps this session from going idle.")
            .answer(KEPT),
    ]
}

/// A session in the list.
#[derive(Debug, Serialize)]
pub(super) struct SessionRow {
    id: String,
    since: String,
    seen: String,
    ip: String,
    agent: String,
    methods: String,
    is_this: bool,
}

impl SessionRow {
    pub(super) fn of(listed: Listed, visit: &Visit) -> Self {
        let method = |method: &Method| match method {
            Method::Password => visit.t("құпиясөз", "пароль", "password"),
            Method::Code => visit.t("код", "код", "code"),
            Method::RecoveryCode => visit.t("қалпына келтіру коды", "код восстановления", "recovery code"),
            Method::Provider => match &visit.state.provider {
                Some(provider) => provider.name().to_owned(),
                None => visit.t("сәйкестендіру қызметі", "служба идентификации", "identity provider"),
            },
        };
        Self {
            is_this: listed.id == visit.running.id,
            id: listed.id.to_string(),
            since: listed.created_at.to_string(),
            seen: listed.seen_at.unwrap_or(listed.created_at).to_string(),
            ip: listed.ip,
            agent: listed.agent,
            methods: listed.methods.iter().map(method).collect::<Vec<_>>().join(" + "),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    session: Uuid,
}

fn failed(error: crate::accounts::AccountError) -> Problem {
    Problem::failure("end somebody's sessions", error)
}

async fn end(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(form): web::Form<Form>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    let client = visit.state.pool.get().await?;
    session::end(&client, visit.caller.account.id, form.session, visit.state.wall.now()).await.map_err(failed)?;
    Ok(onward("/account?done=ended", []))
}

async fn end_others(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    let client = visit.state.pool.get().await?;
    let (account, kept) = (visit.caller.account.id, visit.running.id);
    let ended = session::end_others(&client, account, kept, visit.state.wall.now()).await.map_err(failed)?;
    tracing::info!(%account, ended, "somebody ended their other sessions");
    Ok(onward("/account?done=others-ended", []))
}

/// The request itself has kept the session: the doors did when they looked it up.
async fn keep(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    let left = visit.running.seconds_left(visit.state.wall.now());
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(left.to_string()))
}
