//! Looks into the kept files of a letter and says what is there, for [`inquiry::same`], which decides whether it is one letter, and for whoever checks it.

use std::sync::Arc;

use eventstore::StoreError;
use inquiry::same::{Found, Judged};
use inquiry::terms::Cosignature;
use inquiry::{BlobHash, ContentHash};
use letter::fingerprint::marks;
use sha2::{Digest, Sha256};
use signature::{Certificate, Conclusion, Verdict, signer_of, verify_detached};
use trust::Kept;

use super::{at_work, unread};
use crate::problem::Problem;
use crate::state::AppState;

/// The names of a signature's files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    /// The signature itself.
    pub cms: BlobHash,
    /// The report of the check when it was given, where one was kept.
    pub checked: Option<BlobHash>,
}

impl Given {
    /// Those of one of several signatures.
    pub(crate) fn of(cosignature: &Cosignature) -> Self {
        Self { cms: cosignature.signature, checked: cosignature.checked }
    }
}

/// The names of a letter's files, as far as it has them.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    /// The signed bytes.
    pub signed: BlobHash,
    /// The last signature over them.
    pub signature: Given,
    /// Those of the others who signed the same bytes.
    pub cosigned: Vec<Given>,
    /// The registered bytes and the Office's seal over them; none before the number.
    pub registered: Option<(BlobHash, BlobHash)>,
}

/// A signature as it was read.
#[derive(Debug, Default)]
pub(crate) struct Signature {
    pub cms: Option<Vec<u8>>,
    pub checked: Option<Vec<u8>>,
}

/// The files as they were read; none of those that are gone or are not the bytes of their name any more.
#[derive(Debug, Default)]
pub(crate) struct Bytes {
    pub signed: Option<Vec<u8>>,
    pub signature: Signature,
    pub cosigned: Vec<Signature>,
    pub registered: Option<Vec<u8>>,
    pub seal: Option<Vec<u8>>,
}

/// Reads the files. What somebody changed in the database is nothing here, and no fault of this program.
///
/// # Errors
/// A failure when the database cannot answer.
pub(crate) async fn read(state: &AppState, files: Files) -> Result<Bytes, Problem> {
    let Files { signed, signature, cosigned, registered } = files;
    let mut bytes = Bytes {
        signed: one(state, signed).await?,
        signature: of_signature(state, signature).await?,
        ..Bytes::default()
    };
    for given in cosigned {
        bytes.cosigned.push(of_signature(state, given).await?);
    }
    if let Some((registered, seal)) = registered {
        (bytes.registered, bytes.seal) = (one(state, registered).await?, one(state, seal).await?);
    }
    Ok(bytes)
}

async fn of_signature(state: &AppState, given: Given) -> Result<Signature, Problem> {
    let checked = match given.checked {
        Some(report) => one(state, report).await?,
        None => None,
    };
    Ok(Signature { cms: one(state, given.cms).await?, checked })
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

/// What is found in the files, where `known` are all the certificates that have sealed here; busy work.
pub(crate) fn found(bytes: &Bytes, known: &[Certificate]) -> Found {
    let (signed, sent) = (bytes.signed.as_deref(), bytes.registered.as_deref());
    let hash = |bytes: &[u8]| BlobHash(Sha256::digest(bytes).into());
    Found {
        signed: signed.map(hash),
        named: signed.and_then(named),
        sent: sent.map(hash),
        begins_with_signed: signed.zip(sent).is_some_and(|(signed, sent)| sent.starts_with(signed)),
        signature: bytes.signature.judged(signed),
        cosigned: bytes.cosigned.iter().map(|given| given.judged(signed)).collect(),
        seal: match judged(bytes.seal.as_deref(), sent) {
            // Anybody makes seals that are good: ours are by a certificate that has sealed here, the present one or one before it.
            Judged::Good if !bytes.seal.as_deref().and_then(signer_of).is_some_and(|by| known.contains(&by)) => {
                Judged::Bad
            }
            judged => judged,
        },
    }
}

impl Signature {
    /// The report of the check when it was given, if it can be read.
    pub(crate) fn kept(&self) -> Option<Kept> {
        self.checked.as_deref().and_then(Kept::read)
    }

    fn judged(&self, signed: Option<&[u8]>) -> Judged {
        match judged(self.cms.as_deref(), signed) {
            // What nobody here can check counts by the report of whoever did, and by no word of the event alone.
            Judged::Unknown if !self.is_vouched_for() => Judged::Bad,
            judged => judged,
        }
    }

    /// Does that report say that the signature was valid, and is it about the certificate that the signature brings?
    fn is_vouched_for(&self) -> bool {
        let by = self.cms.as_deref().and_then(signer_of).and_then(|by| by.fingerprint().ok());
        self.kept().is_some_and(|kept| {
            kept.conclusion == Conclusion::Valid && kept.certificate.is_none_or(|named| by.is_none_or(|by| by == named))
        })
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
    let (bytes, sealing) = (read(state, files).await?, Arc::clone(&state.sealing));
    at_work("look into a letter's kept files", move || Ok(found(&bytes, sealing.known()))).await
}
