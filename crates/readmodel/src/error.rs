//! What fails when a table is read or filled.

/// A table could not be read or filled.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No connection from the pool.
    #[error("no connection to the database")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// A statement failed.
    #[error("the database refused to {doing}")]
    Statement {
        /// What was being done, as the end of a sentence.
        doing: &'static str,
        /// The server's answer.
        #[source]
        source: tokio_postgres::Error,
    },
    /// A row holds what this program never writes.
    #[error("a row of {table} cannot be read")]
    Row {
        /// The table.
        table: &'static str,
    },
    /// The journal could not be read.
    #[error("the journal could not be read")]
    Journal(#[from] eventstore::StoreError),
    /// An event of an inquiry in a shape that this program does not read.
    #[error("the event at position {position} cannot be read")]
    UnknownEvent {
        /// Where it stands.
        position: i64,
        /// Why it cannot be read.
        #[source]
        source: inquiry::event::UnknownEvent,
    },
}

impl ReadError {
    /// For `map_err`: names what was being done.
    pub(crate) fn doing(doing: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Self {
        move |source| Self::Statement { doing, source }
    }
}
