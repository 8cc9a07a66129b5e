//! `/inquiries/export.csv` and `.xlsx`: rows of the register for a spreadsheet, chosen ones or all that were found.
//!
//! The text is UTF-8 with its mark, `;` between cells, lines as RFC 4180 ends them: so Excel opens it by a double click where a comma is
//! the decimal sign. What a deputy wrote is never a formula in either (OWASP, «CSV Injection»).

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::{Language, MinistryCode};
use inquiry::InquiryId;
use jiff::civil::Date;
use readmodel::register::{Entry, Filter, MOST_AT_ONCE};

use super::caught_up;
use super::listing::everything;
use super::question::Question;
use super::row::due;
use crate::api;
use crate::moment::Moment;
use crate::office::at_work;
use crate::office::letters::said_of;
use crate::permission::{Permission, STAFF};
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::screens::fields::say;
use crate::screens::moment::day_of;
use crate::screens::names::Names;
use crate::sheet::{self, About, Cell, Column};
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};

/// Who takes rows out of the house; of what they may see and no more.
pub(super) const EXPORTS: Permission = STAFF;

pub(super) fn routes() -> Vec<Route> {
    let file = |media| Answer { status: 200, means: "The rows, 5,000 at most.", gives: Gives::Bytes(media) };
    vec![
        Route::get("/inquiries/export.csv", "register_export", EXPORTS, csv)
            .summary(
                "Rows of the register as a file for a spreadsheet: those that were chosen, or all that were found.",
            )
            .answer(file("text/csv")),
        Route::get("/inquiries/export.xlsx", "register_export_workbook", EXPORTS, xlsx)
            .summary("The same rows as a workbook, with days and numbers as such.")
            .answer(file(sheet::MEDIA_TYPE)),
    ]
}

/// What leaves the house.
struct Rows {
    cells: Vec<[Cell; COLUMNS]>,
    /// Said in the file itself, whoever opens it later.
    cut: Option<String>,
    name: String,
}

async fn csv(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let rows = rows(&state, &caller, language, &question, &pairs).await?;
    Ok(attached(&state, "text/csv; charset=utf-8", &format!("{}.csv", rows.name)).body(file(&rows, language)))
}

async fn xlsx(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let Rows { cells, cut, name } = rows(&state, &caller, language, &question, &pairs).await?;
    let columns = COLUMN_WIDTHS.into_iter().zip(heads(language)).map(|(width, head)| Column { head, width });
    let columns: Vec<Column> = columns.collect();
    let about = about(&state, language, say(language, "Сауалдар", "Запросы", "Inquiries"));
    let book = at_work("write a workbook", move || {
        let rows = cells.into_iter().map(Vec::from).chain(cut.map(|cut| vec![Cell::Text(cut)]));
        sheet::workbook(&about, &columns, rows).map_err(|error| Problem::failure("write a workbook", error))
    })
    .await?;
    Ok(attached(&state, sheet::MEDIA_TYPE, &format!("{name}.xlsx")).body(book))
}

/// What a workbook is called, and that it is of a made-up journal where it is: on the tab beneath the rows, and in its properties.
pub(in crate::screens) fn about(state: &AppState, language: Language, title: String) -> About {
    let note = said_of(state).map(str::to_owned);
    let said = say(language, "Жасанды дерек", "Синтетические данные", "Synthetic data");
    About { name: if note.is_some() { format!("{said} · {title}") } else { title }, note }
}

/// A file that the browser keeps.
pub(in crate::screens) fn attached(
    state: &AppState,
    media_type: &'static str,
    name: &str,
) -> actix_web::HttpResponseBuilder {
    let name = state.config.file_name(name);
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    answer
}

async fn rows(
    state: &AppState,
    caller: &Caller,
    language: Language,
    question: &Question,
    pairs: &[(String, String)],
) -> Result<Rows, Problem> {
    let moment = question.moment.moment(state).await?;
    let today = day_of(state, moment);
    let asked = question.read(caller)?;
    let (filter, sought) = match chosen(pairs)? {
        Some(inquiries) => (Filter { inquiries, ..api::visible(caller) }, None),
        None => (asked.filter(today), asked.number()),
    };
    let asking = |error| Problem::failure("ask the register", error);
    caught_up(state, moment).await;
    let sitting = state.reader(&caller.account.actor).sit_as_of(moment.map(Moment::as_of)).await.map_err(asking)?;
    let entries = everything(&sitting, &filter, sought.as_ref(), asked.order, MOST_AT_ONCE).await?;
    let is_cut = entries.len() >= usize::from(MOST_AT_ONCE)
        && sitting.count_until(&filter, MOST_AT_ONCE).await.map_err(asking)?.more;
    sitting.rise().await.map_err(asking)?;
    let names = Names::of(state, moment).await?;
    tracing::info!(account = %caller.account.id, rows = entries.len(), "rows of the register were exported");
    Ok(Rows {
        cells: entries.iter().map(|entry| cells(&names, entry, today, language)).collect(),
        cut: is_cut.then(|| cut(entries.len(), language)),
        name: format!("inquiries-{today}"),
    })
}

