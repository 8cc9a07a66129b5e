//! What an earlier run left behind: a server still running or still stopping, or the file that says one is.
//!
//! We hold the folder's lock, so no other program is using what is found here.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::Error;
use crate::system::{Ending, ask_to_end};

/// How long a server may take to end in order, and then at once, before a person is asked.
const IN_ORDER: Duration = Duration::from_secs(60);
const AT_ONCE: Duration = Duration::from_secs(10);

/// Returns when no server process uses `data` and no file stands in a new one's way.
pub(crate) fn settle(data: &Path, sockets: &Path) -> Result<(), Error> {
    end_servers(data)?;
    // PostgreSQL refuses to start while the process named in one of its lock files exists, be it a dead server that nobody has collected
    // yet (a zombie) or a stranger who got its number after a restart of the machine. Neither uses this cluster: that was just seen.
    for file in [data.join("postmaster.pid"), sockets.join(".s.PGSQL.5432.lock")] {
        if named_in(&file).is_some_and(process::exists) {
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::file("remove", file)(error));
                }
                Ok(()) | Err(_) => {}
            }
        }
    }
    Ok(())
}

/// Returns when nobody makes a cluster any more in a folder whose path begins with `unfinished`: neither the `initdb` of a program that
/// was killed, nor the servers by which that `initdb` did its work. What they wrote is worth nothing, so they are ended at once.
pub(crate) fn end_makers(unfinished: &Path) -> Result<(), Error> {
    let began = Instant::now();
    loop {
        let left = process::makers_in(unfinished);
        let Some(&first) = left.first() else { return Ok(()) };
        if began.elapsed() > AT_ONCE {
            return Err(Error::Lingers { pid: first });
        }
        left.iter().for_each(|&pid| ask_to_end(pid, Ending::Killed));
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn end_servers(data: &Path) -> Result<(), Error> {
    let began = Instant::now();
    let mut asked: Option<Ending> = None;
    loop {
        let left = process::servers_in(data, postmaster(data));
        let Some(&first) = left.first() else { return Ok(()) };
        let waited = began.elapsed();
        if asked.is_none() {
            tracing::warn!(pid = first, "a PostgreSQL of an earlier run is still there and is asked to end");
            // The others end with their postmaster. Without one they have lost it already and are on their way out.
            postmaster(data).filter(|pid| left.contains(pid)).inspect(|&pid| ask_to_end(pid, Ending::InOrder));
            asked = Some(Ending::InOrder);
        } else if waited > IN_ORDER + AT_ONCE {
            return Err(Error::Lingers { pid: first });
        } else if waited > IN_ORDER && asked != Some(Ending::AtOnce) {
            left.iter().for_each(|&pid| ask_to_end(pid, Ending::AtOnce));
            asked = Some(Ending::AtOnce);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The server that the cluster's own lock file names, alive or not.
fn postmaster(data: &Path) -> Option<i32> {
    named_in(&data.join("postmaster.pid"))
}

/// The process in the first line of one of PostgreSQL's lock files.
fn named_in(file: &Path) -> Option<i32> {
    // No file, or one cut short by a crash, names nobody; the search by working folder does not depend on it. A server that only stands by
    // itself (`postgres --single`) writes its number negative.
    std::fs::read_to_string(file).ok()?.lines().next()?.trim().parse::<i32>().ok().map(i32::abs)
}

#[cfg(target_os = "linux")]
mod process {
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    /// Server processes whose working folder is `data`: every process of a server has it there, from its first moment to its last.
    pub(crate) fn servers_in(data: &Path, _named: Option<i32>) -> Vec<i32> {
        let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
        let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        pids.filter(|pid| {
            // Somebody's shell may stand in the folder too. A process that ended meanwhile, or another user's, reads as an error: not ours.
            std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == data)
                && std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "postgres")
        })
        .collect()
    }

    /// Processes that work on a folder whose path begins with `unfinished`. `initdb` and the shells it starts name it in their arguments,
    /// its servers stand in it or, in their first moments, have it from `initdb` as `PGDATA`.
    pub(crate) fn makers_in(unfinished: &Path) -> Vec<i32> {
        let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
        let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let begins = unfinished.as_os_str().as_bytes();
        let setting = [b"PGDATA=".as_slice(), begins].concat();
        let names = |pid: i32, file: &str, wanted: &[u8]| {
            let said = std::fs::read(format!("/proc/{pid}/{file}"));
            said.is_ok_and(|said| said.split(|byte| *byte == 0).any(|part| part.starts_with(wanted)))
        };
        pids.filter(|&pid| {
            // A person's editor or shell may have a file of it open; only the database's own programs are ended.
            let is_maker = std::fs::read_to_string(format!("/proc/{pid}/comm"))
                .is_ok_and(|name| matches!(name.trim(), "initdb" | "postgres" | "sh"));
            let stands_in_it = || {
                let folder = std::fs::read_link(format!("/proc/{pid}/cwd"));
                folder.is_ok_and(|folder| folder.as_os_str().as_bytes().starts_with(begins))
            };
            is_maker
                && (names(pid, "environ", &setting)
                    || (names(pid, "cmdline", begins) && names(pid, "cmdline", b"-D"))
                    || (stands_in_it() && !names(pid, "comm", b"sh")))
        })
        .collect()
    }

    pub(crate) fn exists(pid: i32) -> bool {
        Path::new(&format!("/proc/{pid}")).exists()
    }
}

#[cfg(not(target_os = "linux"))]
mod process {
    use std::path::Path;
    use std::process::Command;

    /// The named process, if its command line is a server's over `data`.
    pub(crate) fn servers_in(data: &Path, named: Option<i32>) -> Vec<i32> {
        let folder = data.to_string_lossy();
        named
            .into_iter()
            .filter(|&pid| command_line(pid).is_some_and(|line| line.contains("postgres") && line.contains(&*folder)))
            .collect()
    }

    /// None can be found here; the new cluster's folder has a name of its own, so that they cannot meet.
    pub(crate) fn makers_in(_unfinished: &Path) -> Vec<i32> {
        Vec::new()
    }

    pub(crate) fn exists(pid: i32) -> bool {
        command_line(pid).is_some()
    }

    fn command_line(pid: i32) -> Option<String> {
        let said = Command::new("/bin/ps").args(["-o", "command=", "-p", &pid.to_string()]).output().ok()?;
        said.status.success().then(|| String::from_utf8_lossy(&said.stdout).into_owned())
    }
}
