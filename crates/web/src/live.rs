//! What tells open pages that the register has moved: one task a process follows it and the duties, however many pages listen, and each page has a place
//! of its own in a bounded number of them.
//!
//! A page is told how far the register has come, and nothing of what has happened: it asks again under the rights of whoever reads it. What a page outside of
//! the house is told instead, `screens::register` finds out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eventstore::Journal;
use readmodel::Sight;
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
    listeners: Mutex<HashMap<Uuid, Tabs>>,
    follower: Mutex<Option<JoinHandle<()>>>,
}

impl Default for Live {
    fn default() -> Self {
        Self { place: watch::Sender::new(0), listeners: Mutex::default(), follower: Mutex::default() }
    }
}

/// The pages of one account.
#[derive(Default)]
struct Tabs {
    open: usize,
    found: Option<Found>,
}

/// What one of them has found out last, for all of them.
struct Found {
    sight: Sight,
    /// How far the register had come before.
    come: i64,
    mark: String,
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
        let listener = self.seat(account)?;
        self.follow(journal, leaving);
        Some(listener)
    }

    fn seat(self: &Arc<Self>, account: Uuid) -> Option<Listener> {
        let mut listeners = self.listeners();
        let own = listeners.get(&account).map_or(0, |tabs| tabs.open);
        if own >= FOR_ONE || listeners.values().map(|tabs| tabs.open).sum::<usize>() >= FOR_ALL {
            return None;
        }
        listeners.entry(account).or_default().open += 1;
        Some(Listener { place: self.place.subscribe(), account, live: Arc::clone(self) })
    }

    fn listeners(&self) -> MutexGuard<'_, HashMap<Uuid, Tabs>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
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

impl Listener {
    /// The mark of what somebody who sees so much is shown, where a page of the same account has found it out since the register had come there.
    pub(crate) fn found(&self, sight: &Sight, come: i64) -> Option<String> {
        let listeners = self.live.listeners();
        let found = listeners.get(&self.account)?.found.as_ref()?;
        (found.come >= come && found.sight == *sight).then(|| found.mark.clone())
    }

    /// Keeps a mark for the other pages of the account; `come` is how far the register had come before it was asked for.
    pub(crate) fn keep(&self, sight: &Sight, come: i64, mark: &str) {
        let mut listeners = self.live.listeners();
        let Some(tabs) = listeners.get_mut(&self.account) else { return };
        // Whoever asked later may have been answered sooner.
        if tabs.found.as_ref().is_none_or(|found| found.come <= come || found.sight != *sight) {
            tabs.found = Some(Found { sight: sight.clone(), come, mark: mark.to_owned() });
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut listeners = self.live.listeners();
        if let Some(tabs) = listeners.get_mut(&self.account) {
            tabs.open -= 1;
            if tabs.open == 0 {
                listeners.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Sight = Sight::Own { ministry: None, deputy: None };

    #[test]
    fn the_pages_of_one_account_share_what_one_of_them_has_found_out() {
        let live = Arc::new(Live::default());
        let tab = |account| live.seat(Uuid::from_u128(account)).unwrap();
        let (one, other, stranger) = (tab(1), tab(1), tab(2));
        assert_eq!(one.found(&OWN, 0), None);
        one.keep(&OWN, 5, "m5");
        assert_eq!(other.found(&OWN, 5), Some("m5".to_owned()));
        // It says nothing of what has come since, to nobody else, and to nobody who sees something else.
        assert_eq!(other.found(&OWN, 6), None);
        assert_eq!(stranger.found(&OWN, 5), None);
        assert_eq!(other.found(&Sight::Whole, 5), None);
        // An answer that comes late replaces no newer one.
        other.keep(&OWN, 8, "m8");
        one.keep(&OWN, 7, "m7");
        assert_eq!(one.found(&OWN, 6), Some("m8".to_owned()));
        // It goes with the last page.
        drop(one);
        assert_eq!(other.found(&OWN, 8), Some("m8".to_owned()));
        drop(other);
        assert_eq!(tab(1).found(&OWN, 0), None);
    }
}
