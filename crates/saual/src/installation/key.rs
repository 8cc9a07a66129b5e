//! Keys of 32 bytes that are kept outside the database: a file of the data folder, made on first use, readable by nobody else.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// What the file is called in its folder.
const FILE: &str = "master.key";

/// Reads the key of `folder`, or makes it when there is none and nothing was sealed under it yet (`sealed` names what was, in the database).
/// Two programs that start at once on one folder make one key: the second waits for the first and finds it.
pub(super) fn read_or_make(folder: &Path, is_needed: bool, sealed: &str) -> anyhow::Result<[u8; 32]> {
    let file = folder.join(FILE);
    anyhow::ensure!(
        !is_needed || file.exists(),
        "{} is missing, and the database has {sealed} that were sealed under it: bring it from the other node or from its backup",
        file.display()
    );
    fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let lock = fs::File::create(folder.join("lock"))
        .with_context(|| format!("the folder {} cannot be written to", folder.display()))?;
    lock.lock().with_context(|| format!("the folder {} cannot be locked", folder.display()))?;
    if !file.exists() {
        make(&file)?;
    }
    let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    bytes(&text).with_context(|| format!("{} does not hold 64 hexadecimal digits", file.display()))
}

/// The key that is written as 64 hexadecimal digits.
pub(super) fn bytes(text: &str) -> anyhow::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    // The digits are the secret: the error that quotes one of them is not told.
    hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| anyhow::anyhow!("it is not a key"))?;
    Ok(bytes)
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

    fn stored(folder: &Path) -> String {
        fs::read_to_string(folder.join(FILE)).unwrap()
    }

    #[test]
    fn a_key_is_made_once_and_nobody_else_may_read_it() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("privacy");
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let threads = (0..4).map(|_| scope.spawn(|| read_or_make(&folder, false, "texts").unwrap()));
            threads.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        let first = stored(&folder);
        assert_eq!(first.trim().len(), 64);
        let mode = fs::metadata(folder.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        read_or_make(&folder, true, "texts").unwrap();
        assert_eq!(stored(&folder), first);
    }

    #[test]
    fn a_key_that_was_lost_is_not_replaced_by_another() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("privacy");
        let error = read_or_make(&folder, true, "texts").unwrap_err().to_string();
        assert!(error.contains("bring it from the other node"), "{error}");
        assert!(!folder.exists(), "nothing is made where the key is missing");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(FILE), "not a key").unwrap();
        assert!(read_or_make(&folder, true, "texts").is_err());
    }
}
