//! A database that goes away at the worst moments: the answer to a commit that is lost on the way.

use std::time::Duration;

use eventstore::{AppendError, Journal, Settings, StoreError};
use testkit::cut::{Cut, When};

use super::{append, stream};

/// How long the writer remembers: with a memory it commits by one statement, without one it asks first and says COMMIT.
const BOTH_WAYS: [Duration; 2] = [Duration::from_secs(3600), Duration::ZERO];

struct Behind {
    journal: Journal,
    database: testkit::TestDatabase,
    cut: Cut,
}

/// A journal whose writer reaches the database only through a line that can be cut.
async fn behind_a_cut(patience: Duration, memory: Duration) -> Behind {
    let database = testkit::database().await;
    let cut = Cut::before(&database.config).await;
    let settings = Settings { patience, memory, ..Settings::MEASURED };
    let journal = Journal::open(database.pool.clone(), cut.config().clone(), settings).await.unwrap();
    Behind { journal, database, cut }
}

#[tokio::test]
async fn when_the_answer_to_a_commit_is_lost_the_outcome_is_unknown_and_a_repeat_settles_it() {
    for memory in BOTH_WAYS {
        let Behind { journal, database, cut } = behind_a_cut(Duration::from_millis(300), memory).await;
        journal.append(append("inquiry-1", 0, &["1"])).await.unwrap();
        cut.arm("marked", When::After);
        let asked = append("inquiry-1", 1, &["\"marked\""]);
        match journal.append(asked.clone()).await {
            Err(AppendError::OutcomeUnknown(command)) => assert_eq!(command, asked.origin.command),
            answer => panic!("{answer:?}"),
        }
        // While the database is away, and nothing was sent: that is a plain failure.
        let never = journal.append(append("inquiry-2", 0, &["1"])).await;
        assert!(matches!(never, Err(AppendError::Failure(StoreError::Connection(_)))), "{never:?}");

        cut.heal();
        let settled = journal.append(asked).await.unwrap();
        assert!(settled.repeated);
        assert_eq!((settled.version, settled.last_position), (2, 2));
        assert_eq!(journal.load(&stream("inquiry-1")).await.unwrap().len(), 2);
        assert_eq!(journal.version(&stream("inquiry-2")).await.unwrap(), 0);
        assert!(eventstore::verify(&database.pool).await.unwrap().is_intact());
    }
}

#[tokio::test]
async fn when_the_database_comes_back_in_time_the_writer_settles_it_alone() {
    for memory in BOTH_WAYS {
        let Behind { journal, database, cut } = behind_a_cut(Duration::from_secs(20), memory).await;
        journal.append(append("inquiry-1", 0, &["1"])).await.unwrap();
        cut.arm("marked", When::After);
        let asked = append("inquiry-1", 1, &["\"marked\""]);
        let waiting = tokio::spawn({
            let journal = journal.clone();
            async move { journal.append(asked).await }
        });
        cut.has_cut().await;
        cut.heal();
        let answer = waiting.await.unwrap().unwrap();
        assert_eq!((answer.version, answer.last_position, answer.events.len()), (2, 2, 1));
        assert!(eventstore::verify(&database.pool).await.unwrap().is_intact());
    }
}

#[tokio::test]
async fn a_connection_that_was_cut_between_two_blocks_is_made_anew_and_nobody_notices() {
    let Behind { journal, database, cut } = behind_a_cut(Duration::from_secs(20), BOTH_WAYS[0]).await;
    journal.append(append("inquiry-1", 0, &["1"])).await.unwrap();
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE application_name = 'saual journal writer' AND datname = current_database()";
    let ended: i64 = database.pool.get().await.unwrap().query_one(end, &[]).await.unwrap().get(0);
    assert_eq!(ended, 1);
    let _the_line_stays = cut;
    let appended = journal.append(append("inquiry-1", 1, &["2"])).await.unwrap();
    assert!(!appended.repeated && appended.last_position == 2);
    assert!(eventstore::verify(&database.pool).await.unwrap().is_intact());
}

#[tokio::test]
async fn a_repeat_whose_first_result_cannot_be_read_is_not_told_that_nothing_was_recorded() {
    let database = testkit::database().await;
    let cut = Cut::before(&database.config).await;
    let pool = eventstore::pool(cut.config(), 2).unwrap();
    let journal = Journal::open(pool, database.config.clone(), Settings::MEASURED).await.unwrap();
    let asked = append("inquiry-1", 0, &["1"]);
    journal.append(asked.clone()).await.unwrap();
    // The writer is well; only reading back what it finds recorded fails.
    cut.arm("", When::Before);
    let again = journal.append(asked.clone()).await;
    assert!(matches!(again, Err(AppendError::OutcomeUnknown(_))), "{again:?}");
    cut.heal();
    assert!(journal.append(asked).await.unwrap().repeated);
}
