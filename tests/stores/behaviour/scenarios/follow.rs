//! Following: each event has its effect exactly once, whatever crashes.

use std::time::Duration;

use super::{blindly, positions};
use crate::store::{Ask, Followers as _, Node as _, Power, Running as _, Store, Told, needs};

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
