use inquiry::command::{DeclineSigning, ReturnDraft};
use inquiry::event::{
    DraftSubmittedForApproval, DraftVisaed, Event, OutgoingNumberAssigned, ReplySigned, SigningDeclined,
    SubmittedForSignature,
};
use inquiry::terms::{RequiredVisa, VisaKind};
use inquiry::{CommandName, ContentHash, DraftVersion, Inquiry, Refusal, StageName, allowed};
use jiff::civil::date;

use crate::moves::financier;
use crate::support::*;

#[test]
fn an_approved_version_is_laid_before_the_signatory() {
    let story = approved().on(date(2023, 10, 17));
    let event = SubmittedForSignature {
        version: FIRST,
        content_hash: story.hash(),
        signatory: signatory(),
        person: Some(smailov()),
        order: None,
        also: Vec::new(),
        document_date: date(2023, 10, 17),
        code: Some(code()),
    };
    assert_eq!(story.ask(&clerk(), story.for_signature()), Ok(vec![event.clone().into()]));
    assert_eq!(story.ask(&control(), story.for_signature()), Ok(vec![event.into()]));
}

#[test]
fn nothing_is_signed_while_a_required_visa_is_missing() {
    let story = in_approval();
    let visa = story.visa(VisaKind::Legal);
    let story = story.then(&lawyer(), visa).on(date(2023, 10, 17));
    let missing = vec![RequiredVisa { kind: VisaKind::Language, approver: "linguist".into() }];
    assert_eq!(story.ask(&clerk(), story.for_signature()), Err(Refusal::VisasMissing { missing }));
    assert!(matches!(story.ask(&premier(), story.sign()), Err(Refusal::WrongStage { .. })));
}

/// A history that no decision makes: whatever led there, a visa on other content counts for nothing.
fn history_with_visas_on(version: DraftVersion, content_hash: ContentHash) -> Story {
    let mut story = drafted().then(&labour(), revise("Екінші нұсқа"));
    let now = (story.version(), story.hash());
    let required = submit(now.0).required;
    let visa = |visa: &RequiredVisa| {
        DraftVisaed { version, content_hash, kind: visa.kind, approver: visa.approver.clone() }.into()
    };
    let mut events: Vec<Event> = required.iter().map(visa).collect();
    events.insert(0, DraftSubmittedForApproval { version: now.0, content_hash: now.1, required }.into());
    let laid = SubmittedForSignature {
        version: now.0,
        content_hash: now.1,
        signatory: signatory(),
        person: Some(smailov()),
        order: None,
        also: Vec::new(),
        document_date: date(2023, 10, 17),
        code: Some(code()),
    };
    events.push(laid.into());
    story.inquiry = events.iter().fold(story.inquiry, Inquiry::evolve);
    story
}

#[test]
fn a_visa_on_an_older_version_signs_nothing() {
    let old_hash = drafted().hash();
    let story = history_with_visas_on(FIRST, old_hash);
    assert_eq!(story.dossier().stage.name(), StageName::ForSignature);
    assert!(
        matches!(story.ask(&premier(), story.sign()), Err(Refusal::VisasMissing { missing }) if missing.len() == 2)
    );
    // The same history with visas on the current version is signed: it is the visas that made the difference.
    let now = history_with_visas_on(FIRST, old_hash);
    for (version, content_hash) in [(now.version(), old_hash), (FIRST, now.hash())] {
        let mixed = history_with_visas_on(version, content_hash);
        assert!(matches!(mixed.ask(&premier(), mixed.sign()), Err(Refusal::VisasMissing { .. })));
    }
    let good = history_with_visas_on(now.version(), now.hash());
    assert!(good.ask(&premier(), good.sign()).is_ok());
}

#[test]
fn signing_freezes_bytes_and_recipients() {
    let story = for_signature().on(date(2023, 10, 18));
    let ask = story.sign();
    let event = ReplySigned {
        version: FIRST,
        content_hash: story.hash(),
        pdf: ask.pdf,
        pdf_bytes: ask.pdf_bytes,
        signature: ask.signature,
        made_from: Some(ask.made_from),
        certificate: ask.certificate,
        sealed_by_server: true,
        signer: None,
        checked: None,
        signatory: signatory(),
        authority: Some(right()),
        cosigned: Vec::new(),
        signed_by: "premier".into(),
        signed_at: at(date(2023, 10, 18)),
        document_date: date(2023, 10, 17),
        language: directory::Language::Kk,
        recipients: groups_of_ds_326(),
        code: Some(code()),
    };
    assert_eq!(story.ask(&premier(), ask), Ok(vec![event.into()]));
}

