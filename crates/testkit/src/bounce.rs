//! A notice of a relay that a mail could not be delivered, as the mail worker tells the inquiry of it.
#![expect(clippy::expect_used, reason = "a notice that cannot be told ends the test")]

use eventstore::{CommandId, Guards, Origin, StreamId};
use inquiry::command::RecordFailure;
use inquiry::terms::FailureStage;
use inquiry::{Actor, Command, Inquiry, InquiryId, RecipientNo};
use uuid::Uuid;

use crate::app::TestApp;

impl TestApp {
    /// The first mail to this place on an inquiry's list comes back after the relay had taken it. The tables have followed.
    pub async fn bounced(&self, inquiry: &str, recipient: u16) {
        let id: InquiryId = inquiry.parse().expect("an inquiry's id");
        let ask = RecordFailure {
            order: 1,
            recipient: RecipientNo(recipient),
            attempt: 1,
            stage: FailureStage::Bounced,
            answer: "550 5.1.1 <no such> mailbox".to_owned(),
            permanent: true,
        };
        let at = web::Clock::now(&*self.clock);
        let command = Command { by: Actor::system("dispatch"), at, seen: None, ask: ask.into() };
        let origin = Origin {
            actor: "dispatch".to_owned(),
            at,
            command: CommandId(Uuid::new_v4()),
            request: [7; 32],
            correlation: id.0,
            causation: None,
        };
        let stream = StreamId::new(id.stream_id()).expect("its stream");
        let told = self.journal().execute::<Inquiry>(&stream, command, origin, Guards::none(), None).await;
        told.expect("the notice was told");
        self.settle().await;
    }
}
