//! The values an event is made of: names, who asked and when, what is handed in and what was recorded.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use crate::append::Invalid;
use crate::upcast::Shape;

/// The name of a stream, such as `inquiry-0190…`: 1 to 200 bytes of `[a-z0-9:_-]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId(String);

/// A stream's name was empty, longer than 200 bytes, or had a sign outside `[a-z0-9:_-]`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stream's name has 1 to 200 of the signs a-z 0-9 : _ -, and {0:?} is not so")]
pub struct InvalidStreamId(pub String);

impl StreamId {
    /// Checks the name.
    ///
    /// # Errors
    /// [`InvalidStreamId`] with the name as it was given (cut at 80 characters).
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidStreamId> {
        let name = name.into();
        let fits = (1..=200).contains(&name.len());
        if fits && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b':' | b'_' | b'-')) {
            Ok(Self(name))
        } else {
            Err(InvalidStreamId(name.chars().take(80).collect()))
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name read back from the journal: whatever stands there, so that the verifier can report it.
    pub(crate) fn stored(name: String) -> Self {
        Self(name)
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for StreamId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for StreamId {
    type Err = InvalidStreamId;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::new(name)
    }
}

/// What makes a repeated request recognisable: the same id is answered with its first result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId(pub Uuid);

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An event on its way into the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// The stable stored name, past tense, such as `inquiry_received`: 1 to 100 bytes of `[A-Za-z0-9_.:-]`.
    pub event_type: String,
    /// The version of the payload's shape, from 1.
    pub schema_version: u16,
    /// JSON, kept to the byte as it stands here.
    pub payload: String,
}

/// Who asked for what, when, and because of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The person or part of the program that acts: 1 to 200 bytes, no control characters.
    pub actor: String,
    /// The time of the office's clock; kept to the microsecond. The block carries the time of recording beside it.
    pub at: Timestamp,
    /// The id of this command.
    pub command: CommandId,
    /// A hash of what was asked, so that the same id with other content is noticed.
    pub request: [u8; 32],
    /// The conversation this belongs to.
    pub correlation: Uuid,
    /// The event or command that led to this one, if any.
    pub causation: Option<Uuid>,
}

/// An event as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its place in the one order of everything: 1, 2, 3 … without gaps.
    pub position: i64,
    /// The block that proves it.
    pub block: i64,
    /// Its stream.
    pub stream: StreamId,
    /// Its place in its stream: 1, 2, 3 … without gaps.
    pub version: u64,
    /// The stable stored name.
    pub event_type: String,
    /// The version of the payload's shape.
    pub schema_version: u16,
    /// The exact text that is stored and hashed; personal texts in it are sealed.
    pub payload: String,
    /// The same with its sealed texts opened, or `null` where the key was destroyed; none when nothing in it is sealed.
    pub opened: Option<String>,
    /// What it is today, when it is stored in a shape of before; none when the stored shape is that of today.
    pub current: Option<Vec<Shape>>,
    /// Who acted.
    pub actor: String,
    /// When, by the office's clock, to the microsecond.
    pub at: Timestamp,
    /// The command that made it.
    pub command: CommandId,
    /// The hash of what that command asked.
    pub request: [u8; 32],
    /// The conversation it belongs to.
    pub correlation: Uuid,
    /// What led to it, if anything.
    pub causation: Option<Uuid>,
}

impl Recorded {
    /// The text as its readers know it: personal texts opened. What is hashed and proved is [`Recorded::payload`].
    #[must_use]
    pub fn text(&self) -> &str {
        self.opened.as_deref().unwrap_or(&self.payload)
    }
}

/// An event's payload could not be turned into text, or the text not back into an event.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// The event did not become JSON.
    #[error("an event of type {event_type} could not be written as JSON")]
    Write {
        /// The event's stored name.
        event_type: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The event names a schema version that is not a number from 1 to 65535.
    #[error("an event of type {event_type} names the schema version {given:?}, which is not a number from 1 to 65535")]
    SchemaVersion {
        /// The event's stored name.
        event_type: String,
        /// What it said.
        given: String,
    },
    /// The stored text is not an event this program knows.
    #[error("position {position} ({event_type} version {schema_version}) could not be read")]
    Read {
        /// Where it stands.
        position: i64,
        /// Its stored name.
        event_type: String,
        /// The version of its shape.
        schema_version: u16,
        /// Why.
        source: serde_json::Error,
    },
}

/// What the journal asks of a domain's event. Every [`cqrs_es::DomainEvent`] has it: `event_type` is the stored name,
/// `event_version` a whole number from 1, and serde makes the payload.
pub trait Recordable: cqrs_es::DomainEvent {
    /// The event as it is handed to the journal; the payload's text is made here, once.
    ///
    /// # Errors
    /// [`PayloadError`] when the event does not become JSON or names no schema version.
    fn to_new_event(&self) -> Result<NewEvent, PayloadError> {
        let event_type = self.event_type();
        let given = self.event_version();
        let schema_version = match given.parse::<u16>() {
            Ok(number) if number > 0 => number,
            _ => return Err(PayloadError::SchemaVersion { event_type, given }),
        };
        match serde_json::to_string(self) {
            Ok(payload) => Ok(NewEvent { event_type, schema_version, payload }),
            Err(source) => Err(PayloadError::Write { event_type, source }),
        }
    }

    /// What was recorded, as events of today: one, unless it is stored in a shape that has become none or several.
    ///
    /// # Errors
    /// [`PayloadError::Read`] when a text is not an event of this domain.
    fn from_recorded(recorded: &Recorded) -> Result<Vec<Self>, PayloadError> {
        let read = |text: &str| {
            serde_json::from_str(text).map_err(|source| PayloadError::Read {
                position: recorded.position,
                event_type: recorded.event_type.clone(),
                schema_version: recorded.schema_version,
                source,
            })
        };
        match &recorded.current {
            None => Ok(vec![read(recorded.text())?]),
            Some(shapes) => shapes.iter().map(|shape| read(&shape.payload)).collect(),
        }
    }
}

impl<E: cqrs_es::DomainEvent> Recordable for E {}

/// Cut to the microsecond, which is what PostgreSQL keeps: what is hashed must be what is stored.
pub(crate) fn to_microsecond(at: Timestamp) -> Result<Timestamp, Invalid> {
    Timestamp::from_microsecond(at.as_microsecond()).map_err(|_| Invalid::Time(at))
}
