//! The visas on a version, row by row. Whoever stands in for somebody gives that one's visa, and perhaps their own as well: no rule forbids it, and whoever
//! reads the list is told whose hand it was.

use std::collections::BTreeSet;

use directory::Language;
use inquiry::event::Event;
use inquiry::state::Draft;
use inquiry::terms::{RequiredVisa, VisaKind};
use serde::Serialize;

use super::fields::say;
use super::wording::People;
use crate::office::seeing::{Seen, events_of};
use crate::problem::Problem;

/// A visa that was given, refused or is awaited.
#[derive(Debug, Serialize)]
pub(super) struct VisaRow {
    pub approver: String,
    pub kind: &'static str,
    pub state: String,
    pub tone: &'static str,
    pub remarks: Option<String>,
    /// Who decided on it in the place of whose it is.
    pub substitute: Option<String>,
    /// The visas of others that the same person gave on this version.
    pub also: Option<String>,
}

/// A visa on the current version that was given or refused, and who acted.
struct Hand {
    is_given: bool,
    kind: VisaKind,
    approver: String,
    actor: String,
}

/// Whose hands gave and refused the visas on a version, from the journal: the state knows whose visas they are.
fn hands(seen: &Seen, draft: &Draft) -> Result<Vec<Hand>, Problem> {
    let mut hands = Vec::new();
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            let (version, is_given, kind, approver) = match event {
                Event::DraftVisaed(visa) => (visa.version, true, visa.kind, visa.approver),
                Event::VisaRefused(visa) => (visa.version, false, visa.kind, visa.approver),
                _ => continue,
            };
            if version == draft.version {
                hands.push(Hand { is_given, kind, approver, actor: recorded.actor.clone() });
            }
        }
    }
    Ok(hands)
}

/// Who gave or refused a visa in the place of whose it is; none where they did it themselves.
pub(super) fn by_another(actor: &str, approver: &str, people: &People, language: Language) -> Option<String> {
    let name = people.name(actor);
    (actor != approver).then(|| match language {
        Language::Kk => format!("орынбасушы: {name}"),
        Language::Ru => format!("замещающий: {name}"),
        Language::En => format!("by the substitute {name}"),
    })
}

/// The visas of others by the hand that gave this one.
fn also(hands: &[Hand], own: &Hand, people: &People, language: Language) -> Option<String> {
    let is_other = |other: &&Hand| other.is_given && other.actor == own.actor && other.approver != own.approver;
    let others = hands.iter().filter(is_other);
    let others: BTreeSet<String> =
        others.map(|other| format!("{} ({})", people.name(&other.approver), other.kind.words(language))).collect();
    if others.is_empty() {
        return None;
    }
    let others = others.into_iter().collect::<Vec<_>>().join(", ");
    Some(match language {
        Language::Kk => format!("Сол адам мына визаны да қойған: {others}"),
        Language::Ru => format!("То же лицо поставило также визу: {others}"),
        Language::En => format!("The same person also gave the visa of {others}"),
    })
}

/// What stands on the current version, and who is missing.
///
/// # Errors
/// A failure when an event cannot be read.
pub(super) fn standing(
    seen: &Seen,
    draft: &Draft,
    missing: &[RequiredVisa],
    people: &People,
    language: Language,
) -> Result<Vec<VisaRow>, Problem> {
    let hands = hands(seen, draft)?;
    // The last one: a visa that was refused twice was refused by whoever did so last.
    let hand = |is_given: bool, kind: VisaKind, approver: &str| {
        hands.iter().rfind(|hand| hand.is_given == is_given && hand.kind == kind && hand.approver == approver)
    };
    let substitute = |hand: &Hand| by_another(&hand.actor, &hand.approver, people, language);
    let given = draft.visas.iter().map(|visa| VisaRow {
        approver: people.name(&visa.approver).to_owned(),
        kind: visa.kind.words(language),
        state: say(language, "келісті", "согласовано", "approved"),
        tone: "ok",
        remarks: None,
        substitute: hand(true, visa.kind, &visa.approver).and_then(substitute),
        also: hand(true, visa.kind, &visa.approver).and_then(|own| also(&hands, own, people, language)),
    });
    let refused = draft.refusals.iter().map(|refusal| VisaRow {
        approver: people.name(&refusal.approver).to_owned(),
        kind: refusal.kind.words(language),
        state: say(language, "бас тартты", "отказ", "refused"),
        tone: "bad",
        remarks: Some(refusal.remarks.clone()),
        substitute: hand(false, refusal.kind, &refusal.approver).and_then(substitute),
        also: None,
    });
    let awaited = missing.iter().map(|visa| VisaRow {
        approver: people.name(&visa.approver).to_owned(),
        kind: visa.kind.words(language),
        state: say(language, "күтілуде", "ожидается", "awaited"),
        tone: "warn",
        remarks: None,
        substitute: None,
        also: None,
    });
    Ok(given.chain(refused).chain(awaited).collect())
}
