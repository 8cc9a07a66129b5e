//! From bytes to values (ISO 32000-1, 7.2 and 7.3).

use std::collections::BTreeSet;
use std::ops::Range;

use super::Unsound;
use super::object::{Dictionary, Object, Reference};

/// Arrays and dictionaries in one another, at most.
const DEEPEST: usize = 64;
/// Values that are read from one place on, at most: each takes many times the two bytes that it may be written in.
const MOST_VALUES: usize = 1_000_000;

/// Reads values from a place on.
pub(crate) struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    values: usize,
    /// Where the value of the last `/Contents` of the outermost dictionary stood.
    pub(crate) contents: Option<Range<usize>>,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    b"()<>[]{}/%".contains(&byte)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

impl<'a> Parser<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, depth: 0, values: 0, contents: None }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    /// Passes white space and comments.
    pub(crate) fn space(&mut self) {
        while let Some(&byte) = self.rest().first() {
            if byte == b'%' {
                let line = self.rest().iter().position(|&byte| byte == b'\n' || byte == b'\r');
                self.at += line.unwrap_or(self.rest().len());
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Passes these bytes, which must stand here.
    pub(crate) fn literal(&mut self, expected: &str) -> Result<(), Unsound> {
        if self.rest().starts_with(expected.as_bytes()) {
            self.at += expected.len();
            Ok(())
        } else {
            Err(Unsound)
        }
    }

    /// Passes white space and a word that ends here.
    pub(crate) fn word(&mut self, expected: &str) -> Result<(), Unsound> {
        self.space();
        self.literal(expected)?;
        if self.rest().first().is_some_and(|&byte| is_regular(byte)) { Err(Unsound) } else { Ok(()) }
    }

    /// Passes one end of line.
    pub(crate) fn end_of_line(&mut self) -> Result<(), Unsound> {
        self.literal("\r\n").or_else(|_| self.literal("\n")).or_else(|_| self.literal("\r"))
    }

    /// A number without sign.
    pub(crate) fn number(&mut self) -> Result<u64, Unsound> {
        self.space();
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = std::str::from_utf8(&self.rest()[..digits]).map_err(|_| Unsound)?;
        let number = text.parse().map_err(|_| Unsound)?;
        self.at += digits;
        if self.rest().first().is_some_and(|&byte| is_regular(byte)) { Err(Unsound) } else { Ok(number) }
    }

    /// `n g obj`.
    pub(crate) fn header(&mut self) -> Result<Reference, Unsound> {
        let number = u32::try_from(self.number()?).map_err(|_| Unsound)?;
        let generation = u16::try_from(self.number()?).map_err(|_| Unsound)?;
        self.word("obj")?;
        Ok(Reference { number, generation })
    }

    /// An indirect object from `n g obj` to `endobj`. `length` finds the length of a stream that is given by reference.
    pub(crate) fn indirect(
        &mut self,
        length: impl FnOnce(Reference) -> Option<i64>,
    ) -> Result<(Reference, Object), Unsound> {
        let reference = self.header()?;
        let value = self.value()?;
        self.space();
        let value = match value {
            Object::Dictionary(entries) if self.rest().starts_with(b"stream") => self.stream(entries, length)?,
            other => other,
        };
        self.word("endobj")?;
        Ok((reference, value))
    }

    fn stream(
        &mut self,
        entries: Dictionary,
        length: impl FnOnce(Reference) -> Option<i64>,
    ) -> Result<Object, Unsound> {
        self.literal("stream")?;
        self.literal("\r\n").or_else(|_| self.literal("\n"))?;
        let length = match entries.get("Length") {
            Some(Object::Integer(length)) => Some(*length),
            Some(Object::Reference(reference)) => length(*reference),
            _ => None,
        };
        let length = length.and_then(|length| usize::try_from(length).ok()).ok_or(Unsound)?;
        let end = self.at.checked_add(length).filter(|&end| end <= self.bytes.len()).ok_or(Unsound)?;
        let range = self.at..end;
        self.at = end;
        self.word("endstream")?;
        Ok(Object::Stream(entries, range))
    }

    pub(crate) fn value(&mut self) -> Result<Object, Unsound> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(Unsound);
        }
        self.space();
        match self.rest() {
            [b'<', b'<', ..] => self.nested(Self::entries).map(Object::Dictionary),
            [b'[', ..] => self.nested(Self::items).map(Object::Array),
            [b'<', ..] => self.hexadecimal().map(Object::Text),
            [b'(', ..] => self.string().map(Object::Text),
            [b'/', ..] => self.name().map(Object::Name),
            [first, ..] if first.is_ascii_digit() || b"+-.".contains(first) => self.numeric(),
            _ => self.keyword(),
        }
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Unsound>) -> Result<T, Unsound> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unsound);
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn entries(&mut self) -> Result<Dictionary, Unsound> {
        self.literal("<<")?;
        let mut entries = Dictionary::default();
        let mut known = BTreeSet::new();
        loop {
            self.space();
            if self.literal(">>").is_ok() {
                return Ok(entries);
            }
            let key = self.name()?;
            self.space();
            let from = self.at;
            let value = self.value()?;
            if self.depth == 1 && key == b"Contents" {
                self.contents = Some(from..self.at);
            }
            // Two readers might take two different ones.
            if !known.insert(key.clone()) {
                return Err(Unsound);
            }
            entries.0.push((key, value));
        }
    }

    fn items(&mut self) -> Result<Vec<Object>, Unsound> {
        self.literal("[")?;
        let mut items = Vec::new();
        loop {
            self.space();
            if self.literal("]").is_ok() {
                return Ok(items);
            }
            items.push(self.value()?);
        }
    }

    fn name(&mut self) -> Result<Vec<u8>, Unsound> {
        self.literal("/")?;
        let mut name = Vec::new();
        while let Some(&byte) = self.rest().first().filter(|&&byte| is_regular(byte)) {
            self.at += 1;
            if byte == b'#' {
                let digits = self.rest().get(..2).ok_or(Unsound)?;
                name.extend(hex::decode(digits).map_err(|_| Unsound)?);
                self.at += 2;
            } else {
                name.push(byte);
            }
        }
        Ok(name)
    }

    fn hexadecimal(&mut self) -> Result<Vec<u8>, Unsound> {
        self.literal("<")?;
        let length = self.rest().iter().position(|&byte| byte == b'>').ok_or(Unsound)?;
        let mut digits: Vec<u8> = self.rest()[..length].iter().copied().filter(|&byte| !is_space(byte)).collect();
        if !digits.len().is_multiple_of(2) {
            digits.push(b'0');
        }
        self.at += length + 1;
        hex::decode(digits).map_err(|_| Unsound)
    }

    /// `(…)`, with its escapes (7.3.4.2).
    fn string(&mut self) -> Result<Vec<u8>, Unsound> {
        self.literal("(")?;
        let (mut text, mut open) = (Vec::new(), 1_usize);
        loop {
            let &byte = self.rest().first().ok_or(Unsound)?;
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(text);
                    }
                }
                b'\\' => {
                    self.escape(&mut text)?;
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Unsound> {
        let &byte = self.rest().first().ok_or(Unsound)?;
        match byte {
            b'0'..=b'7' => {
                let digits = self.rest().iter().take(3).take_while(|digit| (b'0'..=b'7').contains(*digit)).count();
                let value =
                    self.rest()[..digits].iter().fold(0_u16, |value, digit| value * 8 + u16::from(digit - b'0'));
                // A high overflow is ignored, says the standard.
                text.push(value.to_le_bytes()[0]);
                self.at += digits;
                return Ok(());
            }
            b'\r' | b'\n' => return self.end_of_line(),
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            other => text.push(other),
        }
        self.at += 1;
        Ok(())
    }

    /// A number, or a reference when two more words follow.
    fn numeric(&mut self) -> Result<Object, Unsound> {
        let length = self.rest().iter().take_while(|&&byte| is_regular(byte)).count();
        let digits = &self.rest()[..length];
        let (sign, unsigned) = match digits {
            [b'+' | b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let points = unsigned.iter().filter(|&&byte| byte == b'.').count();
        let are_digits = unsigned.iter().all(|&byte| byte.is_ascii_digit() || byte == b'.');
        if unsigned.len() == points || points > 1 || !are_digits {
            return Err(Unsound);
        }
        self.at += length;
        if points == 1 {
            return Ok(Object::Real(digits.to_vec()));
        }
        let text = std::str::from_utf8(digits).map_err(|_| Unsound)?;
        let number: i64 = text.parse().map_err(|_| Unsound)?;
        let after = self.at;
        if !sign
            && let Ok(number) = u32::try_from(number)
            && let Ok(generation) = self.number()
            && let Ok(generation) = u16::try_from(generation)
            && self.word("R").is_ok()
        {
            return Ok(Object::Reference(Reference { number, generation }));
        }
        self.at = after;
        Ok(Object::Integer(number))
    }

    fn keyword(&mut self) -> Result<Object, Unsound> {
        for (word, value) in
            [("null", Object::Null), ("true", Object::Boolean(true)), ("false", Object::Boolean(false))]
        {
            if self.word(word).is_ok() {
                return Ok(value);
            }
        }
        Err(Unsound)
    }
}
