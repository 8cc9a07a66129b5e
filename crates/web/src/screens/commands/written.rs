//! Forms whose text was written in the editor: its document becomes the Markdown that the form's own field holds, so that everything behind it is the
//! same for whoever types and whoever has an editor.

use inquiry::event::EventName;
use inquiry::{CommandName, Dossier, InquiryId};
use letter::markdown;

use super::super::fields::{Fault, Field, Form, Typed, say};
use crate::desk::standing::recorded_now;
use crate::desk::table::{self, Place};
use crate::desk::text::{Text, words};
use crate::office::seeing::Seen;
use crate::problem::{Problem, TextFault};
use crate::state::AppState;
use directory::{Actor, Language};

/// The editor's document.
const RICH: &str = "rich";
/// The revision of the working text that is sent.
const WORKING: &str = "working";
/// The version that it was begun from.
const BASE: &str = "working_base";

/// What an editor's form says.
pub(super) enum FromEditor {
    /// It came from no editor.
    No,
    /// The form as if its text had been typed.
    Typed(Typed),
    /// A version was recorded that the text does not know: both have to be laid together first.
    Behind,
    /// Something is suggested in the text that nobody has settled: so many.
    Open(usize),
    /// The text cannot be taken.
    Faults(Vec<Fault>),
}

/// Reads a form that may come from the editor.
///
/// # Errors
/// The desk could not be asked.
pub(super) async fn read(
    state: &AppState,
    seen: &Seen,
    name: CommandName,
    typed: &Typed,
    language: Language,
) -> Result<FromEditor, Problem> {
    if name == CommandName::ReviseDraft && typed.more().is_none() {
        let open = open(state, seen).await?;
        if open > 0 {
            return Ok(FromEditor::Open(open));
        }
    }
    if typed.get(RICH).is_empty() {
        return Ok(FromEditor::No);
    }
    let current = seen.dossier.draft.as_ref().map_or(0, |draft| draft.version.0);
    if name == CommandName::ReviseDraft && typed.get(BASE) != current.to_string() {
        let there = table::find(state, seen.dossier.inquiry, &Place::Draft).await?;
        // Whoever presses twice finds the version that they recorded themselves, and their text no longer on the desk.
        if there.is_some_and(|there| there.revision.to_string() == typed.get(WORKING)) {
            return Ok(FromEditor::Behind);
        }
    }
    Ok(typed_as(typed, language))
}

/// How many suggestions wait in the draft as it is being written. While they do no form of a page records a version, whether its text came from the
/// editor, from a file or was typed: what somebody suggested would be decided by whoever overlooked it. What a program sends is recorded; what was
/// suggested before, or comes in the same moment, stays on the desk with its text, to be laid together with the version.
async fn open(state: &AppState, seen: &Seen) -> Result<usize, Problem> {
    let working = table::find(state, seen.dossier.inquiry, &Place::Draft).await?;
    working.map_or(Ok(0), |working| Ok(Text::kept(&working.body)?.suggestions().len()))
}

/// What is said then, and where it is put right.
pub(super) fn unsettled(id: InquiryId, count: usize, language: Language) -> Fault {
    let what = say(
        language,
        &format!("Шешілмеген түзету саны: {count}. Алдымен оларды қабылдаңыз не қабылдамаңыз."),
        &format!("Нерассмотренных правок: {count}. Сначала примите или отклоните их."),
        &format!("Suggestions that are open: {count}. Settle them first."),
    );
    Fault::elsewhere(format!("/inquiries/{id}/draft#panel-suggestions"), what)
}

fn typed_as(typed: &Typed, language: Language) -> FromEditor {
    let fault = |what: String| FromEditor::Faults(vec![Fault::at("body", what)]);
    let document = match serde_json::from_str(typed.get(RICH)) {
        Ok(document) => document,
        Err(error) => return fault(error.to_string()),
    };
    let text = match words(&document) {
        Ok(text) => text,
        Err(Problem::TextRefused { faults }) => {
            let said = |one: &TextFault| Fault::at("body", one.body(language).detail);
            return FromEditor::Faults(faults.iter().map(said).collect());
        }
        Err(problem) => return fault(problem.body(language).detail),
    };
    let kept = typed.0.iter().filter(|(name, _)| name != RICH && name != "body").cloned();
    let body = markdown::write_typed(&text).trim_end().to_owned();
    FromEditor::Typed(Typed(kept.chain([("body".to_owned(), body)]).collect()))
}

/// The version of the inquiry that the form was seen at. Contributions come in while the lead writes; a text that was begun from the present
/// version of the draft writes over nothing when only such have happened since.
pub(super) fn seen_at(seen: &Seen, name: CommandName, typed: &Typed, version: u64) -> u64 {
    let current = seen.dossier.draft.as_ref().map_or(0, |draft| draft.version.0);
    if name != CommandName::ReviseDraft || typed.get(BASE) != current.to_string() {
        return version;
    }
    let contributed =
        [EventName::ContributionSubmitted, EventName::ContributionAccepted, EventName::ContributionReturned];
    let is_harmless = |kind: &str| contributed.iter().any(|name| name.stored() == kind);
    let mut since = seen.history.iter().filter(|recorded| recorded.version > version);
    if since.all(|recorded| is_harmless(&recorded.event_type)) { seen.version } else { version }
}

/// As if a form were asked for whose text lies on the desk in this revision; 0: none lies there.
pub(in crate::screens) fn lying(revision: u64) -> Typed {
    if revision == 0 { Typed(Vec::new()) } else { Typed(vec![(WORKING.to_owned(), revision.to_string())]) }
}

/// A form whose text came from the desk says in which revision, so that the desk is cleared without scripts too once it is recorded. What an editor sent and
/// was not taken stands beside its document, and may be older: it clears nothing.
pub(super) fn from_the_desk(form: Form, typed: &Typed) -> Form {
    match typed.get(WORKING).parse::<u64>() {
        Ok(revision) if typed.get(RICH).is_empty() => form.with(vec![Field::hidden(WORKING, revision)]),
        Ok(_) | Err(_) => form,
    }
}

/// Takes the working text off the desk whose version has been recorded.
pub(super) async fn done(state: &AppState, id: InquiryId, name: CommandName, actor: &Actor, typed: &Typed) {
    let place = match (name, &actor.ministry) {
        (CommandName::ReviseDraft, _) => Place::Draft,
        (CommandName::SubmitContribution, Some(ministry)) => Place::Contribution(ministry.clone()),
        _ => return,
    };
    if let Ok(revision) = typed.get(WORKING).parse() {
        recorded_now(state, id, &place, revision).await;
    }
}

/// The page of the editor for a command's text.
pub(in crate::screens) fn editor(dossier: &Dossier, name: CommandName) -> Option<String> {
    match name {
        CommandName::ReviseDraft => Some(format!("/inquiries/{}/draft", dossier.inquiry)),
        CommandName::SubmitContribution => Some(format!("/inquiries/{}/contribution", dossier.inquiry)),
        _ => None,
    }
}
