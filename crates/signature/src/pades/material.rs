//! The document security store: what a check of later years needs, kept in the PDF (ETSI EN 319 142-1, 5.4.2).
//!
//! Without `VRI`, which the standard makes optional: every answer and list says itself whom it is about.

use der::Encode;
use sha2::{Digest, Sha256};

use super::PadesError;
use crate::pdf::{Dictionary, File, Object, Unsound, Update};
use crate::revocation::{Kind, Material};

const LISTS: [(&str, Kind); 3] = [("Certs", Kind::Certificate), ("OCSPs", Kind::Ocsp), ("CRLs", Kind::Crl)];

/// More of one kind than this is not looked at.
const MOST: usize = 256;

/// Appends `material` to a signed PDF (B-LT), beside what is there. What is there already is not added twice; with nothing new the PDF stays as it is.
///
/// # Errors
/// [`PadesError::Pdf`].
pub fn add_material(pdf: &[u8], material: &Material) -> Result<Vec<u8>, PadesError> {
    let file = File::read(pdf)?;
    let seen = file.latest();
    let (root, mut catalog) = file.catalog(seen)?;
    let store = match file.get(&catalog, "DSS", seen)? {
        Object::Null => Dictionary::new(vec![("Type", Object::Name(b"DSS".to_vec()))]),
        Object::Dictionary(entries) => entries,
        _ => return Err(PadesError::Pdf),
    };
    let mut update = Update::of(&file)?;
    let mut grown = store.clone();
    let mut digest = Sha256::new().chain_update(pdf);
    for (key, kind) in LISTS {
        let known = stored(&file, &store, key, seen)?;
        let mut items = match file.get(&store, key, seen)? {
            Object::Array(items) => items,
            _ => Vec::new(),
        };
        for der in ders(material, kind)? {
            if !known.contains(&der) {
                digest.update(&der);
                items.push(Object::Reference(update.put_stream(Dictionary::default(), &der)?));
            }
        }
        if !items.is_empty() {
            grown.set(key, Object::Array(items));
        }
    }
    if grown == store {
        return Ok(pdf.to_vec());
    }
    match catalog.get("DSS").and_then(Object::reference) {
        Some(at) => {
            update.put(at, &Object::Dictionary(grown));
        }
        None => {
            let at = update.reserve();
            update.put(at, &Object::Dictionary(grown));
            catalog.set("DSS", Object::Reference(at));
            update.put(root, &Object::Dictionary(catalog));
        }
    }
    Ok(update.finish(&digest.finalize()[..16])?)
}

fn ders(material: &Material, kind: Kind) -> Result<Vec<Vec<u8>>, PadesError> {
    match kind {
        Kind::Certificate => {
            let all = material.certificates.iter().map(|certificate| certificate.to_der().map_err(|_| PadesError::Pdf));
            all.collect()
        }
        Kind::Ocsp => Ok(material.ocsp.iter().map(|one| one.to_der().to_vec()).collect()),
        Kind::Crl => Ok(material.crls.iter().map(|one| one.to_der().to_vec()).collect()),
    }
}

/// The streams of one of the store's lists.
fn stored(file: &File<'_>, store: &Dictionary, key: &str, seen: usize) -> Result<Vec<Vec<u8>>, Unsound> {
    let items = match file.get(store, key, seen)? {
        Object::Null => return Ok(Vec::new()),
        Object::Array(items) => items,
        _ => return Err(Unsound),
    };
    items.iter().map(|item| file.data(item, seen)).collect()
}

/// What the latest revision keeps, as far as it can be read: what cannot, proves nothing.
pub(super) fn kept(file: &File<'_>) -> Result<Material, Unsound> {
    let seen = file.latest();
    let (_, catalog) = file.catalog(seen)?;
    let mut material = Material::new();
    if let Object::Dictionary(store) = file.get(&catalog, "DSS", seen)? {
        for (key, kind) in LISTS {
            for der in stored(file, &store, key, seen)?.into_iter().take(MOST) {
                // What cannot be read proves nothing; then the revocation is unknown.
                if material.add_der(kind, &der).is_err() {
                    continue;
                }
            }
        }
    }
    Ok(material)
}
