//! The journal's heads as they were signed last, and the places outside where they lie.

use directory::Language;
use eventstore::{PlaceKind, PlaceState, SignedHead};
use jiff::Timestamp;
use serde::Serialize;

use crate::office::unread;
use crate::problem::Problem;
use crate::screens::fields::say;
use crate::state::AppState;

/// What the page says of heads.
#[derive(Debug, Serialize)]
pub(super) struct Outside {
    signed: Option<Signed>,
    places: Vec<Row>,
}

/// A signed head, in words and hashes.
#[derive(Debug, Serialize)]
pub(super) struct Signed {
    block: i64,
    position: i64,
    at: String,
    key: String,
    root: Option<String>,
}

impl Signed {
    pub(super) fn of(head: &SignedHead) -> Self {
        Self {
            block: head.block,
            position: head.position,
            at: head.signed.to_string(),
            key: head.public_key.id().to_string(),
            root: head.root.map(hex::encode),
        }
    }
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    kind: String,
    /// The last block that lies there.
    block: Option<i64>,
    at: Option<String>,
    state: String,
    tone: &'static str,
    error: Option<String>,
    next: Option<String>,
}

impl Outside {
    pub(super) async fn of(state: &AppState, language: Language) -> Result<Self, Problem> {
        let signed = state.journal.newest_signed_head().await.map_err(unread)?;
        let places = state.journal.places().await.map_err(unread)?;
        let (now, newest) = (state.clock.now(), signed.as_ref().map_or(0, |head| head.block));
        Ok(Self {
            signed: signed.as_ref().map(Signed::of),
            places: places.into_iter().map(|place| row(place, newest, now, language)).collect(),
        })
    }
}

fn row(place: PlaceState, newest: i64, now: Timestamp, language: Language) -> Row {
    let t = |kk, ru, en| say(language, kk, ru, en);
    let kind = match place.kind {
        PlaceKind::File => t("файл", "файл", "file"),
        PlaceKind::Mail => t("пошта", "почта", "mail"),
        PlaceKind::Webhook => t("веб-мекенжай", "веб-адрес", "web address"),
    };
    let (state, tone) = match &place.error {
        Some(_) if place.is_silent(now) => {
            (t("бір тәулік бойы жетпей тұр", "не доходит уже сутки", "has got nothing for a day"), "bad")
        }
        Some(_) => (t("жетпеді, қайталанады", "не дошла, будет повтор", "not delivered, to be tried again"), "warn"),
        None if place.block == 0 => (t("әлі жіберілмеген", "ещё не отправлялась", "nothing sent yet"), "mute"),
        None if place.block < newest => (t("кейінгісі кезекте", "следующая в очереди", "the next one waits"), "info"),
        // A mail lies in the queue first, and the page of the outbox says how it goes.
        None if place.kind == PlaceKind::Mail => {
            (t("поштаға берілді", "передана почте", "handed over to the mail"), "ok")
        }
        None => (t("жарияланды", "опубликована", "published"), "ok"),
    };
    Row {
        name: place.place,
        kind,
        block: (place.block > 0).then_some(place.block),
        at: place.published_at.map(|at| at.to_string()),
        state,
        tone,
        next: place.error.is_some().then(|| place.next_at.to_string()),
        error: place.error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(error: Option<&str>, failing_since: Option<i64>) -> PlaceState {
        let at = |second| Timestamp::from_second(second).unwrap();
        PlaceState {
            place: "file:/x".to_owned(),
            kind: PlaceKind::File,
            block: 7,
            published_at: Some(at(0)),
            looked_at: at(0),
            next_at: at(0),
            failures: 0,
            failing_since: failing_since.map(at),
            error: error.map(str::to_owned),
        }
    }

    #[test]
    fn a_place_that_has_got_nothing_for_a_day_is_told_apart_from_one_that_failed_once() {
        let tone = |place, now| row(place, 7, Timestamp::from_second(now).unwrap(), Language::Kk).tone;
        assert_eq!(tone(place(None, None), 0), "ok");
        assert_eq!(tone(place(Some("full"), Some(0)), 86_399), "warn");
        assert_eq!(tone(place(Some("full"), Some(0)), 86_400), "bad");
        assert_eq!(row(place(None, None), 9, Timestamp::UNIX_EPOCH, Language::En).state, "the next one waits");
    }
}
