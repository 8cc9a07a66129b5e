//! Asking whether a certificate was revoked, and what is answered (OCSP, RFC 6960).

use der::asn1::{Any, BitString, GeneralizedTime, Null, ObjectIdentifier, OctetString};
use der::{Choice, Decode, Encode, Enumerated, Sequence};
use jiff::Timestamp;
use x509_cert::Certificate as X509;
use x509_cert::ext::Extension;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::Certificate;
use crate::algorithm::{self, Answer, SHA_1, name_hash, oid};
use crate::certificate::instant_of_date_time;
use crate::chain::{Purpose, is_issued_by, usable};
use crate::error::AnswerError;
use crate::revocation::Told;

const BASIC: ObjectIdentifier = oid("1.3.6.1.5.5.7.48.1.1");
const NONCE: ObjectIdentifier = oid("1.3.6.1.5.5.7.48.1.2");

/// `CertID`: a certificate, by the hashes of its issuer's name and key.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct CertificateId {
    algorithm: AlgorithmIdentifierOwned,
    issuer_name: OctetString,
    issuer_key: OctetString,
    serial: SerialNumber,
}

impl CertificateId {
    fn new(certificate: &X509, issuer: &X509) -> der::Result<Self> {
        // SHA-1 is what every responder knows (RFC 5019, 2.1.1); it finds a certificate and proves nothing.
        let named = |bytes: &[u8]| OctetString::new(name_hash(SHA_1, bytes).unwrap_or_default());
        let key = &issuer.tbs_certificate.subject_public_key_info.subject_public_key;
        Ok(Self {
            algorithm: AlgorithmIdentifierOwned { oid: SHA_1, parameters: Some(Any::null()) },
            issuer_name: named(&issuer.tbs_certificate.subject.to_der()?)?,
            issuer_key: named(key.raw_bytes())?,
            serial: certificate.tbs_certificate.serial_number.clone(),
        })
    }

    fn is_of(&self, certificate: &X509, issuer: &X509) -> bool {
        let holder = &issuer.tbs_certificate;
        let Ok(name) = holder.subject.to_der() else { return false };
        let key = holder.subject_public_key_info.subject_public_key.raw_bytes();
        self.serial == certificate.tbs_certificate.serial_number
            && name_hash(self.algorithm.oid, &name).is_some_and(|hash| hash == self.issuer_name.as_bytes())
            && name_hash(self.algorithm.oid, key).is_some_and(|hash| hash == self.issuer_key.as_bytes())
    }
}

#[derive(Sequence)]
struct Request {
    id: CertificateId,
}

#[derive(Sequence)]
struct ToBeAsked {
    list: Vec<Request>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Sequence)]
struct Asked {
    request: ToBeAsked,
}

#[derive(Clone, Copy, PartialEq, Eq, Enumerated)]
#[asn1(type = "ENUMERATED")]
#[repr(u8)]
enum ResponseStatus {
    Successful = 0,
    MalformedRequest = 1,
    InternalError = 2,
    TryLater = 3,
    SigRequired = 5,
    Unauthorized = 6,
}

#[derive(Sequence)]
struct Response {
    status: ResponseStatus,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    bytes: Option<ResponseBytes>,
}

#[derive(Sequence)]
struct ResponseBytes {
    kind: ObjectIdentifier,
    response: OctetString,
}

#[derive(Debug, Clone, Sequence)]
struct Basic {
    answers: Answers,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    certificates: Option<Vec<X509>>,
}

/// `ResponseData`.
#[derive(Debug, Clone, Sequence)]
struct Answers {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    version: Option<u8>,
    /// By name or by key; who signed is found by trying the keys.
    responder: Any,
    produced: GeneralizedTime,
    list: Vec<Single>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Debug, Clone, Sequence)]
struct Single {
    id: CertificateId,
    status: Stated,
    this_update: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    next_update: Option<GeneralizedTime>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Debug, Clone, Choice)]
enum Stated {
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    Good(Null),
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true")]
    Revoked(RevokedInfo),
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT")]
    Unknown(Null),
}

#[derive(Debug, Clone, Sequence)]
struct RevokedInfo {
    at: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    reason: Option<Any>,
}

/// A question to an OCSP responder about one certificate; send [`to_bytes`](Self::to_bytes) as `application/ocsp-request` by POST.
#[derive(Debug, Clone)]
pub struct OcspRequest {
    id: CertificateId,
    nonce: Option<Vec<u8>>,
}

impl OcspRequest {
    /// About `certificate`, which `issuer` issued. A `nonce` that nobody can guess makes sure that the answer is not an old one; many responders leave it
    /// out of their answer.
    ///
    /// # Errors
    /// When the issuer's name cannot be encoded, which does not happen with a certificate that was read.
    pub fn about(certificate: &Certificate, issuer: &Certificate, nonce: Option<[u8; 16]>) -> der::Result<Self> {
        let id = CertificateId::new(&certificate.0, &issuer.0)?;
        let nonce = nonce.map(|nonce| OctetString::new(nonce).and_then(|nonce| nonce.to_der())).transpose()?;
        Ok(Self { id, nonce })
    }

