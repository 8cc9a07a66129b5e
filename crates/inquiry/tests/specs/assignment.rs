use inquiry::command::{AssignMinistries, ContestAssignment, DeclineSigning, Reassign};
use inquiry::event::{AssignmentContested, MinistriesAssigned, MinistryReassigned};
use inquiry::terms::Place;
use inquiry::{CommandName, Refusal, StageName, allowed};
use jiff::civil::date;

use crate::support::*;

fn hand_over(from: directory::MinistryCode, to: directory::MinistryCode) -> Reassign {
    Reassign { from, to, reason: "Құзыреті басқа министрлікте".into(), due: date(2023, 10, 6) }
}

#[test]
fn the_head_resolves_an_inquiry_to_one_lead_and_its_co_executors() {
    let ask = resolve();
    let events = registered().ask(&head(), ask.clone()).unwrap();
    let AssignMinistries { resolution, lead, lead_due, co_executors } = ask;
    assert_eq!(events, vec![MinistriesAssigned { resolution, lead, lead_due, co_executors }.into()]);
    assert_eq!(assigned().dossier().stage.name(), StageName::Assigned);
}

#[test]
fn the_lead_is_never_also_a_co_executor() {
    let mut ask = resolve();
    ask.co_executors.push(co_executor(mlsp(), date(2023, 10, 6)));
    assert_eq!(registered().ask(&head(), ask), Err(Refusal::LeadAmongCoExecutors { lead: mlsp() }));
}

#[test]
fn no_more_ministries_ever_have_a_part_than_an_index_can_hold() {
    let many = |many: usize| AssignMinistries {
        co_executors: (0..many)
            .map(|n| co_executor(directory::MinistryCode::new(format!("m{n:04}")).unwrap(), date(2023, 10, 2)))
            .collect(),
        ..resolve()
    };
    assert!(registered().ask(&head(), many(76)).is_ok());
    let refused = registered().ask(&head(), many(77));
    assert!(matches!(refused, Err(Refusal::TooMany { limit: 76, found: 78, .. })), "{refused:?}");
    // Whoever was replaced has had a part.
    let story = registered().then(&head(), many(76));
    let replaced = story.ask(&head(), Reassign { due: date(2023, 10, 2), ..hand_over(mlsp(), mof()) });
    assert!(matches!(replaced, Err(Refusal::TooMany { limit: 77, found: 78, .. })), "{replaced:?}");
}

#[test]
fn a_new_resolution_takes_the_place_of_the_old_one() {
    let story = contributed();
    assert_eq!(story.dossier().contributions.len(), 1);
    let ask = AssignMinistries { lead: mof(), lead_due: date(2023, 10, 13), co_executors: Vec::new(), ..resolve() };
    let story = story.then(&head(), ask);
    let assignment = story.dossier().assignment.clone().unwrap();
    assert_eq!((assignment.lead, assignment.co_executors.len()), (mof(), 0));
    assert!(story.dossier().contributions.is_empty(), "the contribution of a ministry without a part still counted");
}

#[test]
fn a_ministry_contests_its_assignment_and_proposes_another() {
    let ask =
        ContestAssignment { reason: "Біздің құзыретке кірмейді".into(), propose: Some(mof()) };
    let event = AssignmentContested { ministry: mfa(), reason: ask.reason.clone(), propose: Some(mof()) };
    assert_eq!(assigned().ask(&foreign(), ask.clone()), Ok(vec![event.into()]));
    let story = assigned().then(&foreign(), ask);
    assert_eq!(story.dossier().assignment.as_ref().unwrap().contests.len(), 1);
    // The assignment stands until the head decides.
    assert!(story.ask(&foreign(), contribution()).is_ok());
}

#[test]
fn following_a_contest_replaces_the_ministry_and_settles_it() {
    let contest =
        ContestAssignment { reason: "Біздің құзыретке кірмейді".into(), propose: Some(mof()) };
    let story = assigned().then(&foreign(), contest);
    let ask = hand_over(mfa(), mof());
    let event = MinistryReassigned {
        from: mfa(),
        to: mof(),
        place: Place::CoExecutor,
        due: ask.due,
        reason: ask.reason.clone(),
    };
    assert_eq!(story.ask(&head(), ask.clone()), Ok(vec![event.into()]));
    let story = story.then(&head(), ask);
    let assignment = story.dossier().assignment.clone().unwrap();
    assert!(assignment.contests.is_empty());
    assert_eq!(assignment.place(&mof()), Some(Place::CoExecutor));
    assert_eq!(assignment.place(&mfa()), None);
    // The task goes over with the place.
    assert_eq!(assignment.co_executors[0].task, resolve().co_executors[0].task);
    assert_eq!(story.ask(&foreign(), contribution()), Err(Refusal::MinistryNotAssigned { ministry: mfa() }));
}

