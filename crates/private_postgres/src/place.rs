//! Where the cluster lies, who runs it, where its socket is.
//!
//! PostgreSQL refuses to run as root. So for root the server runs as `postgres`, else `nobody`, or as whoever owns the cluster already; and since
//! that user cannot pass through a folder like root's own home, a cluster whose folder is out of its reach lies under
//! `/var/lib/saual` instead, and the file `postgres.at` in the given folder says where. Folder and note are root's own, so that the
//! server's user cannot lead root's hand by a planted link; only `data` and `run` belong to it.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, TryLockError};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::{Error, system};

/// Where clusters of root lie when their own folder is out of the server's reach.
const ELSEWHERE: &str = "/var/lib/saual";

/// What PostgreSQL puts behind the socket folder's name.
const SOCKET: &str = "/.s.PGSQL.5432";

/// The longest path of a Unix socket, without the closing zero byte.
const LONGEST_SOCKET: usize = if cfg!(target_os = "macos") { 103 } else { 107 };

/// A folder that is ours alone as long as this value lives.
#[derive(Debug)]
pub(crate) struct Place {
    /// Holds `data`, `run`, `server.log`, `pg.json` and `lock`.
    pub(crate) cluster: PathBuf,
    /// Holds the socket: `run` of the cluster, or a folder with a short name where that one's is too long.
    pub(crate) sockets: PathBuf,
    /// Whom the server runs as, when not as ourselves.
    account: Option<Account>,
    /// Given up when the place is dropped; the kernel gives them up when the program dies.
    _locks: Vec<File>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Account {
    user: u32,
    group: u32,
}

impl Place {
    /// Takes the cluster that belongs to `base`, or the place for a new one.
    pub(crate) fn take(base: &Path) -> Result<Self, Error> {
        let root = system::is_root();
        make_folder(base, if root { 0o755 } else { 0o700 })?;
        let base = base.canonicalize().map_err(Error::file("find", base))?;
        let mut locks = vec![lock(&base)?];
        let cluster = match read_note(&base)? {
            Some(cluster) => cluster,
            None if root && !base.join("data").exists() => place_for_root(&base)?,
            None => base.clone(),
        };
        if cluster != base {
            make_folder(&cluster, 0o755)?;
            locks.push(lock(&cluster)?);
        }
        let account = if root { Some(account_for(&cluster)?) } else { None };
        check_owner(&cluster, account)?;
        let mut place = Self { sockets: cluster.join("run"), cluster, account, _locks: locks };
        if place.sockets.as_os_str().len() + SOCKET.len() > LONGEST_SOCKET {
            place.sockets = short_folder(&place.cluster, root)?;
        }
        place.make_private(&place.sockets)?;
        Ok(place)
    }

    /// PostgreSQL's data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.cluster.join("data")
    }

    /// The server's log.
    pub(crate) fn log(&self) -> PathBuf {
        self.cluster.join("server.log")
    }

    /// Makes `command` run as the user whom the data belong to. (For root, the library gives up the supplementary groups as well.)
    pub(crate) fn run_as_owner(&self, command: &mut Command) {
        if let Some(account) = self.account {
            command.uid(account.user).gid(account.group);
        }
    }

    /// Makes a folder that only the server's user may enter.
    pub(crate) fn make_private(&self, folder: &Path) -> Result<(), Error> {
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => made.map_err(Error::file("make", folder))?,
        }
        // The short socket folder lies where others may write: it must be a real folder and nobody else's.
        let found = fs::symlink_metadata(folder).map_err(Error::file("look at", folder))?;
        let owner = self.account.map_or_else(system::user_id, |account| account.user);
        if !found.is_dir() || (found.uid() != owner && found.uid() != system::user_id()) {
            return Err(Error::OtherOwner { folder: folder.to_owned(), owner: found.uid() });
        }
        if let Some(account) = self.account {
            chown(folder, Some(account.user), Some(account.group)).map_err(Error::file("give away", folder))?;
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(Error::file("close", folder))
    }
}

/// Where the socket of the cluster under `base` is, without taking the place; `None` when there is no cluster.
pub(crate) fn sockets_of(base: &Path) -> Result<Option<PathBuf>, Error> {
    let Ok(base) = base.canonicalize() else { return Ok(None) };
    let cluster = read_note(&base)?.unwrap_or(base);
    if !cluster.join("lock").exists() {
        return Ok(None);
    }
    let sockets = cluster.join("run");
    if sockets.as_os_str().len() + SOCKET.len() > LONGEST_SOCKET {
        return short_folder(&cluster, system::is_root()).map(Some);
    }
    Ok(Some(sockets))
}

fn make_folder(folder: &Path, mode: u32) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(mode).create(folder).map_err(Error::file("make", folder))
}

/// How long a lock is waited for before another program is believed to hold it.
const A_MOMENT: Duration = Duration::from_millis(300);

/// One program per folder: two would fight over one server.
fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let file =
        File::options().create(true).write(true).truncate(false).open(&path).map_err(Error::file("open", &path))?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            // A program that was killed in the very moment it started another one is survived by that one's first moment, lock and all.
            Err(TryLockError::WouldBlock) if began.elapsed() < A_MOMENT => std::thread::sleep(A_MOMENT / 20),
            Err(TryLockError::WouldBlock) => return Err(Error::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(Error::file("lock", path)(error)),
        }
    }
}

