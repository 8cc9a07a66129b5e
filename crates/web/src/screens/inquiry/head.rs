//! The head of an inquiry's page: which one it is, where it stands, when it is due, who leads.

use directory::Language;
use directory::deadline::Step as Counted;
use inquiry::event::EventName;
use inquiry::{Dossier, StageName};
use jiff::civil::Date;
use serde::Serialize;

use super::super::fields::{Link, say};
use super::super::moment::staying;
use super::super::names::Names;
use super::super::wording::{self, Due, Ministry};
use crate::moment::Moment;
use crate::office::seeing::Seen;
use crate::state::AppState;
use crate::time::local_date;

/// What stands in the head card.
#[derive(Debug, Serialize)]
pub(in super::super) struct Head {
    pub id: String,
    pub number: String,
    pub subject: String,
    pub subject_language: &'static str,
    pub version: u64,
    pub stage: &'static str,
    pub tone: &'static str,
    pub due: Option<Due>,
    pub due_words: Option<String>,
    /// That nobody knows the days off of the year in which it is due; on the inquiry's own page only.
    pub calendar_unknown: Option<String>,
    pub lead: Option<Ministry>,
    pub recipients: usize,
    pub incoming_number: Option<String>,
    pub topic: Option<String>,
    pub outgoing_number: Option<String>,
    pub outgoing_dated: Option<Date>,
    pub steps: Vec<Step>,
    /// What its reader should do next; on the inquiry's own page only.
    pub next: Option<Link>,
    /// What links add to stay in the past; nothing in the present.
    pub past: String,
}

/// One of the six steps on the way to the deputies.
#[derive(Debug, Serialize)]
pub(in super::super) struct Step {
    pub words: String,
    /// `done`, `now` or `next`.
    pub state: &'static str,
    /// Said to those who cannot see the colours.
    pub state_words: String,
    pub day: Option<Date>,
}

impl Head {
    /// As it stood, on the day of that moment.
    pub(super) fn then(names: &Names, seen: &Seen, moment: Moment, language: Language) -> Self {
        Self { past: staying(Some(moment)), ..Self::with(names, seen, moment.day(), language) }
    }

    pub(in super::super) fn of(state: &AppState, seen: &Seen, today: Date, language: Language) -> Self {
        Self::with(&Names::now(state), seen, today, language)
    }

    /// By these names.
    pub(super) fn with(names: &Names, seen: &Seen, today: Date, language: Language) -> Self {
        let dossier = &seen.dossier;
        let stage = dossier.stage.name();
        let is_owed = dossier.watch().is_some() && dossier.dispatched().is_none();
        let letter = dossier.letter();
        Self {
            id: dossier.inquiry.to_string(),
            number: dossier.intake.number.shown(),
            subject: dossier.intake.subject.clone(),
            subject_language: dossier.intake.language.code(),
            version: seen.version,
            stage: stage.words(language),
            tone: wording::stage_tone(stage),
            due: dossier.due().map(|day| Due::of(day, today, is_owed, language)),
            due_words: dossier.due().map(|day| directory::dates::words(day, language)),
            calendar_unknown: None,
            lead: dossier.assignment.as_ref().map(|known| names.ministry(&known.lead, language)),
            recipients: dossier.recipients().count(),
            incoming_number: dossier.incoming_number.clone(),
            topic: dossier.topic.as_ref().map(|code| names.topic(code, language)),
            outgoing_number: letter.map(|letter| letter.number.clone()),
            outgoing_dated: letter.map(|letter| letter.dated),
            steps: steps(seen, dossier, language),
            next: None,
            past: String::new(),
        }
    }
}

/// What the office should know of a day that was counted in a year whose calendar is not known yet: it may have to move. A day that an extension names was
/// chosen, and not counted.
pub(super) fn calendar_unknown(state: &AppState, dossier: &Dossier, language: Language) -> Option<String> {
    let watch = dossier.watch().filter(|watch| watch.extensions.is_empty() && dossier.dispatched().is_none())?;
    if state.directory().calendar().covers(watch.due) {
        return None;
    }
    Some(Counted::CalendarNotKnown { year: watch.due.year() }.words(language))
}

/// How many of the six steps lie behind an inquiry that stands at `stage`; none where it left the main line.
const fn behind(stage: StageName) -> Option<usize> {
    match stage {
        StageName::Received | StageName::Registered => Some(0),
        StageName::OnControl => Some(1),
        StageName::Assigned | StageName::Drafting => Some(2),
        StageName::Approval => Some(3),
        StageName::ForSignature => Some(4),
        StageName::Signed | StageName::Numbered | StageName::Dispatched => Some(5),
        StageName::Closed => Some(6),
        StageName::Withdrawn | StageName::Redirected | StageName::Merged => None,
    }
}

fn steps(seen: &Seen, dossier: &Dossier, language: Language) -> Vec<Step> {
    let Some(behind) = behind(dossier.stage.name()) else { return Vec::new() };
    let rows = [
        (
            ["Тіркелді", "Зарегистрирован", "Registered"],
            ["Тіркеуде", "На регистрации", "Registration"],
            EventName::InquiryRegistered,
        ),
        (
            ["Бұрыштама қойылды", "Расписан", "Assigned"],
            ["Бұрыштамада", "На резолюции", "Resolution"],
            EventName::MinistriesAssigned,
        ),
        (
            ["Дайындалды", "Подготовлен", "Drafted"],
            ["Дайындалуда", "На подготовке", "Drafting"],
            EventName::DraftRevised,
        ),
        (
            ["Келісілді", "Согласован", "Approved"],
            ["Келісуде", "На согласовании", "Approval"],
            EventName::SubmittedForSignature,
        ),
        (["Қол қойылды", "Подписан", "Signed"], ["Қол қоюда", "На подписи", "Signature"], EventName::ReplySigned),
        (
            ["Жөнелтілді", "Отправлен", "Dispatched"],
            ["Жөнелтуде", "На отправке", "Dispatch"],
            EventName::DispatchOrdered,
        ),
    ];
    let day = |name: EventName| {
        let last = seen.history.iter().rev().find(|recorded| recorded.event_type == name.stored());
        last.map(|recorded| local_date(recorded.at))
    };
    rows.into_iter()
        .enumerate()
        .map(|(n, (done, ahead, event))| {
            // What is not done yet is not said as if it were.
            let [kk, ru, en] = if n < behind { done } else { ahead };
            let (state, state_words) = match n.cmp(&behind) {
                std::cmp::Ordering::Less => ("done", say(language, "өтті", "пройдено", "done")),
                std::cmp::Ordering::Equal => ("now", say(language, "қазір", "сейчас", "now")),
                std::cmp::Ordering::Greater => ("next", say(language, "әлі емес", "впереди", "not yet")),
            };
            // A draft that is written or out for visas has a day already; what lies ahead has none, even after a return.
            let day = if n <= behind { day(event) } else { None };
            Step { words: say(language, kk, ru, en), state, state_words, day }
        })
        .collect()
}
