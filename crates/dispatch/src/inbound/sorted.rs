//! What a mail is about: a mail of ours, and which one, or nothing of ours.

use deadpool_postgres::Pool;
use eventstore::{Journal, StreamId};
use inquiry::link::{LinkKeys, PersonalLink};
use inquiry::{Inquiry, InquiryId, RecipientNo};
use uuid::Uuid;

use super::parsed::Parsed;
use super::report::Told;
use crate::error::{DispatchError, database};

/// By what a mail of ours was known. The first three bear a tag that only this installation makes; a Message-ID can be guessed by whoever stands on
/// the same list. A mark is as good as its mail's personal link: once that has ended, the mail can be read in the evidence of its delivery, mark and all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FoundBy {
    /// The address that the bounce came to.
    ReturnAddress,
    /// The id that the mail was sent under.
    EnvelopeId,
    /// The mark in the head that was handed back.
    Mark,
    /// A Message-ID of ours, or a mark that others may know by now.
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
pub(super) async fn sort(journal: &Journal, keys: &LinkKeys, parsed: &Parsed) -> Result<Sorted, DispatchError> {
    let marked = |mark: &str, by| keys.marked(mark).map(|mail| About { mail, by });
    if let Some(about) = parsed.mark.as_deref().and_then(|mark| marked(mark, FoundBy::Mark))
        && let Some(about) = stands(journal, about).await?
    {
        return Ok(Sorted::Copy(about));
    }
    let mut found = parsed.addressed.iter().find_map(|mark| marked(mark, FoundBy::ReturnAddress));
    if let Some(report) = &parsed.report {
        found = found
            .or_else(|| report.envelope_id.as_deref().and_then(|id| marked(id, FoundBy::EnvelopeId)))
            .or_else(|| parsed.returned_mark.as_deref().and_then(|mark| marked(mark, FoundBy::Mark)));
        let about = known(journal, found, parsed.returned_id.as_slice()).await?;
        return Ok(Sorted::Report { about, told: report.told.clone() });
    }
    let about = known(journal, found, &parsed.answers).await?;
    Ok(match about {
        about if parsed.is_automatic => Sorted::AutoReply(about),
        Some(about) => Sorted::Answer(about),
        None => Sorted::Inquiry,
    })
}

/// The letter that a mark is of, or else the one of these Message-IDs that was ordered last. The mail of the house bears no mark, and no inquiry is
/// told of it.
async fn known(journal: &Journal, marked: Option<About>, ids: &[String]) -> Result<Option<About>, DispatchError> {
    if let Some(about) = marked
        && let Some(about) = stands(journal, about).await?
    {
        return Ok(Some(about));
    }
    if ids.is_empty() {
        return Ok(None);
    }
    // The table has them as they were ordered, with brackets or without.
    let ids: Vec<String> = ids.iter().flat_map(|id| [id.clone(), format!("<{id}>")]).collect();
    let client = journal.pool().get().await.map_err(DispatchError::Pool)?;
    let row = client
        .query_opt(
            "select id from mail where message_id = any($1) and digest is null order by id desc limit 1",
            &[&ids],
        )
        .await
        .map_err(database("look for a mail by its id"))?;
    Ok(row.map(|row| About { mail: row.get(0), by: FoundBy::MessageId }))
}

/// The mail that a mark names, and whether the mark alone still says so; none when there is no such mail.
async fn stands(journal: &Journal, about: About) -> Result<Option<About>, DispatchError> {
    let Some(link) = link(journal.pool(), about.mail).await? else { return Ok(None) };
    // A digest has no link, and bears no mark.
    let opens = match link {
        Some(link) => opens(journal, &link).await?,
        None => false,
    };
    Ok(Some(if opens { about } else { About { by: FoundBy::MessageId, ..about } }))
}

/// The personal link in a mail of that number; nothing in it where the mail brings no letter.
async fn link(pool: &Pool, mail: i64) -> Result<Option<Option<PersonalLink>>, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let row = client.query_opt("select inquiry, recipient, order_no from mail where id = $1", &[&mail]).await;
    let Some(row) = row.map_err(database("look for a mail by its number"))? else { return Ok(None) };
    let (inquiry, recipient, order): (Option<Uuid>, Option<i32>, Option<i32>) = (row.get(0), row.get(1), row.get(2));
    let (Some(inquiry), Some(recipient), Some(order)) = (inquiry, recipient, order) else { return Ok(Some(None)) };
    let unfit = |_| DispatchError::Row(format!("mail {mail}: recipient {recipient} of order {order}"));
    let recipient = RecipientNo(u16::try_from(recipient).map_err(unfit)?);
    let order = u32::try_from(order).map_err(unfit)?;
    Ok(Some(Some(PersonalLink { inquiry: InquiryId(inquiry), recipient, order })))
}

/// Does it open the deputy's page? The inquiry says so.
async fn opens(journal: &Journal, link: &PersonalLink) -> Result<bool, DispatchError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| DispatchError::Journal {
        doing: "say whether a mail's link has ended",
        source,
    };
    let stream = StreamId::new(link.inquiry.stream_id()).map_err(|error| failed(Box::new(error)))?;
    let loaded = journal.aggregate::<Inquiry>(&stream).await.map_err(|error| failed(Box::new(error)))?;
    Ok(loaded.aggregate.dossier().is_some_and(|dossier| dossier.opens(link)))
}
