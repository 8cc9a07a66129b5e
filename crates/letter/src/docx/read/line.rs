//! The words of a paragraph, and what else is met on the way: tracked changes, comments, sources, what a letter cannot hold.

use roxmltree::Node;

use super::reading::Reading;
use super::report::{ChangeKind, Look as Lost, What};
use super::styles::{Role, child, toggle, value};
use super::{DEPTH, W};
use crate::provenance::Source;
use crate::runs::{Look, Run, push};

/// A paragraph as it reads.
#[derive(Default)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    /// A new page begins before it, or after it.
    pub(super) page_before: bool,
    pub(super) page_after: bool,
    /// Where it came from, as the file says.
    pub(super) source: Option<Source>,
    /// Its end was deleted: the next paragraph goes on where it stops.
    pub(super) joined: bool,
}

/// What is being read: the look that the paragraph gives, how deep, and whether a break to a new page may still stand here.
#[derive(Clone, Copy)]
struct Inside {
    look: Look,
    role: Option<Role>,
    depth: usize,
}

impl<'a> Reading<'a> {
    /// Reads a paragraph.
    pub(super) fn line(&mut self, paragraph: Node<'a, 'a>, role: Option<Role>) -> Line {
        let mut line = Line { source: self.source(), ..Line::default() };
        let heading = role.is_some_and(Role::is_heading);
        let (bold, italic) = if heading { (false, false) } else { self.styles.look(paragraph) };
        let inside = Inside { look: Look { bold, italic }, role, depth: 0 };
        self.inlines(paragraph, inside, &mut line);
        if let Some(properties) = child(paragraph, "pPr") {
            self.properties(properties, &mut line);
        }
        line.page_before |= self.styles.begins_page(paragraph);
        // The words of an open comment go on in the next paragraph.
        self.commented(" ");
        line
    }

    /// What the paragraph's properties say of its end and of its section.
    fn properties(&mut self, properties: Node<'a, 'a>, line: &mut Line) {
        if child(properties, "sectPr").is_some() {
            self.refuse(What::Section);
        }
        if let Some(change) = child(properties, "pPrChange") {
            self.track(change, ChangeKind::Formatted, String::new());
        }
        let Some(end) = child(properties, "rPr") else { return };
        if let Some(change) = child(end, "ins").or_else(|| child(end, "moveTo")) {
            self.track(change, ChangeKind::Split, String::new());
        }
        if let Some(change) = child(end, "del").or_else(|| child(end, "moveFrom")) {
            self.track(change, ChangeKind::Joined, String::new());
            line.joined = true;
        }
    }

    fn inlines(&mut self, node: Node<'a, 'a>, inside: Inside, line: &mut Line) {
        if inside.depth > DEPTH {
            self.refuse(What::TooDeep);
            return;
        }
        let deeper = Inside { depth: inside.depth + 1, ..inside };
        for child in node.children().filter(Node::is_element) {
            let name = child.tag_name().name();
            if child.tag_name().namespace() != Some(W) {
                self.foreign(child);
                continue;
            }
            match name {
                "r" => self.run(child, inside, line),
                "hyperlink" => {
                    self.leave_out(Lost::Link);
                    self.inlines(child, deeper, line);
                }
                "fldSimple" => {
                    self.leave_out(Lost::Field);
                    self.inlines(child, deeper, line);
                }
                "sdt" | "sdtContent" | "smartTag" | "customXml" => self.inlines(child, deeper, line),
                "ins" | "moveTo" => {
                    let kind = if name == "ins" { ChangeKind::Inserted } else { ChangeKind::MovedHere };
                    self.track(child, kind, said(child));
                    self.inlines(child, deeper, line);
                }
                "del" | "moveFrom" => {
                    let kind = if name == "del" { ChangeKind::Deleted } else { ChangeKind::MovedAway };
                    self.track(child, kind, said(child));
                    self.edges_in(child);
                }
                "bookmarkStart" | "bookmarkEnd" | "commentRangeStart" | "commentRangeEnd" => {
                    self.edge(child);
                    line.source = line.source.take().or_else(|| self.source());
                }
                // Properties, and marks that say nothing of the words.
                "pPr" | "sdtPr" | "sdtEndPr" | "smartTagPr" | "customXmlPr" | "proofErr" | "permStart" | "permEnd"
                | "moveFromRangeStart" | "moveFromRangeEnd" | "moveToRangeStart" | "moveToRangeEnd" => {}
                "subDoc" => self.refuse(What::Embedded),
                other => self.refuse(What::Element(other.chars().take(40).collect())),
            }
        }
    }

