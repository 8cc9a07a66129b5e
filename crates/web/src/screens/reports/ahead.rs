//! `/reports/forecast`: which replies will probably be late within two weeks, why that is thought, and how often it was right.

use actix_web::HttpResponse;
use directory::{Language, MinistryCode};
use jiff::civil::Date;
use readmodel::Sight;
use readmodel::reports::forecast::{AHEAD, Accuracy, Circle, Forecast, LEAST};
use readmodel::reports::{self, Coming, Tried};
use serde::Serialize;

use super::{SEES_REPORTS, steps};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::screens::PAGE;
use crate::screens::names::Names;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/reports/forecast", "forecast_page", SEES_REPORTS, page)
            .summary(
                "Which open inquiries will probably be late in the next two weeks, why, and how right that was before.",
            )
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    ahead: i32,
    least: usize,
    today: Date,
    rows: Vec<Row>,
    /// How many are due and cannot be forecast.
    unknown: usize,
    months: Vec<Month>,
    all: Month,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    number: String,
    lead: Option<String>,
    step: Option<String>,
    /// Who has to do something with it now.
    holder: Option<String>,
    due: Date,
    percent: u32,
    is_probable: bool,
    why: String,
}

/// How forecasts made on a day did.
#[derive(Debug, Serialize)]
struct Month {
    day: Option<Date>,
    made: usize,
    late: usize,
    told: usize,
    hits: usize,
    precision: String,
    recall: String,
    brier: String,
    brier_of_base: String,
}

async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let today = state.today();
    let actor = &caller.account.actor;
    let (reader, sight) = (state.reader(actor), Sight::of(actor));
    let failed = |error| Problem::failure("forecast which replies will be late", error);
    let coming = reports::coming(&reader, &sight, today).await.map_err(failed)?;
    let (months, all) = reports::tried(&reader, &sight, today).await.map_err(failed)?;
    let names = Names::now(&state);
    let facts = Facts {
        ahead: AHEAD,
        least: LEAST,
        today,
        rows: coming.iter().filter_map(|one| row(&names, one, one.forecast?, language)).collect(),
        unknown: coming.iter().filter(|one| one.forecast.is_none()).count(),
        months: months.iter().map(|tried: &Tried| month(Some(tried.day), &tried.accuracy, language)).collect(),
        all: month(None, &all, language),
    };
    let title = Words::new("Кешігу болжамы", "Прогноз опозданий", "Forecast of late replies");
    state.pages.answer(&state, &Page { template: "report_forecast", title, caller: Some(&caller), language }, &facts)
}

/// A share of one in percent, rounded.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability lies between 0 and 1")]
fn percent(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u32
}

fn row(names: &Names, coming: &Coming, forecast: Forecast, language: Language) -> Option<Row> {
    let awaited = &coming.awaited;
    let lead = awaited.lead.as_deref().map(MinistryCode::new).transpose().ok()?;
    let lead = lead.map(|code| names.ministry(&code, language).short);
    let step = awaited.step.as_deref().map(|step| steps::step_words(step, language));
    Some(Row {
        id: coming.inquiry.to_string(),
        number: directory::number::shown(&coming.number),
        why: why(&forecast, lead.as_deref(), step.as_deref(), language),
        lead,
        step,
        holder: coming.holder.as_deref().map(|holder| steps::holder_words(names, holder, language)),
        due: awaited.due,
        percent: percent(forecast.probability),
        is_probable: forecast.is_probable(),
    })
}

/// The reason, in the words of the method: which earlier ones, and what became of them.
fn why(forecast: &Forecast, lead: Option<&str>, step: Option<&str>, language: Language) -> String {
    let Forecast { age, left, of, longer, circle, .. } = *forecast;
    let days = age + left;
    let (lead, step) = (lead.unwrap_or("–"), step.unwrap_or("–"));
    let circle = match (circle, language) {
        (Circle::All, Language::Kk) => "барлық орындаушылар".to_owned(),
        (Circle::All, Language::Ru) => "все исполнители".to_owned(),
        (Circle::All, Language::En) => "any lead".to_owned(),
        (Circle::Lead, _) => lead.to_owned(),
        (Circle::Step, _) => format!("{lead}, «{step}»"),
        (Circle::Topic, Language::Kk) => format!("{lead}, «{step}», сол тақырып"),
        (Circle::Topic, Language::Ru) => format!("{lead}, «{step}», та же тема"),
        (Circle::Topic, Language::En) => format!("{lead}, «{step}», the same topic"),
    };
    match language {
        Language::Kk => format!(
            "{age} күннен кейін де жауапсыз тұрған бұрынғы {of} сауалдың {longer} жауабы {days} күннен ұзаққа созылды ({circle})."
        ),
        Language::Ru => format!(
            "Из {of} прежних запросов, остававшихся без ответа через {age} дн., {longer} заняли больше {days} дн. ({circle})."
        ),
        Language::En => format!(
            "Of {of} earlier inquiries still unanswered after {age} days, {longer} took more than {days} ({circle})."
        ),
    }
}

fn month(day: Option<Date>, known: &Accuracy, language: Language) -> Month {
    let share = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{} %", percent(share)));
    let decimal = |number: f64| {
        let said = if known.made == 0 { "–".to_owned() } else { format!("{number:.3}") };
        if language == Language::En { said } else { said.replace('.', ",") }
    };
    Month {
        day,
        made: known.made,
        late: known.late,
        told: known.told,
        hits: known.hits,
        precision: share(known.precision()),
        recall: share(known.recall()),
        brier: decimal(known.brier),
        brier_of_base: decimal(known.brier_of_base),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_names_what_it_counts() {
        let forecast = Forecast { probability: 0.6, age: 20, left: 5, circle: Circle::Lead, of: 42, longer: 17 };
        for language in Language::ALL {
            let said = why(&forecast, Some("ABC"), None, language);
            for part in ["20", "42", "17", "25", "ABC"] {
                assert!(said.contains(part), "{said}");
            }
        }
        assert_eq!((percent(0.505), percent(1.2), percent(0.0)), (51, 100, 0));
    }
}
