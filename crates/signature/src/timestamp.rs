//! That bytes existed at a time, said by an authority (RFC 3161, with ESSCertIDv2 of RFC 5816).

use cms::content_info::ContentInfo;
use der::asn1::{Any, BitString, Int, ObjectIdentifier, OctetString, Uint, Utf8StringRef};
use der::{Decode, Encode, Sequence, Tag, Tagged};
use jiff::Timestamp;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::algorithm::{Hash, SHA_256, oid};
use crate::attributes;
use crate::error::AnswerError;
use crate::signed::{self, Content, Refused, Signed};
use crate::verdict::{Fault, Unchecked};

/// `id-ct-TSTInfo`.
const TST_INFO: ObjectIdentifier = oid("1.2.840.113549.1.9.16.1.4");

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct Imprint {
    algorithm: AlgorithmIdentifierOwned,
    hash: OctetString,
}

#[derive(Sequence)]
struct Request {
    version: u8,
    imprint: Imprint,
    policy: Option<ObjectIdentifier>,
    nonce: Option<Uint>,
    #[asn1(default = "no")]
    certificate: bool,
}

/// `TimeStampResp`, borrowed from its bytes.
#[derive(Sequence)]
struct Response<'a> {
    status: StatusInfo<'a>,
    token: Option<ContentInfo>,
}

#[derive(Sequence)]
struct StatusInfo<'a> {
    status: u8,
    texts: Option<Vec<Utf8StringRef<'a>>>,
    failure: Option<BitString>,
}

/// `TSTInfo`.
#[derive(Sequence)]
struct Info {
    version: u8,
    policy: ObjectIdentifier,
    imprint: Imprint,
    serial: Int,
    /// A `GeneralizedTime`, perhaps with a fraction of a second.
    time: Any,
    accuracy: Option<Accuracy>,
    #[asn1(default = "no")]
    ordering: bool,
    nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    authority: Option<GeneralName>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Sequence)]
struct Accuracy {
    seconds: Option<Uint>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    millis: Option<Uint>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    micros: Option<Uint>,
}

fn no() -> bool {
    false
}

/// A question to a time-stamping authority; send [`to_bytes`](Self::to_bytes) as `application/timestamp-query` by POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampRequest {
    imprint: Vec<u8>,
    nonce: u64,
}

impl TimestampRequest {
    /// Over these bytes, by their SHA-256. `nonce` is a number that nobody can guess: it makes sure that the answer is not an old one.
    #[must_use]
    pub fn over(bytes: &[u8], nonce: u64) -> Self {
        Self { imprint: Hash::Sha256.of(bytes), nonce }
    }

    /// Over the signature value of a CMS signature, for [`with_timestamp`].
    ///
    /// # Errors
    /// [`AnswerError::Unreadable`] when it is not a CMS signature of one signer.
    pub fn over_signature(cms: &[u8], nonce: u64) -> Result<Self, AnswerError> {
        let signed = signed::read(cms).ok_or(AnswerError::Unreadable)?;
        match signed.signer_infos.0.as_slice() {
            [signer] => Ok(Self::over(signer.signature.as_bytes(), nonce)),
            _ => Err(AnswerError::Unreadable),
        }
    }

    /// Its DER: SHA-256, with the nonce, and asking for the authority's certificate.
    ///
    /// # Errors
    /// When it cannot be encoded, which does not happen.
    pub fn to_bytes(&self) -> der::Result<Vec<u8>> {
        let algorithm = AlgorithmIdentifierOwned { oid: SHA_256, parameters: None };
        let imprint = Imprint { algorithm, hash: OctetString::new(self.imprint.as_slice())? };
        let nonce = Some(Uint::new(&self.nonce.to_be_bytes())?);
        Request { version: 1, imprint, policy: None, nonce, certificate: true }.to_der()
    }
}

/// A timestamp: the authority's signature over a hash and a time. Whether the authority is trusted is asked where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampToken {
    der: Vec<u8>,
    at: Timestamp,
}

