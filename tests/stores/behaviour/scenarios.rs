//! The scenarios, each one sentence, and what came of them on each store.
//!
//! A scenario is run once in a process for each store, by whoever asks first: its own test, or the page.

pub(crate) mod append;
pub(crate) mod follow;
pub(crate) mod integrity;
pub(crate) mod order;

use std::collections::HashMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use crate::store::{Ask, CannotExpress, Done, Kept, No, Node, Store, Told, When};

/// What came of a scenario on a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passes,
    /// With what it said.
    Fails(String),
    /// With the reason.
    CannotExpress(String),
}

/// One scenario on one store.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub(crate) scenario: &'static str,
    pub(crate) store: &'static str,
    run: fn() -> Told,
}

impl Run {
    /// Runs it, unless that was done before in this process.
    pub(crate) fn outcome(self) -> Outcome {
        type Outcomes = HashMap<(&'static str, &'static str), Arc<OnceLock<Outcome>>>;
        static OUTCOMES: OnceLock<Mutex<Outcomes>> = OnceLock::new();
        let cell = OUTCOMES
            .get_or_init(Mutex::default)
            .lock()
            .unwrap()
            .entry((self.store, self.scenario))
            .or_default()
            .clone();
        cell.get_or_init(|| match catch_unwind(AssertUnwindSafe(self.run)) {
            Ok(Ok(())) => Outcome::Passes,
            Ok(Err(CannotExpress(why))) => Outcome::CannotExpress(why.to_owned()),
            Err(panic) => Outcome::Fails(said(&*panic)),
        })
        .clone()
    }

