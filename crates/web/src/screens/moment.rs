//! What stands above every page that can be looked at as of a moment: the banner that says it is the past, the slider, the fields, the way back
//! (`partials/moment`). It works without scripts; `static/moment.js` says where the slider stands while it is moved.

pub(crate) mod again;

use std::time::Duration;

use directory::{Actor, Language};
use jiff::ToSpan;
use jiff::civil::Date;
use readmodel::Sight;
use readmodel::entries::{self, Direction, Place, Wanted};
use readmodel::followers::Table;
use serde::Serialize;

use super::fields::{Link, say};
use crate::address;
use crate::moment::{Moment, first};
use crate::problem::Problem;
use crate::state::AppState;
use crate::time::{local, local_date};

/// How long a page waits at most for the table that says which event was the last.
const PATIENCE: Duration = Duration::from_millis(500);
/// So many events at most are looked at for the last one that was known: those before it came in late.
const LATE: i64 = 100;

/// The bar of a page.
#[derive(Debug, Serialize)]
pub(crate) struct Bar {
    /// Where its forms lead.
    action: String,
    /// What the page's own question holds: it stays while the moment changes.
    besides: Vec<(&'static str, String)>,
    /// The moment that is looked at; none: the present.
    pub(crate) past: Option<Past>,
    /// What stands in the fields.
    day: Date,
    minute: String,
    /// The first day that can be chosen, where it is known, and the last one.
    earliest: Option<Date>,
    today: Date,
    slider: Option<Slider>,
    previous: Option<Link>,
    next: Option<Link>,
    /// Leads to what changed between this moment and now.
    between: Option<String>,
}

/// The moment that is looked at.
#[derive(Debug, Serialize)]
pub(crate) struct Past {
    at: String,
    words: String,
    /// Up to which event it goes, for whoever may know of that event.
    last: Option<Last>,
    /// The same page for ever.
    permalink: String,
    /// The same page now.
    now: String,
}

/// The last event that a page holds.
#[derive(Debug, Serialize)]
struct Last {
    position: i64,
    at: String,
    words: String,
}

/// The slider: over the events of an inquiry, or over days.
#[derive(Debug, Serialize)]
pub(super) struct Slider {
    pub name: &'static str,
    pub label: String,
    pub min: u64,
    pub max: u64,
    pub value: u64,
    /// What stands at this value.
    pub said: String,
    /// The day of value 0, where values are days.
    pub first: Option<Date>,
    /// What stands at each value, where they are few.
    pub ticks: Vec<Tick>,
}

/// A value of the slider and what stands there.
#[derive(Debug, Serialize)]
pub(super) struct Tick {
    pub value: u64,
    pub label: String,
}

impl Bar {
    /// Without a slider: the banner, the fields and the way back.
    pub(super) fn new(
        state: &AppState,
        action: String,
        besides: Vec<(&'static str, String)>,
        moment: Option<Moment>,
    ) -> Self {
        let now = address_of(&action, &besides);
        let shown = local(moment.map_or_else(|| state.clock.now(), |moment| moment.at));
        Self {
            past: moment.map(|moment| Past {
                at: moment.at.to_string(),
                words: moment.words(),
                last: None,
                permalink: moment.in_address(&now),
                now,
            }),
            day: shown.date(),
            minute: if moment.is_some() { shown.strftime("%H:%M").to_string() } else { String::new() },
            earliest: None,
            today: state.today(),
            slider: None,
            previous: None,
            next: None,
            between: None,
            action,
            besides,
        }
    }

    /// Over the events of one inquiry.
    pub(super) fn of_events(
        state: &AppState,
        action: String,
        moment: Option<Moment>,
        slider: Slider,
        steps: (Option<Link>, Option<Link>),
    ) -> Self {
        let (previous, next) = steps;
        Self { slider: Some(slider), previous, next, ..Self::new(state, action, Vec::new(), moment) }
    }

    /// Over the days since the journal began; without a slider while it is empty.
    ///
    /// # Errors
    /// [`Problem::Failure`] when the journal cannot be read.
    pub(crate) async fn of_days(
        state: &AppState,
        language: Language,
        action: &str,
        besides: Vec<(&'static str, String)>,
        moment: Option<Moment>,
    ) -> Result<Self, Problem> {
        let bar = Self::new(state, action.to_owned(), besides, moment);
        let Some(first) = first(state).await?.map(local_date) else { return Ok(bar) };
        let (day, today) = (bar.day, bar.today);
        let nth = |day: Date| u64::try_from((day - first).get_days()).unwrap_or_default();
        let link = |day: Date, words: String| Link {
            href: address_of(action, &with(&bar.besides, day)),
            words: format!("{words}: {}", day.strftime("%d.%m.%Y")),
        };
        let before = day.saturating_sub(1.day());
        let after = day.saturating_add(1.day());
        let previous =
            (before >= first).then(|| link(before, say(language, "Алдыңғы күн", "Предыдущий день", "The day before")));
        let next = (moment.is_some() && after <= today)
            .then(|| link(after, say(language, "Келесі күн", "Следующий день", "The next day")));
        let slider = Slider {
            name: "as_of_nth",
            label: say(language, "Күн", "День", "Day"),
            min: 0,
            max: nth(today),
            value: nth(day),
            said: day.strftime("%d.%m.%Y").to_string(),
            first: Some(first),
            ticks: Vec::new(),
        };
        Ok(Self { slider: Some(slider), previous, next, earliest: Some(first), ..bar })
    }

    /// Says which event is the last that the page holds: the end of the journal, at which its link looks back, is another one.
    pub(super) fn holding(self, last: Option<Moment>) -> Self {
        let last = last.map(|event| Last { position: event.position, at: event.at.to_string(), words: event.words() });
        Self { past: self.past.map(|past| Past { last, ..past }), ..self }
    }

    /// The same for a list, which holds what had happened everywhere: it is told to whoever sees every inquiry. A ministry or a deputy would learn
    /// from it when something happens in those of others.
    ///
    /// # Errors
    /// [`Problem::Failure`] when the journal's entries cannot be read.
    pub(super) async fn of_all_events(
        self,
        state: &AppState,
        actor: &Actor,
        moment: Option<Moment>,
    ) -> Result<Self, Problem> {
        let Some(moment) = moment.filter(|_| Sight::of(actor) == Sight::Whole) else { return Ok(self) };
        // Of a table that is late no event is named: it would be the wrong one.
        if let Err(error) = state.journal.wait_for(Table::Entries.name(), moment.position, PATIENCE).await {
            tracing::debug!(error = %error, "the journal's entries were not up to date in time");
            return Ok(self);
        }
        let from = Place { at: moment.at, position: i64::MAX };
        let wanted = Wanted { down_from: Some(from), ..Wanted::default() };
        let found = entries::list(&state.house(), &wanted, Direction::NewestFirst, None, LATE).await;
        let found = found.map_err(|error| Problem::failure("find the last event before a moment", error))?;
        let known = found.entries.iter().find(|entry| moment.as_of().knows(entry.at, entry.position));
        Ok(self.holding(known.map(|entry| Moment { at: entry.at, position: entry.position })))
    }

    /// Before this day there is nothing to look at.
    pub(super) fn beginning(self, earliest: Option<Date>) -> Self {
        Self { earliest, ..self }
    }

    /// Leads to what changed since.
    pub(super) fn comparing(self, between: String) -> Self {
        Self { between: Some(between), ..self }
    }
}

fn with(besides: &[(&'static str, String)], day: Date) -> Vec<(&'static str, String)> {
    besides.iter().cloned().chain([("as_of_day", day.to_string())]).collect()
}

/// A page with its question.
pub(super) fn address_of(path: &str, pairs: &[(&'static str, String)]) -> String {
    let told: Vec<(&str, &str)> =
        pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (*name, value.as_str())).collect();
    if told.is_empty() { path.to_owned() } else { format!("{path}?{}", address::query(&told)) }
}

/// What a link of a page adds to an address without a query to stay in the past; nothing in the present.
pub(super) fn staying(moment: Option<Moment>) -> String {
    moment.map(|moment| moment.in_address("")).unwrap_or_default()
}

/// The day whose clock counts on a page: that of the moment, or today.
pub(crate) fn day_of(state: &AppState, moment: Option<Moment>) -> Date {
    moment.map_or_else(|| state.today(), Moment::day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_is_asked_and_stays_in_the_past() {
        let pairs = [("q", "ДС 1".to_owned()), ("lead", String::new())];
        assert_eq!(address_of("/inquiries", &pairs), "/inquiries?q=%D0%94%D0%A1%201");
        assert_eq!(address_of("/load", &[]), "/load");
        let moment = Moment { at: crate::time::beginning_of(jiff::civil::date(2023, 10, 5)), position: 5 };
        assert_eq!(staying(Some(moment)), "?as_of=2023-10-04T18%3A00%3A00Z~5");
        assert_eq!(staying(None), "");
        assert_eq!(with(&[], jiff::civil::date(2023, 10, 5)), [("as_of_day", "2023-10-05".to_owned())]);
    }
}
