//! The evidence of one delivery, checked with nothing but its file: each event's proof, the mail's bytes, and that what the file tells is what
//! its events say.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eventstore::{ProofDocument, Proved, Witnesses};
use letter::incoming::mail::{self, Content, Refused};
use readmodel::letters::printed_code;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::commands::print;
use crate::exit::Answer;

/// How such a file begins.
const FORMAT: &str = "saual delivery evidence 3";
/// How it began before it stated which events there are.
const WITHOUT_VERSIONS: &str = "saual delivery evidence 2";

/// What of the file is held against its proofs. What is personal is sealed in the proofs, and told beside them.
#[derive(Deserialize)]
struct Evidence {
    format: String,
    inquiry: String,
    number: String,
    dated: String,
    letter: Letter,
    recipient: Recipient,
    orders: Vec<Order>,
    receipt: Option<Receipt>,
    stream_version: Option<u64>,
    versions: Option<Vec<u64>>,
    events: Vec<Told>,
    /// None in an archive, where proofs stand once for all recipients.
    #[serde(default)]
    proofs: Vec<ProofDocument>,
}

#[derive(Deserialize)]
struct Letter {
    number: String,
    dated: String,
    pdf_sha256: String,
    seal_sha256: String,
    code: String,
}

#[derive(Deserialize)]
struct Recipient {
    no: u16,
    name: String,
}

