//! What fails outside: the database, the connection, a stored row that cannot be read. Refusals and conflicts have types
//! of their own, beside the operation that refuses.

use std::sync::Arc;

use crate::event::PayloadError;

/// The journal's database could not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection from the pool.
    #[error("no connection to the journal's database")]
    Pool(#[source] Arc<deadpool_postgres::PoolError>),
    /// The writer's or the listener's own connection.
    #[error("the connection to the journal's database was lost or could not be made")]
    Connection(#[source] Arc<tokio_postgres::Error>),
    /// The server did not answer in time.
    #[error("the journal's database did not answer in time")]
    Deadline,
    /// A statement failed.
    #[error("the journal's database refused to {doing}")]
    Statement {
        /// What was being done, as the end of a sentence.
        doing: &'static str,
        /// The server's answer.
        #[source]
        source: Arc<tokio_postgres::Error>,
    },
    /// A stored row holds what this program never writes.
    #[error("a stored row cannot be read: {0}")]
    Row(String),
    /// No key, no random bytes or no cipher where a personal text was to be sealed or opened.
    #[error("a personal text could not be sealed or opened: this journal has no key for it")]
    Sealing,
    /// The master key is not the one that the keys were wrapped with.
    #[error("the key {0} does not open with this master key; the one it was made with belongs into the data folder")]
    MasterKey(String),
    /// The person whose blob it was has been erased.
    #[error("blob {blob} was erased: its key is destroyed")]
    Erased {
        /// The blob's id.
        blob: String,
    },
    /// A stored event of an old shape could not be read as one of today.
    #[error("position {position} ({event_type} version {schema_version}) could not be read in today's shape")]
    Upcast {
        /// Where it stands.
        position: i64,
        /// Its stored name.
        event_type: String,
        /// The version of its shape.
        schema_version: u16,
        /// Why.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// A stored payload is not an event of the domain that asked.
    #[error("a stored event cannot be read")]
    Payload(#[source] Arc<PayloadError>),
    /// What a follower did was interrupted by a failure that passes.
    #[error("a follower was interrupted; the same thing can be asked again")]
    Interrupted(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The journal was closed.
    #[error("the journal is closed")]
    Closed,
}

impl StoreError {
    /// For `map_err`: names what was being done.
    pub(crate) fn doing(doing: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Self {
        move |source| Self::Statement { doing, source: Arc::new(source) }
    }
}

impl From<deadpool_postgres::PoolError> for StoreError {
    fn from(source: deadpool_postgres::PoolError) -> Self {
        Self::Pool(Arc::new(source))
    }
}

impl From<PayloadError> for StoreError {
    fn from(source: PayloadError) -> Self {
        Self::Payload(Arc::new(source))
    }
}
