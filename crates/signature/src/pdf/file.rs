//! A PDF as the row of revisions it is (ISO 32000-1, 7.5.6).

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::Unsound;
use super::object::{Dictionary, Object, Reference, is_name};
use super::parse::Parser;
use super::xref::{self, Entry};

/// More revisions than this are not read.
const MOST_REVISIONS: usize = 64;
/// More object streams than this are not unpacked.
const MOST_PACKED: usize = 256;
/// More objects than this, those of all revisions together, are not listed.
const MOST_OBJECTS: usize = 500_000;
/// What all object streams that are unpacked hold together, in bytes: as values they take many times that.
const UNPACKED: usize = 16 << 20;
/// Bytes that are read as values or unpacked at most, those that are read again counted again: whoever sends a file does not decide how long it is read.
const WORK: usize = 48 << 20;
/// What reading one value costs at least.
const LEAST: usize = 32;

/// One revision: the file up to `end`, of which it is the latest.
#[derive(Debug)]
pub(crate) struct Revision {
    /// Behind its `%%EOF`; an end of line may follow.
    pub(crate) end: usize,
    /// Where its cross-references begin.
    pub(crate) xref: usize,
    /// What it adds, replaces and frees.
    pub(crate) entries: BTreeMap<u32, Entry>,
    pub(crate) trailer: Dictionary,
    /// Whether its cross-references are a stream.
    pub(crate) is_stream: bool,
}

/// An object of a stream, with the bytes that it takes there.
struct Packed {
    number: u32,
    value: Object,
    bytes: usize,
}

/// A file that begins as a PDF, ends with its `%%EOF`, and whose revisions follow one another without a gap in the chain.
pub(crate) struct File<'a> {
    pub(crate) bytes: &'a [u8],
    /// The oldest first; never empty.
    pub(crate) revisions: Vec<Revision>,
    /// Object streams that were read, by the place of their bytes.
    unpacked: RefCell<BTreeMap<usize, Vec<Packed>>>,
    /// What was unpacked and what was read so far.
    grown: Cell<usize>,
    spent: Cell<usize>,
}

