//! What somebody asks of a proposal, in the imperative.

use directory::Actor;

use super::{ProposalId, Source};
use crate::ids::InquiryId;

/// How many proposals of one place may wait at a time.
pub const MOST_WAITING: usize = 3;

/// A command with who gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalCommand {
    /// Who asks, with the roles held at that moment.
    pub by: Actor,
    /// What is asked.
    pub ask: ProposalAsk,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposalAsk {
    /// Hand one in. By whoever holds the deputy's personal link; what came by mail, by our own worker.
    Receive {
        /// Its identity.
        proposal: ProposalId,
        /// Where it comes from.
        source: Source,
        /// What is asked, point by point; of a mail nothing, a clerk reads it.
        questions: Vec<String>,
        /// How many from the same place wait already, as the edge has counted them.
        waiting: usize,
    },
    /// Record that an inquiry was made of it. By a clerk.
    Take {
        /// The inquiry.
        inquiry: InquiryId,
    },
    /// Dismiss it. By a clerk.
    Dismiss {
        /// Why, as whoever sent it is told.
        reason: String,
    },
}
