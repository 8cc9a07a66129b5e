//! Sentences of the behaviour suite (tests/stores) that are told here, because they need the whole program: each that passes leaves
//! a note in the build folder, from which docs/event-store-behaviour.md is made.

use std::path::{Path, PathBuf};

/// A sentence that is being told.
pub(crate) struct Sentence {
    note: PathBuf,
}

impl Sentence {
    /// The note of an earlier run does not outlive a test that fails.
    pub(crate) fn begins(sentence: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("behaviour");
        std::fs::create_dir_all(&folder).unwrap();
        let note = folder.join(sentence);
        if note.exists() {
            std::fs::remove_file(&note).unwrap();
        }
        Self { note }
    }

    /// The last line of its test.
    pub(crate) fn has_passed(self) {
        std::fs::write(self.note, "").unwrap();
    }
}
