//! Registering an inquiry, the register, one inquiry as it stands or stood, its history, its deliveries.

use actix_web::http::header;
use actix_web::web::{Bytes, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use directory::{Language, MinistryCode, Role};
use inquiry::StageName;
use jiff::Timestamp;
use jiff::civil::Date;
use readmodel::Sight;
use readmodel::deliveries::{self, Listed};
use readmodel::followers::Table;
use readmodel::register::{Entry, Filter, MAX_LIMIT, Order};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::commands::{inquiry_of, with_version};
use super::conditions::{self, Version};
use super::dossier::{DossierBody, dossier_body};
use super::events::EventBody;
use super::{cursor, operations};
use crate::moment::{Asked, Moment};
use crate::office::registering::{self, NewInquiry};
use crate::office::{seeing, to_the_end};
use crate::permission::{Permission, STAFF};
use crate::problem::Problem;
use crate::routes::{Condition, Route};
use crate::screens::caught_up;
use crate::screens::moment::day_of;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// Rows of a page when nobody says how many.
const USUAL_LIMIT: u16 = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/inquiries", "register_inquiry", Permission::AnyOf(&[Role::Clerk]), register_new)
            .summary("Registers an inquiry: receives it, gives it its incoming number, puts it on control.")
            .json::<NewInquiry>()
            .needs(Condition::Key)
            .gives::<RegisteredBody>(201, "Registered."),
        Route::get("/api/v1/inquiries", "list_inquiries", Permission::SignedIn, list)
            .summary("The register, in pages; executors see what their ministry works on or has worked on, deputies what they asked.")
            .query::<ListQuery>()
            .gives::<ListBody>(200, "A page."),
        Route::get("/api/v1/inquiries/{id}", "show_inquiry", Permission::SignedIn, show)
            .summary("One inquiry, as it stands or, with `as_of`, as it stood.")
            .query::<ShowQuery>()
            .gives::<DossierBody>(200, "The inquiry."),
        Route::get("/api/v1/inquiries/{id}/events", "list_events", STAFF, history)
            .summary("Everything that happened to the inquiry, in order.")
            .gives::<HistoryBody>(200, "Its history."),
        Route::get("/api/v1/inquiries/{id}/deliveries", "list_deliveries", STAFF, deliveries_of)
            .summary("One row per deputy: address, state, times, attempts, the server's last answer.")
            .query::<FreshQuery>()
            .gives::<DeliveriesBody>(200, "The deliveries; none before the signature."),
    ]
}

/// What registering led to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Registered")]
pub struct RegisteredBody {
    /// The inquiry.
    pub id: String,
    /// Its number, as its letter prints it.
    pub number: String,
    /// The Office's incoming number.
    pub incoming_number: String,
    /// Its version.
    pub version: u64,
    /// When the reply is due.
    pub due: Date,
    /// The position of its last event in the journal.
    pub position: i64,
    /// The events.
    pub events: Vec<EventBody>,
}

async fn register_new(
    state: State,
    request: HttpRequest,
    caller: Caller,
    Speaks(language): Speaks,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (asked, new) = conditions::read::<NewInquiry>(&state, &request, &caller, &body, "register", Version::New)?;
    let registered = to_the_end(async move { registering::register(&state, &asked, new).await }).await?;
    let done = &registered.done;
    let body = RegisteredBody {
        id: done.inquiry.to_string(),
        number: registered.number,
        incoming_number: registered.incoming_number,
        version: done.version,
        due: registered.due,
        position: done.position,
        events: EventBody::all(&done.events, language)?,
    };
    let place = format!("/api/v1/inquiries/{}", done.inquiry);
    Ok(with_version(done, &mut HttpResponse::Created()).insert_header((header::LOCATION, place)).json(body))
}

