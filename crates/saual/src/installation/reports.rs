//! Reports by mail: counted on the mornings of working days for whoever wants them, and put into the queue of mail.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Pool;
use dispatch::reports::{Every, Queued, ReportContent, ReportMail, queue};
use jiff::civil::Time;
use web::Clock;
use web::report_mails::{self, Due};

use super::Installation;
use crate::stop::Stop;

/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(300);

/// Whoever tells reports by mail.
pub struct ReportMails {
    state: web::State,
    pool: Pool,
    clock: Arc<dyn Clock>,
    /// The hour of the house's morning mail.
    at: Time,
    domain: String,
}

impl ReportMails {
    /// Of this installation.
    #[must_use]
    pub fn of(installation: &Installation) -> Self {
        Self {
            state: installation.state.clone(),
            pool: installation.pool.clone(),
            clock: installation.clock.clone(),
            at: installation.config.notices.at,
            domain: installation.config.mail.hello_name.clone(),
        }
    }

    /// Tells until told to stop.
    pub(super) async fn run(self, stop: Stop) {
        loop {
            match self.look().await {
                Ok(0) => {}
                Ok(told) => tracing::info!(told, "reports were put into the queue of mail"),
                Err(error) => tracing::warn!(error = format!("{error:#}"), "reports were not told by mail"),
            }
            tokio::select! {
                biased;
                () = stop.pulled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Puts into the queue what is due now; how many mails.
    ///
    /// # Errors
    /// The database does not answer. What was not told is due the next time.
    pub async fn look(&self) -> anyhow::Result<u64> {
        let now = inquiry::time::civil_of(self.clock.now());
        let is_morning = self.state.directory().calendar().is_working(now.date()).0 && now.time() >= self.at;
        if !is_morning {
            return Ok(0);
        }
        // What fails for one keeps no other's report back; it is due again at the next look.
        let (mut told, mut failure) = (0, None);
        for due in report_mails::due(&self.state, now.date()).await.map_err(uncounted)? {
            match self.tell(&due).await {
                Ok(queued) => told += u64::from(queued == Queued::Yes),
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(told), Err)
    }

    async fn tell(&self, due: &Due) -> anyhow::Result<Queued> {
        let told = report_mails::told(&self.state, due).await.map_err(uncounted)?;
        let every = Every::ALL.into_iter().find(|every| every.code() == due.every);
        let Some(every) = every else { return Ok(Queued::Nobody) };
        let content = ReportContent {
            from: due.from,
            until: due.until,
            ministry: told.ministry,
            heads: told.heads,
            rows: told.rows,
            page: told.page,
        };
        let mail = ReportMail {
            account: due.account.id,
            every,
            domain: &self.domain,
            language: due.account.language,
            content: &content,
        };
        Ok(queue(&self.pool, &mail, self.clock.now()).await?)
    }
}

/// Problems are told to people by their pages; here the log hears of one.
fn uncounted(problem: web::Problem) -> anyhow::Error {
    anyhow::Error::new(problem).context("a report could not be counted")
}
