//! The little of an inquiry's state that duties follow from: small enough to be kept in a table beside them.

use directory::MinistryCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::{DeadlinesRecounted, Event, EventName, MinistriesAssigned, MinistryReassigned, PartCarriedOver};
use crate::passing::Passing;
use crate::state::{ContributionStatus, Dossier, RefusedVisa, Stage};
use crate::terms::{MergeSide, Place};

/// Who works on an inquiry, and how far they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Work {
    /// The day of the reply, while somebody watches the clock.
    pub(crate) reply_due: Option<Date>,
    pub(crate) lead: Option<Lead>,
    pub(crate) asked: Vec<Asked>,
    /// Who asked to be replaced, and why.
    pub(crate) contests: Vec<(MinistryCode, String)>,
    /// Until when the lead asked for more time.
    pub(crate) more_time: Option<Date>,
    pub(crate) standing: Standing,
    /// The refusals of the current version that no visa of the same approver followed.
    pub(crate) remarks: Vec<RefusedVisa>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lead {
    pub(crate) ministry: MinistryCode,
    pub(crate) due: Date,
}

/// A co-executor, what it was asked for and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) ministry: MinistryCode,
    pub(crate) due: Date,
    pub(crate) task: String,
    pub(crate) contribution: Option<ContributionStatus>,
}

/// How far the draft is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Standing {
    /// No ministry works: not yet, or no longer.
    #[default]
    Idle,
    ToWrite,
    Written,
    SentBack {
        reason: String,
    },
    InApproval,
    BeforeSignatory,
}

impl Standing {
    /// As the gate opens what ministries do.
    pub(crate) const fn is_at_work(&self) -> bool {
        match self {
            Self::ToWrite | Self::Written | Self::SentBack { .. } => true,
            Self::Idle | Self::InApproval | Self::BeforeSignatory => false,
        }
    }

    fn of(stage: &Stage) -> Self {
        match stage {
            Stage::Assigned => Self::ToWrite,
            Stage::Drafting { rejected: None } => Self::Written,
            Stage::Drafting { rejected: Some(rejection) } => Self::SentBack { reason: rejection.reason.clone() },
            Stage::Approval { .. } => Self::InApproval,
            Stage::ForSignature(_) => Self::BeforeSignatory,
            Stage::Received
            | Stage::Registered
            | Stage::OnControl
            | Stage::Signed(_)
            | Stage::Numbered(_)
            | Stage::Dispatched(_)
            | Stage::Closed(_)
            | Stage::Withdrawn
            | Stage::Redirected { .. }
            | Stage::Merged { .. } => Self::Idle,
        }
    }
}

/// Does what an event of this kind says change any work?
#[must_use]
pub const fn reads(name: EventName) -> bool {
    match name {
        EventName::ControlSet
        | EventName::MinistriesAssigned
        | EventName::AssignmentContested
        | EventName::MinistryReassigned
        | EventName::PartCarriedOver
        | EventName::ContributionSubmitted
        | EventName::ContributionAccepted
        | EventName::ContributionReturned
        | EventName::DraftRevised
        | EventName::DraftSubmittedForApproval
        | EventName::DraftVisaed
        | EventName::VisaRefused
        | EventName::DraftReturned
        | EventName::SubmittedForSignature
        | EventName::ReplySigned
        | EventName::SigningDeclined
        | EventName::ExtensionRequested
        | EventName::ExtensionGranted
        | EventName::ExtensionRefused
        | EventName::DeadlinesRecounted
        | EventName::ControlRemoved
        | EventName::InquiriesMerged
        | EventName::InquiryWithdrawn
        | EventName::InquiryRedirected
        | EventName::ReplyReplaced => true,
        EventName::InquiryReceived
        | EventName::InquiryRegistered
        // The letter still lies where it lay.
        | EventName::ReplyCosigned
        | EventName::OutgoingNumberAssigned
        | EventName::DispatchOrdered
        | EventName::ReplyAccepted
        | EventName::DeliveryFailed
        | EventName::DeliveryReported
        | EventName::DeliveryConfirmed
        | EventName::DeliveredByHand
        | EventName::LinkRevoked
        | EventName::InterimReplySent
        | EventName::InquiryClosed
        | EventName::RepeatInquiryLinked
        | EventName::DeputyResponded
        | EventName::MinistryReminded
        | EventName::AddressErased
        | EventName::TopicSet => false,
    }
}

