//! `/proposals`: what came from outside and waits for a clerk, who makes an inquiry of it or dismisses it.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::Language;
use inquiry::proposal::{Proposal, Source};
use inquiry::{InquiryId, ProposalId};
use readmodel::proposals::{self, Entry, State as Fate};
use readmodel::register;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fields::{Fault, Typed, say};
use super::registration::KINDS;
use super::wording::People;
use super::{DECIDES_PROPOSALS, ONWARD, PAGE};
use crate::office::proposals as office;
use crate::office::{Asked, seeing, to_the_end};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// How many that wait are shown, and how many that were decided.
const WAITING: u16 = 100;
const DECIDED: u16 = 30;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/proposals", "proposals_page", DECIDES_PROPOSALS, page)
            .summary("What came from outside and waits for a clerk, and what was decided last.")
            .answer(PAGE),
        Route::post("/proposals/{id}/dismiss", "dismiss_proposal", DECIDES_PROPOSALS, dismiss)
            .summary("Dismisses a proposal with a reason that whoever sent it is told.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Debug, Deserialize)]
struct After {
    done: Option<String>,
}

#[derive(Debug, Serialize)]
struct Facts {
    done: bool,
    waiting: Vec<Row>,
    decided: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    at: String,
    /// Who asks.
    name: String,
    /// The inquiry that was answered.
    inquiry: String,
    number: String,
    questions: Vec<String>,
    state: String,
    tone: &'static str,
    decided: Option<Decided>,
    key: String,
    refused: Option<String>,
    typed: String,
}

#[derive(Debug, Serialize)]
struct Decided {
    at: String,
    by: String,
    reason: Option<String>,
    inquiry: Option<String>,
    number: Option<String>,
}

/// A form that comes back.
#[derive(Default)]
struct Back {
    id: Option<ProposalId>,
    refused: String,
    typed: String,
    key: Option<String>,
}

struct Visit {
    state: State,
    caller: Caller,
    language: Language,
}

impl Visit {
    async fn answer(&self, start: HttpResponseBuilder, done: bool, back: Back) -> Result<HttpResponse, Problem> {
        let failed = |error| Problem::failure("list the proposals", error);
        let waiting = proposals::waiting(&self.state.pool, WAITING).await.map_err(failed)?;
        let decided = proposals::decided(&self.state.pool, DECIDED).await.map_err(failed)?;
        let mut named: Vec<InquiryId> = waiting.iter().chain(&decided).map(|entry| entry.inquiry).collect();
        named.extend(decided.iter().filter_map(|entry| match entry.state {
            Fate::Taken { inquiry, .. } => Some(inquiry),
            Fate::Waiting | Fate::Dismissed { .. } => None,
        }));
        let numbers = register::numbers_of(&self.state.house(), &named).await.map_err(failed)?;
        let people = People::of(&self.state).await?;
        let mut facts = Facts { done, waiting: Vec::new(), decided: Vec::new() };
        for entry in waiting {
            facts.waiting.push(self.row(entry, &numbers, &people, &back).await?);
        }
        for entry in decided {
            facts.decided.push(self.row(entry, &numbers, &people, &back).await?);
        }
        let title = Words::new("Сырттан түскен өтініштер", "Обращения извне", "Proposals from outside");
        let page = Page { template: "proposals", title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, &facts)
    }

    async fn row(
        &self,
        entry: Entry,
        numbers: &HashMap<InquiryId, String>,
        people: &People,
        back: &Back,
    ) -> Result<Row, Problem> {
        let seen = seeing::now(&self.state, &self.caller.account.actor, entry.inquiry).await?;
        let name = seen.dossier.recipients().find(|known| known.no == entry.recipient);
        let number = |inquiry: &InquiryId| numbers.get(inquiry).cloned().unwrap_or_default();
        let (state, tone) = match entry.state {
            Fate::Waiting => (say(self.language, "күтуде", "ждёт", "waiting"), "info"),
            Fate::Taken { .. } => (say(self.language, "тіркелді", "зарегистрировано", "registered"), "ok"),
            Fate::Dismissed { .. } => (say(self.language, "қабылданбады", "отклонено", "dismissed"), "warn"),
        };
        let decided = match &entry.state {
            Fate::Waiting => None,
            Fate::Taken { at, by, inquiry } => Some(Decided {
                at: at.to_string(),
                by: people.name(by).to_owned(),
                reason: None,
                inquiry: Some(inquiry.to_string()),
                number: Some(number(inquiry)),
            }),
            Fate::Dismissed { at, by, reason } => Some(Decided {
                at: at.to_string(),
                by: people.name(by).to_owned(),
                reason: Some(reason.clone()),
                inquiry: None,
                number: None,
            }),
        };
        let is_back = back.id == Some(entry.proposal);
        Ok(Row {
            id: entry.proposal.to_string(),
            at: entry.received_at.to_string(),
            name: name.map_or_else(|| entry.recipient.to_string(), |known| known.name.clone()),
            inquiry: entry.inquiry.to_string(),
            number: number(&entry.inquiry),
            questions: entry.questions,
            state,
            tone,
            decided,
            key: back.key.clone().filter(|_| is_back).unwrap_or_else(|| Uuid::new_v4().to_string()),
            refused: is_back.then(|| back.refused.clone()),
            typed: if is_back { back.typed.clone() } else { String::new() },
        })
    }
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    after: web::Query<After>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    visit.answer(HttpResponse::Ok(), after.done.is_some(), Back::default()).await
}

async fn dismiss(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let id: ProposalId = path.parse().map_err(|_| Problem::UnknownAddress)?;
    let visit = Visit { state, caller, language };
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let reason = typed.get("reason").replace("\r\n", "\n");
    let account = &visit.caller.account;
    let what = format!("dismiss-proposal\n{id}");
    let asked = Asked::new(
        account.actor.clone(),
        visit.state.clock.now(),
        account.id,
        &key,
        &what,
        typed.canonical().as_bytes(),
        None,
    );
    let (office, said) = (visit.state.clone(), reason.clone());
    match to_the_end(async move { office::dismiss(&office, &asked, id, said).await }).await {
        Ok(()) => Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, "/proposals?done=dismiss")).finish()),
        Err(problem @ Problem::Failure { .. }) => Err(problem),
        Err(problem) => {
            let is_open = matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. });
            let refused = Fault::of(&problem, language).what;
            let back = Back { id: Some(id), refused, typed: reason, key: is_open.then_some(key) };
            visit.answer(problem.start(), false, back).await
        }
    }
}

