//! What was typed into the registration's form, as an inquiry that is handed in; and a refusal, at the field that it is about.

use directory::{ChamberCode, DeputyId, Language};
use inquiry::intake::{Attachment, Channel, GroupKind};

use super::super::fields::{Fault, Reader, Typed};
use super::form::{CHANNELS, KINDS};
use crate::office::registering::{NewDeputy, NewGroup, NewInquiry, NewQuestion};
use crate::problem::{FieldFault, Problem};
use crate::speech::Words;
use crate::state::AppState;

/// The name of the boxes with the files that came with it.
pub(super) const ATTACHED: &str = "attached";

/// The field that a refusal is about which only the journal could give.
pub(super) const fn part_of(problem: &Problem) -> Option<&'static str> {
    if let Problem::AlreadyRegistered { .. } = problem { Some("number") } else { None }
}

/// The rows of the form that were filled in, in their order: what is handed in counts only those.
pub(super) struct Rows {
    questions: Vec<usize>,
    groups: Vec<(usize, Vec<usize>)>,
}

impl Rows {
    /// The form's name of a field that the office names by its place among the filled rows.
    pub(super) fn typed(&self, name: &str) -> String {
        let place = |rest: &str| -> Option<(usize, String)> {
            let (number, rest) = rest.split_once(']')?;
            Some((number.parse().ok()?, rest.to_owned()))
        };
        // What is wrong with a list as a whole is told where it begins.
        match name {
            "questions" => return "questions[0]".to_owned(),
            "groups" => return "groups[0].label".to_owned(),
            "attachments" => return ATTACHED.to_owned(),
            _ => {}
        }
        let translated = || {
            if let Some((question, rest)) = name.strip_prefix("questions[").and_then(place) {
                return Some(format!("questions[{}]{rest}", self.questions.get(question)?));
            }
            let (group, rest) = place(name.strip_prefix("groups[")?)?;
            let (typed_group, deputies) = self.groups.get(group)?;
            if rest == ".deputies" {
                return Some(format!("groups[{typed_group}].deputies[0].name"));
            }
            let Some(rest) = rest.strip_prefix(".deputies[") else {
                return Some(format!("groups[{typed_group}]{rest}"));
            };
            let (deputy, rest) = place(rest)?;
            Some(format!("groups[{typed_group}].deputies[{}]{rest}", deputies.get(deputy)?))
        };
        translated().unwrap_or_else(|| name.to_owned())
    }
}

/// What was typed, with what is wrong with it.
pub(super) struct Read {
    /// Where a field could not be read, something that can be taken stands in its place, so that the office looks at the others too. None where no chamber
    /// sits.
    pub new: Option<NewInquiry>,
    pub rows: Rows,
    pub faults: Vec<Fault>,
}

impl Read {
    /// Adds what the office says of the fields that could be read, each where it was typed.
    pub(super) fn add(&mut self, faults: &[FieldFault], language: Language) {
        for fault in faults {
            let name = self.rows.typed(&fault.field);
            if self.faults.iter().all(|known| known.name.as_deref() != Some(name.as_str())) {
                self.faults.push(Fault::at(name, fault.what.in_language(language)));
            }
        }
    }
}

pub(super) fn read(state: &AppState, typed: &Typed, language: Language) -> Read {
    let mut reader = Reader::new(typed, language);
    let number = reader.needed_line("number");
    let (dated, received) = (reader.date("dated"), reader.date("received"));
    let chamber: Option<ChamberCode> = reader.value("chamber");
    let of_inquiry: Option<Language> = reader.value("language");
    let channel = CHANNELS.iter().find(|(code, _)| *code == typed.get("channel")).map(|(_, channel)| *channel);
    if channel.is_none() {
        reader.blame("channel", &Words::new("Тізімнен таңдаңыз.", "Выберите из списка.", "Choose from the list."));
    }
    let subject = reader.needed_line("subject");
    let mut rows = Rows { questions: Vec::new(), groups: Vec::new() };
    let mut questions = Vec::new();
    for row in 0..typed.rows("questions") {
        if let Some(text) = reader.optional(&format!("questions[{row}]")) {
            questions.push(NewQuestion::Words(text));
            rows.questions.push(row);
        }
    }
    let mut groups = Vec::new();
    for row in 0..typed.rows("groups") {
        if let Some((group, deputies)) = group(state, &mut reader, row, of_inquiry.unwrap_or(Language::Kk)) {
            groups.push(group);
            rows.groups.push((row, deputies));
        }
    }
    if groups.is_empty() {
        let what = Words::new(
            "Кемінде бір топ пен бір депутатты жазыңыз.",
            "Укажите хотя бы одну группу и одного депутата.",
            "Give at least one group and one deputy.",
        );
        reader.blame("groups[0].label", &what);
    }
    let faults = reader.faults;
    let today = state.today();
    let directory = state.directory();
    let of_today = || directory.at(today).chambers().next().map(|chamber| chamber.code.clone());
    let new = chamber.or_else(of_today).map(|chamber| NewInquiry {
        number,
        dated: dated.or(received).unwrap_or(today),
        received: received.unwrap_or(today),
        channel: channel.unwrap_or(Channel::Paper),
        chamber,
        language: of_inquiry.unwrap_or(Language::Kk),
        subject,
        questions,
        groups,
        attachments: Vec::new(),
        kept: attached(typed),
    });
    Read { new, rows, faults }
}

