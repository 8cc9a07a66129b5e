//! The reference data of an installation: what is built in, with its own table of office holders where it has one.

use std::sync::Arc;

use anyhow::Context;
use directory::Directory;
use directory::changes::Change;
use directory::records::Sources;
use eventstore::Journal;

use super::Database;
use crate::config::Config;

/// Connections of a command that reads the records.
const CONNECTIONS: usize = 2;

/// More than any office writes down of who held which office.
const MOST: u64 = 4 << 20;

/// Reads and checks the records.
///
/// # Errors
/// The table cannot be read, or a row of it is at fault: nothing is taken then, and every such row is named with its line.
pub(crate) fn directory(config: &Config) -> anyhow::Result<Directory> {
    let Some(file) = &config.office_holders else {
        return Directory::embedded().context("the reference data built into this program is faulty");
    };
    let unread = || format!("the table of office holders {} (office_holders) cannot be read", file.display());
    let length = std::fs::metadata(file).with_context(unread)?.len();
    anyhow::ensure!(length <= MOST, "{}: it has {length} bytes, and {MOST} are the most", unread());
    let holders = std::fs::read_to_string(file).with_context(unread)?;
    let sources = Sources { holders: &holders, ..Sources::embedded() };
    Directory::from_sources(&sources)
        .with_context(|| format!("the table of office holders {} (office_holders) is not used", file.display()))
}

/// The records with everything that the journal has recorded of them.
///
/// # Errors
/// As [`directory()`], and when the journal cannot be read.
pub(crate) async fn known(config: &Config, journal: &Journal) -> anyhow::Result<Arc<Directory>> {
    let records = web::Records::open(journal, directory(config)?).await.context("the records cannot be read")?;
    Ok(records.directory())
}

/// The same with whoever was to enter a chamber until that was taken back: their mailbox stands in the journal.
///
/// # Errors
/// As [`known`].
pub(crate) async fn ever_known(config: &Config, journal: &Journal) -> anyhow::Result<Directory> {
    let records = web::Records::open(journal, directory(config)?).await.context("the records cannot be read")?;
    let mut known = Directory::clone(&records.directory());
    for change in records.ledger().changes() {
        if matches!(change, Change::DeputyEntered(event) if known.deputy(event.id).is_none()) {
            known.evolve(change);
        }
    }
    Ok(known)
}

/// The records for a command that has no journal open.
///
/// # Errors
/// As [`known`], and when the journal cannot be opened.
pub(crate) async fn of_database(config: &Config, database: &Database) -> anyhow::Result<Arc<Directory>> {
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    let journal = super::journal::open(config, &pool, &database.config).await?;
    let directory = known(config, &journal).await;
    journal.close().await;
    directory
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    #[test]
    fn a_table_of_ones_own_replaces_the_built_in_one_or_is_refused_whole() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("holders.csv");
        let variable = file.display().to_string();
        let config = Config::read(&Environment::of([("SAUAL_OFFICE_HOLDERS", variable.as_str())])).unwrap();
        let error = directory(&config).unwrap_err();
        assert!(format!("{error:#}").contains("holders.csv (office_holders) cannot be read"), "{error:#}");

        let acting = "prime_minister,6f39efd0-e460-4afe-a5f8-450d2c585b6c,Р. Скляр,Р. Скляр,R. Sklyar,,true,14-р,2023-10-16,,2023-10-16T09:00,2023-10-18T09:30";
        std::fs::write(&file, format!("{}{acting}\n", Sources::embedded().holders)).unwrap();
        assert_eq!(directory(&config).unwrap().holders().len(), 5);

        std::fs::write(&file, format!("{}{acting}\n{acting}\n", Sources::embedded().holders)).unwrap();
        let error = directory(&config).unwrap_err();
        assert!(format!("{error:#}").contains("office holders, line 7"), "{error:#}");
    }
}
