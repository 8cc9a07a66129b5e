//! Can it be printed? Asked before anything is recorded: what no letter can say is refused where it is written, and not weeks later
//! where the letter is set.

use std::sync::Arc;

use directory::Language;
use inquiry::Dossier;
use inquiry::content::DraftContent;
use inquiry::intake::Intake;
use letter::error::Fault;
use letter::kinds::reply::{Chamber, Executor, InquiryReference, RecipientList, Recipients, ReplyFacts, Signatory};
use letter::model::Group;
use letter::{Engine, LetterError, Refusal};

use super::at_work;
use super::letters::{chamber, facts_with, in_letter, refused, set_pdf, unset, with_number_sign};
use crate::problem::{FieldFault, Problem};
use crate::speech::Words;
use crate::state::AppState;

/// Words of a trial letter that every font has.
const PLAIN: &str = "A";
/// The most fields that are told at once: for each a trial letter is composed.
const MOST_FAULTS: usize = 10;

/// The fields of an inquiry that no reply could print, ten at once at the most, its number, subject, labels and names: a reply of one paragraph is composed from it, and what it
/// refuses is told and put right, until it refuses nothing more.
pub(super) async fn answerable(state: &AppState, intake: &Intake) -> Result<Vec<FieldFault>, Problem> {
    let body = serde_json::json!({
        "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": PLAIN }] }],
    });
    let groups = intake.groups.iter().map(|group| Group {
        lines: group.label_lines.clone(),
        members: group.deputies.iter().map(|deputy| deputy.name.clone()).collect(),
    });
    let facts = ReplyFacts {
        language: in_letter(intake.language),
        letterhead: None,
        // One that is unknown is told where it is read; the letters of all are printed alike.
        chamber: chamber(&intake.chamber).unwrap_or(Chamber::Mazhilis),
        inquiry: InquiryReference { number: with_number_sign(intake.number.printed()), dated: intake.dated },
        also: Vec::new(),
        subject: intake.subject.clone(),
        recipients: Recipients::List(RecipientList { groups: groups.collect() }),
        body: letter::body::parse(&body).map_err(|fault| refused(&fault.into()))?,
        cosignatories: Vec::new(),
        signatory: Signatory { post: vec![PLAIN.to_owned()], name: PLAIN.to_owned(), acting: false },
        executor: Executor { name: PLAIN.to_owned(), phone: PLAIN.to_owned() },
        dated: intake.received,
        registration: None,
        verify: None,
        annexes: Vec::new(),
        draft: true,
    };
    let engine = Arc::clone(&state.engine);
    at_work("compose a trial letter", move || told(&engine, facts)).await
}

/// Every field for which the letter is refused. What no field is to blame for is told once none is any more.
fn told(engine: &Engine, mut facts: ReplyFacts) -> Result<Vec<FieldFault>, Problem> {
    let mut faults = Vec::new();
    while faults.len() < MOST_FAULTS {
        let refusal = match engine.compose_reply(&facts) {
            Ok(_) => break,
            Err(LetterError::Refused(refusal)) => refusal,
            Err(error) => return Err(unset(error)),
        };
        let Some(field) = field_of(&refusal.at) else {
            if faults.is_empty() {
                return Err(Problem::LetterRefused { what: refusal.to_string() });
            }
            break;
        };
        faults.push(FieldFault { field, what: unprintable(&refusal), refusal: None });
        // A list that is refused as a whole hides what stands in it.
        let Some(text) = text_at(&mut facts, &refusal.at) else { break };
        PLAIN.clone_into(text);
    }
    Ok(faults)
}

/// Refuses a draft that could not be laid before anybody: the whole letter is set once, the body's other languages are composed.
pub(super) async fn settable(state: &AppState, dossier: &Dossier, content: &DraftContent) -> Result<(), Problem> {
    let facts = facts_with(state, dossier, content)?;
    for text in &content.translations {
        let body = letter::body::parse(&text.body).map_err(|fault| refused(&fault.into()))?;
        let facts = ReplyFacts { body, ..facts.clone() };
        let engine = Arc::clone(&state.engine);
        at_work("compose a trial letter", move || engine.compose_reply(&facts).map(drop).map_err(unset)).await?;
    }
    set_pdf(&state.engine, facts).await.map(drop)
}

