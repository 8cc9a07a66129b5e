use inquiry::command::{ConfirmDelivery, RecordAcceptance, RecordFailure, Resend, Sign};
use inquiry::event::{
    DeliveredByHand, DeliveryConfirmed, DeliveryFailed, DeliveryReported, DispatchOrdered, Event, ReplyAccepted,
};
use inquiry::same::{Found, Judged, Seam, broken};
use inquiry::state::{DeliveryState, Stage};
use inquiry::terms::{FailureStage, ReceiptProof, ServerReport};
use inquiry::{BlobHash, CommandName, RecipientNo, Refusal, allowed};
use jiff::civil::date;

use crate::support::*;

fn only_order(events: &[Event]) -> &DispatchOrdered {
    let [Event::DispatchOrdered(order)] = events else { panic!("{events:?}") };
    order
}

fn state(story: &Story, recipient: u16) -> DeliveryState {
    story.dossier().dispatched().unwrap().delivery(RecipientNo(recipient)).unwrap().state.clone()
}

fn resend(recipient: u16) -> Resend {
    Resend { recipient: RecipientNo(recipient), address: "new@mazhilis.example".parse().unwrap() }
}

#[test]
fn no_dispatch_before_the_number() {
    for story in [registered(), drafted(), for_signature(), signed()] {
        assert_eq!(story.ask(&clerk(), dispatch()), Err(Refusal::NotNumberedYet));
    }
}

#[test]
fn the_letter_goes_to_everybody_on_the_list_each_with_a_mail_of_their_own() {
    let story = numbered();
    let events = story.ask(&clerk(), story.dispatch()).unwrap();
    let order = only_order(&events);
    assert_eq!(order.order, 1);
    assert_eq!(order.recipients.len(), 8);
    assert_eq!(order.recipients[4].name, "Н. Тау");
    assert_eq!(order.recipients[4].message_id.as_str(), "<00000000-0000-0000-0000-000000000326.1.5@saual.example>");
    let letter = &order.letter;
    assert_eq!((letter.number.as_str(), letter.file_name.as_str()), ("12-11/3841 ДС", "ДС-326.pdf"));
    assert_eq!((letter.pdf, letter.inquiry_number.as_str()), (blob(0xB), "№ДС-326"));
    let mut ids: Vec<&str> = order.recipients.iter().map(|to| to.message_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 8, "two mails with one identity");
}

#[test]
fn what_is_ordered_out_is_what_was_approved_and_signed() {
    let story = numbered();
    let refused = |change: fn(&mut Found)| {
        let mut ask = story.dispatch();
        change(&mut ask.found);
        story.ask(&clerk(), ask)
    };
    for (seam, change) in [
        (Seam::Named, (|found| found.named = Some(content("Басқа").hash())) as fn(&mut Found)),
        (Seam::Named, |found| found.named = None),
        (Seam::Signed, |found| found.signed = None),
        (Seam::Signed, |found| found.signed = Some(blob(0x99))),
        (Seam::Signature, |found| found.signature = Judged::Bad),
        // Nobody has checked it where this program cannot.
        (Seam::Signature, |found| found.signature = Judged::Unknown),
        (Seam::Beginning, |found| found.begins_with_signed = false),
        (Seam::Sent, |found| found.sent = None),
        (Seam::Sent, |found| found.sent = Some(blob(0xA))),
        (Seam::Seal, |found| found.seal = Judged::Bad),
        (Seam::Seal, |found| found.seal = Judged::Unknown),
    ] {
        assert_eq!(refused(change), Err(Refusal::LetterDiffers { seam }), "{seam:?}");
    }
    assert!(refused(|_| ()).is_ok());
}

#[test]
fn a_signature_that_another_program_checked_when_it_was_made_is_enough() {
    let desk = for_signature().on(date(2023, 10, 18));
    let sign = Sign { checked: Some(blob(0x77)), ..desk.sign() };
    let story = desk.then(&premier(), sign).then(&clerk(), number());
    let mut ask = story.dispatch();
    ask.found.signature = Judged::Unknown;
    assert!(story.ask(&clerk(), ask).is_ok());
}

