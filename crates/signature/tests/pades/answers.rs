//! Answers of timestamping authorities and OCSP responders, and revocation lists: to this question, from whom may give them, in their time.

use jiff::SignedDuration;
use signature::{
    AnswerError, Conclusion, Crl, Finding, Material, OcspResponse, Question, Revocation, TimestampRequest,
    TimestampToken, check_detached, with_timestamp,
};

use crate::authority::{ask, authority};

const BYTES: &[u8] = b"bytes";

#[test]
fn a_timestamp_answers_one_question() {
    let request = TimestampRequest::over(BYTES, 7);
    let response = authority().stamp_response(&request);
    let token = TimestampToken::from_response(&response, &request).expect("a timestamp");
    for other in [TimestampRequest::over(BYTES, 8), TimestampRequest::over(b"other", 7)] {
        assert_eq!(TimestampToken::from_response(&response, &other), Err(AnswerError::OtherQuestion));
    }
    for at in (0..response.len()).step_by(3) {
        let mut changed = response.clone();
        changed[at] ^= 1;
        // "Granted" may turn into "granted with changes", which is an answer too.
        let is_refused_or_the_same =
            TimestampToken::from_response(&changed, &request).map_or(true, |read| read == token);
        let is_beside = changed_certificate(&response, at);
        assert!(is_refused_or_the_same || is_beside, "byte {at}");
    }
    let rejected = [0x30, 5, 0x30, 3, 2, 1, 2];
    assert_eq!(TimestampToken::from_response(&rejected, &request), Err(AnswerError::NotAnswered { status: 2 }));
    assert_eq!(TimestampToken::from_response(b"<html>", &request), Err(AnswerError::Unreadable));
}

/// Whether the byte is one of the issuer's certificate beside the authority's own: what that is worth is asked when trust is.
fn changed_certificate(response: &[u8], at: usize) -> bool {
    let issuing = authority().certificate("issuing").to_der().expect("DER");
    let from = response.windows(issuing.len()).position(|window| window == issuing).expect("the issuer");
    (from..from + issuing.len()).contains(&at)
}

#[test]
fn a_timestamp_goes_onto_its_own_signature_only() {
    let sign = |bytes: &[u8]| authority().seal("signer").sign_pades(bytes, &authority().chain()).expect("signed");
    let (one, other) = (sign(b"one"), sign(b"other"));
    let request = TimestampRequest::over_signature(&one, 7).expect("a question");
    let token = authority().stamp(&request);
    let stamped = with_timestamp(&one, &token).expect("stamped");
    assert_eq!(with_timestamp(&other, &token), Err(AnswerError::OtherQuestion));
    assert_eq!(with_timestamp(&stamped, &token), Err(AnswerError::Unreadable), "once");
    assert_eq!(with_timestamp(b"nothing", &token), Err(AnswerError::Unreadable));
    assert!(authority().openssl_accepts(&stamped, b"one"));
}

#[test]
fn an_ocsp_answer_answers_one_question() {
    let request = authority().ocsp_request("signer", [1; 16]);
    let answer = authority().ocsp_answer(&request, "ocsp");
    assert!(OcspResponse::from_response(&answer, &request).is_ok());
    for other in [authority().ocsp_request("other", [1; 16]), authority().ocsp_request("signer", [2; 16])] {
        assert_eq!(OcspResponse::from_response(&answer, &other).err(), Some(AnswerError::OtherQuestion));
    }
    let later = OcspResponse::from_bytes(&[0x30, 3, 0x0a, 1, 3]).err();
    assert_eq!(later, Some(AnswerError::NotAnswered { status: 3 }));
    assert_eq!(OcspResponse::from_bytes(b"<html>").err(), Some(AnswerError::Unreadable));
}

/// What the check of a signature of `signer` comes to with this material besides what the root says, so many days from now.
fn concluded(mut material: Material, days: i64) -> Conclusion {
    material.add_all(authority().between());
    material.add_crl(authority().list("root"));
    let trust = authority().trust(Revocation::Required);
    let question = ask(&trust, &material);
    let question = Question { now: question.now + SignedDuration::from_hours(24 * days), ..question };
    let cms = authority().seal("signer").sign_detached(BYTES, question.now).expect("signed");
    let report = check_detached(&cms, BYTES, &question);
    let unknown = report.has(&Finding::RevocationUnknown { subject: "Test-signer".to_owned() });
    assert_eq!(report.conclusion() == Conclusion::NotChecked, unknown, "{report:#?}");
    report.conclusion()
}

fn with_ocsp(answer: &[u8]) -> Material {
    let mut material = Material::new();
    // What cannot be read cannot be added.
    OcspResponse::from_bytes(answer).into_iter().for_each(|one| material.add_ocsp(one));
    material
}

fn with_list(list: &[u8]) -> Material {
    let mut material = Material::new();
    Crl::from_der(list).into_iter().for_each(|one| material.add_crl(one));
    material
}

#[test]
fn only_a_responder_that_the_issuer_named_is_believed() {
    let request = authority().ocsp_request("signer", [1; 16]);
    for (responder, conclusion) in [
        ("ocsp", Conclusion::Valid),
        ("issuing", Conclusion::Valid),
        ("other", Conclusion::NotChecked),
        ("tsa", Conclusion::NotChecked),
    ] {
        assert_eq!(concluded(with_ocsp(&authority().ocsp_answer(&request, responder)), 0), conclusion, "{responder}");
    }
    let about_another = authority().ocsp("other");
    assert_eq!(concluded(with_ocsp(about_another.to_der()), 0), Conclusion::NotChecked);
}

#[test]
fn what_was_said_holds_until_the_next_was_promised() {
    let answer = authority().ocsp("signer");
    let list = authority().list("issuing");
    for (days, by_ocsp, by_list) in [
        (0, Conclusion::Valid, Conclusion::Valid),
        (6, Conclusion::Valid, Conclusion::Valid),
        (8, Conclusion::NotChecked, Conclusion::Valid),
    ] {
        assert_eq!(concluded(with_ocsp(answer.to_der()), days), by_ocsp, "OCSP after {days} days");
        assert_eq!(concluded(with_list(list.to_der()), days), by_list, "a list after {days} days");
    }
}

#[test]
fn a_changed_answer_or_list_says_nothing() {
    let answer = authority().ocsp("signer").to_der().to_vec();
    let list = authority().list("issuing").to_der().to_vec();
    for (name, bytes, with) in
        [("answer", answer, with_ocsp as fn(&[u8]) -> Material), ("list", list, with_list as fn(&[u8]) -> Material)]
    {
        assert_eq!(concluded(with(&bytes), 0), Conclusion::Valid, "{name}");
        for at in (0..bytes.len()).step_by(5) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(concluded(with(&changed), 0), Conclusion::NotChecked, "{name}: byte {at}");
        }
    }
    assert_eq!(concluded(with_list(authority().list("root").to_der()), 0), Conclusion::NotChecked, "another's list");
}
