//! The database's shape: applied once, whole, in order; changed files are refused.

use schema::{Migration, SchemaError, apply, migrate, migrations, pending};

const GOOD: Migration = Migration { name: "0001_good.sql", sql: "CREATE TABLE good (id int)" };
const BAD: Migration = Migration { name: "0002_bad.sql", sql: "CREATE TABLE half (id int); SELECT 1 / 0" };

#[tokio::test]
async fn an_empty_database_gets_everything_once() {
    let database = testkit::empty_database().await;
    let mut client = database.connect().await;
    let all: Vec<&str> = migrations().iter().map(|file| file.name).collect();
    assert_eq!(pending(&mut client).await.unwrap(), all);
    let applied = migrate(&mut client).await.unwrap();
    assert!(applied.iter().map(|one| one.name.as_str()).eq(all));
    assert_eq!(migrate(&mut client).await.unwrap(), []);
    assert_eq!(pending(&mut client).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn programs_that_start_together_take_turns() {
    let database = testkit::empty_database().await;
    let (mut one, mut two) = (database.connect().await, database.connect().await);
    let (one, two) = tokio::join!(migrate(&mut one), migrate(&mut two));
    assert_eq!(one.unwrap().len() + two.unwrap().len(), migrations().len());
}

#[tokio::test]
async fn a_file_that_was_changed_after_it_was_applied_is_refused() {
    let database = testkit::empty_database().await;
    let mut client = database.connect().await;
    apply(&mut client, &[GOOD]).await.unwrap();
    let changed = Migration { sql: "CREATE TABLE good (id bigint)", ..GOOD };
    let error = apply(&mut client, &[changed]).await.unwrap_err();
    assert!(matches!(&error, SchemaError::Changed { name, .. } if name == GOOD.name), "{error}");
    assert!(error.to_string().contains("restore its text and put the change into a new file"), "{error}");
    let error = apply(&mut client, &[]).await.unwrap_err();
    assert!(matches!(error, SchemaError::Unknown { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_fails_is_undone_and_those_before_it_stay() {
    let database = testkit::empty_database().await;
    let mut client = database.connect().await;
    let error = apply(&mut client, &[GOOD, BAD]).await.unwrap_err();
    assert_eq!(error.to_string(), "migration 0002_bad.sql failed and was undone");
    let tables = "SELECT to_regclass('good') IS NOT NULL, to_regclass('half') IS NOT NULL";
    let row = client.query_one(tables, &[]).await.unwrap();
    assert_eq!((row.get::<_, bool>(0), row.get::<_, bool>(1)), (true, false));
    assert_eq!(apply(&mut client, &[GOOD]).await.unwrap(), []);
}
