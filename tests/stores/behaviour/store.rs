//! What is asked of a store under test, in words that belong to none of them.
//!
//! A store says by [`Store::lacks`] what it does not offer at all. Methods that belong to a power it lacks are never called.

use std::future::Future;

use serde_json::Value;
use sha2::{Digest, Sha256};
pub(crate) use testkit::cut::When;
use uuid::Uuid;

/// What a scenario may need besides appending to a stream and reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    /// One log of all streams, read after a position.
    Log,
    /// Command ids that make a repeat harmless.
    Commands,
    /// Several programs on one store.
    Nodes,
    /// Several appends that are on their way at once ride in one block.
    Blocks,
    /// One append over several streams.
    SeveralStreams,
    /// Payloads are handed over as bytes.
    Bytes,
    /// Keys that one append can have.
    Claims,
    /// Gap-free series.
    Numbers,
    /// Connections that can be cut and killed.
    Connections,
    /// A transaction that can be slow, or fail late.
    Transactions,
    /// A server process that can be killed.
    Server,
    /// A dump that can be restored elsewhere.
    Dump,
    /// Readers that keep their place with their rows.
    Followers,
    /// Followers that are told of new events, and can miss it.
    Listening,
    /// Followers that are processes of their own.
    Processes,
    /// Poison is parked with its key.
    Parking,
    /// A follower's place costs a write only now and then where little concerns it.
    Sparing,
    /// A check of all that is stored.
    Verifying,
    /// Heads that are signed and kept outside.
    SignedHeads,
}

/// Why a scenario does not apply to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CannotExpress(pub(crate) &'static str);

/// How a scenario ends that does not panic.
pub(crate) type Told = Result<(), CannotExpress>;

/// The first line of a scenario that needs more than streams.
pub(crate) fn needs<S: Store>(powers: &[Power]) -> Told {
    match powers.iter().find_map(|power| S::lacks(*power)) {
        Some(why) => Err(CannotExpress(why)),
        None => Ok(()),
    }
}

/// An append: all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ask {
    pub(crate) command: Uuid,
    /// The streams, their expected versions and the events' payloads, which are JSON.
    pub(crate) writes: Vec<(String, u64, Vec<String>)>,
    pub(crate) claim: Option<String>,
    pub(crate) number: Option<(String, i64)>,
}

impl Ask {
    /// One stream's worth of events, under a command id of its own.
    pub(crate) fn new(stream: &str, expected: u64, payloads: &[&str]) -> Self {
        let payloads = payloads.iter().map(|payload| (*payload).to_owned()).collect();
        let writes = vec![(stream.to_owned(), expected, payloads)];
        Self { command: Uuid::new_v4(), writes, claim: None, number: None }
    }

    pub(crate) fn and(mut self, stream: &str, expected: u64, payloads: &[&str]) -> Self {
        self.writes.extend(Self::new(stream, expected, payloads).writes);
        self
    }

    pub(crate) fn claiming(self, key: &str) -> Self {
        Self { claim: Some(key.to_owned()), ..self }
    }

    pub(crate) fn taking(self, series: &str, number: i64) -> Self {
        Self { number: Some((series.to_owned(), number)), ..self }
    }

    /// What was asked, whatever version it was asked at: streams, events, claim, number.
    pub(crate) fn request(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for (stream, _, payloads) in &self.writes {
            hasher.update(format!("{stream:?} {payloads:?}"));
        }
        hasher.update(format!("{:?} {:?}", self.claim, self.number));
        hasher.finalize().into()
    }
}

/// An append that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    /// The first stream's version after it.
    pub(crate) version: u64,
    /// The place of its last event, where the store has one log.
    pub(crate) position: Option<i64>,
    /// Whether it had been recorded before and this is its first result.
    pub(crate) repeated: bool,
}

/// An append that does not stand, or is not known to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum No {
    /// Somebody was faster.
    Conflict,
    /// The command id was used for something else.
    Reused,
    /// Another append has the key.
    Claimed,
    /// Another number is the next.
    NotNext(i64),
    /// It can never be recorded.
    Never,
    /// The domain refuses the command.
    Refused,
    /// Nobody knows whether it stands.
    Unknown,
    /// It does not stand.
    Failed(String),
}

/// An event as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) position: Option<i64>,
    pub(crate) stream: String,
    pub(crate) version: u64,
    pub(crate) payload: String,
}

/// What may be asked of a notebook, the aggregate that every store keeps here.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    /// Writes this down, unless the notebook is closed.
    Note(Value),
    /// Closes it; a closed one is refused.
    Close,
}

