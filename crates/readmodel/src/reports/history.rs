//! What the forecast is told from: the inquiries answered last before a day, and those that are due in the days after it.

use std::collections::{BTreeMap, BTreeSet};

use inquiry::InquiryId;
use inquiry::time::{begin_of, day_of};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use uuid::Uuid;

use super::forecast::{AHEAD, Accuracy, Awaited, Forecast, Gone, Trial, base_rate, forecast};
use super::question::Asked;
use crate::{ReadError, Reader, Sight, Sitting};

/// The most earlier inquiries that are looked at.
const MOST_GONE: i64 = 4_000;
/// The most inquiries that are forecast at once.
const MOST_AWAITED: i64 = 1_000;
/// How many months of its own past it is tried on.
const MONTHS: i8 = 6;

/// An inquiry that is due soon, and what is to be expected of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Coming {
    /// Which.
    pub inquiry: InquiryId,
    /// Its number as its letter prints it.
    pub number: String,
    /// What is known of it.
    pub awaited: Awaited,
    /// Who holds it there: a ministry by its code, or a role and the like behind an `@`.
    pub holder: Option<String>,
    /// What is to be expected; none where the past is too short to say.
    pub forecast: Option<Forecast>,
}

/// What a forecast made at the beginning of a month would have been worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tried {
    /// The day on which it would have been made.
    pub day: Date,
    /// How it would have done.
    pub accuracy: Accuracy,
}

/// What is due within [`AHEAD`] days, the most probably late first.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn coming(reader: &Reader, sight: &Sight, day: Date) -> Result<Vec<Coming>, ReadError> {
    let sitting = reader.sit().await?;
    let history = gone(&sitting, sight, day).await?;
    let mut coming = awaited(&sitting, sight, day, When::Now).await?;
    sitting.rise().await?;
    for one in &mut coming {
        one.forecast = forecast(&history, &one.awaited, day);
    }
    let probability = |one: &Coming| one.forecast.map_or(-1.0, |forecast| forecast.probability);
    coming.sort_by(|a, b| probability(b).total_cmp(&probability(a)).then(a.awaited.due.cmp(&b.awaited.due)));
    Ok(coming)
}

/// The same function on the first days of the months before, with what was known then, held against what came. A month whose days ahead have not
/// all gone by is left out, and so is one of which nothing could be said.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn tried(reader: &Reader, sight: &Sight, today: Date) -> Result<(Vec<Tried>, Accuracy), ReadError> {
    let sitting = reader.sit().await?;
    let (mut months, mut all) = (Vec::new(), Vec::new());
    for back in (0..=MONTHS).rev() {
        let day = today.first_of_month().saturating_sub(back.months());
        if day.saturating_add(AHEAD.days()) >= today {
            continue;
        }
        let history = gone(&sitting, sight, day).await?;
        let awaited = awaited(&sitting, sight, day, When::Then).await?;
        let came = became(&sitting, &awaited).await?;
        let base = base_rate(&history);
        let trial = |one: &Coming| {
            let probability = forecast(&history, &one.awaited, day)?.probability;
            Some(Trial { probability, base, was_late: *came.get(&one.inquiry)? })
        };
        let trials: Vec<Trial> = awaited.iter().filter_map(trial).collect();
        if !trials.is_empty() {
            months.push(Tried { day, accuracy: Accuracy::of(&trials) });
        }
        all.extend(trials);
    }
    sitting.rise().await?;
    Ok((months, Accuracy::of(&all)))
}

/// As inquiries stand, or as they stood at the beginning of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Now,
    Then,
}

/// The inquiries answered last before a day, within a year.
async fn gone(sitting: &Sitting, sight: &Sight, day: Date) -> Result<Vec<Gone>, ReadError> {
    let mut asked = Asked::default();
    let (from, until) = (asked.value(day.saturating_sub(1.year())), asked.value(day));
    let seen = asked.seen(sight);
    let sql = format!(
        "select inquiry, lead, topic, received, due, answered from report_case
          where until is null and answered is not null and answered >= {from} and answered < {until}{seen}
          order by answered desc, inquiry desc limit {MOST_GONE}"
    );
    let rows = sitting.rows(&sql, &asked.values(), "read what was answered last").await?;
    let mut known = BTreeMap::new();
    for row in &rows {
        let read = || -> Option<(Uuid, Gone)> {
            let gone = Gone {
                lead: row.try_get(1).ok()?,
                topic: row.try_get(2).ok()?,
                received: row.try_get(3).ok()?,
                due: row.try_get(4).ok()?,
                answered: row.try_get(5).ok()?,
                steps: Vec::new(),
            };
            Some((row.try_get(0).ok()?, gone))
        };
        let (inquiry, gone) = read().ok_or(ReadError::Row { table: "report_case" })?;
        known.insert(inquiry, gone);
    }
    let inquiries: Vec<Uuid> = known.keys().copied().collect();
    for came in steps_of(sitting, &inquiries, None).await? {
        if let Some(gone) = known.get_mut(&came.inquiry) {
            gone.steps.push((came.day, came.step));
        }
    }
    Ok(known.into_values().collect())
}

