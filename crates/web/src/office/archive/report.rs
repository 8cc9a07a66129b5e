//! What is told of an archive: `report.json`. Its lines are held against the proofs by whoever checks; the Office's seal over the manifest vouches for the rest.

use std::collections::BTreeSet;

use directory::Language;
use inquiry::Event;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::super::evidence::Evidence;
use super::super::seeing::{Seen, events_of, words_of};
use crate::problem::Problem;

/// The report. Hashes are SHA-256 in hexadecimal, times by RFC 3339.
#[derive(Serialize)]
pub(super) struct Report {
    format: &'static str,
    pub(super) inquiry: String,
    pub(super) number: String,
    pub(super) dated: String,
    pub(super) subject: String,
    /// Where it stands, in words.
    pub(super) stage: &'static str,
    /// The inquiry's language, in which everything is told.
    pub(super) language: Language,
    /// When the archive was made, by the clock of the machine.
    pub(super) made: String,
    pub(super) stream: String,
    pub(super) events: Vec<Told>,
    /// The last head that reaches an event.
    pub(super) head: Option<Value>,
    /// How many events no signed head reaches yet.
    pub(super) unsigned: usize,
    /// The head of the moment could not be signed; the log says why.
    pub(super) head_not_signed: bool,
    /// The certificates here that are or were the Office's seal, by their fingerprints: what its present seal says of those before it.
    pub(super) seals: Vec<String>,
    pub(super) letters: Vec<Letter>,
    pub(super) recipients: Vec<Recipient>,
    /// Places on the list whose address was erased.
    pub(super) erased: BTreeSet<u16>,
    pub(super) left_out: Vec<LeftOut>,
}

/// An event.
#[derive(Serialize)]
pub(super) struct Told {
    pub(super) version: u64,
    pub(super) position: i64,
    pub(super) event: String,
    pub(super) words: Option<&'static str>,
    pub(super) at: String,
    pub(super) by: String,
}

/// A letter, from its signature on.
#[derive(Serialize)]
pub(super) struct Letter {
    pub(super) folder: String,
    pub(super) signed: Signed,
    pub(super) sent: Option<Sent>,
}

/// What the signatory signed.
#[derive(Serialize)]
pub(super) struct Signed {
    pub(super) at: String,
    pub(super) by: String,
    pub(super) signatory: String,
    pub(super) sha256: String,
    pub(super) bytes: usize,
    pub(super) certificate: String,
    /// Whom the certificate names, where the event says it; what identifies them besides is sealed in the journal.
    pub(super) signer: Option<String>,
    /// By what right they signed, as the event says it.
    pub(super) authority: Value,
    /// The signatures that others had put on the same file before.
    pub(super) cosigned: Vec<Cosigned>,
    pub(super) sealed_by_server: bool,
    /// The kept report of the signature's check, in `files/`.
    pub(super) checked: Option<String>,
    /// What that report says.
    pub(super) checked_then: Option<CheckedThen>,
    /// What our own check says, by the certificates beside the signature.
    pub(super) verdict: Vec<String>,
    pub(super) position: i64,
}

/// The check when the letter was signed: what its report says, which lies in `files/` with all that it rested on.
#[derive(Serialize)]
pub(super) struct CheckedThen {
    pub(super) at: String,
    pub(super) conclusion: &'static str,
    pub(super) lines: Vec<String>,
}

/// A signature besides the last one, `cosigned-1.p7s` and so on.
#[derive(Serialize)]
pub(super) struct Cosigned {
    pub(super) at: String,
    pub(super) by: String,
    pub(super) signatory: String,
    pub(super) certificate: String,
    pub(super) signer: Option<String>,
    pub(super) authority: Value,
    pub(super) sealed_by_server: bool,
    pub(super) checked: Option<String>,
    pub(super) checked_then: Option<CheckedThen>,
    pub(super) verdict: Vec<String>,
}

/// What got its number and was sent.
#[derive(Serialize)]
pub(super) struct Sent {
    pub(super) at: String,
    pub(super) number: String,
    pub(super) dated: String,
    pub(super) sha256: String,
    pub(super) bytes: usize,
    pub(super) verdict: Vec<String>,
    /// What our own check says of signatures inside the PDF; empty where it has none.
    pub(super) inside: Vec<String>,
    pub(super) position: i64,
}

/// What became of one delivery.
#[derive(Serialize)]
pub(super) struct Recipient {
    pub(super) no: u16,
    pub(super) name: String,
    pub(super) file: String,
    /// When the first server took the mail, or it was written to a file.
    pub(super) accepted: Option<String>,
    pub(super) received: Option<String>,
    pub(super) how: Option<String>,
    /// How many of the orders' mails are there to the byte.
    pub(super) mails: usize,
    pub(super) held_back: bool,
    pub(super) events: Vec<i64>,
}

/// A file that an event names and that is not there.
#[derive(Serialize)]
pub(super) struct LeftOut {
    pub(super) sha256: String,
    pub(super) name: Option<String>,
    pub(super) why: String,
}

impl Report {
    /// What the history alone tells.
    pub(super) fn of(seen: &Seen, made: Timestamp) -> Result<Self, Problem> {
        let dossier = &seen.dossier;
        let intake = &dossier.intake;
        let mut erased = BTreeSet::new();
        let mut events = Vec::new();
        for recorded in &seen.history {
            for event in events_of(recorded)? {
                if let Event::AddressErased(event) = event {
                    erased.extend(event.recipients.iter().map(|no| no.0));
                }
            }
            events.push(Told {
                version: recorded.version,
                position: recorded.position,
                event: recorded.event_type.clone(),
                words: words_of(recorded, intake.language),
                at: recorded.at.to_string(),
                by: recorded.actor.clone(),
            });
        }
        Ok(Self {
            format: "saual evidence report 1",
            inquiry: dossier.inquiry.to_string(),
            number: intake.number.printed().to_owned(),
            dated: intake.dated.to_string(),
            subject: intake.subject.clone(),
            stage: dossier.stage.name().words(intake.language),
            language: intake.language,
            made: made.to_string(),
            stream: dossier.inquiry.stream_id(),
            events,
            head: None,
            unsigned: 0,
            head_not_signed: false,
            seals: Vec::new(),
            letters: Vec::new(),
            recipients: Vec::new(),
            erased,
            left_out: Vec::new(),
        })
    }

    /// With one delivery more.
    pub(super) fn recipient(&mut self, evidence: &Evidence, file: String) {
        let accepted = evidence.events.iter().find(|told| told.event == "reply_accepted");
        self.recipients.push(Recipient {
            no: evidence.recipient.no,
            name: evidence.recipient.name.clone(),
            file,
            accepted: accepted.map(|told| told.at.to_string()),
            received: evidence.receipt.as_ref().map(|receipt| receipt.at.to_string()),
            how: evidence.receipt.as_ref().map(|receipt| receipt.how.clone()),
            mails: evidence.orders.iter().filter(|order| order.message.is_some()).count(),
            held_back: evidence.orders.iter().any(|order| order.message_held_back.is_some()),
            events: evidence.events.iter().map(|told| told.position).collect(),
        });
    }
}

/// The language of the office as the checks of signatures know it.
pub(super) fn in_signature(language: Language) -> signature::Language {
    match language {
        Language::Kk => signature::Language::Kk,
        Language::Ru => signature::Language::Ru,
        Language::En => signature::Language::En,
    }
}
