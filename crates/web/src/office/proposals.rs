//! Proposals: taking one in from a deputy's page, dismissing it, and making an inquiry of it. The last is three commands on three streams (register,
//! link as a repeat, mark as taken), each with an id that follows from the proposal: whoever tries again after a crash finishes what was begun.

use eventstore::{ExecuteError, Guards, StreamId};
use inquiry::intake::Attachment;
use inquiry::proposal::command::{ProposalAsk, ProposalCommand};
use inquiry::proposal::refusal::ProposalRefusal;
use inquiry::proposal::{Proposal, ProposalId, Source};
use inquiry::refusal::Refusal;
use inquiry::{BlobHash, InquiryId};
use jiff::Timestamp;
use letter::incoming::EML;
use readmodel::followers::Table;
use readmodel::inbound;
use readmodel::proposals::{self, State};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::links::Opened;
use super::merging::{self, AskToLink};
use super::registering::{self, NewInquiry};
use super::{Asked, NAMESPACE, files, reading, stream, unread, unrecorded};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// How long a page waits for the table, so that whoever has just sent something finds it there.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

fn stream_of(proposal: ProposalId) -> Result<StreamId, Problem> {
    StreamId::new(proposal.stream_id()).map_err(|error| Problem::failure("name the stream of a proposal", error))
}

/// A proposal as it stands.
///
/// # Errors
/// A failure.
pub async fn one(state: &AppState, proposal: ProposalId) -> Result<Proposal, Problem> {
    Ok(state.journal.aggregate::<Proposal>(&stream_of(proposal)?).await.map_err(unread)?.aggregate)
}

/// Takes in what a deputy asks again.
///
/// # Errors
/// [`Problem::BadField`] for what cannot be taken in; a failure.
pub async fn receive(state: &AppState, opened: &Opened, key: &str, questions: Vec<String>) -> Result<(), Problem> {
    let asked = opened.asks(state, key, "receive-proposal", questions.join("\n\n").as_bytes());
    let proposal = ProposalId(Uuid::new_v5(&NAMESPACE, format!("proposal\n{}", asked.command).as_bytes()));
    let (inquiry, recipient) = (opened.link.inquiry, opened.link.recipient);
    let known = proposals::of_place(&state.pool, inquiry, recipient)
        .await
        .map_err(|error| Problem::failure("count what was asked before", error))?;
    let waiting = known.iter().filter(|known| known.state == State::Waiting).count();
    let ask = ProposalAsk::Receive { proposal, source: Source::DeputyPage { inquiry, recipient }, questions, waiting };
    execute(state, &asked, proposal, ask).await
}

/// Dismisses a proposal.
///
/// # Errors
/// [`Problem::BadField`] when it was decided already or the reason cannot be kept; a failure.
pub async fn dismiss(state: &AppState, asked: &Asked, proposal: ProposalId, reason: String) -> Result<(), Problem> {
    execute(state, asked, proposal, ProposalAsk::Dismiss { reason }).await
}

/// The request that registers an inquiry from a proposal, whoever gives it and however often.
#[must_use]
pub fn registration(by: &directory::Actor, at: Timestamp, proposal: ProposalId, typed: &[u8]) -> Asked {
    Asked::new(by.clone(), at, proposal.0, "register-proposal", "register", typed, None)
}

/// Registers an inquiry from a proposal, links it as a repeat of the one that was answered or that the clerk says, and marks the proposal as taken. A mail
/// goes with it as it came, and so do its files.
///
/// # Errors
/// What registering refuses; [`Problem::BadField`] when the proposal was dismissed; a failure, after which the same call goes on.
pub async fn register(
    state: &AppState,
    asked: &Asked,
    proposal: ProposalId,
    mut new: NewInquiry,
    repeat_of: Option<InquiryId>,
) -> Result<InquiryId, Problem> {
    let known = one(state, proposal).await?;
    let Some(received) = known.received() else { return Err(refused(&ProposalRefusal::NotReceived)) };
    let inquiry = match &known {
        Proposal::Dismissed { .. } => return Err(refused(&ProposalRefusal::Decided)),
        Proposal::Taken { inquiry, .. } => return Ok(*inquiry),
        Proposal::NotReceived | Proposal::Waiting(_) => asked.new_inquiry(),
    };
    // An earlier try may have come as far as this, with whatever was typed then: what is registered is not registered again.
    if state.journal.load(&stream(inquiry)?).await.map_err(unread)?.is_empty() {
        if let Some(mail) = received.source.mail() {
            new.kept.extend(files_of(state, mail).await?);
        }
        registering::register(state, asked, new).await?;
    }
    let step = |step: &str| {
        Asked::new(asked.by.clone(), asked.at, proposal.0, step, step, inquiry.to_string().as_bytes(), None)
    };
    if let Some(first) = received.source.inquiry().or(repeat_of) {
        match merging::link(state, &step("link-proposal"), first, AskToLink { repeat: inquiry }).await {
            Ok(_) => {}
            Err(Problem::Refused(refusal)) if matches!(*refusal, Refusal::RepeatLinked { .. }) => {}
            Err(problem) => return Err(problem),
        }
    }
    execute(state, &step("take-proposal"), proposal, ProposalAsk::Take { inquiry }).await?;
    Ok(inquiry)
}

