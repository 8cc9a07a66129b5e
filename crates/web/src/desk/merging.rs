//! Two texts that were made from one become one again: [`letter::merge`] says who changed what, a person chooses where both did.

use std::collections::BTreeSet;

use inquiry::QuestionNo;
use inquiry::content::AnswerLink;
use letter::Body;
use letter::merge::{By, Part, merge};
use letter::model::Block;
use letter::provenance::{Source, Sourced};

use super::text::Text;

/// Which of two texts a block is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// Mine; where I have none, the block goes.
    Mine,
    /// Theirs; where they have none, the block goes.
    Theirs,
    /// Mine, and theirs behind it.
    Both,
}

impl Pick {
    /// Its name in a form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Theirs => "theirs",
            Self::Both => "both",
        }
    }

    /// The pick of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Mine, Self::Theirs, Self::Both].into_iter().find(|pick| pick.name() == name)
    }
}

/// What needs no choice: whoever alone changed a block is followed.
#[must_use]
pub const fn preset(part: &Part) -> Option<Pick> {
    match part.by {
        By::Me => Some(Pick::Mine),
        By::Them | By::Nobody => Some(Pick::Theirs),
        By::Both => None,
    }
}

/// Two texts and the one that both were made from.
#[derive(Debug, Clone)]
pub struct Merging {
    /// What both were made from.
    pub base: Text,
    /// Mine.
    pub mine: Text,
    /// Theirs.
    pub theirs: Text,
    /// Every block, with who changed it.
    pub parts: Vec<Part>,
}

impl Merging {
    /// Lays them together. It compares every word: run it where it delays nobody.
    #[must_use]
    pub fn of(base: Text, mine: Text, theirs: Text) -> Self {
        let parts = merge(&base.words.body, &mine.words.body, &theirs.words.body);
        Self { base, mine, theirs, parts }
    }

    /// The text that follows from a pick for each part.
    #[must_use]
    pub fn chosen(&self, picks: &[Pick]) -> Text {
        let mut chosen = Chosen::default();
        for (part, pick) in self.parts.iter().zip(picks) {
            let (mine, theirs) =
                (part.mine.filter(|_| *pick != Pick::Theirs), part.theirs.filter(|_| *pick != Pick::Mine));
            match (mine, theirs) {
                (Some(mine), Some(theirs)) => {
                    chosen.push(&self.mine, mine, self.mine.answered_by(mine));
                    chosen.push(&self.theirs, theirs, self.theirs.answered_by(theirs));
                }
                (Some(place), None) => chosen.push(&self.mine, place, self.answered(part)),
                (None, Some(place)) => chosen.push(&self.theirs, place, self.answered(part)),
                (None, None) => {}
            }
        }
        chosen.text()
    }

    /// What a block answers: links that one of them set or took away since the base are set or taken away.
    fn answered(&self, part: &Part) -> BTreeSet<u16> {
        let of = |text: &Text, place: Option<usize>| place.map(|place| text.answered_by(place));
        match (of(&self.base, part.base), of(&self.mine, part.mine), of(&self.theirs, part.theirs)) {
            (base, Some(mine), Some(theirs)) => {
                let base = base.unwrap_or_default();
                let all: BTreeSet<u16> = mine.union(&theirs).copied().collect();
                let holds = |no: &u16| {
                    if mine.contains(no) == base.contains(no) { theirs.contains(no) } else { mine.contains(no) }
                };
                all.into_iter().filter(holds).collect()
            }
            (_, Some(one), None) | (_, None, Some(one)) => one,
            (_, None, None) => BTreeSet::new(),
        }
    }
}

/// A text that is being put together.
#[derive(Default)]
struct Chosen {
    blocks: Vec<Block>,
    sources: Vec<Option<Source>>,
    answers: Vec<AnswerLink>,
}

impl Chosen {
    fn push(&mut self, text: &Text, place: usize, answers: BTreeSet<u16>) {
        self.blocks.push(text.words.body.blocks[place].clone());
        self.sources.push(text.words.sources()[place].clone());
        let block = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        self.answers.extend(answers.into_iter().map(|no| AnswerLink { question: QuestionNo(no), block }));
    }

    fn text(self) -> Text {
        let body = Body { blocks: self.blocks };
        // Every block came with its source.
        let words = Sourced::new(body.clone(), self.sources).unwrap_or_else(|_| body.into());
        Text { words, answers: self.answers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(blocks: &[(&str, Option<&str>, &[u16])]) -> Text {
        let mut chosen = Chosen::default();
        for (words, source, answers) in blocks {
            let one = Body { blocks: vec![Block::paragraph(*words)] };
            let source = source.map(|source| source.parse().unwrap());
            let one = Text { words: Sourced::new(one, vec![source]).unwrap(), answers: Vec::new() };
            chosen.push(&one, 0, answers.iter().copied().collect());
        }
        chosen.text()
    }

    #[test]
    fn each_block_keeps_its_source_and_its_questions() {
        let (first, second) = ("Үкімет сауалды қарап шықты.", "Зейнетақы жинағы заңмен қорғалады.");
        let base = text(&[(first, None, &[]), (second, Some("mfa/1"), &[1])]);
        let mine = text(&[(first, None, &[3]), (second, Some("mfa/1"), &[])]);
        let theirs = text(&[
            ("Кіріспе сөз қосылды.", None, &[]),
            (first, None, &[]),
            ("Зейнетақы жинағы заңмен толық қорғалады.", Some("mfa/1"), &[1, 2]),
        ]);
        let merging = Merging::of(base, mine, theirs);
        let picks: Vec<Pick> = merging.parts.iter().map(|part| preset(part).unwrap()).collect();
        assert_eq!(
            merging.chosen(&picks),
            text(&[
                ("Кіріспе сөз қосылды.", None, &[]),
                (first, None, &[3]),
                ("Зейнетақы жинағы заңмен толық қорғалады.", Some("mfa/1"), &[2]),
            ]),
            "I took away 1 and set 3, they set 2"
        );
    }

    #[test]
    fn both_can_be_kept_and_a_block_can_be_let_go() {
        let base = text(&[("Зейнетақы жинағы заңмен қорғалады.", None, &[])]);
        let mine = text(&[("Зейнетақы жинағы кодекспен қорғалады.", None, &[1])]);
        let theirs = text(&[("Зейнетақы жинағы заңмен толық қорғалады.", None, &[])]);
        let merging = Merging::of(base.clone(), mine.clone(), theirs.clone());
        assert_eq!(preset(&merging.parts[0]), None, "a person decides");
        assert_eq!(merging.chosen(&[Pick::Both]).words.body.blocks.len(), 2);
        assert_eq!(merging.chosen(&[Pick::Theirs]).words, theirs.words);
        let gone = Merging::of(base, mine, Text::empty());
        assert_eq!(gone.chosen(&[Pick::Theirs]), Text::empty());
    }
}
