//! The peers: PostgreSQL's configuration `simple` with its own ranking, and trigrams alone.

use std::time::Duration;

use inquiry::InquiryId;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::corpus::Document;

/// How many rows one statement brings.
const AT_ONCE: usize = 2_000;
/// What takes longer has found nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    /// `to_tsvector('simple', …)`, all words, `ts_rank_cd`.
    Simple,
    /// `pg_trgm`: the likeness of the question to the nearest words of a text.
    Trigrams,
}

/// Brings the same texts.
pub(super) async fn fill(client: &Client, documents: impl Iterator<Item = Document>) -> anyhow::Result<()> {
    client
        .batch_execute(
            "create extension if not exists pg_trgm;
             create table peer (inquiry uuid primary key, text text not null,
                                words tsvector not null generated always as (to_tsvector('simple', text)) stored)",
        )
        .await?;
    let mut documents = documents.peekable();
    while documents.peek().is_some() {
        let some: Vec<Document> = documents.by_ref().take(AT_ONCE).collect();
        let ids: Vec<uuid::Uuid> = some.iter().map(|document| document.id().0).collect();
        let texts: Vec<String> = some.iter().map(Document::text).collect();
        client.execute("insert into peer select * from unnest($1::uuid[], $2::text[])", &[&ids, &texts]).await?;
    }
    client
        .batch_execute("create index on peer using gin (words); create index on peer using gin (text gin_trgm_ops)")
        .await?;
    client.batch_execute("vacuum analyze peer").await?;
    client.batch_execute(&format!("set statement_timeout = {}", PATIENCE.as_millis())).await?;
    Ok(())
}

/// The first hits.
pub(super) async fn ask(client: &Client, peer: Peer, text: &str, limit: i64) -> anyhow::Result<Vec<InquiryId>> {
    let sql = match peer {
        Peer::Simple => {
            "select inquiry from peer, websearch_to_tsquery('simple', $1) as asked where words @@ asked
              order by ts_rank_cd(words, asked) desc, inquiry limit $2"
        }
        Peer::Trigrams => {
            "select inquiry from peer where $1 <% text order by word_similarity($1, text) desc, inquiry limit $2"
        }
    };
    match client.query(sql, &[&text, &limit]).await {
        Ok(rows) => Ok(rows.iter().map(|row| row.try_get(0).map(InquiryId)).collect::<Result<_, _>>()?),
        Err(error) if error.code() == Some(&SqlState::QUERY_CANCELED) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
