//! Decks: the letters that wait for one person, one a screen, and after each decision the next one.
//!
//! [`signing`] is the signatory's deck with [`several`], where many are signed with one confirmation, and [`device`], where one is signed on the signatory's own
//! device; [`approvals`] is an approver's. [`paper`] is
//! what both show of a letter. What is decided goes the way of the ordinary forms: a deck decides nothing by itself.

mod approvals;
mod device;
mod paper;
mod remarks;
mod several;
mod signing;

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use directory::{Actor, Language};
use inquiry::{InquiryId, StageName};
use readmodel::register::{self, Entry, Filter, Order};
use serde::{Deserialize, Serialize};

use super::fields::{Typed, say};
use super::keeping::{self, Held, Notice, Opened};
use crate::address::query;
use crate::kept::{self, Mark};
use crate::office::{Asked, seeing};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, State};

pub(crate) use approvals::APPROVES;
pub(crate) use signing::SIGNS;

/// How many letters a deck holds; the rest comes when these are done.
const DECK: u16 = 100;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = signing::routes();
    routes.extend(device::routes());
    routes.extend(several::routes());
    routes.extend(approvals::routes());
    routes
}

/// Whose deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deck {
    Signing,
    Approvals,
}

impl Deck {
    /// Where it stands.
    const fn place(self) -> &'static str {
        match self {
            Self::Signing => "/signing",
            Self::Approvals => "/approvals",
        }
    }

    fn title(self) -> Words {
        match self {
            Self::Signing => Words::new("Қол қою", "На подпись", "To be signed"),
            Self::Approvals => Words::new("Келісу", "На согласование", "To be approved"),
        }
    }

    /// The page that says that nothing waits.
    const fn empty(self) -> &'static str {
        match self {
            Self::Signing => "deck_empty",
            Self::Approvals => "approvals_empty",
        }
    }
}

/// Where somebody comes from.
#[derive(Debug, Deserialize)]
struct Place {
    /// The letter that was looked at: the next one behind it is wanted.
    after: Option<String>,
    /// What was done with it: `sign`, `return`, `visa`, `refuse`; `gone` when it no longer waits.
    done: Option<String>,
    /// Its number.
    number: Option<String>,
    /// Somebody comes back from proving who they are.
    proved: Option<String>,
}

#[derive(Debug, Serialize)]
struct Nothing {
    done: Option<String>,
}

/// A letter that no longer waits, and what somebody had typed about it.
#[derive(Debug, Serialize)]
struct Gone {
    id: String,
    number: String,
    refused: String,
    typed: String,
    onward: String,
}

/// What a try leaves behind when it was not taken.
#[derive(Debug, Default)]
struct Tried {
    /// Why.
    refused: Option<String>,
    /// What was typed.
    typed: String,
    /// The key of a try whose outcome is not known: sent again, it finds out.
    key: Option<String>,
    /// What was done before.
    done: Option<String>,
    /// The row that keeps what is typed, and what the form says of what it keeps.
    mark: Option<Mark>,
    kept: Option<Notice>,
}

impl Tried {
    /// A letter that is opened: what was typed on it before stands in its form.
    async fn opened(
        visit: &Visit,
        place: kept::Place,
        asked: &keeping::Asked,
        field: &str,
    ) -> Result<(Self, Typed), Problem> {
        let opened = Opened::at(&visit.state, &visit.caller, place, asked).await?;
        let typed = opened.typed();
        let (kept, mark) = (opened.notice(), Some(opened.mark()));
        Ok((Self { typed: typed.get(field).to_owned(), kept, mark, ..Self::default() }, typed))
    }

    /// What a form carries from one keeping to the next.
    fn mark(&self) -> String {
        self.mark.unwrap_or_else(Mark::new).to_string()
    }

    /// The form that is given back writes the row that keeps it already.
    fn held(mut self, held: Option<&Held>) -> Self {
        self.mark = held.map(Held::mark);
        self
    }

    fn key(&self) -> String {
        self.key.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string())
    }
}

/// Somebody at their deck.
struct Visit {
    state: State,
    caller: Caller,
    language: Language,
    deck: Deck,
}

impl Visit {
    fn actor(&self) -> &Actor {
        &self.caller.account.actor
    }

    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    /// What waits, what is due first standing first.
    async fn waiting(&self) -> Result<Vec<Entry>, Problem> {
        let reader = self.state.reader(self.actor());
        let found = match self.deck {
            Deck::Signing => {
                // What this person has signed waits for others.
                let unsigned_by = self.actor().person;
                let filter = Filter { stages: vec![StageName::ForSignature], unsigned_by, ..Filter::all() };
                let page = register::list(&reader, &filter, Order::Due, None, DECK).await;
                page.map(|page| page.entries)
            }
            Deck::Approvals => readmodel::approvals::awaiting(&reader, self.actor().stands_for(), DECK).await,
        };
        found.map_err(|error| Problem::failure("list the letters that wait for somebody", error))
    }

