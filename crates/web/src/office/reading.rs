//! Reading the file of an inquiry's letter: its words, and the file itself kept to be attached.

use inquiry::BlobHash;
use inquiry::intake::Attachment;
use letter::incoming::{self, Incoming, Unreadable};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::files;
use crate::problem::Problem;
use crate::state::AppState;

/// Files read at once: each may grow to many times its size while it is read.
static READING: Semaphore = Semaphore::const_new(2);

/// A letter that somebody handed in.
#[derive(Debug)]
pub struct Letter {
    /// The file as it was kept; none when it is of no kind that is taken.
    pub file: Option<Attachment>,
    /// Its words, or why there are none.
    pub text: Result<String, Unreadable>,
}

/// The words of a mail that came by itself, and its files; nothing is kept.
pub async fn mail(bytes: Vec<u8>) -> Result<(String, Vec<incoming::File>), Unreadable> {
    // The permit is given back when reading is done; the semaphore is never closed.
    let _permit = READING.acquire().await;
    let read = move || Ok((incoming::read(&bytes)?.text, incoming::files(&bytes)?));
    tokio::task::spawn_blocking(read).await.unwrap_or_else(|error| Err(Unreadable::Broken(error.to_string())))
}

/// Reads a file and keeps it. One without words (a scan) is kept all the same.
///
/// # Errors
/// The file cannot be kept.
pub async fn read(state: &AppState, name: &str, bytes: Vec<u8>) -> Result<Letter, Problem> {
    let (bytes, read) = {
        // The permit is given back when reading is done; the semaphore is never closed.
        let _permit = READING.acquire().await;
        let shared = std::sync::Arc::new(bytes);
        let inside = std::sync::Arc::clone(&shared);
        // A file that its reader stumbles over is a broken file, and no fault of ours.
        let read = tokio::task::spawn_blocking(move || incoming::read(&inside)).await;
        (shared, read.unwrap_or_else(|error| Err(Unreadable::Broken(error.to_string()))))
    };
    let media_type = match &read {
        Ok(Incoming { media_type, .. }) => Some(*media_type),
        Err(Unreadable::NoText | Unreadable::Locked) => incoming::kind(&bytes),
        Err(Unreadable::Kind | Unreadable::TooLarge(_) | Unreadable::Broken(_)) => None,
    };
    let file = match media_type {
        Some(media_type) => {
            let blob = BlobHash(Sha256::digest(bytes.as_slice()).into());
            files::keep_file(state, blob, media_type, &bytes).await?;
            Some(Attachment { name: name.to_owned(), media_type: media_type.to_owned(), blob })
        }
        None => None,
    };
    Ok(Letter { file, text: read.map(|read| read.text) })
}
