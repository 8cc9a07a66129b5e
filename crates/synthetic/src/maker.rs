//! All stories in one order of time: who arrives when, which event stands where, which number is taken by whom.
//!
//! Stories are told in parallel, some hundreds at a time, and every step that comes before the next arrival is written in its place. What is begun and
//! goes on later waits in memory, so that a history needs as much of it as an office has inquiries in hand, not as it ever had.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, VecDeque};

use directory::number::natural_key;
use directory::{ChamberCode, InquiryNumber};
use eventstore::{CommandId, Recorded, StreamId};
use inquiry::synthetic::{BEGUN, ENDED, Generated, SCHEMA_VERSION, STREAM};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use uuid::Uuid;

use crate::chance::Chance;
use crate::error::Error;
use crate::office::Office;
use crate::portion::CommandRow;
use crate::story::teller::{MARKS, Step, Takes, incoming_mark, number_mark, outgoing_mark};
use crate::story::{Story, tell, tell_of_length};

/// How many stories are told at a time.
const TOLD_AT_ONCE: usize = 512;
/// The most commands in one block.
const BLOCK_COMMANDS: usize = 24;
/// How busy each month is: Parliament rests in summer.
const MONTHS: [f64; 12] = [0.7, 1.0, 1.1, 1.1, 1.2, 1.0, 0.15, 0.08, 1.0, 1.3, 1.3, 0.9];

/// One command, in its place.
pub(crate) struct Placed {
    pub(crate) row: CommandRow,
    pub(crate) events: Vec<Recorded>,
    pub(crate) claim: Option<(String, String, i64)>,
    /// Series, its first value, the value that was taken.
    pub(crate) numbers: Vec<(String, i64, i64)>,
    pub(crate) begun: u64,
}

/// An inquiry or two that are under way.
struct Course {
    steps: VecDeque<Step>,
    streams: Vec<StreamId>,
    versions: Vec<u64>,
    /// Of each inquiry, what is known of its numbers by now: the mark and what stands in its place.
    known: Vec<(String, String)>,
    correlation: Uuid,
}

pub(crate) struct Maker {
    office: Office,
    generated: Generated,
    chance: Chance,
    arrivals: Vec<DateTime>,
    told: usize,
    courses: HashMap<u64, Course>,
    due: BinaryHeap<Reverse<(Timestamp, u64)>>,
    series: BTreeMap<String, i64>,
    /// All stories have exactly so many events, where they are told for a measurement.
    length: Option<usize>,
    inquiries: u64,
    position: i64,
    begun: bool,
    ended: bool,
}

impl Maker {
    pub(crate) fn new(office: Office, generated: Generated) -> Result<Self, Error> {
        let arrivals = arrivals(&office, &generated)?;
        Ok(Self {
            chance: Chance::new(generated.seed ^ 0xC0_FFEE),
            office,
            generated,
            arrivals,
            told: 0,
            courses: HashMap::new(),
            due: BinaryHeap::new(),
            series: BTreeMap::new(),
            length: None,
            inquiries: 0,
            position: 0,
            begun: false,
            ended: false,
        })
    }

    /// One whose stories all have exactly so many events.
    pub(crate) fn of_length(self, length: usize) -> Self {
        // Early enough that all of them come to their end.
        let last = self.generated.until.saturating_sub(jiff::Span::new().days(400)).at(23, 0, 0, 0);
        let early: Vec<DateTime> = self.arrivals.iter().copied().filter(|at| *at < last).collect();
        let all = self.arrivals.len().max(1);
        let arrivals = (0..self.arrivals.len()).filter_map(|n| early.get(n * early.len() / all).copied()).collect();
        Self { length: Some(length), arrivals, ..self }
    }

    /// The last position that was given.
    pub(crate) fn position(&self) -> i64 {
        self.position
    }

    /// The commands of the next block; none when the history is whole.
    pub(crate) fn block(&mut self) -> Result<Vec<Placed>, Error> {
        if !self.begun {
            self.begun = true;
            let payload = self.generated.to_payload().map_err(Error::story)?;
            let first = self.arrivals.first().copied().unwrap_or(DateTime::MIN);
            let at = self.office.moment(first)?;
            return Ok(vec![self.of_history(BEGUN, 1, payload, at)?]);
        }
        let mut block = Vec::new();
        for _ in 0..=self.chance.below(BLOCK_COMMANDS) {
            let Some(placed) = self.command()? else { break };
            block.push(placed);
        }
        if block.is_empty() && !self.ended {
            self.ended = true;
            let payload = format!("{{\"{ENDED}\":{{\"events\":{}}}}}", self.position + 1);
            return Ok(vec![self.of_history(ENDED, 2, payload, self.office.until)?]);
        }
        Ok(block)
    }

