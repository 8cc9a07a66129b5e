//! The first chapter: an inquiry comes in, gets its number and its deadline.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::within;
use crate::bounds::{self, Field};
use crate::command::Register;
use crate::event::{ControlSet, Event, InquiryReceived, InquiryRegistered};
use crate::ids::{QuestionNo, RecipientNo};
use crate::intake::{Attachment, Intake, Question, Recipient, RecipientGroup};
use crate::refusal::Refusal;

/// Receipt, registration and control are three facts and one act: a letter without a deadline lies about.
pub(super) fn register(ask: &Register, today: Date) -> Result<Vec<Event>, Refusal> {
    let Register { inquiry, intake, incoming_number, deadline } = ask;
    check(intake, today)?;
    bounds::text(Field::IncomingNumber, incoming_number)?;
    let received = intake.received;
    if deadline.counted_from != received {
        return Err(Refusal::DeadlineFromOtherDay { counted_from: deadline.counted_from, received });
    }
    if deadline.due < received {
        return Err(Refusal::DueBeforeReceipt { due: deadline.due, received });
    }
    Ok(vec![
        InquiryReceived { inquiry: *inquiry, intake: intake.clone() }.into(),
        InquiryRegistered { incoming_number: incoming_number.clone() }.into(),
        ControlSet { deadline: deadline.clone() }.into(),
    ])
}

fn check(intake: &Intake, today: Date) -> Result<(), Refusal> {
    bounds::text(Field::Subject, &intake.subject)?;
    within(Field::Received, intake.received, intake.dated, today)?;
    questions(&intake.questions)?;
    groups(&intake.groups)?;
    numbered(intake.recipients(), 1)?;
    nobody_twice(intake.recipients())?;
    files(&intake.attachments)
}

fn questions(questions: &[Question]) -> Result<(), Refusal> {
    bounds::list(Field::Questions, questions)?;
    for (question, expected) in questions.iter().zip(1..) {
        let expected = QuestionNo(expected);
        if question.no != expected {
            return Err(Refusal::QuestionsMisnumbered { expected, found: question.no });
        }
        bounds::text(Field::Question, &question.text)?;
    }
    Ok(())
}

/// A list names at least one deputy, and every group has a label and somebody beneath it.
pub(super) fn groups(groups: &[RecipientGroup]) -> Result<(), Refusal> {
    if groups.is_empty() {
        return Err(Refusal::Empty { field: Field::Groups });
    }
    bounds::list(Field::Groups, groups)?;
    bounds::count(Field::Recipients, groups.iter().map(|group| group.deputies.len()).sum())?;
    for group in groups {
        bounds::lines(Field::GroupLabel, &group.label_lines)?;
        if group.deputies.is_empty() {
            return Err(Refusal::Empty { field: Field::Recipients });
        }
        group.deputies.iter().try_for_each(|deputy| bounds::text(Field::DeputyName, &deputy.name))?;
    }
    Ok(())
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
fn nobody_twice<'a>(recipients: impl Iterator<Item = &'a Recipient>) -> Result<(), Refusal> {
    let (mut known, mut reached) = (BTreeMap::new(), BTreeMap::new());
    for again in recipients {
        let by_deputy = again.deputy.and_then(|deputy| known.insert(deputy, again.no));
        let by_mailbox = again.email.as_ref().and_then(|email| reached.insert((again.name.trim(), email), again.no));
        if let Some(first) = by_deputy.or(by_mailbox) {
            return Err(Refusal::DeputyTwice { name: again.name.clone(), first, again: again.no });
        }
    }
    Ok(())
}

pub(super) fn files(files: &[Attachment]) -> Result<(), Refusal> {
    bounds::list(Field::Files, files)?;
    files.iter().try_for_each(|file| {
        bounds::text(Field::FileName, &file.name)?;
        bounds::text(Field::FileName, &file.media_type)
    })
}
