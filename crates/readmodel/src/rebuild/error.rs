//! Why a rebuild did not end with a new table.

use eventstore::StoreError;

use crate::ReadError;

/// A table was not rebuilt; the one in use is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// Somebody is at it.
    #[error("{table} is being rebuilt by another program right now; wait until it has ended")]
    Running {
        /// The follower's name.
        table: &'static str,
    },
    /// An event of a kind that this program does not know.
    #[error(
        "the event at position {position} is of the kind {event_type:?}, which this program does not know: rebuild with a newer one"
    )]
    Unknown {
        /// Where it stands.
        position: i64,
        /// Its stored name.
        event_type: String,
    },
    /// An event from which no row could be made.
    #[error("the event at position {position} cannot be digested")]
    Indigestible {
        /// Where it stands.
        position: i64,
        /// Why.
        #[source]
        source: Box<ReadError>,
    },
    /// Something in the database that is no part of the table would be lost with it.
    #[error("the table {relation} cannot be replaced, because something leans on it: {what}")]
    LeanedOn {
        /// The table.
        relation: &'static str,
        /// What leans on it.
        what: String,
    },
    /// The table that is in use was changed while the new one was made.
    #[error("the table {relation} was given another shape or other rights meanwhile; begin again")]
    Reshaped {
        /// The table.
        relation: &'static str,
    },
    /// The table that is in use was not free for a moment.
    #[error("the table {relation} is held by somebody all the time; try again when they have ended")]
    Busy {
        /// The table.
        relation: &'static str,
    },
    /// The table in use does not come to where the journal is.
    #[error(
        "the table of {table} does not come to the journal's position {position}: `saual followers` says why, and `saual work` runs it"
    )]
    Behind {
        /// The follower's name.
        table: &'static str,
        /// Where the journal was.
        position: i64,
    },
    /// This rebuild was silent for so long that another one has gone on with it.
    #[error("another program has gone on with this rebuild")]
    Overtaken,
    /// There is no such table: the database was not migrated.
    #[error("there is no table {relation} in the database; `saual migrate` makes it")]
    Absent {
        /// The table.
        relation: &'static str,
    },
    /// A part of the rebuild broke off.
    #[error("a part of the rebuild broke off")]
    Broke(#[from] tokio::task::JoinError),
    /// The database could not do its part.
    #[error("the rebuild was interrupted")]
    Read(#[source] Box<ReadError>),
}

impl RebuildError {
    /// For `map_err`: names what was being done.
    pub(super) fn doing(doing: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Self {
        move |source| ReadError::doing(doing)(source).into()
    }

    /// Is it an answer about the journal or the table, and no failure of the world around?
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        match self {
            Self::Running { .. }
            | Self::Unknown { .. }
            | Self::Indigestible { .. }
            | Self::LeanedOn { .. }
            | Self::Reshaped { .. }
            | Self::Busy { .. }
            | Self::Behind { .. }
            | Self::Overtaken => true,
            Self::Absent { .. } | Self::Broke(_) | Self::Read(_) => false,
        }
    }
}

impl From<ReadError> for RebuildError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::UnknownEvent { position, .. } => Self::Indigestible { position, source: Box::new(error) },
            error => Self::Read(Box::new(error)),
        }
    }
}

impl From<StoreError> for RebuildError {
    fn from(error: StoreError) -> Self {
        Self::Read(Box::new(error.into()))
    }
}

impl From<deadpool_postgres::PoolError> for RebuildError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        Self::Read(Box::new(error.into()))
    }
}