    fn of_history(&mut self, name: &str, version: u64, payload: String, at: Timestamp) -> Result<Placed, Error> {
        let stream = StreamId::new(STREAM).map_err(Error::story)?;
        self.position += 1;
        let event = Recorded {
            position: self.position,
            block: 0,
            stream,
            version,
            event_type: name.to_owned(),
            schema_version: SCHEMA_VERSION,
            payload,
            actor: "generate".to_owned(),
            at,
            command: CommandId(self.chance.uuid()),
            request: self.chance.hash(),
            correlation: self.chance.uuid(),
            causation: None,
            opened: None,
            current: None,
        };
        let row = CommandRow {
            command: event.command.0,
            request: event.request,
            first_position: self.position,
            events: 1,
            version: i64::try_from(version).map_err(Error::story)?,
        };
        Ok(Placed { row, events: vec![event], claim: None, numbers: Vec::new(), begun: 0 })
    }

    /// The command that comes next in time.
    fn command(&mut self) -> Result<Option<Placed>, Error> {
        loop {
            let arrival = self.arrivals.get(self.told).map(|at| self.office.moment(*at)).transpose()?;
            let next = self.due.peek().map(|Reverse((at, _))| *at);
            match (next, arrival) {
                // Somebody arrives before anything else happens: what they bring is told first.
                (Some(next), Some(arrival)) if arrival <= next => self.tell_more()?,
                (None, Some(_)) => self.tell_more()?,
                (None, None) => return Ok(None),
                (Some(_), _) => break,
            }
        }
        let Some(Reverse((_, number))) = self.due.pop() else { return Ok(None) };
        let mut course =
            self.courses.remove(&number).ok_or_else(|| Error::story("a story is waited for that nobody tells"))?;
        let step = course.steps.pop_front().ok_or_else(|| Error::story("a story has no more steps"))?;
        let placed = self.place(&mut course, step)?;
        if let Some(next) = course.steps.front() {
            self.due.push(Reverse((next.at, number)));
            self.courses.insert(number, course);
        }
        Ok(Some(placed))
    }

    /// Tells the next stories, on all cores.
    fn tell_more(&mut self) -> Result<(), Error> {
        let end = (self.told + TOLD_AT_ONCE).min(self.arrivals.len());
        let (office, seed, length) = (&self.office, self.generated.seed, self.length);
        let tell = move |number, at| match length {
            None => tell(office, seed, number, at),
            Some(length) => tell_of_length(office, seed, number, at, length),
        };
        let numbered: Vec<(u64, DateTime)> =
            (self.told..end).filter_map(|n| Some((n as u64, *self.arrivals.get(n)?))).collect();
        let hands = std::thread::available_parallelism().map_or(1, usize::from);
        let share = numbered.len().div_ceil(hands).max(1);
        let stories = std::thread::scope(|scope| {
            let tellers: Vec<_> = numbered
                .chunks(share)
                .map(|chunk| {
                    scope.spawn(move || -> Result<Vec<(u64, Story)>, Error> {
                        chunk.iter().map(|(n, at)| Ok((*n, tell(*n, *at)?))).collect()
                    })
                })
                .collect();
            let mut stories = Vec::new();
            for teller in tellers {
                stories.extend(teller.join().map_err(|_| Error::story("a teller broke off"))??);
            }
            Ok::<_, Error>(stories)
        })?;
        for (number, story) in stories {
            self.take(number, story)?;
        }
        self.told = end;
        Ok(())
    }

    fn take(&mut self, number: u64, story: Story) -> Result<(), Error> {
        let Some(first) = story.steps.first() else { return Ok(()) };
        self.due.push(Reverse((first.at, number)));
        let streams = story.inquiries.iter().map(|id| StreamId::new(id.stream_id()).map_err(Error::story));
        let streams = streams.collect::<Result<Vec<_>, _>>()?;
        let course = Course {
            steps: story.steps.into(),
            versions: vec![0; streams.len()],
            streams,
            known: Vec::new(),
            correlation: story.inquiries.first().map_or(Uuid::nil(), |id| id.0),
        };
        self.courses.insert(number, course);
        Ok(())
    }

