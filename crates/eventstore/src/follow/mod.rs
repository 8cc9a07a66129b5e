//! Readers that keep their place: a follower's rows and its cursor are committed in one transaction, so each event has its
//! effect exactly once, whatever crashes and whenever.
//!
//! One owner at a time follows under a name. It holds a lease in a row and an epoch that rises with every new owner; a page
//! is committed only under the epoch it was read in, so an owner that was thought dead and wakes late changes nothing.
//!
//! An event that a follower cannot digest is parked with its key, and so is everything of that key that follows, so that
//! its order is kept; other keys go on. A failure that passes is met by trying again, at growing intervals, and nothing is
//! parked by it. Nothing is ever skipped, except what does not concern the follower.
//!
//! Read this page, then `work` (the loop), `page` (the one transaction), `lease` (whose turn it is), `parked` (what was set
//! aside, and trying it again) and `state` (how far everybody has come). ADR 0009 says why.

mod lease;
mod page;
mod parked;
mod state;
mod work;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Transaction;
use tokio::sync::watch;

use crate::append::Invalid;
use crate::error::StoreError;
use crate::event::Recorded;
use crate::journal::Journal;
use crate::validate;

pub use parked::{Parked, Retried};
pub use state::FollowerState;
pub(crate) use state::Seen;

use work::Work;

/// Why a follower could not digest a page.
pub type FollowerError = Box<dyn std::error::Error + Send + Sync>;

/// What an event is to a follower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Something follows from it: it is to be applied.
    Mine,
    /// Nothing follows from it. A stretch of such events costs no transaction.
    None,
    /// It is of a kind that only a newer program knows. It is passed over and counted; whoever knows it makes the follower's
    /// table anew. A follower that nobody rebuilds says [`Concern::Mine`] instead, and has it parked.
    Unknown,
}

/// Whoever turns the log into rows: a projection or a reaction.
pub trait Follower: Send + Sync {
    /// The name under which its place is kept.
    fn name(&self) -> &str;

    /// How many events it takes in one transaction at most.
    fn page(&self) -> u32 {
        500
    }

    /// What must keep its order when an event is parked.
    fn key<'e>(&self, event: &'e Recorded) -> &'e str {
        event.stream.as_str()
    }

    /// Is the event to be applied? Told from its stream and its kind, so that events of others cost nothing.
    fn concern(&self, event: &Recorded) -> Concern {
        let _every_event = event;
        Concern::Mine
    }

    /// Writes what follows from these events, in this transaction and nowhere else. The cursor moves in the same one. There
    /// are only events of its concern among them.
    fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> impl Future<Output = Result<(), FollowerError>> + Send;
}

/// How followers wait.
#[derive(Clone, Debug)]
pub struct Pace {
    /// How long an owner may be silent before another takes over.
    pub lease: Duration,
    /// The first pause after a failure; it doubles up to `longest_pause`.
    pub first_pause: Duration,
    /// The longest pause after a failure.
    pub longest_pause: Duration,
}

impl Pace {
    /// How often an owner says that it lives.
    pub(crate) fn renewal(&self) -> Duration {
        self.lease / 3
    }

    /// How often whoever is not the owner looks whether it could be.
    pub(crate) fn look(&self) -> Duration {
        self.lease / 5
    }

    /// What suits a program with few nodes: a node that was killed is succeeded within some six seconds.
    pub const USUAL: Self = Self {
        lease: Duration::from_secs(5),
        first_pause: Duration::from_millis(200),
        longest_pause: Duration::from_secs(30),
    };
}

/// Why a follower's place could not be told, or was not reached.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Not a name.
    #[error("not a name for a follower")]
    Name(#[from] Invalid),
    /// The follower did not come so far in time.
    #[error("follower {name} stands at {position}, before {wanted}{}", .failure.as_ref().map(|why| format!("; it stopped: {why}")).unwrap_or_default())]
    Behind {
        /// Who.
        name: String,
        /// Where it stands.
        position: i64,
        /// Where it was waited for.
        wanted: i64,
        /// Why it stopped, if it did.
        failure: Option<String>,
    },
    /// The database could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Follows until `stop` becomes true (or its sender is gone), at the usual pace.
///
/// # Errors
/// [`FollowError::Name`]; everything else is met by trying again.
pub async fn follow<F: Follower>(
    journal: &Journal,
    follower: &F,
    stop: watch::Receiver<bool>,
) -> Result<(), FollowError> {
    follow_at(journal, follower, stop, &Pace::USUAL).await
}

/// Follows at a given pace.
///
/// # Errors
/// As [`follow`].
pub async fn follow_at<F: Follower>(
    journal: &Journal,
    follower: &F,
    mut stop: watch::Receiver<bool>,
    pace: &Pace,
) -> Result<(), FollowError> {
    validate::follower(follower.name())?;
    let mut work = Work::new(journal, follower, pace);
    tokio::select! {
        biased;
        () = stopped(&mut stop) => {}
        () = work.run() => {}
    }
    // A page that was interrupted is rolled back with its connection; the lease is given back so that the next owner need
    // not wait it out, and with it the place, as far as it was only passed over.
    if let Err(error) = work.give_back().await {
        tracing::debug!(%error, follower = follower.name(), "a follower's lease runs out by itself");
    }
    Ok(())
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone: nobody is left to stop us later.
    if stop.wait_for(|stop| *stop).await.is_err() {
        tracing::debug!("whoever could stop a follower has gone, so it stops");
    }
}

impl<F: Follower> Follower for Arc<F> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn page(&self) -> u32 {
        (**self).page()
    }

    fn key<'e>(&self, event: &'e Recorded) -> &'e str {
        (**self).key(event)
    }

    fn concern(&self, event: &Recorded) -> Concern {
        (**self).concern(event)
    }

    fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> impl Future<Output = Result<(), FollowerError>> + Send {
        (**self).apply(tx, page)
    }
}