/// That an inquiry came to a step.
struct Came {
    inquiry: Uuid,
    day: Date,
    step: String,
    /// To whom.
    holder: String,
}

/// The steps of inquiries in the order in which they came to them, until a day where one is given.
async fn steps_of(sitting: &Sitting, inquiries: &[Uuid], until: Option<Date>) -> Result<Vec<Came>, ReadError> {
    let until = until.and_then(begin_of);
    let rows = sitting
        .rows(
            "select inquiry, since, step, holder from report_step
              where inquiry = any($1) and is_line and ($2::timestamptz is null or since <= $2) order by inquiry, since, nth",
            &[&inquiries, &until],
            "read the steps of inquiries",
        )
        .await?;
    let read = |row: &tokio_postgres::Row| {
        let since: Timestamp = row.try_get(1).ok()?;
        Some(Came {
            inquiry: row.try_get(0).ok()?,
            day: day_of(since),
            step: row.try_get(2).ok()?,
            holder: row.try_get(3).ok()?,
        })
    };
    rows.iter().map(|row| read(row).ok_or(ReadError::Row { table: "report_step" })).collect()
}

/// What is not answered and due in the days after one.
async fn awaited(sitting: &Sitting, sight: &Sight, day: Date, when: When) -> Result<Vec<Coming>, ReadError> {
    let mut asked = Asked::default();
    let (from, until) = (asked.value(day), asked.value(day.saturating_add(AHEAD.days())));
    let stood = match when {
        When::Now => "until is null".to_owned(),
        When::Then => {
            let Some(moment) = begin_of(day) else { return Ok(Vec::new()) };
            let moment = asked.value(moment);
            format!("since <= {moment} and (until is null or until > {moment})")
        }
    };
    let seen = asked.seen(sight);
    let sql = format!(
        "select inquiry, number, lead, topic, received, due from report_case
          where answered is null and ending is null and due >= {from} and due <= {until} and {stood}{seen}
          order by due, inquiry limit {MOST_AWAITED}"
    );
    let rows = sitting.rows(&sql, &asked.values(), "read what is due next").await?;
    let mut coming = Vec::new();
    for row in &rows {
        let read = || -> Option<Coming> {
            let awaited = Awaited {
                lead: row.try_get(2).ok()?,
                topic: row.try_get(3).ok()?,
                received: row.try_get(4).ok()?,
                due: row.try_get(5).ok()?,
                step: None,
            };
            let (inquiry, number) = (InquiryId(row.try_get(0).ok()?), row.try_get(1).ok()?);
            Some(Coming { inquiry, number, awaited, holder: None, forecast: None })
        };
        coming.push(read().ok_or(ReadError::Row { table: "report_case" })?);
    }
    let inquiries: BTreeSet<Uuid> = coming.iter().map(|one| one.inquiry.0).collect();
    let inquiries: Vec<Uuid> = inquiries.into_iter().collect();
    let until = (when == When::Then).then_some(day);
    // The last one that it came to.
    let at: BTreeMap<Uuid, Came> =
        steps_of(sitting, &inquiries, until).await?.into_iter().map(|came| (came.inquiry, came)).collect();
    for one in &mut coming {
        let came = at.get(&one.inquiry.0);
        one.awaited.step = came.map(|came| came.step.clone());
        one.holder = came.map(|came| came.holder.clone());
    }
    Ok(coming)
}

/// Which of these were late in the end, by the day that is in force by now; what ended otherwise is left out.
async fn became(sitting: &Sitting, coming: &[Coming]) -> Result<BTreeMap<InquiryId, bool>, ReadError> {
    let inquiries: Vec<Uuid> = coming.iter().map(|one| one.inquiry.0).collect();
    let rows = sitting
        .rows(
            "select inquiry, answered is null or answered > due from report_case
              where inquiry = any($1) and until is null and ending is null",
            &[&inquiries],
            "read what became of inquiries",
        )
        .await?;
    let read = |row: &tokio_postgres::Row| {
        let was_late: Option<bool> = row.try_get(1).ok()?;
        Some((InquiryId(row.try_get(0).ok()?), was_late == Some(true)))
    };
    rows.iter().map(|row| read(row).ok_or(ReadError::Row { table: "report_case" })).collect()
}
