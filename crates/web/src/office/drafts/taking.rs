//! A text that came back from an editor: laid against what it was made from, told with everything that changed, then recorded.

use std::sync::Arc;

use directory::{Actor, Language};
use inquiry::allowed::gate;
use inquiry::command::{ReviseDraft, SubmitContribution};
use inquiry::content::{AnswerLink, Translation};
use inquiry::event::Event;
use inquiry::refusal::Family;
use inquiry::{BlockSource, CommandName, InquiryId};
use letter::Body;
use letter::diff::{Diff, diff};
use letter::docx::read::report::{Comment, FormChange, LeftOut, TrackedChange};
use letter::kinds::reply::ReplyFacts;
use letter::provenance::{Source, Sourced};
use letter::sheet::Sheet;
use schemars::JsonSchema;
use serde::Serialize;

use super::answers::{Followed, follow};
use super::forms::{Incoming, TextForm, read};
use super::sheets;
use super::{Named, Written, laid, names, version, versions};
use crate::office::earlier::{self, Namable};
use crate::office::letters::{facts_with, in_letter, no_draft, revise, unset};
use crate::office::seeing::{Seen, events_of};
use crate::office::{Asked, Done, at_work, files, ordering, repeats};
use crate::problem::Problem;
use crate::state::AppState;

/// Everything that a text says besides its words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "EditReport")]
pub struct Report {
    /// What changed against the text it was laid beside; without one, everything is new.
    pub changed: Diff,
    /// Which links from questions to blocks moved or were lost.
    pub answers: Followed,
    /// Tracked changes of a Word file; they were read as accepted.
    pub tracked: Vec<TrackedChange>,
    /// Comments of a Word file; they are not taken over.
    pub comments: Vec<Comment>,
    /// Looks that a letter does not have; the words are all there.
    pub left_out: Vec<LeftOut>,
    /// What a Word file says differently around the text; it is not taken over, the form is made from facts.
    pub form: Vec<FormChange>,
    /// Blocks of a text in a second language that a Word file had; send it by itself, with `language=`.
    pub second_text_blocks: usize,
}

/// A text with what is said about it.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The text as it would be kept.
    pub text: Sourced,
    /// What is said about it.
    pub report: Report,
}

/// A text that somebody sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its form.
    pub form: TextForm,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The language, when it is not the letter's own.
    pub language: Option<Language>,
    /// It is only read; nothing is recorded.
    pub only_read: bool,
    /// What was changed, in the author's words.
    pub comment: Option<String>,
}

/// What became of it.
#[derive(Debug)]
pub struct Taken {
    /// What was recorded; none when it was only read.
    pub done: Option<Done>,
    /// The text and what is said about it.
    pub edit: Edit,
}

/// What a text is laid against.
struct Ground {
    /// The text it was made from; none when there was none.
    before: Option<Sourced>,
    /// The contributions and earlier answers that it may claim.
    namable: Vec<(Source, Body)>,
    links: Vec<AnswerLink>,
    /// What stands around it.
    around: Around,
}

/// What stands around a text in a Word file.
enum Around {
    /// Nothing that we know of.
    Nothing,
    /// The letter.
    Letter(Box<ReplyFacts>),
    /// What was asked.
    Sheet(Sheet),
}

/// Takes a text for the draft: a new version of which everything but this text stays.
///
/// # Errors
/// [`Problem::TextRefused`]; [`Problem::NotThereYet`] without a draft; the inquiry's refusal; a newer version; a failure.
pub async fn take(state: &AppState, asked: &Asked, inquiry: InquiryId, sent: Sent) -> Result<Taken, Problem> {
    match attempt(state, asked, inquiry, sent.clone()).await {
        // A twin of this request may have been recorded between two looks.
        Err(Problem::Stale { .. }) if repeats::first_result(state, inquiry, asked).await?.is_some() => {
            attempt(state, asked, inquiry, sent).await
        }
        outcome => outcome,
    }
}

