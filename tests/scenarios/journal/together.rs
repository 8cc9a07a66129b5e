//! Many writers at once, and a journal that is closed while they write.

use super::{append, append_blindly, office};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appends_that_come_together_share_a_block() {
    let office = office().await;
    let other = office.second_node().await;
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let journal = if writer % 2 == 0 { &office.journal } else { &other }.clone();
            tokio::spawn(async move {
                for _ in 0..25 {
                    append_blindly(&journal, &format!("shared-{}", writer % 3), "0").await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let verdict = eventstore::verify(&office.database.pool).await.unwrap();
    assert!(verdict.is_intact() && verdict.events == 400, "{verdict}");
    assert!(verdict.blocks < 400, "no two appends shared a block: {verdict}");
}

#[tokio::test]
async fn a_closed_journal_finishes_what_it_took_and_takes_nothing_more() {
    let office = office().await;
    let waiting: Vec<_> = (0..50)
        .map(|n| {
            let journal = office.journal.clone();
            tokio::spawn(async move { journal.append(append(&format!("inquiry-{n}"), 0, &["1"])).await })
        })
        .collect();
    tokio::task::yield_now().await;
    office.journal.close().await;
    let mut recorded = 0;
    for answer in waiting {
        recorded += i64::from(answer.await.unwrap().is_ok());
    }
    assert_eq!(office.count("events").await, recorded);
    assert!(office.journal.append(append("late-1", 0, &["1"])).await.is_err());
}
