//! Signatures inside a PDF (PAdES, ETSI EN 319 142-1): made in two phases, extended for the years, and checked.
//!
//! B-B: [`prepare()`], sign [`Prepared::to_sign`] wherever the key is, [`Prepared::embed`]. B-T: [`with_timestamp`](crate::with_timestamp) on the CMS before it is embedded.
//! B-LT: [`add_material`]. B-LTA: [`prepare_timestamp`], and again with fresh material before the authority's certificate ends. Each of them appends an
//! incremental update and leaves every byte that was there. [`check_pdf`] judges what came back from outside.

mod changes;
mod check;
mod field;
mod level;
mod material;
mod prepare;

use crate::pdf::Unsound;
use crate::{AnswerError, Fault, Unchecked};

pub use check::{FieldReport, Kind, PdfReport, check_pdf, signatures_in};
pub use level::{Level, NoLevel};
pub use material::add_material;
pub use prepare::{Prepared, Statement, prepare, prepare_timestamp};

/// Why a PDF was not signed, or not extended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PadesError {
    /// The file is not a PDF, or built in a way that is not signed here (encrypted, linearised, hybrid, damaged).
    #[error("this PDF is not built in a way that can be signed here")]
    Pdf,
    /// A field of this name is there already.
    #[error("the PDF has a field «{0}» already")]
    FieldTaken(String),
    /// The signature needs more room than was prepared.
    #[error("the signature has {needed} bytes, and {room} were kept free for it")]
    Room {
        /// Its bytes.
        needed: usize,
        /// The bytes that were kept free.
        room: usize,
    },
    /// What was handed in is no signature over these bytes.
    #[error("this is no signature over the prepared document: {0}")]
    Signature(Fault),
    /// What was handed in could not be checked.
    #[error("the signature could not be checked: {0}")]
    NotChecked(Unchecked),
    /// Another program found it bad.
    #[error("another program found the signature bad: {0}")]
    Elsewhere(String),
    /// The timestamp that was handed in is not one of the prepared document.
    #[error("the timestamp cannot be used: {0}")]
    Timestamp(#[from] AnswerError),
}

impl From<Unsound> for PadesError {
    fn from(_: Unsound) -> Self {
        Self::Pdf
    }
}
