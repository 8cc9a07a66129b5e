//! The field of a signature: hung into the form and onto the first page, showing nothing.

use super::PadesError;
use crate::pdf::{Dictionary, File, Object, Reference, Unsound, Update, is_name};

/// Printed and locked (ISO 32000-1, 12.5.3).
const FLAGS: i64 = 4 + 128;
/// There are signatures, and the file is to be changed by appending only (12.7.2).
const SIGNATURE_FLAGS: i64 = 3;
/// How deep the tree of pages is followed.
const DEEPEST: usize = 32;

/// Writes the field `name` for `signature`, and the page, form and catalogue that lead to it.
pub(super) fn hang(
    file: &File<'_>,
    update: &mut Update<'_>,
    name: &str,
    title: Object,
    signature: Reference,
) -> Result<(), PadesError> {
    let seen = file.latest();
    let (root, mut catalog) = file.catalog(seen)?;
    let (page_at, mut page) = first_page(file, &catalog)?;
    let form = file.get(&catalog, "AcroForm", seen)?;
    let mut form = match form {
        Object::Null => Dictionary::default(),
        Object::Dictionary(entries) => entries,
        _ => return Err(PadesError::Pdf),
    };
    let mut fields = list(file, &form, "Fields")?;
    for field in &fields {
        let known = file.resolved(field, seen)?;
        let of_field = known.dictionary().and_then(|entries| entries.get("T")).cloned();
        if of_field.is_some_and(|text| text == title || text == Object::Text(name.as_bytes().to_vec())) {
            return Err(PadesError::FieldTaken(name.to_owned()));
        }
    }

    let nothing = Object::Array([0; 4].map(Object::Integer).to_vec());
    let appearance = update.put_stream(
        Dictionary::new(vec![
            ("Type", Object::Name(b"XObject".to_vec())),
            ("Subtype", Object::Name(b"Form".to_vec())),
            ("BBox", nothing.clone()),
            ("Resources", Object::Dictionary(Dictionary::default())),
        ]),
        b"",
    )?;
    let field = update.reserve();
    let entries = Dictionary::new(vec![
        ("Type", Object::Name(b"Annot".to_vec())),
        ("Subtype", Object::Name(b"Widget".to_vec())),
        ("FT", Object::Name(b"Sig".to_vec())),
        ("T", title.clone()),
        ("TU", title),
        ("V", Object::Reference(signature)),
        ("Rect", nothing),
        ("F", Object::Integer(FLAGS)),
        ("P", Object::Reference(page_at)),
        ("AP", Object::Dictionary(Dictionary::new(vec![("N", Object::Reference(appearance))]))),
    ]);
    update.put(field, &Object::Dictionary(entries));

    fields.push(Object::Reference(field));
    form.set("Fields", Object::Array(fields));
    form.set("SigFlags", Object::Integer(SIGNATURE_FLAGS));
    match catalog.get("AcroForm") {
        Some(Object::Reference(form_at)) => {
            let form_at = *form_at;
            update.put(form_at, &Object::Dictionary(form));
        }
        Some(_) | None => {
            catalog.set("AcroForm", Object::Dictionary(form));
            update.put(root, &Object::Dictionary(catalog));
        }
    }
    let mut notes = list(file, &page, "Annots")?;
    notes.push(Object::Reference(field));
    page.set("Annots", Object::Array(notes));
    if page.get("Tabs").is_none() {
        // ISO 14289-1, 7.18.3.
        page.set("Tabs", Object::Name(b"S".to_vec()));
    }
    update.put(page_at, &Object::Dictionary(page));
    Ok(())
}

/// An array entry, wherever it lies; absent is empty.
fn list(file: &File<'_>, entries: &Dictionary, key: &str) -> Result<Vec<Object>, Unsound> {
    match file.get(entries, key, file.latest())? {
        Object::Null => Ok(Vec::new()),
        Object::Array(items) => Ok(items),
        _ => Err(Unsound),
    }
}

fn first_page(file: &File<'_>, catalog: &Dictionary) -> Result<(Reference, Dictionary), Unsound> {
    let mut at = catalog.get("Pages").and_then(Object::reference).ok_or(Unsound)?;
    for _ in 0..DEEPEST {
        let Object::Dictionary(node) = file.object(at, file.latest())? else { return Err(Unsound) };
        if is_name(node.get("Type"), "Page") {
            return Ok((at, node));
        }
        let Object::Array(kids) = file.get(&node, "Kids", file.latest())? else { return Err(Unsound) };
        at = kids.first().and_then(Object::reference).ok_or(Unsound)?;
    }
    Err(Unsound)
}
