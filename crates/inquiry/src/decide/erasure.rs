//! May an address be erased? Not asked as a command: the answer is recorded together with the end of the person's key, which
//! only the installation's administrator brings about (docs/adr/0011-erasure.md).

use directory::DeputyId;

use crate::event::AddressErased;
use crate::ids::{InquiryId, RecipientNo};
use crate::intake::Recipient;
use crate::state::{Dossier, Stage};

/// A reply is still owed: the address is needed until the inquiry has ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{number} is still open, and the reply is owed to them; close it first")]
pub struct StillOwed {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// Its number as it prints it.
    pub number: String,
}

/// What is recorded in this inquiry when the address of whoever stands in these places is erased.
///
/// # Errors
/// [`StillOwed`] while the inquiry is open.
pub fn erase(dossier: &Dossier, places: &[RecipientNo], ground: &str) -> Result<AddressErased, StillOwed> {
    if is_open(&dossier.stage) {
        let number = dossier.intake.number.printed().to_owned();
        return Err(StillOwed { inquiry: dossier.inquiry, number });
    }
    let mut recipients = places.to_vec();
    recipients.sort_unstable();
    recipients.dedup();
    Ok(AddressErased { recipients, ground: ground.to_owned() })
}

/// All places of a deputy in an inquiry, those that the directory does not know of included where name and mailbox are the same.
#[must_use]
pub fn places_of_deputy(dossier: &Dossier, deputy: DeputyId) -> Vec<RecipientNo> {
    places_of(dossier, |recipient| recipient.deputy == Some(deputy))
}

/// All places of whoever stands in this one.
#[must_use]
pub fn places_of_same(dossier: &Dossier, place: RecipientNo) -> Vec<RecipientNo> {
    places_of(dossier, |recipient| recipient.no == place)
}

/// The place that somebody of a joined inquiry has in this one, which answers it. The lists are in one order.
#[must_use]
pub fn place_after_merger(dossier: &Dossier, joined: &Dossier, place: RecipientNo) -> Option<RecipientNo> {
    let other = dossier.merged.iter().find(|other| other.inquiry == joined.inquiry)?;
    let nth = joined.recipients().position(|recipient| recipient.no == place)?;
    other.groups.iter().flat_map(|group| &group.deputies).nth(nth).map(|recipient| recipient.no)
}

/// Who that is in the directory, when any of their places says so.
#[must_use]
pub fn deputy_of(dossier: &Dossier, places: &[RecipientNo]) -> Option<DeputyId> {
    listed(dossier).filter(|recipient| places.contains(&recipient.no)).find_map(|recipient| recipient.deputy)
}

fn places_of(dossier: &Dossier, wanted: impl Fn(&Recipient) -> bool) -> Vec<RecipientNo> {
    let first: Vec<&Recipient> = listed(dossier).filter(|recipient| wanted(recipient)).collect();
    let mut places: Vec<RecipientNo> = listed(dossier)
        .filter(|known| first.iter().any(|one| one.no == known.no || one.is_same_person(known)))
        .map(|known| known.no)
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// Everybody as the lists have them now, and as the letters had them when they were signed.
fn listed(dossier: &Dossier) -> impl Iterator<Item = &Recipient> {
    let current = dossier.letter().map(|letter| &letter.signed);
    let replaced = dossier.replaced.iter().map(|replaced| &replaced.letter.signed);
    let frozen = current.into_iter().chain(replaced).flat_map(|signed| &signed.recipients);
    dossier.recipients().chain(frozen.flat_map(|group| &group.deputies))
}

const fn is_open(stage: &Stage) -> bool {
    match stage {
        Stage::Closed(_) | Stage::Withdrawn | Stage::Redirected { .. } | Stage::Merged { .. } => false,
        Stage::Received
        | Stage::Registered
        | Stage::OnControl
        | Stage::Assigned
        | Stage::Drafting { .. }
        | Stage::Approval { .. }
        | Stage::ForSignature(_)
        | Stage::Signed(_)
        | Stage::Numbered(_)
        | Stage::Dispatched(_) => true,
    }
}
