//! The rows of accounts, as they follow from the events of their streams. Whoever changes an account writes the event and then the row, in one go; the
//! follower here does it again for whoever was cut off in between. A row that has seen an event stays as it is.
//!
//! What comes in by an account (a password, a token) is in no event: it is written by whoever has it, with the row ([`Secret`]).

use directory::accounts::event::{AccountChanged, AccountOpened, SubstituteNamed, SubstitutionEnded};
use directory::accounts::{self, AccountEvent, Standing, Substitution};
use directory::{MinistryCode, PersonId, Role};
use eventstore::{Concern, Follower, FollowerError, Recordable as _, Recorded, Transaction};
use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::password::Hashed;

/// The follower's name, under which its place in the journal is kept.
pub const FOLLOWER: &str = "accounts";

/// Makes the rows of accounts follow the journal.
#[derive(Debug, Clone, Copy)]
pub struct Accounts;

impl Follower for Accounts {
    fn name(&self) -> &str {
        FOLLOWER
    }

    fn concern(&self, event: &Recorded) -> Concern {
        if accounts::of_stream(event.stream.as_str()).is_some() { Concern::Mine } else { Concern::None }
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        for recorded in page {
            apply(tx, recorded).await?;
        }
        Ok(())
    }
}

/// What is written with a change of an account and stands in no event.
#[derive(Debug, Clone)]
pub enum Secret {
    /// Nothing.
    None,
    /// Another password.
    Password(Hashed),
    /// Another address, or none.
    Mailbox(Option<String>),
    /// A token, by the SHA-256 of it.
    Token([u8; 32]),
    /// An identity at a provider that is linked.
    Linked(String),
    /// An identity at a provider that is linked no longer.
    Unlinked(String),
}

/// Writes what follows from an event of an account's stream; says whether the row had not seen it yet.
///
/// # Errors
/// The database says no, or the event is none that this program knows.
pub async fn apply(tx: &Transaction<'_>, recorded: &Recorded) -> Result<bool, FollowerError> {
    let Some(account) = accounts::of_stream(recorded.stream.as_str()) else { return Ok(false) };
    let version = i64::try_from(recorded.version)?;
    let mut is_new = false;
    for event in AccountEvent::from_recorded(recorded)? {
        if let AccountEvent::Opened(AccountOpened { noted, standing }) = &event {
            insert(tx, account, &noted.account, standing, recorded.at).await?;
        }
        let seen = "update account set version = $2 where id = $1 and version < $2";
        if tx.execute(seen, &[&account, &version]).await? == 1 {
            is_new = true;
            follow(tx, account, &event, recorded.at).await?;
        }
    }
    Ok(is_new)
}

/// Makes the row of an account that is opened, if it is not there.
pub(crate) async fn insert(
    tx: &Transaction<'_>,
    account: Uuid,
    name: &str,
    standing: &Standing,
    at: Timestamp,
) -> Result<(), tokio_postgres::Error> {
    let sql = "insert into account (id, name, full_name, roles, ministry, deputy, person, language, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing";
    let Columns { roles, ministry, deputy, person } = Columns::of(standing);
    let values: [&(dyn ToSql + Sync); 9] =
        [&account, &name, &standing.full_name, &roles, &ministry, &deputy, &person, &standing.language.code(), &at];
    tx.execute(sql, &values).await.map(drop)
}

async fn follow(
    tx: &Transaction<'_>,
    account: Uuid,
    event: &AccountEvent,
    at: Timestamp,
) -> Result<(), tokio_postgres::Error> {
    match event {
        AccountEvent::Changed(AccountChanged { after, .. }) => change(tx, account, after).await,
        AccountEvent::Blocked(_) => {
            tx.execute("update account set disabled_at = $2 where id = $1", &[&account, &at]).await?;
            end_sessions(tx, account, at).await
        }
        AccountEvent::Unblocked(_) => {
            let sql = "update account set disabled_at = null where id = $1 and ended_at is null";
            tx.execute(sql, &[&account]).await.map(drop)
        }
        AccountEvent::Ended(noted) => {
            let sql = "update account set disabled_at = coalesce(disabled_at, $2), ended_at = $2 where id = $1";
            tx.execute(sql, &[&account, &at]).await?;
            let sql = "update api_token set revoked_at = $2 where account = $1 and revoked_at is null";
            tx.execute(sql, &[&account, &at]).await?;
            // Nobody stands in for somebody who has gone, and nobody who has gone stands in.
            let sql = "update substitution set ends_at = greatest(begins_at, $2)
                        where (absent = $1 or substitute = $1) and ends_at > $2";
            tx.execute(sql, &[&noted.account, &at]).await?;
            end_sessions(tx, account, at).await
        }
        AccountEvent::SecondFactorReset(_) => {
            tx.execute("delete from recovery_code where account = $1", &[&account]).await?;
            tx.execute("delete from second_factor where account = $1", &[&account]).await?;
            end_sessions(tx, account, at).await
        }
        AccountEvent::PasswordReplaced(_) | AccountEvent::SessionsEnded(_) | AccountEvent::IdentityUnlinked(_) => {
            end_sessions(tx, account, at).await
        }
        AccountEvent::TokensRevoked(revoked) => {
            let sql = "update api_token set revoked_at = $3 where account = $1 and label = $2 and revoked_at is null";
            tx.execute(sql, &[&account, &revoked.label, &at]).await.map(drop)
        }
        AccountEvent::SubstituteNamed(named) => name(tx, named).await,
        AccountEvent::SubstitutionEnded(SubstitutionEnded { substitution, ended, .. }) => {
            let sql = "update substitution set ends_at = greatest(begins_at, least(ends_at, $2)) where id = $1";
            tx.execute(sql, &[substitution, ended]).await.map(drop)
        }
        AccountEvent::Opened(_)
        | AccountEvent::MailboxChanged(_)
        | AccountEvent::TokenMade(_)
        | AccountEvent::IdentityLinked(_) => Ok(()),
    }
}

