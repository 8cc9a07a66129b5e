//! What we depend on may be used by everybody who may use Saual.

use crate::none_of;
use crate::packages;
use crate::tree::root;

/// The licences that deny.toml accepts; `cargo deny` reads the same list.
fn accepted() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let list = text
        .split_once("[licenses]\nallow = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .expect("the list of licences")
        .0;
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether an SPDX expression can be met: `OR` is a choice, `AND` asks for both; `/` is how `OR` was written once.
fn is_met(expression: &str, accepted: &[String]) -> bool {
    let expression = expression.replace('/', " OR ");
    let mut words = expression.replace('(', " ( ").replace(')', " ) ");
    words = words.replace(" WITH ", "\u{a0}WITH\u{a0}");
    let words: Vec<&str> = words.split([' ', '\n']).filter(|word| !word.is_empty()).collect();
    let (met, rest) = choice(&words, accepted);
    met && rest.is_empty()
}

fn choice<'a>(words: &'a [&'a str], accepted: &[String]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = both(words, accepted);
    while let Some(("OR", after)) = rest.split_first().map(|(first, after)| (*first, after)) {
        let (other, after) = both(after, accepted);
        (met, rest) = (met || other, after);
    }
    (met, rest)
}

fn both<'a>(words: &'a [&'a str], accepted: &[String]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = one(words, accepted);
    while let Some(("AND", after)) = rest.split_first().map(|(first, after)| (*first, after)) {
        let (other, after) = one(after, accepted);
        (met, rest) = (met && other, after);
    }
    (met, rest)
}

fn one<'a>(words: &'a [&'a str], accepted: &[String]) -> (bool, &'a [&'a str]) {
    match words.split_first() {
        Some((&"(", after)) => {
            let (met, rest) = choice(after, accepted);
            (met, rest.split_first().map_or(rest, |(_, after)| after))
        }
        Some((name, after)) => (accepted.iter().any(|licence| *licence == name.replace('\u{a0}', " ")), after),
        None => (false, words),
    }
}

#[test]
fn every_dependency_has_an_accepted_licence() {
    let accepted = accepted();
    let faults: Vec<String> = packages::foreign()
        .into_iter()
        .filter(|package| !package.licence.as_deref().is_some_and(|licence| is_met(licence, &accepted)))
        .map(|package| format!("{}: {}", package.name, package.licence.as_deref().unwrap_or("none")))
        .collect();
    none_of(&faults, "Replace these packages, or decide that their licence is acceptable and add it to deny.toml:");
}

#[test]
fn licence_expressions_are_understood() {
    let accepted = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    for met in [
        "MIT",
        "GPL-3.0 OR MIT",
        "GPL-3.0/MIT",
        "MIT AND ISC",
        "(GPL-3.0 OR MIT) AND ISC",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(is_met(met, &accepted), "{met}");
    }
    for unmet in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0", "", "MIT ISC", "Apache-2.0"] {
        assert!(!is_met(unmet, &accepted), "{unmet}");
    }
}
