//! Taking an inquiry in: what came is made into the inquiry's own terms, its deadline is counted, its incoming number taken.

mod fields;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use directory::deadline;
use directory::number::natural_key;
use directory::series::Purpose;
use directory::{ChamberCode, DeputyId, Language};
use eventstore::{AppendError, Claim, ExecuteError, Guards, TakeNumber};
use inquiry::command::Register;
use inquiry::intake::{Attachment, Channel, GroupKind, Intake};
use inquiry::{BlobHash, Inquiry, InquiryId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Asked, Done, repeats, seeing, stream, unexecuted, unread, unrecorded};
use crate::problem::{FieldFault, Problem};
use crate::speech::Words;
use crate::state::AppState;

pub use fields::faults;

/// How often the next number is asked for again because somebody was faster.
const NUMBER_ATTEMPTS: u32 = 50;

/// An inquiry as it is handed in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInquiry {
    /// Its number, in whatever spelling it is printed: `№ ДС-326`.
    pub number: String,
    /// The date on the letter.
    pub dated: Date,
    /// The day the Office received it; not in the future. The deadline counts from here.
    pub received: Date,
    /// How it arrived.
    pub channel: Channel,
    /// The chamber whose deputies ask, such as `mazhilis`.
    pub chamber: ChamberCode,
    /// The language it is written in.
    pub language: Language,
    /// What it is about, in one phrase.
    pub subject: String,
    /// What it asks, point by point.
    #[serde(default)]
    pub questions: Vec<NewQuestion>,
    /// Who asks, in the groups and the order of the letter's own list.
    pub groups: Vec<NewGroup>,
    /// Files that came with it.
    #[serde(default)]
    pub attachments: Vec<NewAttachment>,
    /// Files that were kept here before, when the letter was read; programs send theirs with the inquiry.
    #[serde(skip)]
    #[schemars(skip)]
    pub kept: Vec<Attachment>,
}

/// One point of an inquiry: its words, alone or as a field.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum NewQuestion {
    /// Its words.
    Words(String),
    /// Its words in a field.
    Field(QuestionField),
}

/// One point of an inquiry.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionField {
    /// Its words.
    pub text: String,
}

/// A group of the inquiry's own list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// The label exactly as the inquiry spells it; a line break in it is one on the reply.
    pub label: String,
    /// What kind of group it is.
    pub kind: GroupKind,
    /// The deputies beneath the label.
    pub deputies: Vec<NewDeputy>,
}

/// A deputy on the list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeputy {
    /// The name as the inquiry prints it.
    pub name: String,
    /// Where the reply goes; without it, it is delivered by hand.
    #[serde(default)]
    pub email: Option<String>,
    /// Who this is in the directory. Without it the deputy is known by the e-mail address, when the directory has it.
    #[serde(default)]
    pub deputy: Option<DeputyId>,
}

/// A file that came with an inquiry.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAttachment {
    /// Its name.
    pub name: String,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// Its bytes in base64.
    pub content: String,
}

/// What registering led to.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The command's result.
    pub done: Done,
    /// Its number, as its letter prints it.
    pub number: String,
    /// The Office's incoming number.
    pub incoming_number: String,
    /// When the reply is due.
    pub due: Date,
}

/// Registers an inquiry: receives it, numbers it and puts it on control in one append.
///
/// # Errors
/// [`Problem::BadField`] or, with all of them, [`Problem::BadFields`] for what cannot be taken, [`Problem::AlreadyRegistered`] when issuer, number and date are known, the
/// inquiry's own refusals, or a failure.
pub async fn register(state: &AppState, asked: &Asked, new: NewInquiry) -> Result<Registered, Problem> {
    let id = asked.new_inquiry();
    let done = match repeats::first_result(state, id, asked).await? {
        Some(done) => done,
        None => {
            let outcome = register_now(state, asked, id, new).await;
            repeats::or_of_twin(state, id, asked, outcome).await?
        }
    };
    registered(state, done).await
}

/// Was this request, or another one under its key, carried out before? Then the first result answers it, and nothing is asked about any more.
///
/// # Errors
/// The journal cannot be read.
pub async fn was_asked(state: &AppState, asked: &Asked) -> Result<bool, Problem> {
    match repeats::first_result(state, asked.new_inquiry(), asked).await {
        Ok(done) => Ok(done.is_some()),
        Err(Problem::IdempotencyKeyReused) => Ok(true),
        Err(problem) => Err(problem),
    }
}

