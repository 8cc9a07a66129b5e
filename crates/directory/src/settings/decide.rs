//! The rules of settings: facts and what is asked in, an event or a refusal out.

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use jiff::civil::Date;

use super::event::{SeriesAdopted, SettingsEvent, TermAdopted};
use super::{Ledger, SettingsRefusal, TERMS};
use crate::accounts::REASON;
use crate::deadline::{InnerRule, Length};
use crate::series::{NumberFormat, NumberSeries};

/// The longest terms that anybody means.
const MONTHS: u8 = 24;
const DAYS: u16 = 366;

/// The greatest value that a count begins with: more digits than any journal of an office has.
pub const MOST: i64 = 9_999_999;

/// How many characters the name of an act may have in one language.
pub const LAW: usize = 300;

/// How many years ahead something is set.
const AHEAD: i16 = 10;

/// Count a term otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptTerm {
    /// What is to be set.
    pub term: TermAdopted,
    /// Today, at the office.
    pub today: Date,
    /// What is in force on its day as things stand.
    pub present: Option<InnerRule>,
}

/// The count that is in use on the eve of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// How its values are written.
    pub format: NumberFormat,
    /// Its next value.
    pub next: i64,
}

/// Write our own numbers otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptSeries {
    /// What is to be set.
    pub series: SeriesAdopted,
    /// Today, at the office.
    pub today: Date,
    /// What is in force on its day as things stand.
    pub present: Option<NumberSeries>,
    /// How the other series writes its values from then on.
    pub others: Vec<NumberFormat>,
    /// The next value of the count that the new series goes on with, where it was begun already.
    pub running: Option<i64>,
    /// The count that is in use on the eve, where the new series begins another one within its year.
    pub former: Option<Former>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A term.
    Term(Box<AdoptTerm>),
    /// A series of numbers.
    Series(Box<AdoptSeries>),
}

impl Ask {
    /// Would it set what an event has set: the same term, or numbers of the same purpose?
    #[must_use]
    pub fn concerns(&self, event: &SettingsEvent) -> bool {
        match (self, event) {
            (Self::Term(ask), SettingsEvent::Term(set)) => ask.term.rule.rule.code == set.rule.rule.code,
            (Self::Series(ask), SettingsEvent::Series(set)) => ask.series.purpose == set.purpose,
            (Self::Term(_), SettingsEvent::Series(_)) | (Self::Series(_), SettingsEvent::Term(_)) => false,
        }
    }
}

/// What follows; what was set before has no say in it.
///
/// # Errors
/// [`SettingsRefusal`].
pub fn decide(ask: &Ask) -> Result<SettingsEvent, SettingsRefusal> {
    match ask {
        Ask::Term(ask) => term(ask),
        Ask::Series(ask) => series(ask),
    }
}

fn whenever(since: Date, today: Date, why: &str) -> Result<(), SettingsRefusal> {
    let length = why.trim().chars().count();
    if !(1..=REASON).contains(&length) || why.chars().any(char::is_control) {
        return Err(SettingsRefusal::NoReason);
    }
    if since < today {
        return Err(SettingsRefusal::Past { since, today });
    }
    if since.year() > today.year().saturating_add(AHEAD) {
        return Err(SettingsRefusal::FarAhead { year: since.year(), last: today.year().saturating_add(AHEAD) });
    }
    Ok(())
}

fn term(AdoptTerm { term, today, present }: &AdoptTerm) -> Result<SettingsEvent, SettingsRefusal> {
    let TermAdopted { rule, since, why, .. } = term;
    whenever(*since, *today, why)?;
    if !TERMS.contains(&rule.rule.code.as_str()) {
        return Err(SettingsRefusal::UnknownTerm);
    }
    let fits = match rule.rule.length {
        Length::Months { count } => (1..=MONTHS).contains(&count),
        Length::WorkingDays { count } | Length::CalendarDays { count } => (1..=DAYS).contains(&count),
        Length::Until { .. } => false,
    };
    if !fits {
        return Err(SettingsRefusal::Length);
    }
    if matches!(rule.rule.length, Length::WorkingDays { count } if rule.minimum_working_days > count) {
        return Err(SettingsRefusal::Minimum);
    }
    if rule.rule.law.kk.trim().is_empty() || rule.rule.law.ru.trim().is_empty() {
        return Err(SettingsRefusal::NoLaw);
    }
    let law = &rule.rule.law;
    let laws = [("law_kk", Some(&law.kk)), ("law_ru", Some(&law.ru)), ("law_en", law.en.as_ref())];
    let is_long = |law: &String| law.chars().count() > LAW || law.chars().any(char::is_control);
    if let Some((field, _)) = laws.into_iter().find(|(_, law)| law.is_some_and(is_long)) {
        return Err(SettingsRefusal::LongLaw { field });
    }
    if present.as_ref() == Some(rule) {
        return Err(SettingsRefusal::InForce { since: *since });
    }
    Ok(SettingsEvent::Term(term.clone()))
}

fn series(ask: &AdoptSeries) -> Result<SettingsEvent, SettingsRefusal> {
    let AdoptSeries { series, today, present, others, running, former } = ask;
    let SeriesAdopted { format, scope, first, since, why, .. } = series;
    whenever(*since, *today, why)?;
    if !(1..=MOST).contains(first) {
        return Err(SettingsRefusal::First);
    }
    let is_digit = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_digit());
    if is_digit(format.before().chars().last()) || is_digit(format.after().chars().next()) {
        return Err(SettingsRefusal::DigitBeside);
    }
    if format.mixes_letters() {
        return Err(SettingsRefusal::MixedLetters);
    }
    if others.iter().any(|other| format.may_be_taken_for(other)) {
        return Err(SettingsRefusal::SharedFormat);
    }
    if let Some(next) = running.filter(|next| next != first) {
        return Err(SettingsRefusal::CountGoesOn { next });
    }
    if let Some(former) =
        former.as_ref().filter(|former| former.format.may_be_taken_for(format) && *first < former.next)
    {
        return Err(SettingsRefusal::GivenAlready { last: former.next - 1 });
    }
    // Of a count that has begun the first value says nothing any more; of one that has not, another first value is another series.
    let is_same = |known: &NumberSeries| {
        known.format == *format && known.scope == *scope && (running.is_some() || known.first == *first)
    };
    if present.as_ref().is_some_and(is_same) {
        return Err(SettingsRefusal::InForce { since: *since });
    }
    Ok(SettingsEvent::Series(series.clone()))
}

impl Aggregate for Ledger {
    const TYPE: &'static str = "settings";
    type Command = Ask;
    type Event = SettingsEvent;
    type Error = SettingsRefusal;
    type Services = ();

    async fn handle(&mut self, ask: Ask, _: &(), sink: &EventSink<Self>) -> Result<(), SettingsRefusal> {
        let event = decide(&ask)?;
        sink.write(event, self).await;
        Ok(())
    }

    fn apply(&mut self, event: SettingsEvent) {
        self.evolve(event);
    }
}
