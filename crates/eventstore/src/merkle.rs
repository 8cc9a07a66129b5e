//! The tree of RFC 6962, section 2.1: the root over a list of leaves, and the path that proves one of them.

use sha2::{Digest, Sha256};

use crate::hash::Hash;

/// The hash of a leaf's bytes.
#[must_use]
pub fn leaf(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

/// The hash of a node.
pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    // In one piece: a node is hashed for every leaf of every block, and piecewise feeding costs half as much again.
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    Sha256::digest(bytes).into()
}

/// A tree that grows leaf by leaf and keeps one hash for each full subtree on its right edge: 33 at most for a block.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    /// The roots of full subtrees, the largest first; their sizes are the binary digits of `leaves`.
    full: Vec<Hash>,
    leaves: u64,
}

impl Growing {
    /// Puts the next leaf's hash to the right of all others.
    pub(crate) fn push(&mut self, leaf: Hash) {
        let mut here = leaf;
        let mut digits = self.leaves;
        while digits & 1 == 1 {
            let Some(left) = self.full.pop() else { break };
            here = node(&left, &here);
            digits >>= 1;
        }
        self.full.push(here);
        self.leaves += 1;
    }

    /// The root over the leaves so far.
    pub(crate) fn root(&self) -> Hash {
        let mut from_the_right = self.full.iter().rev();
        match from_the_right.next() {
            None => Sha256::digest([]).into(),
            Some(last) => from_the_right.fold(*last, |right, left| node(left, &right)),
        }
    }

    /// Makes it empty again and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.full.clear();
        self.leaves = 0;
    }
}

/// The largest power of two below `count`, which must be above 1.
fn split(count: usize) -> usize {
    count.next_power_of_two() / 2
}

/// The root over the hashes of the leaves, in order.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    let mut tree = Growing::default();
    for leaf in leaves {
        tree.push(*leaf);
    }
    tree.root()
}

/// The path that proves leaf `index`: the hashes to join on the way up, the lowest first. `None` when there is no such
/// leaf.
#[must_use]
pub fn path(index: usize, leaves: &[Hash]) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let mut way = Vec::new();
    let (mut index, mut rest) = (index, leaves);
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split(rest.len()));
        if index < left.len() {
            way.push(root(right));
            rest = left;
        } else {
            way.push(root(left));
            index -= left.len();
            rest = right;
        }
    }
    way.reverse();
    Some(way)
}

/// The root that a leaf and its path lead to, in a list of `count` leaves. `None` when the path has not the length that
/// such a list demands.
#[must_use]
pub fn root_from_path(index: usize, count: usize, leaf: Hash, path: &[Hash]) -> Option<Hash> {
    if index >= count {
        return None;
    }
    // From the root down: on which side the way goes at each fork.
    let mut goes_left = Vec::new();
    let (mut index, mut count) = (index, count);
    while count > 1 {
        let left = split(count);
        if index < left {
            goes_left.push(true);
            count = left;
        } else {
            goes_left.push(false);
            index -= left;
            count -= left;
        }
    }
    if goes_left.len() != path.len() {
        return None;
    }
    let up = goes_left.iter().rev().zip(path);
    Some(up.fold(leaf, |here, (left, other)| if *left { node(&here, other) } else { node(other, &here) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The eight leaves and the roots over the first 1, 2 … 8 of them, from the test data of Google's Certificate
    /// Transparency implementation of RFC 6962 (`merkletree/merkle_tree_test.cc`).
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn leaves(count: usize) -> Vec<Hash> {
        LEAVES.iter().take(count).map(|bytes| leaf(&hex::decode(bytes).unwrap())).collect()
    }

    #[test]
    fn the_roots_are_those_of_the_published_vectors() {
        assert_eq!(hex::encode(root(&[])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (count, expected) in (1..).zip(ROOTS) {
            assert_eq!(hex::encode(root(&leaves(count))), expected, "{count} leaves");
        }
    }

    #[test]
    fn the_paths_are_those_of_the_published_vectors() {
        let hashes = |list: &[&str]| -> Vec<String> { list.iter().map(ToString::to_string).collect() };
        let of =
            |index, count| -> Vec<String> { path(index, &leaves(count)).unwrap().iter().map(hex::encode).collect() };
        assert_eq!(of(0, 1), hashes(&[]));
        assert_eq!(
            of(0, 8),
            hashes(&[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ])
        );
        assert_eq!(of(2, 3), hashes(&["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]));
    }

    /// The definition of RFC 6962, section 2.1, word for word.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [only] => *only,
            many => {
                let (left, right) = many.split_at(split(many.len()));
                node(&defined(left), &defined(right))
            }
        }
    }

    #[test]
    fn a_tree_that_grows_has_the_root_of_the_definition_at_every_size() {
        let all: Vec<Hash> = (0..300_usize).map(|n| leaf(&n.to_be_bytes())).collect();
        let mut tree = Growing::default();
        for count in 0..all.len() {
            assert_eq!(tree.root(), defined(&all[..count]), "{count} leaves");
            tree.push(all[count]);
        }
        tree.clear();
        assert_eq!(tree.root(), defined(&[]));
    }

    #[test]
    fn every_path_of_every_small_tree_leads_to_its_root_and_no_other_leaf_does() {
        for count in 1..70_usize {
            let all: Vec<Hash> = (0..count).map(|n| leaf(&n.to_be_bytes())).collect();
            let top = root(&all);
            for index in 0..count {
                let way = path(index, &all).unwrap();
                assert_eq!(root_from_path(index, count, all[index], &way), Some(top));
                assert_ne!(root_from_path(index, count, leaf(b"another"), &way), Some(top));
                let mut longer = way.clone();
                longer.push(NOTHING);
                assert_eq!(root_from_path(index, count, all[index], &longer), None);
                if count > 1 {
                    let neighbour = if index == 0 { 1 } else { index - 1 };
                    assert_ne!(root_from_path(neighbour, count, all[index], &way), Some(top));
                }
            }
            assert_eq!(path(count, &all), None);
            assert_eq!(root_from_path(count, count, all[0], &[]), None);
        }
    }

    use crate::hash::NOTHING;
}
