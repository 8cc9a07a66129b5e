//! The first chapter: an inquiry comes in, gets its number and its deadline.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Case, one, within};
use crate::bounds::{self, Field};
use crate::command::{Register, SetTopic};
use crate::event::{ControlSet, Event, InquiryReceived, InquiryRegistered, TopicSet};
use crate::ids::{QuestionNo, RecipientNo};
use crate::intake::{Attachment, Intake, Question, Recipient, RecipientGroup};
use crate::refusal::Refusal;

/// Receipt, registration and control are three facts and one act: a letter without a deadline lies about.
pub(super) fn register(ask: &Register, today: Date) -> Result<Vec<Event>, Refusal> {
    let Register { inquiry, intake, incoming_number, deadline, topic } = ask;
    first(faults(intake, today))?;
    bounds::text(Field::IncomingNumber, incoming_number)?;
    let received = intake.received;
    if deadline.counted_from != received {
        return Err(Refusal::DeadlineFromOtherDay { counted_from: deadline.counted_from, received });
    }
    if deadline.due < received {
        return Err(Refusal::DueBeforeReceipt { due: deadline.due, received });
    }
    let mut events: Vec<Event> = vec![
        InquiryReceived { inquiry: *inquiry, intake: intake.clone() }.into(),
        InquiryRegistered { incoming_number: incoming_number.clone() }.into(),
        ControlSet { deadline: deadline.clone() }.into(),
    ];
    events.extend(topic.clone().map(|topic| TopicSet { topic, before: None, reason: None }.into()));
    Ok(events)
}

impl Case<'_> {
    /// Whoever counts it differently from before says why; the same topic again changes nothing.
    pub(super) fn set_topic(&self, ask: &SetTopic) -> Result<Vec<Event>, Refusal> {
        let SetTopic { topic, reason } = ask;
        bounds::optional(Field::Reason, reason.as_deref())?;
        let before = self.dossier.topic.clone();
        if before.as_ref() == Some(topic) {
            return Ok(Vec::new());
        }
        if before.is_some() && reason.is_none() {
            return Err(Refusal::Empty { field: Field::Reason });
        }
        one(TopicSet { topic: topic.clone(), before, reason: reason.clone() })
    }
}

/// What is wrong with one field of an inquiry that is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeFault {
    /// The field as a registration names it, rows from 0: `subject`, `questions[2]`, `groups[0].deputies[1].name`.
    pub at: String,
    /// Why it cannot be taken.
    pub refusal: Refusal,
}

/// Everything that is wrong with an inquiry that is handed in, in the order of its fields: a person mends all of it at once.
#[must_use]
pub fn faults(intake: &Intake, today: Date) -> Vec<IntakeFault> {
    let mut found = Faults(Vec::new());
    found.hold("subject", bounds::text(Field::Subject, &intake.subject));
    found.hold("received", within(Field::Received, intake.received, intake.dated, today));
    questions(&intake.questions, &mut found);
    of_groups(&intake.groups, &mut found);
    found.hold("groups", numbered(intake.recipients(), 1));
    nobody_twice(&intake.groups, &mut found);
    found.hold("attachments", files(&intake.attachments));
    found.0
}

struct Faults(Vec<IntakeFault>);

impl Faults {
    fn hold(&mut self, at: impl Into<String>, held: Result<(), Refusal>) {
        self.0.extend(held.err().map(|refusal| IntakeFault { at: at.into(), refusal }));
    }
}

fn first(faults: Vec<IntakeFault>) -> Result<(), Refusal> {
    faults.into_iter().next().map_or(Ok(()), |fault| Err(fault.refusal))
}

fn questions(questions: &[Question], found: &mut Faults) {
    found.hold("questions", bounds::list(Field::Questions, questions));
    for ((n, question), expected) in questions.iter().enumerate().zip(1..) {
        let expected = QuestionNo(expected);
        let held = if question.no == expected {
            bounds::text(Field::Question, &question.text)
        } else {
            Err(Refusal::QuestionsMisnumbered { expected, found: question.no })
        };
        found.hold(format!("questions[{n}]"), held);
    }
}

/// A list names at least one deputy, and every group has a label and somebody beneath it.
pub(super) fn groups(groups: &[RecipientGroup]) -> Result<(), Refusal> {
    let mut found = Faults(Vec::new());
    of_groups(groups, &mut found);
    first(found.0)
}

