//! Which personal links open a page: those in the mails to the address that is in force, unless a clerk has ended them.

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::event::DispatchOrdered;
use crate::ids::RecipientNo;
use crate::link::PersonalLink;
use crate::state::dossier::Dossier;

/// The links in one recipient's mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLinks {
    /// Whose.
    pub recipient: RecipientNo,
    /// Where the last mail went.
    email: Option<Email>,
    /// The orders whose links work.
    orders: Vec<u32>,
}

impl MailLinks {
    /// Does any of them work?
    #[must_use]
    pub fn work(&self) -> bool {
        !self.orders.is_empty()
    }
}

impl Dossier {
    /// Does this link open a page of this inquiry?
    #[must_use]
    pub fn opens(&self, link: &PersonalLink) -> bool {
        let known = self.links.iter().find(|links| links.recipient == link.recipient);
        link.inquiry == self.inquiry && known.is_some_and(|links| links.orders.contains(&link.order))
    }

    /// A second mail to the same address leaves the first one's link as it is; where the address was corrected, the first one went astray.
    pub(super) fn links_sent(&mut self, event: &DispatchOrdered) {
        for addressee in &event.recipients {
            let (recipient, email) = (addressee.recipient, addressee.email.clone());
            let sent = if email.is_some() { vec![event.order] } else { Vec::new() };
            match self.links.iter_mut().find(|links| links.recipient == recipient) {
                Some(known) if known.email.is_some() && known.email == email => known.orders.extend(sent),
                Some(known) => *known = MailLinks { recipient, email, orders: sent },
                None => self.links.push(MailLinks { recipient, email, orders: sent }),
            }
        }
    }

    /// No link that was sent to these recipients opens anything any more.
    pub(super) fn links_ended(&mut self, recipients: &[RecipientNo]) {
        for links in self.links.iter_mut().filter(|links| recipients.contains(&links.recipient)) {
            links.email = None;
            links.orders.clear();
        }
    }
}
