//! The seal of the installation: a P-256 key made on first use, kept under the data folder with tight rights.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::{Timestamp, ToSpan};
use signature::Seal;

/// Folder of the seal under the data folder.
const FOLDER: &str = "seal";
/// How long a seal's certificate is valid. Its letters are checked for longer than that, at the time they were sealed.
const VALID_HOURS: i64 = 10 * 366 * 24;

/// The certificate, for whoever checks a letter.
pub(crate) fn certificate_file(data: &Path) -> PathBuf {
    data.join(FOLDER).join("seal.crt")
}

/// Opens the seal, or makes it when there is none.
///
/// `valid_from` is when the certificate of a new seal begins to be valid. Two programs that start at once on one folder make one seal:
/// the second waits for the first and finds it.
pub(crate) fn open(data: &Path, valid_from: Timestamp) -> anyhow::Result<Seal> {
    let folder = data.join(FOLDER);
    let (key, certificate) = (folder.join("seal.key"), certificate_file(data));
    std::fs::create_dir_all(&folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let lock = std::fs::File::create(folder.join("lock"))
        .with_context(|| format!("the folder {} cannot be written to", folder.display()))?;
    lock.lock().with_context(|| format!("the folder {} cannot be locked", folder.display()))?;
    // The certificate is written last: where it stands, the key stands too. A key without one was never used.
    if !certificate.exists() {
        make(&key, &certificate, valid_from)?;
    }
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("the seal's {} cannot be read", path.display()))
    };
    Seal::from_pem(&read(&key)?, &read(&certificate)?)
        .with_context(|| format!("the seal under {} cannot be used", folder.display()))
}

fn make(key: &Path, certificate: &Path, from: Timestamp) -> anyhow::Result<()> {
    let mut secret = [0u8; 32];
    getrandom::fill(&mut secret)
        .map_err(|_| anyhow::anyhow!("this machine gave no random bytes for the seal's key"))?;
    let mut serial = [0u8; 8];
    getrandom::fill(&mut serial)
        .map_err(|_| anyhow::anyhow!("this machine gave no random bytes for the seal's certificate"))?;
    let until = Timestamp::now() + VALID_HOURS.hours();
    let seal = Seal::generate(secret, "Saual server seal", from, until, u64::from_be_bytes(serial))?;
    write(key, seal.key_pem()?.as_bytes(), 0o600)?;
    write(certificate, seal.certificate_pem()?.as_bytes(), 0o644)
}

/// Writes the whole file or none: a kill in between must not leave half a key.
pub(super) fn write(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    let half = path.with_added_extension("half");
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(mode)
        .open(&half)
        .with_context(|| format!("{} cannot be written", half.display()))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&half, path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_programs_that_start_at_once_have_one_seal() {
        for _ in 0..20 {
            let data = tempfile::tempdir().unwrap();
            let opened: Vec<String> = std::thread::scope(|scope| {
                let threads: Vec<_> =
                    (0..4).map(|_| scope.spawn(|| open(data.path(), Timestamp::UNIX_EPOCH).unwrap())).collect();
                threads.into_iter().map(|thread| thread.join().unwrap().certificate_fingerprint().unwrap()).collect()
            });
            assert!(opened.iter().all(|seal| *seal == opened[0]), "{opened:?}");
        }
    }

    #[test]
    fn nobody_else_may_read_the_key() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().unwrap();
        open(data.path(), Timestamp::UNIX_EPOCH).unwrap();
        let mode = std::fs::metadata(data.path().join("seal/seal.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
