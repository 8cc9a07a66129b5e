//! The letter that was sent: its words, its number, its signatures.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::program::{finished, run, tool};

fn file(name: &str) -> PathBuf {
    finished().data.join("letters").join(name)
}

fn text_of(name: &str) -> String {
    let output = run(tool("pdftotext").arg("-raw").arg(file(name)).arg("-"));
    String::from_utf8(output.stdout).unwrap()
}

/// Words without white space: what is compared when two media break their lines differently.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// The seed with its footnote taken out of line: mark and bracket go, the note's text is answered beside the rest.
fn seed() -> (Vec<String>, Vec<String>) {
    let text = include_str!("../../../letter/tests/seed/ds-326-reply.kk.txt");
    let (before, rest) = text.split_once("[1:").unwrap();
    let (note, after) = rest.split_once(']').unwrap();
    let body = format!("{before}{after}").replace("[footnoteRef:1]", "");
    (words(&body), words(note))
}

/// Every word of `wanted` in order within `text`; what lies between is answered.
fn between(text: &[String], wanted: &[String]) -> Vec<String> {
    let mut extra = Vec::new();
    let mut wanted = wanted.iter().peekable();
    for word in text {
        if wanted.peek().is_some_and(|next| *next == word) {
            wanted.next();
        } else {
            extra.push(word.clone());
        }
    }
    let missing: Vec<&String> = wanted.collect();
    assert!(missing.is_empty(), "these words are missing or out of order: {missing:?}\nextra: {extra:?}");
    extra
}

#[test]
fn the_letter_says_every_word_of_the_seed_in_order_and_nothing_else() {
    // The mark of the footnote sticks to its word in the PDF, as it stood beside it in the seed.
    let text = text_of("ДС-326.pdf").replace("Заң1", "Заң").replace("\n1Қазақстан", "\nҚазақстан");
    let (body, note) = seed();
    let extra = between(&between(&words(&text), &body), &note);
    let allowed = "
        ҚАЗАҚСТАН РЕСПУБЛИКАСЫНЫҢ ПРЕМЬЕР-МИНИСТРІ ПРЕМЬЕР-МИНИСТР РЕСПУБЛИКИ КАЗАХСТАН
        010000, Астана қаласы, Үкімет үйі город Астана, Дом Правительства
        2023 жылғы 5 қазан № 12-11/3841 ДС 1 2 3
        Көрсетілім: жеке қолдың орнына сервердің мөрі басылған";
    let allowed = words(allowed);
    // The address ends with the code, and a long one is broken at one of its hyphens.
    let code = extra.iter().find(|word| is_verification_code(word)).expect("the code is printed").clone();
    let strange: Vec<&String> = extra
        .iter()
        .filter(|word| !code.ends_with(&format!("-{word}")))
        .filter(|word| !allowed.contains(word) && !word.starts_with("http://") && !is_verification_code(word))
        .collect();
    assert!(strange.is_empty(), "the letter says more than it should: {strange:?}\n{text}");
    assert!(text.contains("12-11/3841 ДС") && text.contains("2023 жылғы 5 қазан"));
}

fn is_verification_code(word: &str) -> bool {
    word.len() == 19 && word.chars().all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit() || sign == '-')
}

#[test]
fn the_signed_bytes_are_the_beginning_of_the_letter_and_their_hash_is_in_the_event() {
    let (signed, letter) =
        (std::fs::read(file("ДС-326.signed.pdf")).unwrap(), std::fs::read(file("ДС-326.pdf")).unwrap());
    assert!(letter.len() > signed.len() && letter.starts_with(&signed));
    let of = |event: &str| finished().lines.iter().find(|line| line["event"] == event).unwrap()["sha256"].clone();
    assert_eq!(of("reply_signed"), hex::encode(Sha256::digest(&signed)));
    assert_eq!(of("outgoing_number_assigned"), hex::encode(Sha256::digest(&letter)));
}

#[test]
fn the_facts_and_the_forms_that_were_kept_give_the_signed_bytes_again() {
    let (facts, edition) = (file("ДС-326.facts.json"), file("ДС-326.edition.json"));
    let made = run(crate::program::saual(&["letter", "render", "--format", "pdf"])
        .arg("--facts")
        .arg(facts)
        .arg("--edition")
        .arg(edition));
    assert!(
        made.stdout == std::fs::read(file("ДС-326.signed.pdf")).unwrap(),
        "other bytes than those that were signed"
    );
}

#[test]
fn openssl_verifies_both_signatures_and_refuses_a_changed_letter() {
    let certificate = finished().data.join("seal/seal.crt");
    let verify = |name: &str, content: PathBuf| {
        tool("openssl")
            .args(["cms", "-verify", "-binary", "-inform", "DER", "-out", "/dev/null", "-purpose", "any"])
            .arg("-in")
            .arg(file(&format!("{name}.p7s")))
            .arg("-content")
            .arg(content)
            .arg("-CAfile")
            .arg(&certificate)
            .output()
            .unwrap()
    };
    for name in ["ДС-326.pdf", "ДС-326.signed.pdf"] {
        let verdict = verify(name, file(name));
        assert!(verdict.status.success(), "{name}: {}", String::from_utf8_lossy(&verdict.stderr));
        let mut bytes = std::fs::read(file(name)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let folder = crate::program::folder();
        let changed = folder.path().join("changed.pdf");
        std::fs::write(&changed, bytes).unwrap();
        assert!(!verify(name, changed).status.success(), "{name}: a changed byte went unnoticed");
    }
}

#[test]
fn qpdf_finds_no_fault_and_all_fonts_are_embedded() {
    for name in ["ДС-326.pdf", "ДС-326.signed.pdf"] {
        run(tool("qpdf").arg("--check").arg(file(name)));
        let fonts = run(tool("pdffonts").arg(file(name)));
        let fonts = String::from_utf8(fonts.stdout).unwrap();
        let rows: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(!rows.is_empty());
        for row in rows {
            // name, type, encoding, then «emb sub uni».
            let columns: Vec<&str> = row.split_whitespace().collect();
            assert_eq!(&columns[columns.len() - 5..columns.len() - 2], ["yes", "yes", "yes"], "{row}");
        }
    }
}
