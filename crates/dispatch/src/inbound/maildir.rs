//! A mailbox as mail servers write it on this machine: one file for each mail, under `new` or, once somebody has looked, under `cur`.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::parsed::MOST_BYTES;
use super::source::{Folder, Head, Mailbox};
use crate::error::DispatchError;

/// The longest head that is read of a mail whose whole is not wanted.
const LONGEST_HEAD: usize = 1 << 20;

pub(super) struct Maildir {
    folder: PathBuf,
}

impl Maildir {
    /// Makes the folders in which mails are put away.
    pub(super) async fn open(folder: &Path) -> Result<Self, DispatchError> {
        let folder = folder.to_owned();
        on_disk("open the maildir", move || {
            fs::read_dir(folder.join("new"))?;
            for away in [Folder::Processed, Folder::Failed] {
                for part in ["tmp", "new", "cur"] {
                    fs::create_dir_all(folder.join(format!(".{}", away.name())).join(part))?;
                }
            }
            Ok(Self { folder })
        })
        .await
    }

    /// Where the mail of that name lies. Programs that look at mails move them and add to their names.
    fn find(folder: &Path, place: &str) -> io::Result<Option<PathBuf>> {
        for part in ["new", "cur"] {
            for entry in fs::read_dir(folder.join(part))? {
                let entry = entry?;
                if entry.file_type()?.is_file() && unique(&entry.file_name()).as_deref() == Some(place) {
                    return Ok(Some(entry.path()));
                }
            }
        }
        Ok(None)
    }
}

/// The part of a file's name that stays when flags are added behind it. A name that is no text is nobody's mail.
fn unique(name: &std::ffi::OsStr) -> Option<String> {
    let name = name.to_str()?;
    let unique = name.split(':').next().unwrap_or(name);
    (!unique.is_empty() && !unique.starts_with('.')).then(|| unique.to_owned())
}

impl Mailbox for Maildir {
    fn generation(&self) -> i64 {
        0
    }

    async fn places(&mut self) -> Result<Vec<String>, DispatchError> {
        let folder = self.folder.clone();
        on_disk("list the maildir", move || {
            let mut names = Vec::new();
            for part in ["new", "cur"] {
                for entry in fs::read_dir(folder.join(part))? {
                    let entry = entry?;
                    // A link could lead anywhere.
                    if entry.file_type()?.is_file() {
                        names.extend(unique(&entry.file_name()));
                    }
                }
            }
            // They begin with the second in which they were written.
            names.sort();
            Ok(names)
        })
        .await
    }

    async fn head(&mut self, place: &str) -> Result<Option<Head>, DispatchError> {
        let (folder, place) = (self.folder.clone(), place.to_owned());
        on_disk("read the head of a mail", move || {
            let Some(path) = Self::find(&folder, &place)? else { return Ok(None) };
            let file = fs::File::open(path)?;
            let size = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
            let mut bytes = Vec::new();
            file.take(LONGEST_HEAD as u64).read_to_end(&mut bytes)?;
            bytes.truncate(end_of_head(&bytes));
            Ok(Some(Head { bytes, size }))
        })
        .await
    }

    async fn whole(&mut self, place: &str) -> Result<Option<Vec<u8>>, DispatchError> {
        let (folder, place) = (self.folder.clone(), place.to_owned());
        on_disk("read a mail", move || {
            let Some(path) = Self::find(&folder, &place)? else { return Ok(None) };
            let mut bytes = Vec::new();
            // A file that grows while it is read is no mail; what is behind the limit is left.
            fs::File::open(path)?.take(MOST_BYTES as u64).read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        })
        .await
    }

    async fn put_away(&mut self, place: &str, away: Folder) -> Result<(), DispatchError> {
        let (folder, place) = (self.folder.clone(), place.to_owned());
        on_disk("put a mail away", move || {
            let Some(path) = Self::find(&folder, &place)? else { return Ok(()) };
            let to = folder.join(format!(".{}", away.name())).join("cur").join(format!("{place}:2,S"));
            match fs::rename(path, to) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            }
        })
        .await
    }

    async fn close(self) {}
}

/// Where the head ends: behind its empty line, or with the bytes.
fn end_of_head(bytes: &[u8]) -> usize {
    let ends = |end: &[u8]| bytes.windows(end.len()).position(|at| at == end).map(|at| at + end.len());
    match (ends(b"\n\n"), ends(b"\n\r\n")) {
        (Some(a), Some(b)) => a.min(b),
        (Some(end), None) | (None, Some(end)) => end,
        (None, None) => bytes.len(),
    }
}

async fn on_disk<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, DispatchError> {
    let done = tokio::task::spawn_blocking(work).await.map_err(DispatchError::Broke)?;
    done.map_err(|source| DispatchError::Mailbox { doing, source: Box::new(source) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_behind_its_empty_line() {
        assert_eq!(end_of_head(b"A: b\r\n\r\nbody\n\n"), 8);
        assert_eq!(end_of_head(b"A: b\n\nbody"), 6);
        assert_eq!(end_of_head(b"A: b"), 4);
        assert_eq!(end_of_head(b""), 0);
    }

    #[test]
    fn a_name_is_the_same_before_and_after_somebody_looked() {
        assert_eq!(unique("17.M1.host".as_ref()), unique("17.M1.host:2,S".as_ref()));
        assert_eq!(unique(".hidden".as_ref()), None);
    }
}
