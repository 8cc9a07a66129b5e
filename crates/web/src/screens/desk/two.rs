//! Two texts beside each other, as a page: every block that somebody changed with what each made of it, word by word, and a choice.

use actix_web::{HttpResponse, HttpResponseBuilder};
use letter::Body;
use letter::diff::{Diff, diff};
use letter::merge::{By, Part};
use letter::model::Block;
use serde::Serialize;

use super::super::editing::comparison::{Eye, Shown};
use super::super::fields::Typed;
use super::super::inquiry::head::Head;
use super::Visit;
use super::merge::page_of;
use crate::desk::merging::{Merging, Pick, preset};
use crate::desk::table::Place;
use crate::desk::text::Text;
use crate::office::at_work;
use crate::office::earlier::Letters;
use crate::office::seeing::Seen;
use crate::problem::Problem;
use crate::speech::Words;

/// Two texts on their way to become one.
pub(super) struct Two {
    /// Where the result is kept.
    pub place: Place,
    pub merging: Merging,
    /// The revision of the working text over which the result is kept.
    pub revision: u64,
    /// The version that the result stands upon.
    pub base: u32,
    /// Both texts lie on the desk: whoever goes away loses nothing.
    pub is_kept: bool,
    /// What the form has to send again.
    pub hidden: Vec<(&'static str, String)>,
    /// Where it is sent.
    pub action: String,
    /// What the two are called.
    pub names: Names,
}

/// What the page calls the two texts and their keeping.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Names {
    pub title: String,
    pub explained: String,
    pub mine: String,
    pub theirs: String,
    pub submit: String,
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    /// The text's page; none where what was typed is kept nowhere but here.
    back: Option<String>,
    action: String,
    hidden: Vec<Hidden>,
    names: Names,
    /// Somebody wrote again while this page was read.
    is_again: bool,
    /// Some blocks have no choice yet.
    is_incomplete: bool,
    rows: Vec<Row>,
    choices: usize,
}

#[derive(Debug, Serialize)]
struct Hidden {
    name: &'static str,
    value: String,
}

/// A block that somebody changed, or several that nobody did.
#[derive(Debug, Serialize)]
struct Row {
    /// The field's name; none where nothing is to be chosen.
    name: Option<String>,
    id: String,
    words: String,
    tone: &'static str,
    blocks: Vec<Block>,
    mine: Option<Side>,
    theirs: Option<Side>,
    has_both: bool,
    picked: &'static str,
    is_missing: bool,
}

#[derive(Debug, Serialize)]
struct Side {
    is_gone: bool,
    /// What it says where it says the same as before.
    blocks: Vec<Block>,
    text: Shown,
}

/// The page of two texts; `typed` is what was chosen before.
pub(super) async fn show(
    start: HttpResponseBuilder,
    visit: &Visit,
    seen: &Seen,
    two: Two,
    typed: Option<&Typed>,
    is_again: bool,
) -> Result<HttpResponse, Problem> {
    let sides = two.merging.clone();
    let compared = at_work("compare two texts", move || Ok(compared(&sides))).await?;
    let eye = Eye { state: &visit.state, language: visit.language, sources: &[], letters: &Letters::default() };
    let mut rows: Vec<Row> = Vec::new();
    for (n, (part, (mine, theirs))) in two.merging.parts.iter().zip(compared).enumerate() {
        if part.by == By::Nobody {
            let block = part.theirs.map(|place| two.merging.theirs.words.body.blocks[place].clone());
            match rows.last_mut().filter(|row| row.name.is_none()) {
                Some(row) => row.blocks.extend(block),
                None => rows.push(unchanged(visit, n, block)),
            }
            continue;
        }
        let old = part.base.map(|place| two.merging.base.words.body.blocks[place].clone());
        let old: Vec<Block> = old.into_iter().collect();
        let side = |place: Option<usize>, changes: &Diff| {
            let blocks = if changes.is_empty() { old.clone() } else { Vec::new() };
            let is_gone = place.is_none();
            // Of somebody who never saw a block there is nothing to say.
            (place.is_some() || part.base.is_some()).then(|| Side { is_gone, blocks, text: eye.shown(changes, &old) })
        };
        let name = format!("pick[{n}]");
        let picked = typed.and_then(|typed| Pick::of_name(typed.get(&name)));
        let picked = picked.or_else(|| if typed.is_some() { None } else { preset(part) });
        let (words, tone) = said(visit, part, &two.names);
        rows.push(Row {
            id: format!("pick-{n}"),
            words,
            tone,
            blocks: Vec::new(),
            mine: side(part.mine, &mine),
            theirs: side(part.theirs, &theirs),
            has_both: part.mine.is_some() && part.theirs.is_some(),
            picked: picked.map_or("", Pick::name),
            is_missing: typed.is_some() && picked.is_none() && !is_again,
            name: Some(name),
        });
    }
    let hidden = two.hidden.into_iter().map(|(name, value)| Hidden { name, value });
    let own = [("seen", two.revision.to_string()), ("upon", two.base.to_string())];
    let facts = Facts {
        head: visit.head(seen),
        back: two.is_kept.then(|| page_of(seen.dossier.inquiry, &two.place)),
        action: two.action,
        hidden: hidden.chain(own.map(|(name, value)| Hidden { name, value })).collect(),
        is_again,
        is_incomplete: rows.iter().any(|row| row.is_missing),
        choices: rows.iter().filter(|row| row.name.is_some()).count(),
        rows,
        names: two.names,
    };
    let title = Words::new("Екі мәтінді біріктіру", "Объединение двух текстов", "Two texts become one");
    visit.answer(start, "merge", title, &facts)
}

fn unchanged(visit: &Visit, n: usize, block: Option<Block>) -> Row {
    Row {
        name: None,
        id: format!("same-{n}"),
        words: visit.t("Өзгермеген", "Без изменений", "Unchanged"),
        tone: "mute",
        blocks: block.into_iter().collect(),
        mine: None,
        theirs: None,
        has_both: false,
        picked: "",
        is_missing: false,
    }
}

fn said(visit: &Visit, part: &Part, names: &Names) -> (String, &'static str) {
    match part.by {
        By::Me => (names.mine.clone(), "info"),
        By::Them => (names.theirs.clone(), "ok"),
        By::Both => {
            (visit.t("Екеуі де өзгерткен: таңдаңыз", "Изменили оба: выберите", "Both changed it: choose"), "warn")
        }
        By::Nobody => (String::new(), "mute"),
    }
}

/// What each of them made of each block.
fn compared(merging: &Merging) -> Vec<(Diff, Diff)> {
    let one = |text: &Text, place: Option<usize>| Body {
        blocks: place.map(|place| text.words.body.blocks[place].clone()).into_iter().collect(),
    };
    let sides = |part: &Part| {
        let old = one(&merging.base, part.base);
        (diff(&old, &one(&merging.mine, part.mine)), diff(&old, &one(&merging.theirs, part.theirs)))
    };
    merging.parts.iter().map(sides).collect()
}
