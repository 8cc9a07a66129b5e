//! The names of our bookmarks, hidden from people, kept by Word and LibreOffice when the words around them are edited.
//!
//! `_src_7_2_mfa` says which contribution a block came from, `_ans_7_2_0f1e2d3c4b5a6978_h70b0a001` which earlier answer. `_saual_before_2` and `_saual_after_2` stand in the last paragraph before the
//! body and in the first one after it, where a letter is on a ministry's blank, whose styles say nothing of where its body is. They stand
//! in the form and not in the body, so that whatever is typed between them is body, also before its first word and after its last.

use crate::provenance::Source;

/// A bookmark's name holds letters, digits and underscores, and no more than this.
const LENGTH: usize = 40;

/// How the codes of earlier answers begin. They are long, so their bookmarks say it in their own beginning.
const ANSWER: &str = "answer-";

/// The bookmark of the block at `place`; none if the source's name is longer than a bookmark's may be.
pub(super) fn name(place: usize, source: &Source) -> Option<String> {
    let (begins, code) = match source.ministry().strip_prefix(ANSWER) {
        Some(rest) => ("_ans_", rest),
        None => ("_src_", source.ministry()),
    };
    let code = code.replace('_', "_u").replace('-', "_h");
    let name = format!("{begins}{}_{}_{code}", place + 1, source.version());
    (name.len() <= LENGTH).then_some(name)
}

/// The source that a bookmark names.
pub(super) fn source(name: &str) -> Option<Source> {
    let (begins, rest) = match name.strip_prefix("_ans_") {
        Some(rest) => (ANSWER, rest),
        None => ("", name.strip_prefix("_src_")?),
    };
    let mut parts = rest.splitn(3, '_');
    let (_place, version, code) = (parts.next()?, parts.next()?, parts.next()?);
    let code = code.replace("_h", "-").replace("_u", "_");
    Source::new(&format!("{begins}{code}"), version.parse().ok()?).ok()
}

/// Which edge of the body a paragraph of the form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Before,
    After,
}

/// The bookmark of an edge; `edges` says how many of them the file has, so that one that was deleted is missed.
pub(crate) fn edge_name(edge: Edge, edges: usize) -> String {
    match edge {
        Edge::Before => format!("_saual_before_{edges}"),
        Edge::After => format!("_saual_after_{edges}"),
    }
}

/// The edge that a bookmark names, and how many the file had when it was made.
pub(super) fn edge(name: &str) -> Option<(Edge, usize)> {
    let (edge, edges) = name.strip_prefix("_saual_")?.split_once('_')?;
    let edge = match edge {
        "before" => Edge::Before,
        "after" => Edge::After,
        _ => return None,
    };
    Some((edge, edges.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bookmark_names_the_source_it_was_made_from() {
        for written in ["mfa/1", "aq-zhol/12", "prime_minister/3", "a-h_u/7"] {
            let source: Source = written.parse().unwrap();
            assert_eq!(super::source(&name(4, &source).unwrap()), Some(source));
        }
        let answer: Source = "answer-0f1e2d3c4b5a6978-70b0a001/123".parse().unwrap();
        assert_eq!(source(&name(998, &answer).unwrap()), Some(answer), "the longest name of an earlier answer");
        // As files have it that were written before.
        let before = source("_src_7_4_answer_h0f1e2d3c4b5a6978");
        assert_eq!(before, "answer-0f1e2d3c4b5a6978/4".parse().ok());
        assert_eq!(source("_Toc123456"), None);
        assert_eq!(source("_src_1_0_mfa"), None);
        assert_eq!(name(0, &Source::new(&"a".repeat(32), 1).unwrap()), None);
    }

    #[test]
    fn a_bookmark_names_an_edge_of_the_body() {
        for known in [Edge::Before, Edge::After] {
            assert_eq!(edge(&edge_name(known, 2)), Some((known, 2)));
        }
        for other in ["_saual_before", "_saual_around_2", "_saual_after_x", "_GoBack"] {
            assert_eq!(edge(other), None);
        }
    }
}
