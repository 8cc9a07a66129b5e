//! Letters to sign, and the steps of signing them.

use jiff::Timestamp;
use signature::TimestampRequest;
use signature::{Material, Prepared, Statement, add_material, prepare, prepare_timestamp, with_timestamp};

use crate::authority::authority;

/// A letter of this house (PDF/A-2a, PDF/UA-1) that bears its number: the signed letter, and behind it the registration (docs/adr/0008).
pub(crate) const REGISTERED: &[u8] = include_bytes!("../data/registered.pdf");

/// The letter before it got its number.
pub(crate) fn letter() -> Vec<u8> {
    let end = REGISTERED.windows(5).position(|window| window == b"%%EOF").expect("an end");
    [&REGISTERED[..end + 5], b"\n"].concat()
}

pub(crate) fn statement(field: &str) -> Statement {
    Statement {
        field: field.to_owned(),
        at: Timestamp::now(),
        name: Some("Премьер-Министр".to_owned()),
        reason: Some("№ДС-326 хатқа жауап".to_owned()),
        room: 12_000,
    }
}

pub(crate) fn prepared(pdf: &[u8]) -> Prepared {
    prepare(pdf, &statement("Signature1")).expect("a place")
}

/// B-B with the key of `name`.
pub(crate) fn signed_by(pdf: &[u8], name: &str) -> Vec<u8> {
    let prepared = prepared(pdf);
    let cms = authority().seal(name).sign_pades(&prepared.to_sign(), &authority().chain()).expect("signed");
    prepared.embed(&cms, None).expect("embedded")
}

/// B-B, without the certificates above the signer's.
pub(crate) fn signed_alone(pdf: &[u8], name: &str) -> Vec<u8> {
    let prepared = prepared(pdf);
    let cms = authority().seal(name).sign_pades(&prepared.to_sign(), &[]).expect("signed");
    prepared.embed(&cms, None).expect("embedded")
}

/// B-T.
pub(crate) fn stamped(pdf: &[u8], name: &str) -> Vec<u8> {
    let prepared = prepared(pdf);
    let cms = authority().seal(name).sign_pades(&prepared.to_sign(), &authority().chain()).expect("signed");
    let request = TimestampRequest::over_signature(&cms, 7).expect("a question");
    let cms = with_timestamp(&cms, &authority().stamp(&request)).expect("stamped");
    prepared.embed(&cms, None).expect("embedded")
}

/// B-LT.
pub(crate) fn lasting(pdf: &[u8], name: &str) -> Vec<u8> {
    add_material(&stamped(pdf, name), &authority().material(name)).expect("extended")
}

/// B-LTA.
pub(crate) fn archived(pdf: &[u8], name: &str) -> Vec<u8> {
    with_document_stamp(&lasting(pdf, name), "Timestamp1")
}

pub(crate) fn with_document_stamp(pdf: &[u8], field: &str) -> Vec<u8> {
    let prepared = prepare_timestamp(pdf, field, 12_000).expect("a place");
    prepared.embed_timestamp(&authority().stamp(&prepared.timestamp_request(9))).expect("embedded")
}

pub(crate) fn nothing() -> Material {
    Material::new()
}
