use inquiry::command::{GrantExtension, RefuseExtension, RemoveFromControl, RequestExtension, SendInterimReply};
use inquiry::event::{
    ControlRemoved, Event, ExtensionGranted, ExtensionRefused, ExtensionRequested, InquiryClosed, InterimReplySent,
};
use inquiry::state::Control;
use inquiry::terms::Outcome;
use inquiry::{RecipientNo, Refusal, StageName};
use jiff::civil::{Date, date};

use crate::support::*;

const DUE: Date = date(2023, 10, 20);
const LATER: Date = date(2023, 11, 3);

fn more_time() -> RequestExtension {
    RequestExtension { ground: "Корея тарапының жауабы күтілуде".into(), until: LATER }
}

fn interim() -> SendInterimReply {
    SendInterimReply {
        summary: "Келісім жобасы Корея тарапының қарауында.".into(),
        number: Some("12-11/3700 ДС".into()),
        dated: date(2023, 10, 10),
        pdf: None,
    }
}

#[test]
fn the_lead_asks_for_more_time_with_a_ground() {
    let event = ExtensionRequested { ministry: mlsp(), ground: more_time().ground, until: LATER };
    assert_eq!(drafted().ask(&labour(), more_time()), Ok(vec![event.into()]));
    let story = drafted().then(&labour(), more_time());
    assert_eq!(story.dossier().due(), Some(DUE), "a request moves nothing");
    assert_eq!(story.ask(&labour(), more_time()), Err(Refusal::ExtensionPending { until: LATER }));
    assert_eq!(drafted().ask(&foreign(), more_time()), Err(Refusal::LeadOnly { lead: mlsp() }));
}

#[test]
fn an_extension_is_granted_from_the_old_day_to_a_later_one() {
    let story = drafted().then(&labour(), more_time());
    let event = ExtensionGranted { ground: more_time().ground, old_due: DUE, new_due: LATER };
    assert_eq!(story.ask(&control(), GrantExtension { until: LATER }), Ok(vec![event.into()]));
    let refusal = Refusal::ExtensionNotLater { due: DUE, until: DUE };
    assert_eq!(story.ask(&control(), GrantExtension { until: DUE }), Err(refusal));
    let story = story.then(&control(), GrantExtension { until: LATER });
    assert_eq!(story.dossier().due(), Some(LATER));
    let watch = story.dossier().watch().unwrap();
    assert_eq!((watch.deadline.due, watch.extensions.len()), (DUE, 1), "the first deadline stays as it was set");
    assert_eq!(story.ask(&control(), GrantExtension { until: LATER }), Err(Refusal::NoExtensionRequested));
}

#[test]
fn one_extension_goes_no_further_than_a_year() {
    let latest = date(2024, 10, 20);
    for until in [date(2024, 10, 21), date(9999, 12, 31)] {
        let refusal = Refusal::ExtensionTooFar { until, latest };
        let ask = RequestExtension { until, ..more_time() };
        assert_eq!(drafted().ask(&labour(), ask), Err(refusal.clone()));
        let story = drafted().then(&labour(), more_time());
        assert_eq!(story.ask(&control(), GrantExtension { until }), Err(refusal));
    }
    // The year ends on a Sunday; the last working day within it is possible.
    let friday = date(2024, 10, 18);
    let story = drafted().then(&labour(), RequestExtension { until: friday, ..more_time() });
    assert!(story.ask(&control(), GrantExtension { until: friday }).is_ok());
}

#[test]
fn a_refused_extension_leaves_the_day_and_another_may_be_asked_for() {
    let story = drafted().then(&labour(), more_time());
    let ask = RefuseExtension { reason: "Негіз жеткіліксіз".into() };
    let event = ExtensionRefused { until: LATER, reason: ask.reason.clone() };
    assert_eq!(story.ask(&control(), ask.clone()), Ok(vec![event.into()]));
    let story = story.then(&control(), ask);
    assert_eq!(story.dossier().due(), Some(DUE));
    assert!(story.ask(&labour(), more_time()).is_ok());
}

