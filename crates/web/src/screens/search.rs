//! `/search`: everything that is written, found by words in any form, by numbers and by names, each reader among what they may see.
//!
//! An address is all there is to a search ([`question`]): it can be kept, sent and opened again, and each reader finds their own. [`facets`] are links
//! that narrow, [`hits`] what was found and where, [`saved`] the searches that somebody keeps, with what is new of them.

mod facets;
mod hits;
pub(crate) mod question;
mod saved;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::Language;
use readmodel::search::{Found, MOST, search};
use serde::Serialize;

use super::PAGE;
use super::fields::say;
use super::register::figure as count;
use crate::accounts::searches::LONGEST_NAME;
use crate::address::escaped;
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use hits::Row;
use question::{Asked, Chip, Question};

pub(crate) use saved::figure;

/// Where one searches.
pub(crate) const PATH: &str = "/search";

pub(super) fn routes() -> Vec<Route> {
    let onward = Answer { status: 303, means: "On to the inquiry that has the number.", gives: Gives::Nothing };
    let mut routes = vec![
        Route::get(PATH, "search_page", Permission::SignedIn, page)
            .summary("Searches everything that is written; a number leads straight to its inquiry.")
            .answer(PAGE)
            .answer(onward),
    ];
    routes.extend(saved::routes());
    routes
}

#[derive(Debug, Serialize)]
struct Facts {
    q: String,
    /// What narrows stays while other words are searched for.
    besides: Vec<(&'static str, String)>,
    is_anything: bool,
    /// What was typed holds no word.
    nothing_asked: bool,
    found: String,
    chips: Vec<Chip>,
    /// The same without what narrows.
    plain: Option<String>,
    instead: Vec<Instead>,
    /// Back to the words as they were typed.
    exactly: String,
    is_exactly: bool,
    /// The same with words like them.
    freely: String,
    facets: Vec<facets::Shown>,
    rows: Vec<Row>,
    /// The list ends, and more was found.
    unlisted: Option<String>,
    next: Option<String>,
    beginning: Option<String>,
    /// How this search is kept, and a name for it.
    question: String,
    name: String,
    kept: Vec<saved::Shown>,
}

/// Words that are hardly written anywhere, and what was searched for besides.
#[derive(Debug, Serialize)]
struct Instead {
    typed: String,
    searched: String,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let asked = question.read()?;
    let actor = &caller.account.actor;
    let found = if asked.is_anything() {
        let found = search(&state.reader(actor), &asked.of_index()).await;
        Some(found.map_err(|error| Problem::failure("search what is written", error))?)
    } else {
        None
    };
    if let Some(inquiry) = found.as_ref().and_then(|found| found.exact)
        && question.all != "yes"
        && asked.after.is_none()
        && !asked.is_narrowed()
    {
        let place = format!("/inquiries/{inquiry}?sought={}", escaped(&asked.words));
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish());
    }
    let kept = saved::shown(&state, &caller, &asked).await?;
    let facts = facts(&state, &asked, found, kept, language);
    let title = Words::new("Іздеу", "Поиск", "Search");
    let page = Page { template: "search", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

fn facts(state: &State, asked: &Asked, found: Option<Found>, kept: Vec<saved::Shown>, language: Language) -> Facts {
    let freely = Asked { exactly: false, after: None, ..asked.clone() };
    let mut facts = Facts {
        q: asked.words.clone(),
        besides: asked.beside_the_words(),
        is_anything: found.is_some(),
        nothing_asked: false,
        found: String::new(),
        chips: asked.chips(state, language),
        plain: asked.is_narrowed().then(|| asked.plain().all()),
        instead: Vec::new(),
        exactly: asked.exactly().all(),
        is_exactly: asked.exactly,
        freely: freely.all(),
        facets: Vec::new(),
        rows: Vec::new(),
        unlisted: None,
        next: None,
        beginning: asked.after.map(|_| Asked { after: None, ..asked.clone() }.all()),
        question: asked.since(None).query(),
        name: asked.words.chars().take(LONGEST_NAME).collect(),
        kept,
    };
    let Some(found) = found else { return facts };
    facts.nothing_asked = found.nothing_asked && !asked.is_narrowed();
    facts.found = found_words(&found, language);
    facts.instead = found
        .instead
        .iter()
        .map(|one| Instead { typed: one.typed.clone(), searched: one.searched.join(", ") })
        .collect();
    facts.facets = facets::shown(state, asked, &found, language);
    facts.unlisted = (found.total.more && found.next.is_none()).then(|| unlisted(language));
    facts.next = found.next.map(|next| asked.page(&next));
    facts.rows = found.hits.into_iter().map(|hit| Row::of(state, hit, language)).collect();
    facts
}

/// What stands where the list ends before all that was found.
fn unlisted(language: Language) -> String {
    match language {
        Language::Kk => format!("Ең жақын {MOST} сауал көрсетілді. Қалғандарын көру үшін іздеуді тарылтыңыз."),
        Language::Ru => format!("Показаны {MOST} ближайших запросов. Чтобы увидеть остальные, сузьте поиск."),
        Language::En => format!("These were the nearest {MOST} inquiries. Narrow the search to see the others."),
    }
}

/// «Табылды: 12; сөздердің бір бөлігімен тағы 3».
fn found_words(found: &Found, language: Language) -> String {
    let whole = format!("{} {}", say(language, "Табылды:", "Найдено:", "Found:"), count(found.total));
    if found.partly.counted == 0 {
        return whole;
    }
    let partly = say(language, "сөздердің бір бөлігімен тағы", "ещё с частью слов", "more with some of the words:");
    format!("{whole}; {partly} {}", count(found.partly))
}
