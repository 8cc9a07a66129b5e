//! Many writers at once, two nodes, a writer whose connection is killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use eventstore::Recorded;

use super::{Office, append, append_blindly, office, stream};

async fn whole_log(office: &Office) -> Vec<Recorded> {
    let mut all = Vec::new();
    loop {
        let page = office.journal.read_after(all.len().try_into().unwrap(), 100).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_writers_on_two_nodes_make_one_order_without_gaps() {
    let office = office().await;
    let other = office.second_node().await;
    let done = Arc::new(AtomicBool::new(false));
    // A reader by position sees every event once, while they are written.
    let reader = {
        let (journal, done) = (office.journal.clone(), done.clone());
        tokio::spawn(async move {
            let mut seen = Vec::new();
            loop {
                let last_look = done.load(Ordering::SeqCst);
                let page = journal.read_after(seen.last().copied().unwrap_or(0), 50).await.unwrap();
                if page.is_empty() && last_look {
                    return seen;
                }
                seen.extend(page.iter().map(|event| event.position));
                tokio::task::yield_now().await;
            }
        })
    };
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let journal = if writer % 2 == 0 { &office.journal } else { &other }.clone();
            tokio::spawn(async move {
                for n in 0..25_u64 {
                    // Half of them on a stream of their own, half on a shared one.
                    if writer % 4 < 2 {
                        let name = format!("own-{writer}");
                        journal.append(append(&name, n, &[&n.to_string()])).await.unwrap();
                    } else {
                        append_blindly(&journal, &format!("shared-{}", writer % 3), "0").await;
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    assert_eq!(reader.await.unwrap(), (1..=400).collect::<Vec<_>>());

    let log = whole_log(&office).await;
    assert!(log.iter().map(|event| event.position).eq(1..=400));
    let mut versions = std::collections::HashMap::new();
    for event in &log {
        let version = versions.entry(event.stream.clone()).or_insert(0);
        *version += 1;
        assert_eq!(event.version, *version, "{} at {}", event.stream, event.position);
    }
    let own = office.journal.load(&stream("own-0")).await.unwrap();
    assert!(own.iter().map(|event| event.payload.parse::<u64>().unwrap()).eq(0..25));
    let verdict = eventstore::verify(&office.database.pool).await.unwrap();
    assert!(verdict.is_intact() && verdict.events == 400, "{verdict}");
    assert!(verdict.blocks < 400, "no two appends shared a block: {verdict}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_whose_connection_is_killed_loses_and_doubles_nothing() {
    let office = office().await;
    let killer = {
        let admin = office.database.connect().await;
        tokio::spawn(async move {
            let mut killed = 0_i64;
            loop {
                tokio::time::sleep(Duration::from_millis(23)).await;
                let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                            WHERE datname = current_database() AND application_name = 'saual journal writer'";
                killed += admin.query_one(kill, &[]).await.unwrap().get::<_, i64>(0);
                if killed > 30 {
                    return killed;
                }
            }
        })
    };
    let killing = Arc::new(AtomicBool::new(true));
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let (journal, killing) = (office.journal.clone(), killing.clone());
            tokio::spawn(async move {
                let name = format!("inquiry-{writer}");
                let mut acknowledged = 0_u64;
                while killing.load(Ordering::SeqCst) {
                    let payload = acknowledged.to_string();
                    let answer = journal.append(append(&name, acknowledged, &[&payload])).await.unwrap();
                    acknowledged += 1;
                    assert_eq!(answer.version, acknowledged);
                }
                acknowledged
            })
        })
        .collect();
    assert!(killer.await.unwrap() > 30);
    killing.store(false, Ordering::SeqCst);
    let mut total = 0;
    for (n, writer) in writers.into_iter().enumerate() {
        let acknowledged = writer.await.unwrap();
        total += acknowledged;
        let loaded = office.journal.load(&stream(&format!("inquiry-{n}"))).await.unwrap();
        assert!(loaded.iter().map(|event| event.payload.parse::<u64>().unwrap()).eq(0..acknowledged));
    }
    let verdict = eventstore::verify(&office.database.pool).await.unwrap();
    assert!(verdict.is_intact() && verdict.events == total, "{verdict}, {total} acknowledged");
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
