//! A stretch of the journal, made in memory: events in one order, their blocks and proofs, and what stands beside them.

use std::collections::BTreeMap;

use anyhow::ensure;
use directory::number::natural_key;
use directory::{ChamberCode, InquiryNumber};
use eventstore::hash::event_leaf;
use eventstore::{Block, CommandId, Hash, Head, Recorded, StreamId, merkle};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::story::{RECEIVED, SERIES};
use super::template::{Days, Facts, Template};
use crate::chance::Chance;

/// How many inquiries are under way at once: so far apart lie the events of one of them.
const UNDER_WAY: usize = 300;
/// The most commands in one block.
const BLOCK_COMMANDS: usize = 24;

/// The result of one command.
pub(super) struct CommandRow {
    pub(super) command: Uuid,
    pub(super) request: Hash,
    pub(super) first_position: i64,
    pub(super) events: i32,
    pub(super) version: i64,
}

/// What is written in one transaction.
pub(super) struct Portion {
    before: Head,
    pub(super) head: Head,
    pub(super) events: Vec<Recorded>,
    pub(super) leaves: Vec<Hash>,
    pub(super) blocks: Vec<Block>,
    pub(super) commands: Vec<CommandRow>,
    /// Stream, version and last position.
    pub(super) streams: BTreeMap<String, (i64, i64)>,
    /// Key, stream and position.
    pub(super) claims: Vec<(String, String, i64)>,
    /// Value and position in the outgoing series.
    pub(super) numbers: Vec<(i64, i64)>,
    pub(super) begun: Vec<Uuid>,
}

impl Portion {
    /// Whether it goes on from there.
    pub(super) fn follows(&self, head: &Head) -> anyhow::Result<()> {
        ensure!(self.before == *head, "the journal stands at {}, not at {}", head.position, self.before.position);
        Ok(())
    }
}

/// An inquiry that is under way.
struct Course {
    template: usize,
    act: usize,
    facts: Facts,
    stream: StreamId,
    version: u64,
}

/// Makes portions, one after another.
pub(super) struct Maker {
    chance: Chance,
    templates: Vec<Template>,
    days: Days,
    courses: Vec<Course>,
    begun: u64,
    most: Option<u64>,
    outgoing: i64,
    /// Numbers of inquiries of this seed, so that two runs into one journal do not claim the same.
    first_number: u64,
}

impl Maker {
    pub(super) fn new(seed: u64, templates: Vec<Template>, most: Option<u64>, outgoing: i64) -> Self {
        let chance = Chance::new(seed ^ 0xC0_FFEE);
        let first_number = seed.wrapping_mul(10_000_019) % 1_000_000_007;
        Self { chance, templates, days: Days::new(), courses: Vec::new(), begun: 0, most, outgoing, first_number }
    }

    /// The next events: at least `events` of them, unless no inquiry is left.
    pub(super) fn next(&mut self, from: &Head, events: usize) -> anyhow::Result<Portion> {
        let mut portion = Portion {
            before: from.clone(),
            head: from.clone(),
            events: Vec::with_capacity(events + 64),
            leaves: Vec::with_capacity(events + 64),
            blocks: Vec::new(),
            commands: Vec::new(),
            streams: BTreeMap::new(),
            claims: Vec::new(),
            numbers: Vec::new(),
            begun: Vec::new(),
        };
        while portion.events.len() < events {
            let first = portion.events.len();
            for _ in 0..=self.chance.below(BLOCK_COMMANDS) {
                self.act(&mut portion)?;
            }
            if portion.events.len() == first {
                break;
            }
            close_block(&mut portion, first)?;
        }
        Ok(portion)
    }

