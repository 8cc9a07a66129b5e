//! `/inquiries/{id}/evidence.zip`: what proves a whole inquiry, as one archive.

use std::io;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::mpsc;

use super::super::inquiry::inquiry_of;
use crate::address::escaped;
use crate::office::archive::{self, Files, Piece};
use crate::office::seeing;
use crate::problem::Problem;
use crate::{Caller, State};

#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    /// `yes`: with the files of contributions.
    files: Option<String>,
}

pub(super) async fn file(
    state: State,
    caller: Caller,
    path: web::Path<String>,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&path)?).await?;
    let name = escaped(&state.config.file_name(&archive::file_name(&seen.dossier)));
    let files = if wanted.files.as_deref() == Some("yes") { Files::Included } else { Files::LeftOut };
    let mut pieces = archive::packed(state, seen, files);
    // What fails before anything has left is told as a problem; later the connection is all that can be broken off.
    let first = pieces.recv().await.ok_or_else(broken_off)??;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/zip"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")))
        .streaming(stream::unfold((Some(Ok(first)), pieces), following)))
}

type Told = Result<Piece, Problem>;

/// The next bytes, and what comes behind them.
async fn following(
    (first, mut pieces): (Option<Told>, mpsc::Receiver<Told>),
) -> Option<(io::Result<Bytes>, (Option<Told>, mpsc::Receiver<Told>))> {
    let next = match first {
        Some(first) => first,
        None => pieces.recv().await?,
    };
    let bytes = next.map(|piece| Bytes::from(piece.bytes)).map_err(|problem| {
        tracing::error!(error = ?problem, "An archive of evidence broke off.");
        io::Error::other("the archive broke off")
    });
    Some((bytes, (None, pieces)))
}

fn broken_off() -> Problem {
    Problem::failure("pack an archive of evidence", "its making broke off")
}
