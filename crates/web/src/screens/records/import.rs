//! A table of ministries, deputies or days: first what it comes to, row by row, and then all of it or nothing.

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::Language;
use directory::changes::event::{CalendarChanged, DaySet, Recount};
use directory::changes::import::{Column, Report, Table, Unread, anew};
use directory::changes::{Change, MOST};
use serde::Serialize;
use uuid::Uuid;

use super::super::fields::{Fault, Typed, one_line, say};
use super::told::{self, Called};
use crate::address::escaped;
use crate::doors::upload::{self, Bounds};
use crate::office::records::preview::{self, Affected};
use crate::office::records::{import, record};
use crate::office::{Asked, to_the_end};
use crate::pages::Page;
use crate::problem::Problem;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// The largest table, in bytes: it goes through a form once more when it is taken.
const LIMIT: usize = 96 * 1024;
/// Refused rows and deadlines that are told one by one.
const ROWS: usize = 200;

#[derive(Debug, Serialize)]
struct Facts {
    tables: Vec<Choice>,
    columns: Vec<Columns>,
    act: String,
    refused: Vec<String>,
    report: Option<Told>,
}

#[derive(Debug, Serialize)]
struct Choice {
    code: &'static str,
    name: String,
    chosen: bool,
}

/// What a table has to look like.
#[derive(Debug, Serialize)]
struct Columns {
    name: String,
    rows: Vec<ColumnTold>,
    /// A file to begin with, inside its own address, and what it is called.
    template: String,
    file: String,
}

#[derive(Debug, Serialize)]
struct ColumnTold {
    name: &'static str,
    expected: String,
    example: String,
}

/// What the table comes to.
#[derive(Debug, Serialize)]
struct Told {
    table: &'static str,
    act: String,
    text: String,
    key: String,
    version: u64,
    rows: usize,
    known: usize,
    changes: usize,
    /// Nothing stands against it, and there is something to record.
    can_be_taken: bool,
    lines: Vec<Line>,
    /// Every day that would be another.
    days: Vec<DayTold>,
    /// How many rows are refused, and those that are told; how many that are, where it is not all of them.
    refused: usize,
    faults: Vec<Line>,
    first: Option<usize>,
    /// The years whose days the table changes.
    years: Vec<YearTold>,
    /// How many open inquiries have a day that these days would move: somebody decides whether they follow.
    affected: usize,
    deadlines: Vec<Moving>,
}

/// A year as its calendar would be.
#[derive(Debug, Serialize)]
struct YearTold {
    words: String,
    /// That it may be a part of the year only.
    doubt: Option<String>,
}

/// A day as it would be.
#[derive(Debug, Serialize)]
struct DayTold {
    day: String,
    words: String,
    kind: String,
    note: String,
}

/// A deadline that would move.
#[derive(Debug, Serialize)]
struct Moving {
    id: String,
    number: String,
    before: String,
    after: String,
}

#[derive(Debug, Serialize)]
struct Line {
    line: u64,
    words: String,
}

struct Visit {
    state: State,
    caller: Caller,
    language: Language,
}

pub(super) async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    Visit { state, caller, language }.answer(HttpResponse::Ok(), Table::Deputies, "", Vec::new(), None)
}

pub(super) async fn dry(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let upload = match upload::read(form, &Bounds::of_file(LIMIT)).await {
        Ok(upload) => upload,
        Err(problem @ Problem::TooLarge { .. }) => {
            let refused = vec![problem.body(language).detail];
            return visit.answer(problem.start(), Table::Deputies, "", refused, None);
        }
        Err(problem) => return Err(problem),
    };
    let typed = Typed(upload.fields);
    let table = Table::from_code(typed.get("table")).unwrap_or(Table::Deputies);
    let act = one_line(typed.get("act"));
    let text = upload.file.map(|file| String::from_utf8(file.bytes));
    let text = match text {
        Some(Ok(text)) if !act.is_empty() => text,
        Some(Err(_)) => {
            let what = Unread::NoText.words(language);
            return visit.answer(HttpResponse::UnprocessableEntity(), table, &act, vec![what], None);
        }
        _ => {
            let what = visit.say(
                "UTF-8 кодтауындағы CSV файлды таңдап, негізін жазыңыз.",
                "Выберите файл CSV в кодировке UTF-8 и укажите основание.",
                "Choose a CSV file in UTF-8 and say by which act.",
            );
            return visit.answer(HttpResponse::UnprocessableEntity(), table, &act, vec![what], None);
        }
    };
    let report = import(&visit.state, table, &text, &act).await?;
    let affected = visit.affected(&report).await?;
    let told = visit.told(table, &act, text, Uuid::new_v4().to_string(), (&report, &affected));
    visit.answer(HttpResponse::Ok(), table, &act, Vec::new(), Some(told))
}

