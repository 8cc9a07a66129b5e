//! Views of the worklist that an account keeps: questions under names, in an order of its own, some of them shared with a role.

use deadpool_postgres::Client;
use directory::Role;
use jiff::Timestamp;
use readmodel::register::Count;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Account, AccountError};

/// The most views that an account keeps.
pub const MOST: i64 = 20;
/// The most characters of a view's name.
pub const LONGEST_NAME: usize = 60;

/// A view as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its identity.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The query of the worklist's address.
    pub question: String,
    /// The role whose holders see it too.
    pub shared_with: Option<Role>,
    /// It opens after signing in.
    pub opens: bool,
    /// Whoever sees it keeps it; what others share is only looked at.
    pub is_own: bool,
    /// How many it finds, where that was asked.
    pub count: Option<Count>,
    /// It is what the page shows.
    pub is_here: bool,
}

impl View {
    /// Where it leads.
    #[must_use]
    pub fn href(&self) -> String {
        if self.question.is_empty() { "/inquiries".to_owned() } else { format!("/inquiries?{}", self.question) }
    }
}

/// A view to be kept.
#[derive(Debug, Clone)]
pub struct NewView {
    /// What it is called: 1 to [`LONGEST_NAME`] characters. An own one of that name is replaced.
    pub name: String,
    /// The query of the worklist's address.
    pub question: String,
    /// The role whose holders see it too.
    pub shared_with: Option<Role>,
}

/// Where a view moves in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Before the one before it.
    Up,
    /// Behind the one behind it.
    Down,
}

/// The views that an account sees: its own in their order, then those that others share with one of its roles.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn of(client: &Client, account: &Account) -> Result<Vec<View>, AccountError> {
    let roles: Vec<&str> = account.actor.roles.iter().map(|role| role.code()).collect();
    let statement = client
        .prepare_cached(
            "select id, name, question, shared_with, opens, account = $1
               from saved_view
              where account = $1 or shared_with = any($2)
              order by account <> $1, place, name, id
              limit 60",
        )
        .await?;
    client.query(&statement, &[&account.id, &roles]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<View, AccountError> {
    let name: String = row.get(1);
    let is_own: bool = row.get(5);
    let shared_with: Option<String> = row.get(3);
    let shared_with = shared_with.map(|role| role.parse()).transpose();
    Ok(View {
        id: row.get(0),
        question: row.get(2),
        shared_with: shared_with.map_err(|_| AccountError::Unreadable(name.clone()))?,
        // What opens first is everybody's own choice.
        opens: row.get::<_, bool>(4) && is_own,
        name,
        is_own,
        count: None,
        is_here: false,
    })
}

/// Keeps a view behind the others, or another question under a name that is there; false where the account keeps [`MOST`] already.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn keep(client: &Client, account: Uuid, view: &NewView, now: Timestamp) -> Result<bool, AccountError> {
    let kept = client
        .execute(
            "insert into saved_view (id, account, name, question, shared_with, place, created_at)
             select $1::uuid, $2::uuid, $3::text, $4::text, $5::text, coalesce(max(place), 0) + 1, $6::timestamptz
               from saved_view where account = $2
             having count(*) < $7 or bool_or(name = $3)
             on conflict (account, name) do update
                set question = excluded.question, shared_with = excluded.shared_with",
            &[&Uuid::now_v7(), &account, &view.name, &view.question, &view.shared_with.map(Role::code), &now, &MOST],
        )
        .await?;
    Ok(kept > 0)
}

/// Gives an own view another name; false where an own one has it already.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn rename(client: &Client, account: Uuid, view: Uuid, name: &str) -> Result<bool, AccountError> {
    let sql = "update saved_view set name = $3
                where id = $2 and account = $1
                  and not exists (select from saved_view where account = $1 and name = $3 and id <> $2)";
    Ok(client.execute(sql, &[&account, &view, &name]).await? > 0)
}

/// Removes an own view. What is not there stays so.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn remove(client: &Client, account: Uuid, view: Uuid) -> Result<(), AccountError> {
    client.execute("delete from saved_view where id = $2 and account = $1", &[&account, &view]).await?;
    Ok(())
}

/// Lets an own view change places with its neighbour; the first and the last have one neighbour only.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn step(client: &Client, account: Uuid, view: Uuid, step: Step) -> Result<(), AccountError> {
    let (than, direction) = match step {
        Step::Up => ("<", "desc"),
        Step::Down => (">", "asc"),
    };
    let sql = format!(
        "with this as (select id, place from saved_view where id = $2 and account = $1),
              other as (select other.id, other.place from saved_view other, this
                         where other.account = $1 and other.place {than} this.place
                         order by other.place {direction} limit 1)
         update saved_view changed
            set place = case when changed.id = this.id then other.place else this.place end
           from this, other
          where changed.id in (this.id, other.id)"
    );
    client.execute(&sql, &[&account, &view]).await?;
    Ok(())
}

/// From now on this own view opens after signing in, or none does.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn open_first(client: &Client, account: Uuid, view: Option<Uuid>) -> Result<(), AccountError> {
    let sql = "update saved_view set opens = (id is not distinct from $2)
                where account = $1 and opens <> (id is not distinct from $2)";
    client.execute(sql, &[&account, &view]).await?;
    Ok(())
}
