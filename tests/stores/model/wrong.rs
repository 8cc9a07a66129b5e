//! The checker checked: histories made by hand, right ones and wrong ones. A checker that took these would prove nothing.

use uuid::Uuid;

use crate::check::check;
use crate::history::{Answer, Ask, Asked, Attempt, Entry};

fn command(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// One event for a stream, under a command of its own.
fn ask(n: u128, stream: &str) -> Ask {
    let writes = vec![(stream.to_owned(), vec![n.to_string()])];
    Ask { command: command(n), writes, claim: None, number: None }
}

fn done(position: i64, version: u64) -> Answer {
    Answer::Done { first: position, last: position, version, repeated: false }
}

fn again(position: i64, version: u64) -> Answer {
    Answer::Done { first: position, last: position, version, repeated: true }
}

/// Attempts one after the other, on one node, when `known` was known.
fn asked(ask: Ask, answers: impl IntoIterator<Item = (i64, Answer)>) -> Asked {
    let attempts = answers.into_iter().zip(1..).map(|((known, answer), turn): (_, u64)| Attempt {
        node: 0,
        expected: vec![0],
        begun: turn * 10,
        ended: turn * 10 + 5,
        known,
        sure: false,
        answer: Some(answer),
    });
    Asked { attempts: attempts.collect(), ask }
}

fn entry(position: i64, stream: &str, version: u64, n: u128) -> Entry {
    let (stream, payload) = (stream.to_owned(), n.to_string());
    Entry { position, block: position, stream, version, payload, command: command(n) }
}

/// The rules that are broken, each once.
fn broken(asked: &[Asked], log: &[Entry]) -> Vec<&'static str> {
    let mut rules: Vec<_> = check(asked, log).into_iter().map(|one| one.rule).collect();
    rules.dedup();
    rules
}

/// Two appends to one stream that stand, as they were acknowledged.
fn right() -> (Vec<Asked>, Vec<Entry>) {
    let asked =
        vec![asked(ask(1, "a"), [(0, done(1, 1))]), asked(ask(2, "a"), [(1, Answer::Unknown), (1, again(2, 2))])];
    (asked, vec![entry(1, "a", 1, 1), entry(2, "a", 2, 2)])
}

#[test]
fn a_right_history_is_taken() {
    let (mut asked_of, log) = right();
    assert_eq!(broken(&asked_of, &log), [""; 0]);
    // In doubt and never asked again: it may stand, or not.
    asked_of.push(asked(ask(3, "a"), [(2, Answer::Unknown)]));
    assert_eq!(broken(&asked_of, &log), [""; 0]);
    assert_eq!(broken(&asked_of, &[log.clone(), vec![entry(3, "a", 3, 3)]].concat()), [""; 0]);
    // Refused first, decided anew under the same id, and then done.
    let conflict = Answer::Conflict { stream: "a".to_owned(), actual: 2 };
    asked_of[2] = asked(ask(3, "a"), [(2, conflict), (2, done(3, 3)), (3, again(3, 3))]);
    asked_of[2].attempts[1].expected = vec![2];
    assert_eq!(broken(&asked_of, &[log, vec![entry(3, "a", 3, 3)]].concat()), [""; 0]);
}

#[test]
fn an_acknowledged_append_that_is_lost_is_noticed() {
    let (asked, mut log) = right();
    log.pop();
    assert_eq!(broken(&asked, &log), ["what was acknowledged stands"]);
}

#[test]
fn an_append_that_stands_twice_is_noticed() {
    let (asked, mut log) = right();
    log.push(entry(3, "a", 3, 2));
    assert!(broken(&asked, &log).contains(&"an append stands once, in one piece, word for word"));
}

#[test]
fn an_event_with_another_payload_and_one_from_nowhere_are_noticed() {
    let (asked, mut log) = right();
    log[1].payload = "7".to_owned();
    assert!(broken(&asked, &log).contains(&"an append stands once, in one piece, word for word"));
    let (asked, mut log) = right();
    log.push(entry(3, "b", 1, 99));
    assert_eq!(broken(&asked, &log), ["nothing stands that nobody asked for"]);
}

#[test]
fn a_refused_or_failed_append_that_stands_is_noticed() {
    for no in [
        Answer::Conflict { stream: "a".to_owned(), actual: 2 },
        Answer::Claimed,
        Answer::NotNext(1),
        Answer::Failed(String::new()),
    ] {
        let (mut asked_of, mut log) = right();
        asked_of.push(asked(ask(3, "b"), [(2, no)]));
        log.push(entry(3, "b", 1, 3));
        assert!(broken(&asked_of, &log).contains(&"what was refused, or failed, does not stand"));
    }
}

#[test]
fn a_failure_that_had_recorded_after_all_is_noticed_by_its_place() {
    let (mut asked_of, mut log) = right();
    // Position 4 was known when it was asked again, and it stands at 3.
    asked_of.push(asked(ask(3, "b"), [(2, Answer::Failed(String::new())), (4, again(3, 1))]));
    asked_of.push(asked(ask(4, "c"), [(3, done(4, 1))]));
    log.extend([entry(3, "b", 1, 3), entry(4, "c", 1, 4)]);
    assert_eq!(broken(&asked_of, &log), ["what is appended after something was read stands behind it"]);
}

