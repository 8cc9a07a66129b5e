//! The checker: a function of what was asked and answered and of the log as it stands. It trusts nobody's word but these.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use uuid::Uuid;

use crate::history::{Answer, Asked, Attempt, Broken, Entry};

/// Every rule that is broken, once nothing is on its way any more and everything was settled.
pub(crate) fn check(asked: &[Asked], log: &[Entry]) -> Vec<Broken> {
    let mut checker = Checker { log, by_command: HashMap::new(), broken: Vec::new() };
    for entry in log {
        checker.by_command.entry(entry.command).or_default().push(entry);
    }
    checker.order();
    let mut by_command: BTreeMap<Uuid, Vec<&Asked>> = BTreeMap::new();
    for one in asked {
        by_command.entry(one.ask.command).or_default().push(one);
    }
    checker.nothing_from_nowhere(&by_command);
    for (command, asked) in &by_command {
        checker.reused(*command, asked);
        for one in asked {
            checker.answers(one);
        }
    }
    checker.guards(asked);
    checker.broken
}

struct Checker<'a> {
    log: &'a [Entry],
    by_command: HashMap<Uuid, Vec<&'a Entry>>,
    broken: Vec<Broken>,
}

impl<'a> Checker<'a> {
    /// Breaks a rule about an append: its attempts, and what the log holds of it.
    fn breaks(&mut self, rule: &'static str, asked: &Asked, why: &str) {
        let mut story = format!("{why}\n  asked: {:?}\n", asked.ask);
        for attempt in &asked.attempts {
            let Attempt { node, expected, begun, ended, known, answer, .. } = attempt;
            writeln!(
                story,
                "  from {begun} to {ended}, of node {node}, expecting {expected:?}, when position {known} was known: {answer:?}"
            )
            .unwrap();
        }
        match self.by_command.get(&asked.ask.command) {
            None => story.push_str("  the log holds nothing of it"),
            Some(entries) => {
                story.push_str("  the log holds:");
                for entry in entries {
                    write!(story, "\n    {entry:?}").unwrap();
                }
            }
        }
        self.broken.push(Broken { rule, story });
    }

    fn breaks_order(&mut self, rule: &'static str, at: &Entry, why: String) {
        let near = |entry: &&Entry| (at.position - 2..=at.position + 2).contains(&entry.position);
        let around: Vec<String> = self.log.iter().filter(near).map(|entry| format!("    {entry:?}")).collect();
        self.broken.push(Broken { rule, story: format!("{why}\n  the log holds:\n{}", around.join("\n")) });
    }

    fn order(&mut self) {
        let mut versions: HashMap<&str, u64> = HashMap::new();
        let log = self.log;
        for (entry, position) in log.iter().zip(1..) {
            if entry.position != position {
                let why = format!("position {} stands where {position} is due", entry.position);
                return self.breaks_order("positions are contiguous from 1", entry, why);
            }
            let version = versions.entry(&entry.stream).or_insert(0);
            *version += 1;
            if entry.version != *version {
                let why = format!("version {} of {} stands where {version} is due", entry.version, entry.stream);
                return self.breaks_order("each stream's versions are dense", entry, why);
            }
        }
    }

    /// What stands was asked for, word for word, and stands once and in one piece.
    fn nothing_from_nowhere(&mut self, by_command: &BTreeMap<Uuid, Vec<&Asked>>) {
        let groups: Vec<(Uuid, Vec<&Entry>)> = self.by_command.iter().map(|(id, group)| (*id, group.clone())).collect();
        for (command, group) in groups {
            let Some(asked) = by_command.get(&command) else {
                self.breaks_order("nothing stands that nobody asked for", group[0], format!("nobody asked {command}"));
                continue;
            };
            let pieces = group.windows(2).any(|pair| pair[1].position != pair[0].position + 1);
            if pieces || !asked.iter().any(|one| is_word_for_word(one, &group)) {
                self.breaks("an append stands once, in one piece, word for word", asked[0], "it stands otherwise");
            }
        }
    }

