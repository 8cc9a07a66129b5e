//! A name for this process's mail worker: stable over restarts of the same folder, never shared by two that live.
//!
//! A worker that starts takes back at once what an earlier worker of its name had begun, so the name must come back after a
//! crash and yet not be worn twice. The lock on the slot's file is the kernel's: it ends with the process, however that ends.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, bail};

/// How many workers may share one data folder.
const SLOTS: usize = 64;

/// A taken slot; it is free again when this is dropped.
pub(super) struct Slot {
    /// The worker's name.
    pub name: String,
    _lock: File,
}

/// Takes the first slot that nobody holds.
pub(super) fn take(data: &Path) -> anyhow::Result<Slot> {
    let folder = data.join("workers");
    std::fs::create_dir_all(&folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let host = match std::fs::read_to_string("/proc/sys/kernel/hostname") {
        Ok(host) => host.trim().to_owned(),
        // Not Linux; the folder alone then tells the workers apart.
        Err(_) => "host".to_owned(),
    };
    let place = folder.canonicalize()?;
    for slot in 1..=SLOTS {
        let path = place.join(format!("{slot}.lock"));
        let lock = File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
        match lock.try_lock() {
            Ok(()) => return Ok(Slot { name: format!("{host}:{}:{slot}", place.display()), _lock: lock }),
            Err(std::fs::TryLockError::WouldBlock) => {}
            Err(std::fs::TryLockError::Error(error)) => return Err(error).context("a worker's slot cannot be locked"),
        }
    }
    bail!("{SLOTS} workers run on {} already", data.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_that_live_never_share_a_name_and_a_name_comes_back() {
        let data = tempfile::tempdir().unwrap();
        let first = take(data.path()).unwrap();
        let second = take(data.path()).unwrap();
        assert_ne!(first.name, second.name);
        let name = first.name.clone();
        drop(first);
        assert_eq!(take(data.path()).unwrap().name, name);
    }
}
