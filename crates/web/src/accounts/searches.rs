//! Searches that an account keeps, each under a name: how far the index had come when it was looked at last, and when its person was last told by mail.

use deadpool_postgres::Client;
use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use super::AccountError;

/// The most searches that an account keeps.
pub const MOST: i64 = 20;
/// The most characters of a search's name.
pub const LONGEST_NAME: usize = 60;

/// A search that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its identity.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The query of the address of the search.
    pub question: String,
    /// Nothing is told of it, in the menu or by mail.
    pub is_muted: bool,
    /// How far the index had come when it was looked at last.
    pub seen: i64,
    /// How far the index had come when a digest told of it last.
    pub told: i64,
    /// How many hits were new when they were counted last, and how far the index had come by then.
    pub news: i64,
    /// How far the index had come when they were counted.
    pub counted: i64,
    /// When they were counted.
    pub counted_at: Timestamp,
}

const COLUMNS: &str = "id, name, question, muted, seen, told, news, counted, counted_at";

fn read(row: &Row) -> Kept {
    Kept {
        id: row.get(0),
        name: row.get(1),
        question: row.get(2),
        is_muted: row.get(3),
        seen: row.get(4),
        told: row.get(5),
        news: row.get(6),
        counted: row.get(7),
        counted_at: row.get(8),
    }
}

/// The searches of an account, in the order of their names.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn of(client: &Client, account: Uuid) -> Result<Vec<Kept>, AccountError> {
    let sql = format!("select {COLUMNS} from saved_search where account = $1 order by name, id");
    let statement = client.prepare_cached(&sql).await?;
    Ok(client.query(&statement, &[&account]).await?.iter().map(read).collect())
}

/// One of them.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn find(client: &Client, account: Uuid, search: Uuid) -> Result<Option<Kept>, AccountError> {
    let sql = format!("select {COLUMNS} from saved_search where account = $1 and id = $2");
    Ok(client.query_opt(&sql, &[&account, &search]).await?.as_ref().map(read))
}

/// A search to be kept.
#[derive(Debug, Clone)]
pub struct New {
    /// What it is called: 1 to [`LONGEST_NAME`] characters.
    pub name: String,
    /// The query of the address of the search.
    pub question: String,
    /// How far the index has come: what there is already is not new.
    pub at: i64,
    /// The one of that name that gives way to it. Nobody loses another by a name typed twice.
    pub replaces: Option<Uuid>,
}

/// What became of a search that was to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// It is kept.
    Kept,
    /// Another question has that name, and was not to give way.
    Taken(Box<Kept>),
    /// The account keeps [`MOST`] already.
    Full,
}

/// Keeps a search. One that is kept under that name already counts as looked at.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn keep(client: &Client, account: Uuid, new: &New, now: Timestamp) -> Result<Keeping, AccountError> {
    // Whoever keeps two at once does so one after the other: the bound holds.
    let sql = "with held as (select id from account where id = $2 for no key update)
               insert into saved_search (id, account, name, question, seen, told, counted, counted_at, created_at)
               select $1::uuid, held.id, $3::text, $4::text, $5::bigint, $5, $5, $6::timestamptz, $6
                 from held
                where (select count(*) < $7 or bool_or(name = $3) from saved_search where account = $2)
               on conflict (account, name) do update
                  set question = excluded.question, seen = excluded.seen, told = excluded.told, news = 0,
                      counted = excluded.counted, counted_at = excluded.counted_at
                where saved_search.question = excluded.question or saved_search.id = $8";
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 8] =
        [&Uuid::now_v7(), &account, &new.name, &new.question, &new.at, &now, &MOST, &new.replaces];
    if client.execute(sql, &values).await? > 0 {
        return Ok(Keeping::Kept);
    }
    let sql = format!("select {COLUMNS} from saved_search where account = $1 and name = $2");
    let taken = client.query_opt(&sql, &[&account, &new.name]).await?;
    Ok(taken.map_or(Keeping::Full, |row| Keeping::Taken(Box::new(read(&row)))))
}

/// A name like this one that none of these has, of [`LONGEST_NAME`] characters at most: «Зейнетақы 2».
#[must_use]
pub fn free_name(name: &str, taken: &[&str]) -> String {
    let named = |n: usize| {
        let number = format!(" {n}");
        let begun: String = name.chars().take(LONGEST_NAME - number.chars().count()).collect();
        format!("{}{number}", begun.trim_end())
    };
    (2..taken.len() + 2)
        .map(named)
        .find(|name| !taken.contains(&name.as_str()))
        .unwrap_or_else(|| named(taken.len() + 2))
}

/// Removes a search. What is not there stays so.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn remove(client: &Client, account: Uuid, search: Uuid) -> Result<(), AccountError> {
    client.execute("delete from saved_search where id = $2 and account = $1", &[&account, &search]).await?;
    Ok(())
}

/// Lets a search be told of, or not. What came while it was muted is not told by mail afterwards.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn mute(client: &Client, account: Uuid, search: Uuid, muted: bool, at: i64) -> Result<(), AccountError> {
    let sql = "update saved_search set muted = $3, told = case when $3 then told else greatest(told, $4) end
                where id = $2 and account = $1";
    client.execute(sql, &[&account, &search, &muted, &at]).await?;
    Ok(())
}

/// Notes that somebody has looked at it when the index had come so far.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn looked(client: &Client, account: Uuid, search: Uuid, at: i64, now: Timestamp) -> Result<(), AccountError> {
    let sql =
        "update saved_search set seen = greatest(seen, $3), news = 0, counted = greatest(counted, $3), counted_at = $4
                where id = $2 and account = $1";
    client.execute(sql, &[&account, &search, &at, &now]).await?;
    Ok(())
}

/// Notes how many hits were new since the look `seen`, when the index had come so far; whoever has looked meanwhile has seen them.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn counted(client: &Client, kept: &Kept, news: i64, at: i64, now: Timestamp) -> Result<(), AccountError> {
    let sql = "update saved_search set news = $2, counted = $3, counted_at = $4 where id = $1 and seen = $5";
    client.execute(sql, &[&kept.id, &news, &at, &now, &kept.seen]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_name_is_none_of_the_taken_and_fits() {
        assert_eq!(free_name("Зейнетақы", &["Зейнетақы"]), "Зейнетақы 2");
        assert_eq!(free_name("Зейнетақы", &["Зейнетақы 2", "Зейнетақы", "Зейнетақы 3"]), "Зейнетақы 4");
        let longest = "ә".repeat(LONGEST_NAME);
        let free = free_name(&longest, &[&longest]);
        assert!(free.chars().count() == LONGEST_NAME && free.ends_with("ә 2"), "{free}");
    }
}
