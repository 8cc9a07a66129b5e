//! What is said about a draft while it is written: comments at words of it, answers, and that one is resolved. Forms of the draft's page.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use inquiry::InquiryId;
use serde::Serialize;
use uuid::Uuid;

use super::super::ONWARD;
use super::super::fields::Typed;
use super::super::inquiry::inquiry_of;
use super::super::wording::People;
use super::{Visit, draft, may_speak};
use crate::desk::comments::{self, Comment};
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/inquiries/{id}/draft/comments", "comment_by_form", STAFF, say)
            .summary("Says something about words of the draft, answers what somebody said, or resolves it.")
            .form()
            .answer(ONWARD),
    ]
}

/// What was written and cannot be taken, with what is wrong with it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Unsaid {
    /// The comment that it answers; empty: a new one.
    thread: String,
    quote: String,
    said: String,
    what: String,
}

/// A comment with its answers.
#[derive(Debug, Serialize)]
pub(super) struct Thread {
    id: String,
    quote: String,
    said: Vec<Line>,
    resolved_by: Option<String>,
    /// Recognises an answer that is sent twice.
    key: String,
    /// An answer that cannot be taken.
    unsaid: Option<Unsaid>,
}

#[derive(Debug, Serialize)]
struct Line {
    name: String,
    at: String,
    said: String,
}

impl Thread {
    pub(super) const fn is_open(&self) -> bool {
        self.resolved_by.is_none()
    }

    /// With the answer, where it is one to this comment.
    pub(super) fn with(self, unsaid: Option<&Unsaid>) -> Self {
        let unsaid = unsaid.filter(|unsaid| unsaid.thread == self.id).cloned();
        Self { unsaid, ..self }
    }
}

impl Unsaid {
    pub(super) const fn is_new(&self) -> bool {
        self.thread.is_empty()
    }
}

/// Every thread of an inquiry, open ones first.
pub(super) async fn threads(visit: &Visit, id: InquiryId, people: &People) -> Result<Vec<Thread>, Problem> {
    let line = |comment: &Comment| Line {
        name: people.name(&comment.by).to_owned(),
        at: comment.at.to_string(),
        said: comment.said.clone(),
    };
    let mut threads: Vec<Thread> = Vec::new();
    for comment in comments::all(&visit.state, id).await? {
        match comment.answers {
            None => threads.push(Thread {
                id: comment.id.to_string(),
                quote: comment.quote.clone(),
                said: vec![line(&comment)],
                resolved_by: comment.resolved_by.as_deref().map(|by| people.name(by).to_owned()),
                key: Uuid::now_v7().to_string(),
                unsaid: None,
            }),
            Some(first) => {
                let thread = threads.iter_mut().find(|thread| thread.id == first.to_string());
                if let Some(thread) = thread {
                    thread.said.push(line(&comment));
                }
            }
        }
    }
    threads.sort_by_key(|thread| !thread.is_open());
    Ok(threads)
}

async fn say(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let id = inquiry_of(&path)?;
    let seen = visit.seen(id).await?;
    may_speak(&seen, visit.actor())?;
    let typed = Typed(typed);
    let uuid = |name: &str| typed.get(name).parse::<Uuid>().map_err(|_| unknown());
    let at = visit.state.wall.now();
    let by = &visit.actor().name;
    let is_suggesting = typed.get("mode") == "suggest";
    match typed.get("do") {
        "say" => {
            let answers = if typed.get("thread").is_empty() { None } else { Some(uuid("thread")?) };
            let one_way = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
            let comment = Comment {
                id: uuid("key")?,
                answers,
                quote: if answers.is_some() { String::new() } else { one_way(typed.get("quote")) },
                said: one_way(typed.get("said")),
                by: by.clone(),
                at,
                resolved_by: None,
            };
            match comments::add(&visit.state, id, &comment).await {
                Ok(()) => {}
                Err(Problem::BadField { what, .. }) => {
                    let Comment { quote, said, .. } = comment;
                    let thread = answers.map_or_else(String::new, |thread| thread.to_string());
                    let what = what.in_language(language).to_owned();
                    return draft::not_said(&visit, id, is_suggesting, Unsaid { thread, quote, said, what }).await;
                }
                Err(problem) => return Err(problem),
            }
        }
        "resolve" => comments::resolve(&visit.state, id, uuid("thread")?, Some(by), at).await?,
        "reopen" => comments::resolve(&visit.state, id, uuid("thread")?, None, at).await?,
        _ => return Err(unknown()),
    }
    let suggesting = if is_suggesting { "?suggest=yes" } else { "" };
    let place = format!("/inquiries/{id}/draft{suggesting}#panel-comments");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
}

fn unknown() -> Problem {
    Problem::BadForm { hint: "the form does not say what to do, or with what".to_owned() }
}
