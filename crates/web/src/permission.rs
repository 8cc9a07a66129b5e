//! Who may use a route at all. What a person may then do to one inquiry, the inquiry decides.

use directory::{Actor, Role};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Anybody, without signing in.
    Public,
    /// Anybody who is signed in, in whatever role.
    SignedIn,
    /// Whoever holds one of these roles.
    AnyOf(&'static [Role]),
}

/// Everybody who works on inquiries or watches over them: all roles but the deputies', who see their own only.
pub const STAFF: Permission = Permission::AnyOf(&[
    Role::Clerk,
    Role::Control,
    Role::Head,
    Role::Executor,
    Role::Approver,
    Role::Signatory,
    Role::Auditor,
    Role::Admin,
]);

impl Permission {
    /// May this person come through? `None` is somebody who is not signed in.
    #[must_use]
    pub fn allows(self, actor: Option<&Actor>) -> bool {
        match (self, actor) {
            (Self::Public, _) => true,
            (Self::SignedIn | Self::AnyOf(_), None) => false,
            (Self::SignedIn, Some(_)) => true,
            (Self::AnyOf(roles), Some(actor)) => roles.iter().any(|role| actor.has(*role)),
        }
    }

    /// The roles that are needed, for the documentation and for the answer to somebody who holds none of them.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Public | Self::SignedIn => &[],
            Self::AnyOf(roles) => roles,
        }
    }
}
