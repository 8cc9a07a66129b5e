//! One order for all: contiguous, final, whatever is slow or dies.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Reader, blindly, payloads, positions, together};
use crate::store::{Ask, Kept, No, Node as _, Power, Store, Told, needs};

pub(crate) async fn a_slow_transaction_s_event_arrives_exactly_once<S: Store>() -> Told {
    needs::<S>(&[Power::Log, Power::Nodes, Power::Transactions])?;
    let store = S::open().await;
    let (one, two) = (store.node().await, store.node().await);
    let reader = Reader::start(store.node().await);
    one.append(Ask::new("inquiry-1", 0, &["1"])).await.unwrap();
    let let_go = store.slow_down().await;
    let slow = send(&one, Ask::new("inquiry-1", 1, &["\"slow\""]));
    let others = together_elsewhere(&two, 8);
    reader.looks(20).await;
    let_go();
    slow.await.unwrap().unwrap();
    others.await.unwrap();
    let log = one.whole_log().await;
    assert_eq!(log.len(), 10);
    assert_eq!(
        reader.stop_after(10).await,
        log,
        "whoever read along has seen each event once, in the order of the log"
    );
    assert_eq!(log.iter().filter(|event| event.payload == "\"slow\"").count(), 1);
    Ok(())
}

pub(crate) async fn of_several_slow_ones_that_which_fails_leaves_no_gap<S: Store>() -> Told {
    needs::<S>(&[Power::Log, Power::Nodes, Power::Transactions])?;
    let store = S::open().await;
    let nodes = [store.node().await, store.node().await, store.node().await];
    let reader = Reader::start(store.node().await);
    nodes[0].append(Ask::new("inquiry-0", 0, &["1"])).await.unwrap();
    let let_go = store.slow_down().await;
    let first = send(&nodes[0], Ask::new("inquiry-1", 0, &["\"slow 1\""]));
    let doomed = send(&nodes[1], Ask::new("inquiry-2", 0, &["\"slow and doomed\""]));
    let second = send(&nodes[2], Ask::new("inquiry-3", 0, &["\"slow 2\""]));
    reader.looks(20).await;
    let_go();
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    let failed = doomed.await.unwrap();
    assert!(matches!(failed, Err(No::Failed(_))), "{failed:?}");
    nodes[1].append(Ask::new("inquiry-2", 0, &["\"well\""])).await.unwrap();
    let log = nodes[0].whole_log().await;
    assert!(positions(&log).into_iter().eq(1..=4), "{log:?}");
    assert_eq!(reader.stop_after(4).await, log);
    Ok(())
}

pub(crate) async fn under_sixteen_writers_every_stream_keeps_its_order<S: Store>() -> Told {
    needs::<S>(&[Power::Log])?;
    let store = S::open().await;
    let node = store.node().await;
    write_from_sixteen(std::slice::from_ref(&node)).await;
    let log = node.whole_log().await;
    in_order(&log);
    assert_eq!(log.len(), 16 * 25);
    for writer in (0..16).filter(|writer| writer % 4 < 2) {
        let own = node.stream(&format!("own-{writer}")).await.unwrap();
        assert!(own.iter().map(|event| event.payload.parse::<u64>().unwrap()).eq(0..25), "{own:?}");
    }
    Ok(())
}

pub(crate) async fn positions_are_contiguous_from_1<S: Store>() -> Told {
    needs::<S>(&[Power::Log])?;
    let store = S::open().await;
    let node = store.node().await;
    for n in 0..10 {
        let done = node.append(Ask::new(&format!("inquiry-{}", n % 3), n / 3, &["1"])).await.unwrap();
        assert_eq!(done.position, Some(n.cast_signed() + 1));
    }
    let done = node.append(Ask::new("inquiry-9", 0, &["1", "2", "3"])).await.unwrap();
    assert_eq!(done.position, Some(13));
    assert!(positions(&node.whole_log().await).into_iter().eq(1..=13));
    Ok(())
}