pub(super) async fn take(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let typed = Typed(typed);
    let table = Table::from_code(typed.get("table")).ok_or(Problem::UnknownAddress)?;
    let act = one_line(typed.get("act"));
    let text = typed.all("text").first().copied().unwrap_or_default().replace("\r\n", "\n");
    let key = typed.key()?.to_owned();
    let report = import(&visit.state, table, &text, &act).await?;
    let affected = visit.affected(&report).await?;
    let choice = typed.get("recount").to_owned();
    let recount = match choice.as_str() {
        "all" => Some(Recount::All),
        "none" => Some(Recount::None),
        _ => None,
    };
    if !affected.is_empty() && recount.is_none() {
        let refused = vec![visit.undecided(affected.len())];
        let told = visit.told(table, &act, text, key, (&report, &affected));
        return visit.answer(HttpResponse::UnprocessableEntity(), table, &act, refused, Some(told));
    }
    let account = &visit.caller.account;
    let (actor, at) = (account.actor.clone(), visit.state.clock.now());
    let what = format!("import-records\n{}", table.code());
    let content = format!("{choice}\n{text}");
    let asked = Asked::new(actor, at, account.id, &key, &what, content.as_bytes(), None);
    let mut problem = None;
    if report.refused.is_empty() {
        let recount = recount.unwrap_or(Recount::None);
        let changes: Vec<Change> = report.changes.iter().map(|(_, change)| following(change, &recount)).collect();
        let office = visit.state.clone();
        match to_the_end(async move { record(&office, &asked, changes).await }).await {
            // A form that is sent twice is answered as at first.
            Ok(_) => {
                let place = format!("/records?kind={}&done=yes", table.code());
                return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish());
            }
            Err(failure @ Problem::Failure { .. }) => return Err(failure),
            // The report says that there is nothing to record.
            Err(Problem::BadField { .. }) if report.changes.is_empty() => {}
            Err(other) => problem = Some(other),
        }
    }
    let refused: Vec<String> = problem.iter().map(|problem| Fault::of(problem, language).what).collect();
    let start = problem.as_ref().map_or_else(HttpResponse::Ok, Problem::start);
    let told = visit.told(table, &act, text, key, (&report, &affected));
    visit.answer(start, table, &act, refused, Some(told))
}

