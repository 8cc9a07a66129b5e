//! Appending: versions, conflicts, repeats, exact bytes, claims and numbers.

use serde_json::json;

use super::{blindly, payloads, together};
use crate::store::{Ask, Command, Done, No, Node as _, Power, Store, Told, When, needs};

pub(crate) async fn versions_are_dense_and_the_answer_tells_them<S: Store>() -> Told {
    let store = S::open().await;
    let node = store.node().await;
    let first = node.append(Ask::new("inquiry-1", 0, &["1", "2"])).await.unwrap();
    let second = node.append(Ask::new("inquiry-1", 2, &["3"])).await.unwrap();
    assert_eq!((first.version, second.version, second.repeated), (2, 3, false));
    let kept = node.stream("inquiry-1").await.unwrap();
    assert!(kept.iter().map(|event| event.version).eq(1..=3), "{kept:?}");
    assert_eq!(payloads(&kept), ["1", "2", "3"]);
    assert_eq!(node.stream("inquiry-2").await.unwrap(), [], "a stream nobody wrote to is empty");
    Ok(())
}

pub(crate) async fn an_expected_version_too_low_is_refused_and_nothing_is_written<S: Store>() -> Told {
    wrong_versions::<S>(&[0, 1]).await
}

pub(crate) async fn an_expected_version_too_high_is_refused_and_nothing_is_written<S: Store>() -> Told {
    wrong_versions::<S>(&[3, 4_000_000_000]).await
}

async fn wrong_versions<S: Store>(wrong: &[u64]) -> Told {
    let store = S::open().await;
    let node = store.node().await;
    node.append(Ask::new("inquiry-1", 0, &["1", "2"])).await.unwrap();
    for expected in wrong {
        let answer = node.append(Ask::new("inquiry-1", *expected, &["3"])).await;
        assert!(answer == Err(No::Conflict), "a stream at version 2 took an append that expected {expected}");
        if *expected > 2 {
            let answer = node.append(Ask::new("inquiry-2", *expected, &["1"])).await;
            assert!(
                answer == Err(No::Conflict),
                "a stream that does not exist took an append that expected {expected}"
            );
        }
    }
    assert_eq!(payloads(&node.stream("inquiry-1").await.unwrap()), ["1", "2"]);
    assert_eq!(node.stream("inquiry-2").await.unwrap(), []);
    Ok(())
}

pub(crate) async fn of_two_who_create_a_stream_at_once_one_wins<S: Store>() -> Told {
    let store = S::open().await;
    let (one, two) =
        (store.node().await, if S::lacks(Power::Nodes).is_some() { None } else { Some(store.node().await) });
    let two = two.unwrap_or_else(|| one.clone());
    for round in 0..20 {
        let name = format!("inquiry-{round}");
        let (a, b) = tokio::join!(one.append(Ask::new(&name, 0, &["1"])), two.append(Ask::new(&name, 0, &["2"])));
        let refused = [&a, &b].into_iter().filter(|answer| answer.is_err()).count();
        assert!(refused == 1, "{refused} of two who created one stream at once were refused");
        let lost = if a.is_ok() { b } else { a };
        assert_eq!(lost, Err(No::Conflict));
        assert_eq!(one.stream(&name).await.unwrap().len(), 1);
    }
    Ok(())
}

pub(crate) async fn twenty_at_once_who_do_not_care_for_the_version_all_land<S: Store>() -> Told {
    let store = S::open().await;
    let node = store.node().await;
    // All have looked before the first one writes.
    let looked = std::sync::Arc::new(tokio::sync::Barrier::new(20));
    let writing = |n: u32| {
        let (node, looked) = (node.clone(), looked.clone());
        async move {
            let mut expected = node.version("inquiry-1").await;
            looked.wait().await;
            while let Err(no) = node.append(Ask::new("inquiry-1", expected, &[&n.to_string()])).await {
                assert_eq!(no, No::Conflict);
                expected = node.version("inquiry-1").await;
            }
        }
    };
    together((0..20).map(writing)).await;
    let kept = node.stream("inquiry-1").await.unwrap();
    assert!(
        kept.iter().map(|event| event.version).eq(1..=20),
        "20 appends that were taken do not make versions 1 to 20"
    );
    let mut numbers: Vec<u32> = kept.iter().map(|event| event.payload.parse().unwrap()).collect();
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(0..20), "{numbers:?}");
    Ok(())
}