#[test]
fn an_event_before_what_was_read_first_is_noticed() {
    let (mut asked, log) = right();
    asked[1].attempts.iter_mut().for_each(|attempt| attempt.known = 2);
    assert_eq!(broken(&asked, &log), ["what is appended after something was read stands behind it"]);
}

#[test]
fn gaps_doubles_and_disorder_are_noticed() {
    let (asked, mut log) = right();
    log[1].position = 3;
    assert!(broken(&asked, &log).contains(&"positions are contiguous from 1"));
    let (asked, mut log) = right();
    log[1].version = 3;
    assert!(broken(&asked, &log).contains(&"each stream's versions are dense"));
}

#[test]
fn two_first_answers_and_an_answer_with_another_place_are_noticed() {
    let (mut asked_of, log) = right();
    asked_of[0] = asked(ask(1, "a"), [(0, done(1, 1)), (0, done(1, 1))]);
    assert!(broken(&asked_of, &log).contains(&"of all attempts one is the first"));
    let (mut asked_of, log) = right();
    asked_of[0] = asked(ask(1, "a"), [(0, done(2, 1))]);
    assert_eq!(broken(&asked_of, &log), ["every answer tells where it stands"]);
    let (mut asked_of, log) = right();
    asked_of[1] = asked(ask(2, "a"), [(1, done(2, 1))]);
    assert_eq!(broken(&asked_of, &log), ["every answer tells where it stands"]);
}

#[test]
fn what_is_settled_and_told_otherwise_later_is_noticed() {
    let (mut asked_of, log) = right();
    let conflict = Answer::Conflict { stream: "a".to_owned(), actual: 2 };
    asked_of[0] = asked(ask(1, "a"), [(0, done(1, 1)), (2, conflict.clone())]);
    assert_eq!(broken(&asked_of, &log), ["what was settled stays so"]);
    // In doubt, then refused: and yet it stands.
    asked_of[0] = asked(ask(1, "a"), [(0, Answer::Unknown), (0, conflict)]);
    assert_eq!(broken(&asked_of, &log), ["what was settled stays so"]);
}

#[test]
fn a_conflict_that_is_none_is_noticed() {
    let (mut asked_of, log) = right();
    let rule = ["a conflict is told where there is one"];
    let at = |actual| Answer::Conflict { stream: "a".to_owned(), actual };
    // Expected 0, and told that it stands at 0; told of a version that it had passed, or never came to.
    for (known, actual) in [(0, 0), (2, 1), (2, 3)] {
        asked_of.push(asked(ask(3, "a"), [(known, at(actual))]));
        assert_eq!(broken(&asked_of, &log), rule, "{known} {actual}");
        asked_of.pop();
    }
    asked_of.push(asked(ask(3, "a"), [(2, at(2))]));
    assert_eq!(broken(&asked_of, &log), [""; 0]);
    asked_of[2].attempts[0].sure = true;
    assert_eq!(broken(&asked_of, &log), rule);
}

#[test]
fn an_id_that_two_appends_have_is_one_s() {
    let (mut asked_of, log) = right();
    let other = Ask { command: command(1), ..ask(9, "b") };
    asked_of.push(asked(other.clone(), [(0, Answer::Reused)]));
    assert_eq!(broken(&asked_of, &log), [""; 0]);
    asked_of[2] = asked(other, [(0, done(1, 1))]);
    assert_eq!(broken(&asked_of, &log), ["what was acknowledged stands"]);
    let (mut asked_of, log) = right();
    asked_of.push(asked(ask(3, "b"), [(2, Answer::Reused)]));
    assert_eq!(broken(&asked_of, &log), ["an id is used only by what stands"]);
}

#[test]
fn keys_claimed_twice_or_by_nobody_are_noticed() {
    let claiming = |n, stream| Ask { claim: Some("K".to_owned()), ..ask(n, stream) };
    let log = [entry(1, "a", 1, 1), entry(2, "b", 1, 2)];
    let both = [asked(claiming(1, "a"), [(0, done(1, 1))]), asked(claiming(2, "b"), [(1, done(2, 1))])];
    assert_eq!(broken(&both, &log), ["a key is claimed once"]);
    let refused = [both[0].clone(), asked(claiming(2, "b"), [(1, Answer::Claimed)])];
    assert_eq!(broken(&refused, &log[..1]), [""; 0]);
    assert_eq!(broken(&refused[1..], &[]), ["a key is claimed by what stands"]);
}

#[test]
fn numbers_with_a_gap_or_a_double_are_noticed() {
    let taking = |n: u128, number| Ask { number: Some(("outgoing".to_owned(), number)), ..ask(n, &format!("s-{n}")) };
    let log = [entry(1, "s-1", 1, 1), entry(2, "s-2", 1, 2)];
    for (second, rules) in [(2, vec![]), (1, vec!["a number is taken once"]), (3, vec!["numbers have no gap"])] {
        let both = [asked(taking(1, 1), [(0, done(1, 1))]), asked(taking(2, second), [(1, done(2, 1))])];
        assert_eq!(broken(&both, &log), rules);
    }
}

#[test]
fn a_story_tells_the_command_its_answers_and_what_the_log_holds() {
    let (asked, mut log) = right();
    log[1].payload = "7".to_owned();
    let story = check(&asked, &log).remove(0).story;
    for part in [&command(2).to_string(), "Unknown", "repeated: true", "position: 2", "payload: \"7\""] {
        assert!(story.contains(part), "{part} is not told: {story}");
    }
}
