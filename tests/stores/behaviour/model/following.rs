//! Followers of the model: rows and place change under the same lock, and only under the epoch they were read in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::Model;
use crate::store::{Followers, Kept, Running};

const LEASE: Duration = Duration::from_millis(300);

/// The follower's row and what it writes.
#[derive(Default, Clone)]
pub(super) struct Follower {
    position: i64,
    epoch: u64,
    owner: u64,
    until: Option<Instant>,
    rows: Vec<i64>,
    parked: Vec<Kept>,
    writes: u64,
}

impl Follower {
    /// Writes a row, or sets the event aside with what it follows.
    fn take(&mut self, event: &Kept, chokes: bool) {
        let follows = self.parked.iter().any(|parked| parked.stream == event.stream);
        if follows || (chokes && event.payload.contains("poison")) {
            self.parked.push(event.clone());
        } else {
            self.rows.extend(event.position);
        }
    }
}

/// What an owner is like.
#[derive(Default, Clone, Copy)]
struct Manner {
    sleepy: bool,
    chokes: bool,
    sparse: bool,
}

pub(crate) struct ModelFollowers {
    model: Model,
    owners: AtomicU64,
}

impl ModelFollowers {
    pub(super) fn of(model: Model) -> Self {
        Self { model, owners: AtomicU64::new(0) }
    }

    fn begin(&self, manner: Manner) -> ModelRunning {
        let owner = Owner {
            model: self.model.clone(),
            id: self.owners.fetch_add(1, Ordering::SeqCst) + 1,
            manner,
            passed: 0,
            bed: Arc::default(),
            stop: Arc::default(),
        };
        owner.bed.sleepy.store(manner.sleepy, Ordering::SeqCst);
        let (bed, stop) = (owner.bed.clone(), owner.stop.clone());
        ModelRunning { task: tokio::spawn(owner.run()), bed, stop }
    }
}

#[derive(Default)]
struct Bed {
    sleepy: AtomicBool,
    asleep: Notify,
    wake: Notify,
}

struct Owner {
    model: Model,
    id: u64,
    manner: Manner,
    /// How far it has looked without writing that down, because nothing concerned it.
    passed: i64,
    bed: Arc<Bed>,
    stop: Arc<AtomicBool>,
}

impl Owner {
    async fn run(mut self) {
        while !self.stop.load(Ordering::SeqCst) {
            if let Some((epoch, page)) = self.read() {
                if self.bed.sleepy.swap(false, Ordering::SeqCst) {
                    self.bed.asleep.notify_one();
                    self.bed.wake.notified().await;
                }
                if page.iter().any(|event| self.concerns(event)) {
                    self.commit(epoch, &page);
                } else {
                    self.passed = page.last().and_then(|event| event.position).unwrap_or(self.passed);
                }
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let mut state = self.model.state();
        if state.follower.owner == self.id {
            state.follower.until = None;
        }
    }

    fn concerns(&self, event: &Kept) -> bool {
        !self.manner.sparse || event.stream.starts_with("mine-")
    }

    /// The next page, if the lease is ours or can be had.
    fn read(&self) -> Option<(u64, Vec<Kept>)> {
        let mut state = self.model.state();
        let follower = &mut state.follower;
        let is_held = follower.until.is_some_and(|until| until > Instant::now());
        if follower.owner != self.id {
            if is_held {
                return None;
            }
            follower.owner = self.id;
            follower.epoch += 1;
        }
        follower.until = Some(Instant::now() + LEASE);
        let (epoch, from) = (follower.epoch, usize::try_from(follower.position.max(self.passed)).unwrap_or(0));
        Some((epoch, state.events.iter().skip(from).take(7).map(|event| event.kept.clone()).collect()))
    }

    fn commit(&self, epoch: u64, page: &[Kept]) {
        let mut state = self.model.state();
        let follower = &mut state.follower;
        if follower.owner == self.id && follower.epoch == epoch {
            for event in page.iter().filter(|event| self.concerns(event)) {
                follower.take(event, self.manner.chokes);
            }
            follower.position = page.last().and_then(|event| event.position).unwrap_or(follower.position);
            follower.writes += 1;
        }
    }
}

impl Followers for ModelFollowers {
    type Running = ModelRunning;

    async fn start(&self) -> ModelRunning {
        self.begin(Manner::default())
    }

    async fn start_sleepy(&self) -> ModelRunning {
        self.begin(Manner { sleepy: true, ..Manner::default() })
    }

    async fn start_choking(&self) -> ModelRunning {
        self.begin(Manner { chokes: true, ..Manner::default() })
    }

    async fn start_sparse(&self) -> ModelRunning {
        self.begin(Manner { sparse: true, ..Manner::default() })
    }

    async fn parked(&self) -> Vec<i64> {
        self.model.state().follower.parked.iter().filter_map(|event| event.position).collect()
    }

    async fn retry(&self, chokes: bool) {
        let mut state = self.model.state();
        for event in std::mem::take(&mut state.follower.parked) {
            state.follower.take(&event, chokes);
        }
    }

    async fn place_writes(&self) -> u64 {
        self.model.state().follower.writes
    }

    async fn begin_after(&self, position: i64) {
        self.model.state().follower.position = position;
    }

    async fn taken_over(&self) {
        let mut state = self.model.state();
        state.follower.epoch += 1;
        state.follower.owner = 0;
        state.follower.until = Some(Instant::now() + Duration::from_secs(3600));
    }

    async fn reached(&self, position: i64) {
        let since = Instant::now();
        while self.model.state().follower.position < position {
            assert!(since.elapsed() < Duration::from_secs(20), "the follower does not come to {position}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn position(&self) -> i64 {
        self.model.state().follower.position
    }

    async fn rows(&self) -> Vec<i64> {
        self.model.state().follower.rows.clone()
    }

    async fn kill_connections(&self) {}
}

pub(crate) struct ModelRunning {
    task: JoinHandle<()>,
    bed: Arc<Bed>,
    stop: Arc<AtomicBool>,
}

impl Running for ModelRunning {
    async fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        self.task.await.unwrap();
    }

    async fn die(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|error| error.is_cancelled()));
    }

    async fn asleep(&self) {
        self.bed.asleep.notified().await;
    }

    fn wake(&self) {
        self.bed.wake.notify_one();
    }
}
