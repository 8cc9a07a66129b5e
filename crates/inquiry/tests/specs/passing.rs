//! A place passes to another ministry: every way in which one lead, two co-executors and somebody without a part can be told apart.

use std::collections::BTreeMap;

use directory::MinistryCode;
use inquiry::decide::succession::carry_over;
use inquiry::duty::Work;
use inquiry::event::{
    AssignmentContested, ContributionAccepted, ContributionSubmitted, DraftRevised, MinistriesAssigned,
    MinistryReassigned,
};
use inquiry::state::{Contribution, ContributionStatus};
use inquiry::terms::{CoExecutor, Place};
use inquiry::{BlockSource, ContributionName, DraftVersion, Event};
use jiff::civil::{Date, date};

use crate::support::*;

const LATER: Date = date(2023, 10, 11);

/// A part, by whose it is.
type Parts = BTreeMap<MinistryCode, (Place, Date, String, Option<Contribution>)>;

fn moe() -> MinistryCode {
    MinistryCode::new("moe").unwrap()
}

fn parts(story: &Story) -> Parts {
    let assignment = story.dossier().assignment.as_ref().unwrap();
    let lead = (assignment.lead.clone(), (Place::Lead, assignment.lead_due, String::new(), None));
    let co = |co: &CoExecutor| {
        let contribution = story.dossier().contribution(&co.ministry).cloned();
        (co.ministry.clone(), (Place::CoExecutor, co.due, co.task.clone(), contribution))
    };
    let parts: Parts = assignment.co_executors.iter().map(co).chain([lead]).collect();
    assert_eq!(parts.len(), assignment.co_executors.len() + 1, "a ministry has one place");
    let handed_in = parts.values().filter(|part| part.3.is_some()).count();
    assert_eq!(story.dossier().contributions.len(), handed_in, "a contribution counts with its part only");
    parts
}

fn contests(story: &Story) -> BTreeMap<MinistryCode, String> {
    let contests = &story.dossier().assignment.as_ref().unwrap().contests;
    let told: BTreeMap<_, _> = contests.iter().map(|one| (one.ministry.clone(), one.reason.clone())).collect();
    assert_eq!(told.len(), contests.len(), "a ministry asks once");
    told
}

fn sources(story: &Story) -> Vec<MinistryCode> {
    let name = |source: &Option<BlockSource>| match source {
        Some(BlockSource::Contribution(name)) => Some(name.ministry.clone()),
        Some(BlockSource::Answer(_)) | None => None,
    };
    story.dossier().draft.as_ref().unwrap().sources.iter().filter_map(name).collect()
}

fn told(mut story: Story, event: impl Into<Event>) -> Story {
    let event = event.into();
    story.inquiry = story.inquiry.evolve(&event);
    story.events.push(event);
    story
}

/// A lead and two co-executors with tasks of their own: whoever handed something in, whose was accepted, who asks to be replaced.
fn stories() -> Vec<Story> {
    let [first, second] = [(mfa(), 6), (mof(), 9)].map(|(ministry, day)| CoExecutor {
        task: format!("{ministry} сұралады"),
        ministry,
        due: date(2023, 10, day),
    });
    let resolution = MinistriesAssigned {
        resolution: "Қаралсын".into(),
        lead: mlsp(),
        lead_due: date(2023, 10, 12),
        co_executors: vec![first, second],
    };
    let begun = told(registered(), resolution);
    let mut stories = Vec::new();
    // Three states of each contribution, two of each request.
    for nth in 0..72 {
        let (handed_in, asks) = ([nth % 3, nth / 3 % 3], nth / 9);
        let mut story = begun.clone();
        for (how, ministry) in handed_in.into_iter().zip([mfa(), mof()]) {
            let body = body(ministry.as_str());
            let (answers, files, author) = (Vec::new(), Vec::new(), "x".to_owned());
            let sent = ContributionSubmitted { ministry: ministry.clone(), version: 1, body, answers, files, author };
            if how > 0 {
                story = told(story, sent);
            }
            if how > 1 {
                story = told(story, ContributionAccepted { ministry, version: 1 });
            }
        }
        for (bit, ministry) in [mlsp(), mfa(), mof()].into_iter().enumerate() {
            if asks >> bit & 1 == 1 {
                let reason = format!("{ministry} сұрайды");
                story = told(story, AssignmentContested { ministry, reason, propose: None });
            }
        }
        let named = [mfa(), mof()].map(|ministry| ContributionName { ministry, version: 1 });
        let draft = content("Жоба");
        story = told(
            story,
            DraftRevised {
                version: DraftVersion(1),
                content_hash: draft.hash(),
                content: draft,
                voided: Vec::new(),
                sources: named.map(|name| Some(BlockSource::Contribution(name))).into(),
                author: "labour".into(),
                comment: None,
            },
        );
        stories.push(story);
    }
    stories
}

