//! One byte, anywhere; and what else goes wrong with keys and certificates.

use signature::{
    Broken, Certificate, Conclusion, Finding, Material, Question, Report, Revocation, Trust, check_detached, check_pdf,
};

use crate::authority::{ask, authority};
use crate::letters::{archived, lasting, letter, nothing, signed_alone, signed_by, stamped};
use crate::shadows::judged;

/// The places where a byte is changed: all over the letter, closely behind it.
pub(crate) fn places(pdf: &[u8], signed_from: usize, step: usize) -> Vec<usize> {
    let padding = pdf[signed_from..].windows(400).position(|window| window.iter().all(|&byte| byte == b'0'));
    let padding = signed_from + padding.expect("padding");
    let behind = padding + pdf[padding..].iter().position(|&byte| byte == b'>').expect("its end");
    let sparse = (0..signed_from).chain(padding..behind).step_by(step * 61);
    let close = (signed_from..padding).chain(behind..pdf.len()).step_by(step);
    sparse.chain(close).chain([pdf.len() - 1]).collect()
}

/// The byte with its lowest bit turned, which leaves digits digits and most letters letters; and with the bit of the case.
pub(crate) fn changed(pdf: &[u8], at: usize, bit: u8) -> Vec<u8> {
    let mut pdf = pdf.to_vec();
    pdf[at] ^= bit;
    pdf
}

#[test]
fn a_changed_byte_anywhere_is_noticed() {
    let signed = signed_by(&letter(), "signer");
    for (bit, step) in [(0x01, 7), (0x20, 19)] {
        for at in places(&signed, letter().len(), step) {
            let report = judged(&changed(&signed, at, bit), &[]);
            assert_ne!(report.conclusion(), Conclusion::Valid, "byte {at}, bit {bit}: {report:#?}");
            // Where the signature now names an algorithm that there is not, it cannot be checked; everywhere else it is wrong.
            let is_unknown = |report: &Report| {
                report.checks.iter().any(|check| matches!(check.finding, Finding::Unchecked(_) | Finding::Stray { .. }))
            };
            let is_unchecked = report.signatures.iter().any(|field| is_unknown(&field.report));
            assert!(report.conclusion() == Conclusion::Invalid || is_unchecked, "byte {at}, bit {bit}: {report:#?}");
        }
    }
}

/// The timestamp and its frame are protected by nothing but themselves.
#[test]
fn a_changed_byte_of_a_timestamp_is_noticed() {
    let stamped = stamped(&letter(), "signer");
    for at in places(&stamped, letter().len(), 11) {
        let report = judged(&changed(&stamped, at, 1), &[]);
        assert_ne!(report.conclusion(), Conclusion::Valid, "byte {at}: {report:#?}");
    }
}

#[test]
fn a_changed_byte_under_a_timestamp_of_the_document_is_noticed() {
    let (trust, nothing) = (authority().trust(Revocation::Required), nothing());
    let archived = archived(&letter(), "signer");
    for at in places(&archived, letter().len(), 97) {
        let report = check_pdf(&changed(&archived, at, 1), &ask(&trust, &nothing), &[]);
        assert_ne!(report.conclusion(), Conclusion::Valid, "byte {at}: {report:#?}");
    }
}

fn first(trust: &Trust, material: &Material, pdf: &[u8]) -> Report {
    check_pdf(pdf, &ask(trust, material), &[]).signatures[0].report.clone()
}

#[test]
fn an_expired_certificate_signs_nothing() {
    let (trust, between) = (authority().trust(Revocation::WhereTold), authority().between());
    let report = first(&trust, &between, &signed_by(&letter(), "expired"));
    assert_eq!(report.conclusion(), Conclusion::Invalid);
    let is_expired = |finding: &Finding| matches!(finding, Finding::Broken(Broken::OutsideValidity { subject, .. }) if subject == "Test-expired");
    assert!(report.checks.iter().any(|check| is_expired(&check.finding)), "{report:#?}");
}

