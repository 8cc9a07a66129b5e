//! Taking over: chosen paragraphs of an answer that was sent go behind the working text of a draft, each with the name of where it came from.

use std::collections::BTreeSet;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use inquiry::allowed::gate;
use inquiry::{CommandName, InquiryId};
use letter::provenance::Sourced;

use super::super::fields::Typed;
use super::super::inquiry::inquiry_of;
use super::super::{ONWARD, PAGE};
use super::answer::{self, AGAIN, Choice, Draft, Shown, WRITING, chosen};
use crate::desk::standing::standing;
use crate::desk::table::{self, New, Place};
use crate::office::earlier::{self, MOST, Paragraph};
use crate::office::seeing;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

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
    let seen = seeing::now(&state, actor, id).await?;
    gate(&seen.inquiry, actor, CommandName::ReviseDraft)?;
    let from: InquiryId = inquiry_of(typed.get("from"))?;
    let other = seeing::now(&state, actor, from).await?;
    let all = earlier::answers(&other)?;
    let answer = chosen(&all, typed.get("letter"))?;
    let places: Vec<u32> = typed.all("paragraph").into_iter().filter_map(|place| place.parse().ok()).collect();
    let mut taken: Vec<Paragraph> = answer.paragraphs(&other)?;
    taken.retain(|one| places.contains(&one.answer.paragraph));
    taken.truncate(MOST);
    if taken.is_empty() {
        let (letter, draft) = (answer.letter.pdf.to_string(), answer::draft(&state, &caller, id).await?);
        let shown = Shown { letter: &letter, draft, choice: Choice::Empty };
        return answer::shown(&state, &caller, language, &other, shown).await;
    }
    let standing = standing(&state, &seen, &Place::Draft).await?;
    // A text that was begun from another version is laid together with it first.
    if standing.is_behind() {
        return Ok(on_to(format!("/inquiries/{id}/draft/merge")));
    }
    // What stands in the text already is taken once more by a second press, which says that it was told, and of which writing: a third press of the same
    // button finds another one.
    let there = earlier::standing_in(&standing.text.words, &taken);
    let told: BTreeSet<u32> = typed.get(AGAIN).split(", ").filter_map(|place| place.parse().ok()).collect();
    let is_told = typed.get(WRITING).parse() == Ok(standing.revision);
    if there.keys().any(|place| !is_told || !told.contains(place)) {
        let choice = Choice::Standing(taken.iter().map(|one| one.answer.paragraph).collect());
        let letter = answer.letter.pdf.to_string();
        let shown = Shown { letter: &letter, draft: Some(Draft::of(&seen, standing)), choice };
        return answer::shown(&state, &caller, language, &other, shown).await;
    }
    let count = taken.len();
    let behind = Sourced::consolidated(taken.into_iter().map(|one| (Some(one.source), one.body)));
    let text = standing.text.followed_by(&behind);
    let (body, by) = (text.to_value(), &actor.name);
    let new = New { base: standing.base, body: &body, by, at: state.wall.now() };
    table::keep(&state, id, &Place::Draft, standing.revision, new).await?;
    Ok(on_to(format!("/inquiries/{id}/draft?taken={count}")))
}

fn on_to(place: String) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}
