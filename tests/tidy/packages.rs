//! What `cargo metadata` says of our packages and of those we build upon.
//!
//! Read as plain JSON: the crate made for it would switch on features of `serde_json` that the program does not use, and `make test` would
//! build half the tree a second time.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::tree::root;

/// A package, ours or not.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest: PathBuf,
    pub(crate) licence: Option<String>,
    pub(crate) uses: Vec<Use>,
}

/// One dependency of a package.
pub(crate) struct Use {
    pub(crate) name: String,
    pub(crate) purpose: Purpose,
}

/// What a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// For what is shipped.
    Program,
    /// For the build script.
    Build,
    /// For tests only.
    Tests,
}

/// Our own packages.
pub(crate) fn workspace() -> Vec<Package> {
    metadata(&["--no-deps"]).iter().map(read).collect()
}

/// What we build upon on this machine; the manifests of other systems' packages may not have been fetched.
pub(crate) fn foreign() -> Vec<Package> {
    let all = metadata(&["--locked", "--filter-platform", &host()]);
    all.iter().filter(|package| !package["source"].is_null()).map(read).collect()
}

fn metadata(arguments: &[&str]) -> Vec<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    let said =
        cargo.args(["metadata", "--format-version=1"]).args(arguments).current_dir(root()).output().expect("cargo");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let mut read: Value = serde_json::from_slice(&said.stdout).expect("the metadata");
    match read["packages"].take() {
        Value::Array(packages) => packages,
        other => panic!("no packages, but {other}"),
    }
}

fn read(package: &Value) -> Package {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let uses = package["dependencies"].as_array().expect("dependencies").iter().map(|one| Use {
        name: text(&one["name"]),
        purpose: match one["kind"].as_str() {
            None => Purpose::Program,
            Some("build") => Purpose::Build,
            Some("dev") => Purpose::Tests,
            Some(other) => panic!("a dependency for {other}"),
        },
    });
    Package {
        name: text(&package["name"]),
        manifest: text(&package["manifest_path"]).into(),
        licence: package["license"].as_str().map(str::to_owned),
        uses: uses.collect(),
    }
}

/// The machine's own target, e.g. `x86_64-unknown-linux-gnu`.
fn host() -> String {
    let said = Command::new("rustc").arg("-vV").output().expect("rustc");
    let text = String::from_utf8(said.stdout).expect("text");
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("its host").to_owned()
}
