//! Heads that were signed: whoever rewrites the journal so that it fits is betrayed by what was kept outside.

use std::io;

use eventstore::{
    Effort, HeadKey, Journal, Kept, SignError, SignedHead, Verdict, Witnesses, check_bundle, check_bundle_by, export,
};
use jiff::Timestamp;

use super::{Office, append, office};

pub(super) fn key() -> HeadKey {
    HeadKey::new([7; 32]).unwrap()
}

pub(super) async fn sign(journal: &Journal, key: &HeadKey) -> SignedHead {
    journal.sign_head(key, Timestamp::now(), |_| Ok(())).await.unwrap().unwrap()
}

/// Four blocks of two events; the heads of block 2 and block 4 are signed.
async fn signed() -> (Office, Vec<SignedHead>) {
    let office = office().await;
    let mut heads = Vec::new();
    for block in 1..=4_u64 {
        office.journal.append(append("inquiry-1", 2 * block - 2, &["{\"n\":1}", "{\"n\":2}"])).await.unwrap();
        if block % 2 == 0 {
            heads.push(sign(&office.journal, &key()).await);
        }
    }
    (office, heads)
}

pub(super) fn kept(heads: &[SignedHead]) -> Kept {
    let lines: String = heads.iter().map(|head| format!("{head}\n")).collect();
    Kept::read("heads.jsonl", lines.as_bytes()).unwrap()
}

fn outside(heads: &[SignedHead]) -> Witnesses {
    Witnesses { trusted: vec![key().public()], nobody_else: false, kept: vec![kept(heads)], ..Witnesses::NONE }
}

impl Office {
    pub(super) async fn verdict_by(&self, witnesses: &Witnesses) -> Verdict {
        let effort = Effort { readers: 1, stretch: 2 };
        eventstore::verify_by(&self.database.config, effort, witnesses, &|_| ()).await.unwrap()
    }

    /// Changes an event and makes everything behind it fit, as somebody can who owns the server and knows the format.
    pub(super) async fn rewrite_from(&self, position: i64, payload: &str) {
        let events = self.journal.read_after(0, 1000).await.unwrap();
        let mut sql = String::new();
        let mut previous = eventstore::hash::NOTHING;
        for number in 1.. {
            let Some(mut block) = self.journal.block(number).await.unwrap() else { break };
            let mut leaves = Vec::new();
            for event in events.iter().filter(|event| event.block == number) {
                let mut event = event.clone();
                if event.position == position {
                    payload.clone_into(&mut event.payload);
                }
                let leaf = eventstore::hash::event_leaf(&event);
                leaves.push(leaf);
                sql.push_str(&format!(
                    "UPDATE events SET payload = '{}', leaf_hash = '\\x{}' WHERE position = {};",
                    event.payload,
                    hex::encode(leaf),
                    event.position
                ));
            }
            block.merkle_root = eventstore::merkle::root(&leaves);
            block.previous_hash = previous;
            previous = block.computed_hash();
            sql.push_str(&format!(
                "UPDATE blocks SET merkle_root = '\\x{}', previous_hash = '\\x{}', hash = '\\x{}' WHERE block = {number};",
                hex::encode(block.merkle_root),
                hex::encode(block.previous_hash),
                hex::encode(previous)
            ));
        }
        sql.push_str(&format!("UPDATE journal_head SET hash = '\\x{}'", hex::encode(previous)));
        self.force(&sql).await;
    }
}

#[tokio::test]
async fn an_honest_journal_agrees_with_its_signed_heads() {
    let (office, heads) = signed().await;
    let verdict = office.verdict_by(&outside(&heads)).await;
    assert_eq!(verdict.to_string(), "8 events, 4 blocks: intact");
    assert_eq!(
        verdict.heads.to_string(),
        "signed heads: 2 in the journal (2 by trusted keys), 2 kept outside of it (2 by trusted keys)"
    );
    assert_eq!(office.journal.newest_signed_head().await.unwrap().as_ref(), heads.last());
    assert_eq!(office.journal.sign_head(&key(), Timestamp::now(), |_| Ok(())).await.unwrap(), None, "it is signed");
    let other = sign(&office.journal, &HeadKey::new([8; 32]).unwrap()).await;
    assert_eq!(other.block, 4, "another node signs with its own key");
    assert!(office.verdict_by(&outside(&heads)).await.is_intact());
}

#[tokio::test]
async fn an_empty_journal_has_no_head_to_sign() {
    let office = office().await;
    assert_eq!(office.journal.sign_head(&key(), Timestamp::now(), |_| Ok(())).await.unwrap(), None);
    assert_eq!(office.verdict().await, "0 events, 0 blocks: intact");
}