impl Work {
    /// The day of the reply, while somebody watches the clock.
    pub(crate) const fn reply_due(&self) -> Option<Date> {
        self.reply_due
    }

    /// Does the letter lie before the signatory?
    pub(crate) fn is_before_signatory(&self) -> bool {
        self.standing == Standing::BeforeSignatory
    }

    /// The work on an inquiry.
    #[must_use]
    pub fn of(dossier: &Dossier) -> Self {
        let watch = dossier.watch();
        let assignment = dossier.assignment.as_ref();
        let status = |ministry| dossier.contribution(ministry).map(|contribution| contribution.status.clone());
        Self {
            reply_due: watch.map(|watch| watch.due),
            lead: assignment.map(|known| Lead { ministry: known.lead.clone(), due: known.lead_due }),
            asked: assignment
                .iter()
                .flat_map(|known| &known.co_executors)
                .map(|co| Asked {
                    ministry: co.ministry.clone(),
                    due: co.due,
                    task: co.task.clone(),
                    contribution: status(&co.ministry),
                })
                .collect(),
            contests: assignment
                .iter()
                .flat_map(|known| &known.contests)
                .map(|contest| (contest.ministry.clone(), contest.reason.clone()))
                .collect(),
            more_time: watch.and_then(|watch| watch.asked.as_ref()).map(|asked| asked.until),
            standing: Standing::of(&dossier.stage),
            remarks: dossier.draft.as_ref().map(|draft| draft.refusals.clone()).unwrap_or_default(),
        }
    }

    /// The work after an event; the same as that of the inquiry after it.
    #[must_use]
    pub fn evolve(mut self, event: &Event) -> Self {
        match event {
            Event::ControlSet(event) => self.reply_due = Some(event.deadline.due),
            Event::MinistriesAssigned(event) => self.assigned(event),
            Event::AssignmentContested(event) => {
                self.contests.retain(|(ministry, _)| *ministry != event.ministry);
                self.contests.push((event.ministry.clone(), event.reason.clone()));
            }
            Event::MinistryReassigned(event) => self.reassigned(event),
            Event::PartCarriedOver(event) => self.carried_over(event),
            Event::DeadlinesRecounted(event) => self.recounted(event),
            Event::ContributionSubmitted(event) => self.mark(&event.ministry, ContributionStatus::Submitted),
            Event::ContributionAccepted(event) => self.mark(&event.ministry, ContributionStatus::Accepted),
            Event::ContributionReturned(event) => {
                self.mark(&event.ministry, ContributionStatus::Returned { reason: event.reason.clone() });
            }
            Event::DraftRevised(_) => {
                self.remarks.clear();
                self.standing = Standing::Written;
            }
            Event::DraftSubmittedForApproval(_) => self.standing = Standing::InApproval,
            Event::DraftVisaed(event) => {
                self.remarks.retain(|known| !(known.kind == event.kind && known.approver == event.approver));
            }
            Event::VisaRefused(event) => {
                let (kind, approver) = (event.kind, event.approver.clone());
                self.remarks.retain(|known| !(known.kind == kind && known.approver == approver));
                self.remarks.push(RefusedVisa { kind, approver, remarks: event.remarks.clone() });
            }
            Event::DraftReturned(event) => self.standing = Standing::SentBack { reason: event.reason.clone() },
            Event::SigningDeclined(event) => self.standing = Standing::SentBack { reason: event.reason.clone() },
            Event::ReplyReplaced(event) => self.standing = Standing::SentBack { reason: event.reason.clone() },
            Event::SubmittedForSignature(_) => self.standing = Standing::BeforeSignatory,
            Event::ReplySigned(_) => self.standing = Standing::Idle,
            Event::ExtensionRequested(event) => self.more_time = self.reply_due.map(|_| event.until),
            Event::ExtensionGranted(event) => {
                self.more_time = None;
                if self.reply_due.is_some() {
                    self.reply_due = Some(event.new_due);
                    // The lead asked for itself: its own day moves with the reply's.
                    self.lead.iter_mut().for_each(|lead| lead.due = event.new_due);
                }
            }
            Event::ExtensionRefused(_) => self.more_time = None,
            Event::ControlRemoved(_) => self.stop_clock(),
            Event::InquiriesMerged(event) => match event.merge {
                MergeSide::Leads { .. } => {}
                MergeSide::Joins { .. } => self.end(),
            },
            Event::InquiryWithdrawn(_) | Event::InquiryRedirected(_) => self.end(),
            Event::InquiryReceived(_)
            | Event::InquiryRegistered(_)
            | Event::ReplyCosigned(_)
            | Event::OutgoingNumberAssigned(_)
            | Event::DispatchOrdered(_)
            | Event::ReplyAccepted(_)
            | Event::DeliveryFailed(_)
            | Event::DeliveryReported(_)
            | Event::DeliveryConfirmed(_)
            | Event::DeliveredByHand(_)
            | Event::LinkRevoked(_)
            | Event::InterimReplySent(_)
            | Event::InquiryClosed(_)
            | Event::RepeatInquiryLinked(_)
            | Event::DeputyResponded(_)
            | Event::MinistryReminded(_)
            | Event::AddressErased(_)
            | Event::TopicSet(_) => {}
        }
        self
    }

