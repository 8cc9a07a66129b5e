//! The one aggregate that cqrs-es's stores and ours keep here: it takes notes until it is closed.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::Command;

/// What was written down; its JSON is the payload. The word `closed` closes the notebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Noted(pub(crate) Value);

impl DomainEvent for Noted {
    fn event_type(&self) -> String {
        "noted".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notebook {
    pub(crate) notes: usize,
    pub(crate) closed: bool,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the notebook is closed")
    }
}

impl std::error::Error for Closed {}

impl Aggregate for Notebook {
    const TYPE: &'static str = "notebook";
    type Command = Command;
    type Event = Noted;
    type Error = Closed;
    type Services = ();

    async fn handle(&mut self, command: Command, (): &(), sink: &EventSink<Self>) -> Result<(), Closed> {
        if self.closed {
            return Err(Closed);
        }
        let noted = match command {
            Command::Note(value) => value,
            Command::Close => Value::from("closed"),
        };
        sink.write(Noted(noted), self).await;
        Ok(())
    }

    fn apply(&mut self, Noted(noted): Noted) {
        self.notes += 1;
        self.closed |= noted == "closed";
    }
}
