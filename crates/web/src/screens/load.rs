//! `/load`: how much each ministry has to do, for whoever resolves and watches. What is counted has a list behind it.

mod table;

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use directory::{Actor, Role};
use jiff::civil::Date;
use readmodel::register::Loads;
use serde::{Deserialize, Serialize};

use super::PAGE;
use super::fields::say;
use super::moment::{Bar, address_of};
use super::names::Names;
use super::register::caught_up;
use crate::loads::loads;
use crate::moment::{self, Moment};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};
use table::Sort;

pub(super) use table::{Burden, Burdens, Table};

/// Who sees what ministries have to do.
pub(crate) const SEES_LOAD: Permission = Permission::AnyOf(&[Role::Head, Role::Control, Role::Auditor, Role::Admin]);

const PATH: &str = "/load";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, "load_page", SEES_LOAD, page)
            .summary("How much each ministry has, or had, to do: as lead, as co-executor, overdue, due soon, awaited.")
            .answer(PAGE),
    ]
}

#[derive(Debug, Deserialize)]
struct Asked {
    /// As [`Sort::code`] writes it; empty: what is overdue first.
    #[serde(default)]
    sort: String,
    /// The moment as of which it is counted.
    #[serde(flatten)]
    moment: moment::Asked,
}

#[derive(Debug, Serialize)]
struct Facts {
    bar: Bar,
    today: Date,
    orders: Vec<Order>,
    table: Table,
    /// What each figure counts.
    meanings: Vec<Meaning>,
}

/// A way to put the rows in order.
#[derive(Debug, Serialize)]
struct Order {
    href: String,
    words: String,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct Meaning {
    words: String,
    means: String,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let sort = Sort::read(&asked.sort)?;
    let moment = asked.moment.moment(&state).await?;
    let actor = &caller.account.actor;
    let loads = match moment {
        Some(moment) => Arc::new(then(&state, actor, moment).await?),
        None => loads(&state, actor).await?,
    };
    let names = Names::of(&state, moment).await?;
    let today = names.day();
    let burdens = Burdens::as_of(names, &loads, actor, language, moment);
    let bar = Bar::of_days(&state, language, PATH, vec![("sort", sort.code().to_owned())], moment).await?;
    let order = |one: Sort| Order {
        href: {
            let moment = moment.map(Moment::text).unwrap_or_default();
            address_of(PATH, &[("sort", one.code().to_owned()), ("as_of", moment)])
        },
        words: one.words(language),
        chosen: one == sort,
    };
    let facts = Facts {
        bar: bar.of_all_events(&state, actor, moment).await?,
        today,
        orders: Sort::ALL.into_iter().map(order).collect(),
        table: burdens.table(sort),
        meanings: table::FIGURES
            .into_iter()
            .map(|figure| Meaning { words: figure.words(language), means: figure.means(language) })
            .chain([Meaning {
                words: say(language, "Жолақ", "Полоса", "The bar"),
                means: say(
                    language,
                    "Қызыл – жауап мерзімі өткен, сары – 4 күн ішінде, көк – негізгі орындаушы болған қалғандары, сұр – бірлесіп орындайтындары. Ең ұзыны – ең көп жүктелген министрлік.",
                    "Красное — просрочено, жёлтое — осталось до 4 дней, синее — остальные, где министерство головное, серое — где оно соисполнитель. Самая длинная — у самого загруженного министерства.",
                    "Red: overdue; yellow: due within 4 days; blue: the others that it leads; grey: those in which it is a co-executor. The longest is of the ministry with most.",
                ),
            }])
            .collect(),
    };
    let title = Words::new("Министрліктердің жүктемесі", "Загрузка министерств", "Load of the ministries");
    let page = Page { template: "load", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

/// What ministries had to do at a moment, of the rows that stood then.
async fn then(state: &AppState, actor: &Actor, moment: Moment) -> Result<Loads, Problem> {
    caught_up(state, Some(moment)).await;
    let asking = |error| Problem::failure("count what ministries had to do", error);
    let sitting = state.reader(actor).sit_as_of(Some(moment.as_of())).await.map_err(asking)?;
    let loads = sitting.loads(moment.day()).await.map_err(asking)?;
    sitting.rise().await.map_err(asking)?;
    Ok(loads)
}
