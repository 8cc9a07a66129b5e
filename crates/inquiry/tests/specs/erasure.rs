//! An address is erased when nothing is owed any more, from everything that is known, and from nobody else.

use inquiry::decide::erasure::{deputy_of, erase, places_of_deputy, places_of_same};
use inquiry::event::{AddressErased, InquiryReceived};
use inquiry::intake::Recipient;
use inquiry::{Event, Inquiry, InquiryId, RecipientNo, StageName};

use crate::support::*;

fn addresses(inquiry: &Inquiry) -> String {
    serde_json::to_string(inquiry).unwrap()
}

fn third(story: &Story) -> Recipient {
    story.dossier().recipients().find(|known| known.no == RecipientNo(3)).unwrap().clone()
}

#[test]
fn an_open_inquiry_keeps_its_addresses_and_a_closed_one_forgets_the_one_that_was_asked_for() {
    let story = dispatched();
    let refused = erase(story.dossier(), &[RecipientNo(3)], "өтініш").unwrap_err();
    assert_eq!((refused.inquiry, refused.number.as_str()), (story.dossier().inquiry, "№ДС-326"));

    let story = (1..=8).fold(story, |story, no| story.then(&deputy(no), confirm(no))).then(&control(), close());
    let person = third(&story);
    let places = places_of_deputy(story.dossier(), person.deputy.unwrap());
    assert_eq!((places.as_slice(), deputy_of(story.dossier(), &places)), (&[RecipientNo(3)][..], person.deputy));
    let erased = erase(story.dossier(), &places, "өтініш").unwrap();
    assert_eq!(erased, AddressErased { recipients: places, ground: "өтініш".to_owned() });

    let email = person.email.unwrap();
    let before = addresses(&story.inquiry);
    assert!(before.matches(email.as_str()).count() >= 3, "in the list, on the letter, in the delivery");
    let after = story.inquiry.clone().evolve(&Event::from(erased));
    assert!(!addresses(&after).contains(email.as_str()));
    assert_eq!(
        addresses(&after).matches('@').count(),
        before.matches('@').count() - before.matches(email.as_str()).count()
    );
    let (was, is) = (story.dossier(), after.dossier().unwrap());
    assert_eq!((is.stage.name(), is.revision), (StageName::Closed, was.revision + 1));
    let states = |inquiry: &Inquiry| {
        let sent = inquiry.dossier().unwrap().dispatched().unwrap();
        sent.deliveries.iter().map(|delivery| (delivery.recipient, delivery.state.clone())).collect::<Vec<_>>()
    };
    assert_eq!(states(&after), states(&story.inquiry), "what became of the letter stays known");
}

#[test]
fn every_history_reads_on_with_any_address_gone() {
    let story = (1..=8).fold(dispatched(), |story, no| story.then(&deputy(no), confirm(no))).then(&control(), close());
    // As the journal gives the events out once the keys are destroyed.
    let without: Vec<Event> = story
        .events
        .iter()
        .flat_map(|event| {
            let mut text: serde_json::Value = serde_json::from_str(&event.to_payload()).unwrap();
            for personal in inquiry::personal::texts(story.dossier().inquiry, event) {
                *text.pointer_mut(&personal.pointer).unwrap() = serde_json::Value::Null;
            }
            Event::from_stored(event.stored_name(), event.schema_version(), &text.to_string()).unwrap()
        })
        .collect();
    let forgotten = Inquiry::replay(&without);
    let dossier = forgotten.dossier().unwrap();
    assert_eq!((dossier.stage.name(), dossier.revision), (StageName::Closed, story.dossier().revision));
    assert!(dossier.recipients().all(|recipient| recipient.email.is_none()));
    // The event that says so changes nothing more, and the facts of the deliveries are the same either way.
    let all: Vec<RecipientNo> = dossier.recipients().map(|recipient| recipient.no).collect();
    let said = Event::from(erase(story.dossier(), &all, "өтініш").unwrap());
    assert_eq!(story.inquiry.evolve(&said), forgotten.evolve(&said));
}

#[test]
fn somebody_who_stands_twice_is_one_person_also_where_the_directory_does_not_know_them() {
    let mut intake = ds_326();
    let twin = Recipient { no: RecipientNo(9), deputy: None, ..intake.groups[0].deputies[0].clone() };
    intake.groups.last_mut().unwrap().deputies.push(twin);
    // Not as it is registered, where nobody stands twice, but as a merger may bring it about.
    let received = InquiryReceived { inquiry: InquiryId(uuid::Uuid::nil()), intake };
    let inquiry = Inquiry::replay(&[Event::from(received)]);
    let dossier = inquiry.dossier().unwrap();
    assert_eq!(places_of_same(dossier, RecipientNo(9)), [RecipientNo(1), RecipientNo(9)]);
    assert_eq!(places_of_same(dossier, RecipientNo(2)), [RecipientNo(2)]);
}