#[tokio::test]
async fn a_rewritten_tail_that_fits_is_caught_by_the_head_that_was_kept_outside() {
    let (office, heads) = signed().await;
    office.rewrite_from(5, "{\"n\":9}").await;
    let stale = office.verdict().await;
    assert!(stale.contains("block 4: the journal was rewritten: block 4 had hash"), "{stale}");
    // Whoever rewrites blocks rewrites the table of heads too, and signs with a key of their own.
    office.force("DELETE FROM signed_heads WHERE block > 2").await;
    let stranger = HeadKey::new([9; 32]).unwrap();
    sign(&office.journal, &stranger).await;
    assert_eq!(office.verdict().await, "8 events, 4 blocks: intact");

    let verdict = office.verdict_by(&outside(&heads)).await;
    assert_eq!(verdict.fault_count, 1, "{verdict}");
    let told = verdict.faults[0].to_string();
    let expected = format!(
        "block 4: the journal was rewritten: block 4 had hash {} and ended with event 8",
        hex::encode(heads[1].hash)
    );
    assert!(told.starts_with(&expected), "{told}");
    assert!(
        told.contains("in heads.jsonl") && told.ends_with("up to block 2 the journal is as it was signed"),
        "{told}"
    );

    let strict = Witnesses { trusted: vec![key().public()], nobody_else: true, ..Witnesses::NONE };
    let verdict = office.verdict_by(&strict).await.to_string();
    let expected = format!("block 4: its head is signed by key {}, which is not trusted here", stranger.public().id());
    assert!(verdict.contains(&expected), "{verdict}");

    let mut bundle = Vec::new();
    export(&office.database.pool, &mut bundle).await.unwrap();
    assert!(check_bundle(bundle.as_slice()).unwrap().is_intact());
    let told = check_bundle_by(bundle.as_slice(), &outside(&heads)).unwrap().to_string();
    assert!(told.contains("block 4: the journal was rewritten"), "{told}");
}

#[tokio::test]
async fn of_many_heads_that_do_not_agree_the_first_is_named_and_the_others_are_counted() {
    let (office, heads) = signed().await;
    office.rewrite_from(1, "{\"n\":9}").await;
    office.force("DELETE FROM signed_heads").await;
    let verdict = office.verdict_by(&outside(&heads)).await;
    let told: Vec<String> = verdict.faults.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("block 2: the journal was rewritten")
            && told[0].ends_with("no signed head before it agrees")
    );
    assert_eq!(told[1], "1 later signed heads in heads.jsonl do not agree with the journal either");
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_missed_by_the_head_that_was_kept_outside() {
    let (office, heads) = signed().await;
    let third = hex::encode(office.journal.block(3).await.unwrap().unwrap().hash);
    office
        .force(&format!(
            "DELETE FROM commands WHERE first_position > 6; DELETE FROM events WHERE position > 6;
             DELETE FROM blocks WHERE block > 3; DELETE FROM signed_heads WHERE block > 3;
             UPDATE streams SET version = 6; UPDATE journal_head SET position = 6, block = 3, hash = '\\x{third}'"
        ))
        .await;
    assert_eq!(office.verdict().await, "6 events, 3 blocks: intact");
    let verdict = office.verdict_by(&outside(&heads)).await;
    assert_eq!(verdict.fault_count, 1, "{verdict}");
    let told = verdict.faults[0].to_string();
    assert!(
        told.starts_with("block 4: the journal was rewritten") && told.contains("now there is no such block"),
        "{told}"
    );
    let mut bundle = Vec::new();
    export(&office.database.pool, &mut bundle).await.unwrap();
    let told = check_bundle_by(bundle.as_slice(), &outside(&heads)).unwrap().to_string();
    assert!(told.contains("now there is no such block"), "{told}");
}

#[tokio::test]
async fn a_head_changed_in_its_table_is_named() {
    for change in [
        "position = position + 1",
        "hash = sha256('x')",
        "signed_at = signed_at + interval '1 microsecond'",
        "public_key = sha256('x')",
        "root = sha256('x')",
        "root = NULL",
        "signature = sha512('x')",
    ] {
        let (office, _) = signed().await;
        office.force(&format!("UPDATE signed_heads SET {change} WHERE block = 2")).await;
        let verdict = office.verdict().await;
        assert!(verdict.contains("block 2: its signed head does not have the signature of key"), "{change}: {verdict}");
    }
    let (office, _) = signed().await;
    office.force("UPDATE signed_heads SET block = 3 WHERE block = 2").await;
    let verdict = office.verdict().await;
    assert!(verdict.contains("block 3: its signed head does not have the signature"), "{verdict}");
}