impl TimestampToken {
    /// Reads the body of an authority's answer to `request`.
    ///
    /// # Errors
    /// [`AnswerError`], with the variant that says why it is no answer to this question.
    pub fn from_response(bytes: &[u8], request: &TimestampRequest) -> Result<Self, AnswerError> {
        let response = Response::from_der(bytes).map_err(|_| AnswerError::Unreadable)?;
        // RFC 3161, 2.4.2: granted, or granted with changes.
        let token = match (response.status.status, response.token) {
            (0 | 1, Some(token)) => token.to_der().map_err(|_| AnswerError::Unreadable)?,
            (0 | 1, None) => return Err(AnswerError::Unreadable),
            (status, _) => return Err(AnswerError::NotAnswered { status }),
        };
        let stamp = read(&token).map_err(|why| match why {
            Refused::Invalid(fault) => AnswerError::Signature(fault),
            Refused::NotChecked(why) => AnswerError::NotChecked(why),
        })?;
        let nonce = Uint::new(&request.nonce.to_be_bytes()).and_then(|nonce| nonce.to_der());
        let said = stamp.nonce.as_ref().map(Encode::to_der);
        let is_answer = stamp.imprint.algorithm.oid == SHA_256
            && stamp.imprint.hash.as_bytes() == request.imprint
            && matches!((said, nonce), (Some(Ok(said)), Ok(asked)) if said == asked);
        if is_answer { Ok(Self { der: token, at: stamp.at }) } else { Err(AnswerError::OtherQuestion) }
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Its DER: a CMS of its own.
    #[must_use]
    pub fn to_der(&self) -> &[u8] {
        &self.der
    }
}

/// Puts the timestamp over a signature among its unsigned attributes (CAdES-T, PAdES-B-T); the signature stays as it was made.
///
/// # Errors
/// [`AnswerError::Unreadable`] when `cms` is not a CMS signature of one signer, or has unsigned attributes already; [`AnswerError::OtherQuestion`] when
/// the timestamp is over something else.
pub fn with_timestamp(cms: &[u8], token: &TimestampToken) -> Result<Vec<u8>, AnswerError> {
    use crate::attributes::SIGNED_DATA;
    let unreadable = |_| AnswerError::Unreadable;
    let mut signed = signed::read(cms).ok_or(AnswerError::Unreadable)?;
    let [signer] = signed.signer_infos.0.as_slice() else { return Err(AnswerError::Unreadable) };
    let mut signer = signer.clone();
    if signer.unsigned_attrs.is_some() {
        return Err(AnswerError::Unreadable);
    }
    match read(&token.der) {
        Ok(stamp) if stamp.is_over(signer.signature.as_bytes()) == Some(true) => {}
        Ok(_) | Err(_) => return Err(AnswerError::OtherQuestion),
    }
    signer.unsigned_attrs = Some(attributes::with_timestamp(&token.der).map_err(unreadable)?);
    signed.signer_infos = cms::signed_data::SignerInfos::try_from(vec![signer]).map_err(unreadable)?;
    let content = Any::encode_from(&signed).map_err(unreadable)?;
    ContentInfo { content_type: SIGNED_DATA, content }.to_der().map_err(unreadable)
}

/// A token whose own signature is good.
pub(crate) struct Stamp {
    pub(crate) at: Timestamp,
    pub(crate) signed: Signed,
    imprint: Imprint,
    nonce: Option<Int>,
}

impl Stamp {
    /// Whether it is over `bytes`; `None`: its hash is unknown.
    pub(crate) fn is_over(&self, bytes: &[u8]) -> Option<bool> {
        let hash = Hash::known(self.imprint.algorithm.oid)?;
        Some(hash.of(bytes) == self.imprint.hash.as_bytes())
    }

    /// The hash that is unknown.
    pub(crate) fn hash(&self) -> String {
        self.imprint.algorithm.oid.to_string()
    }
}

/// Reads a token and checks its own signature.
pub(crate) fn read(token: &[u8]) -> Result<Stamp, Refused> {
    let signed = signed::check(token, &Content::Inside(TST_INFO))?;
    let info = Info::from_der(&signed.content).map_err(|_| Fault::Unreadable)?;
    if let Some(unknown) = info.extensions.iter().flatten().find(|extension| extension.critical) {
        return Err(Unchecked::Algorithm { oid: unknown.extn_id.to_string() }.into());
    }
    let at = time(&info.time).filter(|_| info.version == 1).ok_or(Fault::Unreadable)?;
    Ok(Stamp { at, imprint: info.imprint, nonce: info.nonce, signed })
}

/// A `GeneralizedTime` of RFC 3161: `YYYYMMDDhhmmss[.s…]Z`.
fn time(value: &Any) -> Option<Timestamp> {
    if value.tag() != Tag::GeneralizedTime {
        return None;
    }
    let text = std::str::from_utf8(value.value()).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = match text.split_once('.') {
        None => (text, None),
        Some((whole, fraction)) => (whole, Some(fraction)),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !is_digits(whole) || fraction.is_some_and(|text| text.is_empty() || !is_digits(text)) {
        return None;
    }
    let part = |from: usize, to: usize| &whole[from..to];
    let fraction = fraction.map_or_else(String::new, |digits| format!(".{}", &digits[..digits.len().min(9)]));
    let text = format!(
        "{}-{}-{}T{}:{}:{}{fraction}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14)
    );
    text.parse().ok()
}
