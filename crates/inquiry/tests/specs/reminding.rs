//! A ministry is reminded of what it owes, once a day, by whoever watches over the work.

use inquiry::command::{
    AcceptContribution, AssignMinistries, GrantExtension, Reassign, RefuseVisa, RemindMinistry, ReplaceReply,
    RequestExtension, ReturnContribution, Withdraw,
};
use inquiry::duty::Owing;
use inquiry::event::MinistryReminded;
use inquiry::terms::{Owed, VisaKind};
use inquiry::{CommandName, Refusal, allowed};
use jiff::civil::date;

use crate::support::*;

pub(crate) fn remind(ministry: directory::MinistryCode) -> RemindMinistry {
    RemindMinistry { ministry, note: None }
}

#[test]
fn head_control_and_clerk_remind_a_ministry_of_what_it_owes_and_by_when() {
    let story = assigned().on(date(2023, 10, 4));
    for by in [head(), control(), clerk()] {
        let note = Some("Депутат сұрап жатыр".to_owned());
        let ask = RemindMinistry { ministry: mfa(), note: note.clone() };
        let event = MinistryReminded {
            ministry: mfa(),
            owed: Owed::Contribution,
            due: date(2023, 10, 6),
            note,
            reminded_at: at(date(2023, 10, 4)),
            reminded_by: by.name.clone(),
        };
        assert_eq!(story.ask(&by, ask), Ok(vec![event.into()]), "{}", by.name);
    }
    let events = story.ask(&head(), remind(mlsp())).unwrap();
    let [inquiry::Event::MinistryReminded(event)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((event.owed, event.due), (Owed::Draft, date(2023, 10, 12)));
    for by in [labour(), lawyer(), premier(), deputy(1), auditor(), worker()] {
        assert!(matches!(story.ask(&by, remind(mfa())), Err(Refusal::RoleNeeded { .. })), "{}", by.name);
    }
}

#[test]
fn nobody_is_reminded_twice_on_a_day_of_one_inquiry() {
    let story = assigned().on(date(2023, 10, 4)).then(&head(), remind(mfa()));
    let at_first = at(date(2023, 10, 4));
    let refused = Refusal::RemindedToday { ministry: mfa(), at: at_first };
    assert_eq!(story.ask(&control(), remind(mfa())), Err(refused.clone()));
    assert!(refused.to_string().contains("10:00"), "by the office's clock: {refused}");
    assert!(story.ask(&control(), remind(mlsp())).is_ok(), "another ministry");
    let story = story.on(date(2023, 10, 5)).then(&control(), remind(mfa()));
    assert_eq!(story.dossier().reminders.len(), 1, "the last one of each ministry is kept");
    assert_eq!(story.dossier().reminder(&mfa()).unwrap().by, "control");
}

#[test]
fn only_who_owes_something_is_reminded() {
    assert_eq!(assigned().ask(&head(), remind(mof())), Err(Refusal::NoPart { ministry: mof() }));
    let nothing = Err(Refusal::OwesNothing { ministry: mfa() });
    let sent = contributed();
    assert_eq!(sent.ask(&head(), remind(mfa())), nothing);
    let accepted = sent.clone().then(&labour(), AcceptContribution { ministry: mfa() });
    assert_eq!(accepted.ask(&head(), remind(mfa())), nothing);
    let returned = sent.then(&labour(), ReturnContribution { ministry: mfa(), reason: "Толықтыру керек".into() });
    assert!(returned.ask(&head(), remind(mfa())).is_ok(), "what was returned is owed again");
    let owing = |ministry, owed, due| Owing { ministry, owed, due };
    assert_eq!(
        returned.dossier().owing(),
        [owing(mlsp(), Owed::Draft, date(2023, 10, 12)), owing(mfa(), Owed::Contribution, date(2023, 10, 6))]
    );
}

#[test]
fn a_contribution_stands_when_a_later_resolution_keeps_its_ministry() {
    let kept = contributed().then(&head(), AssignMinistries { lead: mof(), ..resolve() });
    assert_eq!(kept.dossier().owing().len(), 1, "the lead alone: {:?}", kept.dossier().owing());
    let from = Reassign { from: mfa(), to: mlsp(), reason: "Құзыреті".into(), due: date(2023, 10, 9) };
    let replaced = kept.then(&head(), from);
    assert_eq!(replaced.dossier().owing()[1].ministry, mlsp(), "a newcomer has sent nothing");
}

#[test]
fn the_lead_is_reminded_of_the_day_that_more_time_moved() {
    let until = date(2023, 11, 3);
    let story = assigned()
        .then(&labour(), RequestExtension { ground: "Деректер күтілуде".into(), until })
        .then(&control(), GrantExtension { until });
    let [lead, helping] = &story.dossier().owing()[..] else { panic!("{:?}", story.dossier().owing()) };
    assert_eq!((&lead.ministry, lead.due), (&mlsp(), until));
    assert_eq!(
        (&helping.ministry, helping.due),
        (&mfa(), date(2023, 10, 6)),
        "the lead decides about co-executors' days"
    );
}

#[test]
fn while_visas_are_gathered_the_lead_alone_is_reminded_once_one_was_refused() {
    let story = in_approval();
    let (version, content_hash) = (story.version(), story.hash());
    let remarks = "Бапты көрсету керек".to_owned();
    let story = story.then(&lawyer(), RefuseVisa { version, content_hash, kind: VisaKind::Legal, remarks });
    assert!(allowed(&story.inquiry, &head()).contains(&CommandName::RemindMinistry));
    assert!(story.ask(&head(), remind(mlsp())).is_ok());
    assert_eq!(story.ask(&head(), remind(mfa())), Err(Refusal::OwesNothing { ministry: mfa() }));
}

#[test]
fn there_is_nothing_to_remind_of_before_the_resolution_in_approval_off_control_or_after_the_end() {
    let offers = |story: &Story| allowed(&story.inquiry, &head()).contains(&CommandName::RemindMinistry);
    assert!(offers(&assigned()) && offers(&drafted()));
    let withdrawn = drafted().then(&clerk(), Withdraw { reason: "Шешілді".into() });
    for story in [registered(), in_approval(), for_signature(), numbered(), dispatched(), closed(), withdrawn] {
        assert!(!offers(&story), "{:?}", story.dossier().stage.name());
        assert!(story.ask(&head(), remind(mlsp())).is_err());
        assert_eq!(story.dossier().owing(), []);
    }
    let anew = closed().then(&premier(), ReplaceReply { reason: "Қате".into() });
    assert!(offers(&anew) == anew.dossier().watch().is_some());
}