    /// Whether the log's events of this command are this append's, and not another's under the same id.
    fn stands(&self, asked: &Asked) -> Option<Vec<&'a Entry>> {
        let group = self.by_command.get(&asked.ask.command)?;
        is_word_for_word(asked, group).then(|| group.clone())
    }

    fn answers(&mut self, asked: &Asked) {
        let stands = self.stands(asked);
        for attempt in &asked.attempts {
            match &attempt.answer {
                Some(Answer::Done { first, last, version, .. }) => {
                    let Some(group) = &stands else {
                        return self.breaks("what was acknowledged stands", asked, "it was acknowledged");
                    };
                    let (from, to) = (group[0].position, group[group.len() - 1].position);
                    let of_first = group.iter().rfind(|entry| entry.stream == asked.ask.writes[0].0);
                    if (*first, *last) != (from, to) || of_first.is_some_and(|entry| entry.version != *version) {
                        return self.breaks(
                            "every answer tells where it stands",
                            asked,
                            "an answer tells another place",
                        );
                    }
                }
                Some(Answer::Conflict { stream, actual }) => self.conflict(asked, attempt, stream, *actual),
                _ => {}
            }
        }
        let fresh = |attempt: &&Attempt| matches!(attempt.answer, Some(Answer::Done { repeated: false, .. }));
        if asked.attempts.iter().filter(fresh).count() > 1 {
            self.breaks("of all attempts one is the first", asked, "two were told that they were the first");
        }
        if let Some(group) = &stands {
            self.recorded_by_somebody(asked, group[0].position);
        }
        if asked.attempts.iter().any(|attempt| attempt.answer.is_none()) {
            self.breaks("every question is answered", asked, "an attempt was never answered");
        }
    }

    /// Among the attempts is one that can have recorded it where it stands.
    fn recorded_by_somebody(&mut self, asked: &Asked, position: i64) {
        // What is not answered yet may have recorded it too.
        let may = |attempt: &&Attempt| attempt.answer.as_ref().is_none_or(Answer::may_have_recorded);
        let candidates: Vec<&Attempt> = asked.attempts.iter().filter(may).collect();
        if candidates.is_empty() {
            return self.breaks(
                "what was refused, or failed, does not stand",
                asked,
                "every attempt was told that nothing stands",
            );
        }
        // Whoever was sent when a later position was known cannot have recorded it there.
        if !candidates.iter().any(|attempt| attempt.known < position) {
            return self.breaks(
                "what is appended after something was read stands behind it",
                asked,
                "it stands before what was known when it was sent, or an attempt that was told of a failure recorded it",
            );
        }
        // A refusal says that it did not stand then: only somebody who was answered later can have recorded it.
        for refusal in asked.attempts.iter().filter(|attempt| attempt.answer.as_ref().is_some_and(Answer::is_refusal)) {
            if !candidates.iter().any(|attempt| attempt.ended == 0 || attempt.ended > refusal.begun) {
                return self.breaks(
                    "what was settled stays so",
                    asked,
                    "it was refused after the last that can have recorded it",
                );
            }
        }
        let done = asked.attempts.iter().filter(|attempt| matches!(attempt.answer, Some(Answer::Done { .. })));
        if let Some(settled) = done.map(|attempt| attempt.ended).min() {
            let turned = |attempt: &Attempt| {
                attempt.begun > settled
                    && match &attempt.answer {
                        Some(Answer::Done { repeated, .. }) => !repeated,
                        Some(answer) => answer.is_refusal(),
                        None => false,
                    }
            };
            if asked.attempts.iter().any(turned) {
                self.breaks("what was settled stays so", asked, "asked again, it is told otherwise");
            }
        }
    }

    fn conflict(&mut self, asked: &Asked, attempt: &Attempt, stream: &str, actual: u64) {
        let of_stream = |entry: &&Entry| entry.stream == stream;
        let known = self.log.iter().filter(of_stream).filter(|entry| entry.position <= attempt.known).count() as u64;
        let all = self.log.iter().filter(of_stream).count() as u64;
        let expected = asked.ask.writes.iter().zip(&attempt.expected).find(|((of, _), _)| of == stream);
        let is_true = expected.is_some_and(|(_, expected)| *expected != actual) && (known..=all).contains(&actual);
        if attempt.sure || !is_true {
            let why = format!(
                "a conflict that is none: {stream} at {actual}; it had come to {known} then, and to {all} since"
            );
            self.breaks("a conflict is told where there is one", asked, &why);
        }
    }

    /// Of several appends under one id one stands at most, and only beside it another is told that the id is used.
    fn reused(&mut self, command: Uuid, asked: &[&Asked]) {
        let stands = self.by_command.contains_key(&command);
        for one in asked {
            let told = one.attempts.iter().any(|attempt| attempt.answer == Some(Answer::Reused));
            let is_other = asked.iter().any(|other| other.ask != one.ask && self.stands(other).is_some());
            if told && !(stands && is_other) {
                self.breaks(
                    "an id is used only by what stands",
                    one,
                    "it was told that its id was used, and it was not",
                );
            }
        }
    }

    /// Each key is one append's; numbers have no gap and no double.
    fn guards(&mut self, asked: &[Asked]) {
        let mut keys: HashMap<&str, &Asked> = HashMap::new();
        let mut series: HashMap<&str, BTreeMap<i64, &Asked>> = HashMap::new();
        let mut doubles = Vec::new();
        for one in asked.iter().filter(|one| self.stands(one).is_some()) {
            if let Some(key) = &one.ask.claim
                && keys.insert(key, one).is_some()
            {
                doubles.push(("a key is claimed once", one));
            }
            if let Some((name, number)) = &one.ask.number
                && series.entry(name).or_default().insert(*number, one).is_some()
            {
                doubles.push(("a number is taken once", one));
            }
        }
        for (rule, one) in doubles {
            self.breaks(rule, one, "another append has it too");
        }
        for taken in series.values() {
            if let Some((number, one)) =
                taken.iter().zip(1..).find(|((number, _), due)| **number != *due).map(|(it, _)| it)
            {
                self.breaks("numbers have no gap", one, &format!("{number} was taken, and one before it was not"));
            }
        }
        for one in asked {
            let told = one.attempts.iter().any(|attempt| attempt.answer == Some(Answer::Claimed));
            if told && one.ask.claim.as_ref().is_some_and(|key| !keys.contains_key(key.as_str())) {
                self.breaks(
                    "a key is claimed by what stands",
                    one,
                    "it was told that the key is claimed, and it is not",
                );
            }
        }
    }
}

fn is_word_for_word(asked: &Asked, group: &[&Entry]) -> bool {
    let meant =
        asked.ask.writes.iter().flat_map(|(stream, payloads)| payloads.iter().map(move |payload| (stream, payload)));
    meant.eq(group.iter().map(|entry| (&entry.stream, &entry.payload)))
}
