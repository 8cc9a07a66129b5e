//! A letter that several have to sign: each the same bytes, in any order; the last signature freezes it, one refusal ends it for all.

use directory::{Authority, Ground};
use inquiry::command::{DeclineSigning, ReturnDraft, Sign, SubmitForSignature};
use inquiry::event::{Event, ReplyCosigned, ReplySigned};
use inquiry::pressing::{Awaited, Pressing};
use inquiry::same::{Judged, Seam, broken};
use inquiry::state::Stage;
use inquiry::terms::{CertificateHolder, Cosignatory};
use inquiry::{Actor, CommandName, Refusal, StageName, allowed};
use jiff::civil::date;

use crate::support::*;

/// Lays the letter before the premier and the minister.
pub(crate) fn before_both(story: &Story) -> SubmitForSignature {
    SubmitForSignature { also: vec![cosignatory()], ..story.for_signature() }
}

/// A letter that lies before both.
pub(crate) fn laid_before_both() -> Story {
    let story = approved().on(date(2023, 10, 17));
    let ask = before_both(&story);
    story.then(&clerk(), ask)
}

pub(crate) fn by_minister(story: &Story) -> Sign {
    let office = cosignatory().signatory.office;
    let authority = Authority { office, person: zhakupova(), ground: Ground::Holds };
    Sign { authority, signature: blob(0xD2), ..story.sign() }
}

fn cosigned(events: &[Event]) -> &ReplyCosigned {
    let [Event::ReplyCosigned(event)] = events else { panic!("{events:?}") };
    event
}

fn signed(events: &[Event]) -> &ReplySigned {
    let [Event::ReplySigned(event)] = events else { panic!("{events:?}") };
    event
}

#[test]
fn every_signature_but_the_last_is_one_of_its_own_and_the_last_freezes_the_letter() {
    let story = laid_before_both();
    let first = story.ask(&premier(), story.sign()).unwrap();
    let event = cosigned(&first);
    assert_eq!((event.pdf, event.pdf_bytes, event.made_from), (blob(0xA), 88_123, story.sign().made_from));
    assert_eq!((&event.given.signatory, &event.given.authority), (&signatory(), &right()));
    assert_eq!((event.given.signed_by.as_str(), event.given.signature), ("premier", blob(0xD)));

    let story = story.then(&premier(), laid_before_both().sign());
    assert_eq!(story.dossier().stage.name(), StageName::ForSignature);
    let last = story.ask(&minister(), by_minister(&story)).unwrap();
    let event = signed(&last);
    assert_eq!(event.cosigned, [cosigned(&first).given.clone()]);
    assert_eq!(event.signatory, cosignatory().signatory);
    assert_eq!(event.recipients, groups_of_ds_326());

    // The other way round they are the same two, and the premier's is the last.
    let other = laid_before_both();
    let ask = by_minister(&other);
    let other = other.then(&minister(), ask);
    let last = other.ask(&premier(), other.sign()).unwrap();
    assert_eq!((&signed(&last).signatory, signed(&last).cosigned.len()), (&signatory(), 1));
    assert_eq!(signed(&last).cosigned[0].signatory, cosignatory().signatory);
}

#[test]
fn whoever_has_signed_waits_for_the_others_and_is_told_for_whom() {
    let story = laid_before_both();
    let offered = |story: &Story, by: &Actor| allowed(&story.inquiry, by).contains(&CommandName::Sign);
    assert!(offered(&story, &premier()) && offered(&story, &minister()) && !offered(&story, &acting_premier()));
    let ask = story.sign();
    let story = story.then(&premier(), ask);
    assert!(!offered(&story, &premier()) && offered(&story, &minister()));
    let refused = story.ask(&premier(), story.sign()).unwrap_err();
    assert_eq!(refused, Refusal::SignedAlready { awaited: "С. Жақыпова".into() });
    // Somebody else hears of those who are still awaited.
    let refused = story.ask(&acting_premier(), story.sign()).unwrap_err();
    assert!(matches!(&refused, Refusal::SignatoryIsAnother { named, .. } if named == "С. Жақыпова"), "{refused}");
    assert!(story.ask(&clerk(), number()).is_err(), "a number before everybody has signed");
}

#[test]
fn each_signs_under_their_own_block_with_their_own_certificate() {
    let story = laid_before_both();
    // The premier's right does not sign the minister's block.
    assert!(matches!(story.ask(&minister(), story.sign()), Err(Refusal::NoAuthority { .. })));
    let holder = |name: &str| CertificateHolder { name: name.into(), iin: None };
    let with = |name| Sign { signer: Some(holder(name)), ..by_minister(&story) };
    assert!(story.ask(&minister(), with("ЖАҚЫПОВА СВЕТЛАНА")).is_ok());
    let refused = story.ask(&minister(), with("СМАЙЫЛОВ ӘЛИХАН")).unwrap_err();
    assert!(matches!(&refused, Refusal::CertificateOfAnother { named, .. } if named == "С. Жақыпова"), "{refused}");
}

#[test]
fn the_others_sign_the_bytes_that_the_first_one_signed() {
    let story = laid_before_both();
    let ask = story.sign();
    let story = story.then(&premier(), ask);
    let other = Sign { pdf: blob(0xA1), ..by_minister(&story) };
    assert_eq!(story.ask(&minister(), other), Err(Refusal::OtherBytesSigned));
}