pub(crate) async fn an_append_without_events_leaves_no_trace<S: Store>() -> Told {
    let store = S::open().await;
    let node = store.node().await;
    node.append(Ask::new("inquiry-1", 0, &["1"])).await.unwrap();
    let empty = Ask::new("inquiry-1", 1, &[]);
    assert_eq!(node.append(empty.clone()).await.unwrap().version, 1);
    assert_eq!(node.stream("inquiry-1").await.unwrap().len(), 1);
    // Its command id is still free.
    let used = Ask { command: empty.command, ..Ask::new("inquiry-1", 1, &["2"]) };
    assert_eq!(node.append(used).await.unwrap().version, 2);
    Ok(())
}

pub(crate) async fn two_and_a_half_thousand_events_ride_in_one_append<S: Store>() -> Told {
    let store = S::open().await;
    let node = store.node().await;
    let given: Vec<String> = (1..=2500).map(|n| format!("{{\"n\":{n}}}")).collect();
    let texts: Vec<&str> = given.iter().map(String::as_str).collect();
    assert_eq!(node.append(Ask::new("inquiry-1", 0, &texts)).await.unwrap().version, 2500);
    let kept = node.stream("inquiry-1").await.unwrap();
    assert_eq!(payloads(&kept), texts);
    assert!(kept.iter().map(|event| event.version).eq(1..=2500));
    Ok(())
}

pub(crate) async fn an_append_over_several_streams_is_all_or_nothing<S: Store>() -> Told {
    needs::<S>(&[Power::SeveralStreams])?;
    let store = S::open().await;
    let node = store.node().await;
    node.append(Ask::new("inquiry-2", 0, &["1"])).await.unwrap();
    let asked = |second, looked_at| {
        Ask::new("inquiry-1", 0, &["1"]).and("inquiry-2", second, &["2"]).and("inquiry-3", 0, &["3"]).and(
            "inquiry-4",
            looked_at,
            &[],
        )
    };
    assert_eq!(node.append(asked(0, 0)).await, Err(No::Conflict));
    assert_eq!(node.append(asked(1, 1)).await, Err(No::Conflict), "a stream that is only looked at counts too");
    for (stream, events) in [("inquiry-1", 0), ("inquiry-2", 1), ("inquiry-3", 0)] {
        assert_eq!(node.stream(stream).await.unwrap().len(), events, "{stream}");
    }
    assert_eq!(node.append(asked(1, 0)).await.unwrap().version, 1);
    for (stream, events) in [("inquiry-1", 1), ("inquiry-2", 2), ("inquiry-3", 1), ("inquiry-4", 0)] {
        assert_eq!(node.stream(stream).await.unwrap().len(), events, "{stream}");
    }
    Ok(())
}

pub(crate) async fn the_same_command_id_again_is_answered_with_the_first_result<S: Store>() -> Told {
    needs::<S>(&[Power::Commands])?;
    let store = S::open().await;
    let node = store.node().await;
    let asked = Ask::new("inquiry-1", 0, &["1", "2"]);
    let first = node.append(asked.clone()).await.unwrap();
    node.append(Ask::new("inquiry-1", 2, &["3"])).await.unwrap();
    let again = node.append(asked.clone()).await.unwrap();
    assert_eq!(again, Done { repeated: true, ..first.clone() });
    // Asked at the version of now, it is the same question still.
    let mut later = asked;
    later.writes[0].1 = 3;
    assert_eq!(node.append(later).await.unwrap(), again);
    assert_eq!(node.stream("inquiry-1").await.unwrap().len(), 3);
    Ok(())
}

pub(crate) async fn another_program_answers_a_repeated_command_id_too<S: Store>() -> Told {
    needs::<S>(&[Power::Commands, Power::Nodes])?;
    let store = S::open().await;
    let (one, two) = (store.node().await, store.node().await);
    let mut asked = Vec::new();
    for n in 0..10 {
        let (here, there) = if n % 2 == 0 { (&one, &two) } else { (&two, &one) };
        let ask = Ask::new("inquiry-1", n, &["1"]);
        let first = here.append(ask.clone()).await.unwrap();
        assert_eq!(there.append(ask.clone()).await.unwrap(), Done { repeated: true, ..first.clone() });
        asked.push((ask, first));
    }
    for (ask, first) in asked {
        assert_eq!(one.append(ask.clone()).await.unwrap(), Done { repeated: true, ..first.clone() });
        assert_eq!(two.append(ask).await.unwrap(), Done { repeated: true, ..first });
    }
    assert_eq!(one.stream("inquiry-1").await.unwrap().len(), 10);
    Ok(())
}

