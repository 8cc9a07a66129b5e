//! What somebody finds who sits down at a text: what lies there, or else the last version.

use std::collections::BTreeSet;

use directory::Actor;
use inquiry::InquiryId;
use jiff::Timestamp;
use letter::provenance::Source;

use super::table::{self, Place, Working};
use super::text::{Text, document};
use crate::office::drafts::{Written, body_of, contributions, versions};
use crate::office::earlier;
use crate::office::seeing::Seen;
use crate::problem::Problem;
use crate::state::AppState;

/// A text as it stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What it says.
    pub text: Text,
    /// The version that it was begun from; 0 when there was none.
    pub base: u32,
    /// The version that there is now. It is another one when somebody recorded a version that this text does not know.
    pub current: u32,
    /// Which writing of it this is; 0 when nobody has written since the version.
    pub revision: u64,
    /// Who wrote last, and when, since the version.
    pub last: Option<(String, Timestamp)>,
}

impl Standing {
    /// A newer version was recorded than the one that this text was begun from.
    #[must_use]
    pub const fn is_behind(&self) -> bool {
        self.base != self.current
    }
}

/// The text at a place as it stands.
///
/// # Errors
/// [`Problem::LetterRefused`] when the last version is no letter's text; a failure.
pub async fn standing(state: &AppState, seen: &Seen, place: &Place) -> Result<Standing, Problem> {
    let working = table::find(state, seen.dossier.inquiry, place).await?;
    match place {
        Place::Draft => of_draft(seen, working),
        Place::Contribution(ministry) => {
            let own = seen.dossier.contribution(ministry);
            let current = own.map_or(0, |own| own.version);
            let recorded = || -> Result<Text, Problem> {
                let Some(own) = own else { return Ok(Text::empty()) };
                Ok(body_of(&own.body)?.into())
            };
            over(working, current, recorded)
        }
    }
}

/// The text of the draft's last version; an empty one where there is none.
///
/// # Errors
/// [`Problem::LetterRefused`].
pub fn recorded(seen: &Seen) -> Result<Text, Problem> {
    versions(seen)?.last().map_or_else(|| Ok(Text::empty()), of_version)
}

/// The text of a version.
///
/// # Errors
/// [`Problem::LetterRefused`].
pub fn of_version(written: &Written) -> Result<Text, Problem> {
    Ok(Text { answers: written.content.answers.clone(), ..written.text(None)?.into() })
}

fn of_draft(seen: &Seen, working: Option<Working>) -> Result<Standing, Problem> {
    let current = seen.dossier.draft.as_ref().map_or(0, |draft| draft.version.0);
    over(working, current, || recorded(seen))
}

/// What lies on the desk, over the version that is recorded.
fn over(
    working: Option<Working>,
    current: u32,
    recorded: impl FnOnce() -> Result<Text, Problem>,
) -> Result<Standing, Problem> {
    let Some(working) = working else {
        return Ok(Standing { text: recorded()?, base: current, current, revision: 0, last: None });
    };
    let standing = of_working(&working, current)?;
    if standing.is_behind()
        && recorded().is_ok_and(|recorded| document(&recorded.words) == document(&standing.text.words))
    {
        // It became the version, and whoever recorded it did not come to clearing the desk.
        return Ok(Standing { base: current, ..standing });
    }
    Ok(standing)
}

fn of_working(working: &Working, current: u32) -> Result<Standing, Problem> {
    let (by, at) = (working.by.clone(), working.at);
    let text = Text::kept(&working.body)?;
    Ok(Standing { text, base: working.base, current, revision: working.revision, last: Some((by, at)) })
}

/// What a text may name: the contributions that were sent, those that a version before names, whose ministry may have left, and the paragraphs of
/// earlier answers that it claims by right.
///
/// # Errors
/// A failure when an event cannot be read; the database could not be asked.
pub async fn known_sources(
    state: &AppState,
    by: &Actor,
    seen: &Seen,
    text: &Text,
) -> Result<BTreeSet<Source>, Problem> {
    let sent = contributions(seen)?.into_iter().map(|(source, _)| source);
    let named = versions(seen)?.into_iter().flat_map(|written| written.sources).flatten();
    let mut known: BTreeSet<Source> = sent.chain(named).collect();
    let mut claims = earlier::claims(&text.written().text.to_string());
    claims.retain(|claim| !known.contains(claim));
    known.extend(earlier::claimed(state, by, seen, &claims).await?.into_iter().map(|one| one.source));
    Ok(known)
}

/// Takes the text off the desk that has just been recorded. Where that fails it is found again as what it is, the version's own text.
pub async fn recorded_now(state: &AppState, inquiry: InquiryId, place: &Place, revision: u64) {
    if let Err(error) = table::take_away(state, inquiry, place, revision).await {
        tracing::warn!(%error, "a working text that was recorded still lies on the desk");
    }
}
