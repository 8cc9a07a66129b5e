//! `saual generate` as a program: killed in the middle it goes on, asked again it is whole, and another history is not put into its folder.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::program::{folder, run, saual};

#[test]
fn a_made_up_office_goes_on_after_a_kill_and_is_asked_for_again() {
    let folder = folder();
    let data = folder.path().join("made");
    let asked = |seed: &str| {
        let mut command = saual(&["generate", "--inquiries", "120", "--years", "2", "--until", "2026-10-30", "--once"]);
        command.args(["--lang", "en", "--seed", seed, "--data"]).arg(&data);
        command
    };
    // Wherever the kill falls: in the making of the cluster, among the portions, at the doors.
    let mut child = asked("5").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_millis(2_500);
    while Instant::now() < until && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for _ in 0..2 {
        let said = String::from_utf8(run(&mut asked("5")).stdout).unwrap();
        assert!(said.contains("blocks: intact"), "{said}");
    }
    let refused = asked("6").output().unwrap();
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{why}");
    assert!(why.contains("holds another history: --inquiries 120 --years 2 --seed 5 --until 2026-10-30"), "{why}");
    let bounds =
        saual(&["generate", "--years", "40", "--once", "--data"]).arg(folder.path().join("b")).output().unwrap();
    let why = String::from_utf8_lossy(&bounds.stderr).into_owned();
    assert!(bounds.status.code() == Some(2) && why.contains("--years is a number from 1 to"), "{why}");
}
