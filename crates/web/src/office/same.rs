//! Looks into the kept files of a letter and says what is there, for [`inquiry::same`], which decides whether it is one letter, and for whoever checks it.

use eventstore::StoreError;
use inquiry::same::{Found, Judged};
use inquiry::{BlobHash, ContentHash};
use letter::fingerprint::marks;
use sha2::{Digest, Sha256};
use signature::{Verdict, verify_detached};

use super::{at_work, unread};
use crate::problem::Problem;
use crate::state::AppState;

/// The names of a letter's files, as far as it has them.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    /// The signed bytes.
    pub signed: BlobHash,
    /// The signatory's signature over them.
    pub signature: BlobHash,
    /// Those of the others who signed the same bytes.
    pub cosigned: Vec<BlobHash>,
    /// The registered bytes and the Office's seal over them; none before the number.
    pub registered: Option<(BlobHash, BlobHash)>,
}

/// The files as they were read; none of those that are gone or are not the bytes of their name any more.
#[derive(Debug, Default)]
pub(crate) struct Bytes {
    pub signed: Option<Vec<u8>>,
    pub signature: Option<Vec<u8>>,
    pub cosigned: Vec<Option<Vec<u8>>>,
    pub registered: Option<Vec<u8>>,
    pub seal: Option<Vec<u8>>,
}

/// Reads the files. What somebody changed in the database is nothing here, and no fault of this program.
///
/// # Errors
/// A failure when the database cannot answer.
pub(crate) async fn read(state: &AppState, files: Files) -> Result<Bytes, Problem> {
    let Files { signed, signature, cosigned, registered } = files;
    let mut bytes =
        Bytes { signed: one(state, signed).await?, signature: one(state, signature).await?, ..Bytes::default() };
    for given in cosigned {
        bytes.cosigned.push(one(state, given).await?);
    }
    if let Some((registered, seal)) = registered {
        (bytes.registered, bytes.seal) = (one(state, registered).await?, one(state, seal).await?);
    }
    Ok(bytes)
}

async fn one(state: &AppState, blob: BlobHash) -> Result<Option<Vec<u8>>, Problem> {
    match state.journal.blob(&blob.to_string()).await {
        Ok(found) => Ok(found.map(|blob| blob.bytes)),
        Err(error @ StoreError::Row(_)) => {
            tracing::error!(%blob, %error, "a kept file is not what it was");
            Ok(None)
        }
        Err(error) => Err(unread(error)),
    }
}

/// What is found in the files; busy work.
pub(crate) fn found(bytes: &Bytes) -> Found {
    let (signed, sent) = (bytes.signed.as_deref(), bytes.registered.as_deref());
    let hash = |bytes: &[u8]| BlobHash(Sha256::digest(bytes).into());
    Found {
        signed: signed.map(hash),
        named: signed.and_then(named),
        sent: sent.map(hash),
        begins_with_signed: signed.zip(sent).is_some_and(|(signed, sent)| sent.starts_with(signed)),
        signature: judged(bytes.signature.as_deref(), signed),
        cosigned: bytes.cosigned.iter().map(|cms| judged(cms.as_deref(), signed)).collect(),
        seal: judged(bytes.seal.as_deref(), sent),
    }
}

/// The content that the signed bytes name: one, or else they name none.
fn named(signed: &[u8]) -> Option<ContentHash> {
    let mut found = marks(signed).fingerprints.into_iter();
    found.next().filter(|_| found.next().is_none()).map(|fingerprint| ContentHash(fingerprint.0))
}

fn judged(cms: Option<&[u8]>, bytes: Option<&[u8]>) -> Judged {
    match cms.zip(bytes).map(|(cms, bytes)| verify_detached(cms, bytes)) {
        Some(Verdict::Valid { .. }) => Judged::Good,
        Some(Verdict::NotChecked(_)) => Judged::Unknown,
        Some(Verdict::Invalid(_)) | None => Judged::Bad,
    }
}

/// Looks into the files of a letter that is to be sent.
///
/// # Errors
/// As [`read`].
pub(crate) async fn look(state: &AppState, files: Files) -> Result<Found, Problem> {
    let bytes = read(state, files).await?;
    at_work("look into a letter's kept files", move || Ok(found(&bytes))).await
}
