//! Which subtrees prove that one tree of RFC 6962 is the beginning of another (section 2.1.2), or that a leaf stands in it (2.1.1), as ranges
//! of leaves; and the check of such a proof, by the steps of RFC 9162, section 2.1.4.2. Pure: where the hashes of subtrees come from is
//! [`crate::tree`]'s.

use std::ops::Range;

use crate::hash::Hash;
use crate::merkle::node;

/// Leaves from one number to another, counted from 0.
pub(crate) type Leaves = Range<u64>;

/// The largest power of two below `count`, which must be above 1.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// The subtrees whose roots lead from leaf `index` to the root of a tree of `size` leaves, the lowest first. None when there is no such leaf.
pub(crate) fn path_of(index: u64, size: u64) -> Option<Vec<Leaves>> {
    if index >= size {
        return None;
    }
    let (mut from, mut until) = (0, size);
    let mut way = Vec::new();
    while until - from > 1 {
        let middle = from + split(until - from);
        if index < middle {
            way.push(middle..until);
            until = middle;
        } else {
            way.push(from..middle);
            from = middle;
        }
    }
    way.reverse();
    Some(way)
}

/// The subtrees whose roots prove that the tree of the first `old` leaves is the beginning of that of `new` leaves, in the order of RFC 6962.
/// None unless `0 < old <= new`.
pub(crate) fn consistency_of(old: u64, new: u64) -> Option<Vec<Leaves>> {
    if old == 0 || old > new {
        return None;
    }
    let (mut from, mut until) = (0, new);
    let mut way = Vec::new();
    // SUBPROOF of the standard, from the root down: its last hash first.
    while old < until {
        let middle = from + split(until - from);
        if old <= middle {
            way.push(middle..until);
            until = middle;
        } else {
            way.push(from..middle);
            from = middle;
        }
    }
    // What is left is whole in both trees; where it is all of the old tree, whoever checks has its root already.
    if from > 0 {
        way.push(from..until);
    }
    way.reverse();
    Some(way)
}

/// Does the proof lead to both roots, so that whoever knows the old root knows that the new tree begins with the old one?
#[must_use]
pub fn is_consistent(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old == 0 || old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    let mut rest = proof.iter();
    // A tree of a power of two leaves is whole in the new one: its root is where the way begins.
    let first = if old.is_power_of_two() { Some(old_root) } else { rest.next() };
    let Some(first) = first else { return false };
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut of_old, mut of_new) = (*first, *first);
    for other in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            of_old = node(other, &of_old);
            of_new = node(other, &of_new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            of_new = node(&of_new, other);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && of_old == *old_root && of_new == *new_root
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::merkle::{leaf, path, root};

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| leaf(&n.to_be_bytes())).collect()
    }

    fn roots(all: &[Hash], ranges: &[Leaves]) -> Vec<Hash> {
        ranges.iter().map(|range| root(&all[range.start as usize..range.end as usize])).collect()
    }

    /// PROOF and SUBPROOF of RFC 6962, section 2.1.2, word for word.
    fn defined(old: usize, leaves: &[Hash], is_whole: bool) -> Vec<Hash> {
        let n = leaves.len();
        if old == n {
            return if is_whole { Vec::new() } else { vec![root(leaves)] };
        }
        let k = n.next_power_of_two() / 2;
        let (left, right) = leaves.split_at(k);
        if old <= k {
            let mut proof = defined(old, left, is_whole);
            proof.push(root(right));
            proof
        } else {
            let mut proof = defined(old - k, right, false);
            proof.push(root(left));
            proof
        }
    }

    /// The test data of Google's Certificate Transparency implementation (`merkletree/merkle_tree_test.cc`): eight leaves.
    #[test]
    fn the_proofs_are_those_of_the_published_vectors() {
        let data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        let all: Vec<Hash> = data.iter().map(|bytes| leaf(&hex::decode(bytes).unwrap())).collect();
        let of = |old: u64, new: u64| -> Vec<String> {
            let ranges = consistency_of(old, new).unwrap();
            roots(&all[..new as usize], &ranges).iter().map(hex::encode).collect()
        };
        assert_eq!(of(1, 1), Vec::<String>::new());
        assert_eq!(
            of(1, 8),
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        );
        assert_eq!(
            of(6, 8),
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert_eq!(
            of(2, 5),
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        );
    }

    #[test]
    fn every_proof_of_small_trees_is_the_definition_s_and_proves_that_and_nothing_else() {
        for new in 1..40_u64 {
            let all = leaves(new);
            let new_root = root(&all);
            for index in 0..new {
                let ranges = path_of(index, new).unwrap();
                assert_eq!(Some(roots(&all, &ranges)), path(index as usize, &all), "leaf {index} of {new}");
            }
            assert_eq!((path_of(new, new), consistency_of(0, new), consistency_of(new + 1, new)), (None, None, None));
            for old in 1..=new {
                let proof = roots(&all, &consistency_of(old, new).unwrap());
                assert_eq!(proof, defined(old as usize, &all, true), "{old} of {new}");
                let old_root = root(&all[..old as usize]);
                assert!(is_consistent(old, &old_root, new, &new_root, &proof), "{old} of {new}");
                assert!(!is_consistent(old, &[9; 32], new, &new_root, &proof), "{old} of {new}");
                assert!(!is_consistent(old, &old_root, new, &[9; 32], &proof), "{old} of {new}");
                let longer = [proof.as_slice(), &[[9; 32]]].concat();
                assert!(!is_consistent(old, &old_root, new, &new_root, &longer), "{old} of {new}");
                for at in 0..proof.len() {
                    let mut other = proof.clone();
                    other[at][0] ^= 1;
                    assert!(!is_consistent(old, &old_root, new, &new_root, &other), "{old} of {new} at {at}");
                    other = proof.clone();
                    other.remove(at);
                    assert!(!is_consistent(old, &old_root, new, &new_root, &other), "{old} of {new} without {at}");
                }
            }
        }
    }

    proptest! {
        /// A leaf changed below the old size has no proof that both roots accept, whatever hashes are offered.
        #[test]
        fn a_rewritten_beginning_is_never_consistent(new in 2_u64..600, old in 1_u64..600, changed in 0_u64..600) {
            let old = 1 + old % new;
            let changed = changed % old;
            let honest = leaves(new);
            let mut forged = honest.clone();
            forged[changed as usize][0] ^= 1;
            let ranges = consistency_of(old, new).unwrap();
            let old_root = root(&honest[..old as usize]);
            prop_assert!(is_consistent(old, &old_root, new, &root(&honest), &roots(&honest, &ranges)));
            prop_assert!(!is_consistent(old, &old_root, new, &root(&forged), &roots(&forged, &ranges)));
            prop_assert!(!is_consistent(old, &old_root, new, &root(&forged), &roots(&honest, &ranges)));
        }
    }
}
