//! The true pages of a text that nobody has saved: set by the engine that makes the letter that is signed, kept for a while under the hash of
//! everything they are made from.
//!
//! Typesetting is dear, so it is bounded three ways: one request at a time a person, few for everybody, and what was set once is not set again.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use inquiry::InquiryId;
use letter::kinds::reply::ReplyFacts;
use letter::{Engine, LetterError, preview};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::office::at_work;
use crate::office::letters::unset;
use crate::problem::Problem;

/// Papers that are kept, and the bytes of their letters and pictures together.
const PAPERS: usize = 64;
const BYTES: usize = 64 << 20;
/// Papers that are set or drawn at once.
const AT_ONCE: usize = 2;
/// Width of a page's picture in dots.
const WIDTH: u16 = 1000;

/// A letter that was set.
struct Paper {
    inquiry: InquiryId,
    pdf: Vec<u8>,
    pages: usize,
    pictures: Mutex<BTreeMap<usize, Arc<Vec<u8>>>>,
}

impl Paper {
    fn size(&self) -> usize {
        self.pdf.len() + locked(&self.pictures).values().map(|picture| picture.len()).sum::<usize>()
    }
}

/// The papers of this process.
pub struct Papers {
    /// The one asked for last stands last.
    kept: Mutex<VecDeque<([u8; 32], Arc<Paper>)>>,
    busy: Mutex<HashSet<Uuid>>,
    at_once: Semaphore,
}

/// What a paper is asked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// The hash of what it is made from, in hexadecimal.
    pub name: String,
    /// How many pages it has.
    pub pages: usize,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked left whole papers behind: a place more or less.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One person's turn; another one is refused until it is over.
struct Turn<'a> {
    papers: &'a Papers,
    account: Uuid,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        locked(&self.papers.busy).remove(&self.account);
    }
}

impl Papers {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self {
            kept: Mutex::new(VecDeque::new()),
            busy: Mutex::new(HashSet::new()),
            at_once: Semaphore::const_new(AT_ONCE),
        }
    }

    fn turn(&self, account: Uuid) -> Result<Turn<'_>, Problem> {
        if locked(&self.busy).insert(account) { Ok(Turn { papers: self, account }) } else { Err(Problem::Busy) }
    }

    fn find(&self, name: &[u8; 32]) -> Option<Arc<Paper>> {
        let mut kept = locked(&self.kept);
        let place = kept.iter().position(|(known, _)| known == name)?;
        let found = kept.remove(place)?;
        let paper = Arc::clone(&found.1);
        kept.push_back(found);
        Some(paper)
    }

    fn keep(&self, name: [u8; 32], paper: Arc<Paper>) {
        let mut kept = locked(&self.kept);
        kept.push_back((name, paper));
        while kept.len() > PAPERS || kept.iter().map(|(_, paper)| paper.size()).sum::<usize>() > BYTES {
            kept.pop_front();
        }
    }

    /// Sets a letter for somebody, unless it was set before.
    ///
    /// # Errors
    /// [`Problem::Busy`] while another one is set for the same person; [`Problem::LetterRefused`]; a failure.
    pub async fn set(
        &self,
        engine: &Arc<Engine>,
        account: Uuid,
        inquiry: InquiryId,
        facts: ReplyFacts,
    ) -> Result<Set, Problem> {
        let _turn = self.turn(account)?;
        let json = serde_json::to_vec(&facts).map_err(|error| Problem::failure("name a paper", error))?;
        let mut name = Sha256::new();
        name.update(inquiry.0.as_bytes());
        name.update(&json);
        let name: [u8; 32] = name.finalize().into();
        if let Some(paper) = self.find(&name) {
            return Ok(Set { name: hex::encode(name), pages: paper.pages });
        }
        let _permit = self.at_once.acquire().await;
        let engine = Arc::clone(engine);
        let (pdf, pages) = at_work("set a paper", move || {
            let letter = engine.compose_reply(&facts).map_err(unset)?;
            let pdf = engine.pdf(&letter).map_err(unset)?;
            let pages = preview::count(&pdf).map_err(undrawn)?;
            Ok((pdf, pages))
        })
        .await?;
        let pictures = Mutex::new(BTreeMap::new());
        self.keep(name, Arc::new(Paper { inquiry, pdf, pages, pictures }));
        Ok(Set { name: hex::encode(name), pages })
    }

    /// The picture of a page of a paper that was set, counted from 1; none when it is not kept (any more), or belongs to another inquiry.
    ///
    /// # Errors
    /// A failure.
    pub async fn picture(&self, inquiry: InquiryId, name: &str, page: usize) -> Result<Option<Arc<Vec<u8>>>, Problem> {
        let name: Option<[u8; 32]> = hex::decode(name).ok().and_then(|bytes| bytes.try_into().ok());
        let found = name.and_then(|name| self.find(&name)).filter(|paper| paper.inquiry == inquiry);
        let Some(paper) = found.filter(|paper| (1..=paper.pages).contains(&page)) else { return Ok(None) };
        if let Some(picture) = locked(&paper.pictures).get(&page) {
            return Ok(Some(Arc::clone(picture)));
        }
        let _permit = self.at_once.acquire().await;
        let drawn = Arc::clone(&paper);
        let png = at_work("draw a page of a paper", move || {
            preview::page(&drawn.pdf, page, WIDTH).map_err(undrawn)?.map(|one| one.png().map_err(undrawn)).transpose()
        })
        .await?;
        Ok(png.map(|png| {
            let png = Arc::new(png);
            locked(&paper.pictures).insert(page, Arc::clone(&png));
            png
        }))
    }
}

fn undrawn(error: LetterError) -> Problem {
    Problem::failure("draw a paper", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(size: usize) -> Arc<Paper> {
        let pictures = Mutex::new(BTreeMap::new());
        Arc::new(Paper { inquiry: InquiryId(Uuid::nil()), pdf: vec![0; size], pages: 1, pictures })
    }

    #[test]
    fn what_was_not_looked_at_longest_is_let_go() {
        let papers = Papers::new();
        for n in 0..=u8::try_from(PAPERS).unwrap() {
            papers.keep([n; 32], paper(1));
            assert!(papers.find(&[0; 32]).is_some(), "what is looked at stays");
        }
        assert!(papers.find(&[1; 32]).is_none());
        papers.keep([255; 32], paper(BYTES));
        assert_eq!(locked(&papers.kept).len(), 1, "large ones push out all others");
        papers.keep([254; 32], paper(BYTES + 1));
        assert_eq!(locked(&papers.kept).len(), 0, "and one that is too large is not kept");
    }

    #[test]
    fn a_person_has_one_turn_at_a_time() {
        let (papers, account) = (Papers::new(), Uuid::from_u128(1));
        let turn = papers.turn(account).unwrap();
        assert!(matches!(papers.turn(account), Err(Problem::Busy)));
        assert!(papers.turn(Uuid::from_u128(2)).is_ok());
        drop(turn);
        assert!(papers.turn(account).is_ok());
    }
}
