//! The pictures of the screens in docs/screens: `SAUAL_SCREENS=write` takes them anew, and otherwise their index is held to be true.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::stage::{Play, play};
use crate::{DESK, PHONE};

/// In which languages and on which devices; the first has every picture, the others some.
const SITTINGS: [(&str, &str, &str); 4] =
    [("kk", DESK, "қазақша"), ("kk", PHONE, "on a phone"), ("ru", DESK, "по-русски"), ("en", DESK, "in English")];

/// What all of them together may weigh, so that a clone stays small.
const HEAVIEST: u64 = 6 << 20;

const BEGINNING: &str = "# The screens

Taken by `tests/browser/plays/screens.mjs` from the story of ДС-326, in the order of the story; `SAUAL_SCREENS=write cargo test -p scenarios --test browser pictures`
takes them anew. People, addresses and signatures are those of the demonstration.

| | whose | picture | also |
|---|---|---|---|
";

/// Where they are kept.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/screens")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_of_pictures_names_each_picture_and_no_other() {
    if std::env::var("SAUAL_SCREENS").is_ok_and(|wanted| wanted == "write") {
        take().await;
    }
    let index = std::fs::read_to_string(folder().join("README.md")).expect("docs/screens/README.md");
    let mut weight = 0;
    let mut taken = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("docs/screens") {
        let entry = entry.expect("a file");
        let name = entry.file_name().into_string().expect("a name in plain letters");
        if name != "README.md" {
            weight += entry.metadata().expect("its size").len();
            taken.push(name);
        }
    }
    let mut named: Vec<&str> = index
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|name| !name.contains('/'))
        .collect();
    taken.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, taken, "docs/screens/README.md names every picture once and nothing else");
    assert!(weight <= HEAVIEST, "the pictures weigh {} KB; show fewer, or less of each", weight >> 10);
}

/// Takes all of them and writes the index.
async fn take() {
    if folder().exists() {
        std::fs::remove_dir_all(folder()).expect("the old pictures removed");
    }
    let mut rows: Vec<(String, String, String)> = Vec::new();
    let mut others: BTreeMap<String, String> = BTreeMap::new();
    for (language, device, words) in SITTINGS {
        let told = play(Play { name: "screens", language, input: "mouse", device }).await;
        for line in told.iter().filter_map(|line| line.strip_prefix("picture ")) {
            let picture: Value = serde_json::from_str(line).expect("what was taken");
            let text = |field: &str| picture[field].as_str().expect("a text").to_owned();
            if (language, device) == ("kk", DESK) {
                rows.push((text("file"), text("shows"), text("whose")));
            } else {
                let also = others.entry(text("of")).or_default();
                also.push_str(&format!("[{words}]({}) ", text("file")));
            }
        }
    }
    let mut index = BEGINNING.to_owned();
    for (file, shows, whose) in rows {
        let also = others.get(file.trim_end_matches(".webp")).map_or("", |also| also.trim_end());
        index.push_str(&format!("| {shows} | {whose} | ![{shows}]({file}) | {also} |\n"));
    }
    std::fs::write(folder().join("README.md"), index).expect("the index written");
}