#[test]
fn a_visa_on_another_content_holds_the_letter_back() {
    let story = numbered();
    let Stage::Numbered(letter) = &story.dossier().stage else { panic!("not numbered") };
    let mut draft = story.dossier().draft.clone().unwrap();
    let found = Found::intact(letter);
    assert_eq!(broken(Some(&draft), letter, &found), None);
    draft.visas[0].content_hash = content("Басқа").hash();
    assert_eq!(broken(Some(&draft), letter, &found), Some(Seam::Approved));
    // What a version says is counted anew: a hash that only stands beside other words is no use.
    let mut draft = story.dossier().draft.clone().unwrap();
    draft.content = std::sync::Arc::new(content("Басқа"));
    assert_eq!(broken(Some(&draft), letter, &found), Some(Seam::Approved));
}

#[test]
fn a_letter_of_before_whose_bytes_name_nothing_is_sent() {
    let story = numbered();
    let Stage::Numbered(letter) = &story.dossier().stage else { panic!("not numbered") };
    let mut letter = letter.clone();
    letter.signed.code = None;
    let found = Found { named: None, ..Found::intact(&letter) };
    assert_eq!(broken(story.dossier().draft.as_ref(), &letter, &found), None);
    let found = Found { named: Some(content("Басқа").hash()), ..found };
    assert_eq!(broken(story.dossier().draft.as_ref(), &letter, &found), Some(Seam::Named));
}

#[test]
fn a_letter_is_ordered_out_once() {
    assert!(matches!(dispatched().ask(&clerk(), dispatch()), Err(Refusal::WrongStage { .. })));
}

#[test]
fn a_recipient_without_an_address_is_delivered_by_hand() {
    let story = dispatched_with(short_intake());
    assert_eq!(state(&story, 2), DeliveryState::NeedsHand);
    let ask = by_hand(2);
    let event = DeliveredByHand { recipient: RecipientNo(2), on: ask.on, note: ask.note.clone() };
    assert_eq!(story.ask(&clerk(), ask.clone()), Ok(vec![event.into()]));
    assert!(state(&story.then(&clerk(), ask), 2).is_delivered());
}

#[test]
fn taken_by_a_server_is_not_received_by_the_deputy() {
    let ask = accepted(1, 3);
    let event = ReplyAccepted {
        order: 1,
        recipient: RecipientNo(3),
        attempt: 1,
        relay: "mail.example".into(),
        answer: "250 2.0.0 OK".into(),
        message_sha256: Some(BlobHash([0x11; 32])),
    };
    assert_eq!(dispatched().ask(&worker(), ask.clone()), Ok(vec![event.into()]), "with the hash of its bytes");
    let story = dispatched().then(&worker(), ask);
    assert!(!state(&story, 3).is_delivered());
    assert!(story.dossier().dispatched().unwrap().undelivered().contains(&RecipientNo(3)));
}

#[test]
fn the_same_acceptance_told_twice_is_recorded_once() {
    let story = dispatched().then(&worker(), accepted(1, 3));
    assert_eq!(story.ask(&worker(), accepted(1, 3)), Ok(Vec::new()));
}

#[test]
fn a_failure_is_recorded_and_a_later_success_overtakes_it() {
    let event = DeliveryFailed {
        order: 1,
        recipient: RecipientNo(3),
        attempt: 1,
        stage: FailureStage::Addressing,
        answer: "550 5.1.1 no such user".into(),
        permanent: false,
    };
    assert_eq!(dispatched().ask(&worker(), failed(1, 3, false)), Ok(vec![event.into()]));
    let story = dispatched().then(&worker(), failed(1, 3, false));
    assert!(matches!(state(&story, 3), DeliveryState::Failed { permanent: false, .. }));
    let story = story.then(&worker(), accepted(1, 3));
    assert!(matches!(state(&story, 3), DeliveryState::Accepted { order: 1, .. }));
}

#[test]
fn a_bounce_undoes_the_servers_acceptance() {
    let story = dispatched().then(&worker(), accepted(1, 3)).then(&worker(), failed(1, 3, true));
    assert!(matches!(state(&story, 3), DeliveryState::Failed { permanent: true, .. }));
}

#[test]
fn in_the_mailbox_is_not_received_either() {
    let story = dispatched().then(&worker(), accepted(1, 3));
    let ask = reported(1, 3, ServerReport::Delivered);
    let event = DeliveryReported {
        order: 1,
        recipient: RecipientNo(3),
        what: ServerReport::Delivered,
        answer: "2.0.0 delivered".into(),
    };
    assert_eq!(story.ask(&worker(), ask.clone()), Ok(vec![event.into()]));
    let story = story.then(&worker(), ask.clone());
    assert!(!state(&story, 3).is_delivered());
    assert!(story.dossier().dispatched().unwrap().undelivered().contains(&RecipientNo(3)));
    // The same again, what is older, and the acceptance that was told late: nothing new.
    assert_eq!(story.ask(&worker(), ask), Ok(Vec::new()));
    assert_eq!(story.ask(&worker(), reported(1, 3, ServerReport::Delayed)), Ok(Vec::new()));
    assert_eq!(story.ask(&worker(), accepted(1, 3)), Ok(Vec::new()));
    assert!(matches!(state(&story, 3), DeliveryState::Reported { what: ServerReport::Delivered, .. }));
    // A receipt says more, and then a report says nothing.
    let story = story.then(&clerk(), told(3));
    assert_eq!(story.ask(&worker(), reported(1, 3, ServerReport::Relayed)), Ok(Vec::new()));
}

