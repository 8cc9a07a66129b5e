//! On the way in personal texts are sealed in place; on the way out they are opened beside the stored text, which stays as it is.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;

use deadpool_postgres::Pool;

use super::json::string_values;
use super::keys::{Found, Keys};
use super::token::{KeyId, MARK, Place, Token, seal_text};
use super::{Personal, PersonalText, Sealing, Subject};
use crate::append::{Append, AppendError, Invalid};
use crate::error::StoreError;
use crate::event::{NewEvent, Recorded, StreamId};

/// What a journal needs to seal and open.
pub(crate) struct Privacy {
    personal: Arc<dyn Personal>,
    pub(super) keys: Keys,
}

/// A string of a payload that is to be sealed.
struct Marked {
    subject: Subject,
    at: Range<usize>,
}

impl Privacy {
    pub(crate) fn new(sealing: Sealing) -> Self {
        Self { personal: sealing.personal, keys: Keys::new(sealing.master) }
    }

    /// Seals the personal texts of an append. If there are any, the payloads of all its events are answered as they came.
    pub(crate) async fn seal(&self, pool: &Pool, append: &mut Append) -> Result<Vec<String>, AppendError> {
        let mut marked: Vec<Vec<Marked>> = Vec::new();
        let mut subjects = BTreeSet::new();
        for (stream, event) in events(append) {
            refuse_what_looks_sealed(event)?;
            let places = places(event, self.personal.texts(stream, event))?;
            subjects.extend(places.iter().map(|place| place.subject.clone()));
            marked.push(places);
        }
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let plain = events(append).map(|(_, event)| event.payload.clone()).collect();
        let keys = self.keys.living(pool, &subjects).await?;
        let to_seal =
            append.writes.iter_mut().flat_map(|write| write.events.iter_mut().map(|event| (&write.stream, event)));
        for ((stream, event), places) in to_seal.zip(marked).filter(|(_, places)| !places.is_empty()) {
            let place = Place { stream: stream.as_str(), event_type: &event.event_type };
            let sealed = replaced(&event.payload, places.iter().map(|marked| &marked.at), |at, text| {
                let marked = places.iter().find(|marked| &marked.at == at);
                let key = marked.and_then(|marked| keys.get(&marked.subject));
                let (id, key) = key.ok_or(StoreError::Sealing)?;
                seal_text(text, id, key, &place, self.keys.random()).map_err(|_| StoreError::Sealing)
            })?;
            event.payload = sealed;
        }
        Ok(plain)
    }

    /// Forgets all keys, so that the next reading asks the database.
    pub(crate) fn forget(&self) {
        self.keys.forget();
    }

    /// Opens what is sealed in these events. A payload in which nothing is sealed costs one search of its text.
    pub(crate) async fn open<S: SealedText>(&self, pool: &Pool, events: &mut [S]) -> Result<(), StoreError> {
        let is_sealed = |event: &S| event.stored().2.contains(MARK);
        let mut ids: HashSet<KeyId> = HashSet::new();
        for event in events.iter().filter(|event| is_sealed(event)) {
            tokens(event.stored().2, |token, _| {
                ids.insert(token.key);
            });
        }
        if ids.is_empty() {
            return Ok(());
        }
        let keys = self.keys.find(pool, ids).await?;
        for event in events.iter_mut().filter(|event| is_sealed(event)) {
            if let Some(text) = opened(event, &keys)? {
                event.open(text);
            }
        }
        Ok(())
    }
}

/// A stored event whose sealed texts can be opened beside it.
pub(crate) trait SealedText {
    /// Its stream, its stored name and the stored text.
    fn stored(&self) -> (&str, &str, &str);

    /// Its place in the journal.
    fn position(&self) -> i64;

    /// Takes the text with everything opened.
    fn open(&mut self, opened: String);
}

impl SealedText for Recorded {
    fn stored(&self) -> (&str, &str, &str) {
        (self.stream.as_str(), &self.event_type, &self.payload)
    }

    fn position(&self) -> i64 {
        self.position
    }

    fn open(&mut self, opened: String) {
        self.opened = Some(opened);
    }
}

fn events(append: &Append) -> impl Iterator<Item = (&StreamId, &NewEvent)> {
    append.writes.iter().flat_map(|write| write.events.iter().map(|event| (&write.stream, event)))
}

