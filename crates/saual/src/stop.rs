//! The cord that stops everything that runs: pulled once, by a signal or by the end of the story.

use std::sync::Arc;

use tokio::sync::watch;

/// The cord. Clones hang on the same one.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// A cord that nobody has pulled.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Pulls it; whatever runs finishes what it is doing and ends.
    pub fn pull(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it is pulled.
    pub async fn pulled(&self) {
        let mut receiver = self.0.subscribe();
        // The sender lives in `self`, so that the wait can only end by the value.
        let _always_ok = receiver.wait_for(|pulled| *pulled).await;
    }

    /// The signal as workers take it.
    #[must_use]
    pub fn signal(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }

    /// A cord that SIGINT and SIGTERM pull.
    ///
    /// # Errors
    /// The signals cannot be listened to.
    pub fn by_signals() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let stop = Self::new();
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let cord = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            cord.pull();
        });
        Ok(stop)
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}
