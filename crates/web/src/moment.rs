//! A moment of the past for which a page, a list or an answer is asked: how people and programs write it, what of it is refused, and how it is kept
//! so that the same is seen for ever (docs/adr/0036-the-past.md).
//!
//! Programs write RFC 3339; people write a day, or a day and a time on the clock in Astana, in one field or in two. A day means its end and a
//! minute its last moment: what happened then has happened. What is written into links is [`Moment`]: the moment and the journal's position
//! (`2023-10-05T12:00:00Z~4711`), because what is recorded later may be dated earlier.

use directory::Language;
use eventstore::Recorded;
use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, Timestamp, ToSpan};
use readmodel::AsOf;
use serde::Deserialize;

use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;
use crate::time::{Edge, beginning_of, local, local_date, shown_at};

/// Between the moment and the position. It means nothing else in an address (RFC 3986, 2.3).
const BETWEEN: char = '~';

/// The moment as it stands in an address. A page's own question takes it in by `#[serde(flatten)]`; empty fields ask for the present.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Asked {
    /// A moment in any of its spellings, or as a link has it.
    #[serde(default)]
    pub as_of: String,
    /// A day, as the field of the page sends it.
    #[serde(default)]
    pub as_of_day: String,
    /// The time of that day; empty: its end.
    #[serde(default)]
    pub as_of_time: String,
    /// So many days after the journal began, as the slider of a list sends it.
    #[serde(default)]
    pub as_of_nth: String,
}

/// A moment and the journal's position at which it is looked back from: together they mean the same for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// By the office's clock.
    pub at: Timestamp,
    /// What was recorded behind it is not taken into account.
    pub position: i64,
}

impl Moment {
    /// The present one.
    ///
    /// # Errors
    /// [`Problem::Failure`] when the journal cannot be read.
    pub(crate) async fn now(state: &AppState) -> Result<Self, Problem> {
        let head = state.journal.head().await.map_err(|error| Problem::failure("read the journal's head", error))?;
        Ok(Self { at: state.clock.now(), position: head.position })
    }

    /// As links have it.
    pub(crate) fn text(self) -> String {
        format!("{}{BETWEEN}{}", self.at, self.position)
    }

    /// Which day it was in Astana: what was overdue then was so on that day.
    pub(crate) fn day(self) -> Date {
        local_date(self.at)
    }

    /// For people, in Astana.
    pub(crate) fn words(self) -> String {
        local(self.at).strftime("%d.%m.%Y %H:%M:%S").to_string()
    }

    /// An address with this moment in its query.
    pub(crate) fn in_address(self, path: &str) -> String {
        let sign = if path.contains('?') { '&' } else { '?' };
        format!("{path}{sign}as_of={}", crate::address::escaped(&self.text()))
    }

    /// As the tables take it.
    pub(crate) const fn as_of(self) -> AsOf {
        AsOf { at: self.at, position: self.position }
    }
}

/// A moment as somebody wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Typed {
    at: Timestamp,
    /// Of a link.
    position: Option<i64>,
}

/// Why a moment cannot be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is no moment.
    Nonsense,
    /// It is a time of no day.
    NoDay,
    /// It has not been yet.
    Future,
    /// Nothing was recorded yet; the journal begins then.
    BeforeTheFirst(Timestamp),
    /// Nothing has been recorded at all.
    NothingYet,
    /// The journal has not come so far.
    Position,
}

impl Fault {
    fn words(self, language: Language) -> String {
        let say = |kk: &str, ru: &str, en: &str| Words::new(kk, ru, en).in_language(language).to_owned();
        match self {
            Self::Nonsense => say(
                "Күнді не сәтті жазыңыз: 2023-10-05, 05.10.2023 14:30 немесе 2023-10-05T09:30:00Z.",
                "Укажите день или момент: 2023-10-05, 05.10.2023 14:30 или 2023-10-05T09:30:00Z.",
                "It takes a day or a moment: 2023-10-05, 05.10.2023 14:30 or 2023-10-05T09:30:00Z.",
            ),
            Self::NoDay => say(
                "Күнін де көрсетіңіз: уақыттың өзі қай сәт екенін білдірмейді.",
                "Укажите и день: одно время не говорит, какой это момент.",
                "Choose the day as well: a time alone does not say which moment it is.",
            ),
            Self::Future => say(
                "Бұл сәт әлі келген жоқ. Өткен сәтті жазыңыз.",
                "Этот момент ещё не наступил. Укажите момент в прошлом.",
                "That moment has not come yet. Choose one in the past.",
            ),
            Self::BeforeTheFirst(first) => {
                let first = local(first).strftime("%d.%m.%Y %H:%M").to_string();
                say(
                    &format!("Ол кезде журналда ештеңе болған жоқ: алғашқы оқиға – {first}."),
                    &format!("Тогда в журнале ещё ничего не было: первое событие – {first}."),
                    &format!("Nothing had been recorded by then: the first event is of {first}."),
                )
            }
            Self::NothingYet => {
                say("Журналда әлі ештеңе жоқ.", "В журнале ещё ничего нет.", "Nothing has been recorded yet.")
            }
            Self::Position => say(
                "Журналда мұндай орын жоқ. Сілтемені толық көшіріңіз.",
                "В журнале нет такого места. Скопируйте ссылку целиком.",
                "The journal has no such position. Copy the whole link.",
            ),
        }
    }

