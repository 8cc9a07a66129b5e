//! Who signs the journal's heads: an Ed25519 key made on first use, and a file of signed heads, both under the data folder and
//! so outside of the database. [`rotate`] gives the key's place to another one; [`publish`] carries heads to where nobody of this house rewrites them.

pub(crate) mod publish;
pub(crate) mod rotate;

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use eventstore::{HeadKey, Journal, PublicKey, SignedHead};
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
    data: PathBuf,
    stop: watch::Sender<bool>,
    /// The block of the head that was signed last, for whoever publishes.
    signed: watch::Sender<i64>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Signer {
    /// Begins to sign: after every `every`, if there is anything new; without it, only at the end.
    pub(super) fn start(journal: Journal, data: &Path, every: Option<Duration>) -> anyhow::Result<Self> {
        open(data)?;
        let (stop, signed) = (watch::Sender::new(false), watch::Sender::new(0));
        let signer = Self { journal, data: data.to_path_buf(), stop, signed, task: Mutex::new(None) };
        if let Some(every) = every {
            let (journal, data) = (signer.journal.clone(), signer.data.clone());
            let task = tokio::spawn(run(journal, data, every, signer.stop.subscribe(), signer.signed.clone()));
            *signer.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        }
        Ok(signer)
    }

    /// Tells whenever a head was signed here.
    pub(super) fn signed(&self) -> watch::Receiver<i64> {
        self.signed.subscribe()
    }

    /// Signs the head now, if it is not signed yet.
    pub(super) async fn sign(&self) -> anyhow::Result<Option<SignedHead>> {
        let signed = sign(&self.journal, &self.data).await?;
        if let Some(head) = &signed {
            self.signed.send_replace(head.block);
        }
        Ok(signed)
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

impl web::Heads for Signer {
    fn sign(&self) -> web::HeadSigning {
        let (journal, data, told) = (self.journal.clone(), self.data.clone(), self.signed.clone());
        Box::pin(async move {
            let signed = sign(&journal, &data).await.map_err(|error| format!("{error:#}"))?;
            if let Some(head) = signed {
                told.send_replace(head.block);
            }
            Ok(())
        })
    }
}

async fn run(
    journal: Journal,
    data: PathBuf,
    every: Duration,
    mut stop: watch::Receiver<bool>,
    told: watch::Sender<i64>,
) {
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
        let done = sign(&journal, &data).await;
        if let Ok(Some(head)) = &done {
            told.send_replace(head.block);
        }
        report(done);
    }
}

/// The key is read anew each time: another process may have given its place to another one.
pub(crate) async fn sign(journal: &Journal, data: &Path) -> anyhow::Result<Option<SignedHead>> {
    let key = &open(data)?;
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
    rotate::finish(data)?;
    let (secret, public) = (folder.join("heads.key"), public_key_file(data));
    if !secret.exists() {
        let mut random = [0u8; 32];
        getrandom::fill(&mut random)
            .map_err(|_| anyhow::anyhow!("this machine gave no random bytes for the key of the journal's heads"))?;
        write(&secret, HeadKey::new(random)?.to_pem().as_bytes(), 0o600)?;
    }
    let key = secret_key(&secret)?;
    let pem = key.public().to_pem();
    if std::fs::read_to_string(&public).ok().as_ref() != Some(&pem) {
        write(&public, pem.as_bytes(), 0o644)?;
    }
    Ok(key)
}

fn secret_key(file: &Path) -> anyhow::Result<HeadKey> {
    let pem = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    HeadKey::from_pem(&pem).with_context(|| format!("{} cannot be used", file.display()))
}

/// The key that signs now, as it is handed out.
pub(crate) fn public_key(data: &Path) -> anyhow::Result<PublicKey> {
    let file = public_key_file(data);
    let pem = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    PublicKey::from_pem(&pem).with_context(|| format!("{} cannot be used", file.display()))
}

/// The last head in the file: what this installation has signed, whatever its database says today.
pub(crate) fn newest(data: &Path) -> anyhow::Result<Option<SignedHead>> {
    let path = heads_file(data);
    if !path.exists() {
        return Ok(None);
    }
    let read = || -> std::io::Result<Option<String>> {
        let mut file = File::open(&path)?;
        let end = end_of_last_line(&mut file)?;
        let from = end.saturating_sub(LINE);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        file.take(end - from).read_to_end(&mut tail)?;
        let text = String::from_utf8(tail).map_err(std::io::Error::other)?;
        Ok(text.lines().next_back().map(str::to_owned))
    };
    let line = read().with_context(|| format!("{} cannot be read", path.display()))?;
    line.map(|line| line.parse().map_err(|why| anyhow::anyhow!("the last line of {} {why}", path.display())))
        .transpose()
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
    // Somebody else may have given the key's place away since it was read. What it signs now would not be believed.
    if !public_key(data).is_ok_and(|key| key == head.public_key) {
        return Err(std::io::Error::other("the key gave way to another one meanwhile"));
    }
    append(&heads_file(data), &[head.to_string()])
}

/// Appends lines to a file and waits until they are on disk, and the file's name if it is new.
pub(crate) fn append(path: &Path, lines: &[String]) -> std::io::Result<()> {
    let is_new = !path.exists();
    // A storage that only takes what is appended has to be asked in this way.
    let mut file = OpenOptions::new().create(true).append(true).read(true).mode(0o644).open(path)?;
    let end = end_of_last_line(&mut file)?;
    let mut text = String::new();
    // Half a line was never kept: a kill cut it off. Where it cannot be taken away, it gets a line of its own.
    if file.metadata()?.len() > end && file.set_len(end).is_err() {
        text.push('\n');
    }
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    if is_new && let Some(folder) = path.parent() {
        // The file's name must outlive a crash too.
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// No line of these files is longer.
const LINE: u64 = 4096;

/// Where the last whole line ends.
fn end_of_last_line(file: &mut File) -> std::io::Result<u64> {
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
        let heads: Vec<_> = (1..=3).map(|block| key.sign(block, block, [7; 32], None, Timestamp::now())).collect();
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
        assert_eq!(newest(data.path()).unwrap().as_ref(), heads.last());
    }
}
