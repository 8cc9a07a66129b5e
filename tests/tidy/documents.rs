//! Documents lead where they say.

use crate::none_of;
use crate::tree::{File, files, root};

fn documents() -> Vec<File> {
    files().into_iter().filter(|file| file.path.ends_with(".md")).collect()
}

/// The targets of a text's links, `[…](target)`, outside of code.
fn links(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (at, _) in line.match_indices("](") {
            let target = &line[at + 2..];
            found.extend(target.find(')').map(|end| &target[..end]));
        }
    }
    found
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut faults = Vec::new();
    for document in documents() {
        let folder = root().join(&document.path).parent().expect("a folder").to_owned();
        for target in links(&document.text) {
            let file = target.split('#').next().unwrap_or(target);
            if file.is_empty() || file.contains("://") || file.starts_with("mailto:") {
                continue;
            }
            if !folder.join(file).exists() {
                faults.push(format!("{}: {target}", document.path));
            }
        }
    }
    none_of(&faults, "These links lead nowhere; mend or remove them:");
}

#[test]
fn every_decision_is_in_the_index() {
    let documents = documents();
    let index = documents.iter().find(|file| file.path == "docs/adr/README.md").expect("docs/adr/README.md, the index");
    let mut decisions: Vec<&File> =
        documents.iter().filter(|file| file.is_below("docs/adr") && file.name() != "README.md").collect();
    decisions.sort_by_key(|file| file.path.clone());
    assert!(!decisions.is_empty(), "there are no decisions in docs/adr");
    let mut faults = Vec::new();
    for (number, decision) in decisions.iter().enumerate().map(|(index, decision)| (index + 1, decision)) {
        let name = decision.name();
        if !name.starts_with(&format!("{number:04}-")) {
            faults.push(format!("{name}: its number should be {number:04}; numbers have no gap and no double"));
        }
        if !links(&index.text).contains(&name) {
            faults.push(format!("{name} is not linked in docs/adr/README.md"));
        }
    }
    none_of(&faults, "Every decision has its own number and a line in the index docs/adr/README.md:");
}

#[test]
fn every_verb_of_the_makefile_explains_itself() {
    let files = files();
    let makefile = files.iter().find(|file| file.path == "Makefile").expect("a Makefile");
    let phony = makefile.text.lines().find_map(|line| line.strip_prefix(".PHONY:")).expect(".PHONY");
    let explained =
        |verb: &&str| makefile.text.lines().any(|line| line.starts_with(&format!("{verb}:")) && line.contains("## "));
    let faults: Vec<String> = phony.split_whitespace().filter(|verb| !explained(verb)).map(str::to_owned).collect();
    none_of(&faults, "Give these verbs a line of help (`verb: ## what it does`):");
}

#[test]
fn links_are_read_from_prose_only() {
    let text = "See [a](b.md#c) and [d](e).\n```\n[not](this)\n```\n";
    assert_eq!(links(text), ["b.md#c", "e"]);
}

/// Words between backticks, outside of code blocks.
fn quoted(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn files_named_in_documents_exist() {
    let ours = ["crates/", "templates/", "tests/", "docs/", "migrations/", "scripts/", "static/"];
    let mut faults = Vec::new();
    for document in documents() {
        for name in quoted(&document.text).into_iter().filter(|name| ours.iter().any(|folder| name.starts_with(folder)))
        {
            // A test is named behind its file; whether it is there, `security` asks.
            let name = name.split("::").next().unwrap_or(name);
            // `<screen>` stands for any name: then the folder must exist.
            let fixed = name.split('<').next().unwrap_or(name);
            let fixed = if fixed == name { name } else { fixed.rsplit_once('/').map_or(fixed, |(folder, _)| folder) };
            if !fixed.contains([' ', '*', '{']) && !root().join(fixed).exists() {
                faults.push(format!("{}: `{name}`", document.path));
            }
        }
    }
    none_of(&faults, "These files are not there (any more); say what is true now:");
}

#[test]
fn the_glossary_names_words_that_the_code_uses() {
    let files = files();
    let glossary = files.iter().find(|file| file.path == "docs/glossary.md").expect("docs/glossary.md");
    let code: Vec<&File> =
        files.iter().filter(|file| file.path.starts_with("crates/") && file.path.ends_with(".rs")).collect();
    let mut faults = Vec::new();
    for line in glossary.text.lines().filter(|line| line.starts_with('|') && line.contains('`')) {
        for word in quoted(line) {
            let is_whole = |text: &str, at: usize| {
                let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
                !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
            };
            if !code.iter().any(|file| file.text.match_indices(word).any(|(at, _)| is_whole(&file.text, at))) {
                faults.push(format!("`{word}`"));
            }
        }
    }
    none_of(&faults, "The code uses these words of docs/glossary.md nowhere; use them, or give the word that is used:");
}
