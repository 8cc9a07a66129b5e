//! What is asked of the journal and what it answers: an append is all or nothing, over any number of streams.

use jiff::Timestamp;

use crate::event::{CommandId, NewEvent, Origin, Recorded, StreamId};

/// Events for one stream, which must stand at a known version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamWrite {
    /// The stream.
    pub stream: StreamId,
    /// The version it must have now; 0 = it must not exist. Checked even when `events` is empty.
    pub expected: u64,
    /// The events, in order.
    pub events: Vec<NewEvent>,
}

/// A key that only one append can ever have, such as issuer + number + date of an inquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// 1 to 500 bytes, no control characters.
    pub key: String,
}

/// The next number of a gap-free series: granted only if `value` is the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeNumber {
    /// The series; it is created on first use, at 1 unless [`crate::Journal::ensure_series`] said otherwise.
    pub series: String,
    /// The number the event carries.
    pub value: i64,
}

/// What must hold besides the streams' versions; granted in the append's own transaction or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    /// Keys to claim for ever.
    pub claims: Vec<Claim>,
    /// Numbers to take.
    pub numbers: Vec<TakeNumber>,
}

impl Guards {
    /// Nothing besides the streams' versions.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }
}

/// One request to the journal: all of it is recorded, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// Who asks; its command id makes a repeat harmless.
    pub origin: Origin,
    /// The streams, each at most once.
    pub writes: Vec<StreamWrite>,
    /// Claims and numbers.
    pub guards: Guards,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The position of the last event (of the journal's head, if the append had no events).
    pub last_position: i64,
    /// The version of the first write's stream after the append.
    pub version: u64,
    /// The events as recorded, in order.
    pub events: Vec<Recorded>,
    /// Whether this command had been recorded before and this is its first result.
    pub repeated: bool,
}

/// Why an append was not recorded, or is not known to be.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody was faster: the stream is not at the expected version.
    #[error("stream {stream} stands at version {actual}, not at {expected}")]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// What the caller had seen.
        expected: u64,
        /// What it is.
        actual: u64,
    },
    /// The key belongs to another append already.
    #[error("{key:?} was claimed by stream {stream}")]
    Claimed {
        /// The key.
        key: String,
        /// Who has it.
        stream: StreamId,
    },
    /// The number is not the next of its series.
    #[error("the next number of series {series} is {next}")]
    NumberTaken {
        /// The series.
        series: String,
        /// The number to ask for.
        next: i64,
    },
    /// The command id was used for another request.
    #[error("command {command} was used for another request")]
    CommandReused {
        /// The id.
        command: CommandId,
    },
    /// The request can never be recorded.
    #[error("the append cannot be recorded")]
    Invalid(#[from] Invalid),
    /// The connection was lost while the block was being committed: repeat the same command id, and it is settled.
    #[error("it is not known whether command {0} was recorded; ask again with the same command id")]
    OutcomeUnknown(CommandId),
    /// Nothing was recorded.
    #[error("the journal could not record the append")]
    Failure(#[from] crate::StoreError),
}

/// Why a request can never be recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// A payload is not JSON.
    #[error("the payload of a {event_type} is not JSON")]
    NotJson {
        /// The event's name.
        event_type: String,
    },
    /// A payload holds U+0000, raw or escaped, which no text of PostgreSQL can hold.
    #[error("the payload of a {event_type} holds the character U+0000")]
    Nul {
        /// The event's name.
        event_type: String,
    },
    /// A string of a payload looks like a sealed text, which only the journal itself makes.
    #[error("a text in a {event_type} begins like a sealed one")]
    Sealed {
        /// The event's name.
        event_type: String,
    },
    /// The domain said that a personal text stands where there is no string.
    #[error("there is no text at {pointer} of a {event_type} to be sealed")]
    NoPersonalText {
        /// The event's name.
        event_type: String,
        /// The pointer that was given.
        pointer: String,
    },
    /// A payload is too long.
    #[error("the payload of a {event_type} has {bytes} bytes, more than {limit}")]
    PayloadTooLong {
        /// The event's name.
        event_type: String,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The payloads together are too long.
    #[error("the append has {bytes} bytes, more than {limit}")]
    AppendTooLong {
        /// The length of all payloads.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A name (event type, actor, claim, series, media type) is empty, too long or has signs it may not have.
    #[error("{given:?} is not a name for {what}")]
    Name {
        /// What the name is for.
        what: &'static str,
        /// The name, cut at 80 characters.
        given: String,
    },
    /// Schema versions count from 1.
    #[error("a {event_type} has schema version 0; they count from 1")]
    SchemaVersion {
        /// The event's name.
        event_type: String,
    },
    /// A stream stands twice in one append.
    #[error("stream {0} stands twice in one append")]
    StreamTwice(StreamId),
    /// A claim or a series stands twice in one append.
    #[error("{0:?} stands twice in one append")]
    GuardTwice(String),
    /// Claims or numbers without events to carry them.
    #[error("claims and numbers need an event that carries them")]
    GuardsAlone,
    /// A version or a number is beyond what can be counted.
    #[error("{0} is beyond what can be counted")]
    TooLarge(u64),
    /// A time that cannot be stored.
    #[error("the time {0} cannot be stored")]
    Time(Timestamp),
    /// A blob is too long.
    #[error("a blob has {bytes} bytes, more than {limit}")]
    BlobTooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
}