/// Every story, with who leaves a place and who comes.
fn passings() -> impl Iterator<Item = (Story, MinistryCode, MinistryCode)> {
    let pairs = |story: Story| {
        let ways = [mlsp(), mfa(), mof()].into_iter().flat_map(|from| {
            [mlsp(), mfa(), mof(), moe()].map(|to| (from.clone(), to)).into_iter().filter(|(from, to)| from != to)
        });
        ways.map(move |(from, to)| (story.clone(), from, to))
    };
    stories().into_iter().flat_map(pairs)
}

/// What holds for both.
fn everybody_agrees(before: &Story, after: &Story, to: &MinistryCode) {
    let followed = after.events.iter().fold(Work::default(), Work::evolve);
    assert_eq!(followed, Work::of(after.dossier()), "duties follow");
    let mut took_part = before.dossier().took_part.clone();
    took_part.insert(to.clone());
    assert_eq!(after.dossier().took_part, took_part);
}

#[test]
fn what_a_ministry_had_is_its_successors_unless_that_has_a_part_of_its_own() {
    let mut seen = 0;
    for (before, from, to) in passings() {
        let event = carry_over(before.dossier(), &from, &to, "Жарлық").unwrap();
        let after = told(before.clone(), event);
        let mut expected = parts(&before);
        let (place, due, task, contribution) = expected.remove(&from).unwrap();
        match (place, expected.get_mut(&to)) {
            (Place::Lead, _) => {
                expected.insert(to.clone(), (place, due, task, None));
            }
            (Place::CoExecutor, Some((Place::Lead, ..))) => {}
            (Place::CoExecutor, Some((Place::CoExecutor, _, own, _))) => *own = format!("{own}; {task}"),
            (Place::CoExecutor, None) => {
                let contribution = contribution.map(|one| Contribution { ministry: to.clone(), ..one });
                expected.insert(to.clone(), (place, due, task, contribution));
            }
        }
        assert_eq!(parts(&after), expected, "{from} to {to}");
        let mut asking = contests(&before);
        if let Some(reason) = asking.remove(&from) {
            asking.entry(to.clone()).or_insert(reason);
        }
        assert_eq!(contests(&after), asking, "{from} to {to}");
        let is_new = !parts(&before).contains_key(&to) && place == Place::CoExecutor;
        let named = |one: MinistryCode| if is_new && one == from { to.clone() } else { one };
        let expected: Vec<_> = sources(&before).into_iter().map(named).collect();
        assert_eq!(sources(&after), expected, "{from} to {to}");
        everybody_agrees(&before, &after, &to);
        seen += 1;
    }
    assert_eq!(seen, 72 * 9);
}

#[test]
fn whoever_is_put_in_a_place_begins_it_anew() {
    let mut seen = 0;
    for (before, from, to) in passings() {
        let place = before.dossier().assignment.as_ref().unwrap().place(&from).unwrap();
        // The decision grants nobody a second place.
        if place == Place::CoExecutor && parts(&before).contains_key(&to) {
            continue;
        }
        let reason = "Құзыреті".into();
        let event = MinistryReassigned { from: from.clone(), to: to.clone(), place, due: LATER, reason };
        let after = told(before.clone(), event);
        let mut expected = parts(&before);
        let (_, _, task, _) = expected.remove(&from).unwrap();
        expected.insert(to.clone(), (place, LATER, task, None));
        assert_eq!(parts(&after), expected, "{from} to {to}");
        let mut asking = contests(&before);
        asking.remove(&from);
        assert_eq!(contests(&after), asking, "{from} to {to}");
        assert_eq!(sources(&after), sources(&before), "{from} to {to}");
        everybody_agrees(&before, &after, &to);
        seen += 1;
    }
    assert_eq!(seen, 72 * 5);
}

#[test]
fn an_accepted_contribution_stays_accepted_when_its_part_is_carried_over() {
    let story = stories().pop().unwrap();
    let event = carry_over(story.dossier(), &mfa(), &moe(), "Жарлық").unwrap();
    let story = told(story, event);
    assert_eq!(story.dossier().contribution(&moe()).unwrap().status, ContributionStatus::Accepted);
}
