//! Where in a file the letter's texts are: between the edges that a blank was given, or between the parts of our own form.
//!
//! In our form the body is what stands between the salutation and the signature, and of a letter in two languages there are two. A file
//! with neither is body altogether.

use std::ops::Range;

use roxmltree::Node;

use super::W;
use super::styles::{Role, Styles};
use crate::docx::bookmark::{self, Edge};

/// From where to where the texts reach among the pieces, and whether they stand on a blank; `None` where an edge of the body has been lost.
pub(super) fn of(pieces: &[Node<'_, '_>], styles: &Styles<'_>) -> Option<(Vec<Range<usize>>, bool)> {
    let roles: Vec<Option<Role>> = pieces.iter().map(|piece| form_role(*piece, styles)).collect();
    match by_edges(pieces, &roles)? {
        Some(text) => Some((vec![text], true)),
        None => Some((by_styles(pieces, &roles), false)),
    }
}

/// Between the edges, where the file has them: then the blank's own styles are no parts of our form.
fn by_edges(pieces: &[Node<'_, '_>], roles: &[Option<Role>]) -> Option<Option<Range<usize>>> {
    let edges = |index: usize| edges_of(pieces[index]).map(move |(edge, all)| (index, edge, all));
    let found: Vec<(usize, Edge, usize)> = (0..pieces.len()).flat_map(edges).collect();
    let Some(all) = found.iter().map(|(_, _, all)| *all).max() else { return Some(None) };
    let place = |wanted: Edge| found.iter().find(|(_, edge, _)| *edge == wanted).map(|(index, ..)| *index);
    let (before, after) = (place(Edge::Before), place(Edge::After));
    if usize::from(before.is_some()) + usize::from(after.is_some()) < all {
        return None;
    }
    let start = before.map_or(0, |before| before + 1);
    // Annexes come behind the body also where no paragraph of the blank stands between them.
    let closing = || roles.iter().skip(start).position(|role| role.is_some_and(Role::closes)).map(|at| start + at);
    let end = after.or_else(closing).unwrap_or(pieces.len());
    (start <= end).then_some(Some(start..end))
}

/// The edges of the body that stand in a piece or are one.
fn edges_of<'a>(piece: Node<'a, 'a>) -> impl Iterator<Item = (Edge, usize)> + 'a {
    let names = piece.descendants().filter(|node| node.has_tag_name((W, "bookmarkStart")));
    names.filter_map(|node| bookmark::edge(node.attribute((W, "name"))?))
}

/// By the parts of our form: one text, or two where a second language has a form of its own.
fn by_styles(pieces: &[Node<'_, '_>], roles: &[Option<Role>]) -> Vec<Range<usize>> {
    let end = roles.iter().position(|role| role.is_some_and(Role::closes)).unwrap_or(roles.len());
    let opens = |role: &Option<Role>| role.is_some_and(Role::opens);
    let mut texts = Vec::new();
    let mut at = 0;
    while texts.len() < 2 {
        // A form reaches to its salutation, or to its last line if it has none.
        let first = roles[at..end].iter().position(opens).map(|first| at + first);
        let Some(first) = first else { break };
        let salutation = roles[first..end].iter().position(|role| *role == Some(Role::Salutation));
        let lines = roles[first..end].iter().take_while(|role| opens(role)).count();
        let mut begin = first + salutation.map_or(lines, |salutation| salutation + 1);
        // Of several salutations with nothing between them, the last one is the edge.
        let mut after = begin;
        while after < end && (roles[after] == Some(Role::Salutation) || says_nothing(pieces[after])) {
            after += 1;
            if roles[after - 1] == Some(Role::Salutation) {
                begin = after;
            }
        }
        let next = roles[begin..end].iter().position(opens).map_or(end, |next| begin + next);
        texts.push(begin..next);
        at = next;
    }
    if texts.is_empty() {
        texts.push(0..end);
    }
    texts
}

/// Whether a piece is an empty paragraph, or a mark between paragraphs.
fn says_nothing(piece: Node<'_, '_>) -> bool {
    let holds = |name| piece.descendants().any(|node| node.has_tag_name((W, name)));
    !["tbl", "t", "br", "drawing", "pict", "object", "pageBreakBefore"].into_iter().any(holds)
}

/// The part of the form that a piece belongs to.
fn form_role(piece: Node<'_, '_>, styles: &Styles<'_>) -> Option<Role> {
    let of = |paragraph: Node<'_, '_>| styles.role(paragraph).filter(|role| role.opens() || role.closes());
    if piece.has_tag_name((W, "p")) {
        return of(piece);
    }
    piece.descendants().filter(|node| node.has_tag_name((W, "p"))).find_map(of)
}
