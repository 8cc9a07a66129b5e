//! What holds for every history, however it came about.

use std::collections::BTreeSet;

use inquiry::event::ReplySigned;
use inquiry::pressing::{Awaited, Pressing, reads};
use inquiry::state::Stage;
use inquiry::{Command, CommandName, Event, Family, Inquiry, Role, StageName, allowed, decide};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::moves::*;
use crate::support::*;

const STEPS: usize = 100;

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

fn command(by: directory::Actor, ask: inquiry::Ask) -> Command {
    Command { by, at: at(TODAY), seen: None, ask }
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn replaying_an_accepted_history_gives_the_same_state(steps in steps(STEPS)) {
        let walk = walk(&steps);
        prop_assert_eq!(&Inquiry::replay(&walk.events), walk.last());
        let revision = walk.last().dossier().map_or(0, |dossier| dossier.revision);
        prop_assert_eq!(revision, walk.events.len() as u64);
    }

    #[test]
    fn a_history_read_back_from_its_stored_form_is_the_same(steps in steps(STEPS)) {
        let walk = walk(&steps);
        let mut read = Vec::new();
        for event in &walk.events {
            let payload = event.to_payload();
            let back = Event::from_stored(event.stored_name(), event.schema_version(), &payload).unwrap();
            prop_assert!(back.iter().map(Event::to_payload).eq([payload]));
            let [back] = &back[..] else { panic!("{back:?}") };
            read.push(back.clone());
        }
        prop_assert_eq!(&read, &walk.events);
        prop_assert_eq!(&Inquiry::replay(&read), walk.last());
        prop_assert_eq!(&through_json(walk.last()), walk.last());
    }

    #[test]
    fn a_reply_is_never_due_before_its_inquiry_came_in(steps in steps(STEPS)) {
        for dossier in walk(&steps).states.iter().filter_map(Inquiry::dossier) {
            if let Some(due) = dossier.due() {
                prop_assert!(due >= dossier.intake.received);
            }
        }
    }

    #[test]
    fn there_is_one_lead_who_is_never_also_a_co_executor(steps in steps(STEPS)) {
        let walk = walk(&steps);
        for assignment in walk.states.iter().filter_map(Inquiry::dossier).filter_map(|d| d.assignment.as_ref()) {
            let co_executors: BTreeSet<_> = assignment.co_executors.iter().map(|co| &co.ministry).collect();
            prop_assert!(!co_executors.contains(&assignment.lead));
            prop_assert_eq!(co_executors.len(), assignment.co_executors.len());
        }
    }

    /// What the mail of the house follows is what the inquiry itself says.
    #[test]
    fn what_is_followed_as_awaited_is_what_the_inquiry_awaits(steps in steps(STEPS)) {
        let walk = walk(&steps);
        let mut known = None;
        for (event, state) in walk.events.iter().zip(&walk.states[1..]) {
            let before = known.clone();
            known = Pressing::after(known, event, at(TODAY));
            prop_assert!(reads(event.name()) || known == before, "{} is read", event.stored_name());
            let (pressing, dossier) = (known.as_ref().unwrap(), state.dossier().unwrap());
            let mut expected: Vec<Awaited> = dossier.owing().into_iter().map(Awaited::Part).collect();
            if let Some(watch) = dossier.watch() {
                expected.extend(dossier.dispatched().is_none().then_some(Awaited::Reply(watch.due)));
                expected.extend(matches!(dossier.stage, Stage::ForSignature(_)).then(|| {
                    Awaited::Signature(at(TODAY), signed_by(dossier))
                }));
            }
            prop_assert_eq!(pressing.awaited(), expected, "after {}", event.stored_name());
            let kept = serde_json::to_string(pressing).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Pressing>(&kept).unwrap(), pressing);
        }
    }

    #[test]
    fn a_reply_is_signed_numbered_sent_and_closed_in_that_order(steps in steps(STEPS)) {
        let events = walk(&steps).events;
        for (place, event) in events.iter().enumerate() {
            let before = &events[..place];
            match event {
                Event::ReplySigned(signed) => {
                    prop_assert!(visas_stand(before, signed.version, signed.content_hash));
                    prop_assert!(is_signed_by_whom_it_names(before, signed));
                }
                Event::OutgoingNumberAssigned(_) => {
                    prop_assert!(matches!(before.last_of(&["reply_signed", "outgoing_number_assigned"]), Some(Event::ReplySigned(_))));
                }
                Event::DispatchOrdered(_) => {
                    let last = before.last_of(&["outgoing_number_assigned", "reply_replaced"]);
                    prop_assert!(matches!(last, Some(Event::OutgoingNumberAssigned(_))));
                }
                Event::InquiryClosed(_) => prop_assert!(everybody_has_it(before)),
                _other => {}
            }
        }
    }

    #[test]
    fn no_mail_ever_has_the_identity_of_another(steps in steps(STEPS)) {
        let mut seen = BTreeSet::new();
        for event in walk(&steps).events {
            if let Event::DispatchOrdered(order) = event {
                for addressee in order.recipients {
                    prop_assert!(seen.insert(addressee.message_id.clone()), "{} twice", addressee.message_id);
                }
            }
        }
    }

    #[test]
    fn after_the_end_only_what_may_follow_happens(steps in steps(STEPS)) {
        let walk = walk(&steps);
        for (state, event) in walk.states.iter().zip(&walk.events) {
            let Some(dossier) = state.dossier() else { continue };
            let follows: &[&str] = match dossier.stage.name() {
                StageName::Closed => {
                    &["repeat_inquiry_linked", "deputy_responded", "reply_replaced", "link_revoked", "topic_set"]
                }
                StageName::Withdrawn | StageName::Redirected | StageName::Merged => {
                    &["repeat_inquiry_linked", "link_revoked", "topic_set"]
                }
                _open => continue,
            };
            prop_assert!(follows.contains(&event.stored_name()), "{} after the end", event.stored_name());
        }
    }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn what_is_offered_is_not_refused_for_who_asks_or_when_and_what_is_not_offered_is_refused(
        steps in steps(STEPS),
        seed in any::<u32>(),
    ) {
        let walk = walk(&steps);
        let middle = &walk.states[walk.states.len() / 2];
        for inquiry in [middle, walk.last()] {
            for by in cast() {
                let offered = allowed(inquiry, &by);
                for (name, salt) in CommandName::ALL.iter().copied().zip(0..) {
                    let ask = plausible(inquiry, &by, name, seed.wrapping_add(salt));
                    match (offered.contains(&name), decide(inquiry, &command(by.clone(), ask))) {
                        (true, Err(refusal)) => prop_assert_eq!(refusal.family(), Family::RuleBroken, "{}", refusal),
                        (false, Ok(_)) => prop_assert!(false, "{} was not offered {:?}, and it was done", by.name, name),
                        (true, Ok(_)) => {}
                        (false, Err(refusal)) => prop_assert!(refusal.family() != Family::RuleBroken, "{}", refusal),
                    }
                }
            }
        }
    }

    #[test]
    fn the_main_line_leads_from_every_open_state_to_the_end(steps in steps(STEPS)) {
        let walk = walk(&steps);
        for state in walk.states.iter().skip(3).step_by(4) {
            let mut inquiry = state.clone();
            for _ in 0..60 {
                let dossier = inquiry.dossier().unwrap();
                let Some((by, ask)) = lead_on(dossier) else { break };
                let stage = dossier.stage.name();
                let events = decide(&inquiry, &command(by, ask));
                prop_assert!(matches!(&events, Ok(events) if !events.is_empty()), "a dead end at {stage:?}: {events:?}");
                inquiry = events.unwrap().iter().fold(inquiry, Inquiry::evolve);
            }
            prop_assert!(!inquiry.dossier().unwrap().stage.name().is_open());
        }
    }

    #[test]
    fn evolve_takes_any_event_in_any_state(
        first in steps(STEPS),
        second in steps(STEPS),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..200),
    ) {
        let pool = [walk(&first).events, walk(&second).events].concat();
        prop_assume!(!pool.is_empty());
        let mut inquiry = Inquiry::NotReceived;
        for index in order {
            let event = index.get(&pool);
            let before = inquiry.dossier().map_or(0, |dossier| dossier.revision);
            inquiry = inquiry.evolve(event);
            let after = inquiry.dossier().map_or(0, |dossier| dossier.revision);
            let begun = before > 0 || event.stored_name() == "inquiry_received";
            prop_assert_eq!(after, before + u64::from(begun));
        }
        // Whatever state came of it, the decision answers, and so does the gate.
        for by in cast() {
            for name in CommandName::ALL {
                let ask = plausible(&inquiry, &by, *name, 7);
                let _answered = decide(&inquiry, &command(by.clone(), ask));
            }
        }
    }
}

