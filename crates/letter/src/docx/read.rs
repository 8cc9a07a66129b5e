//! The edited Word file back: the body as it reads now, what somebody tracked or commented, and by name what a letter cannot hold.
//!
//! Read on in `open` (the package, which may be hostile), `styles` and `numbering` (what a paragraph is), `reading` (the state that
//! goes through the document), `texts` (where the body is), `line` (the words of a paragraph), `table`, `flow` (from paragraphs to the
//! tree of blocks) and [`report`] (everything that is said about a file).
//!
//! Styles are known by their name in lower case, because LibreOffice gives them other ids.

mod flow;
mod line;
mod numbering;
mod open;
mod reading;
pub mod report;
mod styles;
mod table;
mod texts;
mod words;

use roxmltree::{Document, Node};

use self::flow::Flow;
use self::numbering::Numbering;
use self::open::Parts;
use self::reading::Reading;
use self::report::{Edited, FormPart, ImportError, Unheld, What};
use self::styles::{Role, Styles};
use crate::Body;
use crate::error::Fault;
use crate::provenance::Sourced;

pub(crate) use self::open::{parse as parse_part, unpack};

/// The namespace of WordprocessingML (ECMA-376, transitional).
pub(crate) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// Reads a Word file that somebody edited.
///
/// Tracked changes are read as if they were accepted and every one is reported; comments are reported and not read.
///
/// # Errors
/// An [`ImportError`]: no Word file, too large a one, or everything in it that a letter cannot hold, each with its place.
pub fn read(bytes: &[u8]) -> Result<Edited, ImportError> {
    let parts = Parts::open(bytes)?;
    let document = parts.parse(&parts.document)?;
    let styles = parts.related("styles")?;
    let numbering = parts.related("numbering")?;
    let footnotes = parts.related("footnotes")?;
    let comments = parts.related("comments")?;
    let styles = Styles::of(styles.as_ref());
    let body = document
        .root_element()
        .children()
        .find(|node| node.has_tag_name((W, "body")))
        .ok_or_else(|| ImportError::NotWord("the document has no body".to_owned()))?;
    let mut reading = Reading::new(body, &styles, footnotes.as_ref().map(Document::root_element), comments.as_ref());
    reading.unescapes = parts.is_from_libreoffice();
    let numbering = Numbering::of(numbering.as_ref());
    let mut form: Vec<FormPart> = Vec::new();

    let pieces = pieces(body, &mut reading);
    let (texts, on_blank) = texts::of(&pieces, &styles).unwrap_or_else(|| {
        reading.refuse(What::FormLost);
        (Vec::new(), true)
    });
    let mut flows: Vec<Flow<'_, '_>> = texts.iter().map(|_| Flow::new(&styles, &numbering)).collect();
    for (index, piece) in pieces.iter().enumerate() {
        match texts.iter().position(|text| text.contains(&index)) {
            Some(text) => flows[text].piece(*piece, &mut reading),
            None => {
                // Behind the first text and before the second one stands the form of the second.
                let second = texts.get(1).is_some_and(|text| index < text.start) && index >= texts[0].end;
                let ends_page = around(*piece, &styles, second, &mut reading, &mut form);
                // LibreOffice puts a new page at the end of what stands before it, be that the salutation.
                let begins = texts.iter().position(|text| text.start == index + 1);
                if let Some(text) = begins.filter(|_| ends_page) {
                    flows[text].begin_page(&reading);
                }
            }
        }
    }
    let mut read = Vec::with_capacity(flows.len());
    for flow in flows {
        read.extend(text(flow, &mut reading));
    }
    if !reading.faults.is_empty() {
        return Err(ImportError::Unheld(reading.faults));
    }
    let mut read = read.into_iter();
    let sourced = read.next().ok_or_else(|| ImportError::NotWord("it has no text".to_owned()))?;
    let Reading { changes, comments, left_out, .. } = reading;
    Ok(Edited { sourced, second: read.next(), margins: parts.margins()?, form, on_blank, changes, comments, left_out })
}

/// One text of the letter, held against the rules of a body.
fn text<'a>(flow: Flow<'_, 'a>, reading: &mut Reading<'a>) -> Option<Sourced> {
    let (blocks, sources, spots) = flow.finish(reading);
    let body = Body { blocks };
    if reading.faults.is_empty()
        && let Err(refusal) = body.check()
    {
        let spot = report::spot_of(&refusal.at, &spots);
        let what = match refusal.fault {
            Fault::Empty if body.blocks.is_empty() => What::NoText,
            fault => What::Rule(fault),
        };
        reading.faults.push(Unheld { what, spot });
    }
    // A source was taken for every block.
    Sourced::new(body, sources).ok()
}

/// How deep content controls and the like may stand in each other.
const DEPTH: usize = 24;

/// The paragraphs and tables of the document, taken out of what only wraps them.
fn pieces<'a>(body: Node<'a, 'a>, reading: &mut Reading<'a>) -> Vec<Node<'a, 'a>> {
    let mut found = Vec::new();
    collect(body, 0, &mut found, reading);
    found
}

fn collect<'a>(node: Node<'a, 'a>, depth: usize, found: &mut Vec<Node<'a, 'a>>, reading: &mut Reading<'a>) {
    if depth > DEPTH {
        reading.refuse(What::TooDeep);
        return;
    }
    for child in node.children().filter(Node::is_element) {
        match (child.tag_name().namespace(), child.tag_name().name()) {
            (Some(W), "p" | "tbl") => {
                reading.stand_at(child);
                found.push(child);
            }
            (Some(W), "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo") => {
                collect(child, depth + 1, found, reading);
            }
            // Between paragraphs: the edges of what may span several of them.
            (Some(W), "bookmarkStart" | "bookmarkEnd" | "commentRangeStart" | "commentRangeEnd") => found.push(child),
            (Some(W), "altChunk") => reading.refuse(What::Embedded),
            (Some(W), _) => {}
            (_, "oMath" | "oMathPara") => reading.refuse(What::Equation),
            (_, name) => reading.refuse(What::Element(name.chars().take(40).collect())),
        }
    }
}

/// What stands around the body is the form's: it is told, so that a change in it does not go unseen. Says whether a page ends with it.
fn around<'a>(
    piece: Node<'a, 'a>,
    styles: &Styles<'a>,
    second: bool,
    reading: &mut Reading<'a>,
    form: &mut Vec<FormPart>,
) -> bool {
    let mut ends_page = false;
    let (faults, left_out) = (reading.faults.len(), reading.left_out.len());
    for paragraph in piece.descendants().filter(|node| node.has_tag_name((W, "p"))) {
        reading.stand_at(paragraph);
        let role = styles.role(paragraph);
        let line = reading.line(paragraph, role);
        ends_page = line.page_after;
        let lines = report::lines(&line.runs);
        if lines.iter().all(|line| line.trim().is_empty()) {
            continue;
        }
        let part = role.map_or("", Role::name);
        match form.last_mut() {
            Some(last) if last.part == part && last.second == second => last.lines.extend(lines),
            _ => form.push(FormPart { part: part.to_owned(), second, lines }),
        }
    }
    let drawn = |fault: &Unheld| matches!(fault.what, What::Picture | What::TextBox | What::Embedded);
    if reading.faults.iter().skip(faults).any(drawn) {
        let lines = vec!["[сурет / рисунок / picture]".to_owned()];
        form.push(FormPart { part: String::new(), second, lines });
    }
    reading.faults.truncate(faults);
    reading.left_out.truncate(left_out);
    ends_page
}
