//! How an event changes the state. Total: an event that does not fit changes nothing but the revision.

use std::collections::BTreeSet;
use std::mem;
use std::sync::Arc;

use crate::event::{
    DeliveryReported, DispatchOrdered, DraftRevised, DraftVisaed, Event, ExtensionGranted, InquiryReceived,
    MinistryReminded, OutgoingNumberAssigned, ReplyCosigned, ReplyReplaced, ReplySigned, SigningDeclined,
    SubmittedForSignature, VisaRefused,
};
use crate::ids::RecipientNo;
use crate::state::Inquiry;
use crate::state::dossier::{
    ContributionStatus, Control, Dossier, Draft, Extension, ExtensionAsked, GivenVisa, InterimReply, RefusedVisa,
    RepeatLink, Response, Watch,
};
use crate::state::reminder::Reminder;
use crate::state::stage::{
    ClosedReply, Delivery, DeliveryState, DispatchedReply, NumberedReply, PartlySigned, RejectedBy, Rejection,
    ReplacedReply, SignedReply, Stage, Submission,
};
use crate::terms::{Addressee, MergeSide, ServerReport};

impl Inquiry {
    /// The state after `event`.
    #[must_use]
    pub fn evolve(self, event: &Event) -> Self {
        match self {
            // Nothing but a receipt begins an inquiry.
            Self::NotReceived => {
                let Event::InquiryReceived(event) = event else { return Self::NotReceived };
                Self::Received(Box::new(Dossier::opened(event)))
            }
            Self::Received(mut dossier) => {
                dossier.apply(event);
                dossier.revision = dossier.revision.saturating_add(1);
                Self::Received(dossier)
            }
        }
    }
}

impl Dossier {
    fn opened(event: &InquiryReceived) -> Self {
        Self {
            inquiry: event.inquiry,
            revision: 1,
            intake: Arc::new(event.intake.clone()),
            incoming_number: None,
            topic: None,
            control: Control::NotSet,
            assignment: None,
            took_part: BTreeSet::new(),
            contributions: Vec::new(),
            reminders: Vec::new(),
            draft: None,
            stage: Stage::Received,
            replaced: Vec::new(),
            last_order: 0,
            links: Vec::new(),
            interim_replies: Vec::new(),
            repeats: Vec::new(),
            merged: Vec::new(),
            responses: Vec::new(),
        }
    }

