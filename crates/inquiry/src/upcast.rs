//! Old shapes of events, read as those of today. What is stored never changes; a rule says what a shape has become: none, one or
//! several newer ones. Rules are applied until nothing is left to apply, so that each shape needs one rule, to the next.

use serde_json::Value;

/// One event as it is stored, or as a rule makes it: its name, the version of its shape, and its inside (the value behind the name in
/// `{"stored_name":{…}}`).
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The stored name.
    pub name: String,
    /// The version of the shape.
    pub version: u16,
    /// What it says.
    pub inside: Value,
}

/// What a shape has become.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The stored name.
    pub name: &'static str,
    /// The version of the shape that is read no more.
    pub version: u16,
    /// None: it says nothing any more. Several: it said several things. A function of values.
    ///
    /// # Errors
    /// What of the old text does not fit.
    pub becomes: fn(Value) -> Result<Vec<Shape>, String>,
}

/// An old event could not be read as one of today.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotUpcast {
    /// The old text does not fit the rule.
    #[error("{name} version {version}: {what}")]
    Unfit {
        /// The stored name.
        name: String,
        /// The version of its shape.
        version: u16,
        /// What does not fit.
        what: String,
    },
    /// Rules that lead into each other.
    #[error("the rules for {name} version {version} never end")]
    Endless {
        /// The stored name.
        name: String,
        /// The version of its shape.
        version: u16,
    },
}

/// How many rules may follow each other. A shape changes a few times in its life.
const MOST_STEPS: usize = 100;

/// The rules of the inquiry's events; what a change needs is in docs/adding.md.
pub const RULES: &[Rule] = &[
    // Drafts did not say at first which contribution a block came from.
    Rule {
        name: "draft_revised",
        version: 1,
        becomes: |inside| with("draft_revised", 2, inside, "sources", Value::Array(Vec::new())),
    },
    // A block came from a contribution or from nowhere, until earlier answers were taken over; what was said of it stays said.
    Rule {
        name: "draft_revised",
        version: 2,
        becomes: |inside| Ok(vec![Shape { name: "draft_revised".to_owned(), version: 3, inside }]),
    },
    // What a letter is made from was not kept at first, only the letter.
    Rule {
        name: "reply_signed",
        version: 1,
        becomes: |inside| with("reply_signed", 2, inside, "made_from", Value::Null),
    },
    // Which person a letter was laid before, who signs besides, and under which code its paper copy is found, was not written down at first.
    Rule {
        name: "submitted_for_signature",
        version: 1,
        becomes: |inside| with_none_but("submitted_for_signature", 2, inside, &["person", "order", "code"], "also"),
    },
    // Nor who signed by what right, whom the certificate names, and what its check had said.
    Rule {
        name: "reply_signed",
        version: 2,
        becomes: |inside| {
            with_none_but("reply_signed", 3, inside, &["signer", "checked", "authority", "code"], "cosigned")
        },
    },
    // Which bytes a server took was known at first to the mail worker alone.
    Rule {
        name: "reply_accepted",
        version: 1,
        becomes: |inside| with("reply_accepted", 2, inside, "message_sha256", Value::Null),
    },
];

/// A shape that has one field more than the one before.
fn with(name: &str, version: u16, mut inside: Value, field: &str, value: Value) -> Result<Vec<Shape>, String> {
    add(&mut inside, field, value)?;
    Ok(vec![Shape { name: name.to_owned(), version, inside }])
}

/// A shape that has several fields more than the one before, none of which says anything of an old event, and a list, which was empty.
fn with_none_but(
    name: &str,
    version: u16,
    mut inside: Value,
    fields: &[&str],
    list: &str,
) -> Result<Vec<Shape>, String> {
    fields.iter().try_for_each(|field| add(&mut inside, field, Value::Null))?;
    add(&mut inside, list, Value::Array(Vec::new()))?;
    Ok(vec![Shape { name: name.to_owned(), version, inside }])
}

fn add(inside: &mut Value, field: &str, value: Value) -> Result<(), String> {
    match inside.as_object_mut().ok_or("it is no object")?.insert(field.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(format!("it has {field} already")),
    }
}

/// Is there a rule for this shape?
#[must_use]
pub fn is_old(rules: &[Rule], name: &str, version: u16) -> bool {
    rules.iter().any(|rule| rule.name == name && rule.version == version)
}

/// What a shape is today, in order. A shape without a rule is what it is.
///
/// # Errors
/// [`NotUpcast`] when a text does not fit its rule, or rules go in a circle.
pub fn current(rules: &[Rule], shape: Shape) -> Result<Vec<Shape>, NotUpcast> {
    let (first, version) = (shape.name.clone(), shape.version);
    let mut done = Vec::new();
    // The last one is next, so that what a rule makes stays in its order.
    let mut waiting = vec![(shape, 0)];
    while let Some((shape, steps)) = waiting.pop() {
        let Some(rule) = rules.iter().find(|rule| rule.name == shape.name && rule.version == shape.version) else {
            done.push(shape);
            continue;
        };
        if steps == MOST_STEPS {
            return Err(NotUpcast::Endless { name: first, version });
        }
        let made = (rule.becomes)(shape.inside).map_err(|what| NotUpcast::Unfit {
            name: shape.name,
            version: shape.version,
            what,
        })?;
        waiting.extend(made.into_iter().rev().map(|shape| (shape, steps + 1)));
    }
    Ok(done)
}
