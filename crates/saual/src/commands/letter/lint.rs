//! `saual letter lint`: what is wrong with the templates, before a letter is made with them.

use std::path::Path;

use super::{print, wrong_use};
use crate::exit::{Answer, Stop};

/// The file by which a folder of letters' templates is known.
const LAYOUT: &str = "letter.typ";

pub(super) fn run(dir: Option<&Path>) -> Result<Answer, Stop> {
    if let Some(dir) = dir.filter(|dir| !dir.is_dir()) {
        return Err(wrong_use(format!(
            "{} is no folder; give one that is laid out as templates/letters is",
            dir.display()
        )));
    }
    // The folder above it, or another kind of folder altogether, would give a list of files that are not there.
    if let Some(dir) = dir.filter(|dir| !dir.join(LAYOUT).is_file()) {
        return Err(wrong_use(format!(
            "{} holds no {}; give the folder of the letters' templates itself, such as templates/letters",
            dir.display(),
            LAYOUT
        )));
    }
    let found = letter::lint(dir);
    for fault in &found.faults {
        print(&fault.to_string());
    }
    let (templates, placeholders) = (found.templates, found.placeholders);
    if found.faults.is_empty() {
        print(&format!("templates: {templates} with {placeholders} placeholders, no faults"));
        return Ok(Answer::Yes);
    }
    Ok(Answer::No)
}
