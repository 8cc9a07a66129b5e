//! `/v/{code}`: what the holder of a paper copy is told by the code printed on it. Public, and it names no deputy.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;
use readmodel::letters;
use serde::Serialize;

use super::PAGE;
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::reads::noted::{Note, note};
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/v/{code}", "verification_page", Permission::Public, page)
            .summary("Says whether a letter with this code was issued, and how to check a copy of it.")
            .answer(PAGE)
            .problems(&[404]),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    code: String,
    signatory: String,
    signed_at: String,
    by_server: bool,
    number: Option<String>,
    dated: Option<Date>,
    sha256: Option<String>,
    replaced_at: Option<String>,
    language: &'static str,
}

async fn page(
    state: State,
    request: HttpRequest,
    caller: Option<Caller>,
    Speaks(language): Speaks,
    code: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = letters::by_code(&state.house(), &code)
        .await
        .map_err(|error| Problem::failure("look up a letter by its code", error))?;
    let letter = found.ok_or_else(|| Problem::NotThereYet {
        what: Words::new(
            "Мұндай коды бар хат берілмеген. Кодты қағаздан тағы бір рет оқып, мекенжайға сол қалпында жазыңыз.",
            "Письмо с таким кодом не выдавалось. Прочтите код с бумаги ещё раз и введите его в адрес без изменений.",
            "No letter with this code was issued. Read the code from the paper once more and type it into the address as it is.",
        ),
    })?;
    note(&request, Note { inquiry: Some(letter.inquiry), ..Note::default() });
    let facts = Facts {
        code: letter.code,
        signatory: letter.signatory,
        signed_at: letter.signed_at.to_string(),
        by_server: letter.by_server,
        number: letter.number,
        dated: letter.dated,
        sha256: letter.registered_pdf.map(|hash| hash.to_string()),
        replaced_at: letter.replaced_at.map(|at| at.to_string()),
        language: letter.language.words(language),
    };
    let title = Words::new("Хатты тексеру", "Проверка письма", "Checking a letter");
    let page = Page { template: "verification", title, caller: caller.as_ref(), language };
    state.pages.answer(&state, &page, &facts)
}
