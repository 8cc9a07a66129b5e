//! Histories in which a place passes to another ministry: every table that keeps who has which place has to show what the inquiry says.

use std::collections::BTreeSet;

use directory::{ChamberCode, InquiryNumber, Language, MinistryCode};
use inquiry::decide::succession::carry_over;
use inquiry::event::{
    ContributionAccepted, ContributionSubmitted, InquiryReceived, MinistriesAssigned, MinistryReassigned,
};
use inquiry::intake::{Channel, Intake};
use inquiry::terms::{CoExecutor, Place};
use inquiry::{Dossier, Event, Inquiry, InquiryId};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::Stamp;

const DAY: Date = date(2023, 9, 20);

/// Who leads, who helps, who has or had a part.
pub(crate) type Shown = (Option<MinistryCode>, BTreeSet<MinistryCode>, BTreeSet<MinistryCode>);

/// Asks of each history what a table shows after it.
pub(crate) fn shows(table: impl Fn(&[Event]) -> Shown) {
    for (told, events, dossier) in histories() {
        let assignment = dossier.assignment.unwrap();
        let helps = assignment.co_executors.into_iter().map(|co| co.ministry).collect();
        assert_eq!(table(&events), (Some(assignment.lead), helps, dossier.took_part), "{told}");
    }
}

pub(crate) fn stamp(nth: usize) -> Stamp {
    let version = u64::try_from(nth).unwrap() + 1;
    Stamp { position: i64::try_from(version).unwrap(), version, at: Timestamp::UNIX_EPOCH }
}

pub(crate) fn histories() -> Vec<(String, Vec<Event>, Dossier)> {
    let [lead, first, second, other] = ["mlsp", "mfa", "mof", "moe"].map(|code| MinistryCode::new(code).unwrap());
    let number = InquiryNumber::parse("№ДС-326").unwrap();
    let intake = Intake {
        number,
        chamber: ChamberCode::new("mazhilis").unwrap(),
        convocation: None,
        dated: DAY,
        received: DAY,
        channel: Channel::Plenary,
        language: Language::Kk,
        subject: String::new(),
        questions: Vec::new(),
        groups: Vec::new(),
        attachments: Vec::new(),
    };
    let co = |ministry: &MinistryCode, due| CoExecutor { ministry: ministry.clone(), due, task: ministry.to_string() };
    let mut begun: Vec<Event> = vec![
        InquiryReceived { inquiry: InquiryId(Uuid::from_u128(0x326)), intake }.into(),
        MinistriesAssigned {
            resolution: "Қаралсын".into(),
            lead: lead.clone(),
            lead_due: date(2023, 10, 12),
            co_executors: vec![co(&first, date(2023, 10, 6)), co(&second, date(2023, 10, 9))],
        }
        .into(),
    ];
    for ministry in [&first, &second] {
        let (body, answers, files) = (serde_json::json!([]), Vec::new(), Vec::new());
        let (ministry, author) = (ministry.clone(), "x".into());
        begun.push(ContributionSubmitted { ministry, version: 1, body, answers, files, author }.into());
    }
    begun.push(ContributionAccepted { ministry: first.clone(), version: 1 }.into());
    let dossier = |events: &[Event]| Inquiry::replay(events).dossier().unwrap().clone();
    let before = dossier(&begun);
    let mut histories = Vec::new();
    let mut then = |told: String, event: Event| {
        let events = [&begun[..], &[event]].concat();
        let after = dossier(&events);
        histories.push((told, events, after));
    };
    for from in [&lead, &first, &second] {
        let place = before.assignment.as_ref().unwrap().place(from).unwrap();
        for to in [&lead, &first, &second, &other].into_iter().filter(|to| *to != from) {
            let carried = carry_over(&before, from, to, "Жарлық").unwrap();
            then(format!("{from} is carried over to {to}"), carried.into());
            // The decision gives nobody a second place.
            if place == Place::Lead || to == &other {
                let (from, to, reason) = (from.clone(), to.clone(), "Құзыреті".into());
                let told = format!("{from} is replaced by {to}");
                then(told, MinistryReassigned { from, to, place, due: date(2023, 10, 11), reason }.into());
            }
        }
    }
    histories
}
