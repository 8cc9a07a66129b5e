//! `/inquiries/live`: an open worklist hears that the register has moved (server-sent events, WHATWG HTML 9.2), and asks for itself again.
//!
//! Only a number goes out, which tells nobody which inquiries there are. The stream ends with the session, which it does not keep alive, and
//! with the server.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;
use readmodel::followers::Table;
use tokio::time::{Instant, Interval, MissedTickBehavior};

use crate::accounts::session;
use crate::doors::caller::{Through, cookie_name};
use crate::live::Listener;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::state::AppState;
use crate::{Caller, State};

/// How often a quiet stream says that it lives, and whether its session still does is looked at.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) fn routes() -> Vec<Route> {
    let moves =
        Answer { status: 200, means: "How far the register has come.", gives: Gives::Bytes("text/event-stream") };
    let nothing = Answer { status: 204, means: "Too many pages listen already.", gives: Gives::Nothing };
    vec![
        Route::get(PATH, "register_live", Permission::SignedIn, listen)
            .summary("Tells an open worklist that the register has moved.")
            .answer(moves)
            .answer(nothing),
    ]
}

/// Where a page listens.
pub(crate) const PATH: &str = "/inquiries/live";

/// How far the register of this process has come: what is shown afterwards knows at least that much.
pub(super) fn at(state: &AppState) -> i64 {
    state.journal.seen(Table::Register.name())
}

async fn listen(state: State, caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let cookie = request.cookie(cookie_name(&state.config)).filter(|_| matches!(caller.through, Through::Session(_)));
    let listener = cookie.and_then(|cookie| {
        let listener = state.live.listen(caller.account.id, &state.journal, state.leaving())?;
        Some((cookie.value().to_owned(), listener))
    });
    // A browser asks no more after this answer; the page stays as it is.
    let Some((session, listener)) = listener else { return Ok(HttpResponse::NoContent().finish()) };
    let mut heartbeat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let told = Told { leaving: state.leaving(), state, listener, heartbeat, session, is_first: true };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream::unfold(told, |mut told| async move {
            let text = told.next().await?;
            Some((Ok::<_, Problem>(web::Bytes::from(text)), told))
        })))
}

/// What one page is told.
struct Told {
    state: State,
    listener: Listener,
    heartbeat: Interval,
    leaving: tokio::sync::watch::Receiver<bool>,
    session: String,
    is_first: bool,
}

impl Told {
    /// The next words; none at the end.
    async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.is_first) {
            // A browser that lost the stream comes back within seconds, and not all of them at once with a server that starts again.
            let at = *self.listener.place.borrow_and_update();
            return Some(format!("retry: 4000\n{}", moved(at)));
        }
        let moved = tokio::select! {
            changed = self.listener.place.changed() => {
                changed.ok()?;
                Some(moved(*self.listener.place.borrow_and_update()))
            }
            _ = self.heartbeat.tick() => None,
            _ = self.leaving.wait_for(|leaving| *leaving) => return None,
        };
        // Whoever has gone is told nothing more.
        if !self.is_signed_in().await {
            return None;
        }
        Some(moved.unwrap_or_else(|| ":\n\n".to_owned()))
    }

    async fn is_signed_in(&self) -> bool {
        let Ok(client) = self.state.pool.get().await else { return false };
        matches!(session::look(&client, &self.session, self.state.wall.now()).await, Ok(Some(_)))
    }
}

fn moved(at: i64) -> String {
    format!("event: moved\nid: {at}\ndata: {at}\n\n")
}
