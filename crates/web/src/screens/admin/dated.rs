//! What the pages of settings with a day show alike: when each is in force, and what was set before.

use directory::settings::SettingsEvent;
use directory::{Language, Period};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::fields::say;
use super::super::wording::People;
use crate::State;
use crate::problem::Problem;

/// From when until when something is in force, and how it stands today.
#[derive(Debug, Serialize)]
pub(super) struct InForce {
    from: Option<String>,
    until: Option<String>,
    state: String,
    tone: &'static str,
}

impl InForce {
    /// `former` is what it is called once it is over.
    pub(super) fn of(period: &Period, today: Date, former: String, language: Language) -> Self {
        let (state, tone) = if period.contains(today) {
            (say(language, "қолданыста", "действует", "in force"), "ok")
        } else if period.from.is_some_and(|from| from > today) {
            (say(language, "күні келмеген", "ещё не действует", "not yet in force"), "info")
        } else {
            (former, "mute")
        };
        let day = |day: Date| day.to_string();
        Self { from: period.from.map(day), until: period.until.map(day), state, tone }
    }
}

/// Something that was set.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    since: String,
    what: String,
    by: String,
    why: String,
}

/// What was set, the last first; `told` names it, where it is of the page.
pub(super) async fn history(
    state: &State,
    told: impl Fn(&SettingsEvent) -> Option<String>,
) -> Result<Vec<Line>, Problem> {
    let people = People::of(state).await?;
    let line = |event: &SettingsEvent| {
        let (since, what) = (event.since().to_string(), told(event)?);
        Some(Line { since, what, by: people.name(event.by()).to_owned(), why: event.why().to_owned() })
    };
    Ok(state.settings.ledger().events().iter().rev().filter_map(line).collect())
}

/// What was set last while a form stood open; `told` names it, where it is what the form would set.
pub(super) fn set_meanwhile(
    state: &State,
    language: Language,
    told: impl Fn(&SettingsEvent) -> Option<String>,
) -> String {
    let ledger = state.settings.ledger();
    let line = |event: &SettingsEvent| {
        let since = event.since().strftime("%d.%m.%Y");
        told(event).map(|what| {
            say(
                language,
                &format!("{what}, {since} бастап"),
                &format!("{what}, с {since}"),
                &format!("{what}, from {since}"),
            )
        })
    };
    let last = ledger.events().iter().rev().find_map(line).unwrap_or_default();
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