fn note_of(base: &Path) -> PathBuf {
    base.join("postgres.at")
}

/// The folder that the note in `base` names; it was made before the note, so it must be there.
fn read_note(base: &Path) -> Result<Option<PathBuf>, Error> {
    let note = note_of(base);
    let cluster = match fs::read(&note) {
        Ok(bytes) => PathBuf::from(OsStr::from_bytes(bytes.trim_ascii())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file("read", note)(error)),
    };
    if cluster.is_dir() { Ok(Some(cluster)) } else { Err(Error::Gone { note, cluster }) }
}

/// `base` itself when the server's user can reach it, else a folder under [`ELSEWHERE`] that no other has taken.
fn place_for_root(base: &Path) -> Result<PathBuf, Error> {
    if can_enter(base, unprivileged()?)? {
        return Ok(base.to_owned());
    }
    make_folder(Path::new(ELSEWHERE), 0o755)?;
    // The name says whose it is. A cluster whose folder was removed stays, and the folder's next life takes the next name.
    let name = digest(base);
    for life in 1_u32.. {
        let cluster = Path::new(ELSEWHERE).join(if life == 1 { name.clone() } else { format!("{name}-{life}") });
        match DirBuilder::new().mode(0o755).create(&cluster) {
            Ok(()) => {
                write_note(base, &cluster)?;
                tracing::info!(
                    folder = %cluster.display(), given = %base.display(),
                    "the database server's user cannot enter the given folder, so the database lies elsewhere"
                );
                return Ok(cluster);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::file("make", cluster)(error)),
        }
    }
    Err(Error::InUse(base.to_owned()))
}

fn write_note(base: &Path, cluster: &Path) -> Result<(), Error> {
    let (note, unfinished) = (note_of(base), base.join("postgres.at.new"));
    let text = [cluster.as_os_str().as_bytes(), b"\n"].concat();
    fs::write(&unfinished, text).map_err(Error::file("write", &unfinished))?;
    fs::rename(&unfinished, &note).map_err(Error::file("write", note))
}

/// Whom root's server runs as: the owner of the cluster that exists, else somebody without rights.
fn account_for(cluster: &Path) -> Result<Account, Error> {
    match fs::metadata(cluster.join("data")) {
        Ok(data) if data.uid() != 0 => Ok(Account { user: data.uid(), group: data.gid() }),
        Ok(_) => unprivileged(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => unprivileged(),
        Err(error) => Err(Error::file("look at", cluster.join("data"))(error)),
    }
}

/// PostgreSQL insists on owning its data, and says so less plainly.
fn check_owner(cluster: &Path, account: Option<Account>) -> Result<(), Error> {
    let owner = account.map_or_else(system::user_id, |account| account.user);
    match fs::metadata(cluster.join("data")) {
        Ok(data) if data.uid() != owner => Err(Error::OtherOwner { folder: cluster.to_owned(), owner: data.uid() }),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::file("look at", cluster.join("data"))(error)),
    }
}

fn unprivileged() -> Result<Account, Error> {
    let users = fs::read_to_string("/etc/passwd").map_err(Error::file("read", "/etc/passwd"))?;
    ["postgres", "nobody"].iter().find_map(|name| account_in(&users, name)).ok_or(Error::NoAccount)
}

/// Finds `name` in the text of a passwd file: `name:password:user:group:…`.
fn account_in(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let (user, group) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
        (user != 0).then_some(Account { user, group })
    })
}

/// Whether `account`, which is in no other group, may pass through `folder` and everything above it, judged by their modes.
fn can_enter(folder: &Path, account: Account) -> Result<bool, Error> {
    for step in folder.ancestors() {
        let found = fs::metadata(step).map_err(Error::file("look at", step))?;
        let may_pass = if found.uid() == account.user {
            0o100
        } else if found.gid() == account.group {
            0o010
        } else {
            0o001
        };
        if found.mode() & may_pass == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A folder for the socket whose name is short enough; always the same one for the same cluster.
fn short_folder(cluster: &Path, root: bool) -> Result<PathBuf, Error> {
    let name = digest(cluster);
    if !root {
        return Ok(PathBuf::from(format!("/tmp/saual-{name}")));
    }
    make_folder(Path::new(ELSEWHERE), 0o755)?;
    Ok(Path::new(ELSEWHERE).join(format!("{name}.run")))
}

fn digest(path: &Path) -> String {
    let mut name = hex::encode(Sha256::digest(path.as_os_str().as_bytes()));
    name.truncate(16);
    name
}

#[cfg(test)]
mod tests {
    use super::{Account, account_in};

    #[test]
    fn an_account_is_found_by_its_whole_name_and_is_never_root() {
        let users = "root:x:0:0:root:/root:/bin/bash\nmy-postgres:x:5:5::/:/bin/sh\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\nnobody:x:0:0::/:\n";
        assert_eq!(account_in(users, "postgres"), Some(Account { user: 101, group: 104 }));
        assert_eq!(account_in(users, "nobody"), None, "a `nobody` with root's number is root");
        assert_eq!(account_in(users, "gres"), None);
    }
}
