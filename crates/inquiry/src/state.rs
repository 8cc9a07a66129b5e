//! Where an inquiry stands: everything that a decision looks at, and nothing that only a screen would.
//!
//! [`Inquiry::evolve`] is total: it takes any event in any state and refuses nothing, because what is in the journal has happened. What
//! belongs to a stage lives inside its variant of [`Stage`], so that a number without a signature cannot be written down.

mod dossier;
mod evolve;
mod forget;
mod links;
mod places;
mod reminder;
mod stage;

use serde::{Deserialize, Serialize};

pub use dossier::{
    Assignment, Contest, Contribution, ContributionStatus, Control, Dossier, Draft, Extension, ExtensionAsked,
    GivenVisa, InterimReply, RefusedVisa, RepeatLink, Response, Watch,
};
pub use links::MailLinks;
pub use reminder::Reminder;
pub use stage::{
    ClosedReply, Delivery, DeliveryState, DispatchedReply, NamedSignatory, NumberedReply, PartlySigned, RejectedBy,
    Rejection, ReplacedReply, SignedReply, Stage, StageName, Submission, names,
};

/// An inquiry, from before it was received.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Inquiry {
    /// Nothing is known of it yet.
    #[default]
    NotReceived,
    /// It came in, and this is what became of it.
    Received(Box<Dossier>),
}

impl Inquiry {
    /// The state that a history leads to.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a crate::event::Event>) -> Self {
        events.into_iter().fold(Self::NotReceived, Self::evolve)
    }

    /// What is known, once it came in.
    #[must_use]
    pub fn dossier(&self) -> Option<&Dossier> {
        match self {
            Self::NotReceived => None,
            Self::Received(dossier) => Some(dossier),
        }
    }
}
