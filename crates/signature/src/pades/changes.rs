//! What a later revision changed, held against the few things that may change behind a signature.
//!
//! The list says what is allowed and everything else is not, so that the known attacks (content hidden and shown later, objects replaced, references that lead
//! nowhere until an update gives them something) need not be known one by one.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::pdf::{Dictionary, Entry, File, Object, Parser, Reference, Revision, Unsound, is_name};
use crate::report::Later;

/// The names under which page 1 of a registered letter knows number and date (ADR 0008).
const REGISTRATION: [&str; 2] = ["SaualDate", "SaualNumber"];
/// What a registration replaces at most: page, resources, its entry in the parent tree, the document's element.
const OF_REGISTRATION: usize = 4;
/// What the field of a signature that shows nothing may say.
const OF_FIELD: [&str; 12] = ["Type", "Subtype", "FT", "T", "TU", "V", "Rect", "F", "Ff", "P", "AP", "StructParent"];
/// The lists of a document security store, and its index by signature.
const OF_STORE: [&str; 5] = ["Type", "Certs", "OCSPs", "CRLs", "VRI"];

/// What revision `index`, which is not the first, added to the one before. `known`: SHA-256 of files that the caller accepts.
pub(super) fn classify(file: &File<'_>, index: usize, known: &[[u8; 32]]) -> Later {
    let revision = &file.revisions[index];
    let is_known =
        !known.is_empty() && ends(file, revision).any(|end| known.contains(&Sha256::digest(&file.bytes[..end]).into()));
    if is_known {
        return Later::Known;
    }
    match Change::read(file, index).and_then(|change| change.kind()) {
        Ok(later) => later,
        Err(Unsound) => Later::Other,
    }
}

/// Where a revision may be said to end: behind its `%%EOF`, or behind the end of line after it.
pub(super) fn ends<'a>(file: &'a File<'_>, revision: &Revision) -> impl Iterator<Item = usize> + 'a {
    let end = revision.end;
    ["", "\n", "\r", "\r\n"]
        .into_iter()
        .filter_map(move |line| file.bytes[end..].starts_with(line.as_bytes()).then_some(end + line.len()))
}

/// What one revision did.
struct Change<'a> {
    file: &'a File<'a>,
    /// The revision, and the one before.
    new: usize,
    old: usize,
    /// The objects it wrote.
    written: BTreeMap<u32, Reference>,
}

impl<'a> Change<'a> {
    /// Reads the revision as the plain row of objects that it has to be; nothing may stand between them that its cross-references do not name.
    fn read(file: &'a File<'a>, new: usize) -> Result<Self, Unsound> {
        let (revision, old) = (&file.revisions[new], new - 1);
        let before = &file.revisions[old];
        if revision.trailer.get("Root") != before.trailer.get("Root")
            || revision.trailer.get("Info") != before.trailer.get("Info")
        {
            return Err(Unsound);
        }
        let mut parser = Parser::new(&file.bytes[..revision.xref], before.end);
        let mut written = BTreeMap::new();
        loop {
            parser.space();
            if parser.at() >= revision.xref {
                break;
            }
            let at = parser.at();
            let (reference, _) = parser.indirect(|_| None)?;
            let named = Entry::At { offset: at, generation: reference.generation };
            if revision.entries.get(&reference.number) != Some(&named)
                || written.insert(reference.number, reference).is_some()
            {
                return Err(Unsound);
            }
        }
        for (number, entry) in &revision.entries {
            let is_own = revision.is_stream && matches!(entry, Entry::At { offset, .. } if *offset == revision.xref);
            // The head of the list of free objects may be repeated.
            let is_free_head = *number == 0 && *entry == Entry::Free;
            if !(written.contains_key(number) || is_own || is_free_head) {
                return Err(Unsound);
            }
            if is_own && file.entry(*number, old).is_some_and(|(entry, _)| entry != Entry::Free) {
                return Err(Unsound);
            }
        }
        Ok(Self { file, new, old, written })
    }

    fn kind(&self) -> Result<Later, Unsound> {
        let (root, old) = self.file.catalog(self.old)?;
        let (_, new) = self.file.catalog(self.new)?;
        if self.is_registration(root)? {
            return Ok(Later::Registration);
        }
        if old.without(&["AcroForm", "DSS", "Extensions"]) != new.without(&["AcroForm", "DSS", "Extensions"]) {
            return Err(Unsound);
        }
        let fields = self.new_fields(&old, &new)?;
        let mut allowed: BTreeSet<u32> = self.written.get(&root.number).map(|_| root.number).into_iter().collect();
        // What the document showed before: of this nothing is replaced, and what it refers to in vain is not given to it.
        let shown = self.shown(&old)?;
        self.allow_forms(&mut allowed, (&old, &new), &fields, &shown)?;
        let mut roots: Vec<Reference> = fields.iter().map(|(field, _)| *field).collect();
        for key in ["DSS", "Extensions"] {
            if let Some(value) = new.get(key) {
                value.references(&mut roots);
            }
        }
        self.allow_reached(&mut allowed, roots, &shown)?;
        if self.written.keys().any(|number| !allowed.contains(number)) {
            return Err(Unsound);
        }
        let is_new_store = self.is_store_changed(&old, &new)?;
        match (fields.is_empty(), is_new_store) {
            (false, _) if fields.iter().all(|(_, is_stamp)| *is_stamp) => Ok(Later::Timestamp),
            (false, _) => Ok(Later::Signature),
            (true, true) => Ok(Later::Material),
            (true, false) => Err(Unsound),
        }
    }

