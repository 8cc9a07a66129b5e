//! One letter that waits for a signature, as its signatory reads it.

use directory::{Actor, Language};
use inquiry::event::Event;
use inquiry::state::Stage;
use inquiry::{Dossier, DraftVersion};
use serde::Serialize;

use super::super::editing::comparison::{Eye, Shown};
use super::super::letter_html::LetterHtml;
use super::super::wording::{self, Due, Ministry, People};
use crate::office::at_work;
use crate::office::drafts::comparing;
use crate::office::letters::{self, Form};
use crate::office::seeing::{Seen, events_of};
use crate::problem::Problem;
use crate::state::AppState;

/// Everything that is shown of one letter.
#[derive(Debug, Serialize)]
pub(super) struct Paper {
    pub id: String,
    pub number: String,
    pub subject: String,
    pub subject_language: &'static str,
    pub due: Option<Due>,
    pub due_words: Option<String>,
    pub lead: Option<Ministry>,
    pub questions: Vec<String>,
    /// Numbers of other inquiries that this letter answers too.
    pub merged: Vec<String>,
    pub version: String,
    pub signatory: String,
    /// Who wrote it.
    pub authors: String,
    /// The last thing its author said of it.
    pub comment: Option<String>,
    pub visas: Vec<Visa>,
    pub groups: Vec<Group>,
    pub recipients: usize,
    /// The places of the true pages, from 1.
    pub pages: Vec<usize>,
    /// The same words for those who do not see pictures.
    pub letter: LetterHtml,
    /// What changed since it last lay here; none when it lies here for the first time.
    pub since: Option<Since>,
    pub pdf_sha256: String,
    /// What the form says back of what was read.
    pub read: String,
    pub by_server: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Visa {
    approver: String,
    kind: &'static str,
    version: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Group {
    label: String,
    names: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Since {
    version: String,
    current: String,
    text: Shown,
}

/// The letter of an inquiry that lies before the signatory; none when none does.
pub(super) async fn of(
    state: &AppState,
    actor: &Actor,
    seen: &Seen,
    people: &People,
    language: Language,
) -> Result<Option<Paper>, Problem> {
    let dossier = &seen.dossier;
    let (Stage::ForSignature(submission), Some(draft)) = (&dossier.stage, &dossier.draft) else { return Ok(None) };
    let copy = letters::copy(state, dossier, Form::Pdf).await?;
    let pdf_sha256 = copy.sha256();
    let pages = at_work("count the pages of a letter", move || {
        letter::preview::count(&copy.bytes).map_err(|error| Problem::failure("count the pages of a letter", error))
    })
    .await?;
    let visa = |visa: &inquiry::state::GivenVisa| Visa {
        approver: people.name(&visa.approver).to_owned(),
        kind: visa.kind.words(language),
        version: visa.version.to_string(),
    };
    let authors: Vec<&str> = draft.authors.iter().map(|author| people.name(author)).collect();
    Ok(Some(Paper {
        id: dossier.inquiry.to_string(),
        number: dossier.intake.number.printed().to_owned(),
        subject: dossier.intake.subject.clone(),
        subject_language: dossier.intake.language.code(),
        due: dossier.due().map(|day| Due::of(day, state.today(), true, language)),
        due_words: dossier.due().map(|day| directory::dates::words(day, language)),
        lead: dossier.assignment.as_ref().map(|known| wording::ministry(state, &known.lead, language)),
        questions: dossier.intake.questions.iter().map(|question| question.text.clone()).collect(),
        merged: dossier.merged.iter().map(|other| other.number.clone()).collect(),
        version: draft.version.to_string(),
        signatory: submission.signatory.name.clone(),
        authors: authors.join(", "),
        comment: comment(seen, draft.version)?,
        visas: draft.visas.iter().map(visa).collect(),
        groups: groups(dossier),
        recipients: dossier.recipients().count(),
        pages: (1..=pages).collect(),
        letter: LetterHtml::of(state, dossier).await?,
        since: since(state, actor, seen, draft.version, language).await?,
        read: format!("{} {} {} {pdf_sha256}", seen.version, draft.version, draft.content_hash),
        pdf_sha256,
        by_server: state.config.seal_stands_in,
    }))
}

fn groups(dossier: &Dossier) -> Vec<Group> {
    let groups = dossier.groups().into_iter();
    let names = |group: &inquiry::intake::RecipientGroup| {
        group.deputies.iter().map(|deputy| deputy.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    groups.map(|group| Group { label: group.label_lines.join(" "), names: names(&group) }).collect()
}

/// What the author said of that version.
fn comment(seen: &Seen, version: DraftVersion) -> Result<Option<String>, Problem> {
    let mut said = None;
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            if let Event::DraftRevised(revised) = event
                && revised.version == version
            {
                said = revised.comment;
            }
        }
    }
    Ok(said)
}

/// What changed since another version lay before the signatory.
async fn since(
    state: &AppState,
    actor: &Actor,
    seen: &Seen,
    current: DraftVersion,
    language: Language,
) -> Result<Option<Since>, Problem> {
    let mut before = None;
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            match event {
                Event::SubmittedForSignature(laid) if laid.version < current => before = Some(laid.version),
                // A letter that was sent has its own beginning.
                Event::ReplyReplaced(_) => before = None,
                _ => {}
            }
        }
    }
    let Some(before) = before else { return Ok(None) };
    let compared = comparing::choose(actor, seen, Some(before), Some(current))?;
    let (compared, comparison) = at_work("compare two versions", move || {
        let comparison = comparing::compare(&compared)?;
        Ok((compared, comparison))
    })
    .await?;
    let eye = Eye { state, language, sources: compared.new.sources() };
    Ok(Some(Since {
        version: before.to_string(),
        current: current.to_string(),
        text: eye.shown(&comparison.text, &compared.old.body.blocks),
    }))
}
