//! How number and date reach a letter that is already signed, without a byte of it changing.
//!
//! The signatory signs the complete PDF, whose place for number and date is empty. The number exists only after the signature; it is
//! then added as an incremental update (ISO 32000-1, 7.5.6): new objects behind the signed bytes, so that the result *begins* with
//! them. The update draws two small forms first on page 1 and hangs them as the first two paragraphs into the structure tree, so that
//! a reader's voice and `pdftotext -raw` begin with date and number. docs/adr/0008-what-is-signed.md weighs this against its
//! alternatives.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use crate::error::LetterError;

/// The names under which page 1 knows the two forms; a page that has them has its number.
const FORMS: [&str; 2] = ["SaualDate", "SaualNumber"];

/// A signed letter without number and date.
pub(crate) struct Signed<'a> {
    bytes: &'a [u8],
    document: Document,
    /// Page 1.
    page: ObjectId,
    /// The structure elements of page 1's marked content, by number (the page's entry in the parent tree).
    parents: ObjectId,
    /// The structure element that holds the whole document.
    root: ObjectId,
    language: String,
}

impl<'a> Signed<'a> {
    /// Reads a letter and finds the places where the update takes hold.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, LetterError> {
        let document =
            Document::load_mem(bytes).map_err(|error| foreign(&format!("it cannot be read as PDF ({error})")))?;
        let page = document.page_iter().next().ok_or_else(|| foreign("it has no page"))?;
        let found = Self::places(&document, page)
            .map_err(|error| foreign(&format!("it is not a tagged letter of ours ({error})")))?;
        let (parents, root, language, registered) = found;
        if registered {
            return Err(LetterError::Registration("it has its number already".to_owned()));
        }
        Ok(Self { bytes, document, page, parents, root, language })
    }

    fn places(document: &Document, page: ObjectId) -> lopdf::Result<(ObjectId, ObjectId, String, bool)> {
        let dictionary = document.get_dictionary(page)?;
        let key = dictionary.get(b"StructParents")?.as_i64()?;
        let resources = document.get_dict_in_dict(dictionary, b"Resources")?;
        let registered = document
            .get_dict_in_dict(resources, b"XObject")
            .is_ok_and(|forms| FORMS.iter().any(|name| forms.has(name.as_bytes())));
        let catalog = document.catalog()?;
        let language = String::from_utf8_lossy(catalog.get(b"Lang")?.as_str()?).into_owned();
        let tree = document.get_dict_in_dict(catalog, b"StructTreeRoot")?;
        let root = match tree.get(b"K")? {
            Object::Array(kids) => kids.first().ok_or(lopdf::Error::DictKey("K".to_owned()))?.as_reference()?,
            kid => kid.as_reference()?,
        };
        let numbers = document.get_dict_in_dict(tree, b"ParentTree")?.get(b"Nums")?.as_array()?;
        let entry = numbers.chunks_exact(2).find(|pair| pair[0].as_i64().is_ok_and(|number| number == key));
        let parents = entry.ok_or(lopdf::Error::DictKey("Nums".to_owned()))?[1].as_reference()?;
        Ok((parents, root, language, registered))
    }

    /// The letter's language, as its catalog names it.
    pub(crate) fn language(&self) -> &str {
        &self.language
    }

    /// The signed bytes followed by the update that draws `stamp`: its first sheet is the date, its second the number.
    pub(crate) fn with_mark(self, stamp: &[u8]) -> Result<Vec<u8>, LetterError> {
        let (bytes, id) = (self.bytes, digest(self.bytes, stamp));
        let stamp = Document::load_mem(stamp).map_err(|error| failed(&error))?;
        let mut registered = Vec::with_capacity(bytes.len() + 64 * 1024);
        let mut update = self.update(&stamp, id).map_err(|error| failed(&error))?;
        update.save_to(&mut registered).map_err(|error| LetterError::Registration(error.to_string()))?;
        if !registered.starts_with(bytes) {
            return Err(LetterError::Registration("the update would have changed the signed bytes".to_owned()));
        }
        Ok(registered)
    }

    fn update(self, stamp: &Document, id: Vec<u8>) -> lopdf::Result<IncrementalDocument> {
        let Self { bytes, document, page, parents, root, .. } = self;
        let first = document.get_object(parents)?.as_array()?.len();
        let mut update = IncrementalDocument::create_from(bytes.to_vec(), document);
        for object in [page, parents, root] {
            update.opt_clone_object_to_new_document(object)?;
        }
        let mut drawn = Vec::new();
        let mut elements = Vec::new();
        let mut taken = BTreeMap::new();
        for (index, (name, sheet)) in FORMS.into_iter().zip(stamp.page_iter()).enumerate() {
            let form = form(&mut update.new_document, stamp, sheet, &mut taken)?;
            update.add_xobject(page, name, form)?;
            let content = i64::try_from(first + index).map_err(|_| lopdf::Error::DictKey("MCID".to_owned()))?;
            drawn.push(format!("/P <</MCID {content}>> BDC q /{name} Do Q EMC\n"));
            elements.push(Object::Reference(update.new_document.add_object(dictionary! {
                "Type" => "StructElem", "S" => "P", "P" => root, "Pg" => page, "K" => Object::Array(vec![content.into()]),
            })));
        }
        if elements.len() != FORMS.len() {
            return Err(lopdf::Error::DictKey("Kids".to_owned()));
        }
        let new = &mut update.new_document;
        let content = new.add_object(Stream::new(Dictionary::new(), drawn.concat().into_bytes()));
        put_first(new.get_dictionary_mut(page)?, b"Contents", vec![Object::Reference(content)])?;
        put_first(new.get_dictionary_mut(root)?, b"K", elements.clone())?;
        new.get_object_mut(parents)?.as_array_mut()?.extend(elements);
        // ISO 32000-1, 14.4: the first half of the identifier stays, the second tells this revision from the signed one.
        if let Ok(Object::Array(halves)) = new.trailer.get_mut(b"ID")
            && let Some(second) = halves.get_mut(1)
        {
            *second = Object::String(id, StringFormat::Hexadecimal);
        }
        Ok(update)
    }
}

