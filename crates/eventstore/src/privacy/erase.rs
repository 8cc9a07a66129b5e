//! The end of a key: recorded as an event, and destroyed in the transaction of that event's block.

use serde::Serialize;

use super::Subject;
use super::holds::Hold;
use crate::append::{Append, AppendError, Appended, Guards, StreamWrite};
use crate::error::StoreError;
use crate::event::{NewEvent, Origin, StreamId};
use crate::journal::Journal;

/// The stored name of the event; a trigger of the database (0008_privacy.sql) destroys the key when it is inserted.
pub const SUBJECT_ERASED: &str = "subject_erased";

/// What is to be erased, and what is recorded of it. Who and when stand in the origin.
#[derive(Clone, Debug)]
pub struct Erasure {
    /// Who asks.
    pub origin: Origin,
    /// Whose keys are destroyed, those that live; a hold on any of them keeps all.
    pub subjects: Vec<Subject>,
    /// On what ground.
    pub ground: String,
    /// What else is recorded with it, all or nothing: the domain's own events, in streams at known versions.
    pub also: Vec<StreamWrite>,
}

/// Why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// A legal hold stands.
    #[error("a legal hold keeps the key of {subject}")]
    Held {
        /// Whose key it keeps.
        subject: Subject,
        /// The hold.
        hold: Box<Hold>,
    },
    /// As any append: conflicts, a command id used before, a failure.
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl From<StoreError> for EraseError {
    fn from(error: StoreError) -> Self {
        Self::Append(error.into())
    }
}

#[derive(Serialize)]
struct Erased<'a> {
    subject_erased: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    subject: &'a str,
    ground: &'a str,
}

impl Journal {
    /// Records that these subjects were erased and destroys their living keys, in one transaction. This process forgets the
    /// keys at once, others within seconds.
    ///
    /// # Errors
    /// [`EraseError::Held`] while a hold stands; otherwise as [`Journal::append`].
    pub async fn erase(&self, erasure: Erasure) -> Result<Appended, EraseError> {
        let Erasure { origin, subjects, ground, also } = erasure;
        let holds = self.holds().await?;
        for subject in &subjects {
            if let Some(hold) = holds.iter().find(|hold| hold.keeps(subject)) {
                return Err(EraseError::Held { subject: subject.clone(), hold: Box::new(hold.clone()) });
            }
        }
        let mut writes = also;
        for subject in &self.living_subjects(&subjects).await? {
            let stream = subject.stream();
            let expected = self.version(&stream).await?;
            writes.push(StreamWrite { stream, expected, events: vec![erased(subject, &ground)?] });
        }
        let appended = self.append(Append { origin, writes, guards: Guards::none() }).await;
        if let Some(privacy) = self.privacy() {
            privacy.forget();
            self.states().forget_all();
        }
        Ok(appended?)
    }

    /// Which of these subjects have a living key: those of whom something sealed can still be read.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn living_subjects(&self, subjects: &[Subject]) -> Result<Vec<Subject>, StoreError> {
        let names: Vec<&str> = subjects.iter().map(Subject::as_str).collect();
        let client = self.pool().get().await?;
        let sql = "SELECT subject FROM subject_keys
                   WHERE subject = ANY ($1::text[]) AND wrapped IS NOT NULL ORDER BY subject";
        let rows = client.query(sql, &[&names]).await.map_err(StoreError::doing("look for the keys of persons"))?;
        let subject = |row: &tokio_postgres::Row| {
            let name: String = row.try_get(0).map_err(StoreError::doing("look for the keys of persons"))?;
            Subject::new(name).map_err(|error| StoreError::Row(error.to_string()))
        };
        rows.iter().map(subject).collect()
    }

    /// The streams with a payload that holds this text as it is stored. Reads the whole journal: for rare questions.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn streams_with(&self, text: &str) -> Result<Vec<StreamId>, StoreError> {
        let doing = || StoreError::doing("search the journal for a text");
        let client = self.pool().get().await?;
        let sql = "SELECT DISTINCT stream FROM events WHERE strpos(payload, $1) > 0 ORDER BY stream";
        let rows = client.query(sql, &[&text]).await.map_err(doing())?;
        rows.iter().map(|row| row.try_get(0).map(StreamId::stored).map_err(doing())).collect()
    }

    /// Does the master key open a key that lives? A database without keys has nothing to say against it.
    ///
    /// # Errors
    /// [`StoreError::MasterKey`] when it does not; [`StoreError`] when the database cannot answer.
    pub async fn check_master_key(&self) -> Result<(), StoreError> {
        match self.privacy() {
            Some(privacy) => privacy.keys.check(self.pool()).await,
            None => Ok(()),
        }
    }

    /// Has PostgreSQL write the table of keys anew, so that no page of it still holds a destroyed key. Asks for the rights of
    /// the table's owner. What it leaves: the write-ahead log and backups, until they are let go.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn scrub_keys(&self) -> Result<(), StoreError> {
        let client = self.pool().get().await?;
        client.batch_execute("VACUUM (FULL) subject_keys").await.map_err(StoreError::doing("write the keys anew"))
    }
}

fn erased(subject: &Subject, ground: &str) -> Result<NewEvent, StoreError> {
    let body = Erased { subject_erased: Body { subject: subject.as_str(), ground } };
    let payload = serde_json::to_string(&body).map_err(|error| StoreError::Row(error.to_string()))?;
    Ok(NewEvent { event_type: SUBJECT_ERASED.to_owned(), schema_version: 1, payload })
}
