//! What is done at the edge of the domain, for the API and for the pages alike: facts are gathered, the inquiry is asked, and what
//! follows is recorded. The rules are the inquiry's own.
//!
//! [`registering`] takes an inquiry in, [`ordering`] carries any command, [`letters`] makes a reply from a dossier, [`signing`]
//! and [`numbering`] have bytes sealed before they ask, [`seal`] puts the Office's seal into a registered letter, [`merging`] writes two streams at once, [`files`] keeps what comes with contributions, [`blanks`] ministries' own forms, [`drafts`] lets texts out to editors and takes them back, [`printing`] asks whether a letter can say it, [`addressing`] to whom it goes, [`reading`] and [`proposing`] say what an inquiry's letter seems to say, [`alike`] what it looks like, [`earlier`] which earlier answers it is near to and what was taken over from them,
//! [`links`] opens deputies' personal links, [`proposals`] takes in what comes through them, [`evidence`] gathers what proves one delivery, [`archive`] what proves
//! a whole inquiry, [`same`] looks into the kept files of a letter, [`verifying`] says of a letter or a file what it is worth, [`waiting`] says where the time went, [`selection`] packs events that were looked for with their proofs, [`authority`] says who may sign what, [`seeing`] who may know of what, [`records`] changes ministries, deputies, offices and the calendar, [`accounts`] who may do what, [`absences`] who stands in for whom, [`settings`] how days and numbers are counted, [`calendar`] for which years no calendar is entered.

pub mod absences;
pub mod accounts;
mod addressing;
pub mod alike;
pub mod archive;
pub mod authority;
pub(crate) mod between;
pub mod blanks;
pub mod calendar;
pub mod counted;
pub mod drafts;
pub mod earlier;
pub mod evidence;
pub mod files;
pub mod letters;
pub mod links;
pub mod merging;
pub mod numbering;
pub mod ordering;
pub mod pausing;
mod printing;
pub mod proposals;
pub mod proposing;
pub mod reading;
pub mod records;
pub mod registering;
mod repeats;
pub(crate) mod same;
pub mod seal;
pub mod seeing;
pub mod selection;
pub mod settings;
pub mod signing;
pub(crate) mod verifying;
pub mod waiting;

use std::future::Future;

use directory::Actor;
use eventstore::{AppendError, CommandId, ExecuteError, Executed, Origin, Recorded, StoreError, StreamId};
use inquiry::InquiryId;
use inquiry::refusal::Refusal;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Caller;
use crate::accounts::proof::Proof;
use crate::problem::Problem;

/// What commands' and inquiries' ids are made in (UUID version 5): a repeated request makes the same ones.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0b_58a4_53c0_4c1f_9d6e_3260_0000_0326);

/// A request to change something, before it is known what it leads to.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who asks.
    pub by: Actor,
    /// When, by the office's clock.
    pub at: Timestamp,
    /// The same for a request and its repeats.
    pub command: CommandId,
    /// SHA-256 of what was asked, so that other content under the same id is noticed.
    pub request: [u8; 32],
    /// The version that the asker saw; without it the present one is meant.
    pub seen: Option<u64>,
    /// What the request proves of who asks.
    pub proof: Proof,
}

impl Asked {
    /// A request by the account `account`, recognised by `key`, for `what` (a stable name of the route and its subject) with `body`. It
    /// proves nothing of who asks until [`Asked::proved_by`] says what.
    #[must_use]
    pub fn new(by: Actor, at: Timestamp, account: Uuid, key: &str, what: &str, body: &[u8], seen: Option<u64>) -> Self {
        let id = Uuid::new_v5(&NAMESPACE, format!("command\n{account}\n{key}").as_bytes());
        let mut request = Sha256::new();
        request.update(what.as_bytes());
        request.update(b"\n");
        request.update(body);
        Self { by, at, command: CommandId(id), request: request.finalize().into(), seen, proof: Proof::None }
    }

    /// With what this caller has proved of themselves. What asks for a proof (a signature) is refused to a request that was made without it.
    #[must_use]
    pub fn proved_by(self, caller: &Caller) -> Self {
        Self { proof: caller.through.proof(), ..self }
    }

