//! Who signed: the names behind the close, under the labels that the letter itself spells.

use directory::records::View;
use inquiry::intake::GroupKind;

use super::lines::{Lines, fold, shown};
use super::names::Known;
use super::{Found, FoundDeputy, FoundGroup, MOST};

/// The most lines of a label.
const LABEL_LINES: usize = 4;
/// What a label of deputies says, folded.
const LABELS: [&str; 6] = ["депутат", "фракци", "мушелер", "мушеси", "член", "округ"];

/// The groups of the letter's list, in its order.
pub(super) fn groups(lines: &Lines<'_>, view: &View<'_>) -> Vec<Found<FoundGroup>> {
    let known = Known::of(view);
    let mut list = List::default();
    // Without a close the names stand somewhere behind the salutation.
    let from = if lines.close < lines.all.len() { lines.close } else { lines.body };
    for line in lines.all.iter().skip(from).take(2_000) {
        let line = after_close(line);
        if line.is_empty() {
            continue;
        }
        match names(line, &known) {
            Some((label, people)) => list.add(label, people, line),
            None => list.other(line),
        }
    }
    list.groups.truncate(MOST);
    list.groups
}

/// «Құрметпен, М. Әбенов»: what follows the word.
fn after_close(line: &str) -> &str {
    let folded = fold(line);
    let word = ["курметпен", "с уважением"].iter().find(|word| folded.starts_with(**word));
    let Some(word) = word else { return line };
    let at = line.char_indices().nth(word.chars().count()).map_or(line.len(), |(at, _)| at);
    line[at..].trim_start_matches([',', ' ', ':', '-', '–'])
}

/// The people that a line names, and the label before them in it; none when it names nobody.
fn names<'l>(line: &'l str, known: &Known<'_>) -> Option<(&'l str, Vec<FoundDeputy>)> {
    let line = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['.', ')', ' ']);
    let all: Option<Vec<FoundDeputy>> =
        line.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).map(|part| known.person(part)).collect();
    if let Some(people) = all.filter(|people| !people.is_empty()) {
        return Some(("", people));
    }
    // A label and a name in one line: the name is the shortest end of it that is one.
    let starts = line.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, c)| at + c.len_utf8());
    let starts: Vec<usize> = starts.collect();
    starts.iter().rev().take(4).find_map(|at| {
        let (label, name) = line.split_at(*at);
        let person = known.person(name).filter(|_| is_label(label))?;
        // «М.» belongs to the name when it stands before it.
        if label.trim_end().ends_with('.') {
            return None;
        }
        Some((label.trim_end_matches([' ', '_', '/', '–', '-']), vec![person]))
    })
}

fn is_label(line: &str) -> bool {
    let folded = fold(line);
    line.chars().count() <= 300 && LABELS.iter().any(|word| folded.contains(word))
}

/// The list as it is read, line by line.
#[derive(Default)]
struct List {
    groups: Vec<Found<FoundGroup>>,
    /// Lines that may be the label of the names that follow.
    label: Vec<String>,
    /// The last line named somebody.
    goes_on: bool,
}

impl List {
    fn add(&mut self, label: &str, people: Vec<FoundDeputy>, line: &str) {
        if !label.is_empty() {
            self.label.push(label.to_owned());
        }
        let label = label_of(&std::mem::take(&mut self.label));
        let last = self.groups.last_mut().map(|found| &mut found.value);
        match last.filter(|last| self.goes_on && (label.is_empty() || label == last.label)) {
            Some(last) => {
                last.deputies.extend(people);
                last.kind = kind(&last.label, last.deputies.len());
            }
            None => {
                let kind = kind(&label, people.len());
                let place = if label.is_empty() { shown(line) } else { shown(&label) };
                self.groups.push(Found { value: FoundGroup { label, kind, deputies: people }, place });
            }
        }
        self.goes_on = true;
    }

    /// A line without a name: a part of a label, or the end of what could be one.
    fn other(&mut self, line: &str) {
        self.goes_on = false;
        if is_label(line) || (line.starts_with('«') && line.chars().count() <= 120) {
            self.label.push(line.to_owned());
            if self.label.len() > LABEL_LINES {
                self.label.remove(0);
            }
        } else {
            self.label.clear();
        }
    }
}

/// The label as it is spelled, without the mark that leads to the names.
fn label_of(lines: &[String]) -> String {
    lines.join("\n").trim_end_matches([':', ',', ' ']).to_owned()
}

fn kind(label: &str, deputies: usize) -> GroupKind {
    let folded = fold(label);
    if ["бирмандат", "бир мандат", "одномандат"].iter().any(|word| folded.contains(word)) {
        GroupKind::SingleMandate
    } else if folded.contains("фракци") {
        if deputies > 1 { GroupKind::FactionMembers } else { GroupKind::FactionMember }
    } else {
        GroupKind::Other
    }
}