/// The inquiries that were ticked; none where all that were found are wanted.
pub(in crate::screens) fn chosen(pairs: &[(String, String)]) -> Result<Option<Vec<InquiryId>>, Problem> {
    if !pairs.iter().any(|(name, _)| name == "chosen") {
        return Ok(None);
    }
    let ids = pairs.iter().filter(|(name, _)| name == "inquiry").map(|(_, id)| id.parse::<InquiryId>());
    let ids: Vec<InquiryId> = ids.collect::<Result<_, _>>().map_err(|_| nothing_chosen())?;
    // Nothing chosen is a mistake, and never everything.
    if ids.is_empty() { Err(nothing_chosen()) } else { Ok(Some(ids)) }
}

fn nothing_chosen() -> Problem {
    let expected =
        Words::new("Кемінде бір сауалды таңдаңыз.", "Выберите хотя бы один запрос.", "Choose one inquiry at least.");
    Problem::BadParameter { name: "inquiry", expected }
}

fn file(rows: &Rows, language: Language) -> String {
    let mut text = String::from("\u{feff}");
    text.push_str(&line(&heads(language)));
    for cells in &rows.cells {
        text.push_str(&line(&cells.each_ref().map(|cell| cell.words().into_owned())));
    }
    if let Some(cut) = &rows.cut {
        text.push_str(&line(std::slice::from_ref(cut)));
    }
    text
}

fn cut(rows: usize, language: Language) -> String {
    let kk = format!("Бұдан да көп сауал табылды, мұнда алғашқы {rows} ғана");
    let ru = format!("Найдено больше запросов, здесь только первые {rows}");
    say(language, &kk, &ru, &format!("More were found, these are the first {rows} only"))
}

const COLUMNS: usize = 13;

/// How wide a workbook shows the columns, in characters.
const COLUMN_WIDTHS: [u8; COLUMNS] = [12, 16, 12, 60, 12, 16, 22, 14, 18, 12, 18, 18, 12];

fn heads(language: Language) -> [String; COLUMNS] {
    [
        ("№", "№", "No."),
        ("Кіріс нөмірі", "Входящий номер", "Incoming number"),
        ("Түскен күні", "Поступил", "Received"),
        ("Сауал", "Запрос", "Inquiry"),
        ("Депутаттар саны", "Число депутатов", "Deputies"),
        ("Негізгі орындаушы", "Головной исполнитель", "Lead executor"),
        ("Бірлесіп орындаушылар", "Соисполнители", "Co-executors"),
        ("Қабылданған ұсыныстар", "Принято предложений", "Contributions accepted"),
        ("Күйі", "Состояние", "State"),
        ("Мерзімі", "Срок", "Due"),
        ("Қалған уақыт", "Осталось", "Left"),
        ("Шығыс нөмірі", "Исходящий номер", "Outgoing number"),
        ("Шығыс күні", "Исходящая дата", "Outgoing date"),
    ]
    .map(|(kk, ru, en)| say(language, kk, ru, en))
}

fn cells(names: &Names, entry: &Entry, today: Date, language: Language) -> [Cell; COLUMNS] {
    let short = |code: &MinistryCode| names.ministry(code, language).short;
    let text = |words: Option<String>| words.map_or(Cell::Nothing, Cell::Text);
    let all = entry.co_executors.len();
    [
        Cell::text(&entry.number),
        text(entry.incoming_number.clone()),
        Cell::Day(entry.received),
        Cell::text(&entry.subject),
        Cell::Number(entry.recipients.into()),
        text(entry.lead.as_ref().map(short)),
        Cell::text(entry.co_executors.iter().map(|co| short(&co.ministry)).collect::<Vec<_>>().join(", ")),
        // «2/3» would be taken for a date.
        if all == 0 { Cell::Nothing } else { Cell::Text(format!("{} ({all})", entry.contributed.len())) },
        Cell::text(entry.stage.words(language)),
        Cell::Day(entry.due),
        text(due(entry, today, language).left),
        text(entry.outgoing_number.clone()),
        entry.outgoing_dated.map_or(Cell::Nothing, Cell::Day),
    ]
}

/// A line of a file whose cells are texts and never formulas.
pub(in crate::screens) fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(";"))
}

/// One cell: in quotation marks, on one line, and a text even where it begins as a formula does.
fn cell(text: &str) -> String {
    let text: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    // Excel takes the full-width forms for formulas as well, and spaces before them do not stop every program.
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_never_two() {
        for (text, written) in [
            ("ДС-326", "\"ДС-326\""),
            ("=1+1", "\"'=1+1\""),
            ("+7 717", "\"'+7 717\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("＝1", "\"'＝1\""),
            ("\t=1", "\"' =1\""),
            ("\r\n  =1", "\"'    =1\""),
            ("a;\"b\"\r\nc", "\"a;\"\"b\"\"  c\""),
            ("1=1", "\"1=1\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
        assert_eq!(line(&["a".into(), "b;c".into()]), "\"a\";\"b;c\"\r\n");
    }

    #[test]
    fn a_file_that_holds_less_than_was_found_says_so() {
        for language in Language::ALL {
            let said = cut(5000, language);
            assert!(said.contains("5000"), "{said}");
        }
    }

    #[test]
    fn nothing_chosen_is_not_everything() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert!(matches!(chosen(&[pair("q", "x")]), Ok(None)));
        assert!(chosen(&[pair("chosen", "yes")]).is_err());
        assert!(chosen(&[pair("chosen", "yes"), pair("inquiry", "x")]).is_err());
        let id = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001";
        assert!(matches!(chosen(&[pair("chosen", "yes"), pair("inquiry", id)]), Ok(Some(ids)) if ids.len() == 1));
    }
}
