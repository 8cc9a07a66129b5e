//! Tokens: how a program comes in as an account. Shown once, kept as SHA-256, never expiring until they are taken back.

use jiff::{Timestamp, ToSpan};
use tokio_postgres::Client;
use uuid::Uuid;

use super::secret::Secret;
use super::{Account, AccountError, BEHIND, COLUMNS, read};

/// What every token begins with, so that scanners of repositories find one that was left lying about.
const PREFIX: &str = "saual_";

/// A new token, and what is kept of it.
///
/// # Errors
/// [`AccountError::Secret`].
pub fn draw() -> Result<(Secret, [u8; 32]), AccountError> {
    let secret = Secret::draw(PREFIX)?;
    let hash = secret.hash();
    Ok((secret, hash))
}

/// Can a token be for this?
///
/// # Errors
/// [`AccountError::BadLabel`].
pub fn check(label: &str) -> Result<(), AccountError> {
    if label.trim().is_empty() || label.chars().count() > 100 { Err(AccountError::BadLabel) } else { Ok(()) }
}

/// Makes a token for the open account `name`.
///
/// # Errors
/// [`AccountError::NoSuchAccount`], [`AccountError::BadLabel`], or a failure.
pub async fn add(client: &Client, name: &str, label: &str, now: Timestamp) -> Result<Secret, AccountError> {
    check(label)?;
    let secret = Secret::draw(PREFIX)?;
    let added = client
        .execute(
            "insert into api_token (id, account, label, secret_hash, created_at)
             select $2, id, $3, $4, $5 from account where name = $1 and disabled_at is null",
            &[&name, &Uuid::new_v4(), &label, &secret.hash().as_slice(), &now],
        )
        .await?;
    if added == 1 { Ok(secret) } else { Err(AccountError::NoSuchAccount(name.to_owned())) }
}

/// Takes back every token of `name` that bears `label`; says how many.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn revoke(client: &Client, name: &str, label: &str, now: Timestamp) -> Result<u64, AccountError> {
    Ok(client
        .execute(
            "update api_token set revoked_at = $3
               from account
              where account.id = api_token.account and account.name = $1 and label = $2 and revoked_at is null",
            &[&name, &label, &now],
        )
        .await?)
}

/// The account that a token opens, if it opens one.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn account(client: &Client, presented: &str, now: Timestamp) -> Result<Option<Account>, AccountError> {
    if !presented.starts_with(PREFIX) || presented.len() > 100 {
        return Ok(None);
    }
    let hash = Secret::presented(presented).hash();
    let found = client
        .query_opt(
            &format!(
                "select {COLUMNS}, api_token.id, api_token.last_used_at
                   from api_token join account on account.id = api_token.account
                  where secret_hash = $1 and revoked_at is null and disabled_at is null"
            ),
            &[&hash.as_slice()],
        )
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let account = read(&row)?;
    let (id, last): (Uuid, Option<Timestamp>) = (row.get(BEHIND), row.get(BEHIND + 1));
    if last.is_none_or(|last| last + 1.hour() < now) {
        client.execute("update api_token set last_used_at = $2 where id = $1", &[&id, &now]).await?;
        client.execute("update account set seen_at = $2 where id = $1", &[&account.id, &now]).await?;
    }
    Ok(Some(account))
}
