//! The journal's signed heads as the demonstration leaves them, and what they are good for.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use eventstore::{HeadKey, SignedHead};

use crate::program::{finished, folder, run, saual, tool};
use crate::tampered::serve_copy_of;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn heads(data: &Path) -> Vec<SignedHead> {
    let text = std::fs::read_to_string(data.join("journal/heads.jsonl")).unwrap();
    text.lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn the_last_block_is_signed_with_a_key_that_nobody_else_may_read() {
    let data = &finished().data;
    assert_eq!((mode(&data.join("journal")), mode(&data.join("journal/heads.key"))), (0o700, 0o600));
    let heads = heads(data);
    assert!(heads.last().unwrap().is_signed());
    let verdict = &finished().lines.last().unwrap()["verdict"];
    assert!(verdict.as_str().unwrap().contains(&format!(" {} blocks", heads.last().unwrap().block)), "{verdict}");

    let (bundle, key) = (data.join("journal.bundle"), data.join("journal/heads.pub"));
    let said = run(saual(&["verify", "--bundle"]).arg(bundle).arg("--key").arg(key));
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.starts_with("signed heads: 1 in the journal (1 by trusted keys)"), "{said}");
    assert!(said.trim_end().ends_with("intact"), "{said}");
}

#[test]
fn openssl_finds_the_signature_good() {
    let data = &finished().data;
    let (head, work) = (heads(data).pop().unwrap(), folder());
    let (message, signature) = (work.path().join("message"), work.path().join("signature"));
    std::fs::write(&message, head.bytes()).unwrap();
    std::fs::write(&signature, head.signature).unwrap();
    let mut openssl = tool("openssl");
    openssl.args(["pkeyutl", "-verify", "-pubin", "-rawin", "-inkey"]).arg(data.join("journal/heads.pub"));
    run(openssl.arg("-in").arg(message).arg("-sigfile").arg(signature));
}

#[test]
fn an_event_is_proved_to_a_program_that_shares_no_code_with_ours() {
    let data = &finished().data;
    let (copy, work) = (serve_copy_of(data), folder());
    let proof = work.path().join("proof.json");
    let mut prove = saual(&["verify", "--prove", "3", "--out"]);
    run(prove.arg(&proof).env("DATABASE_URL", copy.url()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/web/evidence/verify_proof.py");
    let mut python = tool("python3");
    let said = run(python.arg("-I").arg(script).arg(&proof).arg(data.join("journal/heads.pub")).env("PYTHONUTF8", "1"));
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.starts_with("event 3: ") && said.contains("The key is the one in the file."), "{said}");
    let nobody = saual(&["verify", "--prove", "100000"]).env("DATABASE_URL", copy.url()).output().unwrap();
    assert_eq!(nobody.status.code(), Some(1));
}

#[test]
fn heads_kept_elsewhere_are_compared_and_the_first_that_does_not_agree_is_named() {
    let data = &finished().data;
    let (copy, work) = (serve_copy_of(data), folder());
    let verify = |more: &[&str]| {
        let output =
            saual(&["verify"]).args(more).env("DATABASE_URL", copy.url()).env("SAUAL_DATA", data).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = verify(&[]);
    assert_eq!(code, Some(0), "{said}");
    let count = heads(data).len();
    assert!(said.contains(&format!("{count} kept outside of it ({count} by trusted keys)")), "{said}");

    let other = HeadKey::new([1; 32]).unwrap();
    let file = work.path().join("kept.jsonl");
    std::fs::write(&file, format!("{}\n", other.sign(2, 2, [9; 32], None, jiff::Timestamp::UNIX_EPOCH))).unwrap();
    let (code, said) = verify(&["--head", file.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("block 2: the journal was rewritten: block 2 had hash 0909"), "{said}");

    let key = work.path().join("other.pub");
    std::fs::write(&key, other.public().to_pem()).unwrap();
    let (code, said) = verify(&["--key", key.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("which is not trusted here"), "{said}");
    assert_eq!(verify(&["--key", "/nowhere.pub"]).0, Some(2));
}

#[test]
fn a_key_gives_its_place_to_another_and_what_it_had_signed_stays_good() {
    let data = &finished().data;
    let (copy, work) = (serve_copy_of(data), folder());
    let journal = work.path().join("journal");
    std::fs::create_dir(&journal).unwrap();
    for name in ["heads.key", "heads.pub", "heads.jsonl"] {
        std::fs::copy(data.join("journal").join(name), journal.join(name)).unwrap();
    }
    let old = std::fs::read_to_string(journal.join("heads.pub")).unwrap();
    let ask = |arguments: &[&str]| {
        let mut program = saual(arguments);
        let output = program.env("DATABASE_URL", copy.url()).env("SAUAL_DATA", work.path()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = ask(&["heads", "rotate"]);
    assert_eq!(code, Some(0), "{said}");
    let last = heads(work.path()).pop().unwrap();
    assert!(said.contains(&format!("signed its last head at block {}", last.block)), "{said}");
    assert_eq!((mode(&journal.join("heads.key")), mode(&journal.join("past"))), (0o600, 0o700));
    let new = std::fs::read_to_string(journal.join("heads.pub")).unwrap();
    let past = std::fs::read_to_string(journal.join("past").join(format!("{}.pub", last.public_key.id()))).unwrap();
    assert_ne!(new, old);
    assert_eq!(past, old);

    let (old_key, new_key) = (work.path().join("old.pub"), journal.join("heads.pub"));
    std::fs::write(&old_key, old).unwrap();
    let count = heads(work.path()).len();
    for key in [None, Some(&old_key), Some(&new_key)] {
        let key = key.map_or_else(Vec::new, |key| vec!["--key", key.to_str().unwrap()]);
        let (code, said) = ask(&[&["verify"], key.as_slice()].concat());
        assert_eq!(code, Some(0), "{key:?}: {said}");
        assert!(said.contains(&format!("{count} kept outside of it ({count} by trusted keys)")), "{key:?}: {said}");
    }
    // Whoever has kept the old key in secret, and signs with it behind the last block that was its own.
    let secret = std::fs::read_to_string(data.join("journal/heads.key")).unwrap();
    let stolen = HeadKey::from_pem(&secret).unwrap();
    let behind = stolen.sign(last.block + 1, last.position + 1, [9; 32], None, jiff::Timestamp::now());
    let file = work.path().join("behind.jsonl");
    std::fs::write(&file, format!("{behind}\n")).unwrap();
    let (code, said) = ask(&["verify", "--head", file.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&format!("which signs nothing after block {}", last.block)), "{said}");

    // Two heads of one history, by the program's own commands.
    let (proof, kept) = (work.path().join("consistency.json"), journal.join("heads.jsonl"));
    let (since, proof, kept) = (last.block.to_string(), proof.to_str().unwrap(), kept.to_str().unwrap());
    assert_eq!(ask(&["verify", "--prove-since", &since, "--out", proof]).0, Some(0));
    let (code, said) = ask(&["verify", "--consistency", proof, "--head", kept, "--key", old_key.to_str().unwrap()]);
    assert_eq!((code, said.trim_end().ends_with("one history")), (Some(0), true), "{said}");
    assert_eq!(ask(&["verify", "--prove-since", "2", "--out", proof]).0, Some(0));
    let (code, said) = ask(&["verify", "--consistency", proof]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no head signs the root up to block 2"), "{said}");
    assert_eq!(ask(&["verify", "--prove-since", "0"]).0, Some(1));
    let (code, said) = ask(&["heads", "rebuild"]);
    assert_eq!((code, said.contains("subtrees")), (Some(0), true), "{said}");
}
