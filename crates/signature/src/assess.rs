//! A signature held against trust: whose certificate it is, whether it was good at the time, what proves that time.
//!
//! ETSI EN 319 102-1 in short: the time of a signature is that of its trusted timestamp, or else the time of the check (or of a later timestamp of the whole
//! document); at that time the chain must hold and nothing on it be revoked. Left out: policies, name constraints, which algorithms were strong in
//! which year, grace periods, and the revocation of OCSP responders.

use jiff::Timestamp;
use x509_cert::Certificate as X509;

use crate::Certificate;
use crate::attributes::{self, Named};
use crate::certificate::{fingerprint_of, subject_of};
use crate::chain::{self, Broken, Purpose};
use crate::report::{About, Finding, Report};
use crate::revocation::{Kind, Material, Standing, standing};
use crate::signed::{self, Content, Refused, Signed};
use crate::timestamp::{self, TimestampToken};
use crate::verdict::{Fault, Unchecked};

/// Whom the asker trusts, and how much they want to know.
#[derive(Debug, Clone)]
pub struct Trust {
    /// Trusted certificates: those of authorities, or a signer's own.
    pub anchors: Vec<Certificate>,
    /// Trusted certificates for timestamps.
    pub timestamp_anchors: Vec<Certificate>,
    /// What to make of a certificate of which nobody says whether it was revoked.
    pub revocation: Revocation,
}

/// What to make of a certificate of which nobody says whether it was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// It was not checked, and so the signature was not.
    Required,
    /// It is passed over; a revocation that is told of counts.
    WhereTold,
}

/// A check: who asks, when, and with what at hand.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The time of the check.
    pub now: Timestamp,
    /// Whom the asker trusts.
    pub trust: &'a Trust,
    /// What the caller has fetched.
    pub material: &'a Material,
    /// Who checks signatures whose algorithm this crate does not know.
    pub elsewhere: Option<&'a dyn Elsewhere>,
}

/// Another program that checks signatures of algorithms unknown here, e.g. the GOST ones of the national certification authority; the caller speaks to it.
pub trait Elsewhere {
    /// Checks a detached CMS over `bytes`, its chain and its revocation.
    fn check(&self, cms: &[u8], bytes: &[u8]) -> Answer;
}

/// What another program says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is good.
    Good {
        /// Who says so.
        by: String,
        /// Whom the signature's certificate names.
        signer: String,
    },
    /// It is bad.
    Bad {
        /// Who says so.
        by: String,
        /// Why.
        why: String,
    },
    /// It was not reached, or does not know either.
    None,
}

/// Checks a detached signature (`.p7s`) over exactly `bytes`.
#[must_use]
pub fn check_detached(cms: &[u8], bytes: &[u8], question: &Question<'_>) -> Report {
    let mut report = Report::new();
    signature(&mut report, cms, bytes, question, question.material, &Rules { poe: question.now, must_name: false });
    report
}

/// Checks a timestamp: its own signature, and that its authority is trusted and was not revoked; with `bytes`, that it is over them.
#[must_use]
pub fn check_timestamp(token: &TimestampToken, bytes: Option<&[u8]>, question: &Question<'_>) -> Report {
    let mut report = Report::new();
    report.proven_at = stamp(&mut report, token.to_der(), bytes, question, question.material, question.now);
    report
}

/// What else holds for a signature.
pub(crate) struct Rules {
    /// The latest time at which it is proved to have existed: a later timestamp's, or the time of the check.
    pub(crate) poe: Timestamp,
    /// Whether it has to name its certificate.
    pub(crate) must_name: bool,
}

/// Adds to `report` what is to be said of a CMS signature over `bytes`.
pub(crate) fn signature(
    report: &mut Report,
    cms: &[u8],
    bytes: &[u8],
    question: &Question<'_>,
    material: &Material,
    rules: &Rules,
) {
    let about = About::Signature;
    let signed = match signed::check(cms, &Content::Beside(bytes)) {
        Ok(signed) => signed,
        Err(Refused::Invalid(fault)) => return report.add(about, Finding::Fault(fault)),
        Err(Refused::NotChecked(why)) => return elsewhere(report, cms, bytes, question, why),
    };
    name(report, &signed);
    report.claimed_at = signed.said.at;
    if rules.must_name && matches!(signed.said.certificate, Named::Nothing) {
        report.add(about, Finding::Fault(Fault::NoCertificateNamed));
    }
    report.add(about, Finding::Intact);
    let mut material = material.clone();
    for list in &signed.crls {
        // One that cannot be read proves nothing; then the revocation is unknown.
        if material.add_der(Kind::Crl, list).is_err() {
            continue;
        }
    }
    let mut at = rules.poe;
    match attributes::timestamp(signed.signer.unsigned_attrs.as_ref()) {
        None => report.add(About::Timestamp, Finding::Fault(Fault::Attributes)),
        Some(None) => {}
        Some(Some(token)) => {
            if let Some(proven) =
                stamp(report, &token, Some(signed.signer.signature.as_bytes()), question, &material, rules.poe)
            {
                report.proven_at = Some(proven);
                at = proven;
            }
        }
    }
    let anchors = &question.trust.anchors;
    trusted(report, about, &signed, anchors, (at, Purpose::Documents), question, &material);
}

