//! Ministries' own blanks: a file is held against the rules of blanks, kept under its hash, and recorded with the day from which it is in
//! force. A reply is put on the blank of its document's date.

use directory::blanks::{AdoptBlank, BlankAdopted, BlankRefusal, MinistryBlanks};
use directory::{Actor, Language, MinistryCode, Role};
use eventstore::{ExecuteError, Guards, Origin, StreamId};
use inquiry::{BlobHash, Dossier};
use jiff::civil::Date;
use letter::blank::{Blank, BlankFault, FillError};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::letters::{self, Copy, Form, blob_bytes, file_name, in_letter};
use super::signing::keep;
use super::{Asked, NAMESPACE, at_work, unread, unrecorded};
use crate::problem::{Problem, TextFault, TextPlace};
use crate::speech::Words;
use crate::state::AppState;

/// The media type of a blank.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The largest blank, in bytes.
pub const LIMIT: usize = 5 * 1024 * 1024;

/// A file to be taken into use.
#[derive(Debug)]
pub struct Offered {
    /// Whose blank it is.
    pub ministry: MinistryCode,
    /// The day from which it is to be in force.
    pub since: Date,
    /// What people call it.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

fn stream(ministry: &MinistryCode) -> Result<StreamId, Problem> {
    StreamId::new(MinistryBlanks::stream_id(ministry))
        .map_err(|error| Problem::failure("name the stream of a ministry's blanks", error))
}

/// Refuses an executor who would change another ministry's blanks.
///
/// # Errors
/// [`Problem::BadField`].
pub fn may_keep(actor: &Actor, ministry: &MinistryCode) -> Result<(), Problem> {
    if actor.has(Role::Admin) || actor.ministry.as_ref() == Some(ministry) {
        return Ok(());
    }
    Err(bad("ministry", |language| match language {
        Language::Kk => "Министрліктің бланкін сол министрліктің орындаушысы не әкімші енгізеді.".to_owned(),
        Language::Ru => "Бланк министерства вводит его исполнитель или администратор.".to_owned(),
        Language::En => "A ministry's blank is taken into use by its own executor or an administrator.".to_owned(),
    }))
}

/// The blanks of a ministry.
///
/// # Errors
/// [`Problem::BadField`] when there is no such ministry; a failure.
pub async fn of(state: &AppState, ministry: &MinistryCode) -> Result<MinistryBlanks, Problem> {
    if !state.directory().ministries().iter().any(|known| &known.code == ministry) {
        return Err(bad("ministry", |language| match language {
            Language::Kk => format!("{ministry} коды бар министрлік жоқ."),
            Language::Ru => format!("Нет министерства с кодом {ministry}."),
            Language::En => format!("No ministry has the code {ministry}."),
        }));
    }
    let known = state.journal.aggregate::<MinistryBlanks>(&stream(ministry)?).await.map_err(unread)?;
    Ok(known.aggregate)
}

/// Takes a blank into use; a repeat of the request answers the first result.
///
/// # Errors
/// [`Problem::TextRefused`] with every fault of the file, each with its place; [`Problem::BadField`] for a day that is past; a failure.
pub async fn adopt(state: &AppState, asked: &Asked, offered: Offered) -> Result<BlankAdopted, Problem> {
    let Offered { ministry, since, name, bytes } = offered;
    let known = of(state, &ministry).await?;
    let (read, bytes) = at_work("read a blank", move || Ok((Blank::read(&bytes), bytes))).await?;
    read.map_err(|faults| faulty(&faults))?;
    let file = BlobHash(Sha256::digest(&bytes).into());
    let ask = AdoptBlank {
        since,
        today: inquiry::time::day_of(asked.at),
        file: file.to_string(),
        name,
        by: asked.by.name.clone(),
    };
    let origin = Origin {
        actor: asked.by.name.clone(),
        at: asked.at,
        command: asked.command,
        request: asked.request,
        correlation: Uuid::new_v5(&NAMESPACE, MinistryBlanks::stream_id(&ministry).as_bytes()),
        causation: asked.causation(),
    };
    // A repeat is answered, and a blank that is refused leaves nothing behind.
    if state.journal.recorded(&origin).await.map_err(unrecorded)?.is_none() {
        known.decide(&ask).map_err(|refusal| refused(&refusal))?;
        keep(state, DOCX, &bytes).await?;
    }
    let stream = stream(&ministry)?;
    let executed = state.journal.execute::<MinistryBlanks>(&stream, ask, origin, Guards::none(), None).await;
    let executed = executed.map_err(|error| match error {
        ExecuteError::Refused(refusal) => refused(&refusal),
        ExecuteError::Append(error) => unrecorded(error),
    })?;
    let recorded =
        executed.events.last().ok_or_else(|| Problem::failure("take a blank into use", "nothing followed"))?;
    let directory::blanks::BlanksEvent::BlankAdopted(adopted) = serde_json::from_str(recorded.text())
        .map_err(|error| Problem::failure("read what was recorded of a blank", error))?;
    Ok(adopted)
}

/// The file of one of a ministry's blanks.
///
/// # Errors
/// [`Problem::NotThereYet`] when the ministry has none of that hash; a failure.
pub async fn file(state: &AppState, ministry: &MinistryCode, hash: BlobHash) -> Result<Vec<u8>, Problem> {
    let blanks = of(state, ministry).await?;
    if !blanks.all().iter().any(|blank| blank.file == hash.to_string()) {
        return Err(none(ministry));
    }
    blob_bytes(state, hash).await
}

/// The file filled with a made-up letter, for people to look at.
///
/// # Errors
/// As [`file()`].
pub async fn preview(state: &AppState, ministry: &MinistryCode, hash: BlobHash) -> Result<Vec<u8>, Problem> {
    let bytes = file(state, ministry, hash).await?;
    at_work("fill a blank", move || {
        let blank = Blank::read(&bytes).map_err(|faults| faulty(&faults))?;
        blank.preview().map_err(|error| Problem::failure("fill a blank with a made-up letter", error))
    })
    .await
}

/// The reply of a dossier on a ministry's blank, the one in force on the letter's own date.
///
/// # Errors
/// [`Problem::NotThereYet`] when there is no draft, or no blank in force on that day; [`Problem::BadField`] when the letter has what the
/// blank has no place for; a failure.
pub async fn reply(state: &AppState, dossier: &Dossier, ministry: &MinistryCode) -> Result<Copy, Problem> {
    let facts = letters::reply_facts(state, dossier).await?;
    let blanks = of(state, ministry).await?;
    let blank = blanks.on(facts.dated).ok_or_else(|| none(ministry))?;
    let hash = blank.file.parse().map_err(|error| Problem::failure("read the hash of a blank", error))?;
    let bytes = blob_bytes(state, hash).await?;
    let engine = std::sync::Arc::clone(&state.engine);
    let filled = at_work("put a letter on a blank", move || {
        let blank = Blank::read(&bytes).map_err(|faults| faulty(&faults))?;
        let letter = engine.compose_reply(&facts).map_err(letters::unset)?;
        blank.fill(&letter).map_err(unfilled)
    });
    Ok(Copy { form: Form::Docx, bytes: filled.await?, file_name: file_name(dossier, &format!("{ministry}.docx")) })
}

fn unfilled(error: FillError) -> Problem {
    match error {
        FillError::Letter(error) => letters::unset(error),
        FillError::NoPlaceForAnnexes => bad("blank", |language| match language {
            Language::Kk => "Хаттың қосымшасы бар, ал бланкіде {{annexes}} жоқ.".to_owned(),
            Language::Ru => "У письма есть приложение, а в бланке нет {{annexes}}.".to_owned(),
            Language::En => "The letter has an annex, and the blank has no {{annexes}}.".to_owned(),
        }),
        error => Problem::failure("put a letter on a blank", error),
    }
}

fn none(ministry: &MinistryCode) -> Problem {
    Problem::NotThereYet {
        what: Words::new(
            format!("{ministry} министрлігінің мұндай не осы күнге қолданыстағы бланкі жоқ."),
            format!("У министерства {ministry} нет такого бланка или он не действует на эту дату."),
            format!("The ministry {ministry} has no such blank, or none in force on that day."),
        ),
    }
}

fn refused(refusal: &BlankRefusal) -> Problem {
    let field = match refusal {
        BlankRefusal::Past { .. } | BlankRefusal::InForce { .. } => "since",
        BlankRefusal::Name => "name",
    };
    bad(field, |language| refusal.words(language))
}

/// Every fault of a file, each with its place.
fn faulty(faults: &[BlankFault]) -> Problem {
    let said = |fault: &BlankFault| Words::from_fn(|language| fault.words(in_letter(language)));
    let place =
        |fault: &BlankFault| fault.spot.as_ref().map_or(TextPlace::Whole, |spot| TextPlace::Paragraph(spot.paragraph));
    Problem::TextRefused {
        faults: faults.iter().map(|fault| TextFault { place: place(fault), said: said(fault) }).collect(),
    }
}

fn bad(field: &str, say: impl Fn(Language) -> String) -> Problem {
    Problem::BadField { field: field.to_owned(), what: Words::from_fn(say) }
}
