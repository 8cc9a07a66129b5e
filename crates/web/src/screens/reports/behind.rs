//! `/reports/inquiries`: the inquiries behind a figure, as they stood at the report's moment.

use actix_web::{HttpResponse, web};
use directory::Language;
use inquiry::InquiryId;
use jiff::civil::Date;
use readmodel::reports::{self, By, Cursor, Key, Listed};
use serde::Serialize;

use super::asked::{Asked, Query};
use super::figures::{self, by_words, named};
use super::{Moment, SEES_REPORTS, steps};
use crate::address;
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::screens::PAGE;
use crate::screens::fields::say;
use crate::screens::names::Names;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};

/// Rows of a page.
const ROWS: u16 = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/reports/inquiries", "report_inquiries_page", SEES_REPORTS, page)
            .summary("The inquiries that a figure of a report counts.")
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    moment: Option<Moment>,
    back: String,
    title: String,
    means: String,
    narrowed: Vec<String>,
    rows: Vec<Row>,
    beginning: Option<String>,
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    /// The inquiry, as it stood then where the report is of the past.
    href: String,
    number: String,
    subject: String,
    lead: Option<String>,
    received: Date,
    due: Option<Date>,
    answered: Option<Date>,
    /// How late, in working days, or how it ended.
    said: String,
    tone: &'static str,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    query: web::Query<Query>,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(&state, &caller, query.into_inner())?;
    let reader = state.reader(&caller.account.actor);
    let after = cursor(asked.after())?;
    let found = reports::list(&reader, &asked.question, asked.figure, after, ROWS)
        .await
        .map_err(|error| Problem::failure("list the inquiries of a report", error))?;
    let names = asked.names(&state).await?;
    let facts = Facts {
        moment: Moment::of(&asked, asked.behind_now()),
        back: asked.address("/reports", &[]),
        title: figures::words(asked.figure, language),
        means: figures::means(asked.figure, language),
        narrowed: narrowed(&names, &asked, language),
        rows: found.listed.iter().map(|listed| row(&state, &names, listed, &asked, language)).collect(),
        beginning: after.map(|_| asked.next("")),
        next: found.next.map(|next| asked.next(&format!("{},{}", next.received, next.inquiry))),
    };
    let title = Words::new("Есептің сауалдары", "Запросы отчёта", "Inquiries of a report");
    state.pages.answer(&state, &Page { template: "report_inquiries", title, caller: Some(&caller), language }, &facts)
}

fn cursor(text: &str) -> Result<Option<Cursor>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = || {
        let (received, inquiry) = text.split_once(',')?;
        Some(Cursor { received: received.parse().ok()?, inquiry: inquiry.parse::<InquiryId>().ok()? })
    };
    read().map(Some).ok_or_else(|| Problem::BadParameter {
        name: "after",
        expected: Words::new(
            "Бет сілтеме арқылы ашылады.",
            "Страница открывается по ссылке.",
            "A page is opened by its link.",
        ),
    })
}

/// What narrows the list besides the figure, in words.
fn narrowed(names: &Names, asked: &Asked, language: Language) -> Vec<String> {
    let days = format!("{} – {}", asked.from.strftime("%d.%m.%Y"), asked.until.strftime("%d.%m.%Y"));
    let mut said = vec![format!("{}: {days}", say(language, "Түскен", "Поступили", "Received"))];
    let question = &asked.question;
    let of: [(By, &Option<Key>); 6] = [
        (By::Ministry, &question.lead),
        (By::Co, &question.co),
        (By::Faction, &question.faction),
        (By::Deputy, &question.deputy),
        (By::Topic, &question.topic),
        (By::Chamber, &question.chamber),
    ];
    for (by, key) in of {
        if let Some(key) = key {
            said.push(format!("{}: {}", by_words(by, language), named(names, by, key, language).name));
        }
    }
    if let Some(at) = &question.step {
        let words = steps::step_words(&at.step, language);
        said.push(format!("{words}: {}", steps::holder_words(names, &at.holder, language)));
    }
    said
}

fn row(state: &AppState, names: &Names, listed: &Listed, asked: &Asked, language: Language) -> Row {
    let (said, tone) = standing(state, listed, asked.question.day, language);
    Row {
        href: match asked.question.moment {
            Some(moment) => format!("/inquiries/{}?as_of={}", listed.inquiry, address::escaped(&moment.to_string())),
            None => format!("/inquiries/{}", listed.inquiry),
        },
        number: directory::number::shown(&listed.number),
        subject: listed.subject.clone().unwrap_or_default(),
        lead: listed.lead.as_ref().map(|code| names.ministry(code, language).short),
        received: listed.received,
        due: listed.due,
        answered: listed.answered,
        said,
        tone,
    }
}

/// Working days are counted by the calendar that is known now: it can change late, and a kept count would not.
fn standing(state: &AppState, listed: &Listed, day: Date, language: Language) -> (String, &'static str) {
    let directory = state.directory();
    let calendar = directory.calendar();
    let late = |due: Date, until: Date| {
        let days = calendar.working_days(due, until);
        let kk = format!("{days} жұмыс күніне кешікті");
        let ru = format!("опоздание, рабочих дней: {days}");
        say(language, &kk, &ru, &format!("late by working days: {days}"))
    };
    match (listed.answered, listed.due, listed.ending.as_deref()) {
        (Some(answered), Some(due), _) if answered > due => (late(due, answered), "bad"),
        (Some(_), _, _) => (say(language, "мерзімінде", "в срок", "on time"), "ok"),
        (None, _, Some("withdrawn")) => (say(language, "қайтарып алынды", "отозван", "withdrawn"), "mute"),
        (None, _, Some("redirected")) => (say(language, "қайта жолданды", "перенаправлен", "redirected"), "mute"),
        (None, _, Some(_)) => (say(language, "басқасына қосылды", "присоединён", "merged"), "mute"),
        (None, Some(due), None) if due < day => (late(due, day), "bad"),
        (None, _, None) => (say(language, "орындалуда", "в работе", "open"), "info"),
    }
}
