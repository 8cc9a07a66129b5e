//! What comes from outside: who may hand it in, who decides, and what is said when it is decided already.

use directory::{Actor, Role};
use inquiry::event::UnknownEvent;
use inquiry::proposal::command::{MOST_WAITING, ProposalAsk, ProposalCommand};
use inquiry::proposal::decide::decide;
use inquiry::proposal::event::{ProposalDismissed, ProposalEvent, ProposalEventName, ProposalReceived, ProposalTaken};
use inquiry::proposal::refusal::ProposalRefusal;
use inquiry::proposal::{Proposal, ProposalId, Source};
use inquiry::{BlobHash, RecipientNo, Refusal};
use uuid::Uuid;

use crate::support::*;

/// A line for every shape that was ever written, as in `stored_events.txt`; none is ever changed.
fn stored() -> Vec<(&'static str, &'static str)> {
    let line = |line: &'static str| {
        let (name, rest) = line.split_once('\t').unwrap();
        (name, rest.strip_prefix("1\t").unwrap())
    };
    include_str!("../stored_proposals.txt").lines().map(line).collect()
}

fn source(place: u16) -> Source {
    Source::DeputyPage { inquiry: this_inquiry(), recipient: RecipientNo(place) }
}

fn questions() -> Vec<String> {
    vec!["Бірінші сұрақ?".into(), "Екінші сұрақ?".into()]
}

fn id() -> ProposalId {
    ProposalId(Uuid::from_u128(0xD001))
}

fn receive(place: u16, questions: Vec<String>, waiting: usize) -> ProposalAsk {
    ProposalAsk::Receive { proposal: id(), source: source(place), questions, waiting }
}

fn ask(state: &Proposal, by: Actor, ask: ProposalAsk) -> Result<Option<ProposalEvent>, ProposalRefusal> {
    decide(state, &ProposalCommand { by, ask })
}

fn then(state: Proposal, by: Actor, asked: ProposalAsk) -> Proposal {
    let event = ask(&state, by, asked).unwrap().unwrap();
    state.evolve(&event)
}

fn waiting() -> Proposal {
    then(Proposal::NotReceived, holder(5, 1), receive(5, questions(), 0))
}

fn take() -> ProposalAsk {
    ProposalAsk::Take { inquiry: another_inquiry() }
}

fn dismiss(reason: &str) -> ProposalAsk {
    ProposalAsk::Dismiss { reason: reason.into() }
}

#[test]
fn whoever_holds_the_link_asks_again_and_only_in_the_name_of_that_place() {
    let received = ProposalReceived { proposal: id(), source: source(5), questions: questions() };
    let first = ask(&Proposal::NotReceived, holder(5, 1), receive(5, questions(), 0));
    assert_eq!(first, Ok(Some(ProposalEvent::ProposalReceived(received))));
    for by in [holder(6, 1), deputy(5), clerk()] {
        let refused = ask(&Proposal::NotReceived, by, receive(5, questions(), 0));
        assert_eq!(refused, Err(ProposalRefusal::NotYours));
    }
    let again = ask(&waiting(), holder(5, 1), receive(5, questions(), 0));
    assert_eq!(again, Err(ProposalRefusal::AlreadyReceived));
}

/// What a mail says is not in the journal, and nobody but our own worker says that one came.
#[test]
fn a_mail_is_handed_in_by_our_own_worker_with_nothing_but_its_hash() {
    let (mail, inquiry) = (BlobHash([10; 32]), this_inquiry());
    for source in [Source::Mail { mail }, Source::Answer { inquiry, recipient: RecipientNo(5), mail }] {
        let hand_in = || ProposalAsk::Receive {
            proposal: id(),
            source: source.clone(),
            questions: vec!["\u{202E}word of anybody".into()],
            waiting: MOST_WAITING,
        };
        let received = ProposalReceived { proposal: id(), source: source.clone(), questions: Vec::new() };
        let first = ask(&Proposal::NotReceived, worker(), hand_in());
        assert_eq!(first, Ok(Some(ProposalEvent::ProposalReceived(received))));
        for by in [holder(5, 1), deputy(5), clerk()] {
            assert_eq!(ask(&Proposal::NotReceived, by, hand_in()), Err(ProposalRefusal::NotYours));
        }
        let waiting = then(Proposal::NotReceived, worker(), hand_in());
        assert!(ask(&waiting, clerk(), take()).is_ok());
    }
    assert_eq!(ask(&Proposal::NotReceived, worker(), receive(5, questions(), 0)), Err(ProposalRefusal::NotYours));
}

