//! What the demonstration prints: a sentence a step for people, a JSON object a line for machines.

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

/// Printer of steps; a closed standard output ends the telling, not the story.
pub(super) struct Printer {
    json: bool,
    step: u32,
}

/// One event of the story.
pub(super) struct Line<'a> {
    /// Stored name of the event.
    pub event: &'a str,
    /// The event in words.
    pub words: &'a str,
    /// When, RFC 3339.
    pub at: &'a str,
    /// Who.
    pub by: &'a str,
    /// Number of the inquiry.
    pub inquiry: &'a str,
    /// Revision of the inquiry after it.
    pub version: u64,
    /// What is worth saying beside it: a hash, a number, an address.
    pub detail: Value,
}

impl Printer {
    pub(super) fn new(json: bool) -> Self {
        Self { json, step: 0 }
    }

    /// A line that only people need.
    pub(super) fn say(&self, sentence: &str) {
        if !self.json {
            write_line(sentence);
        }
    }

    /// One event.
    pub(super) fn event(&mut self, line: &Line<'_>) {
        self.step += 1;
        if self.json {
            let mut object = json!({
                "step": self.step, "event": line.event, "at": line.at, "by": line.by,
                "inquiry": line.inquiry, "version": line.version,
            });
            if let (Some(object), Some(detail)) = (object.as_object_mut(), line.detail.as_object()) {
                object.extend(detail.clone());
            }
            write_line(&object.to_string());
        } else {
            let day = line.at.get(..16).unwrap_or(line.at).replace('T', " ");
            write_line(&format!("{:>3}  {day}  {:<30} {:<16} {}", self.step, line.event, line.by, line.words));
        }
    }

    /// The end of the story.
    pub(super) fn done(&self, files: &[PathBuf], verdict: &str, intact: bool) {
        if self.json {
            let journal = if intact { "intact" } else { "broken" };
            write_line(&json!({ "done": true, "files": files, "journal": journal, "verdict": verdict }).to_string());
        } else {
            write_line("");
            for file in files {
                write_line(&format!("     {}", file.display()));
            }
            write_line("");
            write_line(&format!("journal: {verdict}"));
        }
    }
}

fn write_line(line: &str) {
    let mut out = std::io::stdout().lock();
    // The reader may have left (`| head`); the story goes on and its files are written all the same.
    let _reader_left = writeln!(out, "{line}");
}
