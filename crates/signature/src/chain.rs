//! From a certificate up to one that is trusted (RFC 5280, section 6, without policies and name constraints: a certificate whose critical extensions ask
//! for those is refused).

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use jiff::Timestamp;
use x509_cert::Certificate as X509;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};

use crate::algorithm::{self, Answer, oid};
use crate::certificate::{instant_of, subject_of};

const KEY_USAGE: ObjectIdentifier = oid("2.5.29.15");
/// Critical extensions that are minded here, or that change nothing for us: key usage, alternative name, basic constraints, policies (any is accepted),
/// extended key usage.
const MINDED: [ObjectIdentifier; 5] =
    [KEY_USAGE, oid("2.5.29.17"), oid("2.5.29.19"), oid("2.5.29.32"), oid("2.5.29.37")];
const TIME_STAMPING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.8");
const OCSP_SIGNING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.9");
const ANY_PURPOSE: ObjectIdentifier = oid("2.5.29.37.0");
const EXTENDED_KEY_USAGE: ObjectIdentifier = oid("2.5.29.37");

/// A chain longer than this is not followed.
const LONGEST: usize = 8;
/// Signatures that are tried at most, whoever brings how many certificates.
const MOST_TRIES: usize = 64;

/// What the certificate at the bottom is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To sign documents: where a key usage is given, it has `digitalSignature` or `nonRepudiation`.
    Documents,
    /// To timestamp: `id-kp-timeStamping`, alone and critical (RFC 3161, 2.3).
    Timestamps,
    /// To answer for an issuer: `id-kp-OCSPSigning` (RFC 6960, 4.2.2.2).
    Revocation,
}

/// From the certificate (first) to a trusted one (last); one alone when it is trusted itself.
#[derive(Debug, Clone)]
pub(crate) struct Path(pub(crate) Vec<X509>);

/// Why a certificate is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// No certificate that is trusted stands above it.
    Untrusted {
        /// The last one that was reached.
        subject: String,
    },
    /// A certificate on the way was not valid at the time asked about.
    OutsideValidity {
        /// Its subject.
        subject: String,
        /// Its first moment.
        from: Timestamp,
        /// Its last moment.
        until: Timestamp,
    },
    /// A certificate has issued another one and may not.
    NotAuthority {
        /// Its subject.
        subject: String,
    },
    /// A certificate was used for what its key usage does not allow.
    Usage {
        /// Its subject.
        subject: String,
    },
    /// A certificate was not signed with the key of the one above it.
    Signature {
        /// Its subject.
        subject: String,
    },
    /// A certificate asks for something that this program does not know, or its signature's algorithm is unknown: not checked.
    Unknown {
        /// Its subject.
        subject: String,
        /// The object identifier of what is unknown.
        oid: String,
    },
}

/// Finds a path that holds at `at`; where there is none, says what is wrong with the best one.
pub(crate) fn find(
    leaf: &X509,
    pool: &[X509],
    anchors: &[X509],
    at: Timestamp,
    purpose: Purpose,
) -> Result<Path, Broken> {
    usable(leaf, purpose)?;
    let mut search = Search { pool, anchors, at, tries: 0, best: None };
    match search.climb(vec![leaf.clone()]) {
        Some(path) => Ok(path),
        None => Err(search.best.unwrap_or_else(|| Broken::Untrusted { subject: subject_of(leaf) })),
    }
}

struct Search<'a> {
    pool: &'a [X509],
    anchors: &'a [X509],
    at: Timestamp,
    tries: usize,
    /// What was wrong with a path that led to a trusted certificate, or else with one that did not.
    best: Option<Broken>,
}

impl Search<'_> {
    fn climb(&mut self, path: Vec<X509>) -> Option<Path> {
        let top = path.last()?;
        if self.anchors.contains(top) {
            return match holds(&path, self.at) {
                Ok(()) => Some(Path(path)),
                Err(broken) => {
                    self.best = Some(broken);
                    None
                }
            };
        }
        let name = &top.tbs_certificate.issuer;
        let candidates = self.anchors.iter().chain(self.pool);
        let above = candidates.filter(|one| one.tbs_certificate.subject == *name && !path.contains(one));
        let above: Vec<X509> = above.cloned().collect();
        if above.is_empty() || path.len() >= LONGEST {
            let subject = subject_of(top);
            self.best.get_or_insert(Broken::Untrusted { subject });
        }
        for one in above {
            self.tries += 1;
            if self.tries > MOST_TRIES || path.len() >= LONGEST {
                return None;
            }
            match is_issued_by(top, &one) {
                Answer::Good => {}
                Answer::Bad => {
                    self.best.get_or_insert(Broken::Signature { subject: subject_of(top) });
                    continue;
                }
                Answer::Unknown(oid) => {
                    self.best.get_or_insert(Broken::Unknown { subject: subject_of(top), oid });
                    continue;
                }
            }
            let higher = path.iter().cloned().chain([one]).collect();
            if let Some(found) = self.climb(higher) {
                return Some(found);
            }
        }
        None
    }
}