#[test]
fn nothing_empty_or_unfit_is_taken_in_and_few_wait_at_a_time() {
    let refused = |questions: Vec<String>, waiting| {
        ask(&Proposal::NotReceived, holder(5, 1), receive(5, questions, waiting)).unwrap_err()
    };
    assert!(matches!(refused(Vec::new(), 0), ProposalRefusal::Text(Refusal::Empty { .. })));
    assert!(matches!(refused(vec!["x".repeat(10_001)], 0), ProposalRefusal::Text(Refusal::TooLong { .. })));
    let hidden = vec!["\u{202E}сұрақ".to_owned()];
    assert!(matches!(refused(hidden, 0), ProposalRefusal::Text(Refusal::HiddenCharacter { .. })));
    assert_eq!(refused(questions(), MOST_WAITING), ProposalRefusal::TooManyWaiting);
    assert!(ask(&Proposal::NotReceived, holder(5, 1), receive(5, questions(), MOST_WAITING - 1)).is_ok());
}

#[test]
fn a_clerk_takes_it_once_and_telling_it_twice_changes_nothing() {
    let event = ProposalTaken { inquiry: another_inquiry(), taken_by: "clerk".into() };
    assert_eq!(ask(&waiting(), clerk(), take()), Ok(Some(ProposalEvent::ProposalTaken(event))));
    let taken = then(waiting(), clerk(), take());
    assert_eq!(ask(&taken, clerk(), take()), Ok(None));
    let other = ProposalAsk::Take { inquiry: this_inquiry() };
    assert_eq!(ask(&taken, clerk(), other), Err(ProposalRefusal::Decided));
    assert_eq!(ask(&taken, clerk(), dismiss("Жоқ")), Err(ProposalRefusal::Decided));
}

#[test]
fn a_clerk_dismisses_it_with_a_reason() {
    let event = ProposalDismissed { reason: "Жауапта бар".into(), dismissed_by: "clerk".into() };
    let dismissed = ask(&waiting(), clerk(), dismiss("Жауапта бар"));
    assert_eq!(dismissed, Ok(Some(ProposalEvent::ProposalDismissed(event))));
    let empty = ask(&waiting(), clerk(), dismiss(" "));
    assert!(matches!(empty, Err(ProposalRefusal::Text(Refusal::Empty { .. }))));
    let dismissed = then(waiting(), clerk(), dismiss("Жауапта бар"));
    assert_eq!(ask(&dismissed, clerk(), take()), Err(ProposalRefusal::Decided));
    assert_eq!(dismissed.received().unwrap().questions, questions());
}

#[test]
fn nobody_but_a_clerk_decides_and_nothing_is_decided_before_it_came() {
    for by in [holder(5, 1), deputy(5), head(), Actor::new("admin", [Role::Admin])] {
        assert_eq!(ask(&waiting(), by.clone(), take()), Err(ProposalRefusal::ClerksOnly));
        assert_eq!(ask(&waiting(), by, dismiss("Жоқ")), Err(ProposalRefusal::ClerksOnly));
    }
    assert_eq!(ask(&Proposal::NotReceived, clerk(), take()), Err(ProposalRefusal::NotReceived));
    assert_eq!(ask(&Proposal::NotReceived, clerk(), dismiss("Жоқ")), Err(ProposalRefusal::NotReceived));
}

#[test]
fn what_was_stored_is_read_and_written_again_to_the_byte() {
    let stored = stored();
    for (name, payload) in &stored {
        let event = ProposalEvent::from_stored(name, 1, payload).unwrap();
        assert_eq!((event.name().stored(), serde_json::to_string(&event).unwrap().as_str()), (*name, *payload));
    }
    let named: Vec<&str> = ProposalEventName::ALL.iter().map(|name| name.stored()).collect();
    let mut names: Vec<&str> = stored.iter().map(|(name, _)| *name).collect();
    names.truncate(named.len());
    assert_eq!(named, names, "the first shape of each kind stands first");
    let wrong = |name, version, payload| ProposalEvent::from_stored(name, version, payload).unwrap_err();
    assert!(matches!(wrong("proposal_lost", 1, "{}"), UnknownEvent::Name { .. }));
    assert!(matches!(wrong("proposal_taken", 2, stored[1].1), UnknownEvent::Shape { .. }));
    assert!(matches!(wrong("proposal_taken", 1, stored[2].1), UnknownEvent::Mismatch { .. }));
    let more = stored[1].1.replace("taken_by", "colour");
    assert!(matches!(wrong("proposal_taken", 1, &more), UnknownEvent::Payload { .. }));
}