/// What the form of a registration begins with when it is made from a proposal: the deputy who asks again, what they ask, and the inquiry it follows.
///
/// # Errors
/// [`Problem::UnknownAddress`] when there is no such proposal, or it was decided already; a failure.
pub(super) async fn prefilled(state: &State, caller: &Caller, id: ProposalId) -> Result<Typed, Problem> {
    let Proposal::Waiting(received) = office::one(state, id).await? else { return Err(Problem::UnknownAddress) };
    let Source::DeputyPage { inquiry, recipient } = received.source;
    let seen = seeing::now(state, &caller.account.actor, inquiry).await?;
    let intake = &seen.dossier.intake;
    let mut typed: Vec<(String, String)> = vec![
        ("proposal".to_owned(), id.to_string()),
        ("chamber".to_owned(), intake.chamber.to_string()),
        ("language".to_owned(), intake.language.code().to_owned()),
        ("channel".to_owned(), "email".to_owned()),
        ("received".to_owned(), state.today().to_string()),
        ("subject".to_owned(), intake.subject.clone()),
    ];
    typed.extend(received.questions.iter().enumerate().map(|(n, text)| (format!("questions[{n}]"), text.clone())));
    let groups = seen.dossier.groups();
    let place = groups.iter().find_map(|group| {
        let deputy = group.deputies.iter().find(|deputy| deputy.no == recipient)?;
        Some((group, deputy))
    });
    if let Some((group, deputy)) = place {
        let kind = KINDS.iter().find(|(_, kind)| *kind == group.kind).map_or("other", |(code, _)| *code);
        let field = |part: &str, value: String| (format!("groups[0].{part}"), value);
        typed.extend([
            field("label", group.label_lines.join("\n")),
            field("kind", kind.to_owned()),
            field("deputies[0].deputy", deputy.deputy.map_or_else(String::new, |id| id.to_string())),
            field("deputies[0].name", deputy.name.clone()),
            field("deputies[0].email", deputy.email.as_ref().map_or_else(String::new, ToString::to_string)),
        ]);
    }
    Ok(Typed(typed))
}
