//! A letter put on a blank: fields into their places, paragraphs into theirs, and into the package what those paragraphs need.

use std::ops::Range;

use super::BlankHash;
use super::fault::FillError;
use super::fields::lines;
use super::parts::{Content, Part, Piece, sound};
use super::tags::Condition;
use crate::docx::package;
use crate::docx::view::{Numbers, View};
use crate::docx::{escape, render};
use crate::model::Letter;

mod edges;
mod merge;

use self::merge::Package;

pub(super) fn fill(parts: &[Part], blank: BlankHash, letter: &Letter) -> Result<Vec<u8>, FillError> {
    letter.check().map_err(crate::LetterError::from)?;
    if letter.second.is_some() {
        return Err(FillError::TwoLanguages);
    }
    let mut package = Package::of(parts);
    let taken: Numbers = package.taken()?;
    let view = View::beside(letter, &[], taken, Some(format!("blank sha256:{blank}")));
    let styles = package.styles(&render("docx/styles.xml.hbs", &view)?)?;
    let restyled = |xml: String| merge::restyled(&xml, &styles);
    let paragraphs = Paragraphs {
        letter,
        body: restyled(render("docx/body.xml.hbs", &view)?),
        annexes: restyled(render("docx/annexes.xml.hbs", &view)?),
    };
    let mut has_annexes = letter.annexes.is_empty();
    for part in parts {
        if let Content::Form(pieces) = &part.content {
            let out = paragraphs.written(pieces);
            let out = match out.body {
                Some(body) => edges::marked(&part.name, &out.xml, &body)?,
                None => out.xml,
            };
            sound(&part.name, &out).map_err(|what| FillError::Unsound { part: part.name.clone(), what })?;
            package.set(&part.name, out);
            has_annexes |= holds_annexes(pieces);
        }
    }
    if !has_annexes {
        return Err(FillError::NoPlaceForAnnexes);
    }
    let (footnotes, lists) = view.has();
    if footnotes {
        package.footnotes(&restyled(render("docx/footnotes.xml.hbs", &view)?))?;
    }
    if lists {
        package.numbering(&render("docx/numbering.xml.hbs", &view)?)?;
    }
    package.properties(render("docx/core.xml.hbs", &view)?)?;
    let parts: Vec<package::Part<'_>> =
        package.parts.iter().map(|(name, bytes)| package::Part::fixed(name, bytes)).collect();
    Ok(package::write(&parts)?)
}

fn holds_annexes(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Annexes => true,
        Piece::If { then, otherwise, .. } => holds_annexes(then) || holds_annexes(otherwise),
        Piece::Each { pieces, .. } => holds_annexes(pieces),
        Piece::Raw(_) | Piece::Field(_) | Piece::This | Piece::Body => false,
    })
}

/// The letter as the pieces of a part ask for it.
struct Paragraphs<'a> {
    letter: &'a Letter,
    body: String,
    annexes: String,
}

/// The line that `{{#each}}` stands at.
#[derive(Clone, Copy)]
struct At<'a> {
    line: &'a str,
    first: bool,
    last: bool,
}

/// A part as it is being filled.
#[derive(Default)]
struct Filled {
    xml: String,
    /// Where the body stands in it.
    body: Option<Range<usize>>,
}

impl Paragraphs<'_> {
    fn written(&self, pieces: &[Piece]) -> Filled {
        let mut out = Filled::default();
        self.write(pieces, None, &mut out);
        out
    }

    /// The one place where a letter's words go into a blank's XML: every one of them through the escape.
    fn write(&self, pieces: &[Piece], at: Option<At<'_>>, out: &mut Filled) {
        for piece in pieces {
            match piece {
                Piece::Raw(xml) => out.xml.push_str(xml),
                Piece::Field(name) => {
                    let lines: Vec<String> = lines(self.letter, name).into_iter().map(escape).collect();
                    // A tag stands inside `w:t`: between lines that is closed and opened again.
                    out.xml.push_str(&lines.join("</w:t><w:br/><w:t xml:space=\"preserve\">"));
                }
                Piece::This => out.xml.push_str(&escape(at.map_or("", |at| at.line))),
                Piece::Body => {
                    let start = out.xml.len();
                    out.xml.push_str(&self.body);
                    out.body = Some(start..out.xml.len());
                }
                Piece::Annexes => out.xml.push_str(&self.annexes),
                Piece::If { condition, wanted, then, otherwise } => {
                    let holds = self.holds(condition, at) == *wanted;
                    self.write(if holds { then } else { otherwise }, at, out);
                }
                Piece::Each { name, pieces } => {
                    let lines = lines(self.letter, name);
                    for (index, line) in lines.iter().enumerate() {
                        let at = At { line, first: index == 0, last: index + 1 == lines.len() };
                        self.write(pieces, Some(at), out);
                    }
                }
            }
        }
    }

    fn holds(&self, condition: &Condition, at: Option<At<'_>>) -> bool {
        match condition {
            Condition::Said(name) => !lines(self.letter, name).is_empty(),
            Condition::Equal(name, value) => lines(self.letter, name).join(" ") == *value,
            Condition::First => at.is_some_and(|at| at.first),
            Condition::Last => at.is_some_and(|at| at.last),
        }
    }
}
