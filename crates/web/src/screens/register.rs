//! `/inquiries`, the worklist: the inquiries that concern whoever looks, narrowed, counted, found, and taken out as rows.
//!
//! [`question`] is what is asked in an address, [`standing`] what the tiles and the states narrow by, [`listing`] the pages, [`mod@export`]
//! the file for a spreadsheet.

mod export;
mod listing;
mod question;
mod standing;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::{Language, MinistryCode, Role};
use inquiry::StageName;
use jiff::civil::Date;
use readmodel::register::{self, Entry, MOST_AT_ONCE, Order};
use serde::Serialize;

use super::PAGE;
use super::fields::{Choice, say};
use super::wording::{self, Due};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};
use export::EXPORTS;
use listing::{listed, place};
use question::{Asked, Chip, Question};
use standing::{Standing, TILES, tile};

/// The most pips beside a number of contributions; of more, the number alone speaks.
const PIPS: usize = 6;

pub(super) fn routes() -> Vec<Route> {
    let onward = Answer { status: 303, means: "On to the register.", gives: Gives::Nothing };
    let mut routes = vec![
        Route::get("/", "first_page", Permission::SignedIn, first).summary("Leads to the register.").answer(onward),
        Route::get("/inquiries", "register_page", Permission::SignedIn, page)
            .summary("The register: what concerns whoever looks.")
            .answer(PAGE),
    ];
    routes.extend(export::routes());
    routes
}

async fn first() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/inquiries")).finish()
}

#[derive(Debug, Serialize)]
struct Facts {
    q: String,
    states: Vec<Choice>,
    leads: Vec<Choice>,
    orders: Vec<Choice>,
    /// Kept by the form: the others' inquiries are wanted beside the own ministry's.
    of_all: bool,
    tiles: Vec<Tile>,
    found: String,
    chips: Vec<Chip>,
    /// Out of everything that narrows, where that is more than one thing.
    clear: bool,
    /// Back to the own ministry's.
    own_again: Option<String>,
    rows: Vec<Row>,
    next: Option<String>,
    beginning: Option<String>,
    is_narrowed: bool,
    today: Date,
    can_register: bool,
    export: Option<Export>,
}

#[derive(Debug, Serialize)]
struct Tile {
    href: String,
    count: u64,
    words: String,
    tone: &'static str,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct Export {
    all: String,
    words: String,
    order: &'static str,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    number: String,
    subject: String,
    subject_language: &'static str,
    recipients: u32,
    lead: Option<wording::Ministry>,
    co_executors: Vec<wording::Ministry>,
    contributions: Option<Contributions>,
    stage: &'static str,
    tone: &'static str,
    due: Due,
}