#[test]
fn a_revoked_certificate_signs_nothing() {
    for revocation in [Revocation::WhereTold, Revocation::Required] {
        let trust = authority().trust(revocation);
        let pdf = lasting(&letter(), "revoked");
        let report = first(&trust, &nothing(), &pdf);
        assert_eq!(report.conclusion(), Conclusion::Invalid);
        let is_revoked =
            |finding: &Finding| matches!(finding, Finding::Revoked { subject, .. } if subject == "Test-revoked");
        assert!(report.checks.iter().any(|check| is_revoked(&check.finding)), "{report:#?}");
        let mut by_list = authority().between();
        by_list.add_crl(authority().list("issuing"));
        let report = first(&trust, &by_list, &stamped(&letter(), "revoked"));
        assert!(report.checks.iter().any(|check| is_revoked(&check.finding)), "{report:#?}");
    }
}

#[test]
fn whom_nobody_trusts_signs_nothing() {
    let trust = Trust { anchors: vec![authority().certificate("other")], ..authority().trust(Revocation::WhereTold) };
    let report = first(&trust, &authority().between(), &signed_by(&letter(), "signer"));
    let is_untrusted = |finding: &Finding| matches!(finding, Finding::Broken(Broken::Untrusted { .. }));
    assert!(report.checks.iter().any(|check| is_untrusted(&check.finding)), "{report:#?}");
    let trust = authority().trust(Revocation::WhereTold);
    let report = first(&trust, &nothing(), &signed_alone(&letter(), "signer"));
    assert!(report.checks.iter().any(|check| is_untrusted(&check.finding)), "the way up is missing: {report:#?}");
}

#[test]
fn a_certificate_that_only_timestamps_or_answers_signs_nothing() {
    let (trust, between) = (authority().trust(Revocation::WhereTold), authority().between());
    for name in ["tsa", "ocsp"] {
        let cms = authority().cms(name, b"bytes", "");
        let report = check_detached(&cms, b"bytes", &ask(&trust, &between));
        let is_misused = |finding: &Finding| matches!(finding, Finding::Broken(Broken::Usage { .. }));
        assert!(report.checks.iter().any(|check| is_misused(&check.finding)), "{report:#?}");
    }
}

/// A signer is no authority, whatever they sign.
#[test]
fn a_signer_issues_no_certificates() {
    let issued = authority().issued_by_a_signer();
    let mut between = authority().between();
    between.add_certificate(authority().certificate("signer"));
    let trust = authority().trust(Revocation::WhereTold);
    let cms = authority().cms("forged", b"bytes", "");
    let report = check_detached(&cms, b"bytes", &ask(&trust, &between));
    let is_refused = |finding: &Finding| matches!(finding, Finding::Broken(Broken::NotAuthority { subject }) if subject == "Test-signer");
    assert!(report.checks.iter().any(|check| is_refused(&check.finding)), "{report:#?}");
    assert_eq!(issued.subject(), "Test-forged");
}

#[test]
fn a_trusted_certificate_of_one_s_own_needs_no_authority() {
    let anchors: Vec<Certificate> = vec![authority().certificate("signer")];
    let trust = Trust { timestamp_anchors: anchors.clone(), anchors, revocation: Revocation::Required };
    let report = first(&trust, &nothing(), &signed_alone(&letter(), "signer"));
    assert!(report.is_valid(), "{report:#?}");
}

#[test]
fn a_time_before_the_timestamp_is_no_time_to_check_at() {
    let (trust, between) = (authority().trust(Revocation::WhereTold), authority().between());
    let pdf = stamped(&letter(), "signer");
    let earlier = ask(&trust, &between).now - jiff::SignedDuration::from_secs(3600);
    let report = check_pdf(&pdf, &Question { now: earlier, ..ask(&trust, &between) }, &[]);
    let is_future = |finding: &Finding| matches!(finding, Finding::TimestampInFuture { .. });
    assert!(report.signatures[0].report.checks.iter().any(|check| is_future(&check.finding)), "{report:#?}");
}
