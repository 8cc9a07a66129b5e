//! `/journal/people/{account}`: everything that an account did and looked at between two moments.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use readmodel::Reader;
use readmodel::entries::{self, Direction, Wanted};
use serde::{Deserialize, Serialize};

use super::super::PAGE;
use super::super::fields::Narrowing;
use super::super::reads::{self, SEES_READS};
use super::super::wording::People;
use super::filter::Question;
use super::rows::{self, Row};
use crate::accounts;
use crate::address;
use crate::pages::Page;
use crate::problem::Problem;
use crate::reads::list::Wanted as Looked;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// Events of a page.
const EVENTS: i64 = 30;
/// The most characters of a name that are said back.
const LONGEST_NAME: usize = 64;
/// What is typed into the form.
const TYPED: &[&str] = &["from", "to"];

pub(super) fn routes() -> Vec<Route> {
    vec![
        // Whoever keeps accounts is watched by what people looked at, and does not see it.
        Route::get("/journal/people/{account}", "journal_person_page", SEES_READS, page)
            .summary("Everything that an account did and looked at between two moments.")
            .answer(PAGE),
    ]
}

#[derive(Debug, Deserialize)]
struct Between {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    /// Where the page of events begins.
    #[serde(default)]
    after: String,
    /// Where the page of looks begins.
    before: Option<i64>,
}

#[derive(Debug, Serialize)]
struct Facts {
    account: String,
    name: String,
    from: String,
    to: String,
    /// The form cannot be taken: nothing is looked for.
    is_wrong: bool,
    /// What is wrong with it, field by field.
    wrong: BTreeMap<&'static str, String>,
    events: Vec<Row>,
    more_events: Option<String>,
    /// The same in the journal, with its other conditions and its export.
    in_journal: String,
    looks: Vec<reads::Row>,
    more_looks: Option<String>,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    account: web::Path<String>,
    between: web::Query<Between>,
) -> Result<HttpResponse, Problem> {
    let account = account.into_inner().to_lowercase();
    let Between { from, to, after, before } = between.into_inner();
    let question = Question { who: account.clone(), from: from.clone(), to: to.clone(), after, ..Question::default() };
    let mut form = Narrowing::of(TYPED);
    // Who is meant stands in the address, to the letter.
    let of_days = Question { who: String::new(), ..question.clone() };
    let asked = of_days.read_typed(&state, &caller, &mut form).await?;
    let reader = state.reader(&caller.account.actor);
    let wanted = Wanted { actors: Some(vec![account.clone()]), ..asked.wanted };
    let people = People::of(&state).await?;
    if !people.knows(&account) && !ever_was(&state, &reader, &account).await? {
        return Err(Problem::NoSuchAccount { name: account.chars().take(LONGEST_NAME).collect() });
    }
    let (found, looks) = if form.is_wrong() {
        let nothing = reads::Found { rows: Vec::new(), next: None };
        (entries::Page { entries: Vec::new(), next: None, is_short: false }, nothing)
    } else {
        let found = entries::list(&reader, &wanted, asked.direction, asked.after, EVENTS).await;
        let found = found.map_err(|error| Problem::failure("list what an account did", error))?;
        let (from, until) = (wanted.from, wanted.until);
        let looked = Looked { account: Some(account.clone()), from, until, before, ..Looked::default() };
        (found, reads::found(&state, &caller, &looked, language).await?)
    };
    let own = |extra: (&str, String)| {
        let mut pairs = vec![("from", from.trim()), ("to", to.trim())];
        pairs.retain(|(_, value)| !value.is_empty());
        pairs.push((extra.0, &extra.1));
        format!("/journal/people/{}?{}", address::escaped(&account), address::query(&pairs))
    };
    let facts = Facts {
        name: people.or_worker(&account, language).to_owned(),
        events: rows::of(&state, &caller, &found.entries, language).await?,
        more_events: found.next.map(|place| own(("after", super::filter::cursor(&place)))),
        in_journal: Question { after: String::new(), ..question }.address("/journal", None),
        looks: looks.rows,
        more_looks: looks.next.map(|id| own(("before", id.to_string()))),
        account: account.clone(),
        from: from.trim().to_owned(),
        to: to.trim().to_owned(),
        is_wrong: form.is_wrong(),
        wrong: form.said(language),
    };
    let title = Words::new("Не істеді және не қарады", "Что сделано и просмотрено", "What was done and looked at");
    let page = Page { template: "journal_person", title, caller: Some(&caller), language };
    state.pages.answer_with(form.start(), &state, &page, &facts)
}

/// One that was closed is an account still; a worker of ours is none, and known by what it did.
async fn ever_was(state: &State, reader: &Reader, account: &str) -> Result<bool, Problem> {
    let client = state.pool.get().await?;
    let known = accounts::ever_was(&client, account).await;
    drop(client);
    if known.map_err(|error| Problem::failure("look up an account", error))? {
        return Ok(true);
    }
    let wanted = Wanted { actors: Some(vec![account.to_owned()]), ..Wanted::default() };
    let did = entries::list(reader, &wanted, Direction::NewestFirst, None, 1).await;
    Ok(!did.map_err(|error| Problem::failure("list what an account did", error))?.entries.is_empty())
}
