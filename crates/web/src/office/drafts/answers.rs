//! Which block answers which question: the links count blocks, so they have to follow when blocks move.

use std::collections::BTreeMap;

use inquiry::QuestionNo;
use inquiry::content::AnswerLink;
use letter::Body;
use letter::diff::{Change, Diff};
use schemars::JsonSchema;
use serde::Serialize;

use super::first_words;

/// The links of a new version, and what became of those of the old one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FollowedAnswers")]
pub struct Followed {
    /// Links whose block stands elsewhere now.
    pub moved: Vec<Moved>,
    /// Links whose block is gone: they are not in the new version.
    pub lost: Vec<Lost>,
    #[serde(skip)]
    links: Vec<AnswerLink>,
}

/// A link that followed its block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "MovedAnswer")]
pub struct Moved {
    /// The question.
    pub question: QuestionNo,
    /// The block's place before, from 1.
    pub from: u32,
    /// Its place now.
    pub to: u32,
}

/// A link whose block went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LostAnswer")]
pub struct Lost {
    /// The question that nothing answers by this link any more.
    pub question: QuestionNo,
    /// The place where the block stood, from 1.
    pub block: u32,
    /// Its first words.
    pub words: String,
}

impl Followed {
    /// The links of the new version.
    #[must_use]
    pub fn links(&self) -> &[AnswerLink] {
        &self.links
    }
}

/// Lets links follow their blocks through a comparison.
#[must_use]
pub fn follow(links: &[AnswerLink], before: &Body, changes: &Diff) -> Followed {
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    for change in &changes.changes {
        match change {
            Change::Kept { old, new, .. } | Change::Changed { old, new, .. } => drop(places.insert(*old, *new)),
            Change::Added { .. } | Change::Removed { .. } => {}
        }
    }
    let mut followed = Followed::default();
    for link in links {
        let old = usize::try_from(link.block).ok().and_then(|block| block.checked_sub(1));
        let new = old.and_then(|old| places.get(&old)).and_then(|new| u32::try_from(new + 1).ok());
        let Some(block) = new else {
            let words = old.and_then(|old| before.blocks.get(old)).map(first_words).unwrap_or_default();
            followed.lost.push(Lost { question: link.question, block: link.block, words });
            continue;
        };
        if block != link.block {
            followed.moved.push(Moved { question: link.question, from: link.block, to: block });
        }
        followed.links.push(AnswerLink { question: link.question, block });
    }
    followed
}

#[cfg(test)]
mod tests {
    use letter::diff::diff;
    use letter::model::Block;

    use super::*;

    fn body(paragraphs: &[&str]) -> Body {
        Body { blocks: paragraphs.iter().map(|text| Block::paragraph(*text)).collect() }
    }

    #[test]
    fn a_link_goes_where_its_block_goes_and_not_to_what_stands_there_now() {
        let link = |question, block| AnswerLink { question: QuestionNo(question), block };
        let before =
            body(&["Бірінші жауап туралы абзац.", "Екінші сұраққа берілген жауап.", "Үшінші абзац қорытынды."]);
        let after =
            body(&["Жаңадан қосылған кіріспе сөз.", "Екінші сұраққа берілген толық жауап.", "Үшінші абзац қорытынды."]);
        let changes = diff(&before, &after);
        let followed = follow(&[link(1, 1), link(2, 2), link(2, 3)], &before, &changes);
        assert_eq!(followed.links(), [link(2, 2), link(2, 3)]);
        assert_eq!(followed.moved, []);
        assert_eq!(
            followed.lost,
            [Lost {
                question: QuestionNo(1), block: 1, words: "Бірінші жауап туралы абзац.".into()
            }]
        );

        let after = body(&["Үшінші абзац қорытынды.", "Бірінші жауап туралы абзац.", "Екінші сұраққа берілген жауап."]);
        let followed = follow(&[link(1, 1), link(2, 3)], &before, &diff(&before, &after));
        assert_eq!(followed.links(), [link(1, 2), link(2, 1)]);
        assert_eq!(followed.moved.len(), 2);
    }
}
