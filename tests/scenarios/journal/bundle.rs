//! The journal as one file, checked without a database; and blobs, which travel in it.

use eventstore::{BundleError, check_bundle, export};

use super::{Office, append, office};

async fn exported(office: &Office) -> Vec<u8> {
    let mut bundle = Vec::new();
    export(&office.database.pool, &mut bundle).await.unwrap();
    bundle
}

async fn written() -> Office {
    let office = office().await;
    let tricky = r#"{"b": 1, "a":2.00, "ә":"\\ \" 🦅"}"#;
    office.journal.append(append("inquiry-1", 0, &[tricky, "2"])).await.unwrap();
    office.journal.put_blob("application/pdf", &[0, 255, 10, 13, 34]).await.unwrap();
    office.journal.append(append("inquiry-1", 2, &["3"])).await.unwrap();
    office
}

#[tokio::test]
async fn a_bundle_is_checked_without_the_database() {
    let office = written().await;
    let bundle = exported(&office).await;
    let head = office.journal.head().await.unwrap();
    drop(office);
    let verdict = check_bundle(bundle.as_slice()).unwrap();
    assert_eq!(verdict.to_string(), "3 events, 3 blocks: intact");
    assert_eq!((verdict.blobs, verdict.head), (1, head.hash));
    // Title, three blocks, three events, a blob, the end.
    assert_eq!(bundle.iter().filter(|byte| **byte == b'\n').count(), 9);
}

#[tokio::test]
async fn an_empty_journal_is_a_bundle_too() {
    let office = office().await;
    let bundle = exported(&office).await;
    assert_eq!(check_bundle(bundle.as_slice()).unwrap().to_string(), "0 events, 0 blocks: intact");
}

#[tokio::test]
async fn any_changed_byte_of_a_bundle_is_noticed() {
    let bundle = exported(&written().await).await;
    for at in 0..bundle.len() {
        let mut changed = bundle.clone();
        changed[at] ^= 1;
        match check_bundle(changed.as_slice()) {
            Ok(verdict) => {
                let what =
                    String::from_utf8_lossy(&changed[at.saturating_sub(30)..(at + 30).min(changed.len())]).into_owned();
                assert!(!verdict.is_intact(), "byte {at}: …{what}…");
            }
            Err(BundleError::NotABundle(_)) => assert!(at < 400, "{at}"),
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test]
async fn lines_that_are_cut_off_left_out_doubled_or_exchanged_are_noticed() {
    let bundle = String::from_utf8(exported(&written().await).await).unwrap();
    let lines: Vec<&str> = bundle.lines().collect();
    let check = |lines: &[&str]| check_bundle(lines.join("\n").as_bytes()).map(|verdict| verdict.is_intact());
    assert!(check(&lines).unwrap());
    for at in 1..lines.len() {
        let mut fewer = lines.clone();
        fewer.remove(at);
        assert!(!check(&fewer).unwrap(), "without line {at}");
        assert!(!check(&lines[..at]).unwrap(), "cut before line {at}");
        let mut doubled = lines.clone();
        doubled.insert(at, lines[at]);
        assert!(!check(&doubled).unwrap(), "line {at} twice");
        let mut exchanged = lines.clone();
        exchanged.swap(at, at - 1);
        assert!(!check(&exchanged).unwrap_or(false), "line {at} exchanged with the one before");
    }
    for broken in ["", "\n", "{}", "not a bundle", "\u{0}"] {
        assert!(matches!(check_bundle(broken.as_bytes()), Err(BundleError::NotABundle(_))), "{broken:?}");
    }
}

#[tokio::test]
async fn a_damaged_journal_still_goes_into_a_bundle_that_names_the_damage() {
    let office = written().await;
    let owner = office.database.connect().await;
    owner
        .batch_execute("ALTER TABLE events DISABLE TRIGGER ALL; UPDATE events SET actor = 'x' WHERE position = 2")
        .await
        .unwrap();
    let verdict = check_bundle(exported(&office).await.as_slice()).unwrap();
    assert!(verdict.faults[0].to_string().starts_with("block 1, event 2, stream inquiry-1 version 2"), "{verdict}");
}

#[tokio::test]
async fn a_blob_is_kept_once_however_often_it_is_put() {
    let office = office().await;
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let id = office.journal.put_blob("application/pdf", &bytes).await.unwrap();
    assert_eq!(id, hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&bytes)));
    let (again, other) = tokio::join!(
        office.journal.put_blob("application/pdf", &bytes),
        office.journal.put_blob("application/octet-stream", &bytes)
    );
    assert_eq!((again.unwrap(), other.unwrap()), (id.clone(), id.clone()));
    let blob = office.journal.blob(&id).await.unwrap().unwrap();
    assert_eq!((blob.media_type.as_str(), blob.bytes), ("application/pdf", bytes));
    assert_eq!((office.count("blobs").await, office.count("blocks").await), (1, 1));
    for unknown in ["", "xyz", &"0".repeat(64), &id.to_uppercase()[..63]] {
        assert_eq!(office.journal.blob(unknown).await.unwrap(), None, "{unknown}");
    }
    assert!(office.journal.put_blob("", b"x").await.is_err());
    let empty = office.journal.put_blob("text/plain", b"").await.unwrap();
    assert_eq!(office.journal.blob(&empty).await.unwrap().unwrap().bytes, b"");
    assert_eq!(office.verdict().await, "0 events, 2 blocks: intact");
}

#[tokio::test]
async fn blobs_put_at_once_on_two_nodes_are_entered_once_each() {
    let office = office().await;
    let other = office.second_node().await;
    for bytes in (0..10_u8).map(|n| [n]) {
        let (one, two) =
            tokio::join!(office.journal.put_blob("text/plain", &bytes), other.put_blob("text/plain", &bytes),);
        assert_eq!(one.unwrap(), two.unwrap());
    }
    assert_eq!((office.count("blobs").await, office.count("blob_entries").await), (10, 10));
    assert_eq!(office.verdict().await, "0 events, 10 blocks: intact");
}
