//! An inquiry at two moments: of both what a person compares, and what happened between them.

use directory::{Actor, MinistryCode};
use eventstore::Recorded;
use inquiry::state::ContributionStatus;
use inquiry::{Dossier, InquiryId, StageName};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::seeing::{self, Seen};
use crate::moment::{Asked, Moment};
use crate::problem::Problem;
use crate::state::AppState;

/// Two moments as an address has them, each in one field or in two. Without a second one it is now.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(crate) struct TwoAsked {
    /// The first moment: RFC 3339, a day, a day and a minute in Astana, or as a link has it.
    #[serde(default)]
    pub from: String,
    /// Its day, as a form sends it.
    #[serde(default)]
    pub from_day: String,
    /// The time of that day.
    #[serde(default)]
    pub from_time: String,
    /// The second moment; now without it.
    #[serde(default)]
    pub until: String,
    /// Its day, as a form sends it.
    #[serde(default)]
    pub until_day: String,
    /// The time of that day.
    #[serde(default)]
    pub until_time: String,
}

/// Two moments, the earlier one first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Two {
    /// The earlier.
    pub from: Moment,
    /// The later.
    pub until: Moment,
    /// The later is now.
    pub is_until_now: bool,
}

impl TwoAsked {
    /// Understands them; without a first one it is `usual`.
    ///
    /// # Errors
    /// [`Problem::BadParameter`] for what is no moment; a failure.
    pub(crate) async fn read(&self, state: &AppState, usual: Moment) -> Result<Two, Problem> {
        let asked = |at: &str, day: &str, time: &str| Asked {
            as_of_day: day.to_owned(),
            as_of_time: time.to_owned(),
            ..Asked::of(at)
        };
        let from = asked(&self.from, &self.from_day, &self.from_time).moment(state).await?.unwrap_or(usual);
        let asked = asked(&self.until, &self.until_day, &self.until_time).moment(state).await?;
        let until = match asked {
            Some(until) => until,
            None => Moment::now(state).await?,
        };
        let is_until_now = asked.is_none();
        let (from, until) =
            if (from.at, from.position) <= (until.at, until.position) { (from, until) } else { (until, from) };
        Ok(Two { from, until, is_until_now })
    }
}

/// An inquiry at two moments.
pub(crate) struct Compared {
    /// How it stood at the first; none: it had not come in yet.
    pub was: Option<Seen>,
    /// How it stood at the second.
    pub is: Seen,
}

impl Compared {
    /// What happened between them, in order.
    pub(crate) fn events(&self) -> &[Recorded] {
        let known = self.was.as_ref().map_or(0, |was| was.history.len());
        self.is.history.get(known..).unwrap_or_default()
    }
}

/// An inquiry at two moments, for somebody who may see it now; without a first one since it came in.
///
/// # Errors
/// [`Problem::NoSuchInquiry`], [`Problem::BadParameter`] for what is no moment, [`Problem::NotThereYet`] when it had not come in at the second
/// either; a failure.
pub(crate) async fn compared(
    state: &AppState,
    actor: &Actor,
    inquiry: InquiryId,
    asked: &TwoAsked,
) -> Result<(Two, Compared), Problem> {
    let now = seeing::now(state, actor, inquiry).await?;
    let first = now.history.first().and_then(|first| seeing::moment_of(&now, first.version));
    let two = asked.read(state, first.ok_or(Problem::NoSuchInquiry)?).await?;
    let is = seeing::at(&now, two.until)?;
    let was = match seeing::at(&now, two.from) {
        Ok(was) => Some(was),
        Err(Problem::NotThereYet { .. }) => None,
        Err(problem) => return Err(problem),
    };
    Ok((two, Compared { was, is }))
}

/// How an inquiry stood: what is compared of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Stood {
    /// Where it stood.
    pub state: StageName,
    /// The Office's incoming number.
    pub incoming_number: Option<String>,
    /// The clock ran.
    pub on_control: bool,
    /// When the reply was due.
    pub due: Option<Date>,
    /// The lead executor.
    pub lead: Option<MinistryCode>,
    /// When the lead's draft was due.
    pub lead_due: Option<Date>,
    /// Those who helped.
    pub co_executors: Vec<MinistryCode>,
    /// Those of them whose contribution the lead had accepted.
    pub contributed: Vec<MinistryCode>,
    /// The version of the draft.
    pub draft_version: Option<u32>,
    /// The accounts whose visas stood on that version.
    pub visas: Vec<String>,
    /// The number of the letter in force.
    pub outgoing_number: Option<String>,
    /// How many deputies were to be answered.
    pub recipients: usize,
    /// How many of them had the letter.
    pub delivered: usize,
}

impl Stood {
    /// From a dossier.
    pub(crate) fn of(dossier: &Dossier) -> Self {
        let assignment = dossier.assignment.as_ref();
        let accepted = |ministry: &MinistryCode| {
            let sent = dossier.contribution(ministry);
            sent.is_some_and(|sent| matches!(sent.status, ContributionStatus::Accepted))
        };
        let co: Vec<MinistryCode> = assignment
            .map(|known| known.co_executors.iter().map(|co| co.ministry.clone()).collect())
            .unwrap_or_default();
        Self {
            state: dossier.stage.name(),
            incoming_number: dossier.incoming_number.clone(),
            on_control: dossier.watch().is_some(),
            due: dossier.due(),
            lead: assignment.map(|known| known.lead.clone()),
            lead_due: assignment.map(|known| known.lead_due),
            contributed: co.iter().filter(|ministry| accepted(ministry)).cloned().collect(),
            co_executors: co,
            draft_version: dossier.draft.as_ref().map(|draft| draft.version.0),
            visas: dossier
                .draft
                .as_ref()
                .map(|draft| draft.visas.iter().map(|visa| visa.approver.clone()).collect())
                .unwrap_or_default(),
            outgoing_number: dossier.letter().map(|letter| letter.number.clone()),
            recipients: dossier.recipients().count(),
            delivered: dossier
                .dispatched()
                .map_or(0, |sent| sent.deliveries.iter().filter(|delivery| delivery.state.is_delivered()).count()),
        }
    }
}
