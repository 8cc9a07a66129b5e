//! Ministries' own blanks: which are in force when, the files, and taking one into use.

use actix_web::http::header;
use actix_web::web::{Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use directory::MinistryCode;
use directory::blanks::BlankAdopted;
use inquiry::BlobHash;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{self, Version};
use super::reply::attachment;
use crate::office::blanks::{self, DOCX, LIMIT, Offered};
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::{Answer, Condition, Gives, Route};
use crate::screens::KEEPS_BLANKS;
use crate::speech::Words;
use crate::{Caller, State};

const PATH: &str = "/api/v1/ministries/{ministry}/blanks";

pub(super) fn routes() -> Vec<Route> {
    let word = |means| Answer { status: 200, means, gives: Gives::Bytes(DOCX) };
    vec![
        Route::get(PATH, "list_blanks", STAFF, list)
            .summary("A ministry's own blanks, each with the day from which it is in force.")
            .gives::<BlanksBody>(200, "The blanks, the one with the earliest day first."),
        Route::post(PATH, "adopt_blank", KEEPS_BLANKS, adopt)
            .summary(
                "Takes a blank into use from a day on, after it was held against the rules of blanks; 5 MB at most.",
            )
            .query::<AdoptQuery>()
            .bytes(&[DOCX])
            .needs(Condition::Key)
            .gives::<BlankAdopted>(201, "It is in force from that day on."),
        Route::get(format!("{PATH}/{{sha256}}"), "get_blank", STAFF, file)
            .summary("The file of a blank.")
            .answer(word("The blank, as it was handed in.")),
        Route::get(format!("{PATH}/{{sha256}}/preview.docx"), "preview_blank", STAFF, preview)
            .summary("A blank filled with a made-up letter.")
            .answer(word("The filled blank.")),
    ]
}

/// A ministry's blanks.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Blanks")]
struct BlanksBody {
    /// The file of the blank that is in force today.
    in_force: Option<String>,
    /// All of them.
    blanks: Vec<BlankAdopted>,
}

/// From when on, and under which name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AdoptQuery {
    /// The day from which it is in force, `YYYY-MM-DD`; today without it.
    since: Option<String>,
    /// What people call it.
    name: String,
}

fn ministry_of(text: &str) -> Result<MinistryCode, Problem> {
    text.parse().map_err(|_| Problem::UnknownAddress)
}

fn hash_of(text: &str) -> Result<BlobHash, Problem> {
    text.parse().map_err(|_| Problem::UnknownAddress)
}

async fn list(state: State, path: Path<String>) -> Result<HttpResponse, Problem> {
    let known = blanks::of(&state, &ministry_of(&path)?).await?;
    let in_force = known.on(state.today()).map(|blank| blank.file.clone());
    Ok(HttpResponse::Ok().json(BlanksBody { in_force, blanks: known.all().to_vec() }))
}

async fn adopt(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<String>,
    query: Query<AdoptQuery>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let ministry = ministry_of(&path)?;
    blanks::may_keep(&caller.account.actor, &ministry)?;
    let bytes = match body.to_bytes_limited(LIMIT).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => return Err(Problem::BadForm { hint: error.to_string() }),
        Err(_) => return Err(Problem::TooLarge { limit: LIMIT }),
    };
    let since = match &query.since {
        None => state.today(),
        Some(day) => day.parse::<Date>().map_err(|_| Problem::BadParameter {
            name: "since",
            expected: Words::new("Күні ЖЖЖЖ-АА-КК түрінде.", "Дата в виде ГГГГ-ММ-ДД.", "A date as YYYY-MM-DD."),
        })?,
    };
    let what = format!("adopt-blank\n{ministry}\n{since}\n{}", query.name);
    let asked = conditions::of_bytes(&state, &request, &caller, &bytes, &what, Version::New)?;
    let offered = Offered { ministry: ministry.clone(), since, name: query.name.clone(), bytes: bytes.to_vec() };
    let adopted = crate::office::to_the_end(async move { blanks::adopt(&state, &asked, offered).await }).await?;
    let place = format!("/api/v1/ministries/{ministry}/blanks/{}", adopted.file);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, place)).json(adopted))
}

async fn file(state: State, request: HttpRequest, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (ministry, hash) = (ministry_of(&path.0)?, hash_of(&path.1)?);
    let bytes = blanks::file(&state, &ministry, hash).await?;
    Ok(attachment(&request, DOCX, &format!("{ministry}.docx"), bytes))
}

async fn preview(state: State, request: HttpRequest, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (ministry, hash) = (ministry_of(&path.0)?, hash_of(&path.1)?);
    let bytes = blanks::preview(&state, &ministry, hash).await?;
    Ok(attachment(&request, DOCX, &format!("{ministry}-preview.docx"), bytes))
}
