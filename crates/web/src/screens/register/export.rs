//! `/inquiries/export.csv`: rows of the register for a spreadsheet, chosen ones or all that were found.
//!
//! UTF-8 with its mark, `;` between cells, lines as RFC 4180 ends them: so Excel opens it by a double click where a comma is the decimal
//! sign. What a deputy wrote is never a formula there (OWASP, «CSV Injection»).

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::{Language, MinistryCode};
use inquiry::InquiryId;
use jiff::civil::Date;
use readmodel::register::{self, Entry, Filter, MOST_AT_ONCE};

use super::due;
use super::listing::everything;
use super::question::Question;
use crate::api;
use crate::permission::{Permission, STAFF};
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::screens::fields::say;
use crate::screens::wording;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};

/// Who takes rows out of the house; of what they may see and no more.
pub(super) const EXPORTS: Permission = STAFF;

pub(super) fn routes() -> Vec<Route> {
    let file = Answer { status: 200, means: "The rows, 5,000 at most.", gives: Gives::Bytes("text/csv") };
    vec![
        Route::get("/inquiries/export.csv", "register_export", EXPORTS, export)
            .summary(
                "Rows of the register as a file for a spreadsheet: those that were chosen, or all that were found.",
            )
            .answer(file),
    ]
}

async fn export(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let today = state.today();
    let asked = question.read(&caller)?;
    let filter = match chosen(&pairs)? {
        Some(inquiries) => Filter { inquiries, ..api::visible(&caller) },
        None => asked.filter(today),
    };
    let reader = state.reader(&caller.account.actor);
    let entries = everything(&reader, &filter, asked.order, MOST_AT_ONCE).await?;
    let found = if entries.len() < usize::from(MOST_AT_ONCE) {
        entries.len() as u64
    } else {
        let counted = register::count(&reader, &filter).await;
        counted.map_err(|error| Problem::failure("count the register", error))?
    };
    tracing::info!(account = %caller.account.id, rows = entries.len(), "rows of the register were exported");
    let name = format!("attachment; filename=\"inquiries-{today}.csv\"");
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(file(&state, &entries, found, today, language)))
}

/// The inquiries that were ticked; none where all that were found are wanted.
fn chosen(pairs: &[(String, String)]) -> Result<Option<Vec<InquiryId>>, Problem> {
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

fn file(state: &AppState, entries: &[Entry], found: u64, today: Date, language: Language) -> String {
    let mut text = String::from("\u{feff}");
    text.push_str(&line(&heads(language)));
    for entry in entries {
        text.push_str(&line(&cells(state, entry, today, language)));
    }
    if (entries.len() as u64) < found {
        text.push_str(&line(&[cut(entries.len(), found, language)]));
    }
    text
}

/// Said in the file itself, whoever opens it later.
fn cut(rows: usize, found: u64, language: Language) -> String {
    let kk = format!("{found} сауал табылды, мұнда алғашқы {rows} ғана");
    let ru = format!("Найдено запросов: {found}, здесь только первые {rows}");
    say(language, &kk, &ru, &format!("{found} were found, these are the first {rows} only"))
}

fn heads(language: Language) -> [String; 13] {
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

fn cells(state: &AppState, entry: &Entry, today: Date, language: Language) -> [String; 13] {
    let short = |code: &MinistryCode| wording::ministry(state, code, language).short;
    let all = entry.co_executors.len();
    [
        entry.number.clone(),
        entry.incoming_number.clone().unwrap_or_default(),
        day(entry.received),
        entry.subject.clone(),
        entry.recipients.to_string(),
        entry.lead.as_ref().map(short).unwrap_or_default(),
        entry.co_executors.iter().map(short).collect::<Vec<_>>().join(", "),
        // «2/3» would be taken for a date.
        if all == 0 { String::new() } else { format!("{} ({all})", entry.contributed.len()) },
        entry.stage.words(language).to_owned(),
        day(entry.due),
        due(entry, today, language).left.unwrap_or_default(),
        entry.outgoing_number.clone().unwrap_or_default(),
        entry.outgoing_dated.map(day).unwrap_or_default(),
    ]
}

fn day(date: Date) -> String {
    date.strftime("%d.%m.%Y").to_string()
}

fn line(cells: &[String]) -> String {
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
            let said = cut(5000, 12_345, language);
            assert!(said.contains("5000") && said.contains("12345"), "{said}");
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
