//! Full commands, on a state that is remembered and on one that is read and folded anew; beside the bare append.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use directory::{Actor, Role};
use eventstore::{Guards, Journal, StreamId};
use inquiry::command::LinkRepeat;
use inquiry::{Command, Inquiry, InquiryId};
use uuid::Uuid;

use crate::cli::Pace;
use crate::generate;
use crate::ground::{Ground, connect};
use crate::load::{Appends, AsyncWork, Caller, Round, closed_loop, open, open_forgetful, origin};
use crate::report::{Ratio, Report, Table, figure, ms, progress};

/// How many events an inquiry has before the first command.
const HISTORY: usize = 40;
/// How many callers.
const WRITERS: usize = 32;
/// How many inquiries are worked on where their states are remembered: fewer than a journal remembers at least.
const IN_WORK: usize = 800;

/// Measures, and adds a table and a line to the report.
pub(crate) async fn run(ground: &Ground, pace: &Pace, report: &mut Report) -> anyhow::Result<()> {
    progress("commands: inquiries with 40 events");
    let config = ground.journal_database("bench_commands").await?;
    let inquiries = if pace.quick { 200 } else { 8000 };
    let streams = generate::generate_of_length(&mut connect(&config).await?, 40, HISTORY, inquiries).await?;
    let streams = streams.into_iter().map(StreamId::new).collect::<Result<Vec<_>, _>>()?;
    let journal = open(&config, 16).await?;
    let forgetful = open_forgetful(&config).await?;
    let in_work = streams.iter().take(IN_WORK).cloned().collect();
    let remembered = Commands { journal: journal.clone(), streams: in_work, next: Arc::default() };
    let anew = Commands { journal: forgetful.clone(), streams: streams.into(), next: Arc::default() };
    let appends = Appends::new(&journal);
    remembered.round(ground, &appends, pace.warm_up()).await?;
    anew.round(ground, &appends, pace.warm_up()).await?;
    let mut rounds = [const { Vec::new() }; 3];
    for round in 1..=pace.rounds {
        progress(&format!("commands: round {round} of {}", pace.rounds));
        let [in_work, read_anew, bare] = &mut rounds;
        in_work.push(remembered.round(ground, &appends, pace.round).await?);
        read_anew.push(anew.round(ground, &appends, pace.round).await?);
        bare.push(appends.round(ground, WRITERS, pace.round).await?);
    }
    journal.close().await;
    forgetful.close().await;
    ground.drop("bench_commands").await?;
    let [Some(remembered), Some(anew), Some(bare)] = rounds.map(Round::median) else { return Ok(()) };
    let mut table = Table::new(&["what", "a second", "p50 ms", "p99 ms", "events per flush"]);
    for (what, round) in [
        ("full command on an inquiry in work", remembered),
        ("full command on an inquiry read anew", anew),
        ("bare append", bare),
    ] {
        table.row(&[what.to_owned(), figure(round.rate), ms(round.p50), ms(round.p99), figure(round.per_sync)]);
    }
    let about = format!(
        "`Journal::execute` of the real inquiry with {HISTORY} events of history and more, {WRITERS} callers: going round {IN_WORK} \
         inquiries whose states the program remembers, and round {inquiries} with nothing remembered (look for the command, load, \
         fold, decide, append); beside appends of one event by as many callers into the same journal."
    );
    report.table("Full commands", &about, &table);
    for (name, full) in [("commands", remembered), ("commands read anew", anew)] {
        report.ratio(name, &Ratio { ours: full.rate, peer: bare.rate, unit: "commands/s and bare appends/s" });
    }
    Ok(())
}

#[derive(Clone)]
struct Commands {
    journal: Journal,
    streams: Arc<[StreamId]>,
    /// All callers go round the streams together, so that histories stay equally long.
    next: Arc<AtomicUsize>,
}

impl Commands {
    async fn round(&self, ground: &Ground, appends: &Appends, time: std::time::Duration) -> anyhow::Result<Round> {
        let before = ground.wal().await?;
        let (latencies, took) = closed_loop(WRITERS, time, self.clone()).await?;
        appends.publish().await?;
        let after = ground.wal().await?;
        Ok(Round::of(latencies, took, before, after))
    }
}

impl AsyncWork for Commands {
    type Caller = Self;

    fn caller(&self, _: usize) -> Self {
        self.clone()
    }
}

impl Caller for Commands {
    async fn call(&mut self) -> anyhow::Result<()> {
        let at = self.next.fetch_add(1, Ordering::Relaxed) % self.streams.len();
        let Some(stream) = self.streams.get(at) else { return Ok(()) };
        let origin = origin();
        let ask = LinkRepeat { repeat: InquiryId(Uuid::new_v4()), number: "ДС-77".to_owned() };
        let by = Actor::new("clerk", [Role::Clerk]);
        let command = Command { by, at: origin.at, seen: None, ask: ask.into() };
        self.journal.execute::<Inquiry>(stream, command, origin, Guards::none(), None).await?;
        Ok(())
    }
}
