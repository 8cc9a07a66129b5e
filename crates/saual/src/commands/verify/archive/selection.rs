//! Events that were selected from a journal: each proved up to the one head that the archive holds, and the table held against them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use eventstore::{ProofDocument, Proved, PublicKey, Witnesses};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signature::Certificate;

use super::events::agree;
use super::files::Files;
use super::{Verdict, need};

const HEAD: &str = "head.json";
const TABLE: &str = "events.csv";
const COLUMNS: [&str; 10] =
    ["position", "at", "actor", "type", "stream", "version", "command", "correlation", "payload_sha256", "number"];
/// What stands between cells; the second in archives that were taken first.
const BETWEEN: [char; 2] = [';', ','];

/// An event with the fields that a table tells of it besides.
struct Told {
    proved: Proved,
    version: u64,
    command: String,
    correlation: String,
}

pub(super) fn judged(
    files: &mut Files,
    witnesses: &Witnesses,
    seals: &[Certificate],
    mut lines: Vec<String>,
) -> Result<Verdict, String> {
    let head = files.json(HEAD)?;
    let (told, blocks) = events(files, &head, witnesses)?;
    agree(blocks.iter().chain([&head]), witnesses)?;
    let key = own_key(files, &head)?;
    let selection = files.json("selection.json")?;
    table(files, &told)?;
    let (unbroken, streams) = tells(files, &selection, &head, &told)?;
    lines.push(format!(
        "{} events stand in the journal with exactly these texts, up to the head of block {}",
        told.len(),
        head["block"]
    ));
    lines.push(format!(
        "of {unbroken} of {streams} streams they are the first ones without a gap between them; what came after the last no selection can say"
    ));
    if selection["whole"] != true {
        lines.push("more may fit than an archive holds: these are the oldest of them".to_owned());
    }
    lines.push("not proved, and never by a selection: that no other events of the journal fit the question".to_owned());
    let words = if witnesses.nobody_else && !seals.is_empty() {
        format!("proved, by a head signed by {key} and by the seal that was named")
    } else {
        format!("proved, if {key} and the seal {} are those that the Office has published", files.manifest.seal)
    };
    lines.push(format!("selection of {} events: {words}", told.len()));
    Ok(Verdict { lines, is_proved: true })
}

/// Every event, proved up to the head.
fn events(files: &mut Files, head: &Value, witnesses: &Witnesses) -> Result<(Vec<Told>, Vec<Value>), String> {
    let (mut told, mut blocks, mut positions) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (number, name) in (1..).zip(files.below("events/")) {
        need(name == format!("events/{number:04}.jsonl"), || format!("events/{number:04}.jsonl: it is missing"))?;
        for mut line in files.lines(&name)? {
            let event = line["event"].clone();
            let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
            let (version, command, correlation) =
                (event["version"].as_u64().unwrap_or_default(), text("command"), text("correlation"));
            blocks.push(line["block"].clone());
            let fields = line.as_object_mut().ok_or_else(|| format!("{name}: a line is no proof"))?;
            need(fields.insert("signed_head".to_owned(), head.clone()).is_none(), || {
                format!("{name}: a line has a head of its own")
            })?;
            let document: ProofDocument =
                serde_json::from_value(line).map_err(|error| format!("{name}: a line is no proof: {error}"))?;
            let proved =
                document.check(witnesses).map_err(|fault| format!("{name}: event {}: {fault}", event["position"]))?;
            need(proved.signed.as_ref().is_some_and(|head| proved.position <= head.position), || {
                format!("{name}: event {} stands behind the head", proved.position)
            })?;
            need(positions.insert(proved.position), || format!("{name}: event {} is there twice", proved.position))?;
            told.push(Told { proved, version, command, correlation });
        }
    }
    need(told.len() == files.manifest.events, || "manifest.json: it states another number of events".to_owned())?;
    Ok((told, blocks))
}

/// The head's key stands in the archive, to be compared with a published one. Where no event is there nothing else has looked at the head.
fn own_key(files: &mut Files, head: &Value) -> Result<String, String> {
    let name = format!("keys/{}.pub", head["key"].as_str().unwrap_or_default());
    let pem = files.read(&name)?;
    let key = std::str::from_utf8(&pem).ok().and_then(|pem| PublicKey::from_pem(pem).ok());
    let key = key.filter(|key| head["public_key"] == hex::encode(key.0));
    key.map(|key| key.id().to_string()).ok_or_else(|| format!("{name}: it is not the key that signed the head"))
}

/// The table tells what the events say; the last column, the inquiry's number, is nothing that an event of every kind says.
fn table(files: &mut Files, told: &[Told]) -> Result<(), String> {
    let bytes = files.read(TABLE)?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{TABLE}: it is no text"))?;
    let mut expected = String::new();
    let mut rest = text.strip_prefix("\u{feff}").ok_or_else(|| format!("{TABLE}: it begins otherwise"))?;
    let headed = BETWEEN.into_iter().find_map(|between| {
        let head = format!("{}\r\n", COLUMNS.join(&between.to_string()));
        Some((between, rest.strip_prefix(&head)?))
    });
    let (between, below) = headed.ok_or_else(|| format!("{TABLE}: it has other columns"))?;
    rest = below;
    for one in told {
        expected.clear();
        let event = &one.proved;
        let cells = [
            event.position.to_string(),
            event.at.to_string(),
            event.actor.clone(),
            event.event_type.clone(),
            event.stream.clone(),
            one.version.to_string(),
            one.command.clone(),
            one.correlation.clone(),
            hex::encode(Sha256::digest(&event.payload)),
        ];
        for cell in &cells {
            let _in_memory = write!(expected, "{}{between}", quoted(cell, between));
        }
        let after = rest.strip_prefix(&expected).ok_or_else(|| {
            format!("{TABLE}: event {} is told otherwise than it stands in the journal", event.position)
        })?;
        let (number, following) = after.split_once("\r\n").ok_or_else(|| format!("{TABLE}: it was cut off"))?;
        need(!number.contains('\n'), || format!("{TABLE}: a number has two lines"))?;
        rest = following;
    }
    need(rest.is_empty(), || format!("{TABLE}: it has other events"))
}

/// A cell as whoever makes the table writes it.
fn quoted(text: &str, between: char) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let marked = if is_formula { format!("'{text}") } else { text.to_owned() };
    if marked.contains([between, '"', '\n', '\r']) { format!("\"{}\"", marked.replace('"', "\"\"")) } else { marked }
}

/// What is told of the selection; of how many of its streams nothing is missing between the events.
fn tells(files: &Files, selection: &Value, head: &Value, told: &[Told]) -> Result<(usize, usize), String> {
    let fits = |holds: bool, what: &str| need(holds, || format!("selection.json: {what}"));
    fits(selection["events"] == told.len(), "it states another number of events")?;
    let is_of_this = selection["made"] == files.manifest.made.as_str() && selection["up_to"] == head["position"];
    fits(is_of_this, "it is of another archive")?;
    let mut streams: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for one in told {
        streams.entry(&one.proved.stream).or_default().insert(one.version);
    }
    let unbroken = |versions: &BTreeSet<u64>| versions.last() == Some(&(versions.len() as u64));
    let expected = streams.iter().map(|(stream, versions)| {
        let line = json!({ "events": versions.len(), "last": versions.last(), "unbroken": unbroken(versions) });
        ((*stream).to_owned(), line)
    });
    let expected: serde_json::Map<String, Value> = expected.collect();
    fits(selection["streams"] == Value::Object(expected), "it tells of other streams")?;
    Ok((streams.values().filter(|versions| unbroken(versions)).count(), streams.len()))
}