impl Visit {
    fn say(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    /// The open inquiries whose days the table would move.
    async fn affected(&self, report: &Report) -> Result<Vec<Affected>, Problem> {
        let mut affected = Vec::new();
        for (_, change) in &report.changes {
            if let Change::CalendarChanged(event) = change {
                preview::caught_up(&self.state).await?;
                affected.extend(preview::of_days(&self.state, &event.days).await?);
            }
        }
        Ok(affected)
    }

    fn undecided(&self, open: usize) -> String {
        self.say(
            &format!("Бұл күндер {open} ашық сауалдың мерзіміне тиеді: олар қайта есептеле ме, таңдаңыз."),
            &format!("Эти дни затрагивают сроки открытых запросов ({open}): выберите, пересчитать ли их."),
            &format!("These days touch the deadlines of {open} open inquiries: choose whether they are counted anew."),
        )
    }

    fn told(
        &self,
        table: Table,
        act: &str,
        text: String,
        key: String,
        (report, affected): (&Report, &[Affected]),
    ) -> Told {
        let (directory, ledger, language) = (self.state.directory(), self.state.records.ledger(), self.language);
        let called = Called { directory: &directory, ledger: &ledger, on: self.state.today(), language };
        let line = |(line, change): &(u64, Change)| {
            let words = Change::words(change.stored_name(), language).unwrap_or_default();
            let mut said = vec![called.detail(change)];
            said.extend(anew(change, &directory, language));
            Line { line: *line, words: format!("{words}: {}", said.join("; ")) }
        };
        let faults = report.refused.iter().take(ROWS);
        Told {
            table: table.code(),
            act: act.to_owned(),
            text,
            key,
            version: self.state.records.version(),
            rows: report.rows,
            known: report.known,
            changes: report.changes.len(),
            can_be_taken: report.refused.is_empty() && (1..=MOST).contains(&report.changes.len()),
            // More than that is refused.
            lines: report.changes.iter().take(MOST).map(line).collect(),
            days: report.changes.iter().flat_map(|(_, change)| days(change, language)).collect(),
            refused: report.refused.len(),
            first: (report.refused.len() > ROWS).then_some(ROWS),
            faults: faults.map(|row| Line { line: row.line, words: row.reason.words(language) }).collect(),
            years: report
                .years(&directory)
                .iter()
                .map(|year| YearTold { words: year.words(language), doubt: year.doubt(language) })
                .collect(),
            affected: affected.len(),
            deadlines: affected.iter().take(ROWS).map(moving).collect(),
        }
    }

    fn answer(
        &self,
        start: HttpResponseBuilder,
        table: Table,
        act: &str,
        refused: Vec<String>,
        report: Option<Told>,
    ) -> Result<HttpResponse, Problem> {
        let name = |one: Table| match one {
            Table::Ministries => self.say("министрліктер", "министерства", "ministries"),
            Table::Deputies => self.say("депутаттар", "депутаты", "deputies"),
            Table::Calendar => self.say("күнтізбе", "календарь", "calendar"),
        };
        let tables = Table::ALL.map(|one| Choice { code: one.code(), name: name(one), chosen: one == table });
        let columns = Table::ALL.map(|one| columns(one, name(one), self.language));
        let facts = Facts { tables: tables.into(), columns: columns.into(), act: act.to_owned(), refused, report };
        let title = Words::new("Кестені енгізу", "Внести таблицу", "Bring a table");
        let page = Page { template: "record_import", title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, &facts)
    }
}

/// The columns of a table, each with what belongs there and what stands there in a row that is known.
fn columns(table: Table, name: String, language: Language) -> Columns {
    let told = |(column, example): (&Column, String)| ColumnTold {
        name: column.name,
        expected: column.words(language),
        example,
    };
    Columns {
        name,
        rows: table.columns().iter().zip(table.example()).map(told).collect(),
        template: format!("data:text/csv,{}", escaped(&table.template())),
        file: format!("{}.csv", table.code()),
    }
}

/// The days of a change, each with what it becomes.
fn days(change: &Change, language: Language) -> Vec<DayTold> {
    let Change::CalendarChanged(event) = change else { return Vec::new() };
    let told = |day: &DaySet| DayTold {
        day: day.date.to_string(),
        words: directory::dates::words(day.date, language),
        kind: told::day_kind(day.kind, language),
        note: directory::calendar::words_of_note(&day.note, language),
    };
    event.days.iter().map(told).collect()
}

/// A deadline before and after.
fn moving(one: &Affected) -> Moving {
    Moving {
        id: one.days.inquiry.to_string(),
        number: directory::number::shown(&one.days.number),
        before: one.days.due.to_string(),
        after: one.moved.reply.as_ref().map_or(one.days.due, |reply| reply.new_due).to_string(),
    }
}

/// The change with what was decided of open deadlines.
fn following(change: &Change, recount: &Recount) -> Change {
    match change {
        Change::CalendarChanged(event) => CalendarChanged { recount: recount.clone(), ..event.clone() }.into(),
        other => other.clone(),
    }
}