pub(crate) async fn the_same_command_id_on_another_stream_is_refused<S: Store>() -> Told {
    reused::<S>(|ask| ask.writes[0].0 = "inquiry-2".to_owned()).await
}

pub(crate) async fn the_same_command_id_with_other_content_is_refused<S: Store>() -> Told {
    reused::<S>(|ask| ask.writes[0].2[0] = "2".to_owned()).await
}

async fn reused<S: Store>(change: impl Fn(&mut Ask)) -> Told {
    needs::<S>(&[Power::Commands])?;
    let store = S::open().await;
    let node = store.node().await;
    let asked = Ask::new("inquiry-1", 0, &["1"]);
    let mut other = asked.clone();
    change(&mut other);
    // At once, so that both may ride in one block, and afterwards.
    let (first, second) = tokio::join!(node.append(asked.clone()), node.append(other.clone()));
    assert!(
        matches!((&first, &second), (Ok(_), Err(No::Reused)) | (Err(No::Reused), Ok(_))),
        "{first:?} and {second:?}"
    );
    let (stands, refused) = if first.is_ok() { (asked, other) } else { (other, asked) };
    assert_eq!(node.append(refused).await, Err(No::Reused));
    assert!(node.append(stands).await.unwrap().repeated);
    let events = node.stream("inquiry-1").await.unwrap().len() + node.stream("inquiry-2").await.unwrap().len();
    assert_eq!(events, 1);
    Ok(())
}

pub(crate) async fn a_command_asked_ten_times_at_once_is_recorded_once<S: Store>() -> Told {
    needs::<S>(&[Power::Commands])?;
    let store = S::open().await;
    let node = store.node().await;
    for round in 0..20 {
        let asked = Ask::new(&format!("inquiry-{round}"), 0, &["1"]);
        let answers = together((0..10).map(|_| {
            let (node, asked) = (node.clone(), asked.clone());
            async move { node.append(asked).await.unwrap() }
        }))
        .await;
        assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|answer| answer.version == 1 && answer.position == answers[0].position));
    }
    assert_eq!(node.stream("inquiry-0").await.unwrap().len(), 1);
    Ok(())
}

pub(crate) async fn a_command_asked_at_once_through_two_programs_is_recorded_once<S: Store>() -> Told {
    needs::<S>(&[Power::Commands, Power::Nodes])?;
    let store = S::open().await;
    let nodes = [store.node().await, store.node().await];
    for round in 0..20 {
        let asked = Ask::new(&format!("inquiry-{round}"), 0, &["1"]);
        let answers = together((0..10).map(|n| {
            let (node, asked) = (nodes[n % 2].clone(), asked.clone());
            async move { node.append(asked).await.unwrap() }
        }))
        .await;
        assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|answer| answer.version == 1 && answer.position == answers[0].position));
        assert_eq!(nodes[0].stream(&format!("inquiry-{round}")).await.unwrap().len(), 1);
    }
    Ok(())
}

pub(crate) async fn a_conflict_hurts_none_of_those_who_ride_in_the_same_block<S: Store>() -> Told {
    needs::<S>(&[Power::Blocks])?;
    let store = S::open().await;
    let node = store.node().await;
    for round in 0..10 {
        let name = |n: usize| format!("inquiry-{round}-{n}");
        // Every third expects a version that is not there.
        let answers = together((0..12_usize).map(|n| {
            let (node, ask) = (node.clone(), Ask::new(&name(n), u64::from(n % 3 == 1), &["1"]));
            async move { node.append(ask).await }
        }))
        .await;
        for (n, answer) in answers.iter().enumerate() {
            let stands = node.stream(&name(n)).await.unwrap().len();
            match answer {
                Ok(done) => assert_eq!((n % 3 == 1, done.version, stands), (false, 1, 1)),
                Err(no) => assert_eq!((n % 3 == 1, no, stands), (true, &No::Conflict, 0)),
            }
        }
    }
    Ok(())
}

