//! Whatever stream an event is of: the journal is looked through as a whole, not by inquiries alone.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use directory::MinistryCode;
use directory::blanks::MinistryBlanks;
use directory::changes::Change;
use inquiry::InquiryId;
use inquiry::event::{Event, EventName, UnknownEvent};
use uuid::Uuid;

use crate::folding::Subject;

/// The longest name of a stream (`eventstore::StreamId`).
const LONGEST: usize = 200;

/// The changes of the records that may name a ministry: its own, that of an office which heads one, and the taking back of any.
const OF_MINISTRIES: [&str; 7] = [
    "ministry_founded",
    "ministry_renamed",
    "ministry_merged",
    "ministry_split",
    "ministry_abolished",
    "office_founded",
    "change_taken_back",
];

/// What an event is, as far as it matters whom it concerns.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Something that happened to an inquiry.
    OfInquiry(EventName),
    /// A change of the records that may name a ministry.
    OfMinistries,
    /// Of something else, or known to a newer program alone. It stands in the journal all the same.
    Other,
}

/// What such an event says.
#[derive(Debug)]
pub(crate) enum Said {
    /// Of an inquiry.
    Inquiry(Box<Event>),
    /// Of the records.
    Records(Box<Change>),
}

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

    /// The ministry whose blanks' stream this is.
    pub(super) fn blanks(&self) -> Option<MinistryCode> {
        let code: MinistryCode = self.text().split_once('-')?.1.parse().ok()?;
        (MinistryBlanks::stream_id(&code) == self.text()).then_some(code)
    }

    pub(super) fn of(inquiry: InquiryId) -> Option<Self> {
        Self::of_stream(&inquiry.stream_id())
    }
}

impl Subject for Stream {
    type Event = Said;
    type Name = Kind;

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

    fn name(stored: &str) -> Option<Kind> {
        Some(match EventName::from_stored(stored) {
            Some(name) => Kind::OfInquiry(name),
            None if OF_MINISTRIES.contains(&stored) => Kind::OfMinistries,
            None => Kind::Other,
        })
    }

    fn is_old_shape(event_type: &str, schema_version: u16) -> bool {
        Event::is_old_shape(event_type, schema_version)
    }

    fn events(event_type: &str, schema_version: u16, payload: &str) -> Result<Vec<Said>, UnknownEvent> {
        if let Some(name) = OF_MINISTRIES.into_iter().find(|name| *name == event_type) {
            let change: Change =
                serde_json::from_str(payload).map_err(|source| UnknownEvent::Payload { name, source })?;
            return Ok(vec![Said::Records(Box::new(change))]);
        }
        let events = Event::from_stored(event_type, schema_version, payload)?;
        Ok(events.into_iter().map(|event| Said::Inquiry(Box::new(event))).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_a_ministry_is_read() {
        let mut ministries = Change::STORED.iter().filter(|stored| stored.starts_with("ministry_"));
        assert!(ministries.all(|stored| OF_MINISTRIES.contains(stored)));
        assert!(OF_MINISTRIES.iter().all(|stored| Change::STORED.contains(stored)));
    }

    #[test]
    fn a_stream_of_blanks_names_its_ministry() {
        let of = |text: &str| Stream::of_stream(text).and_then(|stream| stream.blanks());
        let code = MinistryCode::new("m-lsp").unwrap();
        assert_eq!(of(&MinistryBlanks::stream_id(&code)), Some(code));
        assert_eq!(of("account-mlsp"), None);
        assert_eq!(of("directory"), None);
    }
}
