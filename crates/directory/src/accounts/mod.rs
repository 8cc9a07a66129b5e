//! Accounts and who stands in for whom: what somebody may do in the office, and every change of it as an event.
//!
//! An account has a stream of its own in the journal. What comes in by it (passwords, keys, tokens) is kept elsewhere and never stands here: an
//! event says that there is another one, by whom and why. Read [`event`], then [`decide`] (the rules), then [`substitution`] (absences).

pub mod decide;
pub mod event;
pub mod refusal;
pub mod substitution;
mod words;

use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ministry::Ministry;
use crate::records::Directory;
use crate::{DeputyId, Language, MinistryCode, PersonId, Role};

pub use decide::{Ask, Change, Known, Story};
pub use event::AccountEvent;
pub use refusal::{AccountRefusal, StandingFault};
pub use substitution::{Candidate, NewSubstitution, Substitution};

/// How many characters a full name may have.
pub const FULL_NAME: usize = 200;

/// How many characters a reason may have.
pub const REASON: usize = 500;

/// What somebody is in the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// The person's name as screens show it.
    pub full_name: String,
    /// What they may do.
    pub roles: BTreeSet<Role>,
    /// The ministry written for, with the role [`Role::Executor`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ministry: Option<MinistryCode>,
    /// Which deputy it is, with the role [`Role::Deputy`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<DeputyId>,
    /// Whose name the letters bear that are signed by this account, with the role [`Role::Signatory`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The language of the screens.
    pub language: Language,
}

impl Standing {
    /// Does all of it fit together?
    ///
    /// # Errors
    /// [`StandingFault`], the first that was found.
    pub fn check(&self) -> Result<(), StandingFault> {
        let length = self.full_name.chars().count();
        if self.full_name.trim().is_empty() || length > FULL_NAME || self.full_name.chars().any(char::is_control) {
            return Err(StandingFault::FullName);
        }
        if self.roles.is_empty() || self.roles.contains(&Role::System) {
            return Err(StandingFault::Roles);
        }
        if self.roles.contains(&Role::Executor) != self.ministry.is_some() {
            return Err(StandingFault::Ministry);
        }
        if self.roles.contains(&Role::Deputy) != self.deputy.is_some() {
            return Err(StandingFault::Deputy);
        }
        if self.person.is_some() && !self.roles.contains(&Role::Signatory) {
            return Err(StandingFault::Person);
        }
        Ok(())
    }

    /// May whoever was `before` begin to write for the ministry of `self` on that day? Not for one that is over: its successors have its work.
    /// Whoever stays with it may be changed in everything else.
    ///
    /// # Errors
    /// [`AccountRefusal::MinistryOver`], with what it became.
    pub fn begins_on(&self, before: Option<&Self>, directory: &Directory, today: Date) -> Result<(), AccountRefusal> {
        let stays = before.is_some_and(|before| before.ministry == self.ministry);
        let Some(code) = self.ministry.as_ref().filter(|_| !stays) else { return Ok(()) };
        // What the records do not know at all is refused where it is read.
        let Some(known) = directory.ministry(code) else { return Ok(()) };
        let Some(since) = known.period.until.filter(|until| *until <= today) else { return Ok(()) };
        let mut successors: Vec<&Ministry> = Vec::new();
        for one in directory.successors(code) {
            if !successors.iter().any(|other| other.code == one.code) {
                successors.push(directory.at(today).ministry(&one.code).unwrap_or(one));
            }
        }
        let successors = successors.into_iter().map(|one| one.name.clone()).collect();
        Err(AccountRefusal::MinistryOver { name: known.name.clone(), since, successors })
    }

    /// Does whoever makes `self` of `before` hand out what only somebody who has just proved who they are may hand out: the right to sign, or the
    /// right to hand out rights?
    #[must_use]
    pub fn is_grave_after(&self, before: Option<&Self>) -> bool {
        let gains =
            |role: Role| self.roles.contains(&role) && !before.is_some_and(|before| before.roles.contains(&role));
        let signs_as_another = self.person.is_some() && before.map(|before| before.person) != Some(self.person);
        gains(Role::Signatory) || gains(Role::Admin) || signs_as_another
    }
}

