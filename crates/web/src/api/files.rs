//! Files by the SHA-256 of their bytes. Putting one twice changes nothing, so it needs no idempotency key.

use actix_web::http::header;
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use directory::Role;
use inquiry::BlobHash;

use super::commands::inquiry_of;
use super::reply::attachment;
use crate::office::files::{self, FILE_LIMIT, HANDED_OUT, MEDIA_TYPES};
use crate::office::letters::blob_bytes;
use crate::office::seeing;
use crate::permission::{Permission, STAFF};
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::{Caller, State};

pub(super) fn routes() -> Vec<Route> {
    let senders = Permission::AnyOf(&[Role::Clerk, Role::Control, Role::Executor]);
    vec![
        Route::put("/api/v1/files/{sha256}", "put_file", senders, put)
            .summary("Keeps a file that a contribution will name; 20 MB at most.")
            .bytes(MEDIA_TYPES)
            .answer(Answer { status: 204, means: "It is kept.", gives: Gives::Nothing }),
        Route::get("/api/v1/inquiries/{id}/files/{sha256}", "get_file", STAFF, get)
            .summary("A file that the inquiry names: an attachment, a contribution's file, a letter that was replaced, what a letter was made from.")
            .answer(Answer { status: 200, means: "The file.", gives: Gives::AnyOf(HANDED_OUT) }),
    ]
}

fn hash_of(text: &str) -> Result<BlobHash, Problem> {
    text.parse().map_err(|_| Problem::BadParameter {
        name: "sha256",
        expected: Words::new(
            "64 кіші он алтылық цифр керек.",
            "Нужны 64 строчные шестнадцатеричные цифры.",
            "It takes 64 lower-case hexadecimal digits.",
        ),
    })
}

async fn put(state: State, request: HttpRequest, path: Path<String>, body: Payload) -> Result<HttpResponse, Problem> {
    let name = hash_of(&path)?;
    let declared =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let bytes = match body.to_bytes_limited(FILE_LIMIT).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => return Err(Problem::BadForm { hint: error.to_string() }),
        Err(_) => return Err(Problem::TooLarge { limit: FILE_LIMIT }),
    };
    files::keep_file(&state, name, &media, &bytes).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn get(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, sha256) = path.into_inner();
    let blob = hash_of(&sha256)?;
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&id)?).await?;
    let file = files::named(&seen.dossier, blob).ok_or_else(|| Problem::NotThereYet {
        what: Words::new(
            "Бұл сауалда мұндай файл жоқ.",
            "В этом запросе нет такого файла.",
            "The inquiry names no such file.",
        ),
    })?;
    Ok(attachment(&request, &file.media_type, &file.name, blob_bytes(&state, blob).await?))
}