#[derive(Deserialize)]
struct Order {
    order: u32,
    at: String,
    by: String,
    message_id: String,
    position: i64,
    attempts: Vec<Step>,
    notices: Vec<Came>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Step {
    attempt: u32,
    step: String,
    answer: Option<String>,
    message_sha256: Option<String>,
    message_bytes: Option<usize>,
}

#[derive(Deserialize)]
struct Came {
    kind: String,
    words: String,
}

#[derive(Deserialize)]
struct Receipt {
    how: String,
    at: String,
    by: String,
    position: i64,
}

#[derive(Deserialize)]
struct Told {
    event: String,
    at: String,
    by: String,
    position: i64,
}

/// The largest one that is read: a mail of 48 MB for each of several orders.
const LARGEST: u64 = 256 << 20;

/// The whole file, if it is the evidence of a delivery; otherwise it stands at its beginning again. A journal's bundle says what it is within
/// its first words.
pub(super) fn read(file: &mut BufReader<File>) -> io::Result<Option<Vec<u8>>> {
    let head = file.fill_buf()?;
    if head.get(..100).unwrap_or(head).windows(8).any(|words| words == b"\"bundle\"") {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.by_ref().take(LARGEST).read_to_end(&mut bytes)?;
    let format = serde_json::from_slice::<Format>(&bytes).map(|title| title.format);
    if format.is_ok_and(|format| format.starts_with("saual delivery evidence ")) {
        return Ok(Some(bytes));
    }
    file.rewind()?;
    Ok(None)
}

#[derive(Deserialize)]
struct Format {
    format: String,
}

/// The verdict comes last, in one line.
pub(super) fn check(bytes: &[u8], witnesses: &Witnesses) -> Answer {
    match judged(bytes, witnesses) {
        Ok(verdict) => {
            verdict.lines.iter().for_each(|line| print(line));
            if verdict.is_signed { Answer::Yes } else { Answer::No }
        }
        Err(fault) => {
            print(&format!("evidence of a delivery: NOT PROVED: {fault}"));
            Answer::No
        }
    }
}

/// What of it holds.
struct Verdict {
    lines: Vec<String>,
    /// A signed head reaches every event. Where none does, anybody can have made the file.
    is_signed: bool,
}

fn judged(bytes: &[u8], witnesses: &Witnesses) -> Result<Verdict, String> {
    let evidence: Evidence =
        serde_json::from_slice(bytes).map_err(|error| format!("the file cannot be read as evidence: {error}"))?;
    let is_known = evidence.format == FORMAT || evidence.format == WITHOUT_VERSIONS;
    need(is_known, || format!("it is of another format: {}", evidence.format))?;
    let mut proved = BTreeMap::new();
    for document in &evidence.proofs {
        let event = document.check(witnesses)?;
        need(event.stream == format!("inquiry-{}", evidence.inquiry), || {
            format!("event {} is of another inquiry", event.position)
        })?;
        proved.insert(event.position, event);
    }
    let mails = holds(&evidence, &proved)?;
    Ok(verdict(&evidence, &proved, &mails, witnesses))
}

/// What an archive has of one recipient.
pub(super) struct Within {
    /// It is known that they have the letter.
    pub(super) has_receipt: bool,
    /// How many mails are there to the byte.
    pub(super) mails: usize,
}

/// The part of an archive that is about one recipient, against every event of the journal that is.
pub(super) fn within(bytes: &[u8], no: u64, proved: &BTreeMap<i64, Proved>) -> Result<Within, String> {
    let evidence: Evidence = serde_json::from_slice(bytes).map_err(|error| format!("it cannot be read: {error}"))?;
    need(evidence.format == FORMAT && evidence.proofs.is_empty(), || "it is of another kind".to_owned())?;
    need(u64::from(evidence.recipient.no) == no, || "it is another recipient's".to_owned())?;
    let stream = format!("inquiry-{}", evidence.inquiry);
    need(proved.values().all(|event| event.stream == stream), || "it is of another inquiry".to_owned())?;
    let mails = holds(&evidence, proved)?;
    Ok(Within { has_receipt: evidence.receipt.is_some(), mails: mails.recorded + mails.unrecorded })
}

/// What is told is what the events say, and all of it.
fn holds(evidence: &Evidence, proved: &BTreeMap<i64, Proved>) -> Result<Mails, String> {
    need(evidence.events.len() == proved.len(), || {
        "not everything that is told has a proof, or the other way round".to_owned()
    })?;
    for told in &evidence.events {
        let event = found(proved, told.position, &told.event)?;
        need(event.actor == told.by && event.at.to_string() == told.at, || {
            format!("event {} was recorded at another time or by somebody else", told.position)
        })?;
    }
    let told: Vec<i64> = evidence.orders.iter().map(|order| order.position).collect();
    let untold =
        proved.values().find(|event| event.event_type == "dispatch_ordered" && !told.contains(&event.position));
    need(untold.is_none(), || "an order that has a proof is not told of".to_owned())?;
    is_complete(evidence, proved)?;
    is_letter(evidence, proved)?;
    let mut mails = Mails::default();
    for order in &evidence.orders {
        ordered(evidence, proved, order, &mut mails)?;
    }
    let is_receipt_event =
        |event: &&Proved| matches!(event.event_type.as_str(), "delivery_confirmed" | "delivered_by_hand");
    let last = proved.values().rfind(is_receipt_event).map(|event| event.position);
    need(last == evidence.receipt.as_ref().map(|receipt| receipt.position), || {
        "the receipt is not the last one".to_owned()
    })?;
    if let Some(receipt) = &evidence.receipt {
        is_receipt(evidence, proved, receipt)?;
    }
    Ok(mails)
}

/// Nothing is left out of what the file states to be there, and of no order there is an outcome alone. What its maker did not state nobody can miss here.
fn is_complete(evidence: &Evidence, proved: &BTreeMap<i64, Proved>) -> Result<(), String> {
    for event in proved.values() {
        let order = &content(event)?["order"];
        let is_of_told = order.is_null() || evidence.orders.iter().any(|told| *order == told.order);
        need(is_of_told, || format!("event {} is about an order that is not there", event.position))?;
    }
    if evidence.format == WITHOUT_VERSIONS {
        return Ok(());
    }
    let (Some(stated), Some(last)) = (&evidence.versions, evidence.stream_version) else {
        return Err("it does not state which events there are".to_owned());
    };
    let there: Vec<u64> = proved.values().map(|event| event.version).collect();
    if let Some(missing) = stated.iter().find(|version| !there.contains(version)) {
        return Err(format!("event {missing} of the inquiry is about this delivery and is left out"));
    }
    need(*stated == there, || "it has events that it does not state".to_owned())?;
    need(there.last().is_some_and(|version| *version <= last), || "it has events from after it was taken".to_owned())
}

/// The letter is the one that was signed and numbered last, and the last order sent it to this recipient, to this inquiry.
fn is_letter(evidence: &Evidence, proved: &BTreeMap<i64, Proved>) -> Result<(), String> {
    let Letter { number, dated, pdf_sha256, seal_sha256, code } = &evidence.letter;
    let last = |name: &str| {
        let event = proved.values().rfind(|event| event.event_type == name);
        content(event.ok_or_else(|| format!("no {name} has a proof"))?)
    };
    let signed = last("reply_signed")?;
    let version = serde_json::from_value(signed["version"].clone()).map_err(|_| "no version was signed".to_owned())?;
    let inquiry = evidence.inquiry.parse().map_err(|_| "the inquiry has no id".to_owned())?;
    // Letters of before have none in their event; one that is there and is no code is a fault.
    let printed = match &signed["code"] {
        Value::Null => None,
        code => Some(serde_json::from_value(code.clone()).map_err(|_| "the letter's code is none".to_owned())?),
    };
    need(*code == printed_code(inquiry, version, printed.as_ref()), || "the letter's code is another".to_owned())?;
    let numbered = last("outgoing_number_assigned")?;
    let is_numbered = [("number", number), ("dated", dated), ("pdf", pdf_sha256), ("seal", seal_sha256)]
        .iter()
        .all(|(field, told)| numbered[*field] == told.as_str());
    need(is_numbered, || "the letter is not the one that got its number".to_owned())?;
    let ordered = last("dispatch_ordered")?;
    let sent = &ordered["letter"];
    let is_sent = [
        ("number", number),
        ("dated", dated),
        ("pdf", pdf_sha256),
        ("inquiry_number", &evidence.number),
        ("inquiry_dated", &evidence.dated),
    ]
    .iter()
    .all(|(field, told)| sent[*field] == told.as_str());
    need(is_sent, || "the last order is of another letter or inquiry".to_owned())?;
    let to = addressee(&ordered, evidence.recipient.no).ok_or("the last order does not name the recipient")?;
    need(to["name"] == evidence.recipient.name.as_str(), || "the recipient is called otherwise".to_owned())
}

fn is_receipt(evidence: &Evidence, proved: &BTreeMap<i64, Proved>, receipt: &Receipt) -> Result<(), String> {
    let event = proved.get(&receipt.position).ok_or("the receipt has no proof")?;
    let said = content(event)?;
    let how = match event.event_type.as_str() {
        "delivery_confirmed" => said["how"].as_str(),
        "delivered_by_hand" => Some("delivered_by_hand"),
        _ => None,
    };
    let fits = how == Some(&receipt.how) && event.actor == receipt.by && event.at.to_string() == receipt.at;
    need(fits, || "the receipt is not what its event says".to_owned())?;
    need(said["recipient"] == evidence.recipient.no, || "the receipt is another's".to_owned())
}

/// Whom an order names at that place of the list.
fn addressee(ordered: &Value, no: u16) -> Option<&Value> {
    ordered["recipients"].as_array()?.iter().find(|to| to["recipient"] == no)
}

/// How many mails are there to the byte.
#[derive(Default)]
struct Mails {
    /// Those whose hash the journal has.
    recorded: usize,
    /// Those that have the hash of their attempt alone: no server took them, or before the journal had the hash.
    unrecorded: usize,
    /// Those of either that are larger than the reader of mails takes: what they bear is held by their hash alone.
    unopened: usize,
}

/// The order's event names the mail; the servers' words are those that the journal has; the mail's bytes are those that a server
/// took, with the letter of that order in them.
fn ordered(
    evidence: &Evidence,
    proved: &BTreeMap<i64, Proved>,
    order: &Order,
    mails: &mut Mails,
) -> Result<(), String> {
    let event = found(proved, order.position, "dispatch_ordered")?;
    need(event.actor == order.by && event.at.to_string() == order.at, || {
        format!("order {} was given at another time or by somebody else", order.order)
    })?;
    let event = content(event)?;
    let to = addressee(&event, evidence.recipient.no);
    need(event["order"] == order.order && to.is_some_and(|to| to["message_id"] == order.message_id.as_str()), || {
        format!("order {} does not name this mail", order.order)
    })?;
    let mut taken = None;
    for event in proved.values() {
        need(is_told(event, order)?, || {
            format!("the server's words to order {} are not those of the journal", order.order)
        })?;
        taken = hash_taken(event, order)?.or(taken);
    }
    let Some(message) = &order.message else { return Ok(()) };
    let message = STANDARD.decode(message).map_err(|_| "a mail is not written in Base64".to_owned())?;
    let sha256 = hex::encode(Sha256::digest(&message));
    let begun = order.attempts.iter().rev().find(|step| step.message_sha256.is_some());
    let fits = begun.is_some_and(|step| {
        step.message_sha256.as_deref() == Some(&sha256) && step.message_bytes == Some(message.len())
    });
    let is_taken = taken.as_ref().is_none_or(|taken| *taken == sha256);
    need(fits && is_taken, || format!("the mail of order {} is not the one that was sent", order.order))?;
    let bare = |id: &str| id.trim_matches(['<', '>']).to_owned();
    let names = |line: &str| line.strip_prefix("Message-ID: ").map(bare) == Some(bare(&order.message_id));
    need(String::from_utf8_lossy(&message).lines().any(names), || "the mail bears another Message-ID".to_owned())?;
    mails.unopened += usize::from(!bears(&message, event["letter"]["pdf"].as_str().unwrap_or_default())?);
    match taken {
        Some(_) => mails.recorded += 1,
        None => mails.unrecorded += 1,
    }
    Ok(())
}

/// SHA-256 of the mail of this order that a server took, by the journal; every attempt that the file tells of has to have it too.
fn hash_taken(event: &Proved, order: &Order) -> Result<Option<String>, String> {
    if event.event_type != "reply_accepted" {
        return Ok(None);
    }
    let said = content(event)?;
    let Some(hash) = said["message_sha256"].as_str().filter(|_| said["order"] == order.order) else { return Ok(None) };
    let begun = |step: &&Step| said["attempt"] == step.attempt && step.message_sha256.is_some();
    let fits = order.attempts.iter().filter(begun).all(|step| step.message_sha256.as_deref() == Some(hash));
    need(fits, || format!("an attempt at order {} began with other bytes than a server took", order.order))?;
    Ok(Some(hash.to_owned()))
}

/// Every PDF that the mail bears is the letter; where it bears none, the letter being too large, its words say which one it is. False when the mail
/// is too large to be looked into.
fn bears(message: &[u8], letter_sha256: &str) -> Result<bool, String> {
    let mail = match mail::read(message) {
        Ok(mail) => mail,
        Err(Refused::TooLarge) => return Ok(false),
        Err(error) => return Err(format!("a mail cannot be taken apart: {error}")),
    };
    let parts = mail.parts();
    let mut letters = parts.iter().filter(|part| part.head.is("application", "pdf")).peekable();
    let fits = match letters.peek() {
        None => mail.words().contains(letter_sha256),
        Some(_) => letters.all(
            |part| matches!(&part.content, Content::File(bytes) if hex::encode(Sha256::digest(bytes)) == letter_sha256),
        ),
    };
    need(fits, || "the mail bears another letter".to_owned())?;
    Ok(true)
}

/// Does the file tell of what a server said of this order what the event has of it? Of other orders, and of what no server said, nothing is asked.
fn is_told(event: &Proved, order: &Order) -> Result<bool, String> {
    let name = event.event_type.as_str();
    if !matches!(name, "reply_accepted" | "delivery_failed" | "delivery_reported") {
        return Ok(true);
    }
    let said = content(event)?;
    // What failed while it was made, or was taken back, no server has seen.
    if said["order"] != order.order || said["stage"] == "composing" {
        return Ok(true);
    }
    let attempt = |steps: &[&str]| {
        let ended = order.attempts.iter().filter(|step| steps.is_empty() || steps.contains(&step.step.as_str()));
        ended.filter_map(|step| step.answer.as_deref()).any(|answer| said["answer"] == answer)
    };
    let notice = |kind: &Value| order.notices.iter().any(|came| *kind == came.kind && said["answer"] == came.words);
    Ok(match name {
        "reply_accepted" => attempt(&["accepted", "written"]),
        "delivery_reported" => notice(&said["what"]),
        _ if said["stage"] == "bounced" => notice(&Value::from("failed")),
        _ => attempt(&[]),
    })
}

fn found<'a>(proved: &'a BTreeMap<i64, Proved>, position: i64, name: &str) -> Result<&'a Proved, String> {
    let event = proved.get(&position).filter(|event| event.event_type == name);
    event.ok_or_else(|| format!("{name} at position {position} has no proof"))
}

