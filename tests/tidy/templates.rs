//! Templates are named by somebody.

use crate::none_of;
use crate::tree::{File, files};

#[test]
fn every_template_is_used() {
    let files = files();
    let readers: Vec<&File> =
        files.iter().filter(|file| file.path.ends_with(".rs") || file.is_below("templates")).collect();
    let mut faults = Vec::new();
    // Pictures are no texts and so are not among `files`; the layouts that name them fail without them.
    for template in files.iter().filter(|file| file.is_below("templates") && !file.path.ends_with("README.md")) {
        let names = names_of(&template.path);
        let is_named = readers
            .iter()
            .any(|reader| reader.path != template.path && names.iter().any(|name| reader.text.contains(name.as_str())));
        if !is_named {
            faults.push(template.path.clone());
        }
    }
    none_of(&faults, "No code and no other template names these. Name them where they are used, or remove them:");
}

/// `templates/letters/reply/kk.hbs` may be named by its path, by its path below `letters`, or as a partial, without its ending.
fn names_of(path: &str) -> Vec<String> {
    let below_templates = path.trim_start_matches("templates/");
    let below_area = below_templates.split_once('/').map_or(below_templates, |(_, rest)| rest);
    let mut names = vec![below_templates.to_owned(), format!("\"{below_area}\"")];
    if let Some((_, name)) = below_area.rsplit_once('/') {
        names.push(format!("\"{name}\""));
    }
    let stem = below_area.trim_end_matches(".hbs");
    names.extend([format!("{{{{> {stem}}}}}"), format!("{{{{> {stem} "), format!("{{{{#> {stem}")]);
    names
}
