//! What a mail is about: a mail of ours, and which one, or nothing of ours.

use deadpool_postgres::Pool;
use inquiry::link::LinkKeys;

use super::parsed::Parsed;
use super::report::Told;
use crate::error::{DispatchError, database};

/// By what a mail of ours was known. The first three bear a tag that only this installation makes; a Message-ID can be guessed by whoever stands on
/// the same list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FoundBy {
    /// The address that the bounce came to.
    ReturnAddress,
    /// The id that the mail was sent under.
    EnvelopeId,
    /// The mark in the head that was handed back.
    Mark,
    /// A Message-ID of ours.
    MessageId,
}

impl FoundBy {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::ReturnAddress => "return_address",
            Self::EnvelopeId => "envelope_id",
            Self::Mark => "mark",
            Self::MessageId => "message_id",
        }
    }
}

/// A mail of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct About {
    pub(super) mail: i64,
    pub(super) by: FoundBy,
}

/// What a mail that came is.
#[derive(Debug)]
pub(super) enum Sorted {
    /// A copy of a mail of ours.
    Copy(About),
    /// A report of a server, perhaps about a mail of somebody else.
    Report {
        /// The mail of ours.
        about: Option<About>,
        /// What it says.
        told: Vec<Told>,
    },
    /// A program has answered.
    AutoReply(Option<About>),
    /// An answer to a mail of ours.
    Answer(About),
    /// Anything else.
    Inquiry,
}

/// Reports come before automatic replies: servers call their own reports automatic too.
pub(super) async fn sort(pool: &Pool, keys: &LinkKeys, parsed: &Parsed) -> Result<Sorted, DispatchError> {
    let marked = |mark: &str, by| keys.marked(mark).map(|mail| About { mail, by });
    if let Some(about) = parsed.mark.as_deref().and_then(|mark| marked(mark, FoundBy::Mark))
        && exists(pool, about.mail).await?
    {
        return Ok(Sorted::Copy(about));
    }
    let mut found = parsed.addressed.iter().find_map(|mark| marked(mark, FoundBy::ReturnAddress));
    if let Some(report) = &parsed.report {
        found = found
            .or_else(|| report.envelope_id.as_deref().and_then(|id| marked(id, FoundBy::EnvelopeId)))
            .or_else(|| parsed.returned_mark.as_deref().and_then(|mark| marked(mark, FoundBy::Mark)));
        let about = known(pool, found, parsed.returned_id.as_slice()).await?;
        return Ok(Sorted::Report { about, told: report.told.clone() });
    }
    let about = known(pool, found, &parsed.answers).await?;
    Ok(match about {
        about if parsed.is_automatic => Sorted::AutoReply(about),
        Some(about) => Sorted::Answer(about),
        None => Sorted::Inquiry,
    })
}

/// The letter that a mark is of, or else the one of these Message-IDs that was ordered last. The mail of the house bears no mark, and no inquiry is
/// told of it.
async fn known(pool: &Pool, marked: Option<About>, ids: &[String]) -> Result<Option<About>, DispatchError> {
    if let Some(about) = marked
        && exists(pool, about.mail).await?
    {
        return Ok(Some(about));
    }
    if ids.is_empty() {
        return Ok(None);
    }
    // The table has them as they were ordered, with brackets or without.
    let ids: Vec<String> = ids.iter().flat_map(|id| [id.clone(), format!("<{id}>")]).collect();
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let row = client
        .query_opt(
            "select id from mail where message_id = any($1) and digest is null order by id desc limit 1",
            &[&ids],
        )
        .await
        .map_err(database("look for a mail by its id"))?;
    Ok(row.map(|row| About { mail: row.get(0), by: FoundBy::MessageId }))
}

async fn exists(pool: &Pool, mail: i64) -> Result<bool, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let row = client.query_opt("select from mail where id = $1", &[&mail]).await;
    Ok(row.map_err(database("look for a mail by its number"))?.is_some())
}
