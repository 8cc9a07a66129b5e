//! An event as the API shows it.

use directory::Language;
use eventstore::Recorded;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::office::seeing;
use crate::problem::Problem;

/// A recorded event.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct EventBody {
    /// Its place in the one order of everything, from 1.
    pub position: i64,
    /// The block that proves it.
    pub block: i64,
    /// Its stream, such as `inquiry-018f…`.
    pub stream: String,
    /// Its place in its stream, from 1.
    pub version: u64,
    /// Its stable stored name.
    pub r#type: String,
    /// The version of its shape.
    pub schema_version: u16,
    /// Who acted.
    pub actor: String,
    /// When, by the office's clock.
    pub at: String,
    /// The id of the command that led to it.
    pub command: String,
    /// The conversation it belongs to.
    pub correlation: String,
    /// What led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causation: Option<String>,
    /// What happened, in the caller's language; none for a kind of event that this program does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<&'static str>,
    /// What it says.
    pub payload: Value,
}

impl EventBody {
    /// From what was recorded. The stored text is `{"name": {…}}`; what is told is its inside, with its personal texts opened, and `null`
    /// where they were erased.
    pub(super) fn of(recorded: &Recorded, language: Language) -> Result<Self, Problem> {
        let stored: Value = serde_json::from_str(recorded.text())
            .map_err(|error| Problem::failure("read the payload of an event", error))?;
        let payload = match stored {
            Value::Object(mut fields) if fields.len() == 1 && fields.contains_key(&recorded.event_type) => {
                fields.remove(&recorded.event_type).unwrap_or(Value::Null)
            }
            other => other,
        };
        Ok(Self {
            position: recorded.position,
            block: recorded.block,
            stream: recorded.stream.to_string(),
            version: recorded.version,
            r#type: recorded.event_type.clone(),
            schema_version: recorded.schema_version,
            actor: recorded.actor.clone(),
            at: recorded.at.to_string(),
            command: recorded.command.to_string(),
            correlation: recorded.correlation.to_string(),
            causation: recorded.causation.map(|id| id.to_string()),
            words: seeing::words_of(recorded, language),
            payload,
        })
    }

    /// All of them.
    pub(super) fn all(recorded: &[Recorded], language: Language) -> Result<Vec<Self>, Problem> {
        recorded.iter().map(|recorded| Self::of(recorded, language)).collect()
    }
}
