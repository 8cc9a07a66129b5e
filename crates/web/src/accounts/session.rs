//! Sessions of browsers: a random id in a cookie, its hash in a table, thirty idle minutes, twelve hours in all.

use jiff::{Timestamp, ToSpan};
use tokio::sync::Semaphore;
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::secret::Secret;
use super::{Account, AccountError, COLUMNS, brake, password, read};

/// Minutes without a request after which a session ends.
const IDLE_MINUTES: i64 = 30;
/// Hours after which it ends whatever happens.
const HOURS: i64 = 12;

/// Passwords checked at once: each takes 46 MiB and a processor for some 80 ms.
static HASHING: Semaphore = Semaphore::const_new(3);

/// From where somebody signs in.
#[derive(Debug, Clone, Copy)]
pub struct From<'a> {
    /// The address of the browser, or of the last proxy.
    pub ip: &'a str,
    /// What the browser calls itself.
    pub agent: &'a str,
}

/// How signing in ended.
#[derive(Debug)]
pub enum SignIn {
    /// Come in; this goes into the cookie.
    Welcome(Secret, Box<Account>),
    /// Name or password are wrong, or the account is closed: nobody is told which.
    Wrong,
    /// Too many wrong passwords from there for that name; so many seconds to wait.
    Wait(u64),
}

/// Signs in with name and password.
///
/// # Errors
/// [`AccountError::Database`], or the machine gave no random bytes.
pub async fn sign_in(
    client: &Client,
    name: &str,
    typed: password::Password,
    from: From<'_>,
    now: Timestamp,
) -> Result<SignIn, AccountError> {
    // A name that no account can have is braked and answered like any other, under a key of bounded length.
    let name = name.trim().to_lowercase();
    let key: String = name.chars().take(64).collect();
    if let Some(seconds) = brake::tried(client, &key, from.ip, now).await? {
        return Ok(SignIn::Wait(seconds));
    }
    let found = client
        .query_opt(
            &format!("select {COLUMNS}, account.password_hash from account where name = $1 and disabled_at is null"),
            &[&name],
        )
        .await?;
    let hash: Option<String> = found.as_ref().and_then(|row| row.get(8));
    let right = {
        // The permit is given back when hashing is done; the semaphore is never closed.
        let _permit = HASHING.acquire().await;
        tokio::task::spawn_blocking(move || password::is_right(&typed, hash.as_deref())).await
    };
    let Some(row) = found.filter(|_| matches!(right, Ok(true))) else {
        return Ok(SignIn::Wrong);
    };
    brake::forgive(client, &key, from.ip).await?;
    let account = read(&row)?;
    let secret = open(client, account.id, from, now).await?;
    Ok(SignIn::Welcome(secret, Box::new(account)))
}

/// Opens a session for an account whose owner has proved who they are.
async fn open(client: &Client, account: Uuid, from: From<'_>, now: Timestamp) -> Result<Secret, AccountError> {
    let secret = Secret::draw("")?;
    let agent: String = from.agent.chars().take(200).collect();
    // Sessions that are over by a day go with the next sign-in; nothing else cleans them.
    client.execute("delete from session where dies_at < $1", &[&(now - 24.hours())]).await?;
    client
        .execute(
            "insert into session (id_hash, account, created_at, idle_until, dies_at, ip, agent)
             values ($1, $2, $3, $4, $5, $6, $7)",
            &[
                &secret.hash().as_slice(),
                &account,
                &now,
                &(now + IDLE_MINUTES.minutes()),
                &(now + HOURS.hours()),
                &from.ip,
                &agent,
            ],
        )
        .await?;
    Ok(secret)
}

/// The account whose session this is, if it still runs; using it keeps it from going idle.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn account(client: &Client, presented: &str, now: Timestamp) -> Result<Option<Account>, AccountError> {
    let Some((account, idle_until)) = look(client, presented, now).await? else {
        return Ok(None);
    };
    // Moved forward at most once a minute, so that reading a page does not write a row each time.
    if idle_until < now + (IDLE_MINUTES - 1).minutes() {
        client
            .execute(
                "update session set idle_until = least($2, dies_at) where id_hash = $1 and revoked_at is null",
                &[&Secret::presented(presented).hash().as_slice(), &(now + IDLE_MINUTES.minutes())],
            )
            .await?;
    }
    Ok(Some(account))
}

/// The same without using it, with the moment at which it goes idle: what a page does by itself keeps no session alive.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn look(
    client: &Client,
    presented: &str,
    now: Timestamp,
) -> Result<Option<(Account, Timestamp)>, AccountError> {
    if presented.len() > 100 {
        return Ok(None);
    }
    let hash = Secret::presented(presented).hash();
    // Every request asks this: in one round trip, its types said with it.
    let found = client
        .query_typed(
            &format!(
                "select {COLUMNS}, session.idle_until
                   from session join account on account.id = session.account
                  where id_hash = $1 and revoked_at is null and disabled_at is null
                    and idle_until > $2 and dies_at > $2"
            ),
            &[(&hash.as_slice(), Type::BYTEA), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    found.first().map(|row| Ok((read(row)?, row.get(8)))).transpose()
}

/// Ends a session. Ending one that is over already is no fault.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn sign_out(client: &Client, presented: &str, now: Timestamp) -> Result<(), AccountError> {
    let hash = Secret::presented(presented).hash();
    client
        .execute(
            "update session set revoked_at = $2 where id_hash = $1 and revoked_at is null",
            &[&hash.as_slice(), &now],
        )
        .await?;
    Ok(())
}
