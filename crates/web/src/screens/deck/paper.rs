//! One letter that waits for somebody, as they read it.

use inquiry::event::Event;
use inquiry::state::Draft;
use inquiry::{Dossier, DraftVersion};
use letter::Fingerprint;
use serde::Serialize;

use super::super::editing::comparison::{Eye, Shown};
use super::super::editing::sources::{Stretch, stretches};
use super::super::inquiry::joined::Joined;
use super::super::letter_html::LetterHtml;
use super::super::wording::{self, Due, Ministry, People};
use super::Visit;
use crate::office::at_work;
use crate::office::drafts::{self, comparing};
use crate::office::earlier;
use crate::office::letters::{self, Form};
use crate::office::seeing::{Seen, events_of};
use crate::problem::Problem;

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
    /// Which of them it does not answer, as a sentence.
    pub unanswered: Option<String>,
    /// Numbers of other inquiries that this letter answers too.
    pub merged: Vec<String>,
    /// What those of them ask that the reader may read.
    pub joined: Vec<Joined>,
    pub version: String,
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
    /// What changed since they read it before; none when they read it for the first time.
    pub since: Option<Since>,
    pub since_title: String,
    pub pdf_sha256: String,
    /// What visas, signature and dispatch are bound to, in short and whole.
    pub fingerprint_short: String,
    pub fingerprint: String,
    /// Where its blocks came from: contributions, and earlier answers.
    pub stretches: Vec<Stretch>,
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
    /// A visa and a signature bind to more than the text: something else changed too.
    has_more: bool,
}

/// The version that was read before, and what the changes since then are called.
pub(super) struct Before {
    pub version: Option<DraftVersion>,
    pub title: String,
}

/// The letter of an inquiry, as it would be sent.
pub(super) async fn of(
    visit: &Visit,
    seen: &Seen,
    draft: &Draft,
    people: &People,
    before: Before,
) -> Result<Paper, Problem> {
    let (state, language, dossier) = (&visit.state, visit.language, &seen.dossier);
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
    Ok(Paper {
        id: dossier.inquiry.to_string(),
        number: dossier.intake.number.shown(),
        subject: dossier.intake.subject.clone(),
        subject_language: dossier.intake.language.code(),
        due: dossier.due().map(|day| Due::of(day, state.today(), true, language)),
        due_words: dossier.due().map(|day| directory::dates::words(day, language)),
        lead: dossier.assignment.as_ref().map(|known| wording::ministry(state, &known.lead, language)),
        questions: dossier.intake.questions.iter().map(|question| question.text.clone()).collect(),
        unanswered: wording::unanswered(dossier, language),
        merged: dossier.merged.iter().map(|other| directory::number::shown(&other.number)).collect(),
        joined: Joined::of(state, visit.actor(), dossier, dossier).await?,
        version: draft.version.to_string(),
        authors: authors.join(", "),
        comment: comment(seen, draft.version)?,
        visas: draft.visas.iter().map(visa).collect(),
        groups: groups(dossier),
        recipients: dossier.recipients().count(),
        pages: (1..=pages).collect(),
        letter: LetterHtml::of(state, dossier).await?,
        since: since(visit, seen, before.version, draft.version).await?,
        since_title: before.title,
        pdf_sha256,
        fingerprint_short: Fingerprint(draft.content_hash.0).short(),
        fingerprint: draft.content_hash.to_string(),
        stretches: stretched(visit, seen, draft.version).await?,
    })
}

/// Where the blocks of that version came from.
async fn stretched(visit: &Visit, seen: &Seen, version: DraftVersion) -> Result<Vec<Stretch>, Problem> {
    let versions = drafts::versions(seen)?;
    let text = drafts::version(&versions, Some(version))?.text(None)?;
    stretches(&visit.state, visit.actor(), &text, visit.language).await
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

/// What changed since a version that was read before.
async fn since(
    visit: &Visit,
    seen: &Seen,
    before: Option<DraftVersion>,
    current: DraftVersion,
) -> Result<Option<Since>, Problem> {
    let Some(before) = before else { return Ok(None) };
    let compared = comparing::choose(visit.actor(), seen, Some(before), Some(current))?;
    let (compared, comparison) = at_work("compare two versions", move || {
        let comparison = comparing::compare(&compared)?;
        Ok((compared, comparison))
    })
    .await?;
    let letters = earlier::letters_of(&visit.state, visit.actor(), &compared.new).await?;
    let (state, sources) = (&visit.state, compared.new.sources());
    let eye = Eye { state, language: visit.language, sources, letters: &letters };
    Ok(Some(Since {
        version: before.to_string(),
        current: current.to_string(),
        text: eye.shown(&comparison.text, &compared.old.body.blocks),
        has_more: comparison.language.is_some()
            || comparison.executor.is_some()
            || comparison.answers.is_some()
            || !comparison.translations.is_empty(),
    }))
}
