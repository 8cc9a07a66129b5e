//! Changing accounts: the pages, the API and the command line go this one way. What is known is read while nobody else changes an account, the rules
//! decide (`directory::accounts`), the event stands in the journal, and the row follows in the same step.

mod said;

use deadpool_postgres::Pool;
use directory::accounts::{
    AccountEvent, AccountRefusal, Ask, Candidate, Change, Known, Life, Standing, Story, stream_id,
};
use directory::{Actor, Role};
use eventstore::{AppendError, CommandId, ExecuteError, Guards, Journal, Origin, Recorded, StoreError, StreamId};
use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::{Asked, NAMESPACE};
use crate::accounts::books::{self, Secret};
use crate::accounts::{Account, AccountError, BEHIND, COLUMNS, is_name, read};
use crate::problem::Problem;
use crate::state::AppState;

pub use said::{OPERATOR, operator, operator_words};

/// One change of an account at a time in this program: each holds a connection and asks the journal for another.
static ONE: Mutex<()> = Mutex::const_new(());

/// Where accounts are kept.
#[derive(Clone, Copy)]
pub struct Books<'a> {
    /// Connections to their table.
    pub pool: &'a Pool,
    /// The journal.
    pub journal: &'a Journal,
}

/// Who asks, and by which request.
#[derive(Debug, Clone)]
pub struct By {
    /// The account, or the name given at the command line.
    pub name: String,
    /// When, by the office's clock.
    pub at: Timestamp,
    /// The same for a request and its repeats.
    pub command: CommandId,
    /// SHA-256 of what was asked.
    pub request: [u8; 32],
    /// By which substitution, for whoever acts in another's place.
    pub causation: Option<Uuid>,
    /// The version of the account's stream that the asker saw; without it the present one is meant.
    pub seen: Option<u64>,
}

/// A change to be made.
#[derive(Debug, Clone)]
pub struct Order {
    /// The account's name.
    pub account: String,
    /// What is asked.
    pub ask: Ask,
    /// Why.
    pub why: String,
    /// What is written with it and stands in no event.
    pub secret: Secret,
}

/// What was made of it.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The account.
    pub account: Uuid,
    /// What was recorded.
    pub event: AccountEvent,
    /// The position of the event in the journal.
    pub position: i64,
    /// What was to be written with it was written now; otherwise it had been before, by an earlier sending of the same request.
    pub is_written: bool,
}

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum BooksError {
    /// A reason is kept for ever, and names an e-mail address.
    #[error("the reason names an e-mail address and is kept for ever; say whose it is instead")]
    NamesAddress,
    /// Somebody else changed the rights meanwhile; this is the version now.
    #[error("somebody else changed the account meanwhile")]
    Stale(u64),
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] AccountRefusal),
    /// The account cannot be read, or there is none of that name.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The journal did not record it.
    #[error("the change of an account was not recorded")]
    Append(#[source] AppendError),
    /// The journal could not be read.
    #[error("the stream of an account could not be read")]
    Store(#[source] StoreError),
    /// No connection.
    #[error("no connection to the accounts")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// The row did not follow; the follower makes it.
    #[error("the row of an account did not follow its event")]
    Row(#[source] eventstore::FollowerError),
}

impl From<tokio_postgres::Error> for BooksError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Account(error.into())
    }
}

impl From<&Asked> for By {
    fn from(asked: &Asked) -> Self {
        Self {
            name: asked.by.name.clone(),
            at: asked.at,
            command: asked.command,
            request: asked.request,
            causation: asked.causation(),
            seen: asked.seen,
        }
    }
}

impl By {
    fn origin(&self, account: Uuid) -> Origin {
        Origin {
            actor: self.name.clone(),
            at: self.at,
            command: self.command,
            request: self.request,
            correlation: account,
            causation: self.causation,
        }
    }
}

/// What an account is, as the rules know it.
#[must_use]
pub fn standing_of(account: &Account) -> Standing {
    Standing {
        full_name: account.full_name.clone(),
        roles: account.actor.roles.clone(),
        ministry: account.actor.ministry.clone(),
        deputy: account.actor.deputy,
        person: account.actor.person,
        language: account.language,
    }
}

