//! Texts of files. They are not in the journal's events but in its blobs, and reading a hostile one takes time and may fail: so a task of the program
//! reads each once, beside the followers, keeps its text under the hash of its bytes, and has the rows that wait for it indexed anew.
//!
//! Every step may be repeated, and may be cut anywhere: what waits is a column of the table, and says so until the row has been written with its
//! texts. A table that is made again takes the texts that are known and waits for the rest.

use std::collections::HashMap;

use deadpool_postgres::{Pool, Transaction};
use inquiry::BlobHash;
use uuid::Uuid;

use super::follow::refresh;
use super::written::{FileRef, Place};
use crate::{ReadError, prepared};

/// The most characters of a file's text that are kept and indexed; what a letter says it says at its beginning.
pub const LONGEST: usize = 40_000;
/// The most rows that are written anew by one transaction.
const ROWS: i64 = 20;

/// Where the text of a file stands.
pub(super) fn place(file: &FileRef) -> Place {
    Place::Attachment { name: file.name.clone(), blob: file.blob, of: file.of.clone() }
}

/// The texts of these files, as far as they are known.
pub(super) async fn texts<'a>(
    tx: &Transaction<'_>,
    files: impl Iterator<Item = &'a FileRef>,
) -> Result<HashMap<String, String>, ReadError> {
    let doing = || ReadError::doing("read texts of files");
    let names: Vec<String> = files.map(|file| file.blob.to_string()).collect();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "select sha256, text from attachment_text where sha256 = any($1)";
    let rows = prepared::rows(tx, sql, &[&names], "read texts of files").await?;
    rows.iter().map(|row| Ok((row.try_get(0).map_err(doing())?, row.try_get(1).map_err(doing())?))).collect()
}

/// Files that rows wait for and nobody has read yet, `most` at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn awaited(pool: &Pool, most: u16) -> Result<Vec<BlobHash>, ReadError> {
    let doing = || ReadError::doing("look for files to be read");
    let sql = "select distinct file
                 from (select unnest(files) as file from search where waiting limit 1000) as named
                where not exists (select from attachment_text as known where known.sha256 = file)
                order by file limit $1";
    let rows = pool.get().await?.query(sql, &[&i64::from(most)]).await.map_err(doing())?;
    let parsed = |row: &tokio_postgres::Row| {
        let name: String = row.try_get(0).map_err(doing())?;
        name.parse().map_err(|_| ReadError::Row { table: "search" })
    };
    rows.iter().map(parsed).collect()
}

/// Are the bytes under a key of somebody's own, which destroying the key erases? Their text is kept nowhere.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn is_sealed(pool: &Pool, file: BlobHash) -> Result<bool, ReadError> {
    let sql = "select exists (select from sealed_blobs where sha256 = $1)";
    let doing = || ReadError::doing("look for a sealed file");
    let row = pool.get().await?.query_one(sql, &[&file.0.as_slice()]).await.map_err(doing())?;
    row.try_get(0).map_err(doing())
}

/// Keeps the text of a file, or that it has none and why. Who has read it before keeps what they have read.
///
/// # Errors
/// [`ReadError`] when the database refuses.
pub async fn keep(pool: &Pool, file: BlobHash, text: &str, why_none: Option<&str>) -> Result<(), ReadError> {
    let sql = "insert into attachment_text (sha256, text, why_none) values ($1, $2, $3) on conflict do nothing";
    let text = without_addresses(text);
    let client = pool.get().await?;
    client
        .execute(sql, &[&file.to_string(), &text, &why_none])
        .await
        .map_err(ReadError::doing("keep the text of a file"))?;
    Ok(())
}

/// Writes rows anew whose files are all read by now; how many. Nothing is left when it is none.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn take_in(pool: &Pool) -> Result<usize, ReadError> {
    let doing = || ReadError::doing("index texts of files");
    let mut client = pool.get().await?;
    let tx = client.transaction().await.map_err(doing())?;
    let sql = "select inquiry from search
                where waiting
                  and not exists (select from unnest(files) as file
                                   where not exists (select from attachment_text as known where known.sha256 = file))
                order by inquiry limit $1 for update skip locked";
    let rows = tx.query(sql, &[&ROWS]).await.map_err(doing())?;
    let inquiries = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<Uuid>, _>>().map_err(doing())?;
    if !inquiries.is_empty() {
        refresh(&tx, &inquiries).await?;
    }
    tx.commit().await.map_err(doing())?;
    Ok(inquiries.len())
}

/// How many rows wait for texts of their files.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn waiting(pool: &Pool) -> Result<i64, ReadError> {
    let doing = || ReadError::doing("count what waits for texts of files");
    let row = pool.get().await?.query_one("select count(*) from search where waiting", &[]).await.map_err(doing())?;
    row.try_get(0).map_err(doing())
}

/// Addresses of people are erased on their word (ADR 0011), and nobody would find them here: they are left out before anything is kept.
fn without_addresses(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut left = LONGEST;
    for word in text.split_inclusive(char::is_whitespace) {
        let white = word.len() - word.trim_end().len();
        let said = if word.contains('@') { &word[word.len() - white..] } else { word };
        for c in said.chars().filter(|c| *c != '\0') {
            if left == 0 {
                return kept;
            }
            kept.push(c);
            left -= 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_not_kept_and_everything_else_is() {
        assert_eq!(without_addresses("Сауал\nm@mazhilis.kz туралы <a@b.kz>"), "Сауал\n туралы ");
        assert_eq!(without_addresses("a\0b"), "ab");
        assert_eq!(without_addresses(&"ә".repeat(LONGEST + 9)).chars().count(), LONGEST);
    }
}
