//! The tree over blocks, and what a head that was published outside betrays when all that is inside was made to fit.

use std::fmt::Write as _;

use eventstore::hash::block_leaf;
use eventstore::{
    ConsistencyDocument, Handover, HeadKey, Kept, SignedHead, Unprovable, Witnesses, check_bundle_by, export,
};
use jiff::Timestamp;
use serde_json::Value;

use super::heads::{kept, key, sign};
use super::{Office, append, office};

/// So many blocks of one event; the heads of some are signed. They are written as a program of before wrote them: no tree is kept meanwhile.
async fn grown(blocks: u64, signed: &[u64]) -> (Office, Vec<SignedHead>) {
    let office = office().await;
    let mut heads = Vec::new();
    for block in 1..=blocks {
        office.journal.append(append("inquiry-1", block - 1, &["1"])).await.unwrap();
        if signed.contains(&block) {
            heads.push(sign(&office.journal, &key()).await);
        }
    }
    (office, heads)
}

async fn document(office: &Office, from: i64, to: i64) -> ConsistencyDocument {
    office.journal.consistency(from, Some(to)).await.unwrap()
}

impl Office {
    /// All hashes of blocks, as leaves of the tree over them.
    async fn leaves(&self) -> Vec<eventstore::Hash> {
        let client = self.database.pool.get().await.unwrap();
        let rows = client.query("SELECT hash FROM blocks ORDER BY block", &[]).await.unwrap();
        rows.iter().map(|row| block_leaf(row.get::<_, &[u8]>(0).try_into().unwrap())).collect()
    }