/// Whether `below` was signed with the key of `above`; names are the caller's to compare.
pub(crate) fn is_issued_by(below: &X509, above: &X509) -> Answer {
    let Ok(statement) = below.tbs_certificate.to_der() else { return Answer::Bad };
    // RFC 5280, 4.1.1.2: both places name the same algorithm.
    if below.signature_algorithm != below.tbs_certificate.signature {
        return Answer::Bad;
    }
    let Some(signature) = below.signature.as_bytes() else { return Answer::Bad };
    let key = &above.tbs_certificate.subject_public_key_info;
    algorithm::verify(key, &below.signature_algorithm, None, &statement, signature)
}

/// Whether one of `others` signed `certificate`; `None`: the issuer that it names is not among them.
pub(crate) fn is_issued_by_any<'a>(certificate: &X509, others: impl Iterator<Item = &'a X509>) -> Option<bool> {
    let issuer = &certificate.tbs_certificate.issuer;
    let answers = others.filter(|one| one.tbs_certificate.subject == *issuer);
    let answers: Vec<Answer> = answers.map(|one| is_issued_by(certificate, one)).collect();
    (!answers.is_empty()).then(|| answers.contains(&Answer::Good))
}

/// What each certificate of a path must be at `at`, the topmost included.
fn holds(path: &[X509], at: Timestamp) -> Result<(), Broken> {
    for (below, certificate) in path.iter().enumerate() {
        let subject = subject_of(certificate);
        let validity = &certificate.tbs_certificate.validity;
        let (from, until) = (instant_of(&validity.not_before), instant_of(&validity.not_after));
        let (Some(from), Some(until)) = (from, until) else {
            return Err(Broken::Unknown { subject, oid: "validity".to_owned() });
        };
        if at < from || at > until {
            return Err(Broken::OutsideValidity { subject, from, until });
        }
        for extension in certificate.tbs_certificate.extensions.iter().flatten() {
            if extension.critical && !MINDED.contains(&extension.extn_id) {
                return Err(Broken::Unknown { subject, oid: extension.extn_id.to_string() });
            }
        }
        if below > 0 {
            // Those between this one and the bottom, which the limit does not count.
            may_issue(certificate, below - 1)?;
        }
    }
    Ok(())
}

/// Whether a certificate may stand above `between` others and the one at the bottom.
fn may_issue(certificate: &X509, between: usize) -> Result<(), Broken> {
    let subject = subject_of(certificate);
    let holder = &certificate.tbs_certificate;
    let is_authority = match holder.get::<BasicConstraints>() {
        Ok(Some((_critical, constraints))) => {
            constraints.ca && constraints.path_len_constraint.is_none_or(|most| between <= usize::from(most))
        }
        Ok(None) | Err(_) => false,
    };
    let may_sign = match holder.get::<KeyUsage>() {
        Ok(None) => true,
        Ok(Some((_critical, usage))) => usage.key_cert_sign(),
        Err(_) => false,
    };
    if is_authority && may_sign { Ok(()) } else { Err(Broken::NotAuthority { subject }) }
}

/// Whether the certificate at the bottom may be used for `purpose`.
pub(crate) fn usable(certificate: &X509, purpose: Purpose) -> Result<(), Broken> {
    let refused = || Broken::Usage { subject: subject_of(certificate) };
    let holder = &certificate.tbs_certificate;
    let signs = match holder.get::<KeyUsage>() {
        Ok(None) => true,
        Ok(Some((_critical, usage))) => usage.digital_signature() || usage.non_repudiation(),
        Err(_) => false,
    };
    let extended = holder.extensions.iter().flatten().find(|one| one.extn_id == EXTENDED_KEY_USAGE);
    let purposes = match extended {
        None => Vec::new(),
        Some(one) => ExtendedKeyUsage::from_der(one.extn_value.as_bytes()).map_err(|_| refused())?.0,
    };
    let fits = match purpose {
        // A key that timestamps or answers for an issuer does nothing else.
        Purpose::Documents => {
            purposes.is_empty() || purposes.iter().any(|one| ![TIME_STAMPING, OCSP_SIGNING].contains(one))
        }
        Purpose::Timestamps => purposes == [TIME_STAMPING] && extended.is_some_and(|one| one.critical),
        Purpose::Revocation => purposes.contains(&OCSP_SIGNING) && !purposes.contains(&ANY_PURPOSE),
    };
    if signs && fits { Ok(()) } else { Err(refused()) }
}
