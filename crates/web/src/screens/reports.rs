//! `/reports`: figures of the office, each leading to its inquiries.
//!
//! Read [`asked`] (what an address asks), [`figures`] (a report as a table), [`chart`] (as a picture), [`steps`] (where the time goes), [`behind`] (the
//! inquiries behind a figure), [`ahead`] (which replies will probably be late), [`export`].

mod ahead;
mod asked;
mod behind;
mod chart;
mod export;
mod figures;
mod steps;

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use directory::{Language, MinistryCode, Period, Role};
use jiff::civil::Date;
use readmodel::reports::{self, By, Counted, Figure, StepLine};
use serde::Serialize;

use super::PAGE;
use super::fields::{Narrowing, say};
use super::names::Names;
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use asked::{Asked, Days, Query, Rows, TYPED, periods};
use chart::Chart;
use figures::Table;

pub(crate) use figures::report_rows;

/// Who sees figures: whoever leads and watches, all of them; a ministry's executors, those of inquiries in which it has a part.
pub(crate) const SEES_REPORTS: Permission =
    Permission::AnyOf(&[Role::Head, Role::Control, Role::Auditor, Role::Admin, Role::Executor]);

const PATH: &str = "/reports";

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get(PATH, "report_page", SEES_REPORTS, page)
            .summary("Figures of the inquiries received in a period, as of any moment, by ministry, faction, topic and so on.")
            .answer(PAGE),
    ];
    routes.extend(behind::routes());
    routes.extend(ahead::routes());
    routes.extend(export::routes());
    routes
}

/// As of when a page is told, where that is not now.
#[derive(Debug, Serialize)]
pub(super) struct Moment {
    /// The end of this day, or this moment.
    day: Option<Date>,
    at: Option<String>,
    now: String,
}

impl Moment {
    /// `now`: where the same is shown as it is.
    fn of(asked: &Asked, now: String) -> Option<Self> {
        let moment = asked.question.moment?;
        let given = asked.as_of.as_deref().unwrap_or_default();
        let day = given.parse::<Date>().ok();
        let at = day.is_none().then(|| moment.to_string());
        Some(Self { day, at, now })
    }
}

