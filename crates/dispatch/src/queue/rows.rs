//! What the rows of the mail tables hold: an errand, and what it brings.

use directory::Language;
use inquiry::link::PersonalLink;
use inquiry::{InquiryId, RecipientNo};
use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::error::DispatchError;
use crate::message::{Copy, DigestFacts, HeadFacts, LetterFacts, ReportFacts};

/// One mail, taken by this worker.
#[derive(Debug, Clone)]
pub(crate) struct Errand {
    pub(crate) id: i64,
    /// Attempts begun before this one.
    pub(crate) attempts: u32,
    /// Temporary failures before this one.
    pub(crate) failures: u32,
    pub(crate) first_failed_at: Option<Timestamp>,
    pub(crate) token: Uuid,
    pub(crate) cargo: Cargo,
}

/// What a mail brings.
#[derive(Debug, Clone)]
pub(crate) enum Cargo {
    /// A letter to a deputy.
    Letter(Box<Letter>),
    /// A digest to somebody of the house.
    Digest(Box<DigestFacts>),
    /// A report to somebody of the house.
    Report(Box<ReportFacts>),
    /// A head of the journal to a place outside.
    Head(Box<HeadFacts>),
}

/// A letter to a deputy.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) inquiry: InquiryId,
    pub(crate) order: u32,
    pub(crate) recipient: RecipientNo,
    /// Id of the letter's blob.
    pub(crate) pdf: String,
    pub(crate) facts: LetterFacts,
    pub(crate) copy: Copy,
}

impl Errand {
    /// The attempt this worker makes, counted from 1.
    pub(crate) const fn attempt(&self) -> u32 {
        self.attempts.saturating_add(1)
    }

    pub(crate) fn message_id(&self) -> &str {
        match &self.cargo {
            Cargo::Letter(letter) => &letter.copy.message_id,
            Cargo::Digest(digest) => &digest.message_id,
            Cargo::Report(report) => &report.message_id,
            Cargo::Head(head) => &head.message_id,
        }
    }

    pub(crate) fn address(&self) -> &str {
        match &self.cargo {
            Cargo::Letter(letter) => &letter.copy.address,
            Cargo::Digest(digest) => &digest.address,
            Cargo::Report(report) => &report.address,
            Cargo::Head(head) => &head.address,
        }
    }
}

/// A taken row as an errand.
pub(super) fn errand(row: &Row) -> Result<Errand, DispatchError> {
    let of_digest = row.get::<_, Option<i64>>("digest").is_some();
    let cargo = match (row.get::<_, Option<i64>>("head_block"), row.get::<_, Option<String>>("report")) {
        (Some(block), _) => Cargo::Head(Box::new(head(row, block)?)),
        (None, Some(every)) => Cargo::Report(Box::new(report(row, every)?)),
        (None, None) if of_digest => Cargo::Digest(Box::new(digest(row)?)),
        (None, None) => Cargo::Letter(Box::new(letter(row)?)),
    };
    Ok(Errand {
        id: row.get("id"),
        attempts: count(row, "attempts")?,
        failures: count(row, "failures")?,
        first_failed_at: row.get("first_failed_at"),
        token: row.get("lease_token"),
        cargo,
    })
}

fn count(row: &Row, column: &str) -> Result<u32, DispatchError> {
    u32::try_from(row.get::<_, i32>(column)).map_err(|_| DispatchError::Row(format!("{column} is negative")))
}

fn language(row: &Row, column: &str) -> Result<Language, DispatchError> {
    let language: &str = row.get(column);
    language.parse().map_err(|_| DispatchError::Row(format!("language {language}")))
}

/// The letter of a row that has its order beside it.
pub(super) fn letter(row: &Row) -> Result<Letter, DispatchError> {
    let recipient: i32 = row.get("recipient");
    let recipient = u16::try_from(recipient).map_err(|_| DispatchError::Row(format!("recipient {recipient}")))?;
    let (inquiry, order, recipient) = (InquiryId(row.get("inquiry")), count(row, "order_no")?, RecipientNo(recipient));
    Ok(Letter {
        inquiry,
        order,
        recipient,
        pdf: row.get("pdf"),
        facts: LetterFacts {
            language: language(row, "language")?,
            number: row.get("number"),
            dated: row.get("dated"),
            file_name: row.get("file_name"),
            inquiry_number: row.get("inquiry_number"),
            inquiry_dated: row.get("inquiry_dated"),
            subject: row.get("subject"),
            ordered_at: row.get("ordered_at"),
        },
        copy: Copy {
            mail: row.get("id"),
            name: row.get("name"),
            address: row.get("address"),
            message_id: row.get("message_id"),
            link: PersonalLink { inquiry, recipient, order },
        },
    })
}

fn head(row: &Row, block: i64) -> Result<HeadFacts, DispatchError> {
    let content = serde_json::from_value(row.get("content"));
    Ok(HeadFacts {
        address: row.get("address"),
        message_id: row.get("message_id"),
        block,
        gathered_at: row.get("gathered_at"),
        content: content.map_err(|error| DispatchError::Row(format!("the content of a head's mail: {error}")))?,
    })
}

fn report(row: &Row, every: String) -> Result<ReportFacts, DispatchError> {
    let content = serde_json::from_value(row.get("content"));
    Ok(ReportFacts {
        name: row.get("name"),
        address: row.get("address"),
        message_id: row.get("message_id"),
        language: language(row, "digest_language")?,
        every,
        gathered_at: row.get("gathered_at"),
        content: content.map_err(|error| DispatchError::Row(format!("the content of a report: {error}")))?,
    })
}

fn digest(row: &Row) -> Result<DigestFacts, DispatchError> {
    let content = serde_json::from_value(row.get("content"));
    Ok(DigestFacts {
        name: row.get("name"),
        address: row.get("address"),
        message_id: row.get("message_id"),
        language: language(row, "digest_language")?,
        day: row.get("day"),
        part: count(row, "part")?,
        gathered_at: row.get("gathered_at"),
        content: content.map_err(|error| DispatchError::Row(format!("the content of a digest: {error}")))?,
    })
}