    fn foreign(&mut self, node: Node<'a, 'a>) {
        let what = match node.tag_name().name() {
            "oMath" | "oMathPara" => What::Equation,
            "AlternateContent" => picture(node),
            other => What::Element(other.chars().take(40).collect()),
        };
        self.refuse(what);
    }

    fn run(&mut self, run: Node<'a, 'a>, inside: Inside, line: &mut Line) {
        let (look, is_note) = self.look(run, inside);
        for node in run.children().filter(Node::is_element) {
            if node.tag_name().namespace() != Some(W) {
                self.foreign(node);
                continue;
            }
            let reads = !self.fields.contains(&true);
            match node.tag_name().name() {
                "t" if reads => {
                    let said = text(node);
                    let said = if self.unescapes { unescaped(&said) } else { said };
                    self.text(&said, look, line);
                }
                "tab" if reads => {
                    // A tab at the beginning is an indentation, one elsewhere keeps words apart.
                    self.leave_out(Lost::Tab);
                    if !line.runs.is_empty() {
                        self.text(" ", look, line);
                    }
                }
                "br" if reads => self.line_break(node, line),
                "cr" if reads && self.counts(1) => line.runs.push(Run::LineBreak),
                "noBreakHyphen" if reads => self.text("\u{2011}", look, line),
                "softHyphen" => self.leave_out(Lost::SoftHyphen),
                "sym" => self.refuse(What::Symbol),
                "footnoteReference" => self.footnote(node, line),
                "endnoteReference" => self.refuse(What::Endnote),
                "drawing" | "pict" => self.refuse(picture(node)),
                "object" => self.refuse(What::Embedded),
                "fldChar" => self.field(node),
                "commentReference" => self.point(node),
                "t"
                | "tab"
                | "br"
                | "cr"
                | "noBreakHyphen"
                | "instrText"
                | "delText"
                | "delInstrText"
                | "rPr"
                | "lastRenderedPageBreak"
                | "footnoteRef"
                | "annotationRef"
                | "separator"
                | "continuationSeparator" => {}
                other => self.refuse(What::Element(other.chars().take(40).collect())),
            }
        }
        if !is_note && let Some(change) = child(run, "rPr").and_then(|properties| child(properties, "rPrChange")) {
            self.track(change, ChangeKind::Formatted, said(run));
        }
    }

    /// How the words of a run look, and whether it is the mark of a footnote, whose look is its own.
    fn look(&mut self, run: Node<'a, 'a>, inside: Inside) -> (Look, bool) {
        let mark = |node: &Node<'_, '_>| {
            ["footnoteReference", "footnoteRef", "commentReference", "annotationRef"].contains(&node.tag_name().name())
        };
        let is_note = run.children().any(|node| mark(&node));
        let Some(properties) = child(run, "rPr") else { return (inside.look, is_note) };
        let (bold, italic) = value(properties, "rStyle").map_or((false, false), |id| self.styles.character(id));
        let look = Look {
            bold: toggle(properties, "b").unwrap_or(inside.look.bold || bold),
            italic: toggle(properties, "i").unwrap_or(inside.look.italic || italic),
        };
        if is_note || !has_text(run) {
            return (look, is_note);
        }
        let is_on = |name| toggle(properties, name) == Some(true);
        if is_on("strike") || is_on("dstrike") {
            self.refuse(What::Struck);
        }
        if is_on("vanish") || is_on("webHidden") {
            self.refuse(What::Hidden);
        }
        if value(properties, "vertAlign").is_some_and(|place| place != "baseline") {
            self.refuse(What::Raised);
        }
        let coloured = value(properties, "color").is_some_and(|colour| !matches!(colour, "auto" | "000000"));
        let marked = |name| value(properties, name).is_some_and(|value| value != "none");
        if is_on("caps") || is_on("smallCaps") || coloured || marked("u") || marked("highlight") {
            self.leave_out(Lost::Character);
        }
        if inside.role.is_some_and(Role::is_heading) && toggle(properties, "b") == Some(false) {
            self.leave_out(Lost::Heading);
        }
        (look, is_note)
    }

    fn text(&mut self, text: &str, look: Look, line: &mut Line) {
        if text.is_empty() || !self.counts(text.chars().count()) {
            return;
        }
        if line.page_after {
            self.refuse(What::PageBreakInside);
        }
        self.commented(text);
        push(&mut line.runs, Run::Text { text: text.to_owned(), look });
    }

