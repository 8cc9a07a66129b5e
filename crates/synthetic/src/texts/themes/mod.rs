//! The themes, in two pages.

mod first;
mod second;

use super::{Aim, Pair, Theme};

/// The theme of that place, counted round.
pub(super) fn theme(at: usize) -> &'static Theme {
    let at = at % COUNT;
    FIRST.get(at).or_else(|| SECOND.get(at - FIRST.len())).unwrap_or(&FIRST[0])
}

/// How many themes there are.
pub(super) const COUNT: usize = FIRST.len() + SECOND.len();

static FIRST: [Theme; 7] = first::THEMES;
static SECOND: [Theme; 9] = second::THEMES;

const fn a(kk: &'static str, ru_about: &'static str, ru_for: &'static str) -> Aim {
    Aim { kk, ru_about, ru_for }
}

const fn p(kk: &'static str, ru: &'static str) -> Pair {
    Pair { kk, ru }
}
