//! The numbers the journal runs by.

use std::time::Duration;

/// How the journal batches, waits and limits.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long the writer waits at most for others to join a block that has one append already.
    pub linger: Duration,
    /// How long the writer may rely on what it remembers of its last block instead of asking; nothing at all makes it ask
    /// before every block. The server's clock is told forward for so long.
    pub memory: Duration,
    /// Of how many streams at least (and of twice as many at most) the state is remembered after a command, so that the next
    /// one need not read them again; of none makes every command read its stream.
    pub states: usize,
    /// How many appends ride in one block at most.
    pub block_appends: usize,
    /// How many bytes of payload ride in one block at most; one append alone may have more.
    pub block_bytes: usize,
    /// The longest payload of one event, in bytes.
    pub payload_bytes: usize,
    /// The most bytes of payload in one append.
    pub append_bytes: usize,
    /// The longest blob, in bytes.
    pub blob_bytes: usize,
    /// How long one exchange with the server may take before its connection is given up.
    pub deadline: Duration,
    /// How long the writer tries to reach the database again for an append before it answers that it could not, or that
    /// the outcome is unknown.
    pub patience: Duration,
    /// How often the head is looked up when no signal comes.
    pub poll: Duration,
}

impl Settings {
    /// What was measured to be good; the reasons are in ADR 0001.
    pub const MEASURED: Self = Self {
        linger: Duration::from_micros(300),
        memory: Duration::from_secs(1),
        states: 1000,
        block_appends: 256,
        block_bytes: 4 << 20,
        payload_bytes: 4 << 20,
        append_bytes: 16 << 20,
        blob_bytes: 64 << 20,
        deadline: Duration::from_secs(10),
        patience: Duration::from_secs(20),
        poll: Duration::from_secs(1),
    };
}
