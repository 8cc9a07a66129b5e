//! The files of a deputy's page. Nobody keeps a copy of what came by a personal link but whoever saves it.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use inquiry::state::NumberedReply;

use super::Visit;
use crate::State;
use crate::address::escaped;
use crate::doors::headers::LETTER_POLICY;
use crate::office::at_work;
use crate::office::evidence::REACH;
use crate::office::letters::{blob_bytes, file_name};
use crate::office::signing::CMS;
use crate::office::unread;
use crate::problem::Problem;
use crate::speech::Words;

/// Width of a page's picture in dots: two for each point of a phone's screen.
const WIDTH: u16 = 1240;

impl Visit {
    /// The letter that was sent.
    pub(super) fn letter(&self) -> Result<&NumberedReply, Problem> {
        self.opened.held.letter().ok_or_else(|| Problem::failure("find the letter of a personal link", "none was sent"))
    }

    fn file(&self, how: &str, media: &str, ending: &str, bytes: Vec<u8>) -> HttpResponse {
        let name = escaped(&file_name(&self.opened.held, ending));
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, media))
            .insert_header((header::CONTENT_SECURITY_POLICY, LETTER_POLICY))
            .insert_header((header::CONTENT_DISPOSITION, format!("{how}; filename*=UTF-8''{name}")))
            .body(bytes)
    }
}

pub(super) async fn letter(
    state: State,
    request: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, &request, token.into_inner()).await?;
    let bytes = blob_bytes(&visit.state, visit.letter()?.pdf).await?;
    Ok(visit.file("inline", "application/pdf", "pdf", bytes))
}

pub(super) async fn seal(
    state: State,
    request: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, &request, token.into_inner()).await?;
    let bytes = blob_bytes(&visit.state, visit.letter()?.seal).await?;
    Ok(visit.file("attachment", CMS, "pdf.p7s", bytes))
}

pub(super) async fn page(
    state: State,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (token, number) = path.into_inner();
    let visit = Visit::of(state, &request, token).await?;
    let no_page = || Problem::NotThereYet {
        what: Words::new("Хатта мұндай бет жоқ.", "Такой страницы в письме нет.", "The letter has no such page."),
    };
    let number: usize = number.strip_suffix(".png").and_then(|number| number.parse().ok()).ok_or_else(no_page)?;
    let bytes = blob_bytes(&visit.state, visit.letter()?.pdf).await?;
    let png = at_work("draw a page of a letter", move || {
        let undrawn = |error| Problem::failure("draw a page of a letter", error);
        let page = letter::preview::page(&bytes, number, WIDTH).map_err(undrawn)?;
        page.ok_or_else(no_page)?.png().map_err(undrawn)
    })
    .await?;
    Ok(visit.file("inline", "image/png", &format!("{number}.png"), png))
}

pub(super) async fn receipt(
    state: State,
    request: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, &request, token.into_inner()).await?;
    let none = || Problem::NotThereYet {
        what: Words::new(
            "Жауаптың алынғаны әлі расталмаған.",
            "Получение ответа ещё не подтверждено.",
            "The receipt has not been confirmed yet.",
        ),
    };
    let position = visit.confirmed()?.ok_or_else(none)?.position;
    let proof = visit.state.journal.proof_document(position, REACH).await.map_err(unread)?.ok_or_else(none)?;
    let json = serde_json::to_vec_pretty(&proof).map_err(|error| Problem::failure("write a proof as JSON", error))?;
    Ok(visit.file("attachment", "application/json", "receipt.json", json))
}