    /// Its DER.
    ///
    /// # Errors
    /// As [`about`](Self::about).
    pub fn to_bytes(&self) -> der::Result<Vec<u8>> {
        let extensions = match &self.nonce {
            None => None,
            Some(nonce) => {
                let extn_value = OctetString::new(nonce.as_slice())?;
                Some(vec![Extension { extn_id: NONCE, critical: false, extn_value }])
            }
        };
        Asked { request: ToBeAsked { list: vec![Request { id: self.id.clone() }], extensions } }.to_der()
    }
}

/// What a responder answered; that it may answer is checked where it is used.
#[derive(Debug, Clone)]
pub struct OcspResponse {
    der: Vec<u8>,
    basic: Basic,
}

impl OcspResponse {
    /// Reads the body of an answer.
    ///
    /// # Errors
    /// [`AnswerError::Unreadable`], or [`AnswerError::NotAnswered`] when the responder says that it cannot.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AnswerError> {
        let response = Response::from_der(bytes).map_err(|_| AnswerError::Unreadable)?;
        let inner = match (response.status, response.bytes) {
            (ResponseStatus::Successful, Some(inner)) if inner.kind == BASIC => inner,
            (ResponseStatus::Successful, _) => return Err(AnswerError::Unreadable),
            (other, _) => return Err(AnswerError::NotAnswered { status: other as u8 }),
        };
        let basic = Basic::from_der(inner.response.as_bytes()).map_err(|_| AnswerError::Unreadable)?;
        Ok(Self { der: bytes.to_vec(), basic })
    }

    /// Reads the body of an answer to `request`.
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes), and [`AnswerError::OtherQuestion`] when it is about another certificate or bears another nonce.
    pub fn from_response(bytes: &[u8], request: &OcspRequest) -> Result<Self, AnswerError> {
        let response = Self::from_bytes(bytes)?;
        if !response.basic.answers.list.iter().any(|one| one.id == request.id) {
            return Err(AnswerError::OtherQuestion);
        }
        let mut all = response.basic.answers.extensions.iter().flatten();
        let nonce = all.find(|one| one.extn_id == NONCE).map(|one| one.extn_value.as_bytes());
        match (nonce, &request.nonce) {
            (Some(said), Some(asked)) if said != asked.as_slice() => Err(AnswerError::OtherQuestion),
            _ => Ok(response),
        }
    }

    /// Its DER, as it is kept beside a signature.
    #[must_use]
    pub fn to_der(&self) -> &[u8] {
        &self.der
    }

    /// When it was said what it says of `certificate`. `None`: it says nothing of it, or may not.
    #[must_use]
    pub fn tells_of(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Told> {
        self.about(&certificate.0, &issuer.0).map(|said| said.told())
    }

    pub(crate) fn enclosed(&self) -> &[X509] {
        self.basic.certificates.as_deref().unwrap_or(&[])
    }

    /// What it says of `certificate`, if it says anything and may: signed by `issuer`, or by whom `issuer` certified for that.
    pub(crate) fn about(&self, certificate: &X509, issuer: &X509) -> Option<Said> {
        let one = self.basic.answers.list.iter().find(|one| one.id.is_of(certificate, issuer))?;
        let is_critical = |extensions: &Option<Vec<Extension>>| extensions.iter().flatten().any(|one| one.critical);
        if is_critical(&one.extensions) || is_critical(&self.basic.answers.extensions) || !self.may_answer(issuer) {
            return None;
        }
        let status = match &one.status {
            Stated::Good(_) => Status::Good,
            Stated::Revoked(info) => Status::Revoked(instant_of_date_time(info.at.to_date_time())?),
            Stated::Unknown(_) => return None,
        };
        let next_update = match &one.next_update {
            Some(next) => Some(instant_of_date_time(next.to_date_time())?),
            None => None,
        };
        let this_update = instant_of_date_time(one.this_update.to_date_time())?;
        Some(Said { status, this_update, next_update })
    }

    fn may_answer(&self, issuer: &X509) -> bool {
        let Ok(statement) = self.basic.answers.to_der() else { return false };
        let signed_by = |one: &X509| {
            let key = &one.tbs_certificate.subject_public_key_info;
            let signature = self.basic.signature.raw_bytes();
            algorithm::verify(key, &self.basic.algorithm, None, &statement, signature) == Answer::Good
        };
        let produced = self.basic.answers.produced.to_unix_duration();
        let is_delegate = |one: &X509| {
            let holder = &one.tbs_certificate;
            let validity = &holder.validity;
            holder.issuer == issuer.tbs_certificate.subject
                && validity.not_before.to_unix_duration() <= produced
                && produced <= validity.not_after.to_unix_duration()
                && usable(one, Purpose::Revocation).is_ok()
                && is_issued_by(one, issuer) == Answer::Good
        };
        signed_by(issuer) || self.enclosed().iter().any(|one| is_delegate(one) && signed_by(one))
    }
}

/// What a responder or a list says of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) status: Status,
    pub(crate) this_update: Timestamp,
    pub(crate) next_update: Option<Timestamp>,
}

impl Said {
    pub(crate) fn told(&self) -> Told {
        Told { said_at: self.this_update, good_until: self.next_update }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Good,
    Revoked(Timestamp),
}
