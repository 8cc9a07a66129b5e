//! Taking contributions into the text of a new version: each of their blocks keeps the name of where it came from.

use std::collections::BTreeSet;

use directory::Language;
use inquiry::state::ContributionStatus;
use letter::Body;
use letter::markdown;
use letter::provenance::{Source, Sourced};

use super::super::editing::sources;
use super::super::fields::{Fault, Field, Group, Typed, say};
use super::super::text;
use crate::office::drafts::{contributions, joined, source_of};
use crate::office::seeing::Seen;
use crate::problem::Problem;
use crate::state::AppState;

/// The boxes and the button that takes in what they say.
pub(super) const TAKE_IN: &str = "take_in";

/// The boxes for the contributions that the text does not have yet; none when it has all of them.
///
/// # Errors
/// A failure when a contribution cannot be named.
pub(super) fn offered(
    state: &AppState,
    seen: &Seen,
    text: &Sourced,
    language: Language,
) -> Result<Option<Group>, Problem> {
    let had: BTreeSet<&Source> = text.contributions();
    let mut choices = Vec::new();
    for known in &seen.dossier.contributions {
        let is_wanted = match known.status {
            ContributionStatus::Submitted | ContributionStatus::Accepted => true,
            ContributionStatus::Returned { .. } => false,
        };
        let source = source_of(&known.ministry, known.version)?;
        if is_wanted && !had.contains(&source) && text::kept(&known.body).is_some() {
            let mut words = sources::contribution(state, &source, language);
            if known.status == ContributionStatus::Accepted {
                words.push_str(&say(language, " (қабылданған)", " (принято)", " (accepted)"));
            }
            choices.push((source.to_string(), words));
        }
    }
    if choices.is_empty() {
        return Ok(None);
    }
    let label = say(
        language,
        "Мәтінде әлі жоқ ұсыныстар",
        "Предложения, которых в тексте ещё нет",
        "Contributions that the text does not have yet",
    );
    let button = say(
        language,
        "Таңдалғанын мәтіннің соңына қосу",
        "Добавить выбранные в конец текста",
        "Put the chosen ones at the end of the text",
    );
    Ok(Some(Group::plain(vec![Field::checks(TAKE_IN, label, choices)]).with_more(TAKE_IN, button)))
}

/// What was typed, with the chosen contributions behind the text.
///
/// # Errors
/// The faults of the text as it was typed: nothing can be put behind what cannot be read.
pub(super) fn taken_in(seen: &Seen, typed: &Typed, language: Language) -> Result<Result<Typed, Vec<Fault>>, Problem> {
    let chosen: Vec<Source> = typed.all(TAKE_IN).into_iter().filter_map(|name| name.parse().ok()).collect();
    let body = typed.all("body").first().map_or_else(String::new, |body| body.replace("\r\n", "\n"));
    let mut whole = if body.trim().is_empty() {
        Sourced::from(Body { blocks: Vec::new() })
    } else {
        match text::read(&body, language) {
            Ok(sourced) => sourced,
            Err(faults) => return Ok(Err(faults.into_iter().map(|what| Fault::at("body", what)).collect())),
        }
    };
    let known = contributions(seen)?;
    for source in chosen {
        if let Some((_, body)) = known.iter().find(|(known, _)| *known == source) {
            whole = joined(whole, Sourced::consolidated([(Some(source), body.clone())]));
        }
    }
    let body = markdown::write_typed(&whole).trim_end().to_owned();
    let mut fields: Vec<(String, String)> =
        typed.0.iter().filter(|(name, _)| name != TAKE_IN && name != "body").cloned().collect();
    fields.push(("body".to_owned(), body));
    Ok(Ok(Typed(fields)))
}
