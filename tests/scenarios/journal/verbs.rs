//! `saual followers` and `saual rebuild`, as an administrator types them.

use std::sync::{Arc, OnceLock};

use readmodel::followers::Table;
use saual::cli::{Cli, Command, Followers, FollowersCommand, Rebuild, Retry};
use saual::config::Environment;
use saual::exit::{Answer, Stop};
use testkit::TestDatabase;

use super::inquiries::{one, stream, tell};
use super::rebuilding::follow_all;
use super::{event, office};

/// Runs a verb on a database, on a thread of its own: it brings its runtime.
async fn run(database: &TestDatabase, command: Command) -> Result<Answer, Stop> {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().unwrap()).path().display().to_string();
    let url = database.url();
    let run = move || {
        let environment = Environment::of([("DATABASE_URL", url.as_str()), ("SAUAL_DATA", folder.as_str())]);
        saual::commands::run(Cli { command }, &environment)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn followers() -> Command {
    Command::Followers(Followers { json: true, command: None })
}

fn retry(name: &str) -> Command {
    let retry = FollowersCommand::Retry(Retry { name: name.to_owned(), key: None });
    Command::Followers(Followers { json: false, command: Some(retry) })
}

fn rebuild(name: Option<&str>) -> Command {
    Command::Rebuild(Rebuild { name: name.map(str::to_owned), all: name.is_none(), workers: None, compare: false })
}

fn is(answer: Result<Answer, Stop>, wanted: Answer) {
    assert_eq!(answer.unwrap(), wanted);
}

/// Wrong use, in words that hold these.
fn is_wrong_use(answer: Result<Answer, Stop>, words: &[&str]) {
    match answer {
        Err(Stop::Use(said)) => assert!(words.iter().all(|word| said.contains(word)), "{said}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_tries_again_and_rebuilds() {
    let office = office().await;
    let following = follow_all(&office.journal);
    tell(&office.journal, 0..3).await;
    for table in Table::ALL {
        let head = office.journal.head().await.unwrap().position;
        office.journal.wait_for(table.name(), head, super::following::PATIENCE).await.unwrap();
    }
    is(run(&office.database, followers()).await, Answer::Yes);
    is(run(&office.database, rebuild(None)).await, Answer::Yes);

    let version = office.journal.version(&stream(1)).await.unwrap();
    let mut garbled = event("{\"inquiry_withdrawn\":{\"reason\":7}}");
    garbled.event_type = "inquiry_withdrawn".to_owned();
    let at = office.journal.append(one(1, version, vec![garbled])).await.unwrap().last_position;
    office.journal.wait_for("register", at, super::following::PATIENCE).await.unwrap();
    is(run(&office.database, followers()).await, Answer::No);
    is(run(&office.database, retry("register")).await, Answer::No);
    is(run(&office.database, rebuild(Some("register"))).await, Answer::No);
    is(run(&office.database, rebuild(Some("letters"))).await, Answer::Yes);
    is(run(&office.database, retry("letters")).await, Answer::Yes);
    following.stop().await;
    // Nobody follows now, and nothing is left to follow: that is no standstill, but what is parked is told.
    is(run(&office.database, followers()).await, Answer::No);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_never_rebuilt_or_is_no_name_is_refused_in_words() {
    let office = office().await;
    is_wrong_use(run(&office.database, rebuild(Some("dispatch"))).await, &["dispatch is not rebuilt", "mail"]);
    is_wrong_use(run(&office.database, rebuild(Some("registre"))).await, &["no table is named registre", "register"]);
    is_wrong_use(run(&office.database, retry("registre")).await, &["no follower is named registre", "dispatch"]);
    assert_eq!(office.count("rebuilds").await, 0);
}

#[tokio::test]
async fn mail_that_cannot_be_read_is_parked_and_the_next_inquiry_gets_its_own() {
    let office = office().await;
    let running = {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let (journal, reactions) = (office.journal.clone(), Arc::new(dispatch::Reactions::default()));
        let task = tokio::spawn(async move { eventstore::follow(&journal, &reactions, stopped).await });
        (stop, task)
    };
    // Of an inquiry that asks for mail in words of a newer program, and of one that asks in ours.
    let mut tomorrow = event("{}");
    tomorrow.event_type = "dispatch_ordered_by_pigeon".to_owned();
    let at = office.journal.append(one(90, 0, vec![tomorrow])).await.unwrap().last_position;
    // Its history goes on to the order of dispatch.
    tell(&office.journal, 6..7).await;
    let head = office.journal.head().await.unwrap().position;
    office.journal.wait_for("dispatch", head, super::following::PATIENCE).await.unwrap();
    let parked = office.journal.parked("dispatch", None).await.unwrap();
    assert_eq!(parked.iter().map(|parked| parked.position).collect::<Vec<_>>(), [at]);
    assert!(office.count("mail").await > 0, "the other inquiry's mail is queued");
    running.0.send(true).unwrap();
    running.1.await.unwrap().unwrap();
}
