//! Erasing an address from everything that is known of an inquiry: its lists, the letter, the deliveries.

use std::sync::Arc;

use crate::ids::RecipientNo;
use crate::intake::RecipientGroup;
use crate::state::dossier::Dossier;
use crate::state::stage::{DeliveryState, NumberedReply, SignedReply, Stage};

impl Dossier {
    /// Nobody in these places has an address any more, in whatever list or letter of this inquiry they stand.
    pub(super) fn forget_addresses(&mut self, recipients: &[RecipientNo]) {
        // Read anew after the erasure, no order says any more that two mails went to one address.
        self.links_ended(recipients);
        from_groups(&mut Arc::make_mut(&mut self.intake).groups, recipients);
        for other in &mut self.merged {
            from_groups(&mut other.groups, recipients);
        }
        for replaced in &mut self.replaced {
            from_letter(&mut replaced.letter, recipients);
        }
        let sent = match &mut self.stage {
            Stage::Signed(signed) => return from_signed(signed, recipients),
            Stage::Numbered(letter) => return from_letter(letter, recipients),
            Stage::Dispatched(sent) => sent,
            Stage::Closed(closed) => &mut closed.dispatched,
            Stage::Received
            | Stage::Registered
            | Stage::OnControl
            | Stage::Assigned
            | Stage::Drafting { .. }
            | Stage::Approval { .. }
            | Stage::ForSignature(_)
            | Stage::Withdrawn
            | Stage::Redirected { .. }
            | Stage::Merged { .. } => return,
        };
        from_letter(&mut sent.letter, recipients);
        for delivery in sent.deliveries.iter_mut().filter(|delivery| recipients.contains(&delivery.recipient)) {
            delivery.email = None;
            // Read anew after the erasure, the order itself has no address: a mail of which nothing more was heard cannot go any more.
            if matches!(delivery.state, DeliveryState::Ordered) {
                delivery.state = DeliveryState::NeedsHand;
            }
        }
    }
}

fn from_letter(letter: &mut NumberedReply, recipients: &[RecipientNo]) {
    from_signed(&mut letter.signed, recipients);
}

fn from_signed(signed: &mut SignedReply, recipients: &[RecipientNo]) {
    from_groups(&mut signed.recipients, recipients);
}

fn from_groups(groups: &mut [RecipientGroup], recipients: &[RecipientNo]) {
    let deputies = groups.iter_mut().flat_map(|group| &mut group.deputies);
    for known in deputies.filter(|known| recipients.contains(&known.no)) {
        known.email = None;
    }
}
