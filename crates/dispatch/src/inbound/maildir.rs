//! A mailbox as mail servers write it on this machine: one file for each mail, under `new` or, once somebody has looked, under `cur`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use letter::incoming::mail::{MOST_BYTES, end_of_head};

use super::source::{Folder, Head, LONGEST_HEAD, Mailbox};
use crate::error::DispatchError;

pub(super) struct Maildir {
    folder: PathBuf,
    /// Where each mail lay when the folders were listed.
    files: BTreeMap<String, PathBuf>,
    is_listed_again: bool,
}

impl Maildir {
    /// Makes the folders in which mails are put away.
    pub(super) async fn open(folder: &Path) -> Result<Self, DispatchError> {
        let folder = folder.to_owned();
        let opened = on_disk(move || {
            fs::read_dir(folder.join("new"))?;
            for away in [Folder::Processed, Folder::Failed] {
                for part in ["tmp", "new", "cur"] {
                    fs::create_dir_all(folder.join(format!(".{}", away.name())).join(part))?;
                }
            }
            Ok(Self { folder, files: BTreeMap::new(), is_listed_again: false })
        });
        opened.await?.map_err(of_all("open the maildir"))
    }

    async fn list(&mut self) -> Result<(), DispatchError> {
        let folder = self.folder.clone();
        let listed = on_disk(move || {
            let mut files = BTreeMap::new();
            for part in ["new", "cur"] {
                for entry in fs::read_dir(folder.join(part))? {
                    let entry = entry?;
                    // A link could lead anywhere.
                    if entry.file_type()?.is_file()
                        && let Some(name) = unique(&entry.file_name())
                    {
                        files.insert(name, entry.path());
                    }
                }
            }
            Ok(files)
        });
        self.files = listed.await?.map_err(of_all("list the maildir"))?;
        Ok(())
    }

    /// Does something with the file of a mail; none when it is gone. Programs that look at mails move them and add to their names: then the folders are
    /// listed again, once in a reading, for each mail would make it as long as all mails squared.
    async fn with<T: Send + 'static>(
        &mut self,
        place: &str,
        doing: &'static str,
        work: impl Fn(&Path) -> io::Result<T> + Clone + Send + 'static,
    ) -> Result<Option<T>, DispatchError> {
        loop {
            if let Some(path) = self.files.get(place).cloned() {
                let work = work.clone();
                match on_disk(move || work(&path)).await? {
                    Ok(done) => return Ok(Some(done)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(source) => return Err(DispatchError::Mail { doing, source: Box::new(source) }),
                }
            }
            if std::mem::replace(&mut self.is_listed_again, true) {
                return Ok(None);
            }
            self.list().await?;
        }
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
        self.list().await?;
        // Their names begin with the second in which they were written, and the map has them in that order.
        Ok(self.files.keys().cloned().collect())
    }

    async fn head(&mut self, place: &str) -> Result<Option<Head>, DispatchError> {
        let read = |path: &Path| {
            let file = fs::File::open(path)?;
            let size = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
            let mut bytes = Vec::new();
            file.take(LONGEST_HEAD as u64).read_to_end(&mut bytes)?;
            bytes.truncate(end_of_head(&bytes));
            Ok(Head { bytes, size })
        };
        self.with(place, "read the head of a mail", read).await
    }

    async fn whole(&mut self, place: &str) -> Result<Option<Vec<u8>>, DispatchError> {
        let read = |path: &Path| {
            let mut bytes = Vec::new();
            // A file that grows while it is read is no mail; what is behind the limit is left.
            fs::File::open(path)?.take(MOST_BYTES as u64).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        self.with(place, "read a mail", read).await
    }

    async fn put_away(&mut self, place: &str, away: Folder) -> Result<(), DispatchError> {
        let to = self.folder.join(format!(".{}", away.name())).join("cur").join(format!("{place}:2,S"));
        self.with(place, "put a mail away", move |path| fs::rename(path, &to)).await.map(drop)
    }

    async fn close(self) {}
}

/// On a thread where waiting for a disk keeps nobody.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<io::Result<T>, DispatchError> {
    tokio::task::spawn_blocking(work).await.map_err(DispatchError::Broke)
}

fn of_all(doing: &'static str) -> impl FnOnce(io::Error) -> DispatchError {
    move |source| DispatchError::Mailbox { doing, source: Box::new(source) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_before_and_after_somebody_looked() {
        assert_eq!(unique("17.M1.host".as_ref()), unique("17.M1.host:2,S".as_ref()));
        assert_eq!(unique(".hidden".as_ref()), None);
    }

    #[tokio::test]
    async fn a_mail_is_found_where_it_was_moved_to_and_one_that_is_gone_stops_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for part in ["new", "cur"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        let at = |part: &str, name: &str| folder.path().join(part).join(name);
        for name in ["1", "2", "3"] {
            fs::write(at("new", name), format!("Subject: {name}\n\nx")).unwrap();
        }
        let mut mailbox = Maildir::open(folder.path()).await.unwrap();
        assert_eq!(mailbox.places().await.unwrap(), ["1", "2", "3"]);
        fs::rename(at("new", "1"), at("cur", "1:2,S")).unwrap();
        fs::remove_file(at("new", "2")).unwrap();
        assert_eq!(mailbox.head("1").await.unwrap().unwrap().bytes, b"Subject: 1\n\n");
        assert!(mailbox.head("2").await.unwrap().is_none());
        // Something that is not to be replaced lies where it would be put away.
        fs::create_dir_all(at(".Saual-Processed/cur", "3:2,S").join("in the way")).unwrap();
        let refused = mailbox.put_away("3", Folder::Processed).await.unwrap_err();
        assert!(!refused.is_of_the_mailbox(), "{refused:?}");
        mailbox.put_away("1", Folder::Processed).await.unwrap();
        assert!(at(".Saual-Processed/cur", "1:2,S").exists());
    }
}