    fn assigned(&mut self, event: &MinistriesAssigned) {
        let before = std::mem::take(&mut self.asked);
        let status = |ministry: &MinistryCode| {
            before.iter().find(|known| known.ministry == *ministry).and_then(|known| known.contribution.clone())
        };
        self.lead = Some(Lead { ministry: event.lead.clone(), due: event.lead_due });
        self.asked = event
            .co_executors
            .iter()
            .map(|co| Asked {
                ministry: co.ministry.clone(),
                due: co.due,
                task: co.task.clone(),
                contribution: status(&co.ministry),
            })
            .collect();
        self.contests.clear();
        if self.standing == Standing::Idle {
            self.standing = Standing::ToWrite;
        }
    }

    fn reassigned(&mut self, event: &MinistryReassigned) {
        self.contests.retain(|(ministry, _)| *ministry != event.from);
        self.due_on(event.place, &event.from, event.due);
        // Whoever is new in a place owes what it is asked for anew.
        let left = self.asked.iter_mut().filter(|known| known.ministry == event.from);
        left.for_each(|known| known.contribution = None);
        self.pass(Passing::replaced(event));
    }

    fn carried_over(&mut self, event: &PartCarriedOver) {
        let lead = self.lead.iter().map(|lead| &lead.ministry);
        let passing = Passing::carried(event, lead.chain(self.asked.iter().map(|known| &known.ministry)));
        passing.requests(&mut self.contests, |(ministry, _)| ministry);
        passing.tasks(self.asked.iter_mut().map(|known| (&known.ministry, &mut known.task)));
        self.pass(passing);
    }

    fn recounted(&mut self, event: &DeadlinesRecounted) {
        if let Some(reply) = &event.reply {
            self.reply_due = self.reply_due.map(|_| reply.new_due);
        }
        for part in &event.parts {
            self.due_on(part.place, &part.ministry, part.new_due);
        }
    }

    fn due_on(&mut self, place: Place, ministry: &MinistryCode, day: Date) {
        match place {
            Place::Lead => self.lead.iter_mut().for_each(|lead| lead.due = day),
            Place::CoExecutor => {
                let own = self.asked.iter_mut().filter(|known| known.ministry == *ministry);
                own.for_each(|known| known.due = day);
            }
        }
    }

    fn pass(&mut self, passing: Passing<'_>) {
        self.lead.iter_mut().for_each(|lead| passing.lead(&mut lead.ministry));
        self.asked.retain_mut(|known| passing.co_executor(&mut known.ministry));
    }

    fn mark(&mut self, ministry: &MinistryCode, status: ContributionStatus) {
        if let Some(asked) = self.asked.iter_mut().find(|known| known.ministry == *ministry) {
            asked.contribution = Some(status);
        }
    }

    fn stop_clock(&mut self) {
        self.reply_due = None;
        self.more_time = None;
    }

    fn end(&mut self) {
        self.stop_clock();
        self.standing = Standing::Idle;
    }
}
