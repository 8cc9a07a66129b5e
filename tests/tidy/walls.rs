//! What the code of which package may not do, whatever it depends on.

use crate::arrows::PURE;
use crate::none_of;
use crate::tree::{File, rust};

/// Ways to read a clock, the environment or a source of randomness, or to reach the world.
const NOT_IN_PURE: [&str; 18] = [
    "Timestamp::now",
    "Zoned::now",
    "SystemTime::now",
    "Instant::now",
    "TimeZone::system",
    "now_v7",
    "new_v4",
    "new_v7",
    "getrandom",
    "thread_rng",
    "rand::",
    "OsRng",
    "std::env::",
    "env::var",
    "std::net",
    "std::process",
    "std::thread",
    "tokio::",
];

/// Ways to read or change the environment of the process; `env!` at compile time and the splitting of a given `PATH` are none.
const ENVIRONMENT: [&str; 6] =
    ["env::var", "env::set_var", "env::remove_var", "env::home_dir", "env::temp_dir", "env::current_dir"];

/// Ways to leave a case undecided.
const HIDING: [&str; 6] =
    ["unwrap_or_default()", "Default::default()", "..Default", "let _ =", " _ =>", "#[serde(default"];

fn faults_in(files: &[File], words: &[&str], is_here: impl Fn(&File) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| is_here(file)) {
        for (number, line) in file.code() {
            faults.extend(
                words
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("{}:{number}: {}", file.path, word.trim())),
            );
        }
    }
    faults
}

#[test]
fn the_pure_packages_read_no_clock_no_environment_and_draw_nothing() {
    let faults =
        faults_in(&rust(), &NOT_IN_PURE, |file| PURE.iter().any(|name| file.is_below(&format!("crates/{name}/src"))));
    none_of(
        &faults,
        "Times, ids, random bytes and settings come into these packages as arguments. Move the call to the caller:",
    );
}

#[test]
fn only_the_configuration_reads_the_environment() {
    let is_here = |file: &File| {
        let shipped = file.path.starts_with("crates/") && file.path.contains("/src/");
        let shipped = shipped && !["crates/testkit", "crates/bench"].iter().any(|apart| file.is_below(apart));
        shipped && !file.is_below("crates/saual/src/config")
    };
    let faults = faults_in(&rust(), &ENVIRONMENT, is_here);
    none_of(&faults, "Make it a setting (crates/saual/src/config) and hand its value in:");
}

#[test]
fn no_decision_hides_a_case() {
    let faults = faults_in(&rust(), &HIDING, |file| {
        file.is_below("crates/inquiry/src/decide") || file.path == "crates/inquiry/src/decide.rs"
    });
    none_of(
        &faults,
        "A rule of the office decides every case by its name. Write out the cases that these take together or pass over:",
    );
}

#[test]
fn every_route_stands_in_the_table() {
    // `Route::get` and `Route::post` of crates/web/src/routes.rs take the permission as an argument, so that no row is without one; the tests of
    // that file name the routes that are open to everybody. What is left is that nobody goes round the table.
    let around = [
        "#[get(",
        "#[post(",
        "#[put(",
        "#[delete(",
        "#[route(",
        ".route(",
        "web::resource(",
        "web::scope(",
        "web::to(",
    ];
    let faults = faults_in(&rust(), &around, |file| {
        file.is_below("crates/web/src")
            && !["crates/web/src/routes.rs", "crates/web/src/server.rs"].contains(&file.path.as_str())
    });
    none_of(
        &faults,
        "Make it a row of the table, by `Route::get` or `Route::post` with its permission (docs/adding.md, a screen):",
    );
}

#[test]
fn unsafe_code_is_on_one_page() {
    let faults = faults_in(&rust(), &["unsafe {", "unsafe fn", "unsafe impl"], |file| {
        file.path != "crates/private_postgres/src/system.rs" && !file.is_below("tests/tidy")
    });
    none_of(
        &faults,
        "Calls that Rust's library does not have stand in crates/private_postgres/src/system.rs; move these there or do without:",
    );
}
