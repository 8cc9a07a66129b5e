//! The interface for programs, `/api/v1`: JSON in, JSON or problem+json out. Each handler reads its conditions, asks [`crate::office`] or
//! a table, and tells the answer.

mod absences;
mod between;
mod blanks;
mod commands;
pub(crate) mod conditions;
mod cursor;
mod directory;
mod dossier;
mod draft;
mod events;
mod files;
mod inquiries;
mod journal;
mod operations;
mod records;
mod reply;
mod search;
mod verification;
mod waiting;

use crate::routes::Route;

pub use commands::CommandDone;
pub use dossier::DossierBody;
pub use events::EventBody;
pub use inquiries::{EntryBody, RegisteredBody, visible};

/// The rows of the interface for programs.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = inquiries::routes();
    routes.extend(between::routes());
    routes.extend(commands::routes());
    routes.extend(reply::routes());
    routes.extend(draft::routes());
    routes.extend(files::routes());
    routes.extend(blanks::routes());
    routes.extend(absences::routes());
    routes.extend(journal::routes());
    routes.extend(directory::routes());
    routes.extend(records::routes());
    routes.extend(search::routes());
    routes.extend(verification::routes());
    routes.extend(operations::routes());
    routes.extend(waiting::routes());
    routes
}