async fn change(tx: &Transaction<'_>, account: Uuid, after: &Standing) -> Result<(), tokio_postgres::Error> {
    let sql = "update account
                  set full_name = $2, roles = $3, ministry = $4, deputy = $5, person = $6, language = $7
                where id = $1";
    let Columns { roles, ministry, deputy, person } = Columns::of(after);
    let values: [&(dyn ToSql + Sync); 7] =
        [&account, &after.full_name, &roles, &ministry, &deputy, &person, &after.language.code()];
    tx.execute(sql, &values).await.map(drop)
}

async fn name(
    tx: &Transaction<'_>,
    SubstituteNamed { noted, substitution }: &SubstituteNamed,
) -> Result<(), tokio_postgres::Error> {
    let Substitution { id, substitute, roles, from, until } = substitution;
    let roles: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    let sql = "insert into substitution (id, absent, substitute, roles, begins_at, ends_at, named_by, why)
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing";
    let values: [&(dyn ToSql + Sync); 8] = [id, &noted.account, substitute, &roles, from, until, &noted.by, &noted.why];
    tx.execute(sql, &values).await.map(drop)
}

/// All that somebody has come in by, and what is half open.
async fn end_sessions(tx: &Transaction<'_>, account: Uuid, at: Timestamp) -> Result<(), tokio_postgres::Error> {
    let sql = "update session set revoked_at = $2 where account = $1 and revoked_at is null";
    tx.execute(sql, &[&account, &at]).await?;
    tx.execute("delete from half_open where account = $1", &[&account]).await.map(drop)
}

/// A standing as the table writes it.
struct Columns<'a> {
    roles: Vec<&'static str>,
    ministry: Option<&'a str>,
    deputy: Option<String>,
    person: Option<Uuid>,
}

impl<'a> Columns<'a> {
    fn of(standing: &'a Standing) -> Self {
        Self {
            roles: standing.roles.iter().map(|role: &Role| role.code()).collect(),
            ministry: standing.ministry.as_ref().map(MinistryCode::as_str),
            deputy: standing.deputy.map(|deputy| deputy.to_string()),
            person: standing.person.map(PersonId::uuid),
        }
    }
}

/// Writes what no event says. `label` is what a token is for, `issuer` the provider of an identity.
pub(crate) async fn write_secret(
    tx: &Transaction<'_>,
    account: Uuid,
    secret: &Secret,
    about: &str,
    at: Timestamp,
) -> Result<(), tokio_postgres::Error> {
    match secret {
        Secret::None => Ok(()),
        Secret::Password(hashed) => {
            let sql = "update account set password_hash = $2 where id = $1";
            tx.execute(sql, &[&account, &hashed.as_str()]).await.map(drop)
        }
        Secret::Mailbox(address) => {
            tx.execute("update account set email = $2 where id = $1", &[&account, address]).await.map(drop)
        }
        Secret::Token(hash) => {
            let sql = "insert into api_token (id, account, label, secret_hash, created_at) values ($1, $2, $3, $4, $5)";
            tx.execute(sql, &[&Uuid::new_v4(), &account, &about, &hash.as_slice(), &at]).await.map(drop)
        }
        Secret::Linked(subject) => {
            let sql = "insert into linked_identity (issuer, subject, account, linked_at) values ($1, $2, $3, $4)";
            tx.execute(sql, &[&about, subject, &account, &at]).await.map(drop)
        }
        Secret::Unlinked(subject) => {
            let sql = "delete from linked_identity where account = $1 and issuer = $2 and subject = $3";
            tx.execute(sql, &[&account, &about, subject]).await.map(drop)
        }
    }
}
