//! A key with its certificate: what signs.

use std::fmt;
use std::sync::Arc;

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, OctetString, SetOfVec};
use der::pem::LineEnding;
use der::{Encode, EncodePem};
use jiff::Timestamp;
use p256::ecdsa::SigningKey;
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::SignatureError;
use crate::algorithm::{self, Answer, Hash, SHA_256, is_rsa};
use crate::attributes::{self, DATA, SIGNED_DATA, Unwritable};
use crate::certificate::{ecdsa_sha_256, fingerprint_of, instant_of, p256_key_of, self_signed, subject_of};
use crate::key::{self, Held, Key};
use crate::pkcs12;

/// A P-256 key with the certificate that names its holder, and those between it and a trusted one.
#[derive(Clone)]
pub struct Seal {
    key: Held,
    certificate: Certificate,
    /// What stood beside the certificate: the way up to whoever is trusted.
    between: Vec<Certificate>,
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
        Ok(Self { key: Held::Here(key), certificate, between: Vec::new() })
    }

    /// Reads a seal back from what [`key_pem`](Self::key_pem) and [`certificate_pem`](Self::certificate_pem) wrote, or from a key and a certificate issued by
    /// somebody else. Behind the certificate those may follow that lead up to a trusted one.
    ///
    /// # Errors
    /// When one of the texts is not what it should be, the key is none of the curve P-256, or the two do not belong together.
    pub fn from_pem(key: &str, certificates: &str) -> Result<Self, SignatureError> {
        let key = key::from_pem(key)?;
        let certificates = crate::Certificate::all_from_pem(certificates)?;
        Self::of(key, certificates.into_iter().map(|one| one.0).collect())
    }

    /// Reads a seal out of a PKCS #12 file (RFC 7292) with one key and its certificate, and perhaps those above it.
    ///
    /// # Errors
    /// When the file cannot be opened with this password, is encrypted in the old way, or holds no key of the curve P-256 with its certificate.
    pub fn from_pkcs12(file: &[u8], password: &str) -> Result<Self, SignatureError> {
        let pkcs12::Content { key, mut certificates } = pkcs12::open(file, password)?;
        // The order in such a file means nothing: the holder's is the one with this key.
        let own = certificates.iter().position(|one| p256_key_of(one).as_ref() == Some(key.verifying_key()));
        let own = certificates.remove(own.ok_or(SignatureError::OtherKey)?);
        certificates.insert(0, own);
        Self::of(key, certificates)
    }

    /// A seal whose key is elsewhere, with its certificate in PEM, behind which those may follow that lead up to a trusted one. Whether the two belong together
    /// shows when something is signed.
    ///
    /// # Errors
    /// When the text is no certificate, or its key is none of the curve P-256.
    pub fn with_key(key: Arc<dyn Key>, certificates: &str) -> Result<Self, SignatureError> {
        let certificates = crate::Certificate::all_from_pem(certificates)?;
        Self::held(Held::Elsewhere(key), certificates.into_iter().map(|one| one.0).collect())
    }

    fn of(key: SigningKey, certificates: Vec<Certificate>) -> Result<Self, SignatureError> {
        let public = *key.verifying_key();
        let seal = Self::held(Held::Here(key), certificates)?;
        if p256_key_of(&seal.certificate) != Some(public) {
            return Err(SignatureError::OtherKey);
        }
        Ok(seal)
    }

    fn held(key: Held, mut certificates: Vec<Certificate>) -> Result<Self, SignatureError> {
        if certificates.is_empty() {
            return Err(SignatureError::OtherKey);
        }
        let certificate = certificates.remove(0);
        if is_rsa(certificate.tbs_certificate.subject_public_key_info.algorithm.oid) {
            return Err(SignatureError::Rsa);
        }
        if p256_key_of(&certificate).is_none() {
            return Err(SignatureError::Curve);
        }
        Ok(Self { key, certificate, between: certificates })
    }

    /// The private key as PKCS #8 in PEM. Whoever has this text can sign: keep it in a file that only the server may read.
    ///
    /// # Errors
    /// [`SignatureError::KeyElsewhere`] when the key is not here; when it cannot be encoded, which does not happen with a key of this crate's making.
    pub fn key_pem(&self) -> Result<String, SignatureError> {
        match &self.key {
            Held::Here(key) => key::to_pem(key),
            Held::Elsewhere(_) => Err(SignatureError::KeyElsewhere),
        }
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

    /// The certificate.
    #[must_use]
    pub fn certificate(&self) -> crate::Certificate {
        crate::Certificate(self.certificate.clone())
    }

    /// The certificates that came with it and lead up to a trusted one; none where it stands for itself.
    #[must_use]
    pub fn between(&self) -> Vec<crate::Certificate> {
        self.between.iter().cloned().map(crate::Certificate).collect()
    }

    /// Until when the certificate is valid; none: beyond every calendar.
    #[must_use]
    pub fn not_after(&self) -> Option<Timestamp> {
        instant_of(&self.certificate.tbs_certificate.validity.not_after)
    }

    /// Whom the certificate names.
    #[must_use]
    pub fn subject(&self) -> String {
        subject_of(&self.certificate)
    }

    /// Signs `bytes` as of `at` (whole seconds) and returns the signature alone: CMS `SignedData` in DER, to be kept beside the bytes as `.p7s`,
    /// with the certificates that came with the seal and lead up to a trusted one.
    ///
    /// The same seal, bytes and time give the same signature, where the key is here; one that is elsewhere may draw a number for each.
    ///
    /// # Errors
    /// When `at` lies outside the years 1970 to 9999, or a key that is elsewhere did not sign ([`SignatureError::Key`]) or is another one than the certificate's.
    pub fn sign_detached(&self, bytes: &[u8], at: Timestamp) -> Result<Vec<u8>, SignatureError> {
        self.sign(bytes, Some(at), &self.between())
    }

    /// As [`sign_detached`](Self::sign_detached) for a signature inside a PDF: without a time, which stands in the PDF, and with the certificates between this
    /// one and a trusted one (ETSI EN 319 142-1, 6.3).
    ///
    /// # Errors
    /// As [`sign_detached`](Self::sign_detached), but for the time.
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
        let statement = signed_attrs.to_der()?;
        let signature = self.key.sign(&Sha256::digest(&statement).into())?;
        if let Held::Elsewhere(_) = self.key {
            // Whatever the device did: what leaves here is good.
            let key = &self.certificate.tbs_certificate.subject_public_key_info;
            let answer = algorithm::verify(key, &ecdsa_sha_256(), Some(Hash::Sha256), &statement, &signature);
            if answer != Answer::Good {
                return Err(SignatureError::OtherKey);
            }
        }
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
            signature: OctetString::new(signature)?,
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
