//! Reading the whole log at the speed of the disk, for whoever makes a table again: the columns a fold needs and no others,
//! streamed, and taken apart where they are used.
//!
//! A portion is one statement over a bounded stretch of the log, so that no snapshot grows old behind a long reading.

use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row};
use uuid::Uuid;

use crate::error::StoreError;
use crate::event::CommandId;
use crate::journal::Journal;
use crate::privacy::SealedText;
use crate::rows::{Unsigned16, moment};

/// The columns of [`Line`], in its order.
const COLUMNS: &str = "position, stream, version, event_type, schema_version, at, payload, actor, command, correlation";

/// An event as a fold reads it: the texts stand in the bytes that came from the server and are not copied.
#[derive(Debug)]
pub struct Line {
    row: Row,
    /// The payload with its sealed texts opened, where it has any.
    opened: Option<String>,
    /// Its place in the one order of everything.
    pub position: i64,
    /// Its place in its stream.
    pub version: u64,
    /// The version of the payload's shape.
    pub schema_version: u16,
    /// When, by the office's clock.
    pub at: Timestamp,
    /// The id of the command that led to it.
    pub command: CommandId,
    /// The conversation it belongs to.
    pub correlation: Uuid,
}

impl Line {
    fn read(row: Row) -> Result<Self, StoreError> {
        let fields = || -> Result<_, tokio_postgres::Error> {
            let numbers = (row.try_get(0)?, row.try_get::<_, i64>(2)?, row.try_get::<_, Unsigned16>(4)?);
            // Looked at once here, so that taking them later cannot fail.
            let _texts: [&str; 4] = [row.try_get(1)?, row.try_get(3)?, row.try_get(6)?, row.try_get(7)?];
            Ok((numbers, moment(&row, 5)?, CommandId(row.try_get(8)?), row.try_get(9)?))
        };
        match fields() {
            Ok(((position, version, schema_version), at, command, correlation)) => Ok(Self {
                position,
                version: version.cast_unsigned(),
                schema_version: schema_version.0,
                at,
                command,
                correlation,
                row,
                opened: None,
            }),
            Err(error) => {
                let place = row.try_get::<_, i64>(0).map_or_else(|_| "an event".to_owned(), |at| format!("event {at}"));
                Err(StoreError::Row(format!("{place}: {error}")))
            }
        }
    }

    /// The stream's name.
    #[must_use]
    pub fn stream(&self) -> &str {
        self.row.get(1)
    }

    /// The stored name of the event.
    #[must_use]
    pub fn event_type(&self) -> &str {
        self.row.get(3)
    }

    /// The exact text that is stored.
    #[must_use]
    pub fn payload(&self) -> &str {
        self.row.get(6)
    }

    /// Who acted.
    #[must_use]
    pub fn actor(&self) -> &str {
        self.row.get(7)
    }

    /// The payload as it is read: sealed texts are opened once [`Journal::open_lines`] has seen it.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.opened {
            Some(opened) => opened,
            None => self.payload(),
        }
    }

    /// About how much memory it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.payload().len() + 200
    }
}

/// The events after `after` up to `upto`, in order, as they come from the server, `portion` of them by one statement.
///
/// The statement of the next portion is on its way before this one is read, so the server need not wait for us. It must not be
/// waited for before that, though: its answer stands behind what has not been read.
///
/// # Errors
/// [`StoreError`] when the database cannot answer; each line may be one too.
pub async fn lines<C: GenericClient + Sync>(
    client: &C,
    after: i64,
    upto: i64,
    portion: usize,
) -> Result<BoxStream<'_, Result<Line, StoreError>>, StoreError> {
    let doing = || StoreError::doing("read the journal again");
    let sql = format!("SELECT {COLUMNS} FROM events WHERE position > $1 AND position <= $2 ORDER BY position");
    let statement = client.prepare(&sql).await.map_err(doing())?;
    let step = portion.max(1);
    let read = move |after: i64| {
        let statement = statement.clone();
        let end = after.saturating_add(i64::try_from(step).unwrap_or(i64::MAX)).min(upto);
        async move {
            let rows = client.query_raw(&statement, [after, end]).await.map_err(doing())?;
            Ok::<_, StoreError>(rows.map(line))
        }
    };
    Ok(stream::iter((after..upto).step_by(step)).map(read).buffered(2).try_flatten().boxed())
}

/// The events of one stream up to a position of the log, in order.
///
/// # Errors
/// As [`lines`].
pub async fn lines_of<C: GenericClient + Sync>(
    client: &C,
    stream: &str,
    upto: i64,
) -> Result<BoxStream<'static, Result<Line, StoreError>>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM events WHERE stream = $1 AND position <= $2 ORDER BY version");
    let which: [&(dyn ToSql + Sync); 2] = [&stream, &upto];
    let rows = client.query_raw(&sql, which).await.map_err(StoreError::doing("read a stream again"))?;
    Ok(rows.map(line).boxed())
}

impl SealedText for Line {
    fn stored(&self) -> (&str, &str, &str) {
        (self.stream(), self.event_type(), self.payload())
    }

    fn position(&self) -> i64 {
        self.position
    }

    fn open(&mut self, opened: String) {
        self.opened = Some(opened);
    }
}

impl Journal {
    /// Opens what is sealed in these lines. Lines without sealed texts cost a search of their payload.
    ///
    /// # Errors
    /// [`StoreError`] when the keys cannot be read or a text does not open.
    pub async fn open_lines(&self, lines: &mut [Line]) -> Result<(), StoreError> {
        match self.privacy() {
            Some(privacy) => privacy.open(self.pool(), lines).await,
            None => Ok(()),
        }
    }
}

fn line(row: Result<Row, tokio_postgres::Error>) -> Result<Line, StoreError> {
    Line::read(row.map_err(StoreError::doing("read the journal again"))?)
}
