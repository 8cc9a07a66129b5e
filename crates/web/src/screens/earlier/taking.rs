//! Taking over: chosen paragraphs of an answer that was sent go behind the working text of a draft, each with the name of where it came from.

use std::collections::BTreeSet;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::Language;
use inquiry::allowed::gate;
use inquiry::{CommandName, InquiryId};
use letter::provenance::Sourced;

use super::super::fields::Typed;
use super::super::inquiry::inquiry_of;
use super::super::{ONWARD, PAGE};
use super::answer::{self, AGAIN, Choice, Draft, Shown, WRITING, chosen};
use crate::desk::standing::standing;
use crate::desk::table::{self, New, Place};
use crate::office::earlier::{self, Answer, MOST, Paragraph};
use crate::office::seeing::{self, Seen};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

/// So often the text of now is looked at, where somebody else writes in it meanwhile.
const TRIES: usize = 2;

/// Whoever writes drafts.
const WRITES: Permission = Permission::AnyOf(inquiry::allowed::roles(CommandName::ReviseDraft));

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/inquiries/{id}/draft/earlier", "take_over_by_form", WRITES, take)
            .summary("Puts paragraphs of an earlier answer behind the working text, with where they came from.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

async fn take(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(typed);
    let (id, actor) = (inquiry_of(&path)?, &caller.account.actor);
    may_write(&state, &caller, id).await?;
    let from: InquiryId = inquiry_of(typed.get("from"))?;
    let other = seeing::now(&state, actor, from).await?;
    let all = earlier::answers(&other)?;
    let answer = chosen(&all, typed.get("letter"))?;
    let places: Vec<u32> = typed.all("paragraph").into_iter().filter_map(|place| place.parse().ok()).collect();
    let mut taken: Vec<Paragraph> = answer.paragraphs(&other)?;
    taken.retain(|one| places.contains(&one.answer.paragraph));
    taken.truncate(MOST);
    let taking = Taking { state: &state, caller: &caller, language, typed: &typed, id, other: &other, answer, taken };
    if taking.taken.is_empty() {
        return taking.told(answer::draft(&state, &caller, id).await?, Choice::Empty).await;
    }
    // Whoever takes over while somebody else writes is not sent away: what was written meanwhile is looked at, and the paragraphs go behind it.
    for _ in 0..TRIES {
        match taking.once().await {
            Err(Problem::Stale { .. }) => {}
            done => return done,
        }
    }
    taking.told(answer::draft(&state, &caller, id).await?, Choice::Missed(taking.places())).await
}

/// The inquiry, for whoever may write its draft.
async fn may_write(state: &State, caller: &Caller, id: InquiryId) -> Result<Seen, Problem> {
    let actor = &caller.account.actor;
    let seen = seeing::now(state, actor, id).await?;
    gate(&seen.inquiry, actor, CommandName::ReviseDraft)?;
    Ok(seen)
}

/// Paragraphs of an answer that somebody wants in a draft.
struct Taking<'a> {
    state: &'a State,
    caller: &'a Caller,
    language: Language,
    typed: &'a Typed,
    /// Whose draft it is.
    id: InquiryId,
    other: &'a Seen,
    answer: &'a Answer,
    taken: Vec<Paragraph>,
}

impl Taking<'_> {
    fn places(&self) -> BTreeSet<u32> {
        self.taken.iter().map(|one| one.answer.paragraph).collect()
    }

    /// The page with what became of the choice.
    async fn told(&self, draft: Option<Draft>, choice: Choice) -> Result<HttpResponse, Problem> {
        let letter = self.answer.letter.pdf.to_string();
        let shown = Shown { letter: &letter, draft, choice };
        answer::shown(self.state, self.caller, self.language, self.other, shown).await
    }

    /// Puts them behind the working text as it stands now, or says why not.
    ///
    /// # Errors
    /// [`Problem::Stale`] where somebody wrote between the look and the writing.
    async fn once(&self) -> Result<HttpResponse, Problem> {
        let (state, id) = (self.state, self.id);
        let seen = may_write(state, self.caller, id).await?;
        let standing = standing(state, &seen, &Place::Draft).await?;
        // A text that was begun from another version is laid together with it first.
        if standing.is_behind() {
            return Ok(on_to(format!("/inquiries/{id}/draft/merge")));
        }
        // What stands in the text already is taken once more by a second press, which says that it was told, and of which writing: a third press of the
        // same button finds another one.
        let there = earlier::standing_in(&standing.text.words, &self.taken);
        let told: BTreeSet<u32> = self.typed.get(AGAIN).split(", ").filter_map(|place| place.parse().ok()).collect();
        let is_told = self.typed.get(WRITING).parse() == Ok(standing.revision);
        if there.keys().any(|place| !is_told || !told.contains(place)) {
            return self.told(Some(Draft::of(&seen, standing)), Choice::Standing(self.places())).await;
        }
        let taken = self.taken.iter().map(|one| (Some(one.source.clone()), one.body.clone()));
        let behind = Sourced::consolidated(taken);
        let text = standing.text.followed_by(&behind);
        let (body, by) = (text.to_value(), &self.caller.account.actor.name);
        let new = New { base: standing.base, body: &body, by, at: state.wall.now() };
        table::keep(state, id, &Place::Draft, standing.revision, new).await?;
        Ok(on_to(format!("/inquiries/{id}/draft?taken={}", self.taken.len())))
    }
}

fn on_to(place: String) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}
