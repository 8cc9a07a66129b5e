//! `/inquiries/{id}/deliveries`: one row per deputy, each attempt with the server's words, and what a clerk may do about it; the failed ones first. With them
//! [`archive`], the evidence of the whole inquiry.

mod archive;
mod one;
mod proof;
mod rows;
mod told;

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::{Language, Role};
use inquiry::command::Resend;
use inquiry::state::SignedReply;
use readmodel::deliveries::State as Fate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fields::{Fault, Typed, say};
use super::inquiry::head::Head;
use super::inquiry::inquiry_of;
use super::{ACTS_ON_DELIVERIES, PAGE, SEES_MAIL};
use crate::office::seeing::{self, Seen};
use crate::office::{Asked, ordering, to_the_end};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use rows::{Group, Row, Show};

pub(super) fn routes() -> Vec<Route> {
    let zip = Answer { status: 200, means: "The archive.", gives: Gives::Bytes("application/zip") };
    let json = Answer { status: 200, means: "The evidence.", gives: Gives::Bytes("application/json") };
    vec![
        Route::get("/inquiries/{id}/deliveries", "deliveries_page", SEES_MAIL, page)
            .summary("The deliveries of an inquiry's reply, one row per deputy, with every attempt.")
            .answer(PAGE),
        Route::post("/inquiries/{id}/deliveries", "resend_all_failed", ACTS_ON_DELIVERIES, resend_all)
            .summary("Sends the letter again to everybody to whom it could not be delivered, one order each.")
            .form()
            .answer(PAGE),
        Route::get("/inquiries/{id}/deliveries/{n}", "delivery_page", SEES_MAIL, one::page)
            .summary("One delivery: every attempt, and what a clerk may do about it.")
            .answer(PAGE),
        Route::post("/inquiries/{id}/deliveries/{n}", "act_on_delivery", ACTS_ON_DELIVERIES, one::send)
            .summary("Sends again, corrects the address, records by hand, confirms, or ends the personal link.")
            .form()
            .answer(super::ONWARD)
            .answer(PAGE),
        Route::get("/inquiries/{id}/deliveries/{n}/evidence", "evidence_page", SEES_MAIL, proof::page)
            .summary("What proves one delivery, to be printed.")
            .answer(PAGE),
        Route::get("/inquiries/{id}/deliveries/{n}/evidence.json", "evidence_file", SEES_MAIL, proof::file)
            .summary("What proves one delivery, with the journal's proofs.")
            .answer(json),
        Route::get("/inquiries/{id}/evidence.zip", "evidence_archive", SEES_MAIL, archive::file)
            .summary("What proves the whole inquiry: an archive that is checked anywhere. `files=yes` puts the files of contributions in.")
            .answer(zip),
    ]
}

/// One visit: who looks at which inquiry.
struct Visit {
    state: State,
    caller: Caller,
    language: Language,
    seen: Seen,
}

impl Visit {
    async fn of(state: State, caller: Caller, language: Language, id: &str) -> Result<Self, Problem> {
        let seen = seeing::now(&state, &caller.account.actor, inquiry_of(id)?).await?;
        Ok(Self { state, caller, language, seen })
    }

    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    fn is_clerk(&self) -> bool {
        self.caller.account.actor.has(Role::Clerk)
    }

    fn head(&self) -> Head {
        Head::of(&self.state, &self.seen, self.state.today(), self.language)
    }

    fn answer(
        &self,
        start: HttpResponseBuilder,
        template: &'static str,
        facts: &impl Serialize,
    ) -> Result<HttpResponse, Problem> {
        let number = self.seen.dossier.intake.number.shown();
        let title =
            Words::new(format!("{number}: жеткізу"), format!("{number}: доставка"), format!("{number}: deliveries"));
        let page = Page { template, title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, facts)
    }

    /// A request of this clerk; the same `key` is the same request.
    fn asks(&self, key: &str, what: &str, body: &[u8]) -> Asked {
        let account = &self.caller.account;
        let what = format!("{what}\n{}", self.seen.dossier.inquiry);
        Asked::new(account.actor.clone(), self.state.clock.now(), account.id, key, &what, body, None)
    }
}

