//! The desk: pages on which texts are written, and what the editor in them asks for.
//!
//! [`working`] hands a text out and takes it back, [`preview`] makes its true pages, [`draft`] is the lead's page and everybody's view of the
//! draft, [`contribution`] a co-executor's page, [`merge`] lays two texts together on the page that [`two`] draws, [`suggestions`] decides on what somebody suggests,
//! [`comments`] is what is said about a text. What is written here is recorded by the ordinary forms only.

mod comments;
mod contribution;
mod draft;
mod merge;
mod preview;
mod suggestions;
mod two;
mod working;

use actix_web::{HttpResponse, HttpResponseBuilder};
use directory::{Actor, Language, Role};
use inquiry::allowed::gate;
use inquiry::refusal::Refusal;
use inquiry::{CommandName, InquiryId, StageName};
use letter::model::Block;
use serde::Serialize;

use super::fields::say;
use super::inquiry::head::Head;
use crate::desk::table::Place;
use crate::office::seeing::{self, Seen};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::{Caller, State};

/// Roles of those who may say something about a draft, or suggest a change of it.
const SPEAKERS: &[Role] = &[Role::Executor, Role::Approver, Role::Signatory];

/// Who writes contributions. Whose ministry has a part in which inquiry, the inquiry decides.
const CONTRIBUTES: Permission = Permission::AnyOf(inquiry::allowed::roles(CommandName::SubmitContribution));

/// What the editor is answered.
const JSON: Answer = Answer { status: 200, means: "What was asked for.", gives: Gives::Bytes("application/json") };

pub(super) fn routes() -> Vec<Route> {
    let mut routes = draft::routes();
    routes.extend(contribution::routes());
    routes.extend(working::routes());
    routes.extend(preview::routes());
    routes.extend(merge::routes());
    routes.extend(suggestions::routes());
    routes.extend(comments::routes());
    routes
}

/// A text for reading, as the partial for blocks takes it: by a context of its own, because a parameter named `blocks` would hide those of every
/// list inside it.
#[derive(Debug, Serialize)]
struct Read {
    blocks: Vec<Block>,
}

/// Somebody at a desk.
struct Visit {
    state: State,
    caller: Caller,
    language: Language,
}

impl Visit {
    fn actor(&self) -> &Actor {
        &self.caller.account.actor
    }

    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    async fn seen(&self, id: InquiryId) -> Result<Seen, Problem> {
        seeing::now(&self.state, self.actor(), id).await
    }

    fn head(&self, seen: &Seen) -> Head {
        Head::of(&self.state, seen, self.state.today(), self.language)
    }

    fn may(&self, seen: &Seen, command: CommandName) -> bool {
        gate(&seen.inquiry, self.actor(), command).is_ok()
    }

    fn answer(
        &self,
        start: HttpResponseBuilder,
        template: &'static str,
        title: Words,
        facts: &impl Serialize,
    ) -> Result<HttpResponse, Problem> {
        let page = Page { template, title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, facts)
    }
}

/// Refuses whoever has no say about the draft's text, and everybody once it can no longer be changed.
fn may_speak(seen: &Seen, actor: &Actor) -> Result<(), Problem> {
    if !SPEAKERS.iter().any(|role| actor.has(*role)) {
        return Err(Problem::NotPermitted { needs: SPEAKERS });
    }
    let stage = seen.dossier.stage.name();
    if matches!(stage, StageName::Assigned | StageName::Drafting | StageName::Approval) {
        return Ok(());
    }
    Err(Refusal::WrongStage { command: CommandName::ReviseDraft, stage }.into())
}

/// The desk of the caller's own ministry.
fn own_contribution(seen: &Seen, actor: &Actor) -> Result<Place, Problem> {
    let place = |ministry| seen.dossier.assignment.as_ref()?.place(ministry);
    match &actor.ministry {
        Some(ministry) if actor.has(Role::Executor) && place(ministry) == Some(inquiry::terms::Place::CoExecutor) => {
            Ok(Place::Contribution(ministry.clone()))
        }
        _ => Err(Problem::NotPermitted { needs: inquiry::allowed::roles(CommandName::SubmitContribution) }),
    }
}
