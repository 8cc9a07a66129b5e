//! The keys of persons: 32 random bytes each, kept in the database wrapped by the master key, which is not in it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::Pool;
use ring::aead::{CHACHA20_POLY1305, LessSafeKey, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};

use super::Subject;
use super::token::{CannotSeal, KeyId, open, seal};
use crate::error::StoreError;

/// How long a key is remembered: so long another node may still open what was erased a moment ago.
const REMEMBERED: Duration = Duration::from_secs(2);

/// How many keys are remembered before those whose time is over are let go.
const MANY: usize = 4096;

/// The key that wraps the keys of persons: 32 bytes that are kept outside the database.
#[derive(Clone)]
pub struct MasterKey(Arc<LessSafeKey>);

impl MasterKey {
    /// From its bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Arc::new(cipher(bytes)))
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey")
    }
}

#[expect(clippy::expect_used, reason = "the length is the one that the cipher takes")]
fn cipher(bytes: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, bytes).expect("a key of 32 bytes"))
}

/// A key that was looked for.
#[derive(Clone)]
pub(super) enum Found {
    Living(Arc<LessSafeKey>),
    Destroyed,
}

/// The keys of this process's journal.
pub(super) struct Keys {
    master: MasterKey,
    random: SystemRandom,
    /// A destroyed key stays destroyed; a living one is looked up again when its time is over.
    remembered: Mutex<HashMap<KeyId, (Instant, Found)>>,
}

impl Keys {
    pub(super) fn new(master: MasterKey) -> Self {
        Self { master, random: SystemRandom::new(), remembered: Mutex::new(HashMap::new()) }
    }

