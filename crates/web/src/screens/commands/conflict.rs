//! Somebody was faster: what changed since a form was opened, beside what was typed into it.

use actix_web::HttpResponse;
use inquiry::CommandName;
use serde::Serialize;

use super::super::fields::{Form, Kind, Typed};
use super::super::inquiry::head::Head;
use super::super::inquiry::history::{Line, Teller};
use super::super::letter_html::LetterHtml;
use super::super::names::Names;
use super::{Sent, Visit, is_possible, newer, refilled};
use crate::office::seeing::Seen;
use crate::problem::Problem;

#[derive(Debug, Serialize)]
struct Conflict {
    head: Head,
    command: &'static str,
    changes: Vec<Line>,
    /// The draft that somebody wrote meanwhile.
    newer: Option<newer::Newer>,
    letter: Option<LetterHtml>,
    /// The form with what was typed, when the command is still possible.
    form: Option<Form>,
    /// What was typed, when it is not.
    typed: Vec<Kept>,
}

/// A field that was typed into.
#[derive(Debug, Serialize)]
struct Kept {
    label: String,
    value: String,
}

/// Somebody was faster: what changed meanwhile, and what was typed.
pub(super) async fn page(visit: &Visit, seen: &Seen, sent: &Sent<'_>) -> Result<HttpResponse, Problem> {
    let Sent { typed, version, .. } = *sent;
    let names = Names::now(&visit.state);
    let teller = Teller { names: &names, people: &visit.people, language: visit.language };
    let newer = if visit.name == CommandName::ReviseDraft { newer::since(seen, &visit.people, version)? } else { None };
    let to_be_read = newer.as_ref().map(|_| newer::to_be_read(typed));
    let typed = to_be_read.as_ref().unwrap_or(typed);
    let labels = visit.desk(seen, None, None).form(visit.name, typed);
    let possible = if is_possible(seen, visit) { visit.facts(seen, typed).await? } else { None };
    let (form, letter) = match possible {
        Some(facts) => {
            (Some(sent.marked(refilled(visit, facts.form, typed))), facts.letter.filter(|_| newer.is_some()))
        }
        None => (None, None),
    };
    let facts = Conflict {
        head: Head::of(&visit.state, seen, visit.state.today(), visit.language),
        command: visit.name.words(visit.language),
        changes: teller.since(seen, version)?,
        typed: if form.is_some() { Vec::new() } else { kept(typed, labels.as_ref()) },
        form,
        newer,
        letter,
    };
    visit.page(Problem::Stale { current: seen.version }.start(), "conflict", &facts)
}

/// What was typed, under the labels of the form where that can still be built.
fn kept(typed: &Typed, form: Option<&Form>) -> Vec<Kept> {
    let label = |name: &str| {
        let fields = form.iter().flat_map(|form| &form.groups).flat_map(|group| &group.fields);
        let found = fields.into_iter().find(|field| field.name == name);
        found.map_or(
            Some(name.to_owned()),
            |field| if field.kind == Kind::Hidden { None } else { Some(field.label.clone()) },
        )
    };
    let is_ours =
        |name: &str| matches!(name, "key" | "version" | "kept" | "over" | "draft" | "content_hash" | "pdf_sha256");
    let filled = typed.0.iter().filter(|(name, value)| !is_ours(name) && !value.trim().is_empty());
    filled.filter_map(|(name, value)| Some(Kept { label: label(name)?, value: value.clone() })).collect()
}
