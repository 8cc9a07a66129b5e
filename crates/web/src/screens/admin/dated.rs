//! What the pages of settings with a day show alike: when each is in force, what was set before, and what somebody else has set meanwhile.

use directory::settings::SettingsEvent;
use directory::{Language, Period, dates};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::fields::say;
use super::super::wording::People;
use super::{series, terms};
use crate::State;
use crate::problem::Problem;

/// From when until when something is in force, and how it stands today.
#[derive(Debug, Serialize)]
pub(super) struct InForce {
    when: String,
    state: String,
    tone: &'static str,
}

impl InForce {
    pub(super) fn of(period: &Period, today: Date, language: Language) -> Self {
        let (state, tone) = if period.contains(today) {
            (say(language, "қолданыста", "действует", "in force"), "ok")
        } else if period.from.is_some_and(|from| from > today) {
            (say(language, "әлі қолданыста емес", "ещё не действует", "not yet in force"), "info")
        } else {
            (say(language, "қолданыстан шыққан", "больше не действует", "no longer in force"), "mute")
        };
        Self { when: span(period, language), state, tone }
    }
}

/// A period from its first day to its last one, as people say it.
fn span(period: &Period, language: Language) -> String {
    let from = period.from.map(|day| dates::from_words(day, language));
    // The day that a period ends on is the first one without it.
    let last = period.until.map(|day| dates::until_words(day.yesterday().unwrap_or(day), language));
    match (from, last) {
        (Some(from), Some(last)) => format!("{from} {last}"),
        (Some(from), None) => say(language, &format!("{from} бастап"), &from, &format!("{from} on")),
        (None, Some(last)) => last,
        (None, None) => {
            say(language, "қолданылу мерзімі шектелмеген", "срок действия не ограничен", "without limit of time")
        }
    }
}

/// Something that was set.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    from: String,
    what: String,
    by: String,
    why: String,
}

/// What an event has set, in a few words.
fn told(event: &SettingsEvent, language: Language) -> String {
    match event {
        SettingsEvent::Term(set) => terms::told(set, language),
        SettingsEvent::Series(set) => series::told(set, language),
    }
}

/// From which day on it is in force.
fn from(event: &SettingsEvent, language: Language) -> String {
    span(&Period { from: Some(event.since()), until: None }, language)
}

/// What was set, the last first; `is_of_page` says of what a page tells.
pub(super) async fn history(
    state: &State,
    language: Language,
    is_of_page: impl Fn(&SettingsEvent) -> bool,
) -> Result<Vec<Line>, Problem> {
    let people = People::of(state).await?;
    let line = |event: &SettingsEvent| Line {
        from: from(event, language),
        what: told(event, language),
        by: people.name(event.by()).to_owned(),
        why: event.why().to_owned(),
    };
    Ok(state.settings.ledger().events().iter().rev().filter(|event| is_of_page(event)).map(line).collect())
}

/// What was set last while a form stood open; `is_meant` says what the form would set.
pub(super) fn set_meanwhile(state: &State, language: Language, is_meant: impl Fn(&SettingsEvent) -> bool) -> String {
    let ledger = state.settings.ledger();
    let last = ledger.events().iter().rev().find(|event| is_meant(event));
    let last = last.map_or_else(String::new, |event| format!("{}, {}", told(event, language), from(event, language)));
    say(
        language,
        &format!(
            "Бет ашық тұрғанда мұны басқа біреу қойды. Енді: {last}. Жазғаныңыз сақталды: салыстырыңыз да, керек болса қайта жіберіңіз."
        ),
        &format!(
            "Пока страница была открыта, это уже задали. Теперь: {last}. Введённое сохранено: сравните и, если нужно, отправьте снова."
        ),
        &format!(
            "Somebody has set this while the page was open. It is now: {last}. What you typed is kept: compare, and send it again if that is what you want."
        ),
    )
}

/// What an address says after something was set.
#[derive(Debug, Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

impl Done {
    pub(super) const fn is_done(&self) -> bool {
        self.done.is_some()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_period_is_said_from_its_first_day_to_its_last() {
        let (from, until) = (Some(date(2024, 1, 1)), Some(date(2026, 1, 1)));
        let said = |from, until| Language::ALL.map(|language| span(&Period { from, until }, language));
        assert_eq!(
            said(from, None),
            ["2024 жылғы 1 қаңтардан бастап", "с 1 января 2024 года", "from 1 January 2024 on"]
        );
        assert_eq!(
            said(None, until),
            ["2025 жылғы 31 желтоқсанға дейін (қоса алғанда)", "по 31 декабря 2025 года", "until 31 December 2025"]
        );
        assert_eq!(
            said(from, until),
            [
                "2024 жылғы 1 қаңтардан 2025 жылғы 31 желтоқсанға дейін (қоса алғанда)",
                "с 1 января 2024 года по 31 декабря 2025 года",
                "from 1 January 2024 until 31 December 2025"
            ]
        );
        assert_eq!(said(None, None)[2], "without limit of time");
    }
}
