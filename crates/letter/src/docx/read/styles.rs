//! What a paragraph is, by the name of its style or of a style that it is based on.

use std::collections::HashMap;

use roxmltree::{Document, Node};

use super::W;

/// What a style says a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Text,
    Heading(u8),
    ListContinue(u8),
    Gap,
    Addressee,
    Reference,
    Salutation,
    Signature,
    SignatureName,
    Executor,
    Verification,
    AnnexTitle,
    AnnexGroup,
    AnnexMember,
}

impl Role {
    fn named(name: &str) -> Option<Self> {
        let heading = name.strip_prefix("heading ").and_then(|level| level.parse().ok());
        Some(match name {
            "normal" | "body text" | "list paragraph" | "table text" | "table head" | "default paragraph style" => {
                Self::Text
            }
            "list continue" => Self::ListContinue(0),
            "list continue 2" => Self::ListContinue(1),
            "list continue 3" => Self::ListContinue(2),
            "title" => Self::Heading(1),
            "gap" => Self::Gap,
            // The second name is what LibreOffice makes of the first.
            "addressee" | "envelope address" => Self::Addressee,
            "reference" => Self::Reference,
            "salutation" => Self::Salutation,
            "signature" => Self::Signature,
            "signature name" => Self::SignatureName,
            "executor" => Self::Executor,
            "verification" => Self::Verification,
            "annex title" => Self::AnnexTitle,
            "annex group" => Self::AnnexGroup,
            "annex member" => Self::AnnexMember,
            _ => Self::Heading(heading?),
        })
    }

    /// The name of the form's part.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Text | Self::Heading(_) | Self::ListContinue(_) | Self::Gap => "",
            Self::Addressee => "addressee",
            Self::Reference => "reference",
            Self::Salutation => "salutation",
            Self::Signature => "signature",
            Self::SignatureName => "signature name",
            Self::Executor => "executor",
            Self::Verification => "verification",
            Self::AnnexTitle => "annex title",
            Self::AnnexGroup => "annex group",
            Self::AnnexMember => "annex member",
        }
    }

    /// Whether it stands before the body.
    pub(super) const fn opens(self) -> bool {
        matches!(self, Self::Addressee | Self::Reference | Self::Salutation)
    }

    /// Whether it stands after the body.
    pub(super) const fn closes(self) -> bool {
        matches!(
            self,
            Self::Signature
                | Self::SignatureName
                | Self::Executor
                | Self::Verification
                | Self::AnnexTitle
                | Self::AnnexGroup
                | Self::AnnexMember
        )
    }

    /// Whether its own style is bold, so that bold there says nothing.
    pub(super) const fn is_heading(self) -> bool {
        matches!(self, Self::Heading(_))
    }
}

/// One style as far as it matters here; what it does not say, the style it is based on may.
struct Style<'a> {
    name: String,
    based_on: Option<&'a str>,
    bold: Option<bool>,
    italic: Option<bool>,
    page_break: Option<bool>,
    number: Option<Node<'a, 'a>>,
}

pub(super) struct Styles<'a> {
    by_id: HashMap<&'a str, Style<'a>>,
    default: Option<&'a str>,
}

/// A chain of styles that are based on each other ends here, also one that goes in a circle.
const CHAIN: usize = 20;

impl<'a> Styles<'a> {
    pub(super) fn of(document: Option<&'a Document<'a>>) -> Self {
        let mut styles = Self { by_id: HashMap::new(), default: None };
        let Some(document) = document else { return styles };
        for node in document.root_element().children().filter(|node| node.has_tag_name((W, "style"))) {
            let Some(id) = node.attribute((W, "styleId")) else { continue };
            let (run, paragraph) = (child(node, "rPr"), child(node, "pPr"));
            let style = Style {
                name: value(node, "name").unwrap_or(id).trim().to_lowercase(),
                based_on: value(node, "basedOn"),
                bold: run.and_then(|run| toggle(run, "b")),
                italic: run.and_then(|run| toggle(run, "i")),
                page_break: paragraph.and_then(|paragraph| toggle(paragraph, "pageBreakBefore")),
                number: paragraph.and_then(|paragraph| child(paragraph, "numPr")),
            };
            let is_default = node.attribute((W, "default")).is_some_and(is_on);
            if is_default && node.attribute((W, "type")) == Some("paragraph") {
                styles.default = Some(id);
            }
            styles.by_id.insert(id, style);
        }
        styles
    }

