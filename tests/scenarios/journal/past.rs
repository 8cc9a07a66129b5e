//! The register as of any moment is what its events say: random histories side by side, random moments and positions, every question.

use std::collections::BTreeMap;

use directory::MinistryCode;
use eventstore::{Append, Guards, NewEvent, Origin, StreamWrite};
use inquiry::{Event, InquiryId};
use jiff::{SignedDuration, Timestamp};
use readmodel::followers::Table;
use readmodel::past::Between;
use readmodel::rebuild::{Options, rebuild};
use readmodel::register::{self, Entry, Filter, Order};
use readmodel::{AsOf, Guard, Reader, Sight, Stamp};

use super::inquiries::{history, stream};
use super::rebuilding::follow_all;
use super::{Office, office, origin};

/// So many inquiries.
const INQUIRIES: u64 = 30;

struct Random(u64);

impl Random {
    /// Below `most`.
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) % most
    }
}

fn minutes(n: u64) -> SignedDuration {
    SignedDuration::from_mins(i64::try_from(n).unwrap())
}

/// Tells all histories side by side. Clocks differ: what is recorded later may be dated some minutes earlier, though never before its own predecessor.
/// Answers the positions at which something was recorded whole: what is recorded at once is shown at once.
async fn tell(office: &Office, random: &mut Random) -> Vec<i64> {
    let mut positions = Vec::new();
    let mut clock = origin().at;
    let mut histories: Vec<(u64, u64, Timestamp, std::vec::IntoIter<NewEvent>)> =
        (0..INQUIRIES).map(|n| (n, 0, clock, history(n).into_iter())).collect();
    while !histories.is_empty() {
        let which = usize::try_from(random.below(histories.len() as u64)).unwrap();
        let (n, version, last, rest) = &mut histories[which];
        let events: Vec<NewEvent> = rest.take(1 + usize::try_from(random.below(3)).unwrap()).collect();
        // Mostly minutes, sometimes weeks: rows stand for different lengths of time.
        clock += if random.below(20) == 0 { minutes(random.below(60_000)) } else { minutes(random.below(50)) };
        *last = (clock - minutes(random.below(3) * random.below(25))).max(*last + SignedDuration::from_micros(1));
        let told = events.len() as u64;
        let write = StreamWrite { stream: stream(*n), expected: *version, events };
        let append = Append { origin: Origin { at: *last, ..origin() }, writes: vec![write], guards: Guards::none() };
        positions.push(office.journal.append(append).await.unwrap().last_position);
        *version += told;
        if rest.len() == 0 {
            histories.swap_remove(which);
        }
    }
    positions
}

/// An event as the folds take it.
type Told = (Stamp, Vec<Event>);

async fn told(office: &Office) -> BTreeMap<InquiryId, Vec<Told>> {
    let mut all: BTreeMap<InquiryId, Vec<Told>> = BTreeMap::new();
    for recorded in office.journal.read_after(0, 100_000).await.unwrap() {
        let Some(inquiry) = InquiryId::of_stream(recorded.stream.as_str()) else { continue };
        let events = Event::from_stored(&recorded.event_type, recorded.schema_version, recorded.text()).unwrap();
        let stamp = Stamp { position: recorded.position, version: recorded.version, at: recorded.at };
        all.entry(inquiry).or_default().push((stamp, events));
    }
    all
}

/// What the register had shown: the fold of what had happened by then and was known, with one hour for what comes in late.
fn folded(all: &BTreeMap<InquiryId, Vec<Told>>, as_of: AsOf) -> Vec<Entry> {
    let settled = as_of.at - SignedDuration::from_hours(1);
    let known = |(stamp, _): &&Told| stamp.at <= as_of.at && (stamp.position <= as_of.position || stamp.at <= settled);
    let fold = |told: &Vec<Told>| {
        told.iter().take_while(known).fold(None, |entry, (stamp, events)| register::fold(entry, events, *stamp))
    };
    all.values().filter_map(fold).collect()
}

/// What is shown of an entry.
fn shown(entry: &Entry) -> String {
    let bare = Entry {
        words: Vec::new(),
        took_part: Vec::new(),
        deputies: Vec::new(),
        version: 0,
        changed_at: Timestamp::UNIX_EPOCH,
        position: 0,
        ..entry.clone()
    };
    format!("{bare:?}")
}

