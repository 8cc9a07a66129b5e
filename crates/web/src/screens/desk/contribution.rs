//! `/inquiries/{id}/contribution`: a co-executor's contribution in writing, with the questions beside it and what the lead sent it back for on top.

use actix_web::{HttpResponse, web};
use inquiry::CommandName;
use inquiry::state::ContributionStatus;
use letter::markdown;
use serde::Serialize;

use super::super::PAGE;
use super::super::commands::build::Desk;
use super::super::commands::written::lying;
use super::super::fields::Form;
use super::super::inquiry::head::Head;
use super::super::inquiry::inquiry_of;
use super::super::inquiry::joined::Joined;
use super::super::wording::{self, Due, People};
use super::{CONTRIBUTES, Read, Visit, own_contribution};
use crate::desk::standing::standing;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inquiries/{id}/contribution", "contribution_page", CONTRIBUTES, page)
            .summary("The contribution of the caller's ministry in writing, with the inquiry's questions beside it.")
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    may_write: bool,
    /// How the last contribution stands.
    stands: Option<Stands>,
    /// What the lead sent the last one back for.
    returned: Option<String>,
    /// What the ministry was asked for.
    task: Option<String>,
    due: Option<Due>,
    /// A contribution was sent that this text does not know.
    is_behind: bool,
    form: Option<Form>,
    text: Read,
    questions: Vec<String>,
    /// What those that joined it ask.
    joined: Vec<Joined>,
    question_language: &'static str,
}

#[derive(Debug, Serialize)]
struct Stands {
    words: String,
    tone: &'static str,
    version: u32,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let seen = visit.seen(inquiry_of(&path)?).await?;
    let place = own_contribution(&seen, visit.actor())?;
    let people = People::of(&visit.state).await?;
    let standing = standing(&visit.state, &seen, &place).await?;
    let dossier = &seen.dossier;
    let ministry = visit.actor().ministry.as_ref();
    let own = ministry.and_then(|ministry| dossier.contribution(ministry));
    let part = dossier.assignment.as_ref().into_iter().flat_map(|known| &known.co_executors);
    let part = part.into_iter().find(|co| Some(&co.ministry) == ministry);
    let is_accepted = own.is_some_and(|own| own.status == ContributionStatus::Accepted);
    let may_write = visit.may(&seen, CommandName::SubmitContribution) && !is_accepted;
    let desk = Desk {
        state: &visit.state,
        seen: &seen,
        actor: visit.actor(),
        people: &people,
        language,
        today: visit.state.today(),
        pdf_sha256: None,
        loads: None,
    };
    let mut form = if may_write && !standing.is_behind() {
        desk.form(CommandName::SubmitContribution, &lying(standing.revision))
    } else {
        None
    };
    if standing.revision > 0 {
        form = form.map(|form| form.put("body", markdown::write_typed(&standing.text.words).trim_end()));
    }
    let facts = Facts {
        head: visit.head(&seen),
        may_write,
        stands: own.map(|own| {
            let (words, tone) = wording::contribution(&own.status, language);
            Stands { words, tone, version: own.version }
        }),
        returned: own.and_then(|own| match &own.status {
            ContributionStatus::Returned { reason } => Some(reason.clone()),
            ContributionStatus::Submitted | ContributionStatus::Accepted => None,
        }),
        task: part.map(|co| co.task.clone()),
        due: part.map(|co| Due::of(co.due, visit.state.today(), may_write, language)),
        is_behind: standing.is_behind(),
        form,
        text: Read { blocks: standing.text.words.body.blocks },
        questions: dossier.intake.questions.iter().map(|question| question.text.clone()).collect(),
        joined: Joined::of(&visit.state, visit.actor(), dossier, dossier).await?,
        question_language: dossier.intake.language.code(),
    };
    let title = Words::new("Министрлік ұсынысы", "Предложение министерства", "The ministry's contribution");
    visit.answer(HttpResponse::Ok(), "contribution", title, &facts)
}