/// Whether an account can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Life {
    /// It can.
    Open,
    /// Not now: it was blocked and can be opened again.
    Blocked,
    /// Never again. What its owner did stays in the journal.
    Ended,
}

impl Life {
    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Blocked => "blocked",
            Self::Ended => "ended",
        }
    }

    /// The same for people.
    #[must_use]
    pub const fn words(self, language: Language) -> &'static str {
        let (kk, ru, en) = match self {
            Self::Open => ("ашық", "открыта", "open"),
            Self::Blocked => ("бұғатталған", "заблокирована", "blocked"),
            Self::Ended => ("жабылған", "закрыта", "ended"),
        };
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

/// What the streams of accounts begin with.
const STREAM: &str = "account-";

/// The journal's stream of an account.
#[must_use]
pub fn stream_id(account: Uuid) -> String {
    format!("{STREAM}{account}")
}

/// The account whose stream this is.
#[must_use]
pub fn of_stream(stream: &str) -> Option<Uuid> {
    stream.strip_prefix(STREAM)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn standing(roles: &[Role]) -> Standing {
        Standing {
            full_name: "А. Төлегенова".to_owned(),
            roles: roles.iter().copied().collect(),
            ministry: roles.contains(&Role::Executor).then(|| MinistryCode::new("mlsp").unwrap()),
            deputy: None,
            person: None,
            language: Language::Kk,
        }
    }

    #[test]
    fn what_somebody_is_has_to_fit_together() {
        let person = Some(PersonId::new(Uuid::from_u128(1)));
        let clerk = standing(&[Role::Clerk]);
        assert_eq!(clerk.check(), Ok(()));
        assert_eq!(Standing { full_name: " ".to_owned(), ..clerk.clone() }.check(), Err(StandingFault::FullName));
        assert_eq!(Standing { full_name: "А\u{7}".to_owned(), ..clerk.clone() }.check(), Err(StandingFault::FullName));
        assert_eq!(standing(&[]).check(), Err(StandingFault::Roles));
        assert_eq!(standing(&[Role::System]).check(), Err(StandingFault::Roles));
        assert_eq!(Standing { ministry: None, ..standing(&[Role::Executor]) }.check(), Err(StandingFault::Ministry));
        let ministry = standing(&[Role::Executor]).ministry;
        assert_eq!(Standing { ministry, ..clerk.clone() }.check(), Err(StandingFault::Ministry));
        assert_eq!(standing(&[Role::Deputy]).check(), Err(StandingFault::Deputy));
        assert_eq!(Standing { person, ..clerk }.check(), Err(StandingFault::Person));
        assert_eq!(Standing { person, ..standing(&[Role::Signatory]) }.check(), Ok(()));
    }

    #[test]
    fn the_right_to_sign_and_the_right_to_hand_out_rights_are_grave() {
        let person = |number| Some(PersonId::new(Uuid::from_u128(number)));
        let clerk = standing(&[Role::Clerk]);
        let signs = |number| Standing { person: person(number), ..standing(&[Role::Signatory]) };
        assert!(
            standing(&[Role::Admin]).is_grave_after(None) && standing(&[Role::Signatory]).is_grave_after(Some(&clerk))
        );
        assert!(signs(2).is_grave_after(Some(&signs(1))));
        assert!(!signs(1).is_grave_after(Some(&signs(1))) && !clerk.is_grave_after(Some(&signs(1))));
        assert!(!clerk.is_grave_after(None));
    }

    #[test]
    fn a_stream_names_its_account() {
        let account = Uuid::from_u128(7);
        assert_eq!(of_stream(&stream_id(account)), Some(account));
        assert_eq!(of_stream("account-x"), None);
        assert_eq!(of_stream("inquiry-00000000-0000-0000-0000-000000000007"), None);
    }
}