impl<'a> File<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Unsound> {
        if !bytes.starts_with(b"%PDF-1.") && !bytes.starts_with(b"%PDF-2.") {
            return Err(Unsound);
        }
        let mut revisions = Vec::new();
        let (mut spent, mut objects) = (0, 0);
        let mut at = last_xref(bytes)?;
        loop {
            let section = xref::read(bytes, at, MOST_OBJECTS - objects)?;
            objects += section.entries.len();
            spent += section.cost;
            if spent > WORK {
                return Err(Unsound);
            }
            let mut parser = Parser::new(bytes, section.end);
            parser.word("startxref")?;
            let said = usize::try_from(parser.number()?).map_err(|_| Unsound)?;
            if said != at {
                return Err(Unsound);
            }
            // No comment may stand here: the parser would pass the mark of the end as one.
            parser.end_of_line()?;
            parser.literal("%%EOF")?;
            let previous = match section.trailer.get("Prev") {
                None => None,
                Some(value) => {
                    let offset = value.integer().and_then(|offset| usize::try_from(offset).ok()).ok_or(Unsound)?;
                    Some(offset).filter(|&offset| offset < at).map(Some).ok_or(Unsound)?
                }
            };
            // Encrypted strings would be read wrong.
            if section.trailer.get("Encrypt").is_some() {
                return Err(Unsound);
            }
            let (end, is_stream) = (parser.at(), section.is_stream);
            revisions.push(Revision { end, xref: at, entries: section.entries, trailer: section.trailer, is_stream });
            match previous {
                None => break,
                Some(previous) => at = previous,
            }
            if revisions.len() > MOST_REVISIONS {
                return Err(Unsound);
            }
        }
        revisions.reverse();
        let in_order = revisions.windows(2).all(|pair| pair[0].end <= pair[1].xref);
        let last = revisions.last().ok_or(Unsound)?.end;
        if !in_order || !matches!(&bytes[last..], b"" | b"\n" | b"\r" | b"\r\n") {
            return Err(Unsound);
        }
        let unpacked = RefCell::new(BTreeMap::new());
        Ok(Self { bytes, revisions, unpacked, grown: Cell::new(0), spent: Cell::new(spent) })
    }

    /// Counts work, and refuses more than there is for one file.
    fn spend(&self, bytes: usize) -> Result<(), Unsound> {
        self.spent.set(self.spent.get().saturating_add(bytes.max(LEAST)));
        if self.spent.get() > WORK { Err(Unsound) } else { Ok(()) }
    }

    /// The number of the latest revision.
    pub(crate) fn latest(&self) -> usize {
        self.revisions.len() - 1
    }

    /// Where object `number` is, as seen in revision `seen`, and which revision put it there.
    pub(crate) fn entry(&self, number: u32, seen: usize) -> Option<(Entry, usize)> {
        let up_to = self.revisions.iter().enumerate().take(seen + 1).rev();
        up_to.filter_map(|(index, revision)| Some((*revision.entries.get(&number)?, index))).next()
    }

    /// An object as seen in revision `seen`; what is not there is `Null` (7.3.10).
    pub(crate) fn object(&self, reference: Reference, seen: usize) -> Result<Object, Unsound> {
        match self.entry(reference.number, seen) {
            None | Some((Entry::Free, _)) => Ok(Object::Null),
            Some((Entry::At { offset, generation }, _)) => {
                if generation != reference.generation {
                    return Ok(Object::Null);
                }
                let limit = self.revisions[seen].end;
                let mut parser = Parser::new(&self.bytes[..limit], offset);
                let read = parser.indirect(|length| self.length(length, seen));
                // The bytes of a stream are passed over, and counted where they are unpacked.
                let passed = if let Ok((_, Object::Stream(_, range))) = &read { range.len() } else { 0 };
                self.spend(parser.at().saturating_sub(offset).saturating_sub(passed))?;
                let (found, value) = read?;
                if found == reference { Ok(value) } else { Err(Unsound) }
            }
            Some((Entry::In { stream, index }, _)) => self.packed(reference.number, stream, index, seen),
        }
    }

    /// The length of a stream that is given by reference.
    fn length(&self, reference: Reference, seen: usize) -> Option<i64> {
        let (Entry::At { offset, generation }, _) = self.entry(reference.number, seen)? else { return None };
        let mut parser = Parser::new(self.bytes, offset);
        let read = parser.indirect(|_| None);
        self.spend(parser.at().saturating_sub(offset)).ok()?;
        let (found, value) = read.ok()?;
        (found == reference && generation == reference.generation).then(|| value.integer())?
    }

    fn packed(&self, number: u32, stream: u32, index: usize, seen: usize) -> Result<Object, Unsound> {
        // The stream itself lies plainly in the file (7.5.7).
        let Some((Entry::At { offset, .. }, _)) = self.entry(stream, seen) else { return Err(Unsound) };
        if !self.unpacked.borrow().contains_key(&offset) {
            if self.unpacked.borrow().len() >= MOST_PACKED {
                return Err(Unsound);
            }
            let objects = self.unpack(Reference { number: stream, generation: 0 }, seen)?;
            self.unpacked.borrow_mut().insert(offset, objects);
        }
        match self.unpacked.borrow().get(&offset).and_then(|objects| objects.get(index)) {
            Some(packed) if packed.number == number => {
                self.spend(packed.bytes)?;
                Ok(packed.value.clone())
            }
            Some(_) | None => Err(Unsound),
        }
    }

    fn unpack(&self, stream: Reference, seen: usize) -> Result<Vec<Packed>, Unsound> {
        let Object::Stream(entries, range) = self.object(stream, seen)? else { return Err(Unsound) };
        if !is_name(entries.get("Type"), "ObjStm") {
            return Err(Unsound);
        }
        let data = xref::decoded(&entries, &self.bytes[range])?;
        self.spend(data.len())?;
        self.grown.set(self.grown.get().saturating_add(data.len()));
        if self.grown.get() > UNPACKED {
            return Err(Unsound);
        }
        let size = |key: &str| {
            let value = entries.get(key).and_then(Object::integer);
            value.and_then(|size| usize::try_from(size).ok()).ok_or(Unsound)
        };
        let first = size("First")?;
        let mut head = Parser::new(&data, 0);
        let mut objects = Vec::new();
        let mut free = first;
        for _ in 0..size("N")? {
            let number = u32::try_from(head.number()?).map_err(|_| Unsound)?;
            let offset = usize::try_from(head.number()?).map_err(|_| Unsound)?;
            let at = first.checked_add(offset).ok_or(Unsound)?;
            // In the order of their places (7.5.7), and none within another: so all together are no longer than the stream.
            if at < free {
                return Err(Unsound);
            }
            let mut parser = Parser::new(&data, at);
            let value = parser.value()?;
            free = parser.at();
            objects.push(Packed { number, value, bytes: free - at });
        }
        Ok(objects)
    }

    /// The value itself, where it is a reference to one.
    pub(crate) fn resolved(&self, value: &Object, seen: usize) -> Result<Object, Unsound> {
        match value {
            Object::Reference(reference) => self.object(*reference, seen),
            other => Ok(other.clone()),
        }
    }

    /// The entry of a dictionary, resolved; absent is `Null`.
    pub(crate) fn get(&self, entries: &Dictionary, key: &str, seen: usize) -> Result<Object, Unsound> {
        entries.get(key).map_or(Ok(Object::Null), |value| self.resolved(value, seen))
    }

    /// The bytes of a stream, unpacked.
    pub(crate) fn data(&self, value: &Object, seen: usize) -> Result<Vec<u8>, Unsound> {
        match self.resolved(value, seen)? {
            Object::Stream(entries, range) => {
                let data = xref::decoded(&entries, &self.bytes[range])?;
                self.spend(data.len())?;
                Ok(data)
            }
            _ => Err(Unsound),
        }
    }

    /// The catalogue: its reference and its entries.
    pub(crate) fn catalog(&self, seen: usize) -> Result<(Reference, Dictionary), Unsound> {
        let root = self.revisions[seen].trailer.get("Root").and_then(Object::reference).ok_or(Unsound)?;
        match self.object(root, seen)? {
            Object::Dictionary(entries) if is_name(entries.get("Type"), "Catalog") => Ok((root, entries)),
            _ => Err(Unsound),
        }
    }
}

/// Where the last revision's cross-references begin, as the end of the file says.
fn last_xref(bytes: &[u8]) -> Result<usize, Unsound> {
    let word = b"startxref";
    let at = bytes.windows(word.len()).rposition(|window| window == word).ok_or(Unsound)?;
    let mut parser = Parser::new(bytes, at + word.len());
    usize::try_from(parser.number()?).map_err(|_| Unsound)
}