fn all_shown(mut entries: Vec<Entry>) -> Vec<String> {
    entries.sort_by_key(|entry| entry.inquiry);
    entries.iter().map(shown).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn as_of_any_moment_the_register_is_the_fold_of_what_had_happened() {
    let office = office().await;
    let mut random = Random(0x5a17);
    let following = follow_all(&office.journal);
    let recorded = tell(&office, &mut random).await;
    let head = office.settled().await;
    following.stop().await;
    let told = told(&office).await;
    let moments: Vec<Stamp> = told.values().flatten().map(|(stamp, _)| *stamp).collect();
    let reader = Reader::new(office.database.pool.clone(), Guard::Server, Sight::Whole);
    let mut found = 0;
    for nth in 0..160_usize {
        let stamp = moments[usize::try_from(random.below(moments.len() as u64)).unwrap()];
        let at = stamp.at + minutes(random.below(90)) - minutes(random.below(30));
        let position = match nth % 3 {
            0 => head,
            1 => recorded.iter().copied().find(|position| *position >= stamp.position).unwrap_or(head),
            _ => recorded[usize::try_from(random.below(recorded.len() as u64)).unwrap()],
        };
        let as_of = AsOf { at, position };
        let expected = folded(&told, as_of);
        let sitting = reader.sit_as_of(Some(as_of)).await.unwrap();
        let list = async |filter: &Filter, order| sitting.at_once(filter, order, 1_000).await.unwrap();
        let seen = list(&Filter::all(), Order::Received).await;
        found += seen.len();
        assert_eq!(all_shown(seen), all_shown(expected.clone()), "{as_of:?}");
        // In the order of the list, by parts, and counted.
        let lead = MinistryCode::new("mlsp").unwrap();
        for filter in [
            Filter { open: Some(true), ..Filter::all() },
            Filter { open: Some(false), ..Filter::all() },
            Filter { lead: Some(lead.clone()), ..Filter::all() },
            Filter { ministry: Some(lead.clone()), open: Some(true), ..Filter::all() },
        ] {
            let fits = |entry: &&Entry| {
                filter.open.is_none_or(|open| entry.stage.is_open() == open)
                    && filter.lead.as_ref().is_none_or(|lead| entry.lead.as_ref() == Some(lead))
                    && filter.ministry.as_ref().is_none_or(|one| {
                        entry.lead.as_ref() == Some(one) || entry.co_executors.iter().any(|co| &co.ministry == one)
                    })
            };
            let mut wanted: Vec<Entry> = expected.iter().filter(fits).cloned().collect();
            wanted.sort_by_key(|entry| (entry.due, entry.inquiry));
            let seen: Vec<InquiryId> = list(&filter, Order::Due).await.iter().map(|entry| entry.inquiry).collect();
            assert_eq!(seen, wanted.iter().map(|entry| entry.inquiry).collect::<Vec<_>>(), "{as_of:?} {filter:?}");
            assert_eq!(sitting.count(&filter).await.unwrap().counted, wanted.len() as u64, "{as_of:?} {filter:?}");
        }
        // A comparison with itself finds nothing.
        let (glimpses, more) = sitting.glimpses(&Filter::all()).await.unwrap();
        assert!(!more && glimpses.len() == expected.len());
        let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        assert_eq!(Between::of(&glimpses, day, &glimpses, day), Between::default());
        sitting.rise().await.unwrap();
    }
    assert!(found > 500, "the moments were before everything: {found}");
    // Made again, it is the same; and it holds a row for what is shown otherwise, not for every event.
    let rows = async || office.count("register_past").await;
    let followed = rows().await;
    let options = Options::usual("these tests");
    let rebuilt = rebuild(&office.journal, &office.database.config, Table::Past, &options, &|_| {}).await.unwrap();
    assert_eq!((rebuilt.rows, rows().await), (followed, followed));
    let events = told.values().map(Vec::len).sum::<usize>();
    assert!(followed * 3 < i64::try_from(events).unwrap() * 2, "{followed} rows of {events} events");
}
