//! `/inquiries/{id}/draft/suggestions`: what people suggest in the draft, settled by a form: one, all of one author, or all that the page showed.
//! Whoever may write the draft accepts and refuses; whoever suggested something takes it back. In the editor the same is done without this page.

use std::collections::BTreeSet;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use inquiry::CommandName;
use letter::rich::suggested::Fate;
use serde::Serialize;

use super::super::ONWARD;
use super::super::fields::Typed;
use super::super::inquiry::inquiry_of;
use super::super::wording::People;
use super::{Visit, may_speak};
use crate::desk::standing::{Standing, standing};
use crate::desk::table::{self, New, Place};
use crate::desk::text::Text;
use crate::office::seeing::Seen;
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// How often a text is read anew because somebody was faster: settling a suggestion goes over no words that anybody chose otherwise.
const TRIES: usize = 5;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/inquiries/{id}/draft/suggestions", "settle_suggestions_by_form", STAFF, send)
            .summary("Accepts or refuses what is suggested in the draft as it is being written, or takes the caller's own suggestion back.")
            .form()
            .answer(ONWARD),
    ]
}

/// What somebody may do about suggestions.
pub(super) struct Hand<'a> {
    /// The account.
    pub own: &'a str,
    /// Accept and refuse them.
    pub may_settle: bool,
    /// Suggest, and take back what they suggested.
    pub may_speak: bool,
}

/// A suggestion on the page.
#[derive(Debug, Serialize)]
pub(super) struct Suggested {
    id: String,
    by: String,
    name: String,
    at: Option<String>,
    before: String,
    deleted: String,
    inserted: String,
    behind: String,
    may_settle: bool,
    /// It is the reader's own and theirs to take back.
    may_withdraw: bool,
}

/// What waits in a text, in its order.
pub(super) fn of(text: &Text, people: &People, hand: &Hand<'_>) -> Vec<Suggested> {
    let shown = |one: letter::rich::suggested::Suggestion| {
        let author = text.author(&one.id);
        let by = author.map_or("", |author| author.by.as_str());
        Suggested {
            name: people.name(by).to_owned(),
            by: by.to_owned(),
            at: author.map(|author| author.at.to_string()),
            before: one.before,
            deleted: one.deleted,
            inserted: one.inserted,
            behind: one.behind,
            may_settle: hand.may_settle,
            may_withdraw: !hand.may_settle && hand.may_speak && by == hand.own,
            id: one.id,
        }
    };
    text.suggestions().into_iter().map(shown).collect()
}

/// Suggestions that can be settled together.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    /// Whose they are; none: everybody's.
    name: Option<String>,
    ids: Vec<String>,
}

/// All of each author where there are several, and all where there is more than one.
pub(super) fn groups(all: &[Suggested]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for one in all {
        match groups.iter_mut().find(|group| group.name.as_ref() == Some(&one.name)) {
            Some(group) => group.ids.push(one.id.clone()),
            None => groups.push(Group { name: Some(one.name.clone()), ids: vec![one.id.clone()] }),
        }
    }
    if groups.len() < 2 {
        groups.clear();
    }
    if all.len() > 1 {
        groups.push(Group { name: None, ids: all.iter().map(|one| one.id.clone()).collect() });
    }
    groups
}

fn gone() -> Problem {
    Problem::NotThereYet {
        what: Words::new(
            "Бұл ұсынылған түзету жоқ: ол шешілген не қайтып алынған.",
            "Этой правки нет: её уже рассмотрели или отозвали.",
            "This suggestion is not there: it was decided on or taken back.",
        ),
    }
}

/// Which suggestions a form is about, and what becomes of them.
fn asked(typed: &Typed) -> Result<(BTreeSet<String>, Fate), Problem> {
    let fate = match typed.get("do") {
        "accept" => Fate::Accept,
        "refuse" => Fate::Refuse,
        _ => return Err(Problem::BadForm { hint: "the form does not say what to do".to_owned() }),
    };
    let ids = typed.0.iter().filter(|(name, _)| name == "id").map(|(_, id)| id.clone()).collect();
    Ok((ids, fate))
}

/// Refuses whoever would settle what is not theirs to settle.
fn may_settle(visit: &Visit, seen: &Seen, text: &Text, ids: &BTreeSet<String>, fate: Fate) -> Result<(), Problem> {
    let Err(refused) = inquiry::allowed::gate(&seen.inquiry, visit.actor(), CommandName::ReviseDraft) else {
        return Ok(());
    };
    may_speak(seen, visit.actor())?;
    let is_own = |id: &String| text.author(id).is_none_or(|author| author.by == visit.actor().name);
    if fate == Fate::Refuse && ids.iter().all(is_own) { Ok(()) } else { Err(refused.into()) }
}

async fn settle(visit: &Visit, seen: &Seen, ids: &BTreeSet<String>, fate: Fate) -> Result<(), Problem> {
    let Standing { text, base, revision, .. } = standing(&visit.state, seen, &Place::Draft).await?;
    may_settle(visit, seen, &text, ids, fate)?;
    if !text.suggestions().iter().any(|one| ids.contains(&one.id)) {
        return Err(gone());
    }
    let body = text.settled(|id| ids.contains(id).then_some(fate))?.to_value();
    let new = New { base, body: &body, by: &visit.actor().name, at: visit.state.wall.now() };
    table::keep(&visit.state, seen.dossier.inquiry, &Place::Draft, revision, new).await.map(drop)
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let id = inquiry_of(&path)?;
    let seen = visit.seen(id).await?;
    let typed = Typed(typed);
    let (ids, fate) = asked(&typed)?;
    let mut tries = TRIES;
    loop {
        match settle(&visit, &seen, &ids, fate).await {
            Ok(()) => break,
            Err(Problem::Stale { .. }) if tries > 0 => tries -= 1,
            Err(problem) => return Err(problem),
        }
    }
    let suggesting = if typed.get("mode") == "suggest" { "?suggest=yes" } else { "" };
    let place = format!("/inquiries/{id}/draft{suggesting}#panel-suggestions");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
}
