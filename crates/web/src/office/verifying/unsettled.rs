//! What the register of letters does not have yet: it follows the journal, and may be behind it or have set an inquiry aside. Before somebody is told that there is no such
//! letter, those inquiries are asked themselves.

use std::collections::BTreeSet;
use std::time::Duration;

use eventstore::FollowError;
use inquiry::{EventName, InquiryId};
use readmodel::followers::Table;

use super::super::seeing;
use super::super::unread;
use super::known::Known;
use crate::problem::Problem;
use crate::state::AppState;

/// More inquiries than this are not read for one question; the register catches up with them by itself.
const MOST: usize = 32;
/// How long the register is waited for when it is further behind.
const PATIENCE: Duration = Duration::from_secs(3);
/// What a letter is made of (`readmodel::letters`).
const KINDS: [EventName; 3] = [EventName::ReplySigned, EventName::OutgoingNumberAssigned, EventName::ReplyReplaced];

/// What is not settled at a moment. Whoever asks the register once more after this misses nothing: what is not named here stands in it by then.
pub(super) struct Unsettled {
    inquiries: BTreeSet<InquiryId>,
}

impl Unsettled {
    /// Looks how far the register is.
    ///
    /// # Errors
    /// [`Problem::NotKnownYet`] when it is too far behind, and stays there.
    pub(super) async fn now(state: &AppState) -> Result<Self, Problem> {
        if let Some(few) = Self::few(state).await? {
            return Ok(few);
        }
        let head = state.journal.head().await.map_err(unread)?;
        match state.journal.wait_for(Table::Letters.name(), head.position, PATIENCE).await {
            Ok(()) => Self::few(state).await?.ok_or(Problem::NotKnownYet),
            Err(FollowError::Behind { .. }) => Err(Problem::NotKnownYet),
            Err(FollowError::Store(error)) => Err(unread(error)),
            Err(error) => Err(Problem::failure("wait for the register of letters", error)),
        }
    }

    /// None: more than are read.
    async fn few(state: &AppState) -> Result<Option<Self>, Problem> {
        let name = Table::Letters.name();
        let reached = state.journal.follower_position(name).await.map_err(unread)?;
        let parked = state.journal.parked(name, None).await.map_err(unread)?;
        let kinds = KINDS.map(EventName::stored);
        let limit = i64::try_from(MOST).unwrap_or(i64::MAX).saturating_add(1);
        let behind = state.journal.streams_after(reached, &kinds, limit).await.map_err(unread)?;
        let streams = behind.iter().chain(parked.iter().map(|parked| &parked.key));
        let inquiries: BTreeSet<InquiryId> = streams.filter_map(|stream| InquiryId::of_stream(stream)).collect();
        Ok((inquiries.len() <= MOST).then_some(Self { inquiries }))
    }

    /// The letters of these inquiries that are asked for, as the journal has them.
    ///
    /// # Errors
    /// [`Problem::NotKnownYet`] when none is, and an inquiry cannot be read: it may be that one.
    pub(super) async fn letters(
        &self,
        state: &AppState,
        is_asked: impl Fn(&Known) -> bool,
    ) -> Result<Vec<Known>, Problem> {
        let mut found = Vec::new();
        let mut is_unread = false;
        for inquiry in &self.inquiries {
            let read = match seeing::through_link(state, *inquiry).await {
                Ok(Some(seen)) => Known::all(*inquiry, &seen),
                Ok(None) => Ok(Vec::new()),
                Err(problem) => Err(problem),
            };
            match read {
                Ok(letters) => found.extend(letters.into_iter().filter(|letter| is_asked(letter))),
                Err(problem @ Problem::Unavailable { .. }) => return Err(problem),
                Err(problem) => {
                    tracing::error!(%inquiry, error = &problem as &dyn std::error::Error, "an inquiry that the register of letters has set aside cannot be read");
                    is_unread = true;
                }
            }
        }
        if found.is_empty() && is_unread { Err(Problem::NotKnownYet) } else { Ok(found) }
    }
}
