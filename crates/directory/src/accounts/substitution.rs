//! Who stands in for whom, for what and how long. Whoever stands in acts under their own name, in the place of the absent, with the absent's roles and
//! none of their own; it ends by itself. Nobody signs in another's place: who signs for whom is said by an order (ADR 0027).

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AccountRefusal, Life, Standing};
use crate::actor::InPlaceOf;
use crate::{Actor, MinistryCode, Role};

/// The roles whose work somebody else may do for a while.
pub const SUBSTITUTED: [Role; 5] = [Role::Clerk, Role::Control, Role::Head, Role::Executor, Role::Approver];

/// Whoever has one of these belongs to the Office, and may stand in for others of it.
const OF_THE_HOUSE: [Role; 6] = [Role::Clerk, Role::Control, Role::Head, Role::Approver, Role::Signatory, Role::Admin];

/// The longest absence, in hours: a year and a day.
const LONGEST: i64 = 366 * 24;

/// How far ahead one may begin, in hours: ten years.
const AHEAD: i64 = 3_653 * 24;

/// A substitution, as it was named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Substitution {
    /// Its identity: the command that named the substitute.
    pub id: Uuid,
    /// The account that stands in.
    pub substitute: String,
    /// For the work of which roles.
    pub roles: BTreeSet<Role>,
    /// From that moment on.
    pub from: Timestamp,
    /// Up to, but not including, that moment; or the moment at which it was ended before.
    pub until: Timestamp,
}

impl Substitution {
    /// Does it hold at that moment?
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.from < other.until && other.from < self.until && !self.roles.is_disjoint(&other.roles)
    }

    /// `own`, acting in the place of `absent`: with the absent's roles that were handed over and are still theirs. None when nothing is left of them.
    #[must_use]
    pub fn actor(&self, own: &str, absent: &Actor) -> Option<Actor> {
        let roles: BTreeSet<Role> = self.roles.intersection(&absent.roles).copied().collect();
        if roles.is_empty() {
            return None;
        }
        let ministry = absent.ministry.clone().filter(|_| roles.contains(&Role::Executor));
        let in_place_of = Some(InPlaceOf { name: absent.name.clone(), substitution: self.id });
        Some(Actor { ministry, in_place_of, ..Actor::new(own, roles) })
    }
}

/// Somebody who is to stand in, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The account's name.
    pub name: String,
    /// What they are.
    pub standing: Standing,
    /// Whether the account can be used.
    pub life: Life,
}

/// A substitution to be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubstitution {
    /// Its identity.
    pub id: Uuid,
    /// Who is to stand in.
    pub substitute: Candidate,
    /// For the work of which roles.
    pub roles: BTreeSet<Role>,
    /// From that moment on; a moment that has gone by is now.
    pub from: Timestamp,
    /// Until that moment.
    pub until: Timestamp,
}

/// May `by` name a substitute for the owner of the account `absent`? They themselves, the head of the Office, an administrator; nobody who stands in
/// for them.
#[must_use]
pub fn may_name(by: &Actor, absent: &str) -> bool {
    by.in_place_of.is_none() && (by.name == absent || by.has(Role::Head) || by.has(Role::Admin))
}

/// Does somebody with these roles, who writes for that ministry, belong to the house of an absent with the role? A ministry's papers stay within it, and the
/// Office's within the Office.
#[must_use]
pub fn is_of_the_house(
    role: Role,
    absents: Option<&MinistryCode>,
    (roles, ministry): (&BTreeSet<Role>, Option<&MinistryCode>),
) -> bool {
    match role {
        Role::Executor => ministry == absents,
        _ => roles.iter().any(|own| OF_THE_HOUSE.contains(own)),
    }
}

/// May `by` end a substitution? Who may name one, and who stands in.
#[must_use]
pub fn may_end(by: &Actor, absent: &str, substitute: &str) -> bool {
    may_name(by, absent) || by.name == substitute
}

impl NewSubstitution {
    /// What is recorded of it.
    pub(super) fn decide(
        &self,
        absent: (&str, &Standing),
        at: Timestamp,
        known: &[Substitution],
    ) -> Result<Substitution, AccountRefusal> {
        let (name, standing) = absent;
        let Self { id, substitute, roles, from, until } = self;
        if substitute.name == name {
            return Err(AccountRefusal::OwnSubstitute);
        }
        if substitute.life != Life::Open {
            return Err(AccountRefusal::SubstituteNotOpen { name: substitute.name.clone() });
        }
        if roles.is_empty() {
            return Err(AccountRefusal::NoRoleHandedOver);
        }
        for role in roles {
            if !SUBSTITUTED.contains(role) {
                return Err(AccountRefusal::NeverSubstituted { role: *role });
            }
            if !standing.roles.contains(role) {
                return Err(AccountRefusal::RoleNotHeld { role: *role });
            }
            let own = (&substitute.standing.roles, substitute.standing.ministry.as_ref());
            if !is_of_the_house(*role, standing.ministry.as_ref(), own) {
                return Err(AccountRefusal::OutsideTheHouse { role: *role });
            }
        }
        let from = (*from).max(at);
        // Before anything is reckoned with it: behind the last year there is no moment.
        if from.duration_since(at).as_hours() > AHEAD {
            return Err(AccountRefusal::BeginsFarAhead);
        }
        if *until <= from {
            return Err(AccountRefusal::EndsBeforeItBegins);
        }
        if *until > from + LONGEST.hours() {
            return Err(AccountRefusal::TooLongAbsent);
        }
        let named =
            Substitution { id: *id, substitute: substitute.name.clone(), roles: roles.clone(), from, until: *until };
        match known.iter().find(|other| other.overlaps(&named)) {
            Some(other) => Err(AccountRefusal::SubstitutedAlready { substitute: other.substitute.clone() }),
            None => Ok(named),
        }
    }
}