#[derive(Debug, Serialize)]
struct Facts {
    moment: Option<Moment>,
    from: Date,
    until: Date,
    days: Days,
    /// The form cannot be taken: nothing is counted.
    is_wrong: bool,
    /// What is wrong with it, field by field.
    wrong: BTreeMap<&'static str, String>,
    today: Date,
    by: &'static str,
    chosen: Vec<Chosen>,
    kept: Vec<(&'static str, String)>,
    periods: Vec<Chip>,
    ways: Vec<Chip>,
    narrowed: Vec<Chip>,
    tables: Vec<Table>,
    chart: Option<Chart>,
    /// An inquiry may stand in several rows.
    is_shared: bool,
    steps: Option<Vec<steps::Row>>,
    meanings: Vec<Meaning>,
    csv: String,
    xlsx: String,
    ahead: String,
    /// Of which ministry's inquiries alone these are.
    of_ministry: Option<String>,
}

/// A list to choose from, in the form.
#[derive(Debug, Serialize)]
struct Chosen {
    name: &'static str,
    label: String,
    options: Vec<Choice>,
}

#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct Chip {
    href: String,
    words: String,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct Meaning {
    words: String,
    means: String,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    query: web::Query<Query>,
) -> Result<HttpResponse, Problem> {
    let mut form = Narrowing::of(TYPED);
    let asked = Asked::read_typed(&state, &caller, query.into_inner(), &mut form)?;
    let names = asked.names(&state).await?;
    let (mut tables, mut picture, mut stays) = (Vec::new(), None, None);
    match asked.rows {
        Rows::By(_) | Rows::Steps if form.is_wrong() => {}
        Rows::By(by) => {
            let counted = counted(&state, &caller, &asked, by).await?;
            tables.extend(figures::tables(&names, &asked, by, &counted, language));
            picture = chart::chart(&names, by, &counted, language);
        }
        Rows::Steps => stays = Some(steps::rows(&names, &asked, &stepped(&state, &caller, &asked).await?, language)),
    }
    let by = asked.rows.code();
    let way = |rows: Rows| Chip {
        href: asked.address(PATH, &[("by", rows.code())]),
        words: way_words(rows, language),
        chosen: rows == asked.rows,
    };
    let period = |(words, from, until): (String, Date, Date)| {
        let (first, last) = (from.to_string(), until.to_string());
        let with = [("from", first.as_str()), ("until", last.as_str()), ("by", by)];
        Chip { href: asked.address(PATH, &with), words, chosen: (from, until) == (asked.from, asked.until) }
    };
    let own = caller.account.actor.ministry.as_ref().filter(|_| asked.question.sight != readmodel::Sight::Whole);
    let facts = Facts {
        moment: Moment::of(&asked, asked.address(PATH, &[("as_of", ""), ("by", by)])).filter(|_| !form.is_wrong()),
        from: asked.from,
        until: asked.until,
        days: asked.days(&form),
        is_wrong: form.is_wrong(),
        wrong: form.said(language),
        today: state.today(),
        by,
        chosen: chosen(&names, &asked, language),
        kept: kept(&asked),
        periods: periods(asked.question.day, language).into_iter().map(period).collect(),
        ways: Rows::ALL.into_iter().map(way).collect(),
        narrowed: narrowed(&names, &asked, language),
        tables,
        chart: picture,
        is_shared: matches!(asked.rows, Rows::By(by) if by.is_shared()),
        steps: stays,
        meanings: Figure::ALL
            .into_iter()
            .map(|figure| Meaning { words: figures::words(figure, language), means: figures::means(figure, language) })
            .collect(),
        csv: asked.address("/reports/export.csv", &[("by", by)]),
        xlsx: asked.address("/reports/export.xlsx", &[("by", by)]),
        ahead: "/reports/forecast".to_owned(),
        of_ministry: own.map(|code| names.ministry(code, language).name),
    };
    let title = Words::new("Есептер", "Отчёты", "Reports");
    let page = Page { template: "reports", title, caller: Some(&caller), language };
    state.pages.answer_with(form.start(), &state, &page, &facts)
}

async fn counted(state: &State, caller: &Caller, asked: &Asked, by: By) -> Result<Counted, Problem> {
    let reader = state.reader(&caller.account.actor);
    reports::count(&reader, &asked.question, by).await.map_err(|error| Problem::failure("count a report", error))
}

async fn stepped(state: &State, caller: &Caller, asked: &Asked) -> Result<Vec<StepLine>, Problem> {
    let reader = state.reader(&caller.account.actor);
    reports::steps(&reader, &asked.question).await.map_err(|error| Problem::failure("measure the steps", error))
}

fn way_words(rows: Rows, language: Language) -> String {
    match rows {
        Rows::By(by) => figures::by_words(by, language),
        Rows::Steps => say(language, "Уақыт қайда кетті", "Куда ушло время", "Where the time went"),
    }
}

/// The lists of the form: what most reports are narrowed by.
fn chosen(names: &Names, asked: &Asked, language: Language) -> Vec<Chosen> {
    let view = names.view();
    let [lead, _, faction, _, topic, chamber] = asked.narrowed();
    let list = |(name, value): (&'static str, &str), by: By, options: Vec<(String, String)>| {
        let all = (String::new(), say(language, "бәрі", "все", "all"));
        let mut options: Vec<Choice> = std::iter::once(all)
            .chain(options)
            .map(|(code, label)| Choice { chosen: code == value, value: code, label })
            .collect();
        // What is asked for and not in force on that day stays what is asked for.
        if options.iter().all(|option| !option.chosen) {
            let named = asked::key(value).map(|key| figures::named(names, by, &key, language).name);
            let label = named.unwrap_or_else(|| value.to_owned());
            options.push(Choice { value: value.to_owned(), label, chosen: true });
        }
        Chosen { name, label: figures::by_words(by, language), options }
    };
    let factions = view.factions().map(|one| (one.code.to_string(), one.name.words(language).to_owned()));
    let chambers = view.directory().chambers().iter().filter(|chamber| !chamber.planned);
    let chambers = chambers.map(|one| (one.code.to_string(), one.name.words(language).to_owned()));
    vec![
        list(lead, By::Ministry, leading(names, asked, language)),
        list(faction, By::Faction, factions.collect()),
        list(topic, By::Topic, names.topics(language)),
        list(chamber, By::Chamber, chambers.collect()),
    ]
}

/// The ministries that may have a row: those in force at any time from the period's first day on, since whatever was received in it is led by one of a
/// later day, too, until the day of the report.
fn leading(names: &Names, asked: &Asked, language: Language) -> Vec<(String, String)> {
    let view = names.view();
    let last = asked.until.max(view.date());
    let period = Period { from: Some(asked.from), until: last.tomorrow().ok() };
    let is_in_force = |code: &MinistryCode| {
        let mut records = view.directory().ministries().iter().filter(|one| one.code == *code);
        records.any(|one| one.period.overlaps(&period) || one.period.contains(view.date()))
    };
    let every = view.every_ministry().into_iter().filter(|one| is_in_force(&one.code));
    every.map(|one| (one.code.to_string(), one.name.words(language).to_owned())).collect()
}

/// What narrows the report and has no list in the form.
fn kept(asked: &Asked) -> Vec<(&'static str, String)> {
    let others =
        asked.narrowed().into_iter().filter(|(name, value)| matches!(*name, "co" | "deputy") && !value.is_empty());
    others.map(|(name, value)| (name, value.to_owned())).collect()
}

/// What narrows the report, each with the address without it.
fn narrowed(names: &Names, asked: &Asked, language: Language) -> Vec<Chip> {
    let by = asked.rows.code();
    let question = &asked.question;
    let known = [
        ("lead", By::Ministry, &question.lead),
        ("co", By::Co, &question.co),
        ("faction", By::Faction, &question.faction),
        ("deputy", By::Deputy, &question.deputy),
        ("topic", By::Topic, &question.topic),
        ("chamber", By::Chamber, &question.chamber),
    ];
    let chip = |(name, dimension, key): (&'static str, By, &Option<reports::Key>)| {
        let named = figures::named(names, dimension, key.as_ref()?, language).name;
        let words = format!("{}: {named}", figures::by_words(dimension, language));
        Some(Chip { href: asked.address(PATH, &[(name, ""), ("by", by)]), words, chosen: false })
    };
    known.into_iter().filter_map(chip).collect()
}
