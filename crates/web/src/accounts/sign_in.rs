//! Signing in with name and password, and, where the account has a second factor, with a code of it. Between the two a sign-in is half
//! open: a random id in a cookie of its own, for five minutes, which opens nothing but the question for the code.

use jiff::{Timestamp, ToSpan};
use tokio::sync::Semaphore;
use tokio_postgres::Client;
use uuid::Uuid;

use super::password::{self, Password};
use super::proof::Method;
use super::sealing::InstallationKey;
use super::second_factor::{self, Checked};
use super::secret::{Secret, SecretError};
use super::session::{self, From};
use super::{Account, AccountError, BEHIND, COLUMNS, brake, read};

/// Minutes for which a sign-in stays half open.
const HALF_OPEN_MINUTES: i64 = 5;

/// Passwords hashed at once: each takes 46 MiB and a processor for some 80 ms.
static HASHING: Semaphore = Semaphore::const_new(3);

/// How signing in ended.
#[derive(Debug)]
pub enum SignIn {
    /// Come in; this goes into the cookie.
    Welcome(Secret, Box<Account>),
    /// The password was right, a code is still to come; this goes into a cookie of its own.
    CodeNeeded(Secret),
    /// Name or password are wrong, or the account is closed: nobody is told which.
    Wrong,
    /// Too many wrong passwords from there for that name; so many seconds to wait.
    Wait(u64),
}

/// How the second step ended.
#[derive(Debug)]
pub enum SecondStep {
    /// Come in; this goes into the cookie.
    Welcome(Secret, Box<Account>),
    /// The code is wrong, or was used before.
    Wrong,
    /// Too many wrong codes; so many seconds to wait.
    Wait(u64),
    /// It was not half open, or for too long: to be begun anew.
    Over,
}

/// Signs in with name and password.
///
/// # Errors
/// [`AccountError::Database`], or the machine gave no random bytes.
pub async fn sign_in(
    client: &Client,
    name: &str,
    typed: Password,
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
    let hash: Option<String> = found.as_ref().and_then(|row| row.get(BEHIND));
    let right = is_right(typed, hash).await;
    let Some(row) = found.filter(|_| right) else {
        return Ok(SignIn::Wrong);
    };
    brake::forgive(client, &key, from.ip).await?;
    let account = read(&row)?;
    if second_factor::standing(client, account.id).await?.is_on() {
        return Ok(SignIn::CodeNeeded(open_half(client, account.id, now).await?));
    }
    let secret = session::open(client, account.id, &[Method::Password], Some(now), from, now).await?;
    Ok(SignIn::Welcome(secret, Box::new(account)))
}

/// Compares on a blocking thread, a few at a time.
async fn is_right(typed: Password, hash: Option<String>) -> bool {
    // The permit is given back when hashing is done; the semaphore is never closed.
    let _permit = HASHING.acquire().await;
    let right = tokio::task::spawn_blocking(move || password::is_right(&typed, hash.as_deref())).await;
    matches!(right, Ok(true))
}

/// Hashes a password that shall be kept, on a blocking thread, a few at a time.
///
/// # Errors
/// The machine gave no random bytes.
pub async fn hashed(chosen: Password) -> Result<password::Hashed, AccountError> {
    let _permit = HASHING.acquire().await;
    let hashed = tokio::task::spawn_blocking(move || password::Hashed::of(&chosen)).await;
    Ok(hashed.map_err(|_| SecretError::Hash)??)
}

async fn open_half(client: &Client, account: Uuid, now: Timestamp) -> Result<Secret, AccountError> {
    let secret = Secret::draw("")?;
    client.execute("delete from half_open where dies_at < $1", &[&now]).await?;
    client
        .execute(
            "insert into half_open (id_hash, account, dies_at) values ($1, $2, $3)",
            &[&secret.hash().as_slice(), &account, &(now + HALF_OPEN_MINUTES.minutes())],
        )
        .await?;
    Ok(secret)
}

