//! What the records do to an inquiry: a ministry that ended hands its place on, a calendar that changed late moves days.

use directory::MinistryCode;
use directory::changes::event::{DayKind, DaySet};
use inquiry::Event;
use inquiry::command::{AcceptContribution, GrantExtension, ReplaceReply, RequestExtension};
use inquiry::decide::succession::carry_over;
use inquiry::duty::Work;
use inquiry::event::{DeadlinesRecounted, PartCarriedOver};
use inquiry::recount::{Calendars, recount};
use inquiry::state::ContributionStatus;
use inquiry::terms::Place;
use jiff::civil::{Date, date};

use crate::support::*;

const ACT: &str = "Президенттің Жарлығы";

fn carried(story: &Story, from: &MinistryCode, to: &MinistryCode) -> Option<PartCarriedOver> {
    carry_over(story.dossier(), from, to, ACT)
}

/// The story after the place of `from` went to `to`.
fn after(story: Story, from: &MinistryCode, to: &MinistryCode) -> Story {
    let event = carried(&story, from, to).expect("there is a place");
    told(story, event)
}

/// Something is recorded that nobody asks for as a command.
fn told(mut story: Story, event: impl Into<Event>) -> Story {
    let event = event.into();
    story.inquiry = story.inquiry.evolve(&event);
    story.events.push(event);
    story
}

/// What the events say of the work, without the inquiry.
fn work(story: &Story) -> Work {
    story.events.iter().fold(Work::default(), Work::evolve)
}

#[test]
fn a_successor_takes_the_place_with_its_day_its_task_and_what_was_handed_in() {
    let story = after(contributed(), &mfa(), &mof());
    let assignment = story.dossier().assignment.clone().unwrap();
    let co = &assignment.co_executors[0];
    assert_eq!((&co.ministry, co.due), (&mof(), date(2023, 10, 6)));
    assert_eq!(story.dossier().contribution(&mof()).unwrap().status, ContributionStatus::Submitted);
    assert!(story.dossier().contribution(&mfa()).is_none() && story.dossier().took_part.contains(&mof()));
    // The lead accepts what the ministry that ended had handed in, and once it is carried over nothing is left to carry.
    assert!(story.ask(&labour(), AcceptContribution { ministry: mof() }).is_ok());
    assert_eq!(carried(&story, &mfa(), &mof()), None);
    assert_eq!(carried(&story, &mof(), &mof()), None);
    let lead = after(assigned(), &mlsp(), &mof());
    let assignment = lead.dossier().assignment.clone().unwrap();
    assert_eq!((&assignment.lead, assignment.lead_due), (&mof(), date(2023, 10, 12)));
}

#[test]
fn a_successor_that_has_a_place_keeps_its_own_and_takes_the_task_over() {
    // The lead takes over what its co-executor was asked for.
    let into_lead = after(contributed(), &mfa(), &mlsp());
    assert!(into_lead.dossier().assignment.as_ref().unwrap().co_executors.is_empty());
    // A co-executor becomes the lead.
    let promoted = after(contributed(), &mlsp(), &mfa());
    let assignment = promoted.dossier().assignment.clone().unwrap();
    assert_eq!((&assignment.lead, assignment.co_executors.len()), (&mfa(), 0));
    for story in [&into_lead, &promoted] {
        assert!(story.dossier().contributions.is_empty());
        assert_eq!(work(story), Work::of(story.dossier()), "duties follow");
    }
    let mut resolution = resolve();
    resolution.co_executors.push(co_executor(mof(), date(2023, 10, 9)));
    let both = after(registered().then(&head(), resolution), &mof(), &mfa());
    let co = both.dossier().assignment.clone().unwrap().co_executors;
    assert_eq!((co.len(), co[0].due), (1, date(2023, 10, 6)));
    assert_eq!(work(&both), Work::of(both.dossier()));
}

#[test]
fn a_place_goes_over_at_any_time_until_the_inquiry_is_over() {
    for story in [assigned(), in_approval(), for_signature(), signed(), numbered(), dispatched()] {
        let story = after(story, &mlsp(), &mof());
        assert_eq!(story.dossier().assignment.as_ref().unwrap().lead, mof());
    }
    // Whoever has to write the reply that takes the place of another is the successor.
    let reason = ReplaceReply { reason: "Қате".into() };
    let replaced = after(dispatched(), &mlsp(), &mof()).then(&premier(), reason);
    assert!(replaced.ask(&treasury(), revise("Жаңа жауап")).is_ok());
    assert_eq!(carried(&closed(), &mlsp(), &mof()), None);
    assert_eq!(carried(&registered(), &mlsp(), &mof()), None, "nobody has a place yet");
}