    fn apply(&mut self, event: &Event) {
        match event {
            // It came in once; a second receipt in a stream would be a fault that the decision never makes.
            Event::InquiryReceived(_) => {}
            Event::InquiryRegistered(event) => {
                self.incoming_number = Some(event.incoming_number.clone());
                self.stage = Stage::Registered;
            }
            Event::ControlSet(event) => {
                let due = event.deadline.due;
                let deadline = event.deadline.clone();
                self.control = Control::On(Watch { deadline, due, asked: None, extensions: Vec::new() });
                self.stage = Stage::OnControl;
            }
            Event::TopicSet(event) => self.topic = Some(event.topic.clone()),
            Event::MinistriesAssigned(event) => self.assigned(event),
            Event::AssignmentContested(event) => self.contested(event),
            Event::MinistryReassigned(event) => self.reassigned(event),
            Event::PartCarriedOver(event) => self.carried_over(event),
            Event::DeadlinesRecounted(event) => self.recounted(event),
            Event::ContributionSubmitted(event) => self.contributed(event),
            Event::ContributionAccepted(event) => {
                self.mark_contribution(&event.ministry, event.version, ContributionStatus::Accepted);
            }
            Event::ContributionReturned(event) => {
                let returned = ContributionStatus::Returned { reason: event.reason.clone() };
                self.mark_contribution(&event.ministry, event.version, returned);
            }
            Event::MinistryReminded(event) => self.reminded(event),
            Event::DraftRevised(event) => self.revised(event),
            Event::DraftSubmittedForApproval(event) => {
                self.stage = Stage::Approval { required: event.required.clone() }
            }
            Event::DraftVisaed(event) => self.visaed(event),
            Event::VisaRefused(event) => self.refused(event),
            Event::DraftReturned(event) => {
                let reason = event.reason.clone();
                let rejection = Rejection { version: event.version, by: RejectedBy::Returned, reason };
                self.stage = Stage::Drafting { rejected: Some(rejection) };
            }
            Event::SubmittedForSignature(event) => self.laid_before_signatory(event),
            Event::ReplyCosigned(event) => self.cosigned(event),
            Event::ReplySigned(event) => self.stage = Stage::Signed(SignedReply::of(event)),
            Event::SigningDeclined(event) => self.declined(event),
            Event::OutgoingNumberAssigned(event) => self.numbered(event),
            Event::DispatchOrdered(event) => self.ordered(event),
            Event::ReplyAccepted(event) => {
                let (order, relay) = (event.order, event.relay.clone());
                self.on_delivery(event.recipient, |delivery| {
                    if !delivery.state.is_delivered() {
                        delivery.state = DeliveryState::Accepted { order, relay };
                    }
                });
            }
            Event::DeliveryReported(event) => {
                let DeliveryReported { order, what, answer, .. } = event.clone();
                self.on_delivery(event.recipient, |delivery| {
                    // That an earlier order's mail arrived is good to know; that it is late says nothing of the last one.
                    let is_news = what != ServerReport::Delayed || delivery.orders.last() == Some(&order);
                    if is_news && delivery.state.is_moved_by(order, what) {
                        delivery.state = DeliveryState::Reported { order, what, answer };
                    }
                });
            }
            Event::DeliveryFailed(event) => {
                let failed = DeliveryState::Failed {
                    order: event.order,
                    attempt: event.attempt,
                    permanent: event.permanent,
                    answer: event.answer.clone(),
                };
                let order = event.order;
                self.on_delivery(event.recipient, |delivery| {
                    // The failure of an earlier order says nothing of the last one.
                    if !delivery.state.is_delivered() && delivery.orders.last() == Some(&order) {
                        delivery.state = failed;
                    }
                });
            }
            Event::DeliveryConfirmed(event) => {
                let how = event.how;
                self.on_delivery(event.recipient, |delivery| delivery.state = DeliveryState::Confirmed { how });
            }
            Event::DeliveredByHand(event) => {
                let (on, note) = (event.on, event.note.clone());
                self.on_delivery(event.recipient, |delivery| delivery.state = DeliveryState::ByHand { on, note });
            }
            Event::LinkRevoked(event) => self.links_ended(&[event.recipient]),
            Event::ExtensionRequested(event) => {
                let asked = ExtensionAsked { ground: event.ground.clone(), until: event.until };
                self.on_watch(|watch| watch.asked = Some(asked));
            }
            Event::ExtensionGranted(event) => self.extended(event),
            Event::ExtensionRefused(_) => self.on_watch(|watch| watch.asked = None),
            Event::InterimReplySent(event) => self.interim_replies.push(InterimReply {
                summary: event.summary.clone(),
                number: event.number.clone(),
                dated: event.dated,
                pdf: event.pdf,
            }),
            Event::ControlRemoved(_) => self.stop_clock(),
            Event::InquiryClosed(event) => {
                if let Stage::Dispatched(dispatched) = &self.stage {
                    let outcome = event.outcome.clone();
                    self.stage = Stage::Closed(ClosedReply { dispatched: dispatched.clone(), outcome });
                }
            }
            Event::RepeatInquiryLinked(event) => {
                self.repeats.push(RepeatLink { repeat: event.repeat, number: event.number.clone() });
            }
            Event::InquiriesMerged(event) => match &event.merge {
                MergeSide::Leads { others } => self.merged.extend(others.iter().cloned()),
                MergeSide::Joins { into, number: _ } => {
                    self.stop_clock();
                    self.stage = Stage::Merged { into: *into };
                }
            },
            Event::InquiryWithdrawn(_) => {
                self.stop_clock();
                self.stage = Stage::Withdrawn;
            }
            Event::InquiryRedirected(event) => {
                self.stop_clock();
                self.stage = Stage::Redirected { to: event.to.clone() };
            }
            Event::ReplyReplaced(event) => self.reply_replaced(event),
            Event::AddressErased(event) => self.forget_addresses(&event.recipients),
            Event::DeputyResponded(event) => {
                self.responses.retain(|response| response.recipient != event.recipient);
                self.responses.push(Response {
                    recipient: event.recipient,
                    satisfied: event.satisfied,
                    comment: event.comment.clone(),
                    replaced: self.replaced.len(),
                });
            }
        }
    }

