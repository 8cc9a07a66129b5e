//! A table made again is the table that followed, row for row, wherever the making is cut and whatever comes meanwhile; and
//! where it cannot be made, the one in use stays as it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use eventstore::{Journal, follow_at};
use readmodel::followers::Table;
use readmodel::rebuild::{Options, Progress, RebuildError, Rebuilt, Stage, compare, rebuild};
use tokio::sync::{Notify, watch};
use tokio_postgres::{Client, GenericClient};

use super::following::{PATIENCE, QUICK};
use super::inquiries::{inquiry, one, stream, tell};
use super::{Office, event, office};
use crate::told::Sentence;

/// Small steps, so that a short journal has many places to be cut at.
fn small(workers: usize) -> Options {
    Options { workers, rows: 3, portion: 40, lease: Duration::from_millis(300), ..Options::usual("these tests") }
}

fn heard(_: Progress) {}

pub(super) struct Following {
    stop: watch::Sender<bool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

/// Lets every table follow, as the program does.
pub(super) fn follow_all(journal: &Journal) -> Following {
    let (stop, stopped) = watch::channel(false);
    let follow = |table: Table| {
        let (journal, stopped) = (journal.clone(), stopped.clone());
        tokio::spawn(async move { follow_at(&journal, &table, stopped, &QUICK).await.unwrap() })
    };
    Following { stop, tasks: Table::ALL.map(follow).into() }
}

impl Following {
    pub(super) async fn stop(self) {
        self.stop.send(true).unwrap();
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

impl Office {
    pub(super) async fn settled(&self) -> i64 {
        let head = self.journal.head().await.unwrap().position;
        for table in Table::ALL {
            self.journal.wait_for(table.name(), head, PATIENCE).await.unwrap();
        }
        head
    }

    /// Tells these inquiries and follows them to the end.
    async fn followed(&self, which: std::ops::Range<u64>) -> i64 {
        let following = follow_all(&self.journal);
        tell(&self.journal, which).await;
        let head = self.settled().await;
        following.stop().await;
        head
    }

    async fn rebuild(&self, table: Table, options: &Options) -> Result<Rebuilt, RebuildError> {
        rebuild(&self.journal, &self.database.config, table, options, &heard).await
    }

    /// Up to where a rebuild has written everything.
    async fn place(&self, table: Table) -> i64 {
        let client = self.database.pool.get().await.unwrap();
        let sql = "SELECT coalesce(min(position), 0) FROM rebuild_places WHERE follower = $1";
        client.query_one(sql, &[&table.name()]).await.unwrap().get(0)
    }

    /// Every row of every table as it stands.
    async fn rows(&self) -> Vec<Vec<String>> {
        all_rows(&self.database.connect().await).await
    }

    /// Every row of every table as the events give it, folded in pages of five by one transaction that comes to nothing.
    async fn folded(&self) -> Vec<Vec<String>> {
        let mut client = self.database.pool.get().await.unwrap();
        let tx = client.transaction().await.unwrap();
        for table in Table::ALL {
            table.empty(&tx).await.unwrap();
            let mut position = 0;
            loop {
                let page = self.journal.read_after(position, 5).await.unwrap();
                let Some(last) = page.last() else { break };
                position = last.position;
                table.take(&tx, &page).await.unwrap();
            }
        }
        all_rows(&*tx).await
    }
}

pub(super) async fn all_rows(client: &impl GenericClient) -> Vec<Vec<String>> {
    let mut tables = Vec::new();
    for table in Table::ALL {
        let sql = format!("SELECT t::text FROM {} AS t ORDER BY 1", table.relation());
        tables.push(client.query(&sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect());
    }
    tables
}

/// Everything about a table that is not in its rows.
async fn about(client: &Client, table: Table) -> Vec<String> {
    let sql = "SELECT indexdef FROM pg_indexes WHERE tablename = $1
               UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass($1)
               UNION ALL SELECT concat_ws(' ', n.nspname, relowner::regrole, relpersistence, reloptions)
                         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)
               UNION ALL SELECT grantee || privilege_type FROM information_schema.role_table_grants WHERE table_name = $1
               UNION ALL SELECT column_name || data_type || is_nullable || coalesce(generation_expression, '')
                         FROM information_schema.columns WHERE table_name = $1
               ORDER BY 1";
    client.query(sql, &[&table.relation()]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuilt_table_is_the_followed_one_row_for_row_with_everything_about_it() {
    let sentence = Sentence::begins("a_rebuilt_table_is_the_followed_one_row_for_row");
    let no_mail = Sentence::begins("a_rebuild_sends_no_mail");
    let office = office().await;
    let head = office.followed(0..60).await;
    let followed = office.rows().await;
    // Of the approvals only those have a row that are not decided yet.
    let many = |table: Table| if table == Table::Approvals { 8 } else { 20 };
    let has_many = Table::ALL.iter().zip(&followed).all(|(table, rows)| rows.len() > many(*table));
    assert!(has_many, "rows of every table: {followed:?}");
    let client = office.database.connect().await;
    for table in Table::ALL {
        let before = about(&client, table).await;
        let spoilt = format!("DELETE FROM {} WHERE position % 2 = 0", table.relation());
        client.batch_execute(&spoilt).await.unwrap();
        let rebuilt = office.rebuild(table, &Options::usual("these tests")).await.unwrap();
        assert_eq!((rebuilt.from, rebuilt.position), (0, head));
        assert_eq!(about(&client, table).await, before);
    }
    assert_eq!(office.rows().await, followed);
    assert_eq!(office.count("rebuilds").await + office.count("rebuild_places").await, 0, "nothing is left of it");
    let left = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'rebuild%'";
    assert_eq!(client.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
    assert_eq!(office.count("mail").await + office.count("mail_order").await, 0, "nothing is mailed");
    // What follows after the switch goes on from where it was.
    office.followed(60..70).await;
    assert_eq!(office.rows().await, office.folded().await);
    sentence.has_passed();
    no_mail.has_passed();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_somebody_changed_is_told_from_what_the_journal_gives() {
    let office = office().await;
    let head = office.followed(0..12).await;
    let usual = Options::usual("these tests");
    let compared = |table| compare(&office.journal, &office.database.config, table, &usual, &heard);
    for table in Table::ALL {
        let found = compared(table).await.unwrap();
        assert!(found.agrees() && found.position == head && found.of.is_empty(), "{found:?}");
    }
    let client = office.database.connect().await;
    let changed = "UPDATE register SET subject = 'another' WHERE inquiry = (SELECT inquiry FROM register ORDER BY inquiry LIMIT 1) RETURNING inquiry::text";
    let changed: String = client.query_one(changed, &[]).await.unwrap().get(0);
    let gone = "DELETE FROM register WHERE inquiry = (SELECT inquiry FROM register ORDER BY inquiry DESC LIMIT 1) RETURNING inquiry::text";
    let gone: String = client.query_one(gone, &[]).await.unwrap().get(0);
    let before = office.rows().await;
    let found = compared(Table::Register).await.unwrap();
    assert_eq!((found.foreign, found.missing, found.set_aside), (1, 2, 0));
    assert_eq!(found.of, [changed, gone]);
    assert_eq!(office.rows().await, before, "the table in use is as it was");
    assert_eq!(office.count("rebuilds").await + office.count("rebuild_places").await, 0, "nothing is left of it");
    office.rebuild(Table::Register, &usual).await.unwrap();
    assert!(compared(Table::Register).await.unwrap().agrees());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rebuild_that_is_killed_again_and_again_goes_on_where_it_was() {
    let sentence = Sentence::begins("cut_at_any_point_a_rebuild_goes_on_and_comes_to_the_same_rows");
    let office = office().await;
    let head = office.followed(0..40).await;
    let followed = office.rows().await;
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for table in Table::ALL {
        let mut place = 0;
        // With another number of workers each time.
        for attempt in 0..4_usize {
            random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            // Somewhere in the next quarter; everything that was read is written then, and nothing more is read.
            let cut = place + 80 + i64::try_from((random >> 32) % 200).unwrap();
            let journal = office.journal.clone();
            let (config, halted, end) =
                (office.database.config.clone(), Notify::default(), Arc::new(AtomicBool::new(false)));
            let (halted, at_halt, until) = (Arc::new(halted), Arc::default(), end.clone());
            let notify: Arc<Notify> = Arc::clone(&halted);
            let reached: Arc<AtomicI64> = Arc::clone(&at_halt);
            let mut task = tokio::spawn(async move {
                let halt = move |progress: Progress| {
                    if progress.position >= cut {
                        reached.store(progress.position, Ordering::SeqCst);
                        notify.notify_one();
                        tokio::task::block_in_place(|| {
                            while !until.load(Ordering::SeqCst) {
                                std::thread::sleep(Duration::from_millis(2));
                            }
                        });
                    }
                };
                let options = Options { rows: 1, ..small(1 + attempt % 3) };
                rebuild(&journal, &config, table, &options, &halt).await
            });
            tokio::select! {
                () = halted.notified() => {}
                ended = &mut task => panic!("it ended before it was killed at {cut} of {head}: {ended:?}"),
            }
            let mut look = tokio::time::interval(Duration::from_millis(5));
            while office.place(table).await < cut {
                look.tick().await;
            }
            task.abort();
            end.store(true, Ordering::SeqCst);
            assert!(task.await.is_err(), "it was killed at {at_halt:?} of {head}");
            place = office.place(table).await;
            assert!((cut..head).contains(&place), "it has come from {cut} to {place} of {head}");
            assert_eq!(office.rows().await, followed, "the table in use is as it was");
        }
        let rebuilt = office.rebuild(table, &small(2)).await.unwrap();
        assert_eq!((rebuilt.from, rebuilt.position), (place, head));
        assert_eq!(office.rows().await, followed, "{table:?}");
    }
    sentence.has_passed();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_by_another_program_or_of_another_shape_starts_over() {
    let office = office().await;
    office.followed(0..30).await;
    let client = office.database.connect().await;
    // A reader who does not end keeps the switch waiting: killed there, everything is folded.
    let hold = || async {
        let mut reader = office.database.connect().await;
        let tx = reader.transaction().await.unwrap();
        tx.batch_execute("SELECT FROM register").await.unwrap();
        let journal = office.journal.clone();
        let (config, switching) = (office.database.config.clone(), Arc::new(Notify::new()));
        let notify = switching.clone();
        let mut task = tokio::spawn(async move {
            let tell = move |progress: Progress| {
                if progress.stage == Stage::Switching {
                    notify.notify_one();
                }
            };
            rebuild(&journal, &config, Table::Register, &small(2), &tell).await
        });
        tokio::select! {
            () = switching.notified() => {}
            ended = &mut task => panic!("it ended before the switch: {ended:?}"),
        }
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    };
    let head = office.journal.head().await.unwrap().position;
    hold().await;
    let again = office.rebuild(Table::Register, &small(1)).await.unwrap();
    assert_eq!(again.from, head, "the same program goes on");
    hold().await;
    let other = Options { program: "another program".to_owned(), ..small(1) };
    assert_eq!(office.rebuild(Table::Register, &other).await.unwrap().from, 0);
    hold().await;
    client.batch_execute("CREATE INDEX register_by_subject ON register (subject)").await.unwrap();
    assert_eq!(office.rebuild(Table::Register, &small(1)).await.unwrap().from, 0);
    assert!(about(&client, Table::Register).await.iter().any(|line| line.contains("register_by_subject")));
    assert_eq!(office.rows().await, office.folded().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_under_live_traffic_loses_nothing_and_hinders_nobody() {
    let sentence = Sentence::begins("a_rebuild_under_live_traffic_loses_nothing");
    let office = office().await;
    let following = follow_all(&office.journal);
    tell(&office.journal, 0..20).await;
    let done = AtomicBool::new(false);
    // Screens that ask the same prepared question all the time, on connections that live through the switch: of the table, and through the views to it.
    let reading = async |from: &str| {
        let question = format!("SELECT inquiry, words FROM {from} WHERE stage = ANY($1)");
        let mut asked = 0_u32;
        while !done.load(Ordering::SeqCst) {
            let client = office.database.pool.get().await.unwrap();
            let statement = client.prepare_cached(&question).await.unwrap();
            let stages = ["received", "registered", "on_control", "closed"].as_slice();
            client.query(&statement, &[&stages]).await.expect("a question is answered, also during the switch");
            asked += 1;
        }
        asked
    };
    let telling = async {
        let mut told = 20;
        while !done.load(Ordering::SeqCst) {
            tell(&office.journal, told..told + 2).await;
            told += 2;
        }
        told
    };
    let rebuilding = async {
        for table in [Table::Register, Table::Deliveries, Table::Register, Table::Letters] {
            office.rebuild(table, &small(2)).await.unwrap();
        }
        done.store(true, Ordering::SeqCst);
    };
    let reading = async { tokio::join!(reading("register"), reading("ministry_register"), reading("own_register")) };
    let ((asked, of_ministries, own), told, ()) = tokio::join!(reading, telling, rebuilding);
    let asked = asked.min(of_ministries).min(own);
    assert!(asked > 0 && told > 20, "there was traffic: {asked} questions, {told} inquiries");
    office.settled().await;
    following.stop().await;
    let rows = office.rows().await;
    assert_eq!(rows, office.folded().await);
    assert_eq!(rows[0].len() as u64, told);
    sentence.has_passed();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_is_behind_goes_on_from_the_rebuilt_table() {
    let office = office().await;
    tell(&office.journal, 0..20).await;
    // It has come to the middle and has fallen silent there; another one has never run.
    let following = follow_all(&office.journal);
    office.settled().await;
    following.stop().await;
    let client = office.database.connect().await;
    client
        .batch_execute("UPDATE followers SET position = 100; DELETE FROM followers WHERE name = 'letters'")
        .await
        .unwrap();
    for table in Table::ALL {
        office.rebuild(table, &small(2)).await.unwrap();
    }
    let head = office.journal.head().await.unwrap().position;
    for table in Table::ALL {
        assert_eq!(office.journal.follower_position(table.name()).await.unwrap(), head);
    }
    office.followed(20..25).await;
    assert_eq!(office.rows().await, office.folded().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_rebuild_of_the_same_table_is_refused_while_the_first_one_lives() {
    let office = office().await;
    office.followed(0..10).await;
    let mut reader = office.database.connect().await;
    let tx = reader.transaction().await.unwrap();
    tx.batch_execute("SELECT FROM register").await.unwrap();
    let journal = office.journal.clone();
    let (config, begun) = (office.database.config.clone(), Arc::new(Notify::new()));
    let notify = begun.clone();
    let first = tokio::spawn(async move {
        rebuild(&journal, &config, Table::Register, &small(1), &move |_| notify.notify_one()).await
    });
    begun.notified().await;
    let refused = office.rebuild(Table::Register, &small(1)).await.unwrap_err();
    assert!(matches!(refused, RebuildError::Running { table: "register" }), "{refused:?}");
    assert!(refused.is_refusal() && refused.to_string().contains("being rebuilt by another program"), "{refused}");
    office.rebuild(Table::Letters, &small(1)).await.expect("another table is free");
    // A reader is never ended for the switch, which waits for its turn.
    assert!(!first.is_finished());
    tx.commit().await.unwrap();
    first.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_stops_a_rebuild_by_name_and_is_passed_over_or_parked_when_live() {
    let office = office().await;
    let following = follow_all(&office.journal);
    tell(&office.journal, 0..10).await;
    let version = office.journal.version(&stream(3)).await.unwrap();
    let mut tomorrow = event("{}");
    tomorrow.event_type = "inquiry_dreamt".to_owned();
    let unknown = office.journal.append(one(3, version, vec![tomorrow])).await.unwrap().last_position;
    office.settled().await;
    let rows = office.rows().await;
    let refused = office.rebuild(Table::Register, &small(2)).await.unwrap_err();
    assert!(
        matches!(&refused, RebuildError::Unknown { position, event_type }
        if *position == unknown && event_type == "inquiry_dreamt"),
        "{refused:?}"
    );

    let mut garbled = event("{\"inquiry_registered\":{\"incoming_number\":7}}");
    garbled.event_type = "inquiry_registered".to_owned();
    // Of an inquiry whose number comes first in the order of parts and one before the unknown event cannot be: another journal.
    let other = super::office().await;
    let also = follow_all(&other.journal);
    tell(&other.journal, 0..10).await;
    let version = other.journal.version(&stream(4)).await.unwrap();
    let at = other.journal.append(one(4, version, vec![garbled])).await.unwrap().last_position;
    other.settled().await;
    let garbled = other.rebuild(Table::Register, &small(2)).await.unwrap_err();
    assert!(matches!(garbled, RebuildError::Indigestible { position, .. } if position == at), "{garbled:?}");
    assert!(garbled.is_refusal());
    let parked = other.journal.parked("register", None).await.unwrap();
    assert_eq!(parked.iter().map(|parked| parked.position).collect::<Vec<_>>(), [at]);
    // What only its kind is read of does not concern the letters.
    other.rebuild(Table::Letters, &small(2)).await.unwrap();

    assert_eq!(office.rows().await, rows, "the table in use is as it was");
    following.stop().await;
    also.stop().await;
    let state = office.journal.followers().await.unwrap();
    // Of inquiries the table of proposals wants to know nothing, and that an event happened the entries know of any kind.
    let unknown = |name: &str| if matches!(name, "proposals" | "entries") { 0 } else { 1 };
    assert!(state.iter().all(|state| state.unknown == unknown(&state.name) && state.parked == 0), "{state:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_event_at_which_the_database_refuses_is_named_and_parked_events_end_with_a_rebuild() {
    let office = office().await;
    let client = office.database.connect().await;
    let never = format!(
        "ALTER TABLE register ADD CONSTRAINT never CHECK (inquiry <> '{}' OR incoming_number IS NULL)",
        inquiry(6)
    );
    client.batch_execute(&never).await.unwrap();
    office.followed(0..10).await;
    let parked = office.journal.parked("register", None).await.unwrap();
    let registered = office.journal.load(&stream(6)).await.unwrap().remove(1).position;
    assert!(parked[0].position == registered && parked.len() > 1, "{parked:?}");
    assert!(parked[0].failure.as_ref().is_some_and(|why| why.contains("never")), "{parked:?}");
    let rows = office.rows().await;
    for workers in [1, 3] {
        let refused = office.rebuild(Table::Register, &Options { rows: 1000, ..small(workers) }).await.unwrap_err();
        assert!(
            matches!(refused, RebuildError::Indigestible { position, .. } if position == registered),
            "{refused:?}"
        );
    }
    assert_eq!(office.rows().await, rows);
    client.batch_execute("ALTER TABLE register DROP CONSTRAINT never").await.unwrap();
    office.rebuild(Table::Register, &small(2)).await.unwrap();
    assert_eq!(office.journal.parked("register", None).await.unwrap(), []);
    assert_eq!(office.rows().await, office.folded().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_something_leans_on_is_not_replaced() {
    let office = office().await;
    office.followed(0..3).await;
    let client = office.database.connect().await;
    client.batch_execute("CREATE VIEW report AS SELECT subject FROM register").await.unwrap();
    let refused = office.rebuild(Table::Register, &small(1)).await.unwrap_err();
    assert!(refused.to_string().contains("leans on it: the view report"), "{refused}");
    client.batch_execute("DROP VIEW report").await.unwrap();
    office.rebuild(Table::Register, &small(1)).await.unwrap();
}
