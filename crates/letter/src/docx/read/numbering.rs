//! What stands before the items of a list: dashes or numbers, and from which number on.

use std::collections::HashMap;

use roxmltree::{Document, Node};

use super::W;
use super::styles::{child, value};

/// The marks of one level of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks<'a> {
    /// What counts together: Word counts on through everything of one kind.
    pub(super) kind: &'a str,
    /// Whether the count begins anew at the first paragraph that names this list. LibreOffice names such a list in its first paragraph
    /// only and the kind's own list in the others.
    pub(super) restarts: bool,
    pub(super) ordered: bool,
    /// Whether they are dashes or plain numbers.
    pub(super) plain: bool,
    pub(super) start: i64,
}

pub(super) struct Numbering<'a> {
    lists: HashMap<&'a str, Node<'a, 'a>>,
    kinds: HashMap<&'a str, Node<'a, 'a>>,
}

impl<'a> Numbering<'a> {
    pub(super) fn of(document: Option<&'a Document<'a>>) -> Self {
        let mut numbering = Self { lists: HashMap::new(), kinds: HashMap::new() };
        let Some(document) = document else { return numbering };
        for node in document.root_element().children() {
            if let (true, Some(id)) = (node.has_tag_name((W, "num")), node.attribute((W, "numId"))) {
                numbering.lists.insert(id, node);
            }
            if let (true, Some(id)) = (node.has_tag_name((W, "abstractNum")), node.attribute((W, "abstractNumId"))) {
                numbering.kinds.insert(id, node);
            }
        }
        numbering
    }

    /// The marks of a list's level; dashes where the file does not say.
    pub(super) fn marks(&self, list: &'a str, level: usize) -> Marks<'a> {
        let level = level.to_string();
        let list_node = self.lists.get(list).copied();
        let own = list_node.and_then(|list| {
            let at = |node: &Node<'_, '_>| {
                node.has_tag_name((W, "lvlOverride")) && node.attribute((W, "ilvl")) == Some(level.as_str())
            };
            list.children().find(at)
        });
        let kind = list_node.and_then(|list| value(list, "abstractNumId")).and_then(|id| self.kind(id));
        let levels = [own, kind].into_iter().flatten();
        let said = levels
            .flat_map(|node| node.children())
            .find(|node| node.has_tag_name((W, "lvl")) && node.attribute((W, "ilvl")) == Some(level.as_str()));
        let format = said.and_then(|level| value(level, "numFmt")).unwrap_or("bullet");
        let restart = own.and_then(|own| value(own, "startOverride"));
        let start = restart.or_else(|| said.and_then(|said| value(said, "start")));
        let ordered = !matches!(format, "bullet" | "none");
        Marks {
            kind: list_node.and_then(|list| value(list, "abstractNumId")).unwrap_or(list),
            restarts: restart.is_some(),
            ordered,
            plain: matches!(format, "bullet" | "decimal"),
            start: start.and_then(|start| start.parse().ok()).unwrap_or(1),
        }
    }

    /// A kind of list, or the one that it gets its levels from.
    fn kind(&self, id: &str) -> Option<Node<'a, 'a>> {
        let kind = self.kinds.get(id).copied()?;
        let Some(link) = value(kind, "numStyleLink") else { return Some(kind) };
        self.kinds
            .values()
            .copied()
            .find(|kind| child(*kind, "styleLink").is_some() && value(*kind, "styleLink") == Some(link))
    }
}