/// The last event under one of these names.
trait LastOf {
    fn last_of(&self, names: &[&str]) -> Option<&Event>;
}

impl LastOf for [Event] {
    fn last_of(&self, names: &[&str]) -> Option<&Event> {
        self.iter().rev().find(|event| names.contains(&event.stored_name()))
    }
}

/// Who has signed what lies before the signatories.
fn signed_by(dossier: &inquiry::Dossier) -> Vec<directory::PersonId> {
    let Stage::ForSignature(paper) = &dossier.stage else { return Vec::new() };
    paper.given().iter().map(|given| given.authority.person).collect()
}

/// Told from the history alone: the letter was laid before whoever signed it, and prints the right by which they did.
fn is_signed_by_whom_it_names(history: &[Event], signed: &ReplySigned) -> bool {
    let Some(Event::SubmittedForSignature(laid)) = history.last_of(&["submitted_for_signature"]) else { return false };
    let Some(authority) = &signed.authority else { return false };
    // Everybody whom it names has signed once, the last one last, and each under their own block.
    let mut named: Vec<_> = laid.also.iter().map(|other| (Some(other.person), &other.signatory)).collect();
    named.push((laid.person, &laid.signatory));
    let mut by: Vec<_> = signed.cosigned.iter().map(|given| (&given.authority, &given.signatory)).collect();
    by.push((authority, &signed.signatory));
    laid.code == signed.code
        && named.len() == by.len()
        && named.iter().all(|named| {
            let own = by.iter().filter(|(right, block)| (Some(right.person), *block) == *named);
            own.filter(|(right, block)| right.ground.is_acting() == block.acting).count() == 1
        })
        && recorded(history) == signed.cosigned
}

