//! Versions, conflicts, repeats, exact bytes: what only our journal tells. How any store must behave stands in tests/stores.

use eventstore::{AppendError, Invalid, NewEvent, Settings, StreamWrite};
use jiff::Timestamp;
use uuid::Uuid;

use super::{append, event, office, office_with, stream};

#[tokio::test]
async fn versions_are_dense_and_the_answer_tells_them() {
    let office = office().await;
    let first = office.journal.append(append("inquiry-1", 0, &["1", "2"])).await.unwrap();
    assert_eq!((first.version, first.last_position, first.repeated), (2, 2, false));
    let second = office.journal.append(append("inquiry-1", 2, &["3"])).await.unwrap();
    assert_eq!((second.version, second.last_position), (3, 3));
    let loaded = office.journal.load(&stream("inquiry-1")).await.unwrap();
    let told: Vec<_> = loaded.iter().map(|event| (event.version, event.position, event.payload.as_str())).collect();
    assert_eq!(told, [(1, 1, "1"), (2, 2, "2"), (3, 3, "3")]);
    assert_eq!(loaded, [first.events, second.events].concat());
    assert_eq!(office.journal.head().await.unwrap().position, 3);
    assert_eq!(office.verdict().await, "3 events, 2 blocks: intact");
}

#[tokio::test]
async fn a_version_that_is_too_low_or_too_high_is_refused_and_nothing_is_written() {
    let office = office().await;
    office.journal.append(append("inquiry-1", 0, &["1", "2"])).await.unwrap();
    for wrong in [0, 1, 3, 4_000_000_000] {
        match office.journal.append(append("inquiry-1", wrong, &["3"])).await {
            Err(AppendError::Conflict { expected, actual: 2, stream }) => {
                assert_eq!((expected, stream.as_str()), (wrong, "inquiry-1"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(
        office.journal.append(append("inquiry-2", 1, &["1"])).await,
        Err(AppendError::Conflict { actual: 0, .. })
    ));
    assert_eq!((office.count("events").await, office.count("commands").await), (2, 1));
    assert_eq!(office.verdict().await, "2 events, 1 blocks: intact");
}

#[tokio::test]
async fn an_append_without_events_leaves_no_trace() {
    let office = office().await;
    office.journal.append(append("inquiry-1", 0, &["1"])).await.unwrap();
    let answer = office.journal.append(append("inquiry-1", 1, &[])).await.unwrap();
    assert_eq!((answer.version, answer.last_position, answer.events.len()), (1, 1, 0));
    assert_eq!((office.count("blocks").await, office.count("commands").await), (1, 1));
}

#[tokio::test]
async fn more_than_a_thousand_events_ride_in_one_append() {
    let office = office().await;
    let payloads: Vec<String> = (1..=2500).map(|n| format!("{{\"n\":{n}}}")).collect();
    let payloads: Vec<&str> = payloads.iter().map(String::as_str).collect();
    let answer = office.journal.append(append("inquiry-1", 0, &payloads)).await.unwrap();
    assert_eq!((answer.version, answer.events.len()), (2500, 2500));
    let loaded = office.journal.load(&stream("inquiry-1")).await.unwrap();
    assert!(loaded.iter().map(|event| event.payload.as_str()).eq(payloads));
    assert_eq!(office.verdict().await, "2500 events, 1 blocks: intact");
    for position in [1, 2, 1024, 1025, 2500] {
        let proof = office.journal.proof(position).await.unwrap().unwrap();
        assert_eq!(proof.check(), Ok(office.journal.head().await.unwrap().hash));
    }
    assert_eq!(office.journal.proof(2501).await.unwrap(), None);
}

#[tokio::test]
async fn the_same_command_again_is_answered_with_its_first_result() {
    let office = office().await;
    let asked = append("inquiry-1", 0, &["1", "2"]);
    let first = office.journal.append(asked.clone()).await.unwrap();
    office.journal.append(append("inquiry-1", 2, &["3"])).await.unwrap();
    let again = office.journal.append(asked.clone()).await.unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!((&again.events, again.version, again.last_position), (&first.events, 2, 2));

    // At another version, on another stream: it is the command that counts, and it asked the same.
    let mut elsewhere = asked.clone();
    elsewhere.writes[0].expected = 3;
    assert_eq!(office.journal.append(elsewhere).await.unwrap(), again);

    let mut other = asked;
    other.origin.request = [7; 32];
    match office.journal.append(other.clone()).await {
        Err(AppendError::CommandReused { command }) => assert_eq!(command, other.origin.command),
        answer => panic!("{answer:?}"),
    }
    assert_eq!(office.count("events").await, 3);
}

#[tokio::test]
async fn bytes_come_back_as_they_were_given() {
    let office = office().await;
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let payloads = [
        r#"{"b": 1, "a":2, "n":1.00, "a":3}"#,
        " {\"spaces\" :\t[ ] }\r\n",
        r#"{"name":"Ә Ғ Қ Ң Ө Ұ Ү Һ І «М.» 🦅 \\ ' \" '' $1 %s \n"}"#,
        "9223372036854775808",
        "-9223372036854775809",
        "1e400",
        r#""\ud83e\udd85 \u0001 \\u0000""#,
        "null",
        &deep,
    ];
    let mut asked = append("inquiry-1", 0, &payloads);
    asked.origin.actor = "Ж. «Даулетханова» \\ ' \" ; DROP TABLE events".to_owned();
    asked.origin.causation = Some(Uuid::max());
    asked.origin.at = Timestamp::from_nanosecond(-1_999).unwrap();
    asked.writes[0].events[0].schema_version = u16::MAX;
    office.journal.append(asked.clone()).await.unwrap();
    let loaded = office.journal.load(&stream("inquiry-1")).await.unwrap();
    assert!(loaded.iter().map(|event| event.payload.as_str()).eq(payloads));
    let first = &loaded[0];
    assert_eq!((&first.actor, first.causation), (&asked.origin.actor, Some(Uuid::max())));
    assert_eq!((first.schema_version, first.request), (u16::MAX, asked.origin.request));
    assert_eq!(first.at.as_nanosecond(), -1000, "time is kept to the microsecond");
    assert_eq!(office.verdict().await, "9 events, 1 blocks: intact");
}

#[tokio::test]
async fn what_could_poison_a_block_is_refused_before_it() {
    let office = office().await;
    let neighbour = append("inquiry-2", 0, &["1"]);
    let large = format!("\"{}\"", "x".repeat(Settings::MEASURED.payload_bytes));
    for (poison, is_nul) in [("\"a\u{0}b\"", true), (r#""\u0000""#, true), ("{broken", false), (&large, false)] {
        match office.journal.append(append("inquiry-1", 0, &["1", poison])).await {
            Err(AppendError::Invalid(why)) => assert_eq!(matches!(why, Invalid::Nul { .. }), is_nul, "{why:?}"),
            answer => panic!("{answer:?}"),
        }
    }
    let mut nul = append("inquiry-1", 0, &["1"]);
    nul.origin.actor = "a\u{0}".to_owned();
    assert!(matches!(office.journal.append(nul).await, Err(AppendError::Invalid(Invalid::Name { .. }))));
    office.journal.append(neighbour).await.unwrap();
    assert_eq!(office.verdict().await, "1 events, 1 blocks: intact");
}

#[tokio::test]
async fn when_a_block_fails_its_members_are_tried_one_by_one() {
    // A linger long enough that all three ride in one block.
    let linger = std::time::Duration::from_millis(200);
    let office = office_with(Settings { linger, ..Settings::MEASURED }).await;
    // A constraint that the door does not know of.
    let owner = office.database.connect().await;
    owner.batch_execute("ALTER TABLE events ADD CHECK (payload <> '13')").await.unwrap();
    let (one, bad, two) = tokio::join!(
        office.journal.append(append("inquiry-1", 0, &["1"])),
        office.journal.append(append("inquiry-2", 0, &["13"])),
        office.journal.append(append("inquiry-3", 0, &["3"])),
    );
    assert!(one.is_ok() && two.is_ok());
    assert!(matches!(bad, Err(AppendError::Failure(_))), "{bad:?}");
    assert_eq!(office.verdict().await, "2 events, 2 blocks: intact");
    assert_eq!(office.journal.version(&stream("inquiry-2")).await.unwrap(), 0);
}

#[tokio::test]
async fn an_append_over_several_streams_is_all_or_nothing() {
    let office = office().await;
    office.journal.append(append("inquiry-2", 0, &["1"])).await.unwrap();
    let write = |name: &str, expected, payloads: &[&str]| StreamWrite {
        stream: stream(name),
        expected,
        events: payloads.iter().map(|payload| event(payload)).collect::<Vec<NewEvent>>(),
    };
    let mut asked = append("inquiry-1", 0, &["1"]);
    asked.writes.push(write("inquiry-2", 0, &["2"]));
    asked.writes.push(write("inquiry-3", 0, &["3"]));
    match office.journal.append(asked.clone()).await {
        Err(AppendError::Conflict { stream, .. }) => assert_eq!(stream.as_str(), "inquiry-2"),
        answer => panic!("{answer:?}"),
    }
    assert_eq!(office.count("events").await, 1);
    asked.writes[1].expected = 1;
    // A stream that is only looked at: it must stand where the decision saw it.
    asked.writes.push(write("inquiry-4", 1, &[]));
    assert!(matches!(office.journal.append(asked.clone()).await, Err(AppendError::Conflict { actual: 0, .. })));
    asked.writes[3].expected = 0;
    let answer = office.journal.append(asked).await.unwrap();
    assert_eq!((answer.version, answer.last_position, answer.events.len()), (1, 4, 3));
    assert_eq!(office.verdict().await, "4 events, 2 blocks: intact");
}

#[tokio::test]
async fn the_past_of_a_stream_ends_before_the_first_event_that_came_later() {
    let office = office().await;
    for (version, second) in [(0, 10), (1, 20), (2, 15), (3, 30)] {
        let mut asked = append("inquiry-1", version, &["1"]);
        asked.origin.at = Timestamp::from_second(second).unwrap();
        office.journal.append(asked).await.unwrap();
    }
    let until = |second| {
        let journal = office.journal.clone();
        async move {
            let until = Timestamp::from_second(second).unwrap();
            journal.load_until(&stream("inquiry-1"), until).await.unwrap().len()
        }
    };
    assert_eq!((until(9).await, until(10).await, until(19).await), (0, 1, 1));
    assert_eq!((until(20).await, until(30).await), (3, 4));
}
