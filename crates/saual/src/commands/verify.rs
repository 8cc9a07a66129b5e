//! `saual verify`: the whole journal, or a bundle of it, and the verdict in one line.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use anyhow::Context;
use eventstore::BundleError;

use super::{print, wrong_use};
use crate::exit::{Answer, Stop};
use crate::installation::Database;

/// Connections of the check: reading is one stream.
const CONNECTIONS: usize = 4;

/// Checks the journal in the database; with `export`, writes the bundle first.
pub(super) async fn journal(database: &Database, export: Option<&Path>) -> Result<Answer, Stop> {
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    if let Some(file) = export {
        write_bundle(&pool, file).await?;
        print(&format!("bundle: {}", file.display()));
    }
    let verdict =
        eventstore::verify(&pool).await.context("the journal cannot be read; `saual migrate` prepares a database")?;
    Ok(told(&verdict))
}

/// Writes everything that a check needs into one file, complete or not at all.
pub(crate) async fn write_bundle(pool: &deadpool_postgres::Pool, file: &Path) -> anyhow::Result<()> {
    let half = file.with_extension("bundle.half");
    let out = File::create(&half).with_context(|| format!("{} cannot be written", half.display()))?;
    let mut out = BufWriter::new(out);
    eventstore::export(pool, &mut out).await.context("the journal could not be exported")?;
    let out = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    out.sync_all()?;
    std::fs::rename(&half, file).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(())
}

/// Checks a bundle: no database, no network.
pub(super) fn bundle(file: &Path) -> Result<Answer, Stop> {
    let opened = File::open(file)
        .map_err(|error| wrong_use(format!("the bundle {} cannot be read: {error}", file.display())))?;
    match eventstore::check_bundle(BufReader::new(opened)) {
        Ok(verdict) => Ok(told(&verdict)),
        // Bytes that are no text, or a title that is none, are an answer about the file and not a failure of ours.
        Err(error @ BundleError::NotABundle(_)) => {
            print(&format!("{}: {error}", file.display()));
            Ok(Answer::No)
        }
        Err(BundleError::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
            print(&format!("{}: this is not a journal's bundle: it is no text", file.display()));
            Ok(Answer::No)
        }
        Err(error @ (BundleError::Io(_) | BundleError::Store(_))) => Err(anyhow::Error::new(error).into()),
    }
}

fn told(verdict: &eventstore::Verdict) -> Answer {
    for fault in &verdict.faults {
        print(&fault.to_string());
    }
    print(&verdict.to_string());
    match verdict.is_intact() {
        true => Answer::Yes,
        false => Answer::No,
    }
}
