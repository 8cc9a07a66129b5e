//! The parts, their types and the ways between them.

use std::collections::BTreeSet;
use std::io::Cursor;

use letter::Engine;
use roxmltree::Node;
use zip::ZipArchive;

use crate::support::{ENGINE, Package, R, seed};

#[test]
fn the_same_letter_gives_the_same_bytes() {
    let letter = seed();
    let bytes = ENGINE.docx(&letter).unwrap();
    assert_eq!(bytes, Engine::new().unwrap().docx(&letter.clone()).unwrap());
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert_eq!(zip.by_index(0).unwrap().name(), "[Content_Types].xml");
    for index in 0..zip.len() {
        let file = zip.by_index(index).unwrap();
        assert_eq!(file.last_modified(), Some(zip::DateTime::DEFAULT), "{}", file.name());
    }
}

#[test]
fn every_part_is_well_formed_has_a_type_and_is_reached() {
    let package = Package::of(&seed());
    let mut reached: BTreeSet<String> = BTreeSet::from(["[Content_Types].xml".to_owned()]);
    let types = package.parse("[Content_Types].xml");
    let typed = |name: &'static str, key: &'static str| -> BTreeSet<&str> {
        types
            .descendants()
            .filter(|node| node.tag_name().name() == name)
            .map(|node| node.attribute(key).unwrap())
            .collect()
    };
    let (endings, named) = (typed("Default", "Extension"), typed("Override", "PartName"));
    for part in named.iter() {
        assert!(package.parts.contains_key(part.trim_start_matches('/')), "{part} has a type and is not there");
    }
    for (name, document) in package.documents() {
        let ending = name.rsplit('.').next().unwrap();
        assert!(endings.contains(ending), "{name} has no type");
        let Some(owner) = name.strip_suffix(".rels") else {
            let generic = ending == "xml" && name != "[Content_Types].xml";
            assert!(!generic || named.contains(format!("/{name}").as_str()), "{name} has only the general type");
            continue;
        };
        reached.insert(name.to_owned());
        let folder = owner.split("_rels/").next().unwrap();
        let owner = owner.replace("_rels/", "");
        let mut ids = BTreeSet::new();
        for relation in document.root_element().children().filter(Node::is_element) {
            let target = format!("{folder}{}", relation.attribute("Target").unwrap());
            assert!(package.parts.contains_key(&target), "{name} leads to {target}, which is not there");
            reached.insert(target);
            assert!(ids.insert(relation.attribute("Id").unwrap()), "{name} names an id twice");
        }
        if !owner.is_empty() {
            let owner = package.parse(&owner);
            let used = owner
                .descendants()
                .flat_map(|node| node.attributes())
                .filter(|attribute| attribute.namespace() == Some(R));
            for attribute in used {
                assert!(ids.contains(attribute.value()), "{name} does not know {}", attribute.value());
            }
        }
    }
    assert_eq!(reached, package.parts.keys().cloned().collect());
}