/// A string that looks like a sealed text would be opened when it is read: whoever sends one is refused.
fn refuse_what_looks_sealed(event: &NewEvent) -> Result<(), Invalid> {
    let mut found = false;
    if event.payload.contains(MARK) {
        string_values(&event.payload, |_, at| {
            found |= event.payload.get(at).is_some_and(|text| text.starts_with(MARK));
        });
    }
    if found { Err(Invalid::Sealed { event_type: event.event_type.clone() }) } else { Ok(()) }
}

/// Where the personal texts stand in the payload, in order. A pointer that leads to no string is a fault of whoever gave it;
/// better nothing is recorded than a personal text in plain.
fn places(event: &NewEvent, texts: Vec<PersonalText>) -> Result<Vec<Marked>, Invalid> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let mut wanted: HashMap<String, Subject> = texts.into_iter().map(|text| (text.pointer, text.subject)).collect();
    let mut places = Vec::new();
    string_values(&event.payload, |path, at| {
        if let Some(subject) = wanted.remove(&path.pointer()) {
            places.push(Marked { subject, at });
        }
    });
    match wanted.into_keys().next() {
        None => Ok(places),
        Some(pointer) => Err(Invalid::NoPersonalText { event_type: event.event_type.clone(), pointer }),
    }
}

fn opened(event: &impl SealedText, keys: &HashMap<KeyId, Found>) -> Result<Option<String>, StoreError> {
    let (stream, event_type, payload) = event.stored();
    let mut found = Vec::new();
    tokens(payload, |token, at| found.push((token, at)));
    if found.is_empty() {
        return Ok(None);
    }
    let place = Place { stream, event_type };
    let ranges: Vec<Range<usize>> = found.iter().map(|(_, at)| at.clone()).collect();
    let mut tokens = found.into_iter().map(|(token, _)| token);
    replaced(payload, ranges.iter(), |_, _| {
        let token = tokens.next().ok_or(StoreError::Sealing)?;
        match keys.get(&token.key) {
            Some(Found::Living(key)) => token
                .open(key, &place)
                .ok_or_else(|| StoreError::Row(format!("a sealed text of event {} does not open", event.position()))),
            Some(Found::Destroyed) => Ok("null".to_owned()),
            None => Err(StoreError::Sealing),
        }
    })
    .map(Some)
}

fn tokens(payload: &str, mut show: impl FnMut(Token, Range<usize>)) {
    string_values(payload, |_, at| {
        if let Some(token) = payload.get(at.clone()).and_then(Token::read) {
            show(token, at);
        }
    });
}

/// The text with each of these ranges, which are in order, put as `instead` says; everything else to the byte.
fn replaced<'r, E>(
    text: &str,
    ranges: impl Iterator<Item = &'r Range<usize>>,
    mut instead: impl FnMut(&Range<usize>, &str) -> Result<String, E>,
) -> Result<String, E> {
    let mut whole = String::with_capacity(text.len());
    let mut from = 0;
    for range in ranges {
        whole.push_str(text.get(from..range.start).unwrap_or_default());
        whole.push_str(&instead(range, text.get(range.clone()).unwrap_or_default())?);
        from = range.end;
    }
    whole.push_str(text.get(from..).unwrap_or_default());
    Ok(whole)
}

/// Reads sealed texts as if they had been erased: for whoever needs no personal text, and so no key.
pub fn hide(events: &mut [Recorded]) {
    for event in events.iter_mut().filter(|event| event.payload.contains(MARK)) {
        let mut ranges = Vec::new();
        tokens(&event.payload, |_, at| ranges.push(at));
        let null = |_: &Range<usize>, _: &str| Ok::<_, Infallible>("null".to_owned());
        let Ok(hidden) = replaced(&event.payload, ranges.iter(), null);
        event.opened = Some(hidden);
    }
}

/// Is the string at `pointer` of this stored payload a sealed text?
#[must_use]
pub fn is_sealed(payload: &str, pointer: &str) -> bool {
    let mut sealed = false;
    string_values(payload, |path, at| {
        sealed |= payload.get(at).is_some_and(|text| text.starts_with(MARK)) && path.pointer() == pointer;
    });
    sealed
}