/// Signs in with the code of the second factor, or with a recovery code, after the password was right.
///
/// # Errors
/// [`AccountError`].
pub async fn second_step(
    client: &Client,
    key: &InstallationKey,
    half: &str,
    typed: &str,
    from: From<'_>,
    now: Timestamp,
) -> Result<SecondStep, AccountError> {
    if half.len() > 100 {
        return Ok(SecondStep::Over);
    }
    let hash = Secret::presented(half).hash();
    let found = client
        .query_opt(
            &format!(
                "select {COLUMNS} from half_open join account on account.id = half_open.account
                  where id_hash = $1 and dies_at > $2 and disabled_at is null"
            ),
            &[&hash.as_slice(), &now],
        )
        .await?;
    let Some(row) = found else { return Ok(SecondStep::Over) };
    let account = read(&row)?;
    match second_factor::check(client, key, (account.id, &account.actor.name), typed, now).await? {
        Checked::Wrong => Ok(SecondStep::Wrong),
        Checked::Wait(seconds) => Ok(SecondStep::Wait(seconds)),
        Checked::Right(method) => {
            // Whoever takes the row away comes in; its twin finds nothing.
            if client.execute("delete from half_open where id_hash = $1", &[&hash.as_slice()]).await? == 0 {
                return Ok(SecondStep::Over);
            }
            let secret = session::open(client, account.id, &[Method::Password, method], Some(now), from, now).await?;
            Ok(SecondStep::Welcome(secret, Box::new(account)))
        }
    }
}

/// What the owner of a session can prove who they are with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways {
    /// A code is asked for, of the app or for its loss.
    pub code: bool,
    /// The password is asked for: there is one, and no second factor.
    pub password: bool,
    /// There is a password.
    pub has_password: bool,
    /// An identity at the provider is linked to the account.
    pub provider: bool,
}

/// What this account can prove who its owner is with; `issuer` is the provider of this installation.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn ways(client: &Client, account: Uuid, issuer: Option<&str>) -> Result<Ways, AccountError> {
    let row = client
        .query_one(
            "select exists (select from second_factor where account = $1 and confirmed_at is not null),
                    password_hash is not null,
                    exists (select from linked_identity where account = $1 and issuer = $2)
               from account where id = $1",
            &[&account, &issuer],
        )
        .await?;
    let (code, has_password): (bool, bool) = (row.get(0), row.get(1));
    Ok(Ways { code, password: has_password && !code, has_password, provider: row.get(2) })
}

/// Is this the account's own password? Counted by the brake like any try to sign in.
///
/// # Errors
/// [`AccountError`].
pub async fn check_password(
    client: &Client,
    (account, name): (Uuid, &str),
    typed: Password,
    ip: &str,
    now: Timestamp,
) -> Result<Checked, AccountError> {
    if let Some(seconds) = brake::tried(client, name, ip, now).await? {
        return Ok(Checked::Wait(seconds));
    }
    let row = client.query_one("select password_hash from account where id = $1", &[&account]).await?;
    if !is_right(typed, row.get(0)).await {
        return Ok(Checked::Wrong);
    }
    brake::forgive(client, name, ip).await?;
    Ok(Checked::Right(Method::Password))
}

/// Is this what the account proves itself with: a code where it has a second factor, else its password?
///
/// # Errors
/// [`AccountError`].
pub async fn check(
    client: &Client,
    key: &InstallationKey,
    (account, name): (Uuid, &str),
    typed: String,
    ip: &str,
    now: Timestamp,
) -> Result<Checked, AccountError> {
    if second_factor::standing(client, account).await?.is_on() {
        return second_factor::check(client, key, (account, name), &typed, now).await;
    }
    check_password(client, (account, name), Password::typed(typed), ip, now).await
}

/// Gives an account another password; its other sessions end, and so does what is half open.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn change_password(
    client: &Client,
    account: Uuid,
    new: &password::Hashed,
    kept: Uuid,
    now: Timestamp,
) -> Result<(), AccountError> {
    // One statement, so that nobody stays signed in by the old password after a crash in between.
    client
        .execute(
            "with sessions as (
                 update session set revoked_at = $4 where account = $1 and id <> $3 and revoked_at is null
             ), halves as (
                 delete from half_open where account = $1
             )
             update account set password_hash = $2 where id = $1",
            &[&account, &new.as_str(), &kept, &now],
        )
        .await?;
    Ok(())
}
