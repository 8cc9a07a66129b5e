//! Two texts that were made from one, laid together.

use letter::merge::{By, merge};
use letter::runs::settled;
use proptest::prelude::*;

use crate::bodies::{bodies, cases, versions};

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn nothing_that_either_of_them_wrote_is_lost((base, mine) in versions(), theirs in bodies()) {
        let parts = merge(&base, &mine, &theirs);
        let mut of_mine: Vec<usize> = parts.iter().filter_map(|part| part.mine).collect();
        let mut of_theirs: Vec<usize> = parts.iter().filter_map(|part| part.theirs).collect();
        of_mine.sort_unstable();
        of_theirs.sort_unstable();
        prop_assert_eq!(of_mine, (0..mine.blocks.len()).collect::<Vec<_>>());
        prop_assert_eq!(of_theirs, (0..theirs.blocks.len()).collect::<Vec<_>>());
    }

    #[test]
    fn who_changed_alone_is_followed((base, new) in versions()) {
        let (base, new) = (settled(&base), settled(&new));
        for (parts, place) in [
            (merge(&base, &new, &base), (|part| part.mine) as fn(&letter::merge::Part) -> Option<usize>),
            (merge(&base, &base, &new), |part| part.theirs),
        ] {
            prop_assert!(parts.iter().all(|part| part.by != By::Both));
            let kept: Vec<_> = parts.iter().filter_map(place).map(|at| &new.blocks[at]).collect();
            prop_assert_eq!(kept, new.blocks.iter().collect::<Vec<_>>());
        }
    }
}
