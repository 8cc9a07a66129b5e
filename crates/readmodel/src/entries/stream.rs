//! Whatever stream an event is of: the journal is looked through as a whole, not by inquiries alone.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use inquiry::InquiryId;
use inquiry::event::{Event, EventName, UnknownEvent};
use uuid::Uuid;

use crate::folding::Subject;

/// The longest name of a stream (`eventstore::StreamId`).
const LONGEST: usize = 200;

/// A stream by its name, which is kept where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Stream {
    name: [u8; LONGEST],
    length: u8,
}

impl Stream {
    pub(super) fn text(&self) -> &str {
        let name = self.name.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(name).unwrap_or_default()
    }

    /// The inquiry whose stream this is; none for streams of other things.
    pub(super) fn inquiry(&self) -> Option<InquiryId> {
        InquiryId::of_stream(self.text())
    }

    pub(super) fn of(inquiry: InquiryId) -> Option<Self> {
        Self::of_stream(&inquiry.stream_id())
    }
}

impl Subject for Stream {
    type Event = Event;
    /// None: of another stream than an inquiry's, or known to a newer program alone. It stands in the journal all the same.
    type Name = Option<EventName>;

    fn of_stream(stream: &str) -> Option<Self> {
        let mut name = [0; LONGEST];
        name.get_mut(..stream.len())?.copy_from_slice(stream.as_bytes());
        Some(Self { name, length: u8::try_from(stream.len()).ok()? })
    }

    fn stream_id(self) -> String {
        self.text().to_owned()
    }

    /// Rows are looked for by the inquiry alone: nothing is kept from one event of another stream to the next.
    fn uuid(self) -> Uuid {
        self.inquiry().map_or(Uuid::nil(), |inquiry| inquiry.0)
    }

    fn name(stored: &str) -> Option<Option<EventName>> {
        Some(EventName::from_stored(stored))
    }

    fn is_old_shape(event_type: &str, schema_version: u16) -> bool {
        Event::is_old_shape(event_type, schema_version)
    }

    fn events(event_type: &str, schema_version: u16, payload: &str) -> Result<Vec<Event>, UnknownEvent> {
        Event::from_stored(event_type, schema_version, payload)
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.text().fmt(f)
    }
}

impl PartialEq for Stream {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Stream {}

impl PartialOrd for Stream {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Stream {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text().cmp(other.text())
    }
}

impl Hash for Stream {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}
