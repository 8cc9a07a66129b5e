//! Checking a detached signature.

use jiff::Timestamp;

use crate::certificate::{fingerprint_of, instant_of, subject_of};
use crate::signed::{self, Content, Refused, Signed};
use crate::verdict::{Fault, Verdict};

/// Checks that `cms` is a signature over exactly `bytes`, by the key of the certificate enclosed in it, whenever it was made.
#[must_use]
pub fn verify_detached(cms: &[u8], bytes: &[u8]) -> Verdict {
    let checked = signed::check(cms, &Content::Beside(bytes));
    match checked.and_then(|signed| valid(&signed).ok_or(Refused::Invalid(Fault::Unreadable))) {
        Ok(valid) => valid,
        Err(Refused::Invalid(fault)) => Verdict::Invalid(fault),
        Err(Refused::NotChecked(why)) => Verdict::NotChecked(why),
    }
}

/// As [`verify_detached`], and that the certificate was valid at `at`.
#[must_use]
pub fn verify_detached_at(cms: &[u8], bytes: &[u8], at: Timestamp) -> Verdict {
    match verify_detached(cms, bytes) {
        Verdict::Valid { not_before, not_after, .. } if at < not_before || at > not_after => {
            Verdict::Invalid(Fault::OutsideValidity)
        }
        verdict => verdict,
    }
}

/// `None`: the certificate cannot be written again, or its dates are in no calendar.
fn valid(signed: &Signed) -> Option<Verdict> {
    let validity = &signed.certificate.tbs_certificate.validity;
    Some(Verdict::Valid {
        subject: subject_of(&signed.certificate),
        certificate: fingerprint_of(&signed.certificate).ok()?,
        signed_at: signed.said.at,
        not_before: instant_of(&validity.not_before)?,
        not_after: instant_of(&validity.not_after)?,
    })
}
