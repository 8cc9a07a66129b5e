//! `saual mail test`: one test mail over the configured way, a line a stage.

use dispatch::notices::FindsNothing;
use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use uuid::Uuid;

use super::{in_runtime, print, wrong_use};
use crate::cli::Mail;
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{links, mail, records};

/// Needs no database: what it sends belongs to no inquiry.
pub(super) fn run(config: &Config, asked: &Mail) -> Result<Answer, Stop> {
    let Mail::Test { address } = asked;
    let keys = links::keys(config).context("without keys of personal links no mail is made")?;
    let directory = records::directory(config)?;
    let settings =
        mail::settings(config, "test".to_owned(), Arc::new(keys), Arc::new(directory), Arc::new(FindsNothing))?;
    dispatch::address::parse(address).map_err(|error| wrong_use(format!("{address}: {error}")))?;
    in_runtime(async {
        let trial = dispatch::trial::trial(&settings, address, Timestamp::now(), Uuid::new_v4()).await;
        let trial = trial.context("the test mail could not be made")?;
        for step in &trial.steps {
            print(&format!("{:<12} {}  {}", step.stage, if step.is_well { "ok   " } else { "WRONG" }, step.words));
        }
        Ok(if trial.has_gone { Answer::Yes } else { Answer::No })
    })
}
