//! Who signs the journal's heads: an Ed25519 key made on first use, and a file of signed heads, both under the data folder and
//! so outside of the database.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use eventstore::{HeadKey, Journal, SignedHead};
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::seal::write;

/// After so many events a head is signed before its time, so that the chain from any event to a signed head stays short.
const MANY: i64 = 4096;

/// The public key, for whoever checks.
pub(crate) fn public_key_file(data: &Path) -> PathBuf {
    data.join("journal").join("heads.pub")
}

/// The signed heads, one JSON object a line.
pub(crate) fn heads_file(data: &Path) -> PathBuf {
    data.join("journal").join("heads.jsonl")
}

/// Signs heads while an installation runs, and once more at its end.
pub(super) struct Signer {
    journal: Journal,
    key: Arc<HeadKey>,
    data: PathBuf,
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Signer {
    /// Begins to sign: after every `every`, if there is anything new; without it, only at the end.
    pub(super) fn start(journal: Journal, data: &Path, every: Option<Duration>) -> anyhow::Result<Self> {
        let key = Arc::new(open(data)?);
        let stop = watch::Sender::new(false);
        let signer = Self { journal, key, data: data.to_path_buf(), stop, task: Mutex::new(None) };
        if let Some(every) = every {
            let (journal, key, data) = (signer.journal.clone(), Arc::clone(&signer.key), signer.data.clone());
            let task = tokio::spawn(run(journal, key, data, every, signer.stop.subscribe()));
            *signer.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        }
        Ok(signer)
    }

    /// Signs the head now, if it is not signed yet.
    pub(super) async fn sign(&self) -> anyhow::Result<Option<SignedHead>> {
        sign(&self.journal, &self.key, &self.data).await
    }

    /// Ends the task and signs the last head.
    pub(super) async fn finish(&self) {
        self.stop.send_replace(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "The task that signs the journal's heads broke off.");
        }
        report(self.sign().await);
    }
}

async fn run(journal: Journal, key: Arc<HeadKey>, data: PathBuf, every: Duration, mut stop: watch::Receiver<bool>) {
    let mut positions = journal.positions();
    let mut signed = *positions.borrow();
    loop {
        tokio::select! {
            // The sender lives as long as the signer does; when it is gone, there is nobody to sign for.
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(every) => {}
            _ = positions.wait_for(|position| position.saturating_sub(signed) >= MANY) => {}
        }
        signed = *positions.borrow();
        report(sign(&journal, &key, &data).await);
    }
}

async fn sign(journal: &Journal, key: &HeadKey, data: &Path) -> anyhow::Result<Option<SignedHead>> {
    Ok(journal.sign_head(key, Timestamp::now(), |head| keep(data, head)).await?)
}

/// A head that was not signed is signed the next time; nothing else depends on it.
fn report(signed: anyhow::Result<Option<SignedHead>>) {
    match signed {
        Ok(Some(head)) => tracing::debug!(block = head.block, "A head of the journal was signed."),
        Ok(None) => {}
        Err(error) => tracing::error!(error = format!("{error:#}"), "A head of the journal could not be signed."),
    }
}

/// Opens the key, or makes it when there is none. Two programs that start at once on one folder make one key.
fn open(data: &Path) -> anyhow::Result<HeadKey> {
    let folder = data.join("journal");
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .and_then(|()| std::fs::set_permissions(&folder, Permissions::from_mode(0o700)))
        .with_context(|| format!("the folder {} cannot be made, or is not ours to close", folder.display()))?;
    let _lock = lock(&folder).with_context(|| format!("the folder {} cannot be locked", folder.display()))?;
    let (secret, public) = (folder.join("heads.key"), public_key_file(data));
    if !secret.exists() {
        let mut random = [0u8; 32];
        getrandom::fill(&mut random)
            .map_err(|_| anyhow::anyhow!("this machine gave no random bytes for the key of the journal's heads"))?;
        write(&secret, HeadKey::new(random)?.to_pem().as_bytes(), 0o600)?;
    }
    let pem = std::fs::read_to_string(&secret).with_context(|| format!("{} cannot be read", secret.display()))?;
    let key = HeadKey::from_pem(&pem).with_context(|| format!("{} cannot be used", secret.display()))?;
    let pem = key.public().to_pem();
    if std::fs::read_to_string(&public).ok().as_ref() != Some(&pem) {
        write(&public, pem.as_bytes(), 0o644)?;
    }
    Ok(key)
}

fn lock(folder: &Path) -> std::io::Result<File> {
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// Appends a head to the file and waits until it is on disk.
fn keep(data: &Path, head: &SignedHead) -> std::io::Result<()> {
    let folder = data.join("journal");
    let _lock = lock(&folder)?;
    let path = heads_file(data);
    let is_new = !path.exists();
    let mut file = OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o644).open(&path)?;
    let end = end_of_last_line(&mut file)?;
    // Half a line was never kept: a kill cut it off.
    file.set_len(end)?;
    file.seek(SeekFrom::Start(end))?;
    file.write_all(format!("{head}\n").as_bytes())?;
    file.sync_all()?;
    if is_new {
        // The file's name must outlive a crash too.
        File::open(&folder)?.sync_all()?;
    }
    Ok(())
}

/// Where the last whole line ends.
fn end_of_last_line(file: &mut File) -> std::io::Result<u64> {
    /// No line of this file is longer.
    const LINE: u64 = 4096;
    let length = file.metadata()?.len();
    let from = length.saturating_sub(LINE);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(LINE).read_to_end(&mut tail)?;
    match tail.iter().rposition(|byte| *byte == b'\n') {
        Some(at) => Ok(from + at as u64 + 1),
        None if from == 0 => Ok(0),
        None => Err(std::io::Error::other("the file of signed heads ends in something that is no head")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn nobody_else_may_read_the_key_nor_its_folder() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join("journal")).unwrap();
        open(data.path()).unwrap();
        assert_eq!(mode(&data.path().join("journal")), 0o700);
        assert_eq!(mode(&data.path().join("journal/heads.key")), 0o600);
    }

    #[test]
    fn two_programs_that_start_at_once_have_one_key() {
        for _ in 0..20 {
            let data = tempfile::tempdir().unwrap();
            let keys: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| open(data.path()).unwrap().public())).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
            let public = std::fs::read_to_string(public_key_file(data.path())).unwrap();
            assert_eq!(eventstore::PublicKey::from_pem(&public).unwrap(), keys[0]);
        }
    }

    #[test]
    fn half_a_line_that_a_kill_left_gives_way_to_the_next_head() {
        let data = tempfile::tempdir().unwrap();
        let key = open(data.path()).unwrap();
        let heads: Vec<_> = (1..=3).map(|block| key.sign(block, block, [7; 32], Timestamp::now())).collect();
        keep(data.path(), &heads[0]).unwrap();
        keep(data.path(), &heads[1]).unwrap();
        let path = heads_file(data.path());
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str(&heads[2].to_line()[..100]);
        std::fs::write(&path, text).unwrap();
        keep(data.path(), &heads[2]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let read: Vec<SignedHead> = text.lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(read, heads);
    }
}
