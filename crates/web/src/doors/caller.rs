//! Who is asking: an account, through a token or through a session.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use deadpool_postgres::Client;
use directory::Language;
use readmodel::approvals::{self, Waiting};
use readmodel::duties::{self, Owed};
use uuid::Uuid;

use super::{cookies, proxy};
use crate::accounts::absence::{self, Absence, Wanted};
use crate::accounts::proof::Proof;
use crate::accounts::session::Running;
use crate::accounts::views::{self, View};
use crate::accounts::{Account, AccountError, session, token};
use crate::news;
use crate::problem::Problem;
use crate::screens;
use crate::speech::{self, Words};
use crate::state::{AppState, Config};

/// By what somebody came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// `Authorization: Bearer`.
    Token,
    /// The session cookie, of this session.
    Session(Running),
}

impl Through {
    /// What a request that came in by it proves.
    #[must_use]
    pub const fn proof(&self) -> Proof {
        match self {
            Self::Token => Proof::Token,
            Self::Session(running) => running.proof(),
        }
    }
}

/// Somebody who is signed in. As a parameter of a handler it refuses everybody else.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Their account.
    pub account: Arc<Account>,
    /// By what they came in.
    pub through: Through,
    /// What waits for them, as a page's menu says it; nothing where no page is asked for.
    pub waiting: Waiting,
    /// What their ministry owes, where whoever writes for one asks for a page.
    pub duties: Owed,
    /// For whom they stand in at this moment, where a page is asked for.
    pub absences: Arc<[Absence]>,
    /// How many proposals wait, where a clerk asks for a page.
    pub proposals: u64,
    /// The views of the worklist that they see, as a page's menu names them; none where no page is asked for.
    pub views: Arc<[View]>,
    /// How many hits of the searches that they keep are new; none where they keep none, or no page is asked for.
    pub news: Option<i64>,
}

/// The header of a request that a page makes by itself, to show what has changed meanwhile. It keeps no session from going idle.
const BY_ITSELF: &str = "x-by-itself";

/// The name of the session cookie.
#[must_use]
pub fn cookie_name(config: &Config) -> &'static str {
    cookies::SESSION.name(config)
}

/// The token that a request presents, if it does.
pub(super) fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Looks up who is asking. Presenting a token that is not valid is refused even where nobody needs one: the caller believes to
/// be somebody.
pub(super) async fn of(state: &AppState, request: &HttpRequest) -> Result<Option<Caller>, Problem> {
    let now = state.wall.now();
    if request.headers().contains_key(header::AUTHORIZATION) {
        let Some(presented) = bearer(request) else {
            return Err(Problem::NotSignedIn);
        };
        let client = state.pool.get().await?;
        let account = token::account(&client, presented, now).await.map_err(away)?.ok_or(Problem::NotSignedIn)?;
        let account = in_place_by_token(state, &client, request, account).await?;
        return Ok(Some(Caller {
            account: Arc::new(account),
            through: Through::Token,
            waiting: Waiting::default(),
            duties: Owed::default(),
            absences: Arc::default(),
            proposals: 0,
            views: Arc::default(),
            news: None,
        }));
    }
    let Some(cookie) = request.cookie(cookie_name(&state.config)) else {
        return Ok(None);
    };
    let client = state.pool.get().await?;
    let is_by_itself = request.headers().contains_key(BY_ITSELF) || request.path() == screens::LIVE;
    let found = if is_by_itself {
        session::look(&client, cookie.value(), now).await
    } else {
        session::find(&client, cookie.value(), now).await
    };
    let Some((account, running)) = found.map_err(away)? else { return Ok(None) };
    let is_page = is_page(request);
    // Whoever acts in another's place is told so on every page, whatever it was asked for as.
    let absences =
        if is_page || running.stands_in.is_some() { absences(state, &client, &account).await } else { Arc::default() };
    let account = in_place(state, &client, account, running.stands_in).await?;
    let views = if is_page { seen_views(&client, &account).await } else { Arc::default() };
    drop(client);
    let (waiting, duties, proposals) = if is_page {
        (waiting(state, &account).await, owed(state, &account).await, proposals(state, &account).await)
    } else {
        (Waiting::default(), Owed::default(), 0)
    };
    let news = if is_page { news_of(state, &account).await } else { None };
    let through = Through::Session(running);
    Ok(Some(Caller { account: Arc::new(account), through, waiting, duties, absences, proposals, views, news }))
}

/// The header by which a program acts in another's place: the account of the absent.
const IN_PLACE_OF: &str = "in-place-of";

