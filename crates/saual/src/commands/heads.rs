//! `saual heads`: the key of the journal's heads gives way to another one; the stored tree over blocks is made again.

use anyhow::Context;
use eventstore::Journal;

use super::print;
use crate::cli::Heads;
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{Database, heads};

/// Connections beside those of the journal's writer.
const CONNECTIONS: usize = 4;

pub(super) async fn run(config: &Config, database: &Database, asked: &Heads) -> Result<Answer, Stop> {
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    let journal = Journal::open(pool, database.config.clone(), eventstore::Settings::MEASURED).await;
    let journal = journal.context("the journal cannot be opened; `saual migrate` prepares a database")?;
    let answer = match asked {
        Heads::Rotate => rotate(config, &journal).await,
        Heads::Rebuild => rebuild(&journal).await,
    };
    journal.close().await;
    Ok(answer?)
}

async fn rotate(config: &Config, journal: &Journal) -> anyhow::Result<Answer> {
    let key = heads::public_key_file(&config.data);
    anyhow::ensure!(key.exists(), "{} is not there: no head was signed from this folder yet", key.display());
    let passed = heads::rotate::rotate(journal, &config.data).await?;
    print(&passed.to_string());
    print(&format!(
        "key {} signed its last head at block {}; from now on key {} signs. Hand out {} and {}",
        passed.old.id(),
        passed.block,
        passed.new.id(),
        key.display(),
        heads::rotate::handovers_file(&config.data).display()
    ));
    Ok(Answer::Yes)
}

async fn rebuild(journal: &Journal) -> anyhow::Result<Answer> {
    let rows = journal.rebuild_tree().await.context("the tree over the blocks could not be made again")?;
    print(&format!("{rows} subtrees; `saual verify` holds them against the blocks"));
    Ok(Answer::Yes)
}
