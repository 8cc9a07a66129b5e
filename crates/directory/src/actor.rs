//! Who acts: a name as the journal keeps it, the roles held, and the ministry or the mandate acted for.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{DeputyId, MinistryCode, PersonId};
use crate::language::Language;

/// What a person may do in the office. The stored names are those of the contracts page; a person can hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Receives, registers, numbers and dispatches.
    Clerk,
    /// Puts on control, extends deadlines, takes off control.
    Control,
    /// Head of the Office: resolves an inquiry to ministries.
    Head,
    /// Writes for a ministry, as lead or as co-executor.
    Executor,
    /// Puts a visa on a version of a draft, or refuses it.
    Approver,
    /// Signs, or declines to; the Prime Minister or whoever acts for them.
    Signatory,
    /// A deputy of Parliament, who asked.
    Deputy,
    /// Reads everything, changes nothing.
    Auditor,
    /// Keeps accounts and reference data.
    Admin,
    /// One of our own workers, reporting what the mail server said.
    System,
}

impl Role {
    /// Every role, in the order of the story.
    pub const ALL: [Self; 10] = [
        Self::Clerk,
        Self::Control,
        Self::Head,
        Self::Executor,
        Self::Approver,
        Self::Signatory,
        Self::Deputy,
        Self::Auditor,
        Self::Admin,
        Self::System,
    ];

    /// The stored name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Control => "control",
            Self::Head => "head",
            Self::Executor => "executor",
            Self::Approver => "approver",
            Self::Signatory => "signatory",
            Self::Deputy => "deputy",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
            Self::System => "system",
        }
    }

    /// The role's name for people.
    #[must_use]
    pub const fn words(self, language: Language) -> &'static str {
        let (kk, ru, en) = match self {
            Self::Clerk => ("іс жүргізуші", "делопроизводитель", "clerk"),
            Self::Control => ("бақылау қызметкері", "сотрудник контроля", "control officer"),
            Self::Head => ("Аппарат басшысы", "руководитель Аппарата", "head of the Office"),
            Self::Executor => ("министрлік орындаушысы", "исполнитель министерства", "ministry executor"),
            Self::Approver => ("келісуші", "согласующий", "approver"),
            Self::Signatory => ("қол қоюшы", "подписант", "signatory"),
            Self::Deputy => ("депутат", "депутат", "deputy"),
            Self::Auditor => ("аудитор", "аудитор", "auditor"),
            Self::Admin => ("әкімші", "администратор", "administrator"),
            Self::System => ("жүйе", "система", "system"),
        };
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of clerk, control, head, executor, approver, signatory, deputy, auditor, admin, system")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.code() == text).ok_or(UnknownRole)
    }
}

/// What the names of those begin with who act through a personal link; the place follows.
const HOLDER: &str = "link:";

/// Whoever gives a command. Doors make it from an account; the pure crates only read it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The account's name, as the journal keeps it.
    pub name: String,
    /// The roles held.
    pub roles: BTreeSet<Role>,
    /// The ministry written for, when the roles include [`Role::Executor`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ministry: Option<MinistryCode>,
    /// Which deputy this is, when the roles include [`Role::Deputy`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<DeputyId>,
    /// Which person of the directory this is, for whoever signs letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// Whose work this person does at the moment, and by which substitution. Made at the door, never read from a text.
    #[serde(skip)]
    pub in_place_of: Option<InPlaceOf>,
    /// The one place that is spoken for, when nobody signed in and a personal link was followed. Made at the door, never read from a text.
    #[serde(skip)]
    pub holds: Option<HeldLink>,
}

/// In whose place somebody acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InPlaceOf {
    /// The absent's account.
    pub name: String,
    /// The substitution, by the id of the command that named it: what is done by it names it as its cause.
    pub substitution: Uuid,
}

/// A personal link as its holder shows it: it speaks for one place on the list of one inquiry and for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeldLink {
    /// The inquiry.
    pub list: Uuid,
    /// The place on its list, counted from 1.
    pub place: u16,
    /// The order of dispatch whose mail carried the link.
    pub order: u32,
}

impl Actor {
    /// Somebody with these roles, bound to no ministry and no mandate.
    pub fn new(name: impl Into<String>, roles: impl IntoIterator<Item = Role>) -> Self {
        Self {
            name: name.into(),
            roles: roles.into_iter().collect(),
            ministry: None,
            deputy: None,
            person: None,
            in_place_of: None,
            holds: None,
        }
    }

    /// An executor of a ministry.
    pub fn executor(name: impl Into<String>, ministry: MinistryCode) -> Self {
        Self { ministry: Some(ministry), ..Self::new(name, [Role::Executor]) }
    }

    /// Somebody who signs letters.
    pub fn signatory(name: impl Into<String>, person: PersonId) -> Self {
        Self { person: Some(person), ..Self::new(name, [Role::Signatory]) }
    }

    /// A deputy at their own account.
    pub fn deputy(name: impl Into<String>, deputy: DeputyId) -> Self {
        Self { deputy: Some(deputy), ..Self::new(name, [Role::Deputy]) }
    }

    /// Whoever holds a deputy's personal link. Nobody has signed in: what they do is recorded as done through the link, under its place, by a name that no
    /// account can have.
    #[must_use]
    pub fn holder(link: HeldLink) -> Self {
        Self { holds: Some(link), ..Self::new(format!("{HOLDER}{}", link.place), [Role::Deputy]) }
    }

    /// Did somebody act under that name in the journal by holding a personal link?
    #[must_use]
    pub fn is_holder_name(name: &str) -> bool {
        name.strip_prefix(HOLDER).is_some_and(|place| place.parse::<u16>().is_ok())
    }

    /// One of our own workers; `worker` is its name in the journal, such as `dispatch`.
    pub fn system(worker: impl Into<String>) -> Self {
        Self::new(worker, [Role::System])
    }

    /// Is the role held?
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The account whose work is done: the absent's for whoever stands in, else one's own. What was asked of a person by name (a visa) is asked of this
    /// one; who did it is always [`Actor::name`].
    #[must_use]
    pub fn stands_for(&self) -> &str {
        self.in_place_of.as_ref().map_or(&self.name, |absent| &absent.name)
    }

    /// Does this person write for `ministry`? Needs the role and the ministry both.
    #[must_use]
    pub fn executes_for(&self, ministry: &MinistryCode) -> bool {
        self.has(Role::Executor) && self.ministry.as_ref() == Some(ministry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_stored_under_its_contract_name() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{}\"", role.code()));
            assert_eq!(role.code().parse(), Ok(role));
        }
        assert_eq!("Clerk".parse::<Role>(), Err(UnknownRole));
    }

    #[test]
    fn every_role_has_a_name_in_every_language() {
        for role in Role::ALL {
            for language in Language::ALL {
                assert!(!role.words(language).is_empty());
            }
        }
    }

    #[test]
    fn an_executor_writes_for_their_own_ministry_only() {
        let labour = MinistryCode::new("mlsp").unwrap();
        let executor = Actor::executor("labour", labour.clone());
        assert!(executor.executes_for(&labour));
        assert!(!executor.executes_for(&MinistryCode::new("mfa").unwrap()));
        let clerk = Actor { ministry: Some(labour.clone()), ..Actor::new("clerk", [Role::Clerk]) };
        assert!(!clerk.executes_for(&labour));
    }
}