/// What of the register is wanted. Everything narrows; nothing is required.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Stages, separated by commas, or `open` or `ended`.
    state: Option<String>,
    /// The lead executor's code, such as `mlsp`.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_-]{1,31}$"))]
    lead: Option<String>,
    /// Overdue today, or not.
    overdue: Option<bool>,
    /// A number in any spelling, or words of number, subject and deputies' names: beginnings of three letters and more, or whole ones.
    q: Option<String>,
    /// Due before this day.
    #[schemars(extend("format" = "date"))]
    due_before: Option<String>,
    /// `due` (first what is due first; the usual) or `received` (first what came last).
    order: Option<OrderName>,
    /// The `next_cursor` of the page before, with the same filters.
    #[schemars(regex(pattern = "^[A-Za-z0-9_-]+$"))]
    cursor: Option<String>,
    /// Rows of a page.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u16>,
    /// Wait (two seconds at most) until the list has come to this position of the journal.
    at_least: Option<i64>,
    /// As it stood at this moment: RFC 3339, a day or a day and a minute in Astana, or as an answer's `as_of` has it; now without it.
    as_of: Option<String>,
}

/// In which order the register is listed.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum OrderName {
    /// First what is due first.
    Due,
    /// First what came last.
    Received,
}

/// A page of the register.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Register")]
struct ListBody {
    /// The rows.
    inquiries: Vec<EntryBody>,
    /// Where the next page begins; none: this is the last.
    next_cursor: Option<String>,
    /// The moment as of which it was asked, with the journal's position: asked for again, the answer is the same for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
}

/// One inquiry as the register shows it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Entry")]
pub struct EntryBody {
    /// The inquiry.
    pub id: String,
    /// Its number, as its letter prints it.
    pub number: String,
    /// The number in its normal form.
    pub number_normal: String,
    /// The Office's incoming number.
    pub incoming_number: Option<String>,
    /// The chamber whose deputies ask.
    pub chamber: String,
    /// The date on the letter.
    pub dated: Date,
    /// The day of receipt.
    pub received: Date,
    /// When the reply is due.
    pub due: Date,
    /// Is a reply owed and its day gone by?
    pub overdue: bool,
    /// The clock runs.
    pub on_control: bool,
    /// Where it stands.
    pub state: StageName,
    /// The lead executor.
    pub lead: Option<MinistryCode>,
    /// Those who help.
    pub co_executors: Vec<MinistryCode>,
    /// Those of them whose contribution the lead accepted.
    pub contributed: Vec<MinistryCode>,
    /// What it is about.
    pub subject: String,
    /// The language it is written in.
    pub language: Language,
    /// How many deputies will be answered.
    pub recipients: u32,
    /// The current version of the draft.
    pub draft_version: Option<u32>,
    /// The outgoing number.
    pub outgoing_number: Option<String>,
    /// The date of that number.
    pub outgoing_dated: Option<Date>,
    /// The inquiry's version.
    pub version: u64,
    /// When it last changed, by the office's clock.
    pub changed_at: String,
}

impl EntryBody {
    /// From a row, for a reader of `today`.
    #[must_use]
    pub fn of(entry: Entry, today: Date) -> Self {
        Self {
            overdue: entry.is_overdue(today),
            id: entry.inquiry.to_string(),
            number: entry.number,
            number_normal: entry.number_normal,
            incoming_number: entry.incoming_number,
            chamber: entry.chamber.to_string(),
            dated: entry.dated,
            received: entry.received,
            due: entry.due,
            on_control: entry.on_control,
            state: entry.stage,
            lead: entry.lead,
            co_executors: entry.co_executors.into_iter().map(|co| co.ministry).collect(),
            contributed: entry.contributed,
            subject: entry.subject,
            language: entry.language,
            recipients: entry.recipients,
            draft_version: entry.draft_version,
            outgoing_number: entry.outgoing_number,
            outgoing_dated: entry.outgoing_dated,
            version: entry.version,
            changed_at: entry.changed_at.to_string(),
        }
    }
}

fn bad(name: &'static str, kk: &str, ru: &str, en: &str) -> Problem {
    Problem::BadParameter { name, expected: Words::new(kk, ru, en) }
}