/// A mail as it came, and the letters in it, kept for good.
async fn files_of(state: &AppState, mail: BlobHash) -> Result<Vec<Attachment>, Problem> {
    let Some(raw) = raw_of(state, mail).await? else { return Ok(Vec::new()) };
    let mut kept = vec![kept(state, "mail.eml".to_owned(), EML, &raw).await?];
    // One that cannot be taken apart goes as it is.
    let inside = reading::files(raw).await.unwrap_or_default();
    for file in inside {
        match self::kept(state, file.name, file.media_type, &file.bytes).await {
            Ok(file) => kept.push(file),
            // One that cannot be kept is still in the mail; the others are not lost with it.
            Err(problem @ (Problem::BadField { .. } | Problem::UnexpectedContent { .. })) => {
                tracing::warn!(%mail, code = problem.code(), "a file of a mail could not be kept beside it");
            }
            Err(problem) => return Err(problem),
        }
    }
    Ok(kept)
}

async fn kept(state: &AppState, name: String, media_type: &str, bytes: &[u8]) -> Result<Attachment, Problem> {
    let blob = BlobHash(Sha256::digest(bytes).into());
    files::keep_file(state, blob, media_type, bytes).await?;
    Ok(Attachment { name, media_type: media_type.to_owned(), blob })
}

/// The bytes of a mail that came; none once they were erased.
///
/// # Errors
/// A failure.
pub async fn raw_of(state: &AppState, mail: BlobHash) -> Result<Option<Vec<u8>>, Problem> {
    let failed = |error| Problem::failure("read a mail that came", error);
    let known = inbound::of_hashes(&state.pool, &[mail]).await.map_err(failed)?;
    match known.get(&mail) {
        Some(known) => inbound::raw(&state.pool, known.id).await.map_err(failed),
        None => Ok(None),
    }
}

async fn execute(state: &AppState, asked: &Asked, proposal: ProposalId, ask: ProposalAsk) -> Result<(), Problem> {
    let origin = asked.origin(InquiryId(proposal.0));
    let command = ProposalCommand { by: asked.by.clone(), ask };
    let stream = stream_of(proposal)?;
    let executed = state.journal.execute::<Proposal>(&stream, command, origin, Guards::none(), None).await;
    let executed = executed.map_err(|error| match error {
        ExecuteError::Refused(refusal) => refused(&refusal),
        ExecuteError::Append(error) => unrecorded(error),
    })?;
    let come = state.journal.wait_for(Table::Proposals.name(), executed.position, PATIENCE).await;
    if let Err(error) = come {
        tracing::debug!(error = %error, "the table of proposals was not up to date in time");
    }
    Ok(())
}

fn refused(refusal: &ProposalRefusal) -> Problem {
    let field = match refusal {
        ProposalRefusal::NotYours | ProposalRefusal::AlreadyReceived | ProposalRefusal::TooManyWaiting => "questions",
        ProposalRefusal::ClerksOnly | ProposalRefusal::NotReceived | ProposalRefusal::Decided => "proposal",
        ProposalRefusal::Text(Refusal::Empty { field } | Refusal::TooLong { field, .. })
            if *field == inquiry::bounds::Field::Reason =>
        {
            "reason"
        }
        ProposalRefusal::Text(_) => "questions",
    };
    Problem::BadField { field: field.to_owned(), what: Words::from_fn(|language| refusal.words(language)) }
}
