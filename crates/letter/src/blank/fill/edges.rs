//! The edges of the body on a blank: hidden bookmarks in the paragraphs around it, by which an edited file gives the body back.

use std::ops::Range;

use roxmltree::Node;

use crate::blank::fault::FillError;
use crate::docx::bookmark::{Edge, edge_name};
use crate::docx::read::{W, parse_part};

/// The part `xml` with its body's edges marked. A body with no paragraph of the blank before or after it has no edge there.
pub(super) fn marked(part: &str, xml: &str, body: &Range<usize>) -> Result<String, FillError> {
    let document = parse_part(part, xml.as_bytes())?;
    let around = document.root_element().children().find(|node| node.has_tag_name((W, "body")));
    let Some(around) = around else { return Ok(xml.to_owned()) };
    let before = around.children().rev().filter(|node| node.range().end <= body.start).find_map(last_paragraph);
    let after = around.children().filter(|node| node.range().start >= body.end).find_map(first_paragraph);
    let edges = usize::from(before.is_some()) + usize::from(after.is_some());
    let free = document
        .descendants()
        .filter(|node| node.has_tag_name((W, "bookmarkStart")))
        .filter_map(|node| node.attribute((W, "id"))?.parse::<u32>().ok())
        .max()
        .map_or(0, |last| last.saturating_add(1));
    // The later one first, so that the earlier one's place stays true.
    let mut out = xml.to_owned();
    for (place, edge, id) in [(after, Edge::After, free.saturating_add(1)), (before, Edge::Before, free)] {
        if let Some(paragraph) = place {
            let name = edge_name(edge, edges);
            let mark = format!(r#"<w:bookmarkStart w:id="{id}" w:name="{name}"/><w:bookmarkEnd w:id="{id}"/>"#);
            insert(&mut out, paragraph, &mark);
        }
    }
    Ok(out)
}

/// Puts a mark at the end of a paragraph, opening one that has no words.
fn insert(xml: &mut String, paragraph: Node<'_, '_>, mark: &str) {
    let range = paragraph.range();
    let text = &xml[range.clone()];
    if text.ends_with("/>") {
        let name: String = text.chars().skip(1).take_while(|one| !one.is_whitespace() && *one != '/').collect();
        xml.replace_range(range.end - 2..range.end, &format!(">{mark}</{name}>"));
    } else if let Some(end) = text.rfind("</") {
        xml.insert_str(range.start + end, mark);
    }
}

fn paragraphs<'a>(node: Node<'a, 'a>) -> impl DoubleEndedIterator<Item = Node<'a, 'a>> {
    let found: Vec<Node<'_, '_>> = node.descendants().filter(|node| node.has_tag_name((W, "p"))).collect();
    // Not those in a box that hangs on another paragraph: LibreOffice writes a box twice.
    let is_inner = |node: &Node<'_, '_>| node.ancestors().skip(1).any(|above| above.has_tag_name((W, "p")));
    found.into_iter().filter(move |node| !is_inner(node))
}

fn last_paragraph<'a>(node: Node<'a, 'a>) -> Option<Node<'a, 'a>> {
    paragraphs(node).next_back()
}

fn first_paragraph<'a>(node: Node<'a, 'a>) -> Option<Node<'a, 'a>> {
    paragraphs(node).next()
}
