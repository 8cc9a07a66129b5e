use inquiry::bounds::Field;
use inquiry::command::{AcceptContribution, Reassign, ReturnContribution, ReviseDraft};
use inquiry::event::{ContributionAccepted, ContributionReturned, ContributionSubmitted, DraftRevised, Event};
use inquiry::state::ContributionStatus;
use inquiry::terms::{VisaKind, VoidedVisa};
use inquiry::{BlockSource, DraftVersion, EarlierAnswer, Refusal, StageName};
use jiff::civil::date;

use crate::support::*;

fn accept() -> AcceptContribution {
    AcceptContribution { ministry: mfa() }
}

fn give_back() -> ReturnContribution {
    ReturnContribution { ministry: mfa(), reason: "Сандар жоқ".into() }
}

#[test]
fn a_co_executor_sends_its_contribution_to_the_lead() {
    let ask = contribution();
    let event = ContributionSubmitted {
        ministry: mfa(),
        version: 1,
        body: ask.body.clone(),
        answers: ask.answers.clone(),
        files: Vec::new(),
        author: "foreign".into(),
    };
    assert_eq!(assigned().ask(&foreign(), ask), Ok(vec![event.into()]));
}

#[test]
fn a_ministry_that_is_not_assigned_contributes_nothing() {
    assert_eq!(assigned().ask(&treasury(), contribution()), Err(Refusal::MinistryNotAssigned { ministry: mof() }));
}

#[test]
fn the_lead_writes_the_draft_and_sends_itself_no_contribution() {
    assert_eq!(assigned().ask(&labour(), contribution()), Err(Refusal::LeadWritesTheDraft));
}

#[test]
fn only_a_submitted_contribution_is_accepted() {
    let event = ContributionAccepted { ministry: mfa(), version: 1 };
    assert_eq!(contributed().ask(&labour(), accept()), Ok(vec![event.into()]));
    assert_eq!(assigned().ask(&labour(), accept()), Err(Refusal::NoContribution));
    assert_eq!(contributed().then(&labour(), accept()).ask(&labour(), accept()), Err(Refusal::NoContribution));
}

#[test]
fn a_returned_contribution_comes_back_as_the_next_version() {
    let event = ContributionReturned { ministry: mfa(), version: 1, reason: "Сандар жоқ".into() };
    assert_eq!(contributed().ask(&labour(), give_back()), Ok(vec![event.into()]));
    let story = contributed().then(&labour(), give_back());
    assert!(matches!(story.dossier().contributions[0].status, ContributionStatus::Returned { .. }));
    let again = story.then(&foreign(), contribution());
    assert_eq!(again.dossier().contributions[0].version, 2);
    assert_eq!(again.dossier().contributions[0].status, ContributionStatus::Submitted);
}

#[test]
fn an_accepted_contribution_changes_only_when_the_lead_returns_it() {
    let story = contributed().then(&labour(), accept());
    assert_eq!(story.ask(&foreign(), contribution()), Err(Refusal::ContributionAccepted { ministry: mfa() }));
    let story = story.then(&labour(), give_back());
    assert!(story.ask(&foreign(), contribution()).is_ok());
}

#[test]
fn the_lead_writes_versions_that_count_up() {
    let first = content("Бірінші");
    let event = DraftRevised {
        version: FIRST,
        content_hash: first.hash(),
        content: first,
        sources: Vec::new(),
        voided: Vec::new(),
        author: "labour".into(),
        comment: None,
    };
    let story = assigned();
    assert_eq!(story.ask(&labour(), revise("Бірінші")), Ok(vec![event.into()]));
    let story = story.then(&labour(), revise("Бірінші")).then(&labour(), revise("Екінші"));
    assert_eq!(story.version(), DraftVersion(2));
    assert_eq!(story.dossier().stage.name(), StageName::Drafting);
}

