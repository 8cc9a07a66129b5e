//! Two texts that were made from one, laid together block by block, so that nothing that either of two people wrote is lost unseen.
//!
//! A merge decides nothing: it says of every block who changed it ([`Part`]). What only one of them touched needs no decision; where both
//! did, a person chooses. The order is that of the text in which blocks were moved, and theirs where none or both did.

use crate::Body;
use crate::diff::{Change, diff};
use crate::runs::settled;

/// A block of the merged text, by its places (from 0) in the three texts; none where a text does not have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// In the text that both were made from.
    pub base: Option<usize>,
    /// In mine.
    pub mine: Option<usize>,
    /// In theirs.
    pub theirs: Option<usize>,
    /// Who made something else of it.
    pub by: By,
}

/// Who made something else of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Nobody, or both the same.
    Nobody,
    /// I did.
    Me,
    /// They did.
    Them,
    /// Both, and not the same.
    Both,
}

impl Part {
    const fn flipped(self) -> Self {
        let by = match self.by {
            By::Me => By::Them,
            By::Them => By::Me,
            By::Nobody => By::Nobody,
            By::Both => By::Both,
        };
        Self { base: self.base, mine: self.theirs, theirs: self.mine, by }
    }
}

/// What became of a block of the base.
#[derive(Clone, Copy)]
struct Fate {
    place: usize,
    is_kept: bool,
}

/// What somebody made of the base.
struct Edit {
    /// One entry a block of the base; none for those that are gone.
    fates: Vec<Option<Fate>>,
    /// One entry a block of the edited text: the block of the base that it was.
    origins: Vec<Option<usize>>,
    has_moved: bool,
}

impl Edit {
    fn of(base: &Body, new: &Body) -> Self {
        let mut edit =
            Self { fates: vec![None; base.blocks.len()], origins: vec![None; new.blocks.len()], has_moved: false };
        for change in diff(base, new).changes {
            let (old, place, moved, is_kept) = match change {
                Change::Kept { old, new, moved } => (old, new, moved, true),
                Change::Changed { old, new, moved, .. } => (old, new, moved, false),
                Change::Added { .. } | Change::Removed { .. } => continue,
            };
            edit.fates[old] = Some(Fate { place, is_kept });
            edit.origins[place] = Some(old);
            edit.has_moved |= moved;
        }
        edit
    }

    /// The blocks that were added right behind a block of the base; behind none, in front of all of them.
    fn added_behind(&self, base: Option<usize>) -> impl Iterator<Item = usize> {
        let start = match base {
            None => Some(0),
            Some(base) => self.fates[base].map(|fate| fate.place + 1),
        };
        let from = start.unwrap_or(self.origins.len());
        let length = self.origins[from..].iter().take_while(|origin| origin.is_none()).count();
        from..from + length
    }
}

/// Lays two texts together that were made from `base`. Every block of either of them is in exactly one part.
#[must_use]
pub fn merge(base: &Body, mine: &Body, theirs: &Body) -> Vec<Part> {
    let (base, mine, theirs) = (settled(base), settled(mine), settled(theirs));
    let (my_edit, their_edit) = (Edit::of(&base, &mine), Edit::of(&base, &theirs));
    if my_edit.has_moved && !their_edit.has_moved {
        let parts = Merging::new([&theirs, &mine], [&their_edit, &my_edit]).parts();
        return parts.into_iter().map(Part::flipped).collect();
    }
    Merging::new([&mine, &theirs], [&my_edit, &their_edit]).parts()
}

/// Going through their text in its order, with mine laid into it.
struct Merging<'a> {
    mine: &'a Body,
    theirs: &'a Body,
    my_edit: &'a Edit,
    their_edit: &'a Edit,
    /// Blocks that I added and that they added too, word for word.
    added_twice: Vec<Option<usize>>,
    parts: Vec<Part>,
}

impl<'a> Merging<'a> {
    fn new([mine, theirs]: [&'a Body; 2], [my_edit, their_edit]: [&'a Edit; 2]) -> Self {
        let mut added_twice = vec![None; mine.blocks.len()];
        for (place, block) in theirs.blocks.iter().enumerate() {
            if their_edit.origins[place].is_some() {
                continue;
            }
            let twin = (0..mine.blocks.len()).find(|mine_at| {
                my_edit.origins[*mine_at].is_none()
                    && added_twice[*mine_at].is_none()
                    && mine.blocks[*mine_at] == *block
            });
            if let Some(twin) = twin {
                added_twice[twin] = Some(place);
            }
        }
        Self { mine, theirs, my_edit, their_edit, added_twice, parts: Vec::new() }
    }

    fn parts(mut self) -> Vec<Part> {
        self.behind(None);
        for place in 0..self.theirs.blocks.len() {
            if let Some(base) = self.their_edit.origins[place] {
                self.block(base);
                self.behind(Some(base));
            } else {
                let twin = self.added_twice.iter().position(|twin| *twin == Some(place));
                let by = if twin.is_some() { By::Nobody } else { By::Them };
                self.parts.push(Part { base: None, mine: twin, theirs: Some(place), by });
            }
        }
        self.parts
    }

