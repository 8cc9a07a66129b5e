//! The four levels, as this crate judges what it made.

use jiff::SignedDuration;
use signature::{
    Conclusion, Finding, Kind, Language, Later, PadesError, PdfFault, Question, Revocation, Source, add_material,
    check_pdf, prepare,
};

use crate::authority::{ask, authority};
use crate::letters::{
    archived, lasting, letter, nothing, prepared, signed_by, stamped, statement, with_document_stamp,
};
use crate::shadows::object;

#[test]
fn a_signed_letter_is_valid_and_says_by_whom() {
    let (trust, between) = (authority().trust(Revocation::WhereTold), authority().between());
    let report = check_pdf(&signed_by(&letter(), "signer"), &ask(&trust, &between), &[]);
    assert!(report.is_valid(), "{report:#?}");
    let [field] = report.signatures.as_slice() else { panic!("{report:#?}") };
    assert_eq!((field.field.as_str(), field.kind), ("Signature1", Kind::Signature));
    assert_eq!(field.report.signer.as_deref(), Some("Test-signer"));
    assert!(field.report.claimed_at.is_some() && field.report.proven_at.is_none());
    assert!(field.report.has(&Finding::WholeFile) && field.report.has(&Finding::Intact));
}

#[test]
fn signing_appends_and_changes_no_byte() {
    let pdf = letter();
    let mut before = pdf.clone();
    for after in [signed_by(&pdf, "signer"), lasting(&pdf, "signer"), archived(&pdf, "signer")] {
        assert!(after.starts_with(&before));
        before.clone_from(&pdf);
    }
    assert_eq!(prepared(&pdf).to_sign().len() + 2 * 12_000 + 2, signed_by(&pdf, "signer").len());
}

/// What PDF/A-2a and PDF/UA-1 ask of a field and its page, and that nothing else of the letter is written anew.
#[test]
fn signing_keeps_what_archives_and_readers_ask_for() {
    let (before, after) = (letter(), archived(&letter(), "signer"));
    let appended = String::from_utf8_lossy(&after[before.len()..]).into_owned();
    let written = |kind: &str| appended.matches(kind).count();
    assert_eq!((written("/Type /Catalog"), written("/Type /Page/")), (3, 2), "signature, store and timestamp");
    for number in [85, 102] {
        let (was, is) = (object(&before, number), object(&after, number));
        // However it was spaced and a text was written: the words of every entry are still there.
        let words = |text: &str| -> Vec<String> {
            let parts = text.split(|one: char| !one.is_alphanumeric() && one != '.').filter(|part| !part.is_empty());
            parts.map(|part| part.replace("kk", "6b6b")).collect()
        };
        let is = words(&is);
        for word in words(&was) {
            assert!(is.contains(&word), "{number}: {word} in {is:?}");
        }
    }
    assert!(object(&after, 85).contains("/Tabs /S"), "PDF/UA-1, 7.18.3");
    let widgets: Vec<&str> = appended.split("endobj").filter(|text| text.contains("/Subtype /Widget")).collect();
    assert_eq!(widgets.len(), 2);
    for widget in widgets {
        // Printed, neither hidden nor without a view (PDF/A-2, 6.3.2); described (PDF/UA-1, 7.18.1); with an appearance (PDF/A-2, 6.3.3); outside the page.
        for entry in ["/F 132", "/TU <feff", "/AP <</N ", "/Rect [0 0 0 0]"] {
            assert!(widget.contains(entry), "{entry} in {widget}");
        }
        assert!(!widget.contains("/A ") && !widget.contains("/AA "), "no actions (PDF/A-2, 6.4.1)");
    }
    assert_eq!(appended.matches("/ID [<7876796d38").count(), 3, "the first half of the identifier stays");
}

#[test]
fn the_same_letter_and_statement_prepare_the_same_bytes() {
    let statement = statement("Signature1");
    assert_eq!(prepare(&letter(), &statement), prepare(&letter(), &statement));
}

#[test]
fn without_word_of_revocation_a_signature_is_not_checked() {
    let (trust, between) = (authority().trust(Revocation::Required), authority().between());
    let report = check_pdf(&signed_by(&letter(), "signer"), &ask(&trust, &between), &[]);
    assert_eq!(report.conclusion(), Conclusion::NotChecked, "{report:#?}");
    let material = authority().material("signer");
    let report = check_pdf(&signed_by(&letter(), "signer"), &ask(&trust, &material), &[]);
    assert!(report.is_valid(), "{report:#?}");
}

#[test]
fn a_timestamp_proves_when_it_was_signed() {
    let (trust, between) = (authority().trust(Revocation::WhereTold), authority().between());
    let report = check_pdf(&stamped(&letter(), "signer"), &ask(&trust, &between), &[]);
    assert!(report.is_valid(), "{report:#?}");
    assert!(report.signatures[0].report.proven_at.is_some(), "{report:#?}");
}

