//! Mail mode `file`: one `.eml` for each mail, complete or not there at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::text::file_stem;

/// The file a mail is written to: stable for the mail, unlike any other's, and readable in a folder listing, such as
/// `ДС-326-1-03.5f2c9a10.eml`. The hash of the message id keeps two inquiries apart that bear one number in different years.
#[must_use]
pub(crate) fn name(inquiry_number: &str, order: u32, recipient: u16, message_id: &str) -> String {
    let number = file_stem(inquiry_number);
    let digest = Sha256::digest(message_id.as_bytes());
    format!("{number}-{order}-{recipient:02}.{}.eml", hex::encode(&digest[..4]))
}

/// The folder of the mails to the people of the house, in the outbox.
pub(crate) const OFFICE: &str = "office";

/// The file of a digest, such as `2023-10-18-0.5f2c9a10.eml`.
#[must_use]
pub(crate) fn digest_name(day: Date, part: u32, message_id: &str) -> String {
    let digest = Sha256::digest(message_id.as_bytes());
    format!("{day}-{part}.{}.eml", hex::encode(&digest[..4]))
}

/// The file of a report, such as `report-week-2023-10-16.5f2c9a10.eml`.
#[must_use]
pub(crate) fn report_name(from: Date, every: &str, message_id: &str) -> String {
    let digest = Sha256::digest(message_id.as_bytes());
    format!("report-{every}-{from}.{}.eml", hex::encode(&digest[..4]))
}

/// The file of a mail with a head of the journal, such as `head-1042.5f2c9a10.eml`.
#[must_use]
pub(crate) fn head_name(block: i64, message_id: &str) -> String {
    let digest = Sha256::digest(message_id.as_bytes());
    format!("head-{block}.{}.eml", hex::encode(&digest[..4]))
}

/// Writes the bytes beside the name, makes them durable, then gives them the name: a crash leaves the whole file or none, and
/// writing it again gives the same file.
pub(crate) async fn write(folder: PathBuf, name: String, bytes: Vec<u8>) -> io::Result<()> {
    off_the_runtime(move || {
        make_folder(&folder)?;
        let draft = folder.join(format!(".{name}.tmp"));
        let mut file = private(&draft)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&draft, folder.join(&name))?;
        // The name itself is durable only when its folder is.
        File::open(&folder)?.sync_all()
    })
    .await
}

/// Can the folder be written to?
pub(crate) async fn probe(folder: PathBuf) -> io::Result<()> {
    off_the_runtime(move || {
        make_folder(&folder)?;
        let draft = folder.join(".probe.tmp");
        private(&draft)?.write_all(b"probe")?;
        fs::remove_file(draft)
    })
    .await
}

fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// A mail is between the office and one deputy: nobody else on the machine reads it.
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}

async fn off_the_runtime(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|panicked| Err(io::Error::other(panicked)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_says_whose_it_is_and_leads_nowhere() {
        assert!(name("ДС-326", 1, 3, "a@b").starts_with("ДС-326-1-03."));
        assert!(!name("../../x", 1, 3, "a@b").contains('/'));
        assert_ne!(name("ДС-326", 1, 3, "a@b"), name("ДС-326", 1, 3, "c@b"));
        assert_eq!(name("ДС-326", 1, 3, "a@b"), name("ДС-326", 1, 3, "a@b"));
    }

    #[tokio::test]
    async fn writing_twice_leaves_one_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = folder.path().join("outbox");
        for _ in 0..2 {
            write(outbox.clone(), "a.eml".to_owned(), b"whole".to_vec()).await.unwrap();
        }
        let names: Vec<_> = fs::read_dir(&outbox).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["a.eml"]);
        assert_eq!(fs::read(outbox.join("a.eml")).unwrap(), b"whole");
        probe(outbox.clone()).await.unwrap();
        assert_eq!(fs::read_dir(&outbox).unwrap().count(), 1);
    }
}
