//! Which reports come by mail.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use tokio_postgres::Client;

use super::super::login::onward;
use super::super::{ONWARD, SEES_REPORTS};
use super::Visit;
use crate::accounts::Account;
use crate::problem::Problem;
use crate::report_mails::{self, EVERY};
use crate::routes::Route;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/account/reports", "change_report_mails", SEES_REPORTS, change)
            .summary("Chooses which reports come by mail: weekly, monthly, none.")
            .form()
            .answer(ONWARD),
    ]
}

/// Which of them somebody wants.
#[derive(Debug, Serialize)]
pub(super) struct Wanted {
    week: bool,
    month: bool,
}

impl Wanted {
    /// None for whoever sees no figures.
    pub(super) async fn of(client: &Client, account: &Account) -> Result<Option<Self>, Problem> {
        if !SEES_REPORTS.allows(Some(&account.actor)) {
            return Ok(None);
        }
        let wanted = report_mails::wanted(client, account.id).await?;
        let has = |every: &str| wanted.iter().any(|known| known == every);
        Ok(Some(Self { week: has("week"), month: has("month") }))
    }
}

async fn change(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    let is_ticked = |every: &&str| typed.iter().any(|(name, value)| name == "every" && value == every);
    let every: Vec<&str> = EVERY.into_iter().filter(is_ticked).collect();
    let client = visit.state.pool.get().await?;
    let (account, _) = visit.whose();
    report_mails::set_wanted(&client, account, &every).await?;
    Ok(onward("/account?done=reports", []))
}
