//! Which old block stands for which new one: first those that read the same, then, between them, those that are most alike.

use std::collections::HashMap;

use super::words::cut;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How much two pieces have in common, in thousandths of both.
pub(crate) type Likeness = u32;

/// Less in common than this, and the one is gone and the other new.
const ALIKE: Likeness = 350;

/// What is moved has to be recognised for certain.
const SURELY_ALIKE: Likeness = 600;
const SURE_WORDS: usize = 4;

/// Comparing everything with everything is bounded: beyond it, pieces that do not read the same are taken for gone and new.
const COMPARISONS: usize = 250_000;

/// A sequence diff takes time with the square of what differs; beyond this, the middle is taken for gone and new.
const STEPS: usize = 16_000_000;

/// What stands for what, in the new order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    Same { old: usize, new: usize },
    Alike { old: usize, new: usize },
    Old(usize),
    New(usize),
}

/// Numbers for texts, so that comparing two of them costs nothing.
#[derive(Default)]
pub(crate) struct Numbers(HashMap<String, u32>);

impl Numbers {
    pub(crate) fn of(&mut self, text: &str) -> u32 {
        if let Some(number) = self.0.get(text) {
            return *number;
        }
        // More texts than this do not fit into a body's limits.
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(text.to_owned(), next);
        next
    }
}

/// The words of a piece, sorted, for telling how alike two pieces are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words(Vec<u32>);

impl Words {
    /// The words of a text; spaces and signs are no words.
    pub(crate) fn of(text: &str, numbers: &mut Numbers) -> Self {
        let words = cut(text).filter(|word| word.contains(char::is_alphanumeric));
        let mut found: Vec<u32> = words.map(|word| numbers.of(word)).collect();
        found.sort_unstable();
        Self(found)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    fn common(&self, other: &Self) -> usize {
        let (mut mine, mut theirs, mut common) = (self.0.as_slice(), other.0.as_slice(), 0);
        while let ([a, rest_a @ ..], [b, rest_b @ ..]) = (mine, theirs) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => mine = rest_a,
                std::cmp::Ordering::Greater => theirs = rest_b,
                std::cmp::Ordering::Equal => {
                    (mine, theirs) = (rest_a, rest_b);
                    common += 1;
                }
            }
        }
        common
    }

    pub(crate) fn likeness(&self, other: &Self) -> Likeness {
        thousandths(2 * self.common(other), self.len() + other.len())
    }

    /// How much of these words `other` has.
    pub(crate) fn within(&self, other: &Self) -> Likeness {
        thousandths(self.common(other), self.len())
    }
}

fn thousandths(part: usize, whole: usize) -> Likeness {
    (1000 * part).checked_div(whole).and_then(|share| Likeness::try_from(share).ok()).unwrap_or(0)
}

/// One piece to be aligned: what it says altogether, its words, and what kind it is, because only its kind can stand for it.
pub(super) struct Aligned {
    pub(super) key: u32,
    pub(super) words: Words,
    pub(super) kin: u32,
}

impl Aligned {
    fn likeness(&self, other: &Self) -> Likeness {
        if self.kin == other.kin { self.words.likeness(&other.words) } else { 0 }
    }
}