#[derive(Debug, Deserialize)]
struct Wanted {
    show: Option<String>,
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    chips: Vec<Chip>,
    /// Those about whom somebody has to do something.
    urgent: Vec<Row>,
    groups: Vec<Group>,
    /// How many could be sent again at once.
    failed: usize,
    key: String,
}

#[derive(Debug, Serialize)]
struct Chip {
    code: &'static str,
    words: String,
    count: usize,
    chosen: bool,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language, &path).await?;
    let show = wanted.show.as_deref().and_then(Show::of).unwrap_or(Show::All);
    let rows = visit.rows().await?;
    let chips = Show::ALL.map(|one| Chip {
        code: one.code(),
        words: one.words(language),
        count: rows.iter().filter(|row| row.is_among(one)).count(),
        chosen: one == show,
    });
    let failed = rows.iter().filter(|row| row.fate == Fate::Failed && row.address.is_some()).count();
    let (urgent, rest): (Vec<Row>, Vec<Row>) =
        rows.into_iter().filter(|row| row.is_among(show)).partition(Row::is_urgent);
    let facts = Facts {
        head: visit.head(),
        chips: chips.into(),
        urgent,
        groups: rows::grouped(rest),
        failed: if visit.is_clerk() { failed } else { 0 },
        key: Uuid::new_v4().to_string(),
    };
    visit.answer(HttpResponse::Ok(), "deliveries", &facts)
}

#[derive(Debug, Serialize)]
struct Resent {
    head: Head,
    rows: Vec<ResentRow>,
}

#[derive(Debug, Serialize)]
struct ResentRow {
    name: String,
    words: String,
    tone: &'static str,
}

/// The most names in one sentence; the page of the deliveries has all of them.
const NAMED: usize = 20;

/// Whom no mail reaches, by name, so that somebody carries the letter to them; none when everybody has an address.
pub(super) fn by_hand(letter: &SignedReply, language: Language) -> Option<String> {
    let addressees = letter.addressees();
    let without: Vec<&str> =
        addressees.iter().filter(|(_, email)| email.is_none()).map(|(to, _)| to.name.as_str()).collect();
    if without.is_empty() {
        return None;
    }
    let names = without.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let words = say(
        language,
        "Мекенжайы жоқ, хат қолма-қол тапсырылады",
        "Без адреса, письмо вручить лично",
        "No address, to be delivered by hand",
    );
    Some(match without.len().saturating_sub(NAMED) {
        0 => format!("{words}: {names}."),
        more => format!("{words}: {names}, {} {more}.", say(language, "тағы", "и ещё", "and")),
    })
}

/// One order for each, so that one refusal harms nobody else. Sent twice, the same form answers the same.
async fn resend_all(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language, &path).await?;
    let key = Typed(typed).key()?.to_owned();
    let mut rows = Vec::new();
    for row in visit.rows().await? {
        let (Some(address), Some(order)) = (row.address.as_deref(), row.order) else { continue };
        let asked = visit.asks(&format!("{key} {}", row.no), "resend", address.as_bytes());
        // A form that is sent again speaks of those for whom it has ordered already too.
        let was_asked = visit.seen.history.iter().any(|recorded| recorded.command == asked.command);
        if row.fate != Fate::Failed && !was_asked {
            continue;
        }
        let (words, tone) = match address.parse() {
            Err(_) => (visit.t("мекенжайы жарамсыз", "адрес не годится", "the address cannot be used"), "bad"),
            Ok(address) => {
                let ask = Resend { recipient: row.recipient, address };
                let (office, id) = (visit.state.clone(), visit.seen.dossier.inquiry);
                let done = async move { ordering::order_known(&office, &asked, id, ask.into()).await };
                match to_the_end(done).await {
                    Ok(_) => (visit.ordered(order), "ok"),
                    Err(problem) => (Fault::of(&problem, language).what, "bad"),
                }
            }
        };
        rows.push(ResentRow { name: row.name, words, tone });
    }
    visit.answer(HttpResponse::Ok(), "resent", &Resent { head: visit.head(), rows })
}

impl Visit {
    fn ordered(&self, before: u32) -> String {
        let words = self.t("қайта жөнелтілді", "отправлено снова", "ordered out again");
        let first = self.t("бұрынғы тапсырыс", "прежний заказ", "order before");
        format!("{words} ({first}: {before})")
    }
}
