//! The four calls to the operating system that Rust's library does not offer.
//!
//! All unsafe code of the program is on this page.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// How a server is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// PostgreSQL's fast shutdown: clients are sent away, a checkpoint is written, the next start needs no recovery.
    InOrder,
    /// PostgreSQL's immediate shutdown: the next start recovers from the log.
    AtOnce,
}

/// Whether this program runs as root.
#[expect(unsafe_code, reason = "Rust's library does not tell the user id")]
pub(super) fn is_root() -> bool {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// The numeric id of the user this program runs as.
#[expect(unsafe_code, reason = "Rust's library does not tell the user id")]
pub(super) fn user_id() -> u32 {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::geteuid() }
}

/// Asks a process to end; whether it is there is the caller's business.
#[expect(unsafe_code, reason = "Rust's library only kills, which would cost the server a recovery")]
pub(super) fn ask_to_end(pid: i32, how: Ending) {
    let signal = match how {
        Ending::InOrder => libc::SIGINT,
        Ending::AtOnce => libc::SIGQUIT,
    };
    // A negative number or zero would address whole process groups.
    if pid > 1 {
        // SAFETY: plain numbers; an unknown process is an error value, which is as good as its having ended.
        unsafe { libc::kill(pid, signal) };
    }
}

/// Makes the kernel end the command's process, in order, when the *thread* that starts it ends: so it must be started from one
/// that lives as long as the program. (Only Linux knows this; elsewhere the next start ends what was left behind.)
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "a hook between fork and exec is unsafe by its nature")]
pub(super) fn end_with_this_thread(command: &mut Command) {
    let parent = std::process::id();
    // SAFETY: the hook runs in the forked child and makes two system calls, neither of which allocates or locks. It runs after the change of
    // user, which would clear the setting; the second call catches a parent that died in between.
    unsafe {
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT) != 0 {
                return Err(io::Error::last_os_error());
            }
            if u32::try_from(libc::getppid()) != Ok(parent) {
                return Err(io::Error::from_raw_os_error(libc::ESRCH));
            }
            Ok(())
        });
    }
}

/// See the Linux form; other systems have no such call.
#[cfg(not(target_os = "linux"))]
pub(super) fn end_with_this_thread(_command: &mut Command) {}
