//! What runs behind the doors: a follower for every table, the reactions, the mail worker, and whoever reads the mailbox.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use dispatch::{Inbox, Notices, Reactions, Worker};
use eventstore::{Follower, Journal, follow};
use readmodel::followers::Table;
use tokio::task::JoinSet;
use web::Clock;

use super::finder::Finder;
use super::slot::{self, Slot};
use super::texts::Texts;
use super::{Installation, ReportMails, heads, mail};
use crate::stop::Stop;

/// The running workers.
pub struct Workers {
    tasks: JoinSet<anyhow::Result<()>>,
    /// Held as long as the mail worker of this name lives.
    _slot: Option<Slot>,
}

impl Workers {
    pub(super) fn start(installation: &Installation, stop: &Stop) -> anyhow::Result<Self> {
        let slot = slot::take(&installation.config.data)?;
        let (links, directory) = (Arc::clone(&installation.links), installation.state.records.current());
        let finds = Arc::new(Finder { pool: installation.pool.clone(), guard: installation.state.guard });
        let (config, name) = (&installation.config, slot.name.clone());
        let settings = mail::settings(config, name, installation.synthetic, links, directory, finds)?;
        let clock: Arc<dyn Clock> = installation.clock.clone();
        let clock: dispatch::Clock = Arc::new(move || clock.now());
        let unfit = "the mail settings cannot be used; `saual check` tests them";
        let inbox = Inbox::new(installation.journal.clone(), &settings, Arc::clone(&clock)).context(unfit)?;
        let worker = Worker::new(installation.journal.clone(), settings, clock).context(unfit)?;
        let mut workers = Self::followers(installation, stop);
        let signal = stop.signal();
        workers.tasks.spawn(async move {
            worker.run(signal).await;
            Ok(())
        });
        let (reports, cord) = (ReportMails::of(installation), stop.clone());
        workers.tasks.spawn(async move {
            reports.run(cord).await;
            Ok(())
        });
        for publisher in heads::publish::Publisher::all(installation) {
            let (signed, stop) = (installation.signer.signed(), stop.clone());
            workers.tasks.spawn(async move {
                publisher.run(signed, stop).await;
                Ok(())
            });
        }
        if let Some(inbox) = inbox {
            let signal = stop.signal();
            workers.tasks.spawn(async move {
                inbox.run(signal).await;
                Ok(())
            });
        }
        Ok(Self { _slot: Some(slot), ..workers })
    }

    /// Tables, the texts of files and the queue of mail, and nobody who sends it.
    pub(super) fn followers(installation: &Installation, stop: &Stop) -> Self {
        let mut tasks = JoinSet::new();
        for table in Table::ALL {
            following(&mut tasks, &installation.journal, table, stop);
        }
        following(&mut tasks, &installation.journal, Reactions::default(), stop);
        following(&mut tasks, &installation.journal, Notices::default(), stop);
        errands(&mut tasks, installation, stop);
        following(&mut tasks, &installation.journal, web::accounts::books::Accounts, stop);
        let (texts, stop) = (Texts::new(installation.journal.clone(), installation.pool.clone()), stop.clone());
        tasks.spawn(async move {
            texts.run(stop).await;
            Ok(())
        });
        Self { tasks, _slot: None }
    }

    /// Waits until all have ended, which they do when the cord is pulled.
    ///
    /// # Errors
    /// What one of them ended with, if it was not in order.
    pub async fn finished(mut self) -> anyhow::Result<()> {
        while let Some(ended) = self.tasks.join_next().await {
            ended.context("a worker broke off")??;
        }
        Ok(())
    }
}

/// How often to look whether something has changed, or the day of a change has come. It costs no question to the database.
const LOOK: Duration = Duration::from_millis(200);
/// How long to leave alone what has just failed.
const REST: Duration = Duration::from_secs(5);

/// What follows from changes of the records in every open inquiry.
fn errands(tasks: &mut JoinSet<anyhow::Result<()>>, installation: &Installation, stop: &Stop) {
    let (state, stop) = (installation.state.clone(), stop.clone());
    tasks.spawn(async move {
        let carry_out = async {
            let mut done = None;
            loop {
                let now = (state.records.version(), state.today());
                let mut rest = LOOK;
                if done != Some(now) {
                    match web::office::records::errands::work(&state).await {
                        Ok(()) => done = Some(now),
                        Err(error) => {
                            tracing::warn!(error = %error, "what follows from a change of the records waits");
                            rest = REST;
                        }
                    }
                }
                tokio::time::sleep(rest).await;
            }
        };
        // Whatever it is at, it may be left there: it is begun again.
        tokio::select! {
            () = carry_out => Ok(()),
            () = stop.pulled() => Ok(()),
        }
    });
}

fn following<F: Follower + 'static>(
    tasks: &mut JoinSet<anyhow::Result<()>>,
    journal: &Journal,
    follower: F,
    stop: &Stop,
) {
    let (journal, signal) = (journal.clone(), stop.signal());
    tasks.spawn(async move {
        follow(&journal, &follower, signal).await.with_context(|| format!("the follower {} ended", follower.name()))
    });
}
