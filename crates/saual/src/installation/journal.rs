//! The journal opened for the inquiry: which texts of its events are personal, what its old events are today, and the master key.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use deadpool_postgres::Pool;
use eventstore::{
    Domain, Journal, MasterKey, NewEvent, Personal, PersonalText, Sealing, Shape, StreamId, Subject, Upcast,
};
use inquiry::{Event, InquiryId, personal, upcast};

use crate::config::Config;

/// Folder of the master key under the data folder.
const FOLDER: &str = "privacy";

/// Opens the journal.
///
/// # Errors
/// The database has no journal, or the master key is not that of its keys; each error says what to do.
pub(crate) async fn open(config: &Config, pool: &Pool, writer: &tokio_postgres::Config) -> anyhow::Result<Journal> {
    let prepared = "the journal cannot be opened; `saual migrate` prepares a database";
    let client = pool.get().await.context("the database cannot be reached")?;
    let sql = "select exists (select from subject_keys where wrapped is not null)";
    let has_keys: bool = client.query_one(sql, &[]).await.context(prepared)?.get(0);
    drop(client);
    let sealing = Sealing { personal: Arc::new(Inquiries), master: master_key(&config.data, has_keys)? };
    let domain = Domain { sealing: Some(sealing), upcast: Some(Arc::new(Inquiries)) };
    let journal = Journal::open_for(pool.clone(), writer.clone(), eventstore::Settings::MEASURED, domain)
        .await
        .context(prepared)?;
    journal.check_master_key().await?;
    Ok(journal)
}

/// What the journal asks about an inquiry's events.
struct Inquiries;

impl Personal for Inquiries {
    fn texts(&self, stream: &StreamId, event: &NewEvent) -> Vec<PersonalText> {
        let Some(inquiry) = InquiryId::of_stream(stream.as_str()) else { return Vec::new() };
        // What cannot be read was not made by this program, and is not recorded as if it were understood: the journal keeps it as it is.
        let events = Event::from_stored(&event.event_type, event.schema_version, &event.payload).unwrap_or_default();
        let texts = events.iter().flat_map(|event| personal::texts(inquiry, event));
        texts
            .filter_map(|text| Some(PersonalText { subject: Subject::new(text.subject).ok()?, pointer: text.pointer }))
            .collect()
    }
}

impl Upcast for Inquiries {
    fn is_current(&self, event_type: &str, schema_version: u16) -> bool {
        !upcast::is_old(upcast::RULES, event_type, schema_version)
    }

    fn current(&self, shape: Shape) -> Result<Vec<Shape>, Box<dyn std::error::Error + Send + Sync>> {
        let events = Event::from_stored(&shape.event_type, shape.schema_version, &shape.payload)?;
        let today = |event: &Event| Shape {
            event_type: event.stored_name().to_owned(),
            schema_version: event.schema_version(),
            payload: event.to_payload(),
        };
        Ok(events.iter().map(today).collect())
    }
}

/// Reads the master key, or makes it when there is none and nothing was sealed yet. Two programs that start at once on one folder
/// make one key: the second waits for the first and finds it.
fn master_key(data: &Path, has_keys: bool) -> anyhow::Result<MasterKey> {
    let folder = data.join(FOLDER);
    let file = folder.join("master.key");
    anyhow::ensure!(
        !has_keys || file.exists(),
        "{} is missing, and the database has texts that were sealed under it: bring it from the other node or from its backup",
        file.display()
    );
    fs::create_dir_all(&folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let lock = fs::File::create(folder.join("lock"))
        .with_context(|| format!("the folder {} cannot be written to", folder.display()))?;
    lock.lock().with_context(|| format!("the folder {} cannot be locked", folder.display()))?;
    if !file.exists() {
        make(&file)?;
    }
    let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes)
        .map_err(|_| anyhow::anyhow!("{} does not hold 64 hexadecimal digits", file.display()))?;
    Ok(MasterKey::new(&bytes))
}

/// Writes the whole key or none, readable by nobody else.
fn make(file: &Path) -> anyhow::Result<()> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|_| anyhow::anyhow!("this machine gave no random bytes for the master key"))?;
    let half: PathBuf = file.with_added_extension("half");
    let cannot = || format!("{} cannot be written", half.display());
    let mut options = fs::OpenOptions::new();
    let mut out = options.create(true).truncate(true).write(true).mode(0o600).open(&half).with_context(cannot)?;
    writeln!(out, "{}", hex::encode(secret))?;
    out.sync_all()?;
    fs::rename(&half, file)?;
    if let Some(folder) = file.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn stored(data: &Path) -> String {
        fs::read_to_string(data.join("privacy/master.key")).unwrap()
    }

    #[test]
    fn the_master_key_is_made_once_and_nobody_else_may_read_it() {
        let data = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for thread in (0..4).map(|_| scope.spawn(|| master_key(data.path(), false).unwrap())).collect::<Vec<_>>() {
                thread.join().unwrap();
            }
        });
        let first = stored(data.path());
        assert_eq!(first.trim().len(), 64);
        let mode = fs::metadata(data.path().join("privacy/master.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        master_key(data.path(), true).unwrap();
        assert_eq!(stored(data.path()), first);
    }

    #[test]
    fn a_key_that_was_lost_is_not_replaced_by_another() {
        let data = tempfile::tempdir().unwrap();
        let error = master_key(data.path(), true).unwrap_err().to_string();
        assert!(error.contains("bring it from the other node"), "{error}");
        assert!(!data.path().join("privacy/master.key").exists());
        fs::write(data.path().join("privacy/master.key"), "not a key").unwrap();
        assert!(master_key(data.path(), true).is_err());
    }
}
