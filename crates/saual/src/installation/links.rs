//! The keys of deputies' personal links: those that were configured, or a file of the data folder, made on first use.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::Context;
use inquiry::link::LinkKeys;
use jiff::Timestamp;

use super::seal::write;
use crate::config::Config;

/// Folder of the keys under the data folder.
const FOLDER: &str = "links";

/// The keys of this installation.
///
/// # Errors
/// The configured text or the file holds no keys; the folder cannot be used.
pub(crate) fn keys(config: &Config) -> anyhow::Result<LinkKeys> {
    match &config.link_keys {
        Some(text) => LinkKeys::parse(text.reveal()).context("link_keys (SAUAL_LINK_KEYS) cannot be used"),
        None => of_folder(&config.data),
    }
}

/// Opens the file, or makes it. Two programs that start at once on one folder make one key: the second waits for the first and finds it.
fn of_folder(data: &Path) -> anyhow::Result<LinkKeys> {
    let folder = data.join(FOLDER);
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .and_then(|()| fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)))
        .with_context(|| format!("the folder {} cannot be made, or is not ours to close", folder.display()))?;
    let lock = fs::File::create(folder.join("lock"))
        .with_context(|| format!("the folder {} cannot be written to", folder.display()))?;
    lock.lock().with_context(|| format!("the folder {} cannot be locked", folder.display()))?;
    let file = folder.join("links.key");
    if !file.exists() {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)
            .map_err(|_| anyhow::anyhow!("this machine gave no random bytes for the key of personal links"))?;
        write(&file, LinkKeys::line(Timestamp::now(), &secret).as_bytes(), 0o600)?;
    }
    let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    LinkKeys::parse(&text).with_context(|| format!("{} cannot be used", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_nobody_else_may_read_it() {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("links/links.key");
        std::thread::scope(|scope| {
            for thread in (0..4).map(|_| scope.spawn(|| of_folder(data.path()).unwrap())).collect::<Vec<_>>() {
                thread.join().unwrap();
            }
        });
        let first = fs::read_to_string(&file).unwrap();
        assert_eq!(first.lines().count(), 1, "{first}");
        for (path, mode) in [(file.as_path(), 0o600), (file.parent().unwrap(), 0o700)] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
        }
        of_folder(data.path()).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), first);
    }

    #[test]
    fn a_file_that_holds_no_key_is_named() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("links")).unwrap();
        fs::write(data.path().join("links/links.key"), "not a key").unwrap();
        let error = format!("{:#}", of_folder(data.path()).unwrap_err());
        assert!(error.contains("links.key cannot be used") && error.contains("line 1"), "{error}");
    }
}
