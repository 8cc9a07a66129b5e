//! Following: each event has its effect exactly once, whatever crashes.

use std::time::Duration;

use super::{blindly, positions};
use crate::store::{Ask, Followers, Node as _, Power, Running as _, Store, Told, needs};

/// So many events on four streams, one append each.
async fn write<S: Store>(node: &S::Node, events: usize) {
    for n in 0..events {
        blindly(node, &format!("inquiry-{}", n % 4), "1").await;
    }
}

pub(crate) async fn a_follower_begins_at_the_start<S: Store>() -> Told {
    needs::<S>(&[Power::Followers])?;
    let store = S::open().await;
    write::<S>(&store.node().await, 20).await;
    let followers = store.followers().await;
    let running = followers.start().await;
    followers.reached(20).await;
    running.stop().await;
    assert!(followers.rows().await.into_iter().eq(1..=20));
    Ok(())
}

pub(crate) async fn a_follower_begins_at_a_given_position<S: Store>() -> Told {
    needs::<S>(&[Power::Followers])?;
    let store = S::open().await;
    write::<S>(&store.node().await, 20).await;
    let followers = store.followers().await;
    followers.begin_after(13).await;
    let running = followers.start().await;
    followers.reached(20).await;
    running.stop().await;
    assert!(followers.rows().await.into_iter().eq(14..=20));
    Ok(())
}

pub(crate) async fn history_and_then_what_comes_is_followed_without_gap_or_double<S: Store>() -> Told {
    needs::<S>(&[Power::Followers, Power::Nodes])?;
    let store = S::open().await;
    let (one, two) = (store.node().await, store.node().await);
    write::<S>(&one, 50).await;
    let followers = store.followers().await;
    let running = followers.start().await;
    // Written while the history is read, by two programs.
    tokio::join!(write::<S>(&one, 50), async {
        for n in 0..50 {
            two.append(Ask::new("other-1", n, &["1"])).await.unwrap();
        }
    });
    followers.reached(150).await;
    running.stop().await;
    assert!(followers.rows().await.into_iter().eq(1..=150));
    assert!(positions(&one.whole_log().await).into_iter().eq(1..=150));
    Ok(())
}

pub(crate) async fn stopped_killed_and_cut_off_again_and_again_it_applies_each_event_once<S: Store>() -> Told {
    needs::<S>(&[Power::Followers])?;
    let store = S::open().await;
    let node = store.node().await;
    let followers = store.followers().await;
    let mut chance = super::Chance::new(7);
    for round in 0..12 {
        let running = followers.start().await;
        let until = followers.position().await + 1 + chance.below(30).cast_signed();
        for n in 0..40 {
            node.append(Ask::new(&format!("inquiry-{n}"), round, &["1"])).await.unwrap();
        }
        // Somewhere in the middle of them.
        followers.reached(until).await;
        match round % 3 {
            0 => running.stop().await,
            1 => running.die().await,
            _ => {
                if S::lacks(Power::Connections).is_none() {
                    followers.kill_connections().await;
                }
                running.die().await;
            }
        }
    }
    let running = followers.start().await;
    followers.reached(480).await;
    running.stop().await;
    assert!(followers.rows().await.into_iter().eq(1..=480));
    Ok(())
}

pub(crate) async fn killed_with_kill_9_at_random_points_its_rows_are_a_fold_of_the_log<S: Store>() -> Told {
    needs::<S>(&[Power::Followers, Power::Processes])?;
    let store = S::open().await;
    let node = store.node().await;
    let followers = store.followers().await;
    let mut chance = super::Chance::new(9);
    for round in 0..8 {
        let running = followers.start_process().await;
        let until = followers.position().await + 1 + chance.below(50).cast_signed();
        for n in 0..60 {
            node.append(Ask::new(&format!("inquiry-{n}"), round, &["1"])).await.unwrap();
        }
        followers.reached(until).await;
        tokio::time::sleep(Duration::from_millis(chance.below(15))).await;
        running.die().await;
    }
    let running = followers.start().await;
    followers.reached(480).await;
    running.stop().await;
    assert_eq!(followers.rows().await, positions(&node.whole_log().await));
    Ok(())
}

pub(crate) async fn an_owner_that_wakes_late_is_fenced_off<S: Store>() -> Told {
    needs::<S>(&[Power::Followers])?;
    let store = S::open().await;
    let node = store.node().await;
    write::<S>(&node, 5).await;
    let followers = store.followers().await;
    let late = followers.start_sleepy().await;
    late.asleep().await;
    let second = followers.start().await;
    followers.reached(5).await;
    late.wake();
    write::<S>(&node, 5).await;
    followers.reached(10).await;
    assert!(followers.rows().await.into_iter().eq(1..=10));
    late.stop().await;
    second.stop().await;
    assert_eq!(followers.rows().await.len(), 10);
    Ok(())
}

pub(crate) async fn while_somebody_else_has_the_lease_nothing_is_applied<S: Store>() -> Told {
    needs::<S>(&[Power::Followers])?;
    let store = S::open().await;
    let node = store.node().await;
    write::<S>(&node, 2).await;
    let followers = store.followers().await;
    let running = followers.start().await;
    followers.reached(2).await;
    followers.taken_over().await;
    write::<S>(&node, 2).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!((followers.rows().await, followers.position().await), (vec![1, 2], 2));
    running.stop().await;
    Ok(())
}

