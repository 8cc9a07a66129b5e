//! `/inquiries/{id}/waiting`: where an inquiry's time went, and why its reply was late; for whoever sees the inquiry. It names who held the paper, a
//! ministry or a role, and links what it says to the events that show it.

use actix_web::{HttpResponse, web};
use directory::{Language, MinistryCode};
use inquiry::EventName;
use inquiry::waiting::{Interval, Mark, Reason, Verdict};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::inquiry::head::Head;
use super::inquiry::inquiry_of;
use super::{PAGE, SEES_JOURNAL, wording};
use crate::office::{seeing, waiting};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// The length of the bar.
const WHOLE: u64 = 1_000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inquiries/{id}/waiting", "waiting_page", Permission::SignedIn, page)
            .summary("Where the inquiry's time went: who held it, from when until when, and why its reply was late.")
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    verdict: String,
    tone: &'static str,
    reasons: Vec<Said>,
    line: Vec<Row>,
    beside: Vec<Row>,
    /// How many inquiries stand behind what is called usual.
    compared_with: Option<usize>,
}

/// A sentence with the events that show it.
#[derive(Debug, Serialize)]
struct Said {
    words: String,
    is_main: bool,
    events: Vec<Shown>,
}

/// An event, and where its reader finds it.
#[derive(Debug, Clone, Serialize)]
struct Shown {
    words: &'static str,
    position: i64,
    href: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    step: String,
    holder: String,
    from: String,
    until: Option<String>,
    lasted: String,
    due: Option<Date>,
    is_beyond: bool,
    tone: &'static str,
    /// Where it lies on the bar, in thousandths of it.
    x: u64,
    width: u64,
    begun: Shown,
    ended: Option<Shown>,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let directory = state.directory();
    let actor = &caller.account.actor;
    let seen = seeing::now(&state, actor, inquiry_of(&path)?).await?;
    let told = waiting::of(&state, actor, &seen).await?;
    let names = |code: &MinistryCode| wording::ministry(&state, code, language).short;
    let shows = Shows {
        inquiry: seen.dossier.inquiry.to_string(),
        in_journal: SEES_JOURNAL.allows(Some(actor)),
        is_outside: seeing::is_outside(actor),
        language,
    };
    let begin = told.line.first().map_or(told.now, |first| first.from);
    let end = told.line.last().map_or(told.now, |last| last.until_or(told.now));
    let span = Span { begin, end };
    let row = |one: &Interval| {
        let (x, width) = span.stretch(one.from, one.until_or(told.now));
        Row {
            step: one.words(language, &names),
            holder: one.holder.words(language, &names),
            from: one.from.to_string(),
            until: one.until.map(|until| until.to_string()),
            lasted: one.lasted(told.now, directory.calendar()).words(language),
            due: one.due.filter(|_| !shows.is_outside),
            is_beyond: one.is_beyond(told.now) && !shows.is_outside,
            tone: tone(one, told.now, shows.is_outside),
            x,
            width,
            begun: shows.event(one.begun_by.position, one.begun_by.name),
            ended: one.ended_by.map(|mark| shows.event(mark.position, mark.name)),
        }
    };
    let reasons = told.explanation.reasons.iter().map(|reason| Said {
        words: reason.words(language, &names),
        is_main: matches!(reason, Reason::Held { is_longest: true, .. }),
        events: shows.marks(reason.marks()),
    });
    let facts = Facts {
        head: Head::of(&state, &seen, state.today(), language),
        verdict: told.explanation.words(language),
        tone: match told.explanation.verdict {
            Verdict::Late { .. } => "bad",
            Verdict::InTime { .. } => "ok",
            Verdict::Running { .. } | Verdict::NotWatched | Verdict::NoReply => "info",
        },
        reasons: reasons.collect(),
        line: told.line.iter().map(row).collect(),
        beside: told.beside.iter().map(row).collect(),
        compared_with: Some(told.compared_with).filter(|count| *count > 0),
    };
    let title = Words::new("Уақыт неге кетті", "На что ушло время", "Where the time went");
    let page = Page { template: "waiting", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

/// Who is shown events, and where.
struct Shows {
    inquiry: String,
    in_journal: bool,
    is_outside: bool,
    language: Language,
}

impl Shows {
    fn event(&self, position: i64, name: EventName) -> Shown {
        let href = match (self.in_journal, self.is_outside) {
            (true, _) => Some(format!("/journal/events/{position}")),
            (false, false) => Some(format!("/inquiries/{}#event-{position}", self.inquiry)),
            // The history is the Office's own.
            (false, true) => None,
        };
        Shown { words: name.words(self.language), position, href }
    }

    fn marks(&self, marks: Vec<Mark>) -> Vec<Shown> {
        marks.into_iter().map(|mark| self.event(mark.position, mark.name)).collect()
    }
}

fn tone(one: &Interval, now: Timestamp, is_outside: bool) -> &'static str {
    if one.is_beyond(now) && !is_outside {
        "bad"
    } else if one.until.is_none() {
        "warn"
    } else if one.step.is_after_sending() {
        "mute"
    } else {
        "brand"
    }
}

/// From when until when the bar reaches.
struct Span {
    begin: Timestamp,
    end: Timestamp,
}

impl Span {
    /// A stretch of the bar; whatever happened is seen, however short it was.
    fn stretch(&self, from: Timestamp, until: Timestamp) -> (u64, u64) {
        let whole = self.end.duration_since(self.begin).as_secs().max(1).unsigned_abs();
        let place = |moment: Timestamp| {
            moment.duration_since(self.begin).as_secs().max(0).unsigned_abs().min(whole) * WHOLE / whole
        };
        let width = place(until).saturating_sub(place(from)).max(3);
        (place(from).min(WHOLE - width), width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stretch_lies_on_the_bar_and_can_be_seen() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let span = Span { begin: at(0), end: at(10_000) };
        assert_eq!(span.stretch(at(0), at(5_000)), (0, 500));
        assert_eq!(span.stretch(at(10_000), at(10_000)), (997, 3), "an instant at the end");
        assert_eq!(Span { begin: at(5), end: at(5) }.stretch(at(5), at(5)), (0, 3), "no time at all");
    }
}
