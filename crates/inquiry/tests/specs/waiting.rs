//! Where an inquiry's time went: the chain, and what of it made a reply late.

use directory::{Directory, Language};
use inquiry::command::{AcceptContribution, AssignOutgoingNumber, DeclineSigning, GrantExtension, RequestExtension};
use inquiry::state::Stage;
use inquiry::terms::VisaKind;
use inquiry::waiting::{Explanation, Facts, Happened, Holder, Reason, Step, Usual, Verdict, Waiting, explain};
use inquiry::{Dossier, Event, Inquiry, Role};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;

use crate::moves::{TODAY, steps, walk};
use crate::support::*;

/// Each event with its place; some of them happen a while after the one before.
fn timed<'a>(events: &'a [Event], gaps: &'a [u16]) -> impl Iterator<Item = Happened<'a>> {
    let mut at = at(TODAY);
    events.iter().zip(1..).map(move |(event, position)| {
        let gap = gaps.get(usize::try_from(position).unwrap() % gaps.len().max(1)).copied().unwrap_or(0);
        // One in seven is told by a clock that was set back.
        let minutes = if gap % 7 == 0 { -i64::from(gap % 50) } else { i64::from(gap) };
        at += minutes.minutes();
        Happened { position, at, event }
    })
}

/// Told by the inquiry's stage alone: what is waited for, and of whom.
fn expected(dossier: &Dossier) -> Option<(Step, Holder)> {
    let role = |role| Holder::Role(role);
    let lead = || Holder::Ministry(dossier.assignment.as_ref().unwrap().lead.clone());
    let is_refused = || dossier.draft.as_ref().is_some_and(|draft| !draft.refusals.is_empty());
    Some(match &dossier.stage {
        Stage::Received | Stage::Registered => (Step::Registration, role(Role::Clerk)),
        Stage::OnControl => (Step::Resolution, role(Role::Head)),
        Stage::Assigned => (Step::Draft, lead()),
        Stage::Drafting { rejected: None } => (Step::SendingOut, lead()),
        Stage::Drafting { rejected: Some(_) } => (Step::Rework, lead()),
        Stage::Approval { .. } if is_refused() => (Step::Rework, lead()),
        Stage::Approval { .. } if dossier.missing_visas().is_empty() => (Step::Laying, role(Role::Clerk)),
        Stage::Approval { .. } => (Step::Visas, role(Role::Approver)),
        Stage::ForSignature(_) => (Step::Signature, role(Role::Signatory)),
        Stage::Signed(_) => (Step::Numbering, role(Role::Clerk)),
        Stage::Numbered(_) => (Step::Dispatch, role(Role::Clerk)),
        Stage::Dispatched(sent) if sent.undelivered().is_empty() => (Step::Closing, role(Role::Control)),
        Stage::Dispatched(_) => (Step::Delivery, Holder::Deputies),
        Stage::Closed(_) | Stage::Withdrawn | Stage::Redirected { .. } | Stage::Merged { .. } => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// The main line has no hole and no overlap, whatever happened and whatever the clock did.
    #[test]
    fn at_every_moment_one_holder_has_the_paper(moves in steps(100), gaps in prop::collection::vec(any::<u16>(), 1..40)) {
        let (directory, walk) = (Directory::embedded().unwrap(), walk(&moves));
        let Some(waiting) = Waiting::of(timed(&walk.events, &gaps)) else { return Ok(()) };
        for pair in waiting.line.windows(2) {
            prop_assert_eq!(pair[0].until, Some(pair[1].from));
            prop_assert_eq!(pair[0].ended_by, Some(pair[1].begun_by));
        }
        for one in waiting.line.iter().chain(&waiting.beside) {
            prop_assert!(one.until.is_none_or(|until| until >= one.from));
            prop_assert_eq!(one.until.is_some(), one.ended_by.is_some());
        }
        let last = waiting.line.last().unwrap();
        prop_assert_eq!(last.until.is_none(), walk.last().dossier().unwrap().stage.name().is_open());
        // What the stretches lasted is what the whole lasted.
        let (now, begin) = (last.until_or(last.from + 40.hours()), waiting.begins().unwrap());
        let parts: Vec<_> = waiting.line.iter().map(|one| one.lasted(now, directory.calendar())).collect();
        let whole = inquiry::waiting::lasted(begin, now, directory.calendar());
        prop_assert_eq!(parts.iter().map(|part| part.time).sum::<SignedDuration>(), whole.time);
        prop_assert_eq!(parts.iter().map(|part| part.working_days).sum::<u32>(), whole.working_days);
        // Whatever it was, it can be explained, in every language, with events that happened.
        let known = facts(now, &directory, walk.last().dossier().unwrap());
        for reason in explain(&waiting, &known).reasons {
            prop_assert!(Language::ALL.iter().all(|language| !reason.words(*language, &|code| code.to_string()).is_empty()));
            let marks = reason.marks();
            let happened = |mark: &inquiry::waiting::Mark| {
                usize::try_from(mark.position - 1).is_ok_and(|at| walk.events.get(at).map(Event::name) == Some(mark.name))
            };
            prop_assert!(!marks.is_empty() && marks.iter().all(happened));
        }
    }

    /// What is followed by events is what the inquiry's stage says; kept in a table and read again it goes on the same.
    #[test]
    fn the_paper_lies_where_the_stage_says(moves in steps(100), gaps in prop::collection::vec(any::<u16>(), 1..40)) {
        let walk = walk(&moves);
        let mut known = None;
        for (happened, state) in timed(&walk.events, &gaps).zip(&walk.states[1..]) {
            let kept = serde_json::to_string(&known).unwrap();
            let read: Option<Waiting> = serde_json::from_str(&kept).unwrap();
            prop_assert_eq!(&read, &known);
            known = Waiting::after(read, &happened);
            let (waiting, dossier) = (known.as_ref().unwrap(), state.dossier().unwrap());
            let open = waiting.line.last().filter(|last| last.until.is_none());
            let here = open.map(|last| (last.step, last.holder.clone()));
            prop_assert_eq!(here, expected(dossier), "after {}", happened.event.stored_name());
            prop_assert_eq!(waiting.due, dossier.watch().map(|watch| watch.due));
            let beside: Vec<Step> = waiting.beside.iter().filter(|one| one.until.is_none()).map(|one| one.step).collect();
            if let Stage::Approval { .. } = dossier.stage {
                let refused = dossier.draft.as_ref().unwrap().refusals.len();
                let visas = beside.iter().filter(|step| matches!(step, Step::Visa(_))).count();
                prop_assert!(visas + refused >= dossier.missing_visas().len());
            }
        }
    }
}

static NOTHING_USUAL: std::sync::LazyLock<Usual> = std::sync::LazyLock::new(Usual::default);

fn facts<'a>(now: Timestamp, directory: &'a Directory, dossier: &'a Dossier) -> Facts<'a> {
    let deadline = dossier.watch().map(|watch| &watch.deadline);
    Facts { now, calendar: directory.calendar(), deadline, usual: &NOTHING_USUAL }
}

/// A story told day by day, so that every event has its own time.
struct Told {
    story: Story,
    days: Vec<Date>,
}

impl Told {
    fn begin() -> Self {
        Self { story: Story::begin(), days: Vec::new() }
    }

    fn step(mut self, day: Date, act: impl FnOnce(Story) -> Story) -> Self {
        self.story = act(self.story.on(day));
        self.days.resize(self.story.events.len(), day);
        self
    }

    fn waiting(&self) -> Waiting {
        let happened = self.story.events.iter().zip(&self.days).zip(1..);
        Waiting::of(happened.map(|((event, day), position)| Happened { position, at: at(*day), event })).unwrap()
    }

    fn explained(&self, today: Date) -> Explanation {
        let directory = Directory::embedded().unwrap();
        explain(&self.waiting(), &facts(at(today), &directory, self.story.dossier()))
    }
}

const fn october(day: i8) -> Date {
    date(2023, 10, day)
}

/// Resolved a day after it was registered, the contribution four days late, returned once by the linguist, signed and sent late.
fn late() -> Told {
    Told::begin()
        .step(date(2023, 9, 20), |story| story.then(&clerk(), register(ds_326())))
        .step(date(2023, 9, 21), |story| story.then(&head(), resolve()))
        .step(october(10), |story| story.then(&foreign(), contribution()))
        .step(october(11), |story| {
            let story = story.then(&labour(), AcceptContribution { ministry: mfa() });
            story.then(&labour(), revise("Келісім жобасы әзірленді.")).then(&labour(), submit(FIRST))
        })
        .step(october(13), |story| {
            let refusal = inquiry::command::RefuseVisa {
                version: story.version(),
                content_hash: story.dossier().draft.as_ref().unwrap().content_hash,
                kind: VisaKind::Language,
                remarks: "Сөйлем түсініксіз.".into(),
            };
            story.then(&linguist(), refusal)
        })
        .step(october(17), |story| {
            let story = story.then(&labour(), revise("Келісімнің жобасы әзірленді."));
            let second = story.version();
            story.then(&labour(), submit(second))
        })
        .step(october(18), |story| {
            let story = approved_of(story);
            let laid = story.for_signature();
            story.then(&clerk(), laid)
        })
        .step(october(24), |story| {
            let sign = story.sign();
            let numbered = AssignOutgoingNumber { dated: october(24), ..number() };
            story.then(&premier(), sign).then(&clerk(), numbered).sent()
        })
}

#[test]
fn a_late_reply_is_explained_by_its_chain_and_by_nobodys_name() {
    let told = late();
    let waiting = told.waiting();
    let chain: Vec<(Step, u32)> = {
        let directory = Directory::embedded().unwrap();
        let days = |one: &inquiry::waiting::Interval| one.lasted(at(october(24)), directory.calendar()).working_days;
        waiting.line.iter().map(|one| (one.step, days(one))).collect()
    };
    let expected = [
        (Step::Registration, 0),
        (Step::Resolution, 1),
        (Step::Draft, 14),
        (Step::SendingOut, 0),
        (Step::Visas, 2),
        (Step::Rework, 2),
        (Step::SendingOut, 0),
        (Step::Visas, 1),
        (Step::Laying, 0),
        (Step::Signature, 4),
        (Step::Numbering, 0),
        (Step::Dispatch, 0),
        (Step::Delivery, 0),
    ];
    assert_eq!(chain, expected);
    let explained = told.explained(october(30));
    let (due, sent) = (october(20), Some(october(24)));
    assert_eq!(explained.verdict, Verdict::Late { due, sent, days: 4, working_days: 2 });
    let reasons = &explained.reasons;
    let draft = reasons.iter().find_map(|reason| match reason {
        Reason::Held { interval, beyond_inner, is_longest, .. } if interval.step == Step::Draft => {
            Some((*beyond_inner, *is_longest))
        }
        _ => None,
    });
    assert_eq!(draft, Some((0, true)), "the draft came a day before its inner day and took longest");
    let contribution = reasons.iter().find_map(|reason| match reason {
        Reason::LateContribution { ministry, late, draft_waited, .. } => Some((ministry.clone(), *late, *draft_waited)),
        _ => None,
    });
    assert_eq!(contribution, Some((mfa(), 2, true)));
    let returned = reasons.iter().find_map(|reason| match reason {
        Reason::Returned { from, cost, again, .. } => Some((*from, cost.working_days, again.is_some())),
        _ => None,
    });
    assert_eq!(returned, Some((Step::Visas, 2, true)), "from the refusal to the next round");
    let tight = reasons.iter().any(|reason| matches!(reason, Reason::Tight { left: 6, took: 9, .. }));
    assert!(tight, "six working days were left after the inner day, nine were taken: {reasons:?}");
    let names = |code: &directory::MinistryCode| code.as_str().to_uppercase();
    for language in Language::ALL {
        let all: String = reasons.iter().map(|reason| reason.words(language, &names)).collect();
        assert!(all.contains("MLSP") && all.contains("MFA"), "{all}");
        for account in ["linguist", "labour", "premier", "Смайылов"] {
            assert!(!all.contains(account), "{all}");
        }
    }
    assert!(
        explained.words(Language::Ru).contains("превышен на 4 дня (2 рабочих дня)"),
        "{}",
        explained.words(Language::Ru)
    );
}

#[test]
fn what_has_not_gone_out_is_late_from_the_day_after_its_day() {
    let resolved = || {
        Told::begin()
            .step(date(2023, 9, 20), |story| story.then(&clerk(), register(ds_326())))
            .step(date(2023, 9, 21), |story| story.then(&head(), resolve()))
    };
    assert_eq!(resolved().explained(october(20)).verdict, Verdict::Running { due: october(20), left: 0 });
    let late = Verdict::Late { due: october(20), sent: None, days: 3, working_days: 1 };
    assert_eq!(resolved().explained(october(23)).verdict, late);
    let withdrawn = resolved().step(october(2), |story| {
        story.then(&clerk(), inquiry::command::Withdraw { reason: "Авторлары қайтарып алды.".into() })
    });
    assert_eq!(withdrawn.explained(october(30)).verdict, Verdict::NoReply);
    // More time moves the lead's own day with the reply's.
    let until = date(2023, 11, 3);
    let extended = resolved()
        .step(october(9), |story| story.then(&labour(), RequestExtension { ground: "Сарапшы керек.".into(), until }))
        .step(october(11), |story| story.then(&control(), GrantExtension { until }));
    let waiting = extended.waiting();
    let asked = waiting.beside.iter().find(|one| one.step == Step::Extension).unwrap();
    assert_eq!((asked.holder.clone(), asked.until), (Holder::Role(Role::Control), Some(at(october(11)))));
    assert_eq!(waiting.line.last().unwrap().due, Some(until));
    assert_eq!((waiting.first_due, waiting.due), (Some(october(20)), Some(until)));
    let told = extended.explained(date(2023, 11, 1));
    assert!(matches!(told.verdict, Verdict::Running { .. }));
    assert!(told.reasons.iter().any(|reason| matches!(reason, Reason::Extended { .. })));
}

#[test]
fn what_the_signatory_declines_costs_until_it_lies_there_again() {
    let told = late();
    // As far as the signature, and declined there.
    let signed = told.story.events.iter().position(|event| event.stored_name() == "reply_signed").unwrap();
    let inquiry = Inquiry::replay(&told.story.events[..signed]);
    let story = Story { inquiry, events: told.story.events[..signed].to_vec(), today: october(18) };
    let told = Told { days: told.days[..signed].to_vec(), story }
        .step(october(19), |story| story.then(&premier(), DeclineSigning { reason: "Күні ескі.".into() }))
        .step(october(23), |story| {
            let laid = story.for_signature();
            story.then(&clerk(), laid)
        });
    let cost = told.explained(october(23)).reasons.iter().find_map(|reason| match reason {
        Reason::Returned { from: Step::Signature, cost, again, .. } => Some((cost.working_days, again.is_some())),
        _ => None,
    });
    assert_eq!(cost, Some((2, true)));
}

#[test]
fn what_is_usual_is_the_middle_of_what_was_and_of_few_nothing_is() {
    let directory = Directory::embedded().unwrap();
    let waiting = late().waiting();
    let few = Usual::of(std::iter::repeat_n(&waiting, 4), directory.calendar());
    assert_eq!((few.days(Step::Draft), few.inquiries), (None, 4));
    let usual = Usual::of(std::iter::repeat_n(&waiting, 5), directory.calendar());
    assert_eq!(usual.days(Step::Draft), Some(14));
    assert_eq!(usual.days(Step::Delivery), None, "what lasts is measured by nobody");
}

/// The calendar of these days has a day off less, or one more: what was set stays, and that it would be another day is told.
#[test]
fn a_changed_calendar_is_told_and_moves_nothing() {
    let told = Told::begin().step(date(2023, 9, 20), |story| story.then(&clerk(), register(ds_326())));
    let changed = directory::WorkingCalendar::from_csv("kz", "date,kind,note\n2023-10-20,day_off,Moved day\n").unwrap();
    let dossier = told.story.dossier();
    let deadline = dossier.watch().map(|watch| &watch.deadline);
    let facts = Facts { now: at(october(2)), calendar: &changed, deadline, usual: &NOTHING_USUAL };
    let explained = explain(&told.waiting(), &facts);
    let told = explained.reasons.iter().find_map(|reason| match reason {
        Reason::CalendarChanged { set, today, .. } => Some((*set, *today)),
        _ => None,
    });
    assert_eq!(told, Some((october(20), october(23))));
    assert!(matches!(explained.verdict, Verdict::Running { due, .. } if due == october(20)));
}