#[test]
fn only_what_was_read_is_signed() {
    let story = for_signature();
    let mut other = story.sign();
    other.content_hash = content("Басқа мәтін").hash();
    assert_eq!(story.ask(&premier(), other), Err(Refusal::OtherContent { version: FIRST }));
    let mut old = story.sign();
    old.version = DraftVersion(7);
    assert_eq!(story.ask(&premier(), old), Err(Refusal::OldVersion { read: DraftVersion(7), current: FIRST }));
}

#[test]
fn the_signatory_declines_and_the_draft_is_worked_over() {
    let ask = DeclineSigning { reason: "Екінші сұраққа жауап жеткіліксіз".into() };
    let event = SigningDeclined { version: FIRST, reason: ask.reason.clone(), declined_by: "premier".into() };
    assert_eq!(for_signature().ask(&premier(), ask.clone()), Ok(vec![event.into()]));
    let story = for_signature().then(&premier(), ask);
    assert_eq!(story.dossier().stage.name(), StageName::Drafting);
    let story = story.then(&labour(), revise("Екінші сұраққа толық жауап"));
    assert!(matches!(story.ask(&clerk(), story.for_signature()), Err(Refusal::WrongStage { .. })));
    let story = story.clone().then(&labour(), submit(story.version()));
    assert!(matches!(story.ask(&clerk(), story.for_signature()), Err(Refusal::VisasMissing { .. })));
}

#[test]
fn a_version_declined_for_its_date_or_signatory_is_laid_before_one_again_as_it_is() {
    let declined = for_signature().then(&premier(), DeclineSigning { reason: "Құжаттың күні қате".into() });
    for by in [clerk(), control()] {
        assert!(allowed(&declined.inquiry, &by).contains(&CommandName::SubmitForSignature));
    }
    let again = declined.clone().on(date(2023, 10, 18));
    let laid = again.for_signature();
    let again = again.then(&clerk(), laid);
    assert!(again.ask(&premier(), again.sign()).is_ok());

    // Or the lead sends it round once more: the visas that stand on it still count, and one that is new is awaited.
    let same = declined.clone().then(&labour(), submit(FIRST));
    assert!(same.ask(&clerk(), same.for_signature()).is_ok());
    let mut more = submit(FIRST);
    more.required.push(required(VisaKind::Finance, &financier()));
    let more = declined.then(&labour(), more);
    assert!(matches!(more.ask(&clerk(), more.for_signature()), Err(Refusal::VisasMissing { .. })));
}

#[test]
fn a_version_that_the_signatory_returned_for_its_text_needs_a_change() {
    let story = for_signature().then(&premier(), ReturnDraft { version: FIRST, reason: "Қысқартыңыз".into() });
    assert_eq!(story.ask(&labour(), submit(FIRST)), Err(Refusal::VersionSentBack { version: FIRST }));
    assert!(matches!(story.ask(&clerk(), story.for_signature()), Err(Refusal::WrongStage { .. })));
}

#[test]
fn the_signatory_may_return_what_lies_before_them_and_an_approver_may_not_any_more() {
    let ask = ReturnDraft { version: FIRST, reason: "Мәтінді қысқартыңыз".into() };
    assert!(for_signature().ask(&premier(), ask.clone()).is_ok());
    assert!(matches!(for_signature().ask(&lawyer(), ask), Err(Refusal::RoleNeeded { .. })));
}

#[test]
fn no_number_before_the_signature() {
    for story in [registered(), assigned(), drafted(), in_approval(), approved(), for_signature()] {
        assert_eq!(story.ask(&clerk(), number()), Err(Refusal::NotSignedYet));
    }
}

#[test]
fn a_signed_letter_gets_its_number_once() {
    let ask = number();
    let event = OutgoingNumberAssigned {
        series: "outgoing-2023".into(),
        value: 3841,
        number: "12-11/3841 ДС".into(),
        dated: date(2023, 10, 18),
        pdf: blob(0xB),
        seal: blob(0xC),
    };
    assert_eq!(signed().ask(&clerk(), ask.clone()), Ok(vec![event.into()]));
    assert!(matches!(numbered().ask(&clerk(), ask), Err(Refusal::WrongStage { .. })));
}

#[test]
fn a_number_is_not_dated_before_the_signature() {
    let mut ask = number();
    ask.dated = date(2023, 10, 17);
    assert!(matches!(signed().ask(&clerk(), ask), Err(Refusal::DateOutside { .. })));
}

#[test]
fn a_signed_text_is_never_corrected() {
    for story in [signed(), numbered(), dispatched()] {
        assert!(matches!(story.ask(&labour(), revise("Түзету")), Err(Refusal::WrongStage { .. })));
    }
    assert!(matches!(closed().ask(&labour(), revise("Түзету")), Err(Refusal::InquiryClosed { .. })));
}
