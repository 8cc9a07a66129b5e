//! `/reports/export.csv` and `.xlsx`: the figures of a report for a spreadsheet, with the period, the moment and the narrowing that they are of.

use actix_web::{HttpResponse, web};
use directory::Language;

use super::asked::{Asked, Query, Rows};
use super::{SEES_REPORTS, counted, figures, narrowed, stepped};
use crate::office::at_work;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::screens::fields::say;
use crate::screens::register::{about, attached, line};
use crate::sheet::{self, Cell, Column};
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    let file = |media| Answer { status: 200, means: "The figures.", gives: Gives::Bytes(media) };
    vec![
        Route::get("/reports/export.csv", "report_export", SEES_REPORTS, csv)
            .summary("A report as a file for a spreadsheet.")
            .answer(file("text/csv")),
        Route::get("/reports/export.xlsx", "report_export_workbook", SEES_REPORTS, xlsx)
            .summary("The same report as a workbook, with numbers as such.")
            .answer(file(sheet::MEDIA_TYPE)),
    ]
}

/// What leaves the house.
struct File {
    heads: Vec<String>,
    rows: Vec<Vec<Cell>>,
    /// Of which period and moment it is and what narrows it, a line each; said in the file itself, whoever opens it later.
    of: Vec<String>,
    name: String,
}

async fn file(state: &State, caller: &Caller, language: Language, query: Query) -> Result<File, Problem> {
    let asked = Asked::read(state, caller, query)?;
    let names = asked.names(state).await?;
    let (heads, rows) = match asked.rows {
        Rows::By(by) => {
            let counted = counted(state, caller, &asked, by).await?;
            figures::sheet(&names, by, &counted, language)
        }
        Rows::Steps => super::steps::sheet(&names, &stepped(state, caller, &asked).await?, language),
    };
    tracing::info!(account = %caller.account.id, rows = rows.len(), "a report was exported");
    let mut of = vec![period(&asked, language)];
    of.extend(narrowed(&names, &asked, language).into_iter().map(|chip| chip.words));
    Ok(File { heads, rows, of, name: format!("report-{}-{}", asked.from, asked.until) })
}

fn period(asked: &Asked, language: Language) -> String {
    let days = format!("{} – {}", asked.from.strftime("%d.%m.%Y"), asked.until.strftime("%d.%m.%Y"));
    let words = say(language, "Келіп түскен кезеңі", "Период поступления", "Received");
    match &asked.as_of {
        None => format!("{words}: {days}"),
        Some(moment) => {
            let then = say(language, "сол сәттегі күйінде", "по состоянию на", "as of");
            format!("{words}: {days}; {then} {moment}")
        }
    }
}

async fn csv(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    query: web::Query<Query>,
) -> Result<HttpResponse, Problem> {
    let file = file(&state, &caller, language, query.into_inner()).await?;
    let mut text = String::from("\u{feff}");
    text.push_str(&line(&file.heads));
    for cells in &file.rows {
        text.push_str(&line(&cells.iter().map(|cell| cell.words().into_owned()).collect::<Vec<_>>()));
    }
    for said in file.of {
        text.push_str(&line(&[said]));
    }
    Ok(attached(&state, "text/csv; charset=utf-8", &format!("{}.csv", file.name)).body(text))
}

async fn xlsx(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    query: web::Query<Query>,
) -> Result<HttpResponse, Problem> {
    let File { heads, rows, of, name } = file(&state, &caller, language, query.into_inner()).await?;
    let columns: Vec<Column> =
        heads.into_iter().enumerate().map(|(n, head)| Column { head, width: if n == 0 { 44 } else { 14 } }).collect();
    let about = about(&state, language, say(language, "Есеп", "Отчёт", "Report"));
    let book = at_work("write a workbook", move || {
        let rows = rows.into_iter().chain(of.into_iter().map(|said| vec![Cell::Text(said)]));
        sheet::workbook(&about, &columns, rows).map_err(|error| Problem::failure("write a workbook", error))
    })
    .await?;
    Ok(attached(&state, sheet::MEDIA_TYPE, &format!("{name}.xlsx")).body(book))
}
