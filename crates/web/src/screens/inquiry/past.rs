//! The page of an inquiry as it stood at a moment: everything on it is told by the events up to then, nothing can be pressed, and what it leads to is
//! the past as well.

use actix_web::HttpResponse;
use directory::{Actor, Language};

use super::super::fields::{Fault, Link, say};
use super::super::letter_html::LetterHtml;
use super::super::moment::{Bar, Slider, Tick};
use super::super::names::Names;
use super::super::wording::People;
use super::facts::Reading;
use super::head::Head;
use super::history::{Teller, days};
use super::joined::Joined;
use super::{Facts, between};
use crate::Caller;
use crate::moment::{Asked, Moment};
use crate::office::seeing::{self, Seen, moment_of, words_of};
use crate::pages::Page;
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;
use crate::time::{local, local_date};

/// The moment that is asked for: by itself, or by a version of the inquiry as it stands in the address; an empty one asks for none.
pub(super) async fn wanted(
    state: &AppState,
    seen: &Seen,
    asked: &Asked,
    version: &str,
) -> Result<Option<Moment>, Problem> {
    let version = version.trim();
    if version.is_empty() {
        return asked.moment(state).await;
    }
    let not = |expected| Problem::BadParameter { name: "version", expected };
    if !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(not(Words::new(
            "Оқиғаның нөмірін цифрмен жазыңыз, мысалы 3.",
            "Укажите номер события цифрами, например 3.",
            "Write the number of the event in digits, such as 3.",
        )));
    }
    let moment = version.parse().ok().and_then(|version| moment_of(seen, version));
    moment.map(Some).ok_or_else(|| {
        not(Words::new("Сауалда мұндай оқиға жоқ.", "У запроса нет такого события.", "The inquiry has no such event."))
    })
}

pub(super) async fn page(
    state: &AppState,
    caller: &Caller,
    language: Language,
    now: Seen,
    moment: Moment,
) -> Result<HttpResponse, Problem> {
    let actor = &caller.account.actor;
    let seen = seeing::at(&now, moment)?;
    let people = People::of(state).await?;
    let names = Names::of(state, Some(moment)).await?;
    let is_staff = !seeing::is_outside(actor);
    let (letter, no_letter) = letter(state, caller, &seen, language).await?;
    let history = if is_staff { Teller { names: &names, people: &people, language }.tell(&seen)? } else { Vec::new() };
    let today = moment.day();
    let reading = Reading { state, names: &names, actor, people: &people, language, today, is_staff, is_past: true };
    let facts = Facts {
        head: Head::then(&names, &seen, moment, language),
        bar: bar(state, actor, &now, Some((moment, &seen)), language),
        hits: None,
        done: None,
        by_hand: None,
        unlinked: None,
        chapters: reading.chapters(&seen).await?,
        joined: Joined::of(state, actor, &now.dossier, &seen.dossier).await?,
        letter,
        no_letter,
        forms: Vec::new(),
        pages: Vec::new(),
        files: Vec::new(),
        draft_files: false,
        blank: None,
        changes: None,
        sources: Vec::new(),
        events: history.len(),
        history: days(history),
        is_staff,
        sees_mail: false,
    };
    let title = Words::from_fn(|language| {
        let then = say(language, "өткен сәт", "прошлое", "the past");
        format!("{} – {then}, {}", facts.head.number, moment.words())
    });
    let page = Page { template: "inquiry", title, caller: Some(caller), language };
    state.pages.answer(state, &page, &facts)
}

/// The letter as its text stood.
async fn letter(
    state: &AppState,
    caller: &Caller,
    seen: &Seen,
    language: Language,
) -> Result<(Option<LetterHtml>, Option<String>), Problem> {
    let is_shown = seen.dossier.draft.is_some() && seeing::letter_for(&caller.account.actor, &seen.dossier).is_ok();
    if !is_shown {
        return Ok((None, None));
    }
    match LetterHtml::of(state, &seen.dossier).await {
        Ok(letter) => Ok((Some(letter), None)),
        Err(problem @ (Problem::LetterRefused { .. } | Problem::BadField { .. })) => {
            Ok((None, Some(Fault::of(&problem, language).what)))
        }
        Err(problem) => Err(problem),
    }
}

/// The slider over the inquiry's own events, for whoever works in the house; `then` is the moment and how it stood.
pub(super) fn bar(
    state: &AppState,
    actor: &Actor,
    now: &Seen,
    then: Option<(Moment, &Seen)>,
    language: Language,
) -> Bar {
    let path = format!("/inquiries/{}", now.dossier.inquiry);
    let moment = then.map(|(moment, _)| moment);
    // What happens in the house is not told outside of it, and neither when.
    if seeing::is_outside(actor) {
        return Bar::new(state, path, Vec::new(), moment);
    }
    let ticks: Vec<Tick> = now
        .history
        .iter()
        .map(|recorded| {
            let words = words_of(recorded, language).unwrap_or_default();
            Tick {
                value: recorded.version,
                label: format!("{} – {words}", local(recorded.at).strftime("%d.%m.%Y %H:%M")),
            }
        })
        .collect();
    let value = then.map_or(now.version, |(_, seen)| seen.version);
    let tick = |version: u64| ticks.iter().find(|tick| tick.value == version);
    let link = |version: u64, words: String| {
        let moment = moment_of(now, version)?;
        let what = tick(version)?;
        Some(Link { href: moment.in_address(&path), words: format!("{words}: {}", what.label) })
    };
    let previous = value.checked_sub(1);
    let previous = previous
        .and_then(|version| link(version, say(language, "Алдыңғы оқиға", "Предыдущее событие", "The event before")));
    let next = then.and_then(|(_, seen)| {
        link(seen.version + 1, say(language, "Келесі оқиға", "Следующее событие", "The next event"))
    });
    let slider = Slider {
        name: "version",
        label: say(language, "Оқиғалар бойынша", "По событиям", "By its events"),
        min: 1,
        max: now.version,
        value,
        said: tick(value).map(|tick| tick.label.clone()).unwrap_or_default(),
        first: None,
        ticks,
    };
    let earliest = now.history.first().map(|first| local_date(first.at));
    let bar = Bar::of_events(state, path, moment, slider, (previous, next)).beginning(earliest);
    match then {
        Some((moment, seen)) => bar.holding(last(seen)).comparing(between::address(now.dossier.inquiry, moment, None)),
        None => bar,
    }
}

/// The last event that a page of the past is told by.
pub(super) fn last(seen: &Seen) -> Option<Moment> {
    seen.history.last().map(|last| Moment { at: last.at, position: last.position })
}
