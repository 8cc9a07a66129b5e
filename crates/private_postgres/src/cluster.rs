//! Making a cluster, and knowing which version made it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::binaries::Programs;
use crate::place::Place;
use crate::{Error, SUPERUSER, previous, system};

/// How the folders of clusters in the making begin.
const UNFINISHED: &str = "data.init";

/// The major version that made the cluster in `data`; `None` when there is no cluster yet.
pub(crate) fn major_of(data: &Path) -> Result<Option<u32>, Error> {
    let file = data.join("PG_VERSION");
    match fs::read_to_string(&file) {
        Ok(text) => {
            let unreadable =
                || std::io::Error::new(std::io::ErrorKind::InvalidData, format!("{text:?} is not a major version"));
            text.trim().parse().map(Some).map_err(|_| Error::file("understand", &file)(unreadable()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file("read", file)(error)),
    }
}

/// Makes the cluster beside its place and moves it there when it is whole, so that an interrupted `initdb` never looks finished.
pub(crate) fn make(programs: &Programs, place: &Place) -> Result<(), Error> {
    let unfinished = unfinished_folder(place)?;
    place.make_private(&unfinished)?;
    let mut initdb = Command::new(programs.initdb());
    initdb.arg("-D").arg(&unfinished).args(["-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]).args(locale(programs.major));
    // The caller's working folder may be out of the server user's reach, and its environment may hold secrets or PG… variables.
    initdb.current_dir("/").env_clear().stdin(Stdio::null());
    place.run_as_owner(&mut initdb);
    // An initdb that outlived its program would go on writing into a folder that the next start wants to clear. Its own children live on
    // for a moment all the same; `previous::end_makers` sees to them.
    system::end_with_this_thread(&mut initdb);
    let said = initdb.output().map_err(|source| Error::Run { program: programs.initdb(), source })?;
    if !said.status.success() {
        let said_text = String::from_utf8_lossy(&said.stderr).trim().to_owned();
        return Err(Error::Initdb { folder: place.cluster.clone(), status: said.status, said: said_text });
    }
    fs::rename(&unfinished, place.data()).map_err(Error::file("move the new cluster to", place.data()))
}

/// A folder for a cluster in the making, under a name that no earlier run can have had: what a killed program's `initdb` still writes, or
/// clears away as it ends, is then never ours. The leavings of earlier programs are ended and cleared; the place is locked, so all of them
/// are earlier.
fn unfinished_folder(place: &Place) -> Result<PathBuf, Error> {
    previous::end_makers(&place.cluster.join(UNFINISHED))?;
    let entries = fs::read_dir(&place.cluster).map_err(Error::file("read", &place.cluster))?;
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED)
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::debug!(%error, "an unfinished cluster is still being written to; a later start clears it");
        }
    }
    let mut name = name_of_its_own();
    while place.cluster.join(&name).exists() {
        name = name_of_its_own();
    }
    Ok(place.cluster.join(name))
}

/// The moment makes it new, whatever has been cleared away before; the process id tells a person whose it was.
fn name_of_its_own() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_nanos());
    format!("{UNFINISHED}.{}.{since_epoch}", std::process::id())
}

/// Kazakh and Russian letters must have upper and lower case for searching, which the locale `C` alone does not give them; `C.UTF-8` is on
/// every Debian and Ubuntu without the package `locales`. macOS does not have it, PostgreSQL 17 brings its own there.
fn locale(major: u32) -> &'static [&'static str] {
    if cfg!(not(target_os = "macos")) {
        &["--locale=C.UTF-8"]
    } else if major >= 17 {
        &["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    } else {
        &["--locale=C", "--lc-ctype=UTF-8"]
    }
}

/// Leaves a note, for people, of which server last ran this cluster. Decisions are made from the cluster's own `PG_VERSION`.
pub(crate) fn note(programs: &Programs, place: &Place) -> Result<(), Error> {
    let file = place.cluster.join("pg.json");
    let note = serde_json::json!({ "major": programs.major, "version": programs.version, "binaries": programs.folder.to_string_lossy() });
    let text = format!("{note:#}\n");
    if fs::read_to_string(&file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(&file, text).map_err(Error::file("write", file))
}
