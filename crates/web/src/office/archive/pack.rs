//! The zip as it grows, and its manifest: every file with its hash, under the Office's seal.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::Piece;
use crate::State;
use crate::problem::Problem;

/// Endings of what would not become smaller.
const DENSE: [&str; 7] = [".pdf", ".png", ".jpg", ".docx", ".xlsx", ".odt", ".p7s"];

/// An archive that is being made.
pub(in crate::office) struct Pack {
    zip: ZipWriter<StreamWriter<Tap>>,
    tap: Tap,
    listed: Vec<Listed>,
    of: usize,
    to: mpsc::Sender<Result<Piece, Problem>>,
}

/// A file of the archive.
#[derive(Serialize)]
pub(in crate::office) struct Listed {
    name: String,
    bytes: usize,
    sha256: String,
}

/// Where the packed bytes stand until they are taken.
#[derive(Clone, Default)]
struct Tap(Arc<Mutex<Vec<u8>>>);

impl Tap {
    fn drained(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Tap {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pack {
    pub(in crate::office) fn new(to: mpsc::Sender<Result<Piece, Problem>>, of: usize) -> Self {
        let tap = Tap::default();
        Self { zip: ZipWriter::new_stream(tap.clone()), tap, listed: Vec::new(), of, to }
    }

    /// Adds a file and hands on what is packed of it.
    pub(in crate::office) async fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        let sha256 = hex::encode(Sha256::digest(bytes));
        self.write(name, bytes).map_err(unpacked)?;
        self.listed.push(Listed { name: name.to_owned(), bytes: bytes.len(), sha256 });
        self.hand_on().await
    }

    /// Is a file of that hash in it?
    pub(super) fn holds(&self, sha256: &str) -> bool {
        self.listed.iter().any(|file| file.sha256 == sha256)
    }

    /// Ends it with the manifest of these files and the seal over that.
    pub(in crate::office) async fn sealed(
        mut self,
        state: &State,
        made: &str,
        manifest: impl FnOnce(&[Listed]) -> Result<Vec<u8>, Problem>,
    ) -> Result<(), Problem> {
        let manifest = manifest(&self.listed)?;
        let at = made.parse().map_err(|error| Problem::failure("read the time of an archive", error))?;
        let cms = state.seal.sign_detached(&manifest, at);
        let cms = cms.map_err(|error| Problem::failure("seal an archive of evidence", error))?;
        self.write("manifest.json", &manifest).map_err(unpacked)?;
        self.write("manifest.json.p7s", &cms).map_err(unpacked)?;
        let Self { zip, tap, listed, to, .. } = self;
        zip.finish().map_err(unpacked)?;
        let files = listed.len() + 2;
        to.send(Ok(Piece { bytes: tap.drained(), files, of: files })).await.map_err(gone)
    }

    /// The first moment a zip can name, and one kind of machine: the same files give the same bytes.
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), ZipError> {
        let is_dense = DENSE.iter().any(|ending| name.ends_with(ending));
        let method = if is_dense { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::DEFAULT)
            .system(System::Unix)
            .unix_permissions(0o644);
        self.zip.start_file(name, options)?;
        self.zip.write_all(bytes)?;
        Ok(())
    }

    async fn hand_on(&self) -> Result<(), Problem> {
        let piece = Piece { bytes: self.tap.drained(), files: self.listed.len(), of: self.of };
        self.to.send(Ok(piece)).await.map_err(gone)
    }
}

fn unpacked(error: ZipError) -> Problem {
    Problem::failure("pack an archive of evidence", error)
}

fn gone<T>(_: mpsc::error::SendError<T>) -> Problem {
    Problem::failure("hand an archive of evidence over", "whoever asked for it has gone")
}