    /// The stored tree, to the byte.
    async fn tree(&self) -> String {
        let client = self.database.pool.get().await.unwrap();
        let sql = "SELECT coalesce(string_agg(concat_ws(':', level, place, hash), ' ' ORDER BY level, place), '') FROM block_tree";
        client.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// Everything inside made to fit after `rewrite_from`: the tree, and all heads signed anew with the key that was stolen.
    async fn forge_heads(&self, stolen: &HeadKey, heads: &[SignedHead]) -> String {
        self.force("DELETE FROM block_tree; DELETE FROM signed_heads").await;
        self.journal.rebuild_tree().await.unwrap();
        let leaves = self.leaves().await;
        let mut lines = String::new();
        for head in heads {
            let block = self.journal.block(head.block).await.unwrap().unwrap();
            let root = eventstore::merkle::root(&leaves[..usize::try_from(head.block).unwrap()]);
            let forged = stolen.sign(head.block, head.position, block.hash, Some(root), head.signed);
            writeln!(lines, "{forged}").unwrap();
            self.force(&format!(
                "INSERT INTO signed_heads (block, position, hash, signed_at, public_key, signature, root)
                 VALUES ({}, {}, '\\x{}', '{}', '\\x{}', '\\x{}', '\\x{}')",
                forged.block,
                forged.position,
                hex::encode(forged.hash),
                forged.signed,
                hex::encode(forged.public_key.0),
                hex::encode(forged.signature),
                hex::encode(root),
            ))
            .await;
        }
        lines
    }
}

#[tokio::test]
async fn only_a_published_head_betrays_a_journal_that_was_rewritten_with_the_stolen_key() {
    let (office, heads) = grown(6, &[2, 4, 6]).await;
    // What somebody outside has kept: the mail of one day.
    let published = kept(&heads[1..2]);
    let proof = document(&office, 4, 6).await;
    office.rewrite_from(3, "9").await;
    let own = office.forge_heads(&key(), &heads).await;
    let inside = Witnesses {
        trusted: vec![key().public()],
        nobody_else: true,
        kept: vec![Kept::read("the installation's own file, forged too", own.as_bytes()).unwrap()],
        ..Witnesses::NONE
    };
    let verdict = office.verdict_by(&inside).await;
    assert!(verdict.is_intact(), "everything inside fits: {verdict}");
    assert_eq!((verdict.heads.stored_trusted, verdict.heads.kept_trusted), (3, 3));

    let outside = Witnesses { kept: vec![published.clone()], ..inside.clone() };
    let verdict = office.verdict_by(&outside).await;
    assert_eq!(verdict.fault_count, 1, "{verdict}");
    let told = verdict.faults[0].to_string();
    assert!(told.starts_with("block 4: the journal was rewritten: block 4 had hash"), "{told}");
    let mut bundle = Vec::new();
    export(&office.database.pool, &mut bundle).await.unwrap();
    assert!(check_bundle_by(bundle.as_slice(), &inside).unwrap().is_intact());
    let told = check_bundle_by(bundle.as_slice(), &outside).unwrap().to_string();
    assert!(told.contains("block 4: the journal was rewritten"), "{told}");

    // The same by the interface's answer alone, with neither the database nor a bundle.
    assert_eq!(proof.check(&outside).unwrap().len(), 4, "the true journal's proof: both heads in it, and the kept one");
    let forged = document(&office, 4, 6).await;
    assert!(forged.check(&inside).is_ok(), "with nothing kept outside it fits");
    let told = forged.check(&outside).unwrap_err();
    assert!(told.starts_with("the journal was rewritten: the head of block 4 in heads.jsonl"), "{told}");
}

#[tokio::test]
async fn two_heads_are_proved_to_be_one_history_at_every_pair_of_sizes() {
    let (office, heads) = grown(530, &[1, 255, 256, 257, 511, 512, 513, 530]).await;
    assert_eq!(office.count("block_tree").await, 3, "two tiles of 256 blocks, and what they make together");
    let witnesses =
        Witnesses { trusted: vec![key().public()], nobody_else: true, kept: vec![kept(&heads)], ..Witnesses::NONE };
    for (n, old) in heads.iter().enumerate() {
        for new in &heads[n..] {
            let document = document(&office, old.block, new.block).await;
            let said = document.check(&witnesses).unwrap();
            assert!(said[0].contains(&format!("block {} begins", new.block)), "{said:?}");
            let text = serde_json::to_value(&document).unwrap();
            assert!(text["path"].as_array().unwrap().len() <= 11, "{text}");
            for place in ["from", "to", "from_root", "to_root", "format"] {
                let mut other = text.clone();
                other[place] = match &text[place] {
                    Value::String(text) => Value::from("0".repeat(text.len())),
                    number => Value::from(number.as_i64().unwrap() + 1),
                };
                let other: ConsistencyDocument = serde_json::from_value(other).unwrap();
                assert!(other.check(&witnesses).is_err(), "{place} of {old} and {new}");
            }
        }
    }
    for (from, to) in [(0, 5), (-1, 5), (6, 5), (5, 531), (i64::MIN, i64::MAX)] {
        let refused = office.journal.consistency(from, Some(to)).await;
        assert!(matches!(refused, Err(Unprovable::Range { last: 530 })), "{from} {to}: {refused:?}");
    }
    // A block whose head nobody signed: the newer one is signed, the older one has to be known another way.
    let between = document(&office, 300, 530).await;
    let told = between.check(&witnesses).unwrap_err();
    assert!(told.starts_with("no head signs the root up to block 300"), "{told}");
}

#[tokio::test]
async fn the_tree_is_made_again_to_the_byte_and_what_was_changed_in_it_is_named() {
    let (office, _) = grown(520, &[300, 520]).await;
    let tree = office.tree().await;
    assert!(office.verdict_by(&Witnesses::NONE).await.is_intact());
    for change in [
        "UPDATE block_tree SET hash = sha256('x') WHERE level = 8 AND place = 1",
        "UPDATE block_tree SET hash = sha256('x') WHERE level = 9",
        "DELETE FROM block_tree WHERE level = 9",
        "DELETE FROM block_tree WHERE level = 8 AND place = 0",
        "UPDATE block_tree SET place = 7 WHERE level = 8 AND place = 1",
        "INSERT INTO block_tree VALUES (62, 9223372036854775807, sha256('x'))",
    ] {
        office.force(change).await;
        let verdict = office.verdict_by(&Witnesses::NONE).await.to_string();
        assert!(verdict.contains("the stored tree over the blocks"), "{change}: {verdict}");
        assert_eq!(office.journal.rebuild_tree().await.unwrap(), 3);
        assert_eq!(office.tree().await, tree, "{change}");
        assert!(office.verdict_by(&Witnesses::NONE).await.is_intact());
    }
    office.force("DELETE FROM block_tree").await;
    let told = office.journal.proof_document(301, 10).await.err().unwrap().to_string();
    assert!(told.contains("saual heads rebuild"), "{told}");
}

#[tokio::test]
async fn a_head_that_signs_another_root_than_the_blocks_have_is_named() {
    let (office, _) = grown(512, &[300]).await;
    // Whoever has changed the stored tree has the next head sign what is not so.
    office.force("UPDATE block_tree SET hash = sha256('x')").await;
    let head = sign(&office.journal, &key()).await;
    office.journal.rebuild_tree().await.unwrap();
    let witnesses = Witnesses { kept: vec![kept(&[head])], ..Witnesses::NONE };
    let verdict = office.verdict_by(&witnesses).await;
    let told: Vec<String> = verdict.faults.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "in the table and in the file: {told:?}");
    assert!(told.iter().all(|told| told.starts_with("block 512: ") && told.contains("signs another root")), "{told:?}");
}