pub(crate) async fn several_appends_to_one_stream_may_ride_in_one_block_in_order<S: Store>() -> Told {
    needs::<S>(&[Power::Blocks])?;
    let store = S::open().await;
    let node = store.node().await;
    // Each expects what the one before it leaves; they are sent at once and in order.
    let mut landed = 0;
    while landed < 40 {
        let from = node.version("inquiry-1").await;
        let answers = together((0..10).map(|n| {
            let (node, ask) = (node.clone(), Ask::new("inquiry-1", from + n, &[&(from + n).to_string()]));
            async move { node.append(ask).await }
        }))
        .await;
        for (n, answer) in (0..).zip(&answers) {
            match answer {
                Ok(done) => assert_eq!(done.version, from + n + 1),
                Err(no) => assert_eq!(no, &No::Conflict),
            }
        }
        landed += answers.iter().filter(|answer| answer.is_ok()).count();
    }
    let kept = node.stream("inquiry-1").await.unwrap();
    assert_eq!(kept.len(), landed);
    assert!(
        kept.iter().zip(0..).all(|(event, n)| event.version == n + 1 && event.payload == n.to_string()),
        "{kept:?}"
    );
    Ok(())
}

pub(crate) async fn unicode_quotes_and_backslashes_come_back_as_they_were_given<S: Store>() -> Told {
    comes_back::<S>(&[
        "\"Ә Ғ Қ Ң Ө Ұ Ү Һ І «М.» № 🦅\"",
        "\"e\u{301} ≠ é, \u{202e}rtl, \u{feff}bom, \u{10ffff}\"",
        r#""' '' \" \\ \\\\ $1 %s $$ ; DROP TABLE events; --""#,
        r#"{"\"":"\\","\\n":"\n\t\r"}"#,
    ])
    .await
}

pub(crate) async fn two_to_the_63rd_comes_back_as_it_was_given<S: Store>() -> Told {
    comes_back::<S>(&["9223372036854775807", "9223372036854775808", "18446744073709551615", "-9223372036854775808"])
        .await
}

pub(crate) async fn a_payload_a_thousand_levels_deep_comes_back_as_it_was_given<S: Store>() -> Told {
    let deep = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
    comes_back::<S>(&[&deep]).await
}

async fn comes_back<S: Store>(given: &[&str]) -> Told {
    let store = S::open().await;
    let node = store.node().await;
    node.append(Ask::new("inquiry-1", 0, given)).await.unwrap();
    // A task of its own: a store may panic on what it cannot read.
    let kept = tokio::spawn(async move { node.stream("inquiry-1").await }).await;
    let Ok(Ok(kept)) = kept else { panic!("what was recorded cannot be read back") };
    assert_eq!(payloads(&kept), given);
    Ok(())
}

pub(crate) async fn every_byte_of_a_payload_comes_back_as_it_was_given<S: Store>() -> Told {
    needs::<S>(&[Power::Bytes])?;
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    comes_back::<S>(&[
        r#"{"b": 1, "a":2, "n":1.00, "a":3}"#,
        " {\"spaces\" :\t[ ] }\r\n",
        "-9223372036854775809",
        "1e400",
        r#""\ud83e\udd85 \u0001 \\u0000""#,
        "null",
        &deep,
    ])
    .await
}

pub(crate) async fn the_character_u_0000_is_kept_or_cleanly_refused<S: Store>() -> Told {
    let store = S::open().await;
    let node = store.node().await;
    let poison = r#""a\u0000b""#;
    let (refused, neighbour) = tokio::join!(
        node.append(Ask::new("inquiry-1", 0, &["1", poison])),
        node.append(Ask::new("inquiry-2", 0, &["1"]))
    );
    assert_eq!(neighbour.unwrap().version, 1, "a neighbour is not hurt");
    let kept = node.stream("inquiry-1").await.unwrap();
    match refused {
        Ok(_) => assert_eq!(payloads(&kept), ["1", poison]),
        Err(No::Never | No::Failed(_)) => assert_eq!(kept, [], "nothing of a refused append stands"),
        Err(no) => panic!("what can never be recorded is told as something else: {no:?}"),
    }
    assert!(node.append(Ask::new("inquiry-2", 1, &["2"])).await.is_ok());
    Ok(())
}

pub(crate) async fn a_closed_stream_takes_nothing_more<S: Store>() -> Told {
    let store = S::open().await;
    let node = store.node().await;
    node.execute("notebook-1", Command::Note(json!(1))).await.unwrap();
    node.execute("notebook-1", Command::Close).await.unwrap();
    assert_eq!(node.execute("notebook-1", Command::Note(json!(2))).await, Err(No::Refused));
    assert_eq!(node.execute("notebook-1", Command::Close).await, Err(No::Refused));
    assert_eq!(node.stream("notebook-1").await.unwrap().len(), 2);
    Ok(())
}

