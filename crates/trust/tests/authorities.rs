//! Real services on this machine (`openssl ocsp`, `openssl ts`, revocation lists over HTTP), a stand-in for an office's verifier, and what becomes of a check when they are broken.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::time::{Duration, Instant};

use jiff::Timestamp;
use signature::{Certificate, Conclusion, Finding, Language, Revocation, Source, Unchecked, signer_of};
use testkit::authority::{Authority, Behaviour, Service};
use trust::{Authorities, Checked, Places, Settings, TrustError};

const LETTER: &[u8] = b"%PDF-1.7 the letter";
const PERSON: &str = "/CN=СМАЙЫЛОВ ӘЛИХАН/serialNumber=IIN720101300123";
const PATIENCE: Duration = Duration::from_millis(1_500);

fn settings(authority: &Authority) -> Settings {
    let root = Certificate::all_from_pem(&authority.pem("root")).expect("a root");
    let address = |path: &str| Some(format!("{}{path}", authority.address()).parse().expect("an address"));
    Settings {
        trusted: root.clone(),
        timestamps_trusted: root,
        tsa: address("/tsa"),
        revocation: Revocation::Required,
        places: Places::Named,
        verifier: address(""),
        patience: PATIENCE,
    }
}

fn authorities(authority: &Authority) -> Authorities {
    Authorities::new(settings(authority))
}

fn check(authorities: &Authorities, cms: &[u8]) -> Checked {
    authorities.check_detached(cms, LETTER, Timestamp::now())
}

fn certificate(authority: &Authority, name: &str) -> Certificate {
    let all = Certificate::all_from_pem(&authority.pem(name)).expect("a certificate");
    all.into_iter().next().expect("one")
}

fn sources(checked: &Checked) -> Vec<Source> {
    let of = |finding: &Finding| match finding {
        Finding::NotRevoked { by, .. } => Some(*by),
        _ => None,
    };
    checked.report.checks.iter().filter_map(|check| of(&check.finding)).collect()
}

#[test]
fn a_signature_is_valid_when_the_responder_and_the_list_say_so_and_what_they_said_is_kept() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let cms = authority.sign("person", LETTER);
    let authorities = authorities(&authority);
    let checked = check(&authorities, &cms);
    assert_eq!(checked.report.conclusion(), Conclusion::Valid, "{:?} {:?}", checked.report, checked.missed);
    assert_eq!(sources(&checked), [Source::Ocsp, Source::Crl], "the person's by OCSP, the issuer's by the root's list");
    let signer = signer_of(&cms).expect("a signer");
    assert_eq!(signer.identification_number().as_deref(), Some("720101300123"));
    assert_eq!(signer.subject(), "СМАЙЫЛОВ ӘЛИХАН");
    assert!(!signer.is_for_signing_in());

    // Asked again, nobody is asked: both promised to hold for longer.
    assert_eq!(check(&authorities, &cms).report.conclusion(), Conclusion::Valid);
    assert_eq!((authority.asked(Service::Ocsp).len(), authority.asked(Service::Lists).len()), (1, 1));

    // With what was kept, the same comes out when everybody is gone.
    let kept: serde_json::Value =
        serde_json::from_slice(&checked.to_json(&authorities.trust().anchors).expect("JSON")).expect("JSON");
    assert_eq!(kept["conclusion"], "valid");
    let lengths = ["certificates", "ocsp", "crls"].map(|kind| kept["material"][kind].as_array().map(Vec::len));
    assert_eq!(lengths, [Some(3), Some(1), Some(1)]);
    let written = checked.to_json(&authorities.trust().anchors).expect("JSON");
    let kept = trust::Kept::read(&written).expect("a kept report");
    assert_eq!(
        (kept.conclusion, kept.at, &kept.certificate),
        (Conclusion::Valid, checked.at, &checked.report.certificate)
    );
    assert_eq!(kept.lines(Language::Ru), checked.report.lines(Language::Ru));
    let again = signature::check_detached(&cms, LETTER, &authorities.question(&kept.material, kept.at));
    assert_eq!(again, checked.report);
    for (from, to) in
        [("\"schema\": 1", "\"schema\": 2"), ("\"valid\"", "\"good\""), ("\"ocsp\": [", "\"ocsp\": [\"AA==\",")]
    {
        let other = String::from_utf8(written.clone()).expect("text").replacen(from, to, 1);
        assert_ne!(other.as_bytes(), written);
        assert!(trust::Kept::read(other.as_bytes()).is_none(), "{to}");
    }
}

