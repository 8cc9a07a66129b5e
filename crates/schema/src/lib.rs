//! The database's shape: embeds the files of `migrations/` and applies those that a database has not seen.
//!
//! Each file runs once, whole, in a transaction of its own, in the order of its number; its name and the SHA-256 of its
//! text are kept, and a file that was changed after it was applied is refused. This crate never runs a file backwards and
//! never looks into a table of anybody else.

use sha2::{Digest, Sha256};
use tokio_postgres::{Client, Transaction};

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// A file of `migrations/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its file name, such as `0001_journal.sql`.
    pub name: &'static str,
    /// Its text.
    pub sql: &'static str,
}

impl Migration {
    /// The SHA-256 of the text, as 64 hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.sql))
    }
}

/// A migration that was applied just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its file name.
    pub name: String,
}

/// Why the database does not have the shape this program needs.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The list of applied migrations could not be read or made.
    #[error("the list of applied migrations cannot be read")]
    List(#[source] tokio_postgres::Error),
    /// A file was applied with another text than it has now.
    #[error(
        "migration {name} was changed after it was applied (applied: SHA-256 {applied}, now: {now}): restore its text and put the change into a new file"
    )]
    Changed {
        /// The file.
        name: String,
        /// The hash it was applied with.
        applied: String,
        /// The hash it has now.
        now: String,
    },
    /// The database was migrated by a newer program.
    #[error("the database has migration {name}, which this program does not know: it was migrated by a newer one")]
    Unknown {
        /// The file.
        name: String,
    },
    /// A file that sorts before applied ones has not been applied.
    #[error("migration {name} comes before ones that are applied already: give it the next number")]
    OutOfOrder {
        /// The file.
        name: String,
    },
    /// A file failed; nothing of it stands.
    #[error("migration {name} failed and was undone")]
    Failed {
        /// The file.
        name: String,
        /// The server's answer.
        source: tokio_postgres::Error,
    },
}

/// All migrations, in order.
#[must_use]
pub fn migrations() -> &'static [Migration] {
    MIGRATIONS
}

/// Applies what is missing, one file a transaction, and tells what it applied. Two programs that start together take
/// turns.
///
/// # Errors
/// [`SchemaError`]; files applied before the one that failed stay applied.
pub async fn migrate(client: &mut Client) -> Result<Vec<Applied>, SchemaError> {
    apply(client, MIGRATIONS).await
}

/// What has not been applied yet; empty when the database is ready.
///
/// # Errors
/// As [`migrate`], except that nothing is run.
pub async fn pending(client: &mut Client) -> Result<Vec<&'static str>, SchemaError> {
    let tx = client.transaction().await.map_err(SchemaError::List)?;
    let known = "SELECT to_regclass('schema_migrations') IS NOT NULL";
    let listed: bool = tx.query_one(known, &[]).await.and_then(|row| row.try_get(0)).map_err(SchemaError::List)?;
    let done = if listed { check(&applied(&tx).await?, MIGRATIONS)? } else { 0 };
    Ok(MIGRATIONS.iter().skip(done).map(|migration| migration.name).collect())
}

/// Applies what is missing of a given list. [`migrate`] is this with the embedded one.
///
/// # Errors
/// As [`migrate`].
pub async fn apply(client: &mut Client, list: &[Migration]) -> Result<Vec<Applied>, SchemaError> {
    let mut ran = Vec::new();
    loop {
        let tx = client.transaction().await.map_err(SchemaError::List)?;
        prepare(&tx).await.map_err(SchemaError::List)?;
        let done = check(&applied(&tx).await?, list)?;
        let Some(next) = list.get(done) else {
            tx.commit().await.map_err(SchemaError::List)?;
            return Ok(ran);
        };
        let failed = |source| SchemaError::Failed { name: next.name.to_owned(), source };
        tx.batch_execute(next.sql).await.map_err(failed)?;
        let record = "INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)";
        tx.execute(record, &[&next.name, &next.sha256()]).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        ran.push(Applied { name: next.name.to_owned() });
    }
}

/// Takes turns with other programs (the lock ends with the transaction) and makes the list on first use.
async fn prepare(tx: &Transaction<'_>) -> Result<(), tokio_postgres::Error> {
    tx.batch_execute(
        "SELECT pg_advisory_xact_lock(hashtext('saual schema'));
         SET LOCAL client_min_messages = warning;
         CREATE TABLE IF NOT EXISTS schema_migrations (
             name       text        COLLATE \"C\" PRIMARY KEY,
             sha256     text        NOT NULL,
             applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
         );
         RESET client_min_messages",
    )
    .await
}

async fn applied(tx: &Transaction<'_>) -> Result<Vec<(String, String)>, SchemaError> {
    let rows = tx.query("SELECT name, sha256 FROM schema_migrations ORDER BY name", &[]).await;
    let pairs = rows.and_then(|rows| rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect());
    pairs.map_err(SchemaError::List)
}

/// How many of the list are applied, if what is applied is the beginning of the list, text for text.
fn check(applied: &[(String, String)], list: &[Migration]) -> Result<usize, SchemaError> {
    for (name, sha256) in applied {
        let Some(file) = list.iter().find(|file| file.name == name) else {
            return Err(SchemaError::Unknown { name: name.clone() });
        };
        let now = file.sha256();
        if now != *sha256 {
            return Err(SchemaError::Changed { name: name.clone(), applied: sha256.clone(), now });
        }
    }
    let late = list.iter().take(applied.len()).find(|file| !applied.iter().any(|(name, _)| name == file.name));
    match late {
        Some(file) => Err(SchemaError::OutOfOrder { name: file.name.to_owned() }),
        None => Ok(applied.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Migration = Migration { name: "0001_one.sql", sql: "SELECT 1" };
    const TWO: Migration = Migration { name: "0002_two.sql", sql: "SELECT 2" };

    fn done(list: &[Migration]) -> Vec<(String, String)> {
        list.iter().map(|file| (file.name.to_owned(), file.sha256())).collect()
    }

    #[test]
    fn every_file_of_the_folder_is_embedded_in_the_order_of_its_number() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".sql"))
            .collect();
        files.sort();
        assert_eq!(migrations().iter().map(|file| file.name).collect::<Vec<_>>(), files);
        for (number, file) in (1..).zip(migrations()) {
            assert!(file.name.starts_with(&format!("{number:04}_")), "{} should be number {number}", file.name);
            assert_eq!(file.sql, std::fs::read_to_string(format!("{folder}/{}", file.name)).unwrap());
        }
    }

    #[test]
    fn what_is_applied_must_be_the_beginning_of_the_list_text_for_text() {
        assert_eq!(check(&done(&[]), &[ONE, TWO]).unwrap(), 0);
        assert_eq!(check(&done(&[ONE]), &[ONE, TWO]).unwrap(), 1);
        assert_eq!(check(&done(&[ONE, TWO]), &[ONE, TWO]).unwrap(), 2);
        let changed = Migration { sql: "SELECT 11", ..ONE };
        let error = check(&done(&[changed]), &[ONE, TWO]).unwrap_err();
        assert!(error.to_string().contains("migration 0001_one.sql was changed after it was applied"), "{error}");
        assert!(matches!(check(&done(&[ONE, TWO]), &[ONE]), Err(SchemaError::Unknown { .. })));
        assert!(matches!(check(&done(&[TWO]), &[ONE, TWO]), Err(SchemaError::OutOfOrder { .. })));
    }
}
