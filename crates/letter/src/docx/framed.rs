//! A body without the sentences of the form: the opening and closing words that a kind of letter puts around its text.

use super::read::report::FormChange;
use crate::Body;
use crate::diff::{Change, diff};
use crate::provenance::Sourced;
use crate::runs::{lines_of_block, settled};

/// What was read, without the form's own sentences, and what was changed in them. `whole` is the body of the letter as it was composed,
/// `text` the part of it that the facts say.
#[must_use]
pub fn without_form(whole: &Body, text: &Body, read: Sourced) -> (Sourced, Vec<FormChange>) {
    let (whole, text) = (settled(whole), settled(text));
    let length = text.blocks.len();
    let begins = (length > 0).then(|| whole.blocks.windows(length).position(|blocks| blocks == text.blocks)).flatten();
    let Some(opening) = begins.filter(|_| length < whole.blocks.len()) else { return (read, Vec::new()) };
    let is_form = |old: usize| old < opening || old >= opening + length;
    let mut found: Vec<Option<usize>> = vec![None; whole.blocks.len()];
    for change in diff(&whole, &read.body).changes {
        if let Change::Kept { old, new, .. } | Change::Changed { old, new, .. } = change
            && is_form(old)
        {
            found[old] = Some(new);
        }
    }
    let mut changes = Vec::new();
    for (part, places) in [("opening", 0..opening), ("closing", opening + length..whole.blocks.len())] {
        let was: Vec<String> = places.clone().flat_map(|old| lines_of_block(&whole.blocks[old])).collect();
        let is: Vec<String> =
            places.filter_map(|old| found[old]).flat_map(|new| lines_of_block(&read.body.blocks[new])).collect();
        if was != is {
            changes.push(FormChange { part, was, is });
        }
    }
    let sources = read.sources().to_vec();
    let kept = read.body.blocks.into_iter().zip(sources).enumerate();
    let kept = kept.filter(|(new, _)| !found.contains(&Some(*new))).map(|(_, kept)| kept);
    let (blocks, sources): (Vec<_>, Vec<_>) = kept.unzip();
    let mut framed = Sourced::from(Body { blocks });
    if let Ok(sourced) = Sourced::new(framed.body.clone(), sources) {
        framed = sourced;
    }
    (framed, changes)
}
