//! The sixth chapter: the letter goes to everybody on the list, and each delivery has a fate of its own.

use super::{Case, one, within};
use crate::allowed::own_places;
use crate::bounds::{self, Field};
use crate::command::{
    ConfirmDelivery, Dispatch, RecordAcceptance, RecordDeliveryByHand, RecordDeliveryReport, RecordFailure, Resend,
    RevokeLink,
};
use crate::email::{Email, is_domain};
use crate::event::{
    DeliveredByHand, DeliveryConfirmed, DeliveryFailed, DeliveryReported, DispatchOrdered, Event, LinkRevoked,
    ReplyAccepted,
};
use crate::ids::{MessageId, RecipientNo};
use crate::refusal::Refusal;
use crate::same;
use crate::state::{Delivery, DeliveryState, DispatchedReply, NumberedReply, Stage};
use crate::terms::{Addressee, LetterRef, ReceiptProof};
use directory::Role;

impl Case<'_> {
    /// To the recipients that were frozen with the signature, whatever the list says by now.
    pub(super) fn dispatch(&self, ask: &Dispatch) -> Result<Vec<Event>, Refusal> {
        let Dispatch { file_name, mail_domain, found } = ask;
        let Stage::Numbered(letter) = &self.dossier.stage else { return Err(Refusal::NotNumberedYet) };
        bounds::text(Field::FileName, file_name)?;
        if file_name.contains(['/', '\\', ':']) || file_name.starts_with('.') {
            return Err(Refusal::FileNameWithPath);
        }
        // A Message-ID is ASCII (RFC 5322, 3.6.4), whatever script a domain may be written in elsewhere.
        if !is_domain(mail_domain) || !mail_domain.is_ascii() {
            return Err(Refusal::MailDomain);
        }
        if let Some(seam) = same::broken(self.dossier.draft.as_ref(), letter, found) {
            return Err(Refusal::LetterDiffers { seam });
        }
        let order = self.next_order();
        let recipients = letter.signed.addressees();
        let recipients = recipients
            .into_iter()
            .map(|(to, email)| self.addressee(order, to.no, &to.name, email.cloned(), mail_domain))
            .collect();
        let letter = self.letter_ref(letter, file_name);
        one(DispatchOrdered { order, letter, recipients, mail_domain: mail_domain.clone() })
    }

    /// A second order, for one recipient; the letter is the same.
    pub(super) fn resend(&self, ask: &Resend) -> Result<Vec<Event>, Refusal> {
        let sent = self.sent()?;
        let delivery = self.waiting(sent, ask.recipient)?;
        let order = self.next_order();
        let email = Some(ask.address.clone());
        one(DispatchOrdered {
            order,
            letter: self.letter_ref(&sent.letter, &sent.file_name),
            recipients: vec![self.addressee(order, delivery.recipient, &delivery.name, email, &sent.mail_domain)],
            mail_domain: sent.mail_domain.clone(),
        })
    }

    /// Taken by a server is not received by the deputy. The same fact told twice is recorded once.
    pub(super) fn record_acceptance(&self, ask: &RecordAcceptance) -> Result<Vec<Event>, Refusal> {
        let RecordAcceptance { order, recipient, attempt, relay, answer, message_sha256 } = ask;
        bounds::text(Field::Relay, relay)?;
        let delivery = self.attempted(*order, *recipient, *attempt)?;
        // A server that reported on the mail had taken it.
        let known = matches!(
            &delivery.state,
            DeliveryState::Accepted { order: known, .. } | DeliveryState::Reported { order: known, .. } if known == order
        );
        if known || delivery.state.is_delivered() {
            return Ok(Vec::new());
        }
        one(ReplyAccepted {
            order: *order,
            recipient: *recipient,
            attempt: *attempt,
            relay: relay.clone(),
            answer: bounds::quoted(answer),
            message_sha256: *message_sha256,
        })
    }

    pub(super) fn record_failure(&self, ask: &RecordFailure) -> Result<Vec<Event>, Refusal> {
        let RecordFailure { order, recipient, attempt, stage, answer, permanent } = ask;
        let delivery = self.attempted(*order, *recipient, *attempt)?;
        // A failure that comes late says nothing of a letter that has arrived by another way.
        if delivery.state.is_delivered() {
            return Ok(Vec::new());
        }
        one(DeliveryFailed {
            order: *order,
            recipient: *recipient,
            attempt: *attempt,
            stage: *stage,
            answer: bounds::quoted(answer),
            permanent: *permanent,
        })
    }

    /// In the mailbox is not received either: nobody has said that they have it. A report that comes late takes nothing back.
    pub(super) fn record_delivery_report(&self, ask: &RecordDeliveryReport) -> Result<Vec<Event>, Refusal> {
        let RecordDeliveryReport { order, recipient, what, answer } = ask;
        let delivery = self.ordered(*order, *recipient)?;
        if !delivery.state.is_moved_by(*order, *what) {
            return Ok(Vec::new());
        }
        one(DeliveryReported { order: *order, recipient: *recipient, what: *what, answer: bounds::quoted(answer) })
    }

    pub(super) fn confirm_delivery(&self, ask: &ConfirmDelivery) -> Result<Vec<Event>, Refusal> {
        let ConfirmDelivery { recipient, how } = *ask;
        let sent = self.sent()?;
        self.speaks_for(recipient)?;
        let delivery = self.waiting(sent, recipient)?;
        match how {
            // An act of the deputy's own, whether or not a mail went to them. Whoever came by the link has not signed in, and is not said to have.
            ReceiptProof::OpenedHere if self.is_own(recipient) && self.by.holds.is_none() => {}
            ReceiptProof::ByPersonalLink if self.is_own(recipient) && self.by.holds.is_some() => {}
            ReceiptProof::OpenedHere | ReceiptProof::ByPersonalLink => {
                return Err(Refusal::OpenedByNobodyElse { recipient });
            }
            ReceiptProof::DeliveryNotice | ReceiptProof::AnsweredByMail | ReceiptProof::SaidByTelephone => {
                if delivery.email.is_none() {
                    return Err(Refusal::NoMailToConfirm { recipient });
                }
            }
        }
        let recipient = delivery.recipient;
        one(DeliveryConfirmed { recipient, how })
    }

    pub(super) fn record_delivery_by_hand(&self, ask: &RecordDeliveryByHand) -> Result<Vec<Event>, Refusal> {
        let RecordDeliveryByHand { recipient, on, note } = ask;
        let sent = self.sent()?;
        let recipient = self.waiting(sent, *recipient)?.recipient;
        bounds::text(Field::DeliveryNote, note)?;
        within(Field::DeliveryDate, *on, sent.letter.dated, self.today)?;
        one(DeliveredByHand { recipient, on: *on, note: note.clone() })
    }

    /// Ended once, the links of earlier mails stay ended, whatever is sent later.
    pub(super) fn revoke_link(&self, ask: &RevokeLink) -> Result<Vec<Event>, Refusal> {
        let RevokeLink { recipient } = *ask;
        if !self.dossier.links.iter().any(|links| links.recipient == recipient && links.work()) {
            return Err(Refusal::NoLinkTo { recipient });
        }
        one(LinkRevoked { recipient })
    }

    /// A deputy speaks for themselves; a clerk and our own worker for everybody.
    pub(super) fn speaks_for(&self, recipient: RecipientNo) -> Result<(), Refusal> {
        if !self.dossier.recipients().any(|known| known.no == recipient) {
            return Err(Refusal::UnknownRecipient { recipient });
        }
        let for_all = self.by.has(Role::Clerk) || self.by.has(Role::System);
        if for_all || self.is_own(recipient) { Ok(()) } else { Err(Refusal::RecipientIsAnother { recipient }) }
    }

    fn is_own(&self, recipient: RecipientNo) -> bool {
        own_places(self.dossier, self.by).any(|place| place == recipient)
    }

    fn sent(&self) -> Result<&DispatchedReply, Refusal> {
        if let Stage::Dispatched(sent) = &self.dossier.stage { Ok(sent) } else { Err(self.wrong_stage()) }
    }

    /// The delivery to whoever stands there. One mail reaches a person in all their places, so any of them names it.
    fn waiting<'s>(&self, sent: &'s DispatchedReply, recipient: RecipientNo) -> Result<&'s Delivery, Refusal> {
        let elsewhere = || {
            let listed = || sent.letter.signed.recipients.iter().flat_map(|group| &group.deputies);
            let person = listed().find(|known| known.no == recipient)?;
            listed().filter(|known| known.is_same_person(person)).find_map(|known| sent.delivery(known.no))
        };
        let delivery = sent.delivery(recipient).or_else(elsewhere).ok_or(Refusal::UnknownRecipient { recipient })?;
        if delivery.state.is_delivered() { Err(Refusal::AlreadyDelivered { recipient }) } else { Ok(delivery) }
    }

    fn attempted(&self, order: u32, recipient: RecipientNo, attempt: u32) -> Result<&Delivery, Refusal> {
        let delivery = self.ordered(order, recipient)?;
        if attempt == 0 { Err(Refusal::NoAttempt) } else { Ok(delivery) }
    }

    fn ordered(&self, order: u32, recipient: RecipientNo) -> Result<&Delivery, Refusal> {
        let delivery = self.sent()?.delivery(recipient).ok_or(Refusal::UnknownRecipient { recipient })?;
        if delivery.orders.contains(&order) { Ok(delivery) } else { Err(Refusal::NotInOrder { order, recipient }) }
    }

    /// Orders are counted through all letters of an inquiry, so that a mail's identity is never used twice.
    fn next_order(&self) -> u32 {
        self.dossier.last_order.saturating_add(1)
    }

    fn addressee(
        &self,
        order: u32,
        recipient: RecipientNo,
        name: &str,
        email: Option<Email>,
        domain: &str,
    ) -> Addressee {
        let message_id = MessageId::new(self.dossier.inquiry, order, recipient, domain);
        Addressee { recipient, name: name.to_owned(), email, message_id }
    }

    fn letter_ref(&self, letter: &NumberedReply, file_name: &str) -> LetterRef {
        let intake = &self.dossier.intake;
        LetterRef {
            number: letter.number.clone(),
            dated: letter.dated,
            pdf: letter.pdf,
            file_name: file_name.to_owned(),
            language: letter.signed.language,
            inquiry_number: intake.number.printed().to_owned(),
            inquiry_dated: intake.dated,
            subject: intake.subject.clone(),
        }
    }
}