async fn attempt(state: &AppState, asked: &Asked, inquiry: InquiryId, sent: Sent) -> Result<Taken, Problem> {
    let seen = ordering::known(state, asked, inquiry).await?;
    let first = if sent.only_read { None } else { repeats::first_result(state, inquiry, asked).await? };
    let versions = versions(&seen)?;
    let before = match &first {
        Some(done) => before_of(&versions, done)?,
        None => {
            may(asked, &seen, CommandName::ReviseDraft)?;
            version(&versions, None)?
        }
    };
    let known = namable(state, &asked.by, &seen, &sent).await?;
    let edit = edit_with(state, &seen, before, &sent, known.texts).await?;
    if first.is_some() || sent.only_read {
        return Ok(Taken { done: first, edit });
    }
    let (mut content, mut sources) = (before.content.clone(), names_before(before, &known.named));
    let body =
        serde_json::to_value(&edit.text.body).map_err(|error| Problem::failure("write a text as JSON", error))?;
    match sent.language.filter(|language| *language != content.language) {
        None => {
            content.body = body;
            content.answers = edit.report.answers.links().to_vec();
            sources = names(&edit.text, &known.named);
        }
        Some(language) => match content.translations.iter_mut().find(|text| text.language == language) {
            Some(text) => text.body = body,
            None => content.translations.push(Translation { language, body }),
        },
    }
    let ask = ReviseDraft { content, sources, comment: sent.comment };
    let done = revise(state, asked, inquiry, ask).await?;
    Ok(Taken { done: Some(done), edit })
}

/// A translation changes nothing about where the letter's own blocks came from.
fn names_before(before: &Written, named: &Named) -> Vec<Option<BlockSource>> {
    before.text(None).map(|text| names(&text, named)).unwrap_or_default()
}

/// The version that a repeated request had been laid against.
fn before_of<'a>(versions: &'a [Written], done: &Done) -> Result<&'a Written, Problem> {
    let mut written = None;
    for recorded in &done.events {
        for event in events_of(recorded)? {
            if let Event::DraftRevised(revised) = event {
                written = Some(revised.version);
            }
        }
    }
    let written = written.ok_or(Problem::IdempotencyKeyReused)?;
    versions.iter().rfind(|known| known.version < written).ok_or_else(no_draft)
}

/// Whoever may not write is refused, and whoever saw an older version is told so, before a file is opened.
fn may(asked: &Asked, seen: &Seen, command: CommandName) -> Result<(), Problem> {
    let stale = asked.seen.is_some_and(|version| version != seen.version);
    match gate(&seen.inquiry, &asked.by, command) {
        Err(refusal) if !stale || refusal.family() == Family::NotPermitted => Err(refusal.into()),
        _ if stale => Err(Problem::Stale { current: seen.version }),
        _ => Ok(()),
    }
}

/// Reads a text for the draft and lays it against the version `before`; nothing is recorded.
///
/// # Errors
/// [`Problem::TextRefused`] and the other faults of a text; a failure.
pub async fn edit_of(
    state: &AppState,
    by: &Actor,
    seen: &Seen,
    before: &Written,
    sent: &Sent,
) -> Result<Edit, Problem> {
    let known = namable(state, by, seen, sent).await?;
    edit_with(state, seen, before, sent, known.texts).await
}

/// What a text may claim: a Word file only what the text before had.
async fn namable(state: &AppState, by: &Actor, seen: &Seen, sent: &Sent) -> Result<Namable, Problem> {
    if sent.form == TextForm::Word {
        return Ok(Namable { texts: Vec::new(), ..Namable::of(seen, &[])? });
    }
    let claims = earlier::claims(&String::from_utf8_lossy(&sent.bytes));
    Namable::of(seen, &earlier::claimed(state, by, seen, &claims).await?)
}

async fn edit_with(
    state: &AppState,
    seen: &Seen,
    before: &Written,
    sent: &Sent,
    texts: Vec<(Source, Body)>,
) -> Result<Edit, Problem> {
    let other = sent.language.filter(|language| *language != before.content.language);
    let text = match before.text(sent.language) {
        Ok(text) => Some(text),
        // A text in a language that the draft does not have yet.
        Err(Problem::NotThereYet { .. }) => None,
        Err(problem) => return Err(problem),
    };
    let mut content = before.content.clone();
    if let Some(language) = other {
        content.language = language;
        content.translations.clear();
    }
    let ground = Ground {
        before: text,
        namable: if other.is_none() { texts } else { Vec::new() },
        links: if other.is_none() { before.content.answers.clone() } else { Vec::new() },
        around: Around::Letter(Box::new(facts_with(state, &seen.dossier, &content)?)),
    };
    laid_down(state, ground, sent).await
}