/// One program on a store.
pub(crate) trait Node: Clone + Send + Sync + 'static {
    fn append(&self, ask: Ask) -> impl Future<Output = Result<Done, No>> + Send;

    fn stream(&self, name: &str) -> impl Future<Output = Result<Vec<Kept>, No>> + Send;

    /// Decides a command on what the stream holds and appends what follows.
    fn execute(&self, stream: &str, command: Command) -> impl Future<Output = Result<(), No>> + Send;

    /// [`Power::Log`]
    fn log(&self, _after: i64, _limit: i64) -> impl Future<Output = Vec<Kept>> + Send {
        async { unreachable!("this store has no log") }
    }

    /// [`Power::Numbers`]
    fn next_number(&self, _series: &str) -> impl Future<Output = i64> + Send {
        async { unreachable!("this store has no numbers") }
    }

    /// The stream's version now; 0 if there is none.
    fn version(&self, name: &str) -> impl Future<Output = u64> + Send {
        async { self.stream(name).await.expect("a stream can be read").last().map_or(0, |event| event.version) }
    }

    /// The whole log, in pages. [`Power::Log`]
    fn whole_log(&self) -> impl Future<Output = Vec<Kept>> + Send {
        async {
            let mut all: Vec<Kept> = Vec::new();
            loop {
                let after = all.last().and_then(|event| event.position).unwrap_or(0);
                let page = self.log(after, 100).await;
                if page.is_empty() {
                    return all;
                }
                all.extend(page);
            }
        }
    }
}

/// A change that no door allows. Positions are those of [`Store::written_for_tampering`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tamper {
    /// One byte of the payload at position 3.
    Payload,
    /// One letter of who acted, at position 3.
    Actor,
    /// The version of the event at position 4.
    Version,
    /// The events at positions 1 and 2 change places.
    Swap,
    /// The last block with its events, and whatever points to them, is gone.
    Tail,
    /// An event is put behind the last one.
    Insert,
    /// The last block is another one, and every hash fits.
    RewrittenTail,
}

/// What a store's own check says is wrong: the block and the event, where it can name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) block: Option<i64>,
    pub(crate) event: Option<i64>,
}

/// A store with nothing in it.
pub(crate) trait Store: Sized + Send + Sync + 'static {
    /// As the table names it.
    const NAME: &str;

    type Node: Node;
    type Followers: Followers;

    /// Why the store does not have this power, if it does not.
    fn lacks(power: Power) -> Option<&'static str>;

    fn open() -> impl Future<Output = Self> + Send;

    /// A program of its own on this store. Two of them need [`Power::Nodes`].
    fn node(&self) -> impl Future<Output = Self::Node> + Send;

    /// A program whose line is cut when it sends what holds `marker`, with little patience; the second value heals the
    /// line. [`Power::Connections`]
    fn breaking(&self, _marker: &str, _when: When) -> impl Future<Output = (Self::Node, Heal)> + Send {
        async { unreachable!("this store has no connections") }
    }

    /// Kills every connection of every program that writes; how many. [`Power::Connections`]
    fn kill_connections(&self) -> impl Future<Output = u64> + Send {
        async { unreachable!("this store has no connections") }
    }

    /// From now on transactions that write `slow` somewhere in a payload wait inside the server until they are let go,
    /// and those that write `doomed` fail then. [`Power::Transactions`]
    fn slow_down(&self) -> impl Future<Output = Heal> + Send {
        async { unreachable!("this store has no transactions") }
    }

    /// Holds a transaction open that has written, in another database of the same server, until it is dropped.
    /// [`Power::Transactions`]
    fn busy_neighbour(&self) -> impl Future<Output = Box<dyn Send>> + Send {
        async { unreachable!("this store has no neighbours") }
    }

    /// The same store on a server of its own, with a way to kill that and start it again. [`Power::Server`]
    fn open_alone() -> impl Future<Output = (Self, Box<dyn KillServer>)> + Send {
        async { unreachable!("this store has no server") }
    }

    /// Everything carried over into a new place. [`Power::Dump`]
    fn dumped_and_restored(&self) -> impl Future<Output = Self> + Send {
        async { unreachable!("this store cannot be dumped") }
    }

    /// [`Power::Followers`]
    fn followers(&self) -> impl Future<Output = Self::Followers> + Send {
        async { unreachable!("this store has no followers") }
    }

    /// Two events a block, three blocks, streams `inquiry-1` (versions 1, 2, 3, 4 at positions 1, 2, 5, 6) and
    /// `inquiry-2` (1, 2 at 3, 4). [`Power::Verifying`]
    fn written_for_tampering() -> impl Future<Output = Self> + Send {
        async {
            let store = Self::open().await;
            let node = store.node().await;
            for (stream, expected, payloads) in [
                ("inquiry-1", 0, ["\"a\"", "\"b\""]),
                ("inquiry-2", 0, ["\"c\"", "\"d\""]),
                ("inquiry-1", 2, ["\"e\"", "\"f\""]),
            ] {
                node.append(Ask::new(stream, expected, &payloads)).await.expect("an append");
            }
            store
        }
    }

    /// [`Power::Verifying`]
    fn tamper(&self, _how: Tamper) -> impl Future<Output = ()> + Send {
        async { unreachable!("nobody tampers with this store") }
    }

    /// What the store's check finds; nothing, if all is as it was written. [`Power::Verifying`]
    fn found(&self) -> impl Future<Output = Vec<Found>> + Send {
        async { unreachable!("this store has no check") }
    }

    /// The head as it is kept outside; opaque. [`Power::SignedHeads`]
    fn signed_head(&self) -> impl Future<Output = Vec<u8>> + Send {
        async { unreachable!("this store signs no heads") }
    }

    /// What the check finds when it is handed a head that was kept outside. [`Power::SignedHeads`]
    fn found_against(&self, _head: &[u8]) -> impl Future<Output = Vec<Found>> + Send {
        async { unreachable!("this store signs no heads") }
    }
}