    fn problem(self) -> Problem {
        Problem::BadParameter { name: "as_of", expected: Words::from_fn(|language| self.words(language)) }
    }
}

impl Asked {
    /// A moment that stands in one field.
    pub(crate) fn of(text: &str) -> Self {
        Self { as_of: text.to_owned(), ..Self::default() }
    }

    /// Is the present asked for?
    pub(crate) fn is_empty(&self) -> bool {
        !self.names_a_day() && self.as_of_time.trim().is_empty()
    }

    /// Is anything asked for that a time could be one of?
    fn names_a_day(&self) -> bool {
        [&self.as_of, &self.as_of_day, &self.as_of_nth].into_iter().any(|field| !field.trim().is_empty())
    }

    /// The moment that is asked for; none: the present.
    ///
    /// # Errors
    /// [`Problem::BadParameter`] for what is no moment, names a time and no day, has not been yet, or was before everything; a failure.
    pub(crate) async fn moment(&self, state: &AppState) -> Result<Option<Moment>, Problem> {
        if self.is_empty() {
            return Ok(None);
        }
        let now = state.clock.now();
        let first = first(state).await?.ok_or(Fault::NothingYet).map_err(Fault::problem)?;
        let typed = self.read(now, first).map_err(Fault::problem)?;
        let head = state.journal.head().await.map_err(|error| Problem::failure("read the journal's head", error))?;
        if typed.at < first {
            return Err(Fault::BeforeTheFirst(first).problem());
        }
        let position = typed.position.unwrap_or(head.position);
        if position > head.position {
            return Err(Fault::Position.problem());
        }
        Ok(Some(Moment { at: typed.at, position }))
    }

    fn read(&self, now: Timestamp, first: Timestamp) -> Result<Typed, Fault> {
        if !self.names_a_day() {
            return Err(Fault::NoDay);
        }
        let (text, day, nth) = (self.as_of.trim(), self.as_of_day.trim(), self.as_of_nth.trim());
        if !day.is_empty() {
            let time = self.as_of_time.trim();
            let text = if time.is_empty() { day.to_owned() } else { format!("{day} {time}") };
            return parse(&text, now);
        }
        if nth.is_empty() {
            return parse(text, now);
        }
        let nth: i64 = nth.parse().ok().filter(|nth| (0..=400_000).contains(nth)).ok_or(Fault::Nonsense)?;
        let day = local_date(first).checked_add(nth.days()).map_err(|_| Fault::Nonsense)?;
        Ok(Typed { at: end_of(day, now)?, position: None })
    }
}

/// When the first event happened; none while there is none.
///
/// # Errors
/// [`Problem::Failure`] when the journal cannot be read.
pub(crate) async fn first(state: &AppState) -> Result<Option<Timestamp>, Problem> {
    let events = state.journal.read_after(0, 1).await;
    let events = events.map_err(|error| Problem::failure("read the journal's first event", error))?;
    Ok(events.first().map(|event| event.at))
}

/// A moment in any of its spellings, with the position of a link: for whoever has no page.
///
/// # Errors
/// What is wrong with it, for people.
pub fn typed(text: &str, now: Timestamp) -> Result<(Timestamp, Option<i64>), Words> {
    let read = parse(text.trim(), now).map_err(|fault| Words::from_fn(|language| fault.words(language)));
    read.map(|typed| (typed.at, typed.position))
}

/// An end of a stretch of time that is asked for; nothing where none is given. It may lie ahead.
///
/// # Errors
/// [`Problem::BadParameter`] with what can be written there.
pub fn bound(name: &'static str, text: &str, edge: Edge) -> Result<Option<Timestamp>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    edge_of(text, edge).map(Some).ok_or(Problem::BadParameter {
        name,
        expected: Words::new(
            "Күн (КК.АА.ЖЖЖЖ не ЖЖЖЖ-АА-КК) немесе күн мен уақыт (ЖЖЖЖ-АА-КК СС:ММ).",
            "День (ДД.ММ.ГГГГ или ГГГГ-ММ-ДД) или день и время (ГГГГ-ММ-ДД ЧЧ:ММ).",
            "A day (DD.MM.YYYY or YYYY-MM-DD), or a day and a time (YYYY-MM-DD HH:MM).",
        ),
    })
}