fn filter(caller: &Caller, query: &ListQuery, today: Date) -> Result<Filter, Problem> {
    let mut filter = Filter { overdue: query.overdue.map(|wanted| (wanted, today)), ..visible(caller) };
    for name in query.state.iter().flat_map(|list| list.split(',')).map(str::trim).filter(|name| !name.is_empty()) {
        match (name, StageName::from_code(name)) {
            ("open", _) => filter.open = Some(true),
            ("ended", _) => filter.open = Some(false),
            (_, Some(stage)) => filter.stages.push(stage),
            (_, None) => {
                return Err(bad(
                    "state",
                    "Кезең атауы, open не ended болуы керек, мысалы drafting.",
                    "Нужно имя стадии, open или ended, например drafting.",
                    "It takes a stage's name, open or ended, such as drafting.",
                ));
            }
        }
    }
    if let Some(lead) = &query.lead {
        filter.lead = Some(MinistryCode::new(lead.as_str()).map_err(|_| {
            bad(
                "lead",
                "Министрлік коды керек, мысалы mlsp.",
                "Нужен код министерства, например mlsp.",
                "It takes a ministry's code, such as mlsp.",
            )
        })?);
    }
    if let Some(day) = &query.due_before {
        filter.due_before = Some(day.parse().map_err(|_| {
            bad("due_before", "Күні ЖЖЖЖ-АА-КК түрінде.", "Дата в виде ГГГГ-ММ-ДД.", "A date as YYYY-MM-DD.")
        })?);
    }
    if query.q.as_ref().is_some_and(|question| question.len() > 1000) {
        return Err(bad("q", "Сұрақ тым ұзын.", "Слишком длинный вопрос.", "The question is too long."));
    }
    filter.question.clone_from(&query.q);
    Ok(filter)
}

/// What of the register somebody sees at all; the same rule as for one inquiry ([`seeing::may_see`]).
#[must_use]
pub fn visible(caller: &Caller) -> Filter {
    Filter { sight: Sight::of(&caller.account.actor), ..Filter::all() }
}

async fn list(state: State, caller: Caller, query: Query<ListQuery>) -> Result<HttpResponse, Problem> {
    let query = query.into_inner();
    let limit = query.limit.unwrap_or(USUAL_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(bad("limit", "1-ден 100-ге дейін.", "От 1 до 100.", "From 1 to 100."));
    }
    let moment = Asked::of(query.as_of.as_deref().unwrap_or_default()).moment(&state).await?;
    let today = day_of(&state, moment);
    let filter = filter(&caller, &query, today)?;
    let order = match query.order {
        None | Some(OrderName::Due) => Order::Due,
        Some(OrderName::Received) => Order::Received,
    };
    let at = moment.map(|moment| format!(" {}", moment.at)).unwrap_or_default();
    let question = format!("{filter:?} {order:?}{at}");
    let after = query.cursor.as_deref().map(|text| cursor::read(text, &question)).transpose()?;
    operations::wait(&state, Table::Register, query.at_least).await?;
    caught_up(&state, moment).await;
    let asking = |error| Problem::failure("list the register", error);
    let sitting = state.reader(&caller.account.actor).sit_as_of(moment.map(Moment::as_of)).await.map_err(asking)?;
    let page = sitting.list(&filter, order, after, limit).await.map_err(asking)?;
    sitting.rise().await.map_err(asking)?;
    let next_cursor = page.next.map(|next| cursor::write(next, &question));
    let body = ListBody {
        inquiries: page.entries.into_iter().map(|entry| EntryBody::of(entry, today)).collect(),
        next_cursor,
        as_of: moment.map(Moment::text),
    };
    Ok(HttpResponse::Ok().json(body))
}

/// Which past of an inquiry is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ShowQuery {
    /// As it was known at this moment: RFC 3339, a day or a day and a minute in Astana, or as an answer's `as_of` has it; now without it.
    as_of: Option<String>,
}

async fn show(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: Path<String>,
    query: Query<ShowQuery>,
) -> Result<HttpResponse, Problem> {
    let id = inquiry_of(&path)?;
    let actor = &caller.account.actor;
    let moment = Asked::of(query.as_of.as_deref().unwrap_or_default()).moment(&state).await?;
    let seen = match moment {
        None => seeing::now(&state, actor, id).await?,
        Some(moment) => seeing::as_of(&state, actor, id, moment).await?,
    };
    let body = dossier_body(&state, actor, &seen, moment, language)?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", seen.version))).json(body))
}

