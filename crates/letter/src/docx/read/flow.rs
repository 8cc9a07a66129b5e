//! From paragraphs and tables in a row to the tree of blocks: Word knows no lists in items, only paragraphs with a level.

use std::collections::HashSet;

use roxmltree::Node;

use super::line::Line;
use super::numbering::{Marks, Numbering};
use super::reading::Reading;
use super::report::{Look, Spot, What};
use super::styles::{Role, Styles, value};
use super::{W, table};
use crate::docx::view;
use crate::model::{Block, ListItem};
use crate::provenance::Source;
use crate::runs::{Run, inlines, push};

/// A list that items are still added to.
struct Open<'a> {
    list: &'a str,
    kind: &'a str,
    level: usize,
    ordered: bool,
    items: Vec<ListItem>,
}

impl Open<'_> {
    /// Whether a paragraph goes on with this list: it names the same one, or one that counts together with it.
    fn goes_on(&self, list: &str, marks: &Marks<'_>) -> bool {
        self.ordered == marks.ordered && (self.list == list || (self.kind == marks.kind && !marks.restarts))
    }
}

/// What has been counted.
#[derive(PartialEq, Eq, Hash)]
enum Seen<'a> {
    List(&'a str),
    Kind(&'a str),
}

/// The body so far.
pub(super) struct Flow<'f, 'a> {
    styles: &'f Styles<'a>,
    numbering: &'f Numbering<'a>,
    blocks: Vec<Block>,
    sources: Vec<Option<Source>>,
    spots: Vec<Spot>,
    lists: Vec<Open<'a>>,
    /// The source and the place of the outermost open list.
    list_source: Option<Source>,
    list_spot: Spot,
    /// Lists, kinds of lists and their levels that have been counted.
    seen: HashSet<(Seen<'a>, usize)>,
    /// The beginning of a paragraph whose end was deleted.
    joined: Option<(Vec<Run>, Option<Source>)>,
}

impl<'f, 'a> Flow<'f, 'a> {
    pub(super) fn new(styles: &'f Styles<'a>, numbering: &'f Numbering<'a>) -> Self {
        Self {
            styles,
            numbering,
            blocks: Vec::new(),
            sources: Vec::new(),
            spots: Vec::new(),
            lists: Vec::new(),
            list_source: None,
            list_spot: Spot::default(),
            seen: HashSet::new(),
            joined: None,
        }
    }

    /// Adds a paragraph, a table, or the edge of something between them.
    pub(super) fn piece(&mut self, piece: Node<'a, 'a>, reading: &mut Reading<'a>) {
        reading.stand_at(piece);
        match piece.tag_name().name() {
            "p" => self.paragraph(piece, reading),
            "tbl" => {
                self.close_to(0, reading);
                if let Some((table, source)) = table::read(piece, self.styles, reading) {
                    reading.stand_at(piece);
                    self.block(Block::Table(table), source, reading);
                }
            }
            _ => reading.edge(piece),
        }
    }

    /// The body begins a page.
    pub(super) fn begin_page(&mut self, reading: &Reading<'a>) {
        self.block(Block::PageBreak, None, reading);
    }

    /// The blocks, their sources and where they stand.
    pub(super) fn finish(mut self, reading: &mut Reading<'a>) -> (Vec<Block>, Vec<Option<Source>>, Vec<Spot>) {
        if let Some((runs, source)) = self.joined.take() {
            self.text(Role::Text, runs, source, reading);
        }
        self.close_to(0, reading);
        // A new page at the end would leave the signature alone on its page; the form begins none.
        while self.blocks.last() == Some(&Block::PageBreak) {
            self.blocks.pop();
            self.sources.pop();
        }
        (self.blocks, self.sources, self.spots)
    }

    fn block(&mut self, block: Block, source: Option<Source>, reading: &Reading<'a>) {
        self.blocks.push(block);
        self.sources.push(source);
        self.spots.push(reading.spot());
    }

    fn paragraph(&mut self, node: Node<'a, 'a>, reading: &mut Reading<'a>) {
        let role = self.styles.role(node).unwrap_or(Role::Text);
        let mut line = reading.line(node, Some(role));
        if let Some((mut runs, source)) = self.joined.take() {
            line.runs.drain(..).for_each(|run| push(&mut runs, run));
            line.runs = runs;
            line.source = source.or(line.source);
        }
        if line.page_before {
            self.close_to(0, reading);
            self.block(Block::PageBreak, None, reading);
        }
        if line.joined {
            // The look of the whole is that of the paragraph that goes on.
            self.joined = Some((line.runs, line.source));
            return;
        }
        let page_after = line.page_after;
        self.placed(node, role, line, reading);
        if page_after {
            self.close_to(0, reading);
            self.block(Block::PageBreak, None, reading);
        }
    }

    fn placed(&mut self, node: Node<'a, 'a>, role: Role, line: Line, reading: &mut Reading<'a>) {
        let number = self.styles.number(node);
        let place = number.and_then(|number| Some((value(number, "numId")?, value(number, "ilvl").unwrap_or("0"))));
        let place = place.filter(|(list, _)| *list != "0");
        match (role, place) {
            (Role::Heading(_), Some(_)) => {
                reading.leave_out(Look::Heading);
                self.text(role, line.runs, line.source, reading);
            }
            (_, None) if self.goes_on(node, role) => self.go_on(node, role, line, reading),
            (_, None) => self.text(role, line.runs, line.source, reading),
            (_, Some((list, level))) => {
                let level = level.parse().unwrap_or(0);
                self.item(list, level, line, reading);
            }
        }
    }

    /// A paragraph or a heading.
    fn text(&mut self, role: Role, runs: Vec<Run>, source: Option<Source>, reading: &mut Reading<'a>) {
        if is_empty(&runs) {
            // The gaps around tables are the form's own.
            if role != Role::Gap {
                reading.leave_out(Look::EmptyParagraph);
            }
            return;
        }
        self.close_to(0, reading);
        let content = inlines(runs);
        match role {
            Role::Heading(level @ 1..=3) => self.block(Block::Heading { level, content }, source, reading),
            Role::Heading(_) => reading.refuse(What::HeadingLevel),
            _ => self.block(Block::Paragraph { content }, source, reading),
        }
    }

    /// Whether a paragraph without a mark goes on with the item before it.
    fn goes_on(&self, node: Node<'a, 'a>, role: Role) -> bool {
        let in_list = matches!(role, Role::ListContinue(_)) || self.styles.is_list_paragraph(node);
        in_list && !self.lists.is_empty()
    }

    fn go_on(&mut self, node: Node<'a, 'a>, role: Role, line: Line, reading: &mut Reading<'a>) {
        if is_empty(&line.runs) {
            reading.leave_out(Look::EmptyParagraph);
            return;
        }
        let deepest = self.lists.len().saturating_sub(1);
        let depth = match (indentation(node), role) {
            (Some(left), _) => view::list_level(left),
            (None, Role::ListContinue(depth)) if depth > 0 => usize::from(depth),
            (None, _) => deepest,
        };
        self.close_to(depth.min(deepest) + 1, reading);
        if let Some(item) = self.lists.last_mut().and_then(|list| list.items.last_mut()) {
            item.blocks.push(Block::Paragraph { content: inlines(line.runs) });
        }
    }

    fn item(&mut self, list: &'a str, level: usize, line: Line, reading: &mut Reading<'a>) {
        let marks = self.numbering.marks(list, level);
        if !marks.plain {
            reading.leave_out(Look::ListMarks);
        }
        while self.lists.last().is_some_and(|open| open.level > level) {
            self.close(reading);
        }
        if self.lists.last().is_some_and(|open| open.level == level && !open.goes_on(list, &marks)) {
            self.close(reading);
        }
        if self.lists.last().is_none_or(|open| open.level < level) {
            self.open(list, level, &marks, reading);
            if marks.ordered && marks.start != 1 {
                reading.refuse(What::ListStart);
            }
        }
        if self.list_source.is_none() {
            self.list_source = line.source;
        }
        let blocks =
            if is_empty(&line.runs) { Vec::new() } else { vec![Block::Paragraph { content: inlines(line.runs) }] };
        if let Some(open) = self.lists.last_mut() {
            open.items.push(ListItem { blocks });
        }
    }

    fn open(&mut self, list: &'a str, level: usize, marks: &Marks<'a>, reading: &mut Reading<'a>) {
        if self.lists.is_empty() {
            self.list_spot = reading.spot();
            self.list_source = None;
        }
        // Word counts on where it was left; but a level begins anew below every item of a list that counts together with it.
        let below_its_own = self.lists.last().is_some_and(|outer| outer.kind == marks.kind);
        let counted = self.seen.contains(&(Seen::List(list), level))
            || (!marks.restarts && self.seen.contains(&(Seen::Kind(marks.kind), level)));
        if marks.ordered && counted && !below_its_own {
            reading.refuse(What::ListGoesOn);
        }
        self.seen.insert((Seen::List(list), level));
        self.seen.insert((Seen::Kind(marks.kind), level));
        self.lists.push(Open { list, kind: marks.kind, level, ordered: marks.ordered, items: Vec::new() });
    }

    /// Closes lists until no more than `depth` are open.
    fn close_to(&mut self, depth: usize, reading: &mut Reading<'a>) {
        while self.lists.len() > depth {
            self.close(reading);
        }
    }

    fn close(&mut self, reading: &mut Reading<'a>) {
        let Some(Open { ordered, mut items, .. }) = self.lists.pop() else { return };
        let all = items.len();
        items.retain(|item| !item.blocks.is_empty());
        if items.len() < all {
            reading.leave_out(Look::EmptyParagraph);
        }
        if items.is_empty() {
            return;
        }
        let list = Block::List { ordered, items };
        match self.lists.last_mut().and_then(|outer| outer.items.last_mut()) {
            Some(item) => item.blocks.push(list),
            None => {
                self.blocks.push(list);
                self.sources.push(self.list_source.take());
                self.spots.push(std::mem::take(&mut self.list_spot));
            }
        }
    }
}

fn is_empty(runs: &[Run]) -> bool {
    runs.iter().all(|run| matches!(run, Run::Text { text, .. } if text.trim().is_empty()) || *run == Run::LineBreak)
}

/// How far the paragraph stands in, as it says itself.
fn indentation(paragraph: Node<'_, '_>) -> Option<u32> {
    let properties = paragraph.children().find(|node| node.has_tag_name((W, "pPr")))?;
    let indentation = properties.children().find(|node| node.has_tag_name((W, "ind")))?;
    let left = indentation.attribute((W, "left")).or_else(|| indentation.attribute((W, "start")))?;
    left.parse().ok()
}