/// A day, minute or second in Astana with all of it, or RFC 3339.
fn edge_of(text: &str, edge: Edge) -> Option<Timestamp> {
    let of = |begun: Timestamp, length: Span| match edge {
        Edge::Begin => begun,
        Edge::End => later(begun, length),
    };
    match reading(text) {
        Some(Reading::Day(day)) => Some(match edge {
            Edge::Begin => beginning_of(day),
            Edge::End => beginning_of(day.saturating_add(1.day())),
        }),
        Some(Reading::Minute(minute)) => shown_at(minute).map(|begun| of(begun, 1.minute())),
        Some(Reading::Second(second)) => shown_at(second).map(|begun| of(begun, 1.second())),
        None => text.parse().ok(),
    }
}

/// How many of these events, the beginning of a stream, had happened at a moment and were known at a position: up to the first that was not.
pub fn known(events: &[Recorded], at: Timestamp, position: Option<i64>) -> usize {
    known_of(events.iter().map(|event| (event.at, event.position)), at, position)
}

/// The same of their moments and positions alone.
pub(crate) fn known_of(
    stamps: impl IntoIterator<Item = (Timestamp, i64)>,
    at: Timestamp,
    position: Option<i64>,
) -> usize {
    let is_known = |stamp: &(Timestamp, i64)| stamp.0 <= at && position.is_none_or(|position| stamp.1 <= position);
    stamps.into_iter().take_while(is_known).count()
}

fn parse(text: &str, now: Timestamp) -> Result<Typed, Fault> {
    if let Some((moment, position)) = text.split_once(BETWEEN) {
        let at = exact(moment, now)?;
        let position = position.parse().ok().filter(|position| *position > 0).ok_or(Fault::Nonsense)?;
        return Ok(Typed { at, position: Some(position) });
    }
    let typed = |at| Typed { at, position: None };
    match reading(text) {
        Some(Reading::Day(day)) => end_of(day, now).map(typed),
        Some(Reading::Minute(minute)) => {
            let begun = shown_at(minute).ok_or(Fault::Nonsense)?;
            ended(begun, later(begun, 1.minute()), now).map(typed)
        }
        Some(Reading::Second(second)) => {
            let begun = shown_at(second).ok_or(Fault::Nonsense)?;
            ended(begun, later(begun, 1.second()), now).map(typed)
        }
        None => exact(text, now).map(typed),
    }
}

/// The clock as people read it out.
enum Reading {
    Day(Date),
    Minute(DateTime),
    Second(DateTime),
}

fn reading(text: &str) -> Option<Reading> {
    let (day, time) = text.split_once([' ', 'T']).map_or((text, None), |(day, time)| (day, Some(time.trim())));
    let day = match day.split('.').collect::<Vec<_>>().as_slice() {
        [d, m, y] if y.len() == 4 => Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok()?,
        _ => Date::strptime("%Y-%m-%d", day).ok()?,
    };
    let Some(time) = time else { return Some(Reading::Day(day)) };
    if let Ok(time) = Time::strptime("%H:%M", time) {
        return Some(Reading::Minute(day.to_datetime(time)));
    }
    Time::strptime("%H:%M:%S", time).ok().map(|time| Reading::Second(day.to_datetime(time)))
}

/// RFC 3339. In a query `+` means a space: what was an offset is one again.
fn exact(text: &str, now: Timestamp) -> Result<Timestamp, Fault> {
    let at: Timestamp = text.parse().or_else(|_| text.replace(' ', "+").parse()).map_err(|_| Fault::Nonsense)?;
    if at > now { Err(Fault::Future) } else { Ok(at) }
}

fn end_of(day: Date, now: Timestamp) -> Result<Timestamp, Fault> {
    ended(beginning_of(day), beginning_of(day.saturating_add(1.day())), now)
}

