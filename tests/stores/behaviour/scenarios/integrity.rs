//! Nobody changes what stands unseen.

use crate::store::{Found, Power, Store, Tamper, Told, needs};

/// Changes something, and expects the check to name this block and this event.
async fn named<S: Store>(how: Tamper, block: Option<i64>, event: i64) -> Told {
    needs::<S>(&[Power::Verifying])?;
    let store = S::written_for_tampering().await;
    assert_eq!(store.found().await, [], "nothing is found where nothing was changed");
    store.tamper(how).await;
    let found = store.found().await;
    let is_named = |found: &Found| found.event == Some(event) && (block.is_none() || found.block == block);
    assert!(found.iter().any(is_named), "event {event} is not named: {found:?}");
    // What was not touched is not accused.
    let untouched = |found: &Found| {
        found.event.is_some_and(|other| match how {
            Tamper::Payload | Tamper::Actor => other != 3,
            Tamper::Swap => other > 2 && other != 5,
            Tamper::Version => other != 4,
            Tamper::Tail | Tamper::Insert | Tamper::RewrittenTail => other < 5,
        })
    };
    assert!(!found.iter().any(untouched), "{found:?}");
    Ok(())
}

pub(crate) async fn one_byte_of_a_payload_is_named<S: Store>() -> Told {
    named::<S>(Tamper::Payload, Some(2), 3).await
}

pub(crate) async fn one_letter_of_the_metadata_is_named<S: Store>() -> Told {
    named::<S>(Tamper::Actor, Some(2), 3).await
}

pub(crate) async fn another_version_is_named<S: Store>() -> Told {
    named::<S>(Tamper::Version, Some(2), 4).await
}

pub(crate) async fn two_events_that_changed_places_are_named<S: Store>() -> Told {
    named::<S>(Tamper::Swap, Some(1), 1).await?;
    named::<S>(Tamper::Swap, Some(1), 2).await
}

pub(crate) async fn an_event_that_was_put_in_is_named<S: Store>() -> Told {
    named::<S>(Tamper::Insert, None, 7).await
}

pub(crate) async fn a_tail_that_was_taken_away_is_missed<S: Store>() -> Told {
    needs::<S>(&[Power::Verifying])?;
    let store = S::written_for_tampering().await;
    store.tamper(Tamper::Tail).await;
    let found = store.found().await;
    assert!(found.iter().any(|found| found.block == Some(3)), "the block that is gone is not named: {found:?}");
    Ok(())
}

pub(crate) async fn a_rewritten_tail_is_caught_by_the_signed_head_kept_outside<S: Store>() -> Told {
    needs::<S>(&[Power::Verifying, Power::SignedHeads])?;
    let store = S::written_for_tampering().await;
    let head = store.signed_head().await;
    assert_eq!(store.found_against(&head).await, []);
    store.tamper(Tamper::RewrittenTail).await;
    assert_eq!(store.found().await, [], "by itself it is without a fault");
    assert!(!store.found_against(&head).await.is_empty(), "but it is not what was signed");
    Ok(())
}