pub(crate) async fn who_is_slower_than_the_closing_is_decided_again_and_refused<S: Store>() -> Told {
    needs::<S>(&[Power::Nodes])?;
    let store = S::open().await;
    let nodes = [store.node().await, store.node().await];
    for round in 0..10 {
        let name = format!("notebook-{round}");
        let answers = together((0..8).map(|n| {
            let (node, name) = (nodes[n % 2].clone(), name.clone());
            async move {
                // One closes, seven note; cqrs-es's framework leaves trying again to its caller.
                let command = if n == 3 { Command::Close } else { Command::Note(json!(n)) };
                loop {
                    match node.execute(&name, command.clone()).await {
                        Err(No::Conflict) => {}
                        answer => return answer,
                    }
                }
            }
        }))
        .await;
        assert_eq!(answers[3], Ok(()));
        let kept = nodes[0].stream(&name).await.unwrap();
        assert_eq!(kept.last().unwrap().payload, "\"closed\"", "nothing comes after the closing");
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), kept.len());
        assert!(answers.iter().all(|answer| matches!(answer, Ok(()) | Err(No::Refused))), "{answers:?}");
    }
    Ok(())
}

pub(crate) async fn when_a_block_fails_its_members_are_tried_one_by_one<S: Store>() -> Told {
    needs::<S>(&[Power::Blocks, Power::Transactions])?;
    let store = S::open().await;
    let node = store.node().await;
    let heal = store.slow_down().await;
    heal();
    let answers = together((0..9).map(|n| {
        let (node, payload) = (node.clone(), if n == 4 { "\"doomed\"" } else { "\"well\"" });
        async move { node.append(Ask::new(&format!("inquiry-{n}"), 0, &[payload])).await }
    }))
    .await;
    for (n, answer) in answers.iter().enumerate() {
        let stands = node.stream(&format!("inquiry-{n}")).await.unwrap().len();
        if n == 4 {
            assert!(matches!(answer, Err(No::Failed(_))) && stands == 0, "{answer:?}");
        } else {
            assert!(answer.is_ok() && stands == 1, "{n}: {answer:?}");
        }
    }
    Ok(())
}

pub(crate) async fn a_key_is_claimed_once<S: Store>() -> Told {
    needs::<S>(&[Power::Claims])?;
    let store = S::open().await;
    let node = store.node().await;
    let first = Ask::new("inquiry-1", 0, &["1"]).claiming("ДС-326 | 2023-09-20");
    node.append(first.clone()).await.unwrap();
    let second = Ask::new("inquiry-2", 0, &["1"]).claiming("ДС-326 | 2023-09-20");
    assert_eq!(node.append(second).await, Err(No::Claimed));
    assert!(node.append(first).await.unwrap().repeated, "the owner's own repeat is no clash");
    assert_eq!(node.stream("inquiry-2").await.unwrap(), []);
    Ok(())
}

pub(crate) async fn of_those_who_claim_a_key_at_once_one_wins<S: Store>() -> Told {
    needs::<S>(&[Power::Claims, Power::Nodes])?;
    let store = S::open().await;
    let nodes = [store.node().await, store.node().await];
    for round in 0..10 {
        let answers = together((0..6).map(|n| {
            let node = nodes[n % 2].clone();
            let ask = Ask::new(&format!("inquiry-{round}-{n}"), 0, &["1"]).claiming(&format!("ДС-{round}"));
            async move { node.append(ask).await }
        }))
        .await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(No::Claimed))), "{answers:?}");
    }
    Ok(())
}

pub(crate) async fn sixteen_who_take_numbers_leave_no_gap_and_no_double<S: Store>() -> Told {
    needs::<S>(&[Power::Numbers, Power::Nodes])?;
    let store = S::open().await;
    let nodes = [store.node().await, store.node().await];
    let taken = together((0..16).map(|taker| {
        let node = nodes[taker % 2].clone();
        async move {
            let mut taken = Vec::new();
            let mut next = node.next_number("outgoing").await;
            while taken.len() < 10 {
                let name = format!("inquiry-{taker}-{}", taken.len());
                match node.append(Ask::new(&name, 0, &["1"]).taking("outgoing", next)).await {
                    Ok(_) => {
                        taken.push(next);
                        next += 1;
                    }
                    Err(No::NotNext(told)) => next = told,
                    Err(no) => panic!("{no:?}"),
                }
            }
            taken
        }
    }))
    .await;
    let mut all = taken.concat();
    all.sort_unstable();
    assert!(all.iter().copied().eq(1..=160), "{all:?}");
    assert_eq!(nodes[0].next_number("outgoing").await, 161);
    Ok(())
}

