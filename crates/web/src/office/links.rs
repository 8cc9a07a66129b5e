//! What a deputy's personal link opens, and what may be done through it. Nobody signs in: whoever holds the link speaks for one place on one
//! list, and the journal says that they came by the link.

use directory::Actor;
use inquiry::command::{ConfirmDelivery, RecordResponse};
use inquiry::link::PersonalLink;
use inquiry::refusal::Refusal;
use inquiry::terms::ReceiptProof;
use inquiry::{Ask, Dossier, InquiryId};
use uuid::Uuid;

use super::seeing::{self, Seen};
use super::{Asked, NAMESPACE, ordering};
use crate::problem::Problem;
use crate::state::AppState;

/// A link that works, with what it opens.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What it stands for.
    pub link: PersonalLink,
    /// Whoever holds it, as the inquiry knows them.
    pub actor: Actor,
    /// The inquiry as it stands.
    pub seen: Seen,
    /// The inquiry as it stood when it last held a letter that was sent.
    pub held: Box<Dossier>,
}

/// Opens a link.
///
/// # Errors
/// [`Problem::LinkEnded`], the same for a text that is no link of ours and for a link that works no more; a failure.
pub async fn open(state: &AppState, token: &str) -> Result<Opened, Problem> {
    let link = state.links.read(token);
    // What is no link is looked up like one, so that the answer takes the same way and the same time.
    let known = seeing::through_link(state, link.map_or(InquiryId(Uuid::nil()), |link| link.inquiry)).await?;
    let (Some(link), Some(seen)) = (link, known) else { return Err(Problem::LinkEnded) };
    if !seen.dossier.opens(&link) {
        return Err(Problem::LinkEnded);
    }
    let actor = Actor::holder(link.into());
    let held = seeing::holding(&actor, &seen, None)?;
    Ok(Opened { link, actor, seen, held })
}

impl Opened {
    /// A request through the link. The same `key` from the same place is the same request.
    pub(super) fn asks(&self, state: &AppState, key: &str, what: &str, body: &[u8]) -> Asked {
        let PersonalLink { inquiry, recipient, order: _ } = self.link;
        let place = Uuid::new_v5(&NAMESPACE, format!("place\n{inquiry}\n{recipient}").as_bytes());
        let what = format!("{what}\n{inquiry}\n{recipient}");
        Asked::new(self.actor.clone(), state.clock.now(), place, key, &what, body, None)
    }

    async fn order(&self, state: &AppState, asked: &Asked, ask: impl Into<Ask>) -> Result<(), Problem> {
        ordering::order(state, asked, self.link.inquiry, ask.into()).await.map(|_| ())
    }
}

/// Confirms that the letter was received. Pressing twice, or after somebody else has recorded it, changes nothing.
///
/// # Errors
/// The inquiry's refusal; a failure.
pub async fn confirm(state: &AppState, opened: &Opened) -> Result<(), Problem> {
    // A letter that replaces another one goes out by a later order, and is received for itself.
    let key = format!("receipt {}", opened.seen.dossier.last_order);
    let asked = opened.asks(state, &key, "confirm-delivery", b"");
    let ask = ConfirmDelivery { recipient: opened.link.recipient, how: ReceiptProof::ByPersonalLink };
    match opened.order(state, &asked, ask).await {
        Err(Problem::Refused(refusal))
            if matches!(*refusal, Refusal::AlreadyDelivered { .. } | Refusal::NobodyWaits) =>
        {
            Ok(())
        }
        outcome => outcome,
    }
}

/// Records whether the reply satisfies. The last word counts.
///
/// # Errors
/// As [`confirm`].
pub async fn respond(
    state: &AppState,
    opened: &Opened,
    key: &str,
    satisfied: bool,
    comment: Option<String>,
) -> Result<(), Problem> {
    let body = format!("{satisfied}\n{}", comment.as_deref().unwrap_or_default());
    let asked = opened.asks(state, key, "record-response", body.as_bytes());
    opened.order(state, &asked, RecordResponse { recipient: opened.link.recipient, satisfied, comment }).await
}
