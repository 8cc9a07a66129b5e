//! `/load`: how much each ministry has to do, for whoever resolves and watches. What is counted has a list behind it.

mod table;

use actix_web::{HttpResponse, web};
use directory::Role;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::PAGE;
use super::fields::say;
use crate::loads::loads;
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use table::Sort;

pub(super) use table::{Burden, Burdens, Table};

/// Who sees what ministries have to do.
pub(crate) const SEES_LOAD: Permission = Permission::AnyOf(&[Role::Head, Role::Control, Role::Auditor, Role::Admin]);

const PATH: &str = "/load";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, "load_page", SEES_LOAD, page)
            .summary("How much each ministry has to do: as lead, as co-executor, overdue, due soon, awaited.")
            .answer(PAGE),
    ]
}

#[derive(Debug, Deserialize)]
struct Asked {
    /// As [`Sort::code`] writes it; empty: what is overdue first.
    #[serde(default)]
    sort: String,
}

#[derive(Debug, Serialize)]
struct Facts {
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
    let today = state.today();
    let actor = &caller.account.actor;
    let loads = loads(&state, actor).await?;
    let burdens = Burdens::of(&state, &loads, actor, language);
    let order = |one: Sort| Order {
        href: if one.code().is_empty() { PATH.to_owned() } else { format!("{PATH}?sort={}", one.code()) },
        words: one.words(language),
        chosen: one == sort,
    };
    let facts = Facts {
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
