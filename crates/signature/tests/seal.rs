//! What a seal promises: the same bytes from the same arguments, one reading of every signature, and nothing accepted that was changed.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerInfos};
use der::asn1::{Any, ObjectIdentifier};
use der::{Decode, Encode};
use jiff::Timestamp;
use signature::{Fault, Seal, SignatureError, Unchecked, Verdict, verify_detached, verify_detached_at};

const LETTER: &[u8] = "№ДС-326 хатқа жауап".as_bytes();
const SUBJECT: &str = "Saual – сынақ мөрі (сервер)";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn signed_at() -> Timestamp {
    at("2023-10-05T05:00:00Z")
}

fn made_with(secret: u8, subject: &str, until: &str) -> Result<Seal, SignatureError> {
    Seal::generate([secret; 32], subject, at("2023-01-01T00:00:00Z"), at(until), 7)
}

fn seal() -> Seal {
    made_with(1, SUBJECT, "2033-01-01T00:00:00Z").expect("a seal")
}

fn signed() -> Vec<u8> {
    seal().sign_detached(LETTER, signed_at()).expect("a signature")
}

#[test]
fn a_signature_tells_who_signed_and_when() {
    let expected = Verdict::Valid {
        subject: SUBJECT.to_owned(),
        certificate: seal().certificate_fingerprint().expect("a fingerprint"),
        signed_at: Some(signed_at()),
        not_before: at("2023-01-01T00:00:00Z"),
        not_after: at("2033-01-01T00:00:00Z"),
    };
    assert_eq!(verify_detached(&signed(), LETTER), expected);
}

#[test]
fn the_same_arguments_give_the_same_signature() {
    assert_eq!(signed(), signed());
    assert_eq!(seal().certificate_pem().expect("PEM"), seal().certificate_pem().expect("PEM"));
    let later = seal().sign_detached(LETTER, at("2023-10-05T05:00:01Z")).expect("a signature");
    assert_ne!(signed(), later, "the time is signed too");
}

#[test]
fn a_seal_read_back_signs_the_same() {
    let (key, certificate) = (seal().key_pem().expect("PEM"), seal().certificate_pem().expect("PEM"));
    let again = Seal::from_pem(&key, &certificate).expect("the same seal");
    assert_eq!(again.sign_detached(LETTER, signed_at()).expect("a signature"), signed());
    assert_eq!(again.subject(), SUBJECT);
}

#[test]
fn key_and_certificate_of_two_seals_are_refused() {
    let other = made_with(2, SUBJECT, "2033-01-01T00:00:00Z").expect("another seal");
    let (key, certificate) = (other.key_pem().expect("PEM"), seal().certificate_pem().expect("PEM"));
    assert!(matches!(Seal::from_pem(&key, &certificate), Err(SignatureError::OtherKey)));
    assert!(matches!(Seal::from_pem("no key", &certificate), Err(SignatureError::KeyPem)));
    assert!(matches!(Seal::from_pem(&key, "no certificate"), Err(SignatureError::CertificatePem(_))));
}

#[test]
fn what_cannot_stand_in_a_certificate_is_refused() {
    let until = "2033-01-01T00:00:00Z";
    assert!(matches!(made_with(0, SUBJECT, until), Err(SignatureError::Secret)));
    assert!(matches!(made_with(0xff, SUBJECT, until), Err(SignatureError::Secret)), "beyond the order of the curve");
    for subject in ["", "  ", "two\nlines", &"ә".repeat(65)] {
        assert!(matches!(made_with(1, subject, until), Err(SignatureError::Subject)), "{subject:?}");
    }
    made_with(1, &"ә".repeat(64), until).expect("64 characters, not bytes");
    assert!(matches!(made_with(1, SUBJECT, "2022-01-01T00:00:00Z"), Err(SignatureError::Validity)));
    assert!(matches!(made_with(1, SUBJECT, "2023-01-01T00:00:00Z"), Err(SignatureError::Validity)));
    let (from, until) = (at("2023-01-01T00:00:00Z"), at("2033-01-01T00:00:00Z"));
    assert!(matches!(Seal::generate([1; 32], SUBJECT, from, until, 0), Err(SignatureError::Serial)));
    let early = seal().sign_detached(LETTER, at("1969-12-31T23:59:59Z"));
    assert!(matches!(early, Err(SignatureError::SigningTime)));
}

#[test]
fn a_seal_never_shows_its_key() {
    let shown = format!("{:?}", seal());
    assert!(shown.contains(SUBJECT) && !shown.contains("key"), "{shown}");
}