    fn line_break(&mut self, node: Node<'a, 'a>, line: &mut Line) {
        match node.attribute((W, "type")) {
            Some("page") if self.in_note => self.refuse(What::PageBreakInside),
            Some("page") if line.runs.is_empty() => line.page_before = true,
            Some("page") => line.page_after = true,
            Some("column") => self.refuse(What::Section),
            _ if self.counts(1) => line.runs.push(Run::LineBreak),
            _ => {}
        }
    }

    fn field(&mut self, node: Node<'a, 'a>) {
        match node.attribute((W, "fldCharType")) {
            Some("begin") => {
                self.leave_out(Lost::Field);
                self.fields.push(true);
            }
            Some("separate") => {
                if let Some(last) = self.fields.last_mut() {
                    *last = false;
                }
            }
            _ => drop(self.fields.pop()),
        }
    }

    fn footnote(&mut self, node: Node<'a, 'a>, line: &mut Line) {
        if line.page_after {
            self.refuse(What::PageBreakInside);
        }
        let note = node.attribute((W, "id")).and_then(|id| self.notes.get(id).copied());
        if !self.counts(1) {
            return;
        }
        let (Some(note), false, None) = (note, self.in_note, node.attribute((W, "customMarkFollows"))) else {
            self.refuse(What::FootnoteMark);
            return;
        };
        self.in_note = true;
        let fields = std::mem::take(&mut self.fields);
        let mut runs: Vec<Run> = Vec::new();
        for paragraph in note.children().filter(|node| node.has_tag_name((W, "p"))) {
            // The footnote's own anchors and sources are those of the paragraph that it hangs on.
            let read = self.line(paragraph, None);
            if !runs.is_empty() && !read.runs.is_empty() {
                runs.push(Run::LineBreak);
            }
            read.runs.into_iter().for_each(|run| push(&mut runs, run));
        }
        if note.children().any(|node| node.has_tag_name((W, "tbl"))) {
            self.refuse(What::NestedTable);
        }
        self.in_note = false;
        self.fields = fields;
        // Between the mark and the text stands one space or tab that is none of the text's.
        if let Some(Run::Text { text, .. }) = runs.first_mut()
            && text.starts_with(' ')
        {
            text.remove(0);
            if text.is_empty() {
                runs.remove(0);
            }
        }
        line.runs.push(Run::Footnote { runs });
    }
}

/// A drawing is a picture, or a box with text in it.
fn picture(node: Node<'_, '_>) -> What {
    let is_box = |node: &Node<'_, '_>| matches!(node.tag_name().name(), "txbxContent" | "txbx" | "textbox" | "wsp");
    if node.descendants().any(|node| is_box(&node)) { What::TextBox } else { What::Picture }
}

fn has_text(run: Node<'_, '_>) -> bool {
    run.children().any(|node| node.has_tag_name((W, "t")) && node.text().is_some_and(|text| !text.trim().is_empty()))
}

/// A text as Word reads it: line ends are spaces, and outer spaces count only where they are to be kept.
fn text(node: Node<'_, '_>) -> String {
    let text: String = node.children().filter_map(|node| node.text()).collect();
    let text = text.replace(['\t', '\n', '\r'], " ");
    let keeps = node.attribute(("http://www.w3.org/XML/1998/namespace", "space")) == Some("preserve");
    if keeps { text } else { text.trim_matches(' ').to_owned() }
}

/// Takes the escape from what looks like one: `_x005F_x0000_` is `_x0000_`.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x005F_x") {
        let (before, found) = rest.split_at(at);
        let code = found.get("_x005F_x".len().."_x005F_x".len() + 5);
        let is_code = code.is_some_and(|code| {
            code.ends_with('_') && code[..code.len() - 1].chars().all(|digit| digit.is_ascii_hexdigit())
        });
        out.push_str(before);
        out.push_str(if is_code { "_x" } else { "_x005F_x" });
        rest = &found["_x005F_x".len()..];
    }
    out.push_str(rest);
    out
}

/// Every word below a node, deleted ones too.
pub(super) fn said(node: Node<'_, '_>) -> String {
    let mut said = String::new();
    for node in node.descendants().filter(|node| node.tag_name().namespace() == Some(W)) {
        match node.tag_name().name() {
            "t" | "delText" => said.push_str(&text(node)),
            "p" if !said.is_empty() => said.push('\n'),
            "br" | "cr" | "tab" => said.push(' '),
            _ => {}
        }
    }
    said
}
