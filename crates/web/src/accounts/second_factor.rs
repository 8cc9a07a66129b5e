//! The second factor of a local account: an app's codes ([`totp`]) and ten codes for the day that the app is lost.
//!
//! The shared secret is sealed under the installation's key ([`sealing`](super::sealing)); recovery codes are 80 random bits each and kept as
//! SHA-256. Tries are counted for the account, from wherever they come: who tries codes knows the password already.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio_postgres::Client;
use uuid::Uuid;

use super::proof::Method;
use super::sealing::{InstallationKey, Purpose};
use super::secret::{SecretError, random};
use super::{AccountError, brake, totp};

/// Recovery codes of an account.
const CODES: usize = 10;
/// Stands for the address in the brake on codes.
const ANYWHERE: &str = "*";

/// How far an account has come with its second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has none.
    Off,
    /// The secret was shown, no code has come yet: nothing is asked for.
    Begun,
    /// It is asked for at each sign-in.
    On {
        /// Since when.
        since: Timestamp,
        /// Recovery codes that were not used yet.
        codes_left: u32,
    },
}

impl Standing {
    /// Is a code asked for?
    #[must_use]
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On { .. })
    }
}

/// What a try with a code led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It was right, and is used up.
    Right(Method),
    /// It was wrong, or used before.
    Wrong,
    /// Too many tries; so many seconds to wait.
    Wait(u64),
}

/// A code for a lost app, shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Draws one: `abcd-efgh-ijkm-npqr`.
    fn draw() -> Result<Self, SecretError> {
        // Without the signs that are confused on paper (0 o, 1 l): each takes 5 random bits.
        const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let bytes: [u8; 16] = random()?;
        let signs: Vec<char> = bytes.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
        Ok(Self(signs.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")))
    }

    /// The code itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(code)")
    }
}

/// What is kept of a recovery code, however its groups were typed.
fn hash_of(typed: &str) -> Vec<u8> {
    let signs: String = typed.to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    Sha256::digest(signs.as_bytes()).to_vec()
}

/// How far the account has come.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn standing(client: &Client, account: Uuid) -> Result<Standing, AccountError> {
    let row = client
        .query_opt(
            "select confirmed_at, (select count(*) from recovery_code as code
                                    where code.account = second_factor.account and used_at is null)
               from second_factor where account = $1",
            &[&account],
        )
        .await?;
    let Some(row) = row else { return Ok(Standing::Off) };
    let left: i64 = row.get(1);
    Ok(match row.get(0) {
        None => Standing::Begun,
        Some(since) => Standing::On { since, codes_left: u32::try_from(left).unwrap_or(u32::MAX) },
    })
}

/// Draws a new secret that counts once a code of it has come. One that counts already stays; says whether there is a new one.
///
/// # Errors
/// [`AccountError`].
pub async fn begin(
    client: &Client,
    key: &InstallationKey,
    account: Uuid,
    now: Timestamp,
) -> Result<bool, AccountError> {
    let secret: [u8; totp::SECRET] = random()?;
    let sealed = key.seal(Purpose::SecondFactor, &account.to_string(), &secret)?;
    let begun = client
        .execute(
            "insert into second_factor as f (account, sealed, begun_at, last_step) values ($1, $2, $3, 0)
             on conflict (account) do update set sealed = $2, begun_at = $3, last_step = 0 where f.confirmed_at is null",
            &[&account, &sealed, &now],
        )
        .await?;
    Ok(begun == 1)
}

/// The secret of an account and the last step that was used.
struct Shared {
    secret: Vec<u8>,
    last_step: i64,
}

async fn shared(
    client: &Client,
    key: &InstallationKey,
    account: Uuid,
    is_confirmed: bool,
) -> Result<Option<Shared>, AccountError> {
    let row = client
        .query_opt(
            "select sealed, last_step from second_factor where account = $1 and (confirmed_at is not null) = $2",
            &[&account, &is_confirmed],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let sealed: Vec<u8> = row.get(0);
    let secret = key.open(Purpose::SecondFactor, &account.to_string(), &sealed).ok_or(AccountError::OtherKey)?;
    Ok(Some(Shared { secret, last_step: row.get(1) }))
}

/// Tries the key on any one factor, so that a node with another key says so when it starts and not when somebody comes.
///
/// # Errors
/// [`AccountError::OtherKey`], [`AccountError::Database`].
pub async fn check_key(client: &Client, key: &InstallationKey) -> Result<(), AccountError> {
    let Some(row) = client.query_opt("select account, sealed from second_factor limit 1", &[]).await? else {
        return Ok(());
    };
    let (account, sealed): (Uuid, Vec<u8>) = (row.get(0), row.get(1));
    key.open(Purpose::SecondFactor, &account.to_string(), &sealed).map(drop).ok_or(AccountError::OtherKey)
}

/// A secret that was begun, as it is shown until a code of it has come: for the app's picture and for typing.
#[derive(Debug)]
pub struct Shown {
    /// The address that an app reads from a picture.
    pub address: String,
    /// The secret as one types it, in groups of four.
    pub typed: String,
}

/// The secret that was begun; none when there is none, or when it counts already.
///
/// # Errors
/// [`AccountError`].
pub async fn shown(
    client: &Client,
    key: &InstallationKey,
    account: Uuid,
    name: &str,
) -> Result<Option<Shown>, AccountError> {
    let found = shared(client, key, account, false).await?;
    Ok(found.map(|Shared { secret, .. }| {
        let signs: Vec<char> = totp::base32(&secret).chars().collect();
        let typed = signs.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ");
        Shown { address: totp::address(name, &secret), typed }
    }))
}

/// What confirming led to.
#[derive(Debug)]
pub enum Confirmed {
    /// From now on codes are asked for; these are for a lost app.
    On(Vec<RecoveryCode>),
    /// The code was wrong.
    Wrong,
    /// Too many tries; so many seconds to wait.
    Wait(u64),
    /// Nothing was begun.
    NotBegun,
}

/// Makes the secret that was begun count, once a code of it has come.
///
/// # Errors
/// [`AccountError`].
pub async fn confirm(
    client: &Client,
    key: &InstallationKey,
    (account, name): (Uuid, &str),
    typed: &str,
    now: Timestamp,
) -> Result<Confirmed, AccountError> {
    let Some(Shared { secret, last_step }) = shared(client, key, account, false).await? else {
        return Ok(Confirmed::NotBegun);
    };
    if let Some(seconds) = brake::tried(client, &braked(name), ANYWHERE, now).await? {
        return Ok(Confirmed::Wait(seconds));
    }
    let Some(step) = totp::typed(typed).and_then(|code| totp::step_of(&secret, code, now, last_step)) else {
        return Ok(Confirmed::Wrong);
    };
    let (codes, hashes) = drawn()?;
    // One statement: nobody has a factor without the codes for its loss.
    let confirmed = client
        .execute(
            "with confirmed as (
                 update second_factor set confirmed_at = $2, last_step = $3
                  where account = $1 and confirmed_at is null returning account
             ), old as (
                 delete from recovery_code using confirmed where recovery_code.account = confirmed.account
             )
             insert into recovery_code (account, code_hash) select account, hash from confirmed, unnest($4::bytea[]) as hash",
            &[&account, &now, &step, &hashes],
        )
        .await?;
    if confirmed == 0 {
        return Ok(Confirmed::NotBegun);
    }
    brake::forgive(client, &braked(name), ANYWHERE).await?;
    Ok(Confirmed::On(codes))
}