#[test]
fn a_report_of_a_lost_outcome_says_that_the_mail_went_after_all() {
    let story = dispatched().then(&worker(), failed(1, 3, true)).then(&worker(), reported(1, 3, ServerReport::Relayed));
    assert!(matches!(state(&story, 3), DeliveryState::Reported { what: ServerReport::Relayed, .. }));
    let bounce = RecordFailure { stage: FailureStage::Bounced, ..failed(1, 3, true) };
    let story = story.then(&worker(), bounce);
    assert!(matches!(state(&story, 3), DeliveryState::Failed { permanent: true, .. }), "the next server sent it back");
}

#[test]
fn a_weaker_report_takes_nothing_back_in_whichever_order_they_come() {
    let ranked = [ServerReport::Delayed, ServerReport::Relayed, ServerReport::Delivered];
    let known = |story: &Story| match state(story, 3) {
        DeliveryState::Reported { what, .. } => what,
        other => panic!("{other:?}"),
    };
    for (i, first) in ranked.into_iter().enumerate() {
        for (j, second) in ranked.into_iter().enumerate() {
            let story = dispatched().then(&worker(), accepted(1, 3)).then(&worker(), reported(1, 3, first));
            let told = story.ask(&worker(), reported(1, 3, second)).unwrap();
            assert_eq!(told.len(), usize::from(j > i), "{first:?}, then {second:?}");
            // And so where an event of an earlier program stands in the journal all the same.
            let event = DeliveryReported { order: 1, recipient: RecipientNo(3), what: second, answer: "2.0.0".into() };
            let after = story.inquiry.clone().evolve(&event.into());
            assert_eq!(known(&Story { inquiry: after, ..story }), ranked[i.max(j)], "{first:?}, then {second:?}");
        }
    }
    // Of the mail that was sent again before: what was heard of the last one stays.
    let again = dispatched().then(&worker(), failed(1, 3, true)).then(&clerk(), resend(3));
    let story = again.then(&worker(), reported(2, 3, ServerReport::Delivered));
    assert_eq!(story.ask(&worker(), reported(1, 3, ServerReport::Relayed)), Ok(Vec::new()));
}

#[test]
fn that_an_earlier_mail_is_late_says_nothing_of_the_one_sent_again() {
    let story = dispatched().then(&worker(), failed(1, 3, true)).then(&clerk(), resend(3));
    let story = story.then(&worker(), reported(1, 3, ServerReport::Delayed));
    assert_eq!(state(&story, 3), DeliveryState::Ordered);
    let refusal = Refusal::NotInOrder { order: 4, recipient: RecipientNo(3) };
    assert_eq!(story.ask(&worker(), reported(4, 3, ServerReport::Delayed)), Err(refusal));
}

#[test]
fn what_a_hostile_server_says_is_kept_without_its_control_characters() {
    let ask = RecordAcceptance { answer: format!("250 ok\r\n\u{1b}[2J{}", "x".repeat(2_000)), ..accepted(1, 3) };
    let events = dispatched().ask(&worker(), ask).unwrap();
    let [Event::ReplyAccepted(accepted)] = events.as_slice() else { panic!("{events:?}") };
    assert!(accepted.answer.starts_with("250 ok   [2Jxxx"));
    assert_eq!(accepted.answer.chars().count(), inquiry::bounds::ANSWER);
}

#[test]
fn resending_orders_one_more_mail_with_an_identity_of_its_own() {
    let story = dispatched().then(&worker(), failed(1, 3, true));
    let events = story.ask(&clerk(), resend(3)).unwrap();
    let order = only_order(&events);
    assert_eq!((order.order, order.recipients.len()), (2, 1));
    assert_eq!(order.recipients[0].email, Some("new@mazhilis.example".parse().unwrap()));
    assert!(order.recipients[0].message_id.as_str().contains(".2.3@"));
    let story = story.then(&clerk(), resend(3));
    assert_eq!(state(&story, 3), DeliveryState::Ordered);
    // What became of the first order comes late and says nothing of the second.
    let story = story.then(&worker(), failed(1, 3, true));
    assert_eq!(state(&story, 3), DeliveryState::Ordered);
    let story = story.then(&worker(), accepted(2, 3));
    assert!(matches!(state(&story, 3), DeliveryState::Accepted { order: 2, .. }));
}

