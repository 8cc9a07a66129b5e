//! `saual letter …`: letters without a database. A file a verb.

mod akn;
mod batch;
mod blank;
mod check;
mod diff;
mod import;
mod lint;
mod paper;
mod preview;
mod render;
mod texts;

use anyhow::Context;
use letter::kinds::AnyFacts;

use super::{print, wrong_use};
use crate::cli::Letter;
use crate::exit::{Answer, Stop};

pub(super) fn run(command: &Letter) -> Result<Answer, Stop> {
    match command {
        Letter::Render(asked) => render::run(asked),
        Letter::Lint { dir } => lint::run(dir.as_deref()),
        Letter::FactsSchema { kind } => {
            print(&serde_json::to_string_pretty(&AnyFacts::schema(*kind)).context("the schema is no JSON")?);
            Ok(Answer::Yes)
        }
        Letter::Diff(asked) => diff::run(asked),
        Letter::ImportDocx(asked) => import::run(asked),
        Letter::Blank(asked) => blank::run(asked),
        Letter::EditorSchema => {
            print(letter::rich::SCHEMA.trim_end());
            Ok(Answer::Yes)
        }
        Letter::Preview(asked) => preview::run(asked),
        Letter::Akn(asked) => akn::run(asked),
        Letter::Check(asked) => check::run(asked),
    }
}
