//! Forms that lose nothing: what was typed stands in them again, and `keep.js` puts it away while it is being typed.
//!
//! A page opens a form with [`Opened`]; whoever takes a form that was sent calls [`hold`] before anything else, and [`done`] when its
//! command was recorded.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use inquiry::InquiryId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ONWARD;
use super::fields::{Form, Typed};
use crate::address::query;
use crate::kept::{self, FIELD, Kept, Mark, Place, Saved, Typing};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::state::AppState;
use crate::time::local;
use crate::{Caller, State};

const KEPT: Answer = Answer { status: 200, means: "It is kept.", gives: Gives::Bytes("application/json") };

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/kept", "keep_form", Permission::SignedIn, keep)
            .summary("Keeps what is typed into a form; nothing is sent by it.")
            .form()
            .answer(KEPT),
        Route::post("/kept/discard", "discard_kept_form", Permission::SignedIn, discard)
            .summary("Throws away what was kept of a form.")
            .form()
            .answer(ONWARD),
    ]
}

/// What a form says of a text that stands in it from before, or that could stand in it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Notice {
    /// When what stands in it was typed; none: it stands empty.
    at: Option<Timestamp>,
    /// It was sent when the session was over.
    unsent: bool,
    /// Where to throw it away.
    discard: String,
    /// The same form without it; the text stays kept.
    empty: String,
    /// What else was typed at this place, in another tab.
    others: Vec<Other>,
    /// Where to throw all of it away, where that is more than one.
    discard_all: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Other {
    at: Timestamp,
    href: String,
    discard: String,
}

/// Which of the kept texts a page is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// A row; `none` for an empty form; the one written last when nothing is said.
    kept: Option<String>,
}

impl Asked {
    /// Whatever was written last.
    pub(super) const fn last() -> Self {
        Self { kept: None }
    }
}

/// What stands in a form that is opened.
pub(super) struct Opened {
    place: Place,
    chosen: Option<Kept>,
    others: Vec<Kept>,
}

impl Opened {
    /// A form by itself.
    ///
    /// # Errors
    /// The database cannot.
    pub(super) async fn at(state: &AppState, caller: &Caller, place: Place, asked: &Asked) -> Result<Self, Problem> {
        let all = kept::first_at(&state.pool, caller.account.id, &place).await?;
        Ok(Self::of(place, all, asked.kept.as_deref()))
    }

    fn of(place: Place, mut all: Vec<Kept>, asked: Option<&str>) -> Self {
        let chosen = match asked {
            None => all.iter().position(|kept| !kept.passed),
            Some("none") => None,
            Some(slot) => all.iter().position(|kept| kept.mark.slot.to_string() == slot).or(Some(0)),
        };
        let chosen = chosen.filter(|n| *n < all.len()).map(|n| all.remove(n));
        Self { place, chosen, others: all }
    }

    /// What was typed, for whatever has to be known before the form is built.
    pub(super) fn typed(&self) -> Typed {
        Typed(self.chosen.iter().flat_map(|kept| kept.fields.iter().cloned()).collect())
    }

    /// What the form says of it; nothing where nothing is kept.
    pub(super) fn notice(&self) -> Option<Notice> {
        if self.chosen.is_none() && self.others.is_empty() {
            return None;
        }
        let at = |pairs: &[(&str, &str)], path: &str| format!("{path}?{}", query(pairs));
        let place = self.place.to_string();
        let discard = |slot: &str| at(&[("place", &place), ("slot", slot)], "/kept/discard");
        let slot = self.chosen.as_ref().map_or_else(String::new, |kept| kept.mark.slot.to_string());
        let other = |kept: &Kept| {
            let slot = kept.mark.slot.to_string();
            Other { at: kept.saved_at, href: at(&[("kept", &slot)], &place), discard: discard(&slot) }
        };
        let is_more_than_one = usize::from(self.chosen.is_some()) + self.others.len() > 1;
        Some(Notice {
            at: self.chosen.as_ref().map(|kept| kept.saved_at),
            unsent: self.chosen.as_ref().is_some_and(|kept| kept.unsent),
            discard: discard(&slot),
            empty: at(&[("kept", "none")], &place),
            others: self.others.iter().map(other).collect(),
            discard_all: is_more_than_one.then(|| at(&[("place", &place), ("all", "yes")], "/kept/discard")),
        })
    }

    /// The row that the opened form writes.
    pub(super) fn mark(&self) -> Mark {
        self.chosen.as_ref().map_or_else(Mark::new, |kept| kept.mark)
    }

    /// The form with what was typed, on the version that it was typed for.
    pub(super) fn into_form(self, form: Form) -> Form {
        let Some(notice) = self.notice().filter(|_| form.keeps) else { return form };
        let typed = self.typed();
        let Some(chosen) = self.chosen else { return Form { kept: Some(notice), ..form } };
        let form = form.refill(&typed);
        let version = typed.get("version").parse().unwrap_or(form.version);
        Form { version, mark: chosen.mark.to_string(), kept: Some(notice), ..form }
    }
}

/// What is kept for the forms of one inquiry.
pub(super) struct OfInquiry {
    inquiry: InquiryId,
    kept: HashMap<String, Vec<Kept>>,
}