    fn is_new(&self, number: u32) -> bool {
        matches!(self.file.entry(number, self.old), None | Some((Entry::Free, _)))
    }

    fn was(&self, reference: Reference) -> Result<Object, Unsound> {
        self.file.object(reference, self.old)
    }

    fn is(&self, reference: Reference) -> Result<Object, Unsound> {
        self.file.object(reference, self.new)
    }

    /// Number and date, or something in their shape: forms of these names in what was written, and few objects replaced, none of them the catalogue.
    fn is_registration(&self, root: Reference) -> Result<bool, Unsound> {
        let replaced = self.written.keys().filter(|number| !self.is_new(**number)).count();
        if replaced > OF_REGISTRATION || self.written.contains_key(&root.number) {
            return Ok(false);
        }
        for reference in self.written.values() {
            let value = self.is(*reference)?;
            let resources =
                value.dictionary().map(|entries| self.file.get(entries, "Resources", self.new)).transpose()?;
            let forms = |value: &Object| match value.dictionary() {
                Some(entries) => self.file.get(entries, "XObject", self.new),
                None => Ok(Object::Null),
            };
            for forms in [Some(value.clone()), Some(forms(&value)?), resources.as_ref().map(forms).transpose()?] {
                let names = forms.as_ref().and_then(Object::dictionary);
                if names.is_some_and(|names| REGISTRATION.iter().all(|name| names.get(name).is_some())) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The fields that the form has more than before, each with whether it is a timestamp; they must be new, be signatures and show nothing.
    fn new_fields(&self, old: &Dictionary, new: &Dictionary) -> Result<Vec<(Reference, bool)>, Unsound> {
        let form = |catalog: &Dictionary, seen: usize| match self.file.get(catalog, "AcroForm", seen)? {
            Object::Null => Ok(Dictionary::default()),
            Object::Dictionary(entries) => Ok(entries),
            _ => Err(Unsound),
        };
        let (old, new) = (form(old, self.old)?, form(new, self.new)?);
        if old.without(&["Fields", "SigFlags"]) != new.without(&["Fields", "SigFlags"]) {
            return Err(Unsound);
        }
        let list = |form: &Dictionary, seen: usize| match self.file.get(form, "Fields", seen)? {
            Object::Null => Ok(Vec::new()),
            Object::Array(items) => Ok(items),
            _ => Err(Unsound),
        };
        let (old, new) = (list(&old, self.old)?, list(&new, self.new)?);
        let more = new.strip_prefix(old.as_slice()).ok_or(Unsound)?;
        more.iter().map(|field| self.new_field(field.reference().ok_or(Unsound)?)).collect()
    }

    fn new_field(&self, at: Reference) -> Result<(Reference, bool), Unsound> {
        let Object::Dictionary(field) = self.is(at)? else { return Err(Unsound) };
        let only_known = field.0.iter().all(|(key, _)| OF_FIELD.iter().any(|known| known.as_bytes() == key));
        let rectangle = self.file.get(&field, "Rect", self.new)?;
        let is_point = match rectangle.array() {
            Some([left, bottom, right, top]) => left == right && bottom == top,
            Some(_) | None => false,
        };
        let value = field.get("V").and_then(Object::reference).ok_or(Unsound)?;
        let Object::Dictionary(signature) = self.is(value)? else { return Err(Unsound) };
        let is_stamp = is_name(signature.get("Type"), "DocTimeStamp");
        let is_signature = is_stamp || is_name(signature.get("Type"), "Sig");
        let is_field = is_name(field.get("FT"), "Sig") && is_name(field.get("Subtype"), "Widget");
        if self.is_new(at.number) && self.is_new(value.number) && only_known && is_point && is_field && is_signature {
            Ok((at, is_stamp))
        } else {
            Err(Unsound)
        }
    }

    /// Allows the objects that hang new fields into form and page: each is as it was, but for these.
    fn allow_forms(
        &self,
        allowed: &mut BTreeSet<u32>,
        (old, new): (&Dictionary, &Dictionary),
        fields: &[(Reference, bool)],
        shown: &BTreeSet<u32>,
    ) -> Result<(), Unsound> {
        let form = new.get("AcroForm").and_then(Object::reference);
        if let Some(form) = form
            && (old.get("AcroForm").and_then(Object::reference) == Some(form)
                || self.is_new(form.number) && !shown.contains(&form.number))
        {
            allowed.insert(form.number);
        }
        for reference in self.written.values().filter(|reference| !self.is_new(reference.number)) {
            let is_allowed = match (self.was(*reference)?, self.is(*reference)?) {
                (Object::Dictionary(old), Object::Dictionary(new)) if is_name(old.get("Type"), "Page") => {
                    let (was, is) = (self.notes(&old, self.old)?, self.notes(&new, self.new)?);
                    let tabs = new.get("Tabs") == old.get("Tabs") || old.get("Tabs").is_none();
                    old.without(&["Annots", "Tabs"]) == new.without(&["Annots", "Tabs"])
                        && tabs
                        && are_appended(&was, &is, fields)
                }
                (Object::Array(was), Object::Array(is)) => are_appended(&was, &is, fields),
                _ => false,
            };
            if is_allowed {
                allowed.insert(reference.number);
            }
        }
        // A list that was none before, or was moved into an object of its own.
        for reference in self.written.values().filter(|reference| self.is_new(reference.number)) {
            if let Object::Array(items) = self.is(*reference)?
                && !shown.contains(&reference.number)
                && items.iter().any(|item| fields.iter().any(|(field, _)| Object::Reference(*field) == *item))
            {
                allowed.insert(reference.number);
            }
        }
        Ok(())
    }

    fn notes(&self, page: &Dictionary, seen: usize) -> Result<Vec<Object>, Unsound> {
        match self.file.get(page, "Annots", seen)? {
            Object::Null => Ok(Vec::new()),
            Object::Array(items) => Ok(items),
            _ => Err(Unsound),
        }
    }

    /// Every number that the document referred to before, the store apart; also those of objects that were not there.
    fn shown(&self, catalog: &Dictionary) -> Result<BTreeSet<u32>, Unsound> {
        let mut open = Vec::new();
        Object::Dictionary(Dictionary(catalog.without(&["DSS"]))).references(&mut open);
        if let Some(info) = self.file.revisions[self.old].trailer.get("Info") {
            info.references(&mut open);
        }
        let mut found = BTreeSet::new();
        while let Some(reference) = open.pop() {
            if found.insert(reference.number) {
                self.was(reference)?.references(&mut open);
            }
        }
        Ok(found)
    }

    /// Allows what is reached from the new store and the new fields: new objects, and the store's own lists.
    fn allow_reached(
        &self,
        allowed: &mut BTreeSet<u32>,
        mut open: Vec<Reference>,
        shown: &BTreeSet<u32>,
    ) -> Result<(), Unsound> {
        let mut seen = BTreeSet::new();
        while let Some(reference) = open.pop() {
            let number = reference.number;
            if !self.written.contains_key(&number) || !seen.insert(number) {
                continue;
            }
            let value = self.is(reference)?;
            if self.is_new(number) {
                if shown.contains(&number) {
                    return Err(Unsound);
                }
                allowed.insert(number);
            } else if allowed.contains(&number) {
                continue;
            } else {
                let of_store = match (self.was(reference)?, &value) {
                    (Object::Dictionary(old), Object::Dictionary(new)) => {
                        let names = old.0.iter().chain(&new.0).map(|(key, _)| key);
                        names.clone().all(|key| OF_STORE.iter().any(|known| known.as_bytes() == key))
                            || names.clone().all(|key| key.len() == 40)
                    }
                    (Object::Array(_), Object::Array(_)) => true,
                    _ => false,
                };
                if shown.contains(&number) || !of_store {
                    return Err(Unsound);
                }
                allowed.insert(number);
            }
            value.references(&mut open);
        }
        Ok(())
    }

    fn is_store_changed(&self, old: &Dictionary, new: &Dictionary) -> Result<bool, Unsound> {
        let was = self.file.get(old, "DSS", self.old)?;
        let is = self.file.get(new, "DSS", self.new)?;
        let Object::Dictionary(entries) = &is else { return Ok(false) };
        if !entries.0.iter().all(|(key, _)| OF_STORE.iter().any(|known| known.as_bytes() == key)) {
            return Err(Unsound);
        }
        let mut lists = Vec::new();
        is.references(&mut lists);
        Ok(was != is || lists.iter().any(|list| self.written.contains_key(&list.number)))
    }
}

/// Whether `is` is `was` with new fields behind, and nothing else.
fn are_appended(was: &[Object], is: &[Object], fields: &[(Reference, bool)]) -> bool {
    is.strip_prefix(was)
        .is_some_and(|more| more.iter().all(|item| fields.iter().any(|(field, _)| Object::Reference(*field) == *item)))
}
