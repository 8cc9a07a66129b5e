//! Identities at a provider that are linked to accounts: only whoever runs the installation links one, and nothing that a provider says of a
//! person opens an account that was not linked.

use tokio_postgres::Client;
use uuid::Uuid;

use super::{Account, AccountError, COLUMNS, read};

/// The longest subject (OpenID Connect Core, 2).
const LONGEST_SUBJECT: usize = 255;

/// Can this be an identity at a provider?
///
/// # Errors
/// [`AccountError::BadIdentity`].
pub fn check(issuer: &str, subject: &str) -> Result<(), AccountError> {
    let is_address = issuer.starts_with("https://") || issuer.starts_with("http://");
    let fits = is_address && issuer.len() <= 500 && !subject.is_empty() && subject.len() <= LONGEST_SUBJECT;
    if fits { Ok(()) } else { Err(AccountError::BadIdentity) }
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
