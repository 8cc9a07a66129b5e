//! `/inquiries`, the worklist: the inquiries that concern whoever looks, narrowed, counted, found, and taken out as rows.
//!
//! [`question`] is what is asked in an address, [`standing`] what the tiles and the states narrow by, [`listing`] the pages, [`mod@row`] what a
//! row says, [`views`] the questions that somebody keeps, [`live`] what tells an open page that something has moved, [`mod@export`] the
//! files for a spreadsheet.

mod between;
mod export;
mod listing;
mod live;
mod question;
mod row;
mod standing;
mod views;

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::{Language, MinistryCode, Role};
use jiff::civil::Date;
use readmodel::deliveries::Patience;
use readmodel::followers::Table;
use readmodel::register::{Count, Entry, Filter, MOST_AT_ONCE, Order, Totals};
use readmodel::{ReadError, Sight, Sitting};
use serde::Serialize;

use super::bulk::Bulk;
use super::duties;
use super::fields::{Choice, say};
use super::moment::{Bar, day_of, staying};
use super::names::Names;
use super::{PAGE, SEES_MAIL, search};
use crate::accounts::views::View;
use crate::address::escaped;
use crate::moment::Moment;
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};
use export::EXPORTS;
use listing::{Known, listed, owners, place};
use question::{Asked, Chip, Question};
use row::{Row, found_by};
use standing::{Standing, TILES, tile};
use views::Keeping;

pub(super) use export::{about, attached, chosen, line};
pub(crate) use live::PATH as LIVE;
pub(crate) use standing::figure;

/// How long a page waits at most for the table of the past.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn routes() -> Vec<Route> {
    let onward = Answer { status: 303, means: "On to the page that opens first.", gives: Gives::Nothing };
    let mut routes = vec![
        Route::get("/", "first_page", Permission::SignedIn, first)
            .summary("Leads to what a ministry owes, to the register, or to the view of it that opens first.")
            .answer(onward),
        Route::get("/inquiries", "register_page", Permission::SignedIn, page)
            .summary("The register: what concerns whoever looks, as it stands or as it stood at a moment.")
            .answer(PAGE),
    ];
    routes.extend(between::routes());
    routes.extend(export::routes());
    routes.extend(live::routes());
    routes.extend(views::routes());
    routes
}

/// Whoever writes for a ministry begins with what it owes; who works in the Office has all of the register before them.
async fn first(caller: Caller) -> HttpResponse {
    let opens = caller.views.iter().find(|view| view.opens).map(View::href);
    let place = opens.unwrap_or_else(|| {
        let is_ministrys = matches!(Sight::of(&caller.account.actor), Sight::Own { ministry: Some(_), .. });
        if is_ministrys { duties::PATH } else { "/inquiries" }.to_owned()
    });
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}

