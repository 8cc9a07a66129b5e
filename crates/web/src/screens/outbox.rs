//! The mails of the letters that were sent last: to whom, when, and whether anything leaves this machine at all.

mod house;

use actix_web::HttpResponse;
use readmodel::deliveries;
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
    letters: Vec<Letter>,
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
}

async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let failed = |error| Problem::failure("list the mails", error);
    let sent = deliveries::letters_sent(&state.reader(&caller.account.actor), LETTERS).await.map_err(failed)?;
    let mail = |one: deliveries::SentMail| {
        let (state, tone) = wording::mailed(one.delivery, Some(&one.mail), language);
        Mail {
            name: one.name,
            address: one.address,
            message_id: one.message_id,
            state,
            tone,
            at: one.changed_at.to_string(),
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
    state.pages.answer(&state, &page, &Facts { stays_here: state.config.mail_stays_here, house, letters })
}
