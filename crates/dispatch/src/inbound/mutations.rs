//! Valid mails with bytes changed at random: whatever comes of it, reading it ends, and what is kept of it is clean.

use proptest::collection::vec;
use proptest::prelude::*;

use super::parsed::{Unreadable, mark_of_head, parse};
use super::report;

/// Mails as they come, from which a random one begins.
const MAILS: [&str; 4] = [
    "Return-Path: <>\r\nDelivered-To: bounces+7.0123456789abcdef@ministry.test\r\nFrom: MAILER-DAEMON@mx.test\r\nSubject: Undelivered\r\n\
     MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b/1\"\r\n\r\n--b/1\r\n\r\nsorry\r\n\
     --b/1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\nOriginal-Envelope-Id: 7.0123456789abcdef\r\n\r\n\
     Final-Recipient: rfc822; a@b.test\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550\r\n  no\r\n\r\n\
     --b/1\r\nContent-Type: text/rfc822-headers\r\n\r\nX-Letter-Mark: 7.0123456789abcdef\r\nMessage-ID: <a.1.1@saual.example>\r\n\r\n--b/1--\r\n",
    "From: =?utf-8?B?0JTQtdC/0YPRgtCw0YI=?= <d@parlam.test>\r\nTo: office@ministry.test\r\nSubject: =?windows-1251?Q?=D1=E0=F3=E0=EB?=\r\n\
     In-Reply-To: <a.1.1@saual.example>\r\nReferences: <x@y> <a.1.1@saual.example>\r\nMIME-Version: 1.0\r\n\
     Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=n\r\n\r\n--n\r\n\
     Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: base64\r\n\r\n8+HV4ew=\r\n--n\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--n--\r\n\
     --m\r\nContent-Type: application/pdf; name*=utf-8''%D0%A1.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjc=\r\n--m--\r\n",
    "From: c@ministry.test\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\
     Content-Type: message/rfc822\r\n\r\nFrom: d@parlam.test\r\nSubject: in\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\
     Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTogeEB5DQoNCmRlZXA=\r\n--i--\r\n--o--\r\n",
    "From: d@parlam.test\r\nAuto-Submitted: auto-replied\r\nPrecedence: bulk\r\nX-Letter-Mark: 7.00\r\nDate: Thu, 5 Oct 2023 10:00:00 +0600\r\n\r\ngone\r\n",
];

/// One change: at which place of a thousand, how many bytes go, and what comes instead.
type Change = (u16, usize, Vec<u8>);

fn changed(mail: &str, changes: &[Change]) -> Vec<u8> {
    let mut bytes = mail.as_bytes().to_vec();
    for (at, gone, come) in changes {
        let at = (bytes.len() * usize::from(*at) / 1000).min(bytes.len());
        let end = (at + gone).min(bytes.len());
        bytes.splice(at..end, come.iter().copied());
    }
    bytes
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..40),
        Just(b"\r\n\r\n".to_vec()),
        Just(b"--b/1\r\n".to_vec()),
        Just(b"Content-Type: multipart/mixed; boundary=m\r\n\r\n".to_vec()),
        Just(b"Content-Type: message/rfc822\r\n\r\n".to_vec()),
        Just(b"=?utf-8?B?".to_vec()),
        Just(b"\0\xff\xfe".to_vec()),
        Just(b"<".repeat(200)),
        Just(b"(".repeat(200)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_mail_with_bytes_changed_at_random_is_read_or_is_unreadable(
        mail in 0..MAILS.len(),
        changes in vec((0..=1000_u16, 0..60_usize, piece()), 0..12),
        is_whole in proptest::bool::weighted(0.9),
    ) {
        let bytes = changed(MAILS[mail], &changes);
        let read = parse(&bytes, is_whole);
        prop_assert_eq!(&read, &parse(&bytes, is_whole), "the same bytes say the same");
        match read {
            Ok(parsed) => {
                let words = [parsed.sender.as_deref().unwrap_or_default(), &parsed.subject];
                prop_assert!(words.iter().all(|text| !text.chars().any(char::is_control)));
                prop_assert!(!parsed.body.chars().any(|c| c.is_control() && c != '\n'));
                let ids = parsed.answers.iter().chain(&parsed.returned_id);
                prop_assert!(ids.clone().all(|id| !id.chars().any(char::is_control)), "the database refuses to look for a NUL");
                prop_assert!(parsed.answers.len() <= 50 && parsed.addressed.len() <= 50);
            }
            Err(why) => prop_assert!(!why.code().is_empty()),
        }
        let _ = mark_of_head(&bytes);
    }

    #[test]
    fn a_report_of_random_bytes_is_read(text in ".{0,400}", action in "[a-zA-Z ;(]{0,12}") {
        let report = report::read(&format!("A: {text}\n\nAction: {action}\n{text}\n"));
        prop_assert!(report.told.iter().all(|told| !told.words.chars().any(char::is_control)));
    }
}

#[test]
fn the_mails_themselves_are_read_for_what_they_are() {
    let read = |n: usize| parse(MAILS[n].as_bytes(), true).unwrap();
    let bounce = read(0);
    assert_eq!(bounce.addressed, ["7.0123456789abcdef"]);
    let report = bounce.report.unwrap();
    assert_eq!((report.envelope_id.as_deref(), report.told.len()), (Some("7.0123456789abcdef"), 1));
    assert_eq!(report.told[0].words, "5.1.1 550 no");
    assert_eq!(bounce.returned_mark.as_deref(), Some("7.0123456789abcdef"));
    assert_eq!(bounce.returned_id.as_deref(), Some("a.1.1@saual.example"));
    assert_eq!(bounce.mark, None, "what is handed back is not the mail itself");
    let answer = read(1);
    assert_eq!((answer.sender.as_deref(), answer.subject.as_str()), (Some("d@parlam.test"), "Сауал"));
    assert_eq!(answer.answers, ["a.1.1@saual.example", "x@y", "a.1.1@saual.example"]);
    assert!(!answer.is_automatic && answer.report.is_none());
    let forwarded = read(2);
    assert!(forwarded.body.contains("in") && forwarded.body.contains("deep"), "{:?}", forwarded.body);
    let vacation = read(3);
    assert!(vacation.is_automatic);
    assert_eq!(vacation.mark.as_deref(), Some("7.00"));
    assert_eq!(
        parse(b"From: a@b\r\n\r\n", false),
        Err(Unreadable::TooLarge),
        "a head alone says only whose copy it is"
    );
}
