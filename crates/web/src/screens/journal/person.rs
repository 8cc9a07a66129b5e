//! `/journal/people/{account}`: everything that an account did and looked at between two moments.

use actix_web::{HttpResponse, web};
use directory::Language;
use readmodel::entries::{self, Wanted};
use serde::{Deserialize, Serialize};

use super::super::PAGE;
use super::super::reads::{self, SEES_READS};
use super::super::wording::People;
use super::filter::Question;
use super::rows::{self, Row};
use crate::address;
use crate::moment::bound;
use crate::pages::Page;
use crate::problem::Problem;
use crate::reads::list::Wanted as Looked;
use crate::routes::Route;
use crate::speech::Words;
use crate::time::Edge;
use crate::{Caller, Speaks, State};

/// Events of a page.
const EVENTS: i64 = 30;

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
    let asked = question.read(&state, &caller).await?;
    let reader = state.reader(&caller.account.actor);
    let wanted = Wanted { actor: Some(account.clone()), ..asked.wanted };
    let found = entries::list(&reader, &wanted, asked.direction, asked.after, EVENTS).await;
    let found = found.map_err(|error| Problem::failure("list what an account did", error))?;
    let looked = Looked {
        account: Some(account.clone()),
        from: bound("from", &from, Edge::Begin)?,
        until: bound("to", &to, Edge::End)?,
        before,
        ..Looked::default()
    };
    let looks = reads::found(&state, &caller, &looked, language).await?;
    let own = |extra: (&str, String)| {
        let mut pairs = vec![("from", from.trim()), ("to", to.trim())];
        pairs.retain(|(_, value)| !value.is_empty());
        pairs.push((extra.0, &extra.1));
        format!("/journal/people/{}?{}", address::escaped(&account), address::query(&pairs))
    };
    let facts = Facts {
        name: named(&state, &account, language).await?,
        events: rows::of(&state, &caller, &found.entries, language).await?,
        more_events: found.next.map(|place| own(("after", super::filter::cursor(&place)))),
        in_journal: Question { after: String::new(), ..question }.address("/journal", None),
        looks: looks.rows,
        more_looks: looks.next.map(|id| own(("before", id.to_string()))),
        account: account.clone(),
        from: from.trim().to_owned(),
        to: to.trim().to_owned(),
    };
    let title = Words::new("Не істеді және не қарады", "Что сделано и просмотрено", "What was done and looked at");
    let page = Page { template: "journal_person", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

async fn named(state: &State, account: &str, language: Language) -> Result<String, Problem> {
    Ok(People::of(state).await?.or_worker(account, language).to_owned())
}
