//! What a check of a signature comes to.

use jiff::Timestamp;

/// What a check of a signature comes to. There are three answers: what could not be checked is neither valid nor invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// These bytes were signed, exactly as they are, with the key of this certificate.
    ///
    /// That the certificate's holder is who its subject says is not part of this answer: compare `certificate` with a fingerprint
    /// that is trusted.
    Valid {
        /// The certificate's subject, by its common name.
        subject: String,
        /// SHA-256 of the certificate, in 64 hexadecimal digits.
        certificate: String,
        /// When it was signed, as the signer says.
        signed_at: Option<Timestamp>,
        /// From when the certificate may be used.
        not_before: Timestamp,
        /// Until when the certificate may be used.
        not_after: Timestamp,
    },
    /// This is not a signature over these bytes.
    Invalid(Fault),
    /// This program cannot tell.
    NotChecked(Unchecked),
}

impl Verdict {
    /// Whether the signature was checked and is good.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        matches!(self, Self::Valid { .. })
    }
}

/// What is wrong with a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Not a CMS `SignedData` in DER.
    #[error("this is not a CMS signature in DER")]
    Unreadable,
    /// It holds a content of its own, so it is not about the bytes beside it.
    #[error("the signature carries a content of its own and says nothing about these bytes")]
    NotDetached,
    /// Nobody has signed.
    #[error("the signature names no signer")]
    NoSigner,
    /// A signed attribute is missing, doubled or malformed.
    #[error("the signature's own statements are incomplete or contradict each other")]
    Attributes,
    /// The bytes are not those that were signed.
    #[error("the bytes are not those that were signed")]
    OtherBytes,
    /// The certificate enclosed is not the one that was signed with.
    #[error("the enclosed certificate is not the one that the signature names")]
    OtherCertificate,
    /// It does not say which certificate it was made with, and its kind has to (`signing-certificate`, RFC 5035).
    #[error("the signature does not say which certificate it was made with")]
    NoCertificateNamed,
    /// The signature was not made with the key of the certificate, or was changed.
    #[error("the signature was not made with the certificate's key, or was changed")]
    Signature,
    /// The certificate was not valid at the time asked about.
    #[error("the certificate was not valid at that time")]
    OutsideValidity,
}

/// Why a signature could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unchecked {
    /// An algorithm that this program does not know, e.g. the GOST ones of the national certification authority.
    #[error("not checked: unknown algorithm {oid}")]
    Algorithm {
        /// Its object identifier.
        oid: String,
    },
    /// The signer's certificate is not enclosed.
    #[error("not checked: the signer's certificate is not enclosed")]
    NoCertificate,
    /// More than one has signed.
    #[error("not checked: {count} signers in one signature")]
    SeveralSigners {
        /// How many.
        count: usize,
    },
    /// An unsigned attribute that this program does not know.
    #[error("not checked: unknown attribute {oid}")]
    Attribute {
        /// Its object identifier.
        oid: String,
    },
    /// The signature is over the bytes directly, without signed attributes.
    #[error("not checked: a signature without signed attributes")]
    NoAttributes,
}