    fn reminded(&mut self, event: &MinistryReminded) {
        self.reminders.retain(|reminder| reminder.ministry != event.ministry);
        self.reminders.push(Reminder {
            ministry: event.ministry.clone(),
            at: event.reminded_at,
            by: event.reminded_by.clone(),
        });
    }

    fn revised(&mut self, event: &DraftRevised) {
        let mut authors = match self.draft.take() {
            Some(draft) => draft.authors,
            None => BTreeSet::new(),
        };
        authors.insert(event.author.clone());
        self.draft = Some(Draft {
            version: event.version,
            content: Arc::new(event.content.clone()),
            content_hash: event.content_hash,
            sources: Arc::new(event.sources.clone()),
            authors,
            visas: Vec::new(),
            refusals: Vec::new(),
        });
        self.stage = Stage::Drafting { rejected: None };
    }

    fn visaed(&mut self, event: &DraftVisaed) {
        let Some(draft) = &mut self.draft else { return };
        draft.refusals.retain(|refused| !(refused.kind == event.kind && refused.approver == event.approver));
        draft.visas.push(GivenVisa {
            kind: event.kind,
            approver: event.approver.clone(),
            version: event.version,
            content_hash: event.content_hash,
        });
    }

    fn refused(&mut self, event: &VisaRefused) {
        let Some(draft) = &mut self.draft else { return };
        draft.refusals.retain(|refused| !(refused.kind == event.kind && refused.approver == event.approver));
        draft.refusals.push(RefusedVisa {
            kind: event.kind,
            approver: event.approver.clone(),
            remarks: event.remarks.clone(),
        });
    }

    fn laid_before_signatory(&mut self, event: &SubmittedForSignature) {
        if let Stage::Approval { required }
        | Stage::Drafting { rejected: Some(Rejection { by: RejectedBy::Declined { required }, .. }) } =
            &mut self.stage
        {
            self.stage = Stage::ForSignature(Submission {
                version: event.version,
                required: mem::take(required),
                signatory: event.signatory.clone(),
                person: event.person,
                order: event.order.clone(),
                also: event.also.clone(),
                partly: None,
                document_date: event.document_date,
                code: event.code.clone(),
            });
        }
    }

    fn cosigned(&mut self, event: &ReplyCosigned) {
        if let Stage::ForSignature(submission) = &mut self.stage {
            let partly = submission.partly.get_or_insert_with(|| PartlySigned {
                pdf: event.pdf,
                pdf_bytes: event.pdf_bytes,
                made_from: event.made_from,
                given: Vec::new(),
            });
            partly.given.push(event.given.clone());
        }
    }

    /// What one declines is declined: the signatures of the others go with the submission.
    fn declined(&mut self, event: &SigningDeclined) {
        if let Stage::ForSignature(submission) = &mut self.stage {
            let by = RejectedBy::Declined { required: mem::take(&mut submission.required) };
            let rejection = Rejection { version: event.version, by, reason: event.reason.clone() };
            self.stage = Stage::Drafting { rejected: Some(rejection) };
        }
    }

    fn numbered(&mut self, event: &OutgoingNumberAssigned) {
        if let Stage::Signed(signed) = &self.stage {
            self.stage = Stage::Numbered(NumberedReply {
                signed: signed.clone(),
                number: event.number.clone(),
                dated: event.dated,
                pdf: event.pdf,
                seal: event.seal,
            });
        }
    }

