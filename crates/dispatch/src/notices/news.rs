//! What is new of searches that somebody keeps. Whoever knows the index finds it, under the rights that the person has at that moment
//! ([`Finds`]); this crate only tells it, in the digest.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use deadpool_postgres::Transaction;
use inquiry::InquiryId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::content::Content;
use crate::error::{DispatchError, database};

/// One kept search of which something is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// The search.
    pub search: Uuid,
    /// What its person calls it.
    pub name: String,
    /// Behind which place of the journal hits are new.
    pub since: i64,
    /// How far the index had come when they were counted.
    pub until: i64,
    /// How many.
    pub count: u64,
    /// There are more.
    pub more: bool,
    /// Where they are listed, behind the address of the pages.
    pub page: String,
    /// The first of them.
    pub first: Vec<Hit>,
}

/// An inquiry that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Which.
    pub inquiry: InquiryId,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub subject: String,
}

/// Why nothing could be searched for.
pub type Unfound = Box<dyn std::error::Error + Send + Sync>;

/// What is found, in time.
pub type Finding<'a> = Pin<Box<dyn Future<Output = Result<Vec<News>, Unfound>> + Send + 'a>>;

/// Whoever searches for the people of the house.
pub trait Finds: fmt::Debug + Send + Sync {
    /// What is new of the searches of an account that are told of: since it was told last, or since the place that is named.
    fn news<'a>(&'a self, account: Uuid, since: &'a BTreeMap<Uuid, i64>) -> Finding<'a>;
}

/// For whoever makes mails and gathers no digests: nothing is found.
#[derive(Debug, Clone, Copy)]
pub struct FindsNothing;

impl Finds for FindsNothing {
    fn news<'a>(&'a self, _: Uuid, _: &'a BTreeMap<Uuid, i64>) -> Finding<'a> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// From which place on somebody is to hear of each search: what stands in a mail that has not gone is told by the one that takes its place.
async fn untold(tx: &Transaction<'_>, account: Uuid) -> Result<BTreeMap<Uuid, i64>, DispatchError> {
    let rows = tx
        .query(
            "select digest.content from digest join mail on mail.digest = digest.id
              where digest.account = $1 and mail.state in ('queued', 'deferred')",
            &[&account],
        )
        .await
        .map_err(database("look for what a digest that has not gone would tell"))?;
    let mut since: BTreeMap<Uuid, i64> = BTreeMap::new();
    for row in &rows {
        // One that cannot be read is given up elsewhere.
        let Ok(content) = serde_json::from_value::<Content>(row.get(0)) else { continue };
        for news in content.searches {
            let known = since.entry(news.search).or_insert(news.since);
            *known = news.since.min(*known);
        }
    }
    Ok(since)
}

/// What is new for somebody. A digest without it is better than none, and it is told by the next one.
pub(super) async fn of(tx: &Transaction<'_>, account: Uuid, finds: &dyn Finds) -> Result<Vec<News>, DispatchError> {
    let row = tx
        .query_one("select exists (select from saved_search where account = $1 and not muted)", &[&account])
        .await
        .map_err(database("see whether somebody keeps searches"))?;
    if !row.get::<_, bool>(0) {
        return Ok(Vec::new());
    }
    let since = untold(tx, account).await?;
    Ok(finds.news(account, &since).await.unwrap_or_else(|error| {
        tracing::warn!(
            error = &*error as &dyn std::error::Error,
            "what is new of somebody's searches could not be told"
        );
        Vec::new()
    }))
}

/// Notes how far a digest tells of each search.
pub(super) async fn told(tx: &Transaction<'_>, account: Uuid, news: &[News]) -> Result<(), DispatchError> {
    for one in news {
        tx.execute(
            "update saved_search set told = greatest(told, $3) where id = $2 and account = $1",
            &[&account, &one.search, &one.until],
        )
        .await
        .map_err(database("note what a digest tells of a search"))?;
    }
    Ok(())
}
