//! The mails of the letters that were sent last: to whom, when, and whether anything leaves this machine at all.

mod house;

use actix_web::HttpResponse;
use jiff::civil::Date;
use readmodel::deliveries::{self, Patience};
use serde::Serialize;

use super::wording;
use super::{PAGE, SEES_MAIL};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use house::House;

/// How many letters are shown.
const LETTERS: u16 = 20;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/outbox", "outbox_page", SEES_MAIL, page)
            .summary("The mails of the letters that were sent last.")
            .answer(PAGE),
    ];
    routes.extend(house::routes());
    routes
}

#[derive(Debug, Serialize)]
struct Facts {
    stays_here: bool,
    house: House,
    closed: Vec<Closed>,
    late: Vec<Late>,
    letters: Vec<Letter>,
}

/// A relay that is left in peace.
#[derive(Debug, Serialize)]
struct Closed {
    relay: String,
    until: String,
    stage: String,
    why: String,
}

/// A mail that has not gone and should have.
#[derive(Debug, Serialize)]
struct Late {
    inquiry: String,
    number: String,
    no: u16,
    name: String,
    ordered: String,
    due: Option<Date>,
    next: String,
    answer: Option<String>,
}

#[derive(Debug, Serialize)]
struct Letter {
    place: u16,
    id: String,
    inquiry: String,
    number: String,
    mails: Vec<Mail>,
}

#[derive(Debug, Serialize)]
struct Mail {
    name: String,
    address: Option<String>,
    message_id: String,
    state: String,
    tone: &'static str,
    at: String,
    answer: Option<String>,
    /// When the deputy confirmed the letter, beside a mail after which it was sent again: the state of the last one says so itself.
    confirmed: Option<String>,
}

impl Late {
    fn of(mail: deliveries::LateMail) -> Self {
        Self {
            inquiry: mail.inquiry.to_string(),
            number: mail.number,
            no: mail.recipient.0,
            name: mail.name,
            ordered: mail.ordered_at.to_string(),
            due: mail.due,
            next: mail.next_attempt_at.to_string(),
            answer: mail.answer,
        }
    }
}

async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let failed = |error| Problem::failure("list the mails", error);
    let sent = deliveries::letters_sent(&state.reader(&caller.account.actor), LETTERS).await.map_err(failed)?;
    let patience = Patience::at(state.clock.now(), state.today());
    let late = deliveries::late(&state.reader(&caller.account.actor), patience).await.map_err(failed)?;
    let closed = deliveries::closed_relays(&state.pool, state.clock.now()).await.map_err(failed)?;
    let mail = |one: deliveries::SentMail| {
        let (state, tone) = wording::mailed(one.delivery, Some(&one.mail), language);
        Mail {
            name: one.name,
            address: one.address,
            message_id: one.message_id,
            state,
            tone,
            at: one.changed_at.to_string(),
            confirmed: one.confirmed_at.filter(|_| one.delivery.is_none()).map(|at| at.to_string()),
            answer: one.mail.answer.map(|answer| wording::answered(one.mail.relay.as_deref(), answer, language)),
        }
    };
    let letters = sent.into_iter().zip(1..).map(|(letter, place)| Letter {
        place,
        id: letter.inquiry.to_string(),
        inquiry: directory::number::shown(&letter.inquiry_number),
        number: letter.number,
        mails: letter.mails.into_iter().map(mail).collect(),
    });
    let letters = letters.collect();
    let house = House::of(&state, &caller, language).await?;
    let title = Words::new("Жөнелтілген хаттар", "Отправленные письма", "Mail that was sent");
    let page = Page { template: "outbox", title, caller: Some(&caller), language };
    let facts = Facts {
        stays_here: state.config.mail_stays_here,
        house,
        closed: closed
            .into_iter()
            .map(|one| Closed {
                relay: one.relay,
                until: one.until.to_string(),
                stage: wording::reached(&one.stage, language),
                why: one.why,
            })
            .collect(),
        late: late.into_iter().map(Late::of).collect(),
        letters,
    };
    state.pages.answer(&state, &page, &facts)
}