    fn chain<'s>(&'s self, id: Option<&'s str>) -> impl Iterator<Item = &'s Style<'a>> {
        let first = id.and_then(|id| self.by_id.get(id));
        std::iter::successors(first, |style| style.based_on.and_then(|id| self.by_id.get(id))).take(CHAIN)
    }

    /// The style of a paragraph: its own, or the document's default.
    fn style_of(&self, paragraph: Node<'a, 'a>) -> Option<&'a str> {
        child(paragraph, "pPr").and_then(|properties| value(properties, "pStyle")).or(self.default)
    }

    /// What the paragraph is; `None` where no style in the chain is known.
    pub(super) fn role(&self, paragraph: Node<'_, '_>) -> Option<Role> {
        let own = child_of(paragraph, "pPr").and_then(|properties| value_of(properties, "pStyle"));
        self.chain(own.or(self.default)).find_map(|style| Role::named(&style.name))
    }

    /// Whether the paragraph has the style of list items, with a mark or without.
    pub(super) fn is_list_paragraph(&self, paragraph: Node<'a, 'a>) -> bool {
        self.chain(self.style_of(paragraph)).any(|style| style.name == "list paragraph")
    }

    /// Whether the paragraph's style makes its words bold or italic, where the style is not one that stands for a role.
    pub(super) fn look(&self, paragraph: Node<'a, 'a>) -> (bool, bool) {
        let own = self.chain(self.style_of(paragraph)).take_while(|style| Role::named(&style.name).is_none());
        let (mut bold, mut italic) = (None, None);
        for style in own {
            bold = bold.or(style.bold);
            italic = italic.or(style.italic);
        }
        (bold == Some(true), italic == Some(true))
    }

    /// Whether a character style makes words bold or italic.
    pub(super) fn character(&self, id: &str) -> (bool, bool) {
        let bold = self.chain(Some(id)).find_map(|style| style.bold);
        let italic = self.chain(Some(id)).find_map(|style| style.italic);
        (bold == Some(true), italic == Some(true))
    }

    /// Whether the paragraph begins a page: by itself or by its style.
    pub(super) fn begins_page(&self, paragraph: Node<'a, 'a>) -> bool {
        let own = child(paragraph, "pPr").and_then(|properties| toggle(properties, "pageBreakBefore"));
        own.or_else(|| self.chain(self.style_of(paragraph)).find_map(|style| style.page_break)).unwrap_or(false)
    }

    /// The place in a list that the paragraph or its style has.
    pub(super) fn number(&self, paragraph: Node<'a, 'a>) -> Option<Node<'a, 'a>> {
        let own = child(paragraph, "pPr").and_then(|properties| child(properties, "numPr"));
        own.or_else(|| self.chain(self.style_of(paragraph)).find_map(|style| style.number))
    }
}

/// The first child of a name.
pub(super) fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|node| node.has_tag_name((W, name)))
}

fn child_of<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|node| node.has_tag_name((W, name)))
}

/// The value of a child such as `w:pStyle`.
pub(super) fn value<'a>(node: Node<'a, 'a>, name: &str) -> Option<&'a str> {
    child(node, name).and_then(|node| node.attribute((W, "val")))
}

fn value_of<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child_of(node, name).and_then(|node| node.attribute((W, "val")))
}

/// A property that is on, off or not said.
pub(super) fn toggle(node: Node<'_, '_>, name: &str) -> Option<bool> {
    child_of(node, name).map(|node| node.attribute((W, "val")).is_none_or(is_on))
}

fn is_on(value: &str) -> bool {
    !matches!(value, "0" | "false" | "off")
}