#[test]
fn an_outcome_needs_an_order_that_named_the_recipient() {
    let story = dispatched();
    let refusal = Refusal::NotInOrder { order: 2, recipient: RecipientNo(3) };
    assert_eq!(story.ask(&worker(), accepted(2, 3)), Err(refusal));
    assert_eq!(story.ask(&worker(), accepted(1, 9)), Err(Refusal::UnknownRecipient { recipient: RecipientNo(9) }));
}

#[test]
fn a_deputy_confirms_for_themselves_and_a_clerk_for_everybody() {
    let event = DeliveryConfirmed { recipient: RecipientNo(5), how: ReceiptProof::SaidByTelephone };
    let story = dispatched();
    for by in [deputy(5), clerk(), worker()] {
        assert_eq!(story.ask(&by, told(5)), Ok(vec![event.clone().into()]));
    }
    assert_eq!(story.ask(&deputy(5), confirm(6)), Err(Refusal::RecipientIsAnother { recipient: RecipientNo(6) }));
    assert_eq!(story.ask(&deputy(99), confirm(5)), Err(Refusal::NotOnTheList));
}

#[test]
fn opening_the_letter_in_the_system_is_the_deputys_own_act() {
    let story = dispatched();
    for by in [clerk(), worker()] {
        assert_eq!(story.ask(&by, confirm(5)), Err(Refusal::OpenedByNobodyElse { recipient: RecipientNo(5) }));
    }
    assert!(story.ask(&deputy(5), confirm(5)).is_ok());
}

#[test]
fn whoever_got_no_mail_has_the_letter_by_hand_or_opens_it_themselves() {
    // Number 2 has no address.
    let story = dispatched_with(short_intake());
    let refusal = Refusal::NoMailToConfirm { recipient: RecipientNo(2) };
    assert_eq!(story.ask(&clerk(), told(2)), Err(refusal.clone()));
    assert_eq!(story.ask(&deputy(2), told(2)), Err(refusal));
    assert!(story.ask(&deputy(2), confirm(2)).is_ok());
    let story = story.then(&clerk(), told(1));
    let offered = allowed(&story.inquiry, &clerk());
    assert!(!offered.contains(&CommandName::ConfirmDelivery), "nothing is left that a clerk could confirm");
    assert!(offered.contains(&CommandName::RecordDeliveryByHand));
    assert!(story.ask(&clerk(), by_hand(2)).is_ok());
}

#[test]
fn what_is_delivered_stays_delivered() {
    let story = dispatched().then(&clerk(), told(5));
    assert_eq!(story.ask(&clerk(), told(5)), Err(Refusal::AlreadyDelivered { recipient: RecipientNo(5) }));
    assert_eq!(story.ask(&clerk(), resend(5)), Err(Refusal::AlreadyDelivered { recipient: RecipientNo(5) }));
    assert_eq!(story.ask(&worker(), failed(1, 5, true)), Ok(Vec::new()));
    assert_eq!(story.ask(&worker(), accepted(1, 5)), Ok(Vec::new()));
    assert_eq!(story.ask(&deputy(5), confirm(5)), Err(Refusal::NobodyWaits));
}

#[test]
fn only_our_own_worker_speaks_for_the_mail_server() {
    assert!(matches!(dispatched().ask(&clerk(), accepted(1, 3)), Err(Refusal::RoleNeeded { .. })));
    assert!(matches!(dispatched().ask(&clerk(), failed(1, 3, true)), Err(Refusal::RoleNeeded { .. })));
    let report = reported(1, 3, ServerReport::Delivered);
    assert!(matches!(dispatched().ask(&clerk(), report), Err(Refusal::RoleNeeded { .. })));
}

#[test]
fn how_a_receipt_is_known_is_kept() {
    let ask = ConfirmDelivery { recipient: RecipientNo(1), how: ReceiptProof::SaidByTelephone };
    let story = dispatched().then(&clerk(), ask);
    assert_eq!(state(&story, 1), DeliveryState::Confirmed { how: ReceiptProof::SaidByTelephone });
}
