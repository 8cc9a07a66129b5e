//! Two texts that were made from one become one again: [`letter::merge`] says who changed what, a person chooses where both did.

use std::collections::BTreeSet;

use inquiry::QuestionNo;
use inquiry::content::AnswerLink;
use letter::Body;
use letter::merge::{By, Part, merge};
use letter::model::Block;
use letter::provenance::{Source, Sourced};
use letter::rich::suggested::canonical;
use serde_json::Value;

use super::suggested::{Author, Marked};
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
        let held = Held { base: groups(&self.base), mine: groups(&self.mine), theirs: groups(&self.theirs) };
        chosen.held.extend(held.front());
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
            chosen.held.extend(held.at(part, *pick));
        }
        let authors = self.theirs.authors.iter().chain(&self.mine.authors);
        chosen.text(authors.cloned().collect())
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

/// What stands for each block of a text, with what is suggested of it and behind it; in front what is suggested before all of them.
fn groups(text: &Text) -> Vec<Vec<Value>> {
    if let Some(marked) = &text.marked {
        return marked.groups();
    }
    let document = text.document();
    let blocks = document["content"].as_array().into_iter().flatten();
    std::iter::once(Vec::new()).chain(blocks.map(|block| vec![canonical(block)])).collect()
}

/// The same of three texts.
struct Held {
    base: Vec<Vec<Value>>,
    mine: Vec<Vec<Value>>,
    theirs: Vec<Vec<Value>>,
}

impl Held {
    /// What is suggested before everything else, of both.
    fn front(&self) -> Vec<Value> {
        let [base, mine, theirs] = [&self.base, &self.mine, &self.theirs].map(|groups| groups[0].as_slice());
        with_more(theirs, mine, base)
    }

    /// What stands at a part, as it was picked, with what either suggests behind it. Where nobody changed a word and only one suggests something,
    /// that one is followed.
    fn at(&self, part: &Part, pick: Pick) -> Vec<Value> {
        let of = |groups: &'_ [Vec<Value>], place: Option<usize>| -> Vec<Value> {
            place.and_then(|place| groups.get(place + 1)).cloned().unwrap_or_default()
        };
        let (base, mine, theirs) =
            (of(&self.base, part.base), of(&self.mine, part.mine), of(&self.theirs, part.theirs));
        let is_as_before = theirs.first() == base.first() && !mine.is_empty();
        let follows_mine = pick == Pick::Mine || (part.by == By::Nobody && is_as_before);
        let (one, other) = if follows_mine { (&mine, &theirs) } else { (&theirs, &mine) };
        match pick {
            Pick::Both => [mine, theirs].concat(),
            Pick::Mine | Pick::Theirs => with_more(one, other.get(1..).unwrap_or_default(), &base),
        }
    }
}

/// Blocks, and those of others that are neither there nor were before.
fn with_more(blocks: &[Value], others: &[Value], base: &[Value]) -> Vec<Value> {
    let more = others.iter().filter(|block| !blocks.contains(block) && !base.contains(block));
    blocks.iter().chain(more).cloned().collect()
}

/// A text that is being put together.
#[derive(Default)]
struct Chosen {
    /// The same blocks with what is suggested.
    held: Vec<Value>,
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

    fn text(self, authors: Vec<Author>) -> Text {
        let body = Body { blocks: self.blocks };
        // Every block came with its source.
        let words = Sourced::new(body.clone(), self.sources).unwrap_or_else(|_| body.into());
        let marked = Marked::of(self.held, &self.answers);
        Text { words, answers: self.answers, marked, authors }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::text::Written;
    use super::*;

    fn text(blocks: &[(&str, Option<&str>, &[u16])]) -> Text {
        let mut chosen = Chosen::default();
        for (words, source, answers) in blocks {
            let one = Body { blocks: vec![Block::paragraph(*words)] };
            let source = source.map(|source| source.parse().unwrap());
            let one = Text::from(Sourced::new(one, vec![source]).unwrap());
            chosen.push(&one, 0, answers.iter().copied().collect());
        }
        chosen.text(Vec::new())
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

    #[test]
    fn what_is_suggested_in_either_text_is_still_suggested() {
        let run = |words: &str, mark: Option<&str>| {
            let marks = mark.map(|id| json!([{ "type": "insertion", "attrs": { "id": id } }]));
            let mut run = json!({ "type": "text", "text": words });
            marks.into_iter().for_each(|marks| run["marks"] = marks);
            run
        };
        let paragraph = |runs: &[Value]| json!({ "type": "paragraph", "content": runs });
        let whole = |words: &str, id: &str| {
            let mut block = paragraph(&[run(words, None)]);
            block["marks"] = json!([{ "type": "insertion", "attrs": { "id": id } }]);
            block
        };
        let text = |blocks: &[Value]| {
            let document = json!({ "type": "doc", "content": blocks });
            Text::read(&Written { text: document, answers: Vec::new(), suggested: Vec::new() }).unwrap()
        };
        let (first, second) = (paragraph(&[run("Үкімет қарады.", None)]), paragraph(&[run("Заң бар.", None)]));
        let base = text(&[first.clone(), second.clone()]);
        let mine = text(&[
            whole("Алды.", "a"),
            first,
            paragraph(&[run("Заң ", None), run("әлі ", Some("b")), run("бар.", None)]),
        ]);
        let theirs = text(&[paragraph(&[run("Үкімет қарап шықты.", None)]), second, whole("Соңы.", "c")]);
        let merging = Merging::of(base, mine, theirs);
        let picks: Vec<Pick> = merging.parts.iter().map(|part| preset(part).unwrap()).collect();
        let chosen = merging.chosen(&picks);
        let ids: Vec<String> = chosen.suggestions().into_iter().map(|one| one.id).collect();
        assert_eq!(ids, ["a", "b", "c"]);
        assert_eq!(Text::read(&chosen.written()).unwrap(), chosen, "its words are those with nothing accepted");
        let refused = merging.chosen(&picks.iter().map(|_| Pick::Theirs).collect::<Vec<_>>());
        assert_eq!(refused.suggestions().len(), 3, "who picks words gives up nothing that waits beside them");
    }
}