fn drawn() -> Result<(Vec<RecoveryCode>, Vec<Vec<u8>>), SecretError> {
    let codes = (0..CODES).map(|_| RecoveryCode::draw()).collect::<Result<Vec<_>, _>>()?;
    let hashes = codes.iter().map(|code| hash_of(code.reveal())).collect();
    Ok((codes, hashes))
}

/// Ten new recovery codes; the ones of before open nothing any more. None when the account has no factor.
///
/// # Errors
/// [`AccountError`].
pub async fn new_codes(client: &Client, account: Uuid) -> Result<Option<Vec<RecoveryCode>>, AccountError> {
    let (codes, hashes) = drawn()?;
    let made = client
        .execute(
            "with factor as (
                 select account from second_factor where account = $1 and confirmed_at is not null
             ), old as (
                 delete from recovery_code using factor where recovery_code.account = factor.account
             )
             insert into recovery_code (account, code_hash) select account, hash from factor, unnest($2::bytea[]) as hash",
            &[&account, &hashes],
        )
        .await?;
    Ok((made > 0).then_some(codes))
}

/// The key of the brake: names are lower case, so that nobody types this one.
fn braked(name: &str) -> String {
    format!("CODE:{name}")
}

/// Takes a code of the app or a recovery code, and uses it up.
///
/// # Errors
/// [`AccountError`].
pub(super) async fn check(
    client: &Client,
    key: &InstallationKey,
    (account, name): (Uuid, &str),
    typed: &str,
    now: Timestamp,
) -> Result<Checked, AccountError> {
    if let Some(seconds) = brake::tried(client, &braked(name), ANYWHERE, now).await? {
        return Ok(Checked::Wait(seconds));
    }
    let right = match totp::typed(typed) {
        Some(code) => take_code(client, key, account, code, now).await?.then_some(Method::Code),
        None => take_recovery_code(client, account, typed, now).await?.then_some(Method::RecoveryCode),
    };
    let Some(method) = right else { return Ok(Checked::Wrong) };
    brake::forgive(client, &braked(name), ANYWHERE).await?;
    Ok(Checked::Right(method))
}

async fn take_code(
    client: &Client,
    key: &InstallationKey,
    account: Uuid,
    code: u32,
    now: Timestamp,
) -> Result<bool, AccountError> {
    let Some(Shared { secret, last_step }) = shared(client, key, account, true).await? else { return Ok(false) };
    let Some(step) = totp::step_of(&secret, code, now, last_step) else { return Ok(false) };
    // Of two who bring the same code at once, the second finds it used.
    let used = "update second_factor set last_step = $2 where account = $1 and last_step < $2";
    Ok(client.execute(used, &[&account, &step]).await? == 1)
}

async fn take_recovery_code(client: &Client, account: Uuid, typed: &str, now: Timestamp) -> Result<bool, AccountError> {
    let used = "update recovery_code set used_at = $3
                 where account = $1 and code_hash = $2 and used_at is null
                   and exists (select from second_factor where account = $1 and confirmed_at is not null)";
    Ok(client.execute(used, &[&account, &hash_of(typed), &now]).await? == 1)
}

/// Takes the factor away, with its codes. Says whether there was one, begun or not.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn remove(client: &Client, account: Uuid) -> Result<bool, AccountError> {
    let gone = "with codes as (delete from recovery_code where account = $1)
                delete from second_factor where account = $1";
    Ok(client.execute(gone, &[&account]).await? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_typed_as_people_type() {
        let code = RecoveryCode::draw().unwrap();
        assert_eq!(code.reveal().len(), 19);
        let spoken = code.reveal().to_uppercase().replace('-', " ");
        assert_eq!(hash_of(code.reveal()), hash_of(&spoken));
        assert_ne!(hash_of(code.reveal()), hash_of(RecoveryCode::draw().unwrap().reveal()));
        assert_eq!(format!("{code:?}"), "(code)");
    }
}
