//! What the holder of a deputy's personal link may do, and when the link ends.

use inquiry::command::{ConfirmDelivery, RecordResponse, Resend, RevokeLink, Withdraw};
use inquiry::decide::erasure;
use inquiry::event::{AddressErased, DeliveryConfirmed, DeputyResponded, LinkRevoked};
use inquiry::link::PersonalLink;
use inquiry::terms::ReceiptProof;
use inquiry::{CommandName, Event, Inquiry, RecipientNo, Refusal, allowed};

use crate::support::*;

fn received(recipient: u16) -> ConfirmDelivery {
    ConfirmDelivery { recipient: RecipientNo(recipient), how: ReceiptProof::ByPersonalLink }
}

fn response(recipient: u16) -> RecordResponse {
    RecordResponse { recipient: RecipientNo(recipient), satisfied: true, comment: None }
}

fn revoke(recipient: u16) -> RevokeLink {
    RevokeLink { recipient: RecipientNo(recipient) }
}

fn resend(recipient: u16, address: &str) -> Resend {
    Resend { recipient: RecipientNo(recipient), address: address.parse().unwrap() }
}

fn opens(story: &Story, recipient: u16, order: u32) -> bool {
    let link = PersonalLink { inquiry: this_inquiry(), recipient: RecipientNo(recipient), order };
    story.dossier().opens(&link)
}

#[test]
fn whoever_holds_the_link_confirms_the_receipt_of_that_place_and_of_no_other() {
    let story = dispatched();
    let event = DeliveryConfirmed { recipient: RecipientNo(5), how: ReceiptProof::ByPersonalLink };
    assert_eq!(story.ask(&holder(5, 1), received(5)), Ok(vec![event.into()]));
    assert_eq!(story.ask(&holder(5, 1), received(6)), Err(Refusal::RecipientIsAnother { recipient: RecipientNo(6) }));
    assert_eq!(story.ask(&holder(5, 2), received(5)), Err(Refusal::NotOnTheList), "no such mail was sent");
    let event = DeputyResponded { recipient: RecipientNo(5), satisfied: true, comment: None };
    assert_eq!(story.ask(&holder(5, 1), response(5)), Ok(vec![event.into()]));
}

#[test]
fn a_person_whom_the_directory_does_not_know_confirms_through_the_link_too() {
    let mut unknown = short_intake();
    unknown.groups[0].deputies[0].deputy = None;
    let story = dispatched_with(unknown);
    assert_eq!(story.ask(&deputy(1), confirm(1)), Err(Refusal::NotOnTheList));
    assert!(story.ask(&holder(1, 1), received(1)).is_ok());
}

#[test]
fn the_link_of_another_inquiry_opens_nothing_here() {
    let mut elsewhere = holder(5, 1);
    elsewhere.holds = elsewhere.holds.map(|held| directory::actor::HeldLink { list: another_inquiry().0, ..held });
    assert_eq!(dispatched().ask(&elsewhere, received(5)), Err(Refusal::NotOnTheList));
}

#[test]
fn a_receipt_through_the_link_is_never_said_to_be_anything_else() {
    let story = dispatched();
    let refusal = Refusal::OpenedByNobodyElse { recipient: RecipientNo(5) };
    assert_eq!(story.ask(&holder(5, 1), confirm(5)), Err(refusal.clone()), "nobody has signed in");
    for by in [clerk(), deputy(5), worker()] {
        assert_eq!(story.ask(&by, received(5)), Err(refusal.clone()), "nobody has followed the link");
    }
}

#[test]
fn the_link_lets_nobody_withdraw_what_was_asked() {
    let story = dispatched_with(short_intake());
    assert!(story.ask(&holder(1, 1), Withdraw { reason: "Шешілді".into() }).is_err());
    let may = allowed(&story.inquiry, &holder(1, 1));
    assert_eq!(may, [CommandName::ConfirmDelivery, CommandName::RecordResponse]);
}

#[test]
fn a_second_mail_to_the_same_address_leaves_the_first_link_working() {
    let story = dispatched().then(&clerk(), resend(3, "deputy3@mazhilis.example"));
    assert!(opens(&story, 3, 1) && opens(&story, 3, 2));
    assert!(!opens(&story, 4, 2), "the second mail went to one place only");
}

#[test]
fn a_link_that_went_to_a_wrong_address_ends_when_the_address_is_corrected() {
    let story = dispatched().then(&clerk(), resend(3, "right@mazhilis.example"));
    assert!(!opens(&story, 3, 1) && opens(&story, 3, 2));
    assert_eq!(story.ask(&holder(3, 1), received(3)), Err(Refusal::NotOnTheList));
    assert!(story.ask(&holder(3, 2), received(3)).is_ok());
    assert!(opens(&story, 4, 1), "nobody else's link ends");
}

#[test]
fn a_clerk_revokes_the_links_of_one_recipient_and_the_next_mail_brings_another() {
    let event = LinkRevoked { recipient: RecipientNo(3) };
    assert_eq!(dispatched().ask(&clerk(), revoke(3)), Ok(vec![event.into()]));
    let story = dispatched().then(&clerk(), revoke(3));
    assert!(!opens(&story, 3, 1) && opens(&story, 4, 1));
    assert_eq!(
        story.ask(&clerk(), revoke(3)),
        Err(Refusal::NoLinkTo { recipient: RecipientNo(3) }),
        "there is nothing more to end"
    );
    assert!(matches!(story.ask(&deputy(3), revoke(3)), Err(Refusal::RoleNeeded { .. })));
    let story = story.then(&clerk(), resend(3, "deputy3@mazhilis.example"));
    assert!(!opens(&story, 3, 1) && opens(&story, 3, 2));
}

#[test]
fn a_link_in_wrong_hands_is_ended_after_the_inquiry_was_closed_too() {
    let story = closed();
    assert!(opens(&story, 1, 1));
    assert!(!opens(&story.then(&clerk(), revoke(1)), 1, 1));
}

#[test]
fn a_letter_without_a_mail_has_no_link() {
    let story = dispatched_with(short_intake());
    assert!(!opens(&story, 2, 1));
    assert_eq!(story.ask(&clerk(), revoke(2)), Err(Refusal::NoLinkTo { recipient: RecipientNo(2) }));
}

#[test]
fn the_links_of_an_erased_address_end_and_a_replay_says_the_same() {
    let story = closed();
    let erased = erasure::erase(story.dossier(), &[RecipientNo(1)], "өтініш").unwrap();
    assert_eq!(erased, AddressErased { recipients: vec![RecipientNo(1)], ground: "өтініш".into() });
    let after = story.inquiry.clone().evolve(&Event::from(erased));
    let Inquiry::Received(dossier) = after else { panic!("it was received") };
    let link = |place| PersonalLink { inquiry: this_inquiry(), recipient: RecipientNo(place), order: 1 };
    assert!(!dossier.opens(&link(1)) && dossier.opens(&link(2)));
}
