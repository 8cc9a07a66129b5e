//! All followers of this crate, in one place: what runs them, rebuilds them and waits for them goes through this list.

use eventstore::{Follower, FollowerError, Recorded};
use inquiry::InquiryId;
use inquiry::event::{Event, UnknownEvent};
use tokio_postgres::Transaction;

use crate::ReadError;
use crate::deliveries::DeliveryFollower;
use crate::letters::LetterFollower;
use crate::register::RegisterFollower;

/// A table that follows the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// One row per inquiry.
    Register,
    /// One row per recipient.
    Deliveries,
    /// One row per signed letter.
    Letters,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 3] = [Self::Register, Self::Deliveries, Self::Letters];

    /// The follower's name, under which its place in the journal is kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Deliveries => "deliveries",
            Self::Letters => "letters",
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// The statement that empties the table, for making it again.
    const fn emptying(self) -> &'static str {
        match self {
            Self::Register => "delete from register",
            Self::Deliveries => "delete from delivery",
            Self::Letters => "delete from letter",
        }
    }

    /// Folds a page of the journal into the table.
    ///
    /// # Errors
    /// [`ReadError`]; the transaction is then to be given up.
    pub async fn take(self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), ReadError> {
        match self {
            Self::Register => RegisterFollower.take(tx, page).await,
            Self::Deliveries => DeliveryFollower.take(tx, page).await,
            Self::Letters => LetterFollower.take(tx, page).await,
        }
    }

    /// Empties the table, before it is made again within the same transaction.
    ///
    /// # Errors
    /// [`ReadError`] when the database refuses.
    pub async fn empty(self, tx: &Transaction<'_>) -> Result<(), ReadError> {
        tx.execute(self.emptying(), &[]).await.map_err(ReadError::doing("empty a table"))?;
        Ok(())
    }
}

impl Follower for Table {
    fn name(&self) -> &str {
        Self::name(*self)
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        Ok(self.take(tx, page).await?)
    }
}

/// What was recorded of an inquiry, as events of today: one for most, none or several for those of old shapes. Nothing for events of
/// other streams, and for kinds of events that a newer version of this program writes: they are passed over, and found again when
/// that version makes the table anew.
pub(crate) fn read_event(recorded: &Recorded) -> Result<Option<(InquiryId, Vec<Event>)>, ReadError> {
    let Some(inquiry) = InquiryId::of_stream(recorded.stream.as_str()) else {
        return Ok(None);
    };
    match Event::from_stored(&recorded.event_type, recorded.schema_version, recorded.text()) {
        Ok(events) => Ok(Some((inquiry, events))),
        Err(UnknownEvent::Name { .. }) => Ok(None),
        Err(source) => Err(ReadError::UnknownEvent { position: recorded.position, source }),
    }
}
