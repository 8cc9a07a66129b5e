use inquiry::command::{AcceptContribution, RecordResponse};
use inquiry::state::Control;
use inquiry::terms::VisaKind;
use inquiry::{EventName, Inquiry, RecipientNo, StageName};
use jiff::civil::date;

use crate::support::*;

/// The inquiry of 20 September 2023 as it went: from the plenary sitting to eight deputies, one of whom was not satisfied.
#[test]
fn ds_326_goes_from_receipt_to_eight_deputies_and_is_closed() {
    let mut story = Story::begin()
        .then(&clerk(), register(ds_326()))
        .on(date(2023, 9, 21))
        .then(&head(), resolve())
        .on(date(2023, 10, 4))
        .then(&foreign(), contribution())
        .on(date(2023, 10, 5))
        .then(&labour(), AcceptContribution { ministry: mfa() })
        .on(date(2023, 10, 9))
        .then(&labour(), revise("Келісім жобасы әзірленді."))
        .then(&labour(), submit(FIRST));
    // The lawyer agrees, the linguist asks for another wording: the first visa is void, and both read the second version.
    let visa = story.visa(VisaKind::Legal);
    story = story.then(&lawyer(), visa).on(date(2023, 10, 10));
    story = story.then(&labour(), revise("Келісімнің жобасы әзірленді."));
    let second = story.version();
    story = approved_of(story.then(&labour(), submit(second)).on(date(2023, 10, 12)));
    let laid = story.for_signature();
    story = story.then(&clerk(), laid).on(date(2023, 10, 18));
    let sign = story.sign();
    story = story.then(&premier(), sign).then(&clerk(), number()).sent();
    for no in 1..=8 {
        story = story.then(&worker(), accepted(1, no));
    }
    for no in 1..=7 {
        story = story.then(&deputy(no), confirm(no));
    }
    story = story.then(&clerk(), by_hand(8)).on(date(2023, 10, 20)).then(&control(), close());
    let unsatisfied = RecordResponse { recipient: RecipientNo(8), satisfied: false, comment: None };
    story = story.then(&deputy(8), unsatisfied);

    let names: Vec<EventName> = story.events.iter().map(inquiry::Event::name).collect();
    let mut expected = vec![
        EventName::InquiryReceived,
        EventName::InquiryRegistered,
        EventName::ControlSet,
        EventName::MinistriesAssigned,
        EventName::ContributionSubmitted,
        EventName::ContributionAccepted,
        EventName::DraftRevised,
        EventName::DraftSubmittedForApproval,
        EventName::DraftVisaed,
        EventName::DraftRevised,
        EventName::DraftSubmittedForApproval,
        EventName::DraftVisaed,
        EventName::DraftVisaed,
        EventName::SubmittedForSignature,
        EventName::ReplySigned,
        EventName::OutgoingNumberAssigned,
        EventName::DispatchOrdered,
    ];
    expected.extend([EventName::ReplyAccepted; 8]);
    expected.extend([EventName::DeliveryConfirmed; 7]);
    expected.extend([
        EventName::DeliveredByHand,
        EventName::ControlRemoved,
        EventName::InquiryClosed,
        EventName::DeputyResponded,
    ]);
    assert_eq!(names, expected);
    assert_eq!(names.len(), 36);

    let dossier = story.dossier();
    assert_eq!(dossier.stage.name(), StageName::Closed);
    assert_eq!(dossier.revision, 36);
    assert_eq!(dossier.letter().unwrap().number, "12-11/3841 ДС");
    assert!(matches!(&dossier.control, Control::Off(watch) if watch.due == date(2023, 10, 20)));
    assert_eq!(Inquiry::replay(&story.events), story.inquiry);
}
