//! Makes and checks electronic signatures over exact bytes.
//!
//! Read [`Seal`] first, which signs, then [`Verdict`] and [`verify_detached`], which check; `certificate` and `attributes` hold the structures
//! that both sides share. A signature is a detached CMS (RFC 5652) with the attributes of CAdES-BES: P-256 and SHA-256, the signing
//! time, and the certificate's own hash (RFC 5035), so that `openssl cms -verify` and any archive's tools can check it.
//!
//! This crate draws no random numbers, reads no clock and keeps no file: the secret, the times and the serial number come in as arguments, and the
//! same arguments give the same bytes (RFC 6979). It decides nothing about trust: whose certificate is accepted is the caller's question.

mod attributes;
mod certificate;
mod error;
mod seal;
mod verdict;
mod verify;

pub use error::SignatureError;
pub use seal::Seal;
pub use verdict::{Fault, Unchecked, Verdict};
pub use verify::{verify_detached, verify_detached_at};