pub(crate) async fn what_is_refused_leaves_no_gap<S: Store>() -> Told {
    needs::<S>(&[Power::Log])?;
    let store = S::open().await;
    let node = store.node().await;
    for n in 0..10 {
        let (taken, refused) = tokio::join!(
            node.append(Ask::new("inquiry-1", n, &["1"])),
            node.append(Ask::new("inquiry-2", 7, &["1", "2"]))
        );
        assert_eq!((taken.unwrap().position, refused), (Some(n.cast_signed() + 1), Err(No::Conflict)));
    }
    assert!(positions(&node.whole_log().await).into_iter().eq(1..=10));
    Ok(())
}

pub(crate) async fn what_stands_at_a_position_stands_there_for_ever<S: Store>() -> Told {
    needs::<S>(&[Power::Log, Power::Nodes])?;
    let store = S::open().await;
    let nodes = [store.node().await, store.node().await];
    let mut seen: Vec<Kept> = Vec::new();
    for round in 0..10 {
        together((0..6).map(|n| {
            let node = nodes[n % 2].clone();
            async move { blindly(&node, &format!("inquiry-{}", n % 3), &format!("{round}")).await }
        }))
        .await;
        let now = nodes[round % 2].whole_log().await;
        assert_eq!(now[..seen.len()], seen, "what was read before is read again");
        assert_eq!(now.len(), seen.len() + 6);
        seen = now;
    }
    Ok(())
}

pub(crate) async fn an_event_appended_after_another_was_read_stands_behind_it<S: Store>() -> Told {
    needs::<S>(&[Power::Log, Power::Nodes])?;
    let store = S::open().await;
    let (one, two) = (store.node().await, store.node().await);
    let noise = Noise::start(store.node().await);
    for n in 0..30 {
        let (here, there) = if n % 2 == 0 { (&one, &two) } else { (&two, &one) };
        let cause = blindly(here, "cause-1", "1").await.position.unwrap();
        let read = there.log(cause - 1, 1).await;
        assert_eq!(read[0].position, Some(cause), "who is told that it stands can read it, from anywhere");
        let effect = blindly(there, "effect-1", "1").await.position.unwrap();
        assert!(effect > cause, "{effect} was caused by {cause}");
    }
    noise.stop().await;
    Ok(())
}

pub(crate) async fn two_programs_in_turn_write_one_log<S: Store>() -> Told {
    needs::<S>(&[Power::Log, Power::Nodes])?;
    let store = S::open().await;
    let nodes = [store.node().await, store.node().await];
    // In turns on one stream, so that each knows less of the head than the other at every step.
    for n in 0..40 {
        let node = &nodes[usize::try_from(n % 2).unwrap()];
        let done = node.append(Ask::new("inquiry-1", n, &[&n.to_string()])).await.unwrap();
        assert_eq!((done.version, done.position), (n + 1, Some(n.cast_signed() + 1)));
        if n % 5 == 0 {
            let stale = nodes[usize::from(n % 2 == 0)].append(Ask::new("inquiry-1", n, &["\"late\""])).await;
            assert_eq!(stale, Err(No::Conflict));
        }
    }
    write_from_sixteen(&nodes).await;
    let (one, two) = (nodes[0].whole_log().await, nodes[1].whole_log().await);
    assert_eq!(one, two);
    in_order(&one);
    assert_eq!(one.len(), 40 + 16 * 25);
    Ok(())
}

pub(crate) async fn of_two_programs_that_write_one_is_killed_and_nothing_is_lost_or_doubled<S: Store>() -> Told {
    needs::<S>(&[Power::Log, Power::Nodes, Power::Commands, Power::Connections])?;
    let store = S::open().await;
    let one = store.node().await;
    let noise = Noise::start(one.clone());
    for round in 0..6 {
        // The other one is cut off in the middle of a block, for good; a third takes its questions over.
        let (other, _heal) = store.breaking(&format!("marked {round}"), super::moment(round)).await;
        let asked: Vec<Ask> =
            (0..8).map(|n| Ask::new(&format!("inquiry-{round}-{n}"), 0, &[&format!("\"marked {round}\"")])).collect();
        let first = together(asked.iter().cloned().map(|ask| {
            let other = other.clone();
            async move { other.append(ask).await }
        }))
        .await;
        for (ask, answer) in asked.iter().zip(first) {
            let settled = one.append(ask.clone()).await.unwrap();
            match answer {
                Ok(done) => assert_eq!((settled.position, settled.repeated), (done.position, true)),
                Err(No::Unknown) => {}
                Err(No::Failed(why)) => assert!(!settled.repeated, "it was told that nothing stood: {why}"),
                Err(no) => panic!("{no:?}"),
            }
            assert_eq!(one.stream(&ask.writes[0].0).await.unwrap().len(), 1);
        }
    }
    let written = noise.stop().await;
    let log = one.whole_log().await;
    in_order(&log);
    assert_eq!(log.len(), 48 + written);
    Ok(())
}

