use inquiry::command::{
    AcceptContribution, ContestAssignment, DeclineSigning, GrantExtension, Reassign, RefuseExtension, RefuseVisa,
    RequestExtension, ReturnContribution, ReturnDraft, Withdraw,
};
use inquiry::duty::{Duty, DutyKind, End, Outcome, Work, owed};
use inquiry::terms::VisaKind;
use inquiry::{Actor, Ask, Inquiry, allowed};
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::moves::{steps, walk};
use crate::support::*;

fn of(story: &Story) -> Vec<(String, DutyKind, Option<Date>)> {
    let short = |duty: Duty| (duty.ministry.as_str().to_owned(), duty.kind, duty.due);
    Work::of(story.dossier()).duties().into_iter().map(short).collect()
}

fn mine(ministry: &str, kind: DutyKind, due: Date) -> (String, DutyKind, Option<Date>) {
    (ministry.to_owned(), kind, Some(due))
}

fn note(story: &Story, kind: DutyKind) -> Option<String> {
    Work::of(story.dossier()).duties().into_iter().find(|duty| duty.kind == kind).unwrap().note
}

const CONTRIBUTION_DUE: Date = date(2023, 10, 6);
const DRAFT_DUE: Date = date(2023, 10, 12);

#[test]
fn before_the_resolution_no_ministry_owes_anything() {
    assert_eq!(of(&registered()), Vec::new());
}

#[test]
fn a_resolution_asks_the_co_executor_for_its_part_and_the_lead_for_the_draft() {
    let expected = vec![
        mine("mfa", DutyKind::Contribution, CONTRIBUTION_DUE),
        mine("mlsp", DutyKind::ContributionAwaited, CONTRIBUTION_DUE),
        mine("mlsp", DutyKind::Draft, DRAFT_DUE),
    ];
    assert_eq!(of(&assigned()), expected);
    let task = resolve().co_executors[0].task.clone();
    assert_eq!(note(&assigned(), DutyKind::Contribution), Some(task));
}

#[test]
fn what_was_handed_in_waits_for_the_lead_until_it_is_accepted() {
    let story = contributed();
    let expected = vec![
        mine("mfa", DutyKind::AcceptanceAwaited, DRAFT_DUE),
        mine("mlsp", DutyKind::Acceptance, DRAFT_DUE),
        mine("mlsp", DutyKind::Draft, DRAFT_DUE),
    ];
    assert_eq!(of(&story), expected);
    let story = story.then(&labour(), AcceptContribution { ministry: mfa() });
    assert_eq!(of(&story), vec![mine("mlsp", DutyKind::Draft, DRAFT_DUE)]);
}

#[test]
fn what_was_returned_is_owed_again_with_the_reason() {
    let reason = "Кестелер жоқ".to_owned();
    let story = contributed().then(&labour(), ReturnContribution { ministry: mfa(), reason: reason.clone() });
    assert_eq!(of(&story)[0], mine("mfa", DutyKind::ContributionReturned, CONTRIBUTION_DUE));
    assert_eq!(note(&story, DutyKind::ContributionReturned), Some(reason));
}

#[test]
fn while_visas_are_gathered_the_lead_waits_and_nobody_is_chased_for_a_part() {
    assert_eq!(of(&in_approval()), vec![mine("mlsp", DutyKind::VisasAwaited, DRAFT_DUE)]);
    assert_eq!(owed(in_approval().dossier()), Vec::new());
}

#[test]
fn a_refused_visa_and_a_returned_draft_come_back_with_what_was_said() {
    let story = in_approval();
    let (version, content_hash) = (story.version(), story.hash());
    let ask = RefuseVisa {
        version, content_hash, kind: VisaKind::Legal, remarks: "Бапты көрсету керек".into()
    };
    let story = story.then(&lawyer(), ask);
    assert_eq!(of(&story), vec![mine("mlsp", DutyKind::VisaRefused, DRAFT_DUE)]);
    assert_eq!(note(&story, DutyKind::VisaRefused).as_deref(), Some("Бапты көрсету керек"));
    let story = story.then(&linguist(), ReturnDraft { version, reason: "Тілі түзетілсін".into() });
    assert!(of(&story).contains(&mine("mlsp", DutyKind::DraftReturned, DRAFT_DUE)));
    assert_eq!(note(&story, DutyKind::DraftReturned).as_deref(), Some("Тілі түзетілсін"));
    // A part that was never handed in can be handed in again.
    assert!(of(&story).contains(&mine("mfa", DutyKind::Contribution, CONTRIBUTION_DUE)));
}

