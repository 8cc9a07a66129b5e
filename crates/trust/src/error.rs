//! Why nothing was learned from another side.

use signature::AnswerError;

/// Why nothing was learned from an authority.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// No place was named that could be asked.
    #[error("no {0} is named in the settings")]
    NotNamed(&'static str),
    /// It did not answer, or not in its own protocol.
    #[error("{address} does not answer as it should: {why}")]
    Away {
        /// Which place.
        address: String,
        /// What happened instead.
        why: String,
    },
    /// It answered, and that is no answer to what was asked.
    #[error("what {address} answered cannot be used: {source}")]
    Answer {
        /// Which place.
        address: String,
        /// What is wrong with it.
        source: AnswerError,
    },
    /// The timestamp is good and by an authority that nobody trusts here, or is not valid now.
    #[error("the timestamp of {address} is not to be relied upon: {why}")]
    Untrusted {
        /// Which place.
        address: String,
        /// What is wrong, in English, for the log.
        why: String,
    },
    /// What was to be timestamped is no signature of one signer.
    #[error("what was to be timestamped is no signature of one signer")]
    NoSignature(#[source] AnswerError),
    /// The machine gave no random numbers, or something could not be encoded.
    #[error("a question could not be made: {0}")]
    Unmade(String),
}