pub(crate) async fn a_refused_append_takes_no_number_and_no_key<S: Store>() -> Told {
    needs::<S>(&[Power::Numbers, Power::Claims])?;
    let store = S::open().await;
    let node = store.node().await;
    let refused = Ask::new("inquiry-1", 5, &["1"]).claiming("K").taking("outgoing", 1);
    assert_eq!(node.append(refused).await, Err(No::Conflict));
    let refused = Ask::new("inquiry-1", 0, &["1"]).claiming("K").taking("outgoing", 2);
    assert_eq!(node.append(refused).await, Err(No::NotNext(1)));
    node.append(Ask::new("inquiry-1", 0, &["1"]).claiming("K").taking("outgoing", 1)).await.unwrap();
    let refused = Ask::new("inquiry-2", 0, &["1"]).claiming("K").taking("outgoing", 2);
    assert_eq!(node.append(refused).await, Err(No::Claimed));
    assert_eq!(node.next_number("outgoing").await, 2);
    Ok(())
}

pub(crate) async fn a_request_that_did_not_arrive_whole_is_right_when_it_is_asked_again<S: Store>() -> Told {
    cut_off::<S>(When::Before).await?;
    cut_off::<S>(When::Halfway).await
}

/// The line breaks before the server has all of the request: nothing stands, and the retry makes it stand once.
async fn cut_off<S: Store>(when: When) -> Told {
    needs::<S>(&[Power::Connections])?;
    let store = S::open().await;
    let node = store.node().await;
    node.append(Ask::new("inquiry-1", 0, &["1"])).await.unwrap();
    let (behind, heal) = store.breaking("marked", when).await;
    let asked = Ask::new("inquiry-1", 1, &["\"marked\""]);
    let answer = behind.append(asked.clone()).await;
    assert!(matches!(answer, Err(No::Unknown | No::Failed(_))), "{answer:?}");
    assert_eq!(node.stream("inquiry-1").await.unwrap().len(), 1);
    heal();
    let settled = behind.append(asked.clone()).await.unwrap();
    assert_eq!((settled.version, settled.repeated), (2, false));
    assert_eq!(payloads(&node.stream("inquiry-1").await.unwrap()), ["1", "\"marked\""]);
    if S::lacks(Power::Commands).is_none() {
        assert!(node.append(asked).await.unwrap().repeated);
    }
    Ok(())
}

pub(crate) async fn killed_between_the_writing_and_the_answer_a_retry_is_right<S: Store>() -> Told {
    lost_answer::<S>(false).await
}

pub(crate) async fn when_the_answer_to_a_commit_is_lost_another_program_settles_it<S: Store>() -> Told {
    needs::<S>(&[Power::Commands])?;
    lost_answer::<S>(true).await
}

async fn lost_answer<S: Store>(elsewhere: bool) -> Told {
    needs::<S>(&[Power::Connections])?;
    let store = S::open().await;
    let node = store.node().await;
    node.append(Ask::new("inquiry-1", 0, &["1"])).await.unwrap();
    let (behind, heal) = store.breaking("marked", When::After).await;
    let asked = Ask::new("inquiry-1", 1, &["\"marked\""]);
    let answer = behind.append(asked.clone()).await;
    assert!(matches!(answer, Err(No::Unknown)), "nobody could know, and it was told {answer:?}");
    assert_eq!(node.stream("inquiry-1").await.unwrap().len(), 2, "it stands");
    if elsewhere {
        // Others have gone on in the meantime.
        blindly(&node, "inquiry-1", "3").await;
    } else {
        heal();
    }
    let again = if elsewhere { node.append(asked.clone()).await } else { behind.append(asked.clone()).await };
    assert!(again.is_ok(), "asked again, what stands is refused");
    assert_eq!(again.unwrap().version, 2);
    heal();
    assert_eq!(behind.append(asked).await.unwrap().version, 2, "and so it is told for ever");
    assert_eq!(node.stream("inquiry-1").await.unwrap().len(), if elsewhere { 3 } else { 2 });
    Ok(())
}