#[test]
fn the_written_draft_is_sent_out_for_visas_and_comes_back_from_the_signatory() {
    assert!(of(&drafted()).contains(&mine("mlsp", DutyKind::Approval, DRAFT_DUE)));
    assert_eq!(of(&for_signature()), vec![mine("mlsp", DutyKind::SignatureAwaited, DRAFT_DUE)]);
    let story = for_signature().then(&premier(), DeclineSigning { reason: "Күні қате".into() });
    assert!(of(&story).contains(&mine("mlsp", DutyKind::DraftReturned, DRAFT_DUE)));
    assert_eq!(of(&signed()), Vec::new());
}

#[test]
fn more_time_moves_the_day_of_the_draft_and_a_later_resolution_sets_it_anew() {
    let until = date(2023, 11, 3);
    let story = assigned().then(&labour(), RequestExtension { ground: "Деректер күтілуде".into(), until });
    assert!(of(&story).contains(&mine("mlsp", DutyKind::ExtensionAwaited, until)));
    let story = story.then(&control(), GrantExtension { until });
    assert!(of(&story).contains(&mine("mlsp", DutyKind::Draft, until)));
    assert!(!of(&story).iter().any(|(_, kind, _)| *kind == DutyKind::ExtensionAwaited));
    let story = story.then(&head(), resolve());
    assert!(of(&story).contains(&mine("mlsp", DutyKind::Draft, DRAFT_DUE)));
}

#[test]
fn whoever_asked_to_be_replaced_waits_for_the_head_and_owes_until_it_is_replaced() {
    let reason = "Құзыретімізге жатпайды".to_owned();
    let story = assigned().then(&foreign(), ContestAssignment { reason: reason.clone(), propose: Some(mof()) });
    assert_eq!(note(&story, DutyKind::ReplacementAwaited), Some(reason.clone()));
    assert!(of(&story).contains(&mine("mfa", DutyKind::Contribution, CONTRIBUTION_DUE)));
    let due = date(2023, 10, 9);
    let story = story.then(&head(), Reassign { from: mfa(), to: mof(), reason, due });
    assert!(of(&story).contains(&mine("mof", DutyKind::Contribution, due)));
    assert!(!of(&story).iter().any(|(ministry, _, _)| ministry == "mfa"));
}

#[test]
fn every_kind_has_a_name_of_its_own() {
    for kind in DutyKind::ALL {
        assert_eq!(DutyKind::from_code(kind.code()), Some(kind));
    }
}

/// What comes of each duty by what somebody does, with the duties that go on left out.
fn ends(story: &Story, by: &Actor, ask: impl Into<Ask>) -> Vec<(String, DutyKind, Option<Outcome>)> {
    let (before, events) = (Work::of(story.dossier()).duties(), story.ask(by, ask).unwrap());
    let after = events.iter().fold(Work::of(story.dossier()), Work::evolve).duties();
    let is_same =
        |one: &Duty, other: &Duty| (&one.ministry, one.kind, &one.about) == (&other.ministry, other.kind, &other.about);
    let over = before.into_iter().filter(|duty| !after.iter().any(|other| is_same(duty, other)));
    let outcome = |duty: &Duty| events.iter().find_map(|event| duty.ended_by(event));
    over.map(|duty| (duty.ministry.to_string(), duty.kind, outcome(&duty))).collect()
}

fn ended(ministry: &str, kind: DutyKind, end: End) -> (String, DutyKind, Option<Outcome>) {
    (ministry.to_owned(), kind, Some(Outcome { end, day: None, note: None }))
}

