//! Makes and checks electronic signatures over exact bytes.
//!
//! Read [`Seal`] first, which signs, then [`Verdict`] and [`verify_detached`], which say whether bytes are those that a key signed; then [`Question`] and
//! [`check_detached`], which ask besides whether the certificate is trusted, was valid and not revoked, and what proves the time; then [`prepare`] and [`check_pdf`],
//! the same inside a PDF. A signature is a CMS (RFC 5652) with the attributes of CAdES: beside its bytes as `.p7s`, with the signing time, so that `openssl cms -verify`
//! and any archive's tools can check it, or inside a PDF (PAdES: B-B, B-T, B-LT, B-LTA). docs/adr/0026-pades.md tells what is checked and what is not.
//!
//! This crate draws no random numbers, reads no clock, keeps no file and speaks to nobody: secrets, times, numbers, and the answers of timestamping authorities and
//! OCSP responders come in as arguments, and the same arguments give the same bytes (RFC 6979), unless a [`Key`] elsewhere signs. Whom to trust is the caller's question.

mod algorithm;
mod assess;
mod attributes;
mod ber;
mod certificate;
mod chain;
mod crl;
mod error;
mod frame;
mod key;
mod ocsp;
mod pades;
mod pdf;
mod pkcs12;
mod report;
mod revocation;
mod seal;
mod signed;
mod timestamp;
mod verdict;
mod verify;
mod words;
mod x509;

pub use assess::{Answer, Elsewhere, Question, Revocation, Trust, check_detached, check_timestamp};
pub use chain::Broken;
pub use crl::Crl;
pub use error::{AnswerError, SignatureError};
pub use frame::{certificates_of, read_cms, signer_of};
pub use key::Key;
pub use ocsp::{OcspRequest, OcspResponse};
pub use pades::{
    FieldReport, Kind, Level, NoLevel, PadesError, PdfReport, Prepared, Statement, add_material, check_pdf, prepare,
    prepare_timestamp, signatures_in,
};
pub use report::{About, Check, Conclusion, Finding, Later, PdfFault, Report};
pub use revocation::{Material, Source, Told};
pub use seal::Seal;
pub use timestamp::{TimestampRequest, TimestampToken, with_timestamp};
pub use verdict::{Fault, Unchecked, Verdict};
pub use verify::{verify_detached, verify_detached_at};
pub use words::Language;
pub use x509::Certificate;
