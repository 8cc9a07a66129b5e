//! The rows of the deliveries' page: what the events tell, and what the mail worker has written down beside it.

use directory::Language;
use inquiry::RecipientNo;
use readmodel::deliveries::{self, Attempt, Listed, Mail, Patience, State as Fate};
use readmodel::followers::Table;
use readmodel::inbound::{self, Notice};
use serde::Serialize;

use super::super::fields::say;
use super::super::wording;
use super::Visit;
use super::told::{self, Attempted, Noticed};
use crate::office::evidence::{Came, Step};
use crate::problem::Problem;

/// How long the page waits for its table, so that whoever has just done something finds it there.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// Which rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    /// Every one.
    All,
    /// Somebody has to do something.
    Urgent,
    /// On their way, or taken by a server.
    Waiting,
    /// The deputy has it.
    Delivered,
}

impl Show {
    pub(super) const ALL: [Self; 4] = [Self::All, Self::Urgent, Self::Waiting, Self::Delivered];

    pub(super) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.code() == code)
    }

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Urgent => "urgent",
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
        }
    }

    pub(super) fn words(self, language: Language) -> String {
        let (kk, ru, en) = match self {
            Self::All => ("барлығы", "все", "all"),
            Self::Urgent => ("назар аудару керек", "требуют внимания", "need attention"),
            Self::Waiting => ("жолда", "в пути", "on the way"),
            Self::Delivered => ("жеткізілді", "доставлено", "delivered"),
        };
        say(language, kk, ru, en)
    }

    pub(super) const fn wants(self, fate: Fate) -> bool {
        match self {
            Self::All => true,
            Self::Urgent => matches!(fate, Fate::Failed | Fate::NeedsHand),
            Self::Waiting => {
                matches!(
                    fate,
                    Fate::NotOrdered
                        | Fate::Ordered
                        | Fate::Retrying
                        | Fate::Accepted
                        | Fate::InMailbox
                        | Fate::PassedOn
                        | Fate::Delayed
                )
            }
            Self::Delivered => fate.is_delivered(),
        }
    }
}

/// One deputy's delivery.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    #[serde(skip)]
    pub recipient: RecipientNo,
    #[serde(skip)]
    pub fate: Fate,
    #[serde(skip)]
    pub label: String,
    #[serde(skip)]
    pub order: Option<u32>,
    pub no: u16,
    pub name: String,
    pub address: Option<String>,
    pub state: String,
    pub tone: &'static str,
    pub at: Option<String>,
    pub day: Option<String>,
    pub next: Option<String>,
    pub attempts: Vec<Attempted>,
    /// What came about its mails to the office's mailbox.
    pub notices: Vec<Notified>,
    /// Nobody knows whether the relay took the mail, and the office's mailbox has no copy.
    pub copy_is_missing: bool,
    /// It has not gone yet and should have.
    pub is_late: bool,
    /// Its personal link works.
    pub has_link: bool,
}

impl Row {
    /// Does somebody have to look at it?
    pub(super) const fn is_urgent(&self) -> bool {
        self.is_late || Show::Urgent.wants(self.fate)
    }

    /// Is it among those that are shown?
    pub(super) const fn is_among(&self, show: Show) -> bool {
        match show {
            Show::Urgent => self.is_urgent(),
            Show::All | Show::Waiting | Show::Delivered => show.wants(self.fate),
        }
    }
}

/// What came about a mail.
#[derive(Debug, Serialize)]
pub(super) struct Notified {
    #[serde(flatten)]
    pub said: Noticed,
    /// The mail that came, where its bytes are of use and still here.
    pub mail: Option<i64>,
}

/// A group of the letter's list.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    pub label: String,
    pub rows: Vec<Row>,
}

/// Rows in the groups of the letter's own list, in its order.
pub(super) fn grouped(rows: Vec<Row>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        match groups.last_mut().filter(|last| last.label == row.label) {
            Some(last) => last.rows.push(row),
            None => groups.push(Group { label: row.label.clone(), rows: vec![row] }),
        }
    }
    groups
}

impl Visit {
    pub(super) async fn rows(&self) -> Result<Vec<Row>, Problem> {
        let inquiry = self.seen.dossier.inquiry;
        if let Some(last) = self.seen.history.last() {
            let come = self.state.journal.wait_for(Table::Deliveries.name(), last.position, PATIENCE).await;
            if let Err(error) = come {
                tracing::debug!(error = %error, "the deliveries of a page were not up to date in time");
            }
        }
        let failed = |error| Problem::failure("list the deliveries of an inquiry", error);
        let listed = deliveries::with_mail(&self.state.house(), inquiry).await.map_err(failed)?;
        let tried = deliveries::attempts(&self.state.pool, inquiry).await.map_err(failed)?;
        let came = inbound::notices(&self.state.pool, inquiry).await.map_err(failed)?;
        Ok(listed.into_iter().map(|one| self.row(one, &tried, &came)).collect())
    }

    fn row(&self, listed: Listed, tried: &[Attempt], came: &[Notice]) -> Row {
        let Listed { delivery, mail } = listed;
        let (state, tone) = wording::mailed(Some(delivery.state), mail.as_ref(), self.language);
        let own = tried.iter().filter(|one| one.recipient == delivery.recipient && one.step != "transmitting");
        let at = delivery.confirmed_at.or(delivery.accepted_at).or(delivery.failed_at).or(delivery.ordered_at);
        let notices = came.iter().filter(|one| one.recipient == delivery.recipient);
        let links = &self.seen.dossier.links;
        let waits = mail.as_ref().is_some_and(Mail::waits);
        let patience = Patience::at(self.state.clock.now(), self.state.today());
        let is_over = delivery.ordered_at.is_some_and(|ordered| patience.is_over(ordered, self.seen.dossier.due()));
        Row {
            recipient: delivery.recipient,
            fate: delivery.state,
            no: delivery.recipient.0,
            order: delivery.order,
            label: delivery.label,
            name: delivery.name,
            address: delivery.address,
            state,
            tone,
            at: at.map(|at| at.to_string()),
            day: delivery.handed_on.map(|day| day.to_string()),
            copy_is_missing: mail.as_ref().is_some_and(|mail| mail.copy_is_missing),
            next: mail.and_then(|mail| mail.next_attempt_at).map(|at| at.to_string()),
            attempts: own.map(|one| told::attempted(Step::of(one), self.language)).collect(),
            notices: notices.map(|one| self.noticed(one)).collect(),
            is_late: waits && is_over,
            has_link: links.iter().any(|known| known.recipient == delivery.recipient && known.work()),
        }
    }

    fn noticed(&self, one: &Notice) -> Notified {
        let is_read_by_people = matches!(one.kind.as_str(), "answer" | "auto_reply" | "failed");
        Notified {
            said: told::noticed(Came::of(one), self.language),
            mail: (is_read_by_people && one.is_here).then_some(one.inbound),
        }
    }
}