#[test]
fn a_draft_goes_on_when_the_head_has_answered_whoever_asked_to_be_replaced() {
    let contest =
        ContestAssignment { reason: "Біздің құзыретке кірмейді".into(), propose: Some(mof()) };
    for asks in [labour(), foreign()] {
        let story = drafted().then(&asks, contest.clone());
        assert_eq!(story.ask(&labour(), submit(FIRST)), Err(Refusal::ContestOpen));
        // It waits, and does not ask again.
        assert!(!allowed(&story.inquiry, &asks).contains(&CommandName::ContestAssignment));
        assert_eq!(story.ask(&asks, contest.clone()), Err(Refusal::ContestPending));
        let other = if asks.ministry == Some(mlsp()) { foreign() } else { labour() };
        assert!(allowed(&story.inquiry, &other).contains(&CommandName::ContestAssignment));
        // The head replaces it, or has everybody stay: the resolution anew says so.
        let due = date(2023, 10, 12);
        let instead =
            Reassign { from: asks.ministry.clone().unwrap(), to: mof(), reason: "Құзыреті".into(), due };
        assert!(story.clone().then(&head(), instead).dossier().assignment.as_ref().unwrap().contests.is_empty());
        let co_executors = vec![co_executor(mfa(), due)];
        let story = story.then(&head(), AssignMinistries { lead_due: due, co_executors, ..resolve() });
        assert_eq!(story.dossier().stage.name(), StageName::Drafting);
        assert!(story.ask(&labour(), submit(FIRST)).is_ok());
    }
}

#[test]
fn a_declined_draft_returns_to_the_signatory_when_nobody_asks_to_be_replaced() {
    let declined = for_signature().then(&premier(), DeclineSigning { reason: "Күні қате".into() });
    let again = declined.for_signature();
    assert!(declined.ask(&clerk(), again.clone()).is_ok());
    let contest =
        ContestAssignment { reason: "Біздің құзыретке кірмейді".into(), propose: None };
    assert_eq!(declined.then(&foreign(), contest).ask(&clerk(), again), Err(Refusal::ContestOpen));
}

#[test]
fn a_co_executor_who_becomes_the_lead_leaves_its_own_place() {
    let story = contributed().then(&head(), hand_over(mlsp(), mfa()));
    let assignment = story.dossier().assignment.clone().unwrap();
    assert_eq!(assignment.place(&mfa()), Some(Place::Lead));
    assert!(assignment.co_executors.is_empty());
    assert!(story.dossier().contributions.is_empty());
    assert!(story.ask(&foreign(), revise("Жаңа жоба")).is_ok());
}

#[test]
fn the_lead_takes_no_co_executors_place() {
    assert_eq!(assigned().ask(&head(), hand_over(mfa(), mlsp())), Err(Refusal::LeadAmongCoExecutors { lead: mlsp() }));
}

#[test]
fn nobody_is_replaced_while_the_draft_is_with_the_approvers() {
    let refusal = in_approval().ask(&head(), hand_over(mfa(), mof()));
    assert!(matches!(refusal, Err(Refusal::WrongStage { stage: StageName::Approval, .. })));
}

#[test]
fn a_draft_is_due_no_later_than_the_reply() {
    let control = date(2023, 10, 20);
    let story = registered().on(date(2023, 9, 21));
    for due in [date(2023, 10, 21), date(9999, 12, 31)] {
        let refusal = Refusal::DueAfterControl { due, latest: control };
        assert_eq!(story.ask(&head(), AssignMinistries { lead_due: due, ..resolve() }), Err(refusal.clone()));
        let hand_over = Reassign { from: mlsp(), to: mof(), reason: "Құзыреті".into(), due };
        assert_eq!(assigned().ask(&head(), hand_over), Err(refusal));
    }
    assert!(story.ask(&head(), AssignMinistries { lead_due: control, ..resolve() }).is_ok());
    // Whoever comes too late is still resolved, for the very day.
    let late = date(2023, 10, 25);
    let ask = AssignMinistries { lead_due: late, co_executors: Vec::new(), ..resolve() };
    assert!(story.on(late).ask(&head(), ask).is_ok());
}