async fn in_place_by_token(
    state: &AppState,
    client: &Client,
    request: &HttpRequest,
    account: Account,
) -> Result<Account, Problem> {
    let Some(absent) = request.headers().get(IN_PLACE_OF) else { return Ok(account) };
    let wanted = Wanted::For(absent.to_str().unwrap_or_default());
    let acting = absence::acting(client, &account, wanted, state.clock.now()).await.map_err(away)?;
    acting.ok_or_else(|| Problem::BadParameter {
        name: "In-Place-Of",
        expected: Words::new(
            "Қазір сіз алмастыратын адамның есептік жазбасы.",
            "Учётная запись того, кого вы сейчас замещаете.",
            "The account of somebody for whom you stand in at this moment.",
        ),
    })
}

/// The account in whose place its owner acts in this session, as long as that holds: to the minute, and then they are themselves again.
async fn in_place(
    state: &AppState,
    client: &Client,
    account: Account,
    substitution: Option<Uuid>,
) -> Result<Account, Problem> {
    let Some(id) = substitution else { return Ok(account) };
    let acting = absence::acting(client, &account, Wanted::Id(id), state.clock.now()).await.map_err(away)?;
    Ok(acting.unwrap_or(account))
}

/// For whom somebody stands in. A page without them is better than none.
async fn absences(state: &AppState, client: &Client, account: &Account) -> Arc<[Absence]> {
    match absence::of(client, &account.actor.name, state.clock.now()).await {
        Ok(absences) => absences.into(),
        Err(error) => {
            tracing::warn!(error = %error, "for whom somebody stands in could not be read");
            Arc::default()
        }
    }
}

/// The views in somebody's menu. A page without them is better than none.
async fn seen_views(client: &Client, account: &Account) -> Arc<[View]> {
    match views::of(client, account).await {
        Ok(views) => views.into(),
        Err(error) => {
            tracing::warn!(error = %error, "somebody's views could not be read");
            Arc::default()
        }
    }
}

/// What is new of the searches that somebody keeps. A page without the number is better than none.
async fn news_of(state: &AppState, account: &Account) -> Option<i64> {
    news::for_menu(state, account).await.unwrap_or_else(|error| {
        tracing::warn!(error = %error, "what is new of somebody's searches could not be counted");
        None
    })
}

/// Is a page asked for, with a menu that says what waits?
fn is_page(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// What waits for clerks. A page without the number is better than none.
async fn proposals(state: &AppState, account: &Account) -> u64 {
    if !screens::DECIDES_PROPOSALS.allows(Some(&account.actor)) {
        return 0;
    }
    readmodel::proposals::count_waiting(&state.pool).await.unwrap_or_else(|error| {
        tracing::warn!(error = %error, "the proposals that wait could not be counted");
        0
    })
}

/// What waits for somebody who has a deck. A page without the number is better than none.
async fn waiting(state: &AppState, account: &Account) -> Waiting {
    let has_deck = [screens::APPROVES, screens::SIGNS].iter().any(|deck| deck.allows(Some(&account.actor)));
    if !has_deck {
        return Waiting::default();
    }
    approvals::waiting(&state.reader(&account.actor), account.actor.stands_for(), account.actor.person)
        .await
        .unwrap_or_else(|error| {
            tracing::warn!(error = %error, "the letters that wait for somebody could not be counted");
            Waiting::default()
        })
}

/// What the ministry that somebody writes for owes. A page without the number is better than none.
async fn owed(state: &AppState, account: &Account) -> Owed {
    let Some(ministry) = screens::ministry_of(&account.actor) else { return Owed::default() };
    duties::count(&state.reader(&account.actor), ministry, state.today()).await.unwrap_or_else(|error| {
        tracing::warn!(error = %error, "what a ministry owes could not be counted");
        Owed::default()
    })
}

fn away(error: AccountError) -> Problem {
    Problem::failure("look up who is asking", error)
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(Problem::NotSignedIn))
    }
}

/// The language in which the caller is answered, as a parameter of a handler.
#[derive(Debug, Clone, Copy)]
pub struct Speaks(pub Language);

impl FromRequest for Speaks {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Caller>().cloned();
        ready(Ok(Self(speech::of_request(request, caller.as_ref()))))
    }
}

/// The address that a request came from, for the brake on passwords, the list of sessions and who looked.
#[must_use]
pub fn address_of(request: &HttpRequest) -> String {
    proxy::asker(request).map_or_else(|| "-".to_owned(), |address| address.to_string())
}

/// The state, as handlers name it.
pub type State = web::Data<AppState>;
