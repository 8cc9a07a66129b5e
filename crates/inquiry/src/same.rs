//! Approved, signed, sent: one letter. Visas stand on a content, a signature over bytes, mails carry bytes with a number. Before a letter is ordered out, the
//! edge looks into the kept files and says what it found there; whether that is the letter that was approved and signed is decided here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{BlobHash, ContentHash};
use crate::state::{Draft, NumberedReply};

/// What the edge found in the kept files of a letter, just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// SHA-256 of the signed bytes as they were read; none when they are gone, or are not those of their name any more.
    pub signed: Option<BlobHash>,
    /// The content that they name as approved; none when they name none, as letters did that were signed long ago.
    pub named: Option<ContentHash>,
    /// SHA-256 of the registered bytes, which mails carry; none as above.
    pub sent: Option<BlobHash>,
    /// Whether the registered bytes begin with the signed ones.
    pub begins_with_signed: bool,
    /// The signatory's signature over the signed bytes; where several signed, that of the last.
    pub signature: Judged,
    /// The signatures of the others, in the order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cosigned: Vec<Judged>,
    /// The Office's seal over the registered bytes.
    pub seal: Judged,
}

/// What a check of a kept signature came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Judged {
    /// It is over exactly these bytes, with the key of its certificate.
    Good,
    /// It is not, or it is gone.
    Bad,
    /// This program does not know its algorithm.
    Unknown,
}

/// Where one of the three is another letter than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seam {
    /// What was signed is not the content on which the visas stand.
    Approved,
    /// The signed bytes name another content as approved, or none.
    Named,
    /// The signed bytes are gone, or others.
    Signed,
    /// The signature is not over the signed bytes.
    Signature,
    /// The registered letter does not begin with the signed bytes.
    Beginning,
    /// The registered bytes are gone, or others.
    Sent,
    /// The Office's seal is not over the registered bytes.
    Seal,
}

impl Seam {
    /// All of them, in the order in which they are looked at.
    pub const ALL: [Self; 7] =
        [Self::Approved, Self::Named, Self::Signed, Self::Signature, Self::Beginning, Self::Sent, Self::Seal];
}

impl Found {
    /// What is found where nothing was touched.
    #[must_use]
    pub fn intact(letter: &NumberedReply) -> Self {
        Self {
            signed: Some(letter.signed.pdf),
            named: Some(letter.signed.content_hash),
            sent: Some(letter.pdf),
            begins_with_signed: true,
            signature: Judged::Good,
            cosigned: vec![Judged::Good; letter.signed.cosigned.len()],
            seal: Judged::Good,
        }
    }
}

/// Where a letter stops being the one that was approved; none when it is one letter throughout. `draft` is the version that was signed, as far as the
/// inquiry still holds it.
#[must_use]
pub fn broken(draft: Option<&Draft>, letter: &NumberedReply, found: &Found) -> Option<Seam> {
    let signed = &letter.signed;
    let approved = draft.filter(|draft| draft.version == signed.version);
    let is_approved = approved.is_none_or(|draft| {
        // Counted anew, not read: the hash of a content is what its words come to.
        draft.content.hash() == signed.content_hash
            && draft.visas.iter().all(|visa| visa.content_hash == signed.content_hash)
    });
    // Letters whose code was derived were signed before their bytes named what was approved.
    let is_named = match found.named {
        Some(named) => named == signed.content_hash,
        None => signed.code.is_none(),
    };
    // What this program cannot check was checked when it was signed, by one that can, and its report is kept.
    let is_good = |judged: Judged, checked: Option<BlobHash>| match judged {
        Judged::Good => true,
        Judged::Unknown => checked.is_some(),
        Judged::Bad => false,
    };
    let others = found.cosigned.iter().zip(&signed.cosigned);
    let is_signature_good = is_good(found.signature, signed.checked)
        && found.cosigned.len() == signed.cosigned.len()
        && others.into_iter().all(|(judged, given)| is_good(*judged, given.checked));
    let holds = |seam: Seam| match seam {
        Seam::Approved => is_approved,
        Seam::Signed => found.signed == Some(signed.pdf),
        Seam::Named => found.signed.is_none() || is_named,
        Seam::Signature => is_signature_good,
        Seam::Beginning => found.sent.is_none() || found.begins_with_signed,
        Seam::Sent => found.sent == Some(letter.pdf),
        Seam::Seal => found.seal == Judged::Good,
    };
    Seam::ALL.into_iter().find(|seam| !holds(*seam))
}