#[test]
fn a_new_version_voids_the_visas_and_says_which() {
    let story = in_approval();
    let visa = story.visa(VisaKind::Legal);
    let story = story.then(&lawyer(), visa);
    let events = story.ask(&labour(), revise("Түзетілген мәтін")).unwrap();
    let [Event::DraftRevised(revised)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(revised.version, DraftVersion(2));
    let voided = VoidedVisa { kind: VisaKind::Legal, approver: "lawyer".into(), version: FIRST };
    assert_eq!(revised.voided, vec![voided]);
    let story = story.then(&labour(), revise("Түзетілген мәтін"));
    assert_eq!(story.dossier().stage.name(), StageName::Drafting);
    assert!(story.dossier().draft.as_ref().unwrap().visas.is_empty());
}

#[test]
fn a_version_without_visas_voids_none() {
    let events = in_approval().ask(&labour(), revise("Түзетілген мәтін")).unwrap();
    let [Event::DraftRevised(revised)] = events.as_slice() else { panic!("{events:?}") };
    assert!(revised.voided.is_empty());
}

#[test]
fn a_version_that_says_the_same_is_none() {
    let refusal = drafted().ask(&labour(), revise("Келісім жобасы әзірленді."));
    assert_eq!(refusal, Err(Refusal::NothingChanged { version: FIRST }));
}

fn revise_from(text: &str, sources: &[Option<&str>]) -> ReviseDraft {
    let sources = sources.iter().map(|name| name.map(|name| name.parse().unwrap())).collect();
    ReviseDraft { sources, ..revise(text) }
}

#[test]
fn a_version_says_which_contribution_each_block_came_from() {
    let story = contributed().then(&labour(), revise_from("Бірінші", &[None, Some("mfa/1")]));
    let draft = story.dossier().draft.as_ref().unwrap();
    assert_eq!(
        draft.sources.iter().map(|name| name.as_ref().map(ToString::to_string)).collect::<Vec<_>>(),
        [None, Some("mfa/1".to_owned())]
    );
    assert_eq!(draft.content_hash, content("Бірінші").hash(), "where it came from is not what it says");
}

#[test]
fn a_source_outlives_the_ministry_that_left() {
    let reassign =
        Reassign { from: mfa(), to: mof(), reason: "Құзыреті емес".into(), due: date(2023, 10, 9) };
    let story = contributed().then(&labour(), revise_from("Бірінші", &[None, Some("mfa/1")])).then(&head(), reassign);
    assert!(story.dossier().contribution(&mfa()).is_none());
    assert!(story.ask(&labour(), revise_from("Екінші", &[None, Some("mfa/1")])).is_ok());
}

#[test]
fn a_block_may_come_from_an_earlier_answer_and_keeps_everything_that_proves_it() {
    let answer = |number: &str| EarlierAnswer {
        inquiry: "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001".parse().unwrap(),
        number: number.into(),
        dated: date(2023, 9, 1),
        letter: "0f".repeat(32).parse().unwrap(),
        paragraph: 4,
    };
    let revised = |number: &str| ReviseDraft {
        sources: vec![None, Some(BlockSource::Answer(answer(number)))],
        ..revise("Бірінші")
    };
    let story = assigned().then(&labour(), revised("12-3/326"));
    let draft = story.dossier().draft.as_ref().unwrap();
    assert_eq!(draft.sources[1], Some(BlockSource::Answer(answer("12-3/326"))));
    assert_eq!(draft.content_hash, content("Бірінші").hash(), "where it came from is not what it says");
    assert_eq!(assigned().ask(&labour(), revised(" ")), Err(Refusal::Empty { field: Field::Number }));
}

#[test]
fn nobody_is_quoted_who_has_sent_nothing() {
    let refused = |story: &Story, name: &str| story.ask(&labour(), revise_from("Бірінші", &[None, Some(name)]));
    for name in ["mfa/2", "mof/1"] {
        let contribution = name.parse().unwrap();
        assert_eq!(refused(&contributed(), name), Err(Refusal::UnknownContribution { contribution }));
    }
    let short = contributed().ask(&labour(), revise_from("Бірінші", &[Some("mfa/1")]));
    assert_eq!(short, Err(Refusal::SourcesDoNotFit { sources: 1, blocks: 2 }));
}

#[test]
fn the_draft_is_the_leads_alone() {
    assert_eq!(assigned().ask(&foreign(), revise("Менің жобам")), Err(Refusal::LeadOnly { lead: mlsp() }));
    assert!(matches!(assigned().ask(&clerk(), revise("Менің жобам")), Err(Refusal::RoleNeeded { .. })));
}
