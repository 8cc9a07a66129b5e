//! A seal of this installation's own making: a P-256 key made on first use, kept under the data folder with tight rights.

use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::{Timestamp, ToSpan};
use signature::Seal;

use super::{FOLDER, KNOWN, keep, locked, read_text, write};

/// How long a seal's certificate is valid. Its letters are checked for longer than that, at the time they were sealed.
const VALID_HOURS: i64 = 10 * 366 * 24;

/// The certificate, for whoever checks a letter.
pub(crate) fn certificate_file(data: &Path) -> PathBuf {
    data.join(FOLDER).join("seal.crt")
}

pub(super) fn key_file(data: &Path) -> PathBuf {
    data.join(FOLDER).join("seal.key")
}

/// Opens it, or makes it when there is none; the folder is locked. `valid_from` is when the certificate of a new seal begins to be valid.
pub(super) fn open(data: &Path, valid_from: Timestamp) -> anyhow::Result<Seal> {
    let (key, certificate) = (key_file(data), certificate_file(data));
    // The certificate is written last: where it stands, the key stands too. A key without one was never used.
    if !certificate.exists() {
        make(&key, &certificate, valid_from)?;
    }
    Seal::from_pem(&read_text(&key)?, &read_text(&certificate)?)
        .with_context(|| format!("the seal under {} cannot be used", data.join(FOLDER).display()))
}

/// Makes a new key with a new certificate in place of those in use, which it answers first. The old key is gone then: what it sealed is checked by its
/// certificate, which stays among the known ones, and a key that is nowhere cannot be stolen.
///
/// A kill in between leaves the old seal, or none; the next start makes a new one then.
pub(crate) fn rotate(data: &Path, valid_from: Timestamp) -> anyhow::Result<(Seal, Seal)> {
    let folder = data.join(FOLDER);
    let _lock = locked(&folder)?;
    let old = open(data, valid_from)?;
    keep(&folder.join(KNOWN), &old)?;
    let certificate = certificate_file(data);
    std::fs::remove_file(&certificate).with_context(|| format!("{} cannot be replaced", certificate.display()))?;
    make(&key_file(data), &certificate, valid_from)?;
    let new = open(data, valid_from)?;
    keep(&folder.join(KNOWN), &new)?;
    Ok((old, new))
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::{Config, Environment};
    use crate::installation::seal;

    fn config(data: &Path) -> Config {
        Config::demo(&Environment::of([]), data, ([127, 0, 0, 1], 0).into()).unwrap()
    }

    #[test]
    fn two_programs_that_start_at_once_have_one_seal() {
        for _ in 0..20 {
            let data = tempfile::tempdir().unwrap();
            let config = config(data.path());
            let opened: Vec<String> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| seal::open(&config).unwrap().seal)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap().certificate_fingerprint().unwrap()).collect()
            });
            assert!(opened.iter().all(|seal| *seal == opened[0]), "{opened:?}");
        }
    }

    #[test]
    fn nobody_else_may_read_the_key_and_whoever_lets_them_is_told() {
        let data = tempfile::tempdir().unwrap();
        let config = config(data.path());
        assert!(seal::open(&config).unwrap().complaints.is_empty());
        let key = key_file(data.path());
        let mode = std::fs::metadata(&key).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        for (mode, is_told) in [(0o640, false), (0o400, false), (0o644, true), (0o660, true), (0o604, true)] {
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
            let complaints = seal::open(&config).unwrap().complaints;
            assert_eq!(!complaints.is_empty(), is_told, "{mode:o}: {complaints:?}");
            assert!(complaints.iter().all(|one| one.contains("seal.key") && one.contains(&format!("{mode:04o}"))));
        }
    }

    #[test]
    fn a_rotated_seal_signs_with_another_key_and_the_old_certificate_stays_known() {
        let data = tempfile::tempdir().unwrap();
        let config = config(data.path());
        let opened = seal::open(&config).unwrap();
        let first = opened.seal.certificate();
        assert!(!data.path().join("seal/known").exists(), "what never signed is not known");
        seal::prove(&config, &opened).unwrap();
        seal::prove(&config, &opened).unwrap();
        assert_eq!(seal::open(&config).unwrap().known, std::slice::from_ref(&first));
        let old_key = std::fs::read(key_file(data.path())).unwrap();
        let (old, new) = rotate(data.path(), config.seal_valid_from).unwrap();
        assert_eq!(old.certificate(), first);
        let opened = seal::open(&config).unwrap();
        assert_eq!(opened.seal.certificate(), new.certificate());
        assert_eq!(opened.known, [new.certificate(), first.clone()]);
        assert_ne!(std::fs::read(key_file(data.path())).unwrap(), old_key, "the old key is still there");
        let (_, third) = rotate(data.path(), config.seal_valid_from).unwrap();
        let known = seal::open(&config).unwrap().known;
        assert!(known.len() == 3 && known[0] == third.certificate() && known.contains(&first), "{known:?}");
    }
}