    /// Fails unless it passes, or the store cannot express it.
    pub(crate) fn test(self) {
        if let Outcome::Fails(why) = self.outcome() {
            panic!("on {}: {}: {why}", self.store, self.scenario);
        }
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").to_owned()
}

/// Two threads, as a program on a small machine has; more than one, so that races can happen.
fn on_a_runtime<F: Future<Output = Told>>(scenario: F) -> Told {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let told = runtime.block_on(scenario);
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    told
}

macro_rules! scenarios {
    ($($group:ident { $($name:ident)* })*) => {
        /// The groups with their scenarios, in the order of the page, on one store.
        pub(crate) fn all<S: Store>() -> Vec<(&'static str, Vec<Run>)> {
            vec![$((stringify!($group), vec![$(
                Run { scenario: stringify!($name), store: S::NAME, run: || on_a_runtime($group::$name::<S>()) }
            ),*])),*]
        }

        mod on_our_store {
            $(mod $group { $(
                #[test]
                fn $name() { super::super::one::<crate::ours::Ours>(stringify!($group), stringify!($name)).test(); }
            )* })*
        }

        mod on_the_model {
            $(mod $group { $(
                #[test]
                fn $name() { super::super::one::<crate::model::Model>(stringify!($group), stringify!($name)).test(); }
            )* })*
        }
    };
}

fn one<S: Store>(group: &str, name: &str) -> Run {
    let groups = all::<S>();
    let found =
        groups.iter().filter(|(of, _)| *of == group).flat_map(|(_, runs)| runs).find(|run| run.scenario == name);
    *found.expect("a scenario of the list")
}

scenarios! {
    append {
        versions_are_dense_and_the_answer_tells_them
        an_expected_version_too_low_is_refused_and_nothing_is_written
        an_expected_version_too_high_is_refused_and_nothing_is_written
        of_two_who_create_a_stream_at_once_one_wins
        twenty_at_once_who_do_not_care_for_the_version_all_land
        an_append_without_events_leaves_no_trace
        two_and_a_half_thousand_events_ride_in_one_append
        an_append_over_several_streams_is_all_or_nothing
        the_same_command_id_again_is_answered_with_the_first_result
        another_program_answers_a_repeated_command_id_too
        the_same_command_id_on_another_stream_is_refused
        the_same_command_id_with_other_content_is_refused
        a_command_asked_ten_times_at_once_is_recorded_once
        a_command_asked_at_once_through_two_programs_is_recorded_once
        a_conflict_hurts_none_of_those_who_ride_in_the_same_block
        several_appends_to_one_stream_may_ride_in_one_block_in_order
        unicode_quotes_and_backslashes_come_back_as_they_were_given
        the_character_u_0000_is_kept_or_cleanly_refused
        two_to_the_63rd_comes_back_as_it_was_given
        a_payload_a_thousand_levels_deep_comes_back_as_it_was_given
        every_byte_of_a_payload_comes_back_as_it_was_given
        a_closed_stream_takes_nothing_more
        who_is_slower_than_the_closing_is_decided_again_and_refused
        a_request_that_did_not_arrive_whole_is_right_when_it_is_asked_again
        killed_between_the_writing_and_the_answer_a_retry_is_right
        when_the_answer_to_a_commit_is_lost_another_program_settles_it
        when_a_block_fails_its_members_are_tried_one_by_one
        a_key_is_claimed_once
        of_those_who_claim_a_key_at_once_one_wins
        sixteen_who_take_numbers_leave_no_gap_and_no_double
        a_refused_append_takes_no_number_and_no_key
    }
    order {
        a_slow_transaction_s_event_arrives_exactly_once
        of_several_slow_ones_that_which_fails_leaves_no_gap
        under_sixteen_writers_every_stream_keeps_its_order
        positions_are_contiguous_from_1
        what_is_refused_leaves_no_gap
        what_stands_at_a_position_stands_there_for_ever
        an_event_appended_after_another_was_read_stands_behind_it
        two_programs_in_turn_write_one_log
        of_two_programs_that_write_one_is_killed_and_nothing_is_lost_or_doubled
        killed_connections_lose_and_double_nothing
        a_server_that_is_killed_has_all_that_was_acknowledged
        a_long_write_transaction_in_another_database_stops_nothing
        dumped_and_restored_elsewhere_it_goes_on
    }
    follow {
        a_follower_begins_at_the_start
        a_follower_begins_at_a_given_position
        history_and_then_what_comes_is_followed_without_gap_or_double
        stopped_killed_and_cut_off_again_and_again_it_applies_each_event_once
        killed_with_kill_9_at_random_points_its_rows_are_a_fold_of_the_log
        an_owner_that_wakes_late_is_fenced_off
        while_somebody_else_has_the_lease_nothing_is_applied
        two_owners_at_once_apply_each_event_once
        when_an_owner_dies_another_goes_on_within_seconds
        poison_is_parked_with_its_stream_and_the_others_go_on
        what_was_parked_keeps_its_order_when_it_is_tried_again
        without_the_connection_that_hears_of_events_polling_goes_on
        a_follower_whom_little_concerns_writes_its_place_rarely
    }
    integrity {
        one_byte_of_a_payload_is_named
        one_letter_of_the_metadata_is_named
        another_version_is_named
        two_events_that_changed_places_are_named
        an_event_that_was_put_in_is_named
        a_tail_that_was_taken_away_is_missed
        a_rewritten_tail_is_caught_by_the_signed_head_kept_outside
    }
}

/// The groups' source, for the test that nothing written is left out of the list.
pub(crate) const SOURCES: [(&str, &str); 4] = [
    ("append", include_str!("scenarios/append.rs")),
    ("order", include_str!("scenarios/order.rs")),
    ("follow", include_str!("scenarios/follow.rs")),
    ("integrity", include_str!("scenarios/integrity.rs")),
];

/// Runs all at once, each a task of its own, and hands back their results in order.
pub(crate) async fn together<T: Send + 'static>(
    all: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = all.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::new();
    for task in tasks {
        match task.await {
            Ok(result) => results.push(result),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    results
}

/// Appends one event at whatever version the stream has.
pub(crate) async fn blindly<N: Node>(node: &N, stream: &str, payload: &str) -> Done {
    loop {
        let expected = node.version(stream).await;
        match node.append(Ask::new(stream, expected, &[payload])).await {
            Err(No::Conflict) => {}
            answer => return answer.unwrap(),
        }
    }
}

pub(crate) fn payloads(kept: &[Kept]) -> Vec<&str> {
    kept.iter().map(|event| event.payload.as_str()).collect()
}

pub(crate) fn positions(kept: &[Kept]) -> Vec<i64> {
    kept.iter().map(|event| event.position.unwrap()).collect()
}

/// The three moments in turn.
pub(crate) fn moment(round: usize) -> When {
    [When::After, When::Halfway, When::Before][round % 3]
}

/// Somebody who reads the log by position all the time, while it is written.
pub(crate) struct Reader {
    looks: Arc<AtomicU64>,
    done: Arc<AtomicBool>,
    seen: Arc<AtomicU64>,
    reading: tokio::task::JoinHandle<Vec<Kept>>,
}

impl Reader {
    pub(crate) fn start<N: Node>(node: N) -> Self {
        let (looks, done, seen) =
            (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let (looked, told, read) = (looks.clone(), done.clone(), seen.clone());
        let reading = tokio::spawn(async move {
            let mut all: Vec<Kept> = Vec::new();
            while !told.load(Ordering::SeqCst) {
                all.extend(node.log(all.last().and_then(|event| event.position).unwrap_or(0), 3).await);
                read.store(all.len() as u64, Ordering::SeqCst);
                looked.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
            }
            all
        });
        Self { looks, done, seen, reading }
    }

    /// Waits until it has looked so many times more.
    pub(crate) async fn looks(&self, times: u64) {
        let from = self.looks.load(Ordering::SeqCst);
        while self.looks.load(Ordering::SeqCst) < from + times {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }

    /// All that it has read, once that is so many events.
    pub(crate) async fn stop_after(self, events: u64) -> Vec<Kept> {
        let since = std::time::Instant::now();
        while self.seen.load(Ordering::SeqCst) < events && since.elapsed().as_secs() < 20 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        self.done.store(true, Ordering::SeqCst);
        self.reading.await.unwrap()
    }
}

/// Numbers that look random and are the same in every run (SplitMix64).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}
