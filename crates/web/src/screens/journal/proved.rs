//! `/journal/events/{position}`: one event, and in words how it is proved.

use actix_web::{HttpResponse, web};
use eventstore::Witnesses;
use inquiry::InquiryId;
use serde::Serialize;

use super::super::names::Names;
use super::super::wording::People;
use super::super::{PAGE, SEES_JOURNAL};
use super::about::{About, Stands, Teller};
use super::outside::Signed;
use crate::office::evidence::REACH;
use crate::office::{seeing, unread};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/journal/events/{position}", "journal_event_page", SEES_JOURNAL, page)
            .summary("One event of the journal, and in words how it is proved up to a signed head.")
            .answer(PAGE)
            .problems(&[404]),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    position: i64,
    block: i64,
    at: String,
    actor: String,
    event: String,
    words: Option<&'static str>,
    inquiry: Option<String>,
    stream: String,
    /// What that is about, where it is no inquiry's.
    about: Option<About>,
    version: u64,
    command: String,
    correlation: String,
    schema_version: u16,
    /// The stored text, to the byte.
    stored: String,
    /// How many hashes lead from the event to its block, and from there to the root that is signed.
    in_block: usize,
    in_tree: Option<usize>,
    signed: Option<Signed>,
    /// What does not fit: somebody has changed something.
    fault: Option<String>,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    position: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let absent = || Problem::NotThereYet {
        what: Words::new(
            "Журналда мұндай орын әлі жоқ.",
            "В журнале ещё нет такого места.",
            "The journal has no such position yet.",
        ),
    };
    let position: i64 = position.parse().ok().filter(|position| *position > 0).ok_or_else(absent)?;
    let recorded = state.journal.read_after(position - 1, 1).await.map_err(unread)?;
    let recorded = recorded.into_iter().find(|event| event.position == position).ok_or_else(absent)?;
    let document = state.journal.proof_document(position, REACH).await.map_err(unread)?.ok_or_else(absent)?;
    let people = People::of(&state).await?;
    let checked = document.check(&Witnesses::NONE);
    let signed = checked.as_ref().ok().and_then(|proved| proved.signed.as_ref()).map(Signed::of);
    let (in_block, in_tree) = document.steps();
    let names = Names::looking_back(&state, [(recorded.at, position)]);
    let stream = recorded.stream.as_str();
    let teller = Teller::of(&state, &names, language, std::iter::once(stream)).await?;
    let version = recorded.version.cast_signed();
    let stands = Stands { stream, kind: &recorded.event_type, version, at: recorded.at, position };
    let facts = Facts {
        about: teller.about(stands),
        position,
        block: recorded.block,
        at: recorded.at.to_string(),
        actor: people.who(&recorded, language),
        event: recorded.event_type.clone(),
        words: seeing::words_of(&recorded, language),
        inquiry: InquiryId::of_stream(recorded.stream.as_str()).map(|id| id.to_string()),
        stream: recorded.stream.to_string(),
        version: recorded.version,
        command: recorded.command.to_string(),
        correlation: recorded.correlation.to_string(),
        schema_version: recorded.schema_version,
        stored: recorded.payload.clone(),
        in_block,
        in_tree,
        signed,
        fault: checked.err(),
    };
    let title = Words::new("Журналдағы оқиға", "Событие журнала", "An event of the journal");
    let page = Page { template: "journal_event", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}
