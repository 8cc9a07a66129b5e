//! What goes wrong, and when: the list follows from the seed, the moments are those of the clock.

use std::sync::Arc;
use std::time::Duration;

use testkit::cut::When;
use testkit::mortal::Kill;

use crate::chance::Chance;
use crate::world::World;

/// What stands in the payload of every event, and in nothing else that is sent to the server.
const EVENTS: &str = "\"step\":";

/// One fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The line of this node is cut now; it may connect again at once.
    Cut { node: usize },
    /// The line is cut in the next exchange (only one that brings events, if `marker` says so), and stays down for so many
    /// milliseconds.
    CutInExchange { node: usize, marker: &'static str, when: When, down: u64 },
    /// The server ends the connections of all writers.
    EndWriters,
    /// The server ends every connection there is.
    EndAll,
    /// Somebody holds the head's lock for so many milliseconds.
    HoldHead { milliseconds: u64 },
    /// The program ends in order and starts again.
    Restart { node: usize },
    /// `kill -9` of the server, and its recovery.
    KillServer { how: Kill },
}

/// The faults of a seed with the pauses before them, without end.
pub(crate) fn schedule(seed: u64) -> impl Iterator<Item = (Duration, Fault)> {
    let mut chance = Chance::of(seed, 0);
    let mut since_kill = 0_u32;
    std::iter::repeat_with(move || {
        let pause = Duration::from_millis(20 + chance.below(260));
        since_kill += 1;
        // The lines are those of nodes 1 and 2.
        let node = 1 + chance.index(2);
        let when = [When::Before, When::Halfway, When::After, When::After][chance.index(4)];
        let fault = match chance.below(100) {
            _ if since_kill > 18 => {
                since_kill = 0;
                Fault::KillServer { how: if chance.one_in(2) { Kill::All } else { Kill::Postmaster } }
            }
            0..20 => Fault::Cut { node },
            20..58 => {
                // Now and then longer than the writer's patience.
                let down = if chance.one_in(3) { 500 + chance.below(300) } else { chance.below(200) };
                let marker = if chance.one_in(4) { "" } else { EVENTS };
                Fault::CutInExchange { node, marker, when, down }
            }
            58..72 => Fault::EndWriters,
            72..80 => Fault::EndAll,
            // Now and then longer than the deadline of an exchange.
            80..90 => Fault::HoldHead { milliseconds: if chance.one_in(8) { 2000 } else { chance.below(300) } },
            _ => Fault::Restart { node: chance.index(3) },
        };
        (pause, fault)
    })
}

/// Does them one after the other until the run is over, and leaves everything whole; how many there were.
pub(crate) async fn inject(world: Arc<World>, seed: u64) -> Vec<Fault> {
    let mut done = Vec::new();
    for (pause, fault) in schedule(seed) {
        tokio::time::sleep(pause).await;
        if world.is_over() {
            return done;
        }
        meet(&world, fault).await;
        done.push(fault);
    }
    done
}

async fn meet(world: &World, fault: Fault) {
    match fault {
        Fault::Cut { node } => {
            if let Some(line) = &world.nodes[node].line {
                line.cut();
            }
        }
        Fault::CutInExchange { node, marker, when, down } => {
            if let Some(line) = &world.nodes[node].line {
                line.arm(marker, when);
                // A quiet node sends nothing; then nothing is cut.
                if tokio::time::timeout(Duration::from_millis(500), line.has_cut()).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(down)).await;
                }
                line.heal();
            }
        }
        Fault::EndWriters => end(world, "AND application_name = 'saual journal writer'").await,
        Fault::EndAll => end(world, "").await,
        Fault::HoldHead { milliseconds } => {
            let Ok(holder) = world.connect().await else { return };
            // Whoever cannot have the lock holds up nobody.
            if holder.batch_execute("BEGIN; SELECT FROM journal_head FOR UPDATE").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
        }
        Fault::Restart { node } => world.restart(node).await,
        Fault::KillServer { how } => {
            let mut server = world.server.lock().await;
            tokio::task::block_in_place(|| {
                server.kill(how);
                server.start_again();
            });
        }
    }
}

async fn end(world: &World, which: &str) {
    let sql = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() {which}"
    );
    if let Ok(client) = world.connect().await {
        // Should the server be ended by somebody else meanwhile, that is a fault too.
        drop(client.batch_execute(&sql).await);
    }
}
