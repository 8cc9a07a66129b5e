//! `/admin/users/new`: opening an account. Its password is drawn and shown once.

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::{Language, MinistryCode, Role};
use serde::{Deserialize, Serialize};

use super::super::fields::{Fault, Field, Form, Reader, Typed, say};
use super::super::login::onward;
use super::super::{ONWARD, PAGE};
use super::{ADMINISTERS, rights, user};
use crate::accounts::books::Secret;
use crate::accounts::password::Password;
use crate::accounts::sign_in;
use crate::address::query;
use crate::office::{Asked, accounts, to_the_end};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

const PLACE: &str = "/admin/users/new";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, "new_user_page", ADMINISTERS, page).summary("A form that opens an account.").answer(PAGE),
        Route::post(PLACE, "open_account_by_form", ADMINISTERS, send)
            .summary("Opens an account; its password is shown once.")
            .form()
            .answer(PAGE)
            .answer(ONWARD),
    ]
}

/// What the form begins with. What it does not offer is left out.
#[derive(Debug, Deserialize)]
struct About {
    #[serde(default)]
    ministry: String,
    #[serde(default)]
    role: String,
}

/// Where the form begins as one for an executor of a ministry.
pub(super) fn for_ministry(ministry: &MinistryCode) -> String {
    format!("{PLACE}?{}", query(&[("ministry", ministry.as_str()), ("role", Role::Executor.code())]))
}

#[derive(Debug, Serialize)]
struct Facts {
    form: Form,
}

fn form(state: &State, language: Language) -> Form {
    let title = say(language, "Есептік жазба ашу", "Открыть учётную запись", "Open an account");
    let name = Field::text("name", say(language, "Кіру аты", "Имя для входа", "Sign-in name")).needed().hint(say(
        language,
        "a–z, 0–9, нүкте, астыңғы сызық, дефис; кейін өзгермейді.",
        "a–z, 0–9, точка, подчёркивание, дефис; потом не меняется.",
        "a–z, 0–9, dot, underscore, hyphen; it never changes later.",
    ));
    let mut fields = vec![name];
    fields.extend(rights::fields(state, None, language));
    fields.push(rights::why(language));
    Form::new("opening", title, PLACE, 0).with(fields).done()
}

fn answer(
    start: HttpResponseBuilder,
    state: &State,
    caller: &Caller,
    language: Language,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let title = Words::new("Жаңа есептік жазба", "Новая учётная запись", "A new account");
    let page = Page { template: "admin_user_new", title, caller: Some(caller), language };
    state.pages.answer_with(start, state, &page, &Facts { form })
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    about: web::Query<About>,
) -> Result<HttpResponse, Problem> {
    let form = form(&state, language);
    // Only what can be chosen is chosen, so nothing of an address is shown that is not one of the form's own choices.
    let form = form.put("ministry", &about.ministry).put("roles", &about.role);
    answer(HttpResponse::Ok(), &state, &caller, language, form)
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let mut reader = Reader::new(&typed, language);
    let (name, why) = (reader.needed_line("name"), reader.needed_line("why"));
    let standing = rights::read(&mut reader, &state.directory());
    let standing = match reader.finish(standing) {
        Ok(standing) => standing,
        Err(faults) => return again(&state, &caller, language, &typed, faults, HttpResponse::UnprocessableEntity()),
    };
    let password = Password::drawn().map_err(|error| Problem::failure("draw a password", error))?;
    let hashed = sign_in::hashed(password.clone()).await;
    let hashed = hashed.map_err(|error| Problem::failure("hash a password", error))?;
    let (actor, at, id) = (caller.account.actor.clone(), state.clock.now(), caller.account.id);
    let asked = Asked::new(actor, at, id, &key, "open-account", typed.canonical().as_bytes(), None).proved_by(&caller);
    let (office, account) = (state.clone(), name.clone());
    let opened =
        to_the_end(
            async move { accounts::open(&office, &asked, &account, standing, &why, Secret::Password(hashed)).await },
        );
    match opened.await {
        Ok(changed) if changed.is_written => user::once(&state, &caller, language, &name, password.reveal()),
        Ok(_) => Ok(onward(&format!("/admin/users/{name}?done=opened"), [])),
        Err(Problem::ProofTooOld) => Ok(onward(&format!("/proof?{}", query(&[("next", PLACE)])), [])),
        Err(problem @ (Problem::BadField { .. } | Problem::IdempotencyKeyReused)) => {
            let faults = vec![Fault::of(&problem, language)];
            again(&state, &caller, language, &typed, faults, problem.start())
        }
        Err(problem) => Err(problem),
    }
}

fn again(
    state: &State,
    caller: &Caller,
    language: Language,
    typed: &Typed,
    faults: Vec<Fault>,
    start: HttpResponseBuilder,
) -> Result<HttpResponse, Problem> {
    let form = form(state, language).refill(typed).blame(faults);
    answer(start, state, caller, language, form)
}
