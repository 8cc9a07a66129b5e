//! Temporary folders.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use crate::memory;

/// A temporary folder that other users may pass through.
///
/// Temporary folders are closed to others by default; a private PostgreSQL started by root runs as somebody else, could not enter such a one, and
/// would put its cluster under `/var/lib/saual` instead, where it stays after the test.
///
/// # Errors
/// When the folder for temporary files cannot be written to.
pub fn open_to_others() -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix("saual-test-").permissions(Permissions::from_mode(0o755)).tempdir()
}

/// A temporary folder for small files, in memory where that has room: keys and mails are flushed when they are written. What a test that is
/// killed leaves there goes with the machine's next start.
///
/// # Errors
/// When neither place can be written to.
pub fn quick() -> std::io::Result<TempDir> {
    memory::folder().map_or_else(TempDir::new, TempDir::new_in)
}
