//! A row of the worklist: what it says of an inquiry.

use directory::Language;
use directory::number::shown;
use inquiry::StageName;
use jiff::civil::Date;
use readmodel::register::{Entry, FoundBy, Sought};
use serde::Serialize;

use crate::screens::fields::say;
use crate::screens::names::Names;
use crate::screens::wording::{self, Due};

/// The most pips beside a number of contributions; of more, the number alone speaks.
const PIPS: usize = 6;

#[derive(Debug, Serialize)]
pub(super) struct Row {
    id: String,
    version: u64,
    number: String,
    subject: String,
    subject_language: &'static str,
    recipients: u32,
    /// By which other number it was found.
    found_by: Option<String>,
    lead: Option<wording::Ministry>,
    co_executors: Vec<wording::Ministry>,
    contributions: Option<Contributions>,
    stage: &'static str,
    tone: &'static str,
    due: Due,
}

/// How many of the co-executors' contributions the lead has accepted.
#[derive(Debug, Serialize)]
struct Contributions {
    accepted: usize,
    all: usize,
    words: String,
    pips: Vec<bool>,
}

impl Row {
    pub(super) fn of(names: &Names, entry: Entry, today: Date, language: Language) -> Self {
        Self {
            due: due(&entry, today, language),
            contributions: contributions(&entry, language),
            id: entry.inquiry.to_string(),
            version: entry.version,
            number: shown(&entry.number),
            subject: entry.subject,
            subject_language: entry.language.code(),
            recipients: entry.recipients,
            found_by: None,
            lead: entry.lead.map(|code| names.ministry(&code, language)),
            co_executors: entry.co_executors.iter().map(|co| names.ministry(&co.ministry, language)).collect(),
            stage: entry.stage.words(language),
            tone: wording::stage_tone(entry.stage),
        }
    }

    /// The same, saying by which other number it was found.
    pub(super) fn saying(self, found_by: Option<String>) -> Self {
        Self { found_by, ..self }
    }
}

/// By which other number than its own an inquiry was found, where a number was typed.
pub(super) fn found_by(sought: &Sought, entry: &Entry, language: Language) -> Option<String> {
    Some(match sought.found_by(entry)? {
        FoundBy::Outgoing(number) => {
            let (kk, ru) = (format!("шығыс № {number} бойынша табылды"), format!("найден по исх. № {number}"));
            say(language, &kk, &ru, &format!("found by outgoing No. {number}"))
        }
        FoundBy::Incoming(number) => {
            let (kk, ru) = (format!("кіріс № {number} бойынша табылды"), format!("найден по вх. № {number}"));
            say(language, &kk, &ru, &format!("found by incoming No. {number}"))
        }
        FoundBy::Another => {
            say(language, "басқа нөмірі бойынша табылды", "найден по другому своему номеру", "found by another number")
        }
    })
}

/// The day of an entry with what it means today.
pub(super) fn due(entry: &Entry, today: Date, language: Language) -> Due {
    let is_owed = entry.on_control && !matches!(entry.stage, StageName::Dispatched | StageName::Closed);
    Due::of(entry.due, today, is_owed, language)
}

fn contributions(entry: &Entry, language: Language) -> Option<Contributions> {
    let (accepted, all) = (entry.contributed.len(), entry.co_executors.len());
    if all == 0 {
        return None;
    }
    let kk = format!("Қабылданған ұсыныстар: {all} ішінен {accepted}");
    let ru = format!("Принято предложений: {accepted} из {all}");
    let words = say(language, &kk, &ru, &format!("{accepted} of {all} contributions accepted"));
    let pips = if all > PIPS { Vec::new() } else { (0..all).map(|n| n < accepted).collect() };
    Some(Contributions { accepted, all, words, pips })
}