/// How many of the co-executors' contributions the lead has accepted.
#[derive(Debug, Serialize)]
struct Contributions {
    accepted: usize,
    all: usize,
    words: String,
    pips: Vec<bool>,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let today = state.today();
    let asked = question.read(&caller)?;
    let after = if question.after.is_empty() { None } else { Some(place(&question.after)?) };
    let counting = |error| Problem::failure("count the register", error);
    let filter = asked.filter(today);
    let reader = state.reader(&caller.account.actor);
    let list = listed(&reader, &filter, asked.order, after).await?;
    let totals = register::totals(&reader, &asked.beside_standing(), today).await.map_err(counting)?;
    let found = register::count(&reader, &filter).await.map_err(counting)?;
    let chips = asked.chips(&state, language);
    let facts = Facts {
        tiles: TILES.into_iter().filter_map(|one| shown(&asked, one, &totals, language)).collect(),
        states: Standing::all().map(|one| choice(one.code(), one.words(language), one == asked.standing)).collect(),
        leads: leads(&state, &asked, today, language),
        orders: vec![
            choice("", say(language, "мерзімі", "по сроку", "due date"), asked.order == Order::Due),
            choice(
                "received",
                say(language, "түскен күні", "по поступлению", "received"),
                asked.order == Order::Received,
            ),
        ],
        of_all: asked.of_all && asked.own.is_some(),
        found: found_words(found, language),
        clear: chips.len() > 1,
        chips,
        own_again: asked.own_again().map(|again| again.address("/inquiries", None)),
        next: list.next.map(|next| asked.address("/inquiries", Some(&next.text()))),
        beginning: after.map(|_| asked.address("/inquiries", None)),
        rows: list.entries.into_iter().map(|entry| row(&state, entry, today, language)).collect(),
        is_narrowed: asked.is_narrowed(),
        today,
        can_register: caller.account.actor.has(Role::Clerk),
        export: EXPORTS.allows(Some(&caller.account.actor)).then(|| export(&asked, found, language)),
        q: asked.words,
    };
    let title = Words::new("Депутаттық сауалдар", "Депутатские запросы", "Deputy inquiries");
    let page = Page { template: "register", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

fn choice(value: &str, label: String, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label, chosen }
}

/// A tile leads to its list and, once chosen, out of it.
fn shown(asked: &Asked, standing: Standing, totals: &register::Totals, language: Language) -> Option<Tile> {
    let (count, words, tone) = tile(standing, totals, language)?;
    let chosen = asked.standing == standing;
    let to = if chosen { Standing::Any } else { standing };
    Some(Tile { href: asked.at(to).address("/inquiries", None), count, words, tone, chosen })
}

/// The ministries of the day, and the one that is asked for if it is of another day.
fn leads(state: &AppState, asked: &Asked, today: Date, language: Language) -> Vec<Choice> {
    let chosen = asked.lead.as_ref().map(ToString::to_string);
    // Abbreviations first: they are what rows show, and what a narrow field has room for.
    let named = |code: &str, name: String| match MinistryCode::new(code) {
        Ok(code) => format!("{} – {name}", wording::ministry(state, &code, language).short),
        Err(_) => name,
    };
    let mut leads = vec![choice("", say(language, "барлығы", "все", "all"), chosen.is_none())];
    leads.extend(
        wording::ministries(state, today, language)
            .into_iter()
            .map(|(code, name)| choice(&code, named(&code, name), chosen.as_ref() == Some(&code))),
    );
    if let Some(lead) = asked.lead.as_ref().filter(|_| !leads.iter().any(|lead| lead.chosen)) {
        leads.push(choice(lead.as_str(), wording::ministry(state, lead, language).name, true));
    }
    leads
}

fn found_words(found: u64, language: Language) -> String {
    let (kk, ru, en) = (format!("{found} сауал табылды"), format!("Найдено: {found}"), format!("{found} found"));
    say(language, &kk, &ru, &en)
}

fn export(asked: &Asked, found: u64, language: Language) -> Export {
    let words = if found > u64::from(MOST_AT_ONCE) {
        let kk = format!("Алғашқы {MOST_AT_ONCE} жол (CSV)");
        let ru = format!("Первые {MOST_AT_ONCE} строк (CSV)");
        say(language, &kk, &ru, &format!("The first {MOST_AT_ONCE} rows (CSV)"))
    } else {
        say(language, "Табылғанның бәрі (CSV)", "Всё найденное (CSV)", "All that was found (CSV)")
    };
    let order = if asked.order == Order::Received { "received" } else { "" };
    Export { all: asked.address("/inquiries/export.csv", None), words, order }
}

/// The day of an entry with what it means today.
fn due(entry: &Entry, today: Date, language: Language) -> Due {
    let is_owed = entry.on_control && !matches!(entry.stage, StageName::Dispatched | StageName::Closed);
    Due::of(entry.due, today, is_owed, language)
}

fn contributions(entry: &Entry, language: Language) -> Option<Contributions> {
    let (accepted, all) = (entry.contributed.len(), entry.co_executors.len());
    if all == 0 {
        return None;
    }
    let kk = format!("Қабылданған ұсыныстар: {all} ішінен {accepted}");
    let ru = format!("Принято предложений: {accepted} из {all}");
    let words = say(language, &kk, &ru, &format!("{accepted} of {all} contributions accepted"));
    let pips = if all > PIPS { Vec::new() } else { (0..all).map(|n| n < accepted).collect() };
    Some(Contributions { accepted, all, words, pips })
}

fn row(state: &AppState, entry: Entry, today: Date, language: Language) -> Row {
    Row {
        due: due(&entry, today, language),
        contributions: contributions(&entry, language),
        id: entry.inquiry.to_string(),
        number: entry.number,
        subject: entry.subject,
        subject_language: entry.language.code(),
        recipients: entry.recipients,
        lead: entry.lead.map(|code| wording::ministry(state, &code, language)),
        co_executors: entry.co_executors.iter().map(|code| wording::ministry(state, code, language)).collect(),
        stage: entry.stage.words(language),
        tone: wording::stage_tone(entry.stage),
    }
}
