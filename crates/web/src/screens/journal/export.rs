//! `/journal/export.zip`: the events that were looked for, each with its proof, as one archive that is checked without this program.

use std::collections::BTreeMap;
use std::io;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use directory::Language;
use futures_util::stream;
use tokio::sync::mpsc;

use super::super::SEES_JOURNAL;
use super::filter::{Question, cursor, role_means};
use crate::office::archive::Piece;
use crate::office::selection::{self, MOST, Sought};
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::{Caller, State};

pub(super) fn routes() -> Vec<Route> {
    let zip = Answer {
        status: 200,
        means: "The events, the oldest 5,000 at most or as many behind `after`, each proved up to one signed head; CSV and JSON lines, keys, and a \
                check that needs no network.",
        gives: Gives::Bytes("application/zip"),
    };
    vec![
        Route::get("/journal/export.zip", "journal_export", SEES_JOURNAL, file)
            .summary("The events that were looked for, each with its proof, as one archive.")
            .query::<Question>()
            .answer(zip)
            .problems(&[404]),
    ]
}

type Told = Result<Piece, Problem>;

async fn file(state: State, caller: Caller, question: web::Query<Question>) -> Result<HttpResponse, Problem> {
    let asked = question.read(&state, &caller).await?;
    let told = question.told().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut told: BTreeMap<String, String> = told.collect();
    // Whoever and whatever was meant by a name is told as the events have them; where it begins narrows it as well.
    told.extend(asked.wanted.actors.as_ref().map(|actors| ("who".to_owned(), actors.join(", "))));
    told.extend(asked.record.clone().map(|record| ("record".to_owned(), record)));
    told.extend(asked.after.as_ref().map(|after| ("after".to_owned(), cursor(after))));
    // The seal is put on the question: nobody shall read there that a role did what was found.
    if told.contains_key("role") {
        told.insert("role_means".to_owned(), Language::ALL.map(role_means).join(" / "));
    }
    let sought = Sought { wanted: asked.wanted, after: asked.after, told, by: caller.account.actor.clone() };
    let mut pieces = selection::packed(state.clone(), sought);
    // What fails before anything has left is told as a problem; later the connection is all that can be broken off.
    let first = pieces.recv().await.ok_or_else(broken_off)??;
    tracing::info!(account = %caller.account.id, most = MOST, "events of the journal were exported");
    let name = state.config.file_name(&format!("journal-{}.zip", state.today()));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/zip"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(stream::unfold((Some(Ok(first)), pieces), following)))
}

/// The next bytes, and what comes behind them.
async fn following(
    (first, mut pieces): (Option<Told>, mpsc::Receiver<Told>),
) -> Option<(io::Result<Bytes>, (Option<Told>, mpsc::Receiver<Told>))> {
    let next = match first {
        Some(first) => first,
        None => pieces.recv().await?,
    };
    let bytes = next.map(|piece| Bytes::from(piece.bytes)).map_err(|problem| {
        tracing::error!(error = ?problem, "An export of the journal broke off.");
        io::Error::other("the export broke off")
    });
    Some((bytes, (None, pieces)))
}

fn broken_off() -> Problem {
    Problem::failure("pack events of the journal", "its making broke off")
}
