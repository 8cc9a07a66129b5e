//! The kinds of events that the journal shows, an inquiry's and all others: which there are, and whose work they are.

use directory::Role;
use directory::accounts::AccountEvent;
use directory::changes::Change;
use directory::settings::SettingsEvent;
use eventstore::privacy::erase::SUBJECT_ERASED;
use inquiry::proposal::event::ProposalEventName;
use inquiry::{EventName, synthetic};

use super::super::{ADMINISTERS, DECIDES_PROPOSALS, KEEPS_BLANKS, KEEPS_RECORDS};
use crate::permission::STAFF;

/// The one kind of events of a ministry's blanks.
const BLANK_ADOPTED: &str = "blank_adopted";
/// Who stands in for whom: whoever works here names a substitute.
const SUBSTITUTIONS: [&str; 2] = ["substitute_named", "substitution_ended"];

/// An account goes over to a ministry's successor: the program changes it then, and otherwise whoever keeps accounts.
const ACCOUNT_CHANGED: &str = "account_changed";

/// What happens to proposals from outside.
pub(super) fn of_proposals() -> impl Iterator<Item = &'static str> {
    ProposalEventName::ALL.into_iter().map(|name| name.stored())
}

/// Accounts and absences, records and the calendar, settings, blanks, erasure, made-up history.
pub(super) fn of_administration() -> impl Iterator<Item = &'static str> {
    AccountEvent::STORED
        .iter()
        .copied()
        .chain(Change::STORED.iter().copied())
        .chain(SettingsEvent::STORED)
        .chain([BLANK_ADOPTED, SUBJECT_ERASED])
        .chain(synthetic::STORED)
}

/// Every kind.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    EventName::ALL.iter().map(|name| name.stored()).chain(of_proposals()).chain(of_administration())
}

/// The kind of that stored name.
pub(super) fn known(stored: &str) -> Option<&'static str> {
    all().find(|kind| *kind == stored)
}

/// May somebody in that role do what such an event tells?
pub(super) fn is_done_by(kind: &str, role: Role) -> bool {
    if let Some(name) = EventName::from_stored(kind) {
        return name.is_done_by(role);
    }
    match ProposalEventName::from_stored(kind) {
        Some(ProposalEventName::ProposalReceived) => return role == Role::System,
        Some(ProposalEventName::ProposalTaken | ProposalEventName::ProposalDismissed) => {
            return DECIDES_PROPOSALS.roles().contains(&role);
        }
        None => {}
    }
    if kind == ACCOUNT_CHANGED && role == Role::System {
        return true;
    }
    let permission = if SUBSTITUTIONS.contains(&kind) {
        STAFF
    } else if kind == BLANK_ADOPTED {
        KEEPS_BLANKS
    } else if Change::STORED.contains(&kind) {
        KEEPS_RECORDS
    } else if synthetic::STORED.contains(&kind) {
        // By a program, before anybody works here.
        return false;
    } else {
        ADMINISTERS
    };
    permission.roles().contains(&role)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use directory::Language;

    use super::*;
    use crate::office::seeing::words_of_kind;

    #[test]
    fn every_kind_is_there_once_and_has_words() {
        let kinds: Vec<&str> = all().collect();
        assert_eq!(kinds.iter().copied().collect::<BTreeSet<&str>>().len(), kinds.len(), "{kinds:?}");
        for kind in kinds {
            assert!(words_of_kind(kind, Language::En).is_some(), "{kind}");
            assert_eq!(known(kind), Some(kind));
        }
        assert_eq!(known("nothing_happened"), None);
        assert!(SUBSTITUTIONS.iter().chain([&ACCOUNT_CHANGED]).all(|kind| AccountEvent::STORED.contains(kind)));
    }

    #[test]
    fn administration_is_done_by_whoever_may() {
        for kind in ["account_changed", "ministry_merged", "term_adopted", SUBJECT_ERASED] {
            assert!(is_done_by(kind, Role::Admin) && !is_done_by(kind, Role::Deputy), "{kind}");
        }
        assert!(is_done_by("substitute_named", Role::Head) && !is_done_by("substitute_named", Role::Deputy));
        for kind in ["account_changed", "part_carried_over", "deadlines_recounted"] {
            assert!(is_done_by(kind, Role::System), "{kind}");
        }
        assert!(is_done_by("proposal_taken", Role::Clerk) && !is_done_by("proposal_taken", Role::Admin));
        assert!(Role::ALL.into_iter().all(|role| !is_done_by(synthetic::BEGUN, role)));
    }
}