    /// On to the next letter, or to the page that says that there is none.
    async fn next(&self, place: &Place) -> Result<HttpResponse, Problem> {
        let deck = self.waiting().await?;
        // Whoever puts the only letter off comes back to it; what was decided may stand in the table for a moment yet.
        let found = following(&deck, place.after.as_deref()).or_else(|| deck.first().filter(|_| place.done.is_none()));
        if let Some(entry) = found {
            let mut onward = format!("{}/letter/{}", self.deck.place(), entry.inquiry);
            if let (Some(done), Some(number)) = (&place.done, &place.number) {
                onward.push('?');
                onward.push_str(&query(&[("done", done), ("number", number)]));
            }
            return Ok(see(onward));
        }
        self.answer(HttpResponse::Ok(), self.deck.empty(), &Nothing { done: self.said(place) })
    }

    /// The next letter, after something was done with this one.
    fn onward(&self, seen: &seeing::Seen, done: &str) -> String {
        let (id, number) = (seen.dossier.inquiry.to_string(), seen.dossier.intake.number.shown());
        format!("{}?{}", self.deck.place(), query(&[("after", &id), ("done", done), ("number", &number)]))
    }

    /// The letter is not in the deck: whoever only looked goes on, whoever had decided something is told why, and has what was typed.
    fn gone(&self, start: HttpResponseBuilder, seen: &seeing::Seen, tried: Tried) -> Result<HttpResponse, Problem> {
        let onward = self.onward(seen, "gone");
        let Some(refused) = tried.refused else { return Ok(see(onward)) };
        let facts = Gone {
            id: seen.dossier.inquiry.to_string(),
            number: seen.dossier.intake.number.shown(),
            refused,
            typed: tried.typed,
            onward,
        };
        self.answer(start, "deck_gone", &facts)
    }

    /// What was done with the letter before, as a sentence.
    fn said(&self, place: &Place) -> Option<String> {
        if place.proved.is_some() {
            return Some(super::proof::done(self.language));
        }
        let number: String = place.number.as_ref()?.chars().take(60).collect();
        let words = match place.done.as_deref()? {
            "sign" => self.t("қол қойылды.", "подписан.", "is signed."),
            "return" => self.t("пысықтауға қайтарылды.", "возвращён на доработку.", "was returned."),
            "visa" => self.t("хатына визаңыз қойылды.", "завизирован вами.", "has your visa."),
            "refuse" => self.t(
                "хатына виза берілмеді, ескертулеріңіз жазылды.",
                "не завизирован, ваши замечания записаны.",
                "has no visa of yours; your remarks are recorded.",
            ),
            "gone" => self.t("енді сізді күтпейді.", "вас больше не ждёт.", "no longer waits for you."),
            _ => return None,
        };
        Some(format!("{number} {words}"))
    }

    /// A request of this person about a letter; `seen` is the version of the inquiry that was on the screen.
    fn asked(&self, id: InquiryId, what: &str, key: &str, body: &str, seen: Option<u64>) -> Asked {
        let (account, at) = (&self.caller.account, self.state.clock.now());
        let asked =
            Asked::new(account.actor.clone(), at, account.id, key, &format!("{what}\n{id}"), body.as_bytes(), seen);
        asked.proved_by(&self.caller)
    }

    /// What is shown again after a try that was not taken.
    fn tried(&self, problem: &Problem, key: String, typed: String) -> Tried {
        let unsure = matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. } | Problem::Busy);
        let refused = super::wording::named(&self.state, &problem.body(self.language).detail, self.language);
        Tried { refused: Some(refused), typed, key: unsure.then_some(key), ..Tried::default() }
    }

    fn answer(
        &self,
        start: HttpResponseBuilder,
        template: &'static str,
        facts: &impl Serialize,
    ) -> Result<HttpResponse, Problem> {
        let (caller, language) = (Some(&self.caller), self.language);
        let page = Page { template, title: self.deck.title(), caller, language };
        self.state.pages.answer_with(start, &self.state, &page, facts)
    }
}

/// The one behind `after` in the deck's order, or the first; never `after` itself.
fn following<'a>(deck: &'a [Entry], after: Option<&str>) -> Option<&'a Entry> {
    let is = |entry: &&Entry| Some(entry.inquiry.to_string().as_str()) == after;
    let place = deck.iter().position(|entry| is(&entry));
    let behind = place.and_then(|place| deck.get(place + 1));
    behind.or_else(|| deck.iter().find(|entry| !is(entry)))
}

/// Its place in the deck, from 1; none when it is no longer there.
fn place_of(deck: &[Entry], id: InquiryId) -> Option<usize> {
    deck.iter().position(|entry| entry.inquiry == id).map(|place| place + 1)
}

fn see(place: String) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}

/// The fields of what was read, in a form that does not say all of them.
fn unread() -> Problem {
    Problem::BadForm { hint: "the form does not say what was read".to_owned() }
}

fn undecided() -> Problem {
    Problem::BadForm { hint: "the form does not say what to do".to_owned() }
}