/// The files that were read from here and kept, as the form names them.
pub(super) fn attached(typed: &Typed) -> Vec<Attachment> {
    typed.all(ATTACHED).into_iter().filter_map(file_of).collect()
}

/// `sha256 media/type name`
pub(super) fn file_value(file: &Attachment) -> String {
    format!("{} {} {}", file.blob, file.media_type, file.name)
}

fn file_of(value: &str) -> Option<Attachment> {
    let mut parts = value.splitn(3, ' ');
    let (blob, media_type, name) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Attachment { name: name.to_owned(), media_type: media_type.to_owned(), blob: blob.parse().ok()? })
}

/// A group of the form and the rows of its deputies; none when nothing was typed into it.
fn group(state: &AppState, reader: &mut Reader<'_>, row: usize, language: Language) -> Option<(NewGroup, Vec<usize>)> {
    let name = |part: &str| format!("groups[{row}].{part}");
    let mut deputies = Vec::new();
    let mut rows = Vec::new();
    let directory = state.directory();
    let mut is_touched = !reader.typed.get(&name("label")).is_empty();
    for place in 0..reader.typed.rows(&name("deputies")) {
        let field = |part: &str| format!("groups[{row}].deputies[{place}].{part}");
        let deputy: Option<DeputyId> = reader.optional_value(&field("deputy"));
        let known = deputy.and_then(|id| directory.deputy(id));
        let typed_name = reader.optional_line(&field("name"));
        let email = reader.optional_line(&field("email"));
        if deputy.is_none() && typed_name.is_none() && email.is_none() {
            continue;
        }
        is_touched = true;
        let name = typed_name.or_else(|| known.map(|known| known.name.words(language).to_owned()));
        let name = name.unwrap_or_else(|| reader.needed(&field("name")));
        let email = email.or_else(|| known.map(|known| known.email.clone()));
        deputies.push(NewDeputy { name, email, deputy });
        rows.push(place);
    }
    if !is_touched {
        return None;
    }
    let label = reader.needed(&name("label"));
    if deputies.is_empty() {
        reader.needed(&format!("groups[{row}].deputies[0].name"));
    }
    let kind = KINDS.iter().find(|(code, _)| *code == reader.typed.get(&name("kind"))).map(|(_, kind)| *kind);
    Some((NewGroup { label, kind: kind.unwrap_or(GroupKind::Other), deputies }, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_hash_its_kind_and_its_name() {
        let file = file_of(&format!("{} application/pdf Сауал мәтіні.pdf", "ab".repeat(32))).unwrap();
        assert_eq!((file.name.as_str(), file.media_type.as_str()), ("Сауал мәтіні.pdf", "application/pdf"));
        assert_eq!(file_of(&file_value(&file)), Some(file));
        assert_eq!(file_of("xx application/pdf a"), None);
    }

    #[test]
    fn a_fault_is_shown_at_the_row_that_was_typed() {
        let rows = Rows { questions: vec![0, 3], groups: vec![(1, vec![0, 2]), (3, vec![1])] };
        assert_eq!(rows.typed("questions[1]"), "questions[3]");
        assert_eq!(rows.typed("groups"), "groups[0].label");
        assert_eq!(rows.typed("groups[1].deputies"), "groups[3].deputies[0].name");
        assert_eq!(rows.typed("groups[0].deputies[1].email"), "groups[1].deputies[2].email");
        assert_eq!(rows.typed("groups[1].label"), "groups[3].label");
        for name in ["number", "groups[9].label", "groups[0].deputies[7].email", "groups[x", "attachments[0]"] {
            assert_eq!(rows.typed(name), name);
        }
    }
}
