//! Which events the followers of this crate read.

use eventstore::{Concern, Recorded};
use inquiry::{Event, EventName, InquiryId};

/// Does an event concern a follower of inquiries that reads these kinds?
pub(crate) fn of_inquiry(event: &Recorded, reads: impl Fn(EventName) -> bool) -> Concern {
    // Streams of other things hold no events of an inquiry.
    if InquiryId::of_stream(event.stream.as_str()).is_none() {
        return Concern::None;
    }
    // What an old shape has become is known when it is read.
    if Event::is_old_shape(&event.event_type, event.schema_version) {
        return Concern::Mine;
    }
    match EventName::from_stored(&event.event_type) {
        Some(name) if !reads(name) => Concern::None,
        // A kind that only a newer program knows may ask for mail or change what is owed, and no rebuild would make up for it: it cannot be
        // read here, and is parked until that program tries it again.
        Some(_) | None => Concern::Mine,
    }
}