fn left(ministry: &str, kind: DutyKind) -> (String, DutyKind, Option<Outcome>) {
    (ministry.to_owned(), kind, None)
}

#[test]
fn a_contribution_ends_by_being_handed_in_accepted_or_returned() {
    let handed_in = ends(&assigned().on(date(2023, 10, 4)), &foreign(), contribution());
    let waited_for = left("mlsp", DutyKind::ContributionAwaited);
    assert_eq!(handed_in, [ended("mfa", DutyKind::Contribution, End::HandedIn), waited_for.clone()]);

    let accepted = ends(&contributed(), &labour(), AcceptContribution { ministry: mfa() });
    let both =
        [ended("mfa", DutyKind::AcceptanceAwaited, End::Accepted), ended("mlsp", DutyKind::Acceptance, End::Accepted)];
    assert_eq!(accepted, both);

    let reason = "Кестелер жоқ".to_owned();
    let back = ReturnContribution { ministry: mfa(), reason: reason.clone() };
    let returned = Outcome { end: End::Returned, day: None, note: Some(reason) };
    let looked_at = ("mlsp".to_owned(), DutyKind::Acceptance, Some(returned));
    // Its ministry owes it again, and that says how it ended.
    let expected = [left("mfa", DutyKind::AcceptanceAwaited), looked_at];
    assert_eq!(ends(&contributed(), &labour(), back.clone()), expected);

    let again = ends(&contributed().then(&labour(), back), &foreign(), contribution());
    assert_eq!(again, [ended("mfa", DutyKind::ContributionReturned, End::HandedIn), waited_for]);
}

#[test]
fn a_draft_ends_by_being_written_sent_out_and_signed() {
    let written = ends(&assigned(), &labour(), revise("Келісім жобасы әзірленді."));
    assert_eq!(written, [ended("mlsp", DutyKind::Draft, End::Written)]);

    let sent_out = ends(&drafted(), &labour(), submit(drafted().version()));
    let asked_no_more = [left("mfa", DutyKind::Contribution), left("mlsp", DutyKind::ContributionAwaited)];
    let approval = ended("mlsp", DutyKind::Approval, End::SentOut);
    assert_eq!(sent_out, [asked_no_more.to_vec(), vec![approval]].concat());

    let signed = ends(&for_signature(), &premier(), for_signature().sign());
    assert_eq!(signed, [ended("mlsp", DutyKind::SignatureAwaited, End::Signed)]);

    // Sent back, by an approver, a visa or the signatory, it is written anew; declined for its date alone it goes out as it is.
    let (version, content_hash) = (in_approval().version(), in_approval().hash());
    let refusal = RefuseVisa { version, content_hash, kind: VisaKind::Legal, remarks: "Бап жоқ".into() };
    let refused = in_approval().then(&lawyer(), refusal);
    let anew = || revise("Келісімнің 5-бабы бойынша жоба әзірленді.");
    assert_eq!(ends(&refused, &labour(), anew()), [ended("mlsp", DutyKind::VisaRefused, End::Written)]);
    let returned = in_approval().then(&lawyer(), ReturnDraft { version, reason: "Тілі түзетілсін".into() });
    assert_eq!(ends(&returned, &labour(), anew()), [ended("mlsp", DutyKind::DraftReturned, End::Written)]);
    let declined = for_signature().then(&premier(), DeclineSigning { reason: "Күні қате".into() });
    let out_again = ends(&declined, &labour(), submit(version));
    assert_eq!(out_again.last(), Some(&ended("mlsp", DutyKind::DraftReturned, End::SentOut)));
}

