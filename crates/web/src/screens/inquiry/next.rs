//! The one step that its reader should take next: the button at the head of an inquiry's page.

use directory::{Actor, Language};
use inquiry::{CommandName, duty};

use super::super::commands::written;
use super::super::fields::Link;
use crate::office::seeing::Seen;

/// What moves an inquiry on, the most urgent first. What takes it back, asks for more time or corrects something stands further down
/// on the page: whoever wants that looks for it.
const FORWARD: [CommandName; 14] = [
    CommandName::Sign,
    CommandName::Visa,
    CommandName::GrantExtension,
    CommandName::AssignMinistries,
    CommandName::Reassign,
    CommandName::AcceptContribution,
    CommandName::SubmitContribution,
    CommandName::SubmitForApproval,
    CommandName::ReviseDraft,
    CommandName::SubmitForSignature,
    CommandName::AssignOutgoingNumber,
    CommandName::Dispatch,
    CommandName::RemoveFromControl,
    CommandName::Close,
];

/// The next step among what may be done; none for whom nothing is awaited from.
pub(super) fn step(seen: &Seen, actor: &Actor, may: &[CommandName], language: Language) -> Option<Link> {
    let name = FORWARD.into_iter().find(|name| may.contains(name) && is_awaited(seen, actor, *name))?;
    let id = seen.dossier.inquiry;
    let href = match name {
        CommandName::Sign => format!("/signing/letter/{id}"),
        CommandName::Visa => format!("/approvals/letter/{id}"),
        // What is written is written in the editor.
        _ => {
            written::editor(&seen.dossier, name).unwrap_or_else(|| format!("/inquiries/{id}/commands/{}", name.path()))
        }
    };
    Some(Link { href, words: name.words(language).to_owned() })
}

/// What may be done again, but is done: nobody waits for it.
fn is_awaited(seen: &Seen, actor: &Actor, name: CommandName) -> bool {
    let dossier = &seen.dossier;
    match name {
        CommandName::AssignMinistries => dossier.assignment.is_none(),
        CommandName::Reassign => dossier.assignment.as_ref().is_some_and(|known| !known.contests.is_empty()),
        // What a ministry may do and does not owe (write anew what approvers read, which voids their visas), whoever wants it looks for.
        CommandName::SubmitContribution
        | CommandName::AcceptContribution
        | CommandName::SubmitForApproval
        | CommandName::ReviseDraft => duty::owed(dossier)
            .iter()
            .any(|duty| Some(&duty.ministry) == actor.ministry.as_ref() && duty.kind.step() == Some(name)),
        _ => true,
    }
}
