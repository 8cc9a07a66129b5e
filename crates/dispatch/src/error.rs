//! What can fail in dispatch itself. What the relay says of a mail is no error but an outcome.

use tokio_postgres::error::SqlState;

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
        source: Reason,
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

/// Why the database did not do something: its message and SQLSTATE, or what became of the connection. Its details are left out, for they
/// print whole rows, and what it says here comes into logs and onto pages.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub struct Reason {
    words: String,
    state: Option<SqlState>,
}

impl From<&tokio_postgres::Error> for Reason {
    fn from(error: &tokio_postgres::Error) -> Self {
        let words = match error.as_db_error() {
            Some(said) => format!("{} (SQLSTATE {})", said.message(), said.code().code()),
            None => whole(error),
        };
        Self { words, state: error.code().cloned() }
    }
}

impl DispatchError {
    /// Is it about the mailbox as a whole, so that the other mails in it need not be tried?
    pub(crate) const fn is_of_the_mailbox(&self) -> bool {
        matches!(self, Self::Mailbox { .. } | Self::Pool(_))
    }

    /// Did the database look at what it was given and refuse it? Then it will refuse it again (SQLSTATE classes 22, 23 and 54).
    pub(crate) fn is_refusal_of_data(&self) -> bool {
        let Self::Database { source, .. } = self else { return false };
        source
            .state
            .as_ref()
            .is_some_and(|state| ["22", "23", "54"].iter().any(|class| state.code().starts_with(class)))
    }

    /// All that it has to say, in one line.
    pub(crate) fn whole(&self) -> String {
        crate::text::one_line(&whole(self), 500)
    }
}

/// An error and its causes; of what the database refused, its message alone.
fn whole(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        match error.downcast_ref::<tokio_postgres::Error>() {
            Some(refused) if refused.as_db_error().is_some() => {
                words.push(Reason::from(refused).to_string());
                break;
            }
            _ => words.push(error.to_string()),
        }
        next = error.source();
    }
    words.join(": ")
}

/// Says what the database was asked to do, for the error.
pub(crate) fn database(doing: &'static str) -> impl Fn(tokio_postgres::Error) -> DispatchError {
    move |error| DispatchError::Database { doing, source: Reason::from(&error) }
}
