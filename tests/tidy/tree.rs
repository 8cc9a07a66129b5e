//! The files of the project, as texts.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold what is made, fetched or left by a run.
const NOT_OURS: [&str; 4] = ["target", "var", "node_modules", "__pycache__"];

/// A text file of the project.
pub(crate) struct File {
    /// From the project's root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn is_below(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Lines of Rust without comments and without the unit tests at the end of the file, each with its number.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let before_tests = self.text.split("#[cfg(test)]\nmod ").next().unwrap_or(&self.text);
        before_tests.lines().enumerate().map(|(index, line)| (index + 1, without_comment(line)))
    }
}

/// The project's root folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// All files of the project that are texts.
pub(crate) fn files() -> Vec<File> {
    let (root, mut found) = (root(), Vec::new());
    collect(&root, &root, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.iter().any(|file| file.path == "Cargo.toml"), "the project's root is not {}", root.display());
    found
}

/// The project's Rust files.
pub(crate) fn rust() -> Vec<File> {
    files().into_iter().filter(|file| file.path.ends_with(".rs")).collect()
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder of the project") {
        let entry = entry.expect("an entry");
        let (path, name) = (entry.path(), entry.file_name());
        // A folder in a clone; in a further working tree a file that says where the clone is.
        if name == ".git" {
            continue;
        }
        let kind = entry.file_type().expect("its kind");
        if kind.is_dir() {
            if !NOT_OURS.contains(&name.to_string_lossy().as_ref()) {
                collect(root, &path, found);
            }
        } else if kind.is_file() {
            // What is not UTF-8 is a font, a picture or a PDF.
            if let Ok(text) = fs::read_to_string(&path) {
                let path = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push(File { path, text });
            }
        }
    }
}

/// A line up to `//`, but not up to the one of `https://`.
fn without_comment(line: &str) -> &str {
    let start = line.match_indices("//").map(|(at, _)| at).find(|&at| !line[..at].ends_with(':'));
    start.map_or(line, |at| &line[..at])
}

#[test]
fn comments_and_unit_tests_are_not_code() {
    let text = "//! No tokio here.\nlet a = \"http://x\"; // now\n#[cfg(test)]\nmod tests {\n    tokio\n}\n".to_owned();
    let file = File { path: "a.rs".to_owned(), text };
    let code: Vec<_> = file.code().map(|(number, line)| (number, line.trim())).collect();
    assert_eq!(code, [(1, ""), (2, "let a = \"http://x\";")]);
}
