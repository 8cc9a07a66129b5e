//! The mails of the letters that were sent last: to whom, when, and whether anything leaves this machine at all.

use actix_web::HttpResponse;
use inquiry::StageName;
use readmodel::deliveries;
use readmodel::register::{self, Filter, Order};
use serde::Serialize;

use super::wording;
use super::{PAGE, SEES_MAIL};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// How many letters are shown.
const LETTERS: u16 = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/outbox", "outbox_page", SEES_MAIL, page)
            .summary("The mails of the letters that were sent last.")
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    stays_here: bool,
    letters: Vec<Letter>,
}

#[derive(Debug, Serialize)]
struct Letter {
    id: String,
    inquiry: String,
    number: String,
    mails: Vec<Mail>,
}

#[derive(Debug, Serialize)]
struct Mail {
    name: String,
    address: Option<String>,
    message_id: Option<String>,
    state: String,
    tone: &'static str,
    at: Option<String>,
    answer: Option<String>,
}

async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let sent = Filter { stages: vec![StageName::Dispatched, StageName::Closed], ..Filter::all() };
    let failed = |error| Problem::failure("list the mails", error);
    let found = register::list(&state.pool, &sent, Order::Received, None, LETTERS).await.map_err(failed)?;
    let mut letters = Vec::new();
    for entry in found.entries {
        let rows = deliveries::of_inquiry(&state.pool, entry.inquiry).await.map_err(failed)?;
        let mails = rows.into_iter().map(|row| {
            let (words, tone) = wording::delivery(row.state, language);
            let at = row.confirmed_at.or(row.accepted_at).or(row.failed_at).or(row.ordered_at);
            Mail {
                name: row.name,
                address: row.address,
                message_id: row.message_id,
                state: words,
                tone,
                at: at.map(|at| at.to_string()),
                answer: row.answer,
            }
        });
        letters.push(Letter {
            id: entry.inquiry.to_string(),
            inquiry: entry.number,
            number: entry.outgoing_number.unwrap_or_default(),
            mails: mails.collect(),
        });
    }
    let title = Words::new("Жөнелтілген хаттар", "Отправленные письма", "Mail that was sent");
    let page = Page { template: "outbox", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &Facts { stays_here: state.config.mail_stays_here, letters })
}