#[test]
fn a_co_executor_is_due_no_later_than_the_draft_as_long_as_that_lies_ahead() {
    let (draft, control) = (date(2023, 10, 12), date(2023, 10, 20));
    let instead = |due| Reassign { from: mfa(), to: mof(), reason: "Құзыреті".into(), due };
    let after_draft = |due| Err(Refusal::ContributionDueAfterDraft { ministry: mof(), due, lead_due: draft });
    let after_control = |due, latest| Err(Refusal::DueAfterControl { due, latest });
    for today in [date(2023, 10, 10), draft] {
        let story = assigned().on(today);
        assert_eq!(story.ask(&head(), instead(date(2023, 10, 13))), after_draft(date(2023, 10, 13)));
        assert!(story.ask(&head(), instead(draft)).is_ok(), "{today}");
    }
    // The draft's day is past: the reply's own bounds it, and the ministry that leads is as late as it was.
    let late = assigned().on(date(2023, 10, 16));
    let (monday, tuesday) = (date(2023, 10, 23), date(2023, 10, 24));
    assert_eq!(late.ask(&head(), instead(monday)), after_control(monday, control));
    assert!(matches!(late.ask(&head(), instead(draft)), Err(Refusal::DueInThePast { .. })));
    let replaced = late.then(&head(), instead(date(2023, 10, 18)));
    let assignment = replaced.dossier().assignment.clone().unwrap();
    assert_eq!((assignment.lead_due, assignment.co_executors[0].due), (draft, date(2023, 10, 18)));
    // The reply's day is past as well: the very day is possible.
    let overdue = assigned().on(monday);
    assert!(overdue.ask(&head(), instead(monday)).is_ok());
    assert_eq!(overdue.ask(&head(), instead(tuesday)), after_control(tuesday, monday));
}

#[test]
fn an_instruction_has_at_least_two_working_days() {
    // 23 September 2023 is a Saturday: Monday is the first working day after it, Tuesday the second.
    let (saturday, monday, tuesday) = (date(2023, 9, 23), date(2023, 9, 25), date(2023, 9, 26));
    let story = registered().on(saturday);
    let with =
        |lead_due, co_due| AssignMinistries { lead_due, co_executors: vec![co_executor(mfa(), co_due)], ..resolve() };
    let too_short = |ministry, due| Err(Refusal::InstructionTooShort { ministry, due, earliest: tuesday, minimum: 2 });
    assert_eq!(story.ask(&head(), with(monday, monday)), too_short(mlsp(), monday));
    assert_eq!(story.ask(&head(), with(date(2023, 10, 12), monday)), too_short(mfa(), monday));
    assert!(story.ask(&head(), with(tuesday, tuesday)).is_ok());
    let late = |due| Reassign { from: mfa(), to: mof(), reason: "Құзыреті".into(), due };
    let given = assigned().on(saturday);
    assert_eq!(given.ask(&head(), late(monday)), too_short(mof(), monday));
    assert!(given.ask(&head(), late(tuesday)).is_ok());
}

#[test]
fn nothing_is_due_on_a_day_off() {
    let (sunday, monday) = (date(2023, 10, 8), date(2023, 10, 9));
    let story = registered().on(date(2023, 9, 21));
    let refusal = Err(Refusal::DueOnDayOff { due: sunday, instead: monday });
    let ask = AssignMinistries { lead_due: sunday, ..resolve() };
    assert_eq!(story.ask(&head(), ask), refusal);
    let ask = AssignMinistries { co_executors: vec![co_executor(mfa(), sunday)], ..resolve() };
    assert_eq!(story.ask(&head(), ask.clone()), refusal);
    let hand_over = Reassign { from: mfa(), to: mof(), reason: "Құзыреті".into(), due: date(2023, 9, 24) };
    let refusal = Refusal::DueOnDayOff { due: date(2023, 9, 24), instead: date(2023, 9, 25) };
    assert_eq!(assigned().ask(&head(), hand_over), Err(refusal));
}

#[test]
fn where_the_reply_itself_is_due_sooner_a_shorter_instruction_is_possible() {
    // Tomorrow the reply is due: nobody can be given two working days.
    let story = registered().on(date(2023, 10, 19));
    let ask = AssignMinistries { lead_due: date(2023, 10, 20), co_executors: Vec::new(), ..resolve() };
    assert!(story.ask(&head(), ask).is_ok());
}

#[test]
fn a_ministry_that_keeps_its_day_is_given_no_new_instruction() {
    let story = assigned().on(date(2023, 10, 5));
    let ask = AssignMinistries { co_executors: vec![co_executor(mfa(), date(2023, 10, 6))], ..resolve() };
    assert!(story.ask(&head(), ask).is_ok());
}
