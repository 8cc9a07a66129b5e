//! The plug into `cqrs_es`: the decider as an aggregate, without services.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};

use super::Proposal;
use super::command::ProposalCommand;
use super::decide::decide;
use super::event::{ProposalEvent, ProposalEventName};
use super::refusal::ProposalRefusal;

impl Aggregate for Proposal {
    const TYPE: &'static str = "proposal";
    type Command = ProposalCommand;
    type Event = ProposalEvent;
    type Error = ProposalRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: ProposalCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), ProposalRefusal> {
        if let Some(event) = decide(self, &command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: ProposalEvent) {
        *self = std::mem::take(self).evolve(&event);
    }
}

impl DomainEvent for ProposalEvent {
    fn event_type(&self) -> String {
        self.name().stored().to_owned()
    }

    fn event_version(&self) -> String {
        ProposalEventName::SCHEMA_VERSION.to_string()
    }
}