/// The history of an inquiry.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "History")]
struct HistoryBody {
    /// Its version.
    version: u64,
    /// Its events, in order.
    events: Vec<EventBody>,
}

async fn history(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&path)?).await?;
    let body = HistoryBody { version: seen.version, events: EventBody::all(&seen.history, language)? };
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", seen.version))).json(body))
}

/// How fresh a list must be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FreshQuery {
    /// Wait (two seconds at most) until the list has come to this position of the journal.
    at_least: Option<i64>,
}

/// The deliveries of one inquiry.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Deliveries")]
struct DeliveriesBody {
    /// One row per recipient, in the order of the list.
    deliveries: Vec<DeliveryBody>,
}

/// What is known of one recipient's letter.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Delivery")]
struct DeliveryBody {
    /// The recipient's number in the inquiry's list.
    recipient: u16,
    /// The label of the recipient's group.
    label: String,
    /// The name as the list prints it.
    name: String,
    /// Where it was sent; none: to be delivered by hand.
    address: Option<String>,
    /// `not_ordered`, `needs_hand`, `ordered`, `retrying`, `accepted`, `in_mailbox`, `passed_on` or `delayed` (as a server reports), `failed`, `confirmed` or `by_hand`.
    state: &'static str,
    /// The outgoing number of the letter.
    letter: Option<String>,
    /// The order that the row speaks of.
    order: Option<u32>,
    /// The identity of that order's mail.
    message_id: Option<String>,
    /// When the order was given.
    ordered_at: Option<String>,
    /// When a server took the mail.
    accepted_at: Option<String>,
    /// When the last attempt failed.
    failed_at: Option<String>,
    /// When the receipt was recorded.
    confirmed_at: Option<String>,
    /// On which day somebody carried it.
    handed_on: Option<Date>,
    /// How many attempts were begun.
    attempts: u32,
    /// Where the mail stands with the worker: `queued`, `transmitting`, `written` (to a file), `accepted`, `deferred`, `refused`,
    /// `unknown`, `dead`, `cancelled`, `delivered` (into the mailbox), `relayed` or `bounced`.
    mail: Option<String>,
    /// When the next attempt is due, while one is to come.
    next_attempt_at: Option<String>,
    /// The relay of the last attempt; `file` where mails are only written.
    relay: Option<String>,
    /// What the receiving side said last.
    answer: Option<String>,
}

impl DeliveryBody {
    fn of(listed: Listed) -> Self {
        let Listed { delivery, mail } = listed;
        let text = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string());
        Self {
            recipient: delivery.recipient.0,
            label: delivery.label,
            name: delivery.name,
            address: delivery.address,
            state: delivery.state.code(),
            letter: delivery.letter,
            order: delivery.order,
            message_id: delivery.message_id,
            ordered_at: text(delivery.ordered_at),
            accepted_at: text(delivery.accepted_at),
            failed_at: text(delivery.failed_at),
            confirmed_at: text(delivery.confirmed_at),
            handed_on: delivery.handed_on,
            // The worker counts an attempt when it begins, an event when it has ended.
            attempts: mail.as_ref().map_or(delivery.attempts, |mail| mail.attempts.max(delivery.attempts)),
            answer: delivery.answer.or_else(|| mail.as_ref().and_then(|mail| mail.answer.clone())),
            next_attempt_at: text(mail.as_ref().and_then(|mail| mail.next_attempt_at)),
            relay: mail.as_ref().and_then(|mail| mail.relay.clone()),
            mail: mail.map(|mail| mail.state),
        }
    }
}

async fn deliveries_of(
    state: State,
    caller: Caller,
    path: Path<String>,
    query: Query<FreshQuery>,
) -> Result<HttpResponse, Problem> {
    let id = inquiry_of(&path)?;
    seeing::now(&state, &caller.account.actor, id).await?;
    operations::wait(&state, Table::Deliveries, query.at_least).await?;
    let rows = deliveries::with_mail(&state.reader(&caller.account.actor), id)
        .await
        .map_err(|error| Problem::failure("list the deliveries of an inquiry", error))?;
    Ok(HttpResponse::Ok().json(DeliveriesBody { deliveries: rows.into_iter().map(DeliveryBody::of).collect() }))
}
