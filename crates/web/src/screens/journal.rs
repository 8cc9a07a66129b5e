//! The journal for those who watch over the office: where it stands, where its heads lie outside, what happened last, how anybody can check it.

mod outside;
mod proved;

use actix_web::{HttpResponse, web};
use directory::Language;
use directory::blanks::MinistryBlanks;
use directory::number::shown;
use eventstore::Recorded;
use inquiry::InquiryId;
use inquiry::proposal::event::ProposalEventName;
use readmodel::register;
use serde::{Deserialize, Serialize};
use signature::SignatureError;

use self::outside::Outside;
use super::fields::say;
use super::wording::{self, People};
use super::{PAGE, SEES_JOURNAL};
use crate::office::{seal, seeing, unread};
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
            .summary("Where the journal stands, where its signed heads lie outside, its last events, how to check it.")
            .answer(PAGE),
    ];
    routes.extend(proved::routes());
    routes
}

/// Up to which position; the last without it.
#[derive(Debug, Deserialize)]
struct Until {
    until: Option<i64>,
}

#[derive(Debug, Serialize)]
struct Facts {
    position: i64,
    block: i64,
    hash: String,
    recorded: String,
    events: Vec<Row>,
    older: Option<i64>,
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

#[derive(Debug, Serialize)]
struct Row {
    position: i64,
    block: i64,
    at: String,
    actor: String,
    event: String,
    words: Option<&'static str>,
    inquiry: Option<String>,
    number: Option<String>,
    stream: String,
    /// What a stream is about that is no inquiry's.
    about: Option<String>,
    version: u64,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    until: web::Query<Until>,
) -> Result<HttpResponse, Problem> {
    let head = state.journal.head().await.map_err(unread)?;
    let until = until.until.unwrap_or(head.position).clamp(0, head.position);
    let after = (until - EVENTS).max(0);
    let recorded = state.journal.read_after(after, EVENTS.min(until).max(1)).await.map_err(unread)?;
    let people = People::of(&state).await?;
    let mut ids: Vec<InquiryId> = recorded.iter().filter_map(|one| InquiryId::of_stream(one.stream.as_str())).collect();
    ids.sort_unstable();
    ids.dedup();
    let numbers = register::numbers_of(&state.reader(&caller.account.actor), &ids)
        .await
        .map_err(|error| Problem::failure("name the inquiries of the journal", error))?;
    let number_of = |recorded: &Recorded| {
        InquiryId::of_stream(recorded.stream.as_str()).and_then(|id| numbers.get(&id).map(|number| shown(number)))
    };
    let rows = recorded.iter().rev().filter(|recorded| recorded.position <= until).map(|recorded| Row {
        position: recorded.position,
        block: recorded.block,
        at: recorded.at.to_string(),
        actor: people.who(recorded, language),
        words: seeing::words_of(recorded, language),
        event: recorded.event_type.clone(),
        inquiry: InquiryId::of_stream(recorded.stream.as_str()).map(|id| id.to_string()),
        number: number_of(recorded),
        stream: recorded.stream.to_string(),
        about: about(&state, recorded, language),
        version: recorded.version,
    });
    let facts = Facts {
        position: head.position,
        block: head.block,
        hash: hex::encode(head.hash),
        recorded: head.recorded.to_string(),
        events: rows.collect(),
        older: Some(after).filter(|after| *after > 0),
        seal: seal_of(&state).map_err(|error| Problem::failure("read the seal's certificate", error))?,
        outside: Outside::of(&state, language).await?,
    };
    let title = Words::new("Журнал", "Журнал", "The journal");
    let page = Page { template: "journal", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
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

/// What the stream of an event is about, where that is no inquiry: a proposal, or the blanks of a ministry.
fn about(state: &State, recorded: &Recorded, language: Language) -> Option<String> {
    if ProposalEventName::from_stored(&recorded.event_type).is_some() {
        return Some(say(language, "Сырттан түскен өтініш", "Обращение извне", "Proposal from outside"));
    }
    let directory = state.directory();
    let ministries = directory.ministries();
    let own = ministries.iter().find(|one| MinistryBlanks::stream_id(&one.code) == recorded.stream.as_str())?;
    let blanks = say(language, "Бланкілер", "Бланки", "Blanks");
    Some(format!("{blanks}: {}", wording::ministry(state, &own.code, language).short))
}
