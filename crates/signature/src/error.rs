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
    #[error("the key is not a P-256 private key in PKCS #8 PEM (`openssl pkcs8 -topk8 -nocrypt` writes one)")]
    KeyPem,
    /// An RSA key: such signatures are checked here and not made (docs/adr/0026-pades.md).
    #[error("this is an RSA key; the seal is made with a P-256 key: have a certificate issued for one")]
    Rsa,
    /// A certificate for a key of another kind.
    #[error("the certificate's key is none of the curve P-256, and only such keys seal here")]
    Curve,
    /// The key is in a device that does not give it away.
    #[error("the key is kept elsewhere and cannot be read out")]
    KeyElsewhere,
    /// A key that is kept elsewhere did not sign.
    #[error("{0}")]
    Key(String),
    /// The file is no PKCS #12 file in DER.
    #[error("the file is no PKCS #12 file in DER, as `openssl pkcs12 -export` writes it")]
    Pkcs12,
    /// It does not open with this password, or is damaged.
    #[error("the PKCS #12 file does not open with this password, or is damaged")]
    Pkcs12Password,
    /// It is encrypted in a way that is not known here.
    #[error(
        "the PKCS #12 file is encrypted in a way that is not known here ({oid}); write it anew with `openssl pkcs12 -export` (PBES2, AES)"
    )]
    Pkcs12Algorithm {
        /// The algorithm's object identifier.
        oid: String,
    },
    /// It holds no key, or several.
    #[error("the PKCS #12 file holds {count} keys and not one")]
    Pkcs12Keys {
        /// How many.
        count: usize,
    },
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
