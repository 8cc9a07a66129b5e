//! An archive of the evidence of an inquiry, checked with nothing but its file: the same rules as `check.py` inside it, which shares no code with this.
//!
//! `files` opens it, `events` proves the journal's part, `letters` the signatures; each recipient's part is checked as a file of its own would be.

mod events;
mod files;
mod letters;
mod selection;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader};

use eventstore::{Proved, Witnesses};
use serde_json::{Value, json};
use signature::Certificate;

use super::evidence;
use crate::commands::print;
use crate::exit::Answer;
use events::{Events, Told};
use files::{Files, Kind};

/// Is this a zip?
pub(super) fn is_one(file: &mut BufReader<File>) -> io::Result<bool> {
    Ok(file.fill_buf()?.starts_with(b"PK\x03\x04"))
}

/// The verdict comes last, in one line.
pub(super) fn check(file: File, witnesses: &Witnesses, seals: &[Certificate]) -> Answer {
    match judged(file, witnesses, seals) {
        Ok(verdict) => {
            verdict.lines.iter().for_each(|line| print(line));
            if verdict.is_proved { Answer::Yes } else { Answer::No }
        }
        Err(fault) => {
            print(&format!("archive of evidence: NOT PROVED: {fault}"));
            Answer::No
        }
    }
}

/// What of it holds.
struct Verdict {
    lines: Vec<String>,
    /// Everything was checked, and a signed head reaches every event.
    is_proved: bool,
}

fn judged(file: File, witnesses: &Witnesses, seals: &[Certificate]) -> Result<Verdict, String> {
    let mut files = Files::open(file)?;
    let mut lines = vec![format!("{} files are those of the manifest", files.manifest.files.len())];
    letters::seal(&mut files, seals)?;
    lines.push(format!("the manifest was sealed {} with the certificate {}", files.manifest.made, files.manifest.seal));
    letters::certificates(&mut files)?;
    if files.kind == Kind::Selection {
        return selection::judged(&mut files, witnesses, seals, lines);
    }
    let events = Events::read(&mut files, witnesses)?;
    lines.extend(events.told.iter().map(|told| {
        let event = &told.proved;
        format!("{:>8}  {}  {}  by {}", event.position, event.at, event.event_type, event.actor)
    }));
    let mut unchecked = Vec::new();
    let found = letters::check(&mut files, &events, &mut unchecked)?;
    let report = files.json("report.json")?;
    attached(&files, &events, &report)?;
    let mails = recipients(&mut files, &events)?;
    told(&files, &events, &found, &report)?;
    if let Some(mails) = mails {
        lines.push(mails);
    }
    if found.is_empty() {
        lines.push("the inquiry has no signed reply yet".to_owned());
    }
    if let Some(left_out) = report["left_out"].as_array().filter(|left_out| !left_out.is_empty()) {
        lines.push(format!("{} files are left out, as report.json says", left_out.len()));
    }
    if events.unsigned > 0 {
        unchecked.push(format!("no signed head reaches {} of the events yet", events.unsigned));
    }
    let keys = events.keys();
    let words = if !unchecked.is_empty() {
        format!("NOT PROVED, though nothing is wrong: {}", unchecked.join("; "))
    } else if witnesses.nobody_else && !seals.is_empty() {
        format!("proved, by heads signed by {keys} and by the seal that was named")
    } else {
        format!("proved, if {keys} and the seal {} are those that the Office has published", files.manifest.seal)
    };
    let (number, count) = (&files.manifest.number, events.told.len());
    lines.push(format!(
        "archive of evidence of {number}: events 1 to {count}, none left out, {} letters: {words}",
        found.len()
    ));
    Ok(Verdict { lines, is_proved: unchecked.is_empty() })
}

/// Every file that an event names as attached is there, or said to be left out.
fn attached(files: &Files, events: &Events, report: &Value) -> Result<(), String> {
    let hashes: Vec<&str> = files.manifest.files.iter().map(|file| file.sha256.as_str()).collect();
    let left_out =
        |sha256: &str| report["left_out"].as_array().is_some_and(|all| all.iter().any(|one| one["sha256"] == sha256));
    for told in &events.told {
        let named: Vec<&Value> = match told.proved.event_type.as_str() {
            "inquiry_received" => {
                told.said["intake"]["attachments"].as_array().into_iter().flatten().map(|file| &file["blob"]).collect()
            }
            "contribution_submitted" => {
                told.said["files"].as_array().into_iter().flatten().map(|file| &file["blob"]).collect()
            }
            "interim_reply_sent" => vec![&told.said["pdf"]],
            "reply_signed" => vec![&told.said["checked"]],
            _ => Vec::new(),
        };
        for blob in named.into_iter().filter_map(Value::as_str) {
            need(hashes.contains(&blob) || left_out(blob), || {
                format!("files/{blob}: it is missing, and nothing says why")
            })?;
        }
    }
    for file in files.manifest.files.iter().filter(|file| file.name.starts_with("files/")) {
        let stem = file.name.trim_start_matches("files/").split('.').next();
        need(stem == Some(file.sha256.as_str()), || format!("{}: it is not the file of its name", file.name))?;
    }
    Ok(())
}

