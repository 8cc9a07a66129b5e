//! What tells open pages that the register has moved: one task a process follows it and the duties, however many pages listen, and each page has a place
//! of its own in a bounded number of them.
//!
//! A page is told how far the register has come, and nothing of what has happened: it asks again under the rights of whoever reads it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use eventstore::Journal;
use readmodel::followers::Table;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Pages that listen for one account at once: a page more than this many tabs is told nothing.
const FOR_ONE: usize = 8;
/// Pages that listen in all.
const FOR_ALL: usize = 2_000;
/// How long moves are gathered before pages hear of them.
const GATHERED: Duration = Duration::from_millis(200);
/// How long the register may stay behind the journal before it is looked at again.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who listens, and to what.
pub(crate) struct Live {
    /// How far the register has come.
    place: watch::Sender<i64>,
    listeners: Mutex<HashMap<Uuid, usize>>,
    follower: Mutex<Option<JoinHandle<()>>>,
}

impl Default for Live {
    fn default() -> Self {
        Self { place: watch::Sender::new(0), listeners: Mutex::default(), follower: Mutex::default() }
    }
}

/// One page that listens; its place is free again when this is dropped.
pub(crate) struct Listener {
    pub(crate) place: watch::Receiver<i64>,
    account: Uuid,
    live: Arc<Live>,
}

impl Live {
    /// A place for a page of that account; none where too many are taken.
    pub(crate) fn listen(
        self: &Arc<Self>,
        account: Uuid,
        journal: &Journal,
        leaving: watch::Receiver<bool>,
    ) -> Option<Listener> {
        {
            let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
            let own = listeners.get(&account).copied().unwrap_or(0);
            if own >= FOR_ONE || listeners.values().sum::<usize>() >= FOR_ALL {
                return None;
            }
            listeners.insert(account, own + 1);
        }
        let listener = Listener { place: self.place.subscribe(), account, live: Arc::clone(self) };
        self.follow(journal, leaving);
        Some(listener)
    }

    /// Starts the one task that follows, unless it runs.
    fn follow(self: &Arc<Self>, journal: &Journal, mut leaving: watch::Receiver<bool>) {
        let mut follower = self.follower.lock().unwrap_or_else(PoisonError::into_inner);
        if follower.as_ref().is_none_or(JoinHandle::is_finished) {
            let (live, journal) = (Arc::clone(self), journal.clone());
            *follower = Some(tokio::spawn(async move {
                tokio::select! {
                    () = live.run(&journal) => {}
                    _ = leaving.wait_for(|leaving| *leaving) => {}
                }
            }));
        }
    }

    /// Waits for the journal, then for the register, and tells.
    async fn run(&self, journal: &Journal) {
        let register = Table::Register.name();
        let mut positions = journal.positions();
        loop {
            let head = *positions.borrow_and_update();
            match journal.wait_for(register, head, PATIENCE).await {
                Ok(()) => {
                    // The page of duties hears the same number, and looks again until its own place has come there. Duties that stand still
                    // hold no worklist up for longer than that.
                    if let Err(error) = journal.wait_for(Table::Duties.name(), head, GATHERED).await {
                        tracing::debug!(%error, "open pages do not wait for the duties");
                    }
                    self.place.send_if_modified(|place| std::mem::replace(place, head) != head);
                }
                Err(error) => {
                    tracing::debug!(%error, "open pages wait for the register");
                    tokio::time::sleep(GATHERED).await;
                    continue;
                }
            }
            tokio::time::sleep(GATHERED).await;
            if positions.changed().await.is_err() {
                return;
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut listeners = self.live.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = listeners.get_mut(&self.account) {
            *own -= 1;
            if *own == 0 {
                listeners.remove(&self.account);
            }
        }
    }
}