#[test]
fn more_time_is_asked_for_only_while_the_inquiry_is_on_control() {
    let story = delivered().then(&control(), RemoveFromControl { note: None });
    let replaced = story.then(&premier(), inquiry::command::ReplaceReply { reason: "Қате дерек".into() });
    assert_eq!(replaced.dossier().stage.name(), StageName::Drafting);
    assert_eq!(replaced.ask(&labour(), more_time()), Err(Refusal::NotOnControl));
}

#[test]
fn an_interim_reply_keeps_the_inquiry_on_control() {
    let SendInterimReply { summary, number, dated, pdf } = interim();
    assert_eq!(drafted().ask(&control(), interim()), Ok(vec![InterimReplySent { summary, number, dated, pdf }.into()]));
    let story = drafted().then(&control(), interim());
    assert!(matches!(story.dossier().control, Control::On(_)));
    assert_eq!(story.dossier().due(), Some(DUE));
    assert_eq!(story.dossier().stage.name(), StageName::Drafting);
}

#[test]
fn no_closing_while_a_recipient_is_undelivered_unless_a_clerk_records_another_means() {
    let story = (1..=7).fold(dispatched(), |story, no| story.then(&deputy(no), confirm(no)));
    let story = story.then(&worker(), accepted(1, 8));
    let refusal = Refusal::Undelivered { recipients: vec![RecipientNo(8)] };
    assert_eq!(story.ask(&control(), close()), Err(refusal.clone()));
    assert_eq!(story.ask(&control(), RemoveFromControl { note: None }), Err(refusal));
    let story = story.then(&clerk(), by_hand(8));
    assert!(story.ask(&control(), close()).is_ok());
}

#[test]
fn closing_takes_the_inquiry_off_control() {
    let events: Vec<Event> =
        vec![ControlRemoved { note: None }.into(), InquiryClosed { outcome: Outcome::Answered }.into()];
    assert_eq!(delivered().ask(&control(), close()), Ok(events));
    assert!(matches!(closed().dossier().control, Control::Off(_)));
}

#[test]
fn an_inquiry_taken_off_control_before_is_only_closed() {
    let note = Some("Барлық депутатқа жеткізілді".to_owned());
    let ask = RemoveFromControl { note: note.clone() };
    assert_eq!(delivered().ask(&control(), ask.clone()), Ok(vec![ControlRemoved { note }.into()]));
    let story = delivered().then(&control(), ask.clone());
    assert_eq!(story.ask(&control(), ask), Err(Refusal::NotOnControl));
    assert_eq!(story.ask(&control(), close()), Ok(vec![InquiryClosed { outcome: Outcome::Answered }.into()]));
}

#[test]
fn a_refusal_of_what_was_asked_is_an_outcome_with_its_ground() {
    let outcome =
        Outcome::Refused { ground: "Сұралған мәлімет мемлекеттік құпия".into() };
    let ask = inquiry::command::Close { outcome: outcome.clone() };
    assert_eq!(delivered().ask(&control(), ask).unwrap().last(), Some(&InquiryClosed { outcome }.into()));
    let without = inquiry::command::Close { outcome: Outcome::Refused { ground: String::new() } };
    assert!(matches!(delivered().ask(&control(), without), Err(Refusal::Empty { .. })));
}

#[test]
fn nothing_is_closed_before_it_was_sent() {
    for story in [registered(), drafted(), signed(), numbered()] {
        assert_eq!(story.ask(&control(), close()), Err(Refusal::NotDispatchedYet));
    }
}

#[test]
fn nobody_is_given_time_until_a_day_off() {
    let (sunday, monday) = (date(2023, 11, 5), date(2023, 11, 6));
    let refusal = Err(Refusal::DueOnDayOff { due: sunday, instead: monday });
    assert_eq!(drafted().ask(&labour(), RequestExtension { until: sunday, ..more_time() }), refusal);
    let asked = drafted().then(&labour(), more_time());
    assert_eq!(asked.ask(&control(), GrantExtension { until: sunday }), refusal);
    assert!(asked.ask(&control(), GrantExtension { until: monday }).is_ok());
}