pub(crate) async fn killed_connections_lose_and_double_nothing<S: Store>() -> Told {
    needs::<S>(&[Power::Log, Power::Commands, Power::Connections])?;
    let store = S::open().await;
    let node = store.node().await;
    let done = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8_u64)
        .map(|writer| {
            let (node, done) = (node.clone(), done.clone());
            tokio::spawn(async move {
                let mut acknowledged = 0;
                while !done.load(Ordering::SeqCst) {
                    let payload = acknowledged.to_string();
                    let answer = node.append(Ask::new(&format!("inquiry-{writer}"), acknowledged, &[&payload])).await;
                    acknowledged += 1;
                    assert_eq!(answer.unwrap().version, acknowledged);
                }
                acknowledged
            })
        })
        .collect();
    let mut killed = 0;
    while killed < 30 {
        tokio::time::sleep(Duration::from_millis(23)).await;
        killed += store.kill_connections().await;
    }
    done.store(true, Ordering::SeqCst);
    let mut total = 0;
    for (n, writer) in writers.into_iter().enumerate() {
        let acknowledged = writer.await.unwrap();
        total += acknowledged;
        let kept = node.stream(&format!("inquiry-{n}")).await.unwrap();
        assert!(kept.iter().map(|event| event.payload.parse::<u64>().unwrap()).eq(0..acknowledged));
    }
    let log = store.node().await.whole_log().await;
    in_order(&log);
    assert_eq!(log.len() as u64, total);
    Ok(())
}

pub(crate) async fn a_long_write_transaction_in_another_database_stops_nothing<S: Store>() -> Told {
    needs::<S>(&[Power::Log, Power::Transactions])?;
    let store = S::open().await;
    let node = store.node().await;
    let neighbour = store.busy_neighbour().await;
    for n in 0..10 {
        let done = node.append(Ask::new("inquiry-1", n, &["1"])).await.unwrap();
        let read = node.log(n.cast_signed(), 10).await;
        assert_eq!(positions(&read), [done.position.unwrap()], "an event is read as soon as it stands");
    }
    drop(neighbour);
    Ok(())
}

