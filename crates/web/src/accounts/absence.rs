//! Who stands in for whom: what the doors ask at each request, and the lists of the page.

use std::collections::BTreeSet;

use directory::accounts::Substitution;
use directory::{Actor, Role};
use jiff::Timestamp;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::{Account, AccountError, BEHIND, COLUMNS, read};

/// A substitution with the people behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// What was named.
    pub substitution: Substitution,
    /// The account of the absent.
    pub absent: String,
    /// Their full name.
    pub absent_name: String,
    /// The ministry that the absent writes for.
    pub absent_ministry: Option<String>,
    /// The roles that are the absent's now; none of an account that is closed.
    pub absent_roles: BTreeSet<Role>,
    /// The full name of whoever stands in.
    pub substitute_name: String,
    /// The account that named them.
    pub named_by: String,
    /// Why.
    pub why: String,
}

impl Absence {
    /// Is something of what was handed over the absent's still?
    #[must_use]
    pub fn has_work(&self) -> bool {
        !self.substitution.roles.is_disjoint(&self.absent_roles)
    }
}

/// The columns in the order in which [`read_absence`] takes them.
const OF_ABSENCE: &str = "substitution.id, substitution.absent, substitution.substitute, substitution.roles,
                          substitution.begins_at, substitution.ends_at, substitution.named_by, substitution.why,
                          coalesce(gone.full_name, substitution.absent), coalesce(here.full_name, substitution.substitute), gone.ministry,
                          case when gone.disabled_at is null then coalesce(gone.roles, '{}') else '{}' end";

/// The tables that they are read from.
const FROM_ABSENCE: &str = "substitution left join account gone on gone.name = substitution.absent
                                         left join account here on here.name = substitution.substitute";

fn roles_of(row: &Row, at: usize) -> Result<BTreeSet<Role>, AccountError> {
    let roles: Vec<String> = row.get(at);
    let roles = roles.iter().map(|role| role.parse()).collect::<Result<_, _>>();
    roles.map_err(|_| AccountError::Unreadable("substitution".to_owned()))
}

fn read_absence(row: &Row) -> Result<Absence, AccountError> {
    let substitution = Substitution {
        id: row.get(0),
        substitute: row.get(2),
        roles: roles_of(row, 3)?,
        from: row.get(4),
        until: row.get(5),
    };
    Ok(Absence {
        substitution,
        absent: row.get(1),
        named_by: row.get(6),
        why: row.get(7),
        absent_name: row.get(8),
        substitute_name: row.get(9),
        absent_ministry: row.get(10),
        absent_roles: roles_of(row, 11)?,
    })
}

/// The substitutions that hold at `at` and those that are to come, what ends first standing first; `most` at most.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn standing(client: &Client, at: Timestamp, most: i64) -> Result<Vec<Absence>, AccountError> {
    let sql = format!(
        "select {OF_ABSENCE} from {FROM_ABSENCE} where ends_at > $1 and begins_at < ends_at order by ends_at, substitution.id limit $2"
    );
    client.query(&sql, &[&at, &most]).await?.iter().map(read_absence).collect()
}

/// Those that are over, what ended last standing first; `most` at most.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn over(client: &Client, at: Timestamp, most: i64) -> Result<Vec<Absence>, AccountError> {
    let sql = format!(
        "select {OF_ABSENCE} from {FROM_ABSENCE} where ends_at <= $1 order by ends_at desc, substitution.id limit $2"
    );
    client.query(&sql, &[&at, &most]).await?.iter().map(read_absence).collect()
}

/// One of them.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn one(client: &Client, id: Uuid) -> Result<Option<Absence>, AccountError> {
    let sql = format!("select {OF_ABSENCE} from {FROM_ABSENCE} where substitution.id = $1");
    client.query_opt(&sql, &[&id]).await?.as_ref().map(read_absence).transpose()
}

/// For whom this account may act at that moment.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn of(client: &Client, substitute: &str, at: Timestamp) -> Result<Vec<Absence>, AccountError> {
    let sql = format!(
        "select {OF_ABSENCE} from {FROM_ABSENCE}
          where substitution.substitute = $1 and begins_at <= $2 and ends_at > $2 and gone.disabled_at is null
          order by ends_at, substitution.id"
    );
    let rows = client.query(&sql, &[&substitute, &at]).await?;
    let found: Vec<Absence> = rows.iter().map(read_absence).collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(Absence::has_work).collect())
}

/// Which substitution is meant.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// The one of that identity.
    Id(Uuid),
    /// The one that stands in for the owner of that account.
    For(&'a str),
}

/// The same account, acting in another's place; none where no such substitution holds at that moment, or nothing of what was handed over is the
/// absent's any more.
///
/// # Errors
/// [`AccountError`].
pub async fn acting(
    client: &Client,
    own: &Account,
    wanted: Wanted<'_>,
    at: Timestamp,
) -> Result<Option<Account>, AccountError> {
    let (id, absent) = match wanted {
        Wanted::Id(id) => (Some(id), None),
        Wanted::For(absent) => (None, Some(absent)),
    };
    let sql = format!(
        "select {COLUMNS}, substitution.id, substitution.roles, begins_at, ends_at
           from substitution join account on account.name = substitution.absent
          where substitution.substitute = $1 and ($2::uuid is null or substitution.id = $2) and ($3::text is null or absent = $3)
            and begins_at <= $4 and ends_at > $4 and disabled_at is null
          order by ends_at limit 1"
    );
    let found = client.query_opt(&sql, &[&own.actor.name, &id, &absent, &at]).await?;
    let Some(row) = found else { return Ok(None) };
    let substitution = Substitution {
        id: row.get(BEHIND),
        substitute: own.actor.name.clone(),
        roles: roles_of(&row, BEHIND + 1)?,
        from: row.get(BEHIND + 2),
        until: row.get(BEHIND + 3),
    };
    let absent: Actor = read(&row)?.actor;
    let acting = substitution.actor(&own.actor.name, &absent);
    Ok(acting.map(|actor| Account { actor, ..own.clone() }))
}

/// In whose place a session acts from now on; none: in nobody's.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn act(client: &Client, session: Uuid, substitution: Option<Uuid>) -> Result<(), AccountError> {
    client.execute("update session set stands_in = $2 where id = $1", &[&session, &substitution]).await?;
    Ok(())
}

/// The absent's account for each substitution, by its identity: who is named beside whoever acted by it.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn absents(client: &Client) -> Result<Vec<(Uuid, String)>, AccountError> {
    let rows = client.query("select id, absent from substitution", &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
