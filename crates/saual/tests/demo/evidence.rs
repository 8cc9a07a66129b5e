//! The archive of evidence of ДС-326, on a machine that has only Python and openssl, and by the verb.

use std::path::Path;
use std::process::{Command, Output};

use crate::program::{finished, folder, run, saual, tool};
use crate::tampered::serve_copy_of;

/// A PATH of these two programs and no other.
fn bare(place: &Path) -> Command {
    // What is called `python3` may be a script that leads to one.
    let own = "import sys; print(sys.executable)";
    let found = [run(tool("python3").args(["-c", own])), run(tool("sh").args(["-c", "command -v openssl"]))];
    for (name, found) in ["python3", "openssl"].into_iter().zip(found) {
        let found = String::from_utf8(found.stdout).unwrap();
        if !place.join(name).exists() {
            std::os::unix::fs::symlink(found.trim(), place.join(name)).unwrap();
        }
    }
    let mut command = Command::new(place.join("python3"));
    command.env_clear().env("PATH", place).args(["-I", "-S"]);
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_archive_of_the_demonstration_is_checked_where_only_python_and_openssl_are() {
    let (data, work) = (&finished().data, folder());
    let archive = data.join("ДС-326-evidence.zip");
    let done = finished().lines.iter().find(|line| line["done"] == true).unwrap();
    let named =
        done["files"].as_array().unwrap().iter().any(|file| file.as_str().unwrap().ends_with("ДС-326-evidence.zip"));
    assert!(named, "{done}");
    let (inside, programs) = (work.path().join("archive"), work.path().join("bin"));
    std::fs::create_dir(&programs).unwrap();
    run(bare(&programs).args(["-m", "zipfile", "-e"]).arg(&archive).arg(&inside));
    let checked = run(bare(&programs)
        .arg(inside.join("check.py"))
        .arg("--key")
        .arg(data.join("journal/heads.pub"))
        .arg("--seal")
        .arg(data.join("seal/seal.crt")));
    let words = said(&checked);
    assert!(words.trim_end().ends_with("\nproved"), "{words}");
    assert!(words.contains("events 1 to 39") && words.contains("8 recipients"), "{words}");
    let text = run(tool("pdftotext").arg(inside.join("report.pdf")).arg("-"));
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("Бұл жинақ нені дәлелдейді") && text.contains("Н. Тау"), "{text}");
    run(tool("qpdf").arg("--check").arg(inside.join("report.pdf")));

    let by_us = run(saual(&["verify", "--bundle"])
        .arg(&archive)
        .arg("--key")
        .arg(data.join("journal/heads.pub"))
        .arg("--seal")
        .arg(data.join("seal/seal.crt")));
    assert!(said(&by_us).contains("letters: proved, by heads signed by"), "{}", said(&by_us));
}

#[test]
fn the_verb_writes_an_archive_that_both_find_proved() {
    let (data, work) = (&finished().data, folder());
    let copy = serve_copy_of(data);
    let archive = work.path().join("evidence.zip");
    let mut evidence = saual(&["evidence", "дс 326", "--with-files", "--out"]);
    let written = run(evidence.arg(&archive).env("DATABASE_URL", copy.url()).env("SAUAL_DATA", data));
    assert!(said(&written).contains("evidence: "), "{}", said(&written));
    let checked = run(saual(&["verify", "--bundle"]).arg(&archive));
    assert!(said(&checked).contains("letters: proved, if"), "{}", said(&checked));
    let programs = work.path().join("bin");
    std::fs::create_dir(&programs).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/evidence/check.py");
    let checked = run(bare(&programs).arg(script).arg(&archive));
    assert!(said(&checked).contains("\nproved, if"), "{}", said(&checked));
    let nobody =
        saual(&["evidence", "ДС-999999"]).env("DATABASE_URL", copy.url()).env("SAUAL_DATA", data).output().unwrap();
    assert_eq!(nobody.status.code(), Some(1), "{}", said(&nobody));
}