#[test]
fn every_changed_bit_of_the_bytes_is_noticed() {
    for bit in 0..LETTER.len() * 8 {
        let mut changed = LETTER.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(verify_detached(&signed(), &changed), Verdict::Invalid(Fault::OtherBytes), "bit {bit}");
    }
    assert_eq!(verify_detached(&signed(), b""), Verdict::Invalid(Fault::OtherBytes));
}

/// Not only the signed part: the frame around it too can be read in one way only.
#[test]
fn no_changed_bit_of_the_signature_is_accepted() {
    let signature = signed();
    for bit in 0..signature.len() * 8 {
        let mut changed = signature.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let verdict = verify_detached(&changed, LETTER);
        assert!(!verdict.is_valid(), "bit {} of byte {}: {verdict:?}", bit % 8, bit / 8);
    }
}

#[test]
fn no_shortened_or_lengthened_signature_is_accepted() {
    let signature = signed();
    for length in 0..signature.len() {
        assert_eq!(
            verify_detached(&signature[..length], LETTER),
            Verdict::Invalid(Fault::Unreadable),
            "{length} bytes"
        );
    }
    let longer = [&signature[..], b"\0"].concat();
    assert_eq!(verify_detached(&longer, LETTER), Verdict::Invalid(Fault::Unreadable));
}

/// Takes a signature apart, lets `change` change it, and puts it together again.
fn changed(change: impl FnOnce(&mut SignedData)) -> Vec<u8> {
    let outer = ContentInfo::from_der(&signed()).expect("CMS");
    let mut inner: SignedData = outer.content.decode_as().expect("SignedData");
    change(&mut inner);
    let content = Any::encode_from(&inner).expect("encodable");
    ContentInfo { content_type: outer.content_type, content }.to_der().expect("encodable")
}

/// As the national certification authority's keys sign; this program does not know the algorithm and must not guess.
#[test]
fn a_gost_signature_is_not_checked() {
    const GOST_2015: &str = "1.2.398.3.10.1.1.2.3.1";
    let foreign = changed(|data| {
        let mut signer = data.signer_infos.0.get(0).expect("a signer").clone();
        signer.signature_algorithm.oid = ObjectIdentifier::new_unwrap(GOST_2015);
        data.signer_infos = SignerInfos::try_from(vec![signer]).expect("one signer");
    });
    let not_checked = Verdict::NotChecked(Unchecked::Algorithm { oid: GOST_2015.to_owned() });
    assert_eq!(verify_detached(&foreign, LETTER), not_checked);
    // That it is over other bytes shows without knowing its algorithm.
    assert_eq!(verify_detached(&foreign, b"other bytes"), Verdict::Invalid(Fault::OtherBytes));
}

#[test]
fn a_signature_of_nobody_or_of_two_is_not_valid() {
    let nobody = changed(|data| data.signer_infos = SignerInfos::try_from(vec![]).expect("none"));
    assert_eq!(verify_detached(&nobody, LETTER), Verdict::Invalid(Fault::NoSigner));
    let two = changed(|data| {
        let first = data.signer_infos.0.get(0).expect("a signer").clone();
        let mut second = first.clone();
        second.unsigned_attrs = second.signed_attrs.clone();
        data.signer_infos = SignerInfos::try_from(vec![first, second]).expect("two");
    });
    assert_eq!(verify_detached(&two, LETTER), Verdict::NotChecked(Unchecked::SeveralSigners { count: 2 }));
}

/// The same key in another certificate, of which the signer knew nothing.
#[test]
fn another_certificate_of_the_same_key_is_refused() {
    let other = made_with(1, SUBJECT, "2043-01-01T00:00:00Z").expect("same key, same name, other dates");
    let with_other = ContentInfo::from_der(&other.sign_detached(LETTER, signed_at()).expect("signed")).expect("CMS");
    let other_data: SignedData = with_other.content.decode_as().expect("SignedData");
    let exchanged = changed(|data| data.certificates = other_data.certificates);
    assert_eq!(verify_detached(&exchanged, LETTER), Verdict::Invalid(Fault::OtherCertificate));
}

#[test]
fn a_certificate_counts_only_in_its_time() {
    for (time, valid) in [
        ("2022-12-31T23:59:59Z", false),
        ("2023-01-01T00:00:00Z", true),
        ("2033-01-01T00:00:00Z", true),
        ("2033-01-01T00:00:01Z", false),
    ] {
        let verdict = verify_detached_at(&signed(), LETTER, at(time));
        assert_eq!(verdict.is_valid(), valid, "{time}: {verdict:?}");
        assert!(valid || verdict == Verdict::Invalid(Fault::OutsideValidity), "{time}: {verdict:?}");
    }
    let other_bytes = verify_detached_at(&signed(), b"other", at("2040-01-01T00:00:00Z"));
    assert_eq!(other_bytes, Verdict::Invalid(Fault::OtherBytes), "the worse fault is named");
}
