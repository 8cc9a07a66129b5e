//! What can fail in dispatch itself. What the relay says of a mail is no error but an outcome.

/// A failure of dispatch.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// The settings cannot be used.
    #[error("the mail settings: {0}")]
    Settings(String),
    /// No connection to the database was to be had.
    #[error("no connection to the database")]
    Pool(#[source] deadpool_postgres::PoolError),
    /// The database refused a statement.
    #[error("the database could not {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// Its reason.
        #[source]
        source: tokio_postgres::Error,
    },
    /// A row holds what only a later program, or a hand, can have written.
    #[error("a row of the mail tables cannot be read: {0}")]
    Row(String),
    /// The journal could not answer.
    #[error("the journal could not {doing}")]
    Journal {
        /// What was being done.
        doing: &'static str,
        /// Its reason.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The office's mailbox could not do what it was asked.
    #[error("the mailbox could not {doing}")]
    Mailbox {
        /// What it was asked.
        doing: &'static str,
        /// What it said instead.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The office's mailbox does not do with one mail what it was asked; with the others it may.
    #[error("the mailbox could not {doing}")]
    Mail {
        /// What it was asked.
        doing: &'static str,
        /// What it said instead.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A part of the program that sends mail broke off.
    #[error("a part of the mail worker broke off")]
    Broke(#[source] tokio::task::JoinError),
}

impl DispatchError {
    /// Is it about the mailbox as a whole, so that the other mails in it need not be tried?
    pub(crate) const fn is_of_the_mailbox(&self) -> bool {
        matches!(self, Self::Mailbox { .. } | Self::Pool(_))
    }

    /// Did the database look at what it was given and refuse it? Then it will refuse it again (SQLSTATE classes 22, 23 and 54).
    pub(crate) fn is_refusal_of_data(&self) -> bool {
        let Self::Database { source, .. } = self else { return false };
        source.code().is_some_and(|state| ["22", "23", "54"].iter().any(|class| state.code().starts_with(class)))
    }

    /// All that it has to say, in one line.
    pub(crate) fn whole(&self) -> String {
        let why = std::iter::successors(Some(self as &dyn std::error::Error), |error| error.source());
        crate::text::one_line(&why.map(ToString::to_string).collect::<Vec<_>>().join(": "), 500)
    }
}

/// Says what the database was asked to do, for the error.
pub(crate) fn database(doing: &'static str) -> impl Fn(tokio_postgres::Error) -> DispatchError {
    move |source| DispatchError::Database { doing, source }
}
