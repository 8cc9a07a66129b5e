//! Who searches for the people that a digest is gathered for: the index as each of them may see it at that moment.

use std::collections::BTreeMap;
use std::fmt;

use deadpool_postgres::Pool;
use dispatch::notices::news::{Finding, Finds, Hit, News, Unfound};
use readmodel::Guard;
use uuid::Uuid;

/// Searches through the tables of screens, for a mail that reads none of them itself.
pub(super) struct Finder {
    pub(super) pool: Pool,
    pub(super) guard: Guard,
}

impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finder").field("guard", &self.guard).finish_non_exhaustive()
    }
}

impl Finds for Finder {
    fn news<'a>(&'a self, account: Uuid, since: &'a BTreeMap<Uuid, i64>) -> Finding<'a> {
        Box::pin(async move {
            let found = web::news::for_mail(&self.pool, self.guard, account, since).await;
            Ok(found.map_err(Unfound::from)?.into_iter().map(told).collect())
        })
    }
}

fn told(news: web::news::News) -> News {
    let hit = |(inquiry, number, subject)| Hit { inquiry, number, subject };
    News {
        search: news.search,
        name: news.name,
        since: news.since,
        until: news.until,
        count: news.count,
        more: news.more,
        page: news.page,
        first: news.first.into_iter().map(hit).collect(),
    }
}
