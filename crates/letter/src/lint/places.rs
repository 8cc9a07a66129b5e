//! Renders a template with a mark in place of every text and looks where the marks come to stand.

use serde_json::Value;
use typst::syntax::{SyntaxKind, SyntaxNode, parse};

use super::fields::Use;
use crate::error::TemplateFault;
use crate::templates::{Medium, Templates, fault};

/// A mark is a word that no template holds and that no escape changes.
const MARK: &str = "zqMARK";
const END: char = 'Q';

/// Words that templates compare with and never print.
const COMPARED: [&str; 2] = ["type", "align"];

/// The faults of one template of a medium.
pub(super) fn check(
    templates: &Templates,
    medium: Medium,
    name: &str,
    seen: &Value,
    uses: &[Use],
) -> Vec<TemplateFault> {
    let mut pointers = Vec::new();
    let marked = mark(seen, "", None, &mut pointers);
    let rendered = match templates.registry(medium).render(name, &marked) {
        Ok(rendered) => rendered,
        Err(error) => return vec![fault(name, &error)],
    };
    let misplaced = match medium {
        Medium::Typst => typst(&rendered),
        Medium::Html => html(&rendered, &pointers),
        // Nothing is code in plain text.
        Medium::Text => Vec::new(),
    };
    let told = |(mark, what): (Option<usize>, String)| {
        let pointer = mark.and_then(|mark| pointers.get(mark)).cloned();
        let line = uses.iter().find(|used| Some(&used.pointer) == pointer.as_ref()).map(|used| used.line);
        TemplateFault { template: name.to_owned(), line, field: pointer, what }
    };
    misplaced.into_iter().map(told).collect()
}

fn mark(value: &Value, at: &str, field: Option<&str>, pointers: &mut Vec<String>) -> Value {
    match value {
        Value::String(_) if !field.is_some_and(|field| COMPARED.contains(&field)) => {
            pointers.push(at.to_owned());
            Value::String(format!("{MARK}{}{END}", pointers.len() - 1))
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, item)| mark(item, &format!("{at}/{index}"), None, pointers)).collect()
        }
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, field)| (name.clone(), mark(field, &format!("{at}/{name}"), Some(name), pointers)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The number of the first mark in `text`.
fn number(text: &str) -> Option<usize> {
    let (_, rest) = text.split_once(MARK)?;
    rest.split(END).next()?.parse().ok()
}

type Misplaced = Vec<(Option<usize>, String)>;

fn typst(rendered: &str) -> Misplaced {
    let root = parse(rendered);
    let errors = root.errors_and_warnings().0;
    let mut misplaced: Misplaced =
        errors.iter().map(|error| (None, format!("Typst cannot read it: {}", error.message))).collect();
    leaves(&root, &mut |leaf| {
        if leaf.leaf_text().contains(MARK) && leaf.kind() != SyntaxKind::Str {
            let what = format!("its text would stand in Typst as {}, not inside a string literal", leaf.kind().name());
            misplaced.push((number(leaf.leaf_text()), what));
        }
    });
    misplaced
}

fn leaves<'a>(node: &'a SyntaxNode, visit: &mut dyn FnMut(&'a SyntaxNode)) {
    if node.children().len() == 0 {
        visit(node);
    } else {
        node.children().for_each(|child| leaves(child, visit));
    }
}

fn html(rendered: &str, pointers: &[String]) -> Misplaced {
    let mut misplaced = Misplaced::new();
    let (mut in_tag, mut quoted) = (false, false);
    for (index, character) in rendered.char_indices() {
        match character {
            '<' if !in_tag => {
                in_tag = true;
                let rest = &rendered[index..];
                if ["<script", "<style", "<iframe", "<object", "<embed"].iter().any(|tag| rest.starts_with(tag)) {
                    misplaced.push((None, "a letter holds no script, style or foreign content".to_owned()));
                }
            }
            '>' if !quoted => in_tag = false,
            '"' if in_tag => quoted = !quoted,
            ' ' if in_tag && !quoted => misplaced.extend(attribute(&rendered[index + 1..], pointers)),
            _ => {}
        }
        if in_tag && !quoted && rendered[index..].starts_with(MARK) {
            misplaced
                .push((number(&rendered[index..]), "its text would stand inside a tag and outside quotes".to_owned()));
        }
    }
    misplaced
}

/// What is wrong with the attribute that `rest` begins with.
fn attribute(rest: &str, pointers: &[String]) -> Option<(Option<usize>, String)> {
    let (name, value) = rest.split_once('=')?;
    let name = name.trim();
    if name == "style" || name.starts_with("on") {
        return Some((None, format!("a letter has no attribute `{name}`")));
    }
    // An address that comes from a text has to be the one that is known to be a web address.
    let from_text = value.strip_prefix('"').is_some_and(|value| value.starts_with(MARK));
    let known = number(value).and_then(|mark| pointers.get(mark)).is_some_and(|pointer| pointer == "/verification/url");
    let addresses = ["href", "src", "action"].contains(&name);
    (addresses && from_text && !known)
        .then(|| (number(value), "only the verification address may become a link".to_owned()))
}