/// What the stored text says beneath the event's name.
fn content(event: &Proved) -> Result<Value, String> {
    let mut payload: Value = serde_json::from_str(&event.payload)
        .map_err(|_| format!("the stored text of event {} cannot be read", event.position))?;
    Ok(payload[&event.event_type].take())
}

fn verdict(evidence: &Evidence, proved: &BTreeMap<i64, Proved>, mails: &Mails, witnesses: &Witnesses) -> Verdict {
    let mut lines: Vec<String> = proved
        .values()
        .map(|event| format!("{:>8}  {}  {}  by {}", event.position, event.at, event.event_type, event.actor))
        .collect();
    let mut keys: Vec<String> = proved
        .values()
        .filter_map(|event| event.signed.as_ref())
        .map(|head| head.public_key.id().to_string())
        .collect();
    keys.sort();
    keys.dedup();
    let keys = keys.join(", ");
    for (count, what) in [
        (mails.unrecorded, "fit the hash of their attempt, which the journal does not have"),
        (mails.unopened, "are too large to be taken apart: what they bear is held by their hash alone"),
    ] {
        if count > 0 {
            lines.push(format!("{count} of the mails {what}"));
        }
    }
    lines.push(match (&evidence.versions, evidence.stream_version) {
        (Some(stated), Some(last)) if evidence.format == FORMAT => {
            let stated = stated.len();
            format!("stated by whoever made the file: of the inquiry's first {last} events {stated} are about this delivery; all of them are here")
        }
        _ => "an older form, which does not state which events there are: one that was left out is not missed".to_owned(),
    });
    lines.push("told beside the proofs, and not by them: addresses, steps and notices that no event has".to_owned());
    let unsigned = proved.values().filter(|event| event.signed.is_none()).count();
    let words = match (unsigned, witnesses.nobody_else) {
        (0, true) => format!("proved, by heads signed by {keys}"),
        (0, false) => format!("proved, if {keys} is the key that the Office has published"),
        (unsigned, _) => {
            format!("NOT PROVED to a signed head: it fits together, and {unsigned} events are reached by none")
        }
    };
    lines.push(format!(
        "evidence of a delivery: letter {} to recipient {} of {}, {} events, {} of {} mails to the byte: {words}",
        evidence.letter.number,
        evidence.recipient.no,
        evidence.number,
        proved.len(),
        mails.recorded,
        evidence.orders.len(),
    ));
    Verdict { lines, is_signed: unsigned == 0 }
}

fn need(holds: bool, fault: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(fault()) }
}
