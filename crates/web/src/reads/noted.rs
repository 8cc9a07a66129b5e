//! The row that a request and its answer leave.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::{HttpMessage as _, HttpRequest, web};
use inquiry::InquiryId;
use jiff::Timestamp;
use uuid::Uuid;

use super::looks::Looks;
use crate::doors::RequestId;
use crate::doors::caller::{Caller, Through, address_of};
use crate::permission::Permission;
use crate::routes::Route;
use crate::state::AppState;

/// The most characters of a question that are kept.
const LONGEST: usize = 1_000;

/// One look, refusal, or step through the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// When, by the doors' clock.
    pub at: Timestamp,
    /// The request's number.
    pub request: Uuid,
    /// Who; none: nobody was signed in.
    pub account: Option<String>,
    /// By what they came in: `session` or `token`.
    pub through: Option<&'static str>,
    /// From where.
    pub address: String,
    /// The route's name.
    pub route: &'static str,
    /// At which inquiry.
    pub inquiry: Option<InquiryId>,
    /// What was asked of a list, or which file of an inquiry.
    pub question: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a look ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was shown; at the door: they came in, or went.
    Done,
    /// It was refused.
    Refused,
    /// There is no such thing, or not for whoever asked.
    Absent,
    /// We failed, or the question could not be understood.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Done, Self::Refused, Self::Absent, Self::Failed];

    /// The stored name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Absent => "absent",
            Self::Failed => "failed",
        }
    }

    /// The outcome of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => Self::Refused,
            StatusCode::NOT_FOUND | StatusCode::GONE => Self::Absent,
            status if status.is_client_error() || status.is_server_error() => Self::Failed,
            _ => Self::Done,
        }
    }
}

/// What only a handler knows of a look: left in the request, it stands in the row.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// The name that was typed at the door.
    pub account: Option<String>,
    /// The inquiry that the address does not name.
    pub inquiry: Option<InquiryId>,
}

/// Leaves word of what the address does not say.
pub fn note(request: &HttpRequest, note: Note) {
    request.extensions_mut().insert(note);
}

/// The row; none where there is nothing to tell.
pub(super) fn reading(
    state: &AppState,
    answered: &ServiceResponse<BoxBody>,
    route: &'static Route,
    looks: Looks,
) -> Option<Reading> {
    let request = answered.request();
    let caller = request.extensions().get::<Caller>().cloned();
    let note = request.extensions().get::<Note>().cloned().unwrap_or_default();
    let is_refusal = caller.is_some() && answered.status() == StatusCode::FORBIDDEN;
    let is_told = match looks {
        Looks::Nothing => is_refusal,
        Looks::Door => true,
        // Somebody who is sent to the door has seen nothing.
        Looks::List | Looks::Page | Looks::Bytes => caller.is_some() || route.permission == Permission::Public,
    };
    if !is_told {
        return None;
    }
    let id = request.extensions().get::<RequestId>().map_or_else(Uuid::new_v4, |id| id.0);
    Some(Reading {
        at: state.wall.now(),
        request: id,
        through: caller.as_ref().map(|caller| match caller.through {
            Through::Token => "token",
            Through::Session(_) => "session",
        }),
        account: caller.map(|caller| caller.account.actor.name.clone()).or(note.account),
        address: address_of(request),
        route: route.name.as_str(),
        inquiry: inquiry_in(&route.path, request.path()).or(note.inquiry),
        question: if route.permission == Permission::Public { None } else { question(request) },
        outcome: Outcome::of(answered.status()),
    })
}

/// The inquiry that a path names. Taken from the path itself: a request that is refused at the door has not been led to its handler.
fn inquiry_in(pattern: &str, path: &str) -> Option<InquiryId> {
    let place = pattern.split('/').position(|part| part == "{id}")?;
    path.split('/').nth(place)?.parse().ok()
}

/// What was asked: the parameters of path and query that are not empty. Of a public address nothing is kept: its path is the key.
fn question(request: &HttpRequest) -> Option<String> {
    let path = request.match_info().iter().filter(|(name, _)| *name != "id");
    let mut pairs: Vec<(String, String)> = path.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if let Ok(query) = web::Query::<Vec<(String, String)>>::from_query(request.query_string()) {
        pairs.extend(query.into_inner());
    }
    let told = pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={value}"));
    let text = told.collect::<Vec<_>>().join(" · ");
    // PostgreSQL keeps no U+0000, and nobody reads the others.
    let kept: String = text.chars().filter(|sign| !sign.is_control()).take(LONGEST).collect();
    if kept.is_empty() { None } else { Some(kept) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_question_is_kept_as_it_was_meant_and_not_endlessly() {
        let asked = |address: &str| question(&TestRequest::with_uri(address).to_http_request());
        assert_eq!(asked("/inquiries?q=%D0%94%D0%A1+326&state=&lead=mlsp").as_deref(), Some("q=ДС 326 · lead=mlsp"));
        assert_eq!(asked("/inquiries?q=a%00b%0A").as_deref(), Some("q=ab"));
        assert_eq!(asked("/inquiries?state="), None);
        let long = asked(&format!("/inquiries?q={}", "x".repeat(5_000)));
        assert_eq!(long.map(|text| text.chars().count()), Some(LONGEST));
    }

    #[test]
    fn the_inquiry_is_read_from_the_path() {
        let id = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001";
        let found =
            inquiry_in("/api/v1/inquiries/{id}/commands/sign", &format!("/api/v1/inquiries/{id}/commands/sign"));
        assert_eq!(found.map(|found| found.to_string()).as_deref(), Some(id));
        assert_eq!(inquiry_in("/inquiries", "/inquiries"), None);
        assert_eq!(inquiry_in("/inquiries/{id}", "/inquiries/x"), None);
    }

    #[test]
    fn every_outcome_is_stored_under_a_name() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_code(outcome.code()), Some(outcome));
        }
        for (status, outcome) in [
            (200, Outcome::Done),
            (303, Outcome::Done),
            (304, Outcome::Done),
            (403, Outcome::Refused),
            (404, Outcome::Absent),
            (500, Outcome::Failed),
        ] {
            assert_eq!(StatusCode::from_u16(status).map(Outcome::of).ok(), Some(outcome), "{status}");
        }
    }
}
