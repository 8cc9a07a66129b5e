//! Personal texts are sealed where they stand, opened for readers, and gone for good when their key is destroyed.

use std::sync::Arc;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use eventstore::privacy::erase::{EraseError, Erasure};
use eventstore::privacy::holds::HoldOrder;
use eventstore::{
    AppendError, Domain, ExecuteError, Guards, Invalid, Journal, MasterKey, NewEvent, Personal, PersonalText, Recorded,
    Sealing, Settings, StoreError, StreamId, Subject,
};
use serde::{Deserialize, Serialize};
use testkit::TestDatabase;

use super::{append, origin, stream};

const ADDRESS: &str = "n.sarsengaliev@mazhilis.example";

/// `email` is personal, and `whose` says whose it is.
struct Cards;

impl Personal for Cards {
    fn texts(&self, _: &StreamId, event: &NewEvent) -> Vec<PersonalText> {
        let card: serde_json::Value = serde_json::from_str(&event.payload).unwrap();
        let personal =
            |(whose, _): (&str, &str)| PersonalText { subject: subject(whose), pointer: "/email".to_owned() };
        card["whose"].as_str().zip(card["email"].as_str()).map(personal).into_iter().collect()
    }
}

fn subject(name: &str) -> Subject {
    Subject::new(name).unwrap()
}

async fn node(database: &TestDatabase, master: u8) -> Journal {
    let sealing = Sealing { personal: Arc::new(Cards), master: MasterKey::new(&[master; 32]) };
    let domain = Domain { sealing: Some(sealing), upcast: None };
    Journal::open_for(database.pool.clone(), database.config.clone(), Settings::MEASURED, domain).await.unwrap()
}

fn card(whose: &str, email: &str) -> String {
    format!("{{ \"name\":\"Н. Сәрсенғалиев\",  \"email\" : \"{email}\",\"whose\":\"{whose}\"}}")
}

fn erasure(subjects: &[&str]) -> Erasure {
    Erasure {
        origin: origin(),
        subjects: subjects.iter().map(|name| subject(name)).collect(),
        ground: "өтініш".to_owned(),
        also: Vec::new(),
    }
}

async fn load(journal: &Journal, name: &str) -> Vec<Recorded> {
    journal.load(&stream(name)).await.unwrap()
}

async fn verdict(database: &TestDatabase) -> String {
    eventstore::verify(&database.pool).await.unwrap().to_string()
}

/// What stands in any column of any table, as text.
async fn everything(database: &TestDatabase) -> String {
    crate::everything_in(&database.connect().await).await
}

#[tokio::test]
async fn a_personal_text_is_sealed_where_it_stands_and_everything_else_is_kept_to_the_byte() {
    let database = testkit::database().await;
    let journal = node(&database, 1).await;
    let plain = card("deputy-1", ADDRESS);
    let done = journal.append(append("card-1", 0, &[&plain, "{\"n\":1}"])).await.unwrap();
    let read = load(&journal, "card-1").await;
    assert_eq!(read, done.events, "what is answered is what is read");
    assert_eq!((read[0].text(), read[1].text(), &read[1].opened), (plain.as_str(), "{\"n\":1}", &None));

    let (before, after) = plain.split_once(&format!("\"{ADDRESS}\"")).unwrap();
    let stored = &read[0].payload;
    let token = stored.strip_prefix(before).unwrap().strip_suffix(after).unwrap();
    assert!(token.starts_with("\"sealed:1:deputy-1/1:") && token.ends_with('"'), "{token}");
    assert!(!everything(&database).await.contains(ADDRESS));
    assert_eq!(journal.read_after(0, 10).await.unwrap(), read);
    assert_eq!(verdict(&database).await, "2 events, 1 blocks: intact");

    let mut blind = read.clone();
    eventstore::privacy::hide(&mut blind);
    assert_eq!(blind[0].text(), format!("{before}null{after}"), "whoever needs no personal text needs no key");
    let again = load(&node(&database, 1).await, "card-1").await;
    assert_eq!(again, read, "another node of the same installation reads the same");
}