#[tokio::test]
async fn two_nodes_that_sign_at_once_keep_one_tree() {
    let (office, _) = grown(520, &[]).await;
    let other = office.second_node().await;
    let (one, two) = (HeadKey::new([1; 32]).unwrap(), HeadKey::new([2; 32]).unwrap());
    let (first, second) = tokio::join!(sign(&office.journal, &one), sign(&other, &two));
    assert_eq!(first.root, second.root);
    assert_eq!(office.count("block_tree").await, 3);
    assert!(office.verdict_by(&Witnesses::NONE).await.is_intact());
}

#[tokio::test]
async fn a_proof_is_as_short_as_the_tree_is_high_and_its_old_form_is_made_where_only_old_heads_are() {
    let (office, heads) = grown(300, &[300]).await;
    let short = office.journal.proof_document(1, 1000).await.unwrap().unwrap();
    let text = serde_json::to_value(&short).unwrap();
    assert_eq!((&text["format"], &text["chain"]), (&Value::from("saual proof 2"), &Value::Null));
    assert_eq!(text["block_path"].as_array().unwrap().len(), 9);
    assert_eq!(short.check(&Witnesses::NONE).unwrap().signed.as_ref(), heads.last());

    let SignedHead { block, position, hash, signed, .. } = heads[0];
    let old = hex::encode(key().sign(block, position, hash, None, signed).signature);
    office.force(&format!("UPDATE signed_heads SET root = NULL, signature = '\\x{old}'")).await;
    let long = office.journal.proof_document(1, 1000).await.unwrap().unwrap();
    let text = serde_json::to_value(&long).unwrap();
    assert_eq!((&text["format"], &text["block_path"]), (&Value::from("saual proof 1"), &Value::Null));
    assert_eq!(text["chain"].as_array().unwrap().len(), 299);
    assert!(long.check(&Witnesses::NONE).unwrap().signed.is_some());
    let bytes = |document| serde_json::to_vec(document).unwrap().len();
    assert!(bytes(&short) * 20 < bytes(&long));
}

#[tokio::test]
async fn heads_of_a_key_that_gave_way_are_believed_for_their_time_and_not_behind_it() {
    let (office, mut heads) = grown(4, &[2]).await;
    let new = HeadKey::new([8; 32]).unwrap();
    let passed = Handover::sign(2, Timestamp::now(), &key(), &new);
    let witnesses = Witnesses {
        trusted: vec![new.public()],
        nobody_else: true,
        handovers: vec![passed.clone()],
        ..Witnesses::NONE
    };
    sign(&office.journal, &new).await;
    assert!(office.verdict_by(&witnesses).await.is_intact());
    // Whoever has taken the old key goes on signing with it.
    heads.push(sign(&office.journal, &key()).await);
    let told = office.verdict_by(&Witnesses { nobody_else: false, ..witnesses.clone() }).await.to_string();
    assert!(
        told.contains("block 4: its head is signed by key") && told.contains("which signs nothing after block 2"),
        "{told}"
    );
    // Or lets it give way to a key of theirs.
    office.force("DELETE FROM signed_heads WHERE block = 4").await;
    let stranger = HeadKey::new([9; 32]).unwrap();
    let torn = Handover::sign(3, Timestamp::now(), &key(), &stranger);
    let told = office.verdict_by(&Witnesses { handovers: vec![passed, torn], ..witnesses }).await.to_string();
    assert!(told.contains("gave way twice"), "{told}");
}
