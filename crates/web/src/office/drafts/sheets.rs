//! A ministry's contribution as a Word file: the task, the day and the questions in front, the text as it stands below them.

use std::sync::Arc;

use directory::{Actor, Language, MinistryCode, dates};
use inquiry::intake::{Intake, Question};
use inquiry::state::ContributionStatus;
use letter::Body;
use letter::sheet::Sheet;

use super::super::at_work;
use super::super::letters::{in_letter, unset};
use super::super::seeing::{self, Seen};
use super::body_of;
use crate::desk::standing;
use crate::desk::table::Place;
use crate::problem::Problem;
use crate::state::AppState;

/// The text that stands: what the ministry is writing, or else what it handed in last; none where it has written nothing.
///
/// # Errors
/// [`Problem::LetterRefused`] when it is no letter's text; a failure.
pub async fn standing(state: &AppState, seen: &Seen, ministry: &MinistryCode) -> Result<Option<Body>, Problem> {
    let standing = standing::standing(state, seen, &Place::Contribution(ministry.clone())).await?;
    // What is written lies over what was handed in; where another one was handed in since, that is what a new one takes the place of.
    if standing.is_behind() {
        return seen.dossier.contribution(ministry).map(|own| body_of(&own.body)).transpose();
    }
    Ok(Some(standing.text.words.body).filter(|body| !body.blocks.is_empty()))
}

/// What a ministry is asked, in the inquiry's own language, without a text; none where it is asked for nothing. What joined the inquiry is answered by the
/// same reply: its questions stand behind, under its own number, as far as whoever takes the file may read them.
///
/// # Errors
/// A failure.
pub async fn sheet(
    state: &AppState,
    by: &Actor,
    seen: &Seen,
    ministry: &MinistryCode,
) -> Result<Option<Sheet>, Problem> {
    let joined = seeing::joined(state, by, &seen.dossier, &seen.dossier).await?;
    Ok(of(state, seen, &joined, ministry))
}

fn of(state: &AppState, seen: &Seen, joined: &[Seen], ministry: &MinistryCode) -> Option<Sheet> {
    let dossier = &seen.dossier;
    let co_executors = dossier.assignment.iter().flat_map(|known| &known.co_executors);
    let asked = co_executors.into_iter().find(|co| co.ministry == *ministry)?;
    let (intake, language) = (&*dossier.intake, dossier.intake.language);
    let say = |kk: &str, ru: &str, en: &str| match language {
        Language::Kk => kk.to_owned(),
        Language::Ru => ru.to_owned(),
        Language::En => en.to_owned(),
    };
    let named = |intake: &Intake| {
        format!("{}, {}. {}", intake.number.shown(), dates::words(intake.dated, language), intake.subject)
    };
    let question = |question: &Question| format!("{}. {}", question.no, question.text);
    let mut lines = vec![
        named(intake),
        format!("{}: {}", say("Тапсырма", "Поручение", "The task"), asked.task),
        format!("{}: {}", say("Мерзімі", "Срок", "Due"), dates::words(asked.due, language)),
    ];
    let returned = dossier.contribution(ministry).map(|own| &own.status);
    if let Some(ContributionStatus::Returned { reason }) = returned {
        lines.push(format!("{}: {reason}", say("Қайтару себебі", "Причина возврата", "Why it came back")));
    }
    lines.push(say("Сауалдың сұрақтары:", "Вопросы запроса:", "The inquiry's questions:"));
    lines.extend(intake.questions.iter().map(question));
    for other in joined.iter().map(|other| &*other.dossier.intake) {
        let asks = say("Осыған қосылған сауал", "Присоединённый запрос", "An inquiry that joined this one");
        lines.push(format!("{asks}: {}", named(other)));
        lines.extend(other.questions.iter().map(question));
    }
    let directory = state.directory();
    let name = directory.ministry(ministry);
    Some(Sheet {
        language: in_letter(language),
        title: format!("{} {}", say("Ұсыныс", "Предложение", "Contribution"), intake.number.normal()),
        whose: vec![name.map_or_else(|| ministry.to_string(), |known| known.name.words(language).to_owned())],
        asked: lines.iter().map(|line| one_line(line)).collect(),
        dated: intake.dated,
        body: Body { blocks: Vec::new() },
    })
}

/// As a file has it, whose lines know no line breaks.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The Word file, with the text below what is asked.
///
/// # Errors
/// A failure of ours.
pub async fn word_file(state: &AppState, sheet: Sheet, text: Option<Body>) -> Result<Vec<u8>, Problem> {
    let sheet = Sheet { body: text.unwrap_or(Body { blocks: Vec::new() }), ..sheet };
    let engine = Arc::clone(&state.engine);
    at_work("write a contribution for Word", move || engine.sheet(&sheet).map_err(unset)).await
}
