//! On whose desk an inquiry lies: of its whole state only what that follows from, kept along with the events.
//!
//! What ministries owe is the rule of [`mod@crate::duty`]; a law says that the main line is what the inquiry's stage says
//! (`tests/specs/waiting.rs`).

use std::collections::BTreeSet;

use directory::{MinistryCode, Role};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Holder, Step};
use crate::duty::{Standing, Work};
use crate::event::Event;
use crate::ids::RecipientNo;
use crate::state::ContributionStatus;
use crate::terms::{MergeSide, RequiredVisa};

/// Something that somebody holds, or has to do beside.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) step: Step,
    pub(super) holder: Holder,
    pub(super) about: Option<MinistryCode>,
    pub(super) approver: Option<String>,
    pub(super) due: Option<Date>,
}

impl Held {
    pub(super) const fn plain(step: Step, holder: Holder) -> Self {
        Self { step, holder, about: None, approver: None, due: None }
    }
}

/// How far the main line has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Phase {
    /// Not on control yet.
    #[default]
    Arrived,
    /// On control, and nothing signed.
    Unsigned,
    Signed,
    Numbered,
    Sent,
    Closed,
    /// Withdrawn, sent on, joined to another.
    Gone,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Desk {
    work: Work,
    phase: Phase,
    required: Vec<RequiredVisa>,
    /// The visas on the current version.
    given: Vec<RequiredVisa>,
    /// Who has not received the letter.
    undelivered: BTreeSet<RecipientNo>,
}

impl Desk {
    pub(super) const fn reply_due(&self) -> Option<Date> {
        self.work.reply_due()
    }

    /// Who holds the paper; nobody once it is done.
    pub(super) fn main(&self) -> Option<Held> {
        let of = |step, role| Some(Held::plain(step, Holder::Role(role)));
        match self.phase {
            Phase::Arrived => of(Step::Registration, Role::Clerk),
            Phase::Unsigned => Some(self.at_work()),
            Phase::Signed => of(Step::Numbering, Role::Clerk),
            Phase::Numbered => of(Step::Dispatch, Role::Clerk),
            Phase::Sent if self.undelivered.is_empty() => of(Step::Closing, Role::Control),
            Phase::Sent => Some(Held::plain(Step::Delivery, Holder::Deputies)),
            Phase::Closed | Phase::Gone => None,
        }
    }

    fn at_work(&self) -> Held {
        let Some(lead) = &self.work.lead else { return Held::plain(Step::Resolution, Holder::Role(Role::Head)) };
        let leads = |step| Held { due: Some(lead.due), ..Held::plain(step, Holder::Ministry(lead.ministry.clone())) };
        match &self.work.standing {
            Standing::Idle => Held::plain(Step::Resolution, Holder::Role(Role::Head)),
            Standing::ToWrite => leads(Step::Draft),
            Standing::Written => leads(Step::SendingOut),
            Standing::SentBack { .. } => leads(Step::Rework),
            // Whoever refuses has spoken: the lead has to write, or to talk the approver round.
            Standing::InApproval if !self.work.remarks.is_empty() => leads(Step::Rework),
            Standing::InApproval if self.missing().next().is_none() => {
                Held::plain(Step::Laying, Holder::Role(Role::Clerk))
            }
            Standing::InApproval => Held::plain(Step::Visas, Holder::Role(Role::Approver)),
            Standing::BeforeSignatory => Held::plain(Step::Signature, Holder::Role(Role::Signatory)),
        }
    }

    fn missing(&self) -> impl Iterator<Item = &RequiredVisa> {
        self.required.iter().filter(|visa| !self.given.contains(visa))
    }