    /// Gives a step its place, and the numbers that it takes.
    fn place(&mut self, course: &mut Course, step: Step) -> Result<Placed, Error> {
        let first_position = self.position + 1;
        let who = step.writes.first().map_or(0, |(who, _)| *who);
        let (mut claim, mut numbers, mut begun) = (None, Vec::new(), 0);
        match step.takes {
            Takes::Nothing => {}
            Takes::Registration { series, first, chamber, dated } => {
                self.inquiries += 1;
                begun = 1;
                let number = self.inquiries.to_string();
                let key = claim_key(chamber, &number, dated)?;
                let owner = course.streams.get(who).map(ToString::to_string).unwrap_or_default();
                claim = Some((key, owner, first_position));
                course.known.push((number_mark(who).to_string(), number));
                let value = self.number(&series, first);
                course.known.push((incoming_mark(who).to_string(), value.to_string()));
                numbers.push((series, first, value));
            }
            Takes::Outgoing { series, first } => {
                let value = self.number(&series, first);
                // A letter that was written again has its own.
                course.known.retain(|(mark, _)| *mark != outgoing_mark(who).to_string());
                course.known.push((outgoing_mark(who).to_string(), value.to_string()));
                numbers.push((series, first, value));
            }
        }
        let (command, request) = (self.chance.uuid(), self.chance.hash());
        let mut events = Vec::new();
        let mut version = 0;
        for (who, written) in step.writes {
            let (Some(stream), Some(at)) = (course.streams.get(who), course.versions.get_mut(who)) else {
                return Err(Error::story("a story writes to an inquiry that it has not"));
            };
            for event in written {
                *at += 1;
                self.position += 1;
                events.push(Recorded {
                    position: self.position,
                    block: 0,
                    stream: stream.clone(),
                    version: *at,
                    event_type: event.event_type,
                    schema_version: event.schema_version,
                    payload: with_numbers(event.payload, &course.known),
                    actor: step.actor.clone(),
                    at: step.at,
                    command: CommandId(command),
                    request,
                    correlation: course.correlation,
                    causation: None,
                    opened: None,
                    current: None,
                });
            }
            // The stream that was asked first answers with its version.
            if version == 0 {
                version = i64::try_from(*at).map_err(Error::story)?;
            }
        }
        let count = i32::try_from(events.len()).map_err(Error::story)?;
        let row = CommandRow { command, request, first_position, events: count, version };
        Ok(Placed { row, events, claim, numbers, begun })
    }

    fn number(&mut self, series: &str, first: i64) -> i64 {
        let next = self.series.entry(series.to_owned()).or_insert(first);
        *next += 1;
        *next - 1
    }
}

fn claim_key(chamber: &str, number: &str, dated: Date) -> Result<String, Error> {
    let chamber = ChamberCode::new(chamber).map_err(Error::story)?;
    let number = InquiryNumber::parse(&format!("ДС-{number}")).map_err(Error::story)?;
    Ok(natural_key(&chamber, &number, dated))
}

fn with_numbers(payload: String, known: &[(String, String)]) -> String {
    if !payload.contains(MARKS) {
        return payload;
    }
    known.iter().fold(payload, |text, (mark, number)| text.replace(mark, number))
}

