//! Who may come in: accounts of people, tokens of programs, sessions of browsers, and the brake on guessing passwords.
//!
//! [`sign_in`] is the way in by password and, where there is one, [`second_factor`]; [`identity`] the way in through a provider; [`proof`]
//! says how long either is good for. Secrets are never stored as they are: passwords as argon2id ([`password`]), tokens and session ids as
//! SHA-256 of 256 random bits ([`secret`]), what has to be read again under a key that is not in the database ([`sealing`]). Every function
//! takes the time as an argument. [`views`] are what an account keeps of the worklist, [`searches`] of what it searches for.

pub mod absence;
pub mod books;
pub mod brake;
pub mod ended;
pub mod identity;
pub mod listing;
pub mod password;
pub mod proof;
pub mod sealing;
pub mod searches;
pub mod second_factor;
pub mod secret;
pub mod session;
pub mod sign_in;
pub mod token;
mod totp;
pub mod views;

use std::collections::BTreeSet;

use directory::{Actor, DeputyId, Language, MinistryCode, PersonId, Role};
use jiff::Timestamp;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use password::Password;

/// An account to be opened.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The name typed at login and kept by the journal: 1 to 64 of `a-z 0-9 . _ -`.
    pub name: String,
    /// The person's name as screens show it.
    pub full_name: String,
    /// What the person may do; at least one role, and never `system`.
    pub roles: BTreeSet<Role>,
    /// The ministry written for; required with the role `executor`, refused without it.
    pub ministry: Option<MinistryCode>,
    /// Which deputy it is; required with the role `deputy`, refused without it.
    pub deputy: Option<DeputyId>,
    /// Which person of the directory it is, whose name letters bear; refused without the role `signatory`, who signs nothing without it.
    pub person: Option<PersonId>,
    /// Where the person is written to.
    pub email: Option<String>,
    /// The language of the screens.
    pub language: Language,
}

/// An account as the doors know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its identity.
    pub id: Uuid,
    /// The person's name as screens show it.
    pub full_name: String,
    /// Who acts, as the inquiry asks for it.
    pub actor: Actor,
    /// Where the person is written to.
    pub email: Option<String>,
    /// The language of the screens.
    pub language: Language,
}

/// Why an account, a token or a session could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The name is not 1 to 64 of `a-z 0-9 . _ -` beginning with a letter or a digit.
    #[error("an account's name is 1 to 64 of a-z, 0-9, '.', '_', '-', beginning with a letter or a digit")]
    BadName,
    /// The full name is empty or longer than 200 characters.
    #[error("give the person's full name, at most 200 characters")]
    BadFullName,
    /// The e-mail address is none that a mail could be sent to.
    #[error("the e-mail address cannot be used: {0}")]
    BadEmail(inquiry::email::InvalidEmail),
    /// No role, or the role of our own workers.
    #[error("an account needs at least one role, and 'system' is not given to accounts")]
    BadRoles,
    /// Role executor and a ministry belong together.
    #[error("the role executor needs a ministry, and only it has one")]
    MinistryMismatch,
    /// Role deputy and a deputy's identity belong together.
    #[error("the role deputy needs the deputy's identity, and only it has one")]
    DeputyMismatch,
    /// Whoever does not sign is no person of the directory.
    #[error("only an account with the role signatory names a person of the directory")]
    PersonMismatch,
    /// An account of this name exists.
    #[error("an account named {0} exists already")]
    NameTaken(String),
    /// No open account of this name.
    #[error("no open account is named {0}")]
    NoSuchAccount(String),
    /// The issuer is no address, or the subject is empty or longer than 255 bytes.
    #[error("an identity is an issuer's address (https://…) and a subject of 1 to 255 bytes")]
    BadIdentity,
    /// The identity is linked to an account already.
    #[error("this identity is linked to an account already; unlink it there first")]
    IdentityTaken,
    /// The label is empty or longer than 100 characters.
    #[error("a token's label is 1 to 100 characters")]
    BadLabel,
    /// The password is too short, too long or too well known.
    #[error(transparent)]
    WeakPassword(#[from] password::Weak),
    /// The machine gave no random bytes, or the hash could not be made.
    #[error("a secret could not be made")]
    Secret(#[source] secret::SecretError),
    /// The database said no.
    #[error("the database did not keep the account")]
    Database(#[source] tokio_postgres::Error),
    /// A second factor was sealed under another key than this installation has.
    #[error(
        "second factors were sealed under another key: bring sign_in/master.key, or sign_in.key, from the other node or from its backup"
    )]
    OtherKey,
    /// A row that this program could not have written.
    #[error("the account row of {0} cannot be read")]
    Unreadable(String),
}

impl From<tokio_postgres::Error> for AccountError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

impl From<secret::SecretError> for AccountError {
    fn from(error: secret::SecretError) -> Self {
        Self::Secret(error)
    }
}

pub(crate) fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let good = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (1..=64).contains(&bytes.len()) && good(&bytes[0]) && bytes.iter().all(|b| good(b) || b"._-".contains(b))
}