#[test]
fn a_revoked_certificate_is_told_by_the_responder_and_by_the_list() {
    let authority = Authority::start();
    for (name, kind, by) in [("one", "documents", Source::Ocsp), ("two", "listed", Source::Crl)] {
        authority.issue(name, PERSON, kind);
        let cms = authority.sign(name, LETTER);
        assert_eq!(check(&authorities(&authority), &cms).report.conclusion(), Conclusion::Valid, "{name}");
        authority.revoke(name);
        let told = check(&authorities(&authority), &cms).report;
        assert_eq!(told.conclusion(), Conclusion::Invalid, "{name}");
        let is_revoked = |finding: &Finding| matches!(finding, Finding::Revoked { by: said, .. } if *said == by);
        assert!(told.checks.iter().any(|check| is_revoked(&check.finding)), "{told:?}");
    }
}

#[test]
fn where_the_responder_is_broken_the_list_is_asked_and_where_both_are_it_was_not_checked() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let cms = authority.sign("person", LETTER);
    let broken = [
        Behaviour::Silent,
        Behaviour::Endless,
        Behaviour::Elsewhere,
        Behaviour::Failing,
        Behaviour::Says("<html>".to_owned()),
    ];
    for behaviour in broken {
        authority.behave(Service::Ocsp, behaviour.clone());
        authority.behave(Service::Lists, Behaviour::Honest);
        let begun = Instant::now();
        let checked = check(&authorities(&authority), &cms);
        assert_eq!(checked.report.conclusion(), Conclusion::Valid, "{behaviour:?}: {:?}", checked.missed);
        assert_eq!(sources(&checked), [Source::Crl, Source::Crl], "{behaviour:?}");
        assert_eq!(checked.missed.len(), 1, "{behaviour:?}: {:?}", checked.missed);
        authority.behave(Service::Lists, behaviour.clone());
        let checked = check(&authorities(&authority), &cms);
        assert_eq!(checked.report.conclusion(), Conclusion::NotChecked, "{behaviour:?}");
        assert!(begun.elapsed() < PATIENCE * 9, "{behaviour:?}: nobody keeps us waiting: {:?}", begun.elapsed());
    }
    let lenient = Settings { revocation: Revocation::WhereTold, ..settings(&authority) };
    assert_eq!(check(&Authorities::new(lenient), &cms).report.conclusion(), Conclusion::Valid);
}

#[test]
fn an_answer_by_a_stranger_about_another_certificate_or_of_yesterday_counts_for_nothing() {
    let (authority, stranger) = (Authority::start(), Authority::start());
    authority.issue("person", PERSON, "documents");
    stranger.issue("person", PERSON, "documents");
    let cms = authority.sign("person", LETTER);
    // The stranger's responder and list, under our names.
    let at = |path: &str| format!("{}{path}", stranger.address()).parse().expect("an address");
    let places = Places::Fixed { ocsp: vec![at("/ocsp")], crl: vec![at("/issuing.crl")] };
    let checked = check(&Authorities::new(Settings { places, ..settings(&authority) }), &cms);
    assert_eq!(checked.report.conclusion(), Conclusion::NotChecked);
    assert_eq!(checked.missed.len(), 4, "{:?}", checked.missed);
    assert!(!stranger.asked(Service::Ocsp).is_empty(), "it was asked, and not believed");
}