    pub(super) fn random(&self) -> &SystemRandom {
        &self.random
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<KeyId, (Instant, Found)>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets all keys, so that the next reading asks the database.
    pub(super) fn forget(&self) {
        self.remembered().clear();
    }

    fn remember(&self, found: &HashMap<KeyId, Found>) {
        let now = Instant::now();
        let mut remembered = self.remembered();
        if remembered.len() > MANY {
            remembered.retain(|_, (until, _)| *until > now);
        }
        remembered.extend(found.iter().map(|(id, found)| (id.clone(), (now + REMEMBERED, found.clone()))));
    }

    /// The living key of each subject; one is made for a subject that has none. Always asks the database: what is sealed now
    /// must not be sealed under a key that is gone.
    pub(super) async fn living(
        &self,
        pool: &Pool,
        subjects: &BTreeSet<Subject>,
    ) -> Result<HashMap<Subject, (KeyId, Arc<LessSafeKey>)>, StoreError> {
        let mut found = self.look_for_living(pool, subjects).await?;
        let missing: Vec<&Subject> = subjects.iter().filter(|subject| !found.contains_key(*subject)).collect();
        if !missing.is_empty() {
            self.make(pool, &missing).await?;
            found = self.look_for_living(pool, subjects).await?;
        }
        match subjects.iter().find(|subject| !found.contains_key(*subject)) {
            None => Ok(found),
            Some(gone) => Err(StoreError::Row(format!("the key of {gone} was gone as soon as it was made"))),
        }
    }

    async fn look_for_living(
        &self,
        pool: &Pool,
        subjects: &BTreeSet<Subject>,
    ) -> Result<HashMap<Subject, (KeyId, Arc<LessSafeKey>)>, StoreError> {
        let doing = || StoreError::doing("look for the keys of persons");
        let client = pool.get().await?;
        let names: Vec<&str> = subjects.iter().map(Subject::as_str).collect();
        let sql = "SELECT subject, generation, wrapped FROM subject_keys
                   WHERE subject = ANY ($1::text[]) AND wrapped IS NOT NULL";
        let statement = client.prepare_cached(sql).await.map_err(doing())?;
        let mut found = HashMap::new();
        for row in client.query(&statement, &[&names]).await.map_err(doing())? {
            let id = key_id(row.try_get(0).map_err(doing())?, row.try_get(1).map_err(doing())?)?;
            let key = self.unwrap(&id, row.try_get(2).map_err(doing())?)?;
            found.insert(id.subject.clone(), (id, Arc::new(key)));
        }
        Ok(found)
    }

    /// Opens any one living key.
    pub(super) async fn check(&self, pool: &Pool) -> Result<(), StoreError> {
        let doing = || StoreError::doing("try the master key");
        let client = pool.get().await?;
        let sql = "SELECT subject FROM subject_keys WHERE wrapped IS NOT NULL LIMIT 1";
        let Some(row) = client.query_opt(sql, &[]).await.map_err(doing())? else { return Ok(()) };
        let subject = Subject::new(row.try_get::<_, String>(0).map_err(doing())?);
        drop(client);
        let subject = subject.map_err(|error| StoreError::Row(error.to_string()))?;
        self.look_for_living(pool, &BTreeSet::from([subject])).await.map(drop)
    }

    /// New keys, one generation after the last, in the order of the names, so that two who make the same ones do not wait for each
    /// other. Whoever is first, theirs stands.
    async fn make(&self, pool: &Pool, subjects: &[&Subject]) -> Result<(), StoreError> {
        let doing = || StoreError::doing("make the keys of persons");
        let mut client = pool.get().await?;
        let tx = client.transaction().await.map_err(doing())?;
        for subject in subjects {
            let sql = "SELECT coalesce(max(generation), 0) + 1 FROM subject_keys WHERE subject = $1";
            let generation: i32 =
                tx.query_one(sql, &[&subject.as_str()]).await.and_then(|row| row.try_get(0)).map_err(doing())?;
            let id = KeyId { subject: (*subject).clone(), generation };
            let wrapped = self.wrapped_new(&id).map_err(|_| StoreError::Sealing)?;
            tx.execute(
                "INSERT INTO subject_keys (subject, generation, wrapped, created_at)
                 VALUES ($1, $2, $3, clock_timestamp()) ON CONFLICT DO NOTHING",
                &[&subject.as_str(), &generation, &wrapped],
            )
            .await
            .map_err(doing())?;
        }
        tx.commit().await.map_err(doing())
    }

    fn wrapped_new(&self, id: &KeyId) -> Result<Vec<u8>, CannotSeal> {
        let mut bytes = vec![0; 32];
        self.random.fill(&mut bytes).map_err(|_| CannotSeal)?;
        seal(&self.master.0, &wrapped_for(id), bytes, &self.random)
    }

    fn unwrap(&self, id: &KeyId, mut wrapped: Vec<u8>) -> Result<LessSafeKey, StoreError> {
        let bytes = open(&self.master.0, &wrapped_for(id), &mut wrapped);
        let bytes: Option<&[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(cipher).ok_or_else(|| StoreError::MasterKey(id.to_string()))
    }

    /// The keys of these ids, remembered ones for [`REMEMBERED`] at most.
    pub(super) async fn find(&self, pool: &Pool, ids: HashSet<KeyId>) -> Result<HashMap<KeyId, Found>, StoreError> {
        let mut found = HashMap::new();
        let mut unknown = Vec::new();
        {
            let (now, remembered) = (Instant::now(), self.remembered());
            for id in ids {
                match remembered.get(&id) {
                    Some((until, known)) if *until > now || matches!(known, Found::Destroyed) => {
                        found.insert(id, known.clone());
                    }
                    Some(_) | None => unknown.push(id),
                }
            }
        }
        if unknown.is_empty() {
            return Ok(found);
        }
        let asked = self.ask(pool, &unknown).await?;
        self.remember(&asked);
        if let Some(missing) = unknown.iter().find(|id| !asked.contains_key(id)) {
            // Never taken for erased: a table that lost a row is a fault that somebody has to see.
            return Err(StoreError::Row(format!("the key {missing} is neither there nor destroyed")));
        }
        found.extend(asked);
        Ok(found)
    }

    async fn ask(&self, pool: &Pool, ids: &[KeyId]) -> Result<HashMap<KeyId, Found>, StoreError> {
        let doing = || StoreError::doing("read the keys of persons");
        let client = pool.get().await?;
        let subjects: Vec<&str> = ids.iter().map(|id| id.subject.as_str()).collect();
        let generations: Vec<i32> = ids.iter().map(|id| id.generation).collect();
        let sql = "SELECT subject, generation, wrapped
                   FROM unnest($1::text[], $2::integer[]) AS asked (subject, generation)
                   JOIN subject_keys USING (subject, generation)";
        let statement = client.prepare_cached(sql).await.map_err(doing())?;
        let mut found = HashMap::new();
        for row in client.query(&statement, &[&subjects, &generations]).await.map_err(doing())? {
            let id = key_id(row.try_get(0).map_err(doing())?, row.try_get(1).map_err(doing())?)?;
            let wrapped: Option<Vec<u8>> = row.try_get(2).map_err(doing())?;
            let key = match wrapped {
                Some(wrapped) => Found::Living(Arc::new(self.unwrap(&id, wrapped)?)),
                None => Found::Destroyed,
            };
            found.insert(id, key);
        }
        Ok(found)
    }
}

fn wrapped_for(id: &KeyId) -> String {
    format!("saual key of a person 1\n{id}")
}

fn key_id(subject: String, generation: i32) -> Result<KeyId, StoreError> {
    let subject = Subject::new(subject).map_err(|error| StoreError::Row(error.to_string()))?;
    Ok(KeyId { subject, generation })
}