#[tokio::test]
async fn without_the_right_master_key_nothing_opens_and_nothing_is_taken_for_erased() {
    let database = testkit::database().await;
    let journal = node(&database, 1).await;
    journal.check_master_key().await.unwrap();
    journal.append(append("card-1", 0, &[&card("deputy-1", ADDRESS)])).await.unwrap();
    let stranger = node(&database, 2).await;
    assert!(matches!(stranger.check_master_key().await, Err(StoreError::MasterKey(_))));
    let unread = stranger.load(&stream("card-1")).await;
    assert!(matches!(unread, Err(StoreError::MasterKey(_))), "{unread:?}");
    let unsealed = stranger.append(append("card-2", 0, &[&card("deputy-1", ADDRESS)])).await;
    assert!(matches!(unsealed, Err(AppendError::Failure(StoreError::MasterKey(_)))), "{unsealed:?}");
    journal.check_master_key().await.unwrap();
}

#[tokio::test]
async fn an_erased_text_is_null_for_every_reader_and_the_journal_is_still_intact() {
    let database = testkit::database().await;
    let (journal, other) = (node(&database, 1).await, node(&database, 1).await);
    journal.append(append("card-1", 0, &[&card("deputy-1", ADDRESS), &card("deputy-2", "e@b.kz")])).await.unwrap();
    let stored: Vec<String> = load(&other, "card-1").await.into_iter().map(|event| event.payload).collect();

    let done = journal.erase(erasure(&["deputy-1", "deputy-without-texts"])).await.unwrap();
    let [erased] = &done.events[..] else { panic!("{done:?}") };
    assert_eq!((erased.stream.as_str(), erased.event_type.as_str()), ("subject-deputy-1", "subject_erased"));
    assert_eq!(erased.payload, r#"{"subject_erased":{"subject":"deputy-1","ground":"өтініш"}}"#);

    let read = load(&journal, "card-1").await;
    assert_eq!(read[0].text(), card("deputy-1", ADDRESS).replace(&format!("\"{ADDRESS}\""), "null"));
    assert_eq!(read[1].text(), card("deputy-2", "e@b.kz"), "somebody else's text is as it was");
    assert!(read.iter().map(|event| &event.payload).eq(&stored), "no stored byte has changed");
    assert_eq!(verdict(&database).await, "3 events, 2 blocks: intact");

    // Another node remembers a key for two seconds at most.
    let until = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    while load(&other, "card-1").await[0].text().contains(ADDRESS) {
        assert!(tokio::time::Instant::now() < until, "another node still opens what was erased");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    journal.scrub_keys().await.unwrap();
}

#[tokio::test]
async fn something_new_of_an_erased_person_gets_a_new_key_and_the_old_stays_erased() {
    let database = testkit::database().await;
    let journal = node(&database, 1).await;
    journal.append(append("card-1", 0, &[&card("deputy-1", ADDRESS)])).await.unwrap();
    journal.erase(erasure(&["deputy-1"])).await.unwrap();
    journal.append(append("card-1", 1, &[&card("deputy-1", "new@b.kz")])).await.unwrap();
    let read = load(&journal, "card-1").await;
    assert!(read[0].text().contains("\"email\" : null"), "{}", read[0].text());
    assert_eq!(read[1].text(), card("deputy-1", "new@b.kz"));
    assert!(read[1].payload.contains("sealed:1:deputy-1/2:"), "{}", read[1].payload);
    let done = journal.erase(erasure(&["deputy-1"])).await.unwrap();
    assert_eq!(done.events[0].version, 2, "each erasure is an event of its own");
    assert!(load(&journal, "card-1").await[1].text().contains("\"email\" : null"));
}

#[tokio::test]
async fn a_hold_keeps_the_key_until_it_is_lifted_whoever_asks_and_however() {
    let database = testkit::database().await;
    let journal = node(&database, 1).await;
    let name = "inquiry-7-recipient-3";
    journal.append(append("card-1", 0, &[&card(name, ADDRESS)])).await.unwrap();
    let order = HoldOrder { reason: "сот ісі", actor: "admin", at: origin().at };
    let hold = journal.place_hold("inquiry-7", &order).await.unwrap();
    journal.place_hold("inquiry-7-recipient-30", &order).await.unwrap();

    let refused = journal.erase(erasure(&[name])).await.unwrap_err();
    let EraseError::Held { subject: held, hold: by } = &refused else { panic!("{refused:?}") };
    assert_eq!((held.as_str(), by.id, by.reason.as_str()), (name, hold, "сот ісі"));
    // Round the door: the database itself refuses the event.
    let event = NewEvent { event_type: "subject_erased".into(), schema_version: 1, payload: "{}".into() };
    let mut around = append(&format!("subject-{name}"), 0, &[]);
    around.writes[0].events = vec![event];
    assert!(matches!(journal.append(around).await, Err(AppendError::Failure(StoreError::Statement { .. }))));
    assert!(load(&journal, "card-1").await[0].text().contains(ADDRESS));

    journal.lift_hold(hold, &order).await.unwrap();
    assert!(journal.lift_hold(hold, &order).await.is_err(), "once");
    let holds = journal.holds().await.unwrap();
    assert_eq!(holds.iter().map(|hold| hold.lifted.is_some()).collect::<Vec<_>>(), [true, false]);
    journal.erase(erasure(&[name])).await.unwrap();
    assert!(!load(&journal, "card-1").await[0].text().contains(ADDRESS));
}

#[tokio::test]
async fn a_key_dies_with_its_event_or_not_at_all() {
    let database = testkit::database().await;
    let journal = node(&database, 1).await;
    journal.append(append("card-1", 0, &[&card("deputy-1", ADDRESS)])).await.unwrap();
    let client = database.connect().await;
    for around in [
        "UPDATE subject_keys SET wrapped = NULL, destroyed_at = now()",
        "DELETE FROM subject_keys",
        "TRUNCATE subject_keys CASCADE",
        "UPDATE subject_keys SET subject = 'deputy-2'",
        "UPDATE legal_holds SET scope = scope",
        "DELETE FROM legal_holds",
    ] {
        assert!(client.batch_execute(around).await.is_err(), "{around}");
    }
    // The block of the event does not stand, so the key does.
    let mut late = erasure(&["deputy-1"]);
    late.also = append("card-1", 0, &["{}"]).writes;
    let refused = journal.erase(late).await;
    assert!(matches!(refused, Err(EraseError::Append(AppendError::Conflict { .. }))), "{refused:?}");
    assert!(load(&journal, "card-1").await[0].text().contains(ADDRESS));
    journal.erase(erasure(&["deputy-1"])).await.unwrap();
    let back = "UPDATE subject_keys SET wrapped = decode(repeat('00', 60), 'hex'), destroyed_at = NULL";
    assert!(client.batch_execute(back).await.is_err(), "a destroyed key was brought back");
}

#[tokio::test]
async fn a_text_that_looks_sealed_is_refused_and_a_text_that_speaks_of_one_is_not() {
    let database = testkit::database().await;
    let journal = node(&database, 1).await;
    journal.append(append("card-1", 0, &[&card("deputy-1", ADDRESS)])).await.unwrap();
    let stored = load(&journal, "card-1").await[0].payload.clone();
    let copied = journal.append(append("card-2", 0, &[&stored])).await;
    assert!(matches!(copied, Err(AppendError::Invalid(Invalid::Sealed { .. }))), "{copied:?}");
    let spoken = [r#"{"note":"he wrote \"sealed:1:deputy-1/1:AAAA\" there"}"#, r#"{"\"sealed:1:":1}"#];
    journal.append(append("card-2", 0, &spoken)).await.unwrap();
    assert!(load(&journal, "card-2").await.iter().map(Recorded::text).eq(spoken));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_seal_for_the_same_persons_at_once_have_one_key_each() {
    let database = testkit::database().await;
    let journals = [node(&database, 1).await, node(&database, 1).await];
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let journal = journals[n % 2].clone();
            tokio::spawn(async move {
                let (one, two) = (card("deputy-1", "a@b.kz"), card("deputy-2", "c@d.kz"));
                let cards = if n % 3 == 0 { [&*one, &*two] } else { [&*two, &*one] };
                journal.append(append(&format!("card-{n}"), 0, &cards)).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let client = database.connect().await;
    let keys: i64 = client.query_one("SELECT count(*) FROM subject_keys", &[]).await.unwrap().get(0);
    assert_eq!(keys, 2);
    assert_eq!(journals[0].read_after(0, 100).await.unwrap().iter().filter(|e| e.text().contains('@')).count(), 40);
}

#[tokio::test]
async fn a_sealed_file_is_read_until_its_key_is_destroyed_and_then_says_so() {
    let database = testkit::database().await;
    let journal = node(&database, 1).await;
    let letter = b"%PDF-1.7 the letter of a citizen".as_slice();
    let id = journal.put_sealed_blob(&subject("deputy-1"), "application/pdf", letter).await.unwrap();
    let kept = journal.blob(&id).await.unwrap().unwrap();
    assert_eq!((kept.media_type.as_str(), kept.bytes.as_slice()), ("application/pdf", letter));
    let twin = journal.put_sealed_blob(&subject("deputy-1"), "application/pdf", letter).await.unwrap();
    assert_ne!(id, twin, "nobody can tell that two sealed files are the same");
    let client = database.connect().await;
    let stored: Vec<u8> = client.query_one("SELECT bytes FROM blobs LIMIT 1", &[]).await.unwrap().get(0);
    assert!(!stored.windows(7).any(|part| part == b"citizen"));
    assert_eq!(verdict(&database).await, "0 events, 2 blocks: intact");

    journal.erase(erasure(&["deputy-1"])).await.unwrap();
    let gone = journal.blob(&id).await;
    assert!(matches!(&gone, Err(StoreError::Erased { blob }) if *blob == id), "{gone:?}");
    assert_eq!(verdict(&database).await, "1 events, 3 blocks: intact");
}

/// A card as an event, and as the command that adds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Card {
    whose: String,
    email: Option<String>,
}

impl DomainEvent for Card {
    fn event_type(&self) -> String {
        "noted".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// All cards of a stream, with what is personal in them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Drawer(Vec<Card>);

impl Aggregate for Drawer {
    const TYPE: &'static str = "drawer";
    type Command = Card;
    type Event = Card;
    type Error = std::convert::Infallible;
    type Services = ();

    async fn handle(&mut self, card: Card, (): &(), sink: &EventSink<Self>) -> Result<(), Self::Error> {
        sink.write(card, self).await;
        Ok(())
    }

    fn apply(&mut self, card: Card) {
        self.0.push(card);
    }
}

#[tokio::test]
async fn a_node_that_erases_or_reads_of_an_erasure_remembers_no_state_of_before() {
    for erased in [None, Some("here"), Some("there")] {
        let database = testkit::database().await;
        let (here, there) = (node(&database, 1).await, node(&database, 1).await);
        let note = |email: Option<&str>| {
            let card = Card { whose: "deputy-1".to_owned(), email: email.map(str::to_owned) };
            let (journal, id) = (here.clone(), stream("card-1"));
            async move { journal.execute::<Drawer>(&id, card, origin(), Guards::none(), None).await }
        };
        note(Some(ADDRESS)).await.unwrap();
        match erased {
            Some("here") => drop(here.erase(erasure(&["deputy-1"])).await.unwrap()),
            Some(_) => {
                there.erase(erasure(&["deputy-1"])).await.unwrap();
                here.read_after(0, 10).await.unwrap();
            }
            None => drop(here.read_after(0, 10).await.unwrap()),
        }
        // From here on nothing can be read: what is still known is remembered.
        here.pool().close();
        match note(None).await {
            Ok(done) => assert_eq!((erased, done.version), (None, 2)),
            Err(ExecuteError::Append(AppendError::Failure(_))) => assert!(erased.is_some()),
            other => panic!("{other:?}"),
        }
    }
}