/// Why a field cannot be printed.
fn unprintable(refusal: &Refusal) -> Words {
    if let Fault::Unprintable { character } = &refusal.fault {
        let character = format!("«{character}» (U+{:04X})", u32::from(*character));
        return Words::new(
            format!("{character} таңбасын хатқа басып шығару мүмкін емес: қаріптерде ондай таңба жоқ."),
            format!("Знак {character} нельзя напечатать в письме: в шрифтах его нет."),
            format!("The character {character} cannot be printed in a letter: the fonts do not have it."),
        );
    }
    let why = |language| refusal.words(in_letter(language));
    Words::new(
        format!("Мұны хатқа басып шығару мүмкін емес: {}.", why(Language::Kk)),
        format!("Это нельзя напечатать в письме: {}.", why(Language::Ru)),
        format!("This cannot be printed in a letter: {}.", why(Language::En)),
    )
}

/// The field of a registration that a place of the letter's facts is made from.
fn field_of(at: &str) -> Option<String> {
    let steps: Vec<&str> = at.trim_start_matches('/').split('/').collect();
    match steps.as_slice() {
        ["subject", ..] => Some("subject".to_owned()),
        ["inquiry", ..] => Some("number".to_owned()),
        ["recipients", "list", rest @ ..] | ["recipients", rest @ ..] => match rest {
            ["groups", group, "members", member, ..] => Some(format!("groups[{group}].deputies[{member}].name")),
            ["groups", group, "members"] => Some(format!("groups[{group}].deputies")),
            ["groups", group, "lines", ..] => Some(format!("groups[{group}].label")),
            ["groups", group, ..] => Some(format!("groups[{group}]")),
            _ => Some("groups".to_owned()),
        },
        _ => None,
    }
}

/// The text at a place of the letter's facts.
fn text_at<'a>(facts: &'a mut ReplyFacts, at: &str) -> Option<&'a mut String> {
    let steps: Vec<&str> = at.trim_start_matches('/').split('/').collect();
    let Recipients::List(RecipientList { groups }) = &mut facts.recipients else { return None };
    match steps.as_slice() {
        ["subject"] => Some(&mut facts.subject),
        ["inquiry", "number"] => Some(&mut facts.inquiry.number),
        ["recipients", "list", "groups", group, part, place] => {
            let group = groups.get_mut(group.parse::<usize>().ok()?)?;
            let texts = if *part == "members" { &mut group.members } else { &mut group.lines };
            texts.get_mut(place.parse::<usize>().ok()?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(number: &str, signatory: &str) -> ReplyFacts {
        let body = serde_json::json!({
            "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": PLAIN }] }],
        });
        let day = jiff::civil::date(2023, 9, 20);
        ReplyFacts {
            language: letter::model::Language::Kk,
            letterhead: None,
            chamber: Chamber::Mazhilis,
            inquiry: InquiryReference { number: number.to_owned(), dated: day },
            also: Vec::new(),
            subject: PLAIN.to_owned(),
            recipients: Recipients::List(RecipientList {
                groups: vec![Group { lines: vec![PLAIN.to_owned()], members: vec![PLAIN.to_owned()] }],
            }),
            body: letter::body::parse(&body).unwrap(),
            cosignatories: Vec::new(),
            signatory: Signatory { post: vec![PLAIN.to_owned()], name: signatory.to_owned(), acting: false },
            executor: Executor { name: PLAIN.to_owned(), phone: PLAIN.to_owned() },
            dated: day,
            registration: None,
            verify: None,
            annexes: Vec::new(),
            draft: true,
        }
    }

    #[test]
    fn what_no_field_is_to_blame_for_takes_nothing_from_the_faults_that_were_found() {
        let engine = Engine::new().unwrap();
        let fields = |told: Result<Vec<FieldFault>, Problem>| {
            told.map(|faults| faults.into_iter().map(|fault| fault.field).collect::<Vec<_>>())
        };
        assert_eq!(fields(told(&engine, facts("№ДС-1", PLAIN))).unwrap(), [""; 0]);
        assert_eq!(fields(told(&engine, facts("№ДС-☃", "☃"))).unwrap(), ["number"]);
        assert!(matches!(told(&engine, facts("№ДС-1", "☃")), Err(Problem::LetterRefused { .. })));
    }

    #[test]
    fn a_place_of_the_letter_is_a_field_of_the_registration() {
        for (at, field) in [
            ("/subject", Some("subject")),
            ("/inquiry/number", Some("number")),
            ("/recipients/list/groups/1/members/2", Some("groups[1].deputies[2].name")),
            ("/recipients/groups/0/lines/1", Some("groups[0].label")),
            ("/recipients/list/groups/0/members", Some("groups[0].deputies")),
            ("/recipients/list/groups", Some("groups")),
            ("/body/blocks/0", None),
        ] {
            assert_eq!(field_of(at).as_deref(), field, "{at}");
        }
    }
}
