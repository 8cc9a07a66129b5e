//! What was typed into the registration's form, as an inquiry that is handed in; and a refusal, at the field that it is about.

use directory::{ChamberCode, DeputyId, Language};
use inquiry::bounds::Field as Part;
use inquiry::intake::{Attachment, GroupKind};
use inquiry::refusal::Refusal;

use super::super::fields::{Fault, Reader, Typed};
use super::form::{CHANNELS, KINDS};
use crate::office::registering::{self, NewDeputy, NewGroup, NewInquiry, NewQuestion};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// The name of the boxes with the files that came with it.
pub(super) const ATTACHED: &str = "attached";

/// A label is counted in lines, which the general sentence does not say.
pub(super) fn too_many_lines(problem: &Problem, language: Language) -> Option<String> {
    let Problem::Refused(refusal) = problem else { return None };
    let Refusal::TooMany { field: Part::GroupLabel, limit, found } = refusal.as_ref() else { return None };
    Some(match language {
        Language::Kk => format!("Топтың атауы {found} жол, ең көбі {limit} жол болады. Жол үзілімдерін азайтыңыз."),
        Language::Ru => {
            format!("В названии группы строк: {found}, допускается не более {limit}. Уберите переносы строк.")
        }
        Language::En => format!("The label has {found} lines; at most {limit} are taken. Take out line breaks."),
    })
}

/// The field that the domain's refusal is about.
pub(super) fn part_of(problem: &Problem) -> Option<&'static str> {
    let Problem::Refused(refusal) = problem else {
        return match problem {
            Problem::AlreadyRegistered { .. } => Some("number"),
            _ => None,
        };
    };
    let part = match refusal.as_ref() {
        Refusal::Empty { field }
        | Refusal::TooLong { field, .. }
        | Refusal::TooMany { field, .. }
        | Refusal::HiddenCharacter { field, .. }
        | Refusal::DateOutside { field, .. } => *field,
        _ => return None,
    };
    match part {
        Part::Subject => Some("subject"),
        Part::Question | Part::Questions => Some("questions[0]"),
        Part::GroupLabel | Part::Groups => Some("groups[0].label"),
        Part::DeputyName | Part::Recipients => Some("groups[0].deputies[0].name"),
        Part::Received => Some("received"),
        _ => None,
    }
}

/// The rows of the form that were filled in, in their order: what is handed in counts only those.
pub(super) struct Rows {
    groups: Vec<(usize, Vec<usize>)>,
}

impl Rows {
    /// The form's name of a field that the office names by its place among the filled rows.
    pub(super) fn typed(&self, name: &str) -> String {
        let place = |rest: &str| -> Option<(usize, String)> {
            let (number, rest) = rest.split_once(']')?;
            Some((number.parse().ok()?, rest.to_owned()))
        };
        let translated = || {
            let (group, rest) = place(name.strip_prefix("groups[")?)?;
            let (typed_group, deputies) = self.groups.get(group)?;
            let Some(rest) = rest.strip_prefix(".deputies[") else {
                return Some(format!("groups[{typed_group}]{rest}"));
            };
            let (deputy, rest) = place(rest)?;
            Some(format!("groups[{typed_group}].deputies[{}]{rest}", deputies.get(deputy)?))
        };
        translated().unwrap_or_else(|| name.to_owned())
    }
}

pub(super) fn read(state: &AppState, typed: &Typed, language: Language) -> Result<(NewInquiry, Rows), Vec<Fault>> {
    let mut reader = Reader::new(typed, language);
    let number = reader.needed_line("number");
    if !number.is_empty() {
        // Told together with what else is missing.
        if let Err(Problem::BadField { field, what }) = registering::number(&number) {
            reader.blame(&field, &what);
        }
    }
    let (dated, received) = (reader.date("dated"), reader.date("received"));
    let chamber: Option<ChamberCode> = reader.value("chamber");
    let of_inquiry: Option<Language> = reader.value("language");
    let channel = CHANNELS.iter().find(|(code, _)| *code == typed.get("channel")).map(|(_, channel)| *channel);
    if channel.is_none() {
        reader.blame("channel", &Words::new("Тізімнен таңдаңыз.", "Выберите из списка.", "Choose from the list."));
    }
    let subject = reader.needed_line("subject");
    let questions = (0..typed.rows("questions"))
        .filter_map(|row| reader.optional(&format!("questions[{row}]")))
        .map(NewQuestion::Words)
        .collect();
    let mut groups = Vec::new();
    let mut rows = Rows { groups: Vec::new() };
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
    let new = dated.zip(received).zip(chamber).zip(of_inquiry).zip(channel);
    let new = new.map(|((((dated, received), chamber), of_inquiry), channel)| NewInquiry {
        number,
        dated,
        received,
        channel,
        chamber,
        language: of_inquiry,
        subject,
        questions,
        groups,
        attachments: Vec::new(),
        kept: attached(typed),
    });
    reader.finish(new).map(|new| (new, rows))
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
    let mut is_touched = !reader.typed.get(&name("label")).is_empty();
    for place in 0..reader.typed.rows(&name("deputies")) {
        let field = |part: &str| format!("groups[{row}].deputies[{place}].{part}");
        let deputy: Option<DeputyId> = reader.optional_value(&field("deputy"));
        let known = deputy.and_then(|id| state.directory.deputy(id));
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
    fn a_label_is_said_to_be_counted_in_lines() {
        let refused = |field| Problem::from(Refusal::TooMany { field, limit: 8, found: 9 });
        let said = too_many_lines(&refused(Part::GroupLabel), Language::En).unwrap();
        assert!(said.contains("9 lines") && said.contains("at most 8"), "{said}");
        assert_eq!(too_many_lines(&refused(Part::Questions), Language::En), None);
    }

    #[test]
    fn a_file_is_named_by_its_hash_its_kind_and_its_name() {
        let file = file_of(&format!("{} application/pdf Сауал мәтіні.pdf", "ab".repeat(32))).unwrap();
        assert_eq!((file.name.as_str(), file.media_type.as_str()), ("Сауал мәтіні.pdf", "application/pdf"));
        assert_eq!(file_of(&file_value(&file)), Some(file));
        assert_eq!(file_of("xx application/pdf a"), None);
    }

    #[test]
    fn a_fault_is_shown_at_the_row_that_was_typed() {
        let rows = Rows { groups: vec![(1, vec![0, 2]), (3, vec![1])] };
        assert_eq!(rows.typed("groups[0].deputies[1].email"), "groups[1].deputies[2].email");
        assert_eq!(rows.typed("groups[1].label"), "groups[3].label");
        for name in ["number", "groups[9].label", "groups[0].deputies[7].email", "groups[x", "attachments[0]"] {
            assert_eq!(rows.typed(name), name);
        }
    }
}