    /// What I added behind a block, and what stood behind it and is gone from their text.
    fn behind(&mut self, base: Option<usize>) {
        self.added(base);
        let mut next = base.map_or(0, |base| base + 1);
        while next < self.their_edit.fates.len() && self.their_edit.fates[next].is_none() {
            self.block(next);
            self.added(Some(next));
            next += 1;
        }
    }

    fn added(&mut self, base: Option<usize>) {
        for place in self.my_edit.added_behind(base) {
            if self.added_twice[place].is_none() {
                self.parts.push(Part { base: None, mine: Some(place), theirs: None, by: By::Me });
            }
        }
    }

    fn block(&mut self, base: usize) {
        let (mine, theirs) = (self.my_edit.fates[base], self.their_edit.fates[base]);
        let by = match (mine, theirs) {
            (None, None) => return,
            (Some(Fate { is_kept: true, .. }), Some(Fate { is_kept: true, .. })) => By::Nobody,
            (Some(Fate { is_kept: true, .. }), _) => By::Them,
            (_, Some(Fate { is_kept: true, .. })) => By::Me,
            (Some(mine), Some(theirs)) if self.mine.blocks[mine.place] == self.theirs.blocks[theirs.place] => {
                By::Nobody
            }
            _ => By::Both,
        };
        let place = |fate: Fate| fate.place;
        self.parts.push(Part { base: Some(base), mine: mine.map(place), theirs: theirs.map(place), by });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Block;

    fn body(paragraphs: &[&str]) -> Body {
        Body { blocks: paragraphs.iter().map(|text| Block::paragraph(*text)).collect() }
    }

    /// What comes out where nobody has to choose; `|` between the two where somebody has.
    fn merged(base: &[&str], mine: &[&str], theirs: &[&str]) -> Vec<String> {
        let said =
            |texts: &[&str], place: Option<usize>| place.map_or("–".to_owned(), |place| texts[place].to_owned());
        let parts = merge(&body(base), &body(mine), &body(theirs)).into_iter();
        parts
            .filter_map(|part| match part.by {
                By::Me => part.mine.map(|_| said(mine, part.mine)),
                By::Nobody | By::Them => part.theirs.map(|_| said(theirs, part.theirs)),
                By::Both => Some(format!("{} | {}", said(mine, part.mine), said(theirs, part.theirs))),
            })
            .collect()
    }

    const BASE: [&str; 3] = ["Үкімет сауалды қарап шықты.", "Зейнетақы жинағы заңмен қорғалады.", "Жауап жіберіледі."];

    #[test]
    fn what_one_of_two_people_wrote_needs_no_choice() {
        let mine = [BASE[0], "Зейнетақы жинағы кодекспен қорғалады.", BASE[2], "Менің қосқаным осында."];
        let theirs = ["Бастапқы сөзі бөлек тұр.", BASE[0], BASE[1]];
        assert_eq!(
            merged(&BASE, &mine, &theirs),
            [theirs[0], BASE[0], mine[1], "Менің қосқаным осында."],
            "theirs is added in front, mine changed, and what they took away stays away"
        );
        assert_eq!(merged(&BASE, &mine, &BASE), mine);
        assert_eq!(merged(&BASE, &BASE, &theirs), theirs);
    }

    #[test]
    fn what_both_changed_is_left_to_a_person() {
        let mine = [BASE[0], "Зейнетақы жинағы кодекспен қорғалады.", BASE[2]];
        let theirs = [BASE[0], "Зейнетақы жинағы заңмен толық қорғалады."];
        assert_eq!(merged(&BASE, &mine, &theirs), [BASE[0].to_owned(), format!("{} | {}", mine[1], theirs[1])]);
        let gone = [BASE[0], BASE[2]];
        assert_eq!(
            merged(&BASE, &mine, &gone),
            [BASE[0].to_owned(), format!("{} | –", mine[1]), BASE[2].to_owned()],
            "what one changed and the other took away is asked too"
        );
        assert_eq!(merged(&BASE, &mine, &mine), mine, "the same change twice is one change");
    }

    #[test]
    fn a_block_that_one_of_them_moved_stays_where_it_was_moved() {
        let mine = [BASE[2], BASE[0], BASE[1]];
        let theirs = [BASE[0], "Зейнетақы жинағы заңмен толық қорғалады.", BASE[2]];
        assert_eq!(merged(&BASE, &mine, &theirs), [BASE[2], BASE[0], theirs[1]]);
    }

    #[test]
    fn the_same_paragraph_added_by_both_comes_once() {
        let with = [BASE[0], "Екеуіміз де осыны қостық.", BASE[1], BASE[2]];
        assert_eq!(merged(&BASE, &with, &with), with);
    }
}