#[tokio::test]
async fn a_key_that_is_not_ours_is_counted_or_refused() {
    let (office, heads) = signed().await;
    let other = HeadKey::new([1; 32]).unwrap().public();
    let among = Witnesses { trusted: vec![other], nobody_else: false, kept: vec![kept(&heads)], ..Witnesses::NONE };
    let verdict = office.verdict_by(&among).await;
    assert!(verdict.is_intact());
    assert_eq!((verdict.heads.stored, verdict.heads.stored_trusted, verdict.heads.kept_trusted), (2, 0, 0));
    let alone = Witnesses { nobody_else: true, ..among };
    let verdict = office.verdict_by(&alone).await;
    assert_eq!(verdict.fault_count, 4, "two in the table, two in the file: {verdict}");
    assert!(verdict.to_string().contains("which is not trusted here"));
}

#[tokio::test]
async fn what_is_no_head_in_a_file_is_named_by_its_line() {
    let (office, heads) = signed().await;
    let forged = SignedHead { position: 7, ..heads[0].clone() };
    let text = format!("{}\n{{}}\n{}\n", forged.to_line(), heads[1].to_line());
    let kept = Kept::read("f", text.as_bytes()).unwrap();
    let verdict = office.verdict_by(&Witnesses { kept: vec![kept], ..Witnesses::NONE }).await;
    let told: Vec<String> = verdict.faults.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("line 2 of f is no signed head"), "{told:?}");
    assert!(told[1].starts_with("block 2: its signed head in f does not have the signature"), "{told:?}");
}

#[tokio::test]
async fn a_kill_between_signing_and_keeping_leaves_nothing_wrong() {
    let (office, mut heads) = signed().await;
    office.journal.append(append("inquiry-1", 8, &["1"])).await.unwrap();
    // Killed before the line was whole: neither the file nor the table has it.
    let died = office.journal.sign_head(&key(), Timestamp::now(), |_| Err(io::Error::other("killed"))).await;
    assert!(matches!(died, Err(SignError::Keep(_))), "{died:?}");
    assert_eq!(office.count("signed_heads").await, 2);
    // Killed after the line, before the table: the file has one more.
    let died = office
        .journal
        .sign_head(&key(), Timestamp::now(), |head| {
            heads.push(head.clone());
            Err(io::Error::other("killed"))
        })
        .await;
    assert!(died.is_err());
    assert_eq!((heads.len(), office.count("signed_heads").await), (3, 2));
    assert!(office.verdict_by(&outside(&heads)).await.is_intact());
    // The next start signs the same block again.
    heads.push(sign(&office.journal, &key()).await);
    assert_eq!((heads[3].block, heads[3].hash), (heads[2].block, heads[2].hash));
    assert!(office.verdict_by(&outside(&heads)).await.is_intact());
    let (one, two) = tokio::join!(sign_again(&office), sign_again(&office));
    assert!(one.is_none() && two.is_none());
}

async fn sign_again(office: &Office) -> Option<SignedHead> {
    office.journal.sign_head(&key(), Timestamp::now(), |_| Ok(())).await.unwrap()
}

#[tokio::test]
async fn any_changed_byte_of_a_bundle_with_signed_heads_is_noticed() {
    let (office, _) = signed().await;
    let mut bundle = Vec::new();
    export(&office.database.pool, &mut bundle).await.unwrap();
    let verdict = check_bundle(bundle.as_slice()).unwrap();
    assert_eq!((verdict.to_string().as_str(), verdict.heads.stored), ("8 events, 4 blocks: intact", 2));
    let heads: Vec<usize> =
        bundle.windows(15).enumerate().filter(|(_, w)| w == b"{\"signed_head\":").map(|(at, _)| at).collect();
    assert_eq!(heads.len(), 2);
    for start in heads {
        let length = bundle[start..].iter().position(|byte| *byte == b'\n').unwrap();
        for at in start..=start + length {
            let mut changed = bundle.clone();
            changed[at] ^= 1;
            assert!(!check_bundle(changed.as_slice()).unwrap().is_intact(), "byte {at}");
        }
        let mut without = bundle.clone();
        without.drain(start..=start + length);
        assert!(!check_bundle(without.as_slice()).unwrap().is_intact());
    }
}

#[tokio::test]
async fn a_head_of_before_the_tree_that_is_out_of_reach_is_not_given_and_said_to_be_so() {
    let (office, heads) = signed().await;
    // As a program of before signed it.
    let SignedHead { block, position, hash, signed, .. } = heads[1];
    let old = key().sign(block, position, hash, None, signed);
    let signature = hex::encode(old.signature);
    office
        .force(&format!(
            "DELETE FROM signed_heads WHERE block = 2; UPDATE signed_heads SET root = NULL, signature = '\\x{signature}'"
        ))
        .await;
    assert!(office.verdict_by(&Witnesses::NONE).await.is_intact(), "old heads stay valid");
    let document = async |reach| office.journal.proof_document(1, reach).await.unwrap().unwrap();
    let why = document(2).await.unsigned.unwrap();
    assert_eq!(why, "the next signed head is 3 blocks away, and 2 at most are given here");
    assert_eq!(document(3).await.unsigned, None);
    assert!(office.journal.proof_document(9, 3).await.unwrap().is_none());
}
