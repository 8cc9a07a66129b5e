//! Which server programs are used.
//!
//! The folder that the settings name, if they name one; else, among those of the usual places, the highest major version: but a
//! cluster that exists decides for its own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::place::Place;
use crate::{Error, Settings};

/// `postgres` and `initdb` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Programs {
    pub(crate) folder: PathBuf,
    pub(crate) major: u32,
    /// What the server says of itself, e.g. `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
    pub(crate) version: String,
}

impl Programs {
    pub(crate) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    pub(crate) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    /// The programs in `folder`, when both are there and the server tells its version.
    fn in_folder(folder: &Path) -> Option<Self> {
        if !folder.join("initdb").is_file() {
            return None;
        }
        let said =
            Command::new(folder.join("postgres")).arg("--version").env_clear().stdin(Stdio::null()).output().ok()?;
        let version = String::from_utf8_lossy(&said.stdout).trim().to_owned();
        let major = major_in(&version)?;
        Some(Self { folder: folder.to_owned(), major, version })
    }
}

/// Finds the programs for the cluster at `place`, which `made_by` made if it exists.
pub(crate) fn find(settings: &Settings, made_by: Option<u32>, place: &Place) -> Result<Programs, Error> {
    let mut found = match &settings.binaries {
        Some(folder) => vec![Programs::in_folder(folder).ok_or_else(|| Error::NotPrograms(folder.clone()))?],
        None => usual_folders(settings.search_path.as_ref())
            .iter()
            .filter_map(|folder| Programs::in_folder(folder))
            .collect(),
    };
    // Stable: among programs of one major version the earlier place wins.
    found.sort_by_key(|programs| std::cmp::Reverse(programs.major));
    match made_by {
        None => found.into_iter().next().ok_or(Error::NoPrograms),
        Some(_) if found.is_empty() => Err(Error::NoPrograms),
        Some(made_by) => {
            let majors = in_words(found.iter().map(|programs| programs.major));
            found.into_iter().find(|programs| programs.major == made_by).ok_or_else(|| Error::OtherMajor {
                folder: place.cluster.clone(),
                made_by,
                found: majors,
            })
        }
    }
}

/// Debian's and Ubuntu's folders, Homebrew's on both kinds of Mac, Postgres.app's, then the search path.
fn usual_folders(search_path: Option<&OsString>) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (parent, prefix, suffix) in [
        ("/usr/lib/postgresql", "", "bin"),
        ("/opt/homebrew/opt", "postgresql@", "bin"),
        ("/usr/local/opt", "postgresql@", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ] {
        // A place that is not there offers nothing: that is the ordinary case on every machine.
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(prefix) {
                folders.push(entry.path().join(suffix));
            }
        }
    }
    folders.sort();
    if let Some(path) = search_path {
        folders.extend(std::env::split_paths(path));
    }
    folders
}

/// `postgres (PostgreSQL) 15.14 (Debian …)` → 15.
fn major_in(version: &str) -> Option<u32> {
    let number = version.split("(PostgreSQL) ").nth(1)?;
    number.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

fn in_words(majors: impl Iterator<Item = u32>) -> String {
    let mut all: Vec<String> = majors.map(|major| major.to_string()).collect();
    all.dedup();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::major_in;

    #[test]
    fn the_major_version_is_read_from_what_the_server_says() {
        assert_eq!(major_in("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(major_in("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(major_in("postgres: command not found"), None);
    }
}
