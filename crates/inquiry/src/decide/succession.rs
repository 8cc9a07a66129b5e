//! Which place goes over when a ministry ends? Not asked as a command: the answer follows from the act that is recorded in the directory, and is
//! recorded in every inquiry that is not over (docs/adr/0039-records.md).

use directory::MinistryCode;

use crate::event::PartCarriedOver;
use crate::state::{Dossier, StageName};

/// What is recorded in this inquiry when `from` ended and `to` is its successor here; nothing where it has no place, or the inquiry is over.
#[must_use]
pub fn carry_over(dossier: &Dossier, from: &MinistryCode, to: &MinistryCode, act: &str) -> Option<PartCarriedOver> {
    if from == to || !is_carried(dossier.stage.name()) {
        return None;
    }
    let place = dossier.assignment.as_ref()?.place(from)?;
    Some(PartCarriedOver { from: from.clone(), to: to.clone(), place, act: act.to_owned() })
}

/// Does an inquiry in this stage go over? Whoever has the reply may still be owed another one; what is over stays with whoever worked on it.
#[must_use]
pub const fn is_carried(stage: StageName) -> bool {
    match stage {
        StageName::Received
        | StageName::Registered
        | StageName::OnControl
        | StageName::Assigned
        | StageName::Drafting
        | StageName::Approval
        | StageName::ForSignature
        | StageName::Signed
        | StageName::Numbered
        | StageName::Dispatched => true,
        StageName::Closed | StageName::Withdrawn | StageName::Redirected | StageName::Merged => false,
    }
}