#[test]
fn nobody_is_asked_at_the_places_of_a_certificate_that_leads_to_nobody_trusted() {
    let (authority, stranger) = (Authority::start(), Authority::start());
    stranger.issue("person", PERSON, "documents");
    let checked = check(&authorities(&authority), &stranger.sign("person", LETTER));
    assert_eq!(checked.report.conclusion(), Conclusion::Invalid);
    assert!(stranger.asked(Service::Ocsp).is_empty() && stranger.asked(Service::Lists).is_empty());
    assert!(checked.material.is_empty());
}

#[test]
fn an_expired_certificate_and_one_for_other_uses_are_invalid() {
    let authority = Authority::start();
    authority.issue_expired("expired", PERSON);
    authority.issue("encipherment", PERSON, "encipherment");
    authority.issue("signing_in", PERSON, "signing_in");
    for name in ["expired", "encipherment"] {
        let told = check(&authorities(&authority), &authority.sign(name, LETTER)).report;
        assert_eq!(told.conclusion(), Conclusion::Invalid, "{name}: {told:?}");
    }
    assert!(certificate(&authority, "signing_in").is_for_signing_in());
}

#[test]
fn a_timestamp_is_taken_from_a_trusted_authority_alone() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let ours = authorities(&authority);
    let token = ours.timestamp(LETTER, Timestamp::now()).expect("a timestamp");
    assert!((Timestamp::now() - token.at()).get_seconds() < 10);
    let cms = ours.timestamped(&authority.sign("person", LETTER), Timestamp::now()).expect("a signature with its time");
    let checked = check(&ours, &cms);
    assert_eq!(checked.report.conclusion(), Conclusion::Valid, "{:?} {:?}", checked.report, checked.missed);
    assert!(checked.report.proven_at.is_some());
    assert_eq!(
        sources(&checked).iter().filter(|by| **by == Source::Ocsp).count(),
        2,
        "the person's and the authority's"
    );

    let stranger = Authority::start();
    let tsa = format!("{}/tsa", stranger.address()).parse().ok();
    let led = Authorities::new(Settings { tsa, ..settings(&authority) });
    assert!(matches!(led.timestamp(LETTER, Timestamp::now()), Err(TrustError::Untrusted { .. })));
    let nobody = Authorities::new(Settings { tsa: None, ..settings(&authority) });
    assert!(matches!(nobody.timestamp(LETTER, Timestamp::now()), Err(TrustError::NotNamed(_))));
    authority.behave(Service::Stamps, Behaviour::Says("no".to_owned()));
    assert!(matches!(ours.timestamp(LETTER, Timestamp::now()), Err(TrustError::Answer { .. })));
    authority.behave(Service::Stamps, Behaviour::Silent);
    assert!(matches!(ours.timestamp(LETTER, Timestamp::now()), Err(TrustError::Away { .. })));
}

#[test]
fn a_signature_of_an_unknown_algorithm_is_valid_by_the_verifier_s_word_and_never_without_it() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let cms = Authority::gost_like(&authority.sign("person", LETTER));
    let ours = authorities(&authority);
    let checked = check(&ours, &cms);
    assert_eq!(checked.report.conclusion(), Conclusion::Valid, "{:?}", checked.report);
    assert!(matches!(checked.report.checks[0].finding, Finding::GoodElsewhere { .. }));
    assert_eq!(checked.report.signer.as_deref(), Some("СМАЙЫЛОВ ӘЛИХАН"));
    let asked = authority.asked(Service::Verifier);
    let question: serde_json::Value = serde_json::from_slice(&asked[0]).expect("JSON");
    assert_eq!(question["revocationCheck"], serde_json::json!(["OCSP"]));

    // Over other bytes it is not even asked: the hash is one that we know.
    let other = ours.check_detached(&cms, b"other", Timestamp::now());
    assert_eq!(other.report.conclusion(), Conclusion::Invalid);
    assert_eq!(authority.asked(Service::Verifier).len(), 1);
    // One whose value was changed is found bad by the verifier itself.
    let mut damaged = cms.clone();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    assert_eq!(check(&ours, &damaged).report.conclusion(), Conclusion::Invalid);

    let without = Authorities::new(Settings { verifier: None, ..settings(&authority) });
    let told = check(&without, &cms).report;
    assert_eq!(told.conclusion(), Conclusion::NotChecked);
    assert!(
        matches!(&told.checks[0].finding, Finding::Unchecked(Unchecked::Algorithm { oid }) if oid == "1.2.398.3.10.1.1.1")
    );
}

