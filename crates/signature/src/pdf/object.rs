//! The values that a PDF is made of (ISO 32000-1, 7.3).

use std::ops::Range;

/// An indirect object's number and generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Reference {
    pub(crate) number: u32,
    pub(crate) generation: u16,
}

/// A value. Strings are their bytes, however they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    /// A number with a fraction, as it was written.
    Real(Vec<u8>),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    /// A dictionary and where in the file its bytes are.
    Stream(Dictionary, Range<usize>),
    Reference(Reference),
}

impl Object {
    pub(crate) fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(entries) | Self::Stream(entries, _) => Some(entries),
            _ => None,
        }
    }

    pub(crate) fn array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn reference(&self) -> Option<Reference> {
        match self {
            Self::Reference(reference) => Some(*reference),
            _ => None,
        }
    }

    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// All references in it, at whatever depth.
    pub(crate) fn references(&self, found: &mut Vec<Reference>) {
        match self {
            Self::Reference(reference) => found.push(*reference),
            Self::Array(items) => items.iter().for_each(|item| item.references(found)),
            Self::Dictionary(entries) | Self::Stream(entries, _) => {
                entries.0.iter().for_each(|(_, value)| value.references(found));
            }
            Self::Null | Self::Boolean(_) | Self::Integer(_) | Self::Real(_) | Self::Name(_) | Self::Text(_) => {}
        }
    }

    /// Writes it; strings in hexadecimal. A stream has to be written by whoever has its bytes.
    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Null => to.extend(b"null"),
            Self::Boolean(value) => to.extend(if *value { &b"true"[..] } else { b"false" }),
            Self::Integer(number) => to.extend(number.to_string().bytes()),
            Self::Real(digits) => to.extend(digits),
            Self::Name(name) => write_name(name, to),
            Self::Text(bytes) => {
                to.push(b'<');
                to.extend(hex::encode(bytes).bytes());
                to.push(b'>');
            }
            Self::Array(items) => {
                to.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        to.push(b' ');
                    }
                    item.write(to);
                }
                to.push(b']');
            }
            Self::Dictionary(entries) | Self::Stream(entries, _) => entries.write(to),
            Self::Reference(reference) => {
                to.extend(format!("{} {} R", reference.number, reference.generation).bytes());
            }
        }
    }
}

fn write_name(name: &[u8], to: &mut Vec<u8>) {
    to.push(b'/');
    for &byte in name {
        if byte.is_ascii_alphanumeric() || b"-_.+:*".contains(&byte) {
            to.push(byte);
        } else {
            to.extend(format!("#{byte:02x}").bytes());
        }
    }
}

/// Whether a value is this name.
pub(crate) fn is_name(value: Option<&Object>, name: &str) -> bool {
    matches!(value, Some(Object::Name(bytes)) if bytes == name.as_bytes())
}

/// Entries in the order they stand; no key stands twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Dictionary(pub(crate) Vec<(Vec<u8>, Object)>);

impl Dictionary {
    pub(crate) fn new(entries: Vec<(&str, Object)>) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.as_bytes().to_vec(), value)).collect())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Object> {
        self.0.iter().find_map(|(known, value)| (known == key.as_bytes()).then_some(value))
    }

    pub(crate) fn set(&mut self, key: &str, value: Object) {
        match self.0.iter_mut().find(|(known, _)| known == key.as_bytes()) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.as_bytes().to_vec(), value)),
        }
    }

    /// The entries without those of `keys`, sorted: what has to be alike in two of them.
    pub(crate) fn without(&self, keys: &[&str]) -> Vec<(Vec<u8>, Object)> {
        let others = self.0.iter().filter(|(key, _)| !keys.iter().any(|left| left.as_bytes() == key));
        let mut others: Vec<_> = others.cloned().collect();
        others.sort_by(|a, b| a.0.cmp(&b.0));
        others
    }

    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        to.extend(b"<<");
        for (key, value) in &self.0 {
            write_name(key, to);
            to.push(b' ');
            value.write(to);
        }
        to.extend(b">>");
    }
}
