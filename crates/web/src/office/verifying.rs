//! What a letter or a file is worth, said to whoever holds it: by the code that is printed on it, or by the file itself. Open to everybody, so nothing is told
//! that the letter does not say, and nothing of what is sent in is kept.
//!
//! [`known`] finds a letter and what became of it, `unsettled` those that the register does not have yet, [`mod@file`] judges a PDF, [`answer`] is what both come to, [`words`] says it.

pub(crate) mod answer;
pub(crate) mod file;
pub(crate) mod known;
mod unsettled;
pub(crate) mod words;

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use readmodel::letters;
use signature::Trust;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::problem::Problem;
use crate::state::AppState;
use known::Known;
use unsettled::Unsettled;

/// The largest file that is looked at, in bytes. Letters have some hundred thousand.
pub(crate) const FILE_LIMIT: usize = 10 * 1024 * 1024;
/// How many files are judged at once: each keeps a processor busy and takes many times its size.
static JUDGING: Semaphore = Semaphore::const_new(2);
/// How many files come in at once.
static TAKING: Semaphore = Semaphore::const_new(16);
/// How long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a file may take to come in.
const TRANSFER: Duration = Duration::from_secs(60);

/// What a code leads to.
pub(crate) enum Found {
    /// A letter, and what became of it.
    Letter(Box<Known>),
    /// The register has a letter with this code that the journal does not have so.
    Differs,
    /// No letter.
    Nothing,
}

/// The letter with that code.
///
/// # Errors
/// [`Problem::NotKnownYet`] while the register is too far behind to say that there is none; a failure.
pub(crate) async fn by_code(state: &AppState, typed: &str) -> Result<Found, Problem> {
    let found = registered(state, typed).await?;
    let (Found::Nothing, Some(code)) = (&found, letters::typed_code(typed)) else { return Ok(found) };
    let unsettled = Unsettled::now(state).await?;
    match registered(state, typed).await? {
        Found::Nothing => {
            let mut found = unsettled.letters(state, |known| known.code == code).await?.into_iter();
            Ok(found.next().map_or(Found::Nothing, |known| Found::Letter(Box::new(known))))
        }
        found => Ok(found),
    }
}

/// The letter with that code, as far as the register knows it.
async fn registered(state: &AppState, typed: &str) -> Result<Found, Problem> {
    let failed = |error| Problem::failure("look up a letter by its code", error);
    let Some(row) = letters::by_code(&state.house(), typed).await.map_err(failed)? else { return Ok(Found::Nothing) };
    Ok(Known::of(state, &row).await?.map_or(Found::Differs, |known| Found::Letter(Box::new(known))))
}

/// Takes a file in, when there is room, and not for ever.
///
/// # Errors
/// [`Problem::TooOften`] when too many files are coming in; [`Problem::BadForm`] when this one takes too long; what `taking` says.
pub(crate) async fn taken<T>(taking: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let _room = turn(&TAKING).await?;
    match tokio::time::timeout(TRANSFER, taking).await {
        Ok(taken) => taken,
        Err(_) => Err(Problem::BadForm { hint: format!("the file took longer than {} seconds", TRANSFER.as_secs()) }),
    }
}

/// Refuses a file that is announced as larger than any that is taken, before a byte of it has come.
///
/// # Errors
/// [`Problem::TooLarge`].
pub(crate) fn announced(request: &HttpRequest) -> Result<(), Problem> {
    /// What a form has besides its file.
    const FRAME: usize = 64 * 1024;
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length: Option<usize> = length.and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length| length > FILE_LIMIT + FRAME) {
        return Err(Problem::TooLarge { limit: FILE_LIMIT });
    }
    Ok(())
}

async fn turn(of: &'static Semaphore) -> Result<SemaphorePermit<'static>, Problem> {
    match tokio::time::timeout(PATIENCE, of.acquire()).await {
        Ok(Ok(permit)) => Ok(permit),
        Ok(Err(closed)) => Err(Problem::failure("wait for a turn", closed)),
        Err(_) => Err(Problem::TooOften { seconds: PATIENCE.as_secs() }),
    }
}

/// Whom this installation trusts when it judges signatures of others: the authorities of its settings, and every certificate that has sealed here.
fn trust(state: &AppState) -> Trust {
    let mut trust = state.authorities.trust().clone();
    trust.anchors.extend(state.sealing.known().iter().cloned());
    trust
}