/// Whom the present letter was ordered out to, each with evidence that leaves out no event about them. A letter that is being replaced is nobody's any more.
fn recipients(files: &mut Files, events: &Events) -> Result<Option<String>, String> {
    let mut whom: BTreeMap<u64, String> = BTreeMap::new();
    for told in &events.told {
        match told.proved.event_type.as_str() {
            "reply_replaced" => whom.clear(),
            "dispatch_ordered" => {
                for to in told.said["recipients"].as_array().into_iter().flatten() {
                    let no = to["recipient"].as_u64().ok_or_else(|| format!("{}: an order to nobody", told.file))?;
                    whom.insert(no, format!("recipients/{no:04}.json"));
                }
            }
            _ => {}
        }
    }
    need(files.below("recipients/") == whom.values().cloned().collect::<Vec<_>>(), || {
        "recipients: a recipient is left out, or one is there to whom nothing was ordered out".to_owned()
    })?;
    let (mut receipts, mut mails) = (0, 0);
    for (no, name) in &whom {
        let own: BTreeMap<i64, Proved> = events
            .told
            .iter()
            .filter(|told| concerns(told, *no))
            .map(|told| (told.proved.position, told.proved.clone()))
            .collect();
        let bytes = files.read(name)?;
        let found = evidence::within(&bytes, *no, &own).map_err(|fault| format!("{name}: {fault}"))?;
        receipts += usize::from(found.has_receipt);
        mails += found.mails;
    }
    Ok((!whom.is_empty()).then(|| format!("{} recipients, {receipts} receipts, {mails} mails to the byte", whom.len())))
}

/// The signature and the number concern everybody on the list.
fn concerns(told: &Told, no: u64) -> bool {
    let said = &told.said;
    match told.proved.event_type.as_str() {
        "reply_signed" | "outgoing_number_assigned" => true,
        "dispatch_ordered" => {
            said["recipients"].as_array().is_some_and(|all| all.iter().any(|to| to["recipient"] == no))
        }
        "address_erased" => said["recipients"].as_array().is_some_and(|all| all.iter().any(|to| *to == no)),
        "reply_accepted" | "delivery_failed" | "delivery_reported" | "delivery_confirmed" | "delivered_by_hand"
        | "link_revoked" | "deputy_responded" => said["recipient"] == no,
        _ => false,
    }
}

/// The report tells what the proofs say.
fn told(files: &Files, events: &Events, letters: &[letters::Letter], report: &Value) -> Result<(), String> {
    let fits = |holds: bool, what: &str| need(holds, || format!("report.json: {what}"));
    let manifest = &files.manifest;
    let is_of_this = report["inquiry"] == manifest.inquiry.as_str()
        && report["number"] == manifest.number.as_str()
        && report["stream"] == manifest.stream.as_str()
        && report["made"] == manifest.made.as_str();
    fits(is_of_this, "it is of another archive")?;
    let first = events.told.first().map(|told| &told.said["intake"]["number"]["printed"]);
    fits(first == Some(&report["number"]), "the inquiry has another number")?;
    let line = |told: &Told| {
        let event = &told.proved;
        json!([told.version, event.position, event.event_type, event.at.to_string(), event.actor])
    };
    let wanted: Vec<Value> = events.told.iter().map(line).collect();
    let all = report["events"].as_array().into_iter().flatten();
    let found: Vec<Value> =
        all.map(|one| json!([one["version"], one["position"], one["event"], one["at"], one["by"]])).collect();
    fits(found == wanted, "it tells other events")?;
    let told = report["letters"].as_array().map_or(&[][..], Vec::as_slice);
    fits(told.len() == letters.len(), "it tells of other letters")?;
    for (one, letter) in told.iter().zip(letters) {
        let sent = letter.sent.as_ref();
        let fit = one["folder"] == letter.folder.as_str()
            && one["signed"]["sha256"] == letter.signed["pdf"]
            && one["sent"]["sha256"] == sent.map_or(Value::Null, |sent| sent["pdf"].clone())
            && one["sent"]["number"] == sent.map_or(Value::Null, |sent| sent["number"].clone());
        fits(fit, "it tells of another letter")?;
    }
    // Who trusts the seal over the manifest has its word for the Office's seals of before.
    let seals: Vec<&str> = report["seals"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let used = letters.iter().flat_map(|letter| &letter.seals).chain([&manifest.seal]);
    for seal in used {
        fits(seals.contains(&seal.as_str()), &format!("it does not know {seal} as a seal of the Office"))?;
    }
    let is_head = report["head"] == events.head.clone().unwrap_or_default() && report["unsigned"] == events.unsigned;
    fits(is_head, "it speaks to another head")
}

fn need(holds: bool, fault: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(fault()) }
}