async fn register_now(state: &AppState, asked: &Asked, id: InquiryId, new: NewInquiry) -> Result<Done, Problem> {
    let files = new.attachments.clone();
    let known = new.kept.clone();
    let (mut intake, faults) = fields::looked_at(state, new).await?;
    if let Some(problem) = FieldFault::all_of(faults) {
        return Err(problem);
    }
    let key = natural_key(&intake.chamber, &intake.number, intake.dated);
    // Looked up before a number is asked for, and decided by the claim in the append.
    // An owner that is this very inquiry is this very request, sent twice at once.
    if let Some(owner) = state.journal.claimed_by(&key).await.map_err(unread)?
        && owner != stream(id)?
    {
        return Err(already(&intake, owner.as_str()));
    }
    intake.attachments = kept_before(state, known).await?;
    intake.attachments.extend(keep(state, files).await?);
    let today = state.today();
    let directory = state.directory();
    let view = directory.at(today);
    let rule = directory.at(intake.received).reply_rule().cloned();
    let rule = rule.ok_or_else(|| Problem::failure("count the deadline of an inquiry", "no rule on that day"))?;
    let deadline = deadline::due(intake.received, &rule, directory.calendar())
        .map_err(|error| Problem::failure("count the deadline of an inquiry", error))?;
    let series =
        view.series(Purpose::Incoming).ok_or_else(|| Problem::failure("find the incoming series", "none today"))?;
    let name = view
        .series_name(series, &intake.chamber)
        .map_err(|error| Problem::failure("name the incoming series", error))?;
    state.journal.ensure_series(&name, series.first).await.map_err(unrecorded)?;
    let mut value = state.journal.next_number(&name).await.map_err(unread)?;
    for _ in 0..NUMBER_ATTEMPTS {
        let ask = Register {
            inquiry: id,
            intake: intake.clone(),
            incoming_number: series.format(value),
            deadline: deadline.clone(),
        };
        let guards = Guards {
            claims: vec![Claim { key: key.clone() }],
            numbers: vec![TakeNumber { series: name.clone(), value }],
        };
        let command = asked.asks(ask.into());
        // The stream must not exist; a repeat is answered before that is looked at.
        match state.journal.execute::<Inquiry>(&stream(id)?, command, asked.origin(id), guards, Some(0)).await {
            Ok(executed) => return Ok(Done::of(id, executed)),
            Err(ExecuteError::Append(AppendError::NumberTaken { next, .. })) => value = next,
            Err(ExecuteError::Append(AppendError::Claimed { stream, .. })) => {
                return Err(already(&intake, stream.as_str()));
            }
            Err(error) => return Err(unexecuted(error)),
        }
    }
    Err(Problem::Busy)
}

/// What the first result said, read back from its events, so that a repeat says the same.
async fn registered(state: &AppState, done: Done) -> Result<Registered, Problem> {
    let history = state.journal.load(&stream(done.inquiry)?).await.map_err(unread)?;
    let mut inquiry = Inquiry::NotReceived;
    for recorded in history.iter().filter(|recorded| recorded.version <= done.version) {
        inquiry = seeing::events_of(recorded)?.iter().fold(inquiry, Inquiry::evolve);
    }
    let found = inquiry.dossier().and_then(|dossier| {
        let number = dossier.intake.number.printed().to_owned();
        Some((number, dossier.incoming_number.clone()?, dossier.due()?))
    });
    let (number, incoming_number, due) =
        found.ok_or_else(|| Problem::failure("read a registration", "it has no number or day"))?;
    Ok(Registered { done, number, incoming_number, due })
}

fn already(intake: &Intake, stream: &str) -> Problem {
    match InquiryId::of_stream(stream) {
        Some(inquiry) => Problem::AlreadyRegistered { number: intake.number.printed().to_owned(), inquiry },
        None => Problem::failure("find who has a number", format!("{stream} is no inquiry")),
    }
}

/// The files that were kept before, each as it was kept.
async fn kept_before(state: &AppState, files: Vec<Attachment>) -> Result<Vec<Attachment>, Problem> {
    for file in &files {
        let kept = state.journal.blob(&file.blob.to_string()).await.map_err(unread)?;
        if kept.is_none_or(|kept| kept.media_type != file.media_type) {
            let what = Words::new(
                format!("{} файлы табылмады; қайта таңдаңыз.", file.name),
                format!("Файл {} не найден; выберите его снова.", file.name),
                format!("The file {} is not there; choose it again.", file.name),
            );
            return Err(Problem::BadField { field: "attached".to_owned(), what });
        }
    }
    Ok(files)
}

/// Keeps the files that came with it.
async fn keep(state: &AppState, files: Vec<NewAttachment>) -> Result<Vec<Attachment>, Problem> {
    let mut kept = Vec::new();
    for (n, file) in files.into_iter().enumerate() {
        let place = format!("attachments[{n}]");
        let wrong = |what: &str| {
            let base64 = Words::new(
                "Мазмұнын base64 түрінде беріңіз.",
                "Передайте содержимое в base64.",
                "Give the content in base64.",
            );
            Problem::BadField { field: format!("{place}.{what}"), what: base64 }
        };
        let bytes = STANDARD.decode(file.content.as_bytes()).map_err(|_| wrong("content"))?;
        let id = match state.journal.put_blob(&file.media_type, &bytes).await {
            Ok(id) => id,
            Err(AppendError::Invalid(error)) => {
                let text = error.to_string();
                return Err(Problem::BadField { field: place, what: Words::new(text.clone(), text.clone(), text) });
            }
            Err(error) => return Err(unrecorded(error)),
        };
        let blob: BlobHash = id.parse().map_err(|error| Problem::failure("read the id of a kept file", error))?;
        kept.push(Attachment { name: file.name, media_type: file.media_type, blob });
    }
    Ok(kept)
}
