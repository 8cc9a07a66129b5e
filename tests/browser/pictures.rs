//! The pictures of the screens in docs/screens: `SAUAL_SCREENS=write` takes them anew, and otherwise their index is held to be true.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::stage::{Play, play};
use crate::{DESK, PHONE};

/// Which plays are photographed, in which languages and on which devices. A picture has a line of its own in the first sitting that takes it, and
/// stands beside that in the others.
const SITTINGS: [(&str, &str, &str, &str); 5] = [
    ("screens", "kk", DESK, "қазақша"),
    ("screens", "kk", PHONE, "on a phone"),
    ("screens", "ru", DESK, "по-русски"),
    ("screens", "en", DESK, "in English"),
    ("history", "ru", DESK, "по-русски"),
];

/// What all of them together may weigh, so that a clone stays small.
const HEAVIEST: u64 = 6 << 20;

const BEGINNING: &str = "# The screens

Taken by `tests/browser/plays/screens.mjs` from the story of ДС-326, in the order of the story; `SAUAL_SCREENS=write cargo test -p scenarios --test browser pictures`
takes them anew. People, addresses and signatures are those of the demonstration. Where there has to be more behind a page than one inquiry, they are taken by
`history.mjs` in an office that is made up, and its pages say so.

| | whose | picture | also |
|---|---|---|---|
";

/// A line of the index.
struct Row {
    /// What its pictures are called, whatever the language and the device.
    of: String,
    file: String,
    shows: String,
    whose: String,
    /// Links to the same in other sittings.
    also: Vec<String>,
}

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
    let mut rows: Vec<Row> = Vec::new();
    for (name, language, device, words) in SITTINGS {
        let told = play(Play { name, language, input: "mouse", device }).await;
        for line in told.iter().filter_map(|line| line.strip_prefix("picture ")) {
            let picture: Value = serde_json::from_str(line).expect("what was taken");
            let text = |field: &str| picture[field].as_str().expect("a text").to_owned();
            let (of, file) = (text("of"), text("file"));
            match rows.iter_mut().find(|row| row.of == of) {
                Some(row) => row.also.push(format!("[{words}]({file})")),
                None => {
                    let is_usual = (language, device) == ("kk", DESK);
                    let shows = if is_usual { text("shows") } else { format!("{}, {words}", text("shows")) };
                    rows.push(Row { of, file, shows, whose: text("whose"), also: Vec::new() });
                }
            }
        }
    }
    let mut index = BEGINNING.to_owned();
    for Row { file, shows, whose, also, .. } in rows {
        index.push_str(&format!("| {shows} | {whose} | ![{shows}]({file}) | {} |\n", also.join(" ")));
    }
    std::fs::write(folder().join("README.md"), index).expect("the index written");
}
