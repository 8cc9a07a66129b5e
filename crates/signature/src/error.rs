//! Why a seal could not be made or used.

/// Why a seal could not be made or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The 32 bytes are not a key of the curve P-256 (zero, or beyond its order). Draw others.
    #[error("these 32 bytes are not a secret key of the curve P-256; draw others")]
    Secret,
    /// The subject is empty, longer than 64 characters (X.520, ub-common-name), or holds control characters.
    #[error("the subject of a certificate has 1 to 64 characters, none of them a control character")]
    Subject,
    /// A serial number of a certificate is positive (RFC 5280, 4.1.2.2).
    #[error("the serial number of a certificate must be positive")]
    Serial,
    /// A certificate ends after it begins, and both between 1970 and 9999.
    #[error("a certificate must end after it begins, between the years 1970 and 9999")]
    Validity,
    /// The time of signing cannot be written in a certificate's calendar.
    #[error("the time of signing must lie between the years 1970 and 9999")]
    SigningTime,
    /// The text is not a private key as this crate writes it (PKCS #8, PEM, P-256).
    #[error("the key is not a P-256 private key in PKCS #8 PEM")]
    KeyPem,
    /// The text is not an X.509 certificate in PEM.
    #[error("the certificate is not an X.509 certificate in PEM")]
    CertificatePem(#[source] der::Error),
    /// The bytes are not an X.509 certificate in DER.
    #[error("the certificate is not an X.509 certificate in DER")]
    CertificateDer(#[source] der::Error),
    /// Key and certificate were each read, but do not belong together.
    #[error("the certificate was made for another key")]
    OtherKey,
    /// A structure could not be encoded.
    #[error("could not encode the signature's structure")]
    Encoding(#[from] der::Error),
}

/// Why an answer of a timestamping authority or an OCSP responder, or a revocation list, cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// Not the structure in DER that it should be.
    #[error("the answer cannot be read")]
    Unreadable,
    /// The authority or the responder says that it cannot answer.
    #[error("the other side did not answer: status {status}")]
    NotAnswered {
        /// `PKIStatus` (RFC 3161, 2.4.2) or `OCSPResponseStatus` (RFC 6960, 4.2.1).
        status: u8,
    },
    /// The answer is to another question: other bytes, another certificate, another nonce.
    #[error("the answer is to another question")]
    OtherQuestion,
    /// The timestamp's signature is not good.
    #[error("the timestamp is no good signature: {0}")]
    Signature(crate::Fault),
    /// The timestamp's signature could not be checked.
    #[error("the timestamp was not checked: {0}")]
    NotChecked(crate::Unchecked),
}
