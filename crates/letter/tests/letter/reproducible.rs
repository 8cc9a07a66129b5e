//! The same facts give the same bytes, in every thread and in every process.

use std::process::Command;

use sha2::{Digest, Sha256};

use crate::support::{ENGINE, letter, unregistered};

const LEAD: &str = "letter-hash:";

fn hashes() -> String {
    let made = [
        ENGINE.pdf(&unregistered()).unwrap(),
        ENGINE.pdf(&letter()).unwrap(),
        ENGINE.html(&letter()).unwrap().into_bytes(),
        ENGINE.text(&letter()).unwrap().into_bytes(),
    ];
    made.map(|bytes| hex::encode(Sha256::digest(bytes))).join(" ")
}

/// Says the hashes to whoever started this test in a process of its own.
#[test]
fn a_letter_has_hashes() {
    println!("{LEAD}{}", hashes());
}

#[test]
fn two_processes_make_the_same_bytes() {
    let run = || {
        let this = std::env::current_exe().unwrap();
        let output =
            Command::new(this).args(["--exact", "reproducible::a_letter_has_hashes", "--nocapture"]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let line = said.lines().find_map(|line| line.split_once(LEAD)).unwrap_or_else(|| panic!("{said}")).1;
        line.to_owned()
    };
    let (one, two) = (run(), run());
    assert_eq!(one, two);
    assert_eq!(one, hashes());
}

#[test]
fn threads_do_not_disturb_each_other() {
    let alone = ENGINE.pdf(&letter()).unwrap();
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..4).map(|_| scope.spawn(|| [ENGINE.pdf(&letter()).unwrap(), ENGINE.pdf(&letter()).unwrap()])).collect();
        for worker in workers {
            for made in worker.join().unwrap() {
                assert!(made == alone, "a letter made beside others has other bytes");
            }
        }
    });
}

#[test]
fn another_date_of_the_document_gives_other_bytes() {
    let other = letter::Letter { dated: jiff::civil::date(2023, 10, 6), ..unregistered() };
    assert_ne!(ENGINE.pdf(&other).unwrap(), ENGINE.pdf(&unregistered()).unwrap());
}