fn moved(story: &Story, today: Date, days: &[(Date, DayKind)]) -> Option<DeadlinesRecounted> {
    let before = directory_of_these_days().calendar();
    let set = |(date, kind): &(Date, DayKind)| DaySet { date: *date, kind: *kind, note: "x".into() };
    let now = before.with(&days.iter().map(set).collect::<Vec<_>>());
    let event = recount(story.dossier(), Calendars { before, now: &now, today }, ACT)?;
    assert_eq!(event.calendar_version, now.version());
    Some(event)
}

const TODAY: Date = date(2023, 9, 25);

#[test]
fn a_reply_that_the_rule_dated_is_counted_again_and_says_how() {
    let friday = date(2023, 10, 20);
    let story = assigned();
    let event = moved(&story, TODAY, &[(friday, DayKind::DayOff)]).unwrap();
    let reply = event.reply.clone().unwrap();
    assert_eq!((reply.old_due, reply.new_due), (friday, date(2023, 10, 23)));
    let deadline = reply.deadline.unwrap();
    assert_eq!((deadline.calendar_version, deadline.rule.code.as_str()), (event.calendar_version.clone(), "reply"));
    assert!(event.parts.is_empty());
    let story = told(story, event);
    assert_eq!(story.dossier().due(), Some(date(2023, 10, 23)));
    assert_eq!(story.dossier().watch().unwrap().deadline.due, friday, "the deadline as it was set stays");
    // A day that is worked as before moves nothing, nor does one outside of its time.
    assert_eq!(moved(&assigned(), TODAY, &[(date(2023, 10, 18), DayKind::DayOff)]), None);
    assert_eq!(moved(&assigned(), TODAY, &[(date(2023, 11, 1), DayKind::DayOff)]), None);
    assert_eq!(moved(&dispatched(), TODAY, &[(friday, DayKind::DayOff)]), None, "no reply is owed any more");
}

#[test]
fn a_day_that_somebody_named_moves_only_when_it_is_worked_no_longer() {
    let (draft, part) = (date(2023, 10, 12), date(2023, 10, 6));
    let event = moved(&assigned(), TODAY, &[(draft, DayKind::DayOff), (part, DayKind::DayOff)]).unwrap();
    assert_eq!(event.reply, None);
    let days: Vec<_> = event.parts.iter().map(|one| (&one.ministry, one.place, one.old_due, one.new_due)).collect();
    assert_eq!(
        days,
        [(&mlsp(), Place::Lead, draft, date(2023, 10, 13)), (&mfa(), Place::CoExecutor, part, date(2023, 10, 9)),]
    );
    // Extended to a day that somebody named: the draft was due with it, and goes with it.
    let until = date(2023, 10, 27);
    let extended = assigned()
        .then(&labour(), RequestExtension { ground: "Күрделі".into(), until })
        .then(&control(), GrantExtension { until });
    let event = moved(&extended, TODAY, &[(until, DayKind::DayOff)]).unwrap();
    let reply = event.reply.clone().unwrap();
    assert_eq!((reply.new_due, reply.deadline), (date(2023, 10, 30), None));
    assert_eq!(event.parts[0].new_due, date(2023, 10, 30));
    assert_eq!(moved(&extended, TODAY, &[(date(2023, 10, 20), DayKind::DayOff)]), None, "the rule's day is past");
    let story = told(extended, event);
    assert_eq!(work(&story), Work::of(story.dossier()));
}

#[test]
fn no_day_moves_to_one_that_is_over_and_none_passes_what_waits_for_it() {
    // On 2 October, with the contribution due on the 6th: every day until the draft's is off.
    let off: Vec<_> = (6..=12).map(|day| (date(2023, 10, day), DayKind::DayOff)).collect();
    let event = moved(&assigned(), date(2023, 10, 2), &off).unwrap();
    for part in &event.parts {
        assert!(part.new_due >= date(2023, 10, 2) && part.new_due <= date(2023, 10, 20), "{part:?}");
    }
    let draft = event.parts.iter().find(|part| part.place == Place::Lead).unwrap().new_due;
    assert!(event.parts.iter().all(|part| part.new_due <= draft), "{event:?}");
}
