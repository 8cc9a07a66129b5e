//! Where one is written to: reminders and digests go there, and nothing else does.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::super::login::onward;
use super::super::{ONWARD, PAGE};
use super::Visit;
use crate::accounts::{self, AccountError};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/account/email", "change_email", Permission::SignedIn, change)
            .summary("Changes the address that one is written to; an empty one: no mail.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    email: String,
}

async fn change(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(form): web::Form<Form>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    let typed = form.email.trim();
    let wanted = Some(typed).filter(|typed| !typed.is_empty());
    let client = visit.state.pool.get().await?;
    let (account, name) = visit.whose();
    match accounts::set_mailbox(&client, name, wanted).await {
        Ok(()) => {
            tracing::info!(%account, "somebody changed the address that they are written to");
            Ok(onward("/account?done=email", []))
        }
        Err(AccountError::BadEmail(_)) => {
            let why = visit.t(
                "Электрондық мекенжай дұрыс емес.",
                "Неверный электронный адрес.",
                "The e-mail address cannot be used.",
            );
            drop(client);
            let again = super::Mailbox { email: Some(typed.to_owned()), refused: Some(why) };
            visit.show_with(HttpResponse::UnprocessableEntity(), None, None, again).await
        }
        Err(error) => Err(Problem::failure("change the address of an account", error)),
    }
}
