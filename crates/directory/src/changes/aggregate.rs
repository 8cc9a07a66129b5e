//! The plug into `cqrs_es`: the decider as an aggregate, without services.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};

use super::decide::decide;
use super::{Change, Ledger, RecordChanges, Refused};

impl Aggregate for Ledger {
    const TYPE: &'static str = "directory";
    type Command = RecordChanges;
    type Event = Change;
    type Error = Refused;
    type Services = ();

    async fn handle(&mut self, ask: RecordChanges, _: &(), sink: &EventSink<Self>) -> Result<(), Refused> {
        for change in decide(self, &ask)? {
            sink.write(change, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, change: Change) {
        self.evolve(change);
    }
}

impl DomainEvent for Change {
    fn event_type(&self) -> String {
        self.stored_name().to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