    /// What others have to do at the same time.
    pub(super) fn beside(&self) -> Vec<Held> {
        let mut beside = Vec::new();
        let (Some(lead), Phase::Unsigned) = (&self.work.lead, self.phase) else { return beside };
        if self.work.standing.is_at_work() {
            for asked in &self.work.asked {
                let own =
                    |step| Held { due: Some(asked.due), ..Held::plain(step, Holder::Ministry(asked.ministry.clone())) };
                beside.extend(match &asked.contribution {
                    None => Some(own(Step::Contribution)),
                    Some(ContributionStatus::Returned { .. }) => Some(own(Step::ContributionRework)),
                    Some(ContributionStatus::Submitted) => Some(Held {
                        about: Some(asked.ministry.clone()),
                        due: Some(lead.due),
                        ..Held::plain(Step::Acceptance, Holder::Ministry(lead.ministry.clone()))
                    }),
                    Some(ContributionStatus::Accepted) => None,
                });
            }
            beside.extend(self.work.contests.iter().map(|(ministry, _)| Held {
                about: Some(ministry.clone()),
                ..Held::plain(Step::Replacement, Holder::Role(Role::Head))
            }));
        }
        if self.work.standing == Standing::InApproval {
            let refused = |visa: &RequiredVisa| {
                self.work.remarks.iter().any(|known| known.kind == visa.kind && known.approver == visa.approver)
            };
            beside.extend(self.missing().filter(|visa| !refused(visa)).map(|visa| Held {
                approver: Some(visa.approver.clone()),
                ..Held::plain(Step::Visa(visa.kind), Holder::Role(Role::Approver))
            }));
        }
        beside.extend(self.work.more_time.map(|_| Held::plain(Step::Extension, Holder::Role(Role::Control))));
        beside
    }

    pub(super) fn evolve(mut self, event: &Event) -> Self {
        match event {
            Event::ControlSet(_) => self.phase = Phase::Unsigned,
            Event::DraftRevised(_) => self.given.clear(),
            Event::DraftSubmittedForApproval(event) => self.required.clone_from(&event.required),
            Event::DraftVisaed(event) => {
                self.given.push(RequiredVisa { kind: event.kind, approver: event.approver.clone() });
            }
            Event::ReplySigned(_) => self.phase = Phase::Signed,
            Event::OutgoingNumberAssigned(_) => {
                self.phase = Phase::Numbered;
                self.undelivered.clear();
            }
            Event::DispatchOrdered(event) => {
                self.phase = Phase::Sent;
                self.undelivered.extend(event.recipients.iter().map(|to| to.recipient));
            }
            Event::DeliveryConfirmed(event) => self.delivered(event.recipient),
            Event::DeliveredByHand(event) => self.delivered(event.recipient),
            Event::InquiryClosed(_) => self.phase = Phase::Closed,
            Event::ReplyReplaced(_) => self.phase = Phase::Unsigned,
            Event::InquiryWithdrawn(_) | Event::InquiryRedirected(_) => self.phase = Phase::Gone,
            Event::InquiriesMerged(event) => match event.merge {
                MergeSide::Leads { .. } => {}
                MergeSide::Joins { .. } => self.phase = Phase::Gone,
            },
            // What else there is of work, the duties follow.
            Event::InquiryReceived(_)
            | Event::InquiryRegistered(_)
            | Event::MinistriesAssigned(_)
            | Event::AssignmentContested(_)
            | Event::MinistryReassigned(_)
            | Event::ContributionSubmitted(_)
            | Event::ContributionAccepted(_)
            | Event::ContributionReturned(_)
            | Event::MinistryReminded(_)
            | Event::VisaRefused(_)
            | Event::DraftReturned(_)
            | Event::SubmittedForSignature(_)
            | Event::ReplyCosigned(_)
            | Event::SigningDeclined(_)
            | Event::ReplyAccepted(_)
            | Event::DeliveryFailed(_)
            | Event::DeliveryReported(_)
            | Event::LinkRevoked(_)
            | Event::ExtensionRequested(_)
            | Event::ExtensionGranted(_)
            | Event::ExtensionRefused(_)
            | Event::InterimReplySent(_)
            | Event::ControlRemoved(_)
            | Event::RepeatInquiryLinked(_)
            | Event::DeputyResponded(_)
            | Event::AddressErased(_)
            | Event::TopicSet(_)
            | Event::PartCarriedOver(_)
            | Event::DeadlinesRecounted(_) => {}
        }
        self.work = self.work.evolve(event);
        self
    }

    fn delivered(&mut self, recipient: RecipientNo) {
        if self.phase == Phase::Sent {
            self.undelivered.remove(&recipient);
        }
    }
}
