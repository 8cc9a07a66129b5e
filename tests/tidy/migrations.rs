//! The numbering of migrations.

use crate::none_of;
use crate::tree::files;

#[test]
fn migrations_are_numbered_without_gap_or_double() {
    let files = files();
    let mut names: Vec<&str> = files
        .iter()
        .filter(|file| file.is_below("migrations") && file.path.ends_with(".sql"))
        .map(|file| file.name())
        .collect();
    names.sort_unstable();
    assert!(!names.is_empty(), "there are no migrations in migrations/");
    let mut faults = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let expected = format!("{:04}_", index + 1);
        let rest = name.strip_prefix(&expected).and_then(|rest| rest.strip_suffix(".sql"));
        if !rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase() || c == '_')) {
            faults.push(format!("{name} is not {expected}what_it_brings.sql"));
        }
    }
    none_of(
        &faults,
        "Number the migrations 0001, 0002, … without gap or double; one that has been applied somewhere keeps its number:",
    );
}
