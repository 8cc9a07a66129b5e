//! The register: the inquiries that concern whoever looks, found by number or words, in pages ([`listing`]).

mod listing;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::{Language, Role};
use inquiry::StageName;
use jiff::civil::Date;
use readmodel::register::{self, Entry, Filter, Order};
use serde::{Deserialize, Serialize};

use super::PAGE;
use super::fields::{Choice, say};
use super::wording::{self, Due};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};
use listing::{listed, place};

pub(super) fn routes() -> Vec<Route> {
    let onward = Answer { status: 303, means: "On to the register.", gives: Gives::Nothing };
    vec![
        Route::get("/", "first_page", Permission::SignedIn, first).summary("Leads to the register.").answer(onward),
        Route::get("/inquiries", "register_page", Permission::SignedIn, page)
            .summary("The register: what concerns whoever looks.")
            .answer(PAGE),
    ]
}

async fn first() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/inquiries")).finish()
}

/// What is asked of the register. Empty fields of the form narrow nothing.
#[derive(Debug, Default, Deserialize)]
struct Question {
    #[serde(default)]
    q: String,
    /// A stage, `open`, `ended`, `overdue`, or nothing.
    #[serde(default)]
    state: String,
    #[serde(default)]
    order: String,
    /// Where the page begins: a day and an inquiry, as the page before wrote them.
    #[serde(default)]
    after: String,
}

#[derive(Debug, Serialize)]
struct Facts {
    q: String,
    states: Vec<Choice>,
    orders: Vec<Choice>,
    tiles: Vec<Tile>,
    rows: Vec<Row>,
    next: Option<String>,
    is_first: bool,
    is_narrowed: bool,
    today: Date,
    can_register: bool,
}

#[derive(Debug, Serialize)]
struct Tile {
    state: &'static str,
    count: u64,
    words: String,
    tone: &'static str,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    number: String,
    subject: String,
    subject_language: &'static str,
    recipients: u32,
    lead: Option<wording::Ministry>,
    co_executors: Vec<wording::Ministry>,
    stage: &'static str,
    tone: &'static str,
    due: Due,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let question = question.into_inner();
    let today = state.today();
    let filter = filter(&question, visible(&caller), today)?;
    let order = if question.order == "received" { Order::Received } else { Order::Due };
    let after = if question.after.is_empty() { None } else { Some(place(&question.after)?) };
    let failed = |error| Problem::failure("list the register", error);
    let found = listed(&state, &filter, order, after).await?;
    let counted = Filter { stages: Vec::new(), open: None, overdue: None, ..filter };
    let totals = register::totals(&state.pool, &counted, today).await.map_err(failed)?;
    let tile = |code, count, tone, kk, ru, en| Tile {
        state: code,
        count,
        words: say(language, kk, ru, en),
        tone,
        chosen: question.state == code,
    };
    let facts = Facts {
        tiles: vec![
            tile("open", totals.open, "brand", "жұмыста", "в работе", "open"),
            tile("overdue", totals.overdue, "bad", "мерзімі өткен", "просрочено", "overdue"),
            tile("for_signature", totals.for_signature, "vio", "қол қоюда", "на подписи", "for signature"),
            tile("dispatched", totals.dispatched, "ok", "жөнелтілген", "отправлено", "dispatched"),
        ],
        states: states(&question.state, language),
        orders: [
            ("due", say(language, "мерзімі", "по сроку", "due date")),
            ("received", say(language, "түскен күні", "по поступлению", "received")),
        ]
        .into_iter()
        .map(|(value, label)| Choice {
            value: value.to_owned(),
            label,
            chosen: (value == "received") == (order == Order::Received),
        })
        .collect(),
        next: found.next.map(|next| link(&question, &next.text())),
        rows: found.entries.into_iter().map(|entry| row(&state, entry, today, language)).collect(),
        is_first: after.is_none(),
        is_narrowed: !question.q.trim().is_empty() || !question.state.is_empty(),
        q: question.q,
        today,
        can_register: caller.account.actor.has(Role::Clerk),
    };
    let title = Words::new("Депутаттық сауалдар", "Депутатские запросы", "Deputy inquiries");
    let page = Page { template: "register", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

/// What of the register somebody sees at all; the rule of the API.
fn visible(caller: &Caller) -> Filter {
    crate::api::visible(caller)
}

fn filter(question: &Question, visible: Filter, today: Date) -> Result<Filter, Problem> {
    let mut filter = Filter { question: Some(question.q.chars().take(300).collect()), ..visible };
    match (question.state.as_str(), StageName::from_code(&question.state)) {
        ("", _) => {}
        ("open", _) => filter.open = Some(true),
        ("ended", _) => filter.open = Some(false),
        ("overdue", _) => filter.overdue = Some((true, today)),
        (_, Some(stage)) => filter.stages = vec![stage],
        (_, None) => {
            let expected = Words::new(
                "Күйін тізімнен таңдаңыз.",
                "Выберите состояние из списка.",
                "Choose the state from the list.",
            );
            return Err(Problem::BadParameter { name: "state", expected });
        }
    }
    Ok(filter)
}

fn states(chosen: &str, language: Language) -> Vec<Choice> {
    let ours = [
        ("", say(language, "барлығы", "все", "all")),
        ("open", say(language, "жұмыстағы", "в работе", "open")),
        ("overdue", say(language, "мерзімі өткен", "просроченные", "overdue")),
        ("ended", say(language, "аяқталған", "завершённые", "ended")),
    ];
    let stages = StageName::ALL.into_iter().map(|stage| (stage.code(), stage.words(language).to_owned()));
    ours.into_iter()
        .chain(stages)
        .map(|(value, label)| Choice { value: value.to_owned(), label, chosen: value == chosen })
        .collect()
}

fn link(question: &Question, after: &str) -> String {
    format!(
        "/inquiries?q={}&state={}&order={}&after={after}",
        escaped(&question.q),
        escaped(&question.state),
        escaped(&question.order)
    )
}

/// A value in a query (RFC 3986, 2.1).
pub(super) fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect()
}

fn row(state: &AppState, entry: Entry, today: Date, language: Language) -> Row {
    let is_owed = entry.on_control && !matches!(entry.stage, StageName::Dispatched | StageName::Closed);
    Row {
        due: Due::of(entry.due, today, is_owed, language),
        id: entry.inquiry.to_string(),
        number: entry.number,
        subject: entry.subject,
        subject_language: entry.language.code(),
        recipients: entry.recipients,
        lead: entry.lead.map(|code| wording::ministry(state, &code, language)),
        co_executors: entry.co_executors.iter().map(|code| wording::ministry(state, code, language)).collect(),
        stage: entry.stage.words(language),
        tone: wording::stage_tone(entry.stage),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_the_next_page_carries_the_question() {
        let question = Question { q: "ДС 326&x".into(), ..Question::default() };
        assert_eq!(link(&question, "a"), "/inquiries?q=%D0%94%D0%A1%20326%26x&state=&order=&after=a");
    }
}
