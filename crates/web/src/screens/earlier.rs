//! Earlier answers: what was answered when nearly the same was asked, question and answer side by side, and paragraphs of them taken over into a draft.
//!
//! `/inquiries/{id}/earlier` lists them for an inquiry, `/inquiries/{id}/answer` reads one, `/inquiries/{id}/draft/earlier` puts what was chosen behind
//! the working text, each paragraph with the name of where it came from. All of it works without a script.

mod answer;
mod taking;

use actix_web::{HttpResponse, web};
use directory::Language;
use inquiry::allowed::gate;
use inquiry::{CommandName, InquiryId};
use jiff::civil::Date;
use serde::Serialize;

use super::PAGE;
use super::inquiry::head::Head;
use super::inquiry::inquiry_of;
use super::wording::{self, Ministry, stage_tone};
use crate::office::earlier::like::{self, Earlier, Sketch, Verdict};
use crate::office::seeing;
use crate::pages::Page;
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::Route;
use crate::screens::fields::say;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/inquiries/{id}/earlier", "earlier_page", STAFF, page)
            .summary("Earlier inquiries that ask nearly the same, answered ones first.")
            .answer(PAGE),
    ];
    routes.extend(answer::routes());
    routes.extend(taking::routes());
    routes
}

/// An earlier inquiry as a list shows it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    id: InquiryId,
    number: String,
    subject: String,
    subject_language: &'static str,
    dated: Date,
    stage: &'static str,
    tone: &'static str,
    lead: Option<Ministry>,
    /// Where its answer is read; none while there is none.
    href: Option<String>,
    outgoing: Option<Outgoing>,
    is_replaced: bool,
    /// What the deputies said of the answer.
    verdict: Option<String>,
    verdict_tone: &'static str,
    /// It was asked again, and as what.
    asked_again: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Outgoing {
    number: String,
    dated: Date,
}

impl Row {
    /// As somebody reads it who may take it over into the draft of `into`.
    pub(super) fn of(state: &AppState, earlier: Earlier, into: Option<InquiryId>, language: Language) -> Self {
        let is_answered = earlier.is_answered();
        let into = into.map(|into| format!("?into={into}")).unwrap_or_default();
        let (verdict, verdict_tone) = match earlier.verdict {
            Verdict::Unknown => (None, "mute"),
            Verdict::Satisfied => {
                (Some(say(language, "депутат қанағаттанған", "депутат удовлетворён", "deputy satisfied")), "ok")
            }
            Verdict::NotSatisfied => (
                Some(say(language, "депутат қанағаттанбаған", "депутат не удовлетворён", "deputy not satisfied")),
                "warn",
            ),
        };
        let again = (!earlier.asked_again.is_empty()).then(|| {
            let words = say(language, "қайта сұралған:", "спрошено повторно:", "asked again:");
            format!("{words} {}", earlier.asked_again.join(", "))
        });
        Self {
            id: earlier.inquiry,
            number: earlier.number,
            subject: earlier.subject,
            subject_language: earlier.language.code(),
            dated: earlier.dated,
            stage: earlier.stage.words(language),
            tone: stage_tone(earlier.stage),
            lead: earlier.lead.map(|lead| wording::ministry(state, &lead, language)),
            href: is_answered.then(|| format!("/inquiries/{}/answer{into}", earlier.inquiry)),
            outgoing: earlier.answer.map(|(number, dated)| Outgoing { number, dated }),
            is_replaced: earlier.is_replaced,
            verdict,
            verdict_tone,
            asked_again: again,
        }
    }
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    rows: Vec<Row>,
    may_write: bool,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let actor = &caller.account.actor;
    let seen = seeing::now(&state, actor, inquiry_of(&path)?).await?;
    let may_write = gate(&seen.inquiry, actor, CommandName::ReviseDraft).is_ok();
    let found = like::find(&state, actor, &Sketch::of(&seen.dossier), like::MOST).await?;
    let id = seen.dossier.inquiry;
    let facts = Facts {
        head: Head::of(&state, &seen, state.today(), language),
        rows: found.into_iter().map(|one| Row::of(&state, one, Some(id), language)).collect(),
        may_write,
    };
    let title = Words::new("Бұрынғы жауаптар", "Прежние ответы", "Earlier answers");
    let page = Page { template: "earlier", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}