#[test]
fn a_verifier_that_is_broken_or_speaks_of_another_certificate_is_not_believed() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let cms = Authority::gost_like(&authority.sign("person", LETTER));
    let number = certificate(&authority, "person").serial_number();
    let says = |certificates: &str, more: &str| {
        Behaviour::Says(format!(r#"{{"valid":true,"signers":[{{"certificates":[{certificates}]}}{more}]}}"#))
    };
    let named = |number: &str, name: &str, iin: &str| {
        format!(r#"{{"valid":true,"serialNumber":"{number}","subject":{{"commonName":"{name}","iin":"{iin}"}}}}"#)
    };
    let good = named(&number, "СМАЙЫЛОВ ӘЛИХАН", "720101300123");
    let broken = [
        Behaviour::Silent,
        Behaviour::Endless,
        Behaviour::Elsewhere,
        Behaviour::Failing,
        Behaviour::Says("<html>".to_owned()),
        Behaviour::Says(r#"{"valid":true}"#.to_owned()),
        Behaviour::Says(r#"{"valid":true,"signers":[]}"#.to_owned()),
        says("", ""),
        says(&good, &format!(r#",{{"certificates":[{good}]}}"#)),
        says(&named("7f", "СМАЙЫЛОВ ӘЛИХАН", "720101300123"), ""),
        says(&named(&number, "БАСҚА АДАМ", "720101300123"), ""),
        says(&named(&number, "СМАЙЫЛОВ ӘЛИХАН", "000000000000"), ""),
        says(&good.replace("\"valid\":true", "\"valid\":false"), ""),
        says(r#"{"valid":true}"#, ""),
    ];
    let ours = authorities(&authority);
    for behaviour in broken {
        authority.behave(Service::Verifier, behaviour.clone());
        let begun = Instant::now();
        assert_eq!(check(&ours, &cms).report.conclusion(), Conclusion::NotChecked, "{behaviour:?}");
        assert!(begun.elapsed() < PATIENCE * 4, "{behaviour:?}");
    }
    authority.behave(Service::Verifier, says(&good, ""));
    assert_eq!(check(&ours, &cms).report.conclusion(), Conclusion::Valid, "and the same without a fault is");
    authority
        .behave(Service::Verifier, Behaviour::Says(r#"{"valid":false,"message":"revoked","signers":[]}"#.to_owned()));
    let told = check(&ours, &cms).report;
    assert_eq!(told.conclusion(), Conclusion::Invalid);
    assert!(told.lines(Language::En).join("\n").contains("revoked"));
}

#[test]
fn the_check_of_an_installation_says_who_answers() {
    let authority = Authority::start();
    let ours = authorities(&authority);
    let now = Timestamp::now();
    assert!(ours.try_timestamps(now).expect("named").expect("answers").contains("/tsa answers"));
    assert!(ours.try_verifier().expect("named").is_ok());
    assert_eq!(ours.try_revocation().expect("named"), "asked where the certificates say so");
    assert!(ours.ended(now).is_empty());
    assert_eq!(ours.ended(now + jiff::SignedDuration::from_hours(24 * 4_000)).len(), 2);
    for service in [Service::Stamps, Service::Verifier, Service::Lists] {
        authority.behave(service, Behaviour::Failing);
    }
    assert!(ours.try_timestamps(now).expect("named").is_err() && ours.try_verifier().expect("named").is_err());
    let list = format!("{}/root.crl", authority.address()).parse().expect("an address");
    let fixed = Authorities::new(Settings {
        places: Places::Fixed { ocsp: Vec::new(), crl: vec![list] },
        ..settings(&authority)
    });
    assert!(fixed.try_revocation().is_err());
    authority.behave(Service::Lists, Behaviour::Honest);
    assert!(fixed.try_revocation().expect("a list").contains("/root.crl"));
}
