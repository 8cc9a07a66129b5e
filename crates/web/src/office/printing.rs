//! Can it be printed? Asked before anything is recorded: what no letter can say is refused where it is written, and not weeks later
//! where the letter is set.

use std::sync::Arc;

use inquiry::content::DraftContent;
use inquiry::intake::Intake;
use inquiry::{Dossier, DraftVersion};
use letter::error::Fault;
use letter::kinds::reply::{Executor, InquiryReference, RecipientList, Recipients, ReplyFacts, Signatory};
use letter::model::Group;
use letter::{LetterError, Refusal};

use super::at_work;
use super::letters::{chamber, facts_with, in_letter, refused, set_pdf, unset, with_number_sign};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// Words of a trial letter that every font has.
const PLAIN: &str = "A";

/// Refuses an inquiry whose number, subject, labels or names no reply could print: a reply of one paragraph is composed from it.
pub(super) async fn answerable(state: &AppState, intake: &Intake) -> Result<(), Problem> {
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
        chamber: chamber(&intake.chamber)?,
        inquiry: InquiryReference { number: with_number_sign(intake.number.printed()), dated: intake.dated },
        also: Vec::new(),
        subject: intake.subject.clone(),
        recipients: Recipients::List(RecipientList { groups: groups.collect() }),
        body: letter::body::parse(&body).map_err(|fault| refused(&fault.into()))?,
        signatory: Signatory { post: vec![PLAIN.to_owned()], name: PLAIN.to_owned(), acting: false },
        executor: Executor { name: PLAIN.to_owned(), phone: PLAIN.to_owned() },
        dated: intake.received,
        registration: None,
        verify: None,
        annexes: Vec::new(),
        draft: true,
    };
    let engine = Arc::clone(&state.engine);
    at_work("compose a trial letter", move || match engine.compose_reply(&facts) {
        Ok(_) => Ok(()),
        Err(LetterError::Refused(refusal)) => Err(named(&refusal)),
        Err(error) => Err(unset(error)),
    })
    .await
}

/// Refuses a draft that could not be laid before anybody: the whole letter is set once, the body's other languages are composed.
pub(super) async fn settable(state: &AppState, dossier: &Dossier, content: &DraftContent) -> Result<(), Problem> {
    let version = dossier.draft.as_ref().map_or(DraftVersion(1), |draft| draft.version);
    let facts = facts_with(state, dossier, content, version)?;
    for text in &content.translations {
        let body = letter::body::parse(&text.body).map_err(|fault| refused(&fault.into()))?;
        let facts = ReplyFacts { body, ..facts.clone() };
        let engine = Arc::clone(&state.engine);
        at_work("compose a trial letter", move || engine.compose_reply(&facts).map(drop).map_err(unset)).await?;
    }
    set_pdf(&state.engine, facts).await.map(drop)
}

/// The letter's refusal as one of the field that the inquiry was handed in with.
fn named(refusal: &Refusal) -> Problem {
    let Some(field) = field_of(&refusal.at) else {
        return Problem::LetterRefused { what: refusal.to_string() };
    };
    let what = match &refusal.fault {
        Fault::Unprintable { character } => {
            let character = format!("«{character}» (U+{:04X})", u32::from(*character));
            Words::new(
                format!("{character} таңбасын хатқа басып шығару мүмкін емес: қаріптерде ондай таңба жоқ."),
                format!("Знак {character} нельзя напечатать в письме: в шрифтах его нет."),
                format!("The character {character} cannot be printed in a letter: the fonts do not have it."),
            )
        }
        fault => Words::new(
            format!("Мұны хатқа басып шығару мүмкін емес ({fault})."),
            format!("Это нельзя напечатать в письме ({fault})."),
            format!("This cannot be printed in a letter ({fault})."),
        ),
    };
    Problem::BadField { field, what }
}

/// The field of a registration that a place of the letter's facts is made from.
fn field_of(at: &str) -> Option<String> {
    let steps: Vec<&str> = at.trim_start_matches('/').split('/').collect();
    match steps.as_slice() {
        ["subject", ..] => Some("subject".to_owned()),
        ["inquiry", ..] => Some("number".to_owned()),
        ["recipients", "list", rest @ ..] | ["recipients", rest @ ..] => match rest {
            ["groups", group, "members", member, ..] => Some(format!("groups[{group}].deputies[{member}].name")),
            ["groups", group, "lines", ..] => Some(format!("groups[{group}].label")),
            ["groups", group, ..] => Some(format!("groups[{group}]")),
            _ => Some("groups".to_owned()),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_the_letter_is_a_field_of_the_registration() {
        for (at, field) in [
            ("/subject", Some("subject")),
            ("/inquiry/number", Some("number")),
            ("/recipients/list/groups/1/members/2", Some("groups[1].deputies[2].name")),
            ("/recipients/groups/0/lines/1", Some("groups[0].label")),
            ("/recipients/list/groups", Some("groups")),
            ("/body/blocks/0", None),
        ] {
            assert_eq!(field_of(at).as_deref(), field, "{at}");
        }
    }
}
