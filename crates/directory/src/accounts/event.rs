//! What happens to an account. No secret and no address stands in it: only that there is another one.

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Standing, Substitution};

/// What every change of an account says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    /// The account's name.
    pub account: String,
    /// The account that asked for it, or the name given at the command line.
    pub by: String,
    /// Why.
    pub why: String,
}

/// An account was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountOpened {
    /// Which, by whom and why.
    pub noted: Noted,
    /// What its owner is.
    pub standing: Standing,
}

/// What the owner of an account is was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChanged {
    /// Which, by whom and why.
    pub noted: Noted,
    /// What it was.
    pub before: Standing,
    /// What it is.
    pub after: Standing,
}

/// A key for a program was made or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenNoted {
    /// Which, by whom and why.
    pub noted: Noted,
    /// What it is for.
    pub label: String,
}

/// An identity at the provider was linked, or its link taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityNoted {
    /// Which, by whom and why.
    pub noted: Noted,
    /// The provider. What it calls the person is not kept here.
    pub issuer: String,
}

/// Somebody stands in for the account's owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubstituteNamed {
    /// Which, by whom and why.
    pub noted: Noted,
    /// Who, for what, and how long.
    pub substitution: Substitution,
}

/// A substitution ended before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubstitutionEnded {
    /// Which account, by whom and why.
    pub noted: Noted,
    /// Which substitution.
    pub substitution: Uuid,
    /// Who stood in.
    pub substitute: String,
    /// From that moment on.
    pub ended: Timestamp,
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident($content:ty) = $stored:literal;)*) => {
        /// What happens to an account.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub enum AccountEvent {
            $($(#[$doc])* #[serde(rename = $stored)] $name($content),)*
        }

        impl AccountEvent {
            /// Every stored name.
            pub const STORED: &'static [&'static str] = &[$($stored,)*];

            /// The name under which the journal keeps it.
            #[must_use]
            pub const fn stored(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $stored,)*
                }
            }
        }
    };
}

events! {
    /// It was opened.
    Opened(AccountOpened) = "account_opened";
    /// What its owner is was changed.
    Changed(AccountChanged) = "account_changed";
    /// It cannot be used for now.
    Blocked(Noted) = "account_blocked";
    /// It can be used again.
    Unblocked(Noted) = "account_unblocked";
    /// It is not used any more.
    Ended(Noted) = "account_ended";
    /// It has another password.
    PasswordReplaced(Noted) = "account_password_replaced";
    /// Its second factor was taken away.
    SecondFactorReset(Noted) = "account_second_factor_reset";
    /// Its sessions were ended.
    SessionsEnded(Noted) = "account_sessions_ended";
    /// The address that its owner is written to was changed.
    MailboxChanged(Noted) = "account_mailbox_changed";
    /// A token was made.
    TokenMade(TokenNoted) = "account_token_made";
    /// Tokens were taken back.
    TokensRevoked(TokenNoted) = "account_tokens_revoked";
    /// An identity was linked.
    IdentityLinked(IdentityNoted) = "account_identity_linked";
    /// A link was taken back.
    IdentityUnlinked(IdentityNoted) = "account_identity_unlinked";
    /// Somebody stands in.
    SubstituteNamed(SubstituteNamed) = "substitute_named";
    /// Somebody stands in no longer.
    SubstitutionEnded(SubstitutionEnded) = "substitution_ended";
}

impl AccountEvent {
    /// Which account, by whom and why.
    #[must_use]
    pub const fn noted(&self) -> &Noted {
        match self {
            Self::Opened(AccountOpened { noted, .. })
            | Self::Changed(AccountChanged { noted, .. })
            | Self::Blocked(noted)
            | Self::Unblocked(noted)
            | Self::Ended(noted)
            | Self::PasswordReplaced(noted)
            | Self::SecondFactorReset(noted)
            | Self::SessionsEnded(noted)
            | Self::MailboxChanged(noted)
            | Self::TokenMade(TokenNoted { noted, .. })
            | Self::TokensRevoked(TokenNoted { noted, .. })
            | Self::IdentityLinked(IdentityNoted { noted, .. })
            | Self::IdentityUnlinked(IdentityNoted { noted, .. })
            | Self::SubstituteNamed(SubstituteNamed { noted, .. })
            | Self::SubstitutionEnded(SubstitutionEnded { noted, .. }) => noted,
        }
    }
}

impl DomainEvent for AccountEvent {
    fn event_type(&self) -> String {
        self.stored().to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