fn elsewhere(report: &mut Report, cms: &[u8], bytes: &[u8], question: &Question<'_>, why: Unchecked) {
    let is_unknown = matches!(why, Unchecked::Algorithm { .. });
    let asked = question.elsewhere.filter(|_| is_unknown).map(|program| program.check(cms, bytes));
    match asked {
        Some(Answer::Good { by, signer }) => {
            report.signer = Some(signer);
            report.add(About::Signature, Finding::GoodElsewhere { by });
        }
        Some(Answer::Bad { by, why }) => report.add(About::Signature, Finding::BadElsewhere { by, why }),
        Some(Answer::None) | None => report.add(About::Signature, Finding::Unchecked(why)),
    }
}

fn name(report: &mut Report, signed: &Signed) {
    report.signer = Some(subject_of(&signed.certificate));
    report.certificate = fingerprint_of(&signed.certificate).ok();
}

/// Adds what is to be said of a timestamp (over `bytes`, where they are at hand), and returns its time when all of that is good.
pub(crate) fn stamp(
    report: &mut Report,
    token: &[u8],
    bytes: Option<&[u8]>,
    question: &Question<'_>,
    material: &Material,
    poe: Timestamp,
) -> Option<Timestamp> {
    let about = About::Timestamp;
    let stamp = match timestamp::read(token) {
        Ok(stamp) => stamp,
        Err(Refused::Invalid(fault)) => return nothing(report, Finding::Fault(fault)),
        Err(Refused::NotChecked(why)) => return nothing(report, Finding::Unchecked(why)),
    };
    if report.signer.is_none() {
        name(report, &stamp.signed);
    }
    match bytes.map_or(Some(true), |bytes| stamp.is_over(bytes)) {
        Some(true) => {}
        Some(false) => return nothing(report, Finding::TimestampElsewhere),
        None => return nothing(report, Finding::Unchecked(Unchecked::Algorithm { oid: stamp.hash() })),
    }
    let at = stamp.at;
    if at > poe {
        return nothing(report, Finding::TimestampInFuture { at });
    }
    if matches!(stamp.signed.said.certificate, Named::Nothing) {
        return nothing(report, Finding::Fault(Fault::NoCertificateNamed));
    }
    report.add(about, Finding::Timestamped { at, authority: subject_of(&stamp.signed.certificate) });
    let anchors = &question.trust.timestamp_anchors;
    trusted(report, about, &stamp.signed, anchors, (poe, Purpose::Timestamps), question, material).then_some(at)
}

/// A timestamp that proves nothing, and why.
fn nothing(report: &mut Report, why: Finding) -> Option<Timestamp> {
    report.add(About::Timestamp, why);
    None
}

/// Adds what is to be said of a signer's chain, and says whether it is trusted and nothing on it is revoked.
fn trusted(
    report: &mut Report,
    about: About,
    signed: &Signed,
    anchors: &[Certificate],
    (at, purpose): (Timestamp, Purpose),
    question: &Question<'_>,
    material: &Material,
) -> bool {
    if let Some(oid) = attributes::unknown(signed.signer.unsigned_attrs.as_ref()) {
        report.add(about, Finding::Unchecked(Unchecked::Attribute { oid: oid.to_string() }));
        return false;
    }
    let pool: Vec<X509> = signed.enclosed.iter().chain(&material.certificates).cloned().collect();
    let anchors: Vec<X509> = anchors.iter().map(|anchor| anchor.0.clone()).collect();
    let path = match chain::find(&signed.certificate, &pool, &anchors, at, purpose) {
        Ok(path) => path.0,
        Err(broken) => {
            report.add(about, Finding::Broken(broken));
            return false;
        }
    };
    let anchor = path.last().map_or_else(String::new, subject_of);
    report.add(about, Finding::Trusted { anchor, at });
    let mut good = true;
    // The signature does not protect what stands beside it; so that must prove itself, or a changed byte there would go unnoticed. What the asker trusts, to the byte, needs no
    // other to vouch for it.
    for stray in signed.enclosed.iter().filter(|one| !(path.contains(one) || anchors.contains(one))) {
        let subject = subject_of(stray);
        match chain::is_issued_by_any(stray, pool.iter().chain(&anchors)) {
            Some(true) => continue,
            Some(false) => report.add(about, Finding::Broken(Broken::Signature { subject })),
            None => report.add(about, Finding::Stray { subject }),
        }
        good = false;
    }
    for pair in path.windows(2) {
        let [certificate, issuer] = pair else { continue };
        let subject = subject_of(certificate);
        match standing(certificate, issuer, material, at, question.now) {
            Standing::Good { by, as_of } => report.add(about, Finding::NotRevoked { subject, by, as_of }),
            Standing::Revoked { by, since } => {
                report.add(about, Finding::Revoked { subject, by, since });
                good = false;
            }
            Standing::Unknown => match question.trust.revocation {
                Revocation::Required => {
                    report.add(about, Finding::RevocationUnknown { subject });
                    good = false;
                }
                Revocation::WhereTold => {}
            },
        }
    }
    good
}