pub(crate) async fn a_server_that_is_killed_has_all_that_was_acknowledged<S: Store>() -> Told {
    needs::<S>(&[Power::Log, Power::Nodes, Power::Commands, Power::Server])?;
    let (store, mut server) = S::open_alone().await;
    let nodes = [store.node().await, store.node().await];
    let acknowledged = Arc::new(std::sync::Mutex::new(Vec::new()));
    let done = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..6)
        .map(|writer| {
            let (node, done, acknowledged) = (nodes[writer % 2].clone(), done.clone(), acknowledged.clone());
            tokio::spawn(async move {
                let mut n = 0;
                while !done.load(Ordering::SeqCst) {
                    let ask = Ask::new(&format!("inquiry-{writer}"), n, &["1"]);
                    let settled = loop {
                        match node.append(ask.clone()).await {
                            Ok(settled) => break settled,
                            Err(No::Unknown | No::Failed(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
                            Err(no) => panic!("{no:?}"),
                        }
                    };
                    n += 1;
                    assert_eq!(settled.version, n);
                    acknowledged.lock().unwrap().push((settled.position.unwrap(), ask.writes[0].0.clone(), n));
                }
            })
        })
        .collect();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        server = tokio::task::spawn_blocking(move || {
            server.kill_and_start();
            server
        })
        .await
        .unwrap();
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    done.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
    let log = store.node().await.whole_log().await;
    in_order(&log);
    let mut acknowledged = std::mem::take(&mut *acknowledged.lock().unwrap());
    acknowledged.sort();
    let stands: Vec<_> =
        log.iter().map(|event| (event.position.unwrap(), event.stream.clone(), event.version)).collect();
    assert_eq!(stands, acknowledged);
    drop((nodes, store));
    drop(server);
    Ok(())
}

pub(crate) async fn dumped_and_restored_elsewhere_it_goes_on<S: Store>() -> Told {
    needs::<S>(&[Power::Log, Power::Dump])?;
    let store = S::open().await;
    let node = store.node().await;
    let asked = Ask::new("inquiry-1", 0, &["1", "\"Ә \\\\ ' \\\" $$\""]);
    node.append(asked.clone()).await.unwrap();
    node.append(Ask::new("inquiry-2", 0, &["2"])).await.unwrap();
    let before = node.whole_log().await;
    let restored = store.dumped_and_restored().await;
    let there = restored.node().await;
    assert_eq!(there.whole_log().await, before);
    assert!(there.append(asked).await.unwrap().repeated, "command ids are carried over");
    assert_eq!(there.append(Ask::new("inquiry-1", 1, &["3"])).await, Err(No::Conflict));
    let done = there.append(Ask::new("inquiry-1", 2, &["3"])).await.unwrap();
    assert_eq!((done.version, done.position), (3, Some(4)));
    assert_eq!(payloads(&node.whole_log().await), payloads(&before), "the old one is as it was");
    if S::lacks(Power::Verifying).is_none() {
        assert_eq!(restored.found().await, []);
    }
    Ok(())
}

fn send<N: crate::store::Node>(node: &N, ask: Ask) -> tokio::task::JoinHandle<Result<crate::store::Done, No>> {
    let node = node.clone();
    tokio::spawn(async move { node.append(ask).await })
}

/// So many appends to streams of their own, at once.
fn together_elsewhere<N: crate::store::Node>(node: &N, appends: u32) -> tokio::task::JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        together((0..appends).map(|n| {
            let node = node.clone();
            async move { node.append(Ask::new(&format!("other-{n}"), 0, &["1"])).await.unwrap() }
        }))
        .await;
    })
}

/// Sixteen writers, 25 events each; half of them on a stream of their own, half on shared ones.
async fn write_from_sixteen<N: crate::store::Node>(nodes: &[N]) {
    together((0..16_usize).map(|writer| {
        let node = nodes[writer % nodes.len()].clone();
        async move {
            for n in 0..25_u64 {
                if writer % 4 < 2 {
                    node.append(Ask::new(&format!("own-{writer}"), n, &[&n.to_string()])).await.unwrap();
                } else {
                    blindly(&node, &format!("shared-{}", writer % 3), "0").await;
                }
            }
        }
    }))
    .await;
}

/// Positions from 1, versions of each stream from 1, in one order.
pub(crate) fn in_order(log: &[Kept]) {
    let mut versions = std::collections::HashMap::new();
    for (event, position) in log.iter().zip(1..) {
        let version = versions.entry(event.stream.clone()).or_insert(0);
        *version += 1;
        assert_eq!((event.position, event.version), (Some(position), *version), "{event:?}");
    }
}

/// Somebody who writes all the time.
struct Noise {
    done: Arc<AtomicBool>,
    writing: tokio::task::JoinHandle<usize>,
}

impl Noise {
    fn start<N: crate::store::Node>(node: N) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let told = done.clone();
        let writing = tokio::spawn(async move {
            let mut written = 0;
            while !told.load(Ordering::SeqCst) {
                node.append(Ask::new("noise-1", written as u64, &["1"])).await.unwrap();
                written += 1;
            }
            written
        });
        Self { done, writing }
    }

    /// How many events it has written.
    async fn stop(self) -> usize {
        self.done.store(true, Ordering::SeqCst);
        self.writing.await.unwrap()
    }
}