    /// One command of an inquiry that is under way, or of a new one.
    fn act(&mut self, portion: &mut Portion) -> anyhow::Result<()> {
        while self.courses.len() < UNDER_WAY && self.most.is_none_or(|most| self.begun < most) {
            let course = self.begin()?;
            portion.begun.push(course.facts.inquiry);
            self.courses.push(course);
        }
        let at = self.chance.below(self.courses.len());
        let Some(course) = self.courses.get_mut(at) else { return Ok(()) };
        let Some(act) = self.templates.get(course.template).and_then(|template| template.acts.get(course.act)) else {
            self.courses.swap_remove(at);
            return self.act(portion);
        };
        let first_position = portion.head.position + i64::try_from(portion.events.len() - block_start(portion))? + 1;
        if act.takes_number {
            self.outgoing += 1;
            course.facts.outgoing = self.outgoing;
            portion.numbers.push((self.outgoing, first_position));
        }
        if act.registers {
            let dated = RECEIVED.checked_add(jiff::Span::new().weeks(course.facts.weeks))?;
            let number = InquiryNumber::parse(&format!("ДС-{}", course.facts.number))?;
            let key = natural_key(&ChamberCode::new("mazhilis")?, &number, dated);
            portion.claims.push((key, course.stream.to_string(), first_position));
        }
        self.record(portion, at, first_position)
    }

    fn record(&mut self, portion: &mut Portion, at: usize, first_position: i64) -> anyhow::Result<()> {
        let (command, request) = (self.chance.uuid(), request(&mut self.chance));
        let Some(course) = self.courses.get_mut(at) else { return Ok(()) };
        let Some(act) = self.templates.get(course.template).and_then(|template| template.acts.get(course.act)) else {
            return Ok(());
        };
        let moment = act.at.checked_add(SignedDuration::from_hours(i64::from(course.facts.weeks) * 7 * 24))?;
        let mut position = first_position;
        for event in act.fill(&course.facts, &self.days) {
            course.version += 1;
            let event = Recorded {
                position,
                block: portion.head.block + 1,
                stream: course.stream.clone(),
                version: course.version,
                event_type: event.event_type,
                schema_version: event.schema_version,
                payload: event.payload,
                actor: act.actor.clone(),
                at: moment,
                command: CommandId(command),
                request,
                correlation: course.facts.inquiry,
                causation: None,
                opened: None,
                current: None,
            };
            portion.leaves.push(event_leaf(&event));
            portion.events.push(event);
            position += 1;
        }
        let version = i64::try_from(course.version)?;
        portion.streams.insert(course.stream.to_string(), (version, position - 1));
        let events = i32::try_from(act.len())?;
        portion.commands.push(CommandRow { command, request, first_position, events, version });
        course.act += 1;
        Ok(())
    }

    fn begin(&mut self) -> anyhow::Result<Course> {
        let inquiry = self.chance.uuid();
        self.begun += 1;
        let facts = Facts {
            inquiry,
            number: self.first_number + self.begun,
            incoming: i64::try_from(self.begun)?,
            outgoing: 0,
            // Some four hundred inquiries a week, for as many years as it takes.
            weeks: i32::try_from(self.begun / 400 % 700)?,
        };
        let stream = StreamId::new(inquiry::InquiryId(inquiry).stream_id())?;
        Ok(Course { template: self.chance.below(self.templates.len()), act: 0, facts, stream, version: 0 })
    }
}

fn request(chance: &mut Chance) -> Hash {
    let mut hash = [0; 32];
    for part in hash.chunks_mut(8) {
        part.copy_from_slice(&chance.next().to_be_bytes());
    }
    hash
}

/// Where the events of the block begin that is not closed yet: behind those of the closed ones.
fn block_start(portion: &Portion) -> usize {
    usize::try_from(portion.head.position - portion.before.position).unwrap_or(0)
}

fn close_block(portion: &mut Portion, first: usize) -> anyhow::Result<()> {
    let leaves = portion.leaves.get(first..).unwrap_or_default();
    let head = &portion.head;
    let now = Timestamp::from_microsecond(Timestamp::now().as_microsecond())?;
    let mut block = Block {
        block: head.block + 1,
        first_position: head.position + 1,
        events: u32::try_from(leaves.len())?,
        blobs: 0,
        recorded: now.max(head.recorded),
        merkle_root: merkle::root(leaves),
        previous_hash: head.hash,
        hash: head.hash,
    };
    block.hash = block.computed_hash();
    let position = block.end() - 1;
    portion.head = Head { position, block: block.block, hash: block.hash, recorded: block.recorded };
    portion.blocks.push(block);
    Ok(())
}

/// The series that outgoing numbers are taken from.
pub(super) const fn series() -> &'static str {
    SERIES
}