#[derive(Debug, Serialize)]
struct Facts {
    /// The moment as of which it is shown, and the way to others.
    bar: Bar,
    /// What links add to stay in the past; nothing in the present.
    past: String,
    q: String,
    states: Vec<Choice>,
    leads: Vec<Choice>,
    orders: Vec<Choice>,
    /// Kept by the form: the others' inquiries are wanted beside the own ministry's.
    of_all: bool,
    /// Kept too: what narrows and has no field of its own.
    besides: Vec<(&'static str, String)>,
    tiles: Vec<Tile>,
    /// How many mails have not gone and should have; none: none, or nothing for whoever looks.
    late_mail: Option<i64>,
    found: String,
    chips: Vec<Chip>,
    /// Out of everything that narrows, where that is more than one thing.
    clear: bool,
    /// Back to the own ministry's.
    own_again: Option<String>,
    rows: Vec<Row>,
    /// Where nothing was found for words: the search of everything that is written, for the same words.
    texts: Option<String>,
    next: Option<String>,
    beginning: Option<String>,
    is_narrowed: bool,
    today: Date,
    can_register: bool,
    /// What may be done with several at once.
    bulk: Vec<Bulk>,
    export: Option<Export>,
    /// Rows can be ticked, and something be done with them.
    picks: bool,
    /// How this question is kept as a view.
    keeping: Keeping,
    /// How far the register had come before this was asked, or a mark of what is shown ([`live`]); none of a page of the past.
    at: Option<String>,
}

#[derive(Debug, Serialize)]
struct Tile {
    href: String,
    count: String,
    words: String,
    tone: &'static str,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct Export {
    csv: String,
    xlsx: String,
    words: String,
    order: &'static str,
}

async fn page(
    state: State,
    mut caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let moment = question.moment.moment(&state).await?;
    let today = day_of(&state, moment);
    let asked = question.read(&caller)?.seen_at(moment);
    let after = if question.after.is_empty() { None } else { Some(place(&question.after)?) };
    let (filter, beside) = (asked.filter(today), asked.beside_standing());
    let come = live::come(&state);
    let asking = |error| Problem::failure("ask the register", error);
    caught_up(&state, moment).await;
    let sitting = state.reader(&caller.account.actor).sit_as_of(moment.map(Moment::as_of)).await.map_err(asking)?;
    // Nothing is told to a page of the past.
    let at = match moment {
        None => Some(live::at(&sitting, &caller.account.actor, come).await.map_err(asking)?),
        Some(_) => None,
    };
    let sought = asked.number();
    // One connection, one batch: the database works on these while we wait.
    let (list, own, totals, views, late) = tokio::join!(
        listed(&sitting, &filter, asked.order, after),
        owners(&sitting, &filter, sought.as_ref(), asked.order),
        sitting.totals(&beside, today),
        views::counted(&sitting, &caller, &asked, today),
        late_mail(&sitting, &state, &caller, moment),
    );
    let (list, totals) = (list?.behind(own?, after.is_none()), totals.map_err(asking)?);
    let found = found(&sitting, &asked, today, &totals, list.known).await.map_err(asking)?;
    let late_mail = late.map_err(asking)?;
    caller.views = views.map_err(asking)?.into();
    sitting.rise().await.map_err(asking)?;
    let names = Names::of(&state, moment).await?;
    let chips = asked.chips(&names, language);
    let row = |entry: Entry| {
        let found_by = sought.as_ref().and_then(|sought| found_by(sought, &entry, language));
        Row::of(&names, entry, today, language).saying(found_by)
    };
    let facts = Facts {
        tiles: TILES.into_iter().filter_map(|one| shown(&asked, one, &totals, language)).collect(),
        states: Standing::all().map(|one| choice(one.code(), one.words(language), one == asked.standing)).collect(),
        leads: leads(&names, &asked, language),
        orders: vec![
            choice("", say(language, "мерзімі", "по сроку", "due date"), asked.order == Order::Due),
            choice(
                "received",
                say(language, "түскен күні", "по поступлению", "received"),
                asked.order == Order::Received,
            ),
        ],
        of_all: asked.of_all && asked.own.is_some(),
        besides: asked.beside_the_form(),
        late_mail,
        found: found_words(found, language),
        clear: chips.len() > 1,
        chips,
        own_again: asked.own_again().map(|again| again.address("/inquiries", None)),
        next: list.next.map(|next| asked.address("/inquiries", Some(&next.text()))),
        beginning: after.map(|_| asked.address("/inquiries", None)),
        texts: texts(&asked, list.entries.is_empty()),
        rows: list.entries.into_iter().map(row).collect(),
        is_narrowed: asked.is_narrowed(),
        today,
        can_register: moment.is_none() && caller.account.actor.has(Role::Clerk),
        bulk: if moment.is_none() { Bulk::offered(&caller.account.actor, language) } else { Vec::new() },
        picks: moment.is_none() && EXPORTS.allows(Some(&caller.account.actor)),
        bar: bar(&state, &caller, &asked, language).await?,
        past: staying(moment),
        export: EXPORTS.allows(Some(&caller.account.actor)).then(|| export(&asked, found, language)),
        keeping: Keeping::of(&asked, &caller, language),
        at,
        q: asked.words,
    };
    let title = Words::new("Депутаттық сауалдар", "Депутатские запросы", "Deputy inquiries");
    let page = Page { template: "register", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

/// The bar with the moment; in the past it leads to what has changed since.
async fn bar(state: &AppState, caller: &Caller, asked: &Asked, language: Language) -> Result<Bar, Problem> {
    let besides = asked.present().pairs(None);
    let bar = Bar::of_days(state, language, "/inquiries", besides, asked.moment).await?;
    let bar = bar.of_all_events(state, &caller.account.actor, asked.moment).await?;
    Ok(match asked.moment {
        Some(moment) => bar.comparing(between::address(asked, moment)),
        None => bar,
    })
}

/// Whoever looks back a moment finds what was recorded until then.
/// A table that is late shows what it has, and the log says so.
pub(crate) async fn caught_up(state: &AppState, moment: Option<Moment>) {
    if let Some(moment) = moment {
        let come = state.journal.wait_for(Table::Past.name(), moment.position, PATIENCE).await;
        if let Err(error) = come {
            tracing::warn!(error = %error, "the register's past was not up to date in time");
        }
    }
}

/// How many were found.
#[derive(Debug, Clone, Copy)]
enum Found {
    /// Open or ended, as was asked.
    All(Count),
    /// So many that are open; the ended ones are not counted.
    Open(u64),
}

/// Of so many open ones the ended ones are not counted besides, where all of them would have to be gathered for it: that costs more than the page.
const MANY_OPEN: u64 = 250;

/// How many were found: a tile may have counted them already, or those of them that are open.
async fn found(
    sitting: &Sitting,
    asked: &Asked,
    today: Date,
    totals: &Totals,
    known: Known,
) -> Result<Found, ReadError> {
    if let Some(counted) = asked.standing.total(totals) {
        return Ok(Found::All(counted));
    }
    let (open, filter) = (totals.open, asked.beside_standing());
    match known {
        Known::All(all) => Ok(Found::All(all)),
        Known::Ended(ended) => Ok(Found::All(open.and(ended))),
        Known::Nothing if asked.standing != Standing::Any => Ok(Found::All(sitting.count(&asked.filter(today)).await?)),
        Known::Nothing if open.more => Ok(Found::All(open)),
        Known::Nothing if filter.asks_for_content() && open.counted > MANY_OPEN => Ok(Found::Open(open.counted)),
        Known::Nothing => {
            let ended = Filter { open: Some(false), ..filter };
            Ok(Found::All(sitting.count_beside(open, &ended).await?))
        }
    }
}

/// Told before the deadline, to those who can do something about it.
async fn late_mail(
    sitting: &Sitting,
    state: &AppState,
    caller: &Caller,
    moment: Option<Moment>,
) -> Result<Option<i64>, ReadError> {
    if moment.is_some() || !SEES_MAIL.allows(Some(&caller.account.actor)) {
        return Ok(None);
    }
    let late = sitting.late_mails(Patience::at(state.clock.now(), state.today())).await?;
    Ok((late > 0).then_some(late))
}

/// The list knows numbers, subjects and names; what it does not find may be written elsewhere. The past is not searched.
fn texts(asked: &Asked, is_nothing: bool) -> Option<String> {
    let is_offered = is_nothing && asked.moment.is_none() && !asked.words.is_empty();
    is_offered.then(|| format!("{}?q={}", search::PATH, escaped(&asked.words)))
}

fn choice(value: &str, label: String, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label, chosen }
}

/// A tile leads to its list and, once chosen, out of it.
fn shown(asked: &Asked, standing: Standing, totals: &Totals, language: Language) -> Option<Tile> {
    let (count, words, tone) = tile(standing, totals, language)?;
    let chosen = asked.standing == standing;
    let to = if chosen { Standing::Any } else { standing };
    Some(Tile { href: asked.at(to).address("/inquiries", None), count: standing::figure(count), words, tone, chosen })
}

/// The ministries of the day, and the one that is asked for if it is of another day.
fn leads(names: &Names, asked: &Asked, language: Language) -> Vec<Choice> {
    let chosen = asked.lead.as_ref().map(ToString::to_string);
    // Abbreviations first: they are what rows show, and what a narrow field has room for.
    let named = |code: &str, name: String| match MinistryCode::new(code) {
        Ok(code) => format!("{} – {name}", names.ministry(&code, language).short),
        Err(_) => name,
    };
    let anybody = chosen.is_none() && !asked.unassigned;
    let mut leads = vec![
        choice("", say(language, "барлығы", "все", "all"), anybody),
        choice("none", say(language, "әлі тағайындалмаған", "ещё не назначен", "none yet"), asked.unassigned),
    ];
    leads.extend(
        names
            .ministries(language)
            .into_iter()
            .map(|(code, name)| choice(&code, named(&code, name), chosen.as_ref() == Some(&code))),
    );
    if let Some(lead) = asked.lead.as_ref().filter(|_| !leads.iter().any(|lead| lead.chosen)) {
        leads.push(choice(lead.as_str(), names.ministry(lead, language).name, true));
    }
    leads
}

fn found_words(found: Found, language: Language) -> String {
    let (kk, ru, en) = match found {
        // A suffix of Kazakh goes by the numeral: 100-ден, 1000-нан.
        Found::All(Count { counted, more: true }) => (
            format!("{counted}+ сауал табылды"),
            format!("Найдено более {counted}"),
            format!("More than {counted} found"),
        ),
        Found::All(Count { counted, more: false }) => {
            (format!("{counted} сауал табылды"), format!("Найдено: {counted}"), format!("{counted} found"))
        }
        Found::Open(open) => (
            format!("Жұмыста {open} сауал табылды, аяқталғандары саналмады"),
            format!("Найдено в работе: {open}, завершённые не посчитаны"),
            format!("{open} open found, ended ones not counted"),
        ),
    };
    say(language, &kk, &ru, &en)
}

fn export(asked: &Asked, found: Found, language: Language) -> Export {
    let is_all = matches!(found, Found::All(Count { more: false, .. }));
    let words = if is_all {
        say(language, "Табылғанның бәрі", "Всё найденное", "All that was found")
    } else {
        let (kk, ru) = (format!("{MOST_AT_ONCE} жолға дейін"), format!("До {MOST_AT_ONCE} строк"));
        say(language, &kk, &ru, &format!("Up to {MOST_AT_ONCE} rows"))
    };
    let order = if asked.order == Order::Received { "received" } else { "" };
    let [csv, xlsx] = ["/inquiries/export.csv", "/inquiries/export.xlsx"].map(|path| asked.address(path, None));
    Export { csv, xlsx, words, order }
}
