//! The plug into `cqrs_es`: the decider as an aggregate, without services.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};

use crate::command::Command;
use crate::decide::decide;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::Inquiry;

impl Aggregate for Inquiry {
    const TYPE: &'static str = "inquiry";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(&mut self, command: Command, _: &(), sink: &EventSink<Self>) -> Result<(), Refusal> {
        for event in decide(self, &command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        *self = std::mem::take(self).evolve(&event);
    }
}

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        self.stored_name().to_owned()
    }

    fn event_version(&self) -> String {
        self.schema_version().to_string()
    }
}
