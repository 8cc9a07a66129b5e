//! Earlier inquiries that ask nearly the same, with what became of their answers: answered ones first.

use directory::{Actor, MinistryCode};
use inquiry::{Dossier, InquiryId, StageName};
use jiff::civil::Date;
use readmodel::search::{Likeness, similar};

use crate::office::seeing::{self, Seen};
use crate::problem::Problem;
use crate::state::AppState;

/// The most that are told beside a draft.
pub const MOST: usize = 8;
/// The nearest ones, among which answered ones come first.
const LOOKED_AT: usize = 30;

/// What earlier ones are looked for by.
#[derive(Debug, Clone, Default)]
pub struct Sketch {
    /// The inquiry itself, which is no earlier one.
    pub own: Option<InquiryId>,
    /// What it is about.
    pub subject: String,
    /// What it asks.
    pub questions: Vec<String>,
}

impl Sketch {
    /// Of an inquiry that is registered.
    #[must_use]
    pub fn of(dossier: &Dossier) -> Self {
        Self {
            own: Some(dossier.inquiry),
            subject: dossier.intake.subject.clone(),
            questions: dossier.intake.questions.iter().map(|question| question.text.clone()).collect(),
        }
    }
}

/// What the deputies said of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody has said anything.
    Unknown,
    /// Nobody was dissatisfied.
    Satisfied,
    /// Somebody was.
    NotSatisfied,
}

/// An earlier inquiry.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Which.
    pub inquiry: InquiryId,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// The language that is written in.
    pub language: directory::Language,
    /// The day of its letter.
    pub dated: Date,
    /// Where it stands.
    pub stage: StageName,
    /// Who leads it.
    pub lead: Option<MinistryCode>,
    /// Number and date of its answer, once it was sent.
    pub answer: Option<(String, Date)>,
    /// Its answer was replaced, and a later one was not sent yet.
    pub is_replaced: bool,
    /// What the deputies said of the answer.
    pub verdict: Verdict,
    /// Numbers of the inquiries that ask it again.
    pub asked_again: Vec<String>,
}

impl Earlier {
    /// What a list says of an inquiry.
    #[must_use]
    pub fn of(seen: &Seen) -> Self {
        let dossier = &seen.dossier;
        let sent = dossier.dispatched().map(|sent| &sent.letter);
        let verdict = match dossier.responses.as_slice() {
            [] => Verdict::Unknown,
            said if said.iter().all(|one| one.satisfied) => Verdict::Satisfied,
            _ => Verdict::NotSatisfied,
        };
        Self {
            inquiry: dossier.inquiry,
            number: dossier.intake.number.shown(),
            subject: dossier.intake.subject.clone(),
            language: dossier.intake.language,
            dated: dossier.intake.dated,
            stage: dossier.stage.name(),
            lead: dossier.assignment.as_ref().map(|known| known.lead.clone()),
            answer: sent.map(|letter| (letter.number.clone(), letter.dated)),
            is_replaced: sent.is_none() && !dossier.replaced.is_empty(),
            verdict,
            asked_again: dossier.repeats.iter().map(|repeat| directory::number::shown(&repeat.number)).collect(),
        }
    }

    /// Can an answer be read?
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        self.answer.is_some() || self.is_replaced
    }
}

/// The nearest earlier inquiries that this person may see: those that were answered first, the nearest first among them.
///
/// # Errors
/// The index or the journal could not be asked.
pub async fn find(state: &AppState, actor: &Actor, sketch: &Sketch, most: usize) -> Result<Vec<Earlier>, Problem> {
    let near = nearest(state, actor, sketch).await?;
    let mut found = Vec::new();
    for inquiry in near.into_iter().take(most) {
        match seeing::now(state, actor, inquiry).await {
            Ok(seen) => found.push(Earlier::of(&seen)),
            // The index may know of one that this person lost sight of just now.
            Err(Problem::NoSuchInquiry) => {}
            Err(problem) => return Err(problem),
        }
    }
    found.sort_by_key(|one| !one.is_answered());
    Ok(found)
}

/// Inquiries whose rare words are these, those whose answer was sent first: as many as may be looked into.
async fn nearest(state: &AppState, actor: &Actor, sketch: &Sketch) -> Result<Vec<InquiryId>, Problem> {
    let text = std::iter::once(&sketch.subject).chain(&sketch.questions).cloned().collect::<Vec<_>>().join("\n");
    let like = Likeness { text: &text, besides: sketch.own, answered: false, limit: LOOKED_AT };
    let mut near = similar(&state.reader(actor), like)
        .await
        .map_err(|error| Problem::failure("look for inquiries that ask nearly the same", error))?;
    near.sort_by_key(|one| !matches!(one.stage, StageName::Dispatched | StageName::Closed));
    Ok(near.into_iter().map(|one| one.inquiry).collect())
}