pub(crate) async fn two_owners_at_once_apply_each_event_once<S: Store>() -> Told {
    needs::<S>(&[Power::Followers])?;
    let store = S::open().await;
    let node = store.node().await;
    let followers = store.followers().await;
    let (one, two) = (followers.start().await, followers.start().await);
    write::<S>(&node, 60).await;
    followers.reached(60).await;
    one.stop().await;
    write::<S>(&node, 20).await;
    followers.reached(80).await;
    two.stop().await;
    assert!(followers.rows().await.into_iter().eq(1..=80));
    Ok(())
}

pub(crate) async fn when_an_owner_dies_another_goes_on_within_seconds<S: Store>() -> Told {
    needs::<S>(&[Power::Followers])?;
    let store = S::open().await;
    let node = store.node().await;
    let followers = store.followers().await;
    let first = followers.start().await;
    write::<S>(&node, 5).await;
    followers.reached(5).await;
    let waiting = followers.start().await;
    first.die().await;
    let since = std::time::Instant::now();
    write::<S>(&node, 5).await;
    followers.reached(10).await;
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    waiting.stop().await;
    assert!(followers.rows().await.into_iter().eq(1..=10));
    Ok(())
}

pub(crate) async fn without_the_connection_that_hears_of_events_polling_goes_on<S: Store>() -> Told {
    needs::<S>(&[Power::Followers, Power::Nodes, Power::Listening])?;
    let store = S::open().await;
    // What this one writes the followers' program can only hear of, or look for.
    let other = store.node().await;
    let followers = store.followers().await;
    let running = followers.start().await;
    for round in 0..4 {
        followers.kill_listeners().await;
        write::<S>(&other, 5).await;
        followers.reached((round + 1) * 5).await;
    }
    running.stop().await;
    assert!(followers.rows().await.into_iter().eq(1..=20));
    Ok(())
}

/// Positions 1 to 6, of which 3 is poison; 5 follows it in its stream.
async fn poisoned<S: Store>() -> (S::Node, S::Followers, <S::Followers as Followers>::Running, S) {
    let store = S::open().await;
    let node = store.node().await;
    let told =
        [("a-1", 0, "1"), ("b-1", 0, "2"), ("a-1", 1, "\"poison\""), ("b-1", 1, "4"), ("a-1", 2, "5"), ("c-1", 0, "6")];
    for (stream, expected, payload) in told {
        node.append(Ask::new(stream, expected, &[payload])).await.unwrap();
    }
    let followers = store.followers().await;
    let running = followers.start_choking().await;
    followers.reached(6).await;
    (node, followers, running, store)
}

pub(crate) async fn poison_is_parked_with_its_stream_and_the_others_go_on<S: Store>() -> Told {
    needs::<S>(&[Power::Followers, Power::Parking])?;
    let (node, followers, running, _store) = poisoned::<S>().await;
    assert_eq!((followers.rows().await, followers.parked().await), (vec![1, 2, 4, 6], vec![3, 5]));
    node.append(Ask::new("a-1", 3, &["7"])).await.unwrap();
    node.append(Ask::new("b-1", 2, &["8"])).await.unwrap();
    followers.reached(8).await;
    assert_eq!((followers.rows().await, followers.parked().await), (vec![1, 2, 4, 6, 8], vec![3, 5, 7]));
    running.stop().await;
    Ok(())
}

pub(crate) async fn what_was_parked_keeps_its_order_when_it_is_tried_again<S: Store>() -> Told {
    needs::<S>(&[Power::Followers, Power::Parking])?;
    let (node, followers, running, _store) = poisoned::<S>().await;
    followers.retry(true).await;
    assert_eq!((followers.rows().await, followers.parked().await), (vec![1, 2, 4, 6], vec![3, 5]));
    running.stop().await;
    followers.retry(false).await;
    assert_eq!((followers.rows().await, followers.parked().await), (vec![1, 2, 4, 6, 3, 5], vec![]));
    // The stream goes on as any other.
    let running = followers.start().await;
    node.append(Ask::new("a-1", 3, &["7"])).await.unwrap();
    followers.reached(7).await;
    running.stop().await;
    assert_eq!((followers.rows().await, followers.parked().await), (vec![1, 2, 4, 6, 3, 5, 7], vec![]));
    Ok(())
}

pub(crate) async fn a_follower_whom_little_concerns_writes_its_place_rarely<S: Store>() -> Told {
    needs::<S>(&[Power::Followers, Power::Sparing])?;
    let store = S::open().await;
    let node = store.node().await;
    let followers = store.followers().await;
    let running = followers.start_sparse().await;
    for n in 0..300 {
        node.append(Ask::new("other-1", n, &["1"])).await.unwrap();
        if n % 100 == 50 {
            node.append(Ask::new(&format!("mine-{n}"), 0, &["1"])).await.unwrap();
        }
    }
    let last = node.append(Ask::new("mine-1", 0, &["1"])).await.unwrap().position.unwrap();
    followers.reached(last).await;
    running.stop().await;
    assert_eq!(followers.rows().await, [52, 153, 254, 304]);
    let writes = followers.place_writes().await;
    assert!(writes <= 30, "its place was written {writes} times for four events of its own among 304");
    Ok(())
}
