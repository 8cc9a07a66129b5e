//! What is new of the searches that people keep: counted under their rights of this moment, for the menu not more often than it is worth, and for the
//! digest by mail.
//!
//! How far somebody has looked is a place in the journal: new is an inquiry in which something was written behind it that is found, so that one that
//! was found before is new again once it is answered.

use std::collections::BTreeMap;

use deadpool_postgres::{Client, Pool};
use inquiry::InquiryId;
use jiff::SignedDuration;
use readmodel::followers::Table;
use readmodel::search::{self, Count, Found, search};
use readmodel::{Guard, Reader, Sight};
use uuid::Uuid;

use crate::accounts::searches::{self, Kept};
use crate::accounts::{self, Account};
use crate::problem::Problem;
use crate::screens::Question;
use crate::state::AppState;

/// How long what was counted for the menu is good enough.
const GOOD: SignedDuration = SignedDuration::from_secs(60);
/// Hits that a mail names of one search.
const NAMED: u16 = 5;

/// How far the index has come: what is found afterwards knows at least that much.
///
/// # Errors
/// The database could not be asked.
pub(crate) async fn place(client: &Client) -> Result<i64, Problem> {
    let failed = |error| Problem::failure("see how far the index has come", error);
    let row = client
        .query_opt("select position from followers where name = $1", &[&Table::Search.name()])
        .await
        .map_err(failed)?;
    Ok(row.map_or(0, |row| row.get(0)))
}

/// What a kept search finds that is new since that place; nothing where its question is not understood any more.
async fn found(reader: &Reader, kept: &Kept, since: i64, limit: u16) -> Result<Option<Found>, Problem> {
    let Ok(asked) = Question::of_query(&kept.question).and_then(|question| question.read()) else { return Ok(None) };
    let asked = search::Asked { limit, ..asked.since(Some(since)).of_index() };
    let found = search(reader, &asked).await.map_err(|error| Problem::failure("search for what is new", error))?;
    Ok(Some(found))
}

/// A count as it is kept: one beyond the bound says that there are more.
pub(crate) fn kept_count(count: Count) -> i64 {
    i64::try_from(count.counted).unwrap_or(i64::MAX).saturating_add(i64::from(count.more))
}

/// The searches of somebody, each with what is new of it now.
///
/// # Errors
/// The database could not be asked.
pub(crate) async fn counted(state: &AppState, account: &Account) -> Result<Vec<Kept>, Problem> {
    let client = state.pool.get().await?;
    let all = searches::of(&client, account.id).await.map_err(unkept)?;
    drop(client);
    anew(state, account, all, |_, _| true).await
}

/// How many hits are new in all, for the menu: as they were counted within the last minute, or else counted now.
///
/// # Errors
/// The database could not be asked.
pub(crate) async fn for_menu(state: &AppState, account: &Account) -> Result<Option<i64>, Problem> {
    let client = state.pool.get().await?;
    let all = searches::of(&client, account.id).await.map_err(unkept)?;
    drop(client);
    if all.is_empty() {
        return Ok(None);
    }
    let now = state.wall.now();
    let all = anew(state, account, all, |kept, at| kept.counted < at && kept.counted_at.duration_until(now) >= GOOD);
    let news = all.await?.iter().filter(|kept| !kept.is_muted).map(|kept| kept.news).sum();
    Ok(Some(news))
}

async fn anew(
    state: &AppState,
    account: &Account,
    all: Vec<Kept>,
    is_stale: impl Fn(&Kept, i64) -> bool,
) -> Result<Vec<Kept>, Problem> {
    if all.is_empty() {
        return Ok(all);
    }
    let client = state.pool.get().await?;
    let at = place(&client).await?;
    drop(client);
    let (reader, now) = (state.reader(&account.actor), state.wall.now());
    let mut told = Vec::new();
    for mut kept in all {
        if !kept.is_muted && is_stale(&kept, at) {
            let found = found(&reader, &kept, kept.seen, 1).await?;
            kept.news = found.map_or(0, |found| kept_count(found.total));
            let client = state.pool.get().await?;
            searches::counted(&client, &kept, kept.news, at, now).await.map_err(unkept)?;
        }
        told.push(kept);
    }
    Ok(told)
}

/// What a mail says of one search.
#[derive(Debug, Clone)]
pub struct News {
    /// The search.
    pub search: Uuid,
    /// What its person calls it.
    pub name: String,
    /// Behind which place of the journal its hits are new.
    pub since: i64,
    /// How far the index had come.
    pub until: i64,
    /// How many are new.
    pub count: u64,
    /// There are more.
    pub more: bool,
    /// Where they are listed, behind the address of the pages.
    pub page: String,
    /// The first of them: which, its number, what it is about.
    pub first: Vec<(InquiryId, String, String)>,
}

/// What is new for the digest of an account: since its last digest, or since the place that is named, under the rights that it has now.
///
/// # Errors
/// The database could not be asked.
pub async fn for_mail(
    pool: &Pool,
    guard: Guard,
    account: Uuid,
    since: &BTreeMap<Uuid, i64>,
) -> Result<Vec<News>, Problem> {
    let client = pool.get().await?;
    let Some(account) = accounts::by_id(&client, account).await.map_err(unkept)? else { return Ok(Vec::new()) };
    let all = searches::of(&client, account.id).await.map_err(unkept)?;
    let until = place(&client).await?;
    drop(client);
    let reader = Reader::new(pool.clone(), guard, Sight::of(&account.actor));
    let mut news = Vec::new();
    for kept in all.into_iter().filter(|kept| !kept.is_muted) {
        let since = since.get(&kept.id).copied().unwrap_or(kept.told).min(kept.told);
        let Some(found) = found(&reader, &kept, since, NAMED).await? else { continue };
        if found.total.counted == 0 {
            continue;
        }
        let asked = Question::of_query(&kept.question).and_then(|question| question.read())?;
        let first = found.hits.into_iter().map(|hit| (hit.inquiry, hit.number, hit.subject.text));
        news.push(News {
            search: kept.id,
            name: kept.name,
            since,
            until,
            count: found.total.counted,
            more: found.total.more,
            page: asked.since(Some(since)).all(),
            first: first.collect(),
        });
    }
    Ok(news)
}

fn unkept(error: accounts::AccountError) -> Problem {
    Problem::failure("keep searches", error)
}
