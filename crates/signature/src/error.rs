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
    /// Key and certificate were each read, but do not belong together.
    #[error("the certificate was made for another key")]
    OtherKey,
    /// A structure could not be encoded.
    #[error("could not encode the signature's structure")]
    Encoding(#[from] der::Error),
}
