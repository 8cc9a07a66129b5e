//! What a check with trust comes to: every single finding, and the one word that follows from them.

use jiff::Timestamp;

use crate::chain::Broken;
use crate::revocation::Source;
use crate::verdict::{Fault, Unchecked};

/// The one word. What could not be checked is neither valid nor invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conclusion {
    /// Everything was checked and is good.
    Valid,
    /// Something could not be checked, and nothing is wrong.
    NotChecked,
    /// Something is wrong.
    Invalid,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The signature itself.
    Signature,
    /// The timestamp over the signature, or the timestamp of the whole document.
    Timestamp,
    /// The file around the signature.
    File,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The bytes are those that were signed, with the key of the enclosed certificate.
    Intact,
    /// Another program checked it and found it good.
    GoodElsewhere {
        /// Which, as it calls itself.
        by: String,
    },
    /// Another program checked it and found it bad.
    BadElsewhere {
        /// Which, as it calls itself.
        by: String,
        /// Its reason.
        why: String,
    },
    /// The certificate leads to a trusted one, and all were valid at the time.
    Trusted {
        /// Whom the trusted certificate names.
        anchor: String,
        /// The time asked about.
        at: Timestamp,
    },
    /// The certificate does not lead to a trusted one.
    Broken(Broken),
    /// A certificate on the way was not revoked.
    NotRevoked {
        /// Whom it names.
        subject: String,
        /// Who says so.
        by: Source,
        /// When they said so.
        as_of: Timestamp,
    },
    /// A certificate on the way was revoked by then.
    Revoked {
        /// Whom it names.
        subject: String,
        /// Who says so.
        by: Source,
        /// Since when.
        since: Timestamp,
    },
    /// Nobody says whether a certificate on the way was revoked; not checked.
    RevocationUnknown {
        /// Whom it names.
        subject: String,
    },
    /// A certificate stands beside the signature that has nothing to do with it, or was changed; not checked.
    Stray {
        /// Whom it names.
        subject: String,
    },
    /// It existed at this time.
    Timestamped {
        /// When.
        at: Timestamp,
        /// Whom the authority's certificate names.
        authority: String,
    },
    /// A timestamp is over other bytes than these.
    TimestampElsewhere,
    /// A timestamp is later than the time of the check.
    TimestampInFuture {
        /// The time it states.
        at: Timestamp,
    },
    /// What is wrong with a signature.
    Fault(Fault),
    /// Why a signature was not checked.
    Unchecked(Unchecked),
    /// The signature covers the whole file.
    WholeFile,
    /// What is wrong with the PDF around the signature.
    Pdf(PdfFault),
    /// Something was added behind the signed bytes.
    Later(Later),
}

/// What is wrong with a PDF around a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PdfFault {
    /// The file is not built as the standard demands (cross-references, trailers, objects), or in a way that this program does not accept.
    #[error("the file is not built as a PDF with signatures has to be")]
    Structure,
    /// The signed range is missing, or is not the whole revision without the hole for the signature.
    #[error("the signed range is not the whole document around the signature")]
    Range,
    /// The hole holds something besides the signature.
    #[error("the place of the signature holds something else besides it")]
    Hole,
    /// The signature's field was exchanged after it was made.
    #[error("the signature's field was exchanged later")]
    Replaced,
    /// There is no signature in the file.
    #[error("there is no signature in the file")]
    NoSignature,
}

/// What was added behind signed bytes, as an incremental update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// Certificates and revocation data (a document security store); the pages stay.
    Material,
    /// A timestamp of the document; the pages stay.
    Timestamp,
    /// Another signature that shows nothing; the pages stay.
    Signature,
    /// Bytes whose SHA-256 the caller knows and accepts, e.g. the registered letter of the journal.
    Known,
    /// Number and date, or something in their shape (ADR 0008): on the page is more than was signed. Not checked: only whoever makes it again, or knows its
    /// SHA-256, can say that it is nothing else.
    Registration,
    /// Anything else: the document may show what was not signed.
    Other,
}

/// One line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it is about.
    pub about: About,
    /// What was found.
    pub finding: Finding,
}

/// What a check of one signature comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whom the certificate names; absent when the signature could not be read that far.
    pub signer: Option<String>,
    /// SHA-256 of the certificate, in 64 hexadecimal digits.
    pub certificate: Option<String>,
    /// When it was signed, as the signer says; proves nothing.
    pub claimed_at: Option<Timestamp>,
    /// When it existed, as a trusted timestamp proves.
    pub proven_at: Option<Timestamp>,
    /// All findings, in the order of checking.
    pub checks: Vec<Check>,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self { signer: None, certificate: None, claimed_at: None, proven_at: None, checks: Vec::new() }
    }

    pub(crate) fn add(&mut self, about: About, finding: Finding) {
        self.checks.push(Check { about, finding });
    }

    /// The worst of the findings. A report without any is [`Conclusion::NotChecked`].
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        self.checks.iter().map(|check| check.finding.conclusion()).max().unwrap_or(Conclusion::NotChecked)
    }

    /// The same, said of a stranger's signature: that nobody trusted here stands above its certificate says something of whoever asks and nothing against the signature, so
    /// it is not checked instead of invalid.
    #[must_use]
    pub fn conclusion_of_stranger(&self) -> Conclusion {
        let of = |check: &Check| match &check.finding {
            Finding::Broken(Broken::Untrusted { .. }) => Conclusion::NotChecked,
            finding => finding.conclusion(),
        };
        self.checks.iter().map(of).max().unwrap_or(Conclusion::NotChecked)
    }

    /// Whether nobody trusted here stands above its certificate, or above that of its timestamp.
    #[must_use]
    pub fn is_untrusted(&self) -> bool {
        self.checks.iter().any(|check| matches!(check.finding, Finding::Broken(Broken::Untrusted { .. })))
    }

    /// Whether everything was checked and is good.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.conclusion() == Conclusion::Valid
    }

    /// Whether `finding` is among the findings, whatever it is about.
    #[must_use]
    pub fn has(&self, finding: &Finding) -> bool {
        self.checks.iter().any(|check| check.finding == *finding)
    }
}

impl Finding {
    /// What it alone comes to.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        match self {
            Self::Intact
            | Self::GoodElsewhere { .. }
            | Self::Trusted { .. }
            | Self::NotRevoked { .. }
            | Self::Timestamped { .. }
            | Self::WholeFile
            | Self::Later(Later::Material | Later::Timestamp | Later::Signature | Later::Known) => Conclusion::Valid,
            Self::Broken(Broken::Unknown { .. })
            | Self::RevocationUnknown { .. }
            | Self::Stray { .. }
            | Self::Unchecked(_)
            | Self::Later(Later::Registration) => Conclusion::NotChecked,
            Self::BadElsewhere { .. }
            | Self::Broken(_)
            | Self::Revoked { .. }
            | Self::TimestampElsewhere
            | Self::TimestampInFuture { .. }
            | Self::Fault(_)
            | Self::Pdf(_)
            | Self::Later(Later::Other) => Conclusion::Invalid,
        }
    }
}
