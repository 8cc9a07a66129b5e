//! From the letter's blocks to plain text.

use letter::Body;
use letter::model::{Block, Inline};

use super::read::{heading, item, read};

/// A block that plain text cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Unwritable {
    /// Which, from 1.
    pub block: usize,
}

/// Writes a body as plain text, so that reading it gives the same body.
///
/// # Errors
/// The first block that plain text cannot hold.
pub(in super::super) fn write(body: &Body) -> Result<String, Unwritable> {
    let mut texts = Vec::new();
    for (n, block) in body.blocks.iter().enumerate() {
        let written = written(block).ok_or(Unwritable { block: n + 1 })?;
        // Held against the reader, so that a block that would come back changed is never offered for editing. A page break alone is
        // no body, and a heading's level may depend on the ones before it: both are written in one way only.
        let alone = Body { blocks: vec![block.clone()] };
        let is_safe = match block {
            Block::PageBreak => true,
            Block::Heading { content, .. } => comes_back(
                &format!("# {}", lines(content)),
                &Body { blocks: vec![Block::Heading { level: 1, content: content.clone() }] },
            ),
            Block::Paragraph { .. } | Block::List { .. } | Block::Table(_) => comes_back(&written, &alone),
        };
        if !is_safe {
            return Err(Unwritable { block: n + 1 });
        }
        texts.push(written);
    }
    Ok(texts.join("\n\n"))
}

fn comes_back(text: &str, body: &Body) -> bool {
    read(text).is_ok_and(|read| read == *body)
}

fn written(block: &Block) -> Option<String> {
    match block {
        Block::Paragraph { content } => Some(guarded(&lines(content))),
        Block::Heading { level, content } => Some(format!("{} {}", "#".repeat(usize::from(*level)), lines(content))),
        Block::List { ordered, items } => {
            let mut written = Vec::new();
            for (n, item) in items.iter().enumerate() {
                let [Block::Paragraph { content }] = item.blocks.as_slice() else { return None };
                let marker = if *ordered { format!("{}. ", n + 1) } else { "- ".to_owned() };
                let text = lines(content);
                let (first, rest) =
                    text.split_once('\n').map_or((text.as_str(), None), |(first, rest)| (first, Some(rest)));
                let rest = rest.map(|rest| format!("\n{}", guarded(rest))).unwrap_or_default();
                written.push(format!("{marker}{first}{rest}"));
            }
            Some(written.join("\n"))
        }
        Block::Table(_) => None,
        Block::PageBreak => Some("---".to_owned()),
    }
}

/// Lines that would be taken for markers get a backslash before them.
fn guarded(text: &str) -> String {
    let is_marker = |line: &str| heading(line).is_some() || item(line).is_some() || line == "---";
    let guard = |line: &str| {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        match (is_marker(line), digits) {
            (false, _) => line.to_owned(),
            (true, 0) => format!("\\{line}"),
            // Before the point, so that the number stays readable.
            (true, digits) => format!("{}\\{}", &line[..digits], &line[digits..]),
        }
    };
    text.split('\n').map(guard).collect::<Vec<_>>().join("\n")
}

/// A paragraph's content, one line for each of its lines; none of them is blank to the reader.
fn lines(content: &[Inline]) -> String {
    let mut text = String::new();
    put(content, false, &mut text);
    let visible = |line: &str| {
        if line.is_empty() {
            "\\".to_owned()
        } else if line.trim().is_empty() {
            format!("\\{line}")
        } else {
            line.to_owned()
        }
    };
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

fn put(content: &[Inline], in_footnote: bool, out: &mut String) {
    for inline in content {
        match inline {
            Inline::Text { text } => escape(text, in_footnote, out),
            Inline::LineBreak => out.push('\n'),
            Inline::Bold { content } => {
                out.push_str("**");
                put(content, in_footnote, out);
                out.push_str("**");
            }
            Inline::Italic { content } => {
                out.push_str("__");
                put(content, in_footnote, out);
                out.push_str("__");
            }
            Inline::Footnote { content } => {
                out.push_str("^[");
                put(content, true, out);
                out.push(']');
            }
        }
    }
}

fn escape(text: &str, in_footnote: bool, out: &mut String) {
    let mut signs = text.chars().peekable();
    let mut before = None;
    while let Some(sign) = signs.next() {
        let next = signs.peek().copied();
        let special = match sign {
            '\\' => true,
            // One alone is an ordinary sign; beside another one, or beside a mark that follows, it would be half a mark.
            '*' | '_' => next == Some(sign) || before == Some(sign) || next.is_none() || before.is_none(),
            '^' => next == Some('[') || next.is_none(),
            '[' => before.is_none(),
            ']' => in_footnote,
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(sign);
        before = Some(sign);
    }
}
