//! Sessions of browsers: a random id in a cookie, its hash in a table, thirty idle minutes, twelve hours in all. Each keeps by what its
//! owner came in, and when they last proved who they are.

use jiff::{Timestamp, ToSpan};
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::proof::{Method, Proof};
use super::secret::Secret;
use super::{Account, AccountError, BEHIND, COLUMNS, read};

/// Minutes without a request after which a session ends.
const IDLE_MINUTES: i64 = 30;
/// Hours after which it ends whatever happens.
const HOURS: i64 = 12;

/// From where somebody signs in.
#[derive(Debug, Clone, Copy)]
pub struct From<'a> {
    /// The address of the browser, or of the last proxy.
    pub ip: &'a str,
    /// What the browser calls itself.
    pub agent: &'a str,
}

/// A session that runs, as the doors know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// What lists call it; it opens nothing.
    pub id: Uuid,
    /// When it ends unless it is used.
    pub idle_until: Timestamp,
    /// When its owner last proved who they are.
    pub proved_at: Option<Timestamp>,
    /// By which substitution its owner acts in another's place.
    pub stands_in: Option<Uuid>,
}

impl Running {
    /// The seconds until it goes idle.
    #[must_use]
    pub fn seconds_left(&self, now: Timestamp) -> i64 {
        self.idle_until.duration_since(now).as_secs().max(0)
    }

    /// What requests of this session prove.
    #[must_use]
    pub const fn proof(&self) -> Proof {
        Proof::Session(self.proved_at)
    }
}

/// A session as its owner sees it in the list of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What to call it when it shall end.
    pub id: Uuid,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute; none when it was not since it began.
    pub seen_at: Option<Timestamp>,
    /// From where.
    pub ip: String,
    /// What the browser called itself.
    pub agent: String,
    /// By what its owner came in.
    pub methods: Vec<Method>,
}

/// Opens a session for an account whose owner came in by `methods`, and proved who they are at `proved_at` where that is known.
///
/// # Errors
/// [`AccountError::Database`], or the machine gave no random bytes.
pub async fn open(
    client: &Client,
    account: Uuid,
    methods: &[Method],
    proved_at: Option<Timestamp>,
    from: From<'_>,
    now: Timestamp,
) -> Result<Secret, AccountError> {
    let secret = Secret::draw("")?;
    let agent: String = from.agent.chars().take(200).collect();
    let methods: Vec<&str> = methods.iter().map(|method| method.code()).collect();
    // Sessions that are over by a day go with the next sign-in; nothing else cleans them.
    client.execute("delete from session where dies_at < $1", &[&(now - 24.hours())]).await?;
    client
        .execute(
            "insert into session (id_hash, account, created_at, idle_until, dies_at, ip, agent, methods, proved_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                &secret.hash().as_slice(),
                &account,
                &now,
                &(now + IDLE_MINUTES.minutes()),
                &(now + HOURS.hours()),
                &from.ip,
                &agent,
                &methods,
                &proved_at,
            ],
        )
        .await?;
    client.execute("update account set seen_at = $2 where id = $1", &[&account, &now]).await?;
    Ok(secret)
}

/// The account whose session this is, if it still runs; using it keeps it from going idle.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn find(
    client: &Client,
    presented: &str,
    now: Timestamp,
) -> Result<Option<(Account, Running)>, AccountError> {
    let Some((account, mut running, dies_at)) = read_one(client, presented, now).await? else {
        return Ok(None);
    };
    // Moved forward at most once a minute, so that reading a page does not write a row each time.
    if running.idle_until < now + (IDLE_MINUTES - 1).minutes() {
        running.idle_until = dies_at.min(now + IDLE_MINUTES.minutes());
        let moved = "update session set idle_until = $2, seen_at = $3 where id_hash = $1 and revoked_at is null";
        let hash = Secret::presented(presented).hash();
        client.execute(moved, &[&hash.as_slice(), &running.idle_until, &now]).await?;
    }
    Ok(Some((account, running)))
}

/// The same without using it: what a page does by itself keeps no session alive.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn look(
    client: &Client,
    presented: &str,
    now: Timestamp,
) -> Result<Option<(Account, Running)>, AccountError> {
    Ok(read_one(client, presented, now).await?.map(|(account, running, _)| (account, running)))
}

/// A running session, and when it dies.
async fn read_one(
    client: &Client,
    presented: &str,
    now: Timestamp,
) -> Result<Option<(Account, Running, Timestamp)>, AccountError> {
    if presented.len() > 100 {
        return Ok(None);
    }
    let hash = Secret::presented(presented).hash();
    // Every request asks this: in one round trip, its types said with it.
    let found = client
        .query_typed(
            &format!(
                "select {COLUMNS}, session.id, session.idle_until, session.proved_at, session.dies_at,
                        session.stands_in
                   from session join account on account.id = session.account
                  where id_hash = $1 and revoked_at is null and disabled_at is null
                    and idle_until > $2 and dies_at > $2"
            ),
            &[(&hash.as_slice(), Type::BYTEA), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    let running = Running {
        id: row.get(BEHIND),
        idle_until: row.get(BEHIND + 1),
        proved_at: row.get(BEHIND + 2),
        stands_in: row.get(BEHIND + 4),
    };
    Ok(Some((read(row)?, running, row.get(BEHIND + 3))))
}

/// Records that the owner of a running session has proved who they are once more. The session goes on under a new id, which is answered;
/// the old one opens nothing. None when it has ended meanwhile.
///
/// # Errors
/// [`AccountError::Database`], or the machine gave no random bytes.
pub async fn prove(
    client: &Client,
    id: Uuid,
    method: Method,
    proved_at: Timestamp,
) -> Result<Option<Secret>, AccountError> {
    let secret = Secret::draw("")?;
    let renewed = client
        .execute(
            "update session
                set id_hash = $2, proved_at = $3,
                    methods = case when $4 = any (methods) then methods else methods || $4::text end
              where id = $1 and revoked_at is null",
            &[&id, &secret.hash().as_slice(), &proved_at, &method.code()],
        )
        .await?;
    Ok((renewed == 1).then_some(secret))
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

/// The running sessions of an account, the youngest first.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn of(client: &Client, account: Uuid, now: Timestamp) -> Result<Vec<Listed>, AccountError> {
    let rows = client
        .query(
            "select id, created_at, seen_at, ip, agent, methods from session
              where account = $1 and revoked_at is null and idle_until > $2 and dies_at > $2
              order by created_at desc, id",
            &[&account, &now],
        )
        .await?;
    let listed = rows.iter().map(|row| {
        let methods: Vec<String> = row.get(5);
        Listed {
            id: row.get(0),
            created_at: row.get(1),
            seen_at: row.get(2),
            ip: row.get(3),
            agent: row.get(4),
            methods: methods.iter().filter_map(|method| Method::of_code(method)).collect(),
        }
    });
    Ok(listed.collect())
}

/// Ends one of an account's own sessions; nobody else's.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn end(client: &Client, account: Uuid, id: Uuid, now: Timestamp) -> Result<(), AccountError> {
    let ended = "update session set revoked_at = $3 where account = $1 and id = $2 and revoked_at is null";
    client.execute(ended, &[&account, &id, &now]).await?;
    Ok(())
}

/// Ends all of an account's sessions but one; how many there were.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn end_others(client: &Client, account: Uuid, kept: Uuid, now: Timestamp) -> Result<u64, AccountError> {
    let ended = "update session set revoked_at = $3
                  where account = $1 and id <> $2 and revoked_at is null and idle_until > $3 and dies_at > $3";
    Ok(client.execute(ended, &[&account, &kept, &now]).await?)
}