fn of_groups(groups: &[RecipientGroup], found: &mut Faults) {
    if groups.is_empty() {
        found.hold("groups", Err(Refusal::Empty { field: Field::Groups }));
    }
    found.hold("groups", bounds::list(Field::Groups, groups));
    let recipients = groups.iter().map(|group| group.deputies.len()).sum();
    found.hold("groups", bounds::count(Field::Recipients, recipients));
    for (g, group) in groups.iter().enumerate() {
        found.hold(format!("groups[{g}].label"), bounds::lines(Field::GroupLabel, &group.label_lines));
        if group.deputies.is_empty() {
            found.hold(format!("groups[{g}].deputies"), Err(Refusal::Empty { field: Field::Recipients }));
        }
        for (d, deputy) in group.deputies.iter().enumerate() {
            found.hold(name_of(g, d), bounds::text(Field::DeputyName, &deputy.name));
        }
    }
}

fn name_of(group: usize, deputy: usize) -> String {
    format!("groups[{group}].deputies[{deputy}].name")
}

/// The numbers run through all groups without a gap, because a delivery is found by its number.
fn numbered<'a>(recipients: impl Iterator<Item = &'a Recipient>, first: u16) -> Result<(), Refusal> {
    for (recipient, expected) in recipients.zip(first..) {
        let expected = RecipientNo(expected);
        if recipient.no != expected {
            return Err(Refusal::RecipientsMisnumbered { expected, found: recipient.no });
        }
    }
    Ok(())
}

/// One reply to one person. Two places of one person would be two mails, and the second would never be confirmed.
fn nobody_twice(groups: &[RecipientGroup], found: &mut Faults) {
    let (mut known, mut reached) = (BTreeMap::new(), BTreeMap::new());
    let places = groups.iter().enumerate();
    let places = places.flat_map(|(g, group)| group.deputies.iter().enumerate().map(move |(d, again)| (g, d, again)));
    for (g, d, again) in places {
        let by_deputy = again.deputy.and_then(|deputy| known.insert(deputy, again.no));
        let by_mailbox = again.email.as_ref().and_then(|email| reached.insert((again.name.trim(), email), again.no));
        if let Some(first) = by_deputy.or(by_mailbox) {
            found.hold(name_of(g, d), Err(Refusal::DeputyTwice { name: again.name.clone(), first, again: again.no }));
        }
    }
}

pub(super) fn files(files: &[Attachment]) -> Result<(), Refusal> {
    bounds::list(Field::Files, files)?;
    files.iter().try_for_each(|file| {
        bounds::text(Field::FileName, &file.name)?;
        bounds::text(Field::FileName, &file.media_type)
    })
}

#[cfg(test)]
mod tests {
    use directory::{ChamberCode, InquiryNumber, Language};
    use jiff::civil::date;

    use super::*;
    use crate::intake::{Channel, GroupKind};

    #[test]
    fn every_fault_of_an_inquiry_is_told_with_its_field() {
        let deputy = |no: u16, name: &str| Recipient {
            no: RecipientNo(no),
            deputy: None,
            name: name.to_owned(),
            email: "n.tau@mazhilis.example".parse().ok(),
        };
        let group = |label: &str, deputies| RecipientGroup {
            label_lines: vec![label.to_owned()],
            kind: GroupKind::Other,
            deputies,
        };
        let question = |no: u16, text: &str| Question { no: QuestionNo(no), text: text.to_owned() };
        let intake = Intake {
            number: InquiryNumber::parse("ДС-1").unwrap(),
            chamber: ChamberCode::new("mazhilis").unwrap(),
            convocation: None,
            dated: date(2023, 9, 20),
            received: date(2023, 9, 19),
            channel: Channel::Paper,
            language: Language::Kk,
            subject: "x".repeat(1_001),
            questions: vec![question(1, "Қашан?"), question(2, "\u{202e}")],
            groups: vec![group("Топ", vec![deputy(1, "Н. Тау")]), group(" ", vec![deputy(2, "Н. Тау"), deputy(3, "")])],
            attachments: Vec::new(),
        };
        let found = faults(&intake, date(2023, 9, 21));
        let at: Vec<&str> = found.iter().map(|fault| fault.at.as_str()).collect();
        let second = "groups[1].deputies[0].name";
        let third = "groups[1].deputies[1].name";
        assert_eq!(at, ["subject", "received", "questions[1]", "groups[1].label", third, second]);
    }
}
