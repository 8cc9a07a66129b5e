//! The journal for those who watch over the office: where it stands, where its heads lie outside, what happened last, how anybody can check it.

mod export;
pub(crate) mod filter;
mod kinds;
mod outside;
mod person;
mod proved;
mod rows;

use actix_web::{HttpResponse, web};
use readmodel::entries;
use readmodel::followers::Table;
use serde::Serialize;
use signature::SignatureError;

use self::filter::{Form, Question, TYPED};
use self::outside::Outside;
use self::rows::Row;
use super::fields::Narrowing;
use super::{PAGE, SEES_JOURNAL};
use crate::office::{seal, unread};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// Events of a page.
const EVENTS: i64 = 50;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/journal", "journal_page", SEES_JOURNAL, page)
            .summary("Where the journal stands, where its signed heads lie outside, the events that are looked for, how to check it.")
            .answer(PAGE),
    ];
    routes.extend(proved::routes());
    routes.extend(person::routes());
    routes.extend(export::routes());
    routes
}

#[derive(Debug, Serialize)]
struct Facts {
    position: i64,
    block: i64,
    hash: String,
    recorded: String,
    form: Form,
    events: Vec<Row>,
    /// How many were found, as far as it is counted; none: of a form that cannot be taken nothing is looked for.
    found: Option<String>,
    /// The list stops short of a page, because it has looked far enough.
    is_short: bool,
    next: Option<String>,
    beginning: Option<String>,
    export: String,
    /// Events that the journal has and this list has not taken in yet.
    behind: Option<i64>,
    seal: Seal,
    outside: Outside,
}

/// What the Office seals letters with.
#[derive(Debug, Serialize)]
struct Seal {
    /// SHA-256 of its certificate.
    fingerprint: String,
    subject: String,
    until: Option<String>,
    /// The days that are left, when they are few.
    days_left: Option<String>,
    has_ended: bool,
    level: String,
    /// The last letter, where it was sealed at less than that.
    short: Option<Short>,
    /// SHA-256 of the certificates that sealed before.
    earlier: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Short {
    at: String,
    level: String,
    why: String,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let mut form = Narrowing::of(TYPED);
    let asked = question.read_typed(&state, &caller, &mut form).await?;
    let reader = state.reader(&caller.account.actor);
    let asking = |error| Problem::failure("look through the journal", error);
    let (page, found) = if form.is_wrong() {
        (entries::Page { entries: Vec::new(), next: None, is_short: false }, None)
    } else {
        let page = entries::list(&reader, &asked.wanted, asked.direction, asked.after, EVENTS).await;
        (page.map_err(asking)?, Some(entries::count(&reader, &asked.wanted).await.map_err(asking)?))
    };
    let taken_in = state.journal.follower_position(Table::Entries.name()).await.map_err(unread)?;
    let head = state.journal.head().await.map_err(unread)?;
    let facts = Facts {
        position: head.position,
        block: head.block,
        hash: hex::encode(head.hash),
        recorded: head.recorded.to_string(),
        form: Form::of(&state, &question, &form, language),
        events: rows::of(&state, &caller, &page.entries, language).await?,
        found: found.map(|found| format!("{}{}", found.counted, if found.is_more { "+" } else { "" })),
        is_short: page.is_short,
        next: page.next.map(|place| question.address("/journal", Some(place))),
        beginning: asked.after.map(|_| question.address("/journal", None)),
        export: question.address("/journal/export.zip", None),
        behind: Some(head.position - taken_in).filter(|behind| *behind > 0),
        seal: seal_of(&state).map_err(|error| Problem::failure("read the seal's certificate", error))?,
        outside: Outside::of(&state, language).await?,
    };
    let title = Words::new("Журнал", "Журнал", "The journal");
    let page = Page { template: "journal", title, caller: Some(&caller), language };
    state.pages.answer_with(form.start(), &state, &page, &facts)
}

fn seal_of(state: &State) -> Result<Seal, SignatureError> {
    let left = seal::days_left(&state.seal, state.wall.now());
    let fingerprint = state.seal.certificate_fingerprint()?;
    let mut earlier: Vec<String> =
        state.sealing.known().iter().map(|one| one.fingerprint()).collect::<Result<_, _>>()?;
    earlier.retain(|one| *one != fingerprint);
    Ok(Seal {
        fingerprint,
        subject: state.seal.subject(),
        until: state.seal.not_after().map(|until| until.to_string()),
        has_ended: left.is_some_and(|days| days < 0),
        days_left: left.filter(|days| (0..=seal::NOTICE_DAYS).contains(days)).map(|days| days.to_string()),
        level: state.sealing.level().to_string(),
        short: state.sealing.short().map(|short| Short {
            at: short.at.to_string(),
            level: short.level.to_string(),
            why: short.why,
        }),
        earlier,
    })
}
