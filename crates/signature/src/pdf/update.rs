//! Writing one incremental update (ISO 32000-1, 7.5.6) in the form of the file's own cross-references.

use std::collections::BTreeMap;

use super::Unsound;
use super::file::File;
use super::object::{Dictionary, Object, Reference};

/// A file with more objects than this is not appended to (ISO 32000-1, annex C).
const MOST_OBJECTS: u32 = 8_388_607;

/// What is appended to a file.
pub(crate) struct Update<'a> {
    file: &'a File<'a>,
    /// The file, and behind it the objects so far.
    bytes: Vec<u8>,
    /// Where each object begins.
    places: BTreeMap<Reference, usize>,
    next: u32,
}

impl<'a> Update<'a> {
    pub(crate) fn of(file: &'a File<'a>) -> Result<Self, Unsound> {
        let mut bytes = file.bytes.to_vec();
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        let latest = &file.revisions[file.latest()];
        let size = latest.trailer.get("Size").and_then(Object::integer).ok_or(Unsound)?;
        let said = u32::try_from(size).map_err(|_| Unsound)?;
        let used = file.revisions.iter().filter_map(|revision| revision.entries.keys().next_back()).max();
        let next = said.max(used.map_or(Some(0), |used| used.checked_add(1)).ok_or(Unsound)?);
        if next > MOST_OBJECTS {
            return Err(Unsound);
        }
        Ok(Self { file, bytes, places: BTreeMap::new(), next })
    }

    /// A number that no object has.
    pub(crate) fn reserve(&mut self) -> Reference {
        let reference = Reference { number: self.next, generation: 0 };
        self.next += 1;
        reference
    }

    /// Writes an object and returns where its value begins.
    pub(crate) fn put(&mut self, reference: Reference, value: &Object) -> usize {
        let at = self.begin(reference);
        value.write(&mut self.bytes);
        self.bytes.extend(b"\nendobj\n");
        at
    }

    /// Writes an object whose bytes are given.
    pub(crate) fn put_raw(&mut self, reference: Reference, value: &[u8]) -> usize {
        let at = self.begin(reference);
        self.bytes.extend(value);
        self.bytes.extend(b"\nendobj\n");
        at
    }

    /// Writes a stream of these bytes as a new object.
    pub(crate) fn put_stream(&mut self, mut entries: Dictionary, data: &[u8]) -> Result<Reference, Unsound> {
        let reference = self.reserve();
        entries.set("Length", Object::Integer(i64::try_from(data.len()).map_err(|_| Unsound)?));
        self.begin(reference);
        entries.write(&mut self.bytes);
        self.bytes.extend(b"\nstream\n");
        self.bytes.extend(data);
        self.bytes.extend(b"\nendstream\nendobj\n");
        Ok(reference)
    }

    fn begin(&mut self, reference: Reference) -> usize {
        self.places.insert(reference, self.bytes.len());
        self.bytes.extend(format!("{} {} obj\n", reference.number, reference.generation).bytes());
        self.bytes.len()
    }

    /// Writes cross-references and trailer; `id` is the second half of the file's identifier (14.4).
    pub(crate) fn finish(mut self, id: &[u8]) -> Result<Vec<u8>, Unsound> {
        let latest = &self.file.revisions[self.file.latest()];
        let integer = |number: usize| i64::try_from(number).map(Object::Integer).map_err(|_| Unsound);
        let mut trailer = Dictionary::default();
        for key in ["Root", "Info"] {
            if let Some(value) = latest.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        if let Some([first, _]) = latest.trailer.get("ID").and_then(Object::array) {
            trailer.set("ID", Object::Array(vec![first.clone(), Object::Text(id.to_vec())]));
        }
        trailer.set("Prev", integer(latest.xref)?);
        let at = if latest.is_stream { self.stream(trailer)? } else { self.table(trailer)? };
        self.bytes.extend(format!("startxref\n{at}\n%%EOF\n").bytes());
        Ok(self.bytes)
    }

    fn table(&mut self, mut trailer: Dictionary) -> Result<usize, Unsound> {
        let at = self.bytes.len();
        trailer.set("Size", Object::Integer(i64::from(self.next)));
        self.bytes.extend(b"xref\n");
        for run in self.runs() {
            self.bytes.extend(format!("{} {}\n", run[0].0.number, run.len()).bytes());
            for (reference, place) in run {
                if place > 9_999_999_999 {
                    return Err(Unsound);
                }
                self.bytes.extend(format!("{place:010} {:05} n\r\n", reference.generation).bytes());
            }
        }
        self.bytes.extend(b"trailer\n");
        trailer.write(&mut self.bytes);
        self.bytes.push(b'\n');
        Ok(at)
    }

    fn stream(&mut self, mut trailer: Dictionary) -> Result<usize, Unsound> {
        let own = self.reserve();
        let at = self.bytes.len();
        self.places.insert(own, at);
        let (mut rows, mut index) = (Vec::new(), Vec::new());
        for run in self.runs() {
            index.push(Object::Integer(i64::from(run[0].0.number)));
            index.push(Object::Integer(i64::try_from(run.len()).map_err(|_| Unsound)?));
            for (reference, place) in run {
                rows.push(1);
                rows.extend(u64::try_from(place).map_err(|_| Unsound)?.to_be_bytes());
                rows.extend(reference.generation.to_be_bytes());
            }
        }
        let widths = [1, 8, 2].map(Object::Integer).to_vec();
        for (key, value) in [
            ("Type", Object::Name(b"XRef".to_vec())),
            ("Size", Object::Integer(i64::from(self.next))),
            ("W", Object::Array(widths)),
            ("Index", Object::Array(index)),
            ("Length", Object::Integer(i64::try_from(rows.len()).map_err(|_| Unsound)?)),
        ] {
            trailer.set(key, value);
        }
        self.bytes.extend(format!("{} 0 obj\n", own.number).bytes());
        trailer.write(&mut self.bytes);
        self.bytes.extend(b"\nstream\n");
        self.bytes.extend(rows);
        self.bytes.extend(b"\nendstream\nendobj\n");
        Ok(at)
    }

    /// The objects in runs of consecutive numbers.
    fn runs(&self) -> Vec<Vec<(Reference, usize)>> {
        let mut runs: Vec<Vec<(Reference, usize)>> = Vec::new();
        for (&reference, &place) in &self.places {
            match runs.last_mut() {
                Some(run) if run.last().is_some_and(|(last, _)| last.number + 1 == reference.number) => {
                    run.push((reference, place));
                }
                Some(_) | None => runs.push(vec![(reference, place)]),
            }
        }
        runs
    }
}
