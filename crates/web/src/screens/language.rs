//! The language switch: it stays with the account.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use directory::Language;
use serde::Deserialize;

use super::ONWARD;
use super::login::place_of_ours;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/language", "choose_language", Permission::SignedIn, choose)
            .summary("Chooses the language of the pages.")
            .form()
            .answer(ONWARD),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    language: Language,
}

async fn choose(
    state: State,
    request: HttpRequest,
    caller: Caller,
    web::Form(form): web::Form<Form>,
) -> Result<HttpResponse, Problem> {
    let client = state.pool.get().await?;
    keep(&client, caller.account.id, form.language).await?;
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, came_from(&request))).finish())
}

/// Keeps the language with the account.
///
/// # Errors
/// [`Problem::Failure`] when the database cannot.
pub(super) async fn keep(
    client: &deadpool_postgres::Client,
    account: uuid::Uuid,
    language: Language,
) -> Result<(), Problem> {
    client
        .execute("update account set language = $2 where id = $1", &[&account, &language.code()])
        .await
        .map_err(|error| Problem::failure("keep the language of an account", error))?;
    Ok(())
}

/// The page that the switch was on. Browsers send it with its query; a form that had been sent from there is not sent again, and a
/// `lang=` in the address would outvote what was just chosen.
fn came_from(request: &HttpRequest) -> String {
    let from = request.headers().get(header::REFERER).and_then(|from| from.to_str().ok()).unwrap_or_default();
    let place = from.split_once("://").and_then(|(_, rest)| rest.find('/').map(|slash| &rest[slash..])).unwrap_or("/");
    let place = place_of_ours(Some(place));
    let (path, query) = place.split_once('?').unwrap_or((place, ""));
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn one_comes_back_to_the_page_one_was_on() {
        let from =
            |referer: &str| came_from(&TestRequest::post().insert_header((header::REFERER, referer)).to_http_request());
        assert_eq!(from("http://127.0.0.1:8326/inquiries?q=%D0%94&lang=ru"), "/inquiries?q=%D0%94");
        assert_eq!(from("http://127.0.0.1:8326/inquiries/1"), "/inquiries/1");
        assert_eq!(from("https://evil.example//evil.example"), "/");
        assert_eq!(from("nonsense"), "/");
        assert_eq!(came_from(&TestRequest::post().to_http_request()), "/");
    }
}