    fn ordered(&mut self, event: &DispatchOrdered) {
        self.last_order = self.last_order.max(event.order);
        self.links_sent(event);
        if let Stage::Numbered(letter) = &self.stage {
            self.stage = Stage::Dispatched(DispatchedReply {
                letter: letter.clone(),
                file_name: event.letter.file_name.clone(),
                mail_domain: event.mail_domain.clone(),
                deliveries: event.recipients.iter().map(|addressee| delivery(event.order, addressee)).collect(),
            });
        } else {
            for addressee in &event.recipients {
                self.readdress(addressee);
                self.on_delivery(addressee.recipient, |known| {
                    let mut orders = mem::take(&mut known.orders);
                    orders.push(event.order);
                    *known = Delivery { orders, ..delivery(event.order, addressee) };
                });
            }
        }
    }

    /// An address given for a second mail is the one that later letters go to, in whichever of their places the person stands.
    fn readdress(&mut self, addressee: &Addressee) {
        let Some(person) = self.recipients().find(|known| known.no == addressee.recipient).cloned() else { return };
        let joined = self.merged.iter_mut().flat_map(|other| &mut other.groups);
        let deputies =
            Arc::make_mut(&mut self.intake).groups.iter_mut().chain(joined).flat_map(|group| &mut group.deputies);
        for known in deputies.filter(|known| known.no == person.no || known.is_same_person(&person)) {
            known.email = addressee.email.clone();
        }
    }

    fn extended(&mut self, event: &ExtensionGranted) {
        if let (Control::On(_), Some(assignment)) = (&self.control, &mut self.assignment) {
            // The lead asked for itself: its own day moves with the reply's.
            assignment.lead_due = event.new_due;
        }
        self.on_watch(|watch| {
            watch.asked = None;
            watch.due = event.new_due;
            watch.extensions.push(Extension {
                ground: event.ground.clone(),
                old_due: event.old_due,
                new_due: event.new_due,
            });
        });
    }

    fn reply_replaced(&mut self, event: &ReplyReplaced) {
        let Some(letter) = self.letter().cloned() else { return };
        let reason = event.reason.clone();
        let rejection = Rejection { version: letter.signed.version, by: RejectedBy::Replaced, reason: reason.clone() };
        self.replaced.push(ReplacedReply { letter, reason });
        self.stage = Stage::Drafting { rejected: Some(rejection) };
    }

    fn on_delivery(&mut self, recipient: RecipientNo, change: impl FnOnce(&mut Delivery)) {
        if let Stage::Dispatched(sent) = &mut self.stage
            && let Some(delivery) = sent.deliveries.iter_mut().find(|delivery| delivery.recipient == recipient)
        {
            change(delivery);
        }
    }

    pub(super) fn on_watch(&mut self, change: impl FnOnce(&mut Watch)) {
        if let Control::On(watch) = &mut self.control {
            change(watch);
        }
    }

    fn stop_clock(&mut self) {
        if let Control::On(watch) = &self.control {
            self.control = Control::Off(watch.clone());
        }
    }
}

impl SignedReply {
    /// The letter as the event tells it.
    #[must_use]
    pub fn of(event: &ReplySigned) -> Self {
        Self {
            version: event.version,
            content_hash: event.content_hash,
            pdf: event.pdf,
            signature: event.signature,
            made_from: event.made_from,
            signer: event.signer.clone(),
            checked: event.checked,
            sealed_by_server: event.sealed_by_server,
            signatory: event.signatory.clone(),
            authority: event.authority.clone(),
            cosigned: event.cosigned.clone(),
            signed_at: event.signed_at,
            document_date: event.document_date,
            language: event.language,
            recipients: event.recipients.clone(),
            code: event.code.clone(),
        }
    }
}

fn delivery(order: u32, addressee: &Addressee) -> Delivery {
    Delivery {
        recipient: addressee.recipient,
        name: addressee.name.clone(),
        email: addressee.email.clone(),
        message_id: addressee.message_id.clone(),
        orders: vec![order],
        state: match addressee.email {
            Some(_) => DeliveryState::Ordered,
            None => DeliveryState::NeedsHand,
        },
    }
}
