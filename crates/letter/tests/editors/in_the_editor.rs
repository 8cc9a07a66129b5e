//! The editor of the pages itself, where node and its packages are installed.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use letter::rich::write;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::bodies::{seed, sourced};

/// What a script of `crates/web/editor` makes of the seed and of so many generated bodies: each document as it was given, and what came of it. None
/// where the editor cannot run here, which is said.
#[expect(clippy::print_stderr, reason = "who reads the tests' output should know that nothing was tried")]
pub(crate) fn played(script: &str, bodies: usize) -> Option<Vec<(Value, Value)>> {
    let editor = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/editor");
    let node = Command::new("node").arg("--version").output().is_ok_and(|said| said.status.success());
    if !node || !editor.join("node_modules/prosemirror-model").exists() {
        eprintln!(
            "SKIPPED: node or the editor's packages are not installed (`make editor` brings them); nothing was tried"
        );
        return None;
    }
    let mut chance = TestRunner::deterministic();
    let drawn = (0..bodies).map(|_| sourced().new_tree(&mut chance).unwrap().current());
    let given: Vec<Value> = std::iter::once(seed().body.into()).chain(drawn).map(|text| write(&text)).collect();
    let mut child = Command::new("node")
        .arg(script)
        .current_dir(&editor)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let sent = Value::Array(given.clone()).to_string();
    let writer = std::thread::spawn(move || input.write_all(sent.as_bytes()).unwrap());
    let said = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let came: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(came.len(), given.len());
    Some(given.into_iter().zip(came).collect())
}
