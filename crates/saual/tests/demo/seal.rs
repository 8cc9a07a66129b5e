//! The Office's seal inside the letter that was sent, and what a change of the seal leaves of it.

use std::path::Path;

use crate::program::{finished, folder, run, saual, tool};

fn letter() -> String {
    finished().data.join("letters/ДС-326.pdf").display().to_string()
}

/// Exit code and first line of `saual letter check`.
fn checked(trusted: &Path) -> (Option<i32>, String) {
    let check = ["letter", "check", &letter(), "--lang", "en", "--trust", &trusted.display().to_string()];
    let output = saual(&check).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), text.lines().next().unwrap_or("").to_owned())
}

#[test]
fn a_viewer_says_that_the_whole_letter_is_signed() {
    assert_eq!(checked(&finished().data.join("seal/seal.crt")), (Some(0), "valid".to_owned()));
    // So is what was signed, whose signature lies beside it.
    let (signed, trusted) = (letter().replace(".pdf", ".signed.pdf"), finished().data.join("seal/seal.crt"));
    for (file, words) in [(letter(), "\n- PAdES B-B\n"), (signed, ".signed.pdf.p7s:\nvalid: Saual server seal\n")] {
        let told = run(saual(&["letter", "check", &file, "--lang", "en", "--trust"]).arg(&trusted));
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        assert!(told.contains(words), "{file}: {told}");
    }
    let seen = run(tool("pdfsig").arg("-nocert").arg(letter()));
    let seen = String::from_utf8_lossy(&seen.stdout).into_owned();
    for words in ["Signature is Valid.", "Total document signed", "Saual server seal"] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    assert!(!seen.contains("Signature #2"), "{seen}");
}

#[test]
fn a_letter_that_was_sealed_before_stays_checkable_when_the_seal_is_rotated() {
    let folder = folder();
    let data = folder.path().join("office");
    std::fs::create_dir_all(data.join("seal")).unwrap();
    for name in ["seal.key", "seal.crt"] {
        std::fs::copy(finished().data.join("seal").join(name), data.join("seal").join(name)).unwrap();
    }
    let told = |verb: &str| {
        let output = run(saual(&["seal", verb]).env("SAUAL_DATA", &data));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let before = told("show");
    let fingerprint = before.lines().find_map(|line| line.strip_prefix("SHA-256")).unwrap().trim();
    let rotated = told("rotate");
    assert!(rotated.contains(&format!("earlier      {fingerprint}")), "{rotated}");
    let after = told("show");
    assert!(
        after.contains(&format!("earlier      {fingerprint}"))
            && !after.contains(&format!("SHA-256      {fingerprint}")),
        "{after}"
    );
    let known = data.join("seal/known").join(format!("{fingerprint}.crt"));
    assert_eq!(checked(&known), (Some(0), "valid".to_owned()));
    assert_eq!(checked(&data.join("seal/seal.crt")), (Some(1), "invalid".to_owned()), "the new one did not seal it");

    let nowhere = folder.path().join("typo");
    let output = saual(&["seal", "rotate"]).env("SAUAL_DATA", &nowhere).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!nowhere.exists(), "a mistyped folder was made");
}