#[test]
fn what_one_declines_or_returns_is_declined_for_all_and_their_signatures_are_void() {
    let story = laid_before_both();
    let ask = story.sign();
    let story = story.then(&premier(), ask);
    for (by, ask) in [
        (minister(), inquiry::Ask::from(DeclineSigning { reason: "Келіспеймін".into() })),
        (premier(), DeclineSigning { reason: "Қайтарып аламын".into() }.into()),
        (minister(), ReturnDraft { version: FIRST, reason: "Қате бар".into() }.into()),
    ] {
        let back = story.clone().then(&by, ask);
        assert_eq!(back.dossier().stage.name(), StageName::Drafting);
    }
    let again = story.then(&minister(), DeclineSigning { reason: "Келіспеймін".into() });
    let ask = before_both(&again);
    let again = again.then(&clerk(), ask);
    let Stage::ForSignature(paper) = &again.dossier().stage else { panic!("it was laid before them again") };
    assert_eq!((paper.given().len(), paper.awaited().count()), (0, 2));
    cosigned(&again.ask(&premier(), again.sign()).unwrap());
}

#[test]
fn a_signature_stays_when_the_right_to_it_ends_before_the_others_have_signed() {
    let story = approved().on(date(2023, 10, 17));
    let mut ask = before_both(&story);
    ask.person = sklyar();
    ask.order = Some(order());
    ask.signatory.name = "Р. Скляр".into();
    ask.signatory.acting = true;
    let story = story.then(&clerk(), ask);
    let ground = Ground::Acts { order: Some(order()) };
    let own = Sign { authority: Authority { person: sklyar(), ground, ..right() }, ..story.sign() };
    // The order ended at half past nine of the day after.
    let story = story.then(&acting_premier(), own).on(date(2023, 10, 18));
    let last = story.ask(&minister(), by_minister(&story)).unwrap();
    assert_eq!(signed(&last).cosigned[0].authority.person, sklyar());
}

#[test]
fn an_office_and_a_person_sign_once_and_six_at_the_most() {
    let story = approved().on(date(2023, 10, 17));
    let with = |also: Vec<Cosignatory>| story.ask(&clerk(), SubmitForSignature { also, ..story.for_signature() });
    assert!(with(vec![cosignatory()]).is_ok());
    let office = cosignatory().signatory.office;
    assert_eq!(with(vec![cosignatory(), cosignatory()]), Err(Refusal::OfficeTwice { office }));
    let same = Cosignatory { person: smailov(), ..cosignatory() };
    assert_eq!(with(vec![same]), Err(Refusal::SignatoryTwice { name: "С. Жақыпова".into() }));
    assert!(matches!(with(vec![cosignatory(); 6]), Err(Refusal::TooMany { limit: 5, found: 6, .. })));
    let mut nameless = cosignatory();
    nameless.signatory.name.clear();
    assert!(matches!(with(vec![nameless]), Err(Refusal::Empty { .. })));
}

#[test]
fn a_letter_presses_on_those_whose_signature_is_missing() {
    let story = laid_before_both();
    let ask = story.sign();
    let story = story.then(&premier(), ask);
    let signed_by = |story: &Story| {
        let pressing = story.events.iter().fold(None, |known, event| Pressing::after(known, event, at(RECEIVED)));
        let awaited = pressing.unwrap().awaited();
        awaited.into_iter().find_map(|awaited| match awaited {
            Awaited::Signature(_, signed_by) => Some(signed_by),
            Awaited::Part(_) | Awaited::Reply(_) => None,
        })
    };
    assert_eq!(signed_by(&story), Some(vec![smailov()]));
    let back = story.clone().then(&minister(), DeclineSigning { reason: "Келіспеймін".into() });
    assert_eq!(signed_by(&back), None);
    let ask = before_both(&back);
    assert_eq!(signed_by(&back.then(&clerk(), ask)), Some(Vec::new()));
}

#[test]
fn every_identification_number_is_personal_and_every_signature_has_to_be_good() {
    let story = laid_before_both();
    let signer = CertificateHolder { name: "СМАЙЫЛОВ ӘЛИХАН".into(), iin: Some(IIN.parse().unwrap()) };
    let ask = Sign { signer: Some(signer), sealed_by_server: false, ..story.sign() };
    let story = story.then(&premier(), ask);
    let last = by_minister(&story);
    let story = story.then(&minister(), last);
    for event in &story.events[story.events.len() - 2..] {
        let texts = inquiry::personal::texts(this_inquiry(), event);
        let own: Vec<_> = texts.iter().filter(|text| text.subject == format!("person-{}", smailov())).collect();
        assert_eq!(own.len(), 1, "{event:?}");
        let stored: serde_json::Value = serde_json::from_str(&event.to_payload()).unwrap();
        assert_eq!(stored.pointer(&own[0].pointer), Some(&IIN.into()));
    }
    let story = story.on(date(2023, 10, 18)).then(&clerk(), number());
    let Stage::Numbered(letter) = &story.dossier().stage else { panic!("it has its number") };
    let mut found = inquiry::same::Found::intact(letter);
    let draft = story.dossier().draft.as_ref();
    assert_eq!(broken(draft, letter, &found), None);
    found.cosigned[0] = Judged::Bad;
    assert_eq!(broken(draft, letter, &found), Some(Seam::Signature));
    found.cosigned.clear();
    assert_eq!(broken(draft, letter, &found), Some(Seam::Signature), "a signature that nobody looked for");
}