/// Ends a hindrance.
pub(crate) type Heal = Box<dyn Fn() + Send + Sync>;

/// The process of a server.
pub(crate) trait KillServer: Send {
    /// `kill -9`, and everything again from what is on disk.
    fn kill_and_start(&mut self);
}

/// Followers of one name on a store, which write each event's position into rows without a key: an event that was
/// applied twice stands twice.
pub(crate) trait Followers: Send + Sync + 'static {
    type Running: Running;

    /// Starts an owner on a program of its own. Two of them contend for the name.
    fn start(&self) -> impl Future<Output = Self::Running> + Send;

    /// As [`Followers::start`], in a process of its own. [`Power::Processes`]
    fn start_process(&self) -> impl Future<Output = Self::Running> + Send {
        async { unreachable!("this store has no processes") }
    }

    /// An owner that falls asleep in the middle of its next page.
    fn start_sleepy(&self) -> impl Future<Output = Self::Running> + Send;

    /// An owner that cannot digest payloads with `poison` in them. [`Power::Parking`]
    fn start_choking(&self) -> impl Future<Output = Self::Running> + Send {
        async { unreachable!("these followers park nothing") }
    }

    /// The positions that are parked, in order. [`Power::Parking`]
    fn parked(&self) -> impl Future<Output = Vec<i64>> + Send {
        async { unreachable!("these followers park nothing") }
    }

    /// Tries what is parked again, by an owner that chokes on `poison` still, or not. [`Power::Parking`]
    fn retry(&self, _chokes: bool) -> impl Future<Output = ()> + Send {
        async { unreachable!("these followers park nothing") }
    }

    /// An owner whom only streams named `mine-…` concern. [`Power::Sparing`]
    fn start_sparse(&self) -> impl Future<Output = Self::Running> + Send {
        async { unreachable!("everything concerns these followers") }
    }

    /// How often the follower's place was written. [`Power::Sparing`]
    fn place_writes(&self) -> impl Future<Output = u64> + Send {
        async { unreachable!("nobody counts") }
    }

    /// The place from which a follower that has never run begins.
    fn begin_after(&self, position: i64) -> impl Future<Output = ()> + Send;

    /// Another owner has taken over, as far as the rows tell, and holds its lease.
    fn taken_over(&self) -> impl Future<Output = ()> + Send;

    /// Waits until the follower's place is here.
    fn reached(&self, position: i64) -> impl Future<Output = ()> + Send;

    /// Where the follower stands.
    fn position(&self) -> impl Future<Output = i64> + Send;

    /// The positions it has written, in the order of writing.
    fn rows(&self) -> impl Future<Output = Vec<i64>> + Send;

    /// Kills the connections of followers, in the middle of whatever they do. [`Power::Connections`]
    fn kill_connections(&self) -> impl Future<Output = ()> + Send {
        async { unreachable!("these followers have no connections") }
    }

    /// Kills the connections that hear of new events. [`Power::Listening`]
    fn kill_listeners(&self) -> impl Future<Output = ()> + Send {
        async { unreachable!("these followers hear nothing") }
    }
}

/// An owner at work.
pub(crate) trait Running: Send + 'static {
    /// Ends it in order.
    fn stop(self) -> impl Future<Output = ()> + Send;

    /// Ends it without a word: nothing it was about to do is done.
    fn die(self) -> impl Future<Output = ()> + Send;

    /// Waits until a sleepy one is asleep.
    fn asleep(&self) -> impl Future<Output = ()> + Send;

    /// Wakes it.
    fn wake(&self);
}
