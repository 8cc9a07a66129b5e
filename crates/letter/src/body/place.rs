//! A place in a JSON document: what stands there, and the way that led to it, so that a fault can be named by its JSON pointer.

use serde_json::{Map, Value};

use super::limits;
use crate::error::{Fault, Refusal};

/// A JSON value and the way that led to it; the way is written out only when something is wrong.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) value: &'a Value,
    from: Option<&'a Place<'a>>,
    step: Step<'a>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Item(usize),
}

/// Deeper than any body the rules allow; it only keeps this reader's own recursion bounded.
const DEPTH: usize = 64;

impl<'a> Place<'a> {
    pub(crate) const fn root(value: &'a Value) -> Self {
        Self { value, from: None, step: Step::Root, depth: 0 }
    }

    /// Which item of a list it is.
    pub(crate) const fn index(&self) -> Option<usize> {
        match self.step {
            Step::Item(index) => Some(index),
            Step::Root | Step::Field(_) => None,
        }
    }

    pub(crate) fn refuse(&self, fault: Fault) -> Refusal {
        let mut steps = Vec::new();
        let mut place = Some(self);
        while let Some(here) = place {
            match here.step {
                Step::Root => {}
                Step::Field(name) => steps.push(name.to_owned()),
                Step::Item(index) => steps.push(index.to_string()),
            }
            place = here.from;
        }
        let at = steps.iter().rev().fold(String::new(), |at, step| at + "/" + step);
        Refusal { at, fault }
    }

    pub(crate) fn unknown_type(&self, found: &str, known: &'static str) -> Refusal {
        // A hostile name must not fill a log: the first characters are enough to recognise it.
        self.refuse(Fault::Type { found: found.chars().take(40).collect(), known })
    }

    pub(crate) fn object(&self) -> Result<&'a Map<String, Value>, Refusal> {
        self.value.as_object().ok_or_else(|| self.refuse(Fault::Shape { expected: "an object" }))
    }

    /// The object's fields, if it has no others than `known`.
    pub(crate) fn fields(&self, known: &[&str]) -> Result<&'a Map<String, Value>, Refusal> {
        let fields = self.object()?;
        match fields.keys().find(|name| !known.contains(&name.as_str())) {
            Some(field) => Err(self.refuse(Fault::Unknown { field: field.chars().take(40).collect() })),
            None => Ok(fields),
        }
    }

    pub(crate) fn kind(&self, known: &'static str) -> Result<&'a str, Refusal> {
        let fields = self.object()?;
        let kind = fields.get("type").ok_or_else(|| self.refuse(Fault::Missing { field: "type".to_owned() }))?;
        kind.as_str().ok_or_else(|| self.unknown_type(&kind.to_string(), known))
    }

    pub(crate) fn field<'b>(&'b self, fields: &'b Map<String, Value>, name: &'b str) -> Result<Place<'b>, Refusal> {
        let value = fields.get(name).ok_or_else(|| self.refuse(Fault::Missing { field: name.to_owned() }))?;
        Ok(Place { value, from: Some(self), step: Step::Field(name), depth: self.depth + 1 })
    }

    pub(crate) fn list<T>(
        &self,
        fields: &Map<String, Value>,
        name: &str,
        read: impl Fn(&Place<'_>) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        self.field(fields, name)?.items(read)
    }

    pub(crate) fn items<T>(&self, read: impl Fn(&Place<'_>) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
        if self.depth > DEPTH {
            return Err(self.refuse(Fault::TooDeep { limit: limits::INLINE_DEPTH }));
        }
        let items = self.value.as_array().ok_or_else(|| self.refuse(Fault::Shape { expected: "a list" }))?;
        if items.len() > limits::NODES {
            return Err(self.refuse(Fault::TooMany { what: "items", limit: limits::NODES }));
        }
        let place = |(index, value)| Place { value, from: Some(self), step: Step::Item(index), depth: self.depth + 1 };
        items.iter().enumerate().map(place).map(|place| read(&place)).collect()
    }

    pub(crate) fn text(&self) -> Result<&'a str, Refusal> {
        self.value.as_str().ok_or_else(|| self.refuse(Fault::Shape { expected: "a text" }))
    }

    pub(crate) fn boolean(&self, fields: &Map<String, Value>, name: &str) -> Result<bool, Refusal> {
        let place = self.field(fields, name)?;
        place.value.as_bool().ok_or_else(|| place.refuse(Fault::Shape { expected: "true or false" }))
    }

    pub(crate) fn number(&self, fields: &Map<String, Value>, name: &str, from: u8, to: u8) -> Result<u8, Refusal> {
        let place = self.field(fields, name)?;
        let number = place.value.as_u64().and_then(|number| u8::try_from(number).ok());
        number
            .filter(|number| (from..=to).contains(number))
            .ok_or_else(|| place.refuse(Fault::Range { from: usize::from(from), to: usize::from(to) }))
    }
}