impl OfInquiry {
    /// Looked up at once for the whole page.
    ///
    /// # Errors
    /// The database cannot.
    pub(super) async fn load(state: &AppState, caller: &Caller, inquiry: InquiryId) -> Result<Self, Problem> {
        let mut kept: HashMap<String, Vec<Kept>> = HashMap::new();
        for one in kept::below(&state.pool, caller.account.id, inquiry).await? {
            kept.entry(one.place.clone()).or_default().push(one);
        }
        Ok(Self { inquiry, kept })
    }

    /// What stands in the form of a command.
    pub(super) fn opened(&mut self, command: inquiry::CommandName) -> Opened {
        let place = Place::Command(self.inquiry, command);
        Opened::of(place, self.kept.remove(&place.to_string()).unwrap_or_default(), None)
    }
}

/// What was held of a form that somebody sent: its row before and after.
pub(super) struct Held {
    place: Place,
    before: Mark,
    now: Mark,
}

impl Held {
    /// The row that is written next.
    pub(super) const fn mark(&self) -> Mark {
        self.now
    }

    /// The form as it is given back writes the same row.
    pub(super) fn marked(held: Option<&Self>, form: Form) -> Form {
        match held {
            Some(held) => Form { mark: held.now.to_string(), ..form },
            None => form,
        }
    }
}

/// Keeps a form that was sent before anything is done about it: whatever happens now, its text is there. A form that is not kept at all
/// (it says so by having no mark) is none; that the database cannot keep it stops nobody.
pub(super) async fn hold(state: &AppState, caller: &Caller, place: Place, typed: &Typed) -> Option<Held> {
    let before: Mark = typed.get(FIELD).parse().ok()?;
    let typing = Typing { account: caller.account.id, place: &place, mark: before, fields: &typed.0, unsent: false };
    match kept::save(&state.pool, &typing, state.wall.now()).await {
        Ok(Saved::Kept(now) | Saved::Nothing(now)) => Some(Held { place, before, now }),
        Ok(Saved::Gone) => Some(Held { place, before, now: before }),
        Err(error) => {
            tracing::warn!(error = %error, "a form that was sent could not be kept");
            None
        }
    }
}

/// The command was recorded. That its text stays kept would be a nuisance and no fault.
pub(super) async fn done(state: &AppState, caller: &Caller, held: Option<Held>) {
    let Some(Held { place, before, now }) = held else { return };
    let slots = [before.slot, now.slot];
    let account = caller.account.id;
    let mut forgotten = kept::forget(&state.pool, account, &place, &slots, state.wall.now()).await;
    if forgotten.is_ok() && is_said_once(&place) {
        forgotten = kept::pass(&state.pool, account, &place).await;
    }
    if let Err(error) = forgotten {
        tracing::warn!(error = %error, "a form that was recorded could not be forgotten");
    }
}

/// Is whatever stands in another form of this place another wording of what was recorded? Two registrations are two inquiries.
const fn is_said_once(place: &Place) -> bool {
    match place {
        Place::Registration => false,
        Place::Command(..) | Place::Approval(_) | Place::Signing(_) => true,
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Where {
    place: String,
    slot: Option<Uuid>,
    /// `yes`: whatever is kept there.
    all: Option<String>,
}

fn place_of(text: &str) -> Result<Place, Problem> {
    text.parse().map_err(|_| Problem::BadParameter {
        name: "place",
        expected: Words::new("Нысанның мекенжайы.", "Адрес формы.", "The address of a form."),
    })
}

/// What `keep.js` is told.
#[derive(Debug, Serialize)]
struct KeptBody {
    /// What the form carries from now on; none: its command was recorded, nothing more is kept.
    mark: Option<String>,
    /// The time of day, to be shown; none where nothing was there to be kept.
    at: Option<String>,
}

async fn keep(
    state: State,
    caller: Caller,
    at: web::Query<Where>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let place = place_of(&at.place)?;
    let typed = Typed(typed);
    let mark = typed.get(FIELD).parse();
    let mark = mark.map_err(|_| Problem::BadForm { hint: "the form has no mark".to_owned() })?;
    let typing = Typing { account: caller.account.id, place: &place, mark, fields: &typed.0, unsent: false };
    let now = state.wall.now();
    let at = local(now).strftime("%H:%M").to_string();
    let body = match kept::save(&state.pool, &typing, now).await? {
        Saved::Kept(mark) => KeptBody { mark: Some(mark.to_string()), at: Some(at) },
        Saved::Nothing(mark) => KeptBody { mark: Some(mark.to_string()), at: None },
        Saved::Gone => KeptBody { mark: None, at: None },
    };
    Ok(HttpResponse::Ok().json(body))
}

async fn discard(state: State, caller: Caller, at: web::Query<Where>) -> Result<HttpResponse, Problem> {
    let place = place_of(&at.place)?;
    if at.all.is_some() {
        kept::forget_all(&state.pool, caller.account.id, &place, state.wall.now()).await?;
    } else if let Some(slot) = at.slot {
        kept::forget(&state.pool, caller.account.id, &place, &[slot], state.wall.now()).await?;
    }
    let place = format!("{place}?kept=none");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
}
