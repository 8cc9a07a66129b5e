//! Changing one's own password: the old one is asked for, the other sessions end.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::super::ONWARD;
use super::super::PAGE;
use super::super::login::onward;
use super::super::proof::wrong_password;
use super::Visit;
use crate::accounts::password::{Password, Weak};
use crate::accounts::second_factor::Checked;
use crate::accounts::sign_in;
use crate::doors::caller::address_of;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/account/password", "change_password", Permission::SignedIn, change)
            .summary("Changes one's own password and ends the other sessions.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    old: String,
    new: String,
    again: String,
}

async fn change(
    state: State,
    request: HttpRequest,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(form): web::Form<Form>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    // What can be seen to be wrong is told before the old password is looked at, and costs no try.
    let new = match chosen(&visit, &form) {
        Ok(new) => new,
        Err(why) => return visit.show(HttpResponse::UnprocessableEntity(), None, Some(why)).await,
    };
    let failed = |error| Problem::failure("change somebody's password", error);
    let (now, ip) = (visit.state.wall.now(), address_of(&request));
    let client = visit.state.pool.get().await?;
    let checked = sign_in::check_password(&client, visit.whose(), Password::typed(form.old), &ip, now).await;
    match checked.map_err(failed)? {
        Checked::Right(_) => {
            let hashed = sign_in::hashed(new).await.map_err(failed)?;
            let account = visit.caller.account.id;
            sign_in::change_password(&client, account, &hashed, visit.running.id, now).await.map_err(failed)?;
            tracing::info!(%account, "somebody changed their password");
            Ok(onward("/account?done=password", []))
        }
        Checked::Wrong => visit.show(HttpResponse::UnprocessableEntity(), None, Some(wrong_password(language))).await,
        Checked::Wait(seconds) => {
            let problem = Problem::TooManyAttempts { seconds };
            visit.show(problem.start(), None, Some(problem.body(language).detail)).await
        }
    }
}

fn chosen(visit: &Visit, form: &Form) -> Result<Password, String> {
    if form.new != form.again {
        return Err(visit.t(
            "Жаңа құпиясөз екі рет әртүрлі терілді.",
            "Новый пароль набран по-разному.",
            "The new password was typed in two ways.",
        ));
    }
    if form.new == form.old {
        return Err(visit.t(
            "Жаңа құпиясөз ескісімен бірдей.",
            "Новый пароль тот же, что и старый.",
            "The new password is the old one.",
        ));
    }
    let account = &visit.caller.account;
    Password::chosen(form.new.clone(), &[&account.actor.name, &account.full_name]).map_err(|weak| match weak {
        Weak::TooShort => visit.t(
            "Құпиясөз кемінде 12 таңбадан тұрады.",
            "В пароле не меньше 12 знаков.",
            "A password has at least 12 characters.",
        ),
        Weak::TooLong => visit.t(
            "Құпиясөз 128 таңбадан аспайды.",
            "В пароле не больше 128 знаков.",
            "A password has at most 128 characters.",
        ),
        Weak::WellKnown => visit.t(
            "Бұл құпиясөз алғаш болжанатындардың бірі: басқасын таңдаңыз.",
            "Этот пароль подбирают одним из первых: выберите другой.",
            "This password is among the first to be guessed: choose another.",
        ),
        Weak::AboutOwner => visit.t(
            "Бұл құпиясөз атыңыздан аса ұзамайды: басқасын таңдаңыз.",
            "Этот пароль немногим больше вашего имени: выберите другой.",
            "This password is little more than your name: choose another.",
        ),
    })
}
