//! The journal opened for the inquiry: which texts of its events are personal, what its old events are today, and the master key.

use std::sync::Arc;

use anyhow::Context;
use deadpool_postgres::Pool;
use directory::changes;
use eventstore::{
    Domain, Journal, MasterKey, NewEvent, Personal, PersonalText, Sealing, Shape, StreamId, Subject, Upcast,
};
use inquiry::{Event, InquiryId, personal, upcast};

use super::key;
use crate::config::Config;

/// Folder of the master key under the data folder.
const FOLDER: &str = "privacy";

/// Opens the journal.
///
/// # Errors
/// The database has no journal, or the master key is not that of its keys; each error says what to do.
pub(crate) async fn open(config: &Config, pool: &Pool, writer: &tokio_postgres::Config) -> anyhow::Result<Journal> {
    let prepared = "the journal cannot be opened; `saual migrate` prepares a database";
    let client = pool.get().await.context("the database cannot be reached")?;
    let sql = "select exists (select from subject_keys where wrapped is not null)";
    let has_keys: bool = client.query_one(sql, &[]).await.context(prepared)?.get(0);
    drop(client);
    let master = key::read_or_make(&config.data.join(FOLDER), has_keys, "texts")?;
    let sealing = Sealing { personal: Arc::new(Inquiries), master: MasterKey::new(&master) };
    let domain = Domain { sealing: Some(sealing), upcast: Some(Arc::new(Inquiries)) };
    let journal = Journal::open_for(pool.clone(), writer.clone(), eventstore::Settings::MEASURED, domain)
        .await
        .context(prepared)?;
    journal.check_master_key().await?;
    Ok(journal)
}

/// What the journal asks about an inquiry's events.
struct Inquiries;

impl Personal for Inquiries {
    fn texts(&self, stream: &StreamId, event: &NewEvent) -> Vec<PersonalText> {
        if stream.as_str() == changes::STREAM {
            return of_records(event);
        }
        let Some(inquiry) = InquiryId::of_stream(stream.as_str()) else { return Vec::new() };
        // What cannot be read was not made by this program, and is not recorded as if it were understood: the journal keeps it as it is.
        let events = Event::from_stored(&event.event_type, event.schema_version, &event.payload).unwrap_or_default();
        let texts = events.iter().flat_map(|event| personal::texts(inquiry, event));
        texts
            .filter_map(|text| Some(PersonalText { subject: Subject::new(text.subject).ok()?, pointer: text.pointer }))
            .collect()
    }
}

/// A deputy's mailbox in the records is the deputy's.
fn of_records(event: &NewEvent) -> Vec<PersonalText> {
    let change = serde_json::from_str::<changes::Change>(&event.payload).ok();
    let text = change.as_ref().and_then(changes::personal).and_then(|(deputy, pointer)| {
        Some(PersonalText { subject: Subject::new(personal::deputy(deputy)).ok()?, pointer })
    });
    text.into_iter().collect()
}

impl Upcast for Inquiries {
    fn is_current(&self, event_type: &str, schema_version: u16) -> bool {
        !upcast::is_old(upcast::RULES, event_type, schema_version)
    }

    fn current(&self, shape: Shape) -> Result<Vec<Shape>, Box<dyn std::error::Error + Send + Sync>> {
        let events = Event::from_stored(&shape.event_type, shape.schema_version, &shape.payload)?;
        let today = |event: &Event| Shape {
            event_type: event.stored_name().to_owned(),
            schema_version: event.schema_version(),
            payload: event.to_payload(),
        };
        Ok(events.iter().map(today).collect())
    }
}