async fn laid_down(state: &AppState, ground: Ground, sent: &Sent) -> Result<Edit, Problem> {
    let (form, bytes, engine) = (sent.form, sent.bytes.clone(), Arc::clone(&state.engine));
    at_work("read an edited text", move || {
        let incoming = read(form, &bytes)?;
        let text = laid(ground.before.as_ref(), &ground.namable, incoming.text.clone());
        let nothing = Body { blocks: Vec::new() };
        let old = ground.before.as_ref().map_or(&nothing, |before| &before.body);
        let changed = diff(old, &text.body);
        let form = match (&incoming.word, &ground.around) {
            (Some(word), Around::Letter(facts)) if !word.form.is_empty() => {
                word.form_changes(&engine.compose_reply(facts).map_err(unset)?)
            }
            (Some(word), Around::Sheet(sheet)) => sheet.changes(word),
            (Some(_), Around::Letter(_) | Around::Nothing) | (None, _) => Vec::new(),
        };
        let Incoming { word, .. } = &incoming;
        let second = word.as_ref().and_then(|word| word.second.as_ref());
        let (tracked, comments, left_out) = incoming.said();
        let report = Report {
            answers: follow(&ground.links, old, &changed),
            changed,
            tracked,
            comments,
            left_out,
            form,
            second_text_blocks: second.map_or(0, |second| second.body.blocks.len()),
        };
        Ok(Edit { text, report })
    })
    .await
}

/// Reads a text where there is no draft yet.
///
/// # Errors
/// As [`edit_of`].
pub async fn first_edit(state: &AppState, by: &Actor, seen: &Seen, sent: &Sent) -> Result<Edit, Problem> {
    let namable = namable(state, by, seen, sent).await?.texts;
    laid_down(state, Ground { before: None, namable, links: Vec::new(), around: Around::Nothing }, sent).await
}

/// Reads a text as a contribution of the asker's ministry, beside what stands.
///
/// # Errors
/// As [`edit_of`].
pub async fn contribution_edit(state: &AppState, seen: &Seen, by: &Actor, sent: &Sent) -> Result<Edit, Problem> {
    let before = match &by.ministry {
        Some(ministry) => sheets::standing(state, seen, ministry).await?,
        None => None,
    };
    let asked = match &by.ministry {
        Some(ministry) => sheets::sheet(state, by, seen, ministry).await?,
        None => None,
    };
    let around = asked.map_or(Around::Nothing, Around::Sheet);
    let ground = Ground { before: before.map(Sourced::from), namable: Vec::new(), links: Vec::new(), around };
    let edit = laid_down(state, ground, sent).await?;
    // A contribution is where blocks come from; it has no sources itself.
    Ok(Edit { text: edit.text.body.into(), report: edit.report })
}

/// Takes a text as the contribution of the asker's ministry; its answers and files stay those of the contribution before.
///
/// # Errors
/// As [`take`].
pub async fn contribute(state: &AppState, asked: &Asked, inquiry: InquiryId, sent: Sent) -> Result<Taken, Problem> {
    let seen = ordering::known(state, asked, inquiry).await?;
    let first = if sent.only_read { None } else { repeats::first_result(state, inquiry, asked).await? };
    if first.is_none() {
        may(asked, &seen, CommandName::SubmitContribution)?;
    }
    let edit = contribution_edit(state, &seen, &asked.by, &sent).await?;
    if first.is_some() || sent.only_read {
        return Ok(Taken { done: first, edit });
    }
    let own = asked.by.ministry.as_ref().and_then(|ministry| seen.dossier.contribution(ministry));
    let body =
        serde_json::to_value(&edit.text.body).map_err(|error| Problem::failure("write a text as JSON", error))?;
    let ask = SubmitContribution {
        body,
        answers: own.map_or_else(Vec::new, |own| own.answers.clone()),
        files: own.map_or_else(Vec::new, |own| own.files.clone()),
    };
    let done = files::contribute(state, asked, inquiry, ask).await?;
    Ok(Taken { done: Some(done), edit })
}

/// The whole letter of a version as a Word file whose hidden marks say where blocks came from.
///
/// # Errors
/// [`Problem::NotThereYet`] when the version has no text in that language; a failure.
pub async fn word_file(
    state: &AppState,
    seen: &Seen,
    written: &Written,
    language: Option<Language>,
) -> Result<Vec<u8>, Problem> {
    let text = written.text(language)?;
    let mut content = written.content.clone();
    if let Some(language) = language {
        content.language = language;
    }
    let facts = facts_with(state, &seen.dossier, &content)?;
    let facts = ReplyFacts { body: text.body.clone(), language: in_letter(content.language), ..facts };
    let engine = Arc::clone(&state.engine);
    at_work("write a draft for Word", move || {
        let letter = engine.compose_reply(&facts).map_err(unset)?;
        engine.docx_with_sources(&letter, text.sources()).map_err(unset)
    })
    .await
}
