//! Is a letter genuine? By its code or by its file, for programs of whoever holds it.

use actix_web::http::header;
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::doors::limits::VERIFICATION;
use crate::office::verifying::answer::VerificationBody;
use crate::office::verifying::{self, FILE_LIMIT, Found, file};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::reads::noted::{Note, note};
use crate::routes::Route;
use crate::{Speaks, State};

/// As what a file may be declared.
const TAKEN: &[&str] = &["application/pdf", "application/octet-stream"];

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(format!("{VERIFICATION}/{{code}}"), "verify_code", Permission::Public, code)
            .summary("What is known of the letter with this code. A printed copy is then compared with it: any paper can bear a code.")
            .gives::<VerificationBody>(200, "The letter.")
            .problems(&[404, 429, 503]),
        Route::post(VERIFICATION, "verify_file", Permission::Public, sent)
            .summary("What a PDF is worth: the letter that was sent, one that was changed, or somebody else's. The file is not kept.")
            .bytes(TAKEN)
            .gives::<VerificationBody>(200, "What the check comes to; `verdict` and `is_genuine` say it in a word.")
            .problems(&[413, 415, 429, 503]),
    ]
}

async fn code(
    state: State,
    request: HttpRequest,
    Speaks(language): Speaks,
    code: Path<String>,
) -> Result<HttpResponse, Problem> {
    let known = match verifying::by_code(&state, &code).await? {
        Found::Letter(known) => known,
        Found::Differs => return Ok(HttpResponse::Ok().json(VerificationBody::of_difference(language))),
        Found::Nothing => return Err(Problem::NotThereYet { what: verifying::words::unknown_code() }),
    };
    note(&request, Note { inquiry: Some(known.inquiry), ..Note::default() });
    let body = VerificationBody::of_code(&state, &known, language).await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Refuses what is declared as something else than the bytes of a file: of the frame of a form nothing true can be said. Whoever declares nothing is taken at their bytes.
fn is_declared(request: &HttpRequest) -> Result<(), Problem> {
    let Some(declared) = request.headers().get(header::CONTENT_TYPE) else { return Ok(()) };
    let declared = declared.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let is_file = TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(declared));
    if is_file { Ok(()) } else { Err(Problem::NotAPdf) }
}

async fn sent(
    state: State,
    request: HttpRequest,
    Speaks(language): Speaks,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    is_declared(&request)?;
    verifying::announced(&request)?;
    let taking = async {
        match body.to_bytes_limited(FILE_LIMIT).await {
            Ok(Ok(bytes)) => Ok(bytes.to_vec()),
            Ok(Err(error)) => Err(Problem::BadForm { hint: error.to_string() }),
            Err(_) => Err(Problem::TooLarge { limit: FILE_LIMIT }),
        }
    };
    let bytes = verifying::taken(taking).await?;
    Ok(HttpResponse::Ok().json(file::judge(&state, bytes, language).await?))
}
