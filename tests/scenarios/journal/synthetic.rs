//! The history of an office that never was, in a real journal: intact, followed by everybody, the same by its seed, and whole after any break.

use std::cell::Cell;

use directory::Directory;
use eventstore::Recorded;
use inquiry::BlobHash;
use inquiry::ids::CertificateFingerprint;
use inquiry::synthetic::{Generated, Papers};
use jiff::civil::date;
use readmodel::followers::Table;
use readmodel::rebuild::{Options, rebuild};
use synthetic::{Holds, How, generate, holds};
use tokio::sync::watch;

use super::following::{PATIENCE, QUICK};
use super::rebuilding::{all_rows, follow_all};
use super::{Office, office};

fn asked(seed: u64) -> Generated {
    let hash = BlobHash([7; 32]);
    let certificate = CertificateFingerprint([8; 32]);
    let papers = Papers { pdf: hash, pdf_bytes: 9, facts: hash, edition: hash, signature: hash, certificate };
    Generated { seed, inquiries: 300, years: 2, until: date(2026, 11, 27), papers }
}

/// Small portions, so that there is something to be broken off.
const HOW: How<'_> = How { passed: &[dispatch::reactions::FOLLOWER], portion: 900 };

async fn told(office: &Office) -> Vec<Recorded> {
    let events = office.journal.read_after(0, 100_000).await.unwrap();
    // Blocks are of the same size; when they were recorded is another matter.
    assert!(events.iter().zip(1..).all(|(event, position)| event.position == position));
    events
}

#[tokio::test]
async fn a_made_up_history_is_intact_folds_everywhere_and_is_the_same_after_a_break() {
    let (whole, broken) = tokio::join!(office(), office());
    let directory = Directory::embedded().unwrap();
    let mut client = whole.database.connect().await;
    assert_eq!(holds(&client).await.unwrap(), Holds::Nothing);
    let made = generate(&mut client, directory.clone(), &asked(7), HOW, |_| ()).await.unwrap();
    assert!(made.inquiries >= 300 && made.events > 6_000, "{made:?}");
    assert_eq!(holds(&client).await.unwrap(), Holds::Whole(asked(7)));
    let verdict = whole.verdict().await;
    assert!(verdict.contains("intact"), "{verdict}");
    let refused = generate(&mut client, directory.clone(), &asked(8), HOW, |_| ()).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("another history")));

    let real = office().await;
    super::append_blindly(&real.journal, "inquiry-1", "{}").await;
    let mut among = real.database.connect().await;
    assert_eq!(holds(&among).await.unwrap(), Holds::Real);
    let refused = generate(&mut among, directory.clone(), &asked(7), HOW, |_| ()).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("another history")));
    assert_eq!(real.count("events").await, 1, "nothing is put among real inquiries");

    // Broken off where it stands after some portions, as a kill would.
    let mut other = broken.database.connect().await;
    let portions = Cell::new(0);
    let stopped = tokio::sync::Notify::new();
    let history = asked(7);
    let breaking = generate(&mut other, directory.clone(), &history, HOW, |_| {
        portions.set(portions.get() + 1);
        if portions.get() == 3 {
            stopped.notify_one();
        }
    });
    tokio::select! {
        biased;
        () = stopped.notified() => {}
        made = breaking => panic!("it was not broken off: {made:?}"),
    }
    let mut other = broken.database.connect().await;
    assert_eq!(holds(&other).await.unwrap(), Holds::Begun(asked(7)));
    assert!(broken.verdict().await.contains("intact"));
    generate(&mut other, directory, &asked(7), HOW, |_| ()).await.unwrap();
    assert!(broken.verdict().await.contains("intact"));
    assert_eq!(told(&whole).await, told(&broken).await, "the same events, whoever was broken off");

    let head = whole.journal.head().await.unwrap().position;
    let following = follow_all(&whole.journal);
    let (stop, stopping) = watch::channel(false);
    let journal = whole.journal.clone();
    let notices = tokio::spawn(async move {
        eventstore::follow_at(&journal, &dispatch::Notices::default(), stopping, &QUICK).await.unwrap();
    });
    for name in Table::ALL.map(Table::name).into_iter().chain([dispatch::notices::FOLLOWER]) {
        whole.journal.wait_for(name, head, PATIENCE * 6).await.unwrap();
    }
    stop.send(true).unwrap();
    notices.await.unwrap();
    following.stop().await;
    assert_eq!(whole.count("parked_events").await, 0, "events were set aside");
    let followed = all_rows(&client).await;
    for table in Table::ALL {
        rebuild(&whole.journal, &whole.database.config, table, &Options::usual("these tests"), &|_| ()).await.unwrap();
    }
    assert!(followed == all_rows(&client).await, "the tables that were made again differ from those that followed");
    let mails = client.query_one("select count(*) from mail", &[]).await.unwrap().get::<_, i64>(0);
    assert_eq!(mails, 0, "nobody is written to about years that never were");
}
