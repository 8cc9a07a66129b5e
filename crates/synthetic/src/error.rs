//! What can go wrong while a history is made.

use inquiry::Refusal;
use inquiry::command::CommandName;

/// Why no history came of it, or no more of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The story asked an inquiry for something that it refuses: a fault of the story.
    #[error("a story asked for {command:?} and was refused: {refusal:?}")]
    Refused {
        /// What was asked.
        command: CommandName,
        /// Why not.
        refusal: Box<Refusal>,
    },
    /// A value of the story is none: a fault of the story.
    #[error("a story cannot be told: {0}")]
    Story(String),
    /// What was asked for cannot be made.
    #[error("{0}")]
    Bounds(String),
    /// The journal holds something else.
    #[error("{0}")]
    NotOurs(String),
    /// The database.
    #[error("the journal's database refuses")]
    Database(#[from] tokio_postgres::Error),
    /// A task broke off.
    #[error("the making broke off")]
    Broke(#[from] tokio::task::JoinError),
}

impl Error {
    pub(crate) fn story(error: impl std::fmt::Display) -> Self {
        Self::Story(error.to_string())
    }
}
