//! The journal for those who watch over the office: where it stands, where its heads lie outside, what happened last, how anybody can check it.

pub(crate) mod about;
mod export;
pub(crate) mod filter;
mod kinds;
mod meant;
mod outside;
mod person;
mod proved;
mod rows;

use actix_web::{HttpResponse, web};
use readmodel::Reader;
use readmodel::entries::{self, Place};
use readmodel::followers::Table;
use serde::Serialize;
use signature::SignatureError;

use self::filter::{Asked, Form, Question, TYPED, behind, cursor};
use self::outside::Outside;
use self::rows::Row;
use super::fields::Narrowing;
use super::{PAGE, SEES_JOURNAL};
use crate::office::selection::{self, MOST};
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
    archive: Option<Archive>,
    /// Events that the journal has and this list has not taken in yet.
    behind: Option<i64>,
    seal: Seal,
    outside: Outside,
}

/// What the button beneath the list takes out.
#[derive(Debug, Serialize)]
struct Archive {
    /// None: the archives before it take all there is.
    href: Option<String>,
    /// None: no more is known than that the list is not empty.
    extent: Option<Extent>,
    /// Not all was looked through: there may be more, and where it ends its making finds out.
    is_least: bool,
    /// The archive behind this one.
    next: Option<String>,
    /// The first of them, where this is a later one.
    beginning: Option<String>,
}

#[derive(Debug, Serialize)]
struct Extent {
    counted: usize,
    first: End,
    /// None where it is not known before.
    last: Option<End>,
}

#[derive(Debug, Serialize)]
struct End {
    position: i64,
    at: String,
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
    let archive = if page.entries.is_empty() { None } else { Some(archive_of(&reader, &question, &asked).await?) };
    let taken_in = state.journal.follower_position(Table::Entries.name()).await.map_err(unread)?;
    let head = state.journal.head().await.map_err(unread)?;
    let facts = Facts {
        position: head.position,
        block: head.block,
        hash: hex::encode(head.hash),
        recorded: head.recorded.to_string(),
        form: Form::of(&state, (&question, &asked), &form, language),
        events: rows::of(&state, &caller, &page.entries, language).await?,
        found: found.map(|found| format!("{}{}", found.counted, if found.is_more { "+" } else { "" })),
        is_short: page.is_short,
        next: page.next.map(|place| question.address("/journal", Some(place))),
        beginning: asked.after.map(|_| question.address("/journal", None)),
        archive,
        behind: Some(head.position - taken_in).filter(|behind| *behind > 0),
        seal: seal_of(&state).map_err(|error| Problem::failure("read the seal's certificate", error))?,
        outside: Outside::of(&state, language).await?,
    };
    let title = Words::new("Журнал", "Журнал", "The journal");
    let page = Page { template: "journal", title, caller: Some(&caller), language };
    state.pages.answer_with(form.start(), &state, &page, &facts)
}

/// What the archive takes is told as far as one look reaches. Where it ends beyond that, only whoever asks for the next one has it walked for.
async fn archive_of(reader: &Reader, question: &Question, asked: &Asked) -> Result<Archive, Problem> {
    let beginning = || question.archive_address(None);
    let over = || Archive { href: None, extent: None, is_least: false, next: None, beginning: Some(beginning()) };
    let mut after = asked.archive;
    if asked.is_behind {
        after = selection::behind(reader, &asked.wanted, asked.archive).await?;
        if after.is_none() {
            return Ok(over());
        }
    }
    let extent = entries::stretch(reader, &asked.wanted, after, MOST).await;
    let extent = extent.map_err(|error| Problem::failure("look through the journal", error))?;
    if after.is_some() && extent.ends.is_none() && !extent.is_short {
        return Ok(over());
    }
    let begins = after.as_ref().map(cursor);
    let next = match extent.ends {
        Some((_, last)) if extent.is_more => Some(cursor(&last)),
        Some(_) | None => extent.is_short.then(|| behind(begins.as_deref())),
    };
    let end = |place: Place| End { position: place.position, at: place.at.to_string() };
    Ok(Archive {
        href: Some(question.address("/journal/export.zip", after)),
        extent: extent.ends.map(|(first, last)| Extent {
            counted: extent.counted,
            first: end(first),
            last: (!extent.is_short).then(|| end(last)),
        }),
        is_least: extent.is_short,
        next: next.map(|place| question.archive_address(Some(&place))),
        beginning: begins.map(|_| beginning()),
    })
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