/// Where an account stands in its life.
pub(crate) fn life_of(disabled_at: Option<Timestamp>, ended_at: Option<Timestamp>) -> Life {
    match (disabled_at, ended_at) {
        (_, Some(_)) => Life::Ended,
        (Some(_), None) => Life::Blocked,
        (None, None) => Life::Open,
    }
}

impl Books<'_> {
    /// Opens an account.
    ///
    /// # Errors
    /// [`BooksError`]: the name is none or taken, the rules say no, or a failure.
    pub async fn open(
        &self,
        by: &By,
        name: &str,
        standing: Standing,
        why: &str,
        secret: Secret,
    ) -> Result<Changed, BooksError> {
        if !is_name(name) {
            return Err(AccountError::BadName.into());
        }
        let account = Uuid::new_v5(&NAMESPACE, format!("account\n{}", by.command).as_bytes());
        let _one = ONE.lock().await;
        let mut client = self.pool.get().await?;
        let tx = client.transaction().await?;
        lock(&tx).await?;
        let taken = tx.query_opt("select id from account where name = $1", &[&name]).await?;
        if taken.is_some_and(|row| row.get::<_, Uuid>(0) != account) {
            return Err(AccountError::NameTaken(name.to_owned()).into());
        }
        standing.check().map_err(AccountRefusal::Standing)?;
        // The row stands before the event does: the follower waits for it, and what comes in by the account is written with it.
        books::insert(&tx, account, name, &standing, by.at).await?;
        let known = Known { name: name.to_owned(), standing, life: Life::Open, is_last_admin: false };
        let order = Order { account: name.to_owned(), ask: Ask::Open, why: why.to_owned(), secret };
        let changed = self.record(&tx, by, account, known, &order).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Changes an account.
    ///
    /// # Errors
    /// [`BooksError`]: there is none of that name, the rules say no, or a failure.
    pub async fn change(&self, by: &By, order: &Order) -> Result<Changed, BooksError> {
        let _one = ONE.lock().await;
        let mut client = self.pool.get().await?;
        let tx = client.transaction().await?;
        lock(&tx).await?;
        let (account, life, _) = known(&tx, &order.account).await?;
        // Whoever could not come in is no administrator that is left.
        let sql = "select exists (select from account other
                                   where other.disabled_at is null and 'admin' = any (other.roles) and other.name <> $1
                                     and (other.password_hash is not null
                                          or exists (select from api_token k where k.account = other.id and k.revoked_at is null)
                                          or exists (select from linked_identity i where i.account = other.id)))";
        let others: bool = tx.query_one(sql, &[&order.account]).await?.get(0);
        let is_last_admin = life == Life::Open && account.actor.has(Role::Admin) && !others;
        self.not_changed_since(by, account.id, &order.ask).await?;
        links(&tx, account.id, order).await?;
        let known = Known { name: order.account.clone(), standing: standing_of(&account), life, is_last_admin };
        let changed = self.record(&tx, by, account.id, known, order).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Rights are written as a whole: whoever looked before another change would take it back unseen. What else happened to the account meanwhile (a
    /// session ended, a substitute named) stands in no rights, and a request that is sent twice has changed them itself.
    async fn not_changed_since(&self, by: &By, account: Uuid, ask: &Ask) -> Result<(), BooksError> {
        let (Some(seen), Ask::Change(_)) = (by.seen, ask) else { return Ok(()) };
        let history = self.history(account).await?;
        let is_repeated = history.iter().any(|one| one.command == by.command);
        let is_of_rights = |one: &Recorded| {
            matches!(serde_json::from_str(one.text()), Ok(AccountEvent::Opened(_) | AccountEvent::Changed(_)))
        };
        let later = |one: &&Recorded| one.version > seen && is_of_rights(one);
        match history.iter().rev().find(later) {
            Some(changed) if !is_repeated => Err(BooksError::Stale(changed.version)),
            Some(_) | None => Ok(()),
        }
    }

    /// Whoever is to stand in, as they are now.
    ///
    /// # Errors
    /// [`BooksError`].
    pub async fn candidate(&self, name: &str) -> Result<Candidate, BooksError> {
        let mut client = self.pool.get().await?;
        let tx = client.transaction().await?;
        let (account, life, _) = known(&tx, name).await?;
        Ok(Candidate { name: name.to_owned(), standing: standing_of(&account), life })
    }

    /// What the stream of an account tells, the first first.
    ///
    /// # Errors
    /// [`BooksError`].
    pub async fn history(&self, account: Uuid) -> Result<Vec<Recorded>, BooksError> {
        self.journal.load(&stream(account)?).await.map_err(BooksError::Store)
    }

    async fn record(
        &self,
        tx: &deadpool_postgres::Transaction<'_>,
        by: &By,
        account: Uuid,
        known: Known,
        order: &Order,
    ) -> Result<Changed, BooksError> {
        if inquiry::email::names_one(&order.why) {
            return Err(BooksError::NamesAddress);
        }
        let change = Change { known, by: by.name.clone(), why: order.why.clone(), at: by.at, ask: order.ask.clone() };
        let origin = by.origin(account);
        let executed = self.journal.execute::<Story>(&stream(account)?, change, origin, Guards::none(), None).await;
        let executed = executed.map_err(|error| match error {
            ExecuteError::Refused(refusal) => BooksError::Refused(refusal),
            ExecuteError::Append(error) => BooksError::Append(error),
        })?;
        let recorded = executed.events.last().ok_or(AccountRefusal::NothingChanges)?;
        let event =
            serde_json::from_str(recorded.text()).map_err(|_| AccountError::Unreadable(order.account.clone()))?;
        let is_written = books::apply(tx, recorded).await.map_err(BooksError::Row)?;
        if is_written {
            let about = match &order.ask {
                Ask::MakeToken(about) | Ask::Link(about) | Ask::Unlink(about) => about.as_str(),
                _ => "",
            };
            books::write_secret(tx, account, &order.secret, about, by.at).await.map_err(taken)?;
        }
        Ok(Changed { account, event, position: executed.position, is_written })
    }
}

/// An identity is one account's, and what is not linked is not unlinked: found out before anything is recorded.
async fn links(tx: &deadpool_postgres::Transaction<'_>, account: Uuid, order: &Order) -> Result<(), BooksError> {
    let sql = "select account from linked_identity where issuer = $1 and subject = $2";
    match (&order.ask, &order.secret) {
        (Ask::Link(issuer), Secret::Linked(subject)) => match tx.query_opt(sql, &[issuer, subject]).await? {
            Some(row) if row.get::<_, Uuid>(0) == account => Err(AccountRefusal::NothingChanges.into()),
            Some(_) => Err(AccountError::IdentityTaken.into()),
            None => Ok(()),
        },
        (Ask::Unlink(issuer), Secret::Unlinked(subject)) => match tx.query_opt(sql, &[issuer, subject]).await? {
            Some(row) if row.get::<_, Uuid>(0) == account => Ok(()),
            Some(_) | None => Err(AccountRefusal::NothingChanges.into()),
        },
        _ => Ok(()),
    }
}

fn taken(error: tokio_postgres::Error) -> BooksError {
    if error.code() == Some(&SqlState::UNIQUE_VIOLATION) {
        return AccountError::IdentityTaken.into();
    }
    error.into()
}

/// Nobody else changes an account until this transaction ends, in whatever program.
async fn lock(tx: &deadpool_postgres::Transaction<'_>) -> Result<(), tokio_postgres::Error> {
    tx.execute("select pg_advisory_xact_lock(hashtext('saual accounts'))", &[]).await.map(drop)
}

/// An account in whatever state of life, and its row's place in its stream.
async fn known(tx: &deadpool_postgres::Transaction<'_>, name: &str) -> Result<(Account, Life, i64), BooksError> {
    let sql =
        format!("select {COLUMNS}, disabled_at, ended_at, version from account where name = $1 for no key update");
    let row = tx.query_opt(&sql, &[&name]).await?;
    let row = row.ok_or_else(|| AccountError::NoSuchAccount(name.to_owned()))?;
    Ok((read(&row)?, life_of(row.get(BEHIND), row.get(BEHIND + 1)), row.get(BEHIND + 2)))
}

fn stream(account: Uuid) -> Result<StreamId, BooksError> {
    StreamId::new(stream_id(account)).map_err(|_| AccountError::Unreadable(account.to_string()).into())
}

/// What only somebody who has just proved who they are may do to another's account: hand out grave rights, or a way in.
#[must_use]
pub fn is_grave(ask: &Ask, before: &Standing) -> bool {
    match ask {
        Ask::Change(after) => after.is_grave_after(Some(before)),
        Ask::ReplacePassword | Ask::ResetSecondFactor | Ask::MakeToken(_) | Ask::Link(_) | Ask::ChangeMailbox => true,
        Ask::Open
        | Ask::Block
        | Ask::Unblock
        | Ask::End
        | Ask::EndSessions
        | Ask::RevokeTokens(_)
        | Ask::Unlink(_)
        | Ask::NameSubstitute(_)
        | Ask::EndSubstitution(_) => false,
    }
}

/// Changes an account for an administrator at a door.
///
/// # Errors
/// [`Problem::NotPermitted`]; [`Problem::ProofTooOld`] for what is grave; what the rules say; a failure.
pub async fn administer(state: &AppState, asked: &Asked, order: Order) -> Result<Changed, Problem> {
    if !may_administer(&asked.by) {
        return Err(Problem::NotPermitted { needs: &[Role::Admin] });
    }
    let books = Books { pool: &state.pool, journal: &state.journal };
    let before = books.candidate(&order.account).await?;
    if is_grave(&order.ask, &before.standing) && !asked.proof.is_fresh(state.wall.now()) {
        return Err(Problem::ProofTooOld);
    }
    if let Ask::Change(after) = &order.ask {
        begins(state, asked, Some(&before.standing), after).await?;
    }
    Ok(books.change(&asked.into(), &order).await?)
}

/// Opens an account for an administrator at a door.
///
/// # Errors
/// As [`administer`]; opening an account hands out a way in.
pub async fn open(
    state: &AppState,
    asked: &Asked,
    name: &str,
    standing: Standing,
    why: &str,
    secret: Secret,
) -> Result<Changed, Problem> {
    if !may_administer(&asked.by) {
        return Err(Problem::NotPermitted { needs: &[Role::Admin] });
    }
    if !asked.proof.is_fresh(state.wall.now()) {
        return Err(Problem::ProofTooOld);
    }
    begins(state, asked, None, &standing).await?;
    let books = Books { pool: &state.pool, journal: &state.journal };
    Ok(books.open(&asked.into(), name, standing, why, secret).await?)
}

/// Whoever is to write for a ministry is not sent to one that is over. An errand of the records goes another way: on the day on which two ministries
/// end one after the other, accounts pass through the first successor. What was recorded while the ministry was there is told again.
async fn begins(
    state: &AppState,
    asked: &Asked,
    before: Option<&Standing>,
    after: &Standing,
) -> Result<(), BooksError> {
    let Err(refusal) = after.begins_on(before, &state.directory(), state.today()) else { return Ok(()) };
    // A request is known by its id and what it asked, whichever account it led to.
    let recorded = state.journal.recorded(&By::from(asked).origin(Uuid::nil())).await;
    match recorded.map_err(BooksError::Append)? {
        Some(_) => Ok(()),
        None => Err(refusal.into()),
    }
}

/// May this person change what an account is? An administrator, and in nobody's place.
#[must_use]
pub fn may_administer(actor: &Actor) -> bool {
    actor.has(Role::Admin) && actor.in_place_of.is_none()
}
