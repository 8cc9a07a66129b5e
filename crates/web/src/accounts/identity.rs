//! Identities at a provider that are linked to accounts: only whoever runs the installation links one, and nothing that a provider says of a
//! person opens an account that was not linked.

use jiff::Timestamp;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::{Account, AccountError, COLUMNS, read};

/// The longest subject (OpenID Connect Core, 2).
const LONGEST_SUBJECT: usize = 255;

/// Links the identity `subject` at `issuer` to the open account `name`.
///
/// # Errors
/// [`AccountError::NoSuchAccount`], [`AccountError::BadIdentity`], [`AccountError::IdentityTaken`], or a failure.
pub async fn link(
    client: &Client,
    name: &str,
    issuer: &str,
    subject: &str,
    now: Timestamp,
) -> Result<(), AccountError> {
    let is_address = issuer.starts_with("https://") || issuer.starts_with("http://");
    if !is_address || issuer.len() > 500 || subject.is_empty() || subject.len() > LONGEST_SUBJECT {
        return Err(AccountError::BadIdentity);
    }
    let linked = client
        .execute(
            "insert into linked_identity (issuer, subject, account, linked_at)
             select $2, $3, id, $4 from account where name = $1 and disabled_at is null",
            &[&name, &issuer, &subject, &now],
        )
        .await;
    match linked {
        Ok(1) => Ok(()),
        Ok(_) => Err(AccountError::NoSuchAccount(name.to_owned())),
        Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => Err(AccountError::IdentityTaken),
        Err(error) => Err(error.into()),
    }
}

/// Takes the link away and ends the account's sessions. Says whether there was one.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn unlink(
    client: &Client,
    name: &str,
    issuer: &str,
    subject: &str,
    now: Timestamp,
) -> Result<bool, AccountError> {
    let unlinked = client
        .query_opt(
            "with gone as (
                 delete from linked_identity using account
                  where account.id = linked_identity.account and name = $1 and issuer = $2 and subject = $3
                 returning linked_identity.account
             ), sessions as (
                 update session set revoked_at = $4 from gone where session.account = gone.account and revoked_at is null
             )
             select from gone",
            &[&name, &issuer, &subject, &now],
        )
        .await?;
    Ok(unlinked.is_some())
}

/// The open account that an identity is linked to.
///
/// # Errors
/// [`AccountError`].
pub async fn account(client: &Client, issuer: &str, subject: &str) -> Result<Option<Account>, AccountError> {
    let found = client
        .query_opt(
            &format!(
                "select {COLUMNS} from linked_identity join account on account.id = linked_identity.account
                  where issuer = $1 and subject = $2 and disabled_at is null"
            ),
            &[&issuer, &subject],
        )
        .await?;
    found.as_ref().map(read).transpose()
}

/// The subjects at `issuer` that are linked to an account, for its owner to see.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn of(client: &Client, account: Uuid, issuer: &str) -> Result<Vec<String>, AccountError> {
    let sql = "select subject from linked_identity where account = $1 and issuer = $2 order by subject";
    let rows = client.query(sql, &[&account, &issuer]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
