//! `saual followers`: how far everybody who reads the journal has come; `saual followers retry`: what was set aside, tried again.

use anyhow::Context;
use dispatch::{Notices, Reactions};
use eventstore::{FollowerState, Journal, Retried};
use readmodel::followers::Table;
use serde_json::json;
use web::accounts::books;

use super::{print, wrong_use};
use crate::cli::{Followers, Retry};
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{Database, journal};

/// Connections of these commands.
const CONNECTIONS: usize = 4;

/// Tells how far they are, or tries again what one of them has set aside.
pub(super) async fn run(config: &Config, database: &Database, asked: &Followers) -> Result<Answer, Stop> {
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    let journal = journal::open(config, &pool, &database.config).await?;
    let answer = match &asked.command {
        Some(crate::cli::FollowersCommand::Retry(asked)) => retry(&journal, asked).await,
        None => list(&journal, asked.json).await,
    };
    journal.close().await;
    answer
}

async fn list(journal: &Journal, as_json: bool) -> Result<Answer, Stop> {
    let followers = journal.followers().await.context("the followers cannot be read")?;
    if as_json {
        print(&serde_json::Value::from_iter(followers.iter().map(object)).to_string());
    } else {
        table(&followers).iter().for_each(|line| print(line));
    }
    let troubled = followers.iter().any(|follower| follower.stands_still() || follower.parked > 0);
    Ok(if troubled { Answer::No } else { Answer::Yes })
}

fn object(follower: &FollowerState) -> serde_json::Value {
    json!({
        "name": follower.name,
        "position": follower.position,
        "lag": follower.lag,
        "owner": follower.owner,
        "epoch": follower.epoch,
        "lease_until": follower.lease_until,
        "followed": follower.followed,
        "stands_still": follower.stands_still(),
        "failures": follower.failures,
        "last_failure": follower.last_failure,
        "failed_at": follower.failed_at,
        "parked": follower.parked,
        "unknown_events": follower.unknown,
    })
}

/// One line a follower, in columns; the failure last, whatever its length.
fn table(followers: &[FollowerState]) -> Vec<String> {
    let mut rows =
        vec![["NAME", "POSITION", "LAG", "OWNER", "EPOCH", "LEASE UNTIL", "PARKED", "LAST FAILURE"].map(str::to_owned)];
    for follower in followers {
        let owner = match (follower.followed, follower.owner) {
            // The end of a time-ordered id is what tells two of them apart.
            (true, Some(owner)) => owner.simple().to_string().split_off(20),
            (false, _) | (true, None) => "nobody".to_owned(),
        };
        let lease = follower.lease_until.map_or_else(|| "-".to_owned(), |until| format!("{until:.0}"));
        let failure = match (&follower.last_failure, follower.failures) {
            (Some(why), failures) => format!("{failures} times: {why}"),
            (None, _) => "-".to_owned(),
        };
        rows.push([
            follower.name.clone(),
            follower.position.to_string(),
            follower.lag.to_string(),
            owner,
            follower.epoch.to_string(),
            lease,
            follower.parked.to_string(),
            failure.replace('\n', " "),
        ]);
    }
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..7).map(|column| width(column).unwrap_or(0)).chain([0]).collect();
    let line = |row: &[String; 8]| {
        let cells = row.iter().zip(&widths).enumerate();
        // Numbers stand under each other by their last digit.
        let padded = cells.map(|(column, (cell, width))| match column {
            1 | 2 | 4 | 6 => format!("{cell:>width$}"),
            _ => format!("{cell:<width$}"),
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

async fn retry(journal: &Journal, asked: &Retry) -> Result<Answer, Stop> {
    let key = asked.key.as_deref();
    let retried = match (Table::from_name(&asked.name), asked.name.as_str()) {
        (Some(table), _) => journal.retry_parked(&table, key).await,
        (None, dispatch::reactions::FOLLOWER) => journal.retry_parked(&Reactions::default(), key).await,
        (None, dispatch::notices::FOLLOWER) => journal.retry_parked(&Notices::default(), key).await,
        (None, books::FOLLOWER) => journal.retry_parked(&books::Accounts, key).await,
        (None, other) => {
            return Err(wrong_use(format!("no follower is named {other}; there are {}", super::rebuild::names())));
        }
    };
    let Retried { digested, left } = retried.context("the parked events could not be tried again")?;
    for parked in left.iter().filter(|parked| parked.failure.is_some()) {
        print(&format!(
            "{} position {} stays parked: {}",
            parked.key,
            parked.position,
            parked.failure.as_deref().unwrap_or_default()
        ));
    }
    print(&format!("{}: {digested} parked events digested, {} stay parked", asked.name, left.len()));
    Ok(if left.is_empty() { Answer::Yes } else { Answer::No })
}
