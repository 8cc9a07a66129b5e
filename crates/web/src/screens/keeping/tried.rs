//! A form that was sent and not taken is answered with a page of its own address, so that a browser can leave it, go on, and come back: what was typed is
//! kept already, what was said of it is kept beside it.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::fields::{Fault, Typed};
use super::Held;
use crate::Caller;
use crate::address::query;
use crate::kept::{self, Mark, Place};
use crate::problem::Problem;
use crate::state::AppState;

/// What was said of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::screens) struct Tried {
    /// The status of the answer.
    pub status: u16,
    pub faults: Vec<Fault>,
    /// The key of a try whose outcome is not known: sent again, it finds out.
    pub key: Option<String>,
    /// The inquiry that has the number already.
    pub known: Option<String>,
    /// Somebody was faster.
    pub is_late: bool,
    /// The button that was pressed, where it only changes the form.
    pub pressed: Option<(String, String)>,
    /// The fields that were left empty, which are not kept: rows are counted by them.
    pub empty: Vec<String>,
}

impl Tried {
    /// A form that is answered so.
    pub(in crate::screens) fn of(status: StatusCode, faults: Vec<Fault>) -> Self {
        let (key, known, pressed) = (None, None, None);
        Self { status: status.as_u16(), faults, key, known, is_late: false, pressed, empty: Vec::new() }
    }

    /// A button that changes the form and carries nothing out.
    pub(in crate::screens) fn press(name: &str, value: &str) -> Self {
        Self { pressed: Some((name.to_owned(), value.to_owned())), ..Self::of(StatusCode::OK, Vec::new()) }
    }

    /// The beginning of the answer.
    pub(in crate::screens) fn start(&self) -> HttpResponseBuilder {
        HttpResponse::build(StatusCode::from_u16(self.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY))
    }

    /// Keeps it beside the text that was sent, and leads to the page that shows both. None where the text is not kept: then the form is answered at once.
    pub(in crate::screens) async fn onward(
        &self,
        state: &AppState,
        caller: &Caller,
        held: Option<&Held>,
        typed: &Typed,
    ) -> Option<HttpResponse> {
        let held = held?;
        let empty = typed.0.iter().filter(|(_, value)| value.is_empty()).map(|(name, _)| name.clone());
        let said = serde_json::to_value(Self { empty: empty.collect(), ..self.clone() }).ok()?;
        match kept::tell(&state.pool, caller.account.id, held.now, &said).await {
            Ok(true) => {
                let slot = held.now.slot.to_string();
                let place = format!("{}?{}", held.place, query(&[("kept", &slot), ("tried", "yes")]));
                Some(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
            }
            Ok(false) => None,
            Err(error) => {
                tracing::warn!(error = %error, "what was said of a form could not be kept");
                None
            }
        }
    }
}

/// Which page is asked for.
#[derive(Debug, Deserialize)]
pub(in crate::screens) struct Back {
    /// The row of the text.
    kept: Option<String>,
    /// With what was said of it.
    tried: Option<String>,
}

/// A form as it was sent, with what was said of it.
pub(in crate::screens) struct Again {
    pub typed: Typed,
    pub mark: Mark,
    pub tried: Tried,
}

/// What a page is asked to show again; none when it is asked for something else, or something else was typed since.
///
/// # Errors
/// The database cannot.
pub(in crate::screens) async fn again(
    state: &AppState,
    caller: &Caller,
    place: Place,
    back: &Back,
) -> Result<Option<Again>, Problem> {
    let slot = back.kept.as_deref().filter(|_| back.tried.is_some()).and_then(|slot| slot.parse::<Uuid>().ok());
    let Some(slot) = slot else { return Ok(None) };
    let Some((text, said)) = kept::told(&state.pool, caller.account.id, &place, slot).await? else { return Ok(None) };
    let tried: Tried =
        serde_json::from_value(said).map_err(|error| Problem::failure("read what was said of a form", error))?;
    let mut typed = Typed(text.fields);
    typed.0.extend(tried.empty.iter().map(|name| (name.clone(), String::new())));
    typed.0.extend(tried.pressed.clone());
    // The text is kept without its key; what was tried already is known by it.
    typed.0.extend(tried.key.iter().map(|key| ("key".to_owned(), key.clone())));
    Ok(Some(Again { typed, mark: text.mark, tried }))
}
