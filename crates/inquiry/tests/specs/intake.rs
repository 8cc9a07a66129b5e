use inquiry::event::{ControlSet, InquiryReceived, InquiryRegistered};
use inquiry::state::Stage;
use inquiry::{Refusal, StageName};
use jiff::civil::date;

use crate::support::*;

#[test]
fn an_inquiry_is_received_registered_and_put_on_control_in_one_go() {
    let events = Story::begin().ask(&clerk(), register(ds_326())).unwrap();
    assert_eq!(
        events,
        vec![
            InquiryReceived { inquiry: this_inquiry(), intake: ds_326() }.into(),
            InquiryRegistered { incoming_number: "ДС-кір-118".into() }.into(),
            ControlSet { deadline: deadline(RECEIVED) }.into(),
        ]
    );
    assert_eq!(registered().dossier().due(), Some(date(2023, 10, 20)));
    assert_eq!(registered().dossier().stage.name(), StageName::OnControl);
}

#[test]
fn an_inquiry_is_received_once() {
    assert_eq!(registered().ask(&clerk(), register(ds_326())), Err(Refusal::AlreadyReceived));
    assert_eq!(closed().ask(&clerk(), register(ds_326())), Err(Refusal::AlreadyReceived));
}

#[test]
fn the_list_keeps_the_labels_of_the_letter() {
    let story = registered();
    let labels: Vec<&str> = story.dossier().intake.groups.iter().map(|group| group.label_lines[0].as_str()).collect();
    assert_eq!(labels[0], "«AMANAT» партиясының");
    assert_eq!(labels[3], "«Қазақстан Халық партиясы»");
    assert_eq!(story.dossier().recipients().count(), 8);
}

#[test]
fn an_inquiry_without_numbered_points_is_taken() {
    let mut intake = ds_326();
    intake.questions.clear();
    assert!(Story::begin().ask(&clerk(), register(intake)).is_ok());
}

#[test]
fn a_stage_between_receipt_and_control_does_not_stay() {
    // The three events go into the journal together; the stages between them exist for the reader of the history only.
    let story = registered();
    assert_eq!(story.events.len(), 3);
    assert!(matches!(story.dossier().stage, Stage::OnControl));
}

#[test]
fn overdue_is_derived_from_the_day_and_ends_with_the_dispatch() {
    let story = drafted();
    assert!(!story.dossier().is_overdue(date(2023, 10, 20)));
    assert!(story.dossier().is_overdue(date(2023, 10, 21)));
    assert!(!dispatched().dossier().is_overdue(date(2023, 10, 21)));
}