/// The least edit from one row of numbers to another, by a known algorithm and in bounded time.
pub(super) fn steps(old: &[u32], new: &[u32]) -> Vec<DiffOp> {
    let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let after = old[before..].iter().rev().zip(new[before..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_len, new_len) = (old.len() - before - after, new.len() - before - after);
    if old_len.saturating_mul(new_len) <= STEPS {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    vec![
        DiffOp::Equal { old_index: 0, new_index: 0, len: before },
        DiffOp::Replace { old_index: before, old_len, new_index: before, new_len },
        DiffOp::Equal { old_index: before + old_len, new_index: before + new_len, len: after },
    ]
}

/// Lays two rows of pieces side by side.
pub(super) fn align(old: &[Aligned], new: &[Aligned]) -> Vec<Pair> {
    let keys = |row: &[Aligned]| row.iter().map(|one| one.key).collect::<Vec<_>>();
    let mut pairs = Vec::with_capacity(old.len().max(new.len()));
    for step in steps(&keys(old), &keys(new)) {
        match step {
            DiffOp::Equal { old_index, new_index, len } => {
                pairs.extend((0..len).map(|at| Pair::Same { old: old_index + at, new: new_index + at }));
            }
            DiffOp::Delete { old_index, old_len, .. } => pairs.extend((old_index..old_index + old_len).map(Pair::Old)),
            DiffOp::Insert { new_index, new_len, .. } => pairs.extend((new_index..new_index + new_len).map(Pair::New)),
            DiffOp::Replace { old_index, old_len, new_index, new_len } => between(
                (old_index, &old[old_index..old_index + old_len]),
                (new_index, &new[new_index..new_index + new_len]),
                &mut pairs,
            ),
        }
    }
    pairs
}

/// Between two pieces that read the same: the pairs in order that have most in common altogether.
fn between((old_at, old): (usize, &[Aligned]), (new_at, new): (usize, &[Aligned]), pairs: &mut Vec<Pair>) {
    if old.len() * new.len() > COMPARISONS {
        pairs.extend((0..old.len()).map(|a| Pair::Old(old_at + a)));
        pairs.extend((0..new.len()).map(|b| Pair::New(new_at + b)));
        return;
    }
    let width = new.len() + 1;
    let mut best = vec![0_u32; (old.len() + 1) * width];
    let mut likeness = vec![0_u32; old.len() * new.len()];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            let alike = old[a].likeness(&new[b]);
            let alike = if alike < ALIKE { 0 } else { alike };
            likeness[a * new.len() + b] = alike;
            let skip = best[(a + 1) * width + b].max(best[a * width + b + 1]);
            let take = if alike == 0 { 0 } else { alike + best[(a + 1) * width + b + 1] };
            best[a * width + b] = skip.max(take);
        }
    }
    let (mut a, mut b) = (0, 0);
    while a < old.len() && b < new.len() {
        let here = best[a * width + b];
        let alike = likeness[a * new.len() + b];
        if alike > 0 && here == alike + best[(a + 1) * width + b + 1] {
            pairs.push(Pair::Alike { old: old_at + a, new: new_at + b });
            (a, b) = (a + 1, b + 1);
        } else if here == best[(a + 1) * width + b] {
            pairs.push(Pair::Old(old_at + a));
            a += 1;
        } else {
            pairs.push(Pair::New(new_at + b));
            b += 1;
        }
    }
    pairs.extend((a..old.len()).map(|a| Pair::Old(old_at + a)));
    pairs.extend((b..new.len()).map(|b| Pair::New(new_at + b)));
}

/// Finds among what is gone and what is new the pieces that only moved: the new ones' entries become pairs, the old ones' go.
pub(super) fn find_moved(pairs: &mut Vec<Pair>, old: &[Aligned], new: &[Aligned]) -> Vec<usize> {
    let gone: Vec<usize> =
        pairs.iter().filter_map(|pair| if let Pair::Old(at) = pair { Some(*at) } else { None }).collect();
    let come: Vec<usize> =
        pairs.iter().filter_map(|pair| if let Pair::New(at) = pair { Some(*at) } else { None }).collect();
    if gone.len() * come.len() > COMPARISONS {
        return Vec::new();
    }
    let mut candidates: Vec<(Likeness, usize, usize)> = Vec::new();
    for &a in &gone {
        for &b in &come {
            let same = old[a].key == new[b].key && old[a].words.len() > 0;
            let enough = old[a].words.len() >= SURE_WORDS && new[b].words.len() >= SURE_WORDS;
            let alike = if same { 1001 } else { old[a].likeness(&new[b]) };
            if same || (enough && alike >= SURELY_ALIKE) {
                candidates.push((alike, a, b));
            }
        }
    }
    candidates.sort_by_key(|(alike, a, b)| (std::cmp::Reverse(*alike), *a, *b));
    let mut taken: HashMap<usize, (usize, bool)> = HashMap::new();
    let mut moved = Vec::new();
    for (alike, a, b) in candidates {
        if !moved.contains(&a) && !taken.contains_key(&b) {
            moved.push(a);
            taken.insert(b, (a, alike > 1000));
        }
    }
    pairs.retain(|pair| !matches!(pair, Pair::Old(at) if moved.contains(at)));
    for pair in pairs.iter_mut() {
        if let Pair::New(new) = *pair
            && let Some(&(old, same)) = taken.get(&new)
        {
            *pair = if same { Pair::Same { old, new } } else { Pair::Alike { old, new } };
        }
    }
    moved
}