/// The signatures that were recorded since the letter was laid before its signatories.
fn recorded(history: &[Event]) -> Vec<inquiry::terms::Cosignature> {
    let since = history.iter().rposition(|event| matches!(event, Event::SubmittedForSignature(_))).unwrap_or(0);
    let given = history[since..].iter().filter_map(|event| match event {
        Event::ReplyCosigned(event) => Some(event.given.clone()),
        _ => None,
    });
    given.collect()
}

/// Told from the history alone: every visa of the last round stands on this version and this content.
fn visas_stand(history: &[Event], version: inquiry::DraftVersion, content_hash: inquiry::ContentHash) -> bool {
    let Some(Event::DraftRevised(revised)) = history.last_of(&["draft_revised"]) else { return false };
    let Some(Event::DraftSubmittedForApproval(round)) = history.last_of(&["draft_submitted_for_approval"]) else {
        return false;
    };
    let stands = |required: &inquiry::terms::RequiredVisa| {
        history.iter().any(|event| {
            matches!(event, Event::DraftVisaed(visa) if visa.kind == required.kind && visa.approver == required.approver
                && visa.version == version && visa.content_hash == content_hash)
        })
    };
    revised.version == version
        && revised.content_hash == content_hash
        && !round.required.is_empty()
        && round.required.iter().all(stands)
}

/// Told from the history alone: since the last letter went out to the whole list, everybody on it got it.
fn everybody_has_it(history: &[Event]) -> bool {
    let Some(sent) = history.iter().rposition(|event| event.stored_name() == "outgoing_number_assigned") else {
        return false;
    };
    let since = &history[sent..];
    let Some(Event::DispatchOrdered(order)) = since.iter().find(|event| event.stored_name() == "dispatch_ordered")
    else {
        return false;
    };
    order.recipients.iter().all(|to| {
        since.iter().any(|event| {
            matches!(event, Event::DeliveryConfirmed(done) if done.recipient == to.recipient)
                || matches!(event, Event::DeliveredByHand(done) if done.recipient == to.recipient)
        })
    })
}

/// Without this the laws above could hold for want of histories.
#[test]
fn the_walks_reach_every_stage_and_every_command() {
    let mut runner = TestRunner::deterministic();
    let (mut stages, mut commands, mut events) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..300 {
        let walk = walk(&steps(STEPS).new_tree(&mut runner).unwrap().current());
        stages.extend(walk.states.iter().filter_map(Inquiry::dossier).map(|dossier| dossier.stage.name()));
        commands.extend(walk.accepted);
        events.extend(walk.events.iter().map(Event::name));
    }
    let missing = |what: &[StageName]| what.iter().filter(|stage| !stages.contains(stage)).copied().collect::<Vec<_>>();
    assert_eq!(missing(&StageName::ALL), Vec::<StageName>::new());
    let silent: Vec<_> = CommandName::ALL.iter().filter(|name| !commands.contains(name)).collect();
    assert!(silent.is_empty(), "never accepted: {silent:?}");
    // No command leads to it: it is recorded with the end of a person's key.
    events.insert(inquiry::EventName::AddressErased);
    let unseen: Vec<_> = inquiry::EventName::ALL.iter().filter(|name| !events.contains(name)).collect();
    assert!(unseen.is_empty(), "never happened: {unseen:?}");
}

#[test]
fn every_command_belongs_to_somebody_and_none_to_those_who_only_watch() {
    for name in CommandName::ALL {
        let roles = inquiry::allowed::roles(*name);
        assert!(!roles.is_empty(), "{name:?}");
        assert!(!roles.contains(&Role::Auditor) && !roles.contains(&Role::Admin), "{name:?}");
    }
}

#[test]
fn the_aggregate_gives_what_the_decision_gives() {
    use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
    let asked = command(clerk(), register(ds_326()).into());
    let expected = decide(&Inquiry::NotReceived, &asked).unwrap();
    let mut handling = std::pin::pin!(async {
        let sink = EventSink::default();
        Inquiry::default().handle(asked, &(), &sink).await.unwrap();
        sink.collect().await
    });
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(events) = handling.as_mut().poll(&mut context) else { panic!("a decision waited") };
    assert_eq!(events, expected);
    assert_eq!(events[0].event_type(), "inquiry_received");
    assert_eq!(events[0].event_version(), "1");
    assert!(matches!(Inquiry::replay(&events).dossier().unwrap().stage, Stage::OnControl));
}