/// Puts `objects` before what stands in an entry that is an object or an array of objects.
fn put_first(dictionary: &mut Dictionary, key: &[u8], objects: Vec<Object>) -> lopdf::Result<()> {
    let rest = match dictionary.get(key)? {
        Object::Array(rest) => rest.clone(),
        single => vec![single.clone()],
    };
    dictionary.set(key, Object::Array(objects.into_iter().chain(rest).collect()));
    Ok(())
}

/// One sheet as a form: its drawing, with everything that the drawing needs.
fn form(
    new: &mut Document,
    from: &Document,
    sheet: ObjectId,
    taken: &mut BTreeMap<ObjectId, ObjectId>,
) -> lopdf::Result<ObjectId> {
    let page = from.get_dictionary(sheet)?;
    let resources = take(new, from, page.get(b"Resources")?, taken)?;
    let mut form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => page.get(b"MediaBox")?.clone() };
    form.set("Resources", resources);
    Ok(new.add_object(Stream::new(form, from.get_page_content(sheet))))
}

/// Copies an object and, once each, all objects that it refers to.
fn take(
    new: &mut Document,
    from: &Document,
    object: &Object,
    taken: &mut BTreeMap<ObjectId, ObjectId>,
) -> lopdf::Result<Object> {
    Ok(match object {
        Object::Reference(old) => {
            if let Some(known) = taken.get(old) {
                return Ok(Object::Reference(*known));
            }
            let id = new.new_object_id();
            taken.insert(*old, id);
            let copy = take(new, from, from.get_object(*old)?, taken)?;
            new.set_object(id, copy);
            Object::Reference(id)
        }
        Object::Array(items) => {
            Object::Array(items.iter().map(|item| take(new, from, item, taken)).collect::<lopdf::Result<_>>()?)
        }
        Object::Dictionary(entries) => Object::Dictionary(take_entries(new, from, entries, taken)?),
        Object::Stream(stream) => {
            let mut copy = stream.clone();
            copy.dict = take_entries(new, from, &stream.dict, taken)?;
            Object::Stream(copy)
        }
        Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..) => object.clone(),
    })
}

fn take_entries(
    new: &mut Document,
    from: &Document,
    entries: &Dictionary,
    taken: &mut BTreeMap<ObjectId, ObjectId>,
) -> lopdf::Result<Dictionary> {
    let mut copy = Dictionary::new();
    for (key, value) in entries {
        copy.set(key.clone(), take(new, from, value, taken)?);
    }
    Ok(copy)
}

fn digest(signed: &[u8], stamp: &[u8]) -> Vec<u8> {
    let digest = Sha256::new().chain_update(signed).chain_update(stamp).finalize();
    digest.into_iter().take(16).collect()
}

fn foreign(what: &str) -> LetterError {
    LetterError::Registration(what.to_owned())
}

fn failed(error: &lopdf::Error) -> LetterError {
    LetterError::Registration(error.to_string())
}
