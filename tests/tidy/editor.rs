//! The editor that is built into the program is what its sources make.

use std::path::PathBuf;
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::tree::root;

/// What a person without node does not have to install: the built file is kept beside its sources.
const BUILT: &str = "static/editor.js";

fn sources() -> PathBuf {
    root().join("crates/web/editor")
}

#[test]
fn the_built_editor_was_made_from_these_sources() {
    let mut names = vec!["build.mjs".to_owned(), "package-lock.json".to_owned(), "package.json".to_owned()];
    for entry in std::fs::read_dir(sources().join("src")).expect("the editor's sources") {
        names.push(format!("src/{}", entry.expect("an entry").file_name().to_string_lossy()));
    }
    names.sort_unstable();
    let mut hash = Sha256::new();
    for name in names {
        hash.update(format!("{name}\n"));
        hash.update(std::fs::read(sources().join(&name)).expect("a source"));
    }
    let wanted = format!("sources sha256:{}", hex::encode(hash.finalize()));
    let built = std::fs::read_to_string(root().join(BUILT)).expect(BUILT);
    let first = built.lines().next().unwrap_or_default();
    assert!(first.ends_with(&wanted), "{BUILT} was made from other sources; run `make editor` and commit it with them");
}

/// Pages tell times by the office's clock: what a script tells, too, wherever its reader's machine stands.
#[test]
fn whatever_scripts_say_of_a_time_names_the_offices_zone() {
    let folders = [sources().join("src"), root().join("static")];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let mut found = 0;
    for path in files.map(|entry| entry.expect("an entry").path()) {
        if path.extension().is_none_or(|ending| ending != "js") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a script");
        for (place, _) in text.match_indices("DateTimeFormat(") {
            found += 1;
            let said: String = text[place..].chars().take(60).collect();
            assert!(said.contains("timeZone"), "{}: {said}", path.display());
        }
        assert!(!text.contains(".toLocaleTimeString") && !text.contains(".toLocaleDateString"), "{}", path.display());
    }
    assert_eq!(found, 2, "the editor's source and what is built from it");
}

#[test]
fn the_lock_file_knows_no_registry() {
    let lock = std::fs::read_to_string(sources().join("package-lock.json")).expect("the lock file");
    let known = lock.contains("resolved") || lock.contains("://");
    assert!(
        !known,
        "lock it with `npm install --omit-lockfile-registry-resolved`: where packages come from is the machine's affair"
    );
}

/// Where node and the packages are there, the file is made anew and is the same to the byte.
#[test]
fn building_the_editor_again_gives_the_same_file() {
    let node = Command::new("node").arg("--version").output().is_ok_and(|said| said.status.success());
    if !node || !sources().join("node_modules/esbuild").exists() {
        eprintln!(
            "SKIPPED: node or the editor's packages are not installed (`make editor` brings them); nothing was built"
        );
        return;
    }
    let made = std::env::temp_dir().join(format!("saual-editor-{}.js", std::process::id()));
    let said = Command::new("node").arg("build.mjs").arg(&made).current_dir(sources()).output().expect("node");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let again = std::fs::read(&made).expect("what was made");
    std::fs::remove_file(&made).expect("removed");
    assert!(again == std::fs::read(root().join(BUILT)).expect(BUILT), "{BUILT} is not what `make editor` makes");
}