#[test]
fn what_was_asked_for_ends_by_being_given_refused_or_done() {
    let until = date(2023, 11, 3);
    let asked = assigned().then(&labour(), RequestExtension { ground: "Деректер күтілуде".into(), until });
    // The officer may give less than was asked for.
    let day = date(2023, 11, 1);
    let extension = |outcome| [("mlsp".to_owned(), DutyKind::ExtensionAwaited, Some(outcome))];
    let granted = Outcome { end: End::Granted, day: Some(day), note: None };
    assert_eq!(ends(&asked, &control(), GrantExtension { until: day }), extension(granted));
    let reason = "Мерзім жеткілікті".to_owned();
    let refused = Outcome { end: End::Refused, day: None, note: Some(reason.clone()) };
    assert_eq!(ends(&asked, &control(), RefuseExtension { reason }), extension(refused));

    let reason = "Құзыретімізге жатпайды".to_owned();
    let contest = ContestAssignment { reason: reason.clone(), propose: Some(mof()) };
    let contested = assigned().then(&foreign(), contest);
    let instead = Reassign { from: mfa(), to: mof(), reason: reason.clone(), due: date(2023, 10, 9) };
    let replaced = Outcome { end: End::Replaced, day: None, note: Some(reason) };
    // The contribution itself goes to the other ministry, and nothing came of it here.
    let given_away = left("mfa", DutyKind::Contribution);
    let waited_for = left("mlsp", DutyKind::ContributionAwaited);
    let expected = [given_away, waited_for, ("mfa".to_owned(), DutyKind::ReplacementAwaited, Some(replaced))];
    assert_eq!(ends(&contested, &head(), instead), expected);
}

#[test]
fn what_ends_with_its_inquiry_leaves_nothing_behind() {
    let over = ends(&contributed(), &clerk(), Withdraw { reason: "Шешілді".into() });
    assert_eq!(over.len(), 3, "{over:?}");
    assert!(over.iter().all(|(_, _, outcome)| outcome.is_none()), "{over:?}");
}

#[test]
fn every_end_has_a_name_of_its_own_and_is_reached() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..300 {
        let walk = walk(&steps(70).new_tree(&mut runner).unwrap().current());
        for (event, before) in walk.events.iter().zip(&walk.states) {
            let duties = before.dossier().map(|dossier| Work::of(dossier).duties()).unwrap_or_default();
            seen.extend(duties.iter().filter_map(|duty| duty.ended_by(event)).map(|outcome| outcome.end));
        }
    }
    for end in End::ALL {
        assert_eq!(End::from_code(end.code()), Some(end));
        assert!(seen.contains(&end), "{end:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// The table of duties keeps the work along with the events; whoever has the inquiry takes it from there.
    #[test]
    fn work_kept_by_events_is_the_work_of_the_inquiry(steps in steps(70)) {
        let walk = walk(&steps);
        let mut work = Work::default();
        for (event, state) in walk.events.iter().zip(walk.states.iter().skip(1)) {
            let before = work.clone();
            work = work.evolve(event);
            prop_assert_eq!(&work, &Work::of(state.dossier().unwrap()), "after {}", event.stored_name());
            prop_assert!(inquiry::duty::reads(event.name()) || work == before, "{} is read", event.stored_name());
        }
    }

    #[test]
    fn what_is_owed_can_be_done(steps in steps(70)) {
        for state in &walk(&steps).states {
            let Some(dossier) = state.dossier() else { continue };
            for duty in owed(dossier) {
                let executor = Actor::executor("executor", duty.ministry.clone());
                let step = duty.kind.step().unwrap();
                prop_assert!(allowed(state, &executor).contains(&step), "{duty:?} at {:?}", dossier.stage.name());
            }
        }
    }
}

/// Without this the laws above could hold for want of duties.
#[test]
fn the_walks_reach_every_kind() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..300 {
        let walk = walk(&steps(70).new_tree(&mut runner).unwrap().current());
        let duties =
            |inquiry: &Inquiry| inquiry.dossier().map(|dossier| Work::of(dossier).duties()).unwrap_or_default();
        seen.extend(walk.states.iter().flat_map(duties).map(|duty| duty.kind));
    }
    let missing: Vec<_> = DutyKind::ALL.into_iter().filter(|kind| !seen.contains(kind)).collect();
    assert!(missing.is_empty(), "never owed: {missing:?}");
}
