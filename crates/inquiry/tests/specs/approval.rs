use directory::InPlaceOf;
use inquiry::command::{RefuseVisa, ReturnDraft, SubmitForApproval};
use inquiry::event::{DraftReturned, DraftSubmittedForApproval, DraftVisaed, VisaRefused};
use inquiry::state::{RejectedBy, Stage};
use inquiry::terms::VisaKind;
use inquiry::{Actor, DraftVersion, Refusal, Role, StageName};

use crate::support::*;

fn refuse(story: &Story) -> RefuseVisa {
    let (version, content_hash) = (story.version(), story.hash());
    RefuseVisa { version, content_hash, kind: VisaKind::Legal, remarks: "Заңға сілтеме жоқ".into() }
}

#[test]
fn the_lead_sends_a_version_out_for_visas() {
    let ask = submit(FIRST);
    let story = drafted();
    let event =
        DraftSubmittedForApproval { version: FIRST, content_hash: story.hash(), required: ask.required.clone() };
    assert_eq!(story.ask(&labour(), ask), Ok(vec![event.into()]));
}

#[test]
fn a_visa_binds_to_the_version_and_its_content() {
    let story = in_approval();
    let event =
        DraftVisaed { version: FIRST, content_hash: story.hash(), kind: VisaKind::Legal, approver: "lawyer".into() };
    assert_eq!(story.ask(&lawyer(), story.visa(VisaKind::Legal)), Ok(vec![event.into()]));

    let mut other = story.visa(VisaKind::Legal);
    other.content_hash = content("Басқа мәтін").hash();
    assert_eq!(story.ask(&lawyer(), other), Err(Refusal::OtherContent { version: FIRST }));

    let old = story.visa(VisaKind::Legal);
    let story = story.then(&labour(), revise("Екінші")).then(&labour(), submit(DraftVersion(2)));
    let refusal = Refusal::OldVersion { read: FIRST, current: DraftVersion(2) };
    assert_eq!(story.ask(&lawyer(), old), Err(refusal));
}

/// No rule asks for different persons; the journal says who acted, and lists of visas tell it.
#[test]
fn whoever_stands_in_may_give_the_absents_visa_and_their_own_and_each_says_whose_it_is() {
    let story = in_approval();
    let in_place_of = Some(InPlaceOf { name: lawyer().name, substitution: uuid::Uuid::nil() });
    let stands_in = Actor { in_place_of, ..linguist() };
    let visa = story.visa(VisaKind::Legal);
    let story = story.then(&stands_in, visa);
    let visa = story.visa(VisaKind::Language);
    let story = story.then(&linguist(), visa);
    let visas = &story.dossier().draft.as_ref().unwrap().visas;
    assert_eq!(visas.iter().map(|visa| visa.approver.as_str()).collect::<Vec<_>>(), ["lawyer", "linguist"]);
}

#[test]
fn whoever_wrote_the_draft_may_not_be_its_only_approver() {
    let mut author = labour();
    author.roles.insert(Role::Approver);
    let alone = SubmitForApproval { version: FIRST, required: vec![required(VisaKind::Legal, &author)] };
    assert_eq!(drafted().ask(&author, alone.clone()), Err(Refusal::AuthorsApproveThemselves));
    let mut together = alone;
    together.required.push(required(VisaKind::Language, &linguist()));
    assert!(drafted().ask(&author, together).is_ok());
}

#[test]
fn two_authors_do_not_approve_each_other() {
    let second = Actor::executor("labour2", mlsp());
    let story = drafted().then(&second, revise("Екінші қолмен"));
    let required = vec![required(VisaKind::Legal, &labour()), required(VisaKind::Office, &second)];
    let ask = SubmitForApproval { version: DraftVersion(2), required };
    assert_eq!(story.ask(&labour(), ask), Err(Refusal::AuthorsApproveThemselves));
}

#[test]
fn an_approver_refuses_with_remarks_and_may_think_better_of_it() {
    let story = in_approval();
    let ask = refuse(&story);
    let event = VisaRefused {
        version: FIRST,
        content_hash: story.hash(),
        kind: VisaKind::Legal,
        approver: "lawyer".into(),
        remarks: ask.remarks.clone(),
    };
    assert_eq!(story.ask(&lawyer(), ask.clone()), Ok(vec![event.into()]));
    let story = story.then(&lawyer(), ask);
    // A refusal is not a return: the others go on reading.
    assert_eq!(story.dossier().stage.name(), StageName::Approval);
    assert_eq!(story.dossier().draft.as_ref().unwrap().refusals.len(), 1);
    let visa = story.visa(VisaKind::Legal);
    let story = story.then(&lawyer(), visa);
    assert!(story.dossier().draft.as_ref().unwrap().refusals.is_empty());
}

#[test]
fn a_returned_draft_goes_out_again_only_when_it_was_changed() {
    let ask = ReturnDraft { version: FIRST, reason: "Екінші сұраққа жауап жоқ".into() };
    let story = in_approval();
    let event = DraftReturned { version: FIRST, reason: ask.reason.clone(), returned_by: "linguist".into() };
    assert_eq!(story.ask(&linguist(), ask.clone()), Ok(vec![event.into()]));
    let story = story.then(&linguist(), ask);
    let Stage::Drafting { rejected: Some(rejection) } = &story.dossier().stage else { panic!("not returned") };
    assert_eq!(rejection.by, RejectedBy::Returned);
    assert_eq!(story.ask(&labour(), submit(FIRST)), Err(Refusal::VersionSentBack { version: FIRST }));
    let story = story.then(&labour(), revise("Екінші сұраққа жауап берілді"));
    assert!(story.ask(&labour(), submit(DraftVersion(2))).is_ok());
}

#[test]
fn a_visa_given_before_a_return_is_voided_by_the_next_version() {
    let story = in_approval();
    let visa = story.visa(VisaKind::Legal);
    let story = story.then(&lawyer(), visa);
    let story = story.then(&linguist(), ReturnDraft { version: FIRST, reason: "Қате бар".into() });
    let events = story.ask(&labour(), revise("Қатесіз")).unwrap();
    let [inquiry::Event::DraftRevised(revised)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(revised.voided.len(), 1);
}

#[test]
fn a_return_needs_a_reason() {
    let ask = ReturnDraft { version: FIRST, reason: "  \n".into() };
    assert!(matches!(in_approval().ask(&lawyer(), ask), Err(Refusal::Empty { .. })));
}

#[test]
fn an_approver_who_is_not_named_has_no_say() {
    let stranger = Actor::new("stranger", [Role::Approver]);
    let story = in_approval();
    let back = ReturnDraft { version: FIRST, reason: "Ұнамайды".into() };
    assert_eq!(story.ask(&stranger, story.visa(VisaKind::Legal)), Err(Refusal::NotNamedApprover));
    assert_eq!(story.ask(&stranger, refuse(&story)), Err(Refusal::NotNamedApprover));
    assert_eq!(story.ask(&stranger, back.clone()), Err(Refusal::NotNamedApprover));
    assert_eq!(story.ask(&premier(), back), Err(Refusal::NotNamedApprover));
}