    /// The inquiry that this request registers, if it does: a repeat registers the same one.
    #[must_use]
    pub fn new_inquiry(&self) -> InquiryId {
        InquiryId(Uuid::new_v5(&NAMESPACE, format!("inquiry\n{}", self.command).as_bytes()))
    }

    fn origin(&self, inquiry: InquiryId) -> Origin {
        Origin {
            actor: self.by.name.clone(),
            at: self.at,
            command: self.command,
            request: self.request,
            correlation: inquiry.0,
            causation: self.causation(),
        }
    }

    /// What an act in another's place rests on.
    fn causation(&self) -> Option<Uuid> {
        self.by.in_place_of.as_ref().map(|absent| absent.substitution)
    }

    fn asks(&self, ask: inquiry::Ask) -> inquiry::Command {
        inquiry::Command { by: self.by.clone(), at: self.at, seen: self.seen, ask }
    }
}

/// What a request led to.
#[derive(Debug, Clone)]
pub struct Done {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// Its version after the command.
    pub version: u64,
    /// The position of the last event in the journal: a table that has come this far has seen it.
    pub position: i64,
    /// The events.
    pub events: Vec<Recorded>,
    /// This is the first result, told again.
    pub repeated: bool,
}

impl Done {
    fn of(inquiry: InquiryId, executed: Executed) -> Self {
        let Executed { version, position, events, repeated, .. } = executed;
        Self { inquiry, version, position, events, repeated }
    }
}

/// The journal's stream of an inquiry.
fn stream(inquiry: InquiryId) -> Result<StreamId, Problem> {
    StreamId::new(inquiry.stream_id()).map_err(|error| Problem::failure("name the stream of an inquiry", error))
}

/// Runs several steps to their end, also when the caller has gone away meanwhile: a handler's future is dropped with its
/// connection, a task is not.
pub async fn to_the_end<T: Send + 'static>(
    steps: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    tokio::spawn(steps).await.map_err(|error| Problem::failure("run a request to its end", error))?
}

/// Runs work that keeps a processor busy (setting a letter, sealing) where it delays nobody.
pub(crate) async fn at_work<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::failure(doing, error))?
}

/// What the journal said, as a problem.
pub(crate) fn unrecorded(error: AppendError) -> Problem {
    match error {
        AppendError::Conflict { actual, .. } => Problem::Stale { current: actual },
        AppendError::CommandReused { .. } => Problem::IdempotencyKeyReused,
        AppendError::NumberTaken { .. } => Problem::Busy,
        AppendError::Invalid(invalid) => Problem::UnexpectedContent { hint: invalid.to_string() },
        AppendError::OutcomeUnknown(_) => Problem::OutcomeUnknown { source: error.into() },
        AppendError::Claimed { .. } => Problem::failure("claim a key that nobody should have", error),
        AppendError::Failure(error) => unread(error),
    }
}

/// What the inquiry or the journal said, as a problem.
pub(crate) fn unexecuted(error: ExecuteError<Refusal>) -> Problem {
    match error {
        ExecuteError::Refused(refusal) => refusal.into(),
        ExecuteError::Append(error) => unrecorded(error),
    }
}

/// What a stream got between two versions of it, of all its events; none where these have not come so far.
fn stretch<T>(events: &[T], seen: Option<u64>, now: u64) -> Option<&[T]> {
    let place = |version: u64| usize::try_from(version).ok();
    events.get(place(seen?)?..place(now)?)
}

/// The journal could not be read.
pub(crate) fn unread(error: StoreError) -> Problem {
    match &error {
        StoreError::Pool(_)
        | StoreError::Connection(_)
        | StoreError::Deadline
        | StoreError::Interrupted(_)
        | StoreError::Closed => Problem::Unavailable { source: error.into() },
        StoreError::Erased { .. } => Problem::Erased,
        StoreError::Statement { .. }
        | StoreError::Row(_)
        | StoreError::Payload(_)
        | StoreError::Sealing
        | StoreError::MasterKey(_)
        | StoreError::Upcast { .. } => Problem::failure("use the journal", error),
    }
}
