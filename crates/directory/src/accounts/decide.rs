//! The rules of accounts: what is known and what is asked in, an event or a refusal out.

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::{
    AccountChanged, AccountOpened, IdentityNoted, Noted, SubstituteNamed, SubstitutionEnded, TokenNoted,
};
use super::{AccountEvent, AccountRefusal, Life, NewSubstitution, REASON, Standing, Substitution};

/// What is asked of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Open it, as what is known of it says.
    Open,
    /// Make its owner this.
    Change(Standing),
    /// Close it for a while.
    Block,
    /// Let it be used again.
    Unblock,
    /// Close it for good.
    End,
    /// Give it another password.
    ReplacePassword,
    /// Take its second factor away.
    ResetSecondFactor,
    /// End its sessions.
    EndSessions,
    /// Write to another address, or to none.
    ChangeMailbox,
    /// Make a token for this.
    MakeToken(String),
    /// Take the tokens for this back.
    RevokeTokens(String),
    /// Link an identity at this provider.
    Link(String),
    /// Take the link to an identity at this provider back.
    Unlink(String),
    /// Let somebody stand in.
    NameSubstitute(Box<NewSubstitution>),
    /// Let them stand in no longer.
    EndSubstitution(Uuid),
}

/// What the table of accounts knows, read while nobody else changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The account's name.
    pub name: String,
    /// What its owner is.
    pub standing: Standing,
    /// Whether it can be used.
    pub life: Life,
    /// Nobody else could administer the office without it.
    pub is_last_admin: bool,
}

/// A change of an account that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What the account is now.
    pub known: Known,
    /// Who asks.
    pub by: String,
    /// Why.
    pub why: String,
    /// When, by the office's clock.
    pub at: Timestamp,
    /// What is asked.
    pub ask: Ask,
}

/// What the stream of an account remembers for its decisions: who stands in for its owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    substitutions: Vec<Substitution>,
}

impl Story {
    /// Every substitution that was named, the first first; one that was ended before its time lasts until then.
    #[must_use]
    pub fn substitutions(&self) -> &[Substitution] {
        &self.substitutions
    }

    /// What follows from a change that is asked for.
    ///
    /// # Errors
    /// [`AccountRefusal`].
    pub fn decide(&self, change: &Change) -> Result<AccountEvent, AccountRefusal> {
        let Change { known, by, why, at, ask } = change;
        let why = why.trim();
        if !(1..=REASON).contains(&why.chars().count()) || why.chars().any(char::is_control) {
            return Err(AccountRefusal::NoReason);
        }
        let noted = Noted { account: known.name.clone(), by: by.clone(), why: why.to_owned() };
        may_live(known, ask)?;
        let token = |label: &String| TokenNoted { noted: noted.clone(), label: label.clone() };
        let identity = |issuer: &String| IdentityNoted { noted: noted.clone(), issuer: issuer.clone() };
        Ok(match ask {
            Ask::Open => {
                known.standing.check()?;
                AccountEvent::Opened(AccountOpened { noted, standing: known.standing.clone() })
            }
            Ask::Change(after) => {
                after.check()?;
                if *after == known.standing {
                    return Err(AccountRefusal::NothingChanges);
                }
                if known.is_last_admin && !after.roles.contains(&crate::Role::Admin) {
                    return Err(AccountRefusal::LastAdministrator);
                }
                AccountEvent::Changed(AccountChanged { noted, before: known.standing.clone(), after: after.clone() })
            }
            Ask::Block => AccountEvent::Blocked(noted),
            Ask::Unblock => AccountEvent::Unblocked(noted),
            Ask::End => AccountEvent::Ended(noted),
            Ask::ReplacePassword => AccountEvent::PasswordReplaced(noted),
            Ask::ResetSecondFactor => AccountEvent::SecondFactorReset(noted),
            Ask::EndSessions => AccountEvent::SessionsEnded(noted),
            Ask::ChangeMailbox => AccountEvent::MailboxChanged(noted),
            Ask::MakeToken(label) => AccountEvent::TokenMade(token(label)),
            Ask::RevokeTokens(label) => AccountEvent::TokensRevoked(token(label)),
            Ask::Link(issuer) => AccountEvent::IdentityLinked(identity(issuer)),
            Ask::Unlink(issuer) => AccountEvent::IdentityUnlinked(identity(issuer)),
            Ask::NameSubstitute(new) => {
                let substitution = new.decide((&known.name, &known.standing), *at, &self.substitutions)?;
                AccountEvent::SubstituteNamed(SubstituteNamed { noted, substitution })
            }
            Ask::EndSubstitution(id) => {
                let one =
                    self.substitutions.iter().find(|one| one.id == *id).ok_or(AccountRefusal::NoSuchSubstitution)?;
                if one.until <= *at {
                    return Err(AccountRefusal::SubstitutionOver);
                }
                AccountEvent::SubstitutionEnded(SubstitutionEnded {
                    noted,
                    substitution: *id,
                    substitute: one.substitute.clone(),
                    ended: *at,
                })
            }
        })
    }

    /// The state after an event.
    pub fn evolve(&mut self, event: AccountEvent) {
        match event {
            AccountEvent::SubstituteNamed(SubstituteNamed { substitution, .. }) => {
                self.substitutions.push(substitution)
            }
            AccountEvent::SubstitutionEnded(SubstitutionEnded { substitution, ended, .. }) => {
                for one in self.substitutions.iter_mut().filter(|one| one.id == substitution) {
                    one.until = one.until.min(ended);
                }
            }
            AccountEvent::Opened(_)
            | AccountEvent::Changed(_)
            | AccountEvent::Blocked(_)
            | AccountEvent::Unblocked(_)
            | AccountEvent::Ended(_)
            | AccountEvent::PasswordReplaced(_)
            | AccountEvent::SecondFactorReset(_)
            | AccountEvent::SessionsEnded(_)
            | AccountEvent::MailboxChanged(_)
            | AccountEvent::TokenMade(_)
            | AccountEvent::TokensRevoked(_)
            | AccountEvent::IdentityLinked(_)
            | AccountEvent::IdentityUnlinked(_) => {}
        }
    }
}

/// Can that be done to an account in this state of life, and is somebody left to administer the office?
fn may_live(known: &Known, ask: &Ask) -> Result<(), AccountRefusal> {
    match (known.life, ask) {
        (Life::Ended, _) => Err(AccountRefusal::Ended),
        (Life::Blocked, Ask::Block) => Err(AccountRefusal::BlockedAlready),
        (Life::Open, Ask::Unblock) => Err(AccountRefusal::NotBlocked),
        (Life::Blocked, Ask::NameSubstitute(_) | Ask::MakeToken(_) | Ask::Link(_) | Ask::ReplacePassword) => {
            Err(AccountRefusal::Blocked)
        }
        (Life::Open | Life::Blocked, Ask::Block | Ask::End) if known.is_last_admin => {
            Err(AccountRefusal::LastAdministrator)
        }
        (Life::Open | Life::Blocked, _) => Ok(()),
    }
}

impl Aggregate for Story {
    const TYPE: &'static str = "account";
    type Command = Change;
    type Event = AccountEvent;
    type Error = AccountRefusal;
    type Services = ();

    async fn handle(&mut self, change: Change, _: &(), sink: &EventSink<Self>) -> Result<(), AccountRefusal> {
        let event = self.decide(&change)?;
        sink.write(event, self).await;
        Ok(())
    }

    fn apply(&mut self, event: AccountEvent) {
        self.evolve(event);
    }
}
