//! Which texts of an event are personal, and whose. The journal seals them under that person's key; this crate sees plain values, or
//! none where a key was destroyed.
//!
//! Personal is every e-mail address, and the identification number of whoever signed. Names are not: a deputy asks in public office, and the letter prints the name. A person is
//! called by an id that says nothing of them: that of the directory, or else the place on the inquiry's list.

use directory::{Authority, DeputyId, PersonId};

use crate::event::{Event, ReplyCosigned};
use crate::ids::{InquiryId, RecipientNo};
use crate::intake::{Recipient, RecipientGroup};
use crate::terms::{Addressee, CertificateHolder, MergeSide};

/// A personal text of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalText {
    /// Whose.
    pub subject: String,
    /// Where it stands in the stored text: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What it says.
    pub text: String,
}

/// A deputy whom the directory knows.
#[must_use]
pub fn deputy(deputy: DeputyId) -> String {
    format!("deputy-{deputy}")
}

/// Somebody who holds an office, or acts in it.
#[must_use]
pub fn office_holder(person: PersonId) -> String {
    format!("person-{person}")
}

/// Whoever stands in that place of the inquiry's list.
#[must_use]
pub fn place(inquiry: InquiryId, recipient: RecipientNo) -> String {
    format!("{}-recipient-{recipient}", inquiry.stream_id())
}

/// The personal texts of an event of this inquiry.
#[must_use]
pub fn texts(inquiry: InquiryId, event: &Event) -> Vec<PersonalText> {
    let name = event.stored_name();
    match event {
        Event::InquiryReceived(received) => {
            of_groups(inquiry, &format!("/{name}/intake/groups"), &received.intake.groups)
        }
        Event::ReplySigned(signed) => {
            let mut texts = of_groups(inquiry, &format!("/{name}/recipients"), &signed.recipients);
            let own = signed.authority.as_ref().zip(signed.signer.as_ref());
            texts.extend(own.and_then(|(right, signer)| of_signer(format!("/{name}/signer/iin"), right, signer)));
            texts.extend(signed.cosigned.iter().enumerate().filter_map(|(n, given)| {
                of_signer(format!("/{name}/cosigned/{n}/signer/iin"), &given.authority, given.signer.as_ref()?)
            }));
            texts
        }
        Event::ReplyCosigned(ReplyCosigned { given, .. }) => {
            let signer = given.signer.as_ref();
            let text =
                signer.and_then(|signer| of_signer(format!("/{name}/given/signer/iin"), &given.authority, signer));
            text.into_iter().collect()
        }
        Event::InquiriesMerged(merged) => match &merged.merge {
            MergeSide::Leads { others } => {
                let others = others.iter().enumerate();
                others
                    .flat_map(|(n, other)| {
                        of_groups(inquiry, &format!("/{name}/merge/others/{n}/groups"), &other.groups)
                    })
                    .collect()
            }
            MergeSide::Joins { .. } => Vec::new(),
        },
        Event::DispatchOrdered(order) => {
            let recipients = order.recipients.iter().enumerate();
            recipients
                .filter_map(|(n, to)| of_addressee(inquiry, format!("/{name}/recipients/{n}/email"), to))
                .collect()
        }
        // The answers of mail servers are recorded without the address (crates/dispatch, what is written down of an outcome).
        Event::ReplyAccepted(_) | Event::DeliveryFailed(_) | Event::DeliveryReported(_) => Vec::new(),
        Event::InquiryRegistered(_)
        | Event::ControlSet(_)
        | Event::MinistriesAssigned(_)
        | Event::AssignmentContested(_)
        | Event::MinistryReassigned(_)
        | Event::PartCarriedOver(_)
        | Event::ContributionSubmitted(_)
        | Event::ContributionAccepted(_)
        | Event::ContributionReturned(_)
        | Event::MinistryReminded(_)
        | Event::DraftRevised(_)
        | Event::DraftSubmittedForApproval(_)
        | Event::DraftVisaed(_)
        | Event::VisaRefused(_)
        | Event::DraftReturned(_)
        | Event::SubmittedForSignature(_)
        | Event::SigningDeclined(_)
        | Event::OutgoingNumberAssigned(_)
        | Event::DeliveryConfirmed(_)
        | Event::DeliveredByHand(_)
        | Event::LinkRevoked(_)
        | Event::ExtensionRequested(_)
        | Event::ExtensionGranted(_)
        | Event::ExtensionRefused(_)
        | Event::DeadlinesRecounted(_)
        | Event::InterimReplySent(_)
        | Event::ControlRemoved(_)
        | Event::InquiryClosed(_)
        | Event::RepeatInquiryLinked(_)
        | Event::InquiryWithdrawn(_)
        | Event::InquiryRedirected(_)
        | Event::ReplyReplaced(_)
        | Event::DeputyResponded(_)
        | Event::AddressErased(_)
        | Event::TopicSet(_) => Vec::new(),
    }
}

/// A certificate is named only where it is known who signed by it.
fn of_signer(pointer: String, authority: &Authority, signer: &CertificateHolder) -> Option<PersonalText> {
    let text = signer.iin.as_ref()?.as_str().to_owned();
    Some(PersonalText { subject: office_holder(authority.person), pointer, text })
}

fn of_groups(inquiry: InquiryId, pointer: &str, groups: &[RecipientGroup]) -> Vec<PersonalText> {
    let places = groups.iter().enumerate().flat_map(|(g, group)| {
        group.deputies.iter().enumerate().map(move |(d, recipient)| (format!("{g}/deputies/{d}"), recipient))
    });
    places.filter_map(|(at, recipient)| of_recipient(inquiry, format!("{pointer}/{at}/email"), recipient)).collect()
}

fn of_recipient(inquiry: InquiryId, pointer: String, recipient: &Recipient) -> Option<PersonalText> {
    let text = recipient.email.as_ref()?.as_str().to_owned();
    let subject = recipient.deputy.map_or_else(|| place(inquiry, recipient.no), deputy);
    Some(PersonalText { subject, pointer, text })
}

/// An order names places alone, whoever stands in them.
fn of_addressee(inquiry: InquiryId, pointer: String, to: &Addressee) -> Option<PersonalText> {
    let text = to.email.as_ref()?.as_str().to_owned();
    Some(PersonalText { subject: place(inquiry, to.recipient), pointer, text })
}
