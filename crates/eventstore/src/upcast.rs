//! Old shapes are read as new ones: what was stored stays as it is, and becomes none, one or several events of today when it is
//! read.

use std::sync::Arc;

use crate::error::StoreError;
use crate::event::Recorded;

/// One event as a text in a shape: what stands in the journal, or what that becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The stored name.
    pub event_type: String,
    /// The version of the shape.
    pub schema_version: u16,
    /// JSON.
    pub payload: String,
}

/// What an old event is today. A function of values.
pub trait Upcast: Send + Sync {
    /// Is this the shape of today? Asked of every event that is read, so it should be quick.
    fn is_current(&self, event_type: &str, schema_version: u16) -> bool;

    /// What the shape has become: none, one or several, all of them of today, in order.
    ///
    /// # Errors
    /// Why the old text could not be read.
    fn current(&self, shape: Shape) -> Result<Vec<Shape>, Box<dyn std::error::Error + Send + Sync>>;
}

/// Notes beside each event what it is today, where that is another shape than the stored one.
pub(crate) fn upcast(rules: &Arc<dyn Upcast>, events: &mut [Recorded]) -> Result<(), StoreError> {
    for event in events.iter_mut() {
        if rules.is_current(&event.event_type, event.schema_version) {
            continue;
        }
        let shape = Shape {
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            payload: event.text().to_owned(),
        };
        let current = rules.current(shape).map_err(|source| StoreError::Upcast {
            position: event.position,
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            source: source.into(),
        })?;
        event.current = Some(current);
    }
    Ok(())
}