impl NewAccount {
    fn check(&self) -> Result<(), AccountError> {
        if !is_name(&self.name) {
            return Err(AccountError::BadName);
        }
        if self.full_name.trim().is_empty() || self.full_name.chars().count() > 200 {
            return Err(AccountError::BadFullName);
        }
        if let Some(email) = &self.email {
            email.parse::<inquiry::email::Email>().map_err(AccountError::BadEmail)?;
        }
        if self.roles.is_empty() || self.roles.contains(&Role::System) {
            return Err(AccountError::BadRoles);
        }
        if self.roles.contains(&Role::Executor) != self.ministry.is_some() {
            return Err(AccountError::MinistryMismatch);
        }
        if self.roles.contains(&Role::Deputy) != self.deputy.is_some() {
            return Err(AccountError::DeputyMismatch);
        }
        if self.person.is_some() && !self.roles.contains(&Role::Signatory) {
            return Err(AccountError::PersonMismatch);
        }
        Ok(())
    }
}

/// Opens an account. Without a password it can only be used through tokens. Hashing takes some 80 ms of processor time: on a
/// server, call [`password::Hashed::of`] on a blocking thread first.
///
/// # Errors
/// [`AccountError`]: what is wrong with it, or that the name is taken.
pub async fn add(
    client: &Client,
    account: &NewAccount,
    password: Option<&Password>,
    now: Timestamp,
) -> Result<Uuid, AccountError> {
    account.check()?;
    let hash = password.map(password::Hashed::of).transpose()?;
    let id = Uuid::new_v4();
    let roles: Vec<&str> = account.roles.iter().map(|role| role.code()).collect();
    let inserted = client
        .execute(
            "insert into account
                    (id, name, full_name, password_hash, roles, ministry, deputy, email, language, created_at, person)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            &[
                &id,
                &account.name,
                &account.full_name,
                &hash.as_ref().map(password::Hashed::as_str),
                &roles,
                &account.ministry.as_ref().map(MinistryCode::as_str),
                &account.deputy.map(|deputy| deputy.to_string()),
                &account.email,
                &account.language.code(),
                &now,
                &account.person.map(PersonId::uuid),
            ],
        )
        .await;
    match inserted {
        Ok(_) => Ok(id),
        Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => {
            Err(AccountError::NameTaken(account.name.clone()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Closes an account: its sessions end and its tokens stop working at once. What its owner did stays in the journal.
///
/// # Errors
/// [`AccountError::NoSuchAccount`] when no open account has the name.
pub async fn disable(client: &Client, name: &str, now: Timestamp) -> Result<(), AccountError> {
    // One statement, so that no session outlives the account by a crash in between.
    let closed = client
        .query_opt(
            "with closed as (
                 update account set disabled_at = $2 where name = $1 and disabled_at is null returning id
             ), sessions as (
                 update session set revoked_at = $2 from closed where account = closed.id and revoked_at is null
             ), tokens as (
                 update api_token set revoked_at = $2 from closed where account = closed.id and revoked_at is null
             )
             select id from closed",
            &[&name, &now],
        )
        .await?;
    closed.map(|_| ()).ok_or_else(|| AccountError::NoSuchAccount(name.to_owned()))
}

/// The columns that [`read`] wants, in its order.
pub(crate) const COLUMNS: &str =
    "account.id, account.name, account.full_name, account.roles, account.ministry, account.deputy,
                       account.email, account.language, account.person";

/// Where in a row that begins with [`COLUMNS`] the first column behind them stands.
pub(crate) const BEHIND: usize = 9;

/// An account from a row that begins with [`COLUMNS`].
pub(crate) fn read(row: &Row) -> Result<Account, AccountError> {
    let name: String = row.get(1);
    let unreadable = || AccountError::Unreadable(name.clone());
    let roles: Vec<String> = row.get(3);
    let roles =
        roles.iter().map(|role| role.parse()).collect::<Result<BTreeSet<Role>, _>>().map_err(|_| unreadable())?;
    let ministry: Option<String> = row.get(4);
    let ministry = ministry.map(MinistryCode::new).transpose().map_err(|_| unreadable())?;
    let deputy: Option<String> = row.get(5);
    let deputy = deputy.map(|id| id.parse()).transpose().map_err(|_| unreadable())?;
    let language: String = row.get(7);
    let person: Option<Uuid> = row.get(8);
    Ok(Account {
        id: row.get(0),
        full_name: row.get(2),
        actor: Actor { ministry, deputy, person: person.map(PersonId::new), ..Actor::new(name.clone(), roles) },
        email: row.get(6),
        language: language.parse().map_err(|_| unreadable())?,
    })
}

/// All open accounts, by name: for the page that lists them.
///
/// # Errors
/// [`AccountError::Database`] when the database is away.
pub async fn list(client: &Client) -> Result<Vec<Account>, AccountError> {
    let rows =
        client.query(&format!("select {COLUMNS} from account where disabled_at is null order by name"), &[]).await?;
    rows.iter().map(read).collect()
}

/// Somebody who has an account, or had one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The account's name.
    pub name: String,
    /// The person's name.
    pub full_name: String,
    /// The account, as long as it is open.
    pub open: Option<Account>,
}

/// Everybody who ever had an account, by its name.
///
/// # Errors
/// [`AccountError::Database`] when the database is away.
pub async fn everybody(client: &Client) -> Result<Vec<Known>, AccountError> {
    let sql = format!("select {COLUMNS}, account.disabled_at is null from account order by account.name");
    client.query(&sql, &[]).await?.iter().map(known).collect()
}

fn known(row: &Row) -> Result<Known, AccountError> {
    let is_open: bool = row.get(BEHIND);
    // Of a closed one the name is all that is asked: whatever else its row says may be of a program of before.
    let open = if is_open { Some(read(row)?) } else { None };
    Ok(Known { name: row.get(1), full_name: row.get(2), open })
}

/// Has any account this name, also one that was closed?
///
/// # Errors
/// [`AccountError::Database`] when the database is away.
pub async fn ever_was(client: &Client, name: &str) -> Result<bool, AccountError> {
    Ok(client.query_one("select exists (select from account where name = $1)", &[&name]).await?.get(0))
}

/// The open account with that identity.
///
/// # Errors
/// [`AccountError::Database`] when the database is away.
pub async fn by_id(client: &Client, id: Uuid) -> Result<Option<Account>, AccountError> {
    let sql = format!("select {COLUMNS} from account where disabled_at is null and id = $1");
    client.query_opt(&sql, &[&id]).await?.as_ref().map(read).transpose()
}

/// Where the person of an open account is written to from now on; none: nowhere.
///
/// # Errors
/// [`AccountError::BadEmail`], [`AccountError::NoSuchAccount`], [`AccountError::Database`].
pub async fn set_mailbox(client: &Client, name: &str, email: Option<&str>) -> Result<(), AccountError> {
    if let Some(email) = email {
        email.parse::<inquiry::email::Email>().map_err(AccountError::BadEmail)?;
    }
    let sql = "update account set email = $2 where name = $1 and disabled_at is null";
    match client.execute(sql, &[&name, &email]).await? {
        0 => Err(AccountError::NoSuchAccount(name.to_owned())),
        _ => Ok(()),
    }
}

/// Which person of the directory the owner of an open account is from now on; none: nobody, who signs nothing.
///
/// # Errors
/// [`AccountError::NoSuchAccount`], [`AccountError::PersonMismatch`], [`AccountError::Database`].
pub async fn set_person(client: &Client, name: &str, person: Option<PersonId>) -> Result<(), AccountError> {
    let sql = "update account set person = $2::uuid
                where name = $1 and disabled_at is null and ('signatory' = any (roles) or $2::uuid is null)";
    if client.execute(sql, &[&name, &person.map(PersonId::uuid)]).await? == 1 {
        return Ok(());
    }
    let known = "select from account where name = $1 and disabled_at is null";
    Err(match client.query_opt(known, &[&name]).await? {
        Some(_) => AccountError::PersonMismatch,
        None => AccountError::NoSuchAccount(name.to_owned()),
    })
}

/// Takes the mailbox out of the accounts of a deputy whose address was erased; how many there were.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn forget_mailbox(client: &Client, deputy: DeputyId) -> Result<u64, AccountError> {
    let sql = "update account set email = null where deputy = $1 and email is not null";
    Ok(client.execute(sql, &[&deputy.to_string()]).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clerk() -> NewAccount {
        NewAccount {
            name: "clerk".into(),
            full_name: "А. Төлегенова".into(),
            roles: [Role::Clerk].into(),
            ministry: None,
            deputy: None,
            person: None,
            email: None,
            language: Language::Kk,
        }
    }

    #[test]
    fn an_account_is_checked_before_it_is_kept() {
        assert!(clerk().check().is_ok());
        for name in ["", "Clerk", "a b", "іс", "-a", &"a".repeat(65)] {
            assert!(
                matches!(NewAccount { name: name.into(), ..clerk() }.check(), Err(AccountError::BadName)),
                "{name}"
            );
        }
        for email in ["bad", "a b@c", "<x@y>"] {
            let account = NewAccount { email: Some(email.into()), ..clerk() };
            assert!(matches!(account.check(), Err(AccountError::BadEmail(_))), "{email}");
        }
        assert!(NewAccount { email: Some("clerk@office.example".into()), ..clerk() }.check().is_ok());
        assert!(matches!(NewAccount { roles: BTreeSet::new(), ..clerk() }.check(), Err(AccountError::BadRoles)));
        assert!(matches!(NewAccount { roles: [Role::System].into(), ..clerk() }.check(), Err(AccountError::BadRoles)));
        assert!(matches!(
            NewAccount { roles: [Role::Executor].into(), ..clerk() }.check(),
            Err(AccountError::MinistryMismatch)
        ));
        assert!(matches!(
            NewAccount { roles: [Role::Deputy].into(), ..clerk() }.check(),
            Err(AccountError::DeputyMismatch)
        ));
        let person = Some(PersonId::new(Uuid::from_u128(1)));
        assert!(matches!(NewAccount { person, ..clerk() }.check(), Err(AccountError::PersonMismatch)));
        assert!(NewAccount { person, roles: [Role::Signatory].into(), ..clerk() }.check().is_ok());
    }
}
