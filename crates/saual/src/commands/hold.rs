//! `saual hold`: legal holds, while which nothing within them is erased.

use anyhow::Context;
use eventstore::Journal;
use eventstore::privacy::holds::{HoldOrder, LiftError};
use inquiry::personal;
use jiff::Timestamp;

use super::{erase, print, show, without_addresses, wrong_use};
use crate::cli::{Hold, Whose};
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{Database, journal};

/// Connections of this command.
const CONNECTIONS: usize = 2;

pub(super) async fn run(config: &Config, database: &Database, asked: &Hold) -> Result<Answer, Stop> {
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    let journal = journal::open(config, &pool, &database.config).await?;
    let answer = match asked {
        Hold::Add { whose, reason, by } => add(config, &journal, &pool, whose, &order(reason, by)?).await,
        Hold::List => list(&journal).await,
        Hold::Lift { hold, reason, by } => match journal.lift_hold(*hold, &order(reason, by)?).await {
            Ok(()) => {
                print(&format!("hold {hold} is lifted"));
                Ok(Answer::Yes)
            }
            Err(error @ (LiftError::Unknown(_) | LiftError::Lifted(_))) => Err(wrong_use(error.to_string())),
            Err(LiftError::Store(error)) => Err(anyhow::Error::new(error).into()),
        },
    };
    journal.close().await;
    answer
}

fn order<'a>(reason: &'a str, by: &'a str) -> Result<HoldOrder<'a>, Stop> {
    let fits =
        |text: &str, most| (1..=most).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control);
    if !fits(reason, 1000) || !fits(by, 200) {
        return Err(wrong_use(
            "a hold needs a reason of 1 to 1000 characters and a name of 1 to 200, on one line each",
        ));
    }
    without_addresses("--reason", reason)?;
    without_addresses("--by", by)?;
    Ok(HoldOrder { reason, actor: by, at: Timestamp::now() })
}

async fn add(
    config: &Config,
    journal: &Journal,
    pool: &deadpool_postgres::Pool,
    whose: &Whose,
    order: &HoldOrder<'_>,
) -> Result<Answer, Stop> {
    for scope in scopes(config, journal, pool, whose).await? {
        let hold = journal.place_hold(&scope, order).await.context("the hold could not be placed")?;
        print(&format!("hold {hold} on {scope}"));
    }
    Ok(Answer::Yes)
}

/// A whole inquiry, or the names under which the keys of one person are kept.
async fn scopes(
    config: &Config,
    journal: &Journal,
    pool: &deadpool_postgres::Pool,
    whose: &Whose,
) -> Result<Vec<String>, Stop> {
    if let (None, Some(inquiry), None) = (&whose.deputy, &whose.inquiry, whose.recipient) {
        let found = show::find(pool, inquiry).await?;
        if found.is_empty() {
            return Err(wrong_use(format!("no inquiry is known as {inquiry}")));
        }
        return Ok(found.into_iter().map(inquiry::InquiryId::stream_id).collect());
    }
    let person = erase::whom(config, journal, pool, whose).await?;
    match person.deputy {
        // An erasure of the deputy takes this key with all others or leaves them all.
        Some(deputy) => Ok(vec![personal::deputy(deputy)]),
        None => Ok(person.subjects()?.iter().map(ToString::to_string).collect()),
    }
}

async fn list(journal: &Journal) -> Result<Answer, Stop> {
    for hold in journal.holds().await.context("the holds cannot be read")? {
        let end = match &hold.lifted {
            None => "stands".to_owned(),
            Some(lifted) => format!("lifted {} by {}: {}", lifted.at, lifted.actor, lifted.reason),
        };
        print(&format!("{}  {}  {} by {}: {}  ·  {end}", hold.id, hold.scope, hold.at, hold.actor, hold.reason));
    }
    Ok(Answer::Yes)
}