fn later(moment: Timestamp, by: Span) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// The last moment of a stretch of time, as far as it has been.
fn ended(begun: Timestamp, end: Timestamp, now: Timestamp) -> Result<Timestamp, Fault> {
    if begun > now {
        return Err(Fault::Future);
    }
    // The journal counts in millionths of a second.
    Ok(end.checked_sub(1.microsecond()).unwrap_or(end).min(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2023-10-20T06:00:00.5Z";

    fn at(text: &str) -> Result<String, Fault> {
        parse(text, NOW.parse().unwrap()).map(|typed| typed.at.to_string())
    }

    #[test]
    fn people_write_days_and_minutes_and_programs_write_moments() {
        let is = |text: &str, expected: &str| assert_eq!(at(text).as_deref(), Ok(expected), "{text}");
        is("2023-10-05T12:00:00Z", "2023-10-05T12:00:00Z");
        is("2023-10-05T18:00:00+06:00", "2023-10-05T12:00:00Z");
        is("2023-10-05T18:00:00 06:00", "2023-10-05T12:00:00Z");
        is("2023-10-05", "2023-10-05T17:59:59.999999Z");
        is("05.10.2023", "2023-10-05T17:59:59.999999Z");
        is("5.10.2023 14:30", "2023-10-05T08:30:59.999999Z");
        is("2023-10-05T14:30", "2023-10-05T08:30:59.999999Z");
        is("2023-10-05 14:30:10", "2023-10-05T08:30:10.999999Z");
        // What is not over yet goes until now.
        is("2023-10-20", NOW);
        is("20.10.2023 12:00", NOW);
    }

    #[test]
    fn what_is_no_moment_or_has_not_been_is_refused() {
        for text in ["x", "2023-13-05", "2023-10-05 25:00", "2023-10-05 x", "1", "2023-10-05T12:00:00Z~", "~7"] {
            assert_eq!(at(text), Err(Fault::Nonsense), "{text}");
        }
        for text in ["2023-10-05T12:00:00Z~0", "2023-10-05T12:00:00Z~x", "2023-10-05~7"] {
            assert_eq!(at(text), Err(Fault::Nonsense), "{text}");
        }
        for text in ["2023-10-21", "2023-10-20 12:01", "2023-10-20T06:00:01Z", "2023-10-20T06:00:01Z~5"] {
            assert_eq!(at(text), Err(Fault::Future), "{text}");
        }
    }

    #[test]
    fn a_link_means_what_it_was_made_from() {
        let moment = Moment { at: "2023-10-05T12:00:00.25Z".parse().unwrap(), position: 4711 };
        let read = parse(&moment.text(), NOW.parse().unwrap());
        assert_eq!(read, Ok(Typed { at: moment.at, position: Some(4711) }));
        assert_eq!(moment.in_address("/load"), "/load?as_of=2023-10-05T12%3A00%3A00.25Z~4711");
        assert!(moment.in_address("/load?sort=name").starts_with("/load?sort=name&as_of="));
        assert_eq!((moment.words().as_str(), moment.day()), ("05.10.2023 18:00:00", jiff::civil::date(2023, 10, 5)));
    }

    #[test]
    fn a_slider_counts_days_from_the_first_and_fields_are_read_together() {
        let (now, first) = (NOW.parse().unwrap(), "2023-09-20T20:00:00Z".parse().unwrap());
        let read = |asked: Asked| asked.read(now, first).map(|typed| typed.at.to_string());
        let nth = |nth: &str| Asked { as_of_nth: nth.to_owned(), ..Asked::default() };
        assert_eq!(read(nth("0")).as_deref(), Ok("2023-09-21T17:59:59.999999Z"));
        assert_eq!(read(nth("2")).as_deref(), Ok("2023-09-23T17:59:59.999999Z"));
        assert_eq!(
            (read(nth("x")), read(nth("-1")), read(nth("99"))),
            (Err(Fault::Nonsense), Err(Fault::Nonsense), Err(Fault::Future))
        );
        let fields = |day: &str, time: &str| Asked {
            as_of_day: day.to_owned(),
            as_of_time: time.to_owned(),
            ..Asked::default()
        };
        assert_eq!(read(fields("2023-10-05", "")).as_deref(), Ok("2023-10-05T17:59:59.999999Z"));
        assert_eq!(read(fields("2023-10-05", "14:30")).as_deref(), Ok("2023-10-05T08:30:59.999999Z"));
        assert!(Asked::default().is_empty() && fields("", " ").is_empty() && !nth("0").is_empty());
        // A time is not dropped where its day was forgotten.
        assert!(!fields("", "14:30").is_empty());
        assert_eq!(read(fields(" ", "14:30")), Err(Fault::NoDay));
    }

    #[test]
    fn an_end_is_a_day_a_minute_in_astana_with_all_of_it_or_says_its_zone() {
        let at = |text: &str, edge| bound("from", text, edge).ok().flatten().map(|moment| moment.to_string());
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(at("2023-10-20", Edge::Begin), some("2023-10-19T18:00:00Z"));
        assert_eq!(at("20.10.2023", Edge::Begin), some("2023-10-19T18:00:00Z"));
        assert_eq!(at("2023-10-20", Edge::End), some("2023-10-20T18:00:00Z"), "the whole day");
        assert_eq!(at("2023-10-20 09:30", Edge::End), some("2023-10-20T03:31:00Z"), "the whole minute");
        assert_eq!(at("2023-10-20T09:30", Edge::Begin), some("2023-10-20T03:30:00Z"));
        assert_eq!(at("2023-10-20T09:30:00Z", Edge::Begin), some("2023-10-20T09:30:00Z"));
        assert_eq!(at("2023-02-30", Edge::Begin).or(at("tomorrow", Edge::End)), None);
        assert!(bound("from", "tomorrow", Edge::End).is_err());
    }
}