#[test]
fn what_is_needed_in_later_years_stands_in_the_file() {
    let (trust, nothing) = (authority().trust(Revocation::Required), nothing());
    let pdf = lasting(&letter(), "signer");
    let report = check_pdf(&pdf, &ask(&trust, &nothing), &[]);
    assert!(report.is_valid(), "{report:#?}");
    let report = &report.signatures[0].report;
    assert!(report.has(&Finding::Later(Later::Material)), "{report:#?}");
    let by_ocsp = |finding: &Finding| matches!(finding, Finding::NotRevoked { by: Source::Ocsp, .. });
    assert!(report.checks.iter().any(|check| by_ocsp(&check.finding)), "{report:#?}");
    let again = add_material(&pdf, &authority().between()).expect("nothing new");
    assert_eq!(again, pdf, "what is there is not added twice");
}

#[test]
fn a_timestamp_of_the_document_carries_it_beyond_its_certificates() {
    let (trust, nothing) = (authority().trust(Revocation::Required), nothing());
    let pdf = archived(&letter(), "signer");
    let report = check_pdf(&pdf, &ask(&trust, &nothing), &[]);
    assert!(report.is_valid(), "{report:#?}");
    assert_eq!(
        report.signatures.iter().map(|field| field.kind).collect::<Vec<_>>(),
        [Kind::Timestamp, Kind::Signature]
    );
    assert!(report.signatures[1].report.has(&Finding::Later(Later::Timestamp)), "{report:#?}");

    let renewed = with_document_stamp(&pdf, "Timestamp2");
    let report = check_pdf(&renewed, &ask(&trust, &nothing), &[]);
    assert!(report.is_valid(), "{report:#?}");
    assert_eq!(report.signatures.len(), 3);

    let now = ask(&trust, &nothing).now + SignedDuration::from_hours(24 * 365);
    let in_a_year = Question { now, ..ask(&trust, &nothing) };
    let report = check_pdf(&pdf, &in_a_year, &[]);
    assert_eq!(report.conclusion(), Conclusion::Invalid, "the authority's own certificate has ended: {report:#?}");
}

#[test]
fn two_may_sign_one_after_the_other() {
    let first = signed_by(&letter(), "signer");
    let place = prepare(&first, &statement("Signature2")).expect("a place");
    let cms = authority().cms("rsa", &place.to_sign(), "");
    let both = place.embed(&cms, None).expect("embedded");
    let (trust, between) = (authority().trust(Revocation::WhereTold), authority().between());
    let report = check_pdf(&both, &ask(&trust, &between), &[]);
    assert!(report.is_valid(), "{report:#?}");
    assert!(report.signatures[1].report.has(&Finding::Later(Later::Signature)), "{report:#?}");
}

#[test]
fn the_device_signs_and_the_server_checks_before_it_records() {
    let place = prepared(&letter());
    let other = authority().seal("signer").sign_pades(b"another document", &authority().chain()).expect("signed");
    assert!(matches!(place.embed(&other, None), Err(PadesError::Signature(_))));
    assert!(matches!(place.embed(b"no signature", None), Err(PadesError::Signature(_))));
    let narrow = prepare(&letter(), &signature::Statement { room: 100, ..statement("Signature1") }).expect("a place");
    let cms = authority().seal("signer").sign_pades(&narrow.to_sign(), &authority().chain()).expect("signed");
    assert!(matches!(narrow.embed(&cms, None), Err(PadesError::Room { room: 100, .. })));
    let signed = signed_by(&letter(), "signer");
    assert!(matches!(prepare(&signed, &statement("Signature1")), Err(PadesError::FieldTaken(_))));
    assert_eq!(prepare(b"no PDF", &statement("Signature1")), Err(PadesError::Pdf));
}

#[test]
fn a_letter_without_signature_is_not_valid() {
    let (trust, nothing) = (authority().trust(Revocation::WhereTold), nothing());
    let report = check_pdf(&letter(), &ask(&trust, &nothing), &[]);
    assert_eq!(report.checks[0].finding, Finding::Pdf(PdfFault::NoSignature));
    assert_eq!(report.conclusion(), Conclusion::Invalid);
}

#[test]
fn a_report_reads_in_three_languages() {
    let (trust, between) = (authority().trust(Revocation::WhereTold), authority().between());
    let report = check_pdf(&lasting(&letter(), "signer"), &ask(&trust, &between), &[]);
    let lines = Language::ALL.map(|language| report.lines(language));
    assert_eq!(lines[0][0], "жарамды");
    assert_eq!(lines[1][0], "действительна");
    assert_eq!(lines[2][0], "valid");
    for (kk, (ru, en)) in lines[0].iter().zip(lines[1].iter().zip(&lines[2])).skip(3) {
        assert!(kk != ru && ru != en && kk != en, "{kk} | {ru} | {en}");
    }
}