/// When stories begin: most on the afternoon of a sitting, the others on any day of work.
fn arrivals(office: &Office, generated: &Generated) -> Result<Vec<DateTime>, Error> {
    let years = i64::from(generated.years);
    let from = generated.until.checked_sub(jiff::Span::new().years(years)).map_err(Error::story)?;
    let mut chance = Chance::apart(generated.seed, u64::MAX);
    let mut days = Vec::new();
    let mut all = 0.0;
    let mut day = from;
    while day < generated.until {
        day = day.tomorrow().map_err(Error::story)?;
        if !office.is_working(day) {
            continue;
        }
        let month = MONTHS[usize::try_from(day.month() - 1).unwrap_or(0)];
        let kind = if day.weekday() == Weekday::Wednesday { 1.0 } else { 0.04 };
        all += month * kind * (0.6 + chance.below(800) as f64 / 1_000.0);
        days.push((day, all));
    }
    let mut at = 0;
    let mut arrivals = Vec::with_capacity(usize::try_from(generated.inquiries).unwrap_or(0));
    for n in 0..generated.inquiries {
        let share = (n as f64 + 0.5) / generated.inquiries as f64 * all;
        while days.get(at).is_some_and(|(_, up_to)| *up_to < share) {
            at += 1;
        }
        let Some((day, _)) = days.get(at).or(days.last()) else { break };
        // Handed over in the morning, registered in the afternoon.
        let second = chance.between(0, 3 * 3_600);
        arrivals.push(day.at(14, 30, 0, 0).checked_add(jiff::Span::new().seconds(second)).map_err(Error::story)?);
    }
    arrivals.sort_unstable();
    Ok(arrivals)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use directory::Directory;
    use inquiry::ids::CertificateFingerprint;
    use inquiry::synthetic::Papers;
    use inquiry::{BlobHash, Event, EventName, Inquiry, StageName};
    use jiff::civil::date;

    use super::*;

    fn generated(seed: u64) -> Generated {
        let hash = BlobHash([7; 32]);
        let certificate = CertificateFingerprint([8; 32]);
        let papers = Papers { pdf: hash, pdf_bytes: 9, facts: hash, edition: hash, signature: hash, certificate };
        Generated { seed, inquiries: 600, years: 2, until: date(2026, 11, 27), papers }
    }

    fn made(seed: u64) -> Vec<Placed> {
        let generated = generated(seed);
        let office = Office::new(Directory::embedded().unwrap(), generated.papers, generated.until).unwrap();
        let mut maker = Maker::new(office, generated).unwrap();
        let mut all = Vec::new();
        loop {
            let block = maker.block().unwrap();
            if block.is_empty() {
                return all;
            }
            all.extend(block);
        }
    }

    fn events(all: &[Placed]) -> impl Iterator<Item = &Recorded> {
        all.iter().flat_map(|placed| &placed.events)
    }

    #[test]
    fn every_story_folds_and_all_of_them_are_one_order_of_time() {
        let all = made(7);
        let mut inquiries: BTreeMap<String, (u64, Inquiry)> = BTreeMap::new();
        let mut kinds = BTreeSet::new();
        let mut before = Timestamp::MIN;
        for (event, position) in events(&all).zip(1..) {
            assert_eq!(event.position, position);
            assert!(event.at >= before, "{} comes after what happened later", event.event_type);
            before = event.at;
            assert!(!event.payload.contains(MARKS), "{}", event.payload);
            if event.stream.as_str() == STREAM {
                continue;
            }
            let (version, inquiry) = inquiries.entry(event.stream.to_string()).or_default();
            *version += 1;
            assert_eq!(event.version, *version);
            for told in Event::from_stored(&event.event_type, event.schema_version, &event.payload).unwrap() {
                kinds.insert(told.name());
                *inquiry = std::mem::take(inquiry).evolve(&told);
            }
        }
        assert!(inquiries.len() >= 600, "{}", inquiries.len());
        let stages: BTreeSet<StageName> =
            inquiries.values().filter_map(|(_, inquiry)| Some(inquiry.dossier()?.stage.name())).collect();
        for stage in [
            StageName::Assigned,
            StageName::Approval,
            StageName::ForSignature,
            StageName::Dispatched,
            StageName::Closed,
            StageName::Withdrawn,
            StageName::Redirected,
            StageName::Merged,
        ] {
            assert!(stages.contains(&stage), "nothing stands at {stage:?}: {stages:?}");
        }
        // Nothing changes in the records of such an office, nobody is erased, and every letter has one signatory and stays the one that was sent.
        let never: Vec<_> = EventName::ALL.iter().copied().filter(|name| !kinds.contains(name)).collect();
        let meant = [
            EventName::PartCarriedOver,
            EventName::ReplyCosigned,
            EventName::LinkRevoked,
            EventName::DeadlinesRecounted,
            EventName::ReplyReplaced,
            EventName::AddressErased,
        ];
        assert_eq!(never, meant);
    }

    #[test]
    fn numbers_have_no_gap_and_no_key_is_claimed_twice() {
        let all = made(8);
        let mut next: BTreeMap<&str, i64> = BTreeMap::new();
        for (series, first, value) in all.iter().flat_map(|placed| &placed.numbers) {
            let expected = next.entry(series).or_insert(*first);
            assert_eq!(value, expected, "{series}");
            *expected += 1;
        }
        assert!(next.len() >= 5, "{next:?}");
        let claims: Vec<_> = all.iter().filter_map(|placed| placed.claim.as_ref()).map(|(key, ..)| key).collect();
        assert_eq!(claims.iter().collect::<BTreeSet<_>>().len(), claims.len());
    }

    #[test]
    fn histories_can_be_made_as_long_as_is_asked() {
        let generated = Generated { inquiries: 30, years: 3, ..generated(3) };
        let office = Office::new(Directory::embedded().unwrap(), generated.papers, generated.until).unwrap();
        let mut maker = Maker::new(office, generated).unwrap().of_length(40);
        let mut lengths: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            let block = maker.block().unwrap();
            if block.is_empty() {
                break;
            }
            for event in events(&block).filter(|event| event.stream.as_str() != STREAM) {
                *lengths.entry(event.stream.to_string()).or_default() += 1;
            }
        }
        assert!(lengths.len() == 30 && lengths.values().all(|length| *length == 40), "{lengths:?}");
    }

    #[test]
    fn a_seed_makes_the_same_events_and_another_one_others() {
        let told = |all: &[Placed]| events(all).map(|event| event.payload.clone()).collect::<Vec<_>>();
        let (first, again) = (made(9), made(9));
        assert_eq!(told(&first), told(&again));
        assert!(events(&first).zip(events(&again)).all(|(one, other)| one == other));
        assert_ne!(told(&first), told(&made(10)));
    }
}
