//! Reading the file of an inquiry's letter: its words, and the file itself kept to be attached.

use std::sync::Arc;

use inquiry::BlobHash;
use inquiry::intake::Attachment;
use letter::incoming::{self, Incoming, Unreadable};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

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
    /// The names of the files in it, when it is a mail, whose words could not be read.
    pub unread: Vec<String>,
}

/// The words of a mail that came by itself, with the names of the files in it that gave none; nothing is kept.
pub async fn words(mail: Vec<u8>) -> Result<(String, Vec<String>), Unreadable> {
    apart(move || incoming::read(&mail).map(|read| (read.text, read.unread))).await
}

/// The files of a mail that came by itself, whatever else of it can be read; nothing is kept.
pub async fn files(mail: Vec<u8>) -> Result<Vec<incoming::File>, Unreadable> {
    apart(move || incoming::files(&mail)).await
}

/// A file that its reader stumbles over is a broken file, and no fault of ours.
async fn apart<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, Unreadable> + Send + 'static,
) -> Result<T, Unreadable> {
    // The permit is given back when reading is done; the semaphore is never closed.
    let _permit = READING.acquire().await;
    tokio::task::spawn_blocking(read).await.unwrap_or_else(|error| Err(Unreadable::Broken(error.to_string())))
}

/// Reads a file and keeps it. One without words (a scan) is kept all the same.
///
/// # Errors
/// The file cannot be kept.
pub async fn read(state: &AppState, name: &str, bytes: Vec<u8>) -> Result<Letter, Problem> {
    let bytes = Arc::new(bytes);
    let inside = Arc::clone(&bytes);
    let read = apart(move || incoming::read(&inside)).await;
    let media_type = match &read {
        Ok(Incoming { media_type, .. }) => Some(*media_type),
        Err(Unreadable::NoText | Unreadable::Locked) => incoming::kind(&bytes),
        Err(Unreadable::Kind | Unreadable::TooLarge(_) | Unreadable::Broken(_)) => None,
    };
    let file = match media_type {
        Some(media_type) => {
            let blob = BlobHash(Sha256::digest(bytes.as_slice()).into());
            super::files::keep_file(state, blob, media_type, &bytes).await?;
            Some(Attachment { name: name.to_owned(), media_type: media_type.to_owned(), blob })
        }
        None => None,
    };
    let (text, unread) = match read {
        Ok(read) => (Ok(read.text), read.unread),
        Err(why) => (Err(why), Vec::new()),
    };
    Ok(Letter { file, text, unread })
}
