//! Memory that is written to as files: what tests make and throw away costs no disk there, and a flush waits for nothing.

use std::path::Path;
use std::sync::OnceLock;

/// Where Linux keeps it.
const SHARED: &str = "/dev/shm";
/// So much must be free of it, and of the machine's memory: several times what a run has there at once.
const ROOM: u64 = 4 << 30;

/// The folder for it, where there is one with room; looked at once per process.
pub(crate) fn folder() -> Option<&'static Path> {
    static IS_GOOD: OnceLock<bool> = OnceLock::new();
    let is_good = IS_GOOD.get_or_init(|| is_memory() && has_room() && tempfile::tempfile_in(SHARED).is_ok());
    is_good.then_some(Path::new(SHARED))
}

/// In some containers it is an ordinary folder of the disk.
fn is_memory() -> bool {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    mounts.lines().any(|mount| mount.split(' ').skip(1).take(2).eq([SHARED, "tmpfs"]))
}

fn has_room() -> bool {
    let free = rustix::fs::statvfs(SHARED).map_or(0, |there| there.f_bavail.saturating_mul(there.f_frsize));
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kibibytes = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:")?.trim().strip_suffix(" kB"));
    let available = kibibytes.and_then(|number| number.parse::<u64>().ok()).unwrap_or(0).saturating_mul(1024);
    free.min(available) >= ROOM
}
