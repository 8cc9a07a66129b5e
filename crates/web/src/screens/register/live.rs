//! `/inquiries/live`: an open worklist hears that the register has moved (server-sent events, WHATWG HTML 9.2), and asks for itself again.
//!
//! Only a number goes out, which tells nobody which inquiries there are. Outside of the house not even that: it would tell how much happens there, and
//! when. A deputy's page hears a mark of what it shows, which is another one when the page would be another. The stream ends with the session, which it
//! does not keep alive, and with the server.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use directory::Actor;
use futures_util::stream;
use readmodel::followers::Table;
use readmodel::{ReadError, Sight, Sitting};
use tokio::sync::watch;
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
/// How long nobody looks again whether a move concerns whoever listens outside of the house: of most it is none of theirs.
const REST: Duration = Duration::from_secs(2);

/// How long one page outside of the house waits besides, between nothing and a second: those that hear of the same move do not all ask at once.
fn spread() -> Duration {
    let mut byte = [0];
    // Without randomness they do.
    let drawn = getrandom::fill(&mut byte).map_or(0, |()| u64::from(byte[0]));
    Duration::from_millis(4 * drawn)
}

pub(super) fn routes() -> Vec<Route> {
    let moves = Answer {
        status: 200,
        means: "How far the register has come; to a deputy, a mark of what the page shows.",
        gives: Gives::Bytes("text/event-stream"),
    };
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
pub(super) fn come(state: &AppState) -> i64 {
    state.journal.seen(Table::Register.name())
}

/// What a page is told that is asked for in this sitting, for comparing with what its stream tells: how far the register had come, or a mark of what is
/// shown at least.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub(super) async fn at(sitting: &Sitting, actor: &Actor, come: i64) -> Result<String, ReadError> {
    match outside(actor) {
        Some(sight) => sitting.mark(&sight).await,
        None => Ok(come.to_string()),
    }
}

/// What somebody sees who is no part of the house; none for everybody else.
fn outside(actor: &Actor) -> Option<Sight> {
    let sight = Sight::of(actor);
    matches!(sight, Sight::Own { ministry: None, .. }).then_some(sight)
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
    let actor = caller.account.actor.clone();
    let told = Told {
        spread: outside(&actor).map_or(Duration::ZERO, |_| spread()),
        leaving: state.leaving(),
        state,
        listener,
        heartbeat,
        session,
        actor,
        last: String::new(),
        looked: None,
        rests_until: Instant::now(),
        is_first: true,
    };
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
    leaving: watch::Receiver<bool>,
    session: String,
    actor: Actor,
    /// What was told last.
    last: String,
    /// Up to where the register had come when was found out what to tell of it.
    looked: Option<i64>,
    rests_until: Instant,
    spread: Duration,
    is_first: bool,
}

impl Told {
    /// The next words; none at the end.
    async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.is_first) {
            // A browser that lost the stream comes back within seconds, and not all of them at once with a server that starts again.
            let come = *self.listener.place.borrow();
            let first = self.news(come).await.unwrap_or_else(|| "\n".to_owned());
            return Some(format!("retry: 4000\n{first}"));
        }
        loop {
            let Self { listener, heartbeat, leaving, looked, rests_until, spread, .. } = self;
            let (looked, rest, spread) = (*looked, *rests_until, *spread);
            let come = tokio::select! {
                come = moved(&mut listener.place, looked, rest, spread) => Some(come?),
                _ = heartbeat.tick() => None,
                _ = leaving.wait_for(|leaving| *leaving) => return None,
            };
            let news = match come {
                None => Some(":\n\n".to_owned()),
                Some(come) => self.news(come).await,
            };
            // Whoever has gone is told nothing more. While there is nothing to tell, the next beat asks for it.
            if let Some(news) = news {
                return self.is_signed_in().await.then_some(news);
            }
        }
    }

    /// What is told of a move; nothing where it is none for whoever listens.
    async fn news(&mut self, come: i64) -> Option<String> {
        let at = match outside(&self.actor) {
            None => come.to_string(),
            Some(sight) => {
                self.rests_until = Instant::now() + REST;
                match self.mark(&sight, come).await {
                    Ok(mark) => mark,
                    Err(error) => {
                        // It is asked again after the rest.
                        tracing::debug!(%error, "an open page was not told whether its list has changed");
                        return None;
                    }
                }
            }
        };
        self.looked = Some(come);
        if at == self.last {
            return None;
        }
        self.last.clone_from(&at);
        Some(format!("event: moved\nid: {at}\ndata: {at}\n\n"))
    }

    /// The mark of what is shown since the register has come there. The pages of one account ask for it once.
    async fn mark(&self, sight: &Sight, place: i64) -> Result<String, ReadError> {
        let come = place.max(come(&self.state));
        // What this page shows already may be newer than what pages have been told of.
        let wanted = if self.looked.is_some() { place } else { come };
        if let Some(mark) = self.listener.found(sight, wanted) {
            return Ok(mark);
        }
        let sitting = self.state.reader(&self.actor).sit().await?;
        let mark = sitting.mark(sight).await?;
        sitting.rise().await?;
        self.listener.keep(sight, come, &mark);
        Ok(mark)
    }

    async fn is_signed_in(&self) -> bool {
        let Ok(client) = self.state.pool.get().await else { return false };
        matches!(session::look(&client, &self.session, self.state.wall.now()).await, Ok(Some(_)))
    }
}

/// How far the register has come, as soon as it is another place than the one that was looked at, after a rest and spread over a while. Whoever gives up
/// waiting misses nothing.
async fn moved(
    place: &mut watch::Receiver<i64>,
    looked: Option<i64>,
    rests_until: Instant,
    spread: Duration,
) -> Option<i64> {
    tokio::time::sleep_until(rests_until).await;
    drop(place.wait_for(|place| Some(*place) != looked).await.ok()?);
    tokio::time::sleep(spread).await;
    Some(*place.borrow())
}
