//! Which earlier inquiries are about the same: those whose subject and questions share the rarest words of a text.

use directory::MinistryCode;
use inquiry::{InquiryId, StageName};
use jiff::civil::Date;
use uuid::Uuid;

use super::asking::{Asking, newest};
use super::question::{Question, RARE};
use super::{MOST, Narrowed, PlaceKind};
use crate::{ReadError, Reader, Sitting};

/// The most words of the text that are looked at, and of those the rarest that are searched for.
const LOOKED_AT: usize = 40;
const SEARCHED: usize = 8;
/// The most that are told.
const MOST_TOLD: usize = 30;

/// What earlier inquiries are compared with.
#[derive(Debug, Clone, Copy)]
pub struct Likeness<'a> {
    /// Subject and questions.
    pub text: &'a str,
    /// The inquiry itself, which is like nothing but itself.
    pub besides: Option<InquiryId>,
    /// Only those whose reply went out.
    pub answered: bool,
    /// How many at most.
    pub limit: usize,
}

/// An earlier inquiry that is about the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// Which.
    pub inquiry: InquiryId,
    /// Its number as it prints it.
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// The day of receipt.
    pub received: Date,
    /// Where it stands.
    pub stage: StageName,
    /// The lead executor.
    pub lead: Option<MinistryCode>,
    /// The number of its reply.
    pub outgoing_number: Option<String>,
    /// How near it is; only ever compared with others of the same question.
    pub score: f64,
}

/// The nearest earlier inquiries that the reader may see, the nearest first.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn similar(reader: &Reader, like: Likeness<'_>) -> Result<Vec<Similar>, ReadError> {
    let mut question = Question::of_text(like.text, LOOKED_AT);
    let sitting = reader.sit().await?;
    let narrowed = Narrowed::default();
    let newest = newest(&sitting, reader.sight()).await?;
    let asking = Asking { sitting: &sitting, sight: reader.sight(), narrowed: &narrowed, newest };
    let rarity = asking.rarity(&question).await?;
    let mut rare: Vec<_> = question.wanted.into_iter().zip(rarity).filter(|(_, held)| *held > 0).collect();
    rare.sort_by_key(|(wanted, held)| (*held, std::cmp::Reverse(wanted.typed.chars().count())));
    rare.truncate(SEARCHED);
    let (wanted, rarity): (Vec<_>, Vec<i64>) = rare.into_iter().unzip();
    question.wanted = wanted;
    let weights = format!("{}{}", PlaceKind::Heading.weight(), PlaceKind::Question.weight());
    let some = question
        .some(&weights, &rarity)
        .or_else(|| Some((question.all(&weights)?, rarity.iter().all(|held| *held < RARE))));
    let found = match some {
        Some((some, is_rare)) => asking.found("head", &some, MOST, is_rare).await?,
        None => Vec::new(),
    };
    let mut ranked = asking.ranked(&found, &question, &rarity, &|_| None).await?;
    ranked.retain(|one| Some(one.inquiry) != like.besides);
    ranked
        .sort_by(|a, b| b.score.total_cmp(&a.score).then(b.received.cmp(&a.received)).then(b.inquiry.cmp(&a.inquiry)));
    let ids: Vec<Uuid> = ranked.iter().map(|one| one.inquiry.0).collect();
    let mut similar = told(&sitting, &ids, like.answered).await?;
    sitting.rise().await?;
    for one in &mut similar {
        one.score = ranked.iter().find(|ranked| ranked.inquiry == one.inquiry).map_or(0.0, |ranked| ranked.score);
    }
    similar.truncate(like.limit.min(MOST_TOLD));
    Ok(similar)
}

/// These, in their order.
async fn told(sitting: &Sitting, ids: &[Uuid], answered: bool) -> Result<Vec<Similar>, ReadError> {
    let answered = if answered { "and r.stage = any (array['dispatched', 'closed'])" } else { "" };
    let sql = format!(
        "select r.inquiry, r.number, r.subject, r.received, r.stage, r.lead, r.outgoing_number
           from unnest($1::uuid[]) with ordinality as wanted (inquiry, place) join {} r using (inquiry)
          where true {answered} order by wanted.place limit {MOST_TOLD}",
        sitting.register
    );
    let rows = sitting.rows(&sql, &[&ids], "read what is alike").await?;
    let read = |row: &tokio_postgres::Row| {
        let lead: Option<&str> = row.try_get(5).ok()?;
        Some(Similar {
            inquiry: InquiryId(row.try_get(0).ok()?),
            number: row.try_get(1).ok()?,
            subject: row.try_get(2).ok()?,
            received: row.try_get(3).ok()?,
            stage: StageName::from_code(row.try_get(4).ok()?)?,
            lead: match lead {
                Some(code) => Some(MinistryCode::new(code).ok()?),
                None => None,
            },
            outgoing_number: row.try_get(6).ok()?,
            score: 0.0,
        })
    };
    rows.iter().map(|row| read(row).ok_or(ReadError::Row { table: "register" })).collect()
}
