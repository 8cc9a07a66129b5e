//! A key with its certificate: what signs.

use std::fmt;

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, OctetString, SetOfVec};
use der::pem::LineEnding;
use der::{DecodePem, Encode, EncodePem};
use jiff::Timestamp;
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::SignatureError;
use crate::algorithm::SHA_256;
use crate::attributes::{self, DATA, SIGNED_DATA, Unwritable};
use crate::certificate::{ecdsa_sha_256, fingerprint_of, p256_key_of, self_signed, subject_of};

/// A P-256 key with the certificate that names its holder.
#[derive(Clone)]
pub struct Seal {
    key: SigningKey,
    certificate: Certificate,
}

impl Seal {
    /// Makes a seal from a secret, with a self-signed certificate.
    ///
    /// `secret` must be 32 bytes that nobody can guess; `subject` says what the seal is, in up to 64 characters, e.g. «Saual demo seal
    /// (server)»; `serial` is a number that no other certificate of this subject has.
    ///
    /// # Errors
    /// When one of them cannot stand in a certificate, with the variant that says which.
    pub fn generate(
        secret: [u8; 32],
        subject: &str,
        not_before: Timestamp,
        not_after: Timestamp,
        serial: u64,
    ) -> Result<Self, SignatureError> {
        let key = SigningKey::from_bytes(&secret.into()).map_err(|_| SignatureError::Secret)?;
        let certificate = self_signed(&key, subject, (not_before, not_after), serial)?;
        Ok(Self { key, certificate })
    }

    /// Reads a seal back from what [`key_pem`](Self::key_pem) and [`certificate_pem`](Self::certificate_pem) wrote, or from a key and a certificate issued by
    /// somebody else.
    ///
    /// # Errors
    /// When one of the texts is not what it should be, or the two do not belong together.
    pub fn from_pem(key: &str, certificate: &str) -> Result<Self, SignatureError> {
        let secret = SecretKey::from_pkcs8_pem(key).map_err(|_| SignatureError::KeyPem)?;
        let key = SigningKey::from(secret);
        let certificate = Certificate::from_pem(certificate).map_err(SignatureError::CertificatePem)?;
        if p256_key_of(&certificate).as_ref() != Some(key.verifying_key()) {
            return Err(SignatureError::OtherKey);
        }
        Ok(Self { key, certificate })
    }

    /// The private key as PKCS #8 in PEM. Whoever has this text can sign: keep it in a file that only the server may read.
    ///
    /// # Errors
    /// When the key cannot be encoded, which does not happen with a key of this crate's making.
    pub fn key_pem(&self) -> Result<String, SignatureError> {
        let secret = SecretKey::from(self.key.as_nonzero_scalar());
        let pem = secret.to_pkcs8_pem(LineEnding::LF).map_err(|_| SignatureError::KeyPem)?;
        Ok(pem.to_string())
    }

    /// The certificate in PEM, to be given to whoever is to check.
    ///
    /// # Errors
    /// When the certificate cannot be encoded, which does not happen with one that was read or made here.
    pub fn certificate_pem(&self) -> Result<String, SignatureError> {
        Ok(self.certificate.to_pem(LineEnding::LF)?)
    }

    /// SHA-256 of the certificate, in 64 hexadecimal digits: by this a caller knows its own signatures from others'.
    ///
    /// # Errors
    /// When the certificate cannot be encoded, which does not happen with one that was read or made here.
    pub fn certificate_fingerprint(&self) -> Result<String, SignatureError> {
        Ok(fingerprint_of(&self.certificate)?)
    }

    /// Whom the certificate names.
    #[must_use]
    pub fn subject(&self) -> String {
        subject_of(&self.certificate)
    }

    /// Signs `bytes` as of `at` (whole seconds) and returns the signature alone: CMS `SignedData` in DER, to be kept beside the bytes as `.p7s`.
    ///
    /// The same seal, bytes and time give the same signature.
    ///
    /// # Errors
    /// When `at` lies outside the years 1970 to 9999.
    pub fn sign_detached(&self, bytes: &[u8], at: Timestamp) -> Result<Vec<u8>, SignatureError> {
        self.sign(bytes, Some(at), &[])
    }

    /// As [`sign_detached`](Self::sign_detached) for a signature inside a PDF: without a time, which stands in the PDF, and with the certificates between this
    /// one and a trusted one (ETSI EN 319 142-1, 6.3).
    ///
    /// # Errors
    /// When the signature cannot be encoded, which does not happen with a seal and certificates that were read or made here.
    pub fn sign_pades(&self, to_sign: &[u8], between: &[crate::Certificate]) -> Result<Vec<u8>, SignatureError> {
        self.sign(to_sign, None, between)
    }

    fn sign(
        &self,
        bytes: &[u8],
        at: Option<Timestamp>,
        between: &[crate::Certificate],
    ) -> Result<Vec<u8>, SignatureError> {
        let signed_attrs =
            attributes::make(&Sha256::digest(bytes), &self.certificate, at).map_err(|why| match why {
                Unwritable::Time => SignatureError::SigningTime,
                Unwritable::Encoding(error) => SignatureError::Encoding(error),
            })?;
        let signature: DerSignature = self.key.sign(&signed_attrs.to_der()?);
        let holder = &self.certificate.tbs_certificate;
        let signer = SignerInfo {
            // RFC 5652, 5.3: 1 with issuer and serial number.
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: holder.issuer.clone(),
                serial_number: holder.serial_number.clone(),
            }),
            digest_alg: sha_256(),
            signed_attrs: Some(signed_attrs),
            signature_algorithm: ecdsa_sha_256(),
            signature: OctetString::new(signature.as_bytes())?,
            unsigned_attrs: None,
        };
        let certificates = between.iter().map(|one| &one.0).filter(|one| **one != self.certificate);
        let certificates = [&self.certificate].into_iter().chain(certificates);
        let certificates: Vec<_> = certificates.cloned().map(CertificateChoices::Certificate).collect();
        let signed = SignedData {
            // RFC 5652, 5.1: 1 with plain certificates and plain data.
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::try_from(vec![sha_256()])?,
            encap_content_info: EncapsulatedContentInfo { econtent_type: DATA, econtent: None },
            certificates: Some(CertificateSet::try_from(certificates)?),
            crls: None,
            signer_infos: SignerInfos::try_from(vec![signer])?,
        };
        Ok(ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()?)
    }
}

/// RFC 5754: SHA-256 in CMS is written without parameters.
fn sha_256() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: SHA_256, parameters: None }
}

impl fmt::Debug for Seal {
    /// Never shows the key.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Seal").field("subject", &self.subject()).finish_non_exhaustive()
    }
}
