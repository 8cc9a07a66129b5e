//! What has to be asked of the operating system itself, and with it the only unsafe code of the program.

use std::process::Command;

use rustix::process::{Pid, Signal, geteuid, kill_process};

/// How a server is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// PostgreSQL's fast shutdown: clients are sent away, a checkpoint is written, the next start needs no recovery.
    InOrder,
    /// PostgreSQL's immediate shutdown: the next start recovers from the log.
    AtOnce,
    /// Without asking; for programs whose work is thrown away.
    Killed,
}

/// Whether this program runs as root.
pub(crate) fn is_root() -> bool {
    geteuid().is_root()
}

/// The numeric id of the user this program runs as.
pub(crate) fn user_id() -> u32 {
    geteuid().as_raw()
}

/// Asks a process to end; whether it does is the caller's to watch.
pub(crate) fn ask_to_end(pid: i32, how: Ending) {
    let signal = match how {
        Ending::InOrder => Signal::INT,
        Ending::AtOnce => Signal::QUIT,
        Ending::Killed => Signal::KILL,
    };
    // A negative number or zero would address whole process groups, 1 the system itself.
    let Some(process) = Some(pid).filter(|pid| *pid > 1).and_then(Pid::from_raw) else { return };
    if let Err(error) = kill_process(process, signal) {
        // Most often it has ended in between.
        tracing::debug!(pid, %error, "a PostgreSQL could not be asked to end");
    }
}

/// Makes the kernel end the command's process, in order, when the *thread* that starts it ends: so it must be started from one
/// that lives as long as the program. (Only Linux knows this; elsewhere the next start ends what was left behind.)
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "a hook between fork and exec is unsafe by its nature")]
pub(crate) fn end_with_this_thread(command: &mut Command) {
    use std::os::unix::process::CommandExt;

    use rustix::process::{getpid, getppid, set_parent_process_death_signal};

    let parent = getpid();
    // SAFETY: the hook runs in the forked child and makes two system calls, neither of which allocates or locks. It runs after the change of
    // user, which would clear the setting; the second call catches a parent that died in between.
    unsafe {
        command.pre_exec(move || {
            set_parent_process_death_signal(Some(Signal::INT))?;
            if getppid() == Some(parent) { Ok(()) } else { Err(std::io::ErrorKind::NotFound.into()) }
        });
    }
}

/// See the Linux form; other systems have no such call.
#[cfg(not(target_os = "linux"))]
pub(crate) fn end_with_this_thread(_command: &mut Command) {}
