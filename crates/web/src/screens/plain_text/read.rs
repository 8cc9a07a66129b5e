//! From plain text to the letter's blocks.

use std::iter::Peekable;
use std::str::CharIndices;

use letter::Body;
use letter::model::{Block, Inline, ListItem};
use serde_json::Value;

use super::{Fault, Mark, What};

/// Reads a plain text; what comes out can be printed.
///
/// # Errors
/// Every line that cannot be taken.
pub(in super::super) fn read(text: &str) -> Result<Body, Vec<Fault>> {
    let lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let mut blocks = Vec::new();
    let mut first_lines = Vec::new();
    let mut faults = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if is_blank(lines[at]) {
            at += 1;
            continue;
        }
        let end = lines[at..].iter().position(|line| is_blank(line)).map_or(lines.len(), |length| at + length);
        match block(&lines[at..end], at + 1) {
            Ok(block) => {
                blocks.push(block);
                first_lines.push(at + 1);
            }
            Err(fault) => faults.push(fault),
        }
        at = end;
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let body = serde_json::to_value(Body { blocks }).unwrap_or(Value::Null);
    // The letter's own reader has the last word: it knows what can be printed.
    letter::body::parse(&body).map_err(|refusal| {
        let line = block_of(&refusal.at).and_then(|block| first_lines.get(block)).copied().unwrap_or(1);
        vec![Fault { line, what: What::Letter(refusal.fault) }]
    })
}

/// The number of the block that a JSON pointer of the body begins with.
fn block_of(pointer: &str) -> Option<usize> {
    pointer.strip_prefix("/blocks/")?.split('/').next()?.parse().ok()
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// Which list a line belongs to as its item, and what follows the marker.
pub(super) fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(rest) = line.strip_prefix("- ") {
        return Some((false, rest));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix(". ")?;
    (digits > 0).then_some((true, rest))
}

/// The level of the heading that a line begins, and what follows the marker.
pub(super) fn heading(line: &str) -> Option<(u8, &str)> {
    [(1, "# "), (2, "## "), (3, "### ")]
        .into_iter()
        .find_map(|(level, marker)| line.strip_prefix(marker).map(|rest| (level, rest)))
}

fn block(lines: &[&str], number: usize) -> Result<Block, Fault> {
    if lines == ["---"] {
        return Ok(Block::PageBreak);
    }
    if let Some((level, rest)) = heading(lines[0]) {
        return Ok(Block::Heading { level, content: inlines(rest, &lines[1..], number)? });
    }
    let Some((ordered, _)) = item(lines[0]) else {
        return Ok(Block::Paragraph { content: inlines(lines[0], &lines[1..], number)? });
    };
    let mut items = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let rest = match item(lines[at]) {
            Some((kind, rest)) if kind == ordered => rest,
            Some(_) | None => return Err(Fault { line: number + at, what: What::MixedList }),
        };
        let more = lines[at + 1..].iter().take_while(|line| item(line).is_none()).count();
        let content = inlines(rest, &lines[at + 1..at + 1 + more], number + at)?;
        items.push(ListItem { blocks: vec![Block::Paragraph { content }] });
        at += 1 + more;
    }
    Ok(Block::List { ordered, items })
}

fn inlines(first: &str, more: &[&str], number: usize) -> Result<Vec<Inline>, Fault> {
    let mut text = first.to_owned();
    for line in more {
        text.push('\n');
        text.push_str(line);
    }
    let mut signs = Signs { text: &text, rest: text.char_indices().peekable(), line: number };
    signs.until(&mut Vec::new())
}

struct Signs<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    line: usize,
}

impl Signs<'_> {
    /// Everything up to the closing of the mark that was opened last, or to the end.
    fn until(&mut self, open: &mut Vec<(Mark, usize)>) -> Result<Vec<Inline>, Fault> {
        let mut found = Vec::new();
        let mut words = String::new();
        while let Some((at, sign)) = self.rest.next() {
            let inside = open.last().map(|(mark, _)| *mark);
            let here = &self.text[at..];
            if sign == '\\' {
                // At the end of a line it says nothing.
                if let Some((_, next)) = self.rest.next_if(|(_, next)| *next != '\n') {
                    words.push(next);
                }
            } else if sign == '\n' {
                self.line += 1;
                flush(&mut words, &mut found);
                found.push(Inline::LineBreak);
            } else if sign == ']' && inside == Some(Mark::Footnote) {
                flush(&mut words, &mut found);
                return Ok(found);
            } else if let Some(mark) = opened(here) {
                self.rest.next();
                flush(&mut words, &mut found);
                if inside == Some(mark) && mark != Mark::Footnote {
                    return Ok(found);
                }
                open.push((mark, self.line));
                let content = self.until(open)?;
                open.pop();
                found.push(match mark {
                    Mark::Bold => Inline::Bold { content },
                    Mark::Italic => Inline::Italic { content },
                    Mark::Footnote => Inline::Footnote { content },
                });
            } else {
                words.push(sign);
            }
        }
        match open.last() {
            Some((mark, line)) => Err(Fault { line: *line, what: What::Open(*mark) }),
            None => {
                flush(&mut words, &mut found);
                Ok(found)
            }
        }
    }
}

fn opened(here: &str) -> Option<Mark> {
    [Mark::Bold, Mark::Italic, Mark::Footnote].into_iter().find(|mark| here.starts_with(mark.signs().0))
}

fn flush(words: &mut String, found: &mut Vec<Inline>) {
    if !words.is_empty() {
        found.push(Inline::Text { text: std::mem::take(words) });
    }
}
